//! ECDSA on secp256k1 and secp256r1 (P-256), as Aztec's account contracts verify it: over the SHA-256
//! digest of the message, signature r ‖ s with s in the lower half of the group's order.
//!
//! Signing is deterministic (RFC 6979).

use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes};
use crate::field::Fr;
use crate::hex_of_bytes;

use super::{InvalidSigningKey, SignatureError};

/// An ECDSA signature: r ‖ s, 32 big-endian bytes each.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EcdsaSignature([u8; 64]);

impl EcdsaSignature {
    /// Wraps r ‖ s.
    #[must_use]
    pub const fn from_array(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// r ‖ s.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    /// One element per byte, as account contracts take the signature in an authentication witness.
    #[must_use]
    pub fn to_witness(&self) -> Vec<Fr> {
        self.0.iter().map(|byte| Fr::from(*byte)).collect()
    }
}

impl std::fmt::Debug for EcdsaSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EcdsaSignature({self})")
    }
}

impl ToBytes for EcdsaSignature {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}

impl FromBytes for EcdsaSignature {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        reader.array().map(Self)
    }
}

hex_of_bytes!(EcdsaSignature);

/// An ECDSA public key: the coordinates of its point, 32 big-endian bytes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EcdsaPublicKey {
    /// First coordinate.
    pub x: [u8; 32],
    /// Second coordinate.
    pub y: [u8; 32],
}

crate::bytes_in_order!(EcdsaPublicKey { x, y });

macro_rules! curve {
    ($(#[$doc:meta])* $module:ident, $curve:ident, $name:literal) => {
        $(#[$doc])*
        pub mod $module {
            use $curve::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
            use $curve::ecdsa::{self, VerifyingKey};

            use super::{EcdsaPublicKey, EcdsaSignature, InvalidSigningKey, SignatureError};
            use crate::hash::sha256;

            /// A signing key. Wiped when dropped; its `Debug` tells nothing.
            #[derive(Clone)]
            pub struct SigningKey(ecdsa::SigningKey);

            impl SigningKey {
                /// Reads 32 big-endian bytes.
                pub fn from_be_bytes(bytes: &[u8; 32]) -> Result<Self, InvalidSigningKey> {
                    ecdsa::SigningKey::from_slice(bytes)
                        .map(Self)
                        .map_err(|_| InvalidSigningKey { scheme: concat!("ECDSA ", $name) })
                }

                /// The public key.
                #[must_use]
                pub fn public_key(&self) -> EcdsaPublicKey {
                    let encoded = self.0.verifying_key().to_sec1_point(false);
                    let mut key = EcdsaPublicKey { x: [0; 32], y: [0; 32] };
                    if let [_, rest @ ..] = encoded.as_bytes()
                        && let ([x, y], []) = rest.as_chunks::<32>()
                    {
                        key = EcdsaPublicKey { x: *x, y: *y };
                    }
                    key
                }

                /// Signs the SHA-256 digest of a message.
                pub fn sign(&self, message: &[u8]) -> Result<EcdsaSignature, SignatureError> {
                    self.sign_prehashed(&sha256(message))
                }

                /// Signs a digest.
                pub fn sign_prehashed(
                    &self,
                    digest: &[u8; 32],
                ) -> Result<EcdsaSignature, SignatureError> {
                    let signature: ecdsa::Signature =
                        self.0.sign_prehash(digest).map_err(|_| SignatureError::OutOfRange)?;
                    Ok(EcdsaSignature(signature.normalize_s().to_bytes().into()))
                }
            }

            impl std::fmt::Debug for SigningKey {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("SigningKey(…)")
                }
            }

            /// The same signature with s in the lower half of the group's order. Authenticators sign
            /// with either half; both are valid, but circuits take the lower one only.
            pub fn normalized(
                signature: &EcdsaSignature,
            ) -> Result<EcdsaSignature, SignatureError> {
                let signature = ecdsa::Signature::from_slice(signature.as_bytes())
                    .map_err(|_| SignatureError::OutOfRange)?;
                Ok(EcdsaSignature(signature.normalize_s().to_bytes().into()))
            }

            /// Whether a public key is a point of the curve.
            #[must_use]
            pub fn is_valid(public_key: &EcdsaPublicKey) -> bool {
                verifying_key(public_key).is_ok()
            }

            fn verifying_key(public_key: &EcdsaPublicKey) -> Result<VerifyingKey, SignatureError> {
                let mut encoded = [4u8; 65];
                encoded[1..33].copy_from_slice(&public_key.x);
                encoded[33..].copy_from_slice(&public_key.y);
                VerifyingKey::from_sec1_bytes(&encoded)
                    .map_err(|_| SignatureError::InvalidPublicKey)
            }

            /// Checks the signature of a message's SHA-256 digest.
            pub fn verify(
                public_key: &EcdsaPublicKey,
                message: &[u8],
                signature: &EcdsaSignature,
            ) -> Result<(), SignatureError> {
                verify_prehashed(public_key, &sha256(message), signature)
            }

            /// Checks the signature of a digest. A signature with s in the upper half is refused, as
            /// circuits do.
            pub fn verify_prehashed(
                public_key: &EcdsaPublicKey,
                digest: &[u8; 32],
                signature: &EcdsaSignature,
            ) -> Result<(), SignatureError> {
                let key = verifying_key(public_key)?;
                let signature = ecdsa::Signature::from_slice(signature.as_bytes())
                    .map_err(|_| SignatureError::OutOfRange)?;
                if signature.normalize_s() != signature {
                    return Err(SignatureError::HighS);
                }
                key.verify_prehash(digest, &signature).map_err(|_| SignatureError::Mismatch)
            }
        }
    };
}

curve!(
    /// secp256k1, the curve of Ethereum.
    secp256k1,
    k256,
    "secp256k1"
);
curve!(
    /// secp256r1, also called P-256, the curve of passkeys.
    secp256r1,
    p256,
    "secp256r1"
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    macro_rules! curve_tests {
        ($tests:ident, $curve:ident) => {
            mod $tests {
                use super::*;
                use crate::crypto::ecdsa::$curve::{SigningKey, verify};

                proptest! {
                    #![proptest_config(ProptestConfig::with_cases(16))]

                    #[test]
                    fn signs_and_verifies(seed in 1u8.., message: Vec<u8>, flip in 0usize..512) {
                        let key = SigningKey::from_be_bytes(&[seed.min(0xfe); 32]).unwrap();
                        let signature = key.sign(&message).unwrap();
                        let public_key = key.public_key();
                        prop_assert_eq!(verify(&public_key, &message, &signature), Ok(()));
                        prop_assert_eq!(signature.to_string().parse(), Ok(signature));
                        prop_assert_eq!(
                            EcdsaPublicKey::from_bytes(&public_key.to_bytes()),
                            Ok(public_key)
                        );
                        let mut damaged = *signature.as_bytes();
                        damaged[flip / 8] ^= 1 << (flip % 8);
                        let damaged = EcdsaSignature::from_array(damaged);
                        prop_assert!(verify(&public_key, &message, &damaged).is_err());
                    }
                }

                #[test]
                fn bad_values_are_refused() {
                    assert!(SigningKey::from_be_bytes(&[0; 32]).is_err());
                    assert!(SigningKey::from_be_bytes(&[0xff; 32]).is_err());
                    let key = SigningKey::from_be_bytes(&[7; 32]).unwrap();
                    let mut off_curve = key.public_key();
                    off_curve.y[31] ^= 1;
                    let signature = key.sign(b"").unwrap();
                    assert_eq!(
                        verify(&off_curve, b"", &signature),
                        Err(SignatureError::InvalidPublicKey)
                    );
                    let zero = EcdsaSignature::from_array([0; 64]);
                    assert_eq!(
                        verify(&key.public_key(), b"", &zero),
                        Err(SignatureError::OutOfRange)
                    );
                    assert_eq!(format!("{key:?}"), "SigningKey(…)");
                }
            }
        };
    }
    curve_tests!(k1, secp256k1);
    curve_tests!(r1, secp256r1);

    #[test]
    fn the_upper_half_is_refused() {
        let key = secp256r1::SigningKey::from_be_bytes(&[9; 32]).unwrap();
        let signature = key.sign(b"message").unwrap();
        let low = p256::ecdsa::Signature::from_slice(signature.as_bytes()).unwrap();
        let (r, s) = low.split_scalars();
        let high = p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
        let high = EcdsaSignature::from_array(high.to_bytes().into());
        assert_eq!(
            secp256r1::verify(&key.public_key(), b"message", &high),
            Err(SignatureError::HighS)
        );
    }
}
