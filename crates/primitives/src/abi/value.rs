use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::address::{AztecAddress, EthAddress};
use crate::field::Fr;
use crate::selector::FunctionSelector;

/// A value of an [`AbiType`](super::AbiType).
///
/// JSON form (`Serialize`): field elements and addresses as `0x`-prefixed hexadecimal, integers as
/// decimal strings (they may exceed what a JSON number holds), `None` as `null`, sequences as arrays,
/// structs as objects. [`AbiType::parse_json`](super::AbiType::parse_json) reads it back without
/// loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AbiValue {
    /// A field element.
    Field(Fr),
    /// A boolean.
    Boolean(bool),
    /// An unsigned integer.
    Unsigned(u128),
    /// A signed integer.
    Signed(i128),
    /// Text. A decoded text keeps the zero characters that fill it up.
    String(String),
    /// Items of one type.
    Array(Vec<AbiValue>),
    /// Named members in order.
    Struct(Vec<(String, AbiValue)>),
    /// Unnamed members.
    Tuple(Vec<AbiValue>),
    /// An Aztec address.
    Address(AztecAddress),
    /// Noir's `Option`.
    Option(Option<Box<AbiValue>>),
}

impl AbiValue {
    /// A struct from its members.
    pub fn structure<'a>(members: impl IntoIterator<Item = (&'a str, AbiValue)>) -> Self {
        let own = |(name, value): (&str, AbiValue)| (name.to_owned(), value);
        Self::Struct(members.into_iter().map(own).collect())
    }

    /// `Some` of a value.
    #[must_use]
    pub fn some(value: AbiValue) -> Self {
        Self::Option(Some(Box::new(value)))
    }

    /// The member of a struct.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&AbiValue> {
        match self {
            Self::Struct(members) => members
                .iter()
                .find_map(|(member, value)| (member == name).then_some(value)),
            _ => None,
        }
    }

    /// A text without the zero characters at its end.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text.trim_end_matches('\0')),
            _ => None,
        }
    }

    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Field(_) => "a field element",
            Self::Boolean(_) => "a boolean",
            Self::Unsigned(_) => "an unsigned integer",
            Self::Signed(_) => "a signed integer",
            Self::String(_) => "a text",
            Self::Array(_) => "an array",
            Self::Struct(_) => "a struct",
            Self::Tuple(_) => "a tuple",
            Self::Address(_) => "an address",
            Self::Option(_) => "an option",
        }
    }
}

impl Serialize for AbiValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Field(value) => value.serialize(serializer),
            Self::Boolean(value) => value.serialize(serializer),
            Self::Unsigned(value) => serializer.collect_str(value),
            Self::Signed(value) => serializer.collect_str(value),
            Self::String(value) => value.serialize(serializer),
            Self::Address(value) => value.serialize(serializer),
            Self::Array(items) | Self::Tuple(items) => {
                let mut out = serializer.serialize_seq(Some(items.len()))?;
                items
                    .iter()
                    .try_for_each(|item| out.serialize_element(item))?;
                out.end()
            }
            Self::Struct(members) => {
                let mut out = serializer.serialize_map(Some(members.len()))?;
                members
                    .iter()
                    .try_for_each(|(name, value)| out.serialize_entry(name, value))?;
                out.end()
            }
            Self::Option(None) => serializer.serialize_unit(),
            // `null` inside an option of an option would not say which of the two is empty.
            Self::Option(Some(value)) if matches!(**value, Self::Option(_)) => {
                let mut out = serializer.serialize_map(Some(2))?;
                out.serialize_entry("_is_some", &true)?;
                out.serialize_entry("_value", value)?;
                out.end()
            }
            Self::Option(Some(value)) => value.serialize(serializer),
        }
    }
}

macro_rules! conversions {
    ($($source:ty => $variant:ident($convert:expr)),* $(,)?) => {$(
        impl From<$source> for AbiValue {
            fn from(value: $source) -> Self {
                let convert: fn($source) -> _ = $convert;
                Self::$variant(convert(value))
            }
        }
    )*};
}

conversions! {
    Fr => Field(|value| value),
    bool => Boolean(|value| value),
    u8 => Unsigned(u128::from),
    u16 => Unsigned(u128::from),
    u32 => Unsigned(u128::from),
    u64 => Unsigned(u128::from),
    u128 => Unsigned(|value| value),
    i8 => Signed(i128::from),
    i16 => Signed(i128::from),
    i32 => Signed(i128::from),
    i64 => Signed(i128::from),
    i128 => Signed(|value| value),
    &str => String(str::to_owned),
    String => String(|value| value),
    AztecAddress => Address(|value| value),
    EthAddress => Field(EthAddress::to_field),
    FunctionSelector => Unsigned(|value| u128::from(value.value())),
    Vec<AbiValue> => Array(|value| value),
}
