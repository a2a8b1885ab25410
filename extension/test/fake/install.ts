// Runs in a page before anything else: puts the fake engine where the browser puts the extension's.
import type { FromEngine, Request } from '../../src/shared/channel.ts';
import type { Port } from '../../src/shared/client.ts';
import { FakeEngine, type Scenario } from './engine.ts';

declare global {
  interface Window {
    scenario?: Scenario;
    fake: {
      engine: FakeEngine;
      /** Ends the worker; a page can connect again after some milliseconds. */
      kill(downFor: number): void;
      /** Whether the page has closed itself. */
      isClosed: boolean;
    };
  }
}

const engine = new FakeEngine(window.scenario);
let ports: { drop(): void }[] = [];
let isDown = false;

function connect(): Port {
  if (isDown) throw new Error('Could not establish connection.');
  const heard = new Set<(message: unknown) => void>();
  const dropped = new Set<() => void>();
  let isOpen = true;
  const say = (message: FromEngine) => {
    if (isOpen) for (const listener of heard) listener(message);
  };
  const silence = engine.listen((event) => say({ event }));
  const port = {
    drop() {
      isOpen = false;
      silence();
      for (const listener of dropped) listener();
    },
  };
  ports.push(port);
  return {
    postMessage(message) {
      if (!isOpen) throw new Error('Attempting to use a disconnected port object');
      engine.answer(structuredClone(message) as Request).then((answer) => {
        if (answer) setTimeout(() => say(answer), 0);
      });
    },
    disconnect() {
      isOpen = false;
      silence();
    },
    onMessage: { addListener: (listener) => heard.add(listener) },
    onDisconnect: { addListener: (listener) => dropped.add(listener) },
  };
}

window.fake = {
  engine,
  isClosed: false,
  kill(downFor) {
    isDown = true;
    setTimeout(() => {
      isDown = false;
    }, downFor);
    const dying = ports;
    ports = [];
    for (const port of dying) port.drop();
  },
};
window.close = () => {
  window.fake.isClosed = true;
};
// The worker has nothing against a window that leaves.
const sendMessage = async () => true;
Object.defineProperty(window, 'chrome', { value: { runtime: { connect, sendMessage } }, configurable: true });
