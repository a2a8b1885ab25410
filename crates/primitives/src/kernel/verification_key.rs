use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes};
use crate::constants::{MEGA_VK_LENGTH_IN_FIELDS, VK_TREE_HEIGHT};
use crate::field::Fr;
use crate::fields_in_order;
use crate::hash::hash_verification_key;
use crate::json::json_as_base64;

/// The verification key of a private function or kernel circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationKey {
    /// The elements of the key.
    pub key: Box<[Fr; MEGA_VK_LENGTH_IN_FIELDS]>,
    /// Their hash.
    pub hash: Fr,
}
fields_in_order!(VerificationKey { key, hash });
json_as_base64!(VerificationKey);

impl VerificationKey {
    /// Reads the elements of a key, 32 bytes each, and hashes them.
    pub fn from_element_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let key: Box<[Fr; MEGA_VK_LENGTH_IN_FIELDS]> = FromBytes::from_bytes(bytes)?;
        let hash = hash_verification_key(&key[..]);
        Ok(Self { key, hash })
    }

    /// The elements of the key, 32 bytes each.
    #[must_use]
    pub fn element_bytes(&self) -> Vec<u8> {
        self.key.to_bytes()
    }
}

impl Default for VerificationKey {
    fn default() -> Self {
        Self {
            key: Box::new([Fr::ZERO; MEGA_VK_LENGTH_IN_FIELDS]),
            hash: Fr::ZERO,
        }
    }
}

impl ToBytes for VerificationKey {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        (MEGA_VK_LENGTH_IN_FIELDS as u32).write_bytes(out);
        self.key.write_bytes(out);
        self.hash.write_bytes(out);
    }
}

impl FromBytes for VerificationKey {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        let count: u32 = reader.read()?;
        if count as usize != MEGA_VK_LENGTH_IN_FIELDS {
            return Err(DecodeError::UnknownValue {
                what: "length of a verification key",
                value: count.into(),
            });
        }
        Ok(Self {
            key: reader.read()?,
            hash: reader.read()?,
        })
    }
}

/// The verification key of a kernel circuit and its membership in the tree of all such keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VkData {
    /// The key.
    pub vk: VerificationKey,
    /// The index of the circuit in the tree.
    pub leaf_index: u32,
    /// The siblings from the leaf to the root.
    pub sibling_path: [Fr; VK_TREE_HEIGHT],
}
fields_in_order!(VkData {
    vk,
    leaf_index,
    sibling_path
});
