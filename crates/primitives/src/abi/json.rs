use serde_json::{Map, Value};

use super::encode::check_characters;
use super::error::{AbiError, AbiProblem};
use super::path::Path;
use super::types::{AbiType, Sign, StructType};
use super::value::AbiValue;
use crate::address::{AztecAddress, EthAddress};
use crate::field::Fr;

impl AbiType {
    /// Reads a value of this type from JSON; `name` is how errors call it.
    ///
    /// - Field elements: numbers, decimal or `0x`-prefixed strings, booleans, `{"value": "0x…"}`.
    /// - Integers: numbers, decimal (with `-`) or `0x`-prefixed strings.
    /// - Booleans: `true`, `false`, 0, 1, or one of these as a string.
    /// - Arrays and tuples: arrays. Texts: strings. Structs: objects.
    /// - Addresses: also the bare element, `{"address": …}` or `{"inner": …}`; function selectors:
    ///   also the bare number or `{"value": …}`; structs around one `inner` element: also the bare
    ///   element; `BoundedVec`: also an array.
    /// - Options: `null` or a missing member for none, `{"_is_some": …, "_value": …}`, or the value.
    pub fn parse_json(&self, json: &Value, name: &str) -> Result<AbiValue, AbiError> {
        parse(self, Some(json), &Path::Root(name))
    }

    pub(super) fn parse_optional_json(
        &self,
        json: Option<&Value>,
        name: &str,
    ) -> Result<AbiValue, AbiError> {
        parse(self, json, &Path::Root(name))
    }
}

const fn kind(json: &Value) -> &'static str {
    match json {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn parse(ty: &AbiType, json: Option<&Value>, path: &Path<'_>) -> Result<AbiValue, AbiError> {
    let option = match ty {
        AbiType::Struct(structure) => structure.as_option(),
        _ => None,
    };
    let json = match (option, json) {
        (Some(_), None | Some(Value::Null)) => return Ok(AbiValue::Option(None)),
        (Some(inner), Some(json)) => return parse_option(ty, inner, json, path),
        (None, None | Some(Value::Null)) => return Err(ty.missing(path)),
        (None, Some(json)) => json,
    };
    match (ty, json) {
        (AbiType::Field, json) => parse_field(ty, json, path).map(AbiValue::Field),
        (AbiType::Boolean, json) => parse_boolean(json, path).map(AbiValue::Boolean),
        (AbiType::Integer { sign, width }, json) => parse_integer(ty, *sign, *width, json, path),
        (AbiType::Array { .. }, Value::Array(items)) => {
            let AbiType::Array { length, item } = ty else {
                return Err(ty.mismatch("an array", path));
            };
            check_length(*length as usize, items.len(), path)?;
            parse_items(item, items, path).map(AbiValue::Array)
        }
        (AbiType::String { length }, Value::String(text)) => {
            let (maximum, actual) = (*length as usize, text.chars().count());
            if actual > maximum {
                return Err(AbiError::at(path, AbiProblem::TooLong { maximum, actual }));
            }
            check_characters(text, path)?;
            Ok(AbiValue::String(text.clone()))
        }
        (AbiType::Tuple(types), Value::Array(items)) => {
            check_length(types.len(), items.len(), path)?;
            let items = types.iter().zip(items).enumerate();
            items
                .map(|(index, (ty, item))| parse(ty, Some(item), &path.index(index)))
                .collect::<Result<_, _>>()
                .map(AbiValue::Tuple)
        }
        (AbiType::Struct(structure), json) => parse_struct(ty, structure, json, path),
        (ty, json) => Err(ty.mismatch(kind(json), path)),
    }
}

fn parse_items(ty: &AbiType, items: &[Value], path: &Path<'_>) -> Result<Vec<AbiValue>, AbiError> {
    items
        .iter()
        .enumerate()
        .map(|(index, item)| parse(ty, Some(item), &path.index(index)))
        .collect()
}

fn check_length(expected: usize, actual: usize, path: &Path<'_>) -> Result<(), AbiError> {
    if expected == actual {
        return Ok(());
    }
    Err(AbiError::at(path, AbiProblem::Length { expected, actual }))
}

fn parse_option(
    ty: &AbiType,
    inner: &AbiType,
    json: &Value,
    path: &Path<'_>,
) -> Result<AbiValue, AbiError> {
    let Some((members, is_some)) = json
        .as_object()
        .and_then(|members| Some((members, members.get("_is_some")?)))
    else {
        return parse(inner, Some(json), path).map(AbiValue::some);
    };
    let AbiType::Struct(structure) = ty else {
        return Err(ty.mismatch("an option", path));
    };
    check_members(structure, members, path)?;
    if parse_boolean(is_some, &path.member("_is_some"))? {
        parse(inner, members.get("_value"), &path.member("_value")).map(AbiValue::some)
    } else {
        Ok(AbiValue::Option(None))
    }
}

fn parse_field(ty: &AbiType, json: &Value, path: &Path<'_>) -> Result<Fr, AbiError> {
    let from_text = |text: &str| {
        text.parse()
            .map_err(|error| AbiError::at(path, AbiProblem::Field(error)))
    };
    match json {
        Value::String(text) => from_text(text),
        Value::Bool(value) => Ok(Fr::from(*value)),
        Value::Number(number) => match number.as_u64() {
            Some(value) => Ok(Fr::from(value)),
            None => Err(AbiError::at(path, AbiProblem::NotAnInteger)),
        },
        Value::Object(members) => match members.get("value") {
            Some(Value::String(text)) if members.len() == 1 => from_text(text),
            _ => Err(ty.mismatch("an object", path)),
        },
        _ => Err(ty.mismatch(kind(json), path)),
    }
}

fn parse_boolean(json: &Value, path: &Path<'_>) -> Result<bool, AbiError> {
    let value = match json {
        Value::Bool(value) => Some(*value),
        Value::Number(number) => match number.as_u64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    };
    value.ok_or_else(|| AbiError::at(path, AbiProblem::NotABoolean))
}

fn parse_integer(
    ty: &AbiType,
    sign: Sign,
    width: u32,
    json: &Value,
    path: &Path<'_>,
) -> Result<AbiValue, AbiError> {
    let not_an_integer = || AbiError::at(path, AbiProblem::NotAnInteger);
    let number;
    let text = match json {
        Value::String(text) => text.as_str(),
        Value::Number(value) => {
            number = value.to_string();
            number.as_str()
        }
        _ => return Err(ty.mismatch(kind(json), path)),
    };
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (digits, radix) = match magnitude.strip_prefix("0x") {
        Some(digits) if !negative => (digits, 16),
        _ => (magnitude, 10),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Err(not_an_integer());
    }
    // What does not fit into 128 bits fits no integer type.
    let magnitude = u128::from_str_radix(digits, radix).map_err(|_| ty.out_of_range(path))?;
    let value = match sign {
        Sign::Unsigned if negative && magnitude != 0 => return Err(ty.out_of_range(path)),
        Sign::Unsigned => AbiValue::Unsigned(magnitude),
        Sign::Signed => {
            // The lowest number of a width has no positive counterpart.
            let limit = super::encode::mask(width - 1) + u128::from(negative);
            if magnitude > limit {
                return Err(ty.out_of_range(path));
            }
            let value = magnitude as i128;
            AbiValue::Signed(if negative {
                value.wrapping_neg()
            } else {
                value
            })
        }
    };
    match value {
        AbiValue::Unsigned(value) if value > super::encode::mask(width) => {
            Err(ty.out_of_range(path))
        }
        value => Ok(value),
    }
}

fn parse_struct(
    ty: &AbiType,
    structure: &StructType,
    json: &Value,
    path: &Path<'_>,
) -> Result<AbiValue, AbiError> {
    let bare = |member: &str| match json {
        Value::Object(members) if members.len() == 1 => members.get(member),
        _ => None,
    };
    if structure.is_aztec_address() {
        let json = bare("address").or_else(|| bare("inner")).unwrap_or(json);
        let element = parse_field(ty, json, path)?;
        return Ok(AbiValue::Address(AztecAddress::from_field(element)));
    }
    if structure.is_eth_address() {
        let json = bare("address").or_else(|| bare("inner")).unwrap_or(json);
        let element = parse_field(ty, json, path)?;
        EthAddress::from_field(element).map_err(|error| AbiError::at(path, error.into()))?;
        return Ok(wrap(structure, AbiValue::Field(element)));
    }
    if structure.is_function_selector() {
        let json = bare("value").or_else(|| bare("inner")).unwrap_or(json);
        let selector = parse(&AbiType::unsigned(32), Some(json), path)?;
        return Ok(wrap(structure, selector));
    }
    if structure.is_wrapped_field() {
        let element = parse_field(ty, bare("inner").unwrap_or(json), path)?;
        return Ok(wrap(structure, AbiValue::Field(element)));
    }
    match (json, structure.as_bounded_vec()) {
        (Value::Array(items), Some((item, capacity))) => {
            let (maximum, actual) = (capacity as usize, items.len());
            if actual > maximum {
                return Err(AbiError::at(path, AbiProblem::TooLong { maximum, actual }));
            }
            parse_items(item, items, path).map(AbiValue::Array)
        }
        (Value::Object(members), _) => parse_members(structure, members, path),
        _ => Err(ty.mismatch(kind(json), path)),
    }
}

fn wrap(structure: &StructType, value: AbiValue) -> AbiValue {
    let name = structure.fields.first().map(|field| field.name.clone());
    AbiValue::Struct(vec![(name.unwrap_or_default(), value)])
}

fn check_members(
    structure: &StructType,
    members: &Map<String, Value>,
    path: &Path<'_>,
) -> Result<(), AbiError> {
    let known = |name: &&String| structure.fields.iter().any(|field| field.name == **name);
    match members.keys().find(|name| !known(name)) {
        None => Ok(()),
        Some(name) => {
            let name = name.clone();
            Err(AbiError::at(path, AbiProblem::UnknownMember { name }))
        }
    }
}

fn parse_members(
    structure: &StructType,
    members: &Map<String, Value>,
    path: &Path<'_>,
) -> Result<AbiValue, AbiError> {
    check_members(structure, members, path)?;
    structure
        .fields
        .iter()
        .map(|field| {
            let json = members.get(&field.name);
            let value = parse(&field.ty, json, &path.member(&field.name))?;
            Ok((field.name.clone(), value))
        })
        .collect::<Result<_, _>>()
        .map(AbiValue::Struct)
}
