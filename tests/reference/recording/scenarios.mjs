// The transactions that are recorded. Each entry prepares the chain and says
// what a fresh PXE must know and do; see `record-transactions.mjs`.
import { AztecAddress, EthAddress } from '@aztec/aztec.js/addresses';
import { BatchCall } from '@aztec/aztec.js/contracts';
import { PrivateFeePaymentMethod, PublicFeePaymentMethod } from '@aztec/aztec.js/fee';
import { Fr } from '@aztec/aztec.js/fields';
import { AMMContract } from '@aztec/noir-contracts.js/AMM';
import { CrowdfundingContract } from '@aztec/noir-contracts.js/Crowdfunding';
import { NFTContract } from '@aztec/noir-contracts.js/NFT';
import { PrivateVotingContract } from '@aztec/noir-contracts.js/PrivateVoting';
import { TokenContract } from '@aztec/noir-contracts.js/Token';
import { OffchainEffectContract } from '@aztec/noir-test-contracts.js/OffchainEffect';
import { PendingNoteHashesContract } from '@aztec/noir-test-contracts.js/PendingNoteHashes';
import { TestContract } from '@aztec/noir-test-contracts.js/Test';
import { TestLogContract } from '@aztec/noir-test-contracts.js/TestLog';

const UNIT = 10n ** 18n;

/** A token in which alice has two private notes and a public balance, and carol minted nothing. */
async function mainToken(world) {
  const token = await world.token('main token');
  await world.mint('main token, private', token, world.alice, [100n, 60n, 40n]);
  await world.once('main token, public', () =>
    world.send('mint main token, public', world.alice, [token.contract.methods.mint_to_public(world.alice.address, 1000n)]),
  );
  return token;
}

async function authwit(world, owner, caller, interaction) {
  const call = await interaction.getFunctionCall();
  return world.wallet.createAuthWit(owner.address, { caller: caller.address, call });
}

/** One call from an account, its fee paid as the account does by itself unless asked otherwise. */
const simple = (call, { knows = world => [world.alice], contracts, senders, fee } = {}) => async world => {
  const token = await mainToken(world);
  const interaction = await call(world, token);
  const from = knows(world)[0];
  const paymentMethod = await fee?.(world);
  return {
    from,
    accounts: knows(world),
    contracts: [token, ...((await contracts?.(world)) ?? [])],
    senders: senders?.(world),
    payload: await interaction.request(paymentMethod && { fee: { paymentMethod } }),
  };
};

async function nft(world) {
  const collection = await world.deploy('nft', 'NFT', NFTContract, world.alice.address, 'Pictures', 'PIC');
  await world.once('nft mint', async () => {
    const { mint, transfer_to_private: hide } = collection.contract.methods;
    await world.send('mint NFTs', world.alice, [1n, 2n, 3n].map(id => mint(world.alice.address, id)));
    await world.send('hide NFTs', world.alice, [1n, 2n].map(id => hide(world.alice.address, id)));
  });
  return collection;
}

async function amm(world) {
  const [first, second, shares] = [await world.token('amm first'), await world.token('amm second'), await world.token('amm shares')];
  const exchange = await world.deploy('amm', 'AMM', AMMContract, first.address, second.address, shares.address);
  await world.once('amm minter', () =>
    world.send('let the AMM mint', world.alice, [shares.contract.methods.set_minter(exchange.address, true)]),
  );
  await world.mint('amm first', first, world.alice, [5000n, 3000n]);
  await world.mint('amm second', second, world.alice, [5000n, 3000n]);
  return { first, second, shares, exchange, contracts: [first, second, shares, exchange] };
}

async function crowdfunding(world) {
  const token = await mainToken(world);
  const deadline = 4_000_000_000n;
  const campaign = await world.deploy('crowdfunding', 'Crowdfunding', CrowdfundingContract, token.address, world.bob.address, deadline);
  return { token, campaign };
}

async function ecdsaTransfer(world, name, type) {
  const token = await world.token('main token');
  const account = await world.account(name, type);
  await world.mint(`main token for ${name}`, token, account, [50n, 25n]);
  const transfer = token.contract.methods.transfer(world.bob.address, 60n);
  return {
    from: account,
    accounts: [account],
    contracts: [token, world.sponsor],
    senders: [world.alice.address],
    payload: await transfer.request({ fee: { paymentMethod: world.sponsored } }),
  };
}

async function partialNote(world) {
  const token = await mainToken(world);
  return { token, call: token.contract.methods.prepare_private_balance_increase(world.bob.address) };
}

async function manyNotes(world, key, count) {
  const token = await world.token(key);
  await world.mint(key, token, world.alice, Array.from({ length: count }, (_, i) => BigInt(10 + i)));
  return token;
}

/** Transactions: recorded with the simulated and with the full kernels, then mined. */
export const TRANSACTIONS = {
  transfer_private: {
    about: 'Token.transfer of 130 out of notes of 100, 60 and 40, with change',
    prepare: simple((world, token) => token.contract.methods.transfer(world.bob.address, 130n)),
  },
  mint_to_private: {
    about: 'Token.mint_to_private; raises the public supply',
    prepare: simple((world, token) => token.contract.methods.mint_to_private(world.bob.address, 500n)),
  },
  transfer_to_public: {
    about: 'Token.transfer_to_public by the owner',
    prepare: simple((world, token) => token.contract.methods.transfer_to_public(world.alice.address, world.bob.address, 7n, 0n)),
  },
  transfer_to_private: {
    about: 'Token.transfer_to_private: a partial note that public code completes',
    prepare: simple((world, token) => token.contract.methods.transfer_to_private(world.bob.address, 11n)),
  },
  transfer_public: {
    about: 'Token.transfer_in_public: no private call but the entrypoint; sponsored fee',
    prepare: simple((world, token) => token.contract.methods.transfer_in_public(world.alice.address, world.bob.address, 5n, 0n), {
      contracts: world => [world.sponsor],
      fee: world => world.sponsored,
    }),
  },
  burn_private: {
    about: 'Token.burn_private by the owner',
    prepare: simple((world, token) => token.contract.methods.burn_private(world.alice.address, 3n, 0n)),
  },
  transfer_authwit: {
    about: 'Token.transfer_in_private by bob on behalf of alice, to carol, with an authwit',
    prepare: async world => {
      const token = await mainToken(world);
      const { alice, bob, carol } = world;
      const transfer = token.contract.methods.transfer_in_private(alice.address, carol.address, 9n, world.secret('authwit nonce'));
      const witness = await authwit(world, alice, bob, transfer);
      return {
        from: bob,
        scopes: [bob.address, alice.address],
        accounts: [bob, alice],
        contracts: [token],
        payload: await transfer.with({ authWitnesses: [witness] }).request(),
      };
    },
  },
  partial_note_prepare: {
    about: 'Token.prepare_private_balance_increase: alice makes a partial note for bob',
    prepare: async world => {
      const { token, call } = await partialNote(world);
      return { from: world.alice, accounts: [world.alice], contracts: [token], payload: await call.request() };
    },
    mined: (world, proven) => {
      const call = proven.privateExecutionResult.entrypoint.nestedExecutionResults[0];
      world.partialNote = call.returnValues[0];
    },
  },
  partial_note_finalize: {
    about: 'Token.finalize_transfer_to_private: alice completes the note of partial_note_prepare, in public',
    after: ['partial_note_prepare'],
    prepare: async world => {
      const { token } = await partialNote(world);
      const call = token.contract.methods.finalize_transfer_to_private(13n, { commitment: world.partialNote });
      return { from: world.alice, accounts: [world.alice], contracts: [token], payload: await call.request() };
    },
  },
  nft_transfer_private: {
    about: 'NFT.transfer_in_private',
    prepare: async world => {
      const collection = await nft(world);
      const call = collection.contract.methods.transfer_in_private(world.alice.address, world.bob.address, 1n, 0n);
      return { from: world.alice, accounts: [world.alice], contracts: [collection], payload: await call.request() };
    },
  },
  nft_transfer_to_public: {
    about: 'NFT.transfer_to_public',
    prepare: async world => {
      const collection = await nft(world);
      const call = collection.contract.methods.transfer_to_public(world.alice.address, world.bob.address, 2n, 0n);
      return { from: world.alice, accounts: [world.alice], contracts: [collection], payload: await call.request() };
    },
  },
  amm_add_liquidity: {
    about: 'AMM.add_liquidity with two authwits and three partial notes',
    prepare: async world => {
      const { first, second, exchange, contracts } = await amm(world);
      const nonce = world.secret('add liquidity nonce');
      const pull = (token, amount) =>
        authwit(world, world.alice, exchange, token.contract.methods.transfer_to_public_and_prepare_private_balance_increase(
          world.alice.address, exchange.address, amount, nonce));
      const witnesses = [await pull(first, 4000n), await pull(second, 2000n)];
      const call = exchange.contract.methods.add_liquidity(4000n, 2000n, 3000n, 1500n, nonce).with({ authWitnesses: witnesses });
      return { from: world.alice, accounts: [world.alice], contracts, payload: await call.request() };
    },
  },
  amm_swap: {
    about: 'AMM.swap_exact_tokens_for_tokens with an authwit and a partial note',
    after: ['amm_add_liquidity'],
    prepare: async world => {
      const { first, second, exchange, contracts } = await amm(world);
      const nonce = world.secret('swap nonce');
      const pull = first.contract.methods.transfer_to_public(world.alice.address, exchange.address, 1000n, nonce);
      const call = exchange.contract.methods
        .swap_exact_tokens_for_tokens(first.address, second.address, 1000n, 1n, nonce)
        .with({ authWitnesses: [await authwit(world, world.alice, exchange, pull)] });
      return { from: world.alice, accounts: [world.alice], contracts, payload: await call.request() };
    },
  },
  fpc_private: {
    about: 'Token.transfer whose fee a fee-paying contract pays, against a private token; refund in the teardown',
    prepare: async world => {
      const token = await mainToken(world);
      const { coin, fpc } = await world.bananas();
      await world.mint('bananas', coin, world.alice, [1_000_000n * UNIT]);
      const gasSettings = await world.gasSettings();
      const paymentMethod = new PrivateFeePaymentMethod(fpc.address, world.alice.address, world.wallet, gasSettings);
      const call = token.contract.methods.transfer(world.bob.address, 2n);
      const payload = await call.request({ fee: { paymentMethod } });
      return { from: world.alice, accounts: [world.alice], contracts: [token, coin, fpc], payload, gasSettings };
    },
  },
  fpc_public: {
    about: 'Token.transfer_in_public whose fee a fee-paying contract pays, against a public token; public authwit, set-up, refund in the teardown',
    prepare: async world => {
      const token = await mainToken(world);
      const { coin, fpc } = await world.bananas();
      await world.once('bananas, public', () =>
        world.send('mint bananas, public', world.alice, [coin.contract.methods.mint_to_public(world.alice.address, 1_000_000n * UNIT)]),
      );
      const gasSettings = await world.gasSettings();
      const paymentMethod = new PublicFeePaymentMethod(fpc.address, world.alice.address, world.wallet, gasSettings);
      const call = token.contract.methods.transfer_in_public(world.alice.address, world.bob.address, 2n, 0n);
      const payload = await call.request({ fee: { paymentMethod } });
      return { from: world.alice, accounts: [world.alice], contracts: [token, coin, fpc], payload, gasSettings };
    },
  },
  many_notes: {
    about: 'Token.transfer of 20 notes: recurses, and needs resets between the calls',
    prepare: async world => {
      const token = await manyNotes(world, 'many notes', 20);
      const call = token.contract.methods.transfer(world.bob.address, 385n);
      return { from: world.alice, accounts: [world.alice], contracts: [token], payload: await call.request() };
    },
  },
  batch: {
    about: 'four calls in one transaction: two transfers, a mint and a burn; pending notes and nullifiers are squashed or read',
    prepare: async world => {
      const token = await world.token('batch token');
      await world.mint('batch token', token, world.alice, [10n, 10n, 10n, 10n, 10n]);
      const { transfer, mint_to_private: mint, burn_private: burn } = token.contract.methods;
      const { alice, bob } = world;
      const call = new BatchCall(world.wallet, [
        transfer(alice.address, 35n), transfer(bob.address, 33n), mint(alice.address, 4n), burn(alice.address, 12n, 0n),
      ]);
      return { from: alice, accounts: [alice], contracts: [token], payload: await call.request() };
    },
  },
  ecdsa_k_transfer: {
    about: 'Token.transfer by an ECDSA secp256k1 account, sponsored fee',
    prepare: world => ecdsaTransfer(world, 'kay', 'ecdsasecp256k1'),
  },
  ecdsa_r_transfer: {
    about: 'Token.transfer by an ECDSA secp256r1 account, sponsored fee',
    prepare: world => ecdsaTransfer(world, 'arthur', 'ecdsasecp256r1'),
  },
  deploy_account: {
    about: 'deployment of a Schnorr account through the multi-call entrypoint, sponsored fee',
    prepare: async world => {
      const account = await world.account('dave', 'schnorr', { deployed: false });
      const method = await account.manager.getDeployMethod();
      const options = { from: AztecAddress.ZERO, fee: { paymentMethod: world.sponsored } };
      const payload = await method.request(method.convertDeployOptionsToRequestOptions(options));
      const scopes = (await account.manager.getDeployMethod()).additionalScopes ?? [];
      return { from: { address: AztecAddress.ZERO }, scopes, accounts: [account], contracts: [world.sponsor], payload };
    },
  },
  deploy_contract: {
    about: 'publication of a contract class and instance, and its public constructor (contract class log)',
    prepare: async world => {
      const { alice, wallet } = world;
      const method = PrivateVotingContract.deploy(wallet, alice.address);
      const options = { from: alice.address, contractAddressSalt: world.secret('contract/voting') };
      const payload = await method.request(method.convertDeployOptionsToRequestOptions(options));
      const instance = await method.getInstance();
      const voting = { artifact: 'PrivateVoting', instance, address: instance.address };
      world.voting = { ...voting, contract: PrivateVotingContract.at(instance.address, wallet) };
      return { from: alice, accounts: [alice], contracts: [voting], payload };
    },
  },
  cast_vote: {
    about: 'PrivateVoting.cast_vote: a nullifier from an app-siloed key, and a public call',
    after: ['deploy_contract'],
    prepare: async world => {
      const { alice, voting } = world;
      const election = { id: 1n };
      await world.once('start vote', () =>
        world.send('start the vote', alice, [voting.contract.methods.start_vote(election)]),
      );
      const call = voting.contract.methods.cast_vote(election, new Fr(3n));
      return { from: alice, accounts: [alice], contracts: [voting], payload: await call.request() };
    },
  },
  crowdfunding_donate: {
    about: 'Crowdfunding.donate: a nested transfer with an authwit, a note in another contract, a check of the public clock',
    prepare: async world => {
      const { token, campaign } = await crowdfunding(world);
      const transfer = token.contract.methods.transfer_in_private(world.alice.address, campaign.address, 6n, 0n);
      const witness = await authwit(world, world.alice, campaign, transfer);
      const call = campaign.contract.methods.donate(6n).with({ authWitnesses: [witness] });
      return { from: world.alice, accounts: [world.alice], contracts: [token, campaign], payload: await call.request() };
    },
  },
  static_call: {
    about: 'Token.private_get_name: a static private call that reads public state',
    prepare: simple((world, token) => token.contract.methods.private_get_name()),
  },
  inner_resets: {
    about: 'PendingNoteHashes.test_recursively_create_notes: overflows the kernels, so that resets come between the calls',
    prepare: async world => {
      const test = await world.privateContract('pending', 'PendingNoteHashes', PendingNoteHashesContract);
      const call = test.contract.methods.test_recursively_create_notes(world.alice.address, 9);
      return { from: world.alice, accounts: [world.alice], contracts: [test], payload: await call.request() };
    },
  },
  nested_events: {
    about: 'TestLog.emit_encrypted_events_nested: the same contract logs again and again within one transaction',
    prepare: async world => {
      const test = await world.privateContract('log', 'TestLog', TestLogContract);
      const call = test.contract.methods.emit_encrypted_events_nested(world.bob.address, 3);
      return { from: world.alice, accounts: [world.alice], contracts: [test], payload: await call.request() };
    },
  },
  offchain: {
    about: 'OffchainEffect: a note and an event delivered off chain',
    prepare: async world => {
      const test = await world.privateContract('offchain', 'OffchainEffect', OffchainEffectContract);
      const { emit_note_as_offchain_message: note, emit_event_as_offchain_message_for_msg_sender: event } = test.contract.methods;
      const call = new BatchCall(world.wallet, [note(7n, world.alice.address), event(1n, 2n, 3n)]);
      return { from: world.alice, accounts: [world.alice], contracts: [test], payload: await call.request() };
    },
  },
  side_effects: {
    about: 'Test contract: message to L1, bare nullifier, raw encrypted logs, a note, an own expiration time',
    prepare: async world => {
      const privately = { skipClassPublication: true, skipInstancePublication: true };
      const test = await world.deployWith(privately, 'test', 'Test', TestContract);
      const { alice, wallet } = world;
      const { methods } = test.contract;
      const call = new BatchCall(wallet, [
        methods.create_l2_to_l1_message_arbitrary_recipient_private(new Fr(77n), EthAddress.fromNumber(4919)),
        methods.emit_nullifier(world.secret('nullifier')),
        methods.emit_array_as_encrypted_log([1n, 2n, 3n, 4n, 5n], alice.address, true),
        methods.call_create_note(42n, alice.address, 8n, false),
      ]);
      return { from: alice, accounts: [alice], contracts: [test], payload: await call.request() };
    },
  },
};

/** Whatever is not one transaction in the two kernel variants. */
export const OTHERS = {
  simulate_kernelless: {
    about: 'Token.transfer simulated without kernels, through a stub in place of the account contract',
    prepare: async world => {
      const token = await mainToken(world);
      const { alice, bob, wallet } = world;
      const { account, instance } = await wallet.getFakeAccountDataFor(alice.address);
      const fee = await wallet.completeFeeOptionsForEstimation(alice.address);
      const payload = await token.contract.methods.transfer(bob.address, 12n).request();
      const request = await account.createTxExecutionRequest(payload, fee.gasSettings, await wallet.getChainInfo(), {
        txNonce: world.secret('kernelless nonce'),
        cancellable: false,
        feePaymentMethodOptions: fee.accountFeePaymentMethodOptions,
      });
      const overrides = [{ address: alice.address, artifact: 'SimulatedAccount', instance }];
      return {
        accounts: [alice],
        contracts: [token],
        operations: [{ kind: 'simulate', request, scopes: [alice.address], overrides, skipFeeEnforcement: true, skipTxValidation: true }],
      };
    },
  },
  balance: {
    about: 'Token.balance_of_private by the utility path: bob finds the notes that alice sent him',
    after: ['transfer_private', 'partial_note_finalize'],
    prepare: async world => {
      const token = await mainToken(world);
      const call = await token.contract.methods.balance_of_private(world.bob.address).getFunctionCall();
      return {
        accounts: [world.bob],
        contracts: [token],
        senders: [world.alice.address],
        operations: [{ kind: 'utility', call, scopes: [world.bob.address] }],
      };
    },
  },
  private_events: {
    about: 'the Transfer events that bob received',
    after: ['transfer_private'],
    prepare: async world => {
      const token = await mainToken(world);
      const filter = { contractAddress: token.address, scopes: [world.bob.address] };
      return {
        accounts: [world.bob],
        contracts: [token],
        senders: [world.alice.address],
        operations: [{ kind: 'events', eventSelector: TokenContract.events.Transfer.eventSelector, filter }],
      };
    },
  },
  sequence: {
    about: 'one PXE over time: a balance, a transfer, a second transfer before the first is mined, then the balance again',
    prepare: async world => {
      const token = await world.token('sequence token');
      const { alice, bob } = world;
      await world.mint('sequence token', token, alice, [30n, 20n]);
      const balance = async () => token.contract.methods.balance_of_private(alice.address).getFunctionCall();
      const transfer = async amount => world.request(await token.contract.methods.transfer(bob.address, amount).request(), alice.address);
      const scopes = [alice.address];
      let first;
      return {
        accounts: [alice],
        contracts: [token],
        operations: [
          { kind: 'utility', call: await balance(), scopes },
          { kind: 'prove', request: await transfer(35n), scopes, after: ({ tx }) => void (first = tx) },
          { kind: 'prove', request: await transfer(10n), scopes },
          { kind: 'utility', call: await balance(), scopes, before: () => world.mine(first) },
        ],
      };
    },
  },
};
