//! The functions behind black box calls, on plain values.
//!
//! Sources: Noir 1.0.0-beta.18, crates `acvm_blackbox_solver` and `bn254_blackbox_solver`.

mod ecdsa;
mod grumpkin;
mod hash;
mod logic;
#[cfg(test)]
mod tests;

pub use ecdsa::verify as ecdsa_verify;
pub use grumpkin::{CurvePoint, embedded_curve_add, multi_scalar_mul};
pub use hash::{aes128_encrypt, blake2s, blake3, keccakf1600, sha256_compression};
pub use logic::{bit_and, bit_xor, to_be_radix};

use crate::Fe;

/// Applies the Poseidon2 permutation of width 4.
#[must_use]
pub fn poseidon2_permutation(state: [Fe; 4]) -> [Fe; 4] {
    pixie_field::poseidon2::permute(state.map(Into::into)).map(Into::into)
}

/// Names of the black box functions, for errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlackBoxFunction {
    /// AES-128 encryption.
    Aes128Encrypt,
    /// Bitwise and.
    And,
    /// Bitwise exclusive or.
    Xor,
    /// BLAKE2s.
    Blake2s,
    /// BLAKE3.
    Blake3,
    /// ECDSA over secp256k1 or secp256r1.
    Ecdsa,
    /// Multi-scalar multiplication.
    MultiScalarMul,
    /// Addition of points.
    EmbeddedCurveAdd,
    /// Keccak-f\[1600\].
    Keccakf1600,
    /// Poseidon2.
    Poseidon2Permutation,
    /// SHA-256.
    Sha256Compression,
    /// Decomposition into digits.
    ToRadix,
}

/// Why a black box function has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlackBoxError {
    /// The wrong number of values.
    #[error("{function:?}: {actual} values where {expected} are needed")]
    Length {
        /// The function.
        function: BlackBoxFunction,
        /// Values needed.
        expected: usize,
        /// Values given.
        actual: usize,
    },
    /// A value is wider than the function takes.
    #[error("{function:?}: a value has more than {bits} bits")]
    Width {
        /// The function.
        function: BlackBoxFunction,
        /// The width that it takes.
        bits: u32,
    },
    /// The plaintext is not a whole number of blocks.
    #[error("AES-128: {length} bytes are not a multiple of 16")]
    PartialBlock {
        /// Length of the plaintext in bytes.
        length: usize,
    },
    /// The point is not on the curve.
    #[error("{function:?}: ({x}, {y}) is not on the curve")]
    NotOnCurve {
        /// The function.
        function: BlackBoxFunction,
        /// x.
        x: Fe,
        /// y.
        y: Fe,
    },
    /// The flag of a point is neither 0 nor 1.
    #[error("{function:?}: a point's is_infinite is neither 0 nor 1")]
    InfinityFlag {
        /// The function.
        function: BlackBoxFunction,
    },
    /// Addition does not take the point at infinity.
    #[error("EmbeddedCurveAdd: an input is the point at infinity")]
    InfiniteInput,
    /// A scalar's halves do not fit 128 bits, or the scalar is not below the group's order.
    #[error("MultiScalarMul: a scalar is not below the order of the group")]
    InvalidScalar,
    /// r or s of a signature is zero or not below the order of the group.
    #[error("Ecdsa: r or s is zero or not below the order of the group")]
    SignatureRange,
    /// A public key is not on its curve.
    #[error("Ecdsa: the public key is not on the curve")]
    PublicKey,
    /// The radix is not between 2 and 256, or not 2 though digits are booleans.
    #[error("ToRadix: the radix is {0}")]
    Radix(u32),
    /// The number has more digits.
    #[error("the number does not fit into {limbs} digits")]
    Decomposition {
        /// Digits asked for.
        limbs: u32,
    },
}
