use pixie_acir::ExecutionError;
use pixie_node::NodeError;
use pixie_primitives::{AztecAddress, DecodeError, Fr, FunctionSelector};

use super::circuits::{CircuitsError, KernelCircuit};
use super::prover::ProverError;
use super::reset::ResetError;
use crate::state::StateError;

/// What a witness is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Witnessed {
    /// A unique note hash.
    #[error("note hash {0}")]
    NoteHash(Fr),
    /// A siloed nullifier.
    #[error("nullifier {0}")]
    Nullifier(Fr),
    /// The class that a contract was updated to.
    #[error("updated class of contract {0}")]
    UpdatedClassId(AztecAddress),
}

/// Why the kernels could not run over an execution.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KernelError {
    /// The operation was cancelled.
    #[error("the operation was cancelled")]
    Cancelled,
    /// The node did not answer as it should.
    #[error("the node failed: {0}")]
    Node(#[from] NodeError),
    /// The state lacks what the kernels need.
    #[error(transparent)]
    State(#[from] StateError),
    /// A kernel circuit could not be had.
    #[error(transparent)]
    Circuits(#[from] CircuitsError),
    /// A kernel refuses its inputs: what the contracts did breaks a rule of the protocol.
    #[error("the circuit {circuit} failed: {source}")]
    Execution {
        /// The circuit.
        circuit: KernelCircuit,
        /// Why.
        #[source]
        source: Box<ExecutionError>,
    },
    /// A kernel asks an oracle that kernels have not.
    #[error("the circuit {circuit} asks the unknown oracle {oracle}")]
    UnknownOracle {
        /// The circuit.
        circuit: KernelCircuit,
        /// The oracle.
        oracle: String,
    },
    /// A kernel takes another number of inputs than it is given.
    #[error("the circuit {circuit} takes {expected} inputs and is given {actual}")]
    InputCount {
        /// The circuit.
        circuit: KernelCircuit,
        /// What it takes.
        expected: usize,
        /// What it is given.
        actual: usize,
    },
    /// The inputs of a kernel exceed its places.
    #[error("the inputs of a kernel do not fit")]
    Inputs(#[source] DecodeError),
    /// What a kernel put out is not of its type.
    #[error("the output of the circuit {circuit} is malformed")]
    Output {
        /// The circuit.
        circuit: KernelCircuit,
        /// What is wrong with it.
        #[source]
        source: DecodeError,
    },
    /// The verification key of a function is missing or malformed.
    #[error("the verification key of function {selector} of contract {contract} is unusable")]
    FunctionVerificationKey {
        /// The contract.
        contract: AztecAddress,
        /// The function.
        selector: FunctionSelector,
        /// What is wrong with it.
        #[source]
        source: DecodeError,
    },
    /// The claims and side effects of the transaction cannot be processed.
    #[error(transparent)]
    Reset(#[from] ResetError),
    /// The block has no such value.
    #[error("the {0} is not in the state of the anchor block")]
    NotInTree(Witnessed),
    /// What the node says is not in the state of the anchor block.
    #[error("the node gave a false witness for the {0}")]
    FalseWitness(Witnessed),
    /// The transaction expires before any block could include it.
    #[error("the transaction expires at {expiration}, but its anchor block is of {anchor}")]
    Expired {
        /// The time of the anchor block, in seconds since 1970.
        anchor: u64,
        /// The time up to which the transaction may be included, in seconds since 1970.
        expiration: u64,
    },
    /// A lifetime above the protocol's was asked for.
    #[error("a transaction may live {limit} seconds, not {lifetime}")]
    Lifetime {
        /// The longest lifetime in seconds.
        limit: u64,
        /// The lifetime asked for, in seconds.
        lifetime: u64,
    },
    /// Nobody pays the fee of a transaction that is to be proved.
    #[error("nobody pays the fee of the transaction")]
    NoFeePayer,
    /// The prover failed.
    #[error(transparent)]
    Prover(#[from] ProverError),
    /// The proof is of another transaction.
    #[error("the public inputs of the proof are not those of the transaction")]
    ProofOfAnother,
    /// Two calls ask for a teardown call.
    #[error("more than one call of the transaction sets a teardown call")]
    RepeatedTeardown,
    /// The transaction's first nullifier is not the one that its note nonces derive from.
    #[error("the first nullifier of the transaction is {actual} instead of {expected}")]
    FirstNullifier {
        /// The one that the nonces derive from.
        expected: Fr,
        /// The one that the transaction has.
        actual: Fr,
    },
    /// The gas of the transaction exceeds the range.
    #[error("the transaction uses more gas than can be counted")]
    GasOverflow,
}
