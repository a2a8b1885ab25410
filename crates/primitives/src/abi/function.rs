use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::decode::finish;
use super::error::{AbiError, AbiProblem};
use super::path::Path;
use super::signature::{SignatureError, function_signature, function_signature_with_names};
use super::types::{AbiErrorType, AbiParameter, AbiType, ErrorSelector};
use super::value::AbiValue;
use crate::codec::FieldReader;
use crate::field::Fr;
use crate::selector::{FunctionSelector, SelectorError};

/// Where a function runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum FunctionType {
    /// On the user's machine, with a proof.
    Private,
    /// On the network.
    Public,
    /// On the user's machine, without a proof.
    Utility,
}

/// What an artifact says about how a function is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionAbi {
    /// The name.
    pub name: String,
    /// Where it runs.
    pub function_type: FunctionType,
    /// Whether only the contract itself may call it (`abi_only_self`).
    pub is_only_self: bool,
    /// Whether it promises not to change state (`abi_view`).
    pub is_static: bool,
    /// Whether it is a constructor (`abi_initializer`).
    pub is_initializer: bool,
    /// The parameters, without the context that the compiler puts before them.
    pub parameters: Vec<AbiParameter>,
    /// The types of the return values: none or one.
    pub return_types: Vec<AbiType>,
    /// The errors it can fail with.
    pub error_types: BTreeMap<ErrorSelector, AbiErrorType>,
}

impl FunctionAbi {
    /// The text that the selector is the hash of.
    pub fn signature(&self) -> Result<String, SignatureError> {
        function_signature(&self.name, &self.parameters)
    }

    /// The signature with the names of parameters and members.
    pub fn signature_with_names(&self) -> Result<String, SignatureError> {
        function_signature_with_names(&self.name, &self.parameters)
    }

    /// The selector.
    pub fn selector(&self) -> Result<FunctionSelector, SelectorError> {
        FunctionSelector::from_name_and_parameters(&self.name, &self.parameters)
    }

    /// How many fields the arguments take.
    #[must_use]
    pub fn arguments_size(&self) -> usize {
        let sizes = self
            .parameters
            .iter()
            .map(|parameter| parameter.ty.size_in_fields());
        sizes.fold(0, usize::saturating_add)
    }

    /// Reads arguments from JSON: an array in the order of the parameters or an object by their
    /// names. Arguments of an `Option` type may be left out (at the end, in an array).
    pub fn parse_arguments(&self, json: &Value) -> Result<Vec<AbiValue>, AbiError> {
        match json {
            Value::Array(items) => self.parse_positional(items),
            Value::Object(members) => {
                let known = |name: &&String| self.parameters.iter().any(|p| p.name == **name);
                if let Some(name) = members.keys().find(|name| !known(name)) {
                    let name = name.clone();
                    return Err(self.error(AbiProblem::UnknownMember { name }));
                }
                let parameters = self.parameters.iter();
                parameters
                    .map(|p| p.ty.parse_optional_json(members.get(&p.name), &p.name))
                    .collect()
            }
            _ => Err(self.error(AbiProblem::Mismatch {
                expected: "an array or an object".to_owned(),
                found: "another JSON value",
            })),
        }
    }

    fn parse_positional(&self, items: &[Value]) -> Result<Vec<AbiValue>, AbiError> {
        if items.len() > self.parameters.len() {
            return Err(self.error(AbiProblem::Length {
                expected: self.parameters.len(),
                actual: items.len(),
            }));
        }
        let parameters = self.parameters.iter().enumerate();
        parameters
            .map(|(index, p)| p.ty.parse_optional_json(items.get(index), &p.name))
            .collect()
    }

    /// Encodes arguments as fields (Aztec 4.1.2, stdlib `encodeArguments`).
    pub fn encode_arguments(&self, arguments: &[AbiValue]) -> Result<Vec<Fr>, AbiError> {
        if arguments.len() != self.parameters.len() {
            return Err(self.error(AbiProblem::Length {
                expected: self.parameters.len(),
                actual: arguments.len(),
            }));
        }
        let mut out = Vec::new();
        for (parameter, argument) in self.parameters.iter().zip(arguments) {
            parameter
                .ty
                .encode_into(argument, &parameter.name, &mut out)?;
        }
        Ok(out)
    }

    /// Reads arguments from JSON and encodes them.
    pub fn encode_json_arguments(&self, json: &Value) -> Result<Vec<Fr>, AbiError> {
        self.encode_arguments(&self.parse_arguments(json)?)
    }

    /// Reads the arguments back from fields, as needed to show a call; nothing may be left over.
    pub fn decode_arguments(&self, fields: &[Fr]) -> Result<Vec<(&str, AbiValue)>, AbiError> {
        let mut reader = FieldReader::new(fields);
        let arguments = self
            .parameters
            .iter()
            .map(|parameter| {
                let name = parameter.name.as_str();
                Ok((name, parameter.ty.decode_from(&mut reader, name)?))
            })
            .collect::<Result<_, AbiError>>()?;
        finish(&reader, &self.name)?;
        Ok(arguments)
    }

    /// Reads what the function returned; `None` if it returns nothing
    /// (Aztec 4.1.2, stdlib `decodeFromAbi`).
    pub fn decode_return_values(&self, fields: &[Fr]) -> Result<Option<AbiValue>, AbiError> {
        let mut reader = FieldReader::new(fields);
        let mut values = self
            .return_types
            .iter()
            .map(|ty| ty.decode_from(&mut reader, "return value"))
            .collect::<Result<Vec<_>, _>>()?;
        finish(&reader, "return value")?;
        Ok(match values.len() {
            0 | 1 => values.pop(),
            _ => Some(AbiValue::Tuple(values)),
        })
    }

    fn error(&self, problem: AbiProblem) -> AbiError {
        AbiError::at(&Path::Root(&self.name), problem)
    }
}
