// The messages between the content script and the service worker.
//
// Of a page that has said something the content script holds a port, by which both sides speak. Where
// there is none (the worker was started anew, and has something to say first) the worker sends a message.

/** The name of the port. */
export const RELAY = 'pixie-relay';

/** From the content script: a message of the page as JSON, or that the page is going away. */
export type FromRelay = { readonly relayed: string } | { readonly gone: true };

/** A message of the page by the port, with its number there. */
export interface Said {
  readonly relayed: string;
  readonly id: number;
}

/** To the content script: a message for the page as JSON. */
export interface ToRelay {
  readonly delivered: string;
}

/**
 * By the port: a message for the page, or up to which number the effects of the page's messages have been
 * carried out, or both. A port that the worker closes has not carried out what came after.
 */
export interface Told {
  readonly delivered?: string;
  readonly taken?: number;
}

/** What answers a message that came without a port. */
export const ACKNOWLEDGED = 'acknowledged';

/** By this event on `window` the content script of an updated extension tells the earlier one to leave. */
export const SUCCESSOR = 'pixie:relay';
