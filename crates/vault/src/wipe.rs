//! Secrets in memory, and the traces that computing with them leaves.

use std::fmt;
use std::hint::black_box;

use rand_core::CryptoRng;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Secret bytes on the heap: moving them moves a pointer and leaves no copy behind. Wiped when
/// dropped; their `Debug` tells nothing.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct SecretBytes<const N: usize>(Box<[u8; N]>);

impl<const N: usize> SecretBytes<N> {
    /// Zeros, to be filled in place.
    pub(crate) fn zeroed() -> Self {
        Self(Box::new([0; N]))
    }

    /// Random bytes.
    pub(crate) fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut secret = Self::zeroed();
        rng.fill_bytes(secret.as_mut());
        secret
    }

    /// A copy of `bytes`; `None` if there are not `N` of them.
    pub(crate) fn copy_of(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; N] = bytes.try_into().ok()?;
        let mut secret = Self::zeroed();
        secret.as_mut().copy_from_slice(bytes);
        Some(secret)
    }

    /// The bytes.
    pub(crate) fn as_array(&self) -> &[u8; N] {
        &self.0
    }

    /// The bytes, to be filled.
    pub(crate) fn as_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }

    /// A second copy, wiped on its own.
    pub(crate) fn duplicate(&self) -> Self {
        let mut copy = Self::zeroed();
        copy.as_mut().copy_from_slice(self.as_array());
        copy
    }
}

impl<const N: usize> fmt::Debug for SecretBytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(…)")
    }
}

impl<const N: usize> Serialize for SecretBytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.as_array())
    }
}

impl<'de, const N: usize> Deserialize<'de> for SecretBytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes<const N: usize>;

        impl<const N: usize> Visitor<'_> for Bytes<N> {
            type Value = SecretBytes<N>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{N} bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                SecretBytes::copy_of(bytes).ok_or_else(|| E::invalid_length(bytes.len(), &self))
            }
        }

        // Not `deserialize_byte_buf`, which would grow a buffer and leave its old places behind.
        deserializer.deserialize_bytes(Bytes)
    }
}

/// More stack than any computation in this crate takes.
const STACK: usize = 128 * 1024;

/// Runs `work` and overwrites the stack that it used. What it returns should be on the heap.
///
/// Ciphers, hashes and curve arithmetic wipe what they know to be secret, but the compiler spills
/// copies of it to the stack as it likes, where they would stay until other calls happen to
/// overwrite them.
pub(crate) fn on_clean_stack<R>(work: impl FnOnce() -> R) -> R {
    let result = apart(work);
    overwrite();
    result
}

#[inline(never)]
fn apart<R>(work: impl FnOnce() -> R) -> R {
    work()
}

#[inline(never)]
fn overwrite() {
    let mut space = [0u8; STACK];
    black_box(&mut space);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_tell_nothing_and_have_one_length() {
        let secret = SecretBytes::<4>::copy_of(&[7; 4]).unwrap();
        assert_eq!(format!("{secret:?}"), "SecretBytes(…)");
        assert!(SecretBytes::<4>::copy_of(&[7; 5]).is_none());
        assert_eq!(secret.duplicate().as_array(), &[7; 4]);
    }
}
