//! Signatures and encryption that account contracts and note messages use.

pub mod aes;
pub mod ecdsa;
pub mod schnorr;

/// Why a signing key was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a {scheme} signing key has to be a number from 1 to the group's order less 1")]
pub struct InvalidSigningKey {
    /// The signature scheme.
    pub scheme: &'static str,
}

/// Why a signature was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A component is zero or not below the group's order.
    #[error("a component of the signature is out of range")]
    OutOfRange,
    /// The second component of an ECDSA signature is in the upper half, which circuits refuse.
    #[error("the signature's s is in the upper half of the group's order")]
    HighS,
    /// The public key is no point or the neutral element.
    #[error("the public key is not a point of the curve")]
    InvalidPublicKey,
    /// The signature does not belong to this message and key.
    #[error("the signature does not belong to this message and public key")]
    Mismatch,
}
