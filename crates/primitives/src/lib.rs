//! Protocol values of Aztec: field elements, curve points, addresses, hashes and their encodings.
//!
//! Everything here is pure: no I/O, no clock, no randomness that is not handed in. Values that come
//! from outside are parsed once, into types that say what they are; after that nothing can be out of
//! range. Facts that belong to one protocol version only live in [`constants`].

pub mod abi;
pub mod address;
pub mod artifact;
pub mod auth_witness;
pub mod block;
pub mod capsule;
pub mod codec;
pub mod constants;
pub mod contract;
pub mod crypto;
pub mod delayed;
pub mod effect;
pub mod field;
pub mod gas;
pub mod hash;
pub mod json;
pub mod kernel;
pub mod keys;
pub mod logs;
pub mod messaging;
pub mod note;
pub mod point;
pub mod receipt;
mod secret;
pub mod selector;
pub mod simulation;
pub mod tagging;
#[cfg(test)]
mod test_vectors;
pub mod trees;
pub mod tx;
#[cfg(feature = "typescript")]
mod typescript;

pub use address::{AztecAddress, ContractClassId, EthAddress};
pub use codec::{ByteReader, DecodeError, FieldReader, FromBytes, FromFields, ToBytes, ToFields};
pub use field::{Fq, Fr, ParseFieldError};
pub use pixie_field::fr;
pub use point::Point;
pub use selector::{AuthorizationSelector, EventSelector, FunctionSelector, NoteSelector};
