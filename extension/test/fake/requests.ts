// One request of each kind, in the JSON form of the engine.
import type {
  ApprovalRequest,
  ChainInfo,
  DecodedCall,
  Party,
  PrivacyAccount,
  RequestOf,
  Shown,
} from '../../src/shared/api.ts';
import {
  ALICE,
  CAROL,
  DAPP,
  EXCHANGE,
  field,
  LONG,
  MAIN,
  SAVINGS,
  SPONSOR,
  TURNED,
  USDC,
  WETH,
} from './data.ts';

const ZERO = `0x${'0'.repeat(64)}`;
const chain: ChainInfo = { chainId: '0x7a69', version: '0x3c0e2d71' };
const main: Party = { address: MAIN, name: 'Main account' };
const alice: Party = { address: ALICE, name: 'Alice' };
const sponsor: Party = { address: SPONSOR, contract: 'SponsoredFPC' };
const usdc: Party = { address: USDC, name: 'USD Coin', contract: 'Token' };
const exchange: Party = { address: EXCHANGE, contract: 'Exchange' };

const transfer: DecodedCall = {
  contract: usdc,
  function: {
    is: 'known',
    name: 'transfer',
    selector: '0xd6f42325',
    arguments: [
      { name: 'to', value: ALICE, party: alice },
      { name: 'amount', value: '25000000', amount: '25 USDC' },
    ],
  },
  functionType: 'private',
  isStatic: false,
  hidesSender: false,
};

const sponsorCall: DecodedCall = {
  contract: sponsor,
  function: { is: 'known', name: 'sponsor_unconditionally', selector: '0x01020304', arguments: [] },
  functionType: 'private',
  isStatic: false,
  hidesSender: false,
};

const swap: DecodedCall = {
  contract: exchange,
  function: {
    is: 'known',
    name: 'swap_private',
    selector: '0x5a5b5c5d',
    arguments: [
      { name: 'token_in', value: USDC, party: usdc },
      { name: 'token_out', value: WETH, party: { address: WETH, name: 'Wrapped Ether' } },
      { name: 'amount_in', value: '250000000' },
      { name: 'is_exact', value: true },
      { name: 'path', value: { hops: [field(61), field(62)], deadline: '1795290000' } },
    ],
  },
  functionType: 'private',
  isStatic: false,
  hidesSender: false,
};

const unknown: DecodedCall = {
  by: exchange,
  contract: { address: CAROL },
  function: { is: 'unknown', selector: '0xdeadbeef', arguments: [field(71), field(72)] },
  functionType: 'public',
  isStatic: false,
  hidesSender: true,
};

const ownPrivacy: PrivacyAccount = {
  public: [{ is: 'transaction' }, { is: 'feePayer', payer: sponsor, isAccount: false }],
  learners: [{ is: 'node' }, { is: 'payer', payer: sponsor }],
  isLinkable: false,
};

const ownTransfer: RequestOf<'transaction'> = {
  kind: 'transaction',
  from: main,
  calls: [sponsorCall, transfer],
  ownCalls: 1,
  underneath: [],
  authorizations: [],
  fee: { payer: sponsor, atMost: '4800000000000000', expected: '1203400000000000' },
  privacy: ownPrivacy,
  chain,
  message: field(81),
  payload: { calls: [{ name: 'transfer', to: USDC, selector: '0xd6f42325', args: [ALICE, '0x17d7840'] }] },
};

const dappTransaction: RequestOf<'transaction'> = {
  ...ownTransfer,
  calls: [swap],
  ownCalls: 0,
  underneath: [unknown, { ...transfer, by: exchange }],
  authorizations: [
    {
      consumer: usdc,
      caller: exchange,
      function: {
        is: 'known',
        name: 'transfer_to_public',
        selector: '0x11223344',
        arguments: [
          { name: 'from', value: MAIN, party: main },
          { name: 'to', value: EXCHANGE, party: exchange },
          { name: 'amount', value: '250000000', amount: '250 USDC' },
          { name: 'authwit_nonce', value: field(91) },
        ],
      },
    },
  ],
  fee: { payer: main, atMost: '9100000000000000' },
  privacy: {
    public: [
      { is: 'transaction' },
      { is: 'feePayer', payer: main, isAccount: true },
      { is: 'call', contract: exchange, function: swap.function, sender: exchange, namesAccount: false },
      { is: 'call', contract: { address: CAROL }, function: unknown.function, sender: null, namesAccount: true },
    ],
    learners: [{ is: 'node' }, { is: 'dapp', origin: DAPP }],
    isLinkable: true,
  },
};

const connect: RequestOf<'connect'> = {
  kind: 'connect',
  accounts: [
    { alias: 'Main account', item: MAIN },
    { alias: 'Savings', item: SAVINGS },
  ],
  manifest: {
    version: '1.0',
    metadata: { name: 'Swap', version: '2.1.0', description: 'Trade tokens without telling anybody' },
    capabilities: [
      { type: 'accounts', canGet: true, canCreateAuthWit: true },
      { type: 'contracts', contracts: [USDC, EXCHANGE], canRegister: true, canGetMetadata: true },
      { type: 'contractClasses', classes: '*', canGetMetadata: true },
      {
        type: 'simulation',
        transactions: { scope: [{ contract: EXCHANGE, function: '*' }] },
        utilities: {
          scope: [
            { contract: USDC, function: 'balance_of_private' },
            { contract: '*', function: 'balance_of_public', additionalScopes: '*' },
          ],
        },
      },
      { type: 'transaction', scope: '*' },
      { type: 'data', addressBook: true, privateEvents: { contracts: [USDC] } },
    ],
    behavior: { mode: 'permissive' },
  },
};

const authWit: RequestOf<'authWit'> = {
  kind: 'authWit',
  from: main,
  action: { is: 'call', caller: exchange, call: { ...transfer, function: dappTransaction.authorizations[0]!.function } },
  privacy: { public: [], learners: [{ is: 'witnessHolder', origin: DAPP }], isLinkable: false },
  chain,
  message: field(82),
  intent: { caller: EXCHANGE, call: { name: 'transfer_to_public', to: USDC } },
};

const REQUESTS: Record<string, { asker: Shown['asker']; request: ApprovalRequest }> = {
  discover: { asker: { dapp: DAPP }, request: { kind: 'discover', appId: 'swap-app', chain } },
  connect: { asker: { dapp: DAPP }, request: connect },
  ownTransfer: { asker: 'user', request: ownTransfer },
  transaction: { asker: { dapp: DAPP }, request: dappTransaction },
  profile: { asker: { dapp: DAPP }, request: { ...dappTransaction, kind: 'profile', from: { address: ZERO } } },
  authWit: { asker: { dapp: DAPP }, request: authWit },
  opaqueAuthWit: {
    asker: { dapp: DAPP },
    request: { ...authWit, action: { is: 'opaque', consumer: exchange, innerHash: field(83) } },
  },
  sender: {
    asker: { dapp: DAPP },
    request: { kind: 'registerSender', sender: { address: CAROL }, alias: 'Relayer' },
  },
  contract: {
    asker: { dapp: DAPP },
    request: {
      kind: 'registerContract',
      address: EXCHANGE,
      classId: field(84),
      contract: 'Exchange',
      hasSecretKey: true,
    },
  },
  addressBook: {
    asker: { dapp: DAPP },
    request: {
      kind: 'addressBook',
      entries: [
        { alias: 'Alice', item: ALICE },
        { alias: 'Bob, the baker around the corner', item: CAROL },
      ],
    },
  },
  disclosure: {
    asker: { dapp: DAPP },
    request: {
      kind: 'disclosure',
      from: main,
      calls: [
        {
          ...transfer,
          functionType: 'utility',
          function: {
            is: 'known',
            name: 'balance_of_private',
            selector: '0x9e8d7c6b',
            arguments: [{ name: 'owner', value: MAIN, party: main }],
          },
        },
      ],
    },
  },
};

const oddParty: Party = { address: EXCHANGE, name: LONG, contract: LONG };
const oddCall: DecodedCall = {
  by: oddParty,
  contract: { address: CAROL, contract: TURNED },
  function: {
    is: 'known',
    name: LONG,
    selector: '0x5a5b5c5d',
    arguments: [
      { name: LONG, value: LONG },
      { name: 'to', value: ALICE, party: oddParty },
      { name: 'amount', value: '1', amount: `${'9'.repeat(39)} ${LONG.slice(0, 40)}` },
      { name: 'list', value: Array.from({ length: 60 }, (_, index) => field(index)) },
    ],
  },
  functionType: 'public',
  isStatic: true,
  hidesSender: true,
};
const odd: RequestOf<'transaction'> = {
  ...dappTransaction,
  from: oddParty,
  calls: [oddCall],
  underneath: [oddCall],
  authorizations: [{ consumer: oddParty, caller: oddParty, function: oddCall.function }],
  fee: { payer: oddParty, atMost: ((1n << 128n) - 1n).toString() },
};
const oddOrigin = `https://${LONG.slice(0, 60)}.${LONG.slice(0, 60)}.example:65535`;
REQUESTS['oddTransaction'] = { asker: { dapp: oddOrigin }, request: odd };
REQUESTS['oddConnect'] = {
  asker: { dapp: oddOrigin },
  request: {
    ...connect,
    accounts: [{ alias: LONG, item: MAIN }],
    manifest: {
      ...connect.manifest,
      metadata: { name: TURNED + LONG, version: '', description: LONG },
      capabilities: [{ type: 'transaction', scope: [{ contract: EXCHANGE, function: LONG }] }],
    },
  },
};

/** A kind that an engine of a later version may have. */
const future = { kind: 'teleport', to: MAIN } as unknown as ApprovalRequest;
REQUESTS['future'] = { asker: { dapp: DAPP }, request: future };

export type RequestName = keyof typeof REQUESTS;
export const REQUEST_NAMES: string[] = Object.keys(REQUESTS);

export function request(name: string): Shown {
  const found = REQUESTS[name];
  if (!found) throw new Error(`no request is called ${name}`);
  return found;
}
