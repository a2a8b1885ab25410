//! What transactions did: their effects, as blocks carry them, and the bodies of blocks.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::block::{
    AppendOnlyTreeSnapshot, BlockHash, BlockHeader, BlockNumber, CheckpointNumber, InBlock,
};
use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes, write_vec};
use crate::constants::{
    MAX_CONTRACT_CLASS_LOGS_PER_TX, MAX_L2_TO_L1_MSGS_PER_TX, MAX_NOTE_HASHES_PER_TX,
    MAX_NULLIFIERS_PER_TX, MAX_PRIVATE_LOGS_PER_TX, MAX_TOTAL_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX,
};
use crate::field::Fr;
use crate::logs::{ContractClassLog, PrivateLog, PublicLog};
use crate::tx::TxHash;
use crate::{bytes_in_order, fields_in_order};

/// Which phases of a transaction's public part were reverted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum RevertCode {
    /// None.
    #[default]
    Ok = 0,
    /// The application phase.
    AppLogicReverted = 1,
    /// The teardown phase.
    TeardownReverted = 2,
    /// Both.
    BothReverted = 3,
}

impl RevertCode {
    /// Whether nothing was reverted.
    #[must_use]
    pub const fn is_ok(self) -> bool {
        matches!(self, Self::Ok)
    }
}

impl TryFrom<u64> for RevertCode {
    type Error = DecodeError;

    fn try_from(value: u64) -> Result<Self, DecodeError> {
        match value {
            0 => Ok(Self::Ok),
            1 => Ok(Self::AppLogicReverted),
            2 => Ok(Self::TeardownReverted),
            3 => Ok(Self::BothReverted),
            _ => Err(DecodeError::UnknownValue {
                what: "revert code",
                value,
            }),
        }
    }
}

impl ToBytes for RevertCode {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        out.push(*self as u8);
    }
}

impl FromBytes for RevertCode {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        u64::from(reader.read::<u8>()?).try_into()
    }
}

impl Serialize for RevertCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self as u8)
    }
}

impl<'de> Deserialize<'de> for RevertCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer)?
            .try_into()
            .map_err(serde::de::Error::custom)
    }
}

/// A value written to a leaf of the public data tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicDataWrite {
    /// The slot of the leaf: the contract's slot, siloed by the contract.
    pub leaf_slot: Fr,
    /// The new value.
    pub value: Fr,
}
bytes_in_order!(PublicDataWrite { leaf_slot, value });
fields_in_order!(PublicDataWrite { leaf_slot, value });

/// All that a transaction changed and logged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxEffect {
    /// Which phases were reverted.
    pub revert_code: RevertCode,
    /// The transaction.
    pub tx_hash: TxHash,
    /// The fee paid, in the smallest unit of fee juice.
    pub transaction_fee: Fr,
    /// The unique note hashes created.
    pub note_hashes: Vec<Fr>,
    /// The siloed nullifiers emitted; the first one is unique to the transaction.
    pub nullifiers: Vec<Fr>,
    /// The hashes of the messages to L1.
    #[serde(rename = "l2ToL1Msgs")]
    pub l2_to_l1_msgs: Vec<Fr>,
    /// The public data written.
    pub public_data_writes: Vec<PublicDataWrite>,
    /// The private logs.
    pub private_logs: Vec<PrivateLog>,
    /// The public logs.
    pub public_logs: Vec<PublicLog>,
    /// The contract class logs.
    pub contract_class_logs: Vec<ContractClassLog>,
}

/// Writes a 1-byte count and the values. No list of a transaction exceeds its limit, all of which
/// fit into a byte.
fn write_short_vec<T: ToBytes>(values: &[T], out: &mut Vec<u8>) {
    out.push(values.len() as u8);
    values.iter().for_each(|value| value.write_bytes(out));
}

fn read_short_vec<T: FromBytes>(
    reader: &mut ByteReader<'_>,
    what: &'static str,
    limit: usize,
) -> Result<Vec<T>, DecodeError> {
    let actual = usize::from(reader.read::<u8>()?);
    if actual > limit {
        return Err(DecodeError::TooMany {
            what,
            limit,
            actual,
        });
    }
    (0..actual).map(|_| reader.read()).collect()
}

impl ToBytes for TxEffect {
    /// Aztec 4.1.2, stdlib `TxEffect.toBuffer`.
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.revert_code.write_bytes(out);
        self.tx_hash.write_bytes(out);
        self.transaction_fee.write_bytes(out);
        write_short_vec(&self.note_hashes, out);
        write_short_vec(&self.nullifiers, out);
        write_short_vec(&self.l2_to_l1_msgs, out);
        write_short_vec(&self.public_data_writes, out);
        write_short_vec(&self.private_logs, out);
        write_vec(&self.public_logs, out);
        write_short_vec(&self.contract_class_logs, out);
    }
}

impl FromBytes for TxEffect {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            revert_code: reader.read()?,
            tx_hash: reader.read()?,
            transaction_fee: reader.read()?,
            note_hashes: read_short_vec(reader, "note hashes", MAX_NOTE_HASHES_PER_TX)?,
            nullifiers: read_short_vec(reader, "nullifiers", MAX_NULLIFIERS_PER_TX)?,
            l2_to_l1_msgs: read_short_vec(reader, "messages to L1", MAX_L2_TO_L1_MSGS_PER_TX)?,
            public_data_writes: read_short_vec(
                reader,
                "public data writes",
                MAX_TOTAL_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX,
            )?,
            private_logs: read_short_vec(reader, "private logs", MAX_PRIVATE_LOGS_PER_TX)?,
            public_logs: reader.vec("public logs")?,
            contract_class_logs: read_short_vec(
                reader,
                "contract class logs",
                MAX_CONTRACT_CLASS_LOGS_PER_TX,
            )?,
        })
    }
}

/// The effect of a transaction and its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexedTxEffect {
    /// The effect.
    pub data: TxEffect,
    /// The number of the block.
    pub l2_block_number: BlockNumber,
    /// The hash of the block.
    pub l2_block_hash: BlockHash,
    /// The index of the transaction in the block.
    #[serde(with = "crate::json::number")]
    pub tx_index_in_block: u32,
}

impl IndexedTxEffect {
    /// The block.
    #[must_use]
    pub const fn in_block(&self) -> InBlock {
        InBlock {
            l2_block_number: self.l2_block_number,
            l2_block_hash: self.l2_block_hash,
        }
    }
}

/// What a block contains.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockBody {
    /// The effects of its transactions, in order.
    pub tx_effects: Vec<TxEffect>,
}

/// A block of the layer 2.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct L2Block {
    /// The archive, the tree of block hashes, after this block.
    pub archive: AppendOnlyTreeSnapshot,
    /// The header.
    pub header: BlockHeader,
    /// The transactions.
    pub body: BlockBody,
    /// The checkpoint that the block belongs to.
    pub checkpoint_number: CheckpointNumber,
    /// The index of the block in the checkpoint.
    #[serde(with = "crate::json::number")]
    pub index_within_checkpoint: u32,
}

impl L2Block {
    /// The number of the block.
    #[must_use]
    pub const fn number(&self) -> BlockNumber {
        self.header.global_variables.block_number
    }
}

impl ToBytes for BlockBody {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        write_vec(&self.tx_effects, out);
    }
}

impl FromBytes for BlockBody {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            tx_effects: reader.vec("transactions of a block")?,
        })
    }
}
bytes_in_order!(L2Block {
    header,
    archive,
    body,
    checkpoint_number,
    index_within_checkpoint
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn field() -> impl Strategy<Value = Fr> {
        any::<u64>().prop_map(Fr::from)
    }

    fn effect() -> impl Strategy<Value = TxEffect> {
        let fields = || prop::collection::vec(field(), 0..5);
        let writes = prop::collection::vec(
            (field(), field()).prop_map(|(leaf_slot, value)| PublicDataWrite { leaf_slot, value }),
            0..4,
        );
        let private = prop::collection::vec(
            prop::collection::vec(field(), 0..16)
                .prop_map(|emitted| PrivateLog::from_emitted(&emitted).unwrap()),
            0..3,
        );
        let public = prop::collection::vec(
            (field(), fields()).prop_map(|(address, fields)| PublicLog {
                contract_address: crate::AztecAddress::from_field(address),
                fields,
            }),
            0..3,
        );
        (
            (0u64..4, field(), field()),
            (fields(), fields(), fields()),
            (writes, private, public),
        )
            .prop_map(|(start, hashes, rest)| TxEffect {
                revert_code: start.0.try_into().unwrap(),
                tx_hash: TxHash::from_field(start.1),
                transaction_fee: start.2,
                note_hashes: hashes.0,
                nullifiers: hashes.1,
                l2_to_l1_msgs: hashes.2,
                public_data_writes: rest.0,
                private_logs: rest.1,
                public_logs: rest.2,
                contract_class_logs: Vec::new(),
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn effects_survive_their_encodings(effects in prop::collection::vec(effect(), 0..3)) {
            let block = L2Block { body: BlockBody { tx_effects: effects }, ..L2Block::default() };
            prop_assert_eq!(&L2Block::from_bytes(&block.to_bytes()).unwrap(), &block);
            let json = serde_json::to_string(&block).unwrap();
            prop_assert_eq!(&serde_json::from_str::<L2Block>(&json).unwrap(), &block);
        }

        #[test]
        fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = TxEffect::from_bytes(&bytes);
            let _ = L2Block::from_bytes(&bytes);
        }
    }

    #[test]
    fn unknown_revert_codes_are_refused() {
        assert!(serde_json::from_str::<RevertCode>("4").is_err());
        assert!(RevertCode::from_bytes(&[4]).is_err());
        assert_eq!(
            serde_json::from_str::<RevertCode>("2").unwrap(),
            RevertCode::TeardownReverted
        );
    }

    #[test]
    fn too_many_items_are_refused() {
        let mut bytes = TxEffect::default().to_bytes();
        bytes[65] = 65;
        bytes.resize(10_000, 0);
        assert_eq!(
            TxEffect::from_bytes(&bytes),
            Err(DecodeError::TooMany {
                what: "note hashes",
                limit: 64,
                actual: 65
            })
        );
    }
}
