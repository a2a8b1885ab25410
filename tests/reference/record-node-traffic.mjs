// Records the JSON-RPC traffic of an Aztec node, for the replaying mock of crates/node.
//
//   node record-node-traffic.mjs proxy  --node URL --out FILE [--port N]
//       stands between any client and the node until it is interrupted
//   node record-node-traffic.mjs sample --node URL --out FILE
//       records a fixed set of calls that the reference client makes (what tests/vectors holds)
//
// The file: {version, node, exchanges: [{method, params, result | error}]}; a result that the node
// left out (JavaScript's undefined) is left out here too. Batches are taken apart.
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { parseArgs } from 'node:util';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: 'string', default: 'http://localhost:8080' },
    out: { type: 'string' },
    port: { type: 'string', default: '0' },
  },
});
const [mode] = positionals;
if (!['proxy', 'sample'].includes(mode) || !values.out) {
  console.error('usage: record-node-traffic.mjs proxy|sample --out FILE [--node URL] [--port N]');
  process.exit(2);
}

const exchanges = [];

function record(request, response) {
  const calls = [request].flat();
  const answers = [response].flat();
  for (const { id, method, params = [] } of calls) {
    const answer = answers.find(candidate => candidate.id === id);
    if (answer) {
      const { result, error } = answer;
      exchanges.push({ method, params, ...(error ? { error } : { result }) });
    }
  }
}

const server = http.createServer(async (incoming, outgoing) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  try {
    const answer = await fetch(values.node, {
      method: incoming.method,
      headers: { 'content-type': 'application/json' },
      body: body.length > 0 ? body : undefined,
    });
    const text = await answer.text();
    if (incoming.method === 'POST') {
      try {
        record(JSON.parse(body.toString()), JSON.parse(text));
      } catch (error) {
        console.error(`not recorded: ${error.message}`);
      }
    }
    const headers = Object.fromEntries(
      [...answer.headers].filter(([name]) => name.startsWith('x-aztec-') || name.startsWith('access-control-')),
    );
    outgoing.writeHead(answer.status, { ...headers, 'content-type': answer.headers.get('content-type') ?? '' });
    outgoing.end(text);
  } catch (error) {
    outgoing.writeHead(502);
    outgoing.end(String(error.message));
  }
});
await new Promise(resolve => server.listen(Number(values.port), '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}`;

function save() {
  const lines = exchanges.map(exchange => `  ${JSON.stringify(exchange)}`).join(',\n');
  writeFileSync(values.out, `{"version":1,"node":"4.1.2","exchanges":[\n${lines}\n]}\n`);
  console.log(`${exchanges.length} exchanges in ${values.out}`);
}

if (mode === 'proxy') {
  console.log(`listening on ${url}, forwarding to ${values.node}; interrupt to save`);
  process.once('SIGINT', () => {
    save();
    process.exit(0);
  });
  process.once('SIGTERM', () => {
    save();
    process.exit(0);
  });
} else {
  await sample();
  save();
  server.close();
  server.closeAllConnections();
}

// The calls are chosen by what they return: everything that the wallet reads, once with a value and
// once without where that can be; nothing large.
async function sample() {
  const { createAztecNodeClient } = await import('@aztec/stdlib/interfaces/client');
  const { Fr } = await import('@aztec/foundation/curves/bn254');
  const { MerkleTreeId } = await import('@aztec/stdlib/trees');
  const { Tag, SiloedTag } = await import('@aztec/stdlib/logs');
  const { BlockHash } = await import('@aztec/stdlib/block');
  const { TxHash } = await import('@aztec/stdlib/tx');
  const LIMIT = 60_000;

  const unrecorded = createAztecNodeClient(values.node);
  const node = createAztecNodeClient(url);
  const size = value => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}` : v))?.length ?? 0;

  const latest = await unrecorded.getBlockNumber();
  const blocks = [];
  for (let number = 1; number <= latest; number++) blocks.push(await unrecorded.getBlock(number));
  const effects = blocks.flatMap(block => block.body.txEffects);
  const small = blocks.filter(block => size(block) < LIMIT && block.body.txEffects.length > 0);
  const block = small.at(-1);
  const effect = block.body.txEffects[0];
  const find = predicate => effects.find(candidate => predicate(candidate) && size(candidate) < LIMIT);
  const withPrivateLog = find(candidate => candidate.privateLogs.length > 0);
  const withPublicLog = find(candidate => candidate.publicLogs.length > 0);
  const withNote = find(candidate => candidate.noteHashes.length > 0);
  const absent = new Fr(0x0123456789n);
  const hash = await block.hash();

  await node.isReady();
  await node.getNodeInfo();
  await node.getNodeVersion();
  await node.getVersion();
  await node.getChainId();
  await node.getL1ContractAddresses();
  await node.getProtocolContractAddresses();
  await node.getL2Tips();
  await node.getWorldStateSyncStatus();
  await node.getBlockNumber();
  await node.getProvenBlockNumber();
  await node.getCheckpointedBlockNumber();
  await node.getCheckpointNumber();
  await node.getEncodedEnr();
  await node.getAllowedPublicSetup();
  await node.getCurrentMinFees();
  await node.getMaxPriorityFees();
  await node.getPendingTxCount();

  await node.getBlockHeader('latest');
  await node.getBlockHeader(block.number);
  await node.getBlockHeader(hash);
  await node.getBlockHeader(1_000_000);
  await node.getBlock(block.number);
  await node.getBlock(hash);
  await node.getBlock(1_000_000);

  const nullifier = effect.nullifiers[0];
  await node.findLeavesIndexes('latest', MerkleTreeId.NULLIFIER_TREE, [nullifier, absent]);
  await node.getNullifierMembershipWitness('latest', nullifier);
  await node.getNullifierMembershipWitness('latest', absent);
  await node.getLowNullifierMembershipWitness('latest', absent);
  await node.getPublicDataWitness('latest', effect.publicDataWrites[0].leafSlot);
  await node.getPublicDataWitness(hash, absent);
  await node.getBlockHashMembershipWitness('latest', await blocks[0].hash());
  await node.getBlockHashMembershipWitness('latest', new BlockHash(absent));
  await node.getNoteHashMembershipWitness('latest', (withNote ?? effect).noteHashes[0] ?? absent);
  await node.getNoteHashMembershipWitness('latest', absent);
  await node.getL1ToL2MessageCheckpoint(absent);
  await node.getL1ToL2MessageMembershipWitness('latest', absent);

  const anchor = await blocks.at(-1).hash();
  if (withPrivateLog) {
    const tag = new SiloedTag(withPrivateLog.privateLogs[0].fields[0]);
    await node.getPrivateLogsByTags([tag, new SiloedTag(absent)], 0, anchor);
  }
  if (withPublicLog) {
    const { contractAddress, fields } = withPublicLog.publicLogs[0];
    await node.getPublicLogsByTagsFromContract(contractAddress, [new Tag(fields[0]), new Tag(absent)], 0, anchor);
    await node.getPublicLogs({ txHash: withPublicLog.txHash });
    await node.getPublicLogs({ fromBlock: 1, toBlock: latest + 1, contractAddress });
  }
  await node.getPrivateLogsByTags([new SiloedTag(absent)], 0, new BlockHash(absent)).catch(() => {});
  await node.getContractClassLogs({ txHash: effect.txHash });

  await node.getTxReceipt(effect.txHash);
  await node.getTxReceipt(new TxHash(absent));
  await node.getTxEffect(effect.txHash);
  for (const { txHash } of new Set([withPrivateLog, withPublicLog].filter(Boolean))) await node.getTxEffect(txHash);
  await node.getTxEffect(new TxHash(absent));
  await node.getTxByHash(new TxHash(absent));

  const { feeJuice } = await unrecorded.getProtocolContractAddresses();
  const payer = effect.publicDataWrites[0];
  await node.getPublicStorageAt('latest', feeJuice, payer.leafSlot);
  const { AztecAddress } = await import('@aztec/stdlib/aztec-address');
  await node.getContract(AztecAddress.fromField(absent));
  await node.getContractClass(absent);

  // Contracts that were published show themselves by their instances' nullifiers only; the public
  // logs name the callers.
  const addresses = new Set(effects.flatMap(e => e.publicLogs).map(log => log.contractAddress.toString()));
  for (const address of addresses) {
    const instance = await unrecorded.getContract(AztecAddress.fromString(address));
    if (!instance) continue;
    const contractClass = await unrecorded.getContractClass(instance.currentContractClassId);
    await node.getContract(instance.address);
    if (contractClass && contractClass.packedBytecode.length < LIMIT) {
      await node.getContractClass(instance.currentContractClassId);
      break;
    }
  }

  await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([
      { jsonrpc: '2.0', id: 1, method: 'node_noSuchMethod', params: [] },
      { jsonrpc: '2.0', id: 2, method: 'node_getTxReceipt', params: ['not a hash'] },
    ]),
  });
}
