// The reference's prover of kernels without the proof, with all circuits in memory.
import { BBBundlePrivateKernelProver } from '@aztec/bb-prover/client/bundle';

import { proofless } from './proofless.mjs';

export const ProoflessProver = proofless(BBBundlePrivateKernelProver);
