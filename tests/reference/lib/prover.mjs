// The reference's prover of kernels without the proof: it generates all
// witnesses and leaves the proof empty.
import { BBBundlePrivateKernelProver } from '@aztec/bb-prover/client/bundle';
import { ChonkProof } from '@aztec/stdlib/proofs';

export class ProoflessProver extends BBBundlePrivateKernelProver {
  async generateTailOutput(inputs) {
    const output = await super.generateTailOutput(inputs);
    this.tailPublicInputs = output.publicInputs;
    return output;
  }

  createChonkProof() {
    const fields = this.tailPublicInputs.publicInputs().toFields();
    return Promise.resolve(ChonkProof.empty().attachPublicInputs(fields));
  }
}
