// Times both engines on recordings, in Node and in pages alike.

/** Gunzips. */
async function gunzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const parse = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

function fromBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** What acvm_js takes: bytecode, inputs as text, and a handler of foreign calls. */
async function forAcvm(recording, artifact, name) {
  const { inputs, oracleCalls } = parse(await gunzip(recording));
  const json = parse(artifact);
  const code = json.bytecode ?? json.functions.find((one) => one.name === name).bytecode;
  return {
    bytecode: fromBase64(code),
    inputs: new Map(Object.entries(inputs).map(([index, value]) => [Number(index), value])),
    answers: oracleCalls.map((call) => call.outputs),
  };
}

async function timed(run) {
  const started = performance.now();
  const result = await run();
  return [performance.now() - started, result];
}

/**
 * Times one recording. The runs of the engines alternate, and the best of each counts, so that what
 * else the machine does falls on both alike. Milliseconds.
 */
export async function times({ Replay, acvm }, load, entry, rounds = 3) {
  const [recording, artifact] = await Promise.all([load(entry.recording), load(entry.artifact)]);
  const replay = new Replay(recording, artifact);
  const theirs = await forAcvm(recording, artifact, entry.function);
  const best = { decode: Infinity, first: Infinity, ours: Infinity, theirs: Infinity };
  const keep = (name, [time]) => (best[name] = Math.min(best[name], time));
  const outcome = replay.outcome();
  if (outcome !== entry.expected) throw new Error(`${entry.name}: ${outcome}`);
  for (let round = 0; round < rounds; round += 1) {
    let call = 0;
    const [time, stack] = await timed(() =>
      acvm.executeProgram(theirs.bytecode, theirs.inputs, async () => theirs.answers[call++]),
    );
    keep('theirs', [time]);
    const known = stack.at(-1).witness.size;
    if (!entry.expected.startsWith(`witnesses=${known} `)) {
      throw new Error(`${entry.name}: acvm_js has ${known} witnesses`);
    }
    keep('decode', await timed(() => replay.decode()));
    for (let again = 0; again < 3; again += 1) keep('ours', await timed(() => replay.execute()));
  }
  best.first = best.decode + best.ours;
  replay.free();
  return best;
}

/**
 * Runs recordings one after the other in one engine, twice, keeping every decoded circuit, and gives
 * the size of its memory in bytes, which never shrinks.
 */
export async function ourMemory({ Replay, memory }, load, entries) {
  const kept = [];
  for (const entry of entries) {
    kept.push(new Replay(await load(entry.recording), await load(entry.artifact)));
    kept.at(-1).execute();
  }
  for (const replay of kept) replay.execute();
  return memory().buffer.byteLength;
}

/** The same for acvm_js, which keeps nothing. */
export async function theirMemory({ acvm, memory }, load, entries) {
  for (const entry of entries) {
    const { bytecode, inputs, answers } = await forAcvm(
      await load(entry.recording),
      await load(entry.artifact),
      entry.function,
    );
    let call = 0;
    await acvm.executeProgram(bytecode, inputs, async () => answers[call++]);
  }
  return memory().buffer.byteLength;
}
