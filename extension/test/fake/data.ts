// What the wallet of the tests holds.
import type {
  Account,
  Activity,
  Balance,
  Contact,
  Incident,
  Network,
  Site,
  StageKind,
  Token,
} from '../../src/shared/api.ts';
import { checkAddress } from '../../src/shared/address.ts';

/** A value of 64 digits that follows from a number. */
export function field(seed: number): string {
  let state = (seed * 2654435761 + 12345) >>> 0;
  let digits = '';
  while (digits.length < 64) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    digits += state.toString(16).padStart(8, '0');
  }
  return `0x0${digits.slice(1, 64)}`;
}

/** An address that somebody could have. */
export function address(seed: number): string {
  for (let attempt = 0; ; attempt += 1) {
    const checked = checkAddress(field(seed * 1000 + attempt));
    if (checked.ok) return checked.address;
  }
}

export const MAIN = address(1);
export const SAVINGS = address(2);
export const VIEWED = address(3);
export const ALICE = address(11);
export const BOB = address(12);
export const CAROL = address(13);
export const USDC = address(21);
export const WETH = address(22);
export const SPONSOR = address(31);
export const EXCHANGE = address(41);
export const DAPP = 'https://swap.example';
export const PASSWORD = 'correct horse battery';
export const WORDS =
  'abandon ability able about above absent absorb abstract absurd abuse access accident account accuse achieve acid acoustic acquire across act action actor actress actual'.split(
    ' ',
  );

export const TOKENS: Token[] = [
  { address: USDC, name: 'USD Coin', symbol: 'USDC', decimals: 6 },
  { address: WETH, name: 'Wrapped Ether', symbol: 'WETH', decimals: 18 },
];

export const BALANCES: Balance[] = [
  { token: TOKENS[0] as Token, private: '12345678901', public: '250000000' },
  { token: TOKENS[1] as Token, private: '1503422190000000000', public: '0' },
];

export const ACCOUNTS: Account[] = [
  { address: MAIN, alias: 'Main account', type: 'schnorr', viewOnly: false, deployment: 'done', origin: 'phrase' },
  { address: SAVINGS, alias: 'Savings', type: 'ecdsaSecp256r1', viewOnly: false, deployment: 'none', origin: 'phrase' },
  { address: VIEWED, alias: 'Company till', type: 'ecdsaSecp256k1', viewOnly: true, deployment: 'done', origin: 'imported' },
];

export const CONTACTS: Contact[] = [
  { address: ALICE, alias: 'Alice', isSender: true },
  { address: BOB, alias: 'Bob, the baker around the corner', isSender: false },
];

/** What people and contracts may call themselves and each other. */
export const LONG = 'Pneumonoultramicroscopicsilicovolcanoconiosis'.repeat(4);
/** Turns the direction of what follows. */
export const TURNED = '\u202eecilA ot 0';
const MOST = ((1n << 128n) - 1n).toString();

export const ODD_BALANCES: Balance[] = [
  { token: { address: USDC, name: LONG, symbol: LONG.slice(0, 40), decimals: 0 }, private: MOST, public: MOST },
  { token: { address: WETH, name: TURNED, symbol: TURNED, decimals: 38 }, private: '1', public: MOST },
  { token: { address: BOB, name: '', symbol: '', decimals: 18 }, problem: LONG },
];

export const ODD_CONTACTS: Contact[] = [
  { address: ALICE, alias: LONG, isSender: true },
  { address: BOB, alias: TURNED, isSender: true },
];

export const NETWORKS: Network[] = [
  { id: 'local', name: 'Local network', url: 'http://localhost:8080', builtIn: true },
  { id: 'test', name: 'Testnet', url: 'https://node.testnet.example', builtIn: true },
  { id: 'own', name: 'My own node', url: 'https://aztec.home.example:8443', builtIn: false },
];

export function sites(now: number): Site[] {
  return [
    {
      origin: DAPP,
      name: 'Swap',
      connectedAt: now - 86_400_000,
      grants: [
        { id: 'accounts', title: 'See accounts', details: ['Main account'] },
        {
          id: 'simulation',
          title: 'See results without asking',
          details: [`Simulate: \`transfer\` of ${USDC}`, `Read: \`balance_of_private\` of ${USDC}`],
          expiresAt: now + 3_600_000,
        },
        { id: 'transaction', title: 'Ask for transactions', details: ['any function of any contract'] },
      ],
    },
    { origin: 'http://localhost:5173', connectedAt: now - 3_600_000, grants: [] },
  ];
}

export function incidents(now: number): Incident[] {
  return [
    {
      origin: DAPP,
      kind: 'notPermitted',
      message: 'the dapp has no permission for this function',
      count: 3,
      firstAt: now - 7_200_000,
      lastAt: now - 600_000,
    },
    {
      origin: 'https://strange.example',
      kind: 'flood',
      message: 'too many messages or bytes',
      count: 1,
      firstAt: now - 86_400_000,
      lastAt: now - 86_400_000,
    },
    { kind: 'unknownSender', message: 'no document', count: 1, firstAt: now - 90_000_000, lastAt: now - 90_000_000 },
  ];
}

export function activity(now: number): Activity[] {
  const base = { from: MAIN, calls: [{ contract: USDC, contractName: 'Token', function: 'transfer' }] };
  const stages = (at: number, ...kinds: StageKind[]) =>
    kinds.map((kind, index) => ({ kind, at: at + [0, 4200, 6100, 21_800, 22_600, 29_500][index]! }));
  return [
    {
      ...base,
      entry: 6,
      requestedAt: now - 14_000,
      asker: { kind: 'user' },
      title: 'Send 25 USDC to Alice',
      stage: { kind: 'simulated' },
      stages: stages(now - 14_000, 'requested', 'approved', 'simulated'),
    },
    {
      ...base,
      entry: 5,
      requestedAt: now - 600_000,
      asker: { kind: 'dapp', origin: DAPP },
      title: 'Call swap_private of Exchange',
      txHash: field(505),
      stage: { kind: 'mined', block: 48_211, final: false, reverted: false, fee: '1203400000000000' },
      stages: stages(now - 600_000, 'requested', 'approved', 'simulated', 'proved', 'sent', 'mined'),
    },
    {
      ...base,
      entry: 4,
      requestedAt: now - 4_000_000,
      asker: { kind: 'user' },
      title: 'Send 1 000 USDC to Bob, the baker around the corner',
      stage: { kind: 'failed', reason: 'the simulation failed: Balance too low' },
      stages: stages(now - 4_000_000, 'requested', 'approved'),
    },
    {
      ...base,
      entry: 3,
      requestedAt: now - 90_000_000,
      asker: { kind: 'user' },
      title: 'Make 250 USDC public',
      txHash: field(503),
      stage: { kind: 'mined', block: 47_003, final: true, reverted: false, fee: '980000000000000' },
      stages: stages(now - 90_000_000, 'requested', 'approved', 'simulated', 'proved', 'sent', 'mined'),
    },
    {
      ...base,
      entry: 2,
      requestedAt: now - 91_000_000,
      asker: { kind: 'dapp', origin: 'https://nft.example' },
      title: 'Call mint of Collectibles',
      txHash: field(502),
      stage: { kind: 'mined', block: 46_990, final: true, reverted: true, fee: '2210000000000000' },
      stages: stages(now - 91_000_000, 'requested', 'approved', 'simulated', 'proved', 'sent', 'mined'),
    },
    {
      ...base,
      entry: 1,
      requestedAt: now - 92_000_000,
      asker: { kind: 'dapp', origin: DAPP },
      title: 'Call approve of Token',
      stage: { kind: 'rejected', reason: 'the user said no' },
      stages: stages(now - 92_000_000, 'requested'),
    },
  ];
}
