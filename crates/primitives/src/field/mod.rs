//! The two prime fields of the protocol.
//!
//! [`Fr`] is the scalar field of BN254: the field that circuits compute in and the base field of the
//! Grumpkin curve. [`Fq`] is the base field of BN254 and therefore the scalar field of Grumpkin.

mod element;
mod newtype;
#[cfg(test)]
mod tests;

pub use element::{Fq, Fr};

/// Why a field element could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseFieldError {
    /// The value is not below the field's modulus.
    #[error("{field}: the value is not below the field modulus")]
    OutOfField {
        /// Name of the field or of the type wrapping it.
        field: &'static str,
    },
    /// The text is neither `0x`-prefixed hexadecimal nor decimal.
    #[error("{field}: not a 0x-prefixed hexadecimal or a decimal number")]
    NotANumber {
        /// Name of the field or of the type wrapping it.
        field: &'static str,
    },
    /// The number of bytes or digits is wrong.
    #[error("{field}: {actual} bytes where {expected} are needed")]
    Length {
        /// Name of the field or of the type wrapping it.
        field: &'static str,
        /// Bytes needed.
        expected: usize,
        /// Bytes given.
        actual: usize,
    },
    /// The element does not fit into the integer type asked for.
    #[error("{field}: the value does not fit into {target}")]
    TooLarge {
        /// Name of the field or of the type wrapping it.
        field: &'static str,
        /// The integer type asked for.
        target: &'static str,
    },
}
