use std::fmt::Write;

use super::types::{AbiParameter, AbiType, Sign};

/// Why a function has no signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Signatures have no notation for tuples.
    #[error(
        "function `{function}`: parameter `{parameter}` contains a tuple, which no signature can express"
    )]
    Tuple {
        /// The function.
        function: String,
        /// The parameter.
        parameter: String,
    },
}

/// The text whose hash is the function's selector: `transfer((Field),u128)`; structs are written as
/// their members (Aztec 4.1.2, stdlib `decodeFunctionSignature`).
pub fn function_signature(
    name: &str,
    parameters: &[AbiParameter],
) -> Result<String, SignatureError> {
    write_signature(name, parameters, false)
}

/// The same with names, for people: `transfer(to: (inner: Field), amount: u128)`
/// (Aztec 4.1.2, stdlib `decodeFunctionSignatureWithParameterNames`).
pub fn function_signature_with_names(
    name: &str,
    parameters: &[AbiParameter],
) -> Result<String, SignatureError> {
    write_signature(name, parameters, true)
}

fn write_signature(
    name: &str,
    parameters: &[AbiParameter],
    names: bool,
) -> Result<String, SignatureError> {
    let mut out = String::from(name);
    out.push('(');
    for (index, parameter) in parameters.iter().enumerate() {
        write_named(&mut out, index, &parameter.name, &parameter.ty, names).map_err(|_| {
            SignatureError::Tuple {
                function: name.to_owned(),
                parameter: parameter.name.clone(),
            }
        })?;
    }
    out.push(')');
    Ok(out)
}

fn write_named(
    out: &mut String,
    index: usize,
    name: &str,
    ty: &AbiType,
    names: bool,
) -> std::fmt::Result {
    if index > 0 {
        out.push_str(if names { ", " } else { "," });
    }
    if names {
        write!(out, "{name}: ")?;
    }
    write_type(out, ty, names)
}

fn write_type(out: &mut String, ty: &AbiType, names: bool) -> std::fmt::Result {
    match ty {
        AbiType::Field => out.write_str("Field"),
        AbiType::Boolean => out.write_str("bool"),
        AbiType::Integer { sign, width } => match sign {
            Sign::Unsigned => write!(out, "u{width}"),
            Sign::Signed => write!(out, "i{width}"),
        },
        AbiType::Array { length, item } => {
            out.push('[');
            write_type(out, item, names)?;
            write!(out, ";{length}]")
        }
        AbiType::String { length } => write!(out, "str<{length}>"),
        AbiType::Struct(structure) => {
            out.push('(');
            for (index, field) in structure.fields.iter().enumerate() {
                write_named(out, index, &field.name, &field.ty, names)?;
            }
            out.push(')');
            Ok(())
        }
        AbiType::Tuple(_) => Err(std::fmt::Error),
    }
}
