// Content scripts: what their pages say, and what is said to these.
import { ACKNOWLEDGED, type FromRelay, RELAY, type Taken, type ToRelay } from '../shared/relay.ts';
import type { Place } from './engine.ts';
import { isOwnPage } from './pages.ts';

/** Carries out what follows of a message. */
export type Take = (message: FromRelay, sender: chrome.runtime.MessageSender) => Promise<boolean>;

/** The ports, by the document that each is from. */
const ports = new Map<string, chrome.runtime.Port>();

/** Content scripts are in tabs, and none is in a page of ours. */
function isRelay(sender: chrome.runtime.MessageSender | undefined): sender is chrome.runtime.MessageSender {
  return sender?.id === chrome.runtime.id && sender.tab !== undefined && !isOwnPage(sender);
}

const isMessage = (message: unknown): message is FromRelay => typeof message === 'object' && message !== null;

/** Takes a port, if it is a content script's; says whether it is. */
export function acceptRelay(port: chrome.runtime.Port, take: Take): boolean {
  const { name, sender } = port;
  if (name !== RELAY) return false;
  const document = sender?.documentId;
  if (!isRelay(sender) || document === undefined) {
    port.disconnect();
    return true;
  }
  ports.set(document, port);
  const isOpen = () => ports.get(document) === port;
  port.onDisconnect.addListener(() => {
    // A page that went into the browser's cache has its port closed, which is no error.
    void chrome.runtime.lastError;
    if (isOpen()) ports.delete(document);
  });
  port.onMessage.addListener((message: unknown) => {
    if (!isMessage(message)) return;
    take(message, sender).then((taken) => {
      if (isOpen()) port.postMessage({ taken } satisfies Taken);
    });
  });
  return true;
}

/** Takes a message that came without a port; says whether it is a content script's. */
export function heardRelay(
  message: unknown,
  sender: chrome.runtime.MessageSender,
  respond: (answer: unknown) => void,
  take: Take,
): boolean {
  if (!isRelay(sender) || !isMessage(message)) return false;
  take(message, sender).then((taken) => respond(taken ? ACKNOWLEDGED : undefined));
  // The answer comes later.
  return true;
}

/** Sends a message to the content script in exactly this document; says whether it is there. */
export async function deliver({ tabId, frameId, documentId }: Place, text: string): Promise<boolean> {
  const message: ToRelay = { delivered: text };
  const port = ports.get(documentId);
  if (port?.sender?.tab?.id === tabId && port.sender.frameId === frameId) {
    port.postMessage(message);
    return true;
  }
  try {
    // The document decides: without it the frame's next page could get the message.
    return (await chrome.tabs.sendMessage(tabId, message, { frameId, documentId })) === ACKNOWLEDGED;
  } catch {
    return false;
  }
}
