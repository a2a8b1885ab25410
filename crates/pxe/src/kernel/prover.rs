//! The seam to a prover.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pixie_acir::WitnessTable;
use pixie_primitives::Fr;
use pixie_primitives::kernel::VkData;
use pixie_primitives::tx::ChonkProof;

use super::circuits::LoadedCircuit;
use crate::execution::result::PrivateCall;

/// One circuit of a transaction with its witness: a function or a kernel.
#[derive(Debug)]
pub struct ExecutionStep<'a> {
    /// `Contract:function`, or the kernel's name without its size.
    pub name: String,
    /// How long computing the witness took, if there was a clock.
    pub witness_time: Option<Duration>,
    /// The circuit and its witness.
    pub circuit: StepCircuit<'a>,
}

/// The circuit of a step.
#[derive(Debug)]
pub enum StepCircuit<'a> {
    /// A function.
    Function(&'a PrivateCall),
    /// A kernel.
    Kernel {
        /// The circuit.
        circuit: Arc<LoadedCircuit>,
        /// Its verification key.
        verification_key: Arc<VkData>,
        /// The witness, of the simulated form if the kernels were simulated.
        witness: WitnessTable,
    },
}

/// The code of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepBytecode<'a> {
    /// Noir's serialisation.
    Plain(&'a [u8]),
    /// Noir's serialisation, compressed with gzip.
    Gzip(&'a [u8]),
}

impl ExecutionStep<'_> {
    /// The code.
    #[must_use]
    pub fn bytecode(&self) -> StepBytecode<'_> {
        match &self.circuit {
            StepCircuit::Function(call) => StepBytecode::Gzip(call.circuit.bytecode()),
            StepCircuit::Kernel { circuit, .. } => StepBytecode::Plain(&circuit.bytecode),
        }
    }

    /// The witness, of the simulated form if the kernels were simulated.
    #[must_use]
    pub const fn witness(&self) -> &WitnessTable {
        match &self.circuit {
            StepCircuit::Function(call) => &call.witness,
            StepCircuit::Kernel { witness, .. } => witness,
        }
    }

    /// The elements of the verification key, 32 bytes each.
    #[must_use]
    pub fn verification_key(&self) -> Cow<'_, [u8]> {
        match &self.circuit {
            StepCircuit::Function(call) => Cow::Borrowed(call.circuit.verification_key()),
            StepCircuit::Kernel {
                verification_key, ..
            } => Cow::Owned(verification_key.vk.element_bytes()),
        }
    }
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
#[error("the prover failed: {message}")]
pub struct ProverError {
    /// What the prover says.
    pub message: String,
    /// Why, if it told.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What a prover made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The proof.
    pub proof: ChonkProof,
    /// What it says of the public inputs of the transaction; none if it does not say.
    pub public_inputs: Option<Vec<Fr>>,
}

/// Makes the proof of a transaction's private part (Aztec 4.1.2, stdlib `PrivateKernelProver`,
/// without the witnesses, which are computed before).
#[async_trait(?Send)]
pub trait PrivateKernelProver {
    /// Proves the steps of a transaction, in order.
    ///
    /// # Errors
    /// [`ProverError`].
    async fn prove(&self, steps: &[ExecutionStep<'_>]) -> Result<Proof, ProverError>;

    /// How many gates the circuit of a step has; none if this prover cannot tell.
    ///
    /// # Errors
    /// [`ProverError`].
    async fn gate_count(&self, step: &ExecutionStep<'_>) -> Result<Option<u64>, ProverError>;
}

/// Gives the empty proof, which networks without real proofs accept.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProver;

#[async_trait(?Send)]
impl PrivateKernelProver for NoProver {
    async fn prove(&self, _: &[ExecutionStep<'_>]) -> Result<Proof, ProverError> {
        Ok(Proof {
            proof: ChonkProof::default(),
            public_inputs: None,
        })
    }

    async fn gate_count(&self, _: &ExecutionStep<'_>) -> Result<Option<u64>, ProverError> {
        Ok(None)
    }
}
