// Made of the Rust types of `wallet::ui` by `cargo xtask types`; a test compares. Protocol values are
// hexadecimal ("0x…"), amounts decimal text of a token's smallest unit, times milliseconds since 1970.

/** A value of an argument, as the ABI has it. */
export type AbiJson =
  | string
  | boolean
  | null
  | AbiJson[]
  | { [member: string]: AbiJson };

/** An account. */
export type Account = {
  /** The address. */
  address: Address;
  /** The user's name for it. */
  alias: string;
  /** How it signs. */
  type: AccountType;
  /** Whether it can only be looked at. */
  viewOnly: boolean;
  /** Whether it is on the chain. */
  deployment: Deployment;
  /** Where its keys come from. */
  origin: AccountOrigin;
};

/** Where an account's keys come from. */
export type AccountOrigin = 'phrase' | 'imported';

/** How an account signs, as pages write it. */
export type AccountType = 'schnorr' | 'ecdsaSecp256k1' | 'ecdsaSecp256r1';

/** Asks for accounts, or for authorisations by them. */
export type AccountsCapability = {
  /** To be told the accounts. */
  canGet?: boolean;
  /** To have them authorise. */
  canCreateAuthWit?: boolean;
};

/** A transaction of the history. */
export type Activity = {
  /** Its number in the journal. */
  entry: number;
  /** When it was asked for. */
  requestedAt: Millis;
  /** By whom. */
  asker: Asker;
  /** The account. */
  from: Address;
  /** What it is, in a few words. */
  title: string;
  /** What it calls. */
  calls: Array<Called>;
  /** Its hash. */
  txHash?: TxHash;
  /** How far it has come. */
  stage: Stage;
  /** When it got where. */
  stages: Array<Passed>;
};

/** An address, in hexadecimal. */
export type Address = string;

/** A dapp asks for the address book. */
export type AddressBookRequest = {
  /** What it would be told. */
  entries: Array<Aliased<Address>>;
};

/** Something with a name that people know it by. */
export type Aliased<T> = {
  /** The name. */
  alias: string;
  /** The thing. */
  item: T;
};

/** A dapp's manifest: all that it asks for. */
export type AppCapabilities = {
  /** The version of the manifest. */
  version: CapabilityVersion;
  /** What the dapp says of itself. */
  metadata: AppMetadata;
  /** What it asks for. */
  capabilities: Array<Capability>;
  /** How it wants that to be treated. */
  behavior?: Behavior;
};

/** What a dapp says of itself; nothing of it is checked or to be relied upon. */
export type AppMetadata = {
  /** Its name. */
  name: string;
  /** Its version. */
  version: string;
  /** What it does. */
  description?: string;
  /** Its address in the web. */
  url?: string;
  /** Where its icon is, or the icon itself as `data:`. */
  icon?: string;
};

/** A request that waits for the user. */
export type Approval = {
  /** Its number. */
  id: number;
  /** What an answer has to name. */
  hash: string;
  /** When it was asked. */
  askedAt: Millis;
  /** Which dapp asks. */
  origin?: string;
  /** Exactly what the hash is the hash of. */
  shown: Shown;
};

/** What the user is asked. */
export type ApprovalRequest =
  | { 'kind': 'discover' } & DiscoverRequest
  | { 'kind': 'connect' } & ConnectRequest
  | { 'kind': 'transaction' } & TransactionRequest
  | { 'kind': 'profile' } & TransactionRequest
  | { 'kind': 'authWit' } & AuthWitRequest
  | { 'kind': 'registerSender' } & SenderRequest
  | { 'kind': 'registerContract' } & ContractRequest
  | { 'kind': 'addressBook' } & AddressBookRequest
  | { 'kind': 'disclosure' } & DisclosureRequest;

/** The user has said yes. */
export type Approved = {
  /** The transaction that goes on by it. */
  entry?: number;
};

/** The user is asked. */
export type Asked = {
  /** The number of the request for approval. */
  approval: number;
};

/** Who asked for something. */
export type Asker =
  | { 'kind': 'user' }
  | {
      'kind': 'dapp';
      /** Which. */
      origin: string;
    };

/** What is authorised. */
export type AuthWitAction =
  | {
      'is': 'call';
      /** Who may make it. */
      caller: Party;
      /** The call. */
      call: DecodedCall;
    }
  | {
      'is': 'opaque';
      /** The contract that will check. */
      consumer: Party;
      /** How it names the action. */
      innerHash: string;
    };

/** An account is to authorise something. */
export type AuthWitRequest = {
  /** The account. */
  from: Party;
  /** What. */
  action: AuthWitAction;
  /** What is given away. */
  privacy: PrivacyAccount;
  /** The chain. */
  chain: ChainInfo;
  /** What the account will sign. */
  message: string;
  /** The action, as it is. */
  intent: unknown;
};

/** A backup file. */
export type Backup = {
  /** A name for it. */
  fileName: string;
  /** Its bytes, in base64. */
  bytes: string;
};

/** What a backup tells without its password. */
export type BackupInfo = {
  /** The version of its form. */
  version: number;
  /** When it was made. */
  createdAt: Millis;
};

/** What an account has of a token. */
export type Balance = {
  /** The token. */
  token: Token;
  /** The amount in notes. */
  private?: string;
  /** The amount in public. */
  public?: string;
  /** Why an amount is missing. */
  problem?: string;
};

/** How a dapp wants its capabilities to be treated. */
export type Behavior = {
  /** What happens with requests that no capability covers. */
  mode?: BehaviorMode;
  /** For how long they are to hold; see [`AppCapabilities::requested_expiry`]. */
  expiration?: number;
};

/** What happens with requests that no capability covers. */
export type BehaviorMode = 'strict' | 'permissive';

/** Which functions may be called. */
export type CallScope = {
  /** The functions. */
  scope: Scope<FunctionPattern>;
};

/** A call of a transaction. */
export type Called = {
  /** The contract. */
  contract: Address;
  /** Its name in its artifact. */
  contractName?: string;
  /** The function. */
  function?: string;
};

/** What a dapp asks for. */
export type Capability =
  | { 'type': 'accounts' } & AccountsCapability
  | { 'type': 'contracts' } & ContractsCapability
  | { 'type': 'contractClasses' } & ContractClassesCapability
  | { 'type': 'simulation' } & SimulationCapability
  | { 'type': 'transaction' } & TransactionCapability
  | { 'type': 'data' } & DataCapability;

/** The version of manifests and their answers: 1.0. */
export type CapabilityVersion = '1.0';

/** The chain and rollup that a message is for. */
export type ChainInfo = {
  /** The L1 chain's id. */
  chainId: string;
  /** The rollup's version. */
  version: string;
};

/** A dapp asks for capabilities. */
export type ConnectRequest = {
  /** What it asks for. What it says of itself is not to be relied upon. */
  manifest: AppCapabilities;
  /** The accounts that the user can choose from. */
  accounts: Array<Aliased<Address>>;
};

/** Somebody of the address book. */
export type Contact = {
  /** The address. */
  address: Address;
  /** The user's name for them. */
  alias: string;
  /** Whether their messages are looked for. */
  isSender: boolean;
};

/** To be told about contract classes. */
export type ContractClassesCapability = {
  /** Which classes. */
  classes: Scope<string>;
  /** To be told about them. */
  canGetMetadata: boolean;
};

/** A contract is to be registered. */
export type ContractRequest = {
  /** Its address, which commits to its class and its keys. */
  address: Address;
  /** Its class. */
  classId: string;
  /** Its name, as the artifact has it, which anybody may choose. */
  contract?: string;
  /** Whether a secret key comes with it, which the asker then has as well. */
  hasSecretKey: boolean;
};

/** To register contracts and to be told about them. */
export type ContractsCapability = {
  /** Which contracts. */
  contracts: Scope<Address>;
  /** To register them. */
  canRegister?: boolean;
  /** To be told about them. */
  canGetMetadata?: boolean;
};

/** To read private data. */
export type DataCapability = {
  /** The address book. */
  addressBook?: boolean;
  /** Private events. */
  privateEvents?: EventScope;
};

/** An argument. */
export type DecodedArgument = {
  /** The parameter. */
  name: string;
  /** The value. */
  value: AbiJson;
  /** If it is an amount of a token that the user keeps: with decimal point and symbol. */
  amount?: string;
  /** If it is an address: whose. */
  party?: Party;
};

/** An authorisation that a contract asks for. */
export type DecodedAuthorization = {
  /** The contract that asks, and will check. */
  consumer: Party;
  /** Who will make the call. */
  caller: Party;
  /** The call. */
  function: DecodedFunction;
};

/** A call with what is known about it. */
export type DecodedCall = {
  /** Who makes it; nothing if it is the account. */
  by?: Party;
  /** The contract. */
  contract: Party;
  /** The function. */
  function: DecodedFunction;
  /** Where it runs. */
  functionType: FunctionType;
  /** Whether it must not change state. */
  isStatic: boolean;
  /** Whether it hides who makes it. */
  hidesSender: boolean;
};

/** A function with its arguments. */
export type DecodedFunction =
  | {
      'is': 'known';
      /** The name. */
      name: string;
      /** The selector. */
      selector: string;
      /** The arguments. */
      arguments: Array<DecodedArgument>;
    }
  | {
      'is': 'namedOnly';
      /** The name. */
      name: string;
      /** The selector. */
      selector: string;
      /** The arguments, encoded; nothing if they are not known. */
      arguments: Array<string> | null;
    }
  | {
      'is': 'unknown';
      /** The selector, if there is one. */
      selector: string | null;
      /** The arguments, encoded; nothing if they are not known. */
      arguments: Array<string> | null;
    };

/** Whether an account is on the chain. */
export type Deployment = 'none' | 'pending' | 'done' | 'unknown';

/** A dapp asks for the outcome of calls. */
export type DisclosureRequest = {
  /** Whose notes the calls see. */
  from: Party;
  /** The calls, with those underneath. */
  calls: Array<DecodedCall>;
};

/** A dapp looks for a wallet. */
export type DiscoverRequest = {
  /** What it calls itself, which is not to be relied upon. */
  appId: string;
  /** The chain that it is for. */
  chain: ChainInfo;
};

/** What the user compares with a dapp's display. */
export type Emojis = {
  /** Nine of them. */
  emojis: Array<string>;
};

/** Something that happened, for all pages. */
export type EngineEvent =
  | {
      'kind': 'state';
      /** The state. */
      state: State;
    }
  | {
      'kind': 'approval';
      /** What. */
      id: number;
    }
  | {
      'kind': 'progress';
      /** What. */
      progress: Progress;
    };

/** What programs may want to know of an error beside its code. */
export type ErrorDetails =
  | {
      /** The time. */
      retryAt: Millis;
    }
  | {
      /** The version of its layout. */
      found: number;
      /** The version that this release reads and writes. */
      supported: number;
    };

/** Which contracts' private events may be read. */
export type EventScope = {
  /** The contracts. */
  contracts: Scope<Address>;
};

/** The fee, in the smallest unit of fee juice. */
export type FeeShown = {
  /** Who pays. */
  payer: Party;
  /** The most that it can be, as decimal text. What would cost more has to be approved again. */
  atMost: string;
  /** What the wallet expects, as decimal text. */
  expected?: string;
};

/**
 * Functions of contracts that a capability is for, with the accounts or contracts whose secrets a
 * call may use beside those of its sender.
 */
export type FunctionPattern = {
  /** The contract. */
  contract: Wildcard<Address>;
  /** The function's name, as the contract's artifact has it. */
  function: Wildcard<string>;
  /** Whose notes and keys a call may use beside its sender's; nobody's if absent. */
  additionalScopes?: Scope<Address>;
};

/** Where a function runs. */
export type FunctionType = 'private' | 'public' | 'utility';

/** Something that a dapp was granted. */
export type Grant = {
  /** Names it. */
  id: string;
  /** What it is. */
  title: string;
  /** More of what it is. */
  details: Array<string>;
  /** When it ends. */
  expiresAt?: Millis;
};

/** Grants the use of some accounts. */
export type GrantedAccountsCapability = {
  /** The accounts. */
  accounts: Array<Aliased<Address>>;
  /** To be told the accounts. */
  canGet?: boolean;
  /** To have them authorise. */
  canCreateAuthWit?: boolean;
};

/** What a dapp was granted. */
export type GrantedCapability =
  | { 'type': 'accounts' } & GrantedAccountsCapability
  | { 'type': 'contracts' } & ContractsCapability
  | { 'type': 'contractClasses' } & ContractClassesCapability
  | { 'type': 'simulation' } & SimulationCapability
  | { 'type': 'transaction' } & TransactionCapability
  | { 'type': 'data' } & DataCapability;

/** What a site did that it was refused. */
export type Incident = {
  /** The origin as the browser reported it, if it did. */
  origin?: string;
  /** What it did. */
  kind: IncidentKind;
  /** What the site was told the last time. */
  message: string;
  /** How often. */
  count: number;
  /** When it was the first time. */
  firstAt: Millis;
  /** When it was the last time. */
  lastAt: Millis;
};

/** What a site did that was refused. */
export type IncidentKind = 'notPermitted' | 'falseClaim' | 'wrongChain' | 'wrongWallet' | 'unknownMethod' | 'invalidRequest' | 'malformed' | 'tooLarge' | 'flood' | 'replayed' | 'outOfOrder' | 'unauthentic' | 'foreignSession' | 'unknownSender';

/** Somebody who learns more than everybody. */
export type Learner =
  | { 'is': 'node' }
  | {
      'is': 'dapp';
      /** Which. */
      origin: Origin;
    }
  | {
      'is': 'witnessHolder';
      /** Which. */
      origin: Origin;
    }
  | {
      'is': 'payer';
      /** Who. */
      payer: Party;
    };

/** A point in time: milliseconds since 1970-01-01 00:00 UTC. */
export type Millis = number;

/** A network that can be selected. */
export type Network = {
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** The node's address. */
  url: string;
  /** Whether it comes with the wallet. */
  builtIn: boolean;
};

/** The network in use. */
export type NetworkState = {
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** The node's address. */
  url: string;
  /** How it stands. */
  status: NetworkStatus;
  /** What is wrong. */
  problem?: string;
  /** The id of the L1 chain. */
  chainId?: string;
  /** The version of the rollup. */
  rollupVersion?: string;
  /** The node's release. */
  nodeVersion?: string;
  /** The last block that was followed. */
  block?: number;
};

/** How a network stands. */
export type NetworkStatus = 'connecting' | 'ready' | 'unreachable' | 'wrongChain';

/**
 * An origin that may speak with the wallet: `https://host[:port]`, or `http://` on the own machine.
 *
 * The text form is the browser's own (lower case, no default port, no path); everything else is
 * refused rather than normalised.
 */
export type Origin = string;

/** Somebody or something with an address. */
export type Party = {
  /** The address. */
  address: Address;
  /** The user's name for it. */
  name?: string;
  /** The contract's name in its artifact, which anybody may choose. */
  contract?: string;
};

/** When a transaction got to a stage. */
export type Passed = {
  /** The stage. */
  kind: StageKind;
  /** When. */
  at: Millis;
};

/** Where an amount is. */
export type Place = 'private' | 'public';

/** What is given away by approving. */
export type PrivacyAccount = {
  /** What everybody sees. */
  public: Array<PublicFact>;
  /** Who learns more. */
  learners: Array<Learner>;
  /** Whether it can be told from what everybody sees whose transaction it is. */
  isLinkable: boolean;
};

/** A step of what is being done. */
export type Progress = {
  /** The transaction that it is about. */
  entry?: number;
  /** What is done. */
  kind: Work;
  /** The number of the step, from 0. */
  step?: number;
  /** How many steps there are. */
  of?: number;
  /** The circuit, the contract, the function. */
  detail?: string;
  /** Since when. */
  since: Millis;
};

/** Something that everybody sees. */
export type PublicFact =
  | { 'is': 'transaction' }
  | {
      'is': 'feePayer';
      /** The payer. */
      payer: Party;
      /** Whether that says whose transaction it is. */
      isAccount: boolean;
    }
  | {
      'is': 'call';
      /** The contract. */
      contract: Party;
      /** The function. */
      function: DecodedFunction;
      /** Who calls; nothing if that is hidden. */
      sender: Party | null;
      /** Whether that, or an argument, is the account. */
      namesAccount: boolean;
    };

/** What a page asks: `{method, params}`. */
export type Request =
  | { 'method': 'state'; 'params': Record<symbol, never> }
  | { 'method': 'generatePhrase'; 'params': Record<symbol, never> }
  | {
      'method': 'create';
      'params': {
        password: Secret;
        phrase: Secret;
        /** Whether the phrase was in use before; it makes no difference here. */
        imported: boolean;
      }
    }
  | {
      'method': 'unlock';
      'params': { password: Secret }
    }
  | { 'method': 'lock'; 'params': Record<symbol, never> }
  | {
      'method': 'changePassword';
      'params': { old: Secret; new: Secret }
    }
  | {
      'method': 'revealPhrase';
      'params': { password: Secret }
    }
  | {
      'method': 'backup';
      'params': { password: Secret }
    }
  | {
      'method': 'inspectBackup';
      'params': { bytes: string }
    }
  | {
      'method': 'restore';
      'params': { bytes: string; password: Secret; newPassword?: Secret }
    }
  | {
      'method': 'erase';
      'params': { confirm: string }
    }
  | { 'method': 'touch'; 'params': Record<symbol, never> }
  | {
      'method': 'createAccount';
      'params': { type: AccountType; alias: string }
    }
  | {
      'method': 'renameAccount';
      'params': { address: Address; alias: string }
    }
  | {
      'method': 'selectAccount';
      'params': { address: Address }
    }
  | {
      'method': 'removeAccount';
      'params': { address: Address }
    }
  | {
      'method': 'exportViewOnly';
      'params': { address: Address; password: Secret }
    }
  | {
      'method': 'importAccount';
      'params': { text: Secret; alias: string }
    }
  | {
      'method': 'deployAccount';
      'params': { address: Address }
    }
  | { 'method': 'tokens'; 'params': Record<symbol, never> }
  | {
      'method': 'addToken';
      'params': { address: Address }
    }
  | {
      'method': 'removeToken';
      'params': { address: Address }
    }
  | {
      'method': 'balances';
      'params': { account: Address }
    }
  | {
      'method': 'send';
      'params': {
        from: Address;
        token: Address;
        source: Place;
        to: Address;
        target: Place;
        amount: string;
      }
    }
  | {
      'method': 'activity';
      'params': { account?: Address; before?: number; limit: number }
    }
  | {
      'method': 'activityEntry';
      'params': { entry: number }
    }
  | { 'method': 'approvals'; 'params': Record<symbol, never> }
  | {
      'method': 'opened';
      'params': { id: number }
    }
  | {
      'method': 'approve';
      'params': { id: number; hash: string; granted?: Array<GrantedCapability> }
    }
  | {
      'method': 'deny';
      'params': { id: number }
    }
  | { 'method': 'sites'; 'params': Record<symbol, never> }
  | {
      'method': 'revoke';
      'params': { origin: string; grant?: string }
    }
  | { 'method': 'incidents'; 'params': Record<symbol, never> }
  | { 'method': 'forgetIncidents'; 'params': Record<symbol, never> }
  | {
      'method': 'verification';
      'params': { origin: string }
    }
  | { 'method': 'contacts'; 'params': Record<symbol, never> }
  | { 'method': 'putContact'; 'params': Contact }
  | {
      'method': 'removeContact';
      'params': { address: Address }
    }
  | { 'method': 'networks'; 'params': Record<symbol, never> }
  | {
      'method': 'addNetwork';
      'params': { name: string; url: string }
    }
  | {
      'method': 'selectNetwork';
      'params': { id: string }
    }
  | {
      'method': 'removeNetwork';
      'params': { id: string }
    }
  | { 'method': 'settings'; 'params': Record<symbol, never> }
  | { 'method': 'setSettings'; 'params': Settings }
  | { 'method': 'sync'; 'params': Record<symbol, never> };

/** Everything, or what a list names. JSON form: `"*"` or an array. */
export type Scope<T> = '*' | Array<T>;

/** A secret text. Wiped when dropped, not shown in `Debug`. */
export type Secret = string;

/** Somebody's messages are to be looked for. */
export type SenderRequest = {
  /** Whose. */
  sender: Party;
  /** The name that the asker gives them. */
  alias?: string;
};

/** What the user can set. */
export type Settings = {
  /** After how many minutes without activity the wallet locks. */
  idleLockMinutes: number;
  /** After how many hours it locks in any case. */
  absoluteLockHours: number;
  /** How pages look. */
  theme: Theme;
};

/** A request as the user sees it. */
export type Shown = {
  /** Who asks. */
  asker: ShownAsker;
  /** What for. */
  request: ApprovalRequest;
};

/** Who asks for something. */
export type ShownAsker =
  | 'user'
  | { 'dapp': Origin };

/** To simulate and profile transactions and to execute utility functions, and to see what they tell. */
export type SimulationCapability = {
  /** Transactions. */
  transactions?: CallScope;
  /** Utility functions. */
  utilities?: CallScope;
};

/** A dapp. */
export type Site = {
  /** The origin. */
  origin: string;
  /** What it calls itself. */
  name?: string;
  /** Its icon, as it says. */
  icon?: string;
  /** Since when it is known. */
  connectedAt: Millis;
  /** What it was granted. */
  grants: Array<Grant>;
};

/** How far a transaction has come. */
export type Stage =
  | { 'kind': 'requested' }
  | { 'kind': 'approved' }
  | { 'kind': 'simulated' }
  | { 'kind': 'proved' }
  | { 'kind': 'sent' }
  | {
      'kind': 'mined';
      /** The block. */
      block: number;
      /** Whether that will not change any more. */
      final: boolean;
      /** Whether anything of it was reverted. */
      reverted: boolean;
      /** The fee. */
      fee?: string;
    }
  | {
      'kind': 'failed';
      /** Why. */
      reason: string;
    }
  | {
      'kind': 'rejected';
      /** Why not. */
      reason: string;
    }
  | {
      'kind': 'dropped';
      /** Why. */
      reason: string;
    };

/** The stages without what they carry. */
export type StageKind = 'requested' | 'approved' | 'simulated' | 'proved' | 'sent' | 'mined' | 'dropped' | 'failed' | 'rejected';

/** Everything that a page needs to draw itself. */
export type State = {
  /** The vault. */
  vault: VaultState;
  /** The network; absent while locked. */
  network?: NetworkState;
  /** The accounts, in the order in which they were added; none while locked. */
  accounts: Array<Account>;
  /** The account that the user works with. */
  selected?: Address;
  /** How many requests wait for the user. */
  pendingApprovals: number;
  /** What is being done. */
  working: Array<Progress>;
};

/** Something to be copied. */
export type Text = {
  /** The text. */
  text: string;
};

/** How pages look. */
export type Theme = 'system' | 'light' | 'dark';

/** A token of the list. */
export type Token = {
  /** The contract. */
  address: Address;
  /** The name. */
  name: string;
  /** The short name. */
  symbol: string;
  /** How many decimal places an amount has. */
  decimals: number;
};

/** To ask for transactions to be sent. */
export type TransactionCapability = {
  /** The functions that they may call. */
  scope: Scope<FunctionPattern>;
};

/** A transaction is to be sent. */
export type TransactionRequest = {
  /** The account. */
  from: Party;
  /** The calls. */
  calls: Array<DecodedCall>;
  /** How many of these, at the beginning, the wallet added for the fee. */
  ownCalls: number;
  /** What is called underneath, as a simulation showed. */
  underneath: Array<DecodedCall>;
  /** What contracts want authorised by it. */
  authorizations: Array<DecodedAuthorization>;
  /** The fee. */
  fee: FeeShown;
  /** What is given away. */
  privacy: PrivacyAccount;
  /** The chain. */
  chain: ChainInfo;
  /** What the account will sign. */
  message: string;
  /** All that will be executed, as it is. */
  payload: unknown;
};

/** The hash of a transaction, in hexadecimal. */
export type TxHash = string;

/** Why a page does not get what it asked for: `{code, message, details?}`. */
export type UiError = {
  /** Why, for programs. */
  code: UiErrorCode;
  /** Why, for people. */
  message: string;
  /** More, depending on the code. */
  details?: ErrorDetails;
};

/** Why a page does not get what it asked for. */
export type UiErrorCode = 'invalidRequest' | 'locked' | 'wrongPassword' | 'throttled' | 'passwordTooShort' | 'wrongPhrase' | 'vault' | 'backup' | 'unknown' | 'unreachable' | 'wrongChain' | 'stale' | 'failed' | 'internal' | 'newerStorage' | 'busyStorage' | 'fullStorage' | 'storage' | 'resources';

/** How the vault stands. */
export type VaultState =
  | { 'status': 'empty' }
  | {
      'status': 'locked';
      /** When a password may be tried; at once if absent. */
      retryAt?: Millis;
      /** Whether it cannot be used at all. */
      damaged?: boolean;
    }
  | {
      'status': 'unlocked';
      /** Until when. */
      locksAt: Millis;
    };

/** Anything, or one value. JSON form: `"*"` or the value's. */
export type Wildcard<T> = '*' | T;

/** The words of a recovery phrase. */
export type Words = {
  /** They, in order. */
  words: Array<string>;
};

/** What is being done. */
export type Work = 'sync' | 'simulate' | 'execute' | 'kernel' | 'prove';

/** What each method answers, if it is not refused. */
export type Answers = {
  state: State;
  generatePhrase: Words;
  create: null;
  unlock: null;
  lock: null;
  changePassword: null;
  revealPhrase: Words;
  backup: Backup;
  inspectBackup: BackupInfo;
  restore: null;
  erase: null;
  touch: null;
  createAccount: Account;
  renameAccount: null;
  selectAccount: null;
  removeAccount: null;
  exportViewOnly: Text;
  importAccount: Account;
  deployAccount: Asked;
  tokens: Array<Token>;
  addToken: Token;
  removeToken: null;
  balances: Array<Balance>;
  send: Asked;
  activity: Array<Activity>;
  activityEntry: Activity;
  approvals: Array<Approval>;
  opened: null;
  approve: Approved;
  deny: null;
  sites: Array<Site>;
  incidents: Array<Incident>;
  forgetIncidents: null;
  revoke: null;
  verification: Emojis | null;
  contacts: Array<Contact>;
  putContact: null;
  removeContact: null;
  networks: Array<Network>;
  addNetwork: Network;
  selectNetwork: null;
  removeNetwork: null;
  settings: Settings;
  setSettings: null;
  sync: null;
};
