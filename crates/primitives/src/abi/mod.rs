//! The ABI of contract functions: types, values, and how values become field elements and back.
//!
//! [`AbiType`] is what an artifact says about a parameter; [`AbiValue`] is a value of such a type.
//! A value comes from JSON ([`AbiType::parse_json`]), from fields ([`AbiType::decode`]) or is built in
//! place, and goes to fields ([`AbiType::encode`]) or to JSON (its `Serialize` form). Every failure is
//! an [`AbiError`] that names the place in the value: `order.legs[2].amount`.
//!
//! The rules are those of Aztec 4.1.2 (stdlib `encodeArguments`, `decodeFromAbi`) with one
//! difference: what the reference lets through although no circuit would accept it (integers out of
//! range, strings that are too long, arrays of the wrong length, unknown members, booleans other than
//! 0 and 1) is refused here.

mod decode;
mod encode;
mod error;
mod exported;
mod function;
mod json;
mod path;
mod raw;
mod signature;
#[cfg(test)]
mod tests;
mod types;
mod value;

pub use error::{AbiError, AbiProblem, AbiTypeError, AbiTypeProblem};
pub use exported::{ExportedMember, ExportedValue};
pub use function::{FunctionAbi, FunctionType};
pub(crate) use raw::RawType;
pub use signature::{SignatureError, function_signature, function_signature_with_names};
pub use types::{
    AbiErrorType, AbiParameter, AbiType, AbiVariable, ErrorSelector, ParameterVisibility, Sign,
    StructType,
};
pub use value::AbiValue;
