use serde::{Deserialize, Serialize};

use super::{ChonkProof, PrivateExecutionResult, ProvingTimings, SimulationStats, Tx};
use crate::kernel::PrivateKernelTailCircuitPublicInputs;

/// What simulating a transaction gave. `P` is what the node said about the public part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxSimulationResult<P> {
    /// The private part.
    pub private_execution_result: PrivateExecutionResult,
    /// What the private part says to the network.
    pub public_inputs: PrivateKernelTailCircuitPublicInputs,
    /// The public part, if it was simulated.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub public_output: Option<P>,
    /// How the simulation spent its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stats: Option<SimulationStats>,
}

impl<P> TxSimulationResult<P> {
    /// The transaction with the empty proof.
    #[must_use]
    pub fn to_simulated_tx(&self) -> Tx {
        self.private_execution_result
            .to_tx(self.public_inputs.clone(), ChonkProof::default())
    }
}

/// A transaction that is proved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxProvingResult {
    /// The private part.
    pub private_execution_result: PrivateExecutionResult,
    /// What the private part says to the network.
    pub public_inputs: PrivateKernelTailCircuitPublicInputs,
    /// The proof.
    pub chonk_proof: ChonkProof,
    /// How long it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timings: Option<ProvingTimings>,
}

impl TxProvingResult {
    /// The transaction.
    #[must_use]
    pub fn to_tx(&self) -> Tx {
        self.private_execution_result
            .to_tx(self.public_inputs.clone(), self.chonk_proof.clone())
    }
}

impl PrivateExecutionResult {
    /// The transaction with these public inputs and this proof.
    #[must_use]
    pub fn to_tx(&self, data: PrivateKernelTailCircuitPublicInputs, proof: ChonkProof) -> Tx {
        Tx::new(
            data,
            proof,
            self.contract_class_logs(),
            self.public_function_calldata.clone(),
        )
    }
}
