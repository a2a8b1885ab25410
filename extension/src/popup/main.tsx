import { render } from 'preact';

import { Client } from '../shared/client.ts';
import { EngineProvider } from '../ui/engine.tsx';
import { drawPlainText } from '../ui/plainText.ts';
import { applyKeptTheme } from '../ui/theme.ts';
import { App } from './App.tsx';

drawPlainText();
applyKeptTheme();
const root = document.getElementById('app');
if (root) {
  render(
    <EngineProvider client={new Client()}>
      <App />
    </EngineProvider>,
    root,
  );
}
