//! Addresses on Aztec and on Ethereum.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::codec::{
    ByteReader, DecodeError, FieldReader, FromBytes, FromFields, ToBytes, ToFields,
};
use crate::field::{Fr, ParseFieldError};
use crate::field_newtype;

field_newtype!(
    /// The address of a contract or account: the x coordinate of a point on Grumpkin.
    ///
    /// An address whose value is no such coordinate can be mentioned, but nothing can be encrypted
    /// to it.
    AztecAddress
);

field_newtype!(
    /// The id of a contract class: a hash of its artifact, private functions and public bytecode.
    ContractClassId
);

impl From<AztecAddress> for Fr {
    fn from(address: AztecAddress) -> Self {
        address.to_field()
    }
}

impl From<u32> for AztecAddress {
    /// The protocol's own contracts have small numbers as addresses.
    fn from(value: u32) -> Self {
        Self::from_field(Fr::from(value))
    }
}

/// An Ethereum address: 20 bytes, `0x` and 40 hexadecimal digits as text (no checksum case).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct EthAddress([u8; 20]);

impl EthAddress {
    /// The zero address.
    pub const ZERO: Self = Self([0; 20]);

    /// Wraps 20 bytes.
    #[must_use]
    pub const fn from_array(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The 20 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The address as a field element.
    #[must_use]
    pub fn to_field(self) -> Fr {
        Fr::from_be_bytes_reduced(&self.0)
    }

    /// Reads the address from a field element below 2^160.
    pub fn from_field(field: Fr) -> Result<Self, ParseFieldError> {
        let bytes = field.to_be_bytes();
        let (zeros, rest) = bytes.split_at(12);
        if zeros.iter().any(|byte| *byte != 0) {
            return Err(ParseFieldError::TooLarge {
                field: "EthAddress",
                target: "20 bytes",
            });
        }
        let mut address = [0; 20];
        address.copy_from_slice(rest);
        Ok(Self(address))
    }

    /// Whether this is the zero address.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0 == [0; 20]
    }
}

impl fmt::Display for EthAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for EthAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EthAddress({self})")
    }
}

impl FromStr for EthAddress {
    type Err = ParseFieldError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        let field = "EthAddress";
        if digits.len() != 40 {
            let actual = digits.len().div_ceil(2);
            return Err(ParseFieldError::Length {
                field,
                expected: 20,
                actual,
            });
        }
        let mut bytes = [0u8; 20];
        for (position, digit) in digits.bytes().enumerate() {
            let value = (digit as char)
                .to_digit(16)
                .ok_or(ParseFieldError::NotANumber { field })? as u8;
            bytes[position / 2] |= value << (4 * (1 - position % 2));
        }
        Ok(Self(bytes))
    }
}

impl Serialize for EthAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EthAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl ToBytes for EthAddress {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}

impl FromBytes for EthAddress {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        reader.array().map(Self)
    }
}

impl ToFields for EthAddress {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(self.to_field());
    }
}

impl FromFields for EthAddress {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self::from_field(reader.field()?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn eth_address_round_trips(bytes: [u8; 20]) {
            let address = EthAddress::from_array(bytes);
            prop_assert_eq!(address.to_string().parse(), Ok(address));
            prop_assert_eq!(EthAddress::from_bytes(&address.to_bytes()), Ok(address));
            prop_assert_eq!(EthAddress::from_fields(&address.to_fields()), Ok(address));
            let json = serde_json::to_string(&address).unwrap();
            prop_assert_eq!(serde_json::from_str::<EthAddress>(&json).unwrap(), address);
        }
    }

    #[test]
    fn eth_address_from_a_wide_field_is_refused() {
        assert!(EthAddress::from_field(-Fr::ONE).is_err());
        assert!("0x12".parse::<EthAddress>().is_err());
        assert!(
            "0xzz00000000000000000000000000000000000000"
                .parse::<EthAddress>()
                .is_err()
        );
    }
}
