use serde::{Deserialize, Serialize};

/// A constant that a contract exports in its artifact (`outputs.globals`).
///
/// The members of the serialised form are in alphabetical order, which artifact hashes rely on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportedValue {
    /// A boolean.
    Boolean(bool),
    /// A text.
    String(String),
    /// Items of one type.
    Array(Vec<ExportedValue>),
    /// Unnamed members.
    Tuple(Vec<ExportedValue>),
    /// An integer or field element.
    Integer {
        /// Hexadecimal digits without a prefix.
        digits: String,
        /// Whether the value is negative.
        negative: bool,
    },
    /// Named members.
    Struct(Vec<ExportedMember>),
}

/// A member of an exported struct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedMember {
    /// The name.
    pub name: String,
    /// The value.
    pub value: ExportedValue,
}

impl ExportedValue {
    /// The member of a struct.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&ExportedValue> {
        match self {
            Self::Struct(members) => members
                .iter()
                .find_map(|member| (member.name == name).then_some(&member.value)),
            _ => None,
        }
    }
}

#[derive(Serialize)]
struct Tagged<'a, T: ?Sized, S: Serialize> {
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<&'a T>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sign: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<S>,
}

impl Serialize for ExportedValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn value<'a, V: Serialize>(kind: &'static str, value: V) -> Tagged<'a, (), V> {
            Tagged {
                fields: None,
                kind,
                sign: None,
                value: Some(value),
            }
        }
        fn fields<'a, T: ?Sized>(kind: &'static str, fields: &'a T) -> Tagged<'a, T, ()> {
            Tagged {
                fields: Some(fields),
                kind,
                sign: None,
                value: None,
            }
        }
        match self {
            Self::Boolean(inner) => value("boolean", inner).serialize(serializer),
            Self::String(inner) => value("string", inner).serialize(serializer),
            Self::Array(items) => value("array", items).serialize(serializer),
            Self::Integer { digits, negative } => Tagged {
                sign: Some(*negative),
                ..value("integer", digits)
            }
            .serialize(serializer),
            Self::Tuple(items) => fields("tuple", items).serialize(serializer),
            Self::Struct(members) => fields("struct", members).serialize(serializer),
        }
    }
}

/// The wire form; serde buffers it, which is fine for values this small.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum RawExportedValue {
    Boolean { value: bool },
    String { value: String },
    Array { value: Vec<ExportedValue> },
    Tuple { fields: Vec<ExportedValue> },
    Integer { value: String, sign: bool },
    Struct { fields: Vec<ExportedMember> },
}

impl<'de> Deserialize<'de> for ExportedValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match RawExportedValue::deserialize(deserializer)? {
            RawExportedValue::Boolean { value } => Self::Boolean(value),
            RawExportedValue::String { value } => Self::String(value),
            RawExportedValue::Array { value } => Self::Array(value),
            RawExportedValue::Tuple { fields } => Self::Tuple(fields),
            RawExportedValue::Integer { value, sign } => Self::Integer {
                digits: value,
                negative: sign,
            },
            RawExportedValue::Struct { fields } => Self::Struct(fields),
        })
    }
}
