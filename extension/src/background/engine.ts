// What the engine (crate `background`, as WebAssembly) offers to the service worker, and needs of it.

/** What the browser says about the sender of a message, in JSON where the engine takes it; see `ReportedSender` of crate `bridge`. */
export interface ReportedSender {
  readonly origin?: string;
  readonly tabId?: number;
  readonly frameId?: number;
  readonly documentId?: string;
}

/** One document in one frame of one tab. */
export interface Place {
  readonly tabId: number;
  readonly frameId: number;
  readonly documentId: string;
}

/** The engine. Its errors are `Error`s with a `code`. */
export interface Engine {
  /** Answers a request of one of our own pages, `{method, params}`; JSON in and out. */
  ask(request: string): Promise<string>;
  /** A window of the browser was closed: what it asked the user is refused. */
  windowClosed(window: number): void;
  /** Takes a message that a content script relayed, and carries out what follows of it. */
  relayed(sender: string, text: string): Promise<void>;
  /** A document is gone. */
  forgetDocument(sender: string): Promise<void>;
  /** A tab was closed. */
  forgetTab(tab: number): Promise<void>;
  /** Time has passed: locks what is due, looks after transactions. */
  tick(): Promise<void>;
}

/** What the engine is given. */
export interface Host {
  /** Sends a message to the content script in exactly this document; says whether it is there. */
  deliver(place: Place, text: string): Promise<boolean>;
  /** Tells all pages an event, as JSON. */
  emit(event: string): void;
  /** Reads what is kept under a key. */
  read(area: Area, key: string): Promise<string | undefined>;
  /** Reads everything that is kept under keys that begin so. */
  readAll(area: Area, prefix: string): Promise<Record<string, string>>;
  /** Changes what is kept, all of it or nothing; `null` removes. */
  write(area: Area, changes: Record<string, string | null>): Promise<void>;
}

/** `session` is in memory and lives as long as the browser; `local` is on the disk. */
export type Area = 'session' | 'local';

/** The keys of what is kept of sessions with web pages begin so. */
export const SESSIONS = 'bridge/';
