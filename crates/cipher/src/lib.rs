//! XChaCha20-Poly1305, the authenticated cipher for what rests on disk: rows of the store, key slots
//! and backups of the vault.
//!
//! A crate of its own because RustCrypto's ciphers are generic: they are compiled where they are used,
//! with that crate's optimisation, and a development build optimises this one alone.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

/// Bytes of a nonce: enough to draw it at random.
pub const NONCE: usize = 24;
/// Bytes of the tag that authenticates a ciphertext and its context.
pub const TAG: usize = 16;

/// More than the cipher can seal under one nonce: 256 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too long to be sealed")]
pub struct TooLong;

/// The key does not open the ciphertext: another key, nonce or context, or not as it was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key does not open this")]
pub struct Unopened;

/// The cipher under one key, which is zeroed when it is dropped.
pub struct Cipher(XChaCha20Poly1305);

impl Cipher {
    /// Takes 32 uniformly random bytes.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Encrypts a buffer in place and gives the tag of it and its context.
    ///
    /// A nonce must never be used twice under one key.
    ///
    /// # Errors
    ///
    /// [`TooLong`].
    pub fn seal(
        &self,
        nonce: &[u8; NONCE],
        context: &[u8],
        buffer: &mut [u8],
    ) -> Result<[u8; TAG], TooLong> {
        let sealed = self
            .0
            .encrypt_inout_detached(&XNonce::from(*nonce), context, buffer.into());
        sealed.map(Into::into).map_err(|_| TooLong)
    }

    /// Decrypts a buffer in place.
    ///
    /// # Errors
    ///
    /// [`Unopened`]; the buffer is as it was then.
    pub fn open(
        &self,
        nonce: &[u8; NONCE],
        context: &[u8],
        buffer: &mut [u8],
        tag: &[u8; TAG],
    ) -> Result<(), Unopened> {
        let nonce = XNonce::from(*nonce);
        let opened = self
            .0
            .decrypt_inout_detached(&nonce, context, buffer.into(), &(*tag).into());
        opened.map_err(|_| Unopened)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_sealed_opens_in_its_context_only(
            key: [u8; 32], nonce: [u8; NONCE], context: Vec<u8>, text: Vec<u8>, bit in 0u8..8,
            place: prop::sample::Index,
        ) {
            let cipher = Cipher::new(&key);
            let mut sealed = text.clone();
            let tag = cipher.seal(&nonce, &context, &mut sealed).unwrap();
            let opened = |cipher: &Cipher, nonce, context: &[u8], tag| {
                let mut buffer = sealed.clone();
                let result = cipher.open(nonce, context, &mut buffer, tag);
                result.map(|()| buffer)
            };
            prop_assert_eq!(opened(&cipher, &nonce, &context, &tag), Ok(text));
            let elsewhere = [&context[..], b"x"].concat();
            prop_assert_eq!(opened(&cipher, &nonce, &elsewhere, &tag), Err(Unopened));
            let damaged = |bytes: &[u8]| {
                let mut bytes = bytes.to_vec();
                let place = place.index(bytes.len());
                bytes[place] ^= 1 << bit;
                bytes
            };
            let other_tag: [u8; TAG] = damaged(&tag).try_into().unwrap();
            prop_assert_eq!(opened(&cipher, &nonce, &context, &other_tag), Err(Unopened));
            let other_nonce: [u8; NONCE] = damaged(&nonce).try_into().unwrap();
            prop_assert_eq!(opened(&cipher, &other_nonce, &context, &tag), Err(Unopened));
            let other_key = Cipher::new(&damaged(&key).try_into().unwrap());
            prop_assert_eq!(opened(&other_key, &nonce, &context, &tag), Err(Unopened));
        }
    }

    #[test]
    fn agrees_with_the_specification() {
        // draft-irtf-cfrg-xchacha-03, A.3.1.
        let key: [u8; 32] = std::array::from_fn(|i| 0x80 + i as u8);
        let nonce: [u8; NONCE] = std::array::from_fn(|i| 0x40 + i as u8);
        let context = [
            0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7,
        ];
        let mut text = *b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
        let tag = Cipher::new(&key).seal(&nonce, &context, &mut text).unwrap();
        assert_eq!(text[..4], [0xbd, 0x6d, 0x17, 0x9d]);
        let wanted = [
            0xc0, 0x87, 0x59, 0x24, 0xc1, 0xc7, 0x98, 0x79, 0x47, 0xde, 0xaf, 0xd8, 0x78, 0x0a,
            0xcf, 0x49,
        ];
        assert_eq!(tag, wanted);
    }
}
