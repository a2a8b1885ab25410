//! What an operation is doing, for whoever shows it.

use pixie_primitives::receipt::LogLevel;
use pixie_primitives::{AztecAddress, FunctionSelector};

/// A step of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Following the chain to its tip.
    SyncingBlocks,
    /// Looking for notes of a contract: contract number `index` (from 0) of `total`.
    SyncingContract {
        /// The contract.
        contract: AztecAddress,
        /// Its number, from 0.
        index: usize,
        /// How many there are.
        total: usize,
    },
    /// Executing a function.
    Executing {
        /// The contract.
        contract: AztecAddress,
        /// The function.
        function: FunctionSelector,
        /// The function's name, where the artifact is known.
        name: Option<String>,
    },
    /// Running a kernel circuit: step `step` (from 0) of `total`, as far as can be told by now.
    Kernel {
        /// The name of the circuit.
        circuit: String,
        /// Its number, from 0.
        step: usize,
        /// How many there will be at least.
        total: usize,
    },
    /// A contract printed a line.
    ContractLog {
        /// The contract.
        contract: AztecAddress,
        /// The contract's name.
        contract_name: String,
        /// How grave it is.
        level: LogLevel,
        /// The line.
        message: String,
    },
    /// Making the proof.
    Proving,
    /// Having the node simulate the public calls.
    SimulatingPublic,
}

/// Takes note of the steps of an operation.
pub trait ProgressSink {
    /// A step has begun.
    fn report(&self, step: Progress);
}

/// Takes no note.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl ProgressSink for Unobserved {
    fn report(&self, _: Progress) {}
}
