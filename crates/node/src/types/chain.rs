use pixie_primitives::block::{BlockHash, BlockNumber, CheckpointNumber, InBlock};
use serde::{Deserialize, Serialize};

/// A block by number and hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlockId {
    /// The number.
    pub number: BlockNumber,
    /// The hash.
    pub hash: BlockHash,
}

/// A checkpoint by number and hash.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CheckpointId {
    /// The number.
    pub number: CheckpointNumber,
    /// The hash, as text.
    pub hash: String,
}

/// The end of a chain: its last block and the checkpoint of that.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tip {
    /// The last block.
    pub block: BlockId,
    /// Its checkpoint.
    pub checkpoint: CheckpointId,
}

/// How far the chain has come, by certainty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct L2Tips {
    /// The last block proposed; it may be pruned.
    pub proposed: BlockId,
    /// The last block of which a checkpoint is on L1; it may be pruned.
    pub checkpointed: Tip,
    /// The last block proven; it goes only if L1 reorganises.
    pub proven: Tip,
    /// The last block that is final.
    pub finalized: Tip,
}

/// How far the node's state has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorldStateSyncStatus {
    /// The last block processed.
    pub latest_block_number: BlockNumber,
    /// Its hash, as text.
    pub latest_block_hash: String,
    /// The last final block.
    pub finalized_block_number: BlockNumber,
    /// The oldest block whose state can be queried.
    pub oldest_historic_block_number: BlockNumber,
    /// Whether the trees agree with each other.
    pub trees_are_synched: bool,
}

/// The trees of the state, numbered as the node numbers them
/// (Aztec 4.1.2, stdlib `MerkleTreeId`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum MerkleTreeId {
    /// Nullifiers.
    Nullifier = 0,
    /// Note hashes.
    NoteHash = 1,
    /// Public data.
    PublicData = 2,
    /// Messages from L1.
    L1ToL2Message = 3,
    /// Block hashes.
    Archive = 4,
}

impl<'de> Deserialize<'de> for MerkleTreeId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            0 => Ok(Self::Nullifier),
            1 => Ok(Self::NoteHash),
            2 => Ok(Self::PublicData),
            3 => Ok(Self::L1ToL2Message),
            4 => Ok(Self::Archive),
            _ => Err(serde::de::Error::custom("there are five trees, 0 to 4")),
        }
    }
}

impl Serialize for MerkleTreeId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self as u8)
    }
}

/// Where a leaf is, and the block that inserted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeafLocation {
    /// The index of the leaf.
    #[serde(rename = "data", with = "pixie_primitives::json::bigint")]
    pub index: u64,
    /// The number of the block.
    pub l2_block_number: BlockNumber,
    /// The hash of the block.
    pub l2_block_hash: BlockHash,
}

impl LeafLocation {
    /// The block.
    #[must_use]
    pub const fn in_block(&self) -> InBlock {
        InBlock {
            l2_block_number: self.l2_block_number,
            l2_block_hash: self.l2_block_hash,
        }
    }
}
