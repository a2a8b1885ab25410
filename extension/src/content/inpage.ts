// `window.pixie`, in the page's own world. Nothing is done before the first request, and nothing of
// the page is relied upon after it has run.
import { ANNOUNCEMENT, type CloseReason, type ErrorCode, type Pixie, type Request, WANTED } from '../../provider/src/index.ts';
import { type Channel, type FromWallet, type Handshake, handshake, type ToWallet } from './window-channel.ts';

/** How long the wallet may take to greet, in milliseconds: its engine may have to start. */
const GREETING_MS = 30_000;
/** After which time it is greeted again: while the extension is updated nobody hears. */
const AGAIN_MS = 2_000;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

interface Told {
  readonly to?: number;
  readonly result?: unknown;
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly data?: unknown };
  readonly event?: string;
  readonly data?: unknown;
}

function failure(code: ErrorCode, message: string, data?: unknown): Error {
  return Object.assign(new Error(message), { name: 'PixieError', code, data });
}

/** The channel that is open or being opened. */
interface Line {
  readonly channel: Promise<Channel>;
  readonly waiting: Map<number, Waiting>;
  name?: string;
  /** Ends the opening, if it still goes on. */
  abandon(error: Error): void;
  /** Takes what the wallet sent. */
  take(message: FromWallet): void;
}

const post = (message: ToWallet) => window.postMessage(message, location.origin);
const listeners = new Map<string, Set<(data: never) => void>>();
let line: Line | undefined;

function emit(event: string, data: unknown): void {
  for (const listener of listeners.get(event) ?? []) {
    // A listener that fails is the page's matter, and must not keep others from being told.
    queueMicrotask(() => (listener as (data: unknown) => void)(data));
  }
}

function end(ended: Line, reason: CloseReason): void {
  if (line !== ended) return;
  line = undefined;
  const error = failure('disconnected', `the connection to the wallet ended (${reason})`, { reason });
  ended.abandon(error);
  for (const { reject } of ended.waiting.values()) reject(error);
  emit('disconnect', { reason });
}

function heard({ source, data }: MessageEvent): void {
  if (source !== window || data?.pixie !== 1 || !data.relayed) return;
  if (line?.name !== undefined && data.channel === line.name) line.take(data);
}

function dial(): Line {
  // Once, however often it is added.
  window.addEventListener('message', heard);
  let shake: Handshake | undefined;
  let open: Channel | undefined;
  let greeted = false;
  let resolve: (channel: Channel) => void;
  let abandon: (error: Error) => void;
  const channel = new Promise<Channel>((yes, no) => {
    resolve = yes;
    abandon = no;
  });
  // Whoever asks is told; the promise itself needs no listener.
  channel.catch(() => {});
  const self: Line = {
    channel,
    waiting: new Map(),
    abandon: (error) => abandon(error),
    take(message) {
      if (message.type === 'closed') {
        end(self, message.reason as CloseReason);
      } else if (message.type === 'frame' && open) {
        answer(self, open.open(message) as Told | undefined);
      } else if (message.type === 'welcome' && shake && !greeted) {
        greeted = true;
        shake.finish(message).then(
          ([channel, told]) => {
            clearTimeout(timer);
            open = channel;
            resolve(channel);
            emit('connect', (told as { wallet: unknown }).wallet);
          },
          () => end(self, 'malformed'),
        );
      }
    },
  };
  const timer = setTimeout(() => !open && end(self, 'unreachable'), GREETING_MS);
  const again = setInterval(() => {
    if (line !== self || greeted) clearInterval(again);
    else if (shake) post(shake.hello);
  }, AGAIN_MS);
  handshake(location.origin).then(
    (made) => {
      shake = made;
      self.name = made.hello.channel;
      post(made.hello);
    },
    () => end(self, 'malformed'),
  );
  return self;
}

function answer({ waiting }: Line, told: Told | undefined): void {
  if (!told) return;
  if (told.event !== undefined) return emit(told.event, told.data);
  const waits = waiting.get(told.to ?? 0);
  if (!waits) return;
  waiting.delete(told.to ?? 0);
  const { error } = told;
  if (error) waits.reject(failure(error.code, error.message, error.data));
  else waits.resolve(told.result ?? null);
}

async function request({ method, params = [], chainInfo }: Request): Promise<unknown> {
  // Numbers that JSON cannot say are texts.
  const replacer = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
  const json = JSON.stringify({ method, params, chainInfo }, replacer);
  line ??= dial();
  const used = line;
  const channel = await used.channel;
  return new Promise((resolve, reject) => {
    if (line !== used) {
      reject(failure('disconnected', 'the connection to the wallet ended'));
      return;
    }
    const frame = channel.seal(json);
    used.waiting.set(frame.n, { resolve, reject });
    post(frame);
  });
}

const pixie: Pixie = Object.freeze({
  protocol: 1 as const,
  request: (wanted: Request) => request(wanted),
  on(event: string, listener: (data: never) => void) {
    const known = listeners.get(event) ?? new Set();
    listeners.set(event, known.add(listener));
  },
  off(event: string, listener: (data: never) => void) {
    listeners.get(event)?.delete(listener);
  },
  disconnect() {
    if (!line) return;
    if (line.name) post({ pixie: 1, type: 'close', channel: line.name });
    end(line, 'by-dapp');
  },
});

const announce = () => window.dispatchEvent(new CustomEvent(ANNOUNCEMENT, { detail: pixie }));

// After an update of the extension the one that is there goes on: all it needs is a content script.
if (!window.pixie) {
  Object.defineProperty(window, 'pixie', { value: pixie, enumerable: true });
  window.addEventListener(WANTED, announce);
  // Before the page has begun nobody listens.
  if (document.head) announce();
}
