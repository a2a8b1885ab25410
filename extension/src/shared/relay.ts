// The messages between the content script and the service worker.

/** From the content script: a message of the page as JSON, or that the page is going away. */
export type FromRelay = { readonly relayed: string } | { readonly gone: true };

/** To the content script: a message for the page as JSON. */
export interface ToRelay {
  readonly delivered: string;
}

/** What answers a message whose effects have been carried out. */
export const ACKNOWLEDGED = 'acknowledged';

/** By this event on `window` the content script of an updated extension tells the earlier one to leave. */
export const SUCCESSOR = 'pixie:relay';
