//! From decoded programs to what the executor runs.

mod brillig;
mod circuit;
mod expression;

pub(crate) use brillig::{Address, BrilligCode, ForeignCallSite, Instruction, Vector};
pub(crate) use circuit::{
    BrilligArgument, BrilligCallSite, CallSite, CircuitCode, Op, PayloadPart,
};
pub(crate) use expression::{ExpressionArena, ExpressionId, Term};

use crate::ir::Program;

/// Why a decoded program cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LowerError {
    /// The program has no circuit.
    #[error("the program has no circuit")]
    Empty,
    /// A witness index is above the limit.
    #[error("witness {index} is above the limit of {limit}")]
    WitnessLimit {
        /// The index.
        index: u32,
        /// The limit.
        limit: u32,
    },
    /// A memory address is 2^31 or above.
    #[error("memory address {address} is too large")]
    AddressTooLarge {
        /// The address.
        address: u32,
    },
    /// A constant does not fit its type.
    #[error("a constant does not fit its type")]
    ConstantTooWide,
    /// A foreign call has more or fewer types than arguments or results.
    #[error("a foreign call has more or fewer types than arguments or results")]
    ForeignCallTypes,
    /// A black box function has the wrong number of inputs or outputs.
    #[error("a black box function has the wrong number of inputs or outputs")]
    BlackBoxShape,
}

/// A program ready to run.
pub(crate) struct Code {
    pub circuits: Vec<CircuitCode>,
    pub brillig: Vec<BrilligCode>,
}

/// Lowers a program whose witness indexes are below `witness_limit`.
pub(crate) fn lower(program: Program, witness_limit: u32) -> Result<Code, LowerError> {
    if program.functions.is_empty() {
        return Err(LowerError::Empty);
    }
    Ok(Code {
        circuits: program
            .functions
            .into_iter()
            .map(|circuit| circuit::lower(circuit, witness_limit))
            .collect::<Result<_, _>>()?,
        brillig: program
            .unconstrained_functions
            .into_iter()
            .map(brillig::lower)
            .collect::<Result<_, _>>()?,
    })
}
