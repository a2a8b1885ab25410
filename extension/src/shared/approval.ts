// What a request for approval shows: the JSON form of the engine's `approval::Shown`, and of the
// capabilities of `bridge`.
import type { Address } from './api.ts';

export interface Shown {
  asker: 'user' | { dapp: string };
  request: ApprovalRequest;
}

export type ApprovalRequest =
  | ({ kind: 'discover' } & DiscoverRequest)
  | ({ kind: 'connect' } & ConnectRequest)
  | ({ kind: 'transaction' } & TransactionRequest)
  | ({ kind: 'profile' } & TransactionRequest)
  | ({ kind: 'authWit' } & AuthWitRequest)
  | ({ kind: 'registerSender' } & SenderRequest)
  | ({ kind: 'registerContract' } & ContractRequest)
  | ({ kind: 'addressBook' } & AddressBookRequest)
  | ({ kind: 'disclosure' } & DisclosureRequest);

export type RequestOf<K extends ApprovalRequest['kind']> = Extract<ApprovalRequest, { kind: K }>;

export interface Aliased<T> {
  alias: string;
  item: T;
}

export interface DiscoverRequest {
  /** What the dapp calls itself, which is not to be relied upon. */
  appId: string;
  chain: ChainInfo;
}

export interface ConnectRequest {
  manifest: Manifest;
  /** The accounts that the user can choose from. */
  accounts: Aliased<Address>[];
}

export interface ChainInfo {
  chainId: string;
  version: string;
}

export interface FeeShown {
  payer: Party;
  /** In the smallest unit of fee juice, as decimal text. */
  atMost: string;
  expected?: string;
}

export interface TransactionRequest {
  from: Party;
  calls: DecodedCall[];
  /** How many of the calls, at the beginning, the wallet added for the fee. */
  ownCalls: number;
  underneath: DecodedCall[];
  authorizations: DecodedAuthorization[];
  fee: FeeShown;
  privacy: PrivacyAccount;
  chain: ChainInfo;
  /** What the account will sign. */
  message: string;
  payload: unknown;
}

export type AuthWitAction =
  | { is: 'call'; caller: Party; call: DecodedCall }
  | { is: 'opaque'; consumer: Party; innerHash: string };

export interface AuthWitRequest {
  from: Party;
  action: AuthWitAction;
  privacy: PrivacyAccount;
  chain: ChainInfo;
  message: string;
  intent: unknown;
}

export interface SenderRequest {
  sender: Party;
  alias?: string;
}

export interface ContractRequest {
  address: Address;
  classId: string;
  contract?: string;
  hasSecretKey: boolean;
}

export interface AddressBookRequest {
  entries: Aliased<Address>[];
}

export interface DisclosureRequest {
  from: Party;
  calls: DecodedCall[];
}

export interface Party {
  address: Address;
  /** The user's name for it. */
  name?: string;
  /** The contract's name in its artifact, which anybody may choose. */
  contract?: string;
}

export type AbiJson = string | boolean | null | AbiJson[] | { [member: string]: AbiJson };

export interface DecodedArgument {
  name: string;
  value: AbiJson;
  amount?: string;
  party?: Party;
}

export type DecodedFunction =
  | { is: 'known'; name: string; selector: string; arguments: DecodedArgument[] }
  | { is: 'namedOnly'; name: string; selector: string; arguments: string[] | null }
  | { is: 'unknown'; selector: string | null; arguments: string[] | null };

export interface DecodedCall {
  /** Who makes it; absent if it is the account. */
  by?: Party;
  contract: Party;
  function: DecodedFunction;
  functionType: 'private' | 'public' | 'utility';
  isStatic: boolean;
  hidesSender: boolean;
}

export interface DecodedAuthorization {
  consumer: Party;
  caller: Party;
  function: DecodedFunction;
}

export type PublicFact =
  | { is: 'transaction' }
  | { is: 'feePayer'; payer: Party; isAccount: boolean }
  | {
      is: 'call';
      contract: Party;
      function: DecodedFunction;
      sender: Party | null;
      namesAccount: boolean;
    };

export type Learner =
  | { is: 'node' }
  | { is: 'dapp'; origin: string }
  | { is: 'witnessHolder'; origin: string }
  | { is: 'payer'; payer: Party };

export interface PrivacyAccount {
  public: PublicFact[];
  learners: Learner[];
  /** Whether it can be told from what everybody sees whose transaction it is. */
  isLinkable: boolean;
}

// Capabilities.

/** What a dapp asks for. What it says of itself is not to be relied upon. */
export interface Manifest {
  version: '1.0';
  metadata: {
    name: string;
    version: string;
    description?: string;
    url?: string;
    icon?: string;
  };
  capabilities: Capability[];
  behavior?: { mode?: 'strict' | 'permissive'; expiration?: number };
}

export type Scope<T> = '*' | T[];

export interface FunctionPattern {
  contract: '*' | Address;
  function: string;
  additionalScopes?: Scope<Address>;
}

export interface CallScope {
  scope: Scope<FunctionPattern>;
}

export interface AccountsCapability {
  canGet?: boolean;
  canCreateAuthWit?: boolean;
}

export interface ContractsCapability {
  contracts: Scope<Address>;
  canRegister?: boolean;
  canGetMetadata?: boolean;
}

export interface ContractClassesCapability {
  classes: Scope<string>;
  canGetMetadata: boolean;
}

export interface SimulationCapability {
  transactions?: CallScope;
  utilities?: CallScope;
}

export interface TransactionCapability {
  scope: Scope<FunctionPattern>;
}

export interface DataCapability {
  addressBook?: boolean;
  privateEvents?: { contracts: Scope<Address> };
}

type Shared =
  | ({ type: 'contracts' } & ContractsCapability)
  | ({ type: 'contractClasses' } & ContractClassesCapability)
  | ({ type: 'simulation' } & SimulationCapability)
  | ({ type: 'transaction' } & TransactionCapability)
  | ({ type: 'data' } & DataCapability);

export type Capability = ({ type: 'accounts' } & AccountsCapability) | Shared;

export type GrantedCapability =
  | ({ type: 'accounts'; accounts: Aliased<Address>[] } & AccountsCapability)
  | Shared;
