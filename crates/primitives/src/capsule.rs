//! Capsules: data that a wallet hands to a contract while it executes, outside of its arguments.

use crate::address::AztecAddress;
use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes, write_vec};
use crate::field::Fr;
use crate::hash::StorageSlot;
use crate::hex_of_bytes;

/// Data for a contract under a slot (Aztec 4.1.2, stdlib `Capsule`). Text and JSON form are the
/// hexadecimal of the binary form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Capsule {
    /// The contract that may read it.
    pub contract_address: AztecAddress,
    /// Where the contract looks for it.
    pub storage_slot: StorageSlot,
    /// The data.
    pub data: Vec<Fr>,
}

impl ToBytes for Capsule {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.contract_address.write_bytes(out);
        self.storage_slot.write_bytes(out);
        write_vec(&self.data, out);
    }
}

impl FromBytes for Capsule {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contract_address: reader.read()?,
            storage_slot: reader.read()?,
            data: reader.vec("Capsule.data")?,
        })
    }
}

hex_of_bytes!(Capsule);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn round_trips(contract: u32, slot: u128, data in prop::collection::vec(any::<u128>(), 0..9)) {
            let capsule = Capsule {
                contract_address: AztecAddress::from(contract),
                storage_slot: StorageSlot::from_field(Fr::from(slot)),
                data: data.into_iter().map(Fr::from).collect(),
            };
            prop_assert_eq!(Capsule::from_bytes(&capsule.to_bytes()), Ok(capsule.clone()));
            let json = serde_json::to_string(&capsule).unwrap();
            prop_assert_eq!(serde_json::from_str::<Capsule>(&json).unwrap(), capsule);
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            let _ = Capsule::from_bytes(&bytes);
        }
    }

    #[test]
    fn a_count_beyond_the_input_is_refused() {
        let mut bytes = vec![0; 64];
        bytes.extend([0xff; 4]);
        assert!(matches!(
            Capsule::from_bytes(&bytes),
            Err(DecodeError::TooMany { .. })
        ));
    }
}
