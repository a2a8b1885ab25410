// The contract between the pages of the extension and the engine in the service worker: what Rust says
// of it, and names for parts of that.
import type {
  Answers,
  AppCapabilities,
  ApprovalRequest,
  Request,
  UiError,
  UiErrorCode,
} from './engine-types.ts';

export type * from './engine-types.ts';

/** An amount of a token in its smallest unit, as decimal text. */
export type Amount = string;

export type Method = Request['method'];
export type Params<M extends Method> = Extract<Request, { method: M }>['params'];
/** A command answers nothing. */
export type Result<M extends Method> = [Answers[M]] extends [null] ? void : Answers[M];

/** `interrupted` is of the client: the engine restarted before it answered. */
export type ErrorCode = UiErrorCode | 'interrupted';
export interface ErrorShape extends Omit<UiError, 'code'> {
  code: ErrorCode;
}

export type RequestOf<K extends ApprovalRequest['kind']> = Extract<ApprovalRequest, { kind: K }>;
/** What a dapp asks for. What it says of itself is not to be relied upon. */
export type Manifest = AppCapabilities;
