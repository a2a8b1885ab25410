use pixie_bridge::{ErrorCode, WireError};
use pixie_vault::VaultError;

use crate::approval::ApprovalError;
use crate::engine::EngineError;
use crate::journal::{Failure, Rejection, RunError};
use crate::permissions::Refusal;

/// Why a dapp gets no result.
#[derive(Debug, thiserror::Error)]
pub enum MethodError {
    /// The dapp may not do this.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The user did not want it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// It cannot be done.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The user cannot be asked.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// The transaction came to nothing.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The transaction is on its way, but not as far as it should be.
    #[error("{0}")]
    Unfinished(RunError),
    /// The dapp means another chain.
    #[error("the wallet is on another chain")]
    WrongChain,
    /// The wallet does not offer this.
    #[error("{0}")]
    Unsupported(&'static str),
    /// The network does not have the transaction.
    #[error("transaction {tx} was dropped{}", reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default())]
    Dropped {
        /// The transaction.
        tx: pixie_primitives::tx::TxHash,
        /// What the node says.
        reason: Option<String>,
    },
    /// The transaction is in a block and was reverted there.
    #[error("transaction {tx} was reverted")]
    Reverted {
        /// The transaction.
        tx: pixie_primitives::tx::TxHash,
    },
    /// The transaction did not come far enough in time.
    #[error("transaction {tx} is not in a block yet")]
    TooSlow {
        /// The transaction.
        tx: pixie_primitives::tx::TxHash,
    },
    /// The answer has no JSON form.
    #[error("the answer cannot be written")]
    NotSerializable(#[source] serde_json::Error),
}

impl From<&MethodError> for WireError {
    fn from(error: &MethodError) -> Self {
        let code = match error {
            MethodError::Refused(refusal) => return refusal.into(),
            MethodError::Rejected(Rejection::ByUser) => ErrorCode::UserRejected,
            MethodError::Rejected(Rejection::Abandoned) => ErrorCode::Interrupted,
            MethodError::Rejected(Rejection::NotPermitted) => ErrorCode::Unauthorized,
            MethodError::Approval(ApprovalError::TooMany)
            | MethodError::Engine(EngineError::Approval(ApprovalError::TooMany)) => {
                ErrorCode::TooManyPending
            }
            MethodError::Engine(
                EngineError::Closed | EngineError::Vault(VaultError::Locked { .. }),
            ) => ErrorCode::Locked,
            MethodError::Engine(
                EngineError::WrongKeys(_)
                | EngineError::WrongAddress { .. }
                | EngineError::NoArtifact(_)
                | EngineError::BadName { .. }
                | EngineError::Contract(_)
                | EngineError::Artifact(_)
                | EngineError::Values(_)
                | EngineError::Payload(_),
            ) => ErrorCode::InvalidParams,
            MethodError::Engine(
                EngineError::Commit(_)
                | EngineError::Open(_)
                | EngineError::Journal(_)
                | EngineError::Work(_)
                | EngineError::Vault(_)
                | EngineError::Circuits(_),
            )
            | MethodError::Approval(_)
            | MethodError::NotSerializable(_) => ErrorCode::Internal,
            MethodError::WrongChain => ErrorCode::WrongChain,
            MethodError::Unsupported(_) => ErrorCode::Unsupported,
            // Whether it takes effect has to be looked up.
            MethodError::Unfinished(_) | MethodError::TooSlow { .. } => ErrorCode::Interrupted,
            MethodError::Engine(_)
            | MethodError::Failed(_)
            | MethodError::Dropped { .. }
            | MethodError::Reverted { .. } => ErrorCode::Failed,
        };
        Self::new(code, error.to_string())
    }
}
