//! Poseidon2 over the BN254 scalar field: the permutation of four elements and the sponge on it.
//!
//! The sponge takes three elements per permutation. Its fourth element starts as the number of inputs
//! times 2^64, so that inputs of different lengths never collide (barretenberg's `FieldSponge`).

mod params;
#[cfg(test)]
mod tests;

use crate::Fr;
use crate::constants::DomainSeparator;

/// Elements in the state.
pub const STATE_SIZE: usize = 4;
/// Elements absorbed per permutation.
pub const RATE: usize = 3;

/// Applies the permutation.
#[must_use]
pub fn permute(mut state: [Fr; STATE_SIZE]) -> [Fr; STATE_SIZE] {
    permute_in_place(&mut state);
    state
}

fn permute_in_place(state: &mut [Fr; STATE_SIZE]) {
    external_layer(state);
    for constants in &params::FIRST_EXTERNAL {
        external_round(state, constants);
    }
    internal_rounds(state);
    for constants in &params::LAST_EXTERNAL {
        external_round(state, constants);
    }
}

#[inline(always)]
fn fifth_power(x: Fr) -> Fr {
    x.square().square() * x
}

#[inline(always)]
fn external_round(state: &mut [Fr; STATE_SIZE], constants: &[Fr; STATE_SIZE]) {
    for (element, constant) in state.iter_mut().zip(constants) {
        *element = fifth_power(*element + *constant);
    }
    external_layer(state);
}

/// Multiplies by the matrix [[5, 7, 1, 3], [4, 6, 1, 1], [1, 3, 5, 7], [1, 1, 4, 6]] with additions
/// only.
#[inline(always)]
fn external_layer([a, b, c, d]: &mut [Fr; STATE_SIZE]) {
    let double = |x: Fr| x + x;
    let ab = *a + *b;
    let cd = *c + *d;
    let b2_cd = double(*b) + cd;
    let d2_ab = double(*d) + ab;
    let fourth = double(double(cd)) + d2_ab;
    let second = double(double(ab)) + b2_cd;
    *a = d2_ab + second;
    *b = second;
    *c = b2_cd + fourth;
    *d = fourth;
}

/// Only the first element passes the power map; the linear layer adds the sum of all elements to each
/// element scaled by its diagonal entry. The sum of the other three and their products do not wait
/// for the power map, so that the processor can overlap them with it.
#[inline(always)]
fn internal_rounds(state: &mut [Fr; STATE_SIZE]) {
    let [mut a, mut b, mut c, mut d] = *state;
    let [da, db, dc, dd] = params::DIAGONAL;
    for constant in &params::INTERNAL {
        let rest = b + c + d;
        let (scaled_b, scaled_c, scaled_d) = (b * db, c * dc, d * dd);
        a = fifth_power(a + *constant);
        let sum = rest + a;
        a = a * da + sum;
        b = scaled_b + sum;
        c = scaled_c + sum;
        d = scaled_d + sum;
    }
    *state = [a, b, c, d];
}

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
            permute_in_place(&mut self.state);
            self.position = 0;
        }
        self.state[self.position] += element;
        self.position += 1;
    }

    fn squeeze(mut self) -> Fr {
        permute_in_place(&mut self.state);
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
