use super::encode::mask;
use super::error::{AbiError, AbiProblem};
use super::path::Path;
use super::types::{AbiType, Sign};
use super::value::AbiValue;
use crate::address::AztecAddress;
use crate::codec::FieldReader;
use crate::field::Fr;

impl AbiType {
    /// Reads a value from field elements; nothing may be left over. `name` is how errors call it.
    pub fn decode(&self, fields: &[Fr], name: &str) -> Result<AbiValue, AbiError> {
        let mut reader = FieldReader::new(fields);
        let value = self.decode_from(&mut reader, name)?;
        finish(&reader, name)?;
        Ok(value)
    }

    /// Reads a value from field elements and leaves what follows it.
    pub fn decode_from(
        &self,
        reader: &mut FieldReader<'_>,
        name: &str,
    ) -> Result<AbiValue, AbiError> {
        let path = Path::Root(name);
        self.check_parts(&path)?;
        decode(self, reader, &path)
    }
}

/// Fails if fields are left over.
pub(super) fn finish(reader: &FieldReader<'_>, name: &str) -> Result<(), AbiError> {
    match reader.remaining() {
        0 => Ok(()),
        count => {
            let problem = AbiProblem::TrailingFields { count };
            Err(AbiError::at(&Path::Root(name), problem))
        }
    }
}

fn next(reader: &mut FieldReader<'_>, path: &Path<'_>) -> Result<Fr, AbiError> {
    reader
        .field()
        .map_err(|_| AbiError::at(path, AbiProblem::UnexpectedEnd { missing: 1 }))
}

fn decode(
    ty: &AbiType,
    reader: &mut FieldReader<'_>,
    path: &Path<'_>,
) -> Result<AbiValue, AbiError> {
    Ok(match ty {
        AbiType::Field => AbiValue::Field(next(reader, path)?),
        AbiType::Boolean => AbiValue::Boolean(
            next(reader, path)?
                .to_bool()
                .map_err(|_| AbiError::at(path, AbiProblem::NotABoolean))?,
        ),
        AbiType::Integer { sign, width } => {
            let value = next(reader, path)?
                .to_u128()
                .ok()
                .filter(|value| *value <= mask(*width))
                .ok_or_else(|| ty.out_of_range(path))?;
            match sign {
                Sign::Unsigned => AbiValue::Unsigned(value),
                Sign::Signed => {
                    let unused = 128 - width;
                    AbiValue::Signed((value << unused) as i128 >> unused)
                }
            }
        }
        AbiType::Array { length, item } => {
            check_remaining(ty, reader, path)?;
            AbiValue::Array(
                (0..*length as usize)
                    .map(|index| decode(item, reader, &path.index(index)))
                    .collect::<Result<_, _>>()?,
            )
        }
        AbiType::String { length } => {
            check_remaining(ty, reader, path)?;
            let character = |_| {
                let code = next(reader, path)?.to_u64().ok();
                code.and_then(|code| u8::try_from(code).ok())
                    .map(char::from)
                    .ok_or_else(|| AbiType::unsigned(8).out_of_range(path))
            };
            AbiValue::String((0..*length).map(character).collect::<Result<_, _>>()?)
        }
        AbiType::Tuple(types) => AbiValue::Tuple(
            types
                .iter()
                .enumerate()
                .map(|(index, ty)| decode(ty, reader, &path.index(index)))
                .collect::<Result<_, _>>()?,
        ),
        AbiType::Struct(structure) => {
            if structure.is_aztec_address() {
                let address = AztecAddress::from_field(next(reader, path)?);
                return Ok(AbiValue::Address(address));
            }
            if let Some(inner) = structure.as_option() {
                let is_some = next(reader, path)?
                    .to_bool()
                    .map_err(|_| AbiError::at(path, AbiProblem::NotABoolean))?;
                if is_some {
                    let value = decode(inner, reader, &path.member("_value"))?;
                    return Ok(AbiValue::some(value));
                }
                // What an empty option carries in place of a value means nothing.
                let size = inner.size_in_fields();
                let missing = size.saturating_sub(reader.remaining());
                reader
                    .take(size)
                    .map_err(|_| AbiError::at(path, AbiProblem::UnexpectedEnd { missing }))?;
                return Ok(AbiValue::Option(None));
            }
            AbiValue::Struct(
                structure
                    .fields
                    .iter()
                    .map(|field| {
                        let value = decode(&field.ty, reader, &path.member(&field.name))?;
                        Ok((field.name.clone(), value))
                    })
                    .collect::<Result<_, AbiError>>()?,
            )
        }
    })
}

/// Fails before anything is allocated for a sequence that the fields cannot hold.
fn check_remaining(
    ty: &AbiType,
    reader: &FieldReader<'_>,
    path: &Path<'_>,
) -> Result<(), AbiError> {
    match ty.size_in_fields().saturating_sub(reader.remaining()) {
        0 => Ok(()),
        missing => Err(AbiError::at(path, AbiProblem::UnexpectedEnd { missing })),
    }
}
