use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::BlockHash;
use crate::codec::{
    ByteReader, DecodeError, FieldReader, FromBytes, FromFields, ToBytes, ToFields,
};
use crate::field::Fr;

macro_rules! number_newtype {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord,
            Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(#[serde(with = "crate::json::number")] pub u32);

        impl $name {
            /// Zero.
            pub const ZERO: Self = Self(0);

            /// The number after this one; the last one stays.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }

            /// The number before this one; zero stays.
            #[must_use]
            pub const fn previous(self) -> Self {
                Self(self.0.saturating_sub(1))
            }
        }

        impl From<u32> for $name {
            fn from(number: u32) -> Self {
                Self(number)
            }
        }

        impl From<$name> for u32 {
            fn from(number: $name) -> Self {
                number.0
            }
        }

        impl TryFrom<u128> for $name {
            type Error = std::num::TryFromIntError;

            fn try_from(number: u128) -> Result<Self, Self::Error> {
                u32::try_from(number).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl ToBytes for $name {
            fn write_bytes(&self, out: &mut Vec<u8>) {
                self.0.write_bytes(out);
            }
        }

        impl FromBytes for $name {
            fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
                reader.read().map(Self)
            }
        }

        impl ToFields for $name {
            fn write_fields(&self, out: &mut Vec<Fr>) {
                self.0.write_fields(out);
            }
        }

        impl FromFields for $name {
            fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
                reader.read().map(Self)
            }
        }
    )*};
}

number_newtype!(
    /// The number of a block; the genesis block is 0.
    BlockNumber,
    /// The number of a slot, in which one checkpoint can be proposed.
    SlotNumber,
    /// The number of an epoch.
    EpochNumber,
    /// The number of a checkpoint: the blocks of one slot, published together.
    CheckpointNumber,
);

/// A block named by its hash, by its number, or as the latest one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockParameter {
    /// The block that the node considers latest.
    Latest,
    /// The block of this number.
    Number(BlockNumber),
    /// The block of this hash, which may have been pruned.
    Hash(BlockHash),
}

impl From<BlockNumber> for BlockParameter {
    fn from(number: BlockNumber) -> Self {
        Self::Number(number)
    }
}

impl From<BlockHash> for BlockParameter {
    fn from(hash: BlockHash) -> Self {
        Self::Hash(hash)
    }
}

impl Serialize for BlockParameter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Latest => serializer.serialize_str("latest"),
            Self::Number(number) => number.serialize(serializer),
            Self::Hash(hash) => hash.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for BlockParameter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Number(u32),
            Text(String),
        }
        let bad = serde::de::Error::custom::<&str>;
        match Form::deserialize(deserializer)? {
            Form::Number(number) => Ok(Self::Number(BlockNumber(number))),
            Form::Text(text) if text == "latest" => Ok(Self::Latest),
            Form::Text(text) if text.bytes().all(|digit| digit.is_ascii_digit()) => {
                let number = text.parse().map_err(|_| bad("not a block number"))?;
                Ok(Self::Number(BlockNumber(number)))
            }
            Form::Text(text) => match text.parse() {
                Ok(hash) => Ok(Self::Hash(hash)),
                Err(_) => Err(bad("neither a block hash, nor a number, nor \"latest\"")),
            },
        }
    }
}

/// The block that something belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InBlock {
    /// The number of the block.
    pub l2_block_number: BlockNumber,
    /// The hash of the block.
    pub l2_block_hash: BlockHash,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_parameters_in_json() {
        let hash = BlockHash::from_field(Fr::from(7u8));
        for parameter in [BlockParameter::Latest, BlockNumber(12).into(), hash.into()] {
            let json = serde_json::to_string(&parameter).unwrap();
            assert_eq!(
                serde_json::from_str::<BlockParameter>(&json).unwrap(),
                parameter
            );
        }
        assert_eq!(
            serde_json::from_str::<BlockParameter>("\"12\"").unwrap(),
            BlockNumber(12).into()
        );
        assert!(serde_json::from_str::<BlockParameter>("\"newest\"").is_err());
        assert!(serde_json::from_str::<BlockParameter>("-1").is_err());
        assert!(serde_json::from_str::<BlockParameter>("\"99999999999\"").is_err());
    }

    #[test]
    fn numbers_are_read_as_numbers_and_as_text() {
        for json in ["5", "\"5\"", "\"0x05\""] {
            assert_eq!(
                serde_json::from_str::<SlotNumber>(json).unwrap(),
                SlotNumber(5)
            );
        }
        assert!(serde_json::from_str::<SlotNumber>("\"\"").is_err());
        assert!(serde_json::from_str::<SlotNumber>("1.5").is_err());
    }
}
