//! Entrypoints: the functions through which a transaction's calls are made.
//!
//! An entrypoint takes up to five calls as an [`AppPayload`]. An account's entrypoint checks that the
//! account signed it and may pay the fee; the multi-call entrypoint runs calls for nobody.
//!
//! The signature covers the payload (calls and nonce) and nothing else: not how the fee is paid, not
//! whether the transaction can be cancelled, neither gas settings nor chain. What binds it to the
//! account is that the account's key made it.

mod options;
mod payload;
mod prepared;
#[cfg(test)]
mod tests;

pub(crate) use options::random;
pub use options::{
    AccountFeePayment, EntrypointOptions, TxNonce, TxParameters, compute_cancellation_nullifier,
};
pub use payload::{AppPayload, EncodedCall, EntrypointArguments, MAX_CALLS};
pub use prepared::{PreparedEntrypoint, PreparedMultiCall};
