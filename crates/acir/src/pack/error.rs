use super::{FORMAT, ResourceSet};
use crate::decode::DecodeError;
use pixie_primitives::DecodeError as ValueError;
use pixie_primitives::artifact::ArtifactError;

/// Why a resource cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The index is of a format that this code does not know.
    #[error("the index has format {found}, this program reads format {FORMAT}")]
    Format {
        /// The format found.
        found: u32,
    },
    /// The index is not what the format says.
    #[error("the index of resources is malformed")]
    Index(#[source] serde_json::Error),
    /// There is no such resource.
    #[error("there is no resource {name} in the set {set}")]
    Unknown {
        /// Name asked for.
        name: String,
        /// Set asked for.
        set: ResourceSet,
    },
    /// The file is not the one that the index describes.
    #[error("the resource {name} is damaged: its checksum differs from the index")]
    Checksum {
        /// Name of the resource.
        name: String,
    },
    /// The file unpacks to another size than the index says.
    #[error("the resource {name} does not unpack to the {expected} bytes that the index promises")]
    Size {
        /// Name of the resource.
        name: String,
        /// Bytes promised.
        expected: u64,
    },
    /// The compressed data is malformed.
    #[error("the resource {name} cannot be decompressed")]
    Decompress {
        /// Name of the resource.
        name: String,
        /// The decoder's reason.
        #[source]
        source: std::io::Error,
    },
    /// The unpacked data is malformed.
    #[error("the resource {name} cannot be decoded")]
    Decode {
        /// Name of the resource.
        name: String,
        /// The decoder's reason.
        #[source]
        source: ciborium::de::Error<std::io::Error>,
    },
    /// A circuit's artifact is not JSON or lacks members.
    #[error("the artifact of a protocol circuit cannot be read")]
    Json(#[from] serde_json::Error),
    /// A circuit's bytecode is not base64 or not gzip.
    #[error("the bytecode of a protocol circuit cannot be read")]
    Bytecode(#[from] DecodeError),
    /// A verification key has the wrong length or elements that are none of the field.
    #[error("a verification key is malformed")]
    VerificationKey(#[from] ValueError),
    /// A verification key does not have the hash that its artifact states.
    #[error("a verification key does not have the hash that its artifact states")]
    VerificationKeyHash,
    /// A hexadecimal number is malformed.
    #[error("{member} is not a hexadecimal number")]
    Hex {
        /// The member of the artifact.
        member: &'static str,
    },
    /// The list of verification keys does not have as many nodes as a tree of its height.
    #[error("the tree of verification keys has {found} nodes, not {expected}")]
    KeyTree {
        /// Nodes found.
        found: usize,
        /// Nodes of a full tree.
        expected: usize,
    },
    /// A contract's artifact is malformed.
    #[error(transparent)]
    Contract(#[from] ArtifactError),
    /// A packed contract has not as many bytecodes as functions.
    #[error("contract {name}: {bytecodes} bytecodes for {functions} functions")]
    Bytecodes {
        /// The contract.
        name: String,
        /// Number of bytecodes.
        bytecodes: usize,
        /// Number of functions.
        functions: usize,
    },
}
