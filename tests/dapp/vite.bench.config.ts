// The page of `scripts/bench browser`, whose sources are in tests/reference/browser.
import { mergeConfig, type Plugin } from 'vite';

import dapp from './vite.config.ts';

/**
 * Circuits and contracts are 100 MB of JSON. What is imported only when it is needed is fetched as what
 * it is, from where the packages lie (`/modules/`), rather than made into 100 MB of code.
 */
const artifacts: Plugin = {
  name: 'artifacts',
  enforce: 'pre',
  load: {
    filter: { id: /\/(noir-protocol-circuits-types|accounts|protocol-contracts)\/artifacts\/[^/]+\.json$/ },
    handler(id) {
      const path = id.slice(id.lastIndexOf('/node_modules/') + '/node_modules/'.length);
      return { code: `export default await (await fetch('/modules/${path}')).json();`, moduleType: 'js' };
    },
  },
};

export default mergeConfig(
  { ...dapp, build: { ...dapp.build, rolldownOptions: {} } },
  {
    root: '../reference/browser',
    plugins: [artifacts],
    build: { outDir: '../../../target/bench/page' },
  },
);
