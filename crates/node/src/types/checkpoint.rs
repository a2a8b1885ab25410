use pixie_primitives::block::{AppendOnlyTreeSnapshot, CheckpointNumber, SlotNumber};
use pixie_primitives::effect::L2Block;
use pixie_primitives::gas::GasFees;
use pixie_primitives::{AztecAddress, EthAddress, Fr};
use serde::{Deserialize, Serialize};

/// The header of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointHeader {
    /// The root of the archive before the checkpoint.
    pub last_archive_root: Fr,
    /// Commits to the headers of its blocks.
    pub block_headers_hash: Fr,
    /// Commits to the data published for it.
    pub blobs_hash: Fr,
    /// Commits to the messages from L1 that it takes in.
    pub in_hash: Fr,
    /// Commits to the messages to L1 of its epoch so far.
    pub epoch_out_hash: Fr,
    /// The slot in which it was proposed.
    pub slot_number: SlotNumber,
    /// The time of its blocks, in seconds since 1970.
    #[serde(with = "pixie_primitives::json::bigint")]
    pub timestamp: u64,
    /// Who receives the block reward.
    pub coinbase: EthAddress,
    /// Who receives the fees.
    pub fee_recipient: AztecAddress,
    /// The price of gas.
    pub gas_fees: GasFees,
    /// The sum of the execution gas.
    pub total_mana_used: Fr,
}

/// The blocks of one slot, published together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checkpoint {
    /// The archive after the checkpoint.
    pub archive: AppendOnlyTreeSnapshot,
    /// The header.
    pub header: CheckpointHeader,
    /// The blocks, in order.
    pub blocks: Vec<L2Block>,
    /// The number.
    pub number: CheckpointNumber,
    /// By how much the proposer moves the price of the fee asset, in basis points.
    #[serde(with = "signed_bigint")]
    pub fee_asset_price_modifier: i64,
}

/// Where on L1 something was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct L1PublishedData {
    /// The number of the block on L1.
    #[serde(with = "pixie_primitives::json::bigint")]
    pub block_number: u64,
    /// The time of that block, in seconds since 1970.
    #[serde(with = "pixie_primitives::json::bigint")]
    pub timestamp: u64,
    /// The hash of that block, as text.
    pub block_hash: String,
}

/// The signature of a member of the committee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitteeAttestation {
    /// The member.
    pub address: EthAddress,
    /// The signature as the node writes it; a wallet does not check it.
    pub signature: String,
}

/// A checkpoint and where it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedCheckpoint {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Where on L1.
    pub l1: L1PublishedData,
    /// Who attested to it.
    pub attestations: Vec<CommitteeAttestation>,
}

/// A block and where its checkpoint was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointedBlock {
    /// The number of the checkpoint.
    pub checkpoint_number: CheckpointNumber,
    /// The block.
    pub block: L2Block,
    /// Where on L1.
    pub l1: L1PublishedData,
    /// Who attested to the checkpoint.
    pub attestations: Vec<CommitteeAttestation>,
}

/// An integer with a sign, written as decimal text.
mod signed_bigint {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &i64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Number(i64),
            Text(String),
        }
        match Form::deserialize(from)? {
            Form::Number(number) => Ok(number),
            Form::Text(text) => text.parse().map_err(serde::de::Error::custom),
        }
    }
}
