//! Schnorr signatures on Grumpkin as barretenberg and Aztec's account contracts define them.
//!
//! With R = k·G the challenge e is BLAKE2s(pedersen(R.x, P.x, P.y) ‖ message) and s = k − e·secret. A
//! signature is s ‖ e, 32 bytes each; e is the digest itself and taken modulo the group's order.

use blake2::{Blake2s256, Digest};
use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use super::{InvalidSigningKey, SignatureError};
use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes};
use crate::field::{Fq, Fr};
use crate::hash::{pedersen_hash, sha512_to_grumpkin_scalar};
use crate::hex_of_bytes;
use crate::point::{Point, mul_generator, multi_scalar_mul};
use crate::secret::secret_element;

secret_element!(
    /// A Schnorr signing key.
    SigningKey(Fq)
);

/// A Schnorr signature: s ‖ e.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SchnorrSignature([u8; 64]);

/// Keeps these nonces apart from whatever else is hashed with the key.
const NONCE_DOMAIN: &[u8] = b"pixie/schnorr/nonce/v1";

impl SigningKey {
    /// Reads 32 big-endian bytes.
    pub fn from_be_bytes(bytes: &[u8; 32]) -> Result<Self, InvalidSigningKey> {
        Fq::from_be_bytes(bytes)
            .ok()
            .filter(|scalar| !scalar.is_zero())
            .map(Self::from_field)
            .ok_or(InvalidSigningKey { scheme: "Schnorr" })
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> Point {
        mul_generator(self.expose())
    }

    /// Signs a message.
    ///
    /// The nonce hashes the key, the message and 32 bytes of `rng`: it stays secret and differs
    /// between messages even where the random numbers are poor, and a fault in one of two signatures
    /// of a message does not give the key away where they are good.
    #[must_use]
    pub fn sign(&self, message: &[u8], rng: &mut impl CryptoRng) -> SchnorrSignature {
        let mut noise = Zeroizing::new([0u8; 32]);
        rng.fill_bytes(noise.as_mut());
        self.sign_with_noise(message, &noise)
    }

    fn sign_with_noise(&self, message: &[u8], noise: &[u8; 32]) -> SchnorrSignature {
        let public_key = self.public_key();
        let secret = Zeroizing::new(self.expose().to_be_bytes());
        for attempt in 0u8..=u8::MAX {
            let mut nonce = sha512_to_grumpkin_scalar(&[
                NONCE_DOMAIN,
                secret.as_ref(),
                noise,
                &[attempt],
                message,
            ]);
            let challenge = challenge(mul_generator(nonce), public_key, message);
            let e = Fq::from_be_bytes_reduced(&challenge);
            let s = nonce - e * self.expose();
            nonce.zeroize();
            if !e.is_zero() && !s.is_zero() {
                return SchnorrSignature::from_parts(s.to_be_bytes(), challenge);
            }
        }
        // Reached with a probability of 2^-64000.
        SchnorrSignature([0; 64])
    }
}

fn challenge(commitment: Point, public_key: Point, message: &[u8]) -> [u8; 32] {
    let compressed = pedersen_hash(&[commitment.x(), public_key.x(), public_key.y()], 0);
    Blake2s256::new()
        .chain_update(compressed.to_be_bytes())
        .chain_update(message)
        .finalize()
        .into()
}

/// Checks a signature.
pub fn verify(
    public_key: Point,
    message: &[u8],
    signature: &SchnorrSignature,
) -> Result<(), SignatureError> {
    if public_key.is_empty() {
        return Err(SignatureError::InvalidPublicKey);
    }
    let s = Fq::from_be_bytes(&signature.s()).map_err(|_| SignatureError::OutOfRange)?;
    let e = Fq::from_be_bytes_reduced(&signature.e());
    if s.is_zero() || e.is_zero() {
        return Err(SignatureError::OutOfRange);
    }
    let commitment = multi_scalar_mul(&[(Point::GENERATOR, s), (public_key, e)]);
    if commitment.is_infinite() || challenge(commitment, public_key, message) != signature.e() {
        return Err(SignatureError::Mismatch);
    }
    Ok(())
}

impl SchnorrSignature {
    fn from_parts(s: [u8; 32], e: [u8; 32]) -> Self {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&s);
        bytes[32..].copy_from_slice(&e);
        Self(bytes)
    }

    /// Wraps s ‖ e.
    #[must_use]
    pub const fn from_array(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// s ‖ e.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    fn part(&self, start: usize) -> [u8; 32] {
        let mut part = [0; 32];
        part.copy_from_slice(&self.0[start..start + 32]);
        part
    }

    /// The response.
    #[must_use]
    pub fn s(&self) -> [u8; 32] {
        self.part(0)
    }

    /// The challenge.
    #[must_use]
    pub fn e(&self) -> [u8; 32] {
        self.part(32)
    }

    /// One element per byte, as account contracts take the signature in an authentication witness.
    #[must_use]
    pub fn to_witness(&self) -> Vec<Fr> {
        self.0.iter().map(|byte| Fr::from(*byte)).collect()
    }
}

impl std::fmt::Debug for SchnorrSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SchnorrSignature({self})")
    }
}

impl ToBytes for SchnorrSignature {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}

impl FromBytes for SchnorrSignature {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        reader.array().map(Self)
    }
}

hex_of_bytes!(SchnorrSignature);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn signs_and_verifies(seed: [u8; 32], message: Vec<u8>, flip in 0usize..512) {
            let mut rng = ChaCha20Rng::from_seed(seed);
            let key = SigningKey::from_field(Fq::random(&mut rng));
            let signature = key.sign(&message, &mut rng);
            prop_assert_eq!(verify(key.public_key(), &message, &signature), Ok(()));
            prop_assert_eq!(SchnorrSignature::from_bytes(&signature.to_bytes()), Ok(signature));
            prop_assert_eq!(signature.to_string().parse(), Ok(signature));

            let mut damaged = *signature.as_bytes();
            damaged[flip / 8] ^= 1 << (flip % 8);
            let damaged = SchnorrSignature::from_array(damaged);
            prop_assert!(verify(key.public_key(), &message, &damaged).is_err());
            let other = SigningKey::from_field(Fq::random(&mut rng)).public_key();
            prop_assert!(verify(other, &message, &signature).is_err());
            let mut longer = message.clone();
            longer.push(0);
            prop_assert!(verify(key.public_key(), &longer, &signature).is_err());
        }
    }

    #[test]
    fn nonces_depend_on_message_and_noise() {
        let key = SigningKey::from_field(Fq::from(5u8));
        let sign =
            |message: &[u8], noise: u8| *key.sign_with_noise(message, &[noise; 32]).as_bytes();
        assert_eq!(sign(b"a", 0), sign(b"a", 0));
        assert_ne!(sign(b"a", 0), sign(b"a", 1));
        assert_ne!(sign(b"a", 0), sign(b"b", 0));
    }

    #[test]
    fn degenerate_values_are_refused() {
        let zero = SchnorrSignature::from_array([0; 64]);
        assert_eq!(
            verify(Point::GENERATOR, b"", &zero),
            Err(SignatureError::OutOfRange)
        );
        let huge = SchnorrSignature::from_array([0xff; 64]);
        assert_eq!(
            verify(Point::GENERATOR, b"", &huge),
            Err(SignatureError::OutOfRange)
        );
        assert_eq!(
            verify(Point::EMPTY, b"", &huge),
            Err(SignatureError::InvalidPublicKey)
        );
        assert!(SigningKey::from_be_bytes(&[0; 32]).is_err());
        assert!(SigningKey::from_be_bytes(&[0xff; 32]).is_err());
    }

    #[test]
    fn debug_tells_nothing() {
        let text = format!("{:?}", SigningKey::from_field(Fq::from(0x00ab_cdefu32)));
        assert_eq!(text, "SigningKey(…)");
    }
}
