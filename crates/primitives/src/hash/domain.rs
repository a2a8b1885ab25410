//! Hashes of calls, messages, storage and logs (Aztec 4.1.2, stdlib `hash`).

use super::{poseidon2_hash, poseidon2_hash_with_separator, sha256_fields_to_field};
use crate::address::{AztecAddress, EthAddress};
use crate::constants::DomainSeparator;
use crate::field::Fr;
use crate::field_newtype;
use crate::note::SiloedNullifier;
use crate::note::{Nullifier, silo_nullifier};

field_newtype!(
    /// A slot of a contract's storage.
    StorageSlot
);
field_newtype!(
    /// Where a contract's storage slot is kept in the public data tree.
    PublicDataTreeLeafSlot
);
field_newtype!(
    /// The hash of a message from L1 to L2, its leaf in the message tree.
    L1ToL2MessageHash
);
field_newtype!(
    /// The hash of a message from L2 to L1.
    L2ToL1MessageHash
);
field_newtype!(
    /// The hash of a secret that unlocks a message or a note.
    SecretHash
);

/// The hash of a private function's encoded arguments; zero without arguments
/// (stdlib `computeVarArgsHash`).
#[must_use]
pub fn compute_var_args_hash(arguments: &[Fr]) -> Fr {
    if arguments.is_empty() {
        Fr::ZERO
    } else {
        poseidon2_hash_with_separator(arguments, DomainSeparator::FunctionArgs)
    }
}

/// The hash of a public call's calldata, selector first (stdlib `computeCalldataHash`).
#[must_use]
pub fn compute_calldata_hash(calldata: &[Fr]) -> Fr {
    poseidon2_hash_with_separator(calldata, DomainSeparator::PublicCalldata)
}

/// The hash of a verification key's elements (stdlib `hashVK`).
#[must_use]
pub fn hash_verification_key(key: &[Fr]) -> Fr {
    poseidon2_hash(key)
}

/// The hash under which a secret is committed to (stdlib `computeSecretHash`).
#[must_use]
pub fn compute_secret_hash(secret: Fr) -> SecretHash {
    SecretHash::from_field(poseidon2_hash_with_separator(
        &[secret],
        DomainSeparator::SecretHash,
    ))
}

/// The first field of a private log as it appears in a transaction's effects
/// (stdlib `computeSiloedPrivateLogFirstField`).
#[must_use]
pub fn compute_siloed_private_log_first_field(contract: AztecAddress, field: Fr) -> Fr {
    poseidon2_hash_with_separator(
        &[contract.to_field(), field],
        DomainSeparator::PrivateLogFirstField,
    )
}

/// Where a contract's storage slot is kept in the public data tree
/// (stdlib `computePublicDataTreeLeafSlot`).
#[must_use]
pub fn compute_public_data_tree_leaf_slot(
    contract: AztecAddress,
    slot: StorageSlot,
) -> PublicDataTreeLeafSlot {
    PublicDataTreeLeafSlot::from_field(poseidon2_hash_with_separator(
        &[contract.to_field(), slot.to_field()],
        DomainSeparator::PublicLeafSlot,
    ))
}

/// The slot of a map's entry (stdlib `deriveStorageSlotInMap`).
#[must_use]
pub fn derive_storage_slot_in_map(map: StorageSlot, key: impl Into<Fr>) -> StorageSlot {
    StorageSlot::from_field(poseidon2_hash_with_separator(
        &[map.to_field(), key.into()],
        DomainSeparator::PublicStorageMapSlot,
    ))
}

/// The nullifier that consuming a message from L1 emits (stdlib `computeL1ToL2MessageNullifier`).
#[must_use]
pub fn compute_l1_to_l2_message_nullifier(
    contract: AztecAddress,
    message: L1ToL2MessageHash,
    secret: Fr,
) -> SiloedNullifier {
    let inner = poseidon2_hash_with_separator(
        &[message.to_field(), secret],
        DomainSeparator::MessageNullifier,
    );
    silo_nullifier(contract, Nullifier::from_field(inner))
}

/// What a message from L2 to L1 says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct L2ToL1MessagePreimage {
    /// The contract that sends it.
    pub l2_sender: AztecAddress,
    /// Who may consume it on L1.
    pub l1_recipient: EthAddress,
    /// The content, or a hash of it.
    pub content: Fr,
    /// The rollup's version.
    pub rollup_version: Fr,
    /// The L1 chain.
    pub chain_id: Fr,
}

impl L2ToL1MessagePreimage {
    /// The hash of the message (stdlib `computeL2ToL1MessageHash`).
    #[must_use]
    pub fn hash(&self) -> L2ToL1MessageHash {
        use crate::codec::ToBytes;
        let mut bytes = Vec::with_capacity(148);
        self.l2_sender.write_bytes(&mut bytes);
        self.rollup_version.write_bytes(&mut bytes);
        // The recipient takes 20 bytes here, not 32.
        self.l1_recipient.write_bytes(&mut bytes);
        self.chain_id.write_bytes(&mut bytes);
        self.content.write_bytes(&mut bytes);
        L2ToL1MessageHash::from_field(super::sha256_to_field(&bytes))
    }
}

/// A message from L1 to L2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct L1ToL2Message {
    /// The contract that sent it on L1.
    pub sender: EthAddress,
    /// The chain that it was sent on.
    pub sender_chain_id: Fr,
    /// Who may consume it.
    pub recipient: AztecAddress,
    /// The version of the rollup that it is for.
    pub recipient_version: Fr,
    /// The content, or a hash of it.
    pub content: Fr,
    /// The hash of the secret that consuming it takes; zero when anybody may.
    pub secret_hash: SecretHash,
    /// Its index in the message tree.
    pub index: Fr,
}

impl L1ToL2Message {
    /// The hash of the message (stdlib `L1ToL2Message.hash`).
    #[must_use]
    pub fn hash(&self) -> L1ToL2MessageHash {
        L1ToL2MessageHash::from_field(sha256_fields_to_field(&[
            self.sender.to_field(),
            self.sender_chain_id,
            self.recipient.to_field(),
            self.recipient_version,
            self.content,
            self.secret_hash.to_field(),
            self.index,
        ]))
    }
}
