//! Poseidon2 over the BN254 scalar field: the sponge on the permutation of four elements.
//!
//! The sponge takes three elements per permutation. Its fourth element starts as the number of inputs
//! times 2^64, so that inputs of different lengths never collide (barretenberg's `FieldSponge`).

#[cfg(test)]
mod tests;

pub use pixie_field::poseidon2::{STATE_SIZE, permute};

use crate::Fr;
use crate::constants::DomainSeparator;

/// Elements absorbed per permutation.
pub const RATE: usize = 3;

/// The sponge, fed piece by piece, without an allocation.
///
/// The number of inputs is part of the hash and has to be known at the start.
#[derive(Clone)]
pub struct Poseidon2Hasher {
    state: [Fr; STATE_SIZE],
    position: usize,
    missing: usize,
}

/// The number of elements absorbed is not the number that was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the number of elements absorbed is not the number announced to the hasher")]
pub struct WrongInputLength;

impl Poseidon2Hasher {
    /// A hasher of exactly `length` elements.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let capacity = Fr::from((length as u128) << 64);
        Self {
            state: [Fr::ZERO, Fr::ZERO, Fr::ZERO, capacity],
            position: 0,
            missing: length,
        }
    }

    /// Absorbs one element.
    pub fn absorb(&mut self, element: Fr) -> Result<(), WrongInputLength> {
        self.missing = self.missing.checked_sub(1).ok_or(WrongInputLength)?;
        self.push(element);
        Ok(())
    }

    /// Absorbs elements in order.
    pub fn absorb_all(&mut self, elements: &[Fr]) -> Result<(), WrongInputLength> {
        elements
            .iter()
            .try_for_each(|element| self.absorb(*element))
    }

    /// The hash, once all elements announced were absorbed.
    pub fn finish(self) -> Result<Fr, WrongInputLength> {
        if self.missing == 0 {
            Ok(self.squeeze())
        } else {
            Err(WrongInputLength)
        }
    }

    #[inline]
    fn push(&mut self, element: Fr) {
        if self.position == RATE {
            self.state = permute(self.state);
            self.position = 0;
        }
        self.state[self.position] += element;
        self.position += 1;
    }

    fn squeeze(mut self) -> Fr {
        self.state = permute(self.state);
        self.state[0]
    }
}

/// Hashes elements (Aztec 4.1.2, foundation `poseidon2Hash`).
#[must_use]
pub fn poseidon2_hash(inputs: &[Fr]) -> Fr {
    let mut hasher = Poseidon2Hasher::new(inputs.len());
    inputs.iter().for_each(|input| hasher.push(*input));
    hasher.squeeze()
}

/// Hashes elements after a domain separator (foundation `poseidon2HashWithSeparator`).
#[must_use]
pub fn poseidon2_hash_with_separator(inputs: &[Fr], separator: DomainSeparator) -> Fr {
    poseidon2_hash_with_raw_separator(inputs, separator.into())
}

/// As [`poseidon2_hash_with_separator`], for separators outside of the protocol's own list (contracts
/// may use any).
#[must_use]
pub fn poseidon2_hash_with_raw_separator(inputs: &[Fr], separator: u32) -> Fr {
    let mut hasher = Poseidon2Hasher::new(inputs.len() + 1);
    hasher.push(Fr::from(separator));
    inputs.iter().for_each(|input| hasher.push(*input));
    hasher.squeeze()
}

/// Hashes bytes: each run of 31 is read as a little-endian number (foundation `poseidon2HashBytes`).
#[must_use]
pub fn poseidon2_hash_bytes(bytes: &[u8]) -> Fr {
    let mut hasher = Poseidon2Hasher::new(bytes.len().div_ceil(31));
    for run in bytes.chunks(31) {
        let mut big_endian = [0u8; 31];
        for (to, from) in big_endian.iter_mut().rev().zip(run) {
            *to = *from;
        }
        hasher.push(Fr::from_be_bytes_reduced(&big_endian));
    }
    hasher.squeeze()
}
