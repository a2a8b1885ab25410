use serde::{Deserialize, Serialize};

use super::artifact_hash::{
    ArtifactHashPreimage, CodeTree, artifact_node_hash, function_artifact_hash,
};
use super::class::{
    PrivateFunction, PrivateFunctionsRoot, function_node_hash, private_functions,
    private_functions_tree,
};
use super::tree::root_from_path;
use super::{ArtifactHash, ContractError, function_metadata_hash};
use crate::abi::FunctionType;
use crate::artifact::{Base64Bytes, ContractArtifact};
use crate::field::Fr;
use crate::json;
use crate::selector::FunctionSelector;

/// Proves that a private function belongs to a class: by its verification key in the tree that
/// circuits know, and by its code in the artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateFunctionMembershipProof {
    /// The hash of the artifact's name and outputs.
    pub artifact_metadata_hash: Fr,
    /// The hash of the function's return types.
    pub function_metadata_hash: Fr,
    /// The root of the tree of utility functions' code.
    pub utility_functions_tree_root: Fr,
    /// Siblings in the tree of private functions.
    pub private_function_tree_sibling_path: Vec<Fr>,
    /// Place in the tree of private functions.
    #[serde(with = "json::number")]
    pub private_function_tree_leaf_index: u64,
    /// Siblings in the tree of private functions' code.
    pub artifact_tree_sibling_path: Vec<Fr>,
    /// Place in the tree of private functions' code.
    #[serde(with = "json::number")]
    pub artifact_tree_leaf_index: u64,
}

/// Proves that a utility function belongs to a class's artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UtilityFunctionMembershipProof {
    /// The hash of the artifact's name and outputs.
    pub artifact_metadata_hash: Fr,
    /// The hash of the function's return types.
    pub function_metadata_hash: Fr,
    /// The root of the tree of private functions' code.
    pub private_functions_artifact_tree_root: Fr,
    /// Siblings in the tree of utility functions' code.
    pub artifact_tree_sibling_path: Vec<Fr>,
    /// Place in the tree of utility functions' code.
    #[serde(with = "json::number")]
    pub artifact_tree_leaf_index: u64,
}

/// A published private function with its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutablePrivateFunction {
    /// Selector and verification key.
    #[serde(flatten)]
    pub function: PrivateFunction,
    /// The code.
    pub bytecode: Base64Bytes,
    /// The proof that it belongs to the class.
    #[serde(flatten)]
    pub proof: PrivateFunctionMembershipProof,
}

/// A published utility function with its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UtilityFunction {
    /// The selector.
    pub selector: FunctionSelector,
    /// The code.
    pub bytecode: Base64Bytes,
    /// The proof that it belongs to the class.
    #[serde(flatten)]
    pub proof: UtilityFunctionMembershipProof,
}

impl ContractArtifact {
    /// A private function with the proof that it belongs to the artifact's class
    /// (Aztec 4.1.2, stdlib `createPrivateFunctionMembershipProof`).
    pub fn prove_private_function(
        &self,
        selector: FunctionSelector,
    ) -> Result<ExecutablePrivateFunction, ContractError> {
        let kind = "private";
        let unknown = || ContractError::UnknownFunction { kind, selector };
        let mut candidates = self.functions_of(FunctionType::Private);
        let artifact = candidates
            .find(|function| function.abi.selector() == Ok(selector))
            .ok_or_else(unknown)?;
        let functions = private_functions(self)?;
        let index = functions
            .iter()
            .position(|function| function.selector == selector)
            .ok_or_else(unknown)?;
        let tree = private_functions_tree(&functions)?;
        let code = CodeTree::new(self, FunctionType::Private)?;
        let (artifact_tree_leaf_index, artifact_tree_sibling_path) =
            code.path(selector).ok_or_else(unknown)?;
        let preimage = self.artifact_hash_preimage()?;
        Ok(ExecutablePrivateFunction {
            function: functions[index],
            bytecode: artifact.bytecode.clone(),
            proof: PrivateFunctionMembershipProof {
                artifact_metadata_hash: preimage.metadata_hash,
                function_metadata_hash: function_metadata_hash(artifact)?,
                utility_functions_tree_root: preimage.utility_function_root,
                private_function_tree_sibling_path: tree.sibling_path(index),
                private_function_tree_leaf_index: index as u64,
                artifact_tree_sibling_path,
                artifact_tree_leaf_index,
            },
        })
    }

    /// A utility function with the proof that it belongs to the artifact
    /// (stdlib `createUtilityFunctionMembershipProof`).
    pub fn prove_utility_function(
        &self,
        selector: FunctionSelector,
    ) -> Result<UtilityFunction, ContractError> {
        let kind = "utility";
        let unknown = || ContractError::UnknownFunction { kind, selector };
        let mut candidates = self.functions_of(FunctionType::Utility);
        let artifact = candidates
            .find(|function| function.abi.selector() == Ok(selector))
            .ok_or_else(unknown)?;
        let code = CodeTree::new(self, FunctionType::Utility)?;
        let (artifact_tree_leaf_index, artifact_tree_sibling_path) =
            code.path(selector).ok_or_else(unknown)?;
        let preimage = self.artifact_hash_preimage()?;
        Ok(UtilityFunction {
            selector,
            bytecode: artifact.bytecode.clone(),
            proof: UtilityFunctionMembershipProof {
                artifact_metadata_hash: preimage.metadata_hash,
                function_metadata_hash: function_metadata_hash(artifact)?,
                private_functions_artifact_tree_root: preimage.private_function_root,
                artifact_tree_sibling_path,
                artifact_tree_leaf_index,
            },
        })
    }
}

impl ExecutablePrivateFunction {
    /// Whether the function belongs to the class with this artifact hash and this root
    /// (stdlib `isValidPrivateFunctionMembershipProof`).
    #[must_use]
    pub fn belongs_to(&self, artifact: ArtifactHash, root: PrivateFunctionsRoot) -> bool {
        let proof = &self.proof;
        let functions_root = root_from_path(
            self.function.leaf(),
            &proof.private_function_tree_sibling_path,
            proof.private_function_tree_leaf_index,
            function_node_hash,
        );
        let code_root = root_from_path(
            function_artifact_hash(
                self.function.selector,
                proof.function_metadata_hash,
                self.bytecode.as_slice(),
            ),
            &proof.artifact_tree_sibling_path,
            proof.artifact_tree_leaf_index,
            artifact_node_hash,
        );
        let preimage = ArtifactHashPreimage {
            private_function_root: code_root,
            utility_function_root: proof.utility_functions_tree_root,
            metadata_hash: proof.artifact_metadata_hash,
        };
        functions_root == root.to_field() && preimage.hash() == artifact
    }
}

impl UtilityFunction {
    /// Whether the function belongs to the artifact with this hash
    /// (stdlib `isValidUtilityFunctionMembershipProof`).
    #[must_use]
    pub fn belongs_to(&self, artifact: ArtifactHash) -> bool {
        let proof = &self.proof;
        let code_root = root_from_path(
            function_artifact_hash(
                self.selector,
                proof.function_metadata_hash,
                self.bytecode.as_slice(),
            ),
            &proof.artifact_tree_sibling_path,
            proof.artifact_tree_leaf_index,
            artifact_node_hash,
        );
        let preimage = ArtifactHashPreimage {
            private_function_root: proof.private_functions_artifact_tree_root,
            utility_function_root: code_root,
            metadata_hash: proof.artifact_metadata_hash,
        };
        preimage.hash() == artifact
    }
}
