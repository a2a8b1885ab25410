use std::collections::BTreeMap;

use serde::de::{Deserialize, Error, IgnoredAny};

use super::raw::{KeptFiles, RawAbi, RawArtifact, RawFunction, RawReturnType};
use super::{
    ArtifactError, ContractArtifact, ContractOutputs, DebugData, DebugSymbols, FileId,
    FunctionArtifact, PUBLIC_DISPATCH, SourceFile, StorageField, Utf16Sorted,
};
use crate::abi::{
    AbiErrorType, AbiParameter, AbiType, AbiTypeError, ErrorSelector, ExportedValue, FunctionAbi,
    FunctionType, ParameterVisibility, RawType,
};
use crate::field::Fr;

pub(super) fn from_json(json: &[u8], debug: DebugData) -> Result<ContractArtifact, ArtifactError> {
    match debug {
        DebugData::Keep => parse::<DebugSymbols, KeptFiles>(json)?.into_artifact(),
        DebugData::Drop => parse::<IgnoredAny, IgnoredAny>(json)?.into_artifact(),
    }
}

pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<ContractArtifact, D::Error> {
    RawArtifact::<IgnoredAny, IgnoredAny>::deserialize(deserializer)?
        .into_artifact()
        .map_err(|error| D::Error::custom(Chain(&error)))
}

/// An error with its causes on one line.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        match self.0.source() {
            Some(source) => write!(f, ": {}", Chain(source)),
            None => Ok(()),
        }
    }
}

fn parse<'de, D: Deserialize<'de>, F: Deserialize<'de>>(
    json: &'de [u8],
) -> Result<RawArtifact<D, F>, ArtifactError> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let raw = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        ArtifactError::Json {
            path: error.path().to_string(),
            source: error.into_inner(),
        }
    })?;
    deserializer.end().map_err(|source| ArtifactError::Json {
        path: "end".to_owned(),
        source,
    })?;
    Ok(raw)
}

/// What is left of debug data after parsing: it, or nothing.
pub(super) trait Kept<T> {
    fn kept(self) -> T;
}

impl<T: Default> Kept<T> for IgnoredAny {
    fn kept(self) -> T {
        T::default()
    }
}

impl Kept<DebugSymbols> for DebugSymbols {
    fn kept(self) -> DebugSymbols {
        self
    }
}

impl Kept<BTreeMap<FileId, SourceFile>> for KeptFiles {
    fn kept(self) -> KeptFiles {
        self
    }
}

/// The artifact-wide facts that a function of the compiler's form depends on.
struct Context<'a> {
    contract: &'a str,
    function_structs: &'a [AbiType],
}

impl<D: Kept<DebugSymbols>, F: Kept<KeptFiles>> RawArtifact<D, F> {
    fn into_artifact(self) -> Result<ContractArtifact, ArtifactError> {
        let outputs = ContractOutputs {
            structs: convert_structs(self.outputs.structs)?,
            globals: self.outputs.globals,
        };
        let is_compiler_output = self.functions.iter().any(|f| f.function_type.is_none())
            || self.non_dispatch_public_functions.is_none();
        if is_compiler_output && self.transpiled != Some(true) {
            let contract = self.name;
            return Err(ArtifactError::NotTranspiled { contract });
        }
        let storage_layout = match self.storage_layout {
            Some(layout) => layout,
            None if is_compiler_output => storage_layout(&self.name, &outputs.globals)?,
            None => {
                let owner = format!("contract `{}`", self.name);
                let member = "storageLayout";
                return Err(ArtifactError::Missing { owner, member });
            }
        };
        let context = Context {
            contract: &self.name,
            function_structs: outputs.structs.get("functions").map_or(&[], Vec::as_slice),
        };
        let mut functions = Vec::with_capacity(self.functions.len());
        let mut behind_dispatch = Vec::new();
        for raw in self.functions {
            let function = raw.into_function(&context)?;
            let is_behind_dispatch = function.abi.function_type == FunctionType::Public
                && function.abi.name != PUBLIC_DISPATCH;
            match is_behind_dispatch {
                true => behind_dispatch.push(function.abi),
                false => functions.push(function),
            }
        }
        // The wire form lists them apart; one that keeps all bytecode lists them twice.
        if let Some(listed) = self.non_dispatch_public_functions {
            behind_dispatch = listed
                .into_iter()
                .map(|raw| raw.into_abi(&context).map(|(abi, _)| abi))
                .collect::<Result<_, _>>()?;
        }
        Ok(ContractArtifact {
            functions,
            non_dispatch_public_functions: behind_dispatch,
            storage_layout,
            file_map: self.file_map.map(Kept::kept).unwrap_or_default(),
            name: self.name,
            outputs,
        })
    }
}

fn type_error(owner: &str) -> impl FnOnce(AbiTypeError) -> ArtifactError + use<> {
    let owner = owner.to_owned();
    move |source| ArtifactError::Type { owner, source }
}

/// `events` and `functions` come in no particular order and are sorted by path, descending, so that
/// the artifact hash is the same for all (Aztec 4.1.2, stdlib `ContractArtifactSchema`).
fn convert_structs(
    raw: BTreeMap<String, Vec<RawType>>,
) -> Result<BTreeMap<String, Vec<AbiType>>, ArtifactError> {
    let mut out = BTreeMap::new();
    for (tag, types) in raw {
        let mut types = types
            .into_iter()
            .map(|ty| ty.into_type(&tag).map_err(type_error(&tag)))
            .collect::<Result<Vec<_>, _>>()?;
        if tag == "events" || tag == "functions" {
            types.sort_by_cached_key(|ty| {
                let path = match ty {
                    AbiType::Struct(structure) => structure.path.as_str(),
                    _ => "",
                };
                std::cmp::Reverse(Utf16Sorted::new(path))
            });
        }
        out.insert(tag, types);
    }
    Ok(out)
}

/// The layout of the contract itself among those that imported contracts export too
/// (Aztec 4.1.2, stdlib `getStorageLayout`).
fn storage_layout(
    contract: &str,
    globals: &BTreeMap<String, Vec<ExportedValue>>,
) -> Result<BTreeMap<String, StorageField>, ArtifactError> {
    let exports = globals.get("storage").map_or(&[][..], Vec::as_slice);
    let own = exports.iter().find(|export| {
        matches!(
            export.member("contract_name"),
            Some(ExportedValue::String(name)) if name == contract
        )
    });
    let Some(ExportedValue::Struct(fields)) = own.and_then(|export| export.member("fields")) else {
        return Ok(BTreeMap::new());
    };
    fields
        .iter()
        .map(|field| {
            let error = |source| ArtifactError::Slot {
                variable: field.name.clone(),
                source,
            };
            let slot = match &field.value {
                ExportedValue::Struct(members) => members.first().map(|member| &member.value),
                _ => None,
            };
            let Some(ExportedValue::Integer { digits, .. }) = slot else {
                return Err(error(None));
            };
            let slot = Fr::from_hex(&format!("0x{digits}")).map_err(|cause| error(Some(cause)))?;
            Ok((field.name.clone(), StorageField { slot }))
        })
        .collect()
}

impl<D: Kept<DebugSymbols>> RawFunction<D> {
    fn missing(&self, member: &'static str) -> ArtifactError {
        let owner = format!("function `{}`", self.name);
        ArtifactError::Missing { owner, member }
    }

    fn into_function(self, context: &Context<'_>) -> Result<FunctionArtifact, ArtifactError> {
        let owner = self.missing("bytecode");
        let (abi, raw) = self.into_abi(context)?;
        Ok(FunctionArtifact {
            abi,
            bytecode: raw.bytecode.ok_or(owner)?,
            // Compilers write an empty text for functions that need none.
            verification_key: raw
                .verification_key
                .filter(|key| !key.as_slice().is_empty()),
            debug_symbols: raw.debug_symbols.map(Kept::kept).unwrap_or_default(),
        })
    }

    /// The ABI and what remains of the function.
    fn into_abi(mut self, context: &Context<'_>) -> Result<(FunctionAbi, Self), ArtifactError> {
        let abi = match (self.function_type, self.abi.take()) {
            (Some(kind), _) => self.wire_abi(kind)?,
            (None, Some(abi)) => self.compiler_abi(abi, context)?,
            (None, None) => return Err(self.missing("abi")),
        };
        Ok((abi, self))
    }

    fn wire_abi(&mut self, function_type: FunctionType) -> Result<FunctionAbi, ArtifactError> {
        let parameters = self
            .parameters
            .take()
            .ok_or_else(|| self.missing("parameters"))?;
        let return_types = self
            .return_types
            .take()
            .ok_or_else(|| self.missing("returnTypes"))?;
        let return_type =
            |ty: RawType| ty.into_type("return value").map_err(type_error(&self.name));
        Ok(FunctionAbi {
            name: self.name.clone(),
            function_type,
            is_only_self: self
                .is_only_self
                .ok_or_else(|| self.missing("isOnlySelf"))?,
            is_static: self.is_static.ok_or_else(|| self.missing("isStatic"))?,
            is_initializer: self
                .is_initializer
                .ok_or_else(|| self.missing("isInitializer"))?,
            parameters: convert_parameters(parameters, &self.name)?,
            return_types: return_types
                .into_iter()
                .map(return_type)
                .collect::<Result<_, _>>()?,
            error_types: convert_errors(self.error_types.take().unwrap_or_default(), &self.name)?,
        })
    }

    fn compiler_abi(
        &self,
        abi: RawAbi,
        context: &Context<'_>,
    ) -> Result<FunctionAbi, ArtifactError> {
        let name = self.name.as_str();
        let attributes = self.custom_attributes.as_deref();
        let attributes = attributes.ok_or_else(|| self.missing("custom_attributes"))?;
        let has = |attribute: &str| attributes.iter().any(|other| other == attribute);
        let function_type = if has("abi_private") {
            FunctionType::Private
        } else if has("abi_public") {
            FunctionType::Public
        } else if has("abi_utility") {
            FunctionType::Utility
        } else {
            let function = name.to_owned();
            return Err(ArtifactError::UnknownFunctionType { function });
        };

        let mut parameters = convert_parameters(abi.parameters, name)?;
        if let Some(parameter) = parameters
            .iter()
            .find(|parameter| parameter.visibility == ParameterVisibility::Databus)
        {
            return Err(ArtifactError::DatabusParameter {
                function: name.to_owned(),
                parameter: parameter.name.clone(),
            });
        }
        if parameters.first().is_some_and(is_context) {
            parameters.remove(0);
        }

        let return_types = match function_type {
            FunctionType::Utility => match abi.return_type {
                Some(RawReturnType { abi_type }) => {
                    let ty = abi_type.into_type("return value");
                    vec![ty.map_err(type_error(name))?]
                }
                None => Vec::new(),
            },
            // Circuits return their public inputs; what the contract's function returns is in a
            // struct that the compiler's macros export.
            FunctionType::Private | FunctionType::Public => {
                let path = format!("{}::{name}_abi", context.contract);
                let exported = context.function_structs.iter().find_map(|ty| match ty {
                    AbiType::Struct(structure) if structure.path == path => Some(structure),
                    _ => None,
                });
                exported
                    .and_then(|s| s.fields.iter().find(|field| field.name == "return_type"))
                    .map(|field| field.ty.clone())
                    .into_iter()
                    .collect()
            }
        };
        Ok(FunctionAbi {
            name: name.to_owned(),
            function_type,
            is_only_self: has("abi_only_self"),
            is_static: has("abi_view"),
            is_initializer: has("abi_initializer"),
            parameters,
            return_types,
            error_types: convert_errors(abi.error_types, name)?,
        })
    }
}

/// Whether a parameter is the context that the compiler puts before a function's own parameters.
fn is_context(parameter: &AbiParameter) -> bool {
    matches!(
        &parameter.ty,
        AbiType::Struct(structure) if structure.path.contains("ContextInputs")
    )
}

fn convert_parameters(
    raw: Vec<RawType>,
    function: &str,
) -> Result<Vec<AbiParameter>, ArtifactError> {
    raw.into_iter()
        .map(|parameter| {
            parameter
                .into_parameter(function)
                .map_err(type_error(function))
        })
        .collect()
}

fn convert_errors(
    raw: BTreeMap<ErrorSelector, RawType>,
    function: &str,
) -> Result<BTreeMap<ErrorSelector, AbiErrorType>, ArtifactError> {
    raw.into_iter()
        .map(|(selector, error)| {
            let name = selector.to_string();
            let error = error.into_error(&name).map_err(type_error(function))?;
            Ok((selector, error))
        })
        .collect()
}
