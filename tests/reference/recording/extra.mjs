// Circuit recordings beside the transactions: one of each circuit that the
// earlier recordings lack, in their format.
import { mkdirSync, readFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { circuitRecording } from './recorder.mjs';

const WANTED = [
  /^EcdsaKAccount\.entrypoint$/,
  /^EcdsaRAccount\.entrypoint$/,
  /^SchnorrAccount\.(constructor|verify_private_authwit)$/,
  /^SimulatedAccount\.entrypoint$/,
  /^MultiCallEntrypoint\.entrypoint$/,
  /^Token\.(transfer_in_private|_recurse_subtract_balance|transfer_to_public_and_prepare_private_balance_increase|transfer_to_private|process_message)$/,
  /^NFT\.transfer_in_private$/,
  /^AMM\.(add_liquidity|swap_exact_tokens_for_tokens)$/,
  /^FPC\.fee_entrypoint_private$/,
  /^PrivateVoting\.cast_vote$/,
  /^ContractClassRegistry\.publish$/,
  /^HidingKernelToPublic\.main$/,
  /^PrivateKernelTailToPublic\.main$/,
  /^PrivateKernelReset_(?!4_4_4_4_4_4_4_4_4)/,
];

export class ExtraRecordings {
  constructor(folder) {
    this.folder = folder;
    this.index = existsSync(join(folder, 'index.json')) ? JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) : [];
    mkdirSync(folder, { recursive: true });
  }

  /** Keeps those of the executions that are wanted and were not kept before. */
  offer(circuits) {
    for (const entry of circuits) {
      const key = `${entry.name}.${entry.function}`;
      const simulated = /_simulated/.test(entry.artifact);
      // The simulated kernels take the same inputs; one variant of each will do.
      if (simulated || !WANTED.some(pattern => pattern.test(key))) continue;
      if (this.index.some(kept => kept.artifact === entry.artifact && kept.function === entry.function)) continue;
      const recording = `${entry.name}_${entry.function}_0.json.gz`;
      writeFileSync(join(this.folder, recording), gzipSync(JSON.stringify(circuitRecording(entry)), { level: 9 }));
      const { artifact, witnesses, witnessSha256: sha256 } = entry;
      this.index.push({ recording, artifact, function: entry.function, witnesses, sha256 });
    }
  }

  finish() {
    this.index.sort((a, b) => (a.recording < b.recording ? -1 : 1));
    writeFileSync(join(this.folder, 'index.json'), JSON.stringify(this.index, null, 1) + '\n');
  }
}
