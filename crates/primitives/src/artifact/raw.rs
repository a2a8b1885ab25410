use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Base64Bytes, FileId, SourceFile, StorageField};
use crate::abi::{ErrorSelector, ExportedValue, FunctionType, RawType};

/// An artifact in either form before it is known which. `D` and `F` say what becomes of debug symbols
/// and sources: kept or skipped without being read.
#[derive(Deserialize)]
pub(super) struct RawArtifact<D, F> {
    pub(super) name: String,
    pub(super) transpiled: Option<bool>,
    pub(super) functions: Vec<RawFunction<D>>,
    #[serde(rename = "nonDispatchPublicFunctions")]
    pub(super) non_dispatch_public_functions: Option<Vec<RawFunction<D>>>,
    pub(super) outputs: RawOutputs,
    #[serde(rename = "storageLayout")]
    pub(super) storage_layout: Option<BTreeMap<String, StorageField>>,
    #[serde(alias = "file_map", rename = "fileMap")]
    pub(super) file_map: Option<F>,
}

pub(super) type KeptFiles = BTreeMap<FileId, SourceFile>;

#[derive(Deserialize)]
pub(super) struct RawOutputs {
    #[serde(default)]
    pub(super) structs: BTreeMap<String, Vec<RawType>>,
    #[serde(default)]
    pub(super) globals: BTreeMap<String, Vec<ExportedValue>>,
}

/// A function in either form: the compiler's has `abi` and `custom_attributes`, the other
/// `functionType` and its companions.
#[derive(Deserialize)]
pub(super) struct RawFunction<D> {
    pub(super) name: String,
    pub(super) bytecode: Option<Base64Bytes>,
    #[serde(alias = "verification_key", rename = "verificationKey")]
    pub(super) verification_key: Option<Base64Bytes>,
    #[serde(alias = "debug_symbols", rename = "debugSymbols")]
    pub(super) debug_symbols: Option<D>,

    pub(super) custom_attributes: Option<Vec<String>>,
    pub(super) abi: Option<RawAbi>,

    #[serde(rename = "functionType")]
    pub(super) function_type: Option<FunctionType>,
    #[serde(rename = "isOnlySelf")]
    pub(super) is_only_self: Option<bool>,
    #[serde(rename = "isStatic")]
    pub(super) is_static: Option<bool>,
    #[serde(rename = "isInitializer")]
    pub(super) is_initializer: Option<bool>,
    pub(super) parameters: Option<Vec<RawType>>,
    #[serde(rename = "returnTypes")]
    pub(super) return_types: Option<Vec<RawType>>,
    #[serde(rename = "errorTypes")]
    pub(super) error_types: Option<BTreeMap<ErrorSelector, RawType>>,
}

#[derive(Deserialize)]
pub(super) struct RawAbi {
    pub(super) parameters: Vec<RawType>,
    pub(super) return_type: Option<RawReturnType>,
    #[serde(default)]
    pub(super) error_types: BTreeMap<ErrorSelector, RawType>,
}

#[derive(Deserialize)]
pub(super) struct RawReturnType {
    pub(super) abi_type: RawType,
}
