// The contract between the pages of the extension and the engine in the service worker. Fields of
// protocol values are hexadecimal ("0x…"), amounts are decimal strings of a token's smallest unit,
// times are milliseconds since 1970.
import type { GrantedCapability, Shown } from './approval.ts';

export type Address = string;
export type TxHash = string;
export type Millis = number;
export type Amount = string;
export type AccountType = 'schnorr' | 'ecdsaSecp256k1' | 'ecdsaSecp256r1';
export type Place = 'private' | 'public';

/** Everything that a page needs to draw itself; pushed on each change. */
export interface State {
  vault: VaultState;
  /** Absent while locked. */
  network?: NetworkState;
  accounts: Account[];
  selected?: Address;
  pendingApprovals: number;
  /** Live progress of transactions and synchronisations. */
  working: Progress[];
}

export type VaultState =
  | { status: 'empty' }
  | { status: 'locked'; retryAt?: Millis; damaged?: boolean }
  | { status: 'unlocked'; locksAt: Millis };

export interface NetworkState {
  id: string;
  name: string;
  url: string;
  status: 'connecting' | 'ready' | 'unreachable' | 'wrongChain';
  problem?: string;
  chainId?: string;
  rollupVersion?: string;
  nodeVersion?: string;
  block?: number;
}

export interface Account {
  address: Address;
  alias: string;
  type: AccountType;
  viewOnly: boolean;
  deployment: 'none' | 'pending' | 'done' | 'unknown';
  origin: 'phrase' | 'imported';
}

export interface Token {
  address: Address;
  name: string;
  symbol: string;
  decimals: number;
}

export interface Balance {
  token: Token;
  private?: Amount;
  public?: Amount;
  problem?: string;
}

export type ProgressKind = 'sync' | 'simulate' | 'execute' | 'kernel' | 'prove' | 'send' | 'mine';

export interface Progress {
  /** The transaction's number in the journal. */
  entry?: number;
  kind: ProgressKind;
  step?: number;
  of?: number;
  detail?: string;
  since: Millis;
}

export type Stage =
  | { kind: 'requested' | 'approved' | 'simulated' | 'proved' | 'sent' }
  | { kind: 'mined'; block: number; final: boolean; reverted: boolean; fee?: Amount }
  | { kind: 'failed' | 'rejected' | 'dropped'; reason: string };

export type StageKind = Stage['kind'];

export interface Activity {
  entry: number;
  requestedAt: Millis;
  asker: { kind: 'user' } | { kind: 'dapp'; origin: string };
  from: Address;
  title: string;
  calls: { contract: Address; contractName?: string; function?: string }[];
  txHash?: TxHash;
  stage: Stage;
  stages: { kind: string; at: Millis }[];
}

export interface Contact {
  address: Address;
  alias: string;
  isSender: boolean;
}

export interface Site {
  origin: string;
  name?: string;
  icon?: string;
  connectedAt: Millis;
  grants: Grant[];
}

export interface Grant {
  id: string;
  title: string;
  details: string[];
  expiresAt?: Millis;
}

export interface Network {
  id: string;
  name: string;
  url: string;
  builtIn: boolean;
}

export type Theme = 'system' | 'light' | 'dark';

export interface Settings {
  idleLockMinutes: number;
  absoluteLockHours: number;
  theme: Theme;
}

export interface Backup {
  fileName: string;
  /** In base64. */
  bytes: string;
}

/** What a backup file tells without its password. */
export interface BackupInfo {
  version: number;
  createdAt: Millis;
}

/** A request as the user sees it: `shown` is exactly what `hash` is the hash of. */
export interface Approval {
  id: number;
  hash: string;
  askedAt: Millis;
  origin?: string;
  shown: Shown;
}

/** What each method takes and gives. */
export interface Methods {
  state(p: Empty): State;

  /** For onboarding: kept by the page until `create`. */
  generatePhrase(p: Empty): { words: string[] };
  /** The vault is unlocked then. */
  create(p: { password: string; phrase: string; imported: boolean }): void;
  unlock(p: { password: string }): void;
  lock(p: Empty): void;
  changePassword(p: { old: string; new: string }): void;
  revealPhrase(p: { password: string }): { words: string[] };
  backup(p: { password: string }): Backup;
  inspectBackup(p: { bytes: string }): BackupInfo;
  restore(p: { bytes: string; password: string; newPassword?: string }): void;
  erase(p: { confirm: 'ERASE' }): void;
  /** The user is here: the time of locking when idle moves. */
  touch(p: Empty): void;

  createAccount(p: { type: AccountType; alias: string }): Account;
  renameAccount(p: { address: Address; alias: string }): void;
  selectAccount(p: { address: Address }): void;
  removeAccount(p: { address: Address }): void;
  deployAccount(p: { address: Address }): { approval: number };
  exportViewOnly(p: { address: Address; password: string }): { text: string };
  importAccount(p: { text: string; alias: string }): Account;

  tokens(p: Empty): Token[];
  addToken(p: { address: Address }): Token;
  removeToken(p: { address: Address }): void;
  balances(p: { account: Address }): Balance[];
  send(p: {
    from: Address;
    token: Address;
    source: Place;
    to: Address;
    target: Place;
    amount: Amount;
  }): { approval: number };

  /** Newest first; `before` is the number of an entry. */
  activity(p: { account?: Address; before?: number; limit: number }): Activity[];
  activityEntry(p: { entry: number }): Activity;

  approvals(p: Empty): Approval[];
  /** The page that asks shows this request: closing it denies the request. */
  opened(p: { id: number }): void;
  /** `granted` is the answer to a request to connect. */
  approve(p: { id: number; hash: string; granted?: GrantedCapability[] }): { entry?: number };
  deny(p: { id: number }): void;

  sites(p: Empty): Site[];
  revoke(p: { origin: string; grant?: string }): void;
  verification(p: { origin: string }): { emojis: string[] } | null;
  contacts(p: Empty): Contact[];
  putContact(p: Contact): void;
  removeContact(p: { address: Address }): void;
  networks(p: Empty): Network[];
  addNetwork(p: { name: string; url: string }): Network;
  selectNetwork(p: { id: string }): void;
  removeNetwork(p: { id: string }): void;
  settings(p: Empty): Settings;
  setSettings(p: Settings): void;
  sync(p: Empty): void;
}

export type Empty = Record<string, never>;
export type Method = keyof Methods;
export type Params<M extends Method> = Parameters<Methods[M]>[0];
export type Result<M extends Method> = ReturnType<Methods[M]>;

export type EngineEvent =
  | { kind: 'state'; state: State }
  | { kind: 'approval'; id: number }
  | { kind: 'progress'; progress: Progress };

export type ErrorCode =
  | 'invalidRequest'
  | 'locked'
  /** Details: `retryAt`, if there were too many. */
  | 'wrongPassword'
  /** Details: `retryAt`. */
  | 'throttled'
  | 'passwordTooShort'
  | 'wrongPhrase'
  | 'vault'
  | 'backup'
  | 'unknown'
  | 'unreachable'
  | 'wrongChain'
  /** What waits for an answer is something else by now. */
  | 'stale'
  | 'failed'
  | 'internal'
  /** Of the client: the engine restarted before it answered. */
  | 'interrupted';

export interface ErrorShape {
  code: ErrorCode;
  message: string;
  details?: unknown;
}
