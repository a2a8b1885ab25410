use serde::Deserialize;

use super::error::{AbiTypeError, AbiTypeProblem};
use super::path::Path;
use super::types::{
    AbiErrorType, AbiParameter, AbiType, AbiVariable, ParameterVisibility, Sign, StructType,
};

/// Any object of the ABI's JSON before its meaning is known: a type, a named type, a parameter or an
/// error type. One shape for all of them keeps the JSON parser's own position in its errors and needs
/// no second look at the input.
#[derive(Debug, Deserialize)]
pub(crate) struct RawType {
    kind: Option<String>,
    sign: Option<String>,
    width: Option<u32>,
    length: Option<u32>,
    #[serde(rename = "type")]
    ty: Option<Box<RawType>>,
    fields: Option<Vec<RawType>>,
    path: Option<String>,
    pub(crate) name: Option<String>,
    visibility: Option<String>,
    error_kind: Option<String>,
    string: Option<String>,
    item_types: Option<Vec<RawType>>,
}

fn needed<T>(value: Option<T>, member: &'static str, path: &Path<'_>) -> Result<T, AbiTypeError> {
    value.ok_or_else(|| AbiTypeError::at(path, AbiTypeProblem::Missing { member }))
}

impl RawType {
    pub(crate) fn into_type(self, name: &str) -> Result<AbiType, AbiTypeError> {
        self.typed(&Path::Root(name))
    }

    pub(crate) fn into_parameter(self, function: &str) -> Result<AbiParameter, AbiTypeError> {
        self.parameter(&Path::Root(function))
    }

    pub(crate) fn into_error(self, name: &str) -> Result<AbiErrorType, AbiTypeError> {
        self.error(&Path::Root(name))
    }

    fn typed(self, path: &Path<'_>) -> Result<AbiType, AbiTypeError> {
        let kind = needed(self.kind, "kind", path)?;
        Ok(match kind.as_str() {
            "field" => AbiType::Field,
            "boolean" => AbiType::Boolean,
            "integer" => {
                let sign = needed(self.sign, "sign", path)?;
                let sign = match sign.as_str() {
                    "unsigned" => Sign::Unsigned,
                    "signed" => Sign::Signed,
                    _ => return Err(AbiTypeError::at(path, AbiTypeProblem::UnknownSign { sign })),
                };
                let width = needed(self.width, "width", path)?;
                if !(1..=128).contains(&width) {
                    let problem = AbiTypeProblem::UnsupportedWidth { width };
                    return Err(AbiTypeError::at(path, problem));
                }
                AbiType::Integer { sign, width }
            }
            "array" => AbiType::Array {
                length: needed(self.length, "length", path)?,
                item: Box::new(needed(self.ty, "type", path)?.typed(&path.member("item"))?),
            },
            "string" => AbiType::String {
                length: needed(self.length, "length", path)?,
            },
            "struct" => AbiType::Struct(StructType {
                path: needed(self.path, "path", path)?,
                fields: needed(self.fields, "fields", path)?
                    .into_iter()
                    .map(|field| field.variable(path))
                    .collect::<Result<_, _>>()?,
            }),
            "tuple" => AbiType::Tuple(
                needed(self.fields, "fields", path)?
                    .into_iter()
                    .enumerate()
                    .map(|(index, item)| item.typed(&path.index(index)))
                    .collect::<Result<_, _>>()?,
            ),
            _ => return Err(AbiTypeError::at(path, AbiTypeProblem::UnknownKind { kind })),
        })
    }

    fn variable(self, parent: &Path<'_>) -> Result<AbiVariable, AbiTypeError> {
        let name = needed(self.name, "name", parent)?;
        let path = parent.member(&name);
        let ty = needed(self.ty, "type", &path)?.typed(&path)?;
        Ok(AbiVariable { name, ty })
    }

    fn parameter(mut self, parent: &Path<'_>) -> Result<AbiParameter, AbiTypeError> {
        let visibility = self.visibility.take();
        let AbiVariable { name, ty } = self.variable(parent)?;
        let path = parent.member(&name);
        let visibility = needed(visibility, "visibility", &path)?;
        let visibility = match visibility.as_str() {
            "public" => ParameterVisibility::Public,
            "private" => ParameterVisibility::Private,
            "databus" => ParameterVisibility::Databus,
            _ => {
                let problem = AbiTypeProblem::UnknownVisibility { visibility };
                return Err(AbiTypeError::at(&path, problem));
            }
        };
        Ok(AbiParameter {
            name,
            ty,
            visibility,
        })
    }

    fn error(mut self, path: &Path<'_>) -> Result<AbiErrorType, AbiTypeError> {
        let kind = needed(self.error_kind.take(), "error_kind", path)?;
        Ok(match kind.as_str() {
            "string" => AbiErrorType::String(needed(self.string, "string", path)?),
            "fmtstring" => AbiErrorType::FormatString {
                length: needed(self.length, "length", path)?,
                item_types: needed(self.item_types, "item_types", path)?
                    .into_iter()
                    .enumerate()
                    .map(|(index, item)| item.typed(&path.index(index)))
                    .collect::<Result<_, _>>()?,
            },
            "custom" => AbiErrorType::Custom(self.typed(path)?),
            _ => {
                return Err(AbiTypeError::at(
                    path,
                    AbiTypeProblem::UnknownErrorKind { kind },
                ));
            }
        })
    }
}

impl TryFrom<RawType> for AbiType {
    type Error = AbiTypeError;
    fn try_from(raw: RawType) -> Result<Self, Self::Error> {
        raw.into_type("type")
    }
}

impl TryFrom<RawType> for AbiVariable {
    type Error = AbiTypeError;
    fn try_from(raw: RawType) -> Result<Self, Self::Error> {
        raw.variable(&Path::Root("type"))
    }
}

impl TryFrom<RawType> for AbiParameter {
    type Error = AbiTypeError;
    fn try_from(raw: RawType) -> Result<Self, Self::Error> {
        raw.into_parameter("function")
    }
}

impl TryFrom<RawType> for AbiErrorType {
    type Error = AbiTypeError;
    fn try_from(raw: RawType) -> Result<Self, Self::Error> {
        raw.into_error("error")
    }
}
