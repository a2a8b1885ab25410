//! Why an execution failed.

use crate::Fe;
use crate::blackbox::BlackBoxError;
use crate::debug::SourceLocation;
use crate::ir::OpcodeLocation;
use crate::vm::VmFault;
use core::fmt;

/// The reason of a failure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FailureKind {
    /// A constraint does not hold.
    #[error("cannot satisfy constraint")]
    UnsatisfiedConstraint,
    /// A constraint has more than one unknown witness.
    #[error("a constraint has too many unknown witnesses")]
    TooManyUnknowns,
    /// A witness is needed that is not known yet.
    #[error("witness {0} is not known")]
    MissingWitness(u32),
    /// An array is used that was not filled before.
    #[error("a memory block is used before it is initialised")]
    MissingBlock,
    /// An array is filled a second time.
    #[error("a memory block is initialised twice")]
    BlockInitialisedTwice,
    /// An index is not below the length of its array.
    #[error("index out of bounds, array has size {size}, but index was {index}")]
    IndexOutOfBounds {
        /// The index.
        index: Fe,
        /// Length of the array.
        size: usize,
    },
    /// A memory operation neither reads into a witness nor writes.
    #[error("a memory operation neither reads into a witness nor writes")]
    MalformedMemoryOperation,
    /// A predicate is neither 0 nor 1.
    #[error("a predicate is {0} where 0 or 1 is needed")]
    PredicateNotBoolean(Fe),
    /// A black box function failed.
    #[error(transparent)]
    BlackBox(#[from] BlackBoxError),
    /// An unconstrained function failed.
    #[error("unconstrained function {name}: {fault}")]
    Brillig {
        /// Index of the function.
        function: u32,
        /// Its name.
        name: String,
        /// What happened.
        fault: VmFault,
    },
    /// A function is called that does not exist.
    #[error("function {0} does not exist")]
    UnknownFunction(u32),
    /// The entry point is called.
    #[error("the entry point is called from a circuit")]
    EntryPointCalled,
    /// A function has more or fewer results than its caller takes.
    #[error("a function has {actual} results where its caller takes {expected}")]
    Results {
        /// Results taken.
        expected: usize,
        /// Results given.
        actual: usize,
    },
    /// All steps are used up.
    #[error("the step budget is used up")]
    StepBudget,
    /// Circuits are nested too deeply.
    #[error("circuits call one another more than {limit} deep")]
    CallDepth {
        /// The limit.
        limit: usize,
    },
    /// The witnesses take more memory than allowed.
    #[error("the execution needs more than {limit} witnesses")]
    WitnessLimit {
        /// The limit.
        limit: usize,
    },
    /// An answer was given though no oracle was asked, or the execution went on without one.
    #[error("an oracle's answer is due, or was given without a question")]
    OutOfTurn,
}

/// An assertion's selector and the values of its message's parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssertionFailure {
    /// Key into the ABI's `error_types`.
    pub selector: u64,
    /// Values of the message's parameters.
    pub data: Vec<Fe>,
}

/// A failed execution: what, where and what the contract says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionError {
    details: Box<Details>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Details {
    kind: FailureKind,
    circuit: u32,
    locations: Vec<OpcodeLocation>,
    assertion: Option<AssertionFailure>,
    message: Option<String>,
    source: Vec<SourceLocation>,
}

impl ExecutionError {
    pub(crate) fn new(kind: FailureKind) -> Self {
        Self {
            details: Box::new(Details {
                kind,
                circuit: 0,
                locations: Vec::new(),
                assertion: None,
                message: None,
                source: Vec::new(),
            }),
        }
    }

    pub(crate) fn at(mut self, circuit: u32, locations: Vec<OpcodeLocation>) -> Self {
        self.details.circuit = circuit;
        self.details.locations = locations;
        self
    }

    pub(crate) fn with_assertion(mut self, assertion: Option<AssertionFailure>) -> Self {
        self.details.assertion = assertion;
        self
    }

    pub(crate) fn with_message(mut self, message: Option<String>) -> Self {
        self.details.message = message;
        self
    }

    pub(crate) fn with_source(mut self, source: Vec<SourceLocation>) -> Self {
        self.details.source = source;
        self
    }

    /// The reason.
    #[must_use]
    pub fn kind(&self) -> &FailureKind {
        &self.details.kind
    }

    /// Index of the circuit that failed, among the program's.
    #[must_use]
    pub fn circuit(&self) -> u32 {
        self.details.circuit
    }

    /// Where it failed: the opcode of the circuit, or the instructions of the unconstrained
    /// function that it calls, outermost first.
    #[must_use]
    pub fn locations(&self) -> &[OpcodeLocation] {
        &self.details.locations
    }

    /// The failed assertion's data.
    #[must_use]
    pub fn assertion(&self) -> Option<&AssertionFailure> {
        self.details.assertion.as_ref()
    }

    /// The failed assertion's message, if the ABI explains it.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.details.message.as_deref()
    }

    /// The source call stack, outermost first, if debug symbols are at hand.
    #[must_use]
    pub fn source_locations(&self) -> &[SourceLocation] {
        &self.details.source
    }
}

impl fmt::Display for ExecutionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.details.message {
            Some(message) => write!(f, "assertion failed: {message}")?,
            None => write!(f, "{}", self.details.kind)?,
        }
        if let Some(location) = self.details.locations.last() {
            write!(f, " (opcode {location})")?;
        }
        for location in self.details.source.iter().rev() {
            write!(f, "\n  at {location}")?;
        }
        Ok(())
    }
}

impl core::error::Error for ExecutionError {}
