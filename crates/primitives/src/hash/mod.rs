//! Hash functions and the hashes that the protocol defines with them.

pub mod poseidon2;

pub use poseidon2::{
    Poseidon2Hasher, poseidon2_hash, poseidon2_hash_bytes, poseidon2_hash_with_separator,
};
