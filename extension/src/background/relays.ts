// Content scripts: what their pages say, and what is said to these.
import { ACKNOWLEDGED, type FromRelay, RELAY, type Said, type Told, type ToRelay } from '../shared/relay.ts';
import type { Place } from './engine.ts';
import { isOwnPage } from './pages.ts';

/** Carries out what follows of a message. */
export type Take = (message: FromRelay, sender: chrome.runtime.MessageSender) => Promise<boolean>;

/** How long an acknowledgement may wait for a message to go along with, in milliseconds. */
const PATIENCE_MS = 20;
/** A message of more characters is acknowledged at once: others may wait for that. */
const LARGE = 8 << 10;

/** One port of a content script. */
class Relay {
  readonly #port: chrome.runtime.Port;
  /** Messages are carried out one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #taken: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpen = true;

  constructor(port: chrome.runtime.Port, carryOut: (said: Said) => Promise<boolean>) {
    this.#port = port;
    port.onDisconnect.addListener(() => {
      // A page that went into the browser's cache has its port closed, which is no error.
      void chrome.runtime.lastError;
      this.#ended();
    });
    port.onMessage.addListener((said: Said) => {
      this.#turn = this.#turn.then(async () => {
        if (!this.#isOpen) return;
        if (await carryOut(said)) this.#acknowledge(said);
        else this.#close();
      });
    });
  }

  isFor({ tabId, frameId }: Place): boolean {
    const { sender } = this.#port;
    return sender?.tab?.id === tabId && sender.frameId === frameId;
  }

  tell(told: Told): void {
    if (!this.#isOpen) return;
    const taken = this.#taken === undefined ? {} : { taken: this.#taken };
    this.#taken = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#port.postMessage({ ...told, ...taken });
  }

  #acknowledge({ id, relayed }: Said): void {
    this.#taken = id;
    if (relayed.length > LARGE) this.tell({});
    else this.#timer ??= setTimeout(() => this.tell({}), PATIENCE_MS);
  }

  /** What has not been carried out is sent again, by another port. */
  #close(): void {
    if (this.#taken !== undefined) this.tell({});
    if (this.#isOpen) this.#port.disconnect();
    this.#ended();
  }

  #ended(): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    const document = this.#port.sender?.documentId ?? '';
    if (relays.get(document) === this) relays.delete(document);
  }
}

/** By the document that each is from. */
const relays = new Map<string, Relay>();

/** Content scripts are in tabs, and none is in a page of ours. */
function isRelay(sender: chrome.runtime.MessageSender | undefined): sender is chrome.runtime.MessageSender {
  return sender?.id === chrome.runtime.id && sender.tab !== undefined && !isOwnPage(sender);
}

/** Takes a port, if it is a content script's; says whether it is. */
export function acceptRelay(port: chrome.runtime.Port, take: Take): boolean {
  const { name, sender } = port;
  if (name !== RELAY) return false;
  if (isRelay(sender) && sender.documentId !== undefined) {
    relays.set(sender.documentId, new Relay(port, ({ relayed }) => take({ relayed }, sender)));
  } else {
    port.disconnect();
  }
  return true;
}

/** Takes a message that came without a port; says whether it is a content script's. */
export function heardRelay(
  message: unknown,
  sender: chrome.runtime.MessageSender,
  respond: (answer: unknown) => void,
  take: Take,
): boolean {
  if (!isRelay(sender) || typeof message !== 'object' || message === null) return false;
  take(message as FromRelay, sender).then((taken) => respond(taken ? ACKNOWLEDGED : undefined));
  // The answer comes later.
  return true;
}

/** Sends a message to the content script in exactly this document; says whether it is there. */
export async function deliver(place: Place, text: string): Promise<boolean> {
  const { tabId, frameId, documentId } = place;
  const message: ToRelay = { delivered: text };
  const relay = relays.get(documentId);
  if (relay?.isFor(place)) {
    relay.tell(message);
    return true;
  }
  try {
    // The document decides: without it the frame's next page could get the message.
    return (await chrome.tabs.sendMessage(tabId, message, { frameId, documentId })) === ACKNOWLEDGED;
  } catch {
    return false;
  }
}
