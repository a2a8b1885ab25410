use pixie_primitives::tx::ConflictingFeePayers;
use pixie_primitives::{AztecAddress, DecodeError, Fr};

use crate::SignerError;

/// Why calls cannot go through an entrypoint, or what an entrypoint was given cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// More calls than an entrypoint takes.
    #[error("{actual} calls; an entrypoint takes at most {limit}")]
    TooManyCalls {
        /// The limit.
        limit: usize,
        /// Calls given.
        actual: usize,
    },
    /// A utility function cannot be part of a transaction.
    #[error("call {index} (`{name}`) is to a utility function, which no transaction can contain")]
    UtilityCall {
        /// Position of the call.
        index: usize,
        /// What the caller names the function.
        name: String,
    },
    /// Only public calls can hide who makes them.
    #[error("call {index} (`{name}`) is private and cannot hide its sender")]
    HiddenSender {
        /// Position of the call.
        index: usize,
        /// What the caller names the function.
        name: String,
    },
    /// Entrypoints pass over calls to the zero address in silence.
    #[error("call {index} (`{name}`) is to the zero address, which an entrypoint would leave out")]
    ZeroAddress {
        /// Position of the call.
        index: usize,
        /// What the caller names the function.
        name: String,
    },
    /// An entrypoint's arguments are not of the form that it takes.
    #[error("the entrypoint's arguments cannot be read")]
    Arguments(#[from] DecodeError),
    /// A request does not carry the arguments that it names by their hash, or carries wrong ones.
    #[error("the request carries no arguments with the hash {hash}")]
    UnknownArguments {
        /// The hash.
        hash: Fr,
    },
}

/// Why an account could not make a request or a witness.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The calls cannot go through an entrypoint.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// Payloads to be put together name different fee payers.
    #[error(transparent)]
    FeePayers(#[from] ConflictingFeePayers),
    /// The signer did not sign.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The witness asked for would have to be an account's, and there is none.
    #[error("no account is there that could sign")]
    NoAccount,
    /// The calls name a fee payer of their own, and another payment was asked for.
    #[error("the calls name {named} as the fee payer, the payment asked for is {asked}'s")]
    FeePaidAlready {
        /// The payer that the calls name.
        named: AztecAddress,
        /// The payer of the payment asked for.
        asked: AztecAddress,
    },
}
