use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use super::RawType;

/// Whether an integer is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    /// Not below zero.
    Unsigned,
    /// Two's complement.
    Signed,
}

/// The type of a parameter, return value or event member.
///
/// JSON form: an object with `kind`. The members of the serialised form are in alphabetical order,
/// which artifact hashes rely on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "RawType")]
pub enum AbiType {
    /// A field element.
    Field,
    /// A boolean.
    Boolean,
    /// An integer.
    Integer {
        /// Whether it is signed.
        sign: Sign,
        /// Bits, 1 to 128.
        width: u32,
    },
    /// A fixed number of items of one type.
    Array {
        /// The number of items.
        length: u32,
        /// The type of the items.
        item: Box<AbiType>,
    },
    /// Text of a fixed number of bytes.
    String {
        /// The number of bytes.
        length: u32,
    },
    /// A struct.
    Struct(StructType),
    /// Unnamed members.
    Tuple(Vec<AbiType>),
}

/// A struct type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StructType {
    /// The fully qualified name, such as `Token::Transfer`.
    pub path: String,
    /// The members in order.
    pub fields: Vec<AbiVariable>,
}

/// A named type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawType")]
pub struct AbiVariable {
    /// The name.
    pub name: String,
    /// The type.
    #[serde(rename = "type")]
    pub ty: AbiType,
}

/// Who sees a parameter of a circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterVisibility {
    /// A public input of the circuit.
    Public,
    /// A private input of the circuit.
    Private,
    /// Passed over the databus.
    Databus,
}

/// A function's parameter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawType")]
pub struct AbiParameter {
    /// The name.
    pub name: String,
    /// The type.
    #[serde(rename = "type")]
    pub ty: AbiType,
    /// Who sees it.
    pub visibility: ParameterVisibility,
}

/// The number by which a circuit names one of its errors.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct ErrorSelector(pub u64);

impl fmt::Display for ErrorSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What a failed assertion carries.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "RawType")]
pub enum AbiErrorType {
    /// A fixed message.
    String(String),
    /// A message with values put in.
    FormatString {
        /// Bytes of the template.
        length: u32,
        /// The types of the values.
        item_types: Vec<AbiType>,
    },
    /// A value of a type of the contract's own.
    Custom(AbiType),
}

impl AbiType {
    /// More parts than any circuit can take; a larger type is refused instead of walked.
    pub(super) const MAX_PARTS: usize = 1 << 21;

    /// Shorthand for an unsigned integer.
    #[must_use]
    pub const fn unsigned(width: u32) -> Self {
        Self::Integer {
            sign: Sign::Unsigned,
            width,
        }
    }

    /// Shorthand for a signed integer.
    #[must_use]
    pub const fn signed(width: u32) -> Self {
        Self::Integer {
            sign: Sign::Signed,
            width,
        }
    }

    /// How many field elements a value takes; saturates for types that no memory could hold
    /// (Aztec 4.1.2, stdlib `ArgumentEncoder.typeSize`).
    #[must_use]
    pub fn size_in_fields(&self) -> usize {
        match self {
            Self::Field | Self::Boolean | Self::Integer { .. } => 1,
            Self::String { length } => *length as usize,
            Self::Array { length, item } => item.size_in_fields().saturating_mul(*length as usize),
            Self::Struct(ty) => saturating_sum(ty.fields.iter().map(|f| f.ty.size_in_fields())),
            Self::Tuple(items) => saturating_sum(items.iter().map(Self::size_in_fields)),
        }
    }

    /// Values to be visited in a walk over a value of this type. Unlike the number of fields it
    /// counts empty members too.
    pub(super) fn parts(&self) -> usize {
        1usize.saturating_add(match self {
            Self::Field | Self::Boolean | Self::Integer { .. } => 0,
            Self::String { length } => *length as usize,
            Self::Array { length, item } => item.parts().saturating_mul(*length as usize),
            Self::Struct(ty) => saturating_sum(ty.fields.iter().map(|f| f.ty.parts())),
            Self::Tuple(items) => saturating_sum(items.iter().map(Self::parts)),
        })
    }
}

fn saturating_sum(items: impl Iterator<Item = usize>) -> usize {
    items.fold(0, usize::saturating_add)
}

impl StructType {
    fn single_member(&self, path_end: &str) -> Option<&AbiVariable> {
        match self.fields.as_slice() {
            [member] if self.path.ends_with(path_end) && member.ty.size_in_fields() == 1 => {
                Some(member)
            }
            _ => None,
        }
    }

    /// Whether this is Aztec.nr's `AztecAddress`.
    #[must_use]
    pub fn is_aztec_address(&self) -> bool {
        self.single_member("address::AztecAddress").is_some()
    }

    /// Whether this is Aztec.nr's `EthAddress`.
    #[must_use]
    pub fn is_eth_address(&self) -> bool {
        self.single_member("address::EthAddress").is_some()
    }

    /// Whether this is Aztec.nr's `FunctionSelector`.
    #[must_use]
    pub fn is_function_selector(&self) -> bool {
        self.single_member("types::abis::function_selector::FunctionSelector")
            .is_some()
    }

    /// Whether this is a struct around a single field element called `inner`.
    #[must_use]
    pub fn is_wrapped_field(&self) -> bool {
        matches!(
            self.fields.as_slice(),
            [AbiVariable { name, ty: AbiType::Field }] if name == "inner"
        )
    }

    /// The item type and the largest length, if this is Noir's `BoundedVec`.
    #[must_use]
    pub fn as_bounded_vec(&self) -> Option<(&AbiType, u32)> {
        match self.fields.as_slice() {
            [
                AbiVariable {
                    name: storage,
                    ty: AbiType::Array { length, item },
                },
                AbiVariable {
                    name: len,
                    ty: AbiType::Integer { .. },
                },
            ] if self.path == "std::collections::bounded_vec::BoundedVec"
                && storage == "storage"
                && len == "len" =>
            {
                Some((item, *length))
            }
            _ => None,
        }
    }

    /// The type of the value, if this is Noir's `Option`.
    #[must_use]
    pub fn as_option(&self) -> Option<&AbiType> {
        match self.fields.as_slice() {
            [
                AbiVariable {
                    name: is_some,
                    ty: AbiType::Boolean,
                },
                AbiVariable { name: value, ty },
            ] if self.path == "std::option::Option"
                && is_some == "_is_some"
                && value == "_value" =>
            {
                Some(ty)
            }
            _ => None,
        }
    }
}

impl fmt::Display for AbiType {
    /// Noir's notation.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field => f.write_str("Field"),
            Self::Boolean => f.write_str("bool"),
            Self::Integer { sign, width } => match sign {
                Sign::Unsigned => write!(f, "u{width}"),
                Sign::Signed => write!(f, "i{width}"),
            },
            Self::Array { length, item } => write!(f, "[{item}; {length}]"),
            Self::String { length } => write!(f, "str<{length}>"),
            Self::Struct(ty) => match ty.as_option() {
                Some(value) => write!(f, "Option<{value}>"),
                None => f.write_str(&ty.path),
            },
            Self::Tuple(items) => {
                f.write_str("(")?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str(")")
            }
        }
    }
}

impl Serialize for AbiType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_type(self, serializer.serialize_struct("AbiType", 4)?)
    }
}

fn write_type<S: SerializeStruct>(ty: &AbiType, mut out: S) -> Result<S::Ok, S::Error> {
    match ty {
        AbiType::Field => out.serialize_field("kind", "field")?,
        AbiType::Boolean => out.serialize_field("kind", "boolean")?,
        AbiType::Integer { sign, width } => {
            out.serialize_field("kind", "integer")?;
            out.serialize_field("sign", sign)?;
            out.serialize_field("width", width)?;
        }
        AbiType::Array { length, item } => {
            out.serialize_field("kind", "array")?;
            out.serialize_field("length", length)?;
            out.serialize_field("type", item)?;
        }
        AbiType::String { length } => {
            out.serialize_field("kind", "string")?;
            out.serialize_field("length", length)?;
        }
        AbiType::Struct(ty) => {
            out.serialize_field("fields", &ty.fields)?;
            out.serialize_field("kind", "struct")?;
            out.serialize_field("path", &ty.path)?;
        }
        AbiType::Tuple(items) => {
            out.serialize_field("fields", items)?;
            out.serialize_field("kind", "tuple")?;
        }
    }
    out.end()
}

impl Serialize for AbiErrorType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("AbiErrorType", 5)?;
        match self {
            Self::String(text) => {
                out.serialize_field("error_kind", "string")?;
                out.serialize_field("string", text)?;
            }
            Self::FormatString { length, item_types } => {
                out.serialize_field("error_kind", "fmtstring")?;
                out.serialize_field("item_types", item_types)?;
                out.serialize_field("length", length)?;
            }
            Self::Custom(ty) => {
                out.serialize_field("error_kind", "custom")?;
                return write_type(ty, out);
            }
        }
        out.end()
    }
}
