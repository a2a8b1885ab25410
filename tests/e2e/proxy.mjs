// A node that misbehaves when it is told to. Otherwise it passes on what it hears to a real one.
import { createServer } from 'node:http';

/** Headers that are of one connection, or of one encoding. */
const OWN = new Set(['connection', 'content-encoding', 'content-length', 'host', 'keep-alive', 'transfer-encoding']);

const passed = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.has(name)));

async function read(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

const list = (value) => (Array.isArray(value) ? value : [value]);

/** The same with another rollup in what the node says of itself. */
function elsewhere(text) {
  const moved = (answer) =>
    answer.result?.rollupVersion === undefined
      ? answer
      : { ...answer, result: { ...answer.result, rollupVersion: answer.result.rollupVersion + 1 } };
  const answers = JSON.parse(text);
  return JSON.stringify(Array.isArray(answers) ? answers.map(moved) : moved(answers));
}

export async function misbehaving({ url: target }) {
  const heard = [];
  const stalled = new Set();
  let mode = 'well';
  let trap;
  let server;
  let port = 0;

  async function pass(request, body) {
    const response = await fetch(new URL(request.url, target), {
      method: request.method,
      headers: passed(request.headers),
      ...(body.length > 0 && { body }),
    });
    return { status: response.status, headers: passed(Object.fromEntries(response.headers)), text: await response.text() };
  }

  async function answer(request, response) {
    const body = await read(request);
    const methods = request.method === 'POST' ? list(JSON.parse(body)).map(({ method }) => method) : [];
    heard.push(...methods);
    if (mode === 'stalling') {
      stalled.add(response);
      return;
    }
    const caught = methods.includes('node_sendTx') ? trap : undefined;
    if (caught) {
      trap = undefined;
      if (caught.reaches) await pass(request, body);
      caught.sprung();
      stalled.add(response);
      return;
    }
    const { status, headers, text } = await pass(request, body);
    response.writeHead(status, headers);
    response.end(mode === 'elsewhere' && text !== '' ? elsewhere(text) : text);
  }

  async function listen() {
    server = createServer((request, response) => {
      answer(request, response).catch(() => response.destroy());
    });
    await new Promise((done) => server.listen(port, '127.0.0.1', done));
    port = server.address().port;
  }

  async function hangUp() {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  }

  await listen();
  return {
    name: 'Fickle node',
    url: `http://127.0.0.1:${port}`,
    /** The methods that were called. */
    heard,
    /** `well`; `down`: nobody is there; `stalling`: it hears and does not answer; `elsewhere`: it is of another chain. */
    async become(next) {
      if (mode === 'down') await listen();
      if (next === 'down') await hangUp();
      mode = next;
      for (const response of stalled) response.destroy();
      stalled.clear();
    },
    /**
     * Lets the next transaction arrive here and no answer come back; whether it `reaches` the network is
     * as told. Resolves when that has happened.
     */
    catchTransaction: ({ reaches }) => new Promise((sprung) => (trap = { reaches, sprung })),
    close: async () => {
      if (mode !== 'down') await hangUp();
    },
  };
}
