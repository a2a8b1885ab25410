// The network that the dapp is on. It asks a node of its own choice, not the wallet.
import type { ChainInfo } from '@aztec/aztec.js/account';
import { Fr } from '@aztec/aztec.js/fields';
import { createAztecNodeClient } from '@aztec/aztec.js/node';

export interface Network {
  url: string;
  chainInfo: ChainInfo;
  node: ReturnType<typeof createAztecNodeClient>;
}

export async function networkAt(url: string): Promise<Network> {
  const node = createAztecNodeClient(url);
  const { l1ChainId, rollupVersion } = await node.getNodeInfo();
  return { url, node, chainInfo: { chainId: new Fr(l1ChainId), version: new Fr(rollupVersion) } };
}
