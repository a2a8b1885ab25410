//! Why an oracle cannot answer.

use pixie_primitives::crypto::aes::DecryptError;
use pixie_primitives::point::PointError;
use pixie_primitives::{AztecAddress, Fr, ParseFieldError};

use crate::execution::note_cache::NoteCacheError;
use crate::execution::pick_notes::NoteQueryError;
use crate::state::StateError;
use crate::sync::SyncError;

/// Why an oracle cannot answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OracleError {
    /// The question has another number of arguments than the oracle takes.
    #[error("takes {expected} arguments, not {actual}")]
    Arity {
        /// What it takes.
        expected: usize,
        /// What it was given.
        actual: usize,
    },
    /// An argument is not of the type that the oracle takes.
    #[error("argument {index} (from 0) should be {expected}")]
    Argument {
        /// Its position.
        index: usize,
        /// What was expected.
        expected: &'static str,
    },
    /// A value is out of range.
    #[error(transparent)]
    Value(#[from] ParseFieldError),
    /// The oracle answers to private functions only.
    #[error("answers to private functions only")]
    PrivateOnly,
    /// The contract was made for another version of the oracles.
    #[error("the contract is made for version {actual} of the oracles, not {expected}")]
    IncompatibleVersion {
        /// The version here.
        expected: u32,
        /// The contract's.
        actual: u32,
    },
    /// The account's keys may not be used.
    #[error("the keys of account {account} are out of scope")]
    AccountDenied {
        /// The account.
        account: AztecAddress,
    },
    /// The value is not in the tree.
    #[error("{what} {value} is not in the tree at block {at}")]
    NotInTree {
        /// What was looked for.
        what: &'static str,
        /// Its value.
        value: Fr,
        /// The hash of the block.
        at: Fr,
    },
    /// The node hands out another block than was asked for.
    #[error("the node answers with another block than {number}")]
    WrongBlock {
        /// The block asked for.
        number: u32,
    },
    /// The block lies after the anchor.
    #[error("block {number} is higher than the anchor block {anchor}")]
    BlockAhead {
        /// The block asked for.
        number: u32,
        /// The anchor.
        anchor: u32,
    },
    /// The node does not have the block.
    #[error("there is no block {number}")]
    UnknownBlock {
        /// The block asked for.
        number: u32,
    },
    /// No such authentication witness was handed in.
    #[error("no authentication witness for the message {message_hash} was handed in")]
    UnknownAuthWitness {
        /// The hash of the message.
        message_hash: Fr,
    },
    /// A contract asks for what belongs to another one.
    #[error("contract {contract} may not use what belongs to {asked}")]
    ForeignContract {
        /// Who asks.
        contract: AztecAddress,
        /// Whose it is.
        asked: AztecAddress,
    },
    /// The values named by their hash were never stored.
    #[error("no values with the hash {hash} were stored")]
    UnknownPreimage {
        /// The hash.
        hash: Fr,
    },
    /// The public calls take too much calldata.
    #[error("the public calls take more than {limit} fields of calldata")]
    CalldataLimit {
        /// How much they may take.
        limit: usize,
    },
    /// A static call changed state.
    #[error("a static call must not change state, send messages to L1 or emit logs")]
    StaticCallChangesState,
    /// The message from L1 has not arrived.
    #[error("there is no message from L1 with the hash {message_hash}")]
    UnknownL1Message {
        /// The hash of the message.
        message_hash: Fr,
    },
    /// The message from L1 was consumed.
    #[error("the message from L1 with the hash {message_hash} was consumed already")]
    ConsumedL1Message {
        /// The hash of the message.
        message_hash: Fr,
    },
    /// A note query makes no sense.
    #[error(transparent)]
    NoteQuery(#[from] NoteQueryError),
    /// The notes do not fit the space that the contract has for them.
    #[error("{notes} notes of {length} fields do not fit {max_notes} of {max_length}")]
    NoteShape {
        /// Notes found.
        notes: usize,
        /// Fields of a note, with what goes with it.
        length: usize,
        /// Notes that fit.
        max_notes: usize,
        /// Fields that the contract expects.
        max_length: usize,
    },
    /// A note of an earlier transaction without a nonce: its existence cannot be proven.
    #[error("a settled note has no nonce")]
    NoteWithoutNonce,
    /// What the contract says contradicts what it said before.
    #[error(transparent)]
    NoteCache(#[from] NoteCacheError),
    /// All tags of a sender and a recipient are used up.
    #[error("no tag is left for this sender and recipient")]
    TagsExhausted,
    /// The state does not have what is asked for, or does not hand it out.
    #[error(transparent)]
    State(#[from] StateError),
    /// What the node answers is false, or what a contract found cannot be verified.
    #[error(transparent)]
    Sync(SyncError),
    /// An address or a key is no point of the curve.
    #[error(transparent)]
    Point(#[from] PointError),
    /// The shared secret would be the point at infinity.
    #[error("the ephemeral key is the point at infinity")]
    NoSharedSecret,
    /// The ciphertext cannot be decrypted.
    #[error("the ciphertext cannot be decrypted: {0}")]
    Decrypt(#[from] DecryptError),
    /// The log level is none.
    #[error("there is no log level {0}")]
    LogLevel(Fr),
    /// The question is too large.
    #[error("asks for {asked} {what}, more than {limit}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        asked: u64,
        /// How many there may be.
        limit: u64,
    },
}
