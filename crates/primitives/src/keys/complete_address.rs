use super::{
    MasterSecretKeys, PartialAddress, Preaddress, PublicKeys, SecretKey, compute_address,
    compute_preaddress,
};
use crate::address::AztecAddress;
use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes};
use crate::hex_of_bytes;

/// An address with what it was made of. The parts always agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CompleteAddress {
    address: AztecAddress,
    public_keys: PublicKeys,
    partial_address: PartialAddress,
}

/// An address is not the one that its keys and partial address make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the address {given} does not follow from its keys and partial address, which make {derived}"
)]
pub struct AddressMismatch {
    /// The address given.
    pub given: AztecAddress,
    /// The address that follows.
    pub derived: AztecAddress,
}

impl CompleteAddress {
    /// The address that keys and partial address make.
    #[must_use]
    pub fn derive(public_keys: PublicKeys, partial_address: PartialAddress) -> Self {
        Self {
            address: compute_address(&public_keys, partial_address),
            public_keys,
            partial_address,
        }
    }

    /// The address that a secret key and a partial address make.
    #[must_use]
    pub fn from_secret_key(secret_key: &SecretKey, partial_address: PartialAddress) -> Self {
        Self::derive(
            MasterSecretKeys::derive(secret_key).public_keys(),
            partial_address,
        )
    }

    /// Takes the parts if they agree (Aztec 4.1.2, stdlib `CompleteAddress.create`).
    pub fn new(
        address: AztecAddress,
        public_keys: PublicKeys,
        partial_address: PartialAddress,
    ) -> Result<Self, AddressMismatch> {
        let complete = Self::derive(public_keys, partial_address);
        if complete.address == address {
            Ok(complete)
        } else {
            Err(AddressMismatch {
                given: address,
                derived: complete.address,
            })
        }
    }

    /// The address.
    #[must_use]
    pub const fn address(&self) -> AztecAddress {
        self.address
    }

    /// The public keys.
    #[must_use]
    pub const fn public_keys(&self) -> &PublicKeys {
        &self.public_keys
    }

    /// The partial address.
    #[must_use]
    pub const fn partial_address(&self) -> PartialAddress {
        self.partial_address
    }

    /// The preaddress.
    #[must_use]
    pub fn preaddress(&self) -> Preaddress {
        compute_preaddress(self.public_keys.hash(), self.partial_address)
    }
}

impl ToBytes for CompleteAddress {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.address.write_bytes(out);
        self.public_keys.write_bytes(out);
        self.partial_address.write_bytes(out);
    }
}

impl FromBytes for CompleteAddress {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self::new(reader.read()?, reader.read()?, reader.read()?)?)
    }
}

hex_of_bytes!(CompleteAddress);
