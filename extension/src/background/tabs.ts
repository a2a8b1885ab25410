// Tabs that were there before this version of the extension. The browser gives them no content scripts,
// and those of the version before have lost their worker.

import { SUCCESSOR } from '../shared/relay.ts';

/** As the manifest has it; the types that there are of it do not know of worlds yet. */
type Script = NonNullable<chrome.runtime.Manifest['content_scripts']>[number] & { world?: 'ISOLATED' | 'MAIN' };

/** Puts the content scripts into all open pages that they are for. */
export async function attach(): Promise<void> {
  const scripts: Script[] = chrome.runtime.getManifest().content_scripts ?? [];
  for (const { matches = [], js = [], world = 'ISOLATED' } of scripts) {
    const tabs = await chrome.tabs.query({ url: matches, discarded: false });
    const target = ({ id }: chrome.tabs.Tab) => (id === undefined ? [] : [{ tabId: id }]);
    // Where no extension may be, and where the page has just gone, there is nothing to attach to.
    await Promise.allSettled(
      tabs.flatMap(target).map(async (target) => {
        await chrome.scripting.executeScript({ target, func: announce, args: [SUCCESSOR], world });
        await chrome.scripting.executeScript({ target, files: js, world });
      }),
    );
  }
}

/** Runs in a page. */
function announce(successor: string): void {
  window.dispatchEvent(new Event(successor));
}
