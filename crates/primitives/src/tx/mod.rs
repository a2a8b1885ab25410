//! Transactions: what a wallet is asked to do, what it executes and what it sends.

crate::field_newtype!(
    /// The hash of a transaction.
    TxHash
);
