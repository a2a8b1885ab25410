//! The two ways in which the protocol writes a structure: as bytes (the node's binary form) and as a
//! sequence of field elements (what circuits see and hashes absorb).
//!
//! Integers are big endian; sequences of variable length carry a 4-byte count in the binary form
//! where the structure says so ([`write_vec`], [`ByteReader::vec`]).

mod arrays;
mod bytes;
mod fields;
mod hex;
mod structs;
#[cfg(test)]
mod tests;

pub use arrays::{ClaimedLengthArray, PaddedArray};
pub use bytes::{ByteReader, FromBytes, ToBytes, write_vec};
pub use fields::{FieldReader, FromFields, ToFields};
pub use hex::{array_from_hex, from_hex, to_hex};

use crate::field::ParseFieldError;

/// Why a binary form or a field sequence could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The input ends too early.
    #[error("the input ends {missing} {unit} too early at offset {offset}")]
    UnexpectedEnd {
        /// Offset at which more was needed.
        offset: usize,
        /// How much is missing.
        missing: usize,
        /// "bytes" or "fields".
        unit: &'static str,
    },
    /// The input goes on after the value.
    #[error("{count} {unit} are left over after the value")]
    TrailingInput {
        /// How much is left over.
        count: usize,
        /// "bytes" or "fields".
        unit: &'static str,
    },
    /// An element is out of range.
    #[error(transparent)]
    Field(#[from] ParseFieldError),
    /// Coordinates are no point of the curve.
    #[error(transparent)]
    Point(#[from] crate::point::PointError),
    /// A complete address contradicts itself.
    #[error(transparent)]
    Address(#[from] crate::keys::AddressMismatch),
    /// A boolean is neither 0 nor 1.
    #[error("a boolean is neither 0 nor 1 at offset {offset}")]
    NotABoolean {
        /// Offset of the value.
        offset: usize,
    },
    /// A count or value is larger than the structure allows.
    #[error("{what}: {actual} exceeds the limit of {limit}")]
    TooMany {
        /// The thing counted.
        what: &'static str,
        /// The limit.
        limit: usize,
        /// What the input says.
        actual: usize,
    },
    /// A value is not one that the structure knows.
    #[error("{what}: unknown value {value}")]
    UnknownValue {
        /// The thing read.
        what: &'static str,
        /// The value found.
        value: u64,
    },
    /// A text is malformed.
    #[error("{what}: malformed")]
    Malformed {
        /// The thing read.
        what: &'static str,
    },
}
