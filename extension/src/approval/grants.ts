// A dapp's wishes as items that the user can leave out one by one, and the grants that remain.
import type {
  AccountsCapability,
  Aliased,
  CallScope,
  Capability,
  FunctionPattern,
  GrantedCapability,
  Manifest,
  Scope,
} from '../shared/api.ts';

export interface Item {
  id: string;
  text: string;
  /** What the text is about. */
  address?: string;
  note?: string;
  /** It reaches further than what the dapp itself brings along. */
  isBroad: boolean;
  /** Whether it is chosen as long as the user says nothing. */
  isInitial: boolean;
}

export interface Group {
  id: string;
  kind: Capability['type'];
  title: string;
  items: Item[];
}

/** The items of a manifest, in its order. Accounts to choose from are apart. */
export function groupsOf(manifest: Manifest): Group[] {
  return manifest.capabilities
    .map((capability, index) => groupOf(capability, String(index)))
    .filter(({ items }) => items.length > 0);
}

function groupOf(capability: Capability, id: string): Group {
  const group = (title: string, items: (Item | false)[]): Group => ({
    id,
    kind: capability.type,
    title,
    items: items.filter((item) => item !== false),
  });
  const right = (name: string, asked: boolean | undefined, text: string, note?: string): Item | false =>
    asked === true && item(`${id}.${name}`, text, note === undefined ? {} : { note });
  switch (capability.type) {
    case 'accounts':
      return group('Accounts', [
        right('canGet', capability.canGet, 'See the chosen accounts', 'Their names and addresses'),
        right(
          'canCreateAuthWit',
          capability.canCreateAuthWit,
          'Ask them to authorise actions',
          'You are asked each time',
        ),
      ]);
    case 'contracts':
      return group('Contracts', [
        right('canRegister', capability.canRegister, 'Have contracts registered'),
        right('canGetMetadata', capability.canGetMetadata, 'Learn whether you know them'),
        ...addressItems(`${id}.contracts`, capability.contracts, 'Any contract', 'Contract'),
      ]);
    case 'contractClasses':
      return group('Contract classes', [
        right('canGetMetadata', capability.canGetMetadata, 'Learn whether you know them'),
        ...addressItems(`${id}.classes`, capability.classes, 'Any class', 'Class'),
      ]);
    case 'simulation':
      return group('See results without asking', [
        ...callItems(`${id}.transactions`, capability.transactions, 'Simulate', true),
        ...callItems(`${id}.utilities`, capability.utilities, 'Read', true),
      ]);
    case 'transaction':
      return group('Ask for transactions', callItems(`${id}.scope`, capability, 'Call', false));
    case 'data':
      return group('Private data', [
        capability.addressBook === true &&
          item(`${id}.addressBook`, 'Read your address book', {
            note: 'All names and addresses in it',
            isBroad: true,
            // Others are in it, too, and few dapps need it.
            isInitial: false,
          }),
        ...(capability.privateEvents
          ? addressItems(
              `${id}.privateEvents`,
              capability.privateEvents.contracts,
              'Private events of any contract',
              'Private events of',
            )
          : []),
      ]);
  }
}

function item(id: string, text: string, more: Partial<Omit<Item, 'id' | 'text'>> = {}): Item {
  return { id, text, isBroad: false, isInitial: true, ...more };
}

function addressItems(id: string, scope: Scope<string>, any: string, one: string): Item[] {
  if (scope === '*') return [item(`${id}.*`, any, { isBroad: true })];
  return scope.map((address, index) => item(`${id}.${index}`, one, { address }));
}

function callItems(id: string, calls: CallScope | undefined, verb: string, tells: boolean): Item[] {
  if (!calls) return [];
  const { scope } = calls;
  if (scope === '*') {
    const note = tells ? 'It sees what any contract says of your private state' : 'You are asked each time';
    return [item(`${id}.*`, `${verb} any function of any contract`, { note, isBroad: tells })];
  }
  return scope.map((pattern, index) => {
    const { contract } = pattern;
    const what = pattern.function === '*' ? 'any function' : pattern.function;
    const text = contract === '*' ? `${verb} ${what} of any contract` : `${verb} ${what}`;
    const further = furtherScopes(pattern);
    return item(`${id}.${index}`, text, {
      ...(contract === '*' ? {} : { address: contract }),
      ...(further === undefined ? {} : { note: further }),
      isBroad: tells && (contract === '*' || further !== undefined),
    });
  });
}

function furtherScopes({ additionalScopes }: FunctionPattern): string | undefined {
  if (additionalScopes === undefined) return undefined;
  if (additionalScopes === '*') return 'With the keys of any of your contracts';
  const count = additionalScopes.length;
  if (count === 0) return undefined;
  return count === 1 ? 'With the keys of one more address' : `With the keys of ${count} more addresses`;
}

export function initialChoice(groups: Group[]): Set<string> {
  const initial = groups.flatMap(({ items }) => items.filter(({ isInitial }) => isInitial));
  return new Set(initial.map(({ id }) => id));
}

/** What the dapp gets: of what it asked for, what is chosen. Nothing that allows nothing is in it. */
export function grantsOf(
  manifest: Manifest,
  chosen: ReadonlySet<string>,
  accounts: Aliased<string>[],
): GrantedCapability[] {
  const granted = manifest.capabilities.map((capability, index) =>
    grantOf(capability, String(index), chosen, accounts),
  );
  return granted.filter((grant) => grant !== undefined);
}

function grantOf(
  capability: Capability,
  id: string,
  chosen: ReadonlySet<string>,
  accounts: Aliased<string>[],
): GrantedCapability | undefined {
  const has = (name: string) => chosen.has(`${id}.${name}`);
  const only = <T>(name: string, scope: Scope<T>): Scope<T> =>
    scope === '*' ? (has(`${name}.*`) ? '*' : []) : scope.filter((_, index) => has(`${name}.${index}`));
  const calls = (name: string, asked: CallScope | undefined): CallScope | undefined => {
    if (!asked) return undefined;
    const scope = only(name, asked.scope);
    return scope.length === 0 ? undefined : { scope };
  };
  switch (capability.type) {
    case 'accounts': {
      const rights: AccountsCapability = {
        ...(capability.canGet === undefined ? {} : { canGet: has('canGet') }),
        ...(capability.canCreateAuthWit === undefined ? {} : { canCreateAuthWit: has('canCreateAuthWit') }),
      };
      if (accounts.length === 0 || !(rights.canGet || rights.canCreateAuthWit)) return undefined;
      return { type: 'accounts', ...rights, accounts };
    }
    case 'contracts': {
      const contracts = only('contracts', capability.contracts);
      const rights = {
        ...(capability.canRegister === undefined ? {} : { canRegister: has('canRegister') }),
        ...(capability.canGetMetadata === undefined ? {} : { canGetMetadata: has('canGetMetadata') }),
      };
      if (contracts.length === 0 || !(rights.canRegister || rights.canGetMetadata)) return undefined;
      return { type: 'contracts', contracts, ...rights };
    }
    case 'contractClasses': {
      const classes = only('classes', capability.classes);
      if (classes.length === 0 || !has('canGetMetadata')) return undefined;
      return { type: 'contractClasses', classes, canGetMetadata: true };
    }
    case 'simulation': {
      const transactions = calls('transactions', capability.transactions);
      const utilities = calls('utilities', capability.utilities);
      if (!transactions && !utilities) return undefined;
      return {
        type: 'simulation',
        ...(transactions ? { transactions } : {}),
        ...(utilities ? { utilities } : {}),
      };
    }
    case 'transaction': {
      const granted = calls('scope', capability);
      return granted && { type: 'transaction', ...granted };
    }
    case 'data': {
      const addressBook = capability.addressBook === true && has('addressBook');
      const contracts = capability.privateEvents && only('privateEvents', capability.privateEvents.contracts);
      const hasEvents = contracts !== undefined && contracts.length > 0;
      if (!addressBook && !hasEvents) return undefined;
      return {
        type: 'data',
        ...(capability.addressBook === undefined ? {} : { addressBook }),
        ...(hasEvents ? { privateEvents: { contracts } } : {}),
      };
    }
  }
}
