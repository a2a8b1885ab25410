//! The one cipher and the one key derivation of the vault.

use hkdf::Hkdf;
use pixie_cipher::{Cipher, NONCE, TAG};
use rand_core::CryptoRng;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::codec::{ByteString, Bytes, FormatError, decode, encode_secret};
use crate::wipe::{SecretBytes, on_clean_stack};

/// The key does not open the ciphertext: another key, another context, or not as it was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unopened;

/// A ciphertext of XChaCha20-Poly1305 and its random nonce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sealed {
    nonce: Bytes<NONCE>,
    /// With the tag at its end.
    ciphertext: ByteString,
}

impl Sealed {
    /// Seals the CBOR of a value.
    pub(crate) fn seal(
        key: &SecretBytes<32>,
        context: &[u8],
        value: &impl Serialize,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, FormatError> {
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        on_clean_stack(|| {
            let mut buffer = encode_secret(value)?;
            let tag = Cipher::new(key.as_array())
                .seal(&nonce, context, &mut buffer)
                .map_err(|_| FormatError::Malformed)?;
            buffer.extend_from_slice(&tag);
            Ok(Self {
                nonce: Bytes(nonce),
                ciphertext: ByteString(std::mem::take(&mut *buffer)),
            })
        })
    }

    /// Opens what [`Self::seal`] has sealed.
    pub(crate) fn open<T: DeserializeOwned>(
        &self,
        key: &SecretBytes<32>,
        context: &[u8],
    ) -> Result<T, Unopened> {
        on_clean_stack(|| {
            let (ciphertext, tag) = self
                .ciphertext
                .0
                .split_last_chunk::<TAG>()
                .ok_or(Unopened)?;
            let mut buffer = Zeroizing::new(ciphertext.to_vec());
            Cipher::new(key.as_array())
                .open(&self.nonce.0, context, &mut buffer, tag)
                .map_err(|_| Unopened)?;
            // Only this program seals: what is authentic has the right shape.
            decode(&buffer).map_err(|_| Unopened)
        })
    }
}

/// HKDF-SHA256 of uniformly random key material for one purpose.
pub(crate) fn subkey(key: &[u8; 32], salt: Option<&[u8]>, purpose: &str) -> SecretBytes<32> {
    on_clean_stack(|| {
        let mut out = SecretBytes::zeroed();
        // One block is always within HKDF's limit.
        let expanded =
            Hkdf::<Sha256>::new(salt, key).expand(purpose.as_bytes(), out.as_mut().as_mut_slice());
        debug_assert!(expanded.is_ok());
        out
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    proptest! {
        #[test]
        fn what_was_sealed_opens_in_its_context_only(
            seed: u64, key: [u8; 32], other: [u8; 32], context: Vec<u8>, body: Vec<u8>,
            place: prop::sample::Index, bit in 0u8..8,
        ) {
            prop_assume!(key != other);
            let mut rng = ChaCha20Rng::seed_from_u64(seed);
            let key = SecretBytes::copy_of(&key).unwrap();
            let other = SecretBytes::copy_of(&other).unwrap();
            let value = ByteString(body);
            let mut sealed = Sealed::seal(&key, &context, &value, &mut rng).unwrap();
            prop_assert_eq!(sealed.open(&key, &context), Ok(value));
            prop_assert_eq!(sealed.open::<ByteString>(&other, &context), Err(Unopened));
            let elsewhere = [&context[..], b"x"].concat();
            prop_assert_eq!(sealed.open::<ByteString>(&key, &elsewhere), Err(Unopened));
            let place = place.index(sealed.ciphertext.0.len());
            sealed.ciphertext.0[place] ^= 1 << bit;
            prop_assert_eq!(sealed.open::<ByteString>(&key, &context), Err(Unopened));
        }
    }
}
