use pixie_node::NodeError;
use pixie_primitives::block::{BlockHash, BlockNumber, BlockParameter};
use pixie_primitives::note::{SiloedNullifier, UniqueNoteHash};
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, ContractClassId, DecodeError, Fr};

use crate::error::PxeError;
use crate::state::StateError;

/// Why the state could not be brought up to date.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// The node did not answer as it should.
    #[error("the node failed: {0}")]
    Node(#[from] NodeError),
    /// The state does not take what was found.
    #[error(transparent)]
    State(#[from] StateError),
    /// The operation was cancelled.
    #[error("the operation was cancelled")]
    Cancelled,
    /// The node does not have a block that it must have. It may have dropped it a moment ago.
    #[error("the node does not have the block {0:?}")]
    MissingBlock(BlockParameter),
    /// The node answered with another block than the one asked for, or with a forged one.
    #[error("the node answered with block {number} ({hash}) when asked for {asked:?}")]
    WrongBlock {
        /// What was asked for.
        asked: BlockParameter,
        /// The number of the answer.
        number: BlockNumber,
        /// The hash of the answer.
        hash: BlockHash,
    },
    /// The node's final block lies ahead of its last one.
    #[error("the node's final block {finalized} lies ahead of its last one, {tip}")]
    InconsistentTips {
        /// The node's last final block.
        finalized: BlockNumber,
        /// The node's last block.
        tip: BlockNumber,
    },
    /// The node's chain ends before, or differs at, a block that was final. It is far behind, or
    /// follows another chain.
    #[error("the node's chain does not have the block {0}, which was final")]
    FinalBlockMissing(BlockNumber),
    /// The node follows another chain than before.
    #[error("the node follows another chain than before")]
    OtherChain,
    /// The node does not have a transaction that it has mentioned.
    #[error("the node does not have the transaction {0}")]
    MissingTx(TxHash),
    /// The node answered with another transaction than the one asked for.
    #[error("the node answered with transaction {actual} when asked for {asked}")]
    WrongTx {
        /// The transaction that was asked for.
        asked: TxHash,
        /// The transaction in the answer.
        actual: TxHash,
    },
    /// A transaction is in a block beyond the one that the operation sees, or in another fork.
    #[error("transaction {tx} is in block {block}, which is not one of those up to {anchor}")]
    TxNotInChain {
        /// The transaction.
        tx: TxHash,
        /// The block that it is said to be in.
        block: BlockNumber,
        /// The block that the operation sees.
        anchor: BlockNumber,
    },
    /// A transaction does not have a note that a message announced.
    #[error("transaction {tx} does not have the note hash {note_hash}")]
    NoteNotInTx {
        /// The transaction.
        tx: TxHash,
        /// The hash.
        note_hash: UniqueNoteHash,
    },
    /// A transaction does not have an event that a message announced.
    #[error("transaction {tx} does not have the event commitment {commitment}")]
    EventNotInTx {
        /// The transaction.
        tx: TxHash,
        /// The commitment, siloed.
        commitment: SiloedNullifier,
    },
    /// A nullifier is said to be in a block beyond the one that the operation sees, or before the
    /// first.
    #[error("the nullifier {nullifier} is said to be in block {block}")]
    NullifierNotInChain {
        /// The nullifier.
        nullifier: SiloedNullifier,
        /// The block that it is said to be in.
        block: BlockNumber,
    },
    /// A log does not have the tag that it was asked for by.
    #[error("transaction {tx}: the node's log does not have the tag {tag}")]
    ForgedLog {
        /// The transaction that is said to have emitted it.
        tx: TxHash,
        /// The tag.
        tag: Fr,
    },
    /// A log, or what comes with it, is larger than the protocol allows.
    #[error("transaction {tx}: its log is malformed: {source}")]
    MalformedLog {
        /// The transaction that is said to have emitted it.
        tx: TxHash,
        /// What is wrong.
        source: DecodeError,
    },
    /// More than one log has a tag that a contract takes to be unique.
    #[error("{count} logs of contract {contract} have the tag {tag}")]
    AmbiguousTag {
        /// The contract.
        contract: AztecAddress,
        /// The tag.
        tag: Fr,
        /// How many.
        count: usize,
    },
    /// A contract asks to retrieve or validate something in a form that is not understood.
    #[error("contract {contract} makes a malformed request: {source}")]
    MalformedRequest {
        /// The contract.
        contract: AztecAddress,
        /// What is wrong.
        source: DecodeError,
    },
    /// The public values that hold a contract's class make no sense.
    #[error("the class of contract {contract} cannot be read from the chain: {source}")]
    MalformedClass {
        /// The contract.
        contract: AztecAddress,
        /// What is wrong.
        source: DecodeError,
    },
    /// A contract has been updated and the new artifact is not registered.
    #[error("contract {contract} has been updated from class {registered} to {current}")]
    OutdatedContract {
        /// The contract.
        contract: AztecAddress,
        /// The class that is registered.
        registered: ContractClassId,
        /// The class on the chain.
        current: ContractClassId,
    },
    /// A membership witness does not prove what it was asked for.
    #[error("the node's witness for {leaf} in the {tree} tree proves nothing")]
    FalseWitness {
        /// The tree.
        tree: &'static str,
        /// The leaf that was asked for.
        leaf: Fr,
    },
}

impl From<PxeError> for SyncError {
    /// For [`Work::check_cancelled`](crate::Work::check_cancelled), which fails for one reason.
    fn from(_: PxeError) -> Self {
        Self::Cancelled
    }
}
