use super::PackError;
use core::fmt;
use pixie_primitives::Fr;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::io::Read as _;

/// The version of the format that this code writes and reads.
pub const FORMAT: u32 = 1;

/// No resource unpacks to more than this many bytes; an index that says otherwise is refused.
pub const MAX_UNPACKED: u64 = 64 << 20;

/// What a resource is for; sets are shipped and loaded separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceSet {
    /// The client protocol circuits, whose witnesses are proved.
    Protocol,
    /// Their forms without constraints, for networks that accept an empty proof.
    Simulated,
    /// Account and protocol contracts, and a few more.
    Contracts,
}

impl ResourceSet {
    /// All sets.
    pub const ALL: [Self; 3] = [Self::Protocol, Self::Simulated, Self::Contracts];

    /// The set of a protocol circuit.
    #[must_use]
    pub fn of_circuit(name: &str) -> Self {
        if name.contains("_simulated") {
            Self::Simulated
        } else {
            Self::Protocol
        }
    }
}

impl fmt::Display for ResourceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Protocol => "protocol",
            Self::Simulated => "simulated",
            Self::Contracts => "contracts",
        })
    }
}

/// The table of contents of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    /// [`FORMAT`].
    pub format: u32,
    /// The Aztec version that the resources belong to.
    pub protocol_version: String,
    /// The leaves of the tree of verification keys (zeros follow them): hashes of the keys of all
    /// protocol circuits, in the order of the tree.
    pub verification_key_tree: Vec<Fr>,
    /// The resources, ordered by set and name.
    pub resources: Vec<Entry>,
}

/// One resource of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The set it belongs to.
    pub set: ResourceSet,
    /// Its name, unique within the set: for circuits the artifact's (such as
    /// `private_kernel_init`), for contracts the contract's.
    pub name: String,
    /// Bytes of the packed file.
    pub packed_size: u64,
    /// Bytes after unpacking.
    pub size: u64,
    /// SHA-256 of the packed file, 64 hexadecimal digits.
    pub sha256: String,
}

impl Entry {
    /// The resource's path inside the pack.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}.cbor.zst", self.set, self.name)
    }

    /// Describes a packed file that unpacks to so many bytes.
    #[must_use]
    pub fn describe(set: ResourceSet, name: &str, packed: &[u8], size: u64) -> Self {
        Self {
            set,
            name: name.to_owned(),
            packed_size: packed.len() as u64,
            size,
            sha256: crate::hex::encode(&Sha256::digest(packed)),
        }
    }

    /// Checks a packed file against this entry and decodes it.
    ///
    /// # Errors
    /// If the file is not the one described or cannot be decoded.
    pub fn unpack<T: DeserializeOwned>(&self, packed: &[u8]) -> Result<T, PackError> {
        let name = || self.name.clone();
        if crate::hex::encode(&Sha256::digest(packed)) != self.sha256 {
            return Err(PackError::Checksum { name: name() });
        }
        let size_error = || PackError::Size {
            name: name(),
            expected: self.size,
        };
        if self.size > MAX_UNPACKED {
            return Err(size_error());
        }
        let decoder = ruzstd::decoding::StreamingDecoder::new(packed).map_err(|error| {
            PackError::Decompress {
                name: name(),
                source: std::io::Error::other(error.to_string()),
            }
        })?;
        let mut bytes = Vec::with_capacity(self.size as usize);
        decoder
            .take(self.size + 1)
            .read_to_end(&mut bytes)
            .map_err(|source| PackError::Decompress {
                name: name(),
                source,
            })?;
        if bytes.len() as u64 != self.size {
            return Err(size_error());
        }
        ciborium::from_reader(bytes.as_slice()).map_err(|source| PackError::Decode {
            name: name(),
            source,
        })
    }
}

impl Index {
    /// Reads an `index.json`.
    ///
    /// # Errors
    /// [`PackError::Index`] and [`PackError::Format`].
    pub fn parse(json: &[u8]) -> Result<Self, PackError> {
        #[derive(Deserialize)]
        struct Versioned {
            format: u32,
        }
        let Versioned { format } = serde_json::from_slice(json).map_err(PackError::Index)?;
        if format != FORMAT {
            return Err(PackError::Format { found: format });
        }
        serde_json::from_slice(json).map_err(PackError::Index)
    }

    /// Finds a resource.
    ///
    /// # Errors
    /// [`PackError::Unknown`].
    pub fn entry(&self, set: ResourceSet, name: &str) -> Result<&Entry, PackError> {
        self.resources
            .iter()
            .find(|entry| entry.set == set && entry.name == name)
            .ok_or_else(|| PackError::Unknown {
                name: name.to_owned(),
                set,
            })
    }
}
