use super::error::{AbiError, AbiProblem};
use super::path::Path;
use super::types::{AbiType, AbiVariable, Sign, StructType};
use super::value::AbiValue;
use crate::address::EthAddress;
use crate::field::Fr;

impl AbiType {
    /// Encodes a value as field elements; `name` is how errors call it.
    ///
    /// A struct around one element (addresses, selectors, `inner` wrappers) may be given as the
    /// element alone, a `BoundedVec` as an array of at most its capacity.
    pub fn encode(&self, value: &AbiValue, name: &str) -> Result<Vec<Fr>, AbiError> {
        let mut out = Vec::new();
        self.encode_into(value, name, &mut out)?;
        Ok(out)
    }

    pub(super) fn encode_into(
        &self,
        value: &AbiValue,
        name: &str,
        out: &mut Vec<Fr>,
    ) -> Result<(), AbiError> {
        let path = Path::Root(name);
        self.check_parts(&path)?;
        encode(self, value, &path, out)
    }

    pub(super) fn check_parts(&self, path: &Path<'_>) -> Result<(), AbiError> {
        let limit = Self::MAX_PARTS;
        match self.parts() {
            parts if parts <= limit => Ok(()),
            _ => Err(AbiError::at(path, AbiProblem::TypeTooLarge { limit })),
        }
    }

    pub(super) fn mismatch(&self, found: &'static str, path: &Path<'_>) -> AbiError {
        let expected = self.to_string();
        AbiError::at(path, AbiProblem::Mismatch { expected, found })
    }

    pub(super) fn out_of_range(&self, path: &Path<'_>) -> AbiError {
        let expected = self.to_string();
        AbiError::at(path, AbiProblem::OutOfRange { expected })
    }

    pub(super) fn missing(&self, path: &Path<'_>) -> AbiError {
        let expected = self.to_string();
        AbiError::at(path, AbiProblem::Missing { expected })
    }
}

/// The largest unsigned integer of `width` bits.
pub(super) const fn mask(width: u32) -> u128 {
    match width {
        0 => 0,
        1..=127 => (1 << width) - 1,
        _ => u128::MAX,
    }
}

fn encode(
    ty: &AbiType,
    value: &AbiValue,
    path: &Path<'_>,
    out: &mut Vec<Fr>,
) -> Result<(), AbiError> {
    match (ty, value) {
        (AbiType::Field, AbiValue::Field(element)) => out.push(*element),
        (AbiType::Field, AbiValue::Address(address)) => out.push(address.to_field()),
        (AbiType::Boolean, AbiValue::Boolean(value)) => out.push(Fr::from(*value)),
        (AbiType::Integer { sign, width }, AbiValue::Unsigned(value)) => {
            let maximum = match sign {
                Sign::Unsigned => mask(*width),
                Sign::Signed => mask(*width - 1),
            };
            if *value > maximum {
                return Err(ty.out_of_range(path));
            }
            out.push(Fr::from(*value));
        }
        (AbiType::Integer { sign, width }, AbiValue::Signed(value)) => {
            let in_range = match sign {
                Sign::Unsigned => u128::try_from(*value).is_ok_and(|value| value <= mask(*width)),
                // Complementing a negative number maps its range onto the positive one.
                Sign::Signed => {
                    let magnitude = if *value < 0 { !*value } else { *value };
                    magnitude as u128 <= mask(*width - 1)
                }
            };
            if !in_range {
                return Err(ty.out_of_range(path));
            }
            out.push(Fr::from(*value as u128 & mask(*width)));
        }
        (AbiType::Array { length, item }, AbiValue::Array(items)) => {
            check_length(*length as usize, items.len(), path)?;
            encode_items(item, items, path, out)?;
        }
        (AbiType::String { length }, AbiValue::String(text)) => {
            encode_text(text, *length as usize, path, out)?;
        }
        (AbiType::Tuple(types), AbiValue::Tuple(items) | AbiValue::Array(items)) => {
            check_length(types.len(), items.len(), path)?;
            for (index, (ty, item)) in types.iter().zip(items).enumerate() {
                encode(ty, item, &path.index(index), out)?;
            }
        }
        (AbiType::Struct(structure), value) => encode_struct(ty, structure, value, path, out)?,
        _ => return Err(ty.mismatch(value.kind(), path)),
    }
    Ok(())
}

fn encode_items(
    ty: &AbiType,
    items: &[AbiValue],
    path: &Path<'_>,
    out: &mut Vec<Fr>,
) -> Result<(), AbiError> {
    items
        .iter()
        .enumerate()
        .try_for_each(|(index, item)| encode(ty, item, &path.index(index), out))
}

fn encode_text(
    text: &str,
    length: usize,
    path: &Path<'_>,
    out: &mut Vec<Fr>,
) -> Result<(), AbiError> {
    let (maximum, actual) = (length, text.chars().count());
    if actual > maximum {
        return Err(AbiError::at(path, AbiProblem::TooLong { maximum, actual }));
    }
    check_characters(text, path)?;
    let end = out.len() + length;
    out.extend(text.chars().map(|character| Fr::from(u32::from(character))));
    out.resize(end, Fr::ZERO);
    Ok(())
}

/// Fails if a character does not fit into a byte.
pub(super) fn check_characters(text: &str, path: &Path<'_>) -> Result<(), AbiError> {
    match text.chars().find(|character| u32::from(*character) > 0xff) {
        None => Ok(()),
        Some(character) => Err(AbiError::at(path, AbiProblem::Character { character })),
    }
}

fn encode_struct(
    ty: &AbiType,
    structure: &StructType,
    value: &AbiValue,
    path: &Path<'_>,
    out: &mut Vec<Fr>,
) -> Result<(), AbiError> {
    match value {
        AbiValue::Option(value) => {
            let Some(inner) = structure.as_option() else {
                return Err(ty.mismatch("an option", path));
            };
            out.push(Fr::from(value.is_some()));
            match value {
                Some(value) => encode(inner, value, &path.member("_value"), out)?,
                None => out.resize(out.len() + inner.size_in_fields(), Fr::ZERO),
            }
        }
        AbiValue::Address(address) if structure.is_aztec_address() => out.push(address.to_field()),
        AbiValue::Field(element) if structure.is_eth_address() => {
            EthAddress::from_field(*element).map_err(|error| AbiError::at(path, error.into()))?;
            out.push(*element);
        }
        AbiValue::Field(element)
            if structure.is_aztec_address() || structure.is_wrapped_field() =>
        {
            out.push(*element);
        }
        AbiValue::Unsigned(_) if structure.is_function_selector() => {
            encode(&AbiType::unsigned(32), value, path, out)?;
        }
        AbiValue::Array(items) => {
            let Some((item, capacity)) = structure.as_bounded_vec() else {
                return Err(ty.mismatch("an array", path));
            };
            let (maximum, actual) = (capacity as usize, items.len());
            if actual > maximum {
                return Err(AbiError::at(path, AbiProblem::TooLong { maximum, actual }));
            }
            encode_items(item, items, path, out)?;
            let padding = (maximum - actual).saturating_mul(item.size_in_fields());
            out.resize(out.len() + padding, Fr::ZERO);
            out.push(Fr::from(actual as u64));
        }
        AbiValue::Struct(members) => encode_members(&structure.fields, members, path, out)?,
        _ => return Err(ty.mismatch(value.kind(), path)),
    }
    Ok(())
}

fn encode_members(
    types: &[AbiVariable],
    members: &[(String, AbiValue)],
    path: &Path<'_>,
    out: &mut Vec<Fr>,
) -> Result<(), AbiError> {
    if let Some((name, _)) = members
        .iter()
        .find(|(name, _)| !types.iter().any(|ty| ty.name == *name))
    {
        let name = name.clone();
        return Err(AbiError::at(path, AbiProblem::UnknownMember { name }));
    }
    for ty in types {
        let path = path.member(&ty.name);
        let value = members
            .iter()
            .find_map(|(name, value)| (*name == ty.name).then_some(value))
            .ok_or_else(|| ty.ty.missing(&path))?;
        encode(&ty.ty, value, &path, out)?;
    }
    Ok(())
}

fn check_length(expected: usize, actual: usize, path: &Path<'_>) -> Result<(), AbiError> {
    if expected == actual {
        return Ok(());
    }
    Err(AbiError::at(path, AbiProblem::Length { expected, actual }))
}
