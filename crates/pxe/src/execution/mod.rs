//! Runs private and utility functions.
//!
//! [`run_private`] executes a transaction's private part, [`run_utility`] a utility function, and
//! [`ensure_synced`] brings a contract up to date before either.

pub mod circuits;
mod contract_sync;
mod error;
pub mod hashed_values;
pub mod note_cache;
pub mod pick_notes;
mod private;
pub mod result;
mod runner;
pub mod tag_indexes;
mod utility;

use std::sync::Arc;

use pixie_primitives::abi::FunctionType;
use pixie_primitives::{AztecAddress, FunctionSelector};

pub use circuits::{Circuit, CircuitCache};
pub use contract_sync::{ensure_all_synced, ensure_synced};
pub use error::{CallFrame, ExecutionError, ExecutionFailure};
#[cfg(test)]
pub(crate) use private::{CallEffects, Transaction};
pub(crate) use private::{CallRequest, RunningCall};
pub use private::{MAX_CALL_DEPTH, MAX_CALLS, PrivateOptions, run_private, run_private_with};
pub use result::{PrivateCall, ResultTree};
pub(crate) use runner::{OracleHandler, in_frame};
pub use utility::run_utility;

use crate::error::PxeError;
use crate::work::Work;

/// The circuit of a contract's function, which must be of the kind expected.
pub(crate) fn circuit_of(
    work: &Work,
    contract: AztecAddress,
    selector: FunctionSelector,
    expected: FunctionType,
) -> Result<Arc<Circuit>, PxeError> {
    let function = work.contract_function(&contract, selector)?;
    let actual = function.artifact().abi.function_type;
    if actual != expected {
        return Err(ExecutionFailure::WrongKind { expected, actual }.into());
    }
    Ok(work.circuits().circuit(&function)?)
}

/// The function in a call stack.
pub(crate) fn frame_of(contract: AztecAddress, circuit: &Circuit) -> CallFrame {
    CallFrame {
        contract,
        contract_name: Some(circuit.contract_name().to_owned()),
        selector: circuit.selector(),
        function_name: Some(circuit.function_name().to_owned()),
    }
}
