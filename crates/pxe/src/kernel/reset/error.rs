use pixie_primitives::AztecAddress;
use pixie_primitives::kernel::PrivateKernelResetDimensions;

/// A kind of which the kernel holds a limited number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limited {
    /// Note hashes.
    NoteHashes,
    /// Nullifiers.
    Nullifiers,
    /// Private logs.
    PrivateLogs,
    /// Reads of note hashes.
    NoteHashReads,
    /// Reads of nullifiers.
    NullifierReads,
}

impl std::fmt::Display for Limited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoteHashes => "note hashes",
            Self::Nullifiers => "nullifiers",
            Self::PrivateLogs => "private logs",
            Self::NoteHashReads => "reads of note hashes",
            Self::NullifierReads => "reads of nullifiers",
        })
    }
}

/// Why a transaction's side effects and claims cannot be processed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResetError {
    /// The transaction has more of a kind than the kernel can hold, and not enough can be processed
    /// before the next call.
    #[error("the transaction has more {0} than the protocol allows")]
    LimitExceeded(Limited),
    /// A contract read a note hash or nullifier that the transaction has not.
    #[error("among the {0} is one of a value that the transaction has not emitted")]
    UnmatchedRead(Limited),
    /// There is nothing to do, though every transaction has at least one nullifier.
    #[error("there is nothing to reset at the end of the transaction")]
    NothingToReset,
    /// No kernel is large enough.
    #[error("no reset kernel has the dimensions {0}")]
    NoSuchKernel(PrivateKernelResetDimensions),
    /// A note hash is said to be nullified before it was emitted.
    #[error(
        "the note hash with counter {note_hash} is nullified earlier, with counter {nullifier}"
    )]
    NullifierBeforeNoteHash {
        /// The counter of the note hash.
        note_hash: u32,
        /// The counter of the nullifier.
        nullifier: u32,
    },
    /// A note hash is said to be nullified by another contract.
    #[error("contract {nullifier} nullifies a note hash of contract {note_hash}")]
    NullifierOfAnother {
        /// The contract that emitted the note hash.
        note_hash: AztecAddress,
        /// The contract that emitted the nullifier.
        nullifier: AztecAddress,
    },
}
