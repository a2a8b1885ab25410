// Stands for the engine: keeps a wallet in memory and answers as the contract says. Nothing is signed,
// proved or sent.
import type {
  Account,
  Activity,
  Approval,
  Balance,
  Contact,
  EngineEvent,
  ErrorCode,
  ErrorDetails,
  ErrorShape,
  Incident,
  Network,
  NetworkState,
  Progress,
  Settings,
  Site,
  State,
  Token,
  VaultState,
} from '../../src/shared/api.ts';
import type { Engine, FromEngine, Request } from '../../src/shared/channel.ts';
import {
  ACCOUNTS,
  activity,
  address,
  BALANCES,
  CONTACTS,
  incidents,
  LONG,
  NETWORKS,
  ODD_BALANCES,
  ODD_CONTACTS,
  PASSWORD,
  sites,
  TOKENS,
  TURNED,
  USDC,
  WORDS,
} from './data.ts';
import { request } from './requests.ts';

export interface Scenario {
  vault?: 'empty' | 'locked' | 'damaged' | 'unlocked';
  /** Milliseconds until a password may be tried. */
  retryIn?: number;
  network?: NetworkState['status'];
  /** How many of the accounts there are. */
  accounts?: number;
  /** The names of the requests that wait. */
  requests?: string[];
  /** With names and amounts as they should not be. */
  isOdd?: boolean;
  /** Without activity, sites, contacts and tokens. */
  isFresh?: boolean;
  /** Milliseconds that each answer takes. */
  delay?: number;
  /** Errors of single methods. */
  failing?: Record<string, ErrorShape>;
  theme?: Settings['theme'];
  /** It never answers. */
  isDead?: boolean;
  /** The live progress of the transaction that is under way. */
  progress?: Omit<Progress, 'since'>;
}

export class Refusal extends Error {
  readonly shape: ErrorShape;

  constructor(shape: ErrorShape) {
    super(shape.message);
    this.shape = shape;
  }
}

const refuse = (code: ErrorCode, message: string, details?: ErrorDetails): never => {
  throw new Refusal(details === undefined ? { code, message } : { code, message, details });
};

export class FakeEngine {
  readonly answers: Engine;
  readonly calls: Request[] = [];
  #scenario: Scenario;
  #listeners = new Set<(event: EngineEvent) => void>();
  #vault: VaultState;
  #password = PASSWORD;
  #failures = 0;
  #network: NetworkState;
  #accounts: Account[];
  #selected: string | undefined;
  #approvals: Approval[];
  #activity: Activity[];
  #sites: Site[];
  #incidents: Incident[];
  #contacts: Contact[];
  #tokens: Token[];
  #balances: Balance[];
  #networks: Network[] = [...NETWORKS];
  #settings: Settings;
  #working: Progress[];
  #next = 100;

  constructor(scenario: Scenario = {}) {
    const now = Date.now();
    const { isFresh = false } = scenario;
    this.#scenario = scenario;
    this.#vault = firstVault(scenario, now);
    this.#accounts = ACCOUNTS.slice(0, scenario.accounts ?? ACCOUNTS.length);
    this.#selected = this.#accounts[0]?.address;
    this.#network = network(NETWORKS[0] as Network, scenario.network ?? 'ready');
    this.#approvals = (scenario.requests ?? []).map((name, index) => approval(index + 1, name, now));
    this.#activity = isFresh ? [] : activity(now);
    this.#sites = isFresh ? [] : sites(now);
    this.#incidents = isFresh ? [] : incidents(now);
    this.#contacts = isFresh ? [] : [...CONTACTS];
    this.#tokens = isFresh ? [] : [...TOKENS];
    this.#balances = isFresh ? [] : [...BALANCES];
    if (scenario.isOdd) {
      this.#accounts = this.#accounts.map((account) => ({ ...account, alias: LONG }));
      this.#balances = [...ODD_BALANCES];
      this.#tokens = ODD_BALANCES.map(({ token }) => token);
      this.#contacts = [...ODD_CONTACTS];
      this.#sites = this.#sites.map((site) => ({
        ...site,
        name: LONG,
        grants: [{ id: 'odd', title: LONG, details: [LONG, TURNED] }],
      }));
      this.#incidents = this.#incidents.map((incident) => ({ ...incident, message: `${LONG}${TURNED}` }));
      this.#activity = this.#activity.map((activity) => ({
        ...activity,
        title: LONG,
        calls: [{ contract: USDC, contractName: LONG, function: LONG }],
      }));
      this.#network = { ...this.#network, name: LONG, problem: LONG };
      this.#networks = this.#networks.map((network) => ({ ...network, name: LONG, url: `https://${LONG}.example` }));
    }
    this.#settings = { idleLockMinutes: 10, absoluteLockHours: 8, theme: scenario.theme ?? 'system' };
    this.#working = scenario.progress ? [{ ...scenario.progress, since: now - 2400 }] : [];
    this.answers = this.#makeAnswers();
  }

  /** Answers one message of a page. */
  async answer(request: Request): Promise<FromEngine | undefined> {
    const { id, method, params } = request;
    if (this.#scenario.isDead) return undefined;
    if (id !== 0) this.calls.push(request);
    const { delay = 0, failing = {} } = this.#scenario;
    if (delay > 0 && method !== 'state') await new Promise((done) => setTimeout(done, delay));
    try {
      const failure = failing[method];
      if (failure) throw new Refusal(failure);
      const answer = this.answers[method] as (params: unknown) => unknown;
      return { id, result: structuredClone(answer(params)) };
    } catch (error) {
      if (error instanceof Refusal) return { id, error: error.shape };
      throw error;
    }
  }

  listen(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something happens beside what the pages ask for. */
  change(change: { network?: NetworkState['status']; working?: Progress[]; lock?: boolean; ask?: string }) {
    if (change.network) this.#network = { ...this.#network, ...network(NETWORKS[0] as Network, change.network) };
    if (change.working) this.#working = change.working;
    if (change.lock) this.#vault = { status: 'locked' };
    if (change.ask) this.#approvals.push(approval(this.#number(), change.ask, Date.now()));
    this.#push();
  }

  progress(progress: Progress) {
    this.#tell({ kind: 'progress', progress });
  }

  #number(): number {
    this.#next += 1;
    return this.#next;
  }

  #tell(event: EngineEvent) {
    for (const listener of this.#listeners) listener(structuredClone(event));
  }

  #push() {
    this.#tell({ kind: 'state', state: this.#state() });
  }

  #state(): State {
    if (this.#vault.status !== 'unlocked') {
      return { vault: this.#vault, accounts: [], pendingApprovals: this.#approvals.length, working: [] };
    }
    return {
      vault: this.#vault,
      network: this.#network,
      accounts: this.#accounts,
      ...(this.#selected === undefined ? {} : { selected: this.#selected }),
      pendingApprovals: this.#approvals.length,
      working: this.#working,
    };
  }

  #unlocked() {
    this.#vault = { status: 'unlocked', locksAt: Date.now() + this.#settings.idleLockMinutes * 60_000 };
    this.#failures = 0;
  }

  #checkPassword(password: string) {
    const retryAt = this.#vault.status === 'locked' ? this.#vault.retryAt : undefined;
    if (retryAt !== undefined && retryAt > Date.now()) refuse('throttled', 'too many wrong passwords', { retryAt });
    if (password === this.#password) return;
    this.#failures += 1;
    if (this.#failures < 3) refuse('wrongPassword', 'the password is wrong');
    const until = Date.now() + 5000;
    if (this.#vault.status === 'locked') this.#vault = { ...this.#vault, retryAt: until };
    this.#push();
    refuse('wrongPassword', 'the password is wrong', { retryAt: until });
  }

  #ask(name: string): { approval: number } {
    const id = this.#number();
    this.#approvals.push(approval(id, name, Date.now()));
    this.#push();
    return { approval: id };
  }

  #account(address: string): Account {
    return this.#accounts.find((account) => account.address === address) ?? refuse('unknown', 'no such account');
  }

  #take(id: number): Approval {
    const found = this.#approvals.find((approval) => approval.id === id);
    this.#approvals = this.#approvals.filter((approval) => approval.id !== id);
    return found ?? refuse('stale', `request ${id} is not waiting for an answer`);
  }

  #makeAnswers(): Engine {
    /** A command: what it changed is told to all pages. */
    const then = <P, R>(command: (params: P) => R) => (params: P): R => {
      const result = command(params);
      this.#push();
      return result;
    };
    return {
      state: () => this.#state(),

      generatePhrase: () => ({ words: [...WORDS] }),
      create: then(({ password, phrase }) => {
        if (phrase.split(' ').length !== 24) refuse('wrongPhrase', 'the last word does not fit the others');
        this.#password = password;
        this.#accounts = [];
        this.#selected = undefined;
        this.#unlocked();
      }),
      unlock: then(({ password }) => {
        this.#checkPassword(password);
        this.#unlocked();
      }),
      lock: then(() => {
        this.#vault = { status: 'locked' };
      }),
      changePassword: ({ old, new: changed }) => {
        this.#checkPassword(old);
        this.#password = changed;
      },
      revealPhrase: ({ password }) => {
        this.#checkPassword(password);
        return { words: [...WORDS] };
      },
      backup: ({ password }) => {
        this.#checkPassword(password);
        return { fileName: 'pixie-backup-1795267800.pixie', bytes: btoa('sealed') };
      },
      inspectBackup: ({ bytes }) => {
        if (atob(bytes) !== 'sealed') refuse('backup', 'the file does not begin as a backup does');
        return { version: 1, createdAt: Date.UTC(2026, 10, 20, 9, 30) };
      },
      restore: then(({ password, newPassword }) => {
        this.#checkPassword(password);
        this.#password = newPassword ?? password;
        this.#unlocked();
      }),
      erase: then(({ confirm }) => {
        if (confirm !== 'ERASE') refuse('invalidRequest', 'nothing was erased: the confirmation is missing');
        this.#vault = { status: 'empty' };
      }),
      touch: () => {},

      createAccount: then(({ type, alias }) => {
        const created: Account = {
          address: address(this.#number()),
          alias,
          type,
          viewOnly: false,
          deployment: 'none',
          origin: 'phrase',
        };
        this.#accounts = [...this.#accounts, created];
        this.#selected ??= created.address;
        return created;
      }),
      renameAccount: then((renamed) => {
        this.#account(renamed.address);
        this.#accounts = this.#accounts.map((account) =>
          account.address === renamed.address ? { ...account, alias: renamed.alias } : account,
        );
      }),
      selectAccount: then(({ address }) => {
        this.#selected = this.#account(address).address;
      }),
      removeAccount: then(({ address }) => {
        this.#accounts = this.#accounts.filter((account) => account.address !== address);
        if (this.#selected === address) this.#selected = this.#accounts[0]?.address;
      }),
      deployAccount: () => this.#ask('ownTransfer'),
      exportViewOnly: ({ password }) => {
        this.#checkPassword(password);
        return { text: `pixie-view-only:1:${'Q2FuJ3Qgc3BlbmQsIG9ubHkgc2VlLg'.repeat(6)}` };
      },
      importAccount: then(({ text, alias }) => {
        if (!text.startsWith('pixie-view-only:1:')) refuse('invalidRequest', 'this is no exported account');
        const imported: Account = {
          address: address(this.#number()),
          alias,
          type: 'schnorr',
          viewOnly: true,
          deployment: 'done',
          origin: 'imported',
        };
        this.#accounts = [...this.#accounts, imported];
        return imported;
      }),

      tokens: () => this.#tokens,
      addToken: then(({ address }) => {
        const added = { address, name: 'Dai Stablecoin', symbol: 'DAI', decimals: 18 };
        this.#tokens = [...this.#tokens, added];
        this.#balances = [...this.#balances, { token: added, private: '0', public: '0' }];
        return added;
      }),
      removeToken: then(({ address }) => {
        this.#tokens = this.#tokens.filter((token) => token.address !== address);
        this.#balances = this.#balances.filter(({ token }) => token.address !== address);
      }),
      balances: () =>
        this.#network.status === 'ready'
          ? this.#balances
          : this.#balances.map(({ token, private: hidden }) => ({
              token,
              ...(hidden === undefined ? {} : { private: hidden }),
              problem: 'the public balance cannot be asked for: the node does not answer',
            })),
      send: () => this.#ask('ownTransfer'),

      activity: ({ limit }) => this.#activity.slice(0, limit),
      activityEntry: ({ entry }) =>
        this.#activity.find((activity) => activity.entry === entry) ?? refuse('unknown', 'no such transaction'),

      approvals: () => this.#approvals,
      opened: () => {},
      approve: then(({ id, hash }) => {
        const waiting = this.#approvals.find((approval) => approval.id === id);
        if (waiting && waiting.hash !== hash) refuse('stale', `the window showed something other than request ${id}`);
        const { shown } = this.#take(id);
        if (shown.request.kind !== 'transaction') return {};
        const entry = this.#number();
        const now = Date.now();
        const [first] = this.#activity;
        if (first) {
          const stages = (['requested', 'approved'] as const).map((kind) => ({ kind, at: now }));
          this.#activity = [{ ...first, entry, requestedAt: now, stage: { kind: 'approved' }, stages }, ...this.#activity];
        }
        return { entry };
      }),
      deny: then(({ id }) => {
        this.#take(id);
      }),

      sites: () => this.#sites,
      incidents: () => this.#incidents,
      forgetIncidents: then(() => {
        this.#incidents = [];
      }),
      revoke: then(({ origin, grant }) => {
        this.#sites =
          grant === undefined
            ? this.#sites.filter((site) => site.origin !== origin)
            : this.#sites.map((site) =>
                site.origin === origin ? { ...site, grants: site.grants.filter(({ id }) => id !== grant) } : site,
              );
      }),
      verification: ({ origin }) =>
        origin.startsWith('https:') ? { emojis: [...'🦊🌲🎈🧩🍋🚲🐳🔔🪁'] } : null,
      contacts: () => this.#contacts,
      putContact: then((contact) => {
        this.#contacts = [...this.#contacts.filter(({ address }) => address !== contact.address), contact];
      }),
      removeContact: then(({ address }) => {
        this.#contacts = this.#contacts.filter((contact) => contact.address !== address);
      }),
      networks: () => this.#networks,
      addNetwork: then(({ name, url }) => {
        const added = { id: `own-${this.#number()}`, name, url, builtIn: false };
        this.#networks = [...this.#networks, added];
        return added;
      }),
      selectNetwork: then(({ id }) => {
        const chosen = this.#networks.find((network) => network.id === id);
        this.#network = network(chosen ?? refuse('unknown', 'no such network'), 'ready');
      }),
      removeNetwork: then(({ id }) => {
        this.#networks = this.#networks.filter((network) => network.id !== id);
      }),
      settings: () => this.#settings,
      setSettings: then((settings) => {
        this.#settings = settings;
      }),
      sync: () => {},
    };
  }
}

function firstVault(scenario: Scenario, now: number): VaultState {
  switch (scenario.vault ?? 'unlocked') {
    case 'empty':
      return { status: 'empty' };
    case 'locked':
      return scenario.retryIn === undefined
        ? { status: 'locked' }
        : { status: 'locked', retryAt: now + scenario.retryIn };
    case 'damaged':
      return { status: 'locked', damaged: true };
    case 'unlocked':
      return { status: 'unlocked', locksAt: now + 600_000 };
  }
}

function network({ id, name, url }: Network, status: NetworkState['status']): NetworkState {
  const about = { id, name, url, status };
  switch (status) {
    case 'connecting':
      return about;
    case 'unreachable':
      return { ...about, problem: 'the node does not answer', block: 48_213 };
    case 'wrongChain':
      return { ...about, problem: 'the node is on chain 1, this wallet was used with chain 31337' };
    case 'ready':
      return { ...about, chainId: '31337', rollupVersion: '1007562097', nodeVersion: '4.1.2', block: 48_213 };
  }
}

function approval(id: number, name: string, now: number): Approval {
  const shown = request(name);
  const origin = shown.asker === 'user' ? {} : { origin: shown.asker.dapp };
  return { id, hash: `hash-${id}`, askedAt: now - 5000, ...origin, shown };
}
