// Two peers on the network of AZTEC_NODE_URL.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PeerProcess } from './peer/client.mjs';

const url = process.env.AZTEC_NODE_URL;
const random = () => `0x${Buffer.from(crypto.getRandomValues(new Uint8Array(31))).toString('hex')}`;

describe('peer', { skip: !url && 'AZTEC_NODE_URL names no network' }, () => {
  let peer, other, alice, bob, token;
  const asAlice = (method, args, more = {}) =>
    peer.ask('send', { contract: token.address, artifact: 'Token', method, args, from: alice.address, ...more });

  before(async () => {
    peer = new PeerProcess(url);
    other = new PeerProcess(url);
    [alice, bob] = await peer.ask('accounts');
  });

  after(() => Promise.all([peer?.stop(), other?.stop()]));

  test('answers with the network and the funded accounts', async () => {
    const info = await peer.ask('info');
    assert.equal(info.nodeVersion, '4.1.2');
    assert.equal(alice.funded, true);
    assert.match(alice.address, /^0x[0-9a-f]{64}$/);
    assert.equal(alice.instance.address, alice.address);
  });

  test('answers what it cannot do with an error, and goes on', async () => {
    await assert.rejects(peer.ask('constructor'), /no command/);
    await assert.rejects(peer.ask('deploy', { artifact: '../../etc/passwd.json', from: alice.address }), /outside of node_modules/);
    await assert.rejects(peer.ask('send', { contract: alice.address, artifact: 'Token', method: 'nothing', from: alice.address }), /no function/);
    await assert.rejects(
      peer.ask('call', { contract: alice.address, artifact: 'Token', method: 'balance_of_private', args: [], from: alice.address }),
      /takes 1 arguments, not 0/,
    );
    peer.write('no JSON');
    await peer.ask('info');
    assert.equal(peer.unasked.length, 1);
    assert.match(peer.unasked[0].error, /JSON/);
  });

  test('deploys a token and mints', async () => {
    const deployed = await peer.ask('deploy', {
      artifact: '@aztec/noir-contracts.js/artifacts/token_contract-Token.json',
      constructor: 'constructor',
      args: [alice.address, 'Peer', 'PEER', 18],
      from: alice.address,
    });
    token = deployed.instance;
    assert.match(deployed.txHash, /^0x[0-9a-f]{64}$/);
    const minted = await asAlice('mint_to_private', [alice.address, '0x64']);
    assert.ok(minted.block > deployed.block);
    await asAlice('mint_to_public', [bob.address, '7']);
    assert.deepEqual(await peer.ask('balances', { token: token.address, owners: [alice.address, bob.address] }), [
      { owner: alice.address, private: '100', public: '0' },
      { owner: bob.address, private: '0', public: '7' },
    ]);
    const sync = await peer.ask('sync');
    assert.ok(sync.block >= minted.block);
  });

  test('calls private, public and utility functions', async () => {
    const call = async (method, args = []) =>
      (await peer.ask('call', { contract: token.address, artifact: 'Token', method, args, from: alice.address })).result;
    assert.equal(await call('get_admin'), alice.address);
    assert.equal(await call('public_get_decimals'), '18');
    assert.equal(await call('balance_of_private', [alice.address]), '100');
    assert.equal(await call('is_minter', [bob.address]), false);
    const symbol = await call('private_get_symbol');
    assert.equal(Buffer.from(BigInt(symbol.value).toString(16).padStart(62, '0'), 'hex').toString().replaceAll('\0', ''), 'PEER');
  });

  test('burns with an authwit', async () => {
    const call = { contract: token.address, artifact: 'Token', method: 'burn_private', args: [alice.address, '5', '0x1234'] };
    const { authwit } = await peer.ask('createAuthWit', { ...call, from: alice.address, caller: bob.address });
    const send = more => peer.ask('send', { ...call, from: bob.address, scopes: [alice.address], ...more });
    await assert.rejects(send({}));
    await send({ authwits: [authwit] });
    const [balance] = await peer.ask('balances', { token: token.address, owners: [alice.address] });
    assert.equal(balance.private, '95');
  });

  test('transfers privately to another peer, and back', async () => {
    const carol = await other.ask('createAccount', { secret: random(), salt: random(), type: 'schnorr', deploy: true });
    await other.ask('registerContract', { artifact: 'Token', instance: token });
    await other.ask('registerSender', { address: alice.address });
    await asAlice('transfer', [carol.address, 30], { fee: 'sponsored' });
    const ofCarol = async () => (await other.ask('balances', { token: token.address, owners: [carol.address] }))[0].private;
    assert.equal(await ofCarol(), '30');
    const notes = await other.ask('notes', { contract: token.address, owner: carol.address });
    assert.deepEqual(notes.map(note => BigInt(note.items[0])), [30n]);

    await peer.ask('registerSender', { address: carol.address });
    await other.ask('send', {
      contract: token.address,
      artifact: 'Token',
      method: 'transfer',
      args: [alice.address, 12],
      from: carol.address,
      fee: 'sponsored',
    });
    assert.equal(await ofCarol(), '18');
    const [balance] = await peer.ask('balances', { token: token.address, owners: [alice.address] });
    assert.equal(balance.private, '77');
  });

  test('ends when its input does', async () => {
    const third = new PeerProcess(url);
    await third.ask('info');
    assert.equal(await third.stop(), 0);
  });
});
