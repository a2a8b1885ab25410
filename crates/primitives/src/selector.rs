//! Selectors: the short identifiers of functions, events, authorisations and note types.
//!
//! Text form: `0x` and 8 hexadecimal digits. Binary form: 4 bytes, big endian. As a field element:
//! the number.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::abi::{AbiParameter, SignatureError, function_signature};
use crate::codec::{
    ByteReader, DecodeError, FieldReader, FromBytes, FromFields, ToBytes, ToFields,
};
use crate::field::{Fr, ParseFieldError};
use crate::hash::poseidon2_hash_bytes;

/// Why a selector could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    /// A signature with white space in it.
    #[error("signature `{signature}` contains white space")]
    Whitespace {
        /// The signature.
        signature: String,
    },
    /// The function has no signature.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// The last four bytes of the Poseidon2 hash of a signature
/// (Aztec 4.1.2, stdlib `FunctionSelector.fromSignature`).
fn hash_signature(signature: &str) -> Result<u32, SelectorError> {
    if signature.chars().any(char::is_whitespace) {
        let signature = signature.to_owned();
        return Err(SelectorError::Whitespace { signature });
    }
    let [low, ..] = poseidon2_hash_bytes(signature.as_bytes()).limbs();
    Ok(low as u32)
}

fn parse(text: &str, field: &'static str) -> Result<u32, ParseFieldError> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if digits.len() != 8 {
        return Err(ParseFieldError::Length {
            field,
            expected: 4,
            actual: digits.len().div_ceil(2),
        });
    }
    match digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        true => u32::from_str_radix(digits, 16).map_err(|_| ParseFieldError::NotANumber { field }),
        false => Err(ParseFieldError::NotANumber { field }),
    }
}

macro_rules! selector {
    ($(#[$doc:meta])* $name:ident, $bits:literal, $target:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
        pub struct $name(u32);

        impl $name {
            /// The number, if it is in range.
            pub fn from_value(value: u32) -> Result<Self, ParseFieldError> {
                match u64::from(value) >> $bits {
                    0 => Ok(Self(value)),
                    _ => Err(ParseFieldError::TooLarge {
                        field: stringify!($name),
                        target: $target,
                    }),
                }
            }

            /// The number.
            #[must_use]
            pub const fn value(self) -> u32 {
                self.0
            }

            /// Whether this is zero, which stands for "none".
            #[must_use]
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// The number as a field element.
            #[must_use]
            pub fn to_field(self) -> Fr {
                Fr::from(self.0)
            }

            /// Reads a field element; one out of range is refused.
            pub fn from_field(field: Fr) -> Result<Self, ParseFieldError> {
                let too_large = |_| ParseFieldError::TooLarge {
                    field: stringify!($name),
                    target: $target,
                };
                Self::from_value(field.to_u32().map_err(too_large)?)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:#010x}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl From<$name> for Fr {
            fn from(selector: $name) -> Self {
                selector.to_field()
            }
        }

        impl FromStr for $name {
            type Err = ParseFieldError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::from_value(parse(text, stringify!($name))?)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl ToBytes for $name {
            fn write_bytes(&self, out: &mut Vec<u8>) {
                self.0.write_bytes(out);
            }
        }

        impl FromBytes for $name {
            fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
                Ok(Self::from_value(reader.read()?)?)
            }
        }

        impl ToFields for $name {
            fn write_fields(&self, out: &mut Vec<Fr>) {
                out.push(self.to_field());
            }
        }

        impl FromFields for $name {
            fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
                Ok(Self::from_field(reader.field()?)?)
            }
        }
    };
}

macro_rules! from_signature {
    ($($name:ident),*) => {$(
        impl $name {
            /// Hashes a signature, which must be free of white space.
            pub fn from_signature(signature: &str) -> Result<Self, SelectorError> {
                hash_signature(signature).map(Self)
            }
        }

        impl From<u32> for $name {
            fn from(value: u32) -> Self {
                Self(value)
            }
        }
    )*};
}

selector!(
    /// Names a function of a contract: a hash of its name and its parameters' types.
    FunctionSelector,
    32,
    "4 bytes"
);
selector!(
    /// Names an event of a contract: a hash of its signature.
    EventSelector,
    32,
    "4 bytes"
);
selector!(
    /// Names a kind of authorisation: a hash of its struct's signature.
    AuthorizationSelector,
    32,
    "4 bytes"
);
selector!(
    /// Names a note type within a contract: 7 bits.
    NoteSelector,
    7,
    "7 bits"
);
from_signature!(FunctionSelector, EventSelector, AuthorizationSelector);

impl FunctionSelector {
    /// The selector of a function (Aztec 4.1.2, stdlib `FunctionSelector.fromNameAndParameters`).
    pub fn from_name_and_parameters(
        name: &str,
        parameters: &[AbiParameter],
    ) -> Result<Self, SelectorError> {
        Self::from_signature(&function_signature(name, parameters)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_form_round_trips(value: u32) {
            let selector = FunctionSelector::from(value);
            prop_assert_eq!(selector.to_string().parse(), Ok(selector));
            prop_assert_eq!(FunctionSelector::from_bytes(&selector.to_bytes()), Ok(selector));
            prop_assert_eq!(FunctionSelector::from_fields(&selector.to_fields()), Ok(selector));
            let json = serde_json::to_string(&selector).unwrap();
            prop_assert_eq!(serde_json::from_str::<FunctionSelector>(&json).unwrap(), selector);
        }

        #[test]
        fn random_text_never_panics(text in ".{0,12}") {
            let _ = text.parse::<FunctionSelector>();
        }

        #[test]
        fn a_note_selector_has_seven_bits(value: u32) {
            let fits = value < 128;
            prop_assert_eq!(NoteSelector::from_value(value).is_ok(), fits);
            prop_assert_eq!(NoteSelector::from_bytes(&value.to_be_bytes()).is_ok(), fits);
            prop_assert_eq!(NoteSelector::from_field(Fr::from(value)).is_ok(), fits);
        }
    }

    #[test]
    fn what_is_no_selector_is_refused() {
        let whitespace = "transfer(Field, Field)".to_owned();
        assert_eq!(
            FunctionSelector::from_signature(&whitespace),
            Err(SelectorError::Whitespace {
                signature: whitespace
            })
        );
        assert!(FunctionSelector::from_field(Fr::from(1u64 << 32)).is_err());
        for text in ["0x123", "0x123456789", "0x+1234567", "", "0xé23456"] {
            assert!(text.parse::<EventSelector>().is_err(), "{text}");
        }
    }
}
