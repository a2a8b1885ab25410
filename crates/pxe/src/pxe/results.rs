//! What operations give, and how they are watched.

use std::fmt;
use std::rc::Rc;

use pixie_primitives::gas::{Gas, GasUsed};
use pixie_primitives::kernel::PrivateKernelTailCircuitPublicInputs;
use pixie_primitives::simulation::PublicSimulationOutput;
use pixie_primitives::tx::{ChonkProof, OffchainEffect, Tx};

use crate::execution::ResultTree;
use crate::progress::{Progress, ProgressSink, Unobserved};
use crate::state::StoredEvent;
use crate::work::{AnchorBlock, Cancellation};

/// Who watches an operation and may stop it.
#[derive(Clone)]
pub struct Watch {
    progress: Rc<dyn ProgressSink>,
    cancellation: Cancellation,
}

impl Watch {
    /// Tells `progress` of each step, and stops when `cancellation` says so.
    #[must_use]
    pub fn new(progress: Rc<dyn ProgressSink>, cancellation: Cancellation) -> Self {
        Self {
            progress,
            cancellation,
        }
    }

    pub(super) fn report(&self, step: Progress) {
        self.progress.report(step);
    }

    pub(super) fn progress(&self) -> Rc<dyn ProgressSink> {
        Rc::clone(&self.progress)
    }

    pub(super) fn cancellation(&self) -> Cancellation {
        self.cancellation.clone()
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self::new(Rc::new(Unobserved), Cancellation::default())
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("cancellation", &self.cancellation)
            .finish_non_exhaustive()
    }
}

/// A transaction that is ready to be sent.
#[derive(Debug, Clone)]
pub struct Proved {
    /// The private calls.
    pub execution: ResultTree,
    /// What the transaction says to the network.
    pub public_inputs: PrivateKernelTailCircuitPublicInputs,
    /// The proof.
    pub proof: ChonkProof,
    /// The transaction.
    pub tx: Tx,
}

impl Proved {
    /// What the calls handed out beside the transaction.
    #[must_use]
    pub fn offchain_effects(&self) -> Vec<OffchainEffect> {
        self.execution.offchain_effects()
    }
}

/// A transaction that was simulated.
#[derive(Debug, Clone)]
pub struct Simulated {
    /// The private calls.
    pub execution: ResultTree,
    /// What the transaction would say to the network.
    pub public_inputs: PrivateKernelTailCircuitPublicInputs,
    /// What the node made of the public calls; nothing if there are none or they were left out.
    pub public_output: Option<PublicSimulationOutput>,
    /// The transaction with the empty proof.
    pub tx: Tx,
}

impl Simulated {
    /// The gas that the transaction would use (Aztec 4.1.2, stdlib `TxSimulationResult.gasUsed`).
    #[must_use]
    pub fn gas_used(&self) -> GasUsed {
        match &self.public_output {
            Some(output) => output.gas_used,
            None => GasUsed {
                total_gas: self.public_inputs.gas_used(),
                billed_gas: self.public_inputs.gas_used(),
                teardown_gas: Gas::default(),
                public_gas: Gas::default(),
            },
        }
    }

    /// What the calls handed out beside the transaction.
    #[must_use]
    pub fn offchain_effects(&self) -> Vec<OffchainEffect> {
        self.execution.offchain_effects()
    }
}

/// Private events, as of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateEvents {
    /// The events in the order in which the chain got them.
    pub events: Vec<StoredEvent>,
    /// The block.
    pub anchor: AnchorBlock,
}
