// The bridge in Rust as a process (crates/bridge/examples/bridge_peer.rs), and a
// page with a content script around it: the service worker's part is played by
// the process, the page's and the content script's by @aztec/wallet-sdk.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

import { ContentScriptConnectionHandler } from '@aztec/wallet-sdk/extension/handlers';

/** The path of the program: what PIXIE_BRIDGE_PEER names, or else it is built. */
function build() {
  if (process.env.PIXIE_BRIDGE_PEER) return process.env.PIXIE_BRIDGE_PEER;
  const built = spawnSync(
    'cargo',
    ['build', '--quiet', '-p', 'pixie-bridge', '--example', 'bridge_peer', '--message-format=json'],
    { cwd: new URL('../../..', import.meta.url), encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (built.status !== 0) throw new Error(`cargo build failed: ${built.error ?? built.status}`);
  const made = built.stdout.split('\n').filter(Boolean).map(line => JSON.parse(line));
  return made.find(message => message.target?.name === 'bridge_peer' && message.executable).executable;
}

export class BridgeProcess {
  #process = spawn(build(), { stdio: ['pipe', 'pipe', 'inherit'] });
  #waiting = [];

  constructor() {
    createInterface({ input: this.#process.stdout }).on('line', line => this.#waiting.shift()(JSON.parse(line)));
  }

  async ask(order) {
    const answered = new Promise(resolve => this.#waiting.push(resolve));
    this.#process.stdin.write(`${JSON.stringify(order)}\n`);
    const { ok, error } = await answered;
    if (error !== undefined) throw new Error(error);
    return ok;
  }

  stop() {
    const stopped = new Promise(resolve => this.#process.once('exit', resolve));
    this.#process.stdin.end();
    return stopped;
  }
}

/** What a page sees of its window: messages posted to it come back as events. */
function fakeWindow() {
  const target = new EventTarget();
  const window = {
    addEventListener: (...args) => target.addEventListener(...args),
    removeEventListener: (...args) => target.removeEventListener(...args),
    postMessage(data, _origin, ports = []) {
      setTimeout(() => target.dispatchEvent(Object.assign(new Event('message'), { data, ports, source: window })));
    },
  };
  return window;
}

/** A page at an origin, whose content script talks to the bridge. */
export class Browser {
  from = { origin: 'https://dapp.example', tabId: 1, frameId: 0, documentId: 'document-1' };
  /** All effects but deliveries, in order. */
  effects = [];
  /** Called with each effect that is no delivery. */
  onEffect = () => {};
  /** Everything delivered to no content script of the SDK: messages of window.pixie. */
  toPage = [];
  #listeners = [];
  #queue = Promise.resolve();

  constructor(bridge) {
    this.bridge = bridge;
    globalThis.window = fakeWindow();
    this.content = new ContentScriptConnectionHandler({
      sendToBackground: message => void this.relay(message),
      addBackgroundListener: listener => this.#listeners.push(listener),
    });
    this.content.start();
  }

  relay(message) {
    return this.order({ do: 'receive', from: this.from, message });
  }

  /** Gives an order to the bridge and carries out what comes back, one after the other. */
  order(order) {
    const done = this.#queue.then(async () => {
      const effects = await this.bridge.ask(order);
      for (const effect of effects) {
        if (effect.deliver?.pixie) this.toPage.push(effect.deliver);
        else if (effect.deliver) this.#listeners.forEach(listener => listener(effect.deliver));
        else {
          this.effects.push(effect);
          setTimeout(() => this.onEffect(effect));
        }
      }
      return effects;
    });
    this.#queue = done.catch(() => {});
    return done;
  }

  last(kind) {
    return this.effects.findLast(effect => kind in effect);
  }

  close() {
    this.content.closeAllConnections();
  }
}
