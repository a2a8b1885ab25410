import { render } from 'preact';

import { Client } from '../shared/client.ts';
import { EngineProvider } from '../ui/engine.tsx';
import { applyKeptTheme } from '../ui/theme.ts';
import { ApprovalWindow } from './ApprovalWindow.tsx';

applyKeptTheme();
const root = document.getElementById('app');
if (root) {
  render(
    <EngineProvider client={new Client()}>
      <ApprovalWindow />
    </EngineProvider>,
    root,
  );
}
