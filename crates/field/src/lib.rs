//! The arithmetic under the protocol: the two prime fields, the group of the Grumpkin curve, and the
//! Poseidon2 permutation. Everything else is built on these, so they are apart: a build that optimises
//! little else optimises them. There the functions stay in this crate; in builds without the checks of
//! development the small ones are inlined where they are used.
//!
//! [`Fr`] is the scalar field of BN254: the field that circuits compute in and the base field of the
//! Grumpkin curve. [`Fq`] is the base field of BN254 and therefore the scalar field of Grumpkin.

mod element;
mod fr;
pub mod grumpkin;
pub mod poseidon2;
#[cfg(test)]
mod tests;
#[cfg(feature = "typescript")]
mod typescript;

pub use element::{Fq, Fr};

#[doc(hidden)]
pub use ark_ff::MontFp;

/// An element of the scalar field from a decimal or `0x`-prefixed literal, at compile time. The
/// literal has to be below the modulus.
#[macro_export]
macro_rules! fr {
    ($literal:literal) => {
        $crate::Fr::from_ark($crate::MontFp!($literal))
    };
}

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
