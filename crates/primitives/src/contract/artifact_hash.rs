use std::io;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::ContractError;
use super::tree::Tree;
use crate::abi::FunctionType;
use crate::artifact::{ContractArtifact, ContractOutputs, FunctionArtifact};
use crate::field::Fr;
use crate::field_newtype;
use crate::selector::FunctionSelector;

field_newtype!(
    /// Commits to everything in an artifact that a wallet relies on: names, types and the code of
    /// private and utility functions.
    ArtifactHash
);

/// The version of the hash, absorbed first.
const VERSION: u8 = 1;

/// What an artifact hash is made of (Aztec 4.1.2, stdlib `computeArtifactHashPreimage`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArtifactHashPreimage {
    /// The root of the tree of private functions' code.
    pub private_function_root: Fr,
    /// The root of the tree of utility functions' code.
    pub utility_function_root: Fr,
    /// The hash of name and outputs.
    pub metadata_hash: Fr,
}

impl ArtifactHashPreimage {
    /// The hash (stdlib `computeArtifactHash`).
    #[must_use]
    pub fn hash(&self) -> ArtifactHash {
        let mut hasher = Sha256::new_with_prefix([VERSION]);
        hasher.update(self.private_function_root.to_be_bytes());
        hasher.update(self.utility_function_root.to_be_bytes());
        hasher.update(self.metadata_hash.to_be_bytes());
        ArtifactHash::from_field(reduce(hasher))
    }
}

impl ContractArtifact {
    /// The artifact hash.
    pub fn artifact_hash(&self) -> Result<ArtifactHash, ContractError> {
        Ok(self.artifact_hash_preimage()?.hash())
    }

    /// What the artifact hash is made of.
    pub fn artifact_hash_preimage(&self) -> Result<ArtifactHashPreimage, ContractError> {
        let root = |kind| CodeTree::new(self, kind).map(|tree| tree.root());
        Ok(ArtifactHashPreimage {
            private_function_root: root(FunctionType::Private)?,
            utility_function_root: root(FunctionType::Utility)?,
            metadata_hash: metadata_hash(self)?,
        })
    }
}

/// The tree of the code of all functions of one kind, ordered by selector
/// (stdlib `computeArtifactFunctionTree`).
pub(super) struct CodeTree {
    selectors: Vec<FunctionSelector>,
    tree: Option<Tree>,
}

impl CodeTree {
    pub(super) fn new(
        artifact: &ContractArtifact,
        kind: FunctionType,
    ) -> Result<Self, ContractError> {
        let mut leaves = artifact
            .functions_of(kind)
            .map(|function| {
                let selector = function.selector()?;
                let metadata = function_metadata_hash(function)?;
                let code = function.bytecode.as_slice();
                Ok((selector, function_artifact_hash(selector, metadata, code)))
            })
            .collect::<Result<Vec<_>, ContractError>>()?;
        leaves.sort_by_key(|(selector, _)| *selector);
        let (selectors, leaves): (Vec<_>, Vec<_>) = leaves.into_iter().unzip();
        let height = Tree::height_for(leaves.len());
        let tree =
            (!leaves.is_empty()).then(|| Tree::new(height, leaves, Fr::ZERO, artifact_node_hash));
        Ok(Self { selectors, tree })
    }

    /// The root; zero without functions.
    pub(super) fn root(&self) -> Fr {
        self.tree.as_ref().map_or(Fr::ZERO, Tree::root)
    }

    /// The place of a function and the siblings on its way to the root.
    pub(super) fn path(&self, selector: FunctionSelector) -> Option<(u64, Vec<Fr>)> {
        let index = self.selectors.iter().position(|other| *other == selector)?;
        Some((index as u64, self.tree.as_ref()?.sibling_path(index)))
    }
}

/// The hash of the types that a function returns (stdlib `computeFunctionMetadataHash`).
pub fn function_metadata_hash(function: &FunctionArtifact) -> Result<Fr, ContractError> {
    hash_json(&function.abi.return_types)
}

/// A leaf of the code tree (stdlib `computeFunctionArtifactHash`).
pub(super) fn function_artifact_hash(
    selector: FunctionSelector,
    metadata: Fr,
    bytecode: &[u8],
) -> Fr {
    let code = reduce(Sha256::new_with_prefix(bytecode));
    let mut hasher = Sha256::new_with_prefix([VERSION]);
    hasher.update(selector.value().to_be_bytes());
    hasher.update(metadata.to_be_bytes());
    hasher.update(code.to_be_bytes());
    reduce(hasher)
}

/// A node of the code tree (stdlib `getArtifactMerkleTreeHasher`).
pub(super) fn artifact_node_hash(left: Fr, right: Fr) -> Fr {
    let mut hasher = Sha256::new_with_prefix(left.to_be_bytes());
    hasher.update(right.to_be_bytes());
    reduce(hasher)
}

fn metadata_hash(artifact: &ContractArtifact) -> Result<Fr, ContractError> {
    #[derive(Serialize)]
    struct Metadata<'a> {
        name: &'a str,
        outputs: &'a ContractOutputs,
    }
    hash_json(&Metadata {
        name: &artifact.name,
        outputs: &artifact.outputs,
    })
}

/// The digest reduced modulo the field's order. Unlike the protocol's other SHA-256 hashes it is not
/// cut to 31 bytes.
fn reduce(hasher: Sha256) -> Fr {
    Fr::from_be_bytes_reduced(&hasher.finalize())
}

/// The hash of a value's JSON without white space and with members in alphabetical order, which is
/// how ABI types and [`ContractOutputs`] serialise (stdlib uses `json-stringify-deterministic`).
fn hash_json(value: &impl Serialize) -> Result<Fr, ContractError> {
    struct Writer(Sha256);
    impl io::Write for Writer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut writer = Writer(Sha256::new());
    serde_json::to_writer(&mut writer, value)?;
    Ok(reduce(writer.0))
}
