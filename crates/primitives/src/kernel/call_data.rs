use super::verification_key::VerificationKey;
use crate::constants::{FUNCTION_TREE_HEIGHT, PUBLIC_DATA_TREE_HEIGHT};
use crate::contract::{ArtifactHash, PublicBytecodeCommitment};
use crate::delayed::DelayedClassId;
use crate::fields_in_order;
use crate::keys::{PublicKeys, SaltedInitializationHash};
use crate::trees::{MembershipWitness, PublicDataTreeLeafPreimage};

/// What proves that a call ran a function of the contract called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateCallData {
    /// The verification key of the function.
    pub vk: VerificationKey,
    /// What leads from the key to the contract's address.
    pub verification_key_hints: PrivateVerificationKeyHints,
}
fields_in_order!(PrivateCallData {
    vk,
    verification_key_hints
});

/// What leads from the verification key of a function to the address of its contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateVerificationKeyHints {
    /// The instance's salted initialisation hash.
    pub salted_initialization_hash: SaltedInitializationHash,
    /// The instance's public keys.
    pub public_keys: PublicKeys,
    /// The class's artifact hash.
    pub contract_class_artifact_hash: ArtifactHash,
    /// The class's commitment to its public bytecode.
    pub contract_class_public_bytecode_commitment: PublicBytecodeCommitment,
    /// Where the function is in the class's tree of private functions.
    pub function_leaf_membership_witness: MembershipWitness<FUNCTION_TREE_HEIGHT>,
    /// Whether the class of the instance was updated.
    pub updated_class_id: UpdatedClassIdHints,
}
fields_in_order!(PrivateVerificationKeyHints {
    salted_initialization_hash,
    public_keys,
    contract_class_artifact_hash,
    contract_class_public_bytecode_commitment,
    function_leaf_membership_witness,
    updated_class_id
});

/// What proves which class an instance has in the anchor block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatedClassIdHints {
    /// Where the leaf is in the public data tree.
    pub witness: MembershipWitness<PUBLIC_DATA_TREE_HEIGHT>,
    /// The leaf of the hash of the delayed class id, or the one before the place where it would be.
    pub leaf: PublicDataTreeLeafPreimage,
    /// The delayed class id.
    pub values: DelayedClassId,
}
fields_in_order!(UpdatedClassIdHints {
    witness,
    leaf,
    values
});
