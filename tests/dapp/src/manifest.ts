// What the dapp asks for: tokens that it deploys itself, so their addresses are not known beforehand.
import type { AppCapabilities } from '@aztec/aztec.js/wallet';

export const APP = { id: 'pixie-demo', name: 'Demo dapp', version: '1.0.0' };

export const MANIFEST: AppCapabilities = {
  version: '1.0',
  metadata: { name: APP.name, version: APP.version, description: 'Deploys a token and sends it around.' },
  capabilities: [
    { type: 'accounts', canGet: true, canCreateAuthWit: true },
    { type: 'contracts', contracts: '*', canRegister: true, canGetMetadata: true },
    { type: 'contractClasses', classes: '*', canGetMetadata: true },
    { type: 'simulation', transactions: { scope: '*' }, utilities: { scope: '*' } },
    { type: 'transaction', scope: '*' },
    { type: 'data', addressBook: true, privateEvents: { contracts: '*' } },
  ],
};
