//! The Poseidon2 permutation of four elements of the BN254 scalar field.

#[cfg(any(target_arch = "wasm32", test))]
mod lazy;
mod params;
#[cfg(any(not(target_arch = "wasm32"), test))]
mod plain;
#[cfg(test)]
mod tests;

use crate::Fr;

/// Elements in the state.
pub const STATE_SIZE: usize = 4;

/// Applies the permutation.
#[must_use]
pub fn permute(state: [Fr; STATE_SIZE]) -> [Fr; STATE_SIZE] {
    #[cfg(not(target_arch = "wasm32"))]
    return plain::permute(state);
    #[cfg(target_arch = "wasm32")]
    return lazy::permute(state);
}
