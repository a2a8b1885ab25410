// A headless Chromium that runs code of this repository in a page: for tests and benchmarks.
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, extname, join, resolve, sep } from 'node:path';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/**
 * Serves folders on a free port of this machine, with the headers that make pages cross-origin
 * isolated, so that their clock is precise.
 * @param {Record<string, string>} mounts folders by the prefix of their URLs, such as `/vectors/`
 */
export async function serve(mounts) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    // Pages from here may be in frames of others from here.
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    if (path === '/') {
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>pixie</title>');
      return;
    }
    const prefix = Object.keys(mounts).find((prefix) => path.startsWith(prefix));
    const folder = prefix && resolve(mounts[prefix]);
    const file = prefix && join(folder, path.slice(prefix.length));
    if (!file?.startsWith(folder + sep) || !existsSync(file) || !statSync(file).isFile()) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The path of Chromium on this machine. */
export function program() {
  const wanted = process.env.PIXIE_CHROMIUM;
  if (wanted) return wanted;
  for (const name of ['chromium', 'google-chrome']) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
  throw new Error('there is no Chromium: run scripts/setup browser');
}

/**
 * Starts a Chromium, spoken to over a pipe (DevTools protocol).
 * @param {{ profile?: string, args?: string[] }} options the folder of a profile that is kept (without,
 * a fresh one), and further arguments
 */
export async function launch({ profile: kept, args = [] } = {}) {
  const profile = kept ?? mkdtempSync(join(tmpdir(), 'pixie-chromium-'));
  const child = spawn(
    program(),
    [
      '--headless=new',
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      `--user-data-dir=${profile}`,
      '--remote-debugging-pipe',
      ...args,
      'about:blank',
    ],
    // A group of its own, so that it can be killed with all its children.
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true },
  );
  const waiting = new Map();
  const listeners = new Set();
  let last = 0;
  let buffer = '';
  let ended = false;
  const fail = (error) => {
    ended = true;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const exited = new Promise((done) => {
    child.once('exit', done);
    // One that could not be started does not end.
    if (child.pid === undefined) done();
  });
  const gone = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  child.on('error', fail);
  child.on('exit', (code) => fail(new Error(`Chromium ended (${code})`)));
  child.stdio[3].on('error', fail);
  child.stdio[4].on('error', fail);
  child.stdio[4].setEncoding('utf8').on('data', (text) => {
    const parts = (buffer + text).split('\0');
    buffer = parts.pop();
    for (const part of parts) {
      const message = JSON.parse(part);
      const request = waiting.get(message.id);
      if (!request) {
        for (const listener of listeners) listener(message);
        continue;
      }
      waiting.delete(message.id);
      if (message.error) request.reject(new Error(message.error.message));
      else request.resolve(message.result);
    }
  });
  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      if (ended) return reject(new Error('Chromium has ended'));
      last += 1;
      waiting.set(last, { resolve, reject });
      child.stdio[3].write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    });

  const on = (session, method, listener) => {
    const listen = (message) => {
      if (message.sessionId === session && message.method === method) listener(message.params);
    };
    listeners.add(listen);
    return () => listeners.delete(listen);
  };

  return {
    pid: child.pid,
    /** Sends a command of the DevTools protocol that is about the browser as a whole. */
    command: (method, params) => send(method, params),
    /** Listens to its events, until what this gives is called. */
    on: (method, listener) => on(undefined, method, listener),
    /** Opens a page; see what it gives. */
    async open(url) {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
      await send('Page.enable', {}, sessionId);
      await send('Page.setLifecycleEventsEnabled', { enabled: true }, sessionId);
      /** Goes to an address, until the page has loaded. */
      const navigate = async (url) => {
        // The page that was there may load as well, meanwhile.
        const loaded = new Set();
        let look = () => {};
        const listener = ({ sessionId: from, method, params }) => {
          if (from !== sessionId || method !== 'Page.lifecycleEvent' || params.name !== 'load') return;
          loaded.add(params.loaderId);
          look();
        };
        listeners.add(listener);
        const { loaderId, errorText } = await send('Page.navigate', { url }, sessionId);
        if (errorText) throw new Error(`${url}: ${errorText}`);
        await new Promise((done) => {
          look = () => loaded.has(loaderId) && done();
          look();
        });
        listeners.delete(listener);
      };
      if (url !== 'about:blank') await navigate(url);
      /** Evaluates an expression and awaits its value. */
      const evaluate = async (expression) => {
        const { result, exceptionDetails } = await send(
          'Runtime.evaluate',
          { expression, awaitPromise: true, returnByValue: true },
          sessionId,
        );
        if (exceptionDetails) {
          throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        }
        return result.value;
      };
      return {
        evaluate,
        navigate,
        /** Calls a function in the page, with arguments that have a form in JSON. */
        call: (body, ...args) => evaluate(`(${body})(...${JSON.stringify(args)})`),
        /** Listens to events of the DevTools protocol. */
        on: (method, listener) => on(sessionId, method, listener),
        close: () => send('Target.closeTarget', { targetId }),
        /** Sends a command of the DevTools protocol. */
        command: (method, params) => send(method, params, sessionId),
        /** Lets the page call `name(text)`, which calls back here. */
        async bind(name, callback) {
          listeners.add((message) => {
            if (message.sessionId !== sessionId || message.method !== 'Runtime.bindingCalled') return;
            if (message.params.name === name) callback(message.params.payload);
          });
          await send('Runtime.enable', {}, sessionId);
          await send('Runtime.addBinding', { name }, sessionId);
        },
      };
    },
    /** Kills it with all its processes, as a crash or a power cut does. */
    async kill() {
      if (!gone()) process.kill(-child.pid, 'SIGKILL');
      await exited;
    },
    async version() {
      return (await send('Browser.getVersion')).product;
    },
    async close() {
      if (!gone()) {
        send('Browser.close').catch(() => {});
        const impatient = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), 5000);
        await exited;
        clearTimeout(impatient);
      }
      if (!kept) rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
