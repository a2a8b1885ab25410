//! Contract artifacts: what a compiled contract ships as.
//!
//! [`ContractArtifact::from_json`] takes both JSON forms: the compiler's output, as npm packages
//! carry it, and the form in which dapps send artifacts to wallets (Aztec 4.1.2, stdlib
//! `loadContractArtifact`, `ContractArtifactSchema`). `Serialize` writes the second form.
//!
//! Bytecode is kept once, as bytes. Sources and debug symbols, which only error messages need and
//! which make up most of an artifact, are left out unless asked for ([`DebugData`]).

mod bytes;
mod canonical;
mod debug;
mod load;
mod raw;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::abi::{AbiError, AbiType, AbiTypeError, ExportedValue, FunctionAbi, FunctionType};
use crate::field::{Fr, ParseFieldError};
use crate::selector::{FunctionSelector, SelectorError};

pub use bytes::Base64Bytes;
pub(crate) use canonical::Utf16Sorted;
pub use debug::{
    DebugError, DebugInfo, DebugSymbols, FileId, Location, LocationNode, LocationTree, SourceFile,
    Span,
};

/// The function that all public calls go through.
pub const PUBLIC_DISPATCH: &str = "public_dispatch";

/// Whether sources and debug symbols are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DebugData {
    /// Left out.
    #[default]
    Drop,
    /// Kept, compressed as they came.
    Keep,
}

/// A compiled contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractArtifact {
    /// The name.
    pub name: String,
    /// The functions with code: private ones, utilities and the public dispatcher.
    pub functions: Vec<FunctionArtifact>,
    /// The public functions behind the dispatcher.
    pub non_dispatch_public_functions: Vec<FunctionAbi>,
    /// What else the contract exports.
    pub outputs: ContractOutputs,
    /// Where the contract's state variables are.
    pub storage_layout: BTreeMap<String, StorageField>,
    /// The sources; empty when left out.
    pub file_map: BTreeMap<FileId, SourceFile>,
}

/// A function with its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionArtifact {
    /// How it is called.
    #[serde(flatten)]
    pub abi: FunctionAbi,
    /// The code: a gzipped ACIR program, for the public dispatcher the AVM's bytecode.
    pub bytecode: Base64Bytes,
    /// The verification key of a private function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_key: Option<Base64Bytes>,
    /// Maps the code to the sources; empty when left out.
    pub debug_symbols: DebugSymbols,
}

/// Types and constants that a contract exports. The members are in alphabetical order, which the
/// artifact hash relies on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ContractOutputs {
    /// Constants by their tag; `storage` is the storage layout.
    #[serde(serialize_with = "canonical::utf16_sorted")]
    pub globals: BTreeMap<String, Vec<ExportedValue>>,
    /// Types by their tag: `events` and `functions`, sorted by path in descending order.
    #[serde(serialize_with = "canonical::utf16_sorted")]
    pub structs: BTreeMap<String, Vec<AbiType>>,
}

/// Where a state variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageField {
    /// Its first slot.
    pub slot: Fr,
}

/// Why an artifact was refused.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// It is no JSON of the expected shape, or is truncated.
    #[error("the artifact cannot be read at `{path}`")]
    Json {
        /// The place in the document.
        path: String,
        /// The JSON parser's reason, with line and column.
        source: serde_json::Error,
    },
    /// A member that the artifact's form needs is missing.
    #[error("{owner}: `{member}` is missing")]
    Missing {
        /// The contract or function.
        owner: String,
        /// The member.
        member: &'static str,
    },
    /// The compiler's output was not transpiled to public bytecode.
    #[error("contract `{contract}`: its public bytecode has not been transpiled")]
    NotTranspiled {
        /// The contract.
        contract: String,
    },
    /// A function is neither private nor public nor a utility.
    #[error("function `{function}` is neither private nor public nor a utility")]
    UnknownFunctionType {
        /// The function.
        function: String,
    },
    /// A parameter passed over the databus, which contracts cannot have.
    #[error("function `{function}`: parameter `{parameter}` has the visibility `databus`")]
    DatabusParameter {
        /// The function.
        function: String,
        /// The parameter.
        parameter: String,
    },
    /// A type was not understood.
    #[error("function or export `{owner}`")]
    Type {
        /// The function or group of exports.
        owner: String,
        /// What is wrong with the type.
        source: AbiTypeError,
    },
    /// A state variable's slot is malformed.
    #[error("storage layout: `{variable}` has no readable slot")]
    Slot {
        /// The state variable.
        variable: String,
        /// What is wrong with it.
        #[source]
        source: Option<ParseFieldError>,
    },
    /// A function has no selector.
    #[error("function `{function}`")]
    Selector {
        /// The function.
        function: String,
        /// Why not.
        source: SelectorError,
    },
    /// There is no such function.
    #[error("contract `{contract}` has no function `{function}`")]
    UnknownFunction {
        /// The contract.
        contract: String,
        /// The name or selector asked for.
        function: String,
    },
    /// The function asked for as constructor is none.
    #[error("function `{function}` is not an initializer")]
    NotAnInitializer {
        /// The function.
        function: String,
    },
    /// Arguments do not fit the function.
    #[error("function `{function}`")]
    Arguments {
        /// The function.
        function: String,
        /// What is wrong with them.
        source: AbiError,
    },
}

impl ContractArtifact {
    /// The same without its sources and what maps the code to them: what a class id is made of, and what
    /// is executed.
    #[must_use]
    pub fn without_debug_data(mut self) -> Self {
        self.file_map.clear();
        for function in &mut self.functions {
            function.debug_symbols = DebugSymbols::default();
        }
        self
    }
}

impl FunctionArtifact {
    /// The selector.
    pub fn selector(&self) -> Result<FunctionSelector, ArtifactError> {
        selector_of(&self.abi)
    }
}

fn selector_of(abi: &FunctionAbi) -> Result<FunctionSelector, ArtifactError> {
    abi.selector().map_err(|source| ArtifactError::Selector {
        function: abi.name.clone(),
        source,
    })
}

impl ContractArtifact {
    /// Reads either JSON form.
    pub fn from_json(json: &[u8], debug: DebugData) -> Result<Self, ArtifactError> {
        load::from_json(json, debug)
    }

    /// The ABIs of all functions, those behind the public dispatcher last.
    pub fn function_abis(&self) -> impl Iterator<Item = &FunctionAbi> {
        let with_code = self.functions.iter().map(|function| &function.abi);
        with_code.chain(&self.non_dispatch_public_functions)
    }

    /// The functions of one kind that have code.
    pub fn functions_of(&self, kind: FunctionType) -> impl Iterator<Item = &FunctionArtifact> {
        self.functions
            .iter()
            .filter(move |function| function.abi.function_type == kind)
    }

    /// The public dispatcher's bytecode; empty for a contract without public functions.
    #[must_use]
    pub fn packed_bytecode(&self) -> &[u8] {
        self.functions_of(FunctionType::Public)
            .next()
            .map_or(&[], |function| function.bytecode.as_slice())
    }

    /// The function with code of this name.
    pub fn function(&self, name: &str) -> Result<&FunctionArtifact, ArtifactError> {
        let mut functions = self.functions.iter();
        functions
            .find(|function| function.abi.name == name)
            .ok_or_else(|| self.unknown(name))
    }

    /// The ABI of the function of this name.
    pub fn function_abi(&self, name: &str) -> Result<&FunctionAbi, ArtifactError> {
        self.function_abis()
            .find(|abi| abi.name == name)
            .ok_or_else(|| self.unknown(name))
    }

    /// The function with code of this selector.
    pub fn function_by_selector(
        &self,
        selector: FunctionSelector,
    ) -> Result<&FunctionArtifact, ArtifactError> {
        let mut functions = self.functions.iter();
        functions
            .find(|function| function.abi.selector() == Ok(selector))
            .ok_or_else(|| self.unknown(&selector.to_string()))
    }

    /// The ABI of the function of this selector.
    pub fn function_abi_by_selector(
        &self,
        selector: FunctionSelector,
    ) -> Result<&FunctionAbi, ArtifactError> {
        self.function_abis()
            .find(|abi| abi.selector() == Ok(selector))
            .ok_or_else(|| self.unknown(&selector.to_string()))
    }

    /// The event types that the contract exports.
    pub fn events(&self) -> &[AbiType] {
        self.outputs
            .structs
            .get("events")
            .map_or(&[], Vec::as_slice)
    }

    /// The constructor that is meant when none is named; `None` if the contract has none
    /// (Aztec 4.1.2, stdlib `getDefaultInitializer`): among several the one called `constructor`, else
    /// `initializer`, else one without parameters, else a private one, else the first.
    #[must_use]
    pub fn default_initializer(&self) -> Option<&FunctionAbi> {
        let rank = |abi: &FunctionAbi| match abi.name.as_str() {
            "constructor" => 0,
            "initializer" => 1,
            _ if abi.parameters.is_empty() => 2,
            _ if abi.function_type == FunctionType::Private => 3,
            _ => 4,
        };
        let initializers = self.function_abis().filter(|abi| abi.is_initializer);
        initializers.min_by_key(|abi| rank(abi))
    }

    /// The constructor of this name.
    pub fn initializer(&self, name: &str) -> Result<&FunctionAbi, ArtifactError> {
        let abi = self.function_abi(name)?;
        if abi.is_initializer {
            return Ok(abi);
        }
        let function = name.to_owned();
        Err(ArtifactError::NotAnInitializer { function })
    }

    fn unknown(&self, function: &str) -> ArtifactError {
        ArtifactError::UnknownFunction {
            contract: self.name.clone(),
            function: function.to_owned(),
        }
    }
}

impl<'de> Deserialize<'de> for ContractArtifact {
    /// Either JSON form, with sources and debug symbols left out.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        load::deserialize(deserializer)
    }
}
