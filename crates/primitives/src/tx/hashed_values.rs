use serde::{Deserialize, Serialize};

use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes, write_vec};
use crate::field::Fr;
use crate::hash::{compute_calldata_hash, compute_var_args_hash};

/// Arguments, return values or calldata with the hash by which circuits name them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct HashedValues {
    /// The values.
    pub values: Vec<Fr>,
    /// Their hash, as claimed; see [`Self::is_args`] and [`Self::is_calldata`].
    pub hash: Fr,
}

impl HashedValues {
    /// Hashes the arguments or return values of a private function.
    #[must_use]
    pub fn from_args(values: Vec<Fr>) -> Self {
        let hash = compute_var_args_hash(&values);
        Self { values, hash }
    }

    /// Hashes the calldata of a public function: its selector and its arguments.
    #[must_use]
    pub fn from_calldata(values: Vec<Fr>) -> Self {
        let hash = compute_calldata_hash(&values);
        Self { values, hash }
    }

    /// Whether the hash is that of the values as arguments or return values.
    #[must_use]
    pub fn is_args(&self) -> bool {
        compute_var_args_hash(&self.values) == self.hash
    }

    /// Whether the hash is that of the values as calldata.
    #[must_use]
    pub fn is_calldata(&self) -> bool {
        compute_calldata_hash(&self.values) == self.hash
    }
}

impl ToBytes for HashedValues {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        write_vec(&self.values, out);
        self.hash.write_bytes(out);
    }
}

impl FromBytes for HashedValues {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            values: reader.vec("hashed values")?,
            hash: reader.read()?,
        })
    }
}
