// The content script: passes messages between the page and the service worker. It knows no keys and
// decides nothing but what is no message at all.
//
// Messages go to the worker in order, and each waits here until the worker has acknowledged it: the worker
// may die at any moment; then all that wait are sent again, and it takes each once.
import { ACKNOWLEDGED, type FromRelay, RELAY, type Said, SUCCESSOR, type Told, type ToRelay } from '../shared/relay.ts';

/** The browser carries 64 MiB; what is larger ends its session. In characters. */
const MAX_MESSAGE = 60 << 20;
/** The largest greeting of the wallet SDK, in characters. */
const MAX_DISCOVERY = 8 << 10;
/** Messages that wait; more is a flood. */
const MAX_WAITING = 500;
/** How much may be on its way before the worker has taken any of it, in characters. */
const MAX_ON_THE_WAY = 64 << 10;
/** How long to wait before messages are sent again, in milliseconds; after the last they are given up. */
const PAUSES = [50, 200, 500, 1000, 2000, 5000, 10_000];

type Session = { kind: 'pixie' | 'sdk'; name: string };

const SDK = 'aztec-wallet-';
const ports = new Map<string, MessagePort>();
const channels = new Set<string>();
const waiting: { said: Said; session: Session | undefined }[] = [];
let last = 0;
/** How many of those that wait are on their way, and their characters. */
let sent = 0;
let onTheWay = 0;
let worker: chrome.runtime.Port | undefined;
/** Whether somebody sees to it that there will be a port. */
let isReaching = false;
let failures = 0;
/** The extension was updated, switched off or removed: nobody is there any more. */
let isOrphan = false;

const toPage = (message: unknown, transfer: Transferable[] = []) =>
  window.postMessage(message, location.origin, transfer);
/** Whatever is posted to the page is heard here as well, and what the page posts is heard there. */
const toProvider = (message: object) => toPage({ ...message, relayed: true });

/** Tells the page that a session is over. */
function closed({ kind, name }: Session, reason: string): void {
  if (kind === 'pixie') {
    channels.delete(name);
    toProvider({ pixie: 1, type: 'closed', channel: name, reason });
    return;
  }
  const port = ports.get(name);
  ports.delete(name);
  port?.postMessage({ type: `${SDK}disconnect` });
  port?.close();
}

/** Ends a session on both sides. */
function drop(session: Session, reason: string): void {
  closed(session, reason);
  for (let at = waiting.length - 1; at >= sent; at--) {
    const other = waiting[at]?.session;
    if (other?.kind === session.kind && other.name === session.name) waiting.splice(at, 1);
  }
  const { kind, name } = session;
  toWorker(
    kind === 'pixie'
      ? { pixie: 1, type: 'close', channel: name }
      : { origin: 'content-script', type: 'disconnect-request', sessionId: name },
  );
}

function toWorker(message: object, session?: Session): void {
  if (isOrphan) {
    if (session) closed(session, 'unreachable');
    return;
  }
  const text = JSON.stringify(message);
  if (session && (text.length > MAX_MESSAGE || waiting.length >= MAX_WAITING)) {
    drop(session, text.length > MAX_MESSAGE ? 'oversized' : 'flooded');
    return;
  }
  // Without a session there is nobody to tell.
  if (waiting.length >= 2 * MAX_WAITING) return;
  // Not before: most pages are no dapps, and the worker tells only who has asked. Twice is once.
  chrome.runtime?.onMessage.addListener(fromWorker);
  window.addEventListener('pagehide', leaving);
  waiting.push({ said: { relayed: text, id: ++last }, session });
  if (worker) flow();
  else if (!isReaching) void reach();
}

/** Connects with the worker, which is started if it does not run. */
async function reach(): Promise<void> {
  isReaching = true;
  if ((document as Document & { prerendering?: boolean }).prerendering) {
    await new Promise((done) => document.addEventListener('prerenderingchange', done, { once: true }));
  }
  const pause = failures > 0 ? PAUSES[failures - 1] : 0;
  if (pause) await new Promise((done) => setTimeout(done, pause));
  isReaching = false;
  // The browser takes `runtime` away from a script whose extension is gone.
  if (!chrome.runtime?.id) {
    isOrphan = true;
    return orphaned();
  }
  if (pause === undefined) return giveUp();
  worker = connect();
  flow();
}

/** Sends what waits, as much as the worker may be burdened with. */
function flow(): void {
  for (let next = waiting[sent]; next; next = waiting[sent]) {
    const { length } = next.said.relayed;
    if (sent > 0 && onTheWay + length > MAX_ON_THE_WAY) return;
    sent += 1;
    onTheWay += length;
    worker?.postMessage(next.said);
  }
}

function taken(id: number): void {
  failures = 0;
  for (let first = waiting[0]; sent > 0 && first && first.said.id <= id; first = waiting[0]) {
    waiting.shift();
    sent -= 1;
    onTheWay -= first.said.relayed.length;
  }
  flow();
}

function connect(): chrome.runtime.Port {
  const port = chrome.runtime.connect({ name: RELAY });
  port.onMessage.addListener((told: Told) => {
    if (told.taken !== undefined) taken(told.taken);
    if (told.delivered !== undefined) deliver(told.delivered);
  });
  port.onDisconnect.addListener(() => {
    // The worker died, or could not be started; the browser wants the reason to be looked at.
    void chrome.runtime?.lastError;
    if (worker !== port) return;
    worker = undefined;
    sent = 0;
    onTheWay = 0;
    if (waiting.length === 0) return;
    failures += 1;
    void reach();
  });
  return port;
}

/** The worker cannot be reached: tells all whose messages wait. */
function giveUp(): void {
  failures = 0;
  for (const { session } of waiting.splice(0)) {
    if (session) closed(session, 'unreachable');
  }
}

function orphaned(): void {
  waiting.length = 0;
  sent = 0;
  onTheWay = 0;
  for (const name of [...channels]) closed({ kind: 'pixie', name }, 'unreachable');
  for (const name of [...ports.keys()]) closed({ kind: 'sdk', name }, 'unreachable');
}

/** A message of the wallet SDK to the page (as the SDK's own content script treats it). */
function tellSdk({ type, sessionId, content }: { type: string; sessionId: string; content?: unknown }): void {
  const port = ports.get(sessionId);
  if (type === 'discovery-approved') {
    // Told again after the worker's death: the page has its port already.
    if (port) return;
    const { port1, port2 } = new MessageChannel();
    ports.set(sessionId, port1);
    port1.onmessage = ({ data }) => {
      const kind =
        data?.type === `${SDK}key-exchange-request`
          ? 'key-exchange-request'
          : data?.type === `${SDK}disconnect`
            ? 'disconnect-request'
            : 'secure-message';
      const message = { origin: 'content-script', type: kind, sessionId, content: data ?? null };
      toWorker(message, { kind: 'sdk', name: sessionId });
    };
    const response = { type: `${SDK}discovery-response`, requestId: sessionId, walletInfo: content };
    toPage(JSON.stringify(response), [port2]);
  } else if (type === 'session-disconnected') {
    closed({ kind: 'sdk', name: sessionId }, '');
  } else {
    port?.postMessage(content);
  }
}

function heard({ source, data }: MessageEvent): void {
  if (source !== window) return;
  if (typeof data === 'string') {
    if (data.length > MAX_DISCOVERY || !data.includes(`${SDK}discovery"`)) return;
    try {
      const content = JSON.parse(data);
      if (content.type === `${SDK}discovery`) {
        toWorker({ origin: 'content-script', type: 'discovery-request', content });
      }
    } catch {
      // Another's message.
    }
  } else if (data?.pixie === 1 && !data.relayed && typeof data.channel === 'string' && data.channel.length === 22) {
    const { type, channel, key, n, box } = data;
    if (type === 'hello') channels.add(channel);
    else if (type === 'close') channels.delete(channel);
    else if (type !== 'frame') return;
    toWorker({ pixie: 1, type, channel, key, n, box }, { kind: 'pixie', name: channel });
  }
}

function fromWorker(
  message: ToRelay,
  sender: chrome.runtime.MessageSender,
  respond: (answer: typeof ACKNOWLEDGED) => void,
): void {
  if (sender.id !== chrome.runtime.id || sender.tab || typeof message?.delivered !== 'string') return;
  deliver(message.delivered);
  respond(ACKNOWLEDGED);
}

function deliver(text: string): void {
  const delivered = JSON.parse(text);
  if (delivered.pixie !== 1) return tellSdk(delivered);
  if (delivered.type === 'closed') channels.delete(delivered.channel);
  toProvider(delivered);
}

/** The page's sessions end with it. If it comes back from the browser's cache, it opens others. */
function leaving(): void {
  if (channels.size + ports.size === 0 || !chrome.runtime?.id) return;
  const message: FromRelay = { gone: true };
  chrome.runtime.sendMessage(message).catch(() => {});
}

/** The content script of an updated extension replaces the earlier one. */
function succeeded(): void {
  // Pages can send the event as well; they cannot take the extension away.
  if (chrome.runtime?.id) return;
  isOrphan = true;
  window.removeEventListener('message', heard);
  window.removeEventListener(SUCCESSOR, succeeded);
  orphaned();
}

// Where the browser has put this script already, once is enough, as long as that one has its extension.
// Asked for when it is needed: the browser makes `chrome.runtime` when it is first read.
const world = globalThis as { pixieRelay?: () => string | undefined };
if (!world.pixieRelay?.()) {
  world.pixieRelay = () => chrome.runtime?.id;
  window.addEventListener('message', heard);
  window.addEventListener(SUCCESSOR, succeeded);
}
