use crate::address::AztecAddress;
use crate::codec::ClaimedLengthArray;
use crate::constants::{MAX_NOTE_HASHES_PER_TX, PRIVATE_LOG_SIZE_IN_FIELDS};
use crate::field::Fr;
use crate::fields_in_order;
use crate::tx::TxHash;

/// What a contract must know of the transaction that carried a message to make sense of the message
/// (Aztec 4.1.2, stdlib `MessageContext`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageContext {
    /// The transaction.
    pub tx_hash: TxHash,
    /// Its note hashes, unique as they are in the tree.
    pub unique_note_hashes_in_tx: ClaimedLengthArray<Fr, MAX_NOTE_HASHES_PER_TX>,
    /// Its first nullifier, from which the nonces of its notes derive.
    pub first_nullifier_in_tx: Fr,
    /// Whom the message is for.
    pub recipient: AztecAddress,
}
fields_in_order!(MessageContext {
    tx_hash,
    unique_note_hashes_in_tx,
    first_nullifier_in_tx,
    recipient
});

/// A log found by its tag, on its way to the contract that decrypts it
/// (Aztec 4.1.2, stdlib `PendingTaggedLog`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingTaggedLog {
    /// The fields of the log with the tag.
    pub log: ClaimedLengthArray<Fr, PRIVATE_LOG_SIZE_IN_FIELDS>,
    /// The transaction that carried it and whom it is for.
    pub context: MessageContext,
}
fields_in_order!(PendingTaggedLog { log, context });
