// The way to the engine. It outlives the service worker: when that dies, the port is connected anew,
// questions are asked again, and commands whose answer was lost are reported as such.
import type { EngineEvent, ErrorCode, ErrorDetails, ErrorShape, Method, Params, Result, State } from './api.ts';
import { CHANNEL, type FromEngine, isRead } from './channel.ts';

export interface Port {
  postMessage(message: unknown): void;
  disconnect(): void;
  onMessage: { addListener(listener: (message: unknown) => void): void };
  onDisconnect: { addListener(listener: () => void): void };
}

/** `connecting` until the first answer, `reconnecting` while an answer is waited for again. */
export type Connection = 'connecting' | 'connected' | 'reconnecting';

/** What the engine answered instead of a result, or why there is no answer. */
export class EngineError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;

  constructor({ code, message, details }: ErrorShape) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
    this.details = details;
  }

  /** When it may be tried again, if the engine says so. */
  get retryAt(): number | undefined {
    return this.details && 'retryAt' in this.details ? this.details.retryAt : undefined;
  }
}

interface Waiting {
  method: Method;
  params: unknown;
  sent: boolean;
  resolve(result: unknown): void;
  reject(error: EngineError): void;
}

/** How long to wait before each attempt to connect; the last one is repeated. */
const DELAYS = [0, 100, 300, 1000, 2000];
/** A worker that does not say hello within this time is taken for dead. */
const HELLO_TIMEOUT = 10_000;

export class Client {
  #connect: () => Port;
  #port: Port | undefined;
  #attempts = 0;
  #last = 0;
  #connection: Connection = 'connecting';
  #state: State | undefined;
  #hello: ReturnType<typeof setTimeout> | undefined;
  #waiting = new Map<number, Waiting>();
  #onEvent = new Set<(event: EngineEvent) => void>();
  #onConnection = new Set<(connection: Connection) => void>();

  constructor(connect: () => Port = connectToWorker) {
    this.#connect = connect;
    this.#open();
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** The last state that was heard of. */
  get state(): State | undefined {
    return this.#state;
  }

  /** Asks the engine. Fails with an {@link EngineError} only. */
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    return new Promise((resolve, reject) => {
      this.#last += 1;
      const id = this.#last;
      const done = resolve as (result: unknown) => void;
      this.#waiting.set(id, { method, params, sent: false, resolve: done, reject });
      if (this.#connection === 'connected') this.#send(id);
    });
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#onEvent.add(listener);
    return () => this.#onEvent.delete(listener);
  }

  onConnection(listener: (connection: Connection) => void): () => void {
    this.#onConnection.add(listener);
    return () => this.#onConnection.delete(listener);
  }

  #send(id: number) {
    const waiting = this.#waiting.get(id);
    if (!waiting || !this.#port) return;
    waiting.sent = true;
    try {
      this.#port.postMessage({ id, method: waiting.method, params: waiting.params });
    } catch {
      waiting.sent = false;
      this.#lost(this.#port);
    }
  }

  #open() {
    let port: Port;
    try {
      port = this.#connect();
    } catch {
      this.#later();
      return;
    }
    this.#port = port;
    port.onMessage.addListener((message) => {
      if (this.#port === port) this.#heard(message as FromEngine);
    });
    port.onDisconnect.addListener(() => this.#lost(port));
    // The state is the hello: once it is here, the engine is up.
    try {
      port.postMessage({ id: 0, method: 'state', params: {} });
    } catch {
      this.#lost(port);
      return;
    }
    this.#hello = setTimeout(() => {
      port.disconnect();
      this.#lost(port);
    }, HELLO_TIMEOUT);
  }

  #heard(message: FromEngine) {
    if ('event' in message) {
      this.#tell(message.event);
      return;
    }
    if (message.id === 0) {
      if ('error' in message) {
        const port = this.#port;
        port?.disconnect();
        if (port) this.#lost(port);
        return;
      }
      clearTimeout(this.#hello);
      this.#attempts = 0;
      this.#tell({ kind: 'state', state: message.result as Result<'state'> });
      this.#become('connected');
      for (const id of [...this.#waiting.keys()]) this.#send(id);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    this.#waiting.delete(message.id);
    if ('error' in message) waiting.reject(new EngineError(message.error));
    else waiting.resolve(message.result);
  }

  #lost(port: Port) {
    if (this.#port !== port) return;
    this.#port = undefined;
    clearTimeout(this.#hello);
    if (this.#connection === 'connected') this.#become('reconnecting');
    for (const [id, waiting] of [...this.#waiting]) {
      if (waiting.sent && !isRead(waiting.method)) {
        this.#waiting.delete(id);
        waiting.reject(new EngineError(INTERRUPTED));
      } else {
        waiting.sent = false;
      }
    }
    this.#later();
  }

  #later() {
    const delay = DELAYS[Math.min(this.#attempts, DELAYS.length - 1)];
    this.#attempts += 1;
    setTimeout(() => this.#open(), delay);
  }

  #become(connection: Connection) {
    this.#connection = connection;
    for (const listener of this.#onConnection) listener(connection);
  }

  #tell(event: EngineEvent) {
    if (event.kind === 'state') this.#state = event.state;
    for (const listener of this.#onEvent) listener(event);
  }
}

const INTERRUPTED: ErrorShape = {
  code: 'interrupted',
  message: 'The wallet restarted before it answered. Check whether it was done before you try again.',
};

function connectToWorker(): Port {
  return chrome.runtime.connect({ name: CHANNEL });
}
