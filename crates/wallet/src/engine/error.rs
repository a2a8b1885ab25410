use pixie_accounts::gas::TooMuchGas;
use pixie_accounts::{AccountError, CallError, DeployError, PayloadError, WrongSigner};
use pixie_node::{Incompatibility, NodeError};
use pixie_primitives::AztecAddress;
use pixie_primitives::abi::AbiError;
use pixie_primitives::artifact::ArtifactError;
use pixie_primitives::contract::ContractError;
use pixie_pxe::PxeError;
use pixie_pxe::execution::ExecutionFailure;
use pixie_pxe::kernel::CircuitsError;
use pixie_pxe::oracle::OracleError;
use pixie_pxe::state::StateError;
use pixie_pxe::sync::SyncError;
use pixie_store::{CommitError, OpenError};
use pixie_vault::VaultError;

use crate::approval::ApprovalError;
use crate::journal::{EntryId, JournalError};

/// Why the engine did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The node is of another chain, or of another release of the protocol.
    #[error(transparent)]
    WrongChain(#[from] Incompatibility),
    /// The node does not answer as it should.
    #[error("the node failed: {0}")]
    Node(NodeError),
    /// The private execution environment failed.
    #[error(transparent)]
    Pxe(#[from] PxeError),
    /// The records cannot be opened.
    #[error("the records cannot be opened: {0}")]
    Open(#[from] OpenError),
    /// The records cannot be written.
    #[error("the records cannot be written: {0}")]
    Commit(#[from] CommitError),
    /// The journal did not take a change.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A circuit or a contract that should come with the wallet cannot be had.
    #[error(transparent)]
    Circuits(#[from] CircuitsError),
    /// An account cannot make the request.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The calls fit into no entrypoint.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// A contract cannot be deployed.
    #[error(transparent)]
    Deploy(#[from] DeployError),
    /// A call cannot be encoded.
    #[error(transparent)]
    Call(#[from] CallError),
    /// More gas than can be processed.
    #[error(transparent)]
    Gas(#[from] TooMuchGas),
    /// The fee is beyond what numbers are for.
    #[error("the fee is beyond all measure")]
    FeeOutOfRange,
    /// A contract lacks what is asked for.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// A contract does not make what is asked for.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// Values are not of the types declared.
    #[error("the values cannot be read: {0}")]
    Values(#[from] AbiError),
    /// The vault did not do what it was asked.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// What signs is not the account's.
    #[error(transparent)]
    Signer(#[from] WrongSigner),
    /// Nobody can be asked.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// The address is no account of the wallet.
    #[error("{0} is no account of this wallet")]
    UnknownAccount(AztecAddress),
    /// The wallet cannot sign for the account.
    #[error("the wallet cannot sign for {0}")]
    ViewOnly(AztecAddress),
    /// The contract is not a token of the list.
    #[error("{0} is not on the list of tokens")]
    UnknownToken(AztecAddress),
    /// The contract does not say what tokens say of themselves.
    #[error("{0} is no token: {1}")]
    NotAToken(AztecAddress, &'static str),
    /// No contract is published at the address.
    #[error("no contract is published at {0}")]
    NotPublished(AztecAddress),
    /// The wallet has no artifact of the contract's class.
    #[error("the artifact of {0} is not known")]
    NoArtifact(AztecAddress),
    /// An instance does not make the address given.
    #[error("the instance makes the address {derived}, not {given}")]
    WrongAddress {
        /// The address given.
        given: AztecAddress,
        /// The address that the instance makes.
        derived: AztecAddress,
    },
    /// The keys given are not those that the contract's address commits to.
    #[error("the keys given are not those of {0}")]
    WrongKeys(AztecAddress),
    /// The entry is being worked on.
    #[error("entry {} is being worked on", .0.0)]
    Busy(EntryId),
    /// What lies in the journal cannot be read.
    #[error("what the journal has for this entry cannot be read")]
    Work(#[source] serde_json::Error),
    /// A name is too long or empty.
    #[error("a name has between 1 and {most} bytes")]
    BadName {
        /// The limit.
        most: usize,
    },
    /// The engine was closed, as when the wallet is locked.
    #[error("the wallet was locked meanwhile")]
    Closed,
}

impl From<NodeError> for EngineError {
    fn from(error: NodeError) -> Self {
        match error {
            NodeError::Incompatible(incompatibility) => Self::WrongChain(incompatibility),
            error => Self::Node(error),
        }
    }
}

impl From<StateError> for EngineError {
    fn from(error: StateError) -> Self {
        Self::Pxe(error.into())
    }
}

impl EngineError {
    /// Whether the same may well succeed later: because the node was out of reach, the wallet was
    /// locked, or the storage failed.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Node(error) => is_out_of_reach(error),
            Self::Pxe(PxeError::Node(error)) => is_out_of_reach(error),
            Self::Pxe(PxeError::Execution(error)) => matches!(
                &error.failure,
                ExecutionFailure::Oracle {
                    error: OracleError::Sync(SyncError::Node(error)),
                    ..
                } if is_out_of_reach(error)
            ),
            Self::Pxe(
                PxeError::Cancelled
                | PxeError::Sync(_)
                | PxeError::Commit(_)
                | PxeError::Load(_)
                | PxeError::Open(_),
            )
            | Self::Open(_)
            | Self::Commit(_)
            | Self::Circuits(_)
            | Self::Vault(_)
            | Self::Approval(ApprovalError::TooMany)
            | Self::Busy(_)
            | Self::Closed => true,
            Self::Journal(error) => matches!(error, JournalError::Commit(_)),
            _ => false,
        }
    }
}

/// Whether a node did not answer, in contrast to one that answers that it does not want to.
fn is_out_of_reach(error: &NodeError) -> bool {
    !matches!(
        error,
        NodeError::Rpc { .. } | NodeError::RequestTooLarge { .. } | NodeError::Encode { .. }
    )
}
