//! SHA-256 and SHA-512 and the elements that the protocol makes of their digests.

use sha2::{Digest, Sha256, Sha512};
use zeroize::{Zeroize, Zeroizing};

use crate::field::{Fq, Fr};

/// The SHA-256 digest.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The first 31 bytes of the SHA-256 digest as an element
/// (Aztec 4.1.2, foundation `sha256ToField`).
#[must_use]
pub fn sha256_to_field(bytes: &[u8]) -> Fr {
    Fr::from_be_bytes_reduced(&sha256(bytes)[..31])
}

/// [`sha256_to_field`] of the elements' bytes one after another.
#[must_use]
pub fn sha256_fields_to_field(fields: &[Fr]) -> Fr {
    let mut hasher = Sha256::new();
    for field in fields {
        hasher.update(field.to_be_bytes());
    }
    Fr::from_be_bytes_reduced(&hasher.finalize()[..31])
}

/// The SHA-512 digest of the parts one after another, reduced to a Grumpkin scalar
/// (foundation `sha512ToGrumpkinScalar`). What was hashed is taken for secret and wiped.
#[must_use]
pub fn sha512_to_grumpkin_scalar(parts: &[&[u8]]) -> Fq {
    let mut hasher = Sha512::new();
    for part in parts {
        hasher.update(part);
    }
    let mut digest = Zeroizing::new([0u8; 64]);
    let mut output = hasher.finalize();
    digest.copy_from_slice(&output);
    output.as_mut_slice().zeroize();
    Fq::from_be_bytes_reduced(digest.as_ref())
}
