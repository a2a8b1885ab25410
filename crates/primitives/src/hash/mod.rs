//! Hash functions and the hashes that the protocol defines with them.

mod domain;
mod pedersen;
pub mod poseidon2;
mod sha;

pub use domain::{
    L1ToL2Message, L1ToL2MessageHash, L2ToL1MessageHash, L2ToL1MessagePreimage,
    PublicDataTreeLeafSlot, SecretHash, StorageSlot, compute_calldata_hash,
    compute_l1_to_l2_message_nullifier, compute_public_data_tree_leaf_slot, compute_secret_hash,
    compute_siloed_private_log_first_field, compute_var_args_hash, derive_storage_slot_in_map,
    hash_verification_key,
};
pub use pedersen::{derive_generator, pedersen_commit, pedersen_hash};
pub use poseidon2::{
    Poseidon2Hasher, poseidon2_hash, poseidon2_hash_bytes, poseidon2_hash_with_separator,
};
pub use sha::{sha256, sha256_fields_to_field, sha256_to_field, sha512_to_grumpkin_scalar};
