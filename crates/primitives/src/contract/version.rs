use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes};

/// The version of the structures for classes and instances; there is only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ContractVersion;

impl ContractVersion {
    /// The version as a number.
    pub const NUMBER: u8 = 1;
}

impl Serialize for ContractVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(Self::NUMBER)
    }
}

impl<'de> Deserialize<'de> for ContractVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            1 => Ok(Self),
            other => Err(serde::de::Error::custom(format_args!(
                "contract version {other} is unknown"
            ))),
        }
    }
}

impl ToBytes for ContractVersion {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        out.push(Self::NUMBER);
    }
}

impl FromBytes for ContractVersion {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        match reader.read::<u8>()? {
            Self::NUMBER => Ok(Self),
            other => Err(DecodeError::UnknownValue {
                what: "contract version",
                value: other.into(),
            }),
        }
    }
}
