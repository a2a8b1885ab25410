// The theme of the settings. A page cannot ask for these while the wallet is locked, so the last one
// is kept by the browser; it says nothing of the user.
import { useEffect } from 'preact/hooks';

import type { Theme } from '../shared/api.ts';
import { useEngine, useQuery } from './engine.tsx';

const KEY = 'theme';

export function applyTheme(theme: string | null) {
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
  else delete document.documentElement.dataset['theme'];
}

export function applyKeptTheme() {
  applyTheme(localStorage.getItem(KEY));
}

export function keepTheme(theme: Theme) {
  localStorage.setItem(KEY, theme);
  applyTheme(theme);
}

export function useTheme() {
  const { state } = useEngine();
  const { data } = useQuery('settings', state?.vault.status === 'unlocked' ? {} : undefined);
  useEffect(() => {
    if (data) keepTheme(data.theme);
  }, [data?.theme]);
}
