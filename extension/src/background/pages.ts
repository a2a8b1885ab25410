// The ports of our own pages.
import type { ErrorShape } from '../shared/api.ts';
import { CHANNEL } from '../shared/channel.ts';
import type { Ask } from './approvals.ts';

/** Stands for no window. */
const NOWHERE = 0;

const ports = new Set<chrome.runtime.Port>();

/** Whether a message comes from a page of this extension, by what the browser says. */
export function isOwnPage(sender: chrome.runtime.MessageSender | undefined): boolean {
  return (
    sender?.id === chrome.runtime.id &&
    sender.origin === location.origin &&
    sender.url?.startsWith(chrome.runtime.getURL('')) === true
  );
}

/** An error as it goes to a page. */
export function shape(error: unknown): ErrorShape {
  const { code, message, details } = (error ?? {}) as Partial<ErrorShape>;
  const known = { code: code ?? 'internal', message: message ?? 'the wallet failed' };
  return details === undefined ? known : { ...known, details };
}

export function accept(port: chrome.runtime.Port, ask: Ask): void {
  if (port.name !== CHANNEL || !isOwnPage(port.sender)) {
    port.disconnect();
    return;
  }
  ports.add(port);
  // The toolbar's popup is in no window of its own: it closes whenever the user looks elsewhere.
  const window = port.sender?.tab?.windowId ?? NOWHERE;
  port.onDisconnect.addListener(() => ports.delete(port));
  port.onMessage.addListener(({ id, method, params }) => {
    if (typeof id !== 'number' || typeof method !== 'string') return;
    // Which window shows a request is what the browser says.
    const checked = method === 'opened' ? { ...params, window } : (params ?? {});
    ask(method, checked).then(
      (result) => post(port, { id, result }),
      (error: unknown) => post(port, { id, error: shape(error) }),
    );
  });
}

function post(port: chrome.runtime.Port, message: unknown): void {
  // The page may have gone.
  if (ports.has(port)) port.postMessage(message);
}

/** Tells all pages. */
export function tell(event: unknown): void {
  for (const port of ports) post(port, { event });
}
