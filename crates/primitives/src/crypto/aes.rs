//! AES-128 in CBC mode, the encryption of note messages (Aztec 4.1.2, foundation `Aes128`).

use aes::Aes128;
use cbc::cipher::block_padding::{NoPadding, Pkcs7};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use zeroize::Zeroize;

/// A 128-bit key. Wiped when dropped; its `Debug` tells nothing.
#[derive(Clone, Zeroize, zeroize::ZeroizeOnDrop)]
pub struct Aes128Key([u8; 16]);

/// Why a ciphertext could not be decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecryptError {
    /// The length is not a multiple of the block's.
    #[error("the ciphertext has {length} bytes, which is no multiple of 16")]
    PartialBlock {
        /// Bytes given.
        length: usize,
    },
    /// The padding is wrong: key, initial vector or ciphertext do not belong together.
    #[error("the decrypted text is not padded as PKCS #7 demands")]
    Padding,
}

impl Aes128Key {
    /// Takes 16 bytes for a key.
    #[must_use]
    pub const fn from_array(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Pads (PKCS #7) and encrypts.
    #[must_use]
    pub fn encrypt(&self, iv: &[u8; 16], plaintext: &[u8]) -> Vec<u8> {
        cbc::Encryptor::<Aes128>::new(&self.0.into(), &(*iv).into())
            .encrypt_padded_vec::<Pkcs7>(plaintext)
    }

    /// Decrypts and takes the padding off, checking all of it.
    pub fn decrypt(&self, iv: &[u8; 16], ciphertext: &[u8]) -> Result<Vec<u8>, DecryptError> {
        Self::whole_blocks(ciphertext)?;
        cbc::Decryptor::<Aes128>::new(&self.0.into(), &(*iv).into())
            .decrypt_padded_vec::<Pkcs7>(ciphertext)
            .map_err(|_| DecryptError::Padding)
    }

    /// Decrypts and leaves the padding on (foundation `decryptBufferCBCKeepPadding`).
    pub fn decrypt_keep_padding(
        &self,
        iv: &[u8; 16],
        ciphertext: &[u8],
    ) -> Result<Vec<u8>, DecryptError> {
        Self::whole_blocks(ciphertext)?;
        cbc::Decryptor::<Aes128>::new(&self.0.into(), &(*iv).into())
            .decrypt_padded_vec::<NoPadding>(ciphertext)
            .map_err(|_| DecryptError::Padding)
    }

    /// Decrypts and takes off as many bytes as the last one says, without a check
    /// (foundation `decryptBufferCBC`). This is what contracts see through the decryption oracle: a
    /// message for somebody else decrypts to garbage, which they discard themselves.
    pub fn decrypt_unchecked(
        &self,
        iv: &[u8; 16],
        ciphertext: &[u8],
    ) -> Result<Vec<u8>, DecryptError> {
        let mut text = self.decrypt_keep_padding(iv, ciphertext)?;
        let padding = text.last().map_or(0, |last| usize::from(*last));
        // As the reference slices: a count that exceeds the text is taken from its end once more.
        let length = match text.len().checked_sub(padding) {
            Some(length) => length,
            None => (2 * text.len()).saturating_sub(padding),
        };
        text.truncate(length);
        Ok(text)
    }

    fn whole_blocks(ciphertext: &[u8]) -> Result<(), DecryptError> {
        match ciphertext.len() {
            length if length % 16 == 0 => Ok(()),
            length => Err(DecryptError::PartialBlock { length }),
        }
    }
}

impl std::fmt::Debug for Aes128Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Aes128Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn round_trips(key: [u8; 16], iv: [u8; 16], text: Vec<u8>) {
            let key = Aes128Key::from_array(key);
            let ciphertext = key.encrypt(&iv, &text);
            prop_assert_eq!(ciphertext.len(), (text.len() / 16 + 1) * 16);
            prop_assert_eq!(key.decrypt(&iv, &ciphertext), Ok(text.clone()));
            prop_assert_eq!(key.decrypt_unchecked(&iv, &ciphertext), Ok(text.clone()));
            let padded = key.decrypt_keep_padding(&iv, &ciphertext).unwrap();
            prop_assert_eq!(&padded[..text.len()], &text[..]);
        }

        #[test]
        fn random_ciphertexts_never_panic(key: [u8; 16], iv: [u8; 16], text: Vec<u8>) {
            let key = Aes128Key::from_array(key);
            let _ = key.decrypt(&iv, &text);
            let _ = key.decrypt_unchecked(&iv, &text);
        }
    }

    #[test]
    fn damage_is_noticed() {
        let key = Aes128Key::from_array([1; 16]);
        assert_eq!(
            key.decrypt(&[0; 16], &[0; 15]),
            Err(DecryptError::PartialBlock { length: 15 })
        );
        assert_eq!(key.decrypt(&[0; 16], &[]), Err(DecryptError::Padding));
        assert_eq!(key.decrypt_unchecked(&[0; 16], &[]), Ok(Vec::new()));
    }
}
