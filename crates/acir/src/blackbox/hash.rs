//! Hashes and ciphers on bytes and words.

use super::BlackBoxError;
use aes::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use blake2::Digest as _;

/// AES-128 in CBC mode without padding.
///
/// # Errors
/// [`BlackBoxError::PartialBlock`].
pub fn aes128_encrypt(
    plaintext: &[u8],
    iv: [u8; 16],
    key: [u8; 16],
) -> Result<Vec<u8>, BlackBoxError> {
    if !plaintext.len().is_multiple_of(16) {
        return Err(BlackBoxError::PartialBlock {
            length: plaintext.len(),
        });
    }
    let mut encryptor = cbc::Encryptor::<aes::Aes128>::new(&key.into(), &iv.into());
    let mut ciphertext = Vec::with_capacity(plaintext.len());
    for chunk in plaintext.chunks_exact(16) {
        let mut block = [0u8; 16];
        block.copy_from_slice(chunk);
        let mut block = block.into();
        encryptor.encrypt_block(&mut block);
        ciphertext.extend_from_slice(&block);
    }
    Ok(ciphertext)
}

/// BLAKE2s with a digest of 32 bytes.
#[must_use]
pub fn blake2s(message: &[u8]) -> [u8; 32] {
    blake2::Blake2s256::digest(message).into()
}

/// BLAKE3 with a digest of 32 bytes.
#[must_use]
pub fn blake3(message: &[u8]) -> [u8; 32] {
    blake3::hash(message).into()
}

/// The Keccak-f\[1600\] permutation.
#[must_use]
pub fn keccakf1600(mut state: [u64; 25]) -> [u64; 25] {
    keccak::Keccak::new().with_f1600(|permute| permute(&mut state));
    state
}

/// SHA-256's compression of one block.
#[must_use]
pub fn sha256_compression(mut state: [u32; 8], block: [u32; 16]) -> [u32; 8] {
    let mut bytes = [0u8; 64];
    for (chunk, word) in bytes.chunks_exact_mut(4).zip(block) {
        chunk.copy_from_slice(&word.to_be_bytes());
    }
    sha2::block_api::compress256(&mut state, &[bytes]);
    state
}
