// Where this page is shown: in the small window of the toolbar, or in a tab.

export function isToolbarPopup(): boolean {
  const views = globalThis.chrome?.extension?.getViews?.({ type: 'popup' }) ?? [];
  return views.includes(window);
}

/** Opens this page in a tab, at a place. */
export function openTab(hash: string) {
  const url = new URL(location.href);
  url.hash = hash;
  void chrome.tabs.create({ url: url.href });
  window.close();
}
