//! Pedersen hash and commitment on Grumpkin, as barretenberg defines them.
//!
//! The protocol's own trees and addresses use Poseidon2. Pedersen is left in one place: the challenge
//! of a Schnorr signature ([`crate::crypto::schnorr`]). Contracts may use it too.

use std::sync::OnceLock;

use crate::field::{Fq, Fr};
use crate::point::{Point, multi_scalar_mul};

const DEFAULT_DOMAIN: &[u8] = b"DEFAULT_DOMAIN_SEPARATOR";
const LENGTH_DOMAIN: &[u8] = b"pedersen_hash_length";
/// Generators of the default domain that are kept once they were derived.
const KEPT: usize = 8;

/// The sum of the inputs times the default generators from `offset` on
/// (Aztec 4.1.2, foundation `pedersenCommit`).
#[must_use]
pub fn pedersen_commit(inputs: &[Fr], offset: u32) -> Point {
    let terms: Vec<_> = (offset..)
        .zip(inputs)
        .map(|(index, input)| (default_generator(index), to_scalar(*input)))
        .collect();
    multi_scalar_mul(&terms)
}

/// The first coordinate of the commitment plus the number of inputs times the length generator
/// (foundation `pedersenHash`).
#[must_use]
pub fn pedersen_hash(inputs: &[Fr], offset: u32) -> Fr {
    static LENGTH_GENERATOR: OnceLock<Point> = OnceLock::new();
    let generator = *LENGTH_GENERATOR.get_or_init(|| derive_generator(LENGTH_DOMAIN, 0));
    (generator * Fq::from(inputs.len() as u64) + pedersen_commit(inputs, offset)).x()
}

/// Every element of the base field is a canonical scalar: the scalar field is the larger one.
fn to_scalar(input: Fr) -> Fq {
    Fq::from_be_bytes_reduced(&input.to_be_bytes())
}

fn default_generator(index: u32) -> Point {
    static GENERATORS: OnceLock<Vec<Point>> = OnceLock::new();
    let generators = GENERATORS.get_or_init(|| {
        (0..KEPT as u32)
            .map(|index| derive_generator(DEFAULT_DOMAIN, index))
            .collect()
    });
    generators
        .get(index as usize)
        .copied()
        .unwrap_or_else(|| derive_generator(DEFAULT_DOMAIN, index))
}

/// The generator of a domain with an index: the hash to the curve of the domain's BLAKE3 digest
/// followed by the index (4 bytes, big endian, then zeros up to 64 bytes).
#[must_use]
pub fn derive_generator(domain: &[u8], index: u32) -> Point {
    let mut seed = [0u8; 64];
    seed[..32].copy_from_slice(blake3::hash(domain).as_bytes());
    seed[32..36].copy_from_slice(&index.to_be_bytes());
    hash_to_curve(&seed)
}

/// Tries counters until the wide digest of seed and counter is a first coordinate; the digest's
/// highest bit chooses the parity of the second.
fn hash_to_curve(seed: &[u8; 64]) -> Point {
    for counter in 0u8..=u8::MAX {
        let half = |which: u8| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(seed).update(&[counter, which]);
            *hasher.finalize().as_bytes()
        };
        let mut wide = [0u8; 64];
        wide[..32].copy_from_slice(&half(0));
        wide[32..].copy_from_slice(&half(1));
        let x = Fr::from_be_bytes_reduced(&wide);
        if let Ok(point) = Point::from_x_and_sign(x, true) {
            let is_odd = point.y().limbs()[0] & 1 == 1;
            return if is_odd == (wide[0] > 0x7f) {
                point
            } else {
                -point
            };
        }
    }
    // Half of all digests succeed; 256 failures do not happen.
    Point::INFINITY
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constants::fr;

    #[test]
    fn generators_are_those_of_barretenberg() {
        let first = default_generator(0);
        assert_eq!(
            first.x(),
            fr!("0x083e7911d835097629f0067531fc15cafd79a89beecb39903f69572c636f4a5a")
        );
        assert_eq!(
            first.y(),
            fr!("0x1a7f5efaad7f315c25a918f30cc8d7333fccab7ad7c90f14de81bcc528f9935d")
        );
        let length = derive_generator(LENGTH_DOMAIN, 0);
        assert_eq!(
            length.x(),
            fr!("0x2df8b940e5890e4e1377e05373fae69a1d754f6935e6a780b666947431f2cdcd")
        );
    }

    #[test]
    fn no_inputs() {
        assert_eq!(pedersen_commit(&[], 0), Point::INFINITY);
        assert_eq!(pedersen_hash(&[], 0), Fr::ZERO);
    }
}
