//! What can go wrong.

use pixie_node::NodeError;
use pixie_primitives::simulation::SimulationError;
use pixie_store::{CommitError, LoadError, OpenError};

use crate::execution::{ExecutionError, ExecutionFailure};
use crate::kernel::KernelError;
use crate::state::StateError;
use crate::sync::SyncError;

/// Why an operation failed.
///
/// Every area has an enum of its own, beside its code; this one puts them together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PxeError {
    /// The operation was cancelled. Nothing of it is left.
    #[error("the operation was cancelled")]
    Cancelled,
    /// The node did not answer as it should.
    #[error("the node failed: {0}")]
    Node(#[from] NodeError),
    /// The state does not have what is asked for, or does not take a change.
    #[error(transparent)]
    State(#[from] StateError),
    /// The state could not be brought up to date.
    #[error(transparent)]
    Sync(SyncError),
    /// The writes of the operation could not be stored.
    #[error("the state could not be stored: {0}")]
    Commit(#[from] CommitError),
    /// The state could not be read.
    #[error("the state could not be loaded: {0}")]
    Load(#[from] LoadError),
    /// A function failed.
    #[error(transparent)]
    Execution(Box<ExecutionError>),
    /// The kernels could not run over what was executed.
    #[error(transparent)]
    Kernel(Box<KernelError>),
    /// A public call of the transaction would be reverted.
    #[error("a public call would be reverted: {0}")]
    PublicCallReverted(Box<SimulationError>),
    /// The transaction could not enter a block.
    #[error("the transaction is invalid: {}", reasons.join(", "))]
    InvalidTx {
        /// What the node says.
        reasons: Vec<String>,
    },
    /// The state could not be opened.
    #[error("the state could not be opened: {0}")]
    Open(#[from] OpenError),
}

impl From<KernelError> for PxeError {
    fn from(error: KernelError) -> Self {
        match error {
            KernelError::Cancelled => Self::Cancelled,
            KernelError::Node(error) => Self::Node(error),
            KernelError::State(error) => Self::State(error),
            error => Self::Kernel(Box::new(error)),
        }
    }
}

impl From<SyncError> for PxeError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Node(error) => Self::Node(error),
            SyncError::State(error) => Self::State(error),
            SyncError::Cancelled => Self::Cancelled,
            other => Self::Sync(other),
        }
    }
}

impl From<ExecutionError> for PxeError {
    fn from(error: ExecutionError) -> Self {
        Self::Execution(Box::new(error))
    }
}

impl From<ExecutionFailure> for PxeError {
    fn from(failure: ExecutionFailure) -> Self {
        ExecutionError::from(failure).into()
    }
}
