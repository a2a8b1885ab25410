use serde::{Deserialize, Serialize};

use super::tree::Tree;
use super::{
    ArtifactHash, ContractError, ContractVersion, ExecutablePrivateFunction, UtilityFunction,
};
use crate::abi::FunctionType;
use crate::address::ContractClassId;
use crate::artifact::{Base64Bytes, ContractArtifact, FunctionArtifact};
use crate::constants::{
    DomainSeparator, FUNCTION_TREE_HEIGHT, MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS,
    MEGA_VK_LENGTH_IN_FIELDS,
};
use crate::field::Fr;
use crate::field_newtype;
use crate::hash::{hash_verification_key, poseidon2_hash, poseidon2_hash_with_separator};
use crate::selector::FunctionSelector;
use crate::trees::MembershipWitness;

field_newtype!(
    /// The hash of a private function's verification key.
    VerificationKeyHash
);
field_newtype!(
    /// The root of the tree of a class's private functions.
    PrivateFunctionsRoot
);
field_newtype!(
    /// Commits to the bytecode of a class's public functions.
    PublicBytecodeCommitment
);

/// A private function as the kernel circuits know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateFunction {
    /// The selector.
    pub selector: FunctionSelector,
    /// The hash of the verification key.
    pub vk_hash: VerificationKeyHash,
}

/// The code of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractClass {
    /// The version of this structure.
    pub version: ContractVersion,
    /// The hash of the artifact.
    pub artifact_hash: ArtifactHash,
    /// The private functions, constructors included, ordered by selector.
    pub private_functions: Vec<PrivateFunction>,
    /// The bytecode of the public dispatcher, or nothing.
    pub packed_bytecode: Base64Bytes,
}

/// What a class id is the hash of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractClassIdPreimage {
    /// The hash of the artifact.
    pub artifact_hash: ArtifactHash,
    /// The root of the tree of private functions.
    pub private_functions_root: PrivateFunctionsRoot,
    /// The commitment to the public bytecode.
    pub public_bytecode_commitment: PublicBytecodeCommitment,
}

impl ContractClassIdPreimage {
    /// The class id (Aztec 4.1.2, stdlib `computeContractClassId`).
    #[must_use]
    pub fn id(&self) -> ContractClassId {
        ContractClassId::from_field(poseidon2_hash_with_separator(
            &[
                self.artifact_hash.to_field(),
                self.private_functions_root.to_field(),
                self.public_bytecode_commitment.to_field(),
            ],
            DomainSeparator::ContractClassId,
        ))
    }
}

/// A class with its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractClassWithId {
    /// The id.
    pub id: ContractClassId,
    /// The class.
    #[serde(flatten)]
    pub class: ContractClass,
}

/// A class as the node publishes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractClassPublic {
    /// The id.
    pub id: ContractClassId,
    /// The version of this structure.
    pub version: ContractVersion,
    /// The hash of the artifact.
    pub artifact_hash: ArtifactHash,
    /// The root of the tree of private functions.
    pub private_functions_root: PrivateFunctionsRoot,
    /// Those private functions that were published, each proving its place in the class.
    pub private_functions: Vec<ExecutablePrivateFunction>,
    /// Those utility functions that were published, each proving its place in the class.
    pub utility_functions: Vec<UtilityFunction>,
    /// The bytecode of the public dispatcher, or nothing.
    pub packed_bytecode: Base64Bytes,
}

impl ContractClassPublic {
    /// What the id must be the hash of.
    pub fn id_preimage(&self) -> Result<ContractClassIdPreimage, ContractError> {
        Ok(ContractClassIdPreimage {
            artifact_hash: self.artifact_hash,
            private_functions_root: self.private_functions_root,
            public_bytecode_commitment: compute_public_bytecode_commitment(
                self.packed_bytecode.as_slice(),
            )?,
        })
    }

    /// Whether the id is the one that the content hashes to. Published functions are checked apart.
    pub fn has_valid_id(&self) -> Result<bool, ContractError> {
        Ok(self.id_preimage()?.id() == self.id)
    }
}

impl ContractClass {
    /// The class of an artifact (stdlib `getContractClassFromArtifact`).
    pub fn from_artifact(artifact: &ContractArtifact) -> Result<Self, ContractError> {
        let actual = artifact.functions_of(FunctionType::Public).count();
        if actual > 1 {
            return Err(ContractError::PublicFunctions { actual });
        }
        Ok(Self {
            version: ContractVersion,
            artifact_hash: artifact.artifact_hash()?,
            private_functions: private_functions(artifact)?,
            packed_bytecode: artifact.packed_bytecode().to_vec().into(),
        })
    }

    /// What the id is the hash of.
    pub fn id_preimage(&self) -> Result<ContractClassIdPreimage, ContractError> {
        Ok(ContractClassIdPreimage {
            artifact_hash: self.artifact_hash,
            private_functions_root: private_functions_root(&self.private_functions)?,
            public_bytecode_commitment: compute_public_bytecode_commitment(
                self.packed_bytecode.as_slice(),
            )?,
        })
    }

    /// The class with its id.
    pub fn with_id(self) -> Result<ContractClassWithId, ContractError> {
        let id = self.id_preimage()?.id();
        Ok(ContractClassWithId { id, class: self })
    }
}

impl ContractArtifact {
    /// What the id of the artifact's class is the hash of, without copying any bytecode.
    pub fn class_id_preimage(&self) -> Result<ContractClassIdPreimage, ContractError> {
        let actual = self.functions_of(FunctionType::Public).count();
        if actual > 1 {
            return Err(ContractError::PublicFunctions { actual });
        }
        Ok(ContractClassIdPreimage {
            artifact_hash: self.artifact_hash()?,
            private_functions_root: private_functions_root(&private_functions(self)?)?,
            public_bytecode_commitment: compute_public_bytecode_commitment(self.packed_bytecode())?,
        })
    }

    /// The id of the artifact's class.
    pub fn class_id(&self) -> Result<ContractClassId, ContractError> {
        Ok(self.class_id_preimage()?.id())
    }
}

impl PrivateFunction {
    /// The function of an artifact (stdlib `getContractClassPrivateFunctionFromArtifact`).
    pub fn from_artifact(function: &FunctionArtifact) -> Result<Self, ContractError> {
        let name = || function.abi.name.clone();
        let key = function
            .verification_key
            .as_ref()
            .ok_or_else(|| ContractError::MissingVerificationKey { function: name() })?;
        // A key is a sequence of field elements in their binary form.
        let (elements, rest) = key.as_slice().as_chunks::<32>();
        if elements.len() != MEGA_VK_LENGTH_IN_FIELDS || !rest.is_empty() {
            return Err(ContractError::VerificationKeyLength {
                function: name(),
                expected: MEGA_VK_LENGTH_IN_FIELDS * Fr::SIZE_IN_BYTES,
                actual: key.as_slice().len(),
            });
        }
        let elements = elements
            .iter()
            .map(Fr::from_be_bytes)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|source| ContractError::VerificationKey {
                function: name(),
                source,
            })?;
        Ok(Self {
            selector: function.selector()?,
            vk_hash: VerificationKeyHash::from_field(hash_verification_key(&elements)),
        })
    }

    /// The function's leaf in the tree (stdlib `computePrivateFunctionLeaf`).
    pub(super) fn leaf(&self) -> Fr {
        poseidon2_hash_with_separator(
            &[self.selector.to_field(), self.vk_hash.to_field()],
            DomainSeparator::PrivateFunctionLeaf,
        )
    }
}

/// The private functions of an artifact, ordered by selector.
pub(super) fn private_functions(
    artifact: &ContractArtifact,
) -> Result<Vec<PrivateFunction>, ContractError> {
    let mut functions = artifact
        .functions_of(FunctionType::Private)
        .map(PrivateFunction::from_artifact)
        .collect::<Result<Vec<_>, _>>()?;
    functions.sort_by_key(|function| function.selector);
    Ok(functions)
}

/// A node of the tree of private functions.
pub(super) fn function_node_hash(left: Fr, right: Fr) -> Fr {
    poseidon2_hash(&[left, right])
}

/// The tree of private functions (stdlib `computePrivateFunctionsTree`).
pub(super) fn private_functions_tree(functions: &[PrivateFunction]) -> Result<Tree, ContractError> {
    let (maximum, actual) = (1 << FUNCTION_TREE_HEIGHT, functions.len());
    if actual > maximum {
        return Err(ContractError::PrivateFunctions { maximum, actual });
    }
    let mut sorted = functions.to_vec();
    sorted.sort_by_key(|function| function.selector);
    let leaves = sorted.iter().map(PrivateFunction::leaf).collect();
    let empty = poseidon2_hash(&[Fr::ZERO, Fr::ZERO]);
    Ok(Tree::new(
        FUNCTION_TREE_HEIGHT,
        leaves,
        empty,
        function_node_hash,
    ))
}

/// Proves that a private function belongs to the class with these private functions (Aztec 4.1.2,
/// pxe `PrivateFunctionsTree.getFunctionMembershipWitness`).
///
/// # Errors
/// [`ContractError::UnknownFunction`] if it is not among them, [`ContractError::PrivateFunctions`] if
/// they are too many.
pub fn private_function_witness(
    functions: &[PrivateFunction],
    selector: FunctionSelector,
) -> Result<MembershipWitness<FUNCTION_TREE_HEIGHT>, ContractError> {
    let unknown = || ContractError::UnknownFunction {
        kind: "private",
        selector,
    };
    let mut selectors: Vec<_> = functions.iter().map(|function| function.selector).collect();
    selectors.sort();
    let index = selectors
        .iter()
        .position(|other| *other == selector)
        .ok_or_else(unknown)?;
    let path = private_functions_tree(functions)?.sibling_path(index);
    Ok(MembershipWitness {
        leaf_index: index as u64,
        sibling_path: path.try_into().map_err(|_| unknown())?,
    })
}

fn private_functions_root(
    functions: &[PrivateFunction],
) -> Result<PrivateFunctionsRoot, ContractError> {
    let root = private_functions_tree(functions)?.root();
    Ok(PrivateFunctionsRoot::from_field(root))
}

/// The commitment to a class's public bytecode: the Poseidon2 hash of its runs of 31 bytes after a
/// separator that carries the length (Aztec 4.1.2, stdlib `computePublicBytecodeCommitment`).
pub fn compute_public_bytecode_commitment(
    packed_bytecode: &[u8],
) -> Result<PublicBytecodeCommitment, ContractError> {
    const RUN: usize = Fr::SIZE_IN_BYTES - 1;
    // The length takes one of the fields that a class may have.
    let maximum = (MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS - 1) * RUN;
    let actual = packed_bytecode.len();
    if actual > maximum {
        return Err(ContractError::BytecodeTooLarge { maximum, actual });
    }
    let separator = u64::from(u32::from(DomainSeparator::PublicBytecode)) + ((actual as u64) << 32);
    let mut elements = Vec::with_capacity(1 + actual.div_ceil(RUN));
    elements.push(Fr::from(separator));
    elements.extend(packed_bytecode.chunks(RUN).map(|run| {
        let mut bytes = [0; RUN];
        bytes[..run.len()].copy_from_slice(run);
        Fr::from_be_bytes_reduced(&bytes)
    }));
    Ok(PublicBytecodeCommitment::from_field(poseidon2_hash(
        &elements,
    )))
}
