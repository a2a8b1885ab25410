//! Why the execution of a function failed, and where.

use std::fmt;

use pixie_acir::SourceLocation;
use pixie_primitives::abi::FunctionType;
use pixie_primitives::simulation::{
    FailingFunction, NoirCallStack, SimulationError, SourceCodeLocation,
};
use pixie_primitives::{AztecAddress, DecodeError, Fr, FunctionSelector};

use crate::oracle::{OracleError, OracleName};

/// A function under way when an execution failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallFrame {
    /// The contract.
    pub contract: AztecAddress,
    /// The contract's name, where it is known.
    pub contract_name: Option<String>,
    /// The function.
    pub selector: FunctionSelector,
    /// The function's name, where it is known.
    pub function_name: Option<String>,
}

impl fmt::Display for CallFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.contract_name {
            Some(name) => write!(f, "{name}")?,
            None => write!(f, "{}", self.contract)?,
        }
        match &self.function_name {
            Some(name) => write!(f, ".{name}"),
            None => write!(f, ".{}", self.selector),
        }
    }
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecutionFailure {
    /// The contract has no function of this name, which the PXE needs.
    #[error("contract {contract} has no function `{name}`")]
    MissingFunction {
        /// The contract.
        contract: AztecAddress,
        /// The function.
        name: &'static str,
    },
    /// The function is of another kind than the operation executes.
    #[error("a {actual:?} function cannot be executed as a {expected:?} one")]
    WrongKind {
        /// What the operation executes.
        expected: FunctionType,
        /// What the function is.
        actual: FunctionType,
    },
    /// The function's code is bad.
    #[error("the code cannot be used: {0}")]
    Code(#[from] pixie_acir::ProgramError),
    /// The arguments do not fit the function.
    #[error("the function takes {expected} fields of arguments, not {actual}")]
    ArgumentsSize {
        /// What the function takes.
        expected: usize,
        /// What was given.
        actual: usize,
    },
    /// The arguments named by their hash were not handed in.
    #[error("no arguments with the hash {0} were handed in")]
    UnknownArguments(Fr),
    /// The circuit failed: one of the contract's assertions, as a rule.
    #[error("{}", circuit_message(error, message.as_deref()))]
    Circuit {
        /// What failed and where.
        error: pixie_acir::ExecutionError,
        /// The assertion's message, if the contract says why it failed.
        message: Option<String>,
    },
    /// The circuit asked an oracle that cannot answer.
    #[error("{name}: {error}")]
    Oracle {
        /// The oracle.
        name: OracleName,
        /// Why it cannot answer.
        error: OracleError,
    },
    /// The circuit asked an oracle that does not exist in this version.
    #[error("the contract asks for an oracle `{0}`, which does not exist")]
    UnknownOracle(String),
    /// What the circuit put out is not what a private function puts out.
    #[error("the circuit's public inputs cannot be read: {0}")]
    PublicInputs(DecodeError),
    /// The return values or the calldata that a call named by hash were never stored.
    #[error("the values with the hash {0} were not stored during the execution")]
    UnknownPreimage(Fr),
    /// Calls are nested too deeply.
    #[error("calls are nested more than {limit} deep")]
    CallDepth {
        /// How deep they may be.
        limit: usize,
    },
    /// Too many calls.
    #[error("the transaction makes more than {limit} private calls")]
    CallCount {
        /// How many there may be.
        limit: usize,
    },
    /// `sync_state` may be called by the PXE alone.
    #[error("`sync_state` can only be called by the PXE itself")]
    ForbiddenSyncState,
}

/// A contract's assertion speaks for itself; other failures are described.
fn circuit_message(error: &pixie_acir::ExecutionError, message: Option<&str>) -> String {
    match message {
        Some(message) => format!("Assertion failed: {message}"),
        None => error.kind().to_string(),
    }
}

/// A failed execution, with the functions that were under way.
#[derive(Debug)]
pub struct ExecutionError {
    /// What went wrong, in the innermost function.
    pub failure: ExecutionFailure,
    /// The functions under way, outermost first; empty if it failed before the first one started.
    pub call_stack: Vec<CallFrame>,
}

impl ExecutionError {
    /// Adds the function that made the call.
    #[must_use]
    pub fn called_from(mut self, frame: CallFrame) -> Self {
        self.call_stack.insert(0, frame);
        self
    }

    /// The assertion's message, if the contract itself failed and says why.
    #[must_use]
    pub fn assertion_message(&self) -> Option<&str> {
        match &self.failure {
            ExecutionFailure::Circuit { message, .. } => message.as_deref(),
            _ => None,
        }
    }

    /// The error in the form in which the protocol's interfaces hand it out.
    #[must_use]
    pub fn to_simulation_error(&self) -> SimulationError {
        let function = |frame: &CallFrame| FailingFunction {
            contract_address: frame.contract,
            contract_name: frame.contract_name.clone(),
            function_selector: Some(frame.selector),
            function_name: frame.function_name.clone(),
        };
        let noir_error_stack = match &self.failure {
            ExecutionFailure::Circuit { error, .. } if !error.source_locations().is_empty() => {
                let places = error.source_locations().iter().map(source_place);
                Some(NoirCallStack::Source(places.collect()))
            }
            ExecutionFailure::Circuit { error, .. } => {
                let opcodes = error.locations().iter().map(ToString::to_string);
                Some(NoirCallStack::Opcodes(opcodes.collect()))
            }
            _ => None,
        };
        SimulationError {
            original_message: self.failure.to_string(),
            function_error_stack: self.call_stack.iter().map(function).collect(),
            noir_error_stack,
            revert_data: Vec::new(),
        }
    }
}

fn source_place(location: &SourceLocation) -> SourceCodeLocation {
    SourceCodeLocation {
        file_path: location.path.clone(),
        line: location.line as u64,
        column: location.column as u64,
        file_source: String::new(),
        location_text: location.text.clone(),
    }
}

impl From<ExecutionFailure> for ExecutionError {
    fn from(failure: ExecutionFailure) -> Self {
        Self {
            failure,
            call_stack: Vec::new(),
        }
    }
}

impl fmt::Display for ExecutionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.failure)?;
        for frame in self.call_stack.iter().rev() {
            write!(f, "\n  at {frame}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ExecutionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.failure.source()
    }
}
