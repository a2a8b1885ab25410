use serde::{Deserialize, Serialize};

use super::{AppendOnlyTreeSnapshot, BlockHash, BlockNumber, SlotNumber, StateReference};
use crate::address::{AztecAddress, EthAddress};
use crate::codec::ToFields as _;
use crate::constants::DomainSeparator;
use crate::field::Fr;
use crate::gas::GasFees;
use crate::hash::poseidon2_hash_with_separator;
use crate::{bytes_in_order, fields_in_order};

/// What is the same for all transactions of a block.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GlobalVariables {
    /// The chain of the layer 1.
    pub chain_id: Fr,
    /// The version of the rollup.
    pub version: Fr,
    /// The number of the block.
    pub block_number: BlockNumber,
    /// The slot in which the block was proposed.
    #[serde(with = "slot_as_field")]
    pub slot_number: SlotNumber,
    /// The time of the block, in seconds since 1970.
    #[serde(with = "crate::json::bigint")]
    pub timestamp: u64,
    /// Who receives the block reward.
    pub coinbase: EthAddress,
    /// Who receives the fees.
    pub fee_recipient: AztecAddress,
    /// The price of gas.
    pub gas_fees: GasFees,
}
bytes_in_order!(GlobalVariables {
    chain_id,
    version,
    block_number,
    slot_number,
    timestamp,
    coinbase,
    fee_recipient,
    gas_fees
});
fields_in_order!(GlobalVariables {
    chain_id,
    version,
    block_number,
    slot_number,
    timestamp,
    coinbase,
    fee_recipient,
    gas_fees
});

/// The header of a block.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockHeader {
    /// The archive, the tree of block hashes, before this block.
    pub last_archive: AppendOnlyTreeSnapshot,
    /// The state after this block.
    pub state: StateReference,
    /// Commits to what the block published to the data layer.
    pub sponge_blob_hash: Fr,
    /// What is the same for all transactions of the block.
    pub global_variables: GlobalVariables,
    /// The sum of the fees of the block.
    pub total_fees: Fr,
    /// The sum of the execution gas of the block.
    pub total_mana_used: Fr,
}
bytes_in_order!(BlockHeader {
    last_archive,
    state,
    sponge_blob_hash,
    global_variables,
    total_fees,
    total_mana_used
});
fields_in_order!(BlockHeader {
    last_archive,
    state,
    sponge_blob_hash,
    global_variables,
    total_fees,
    total_mana_used
});

impl BlockHeader {
    /// The hash of the header (Aztec 4.1.2, stdlib `BlockHeader.hash`).
    #[must_use]
    pub fn hash(&self) -> BlockHash {
        BlockHash::from_field(poseidon2_hash_with_separator(
            &self.to_fields(),
            DomainSeparator::BlockHeaderHash,
        ))
    }

    /// The number of the block.
    #[must_use]
    pub const fn block_number(&self) -> BlockNumber {
        self.global_variables.block_number
    }

    /// The time of the block, in seconds since 1970.
    #[must_use]
    pub const fn timestamp(&self) -> u64 {
        self.global_variables.timestamp
    }
}

/// The reference writes the slot as a field element, and reads it as any number.
mod slot_as_field {
    use serde::{Deserializer, Serializer};

    use super::{Fr, SlotNumber};

    pub(super) fn serialize<S: Serializer>(slot: &SlotNumber, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&Fr::from(slot.0))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SlotNumber, D::Error> {
        crate::json::number::deserialize(from)
    }
}
