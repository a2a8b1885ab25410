//! Transactions: what a wallet is asked to do, what it executes and what it sends.

mod context;
mod execution;
mod hashed_values;
mod offchain;
mod payload;
mod profile;
mod proof;
mod request;
mod simulation;
#[cfg(test)]
mod tests;
mod transaction;

pub use context::{
    CallContext, FunctionData, PrivateTxConstantData, ProtocolContracts, TxConstantData, TxContext,
    TxRequest,
};
pub use execution::{
    CountedContractClassLog, NestedReturnValues, NoteAndSlot, OffchainEffectData,
    PrivateCallExecutionResult, PrivateExecutionResult,
};
pub use hashed_values::HashedValues;
pub use offchain::{OFFCHAIN_MESSAGE_IDENTIFIER, OffchainEffect, OffchainMessage, OffchainOutput};
pub use payload::{ConflictingFeePayers, ExecutionPayload, FunctionCall};
pub use profile::{
    FunctionTiming, MethodTimes, NodeStats, PrivateExecutionStep, ProvingStats, ProvingTimings,
    RoundTripStats, SimulationStats, SimulationTimings, StepTimings, TxProfileResult,
    UtilityExecutionResult,
};
pub use proof::ChonkProof;
pub use request::TxExecutionRequest;
pub use simulation::{TxProvingResult, TxSimulationResult};
pub use transaction::{PublicCallWithCalldata, Tx};

crate::field_newtype!(
    /// The hash of a transaction.
    TxHash
);
