//! Staying unlocked over a restart of the program, as browsers restart it at any time.
//!
//! A random token goes where nothing outlives the browser and no page can read (the extension's
//! session storage); the data key, sealed under it together with the deadlines, goes to the vault's
//! storage. Neither is of use without the other, and neither has anything to do with the password.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use rand_core::CryptoRng;

use crate::cipher::{Sealed, subkey};
use crate::codec::{Format, FormatError, encode};
use crate::envelope::VaultId;
use crate::lock::Deadlines;
use crate::wipe::SecretBytes;

const FORMAT: Format = Format {
    namespace: "pixie/vault/session",
    version: 1,
    limit: 4096,
};
/// The info string of the key derivation from the token.
const PURPOSE: &str = "pixie/vault/session/v1";

/// Resumes an unlocked vault, as long as its deadlines allow. Wiped when dropped; its `Debug` tells
/// nothing.
#[derive(Debug)]
pub struct SessionToken(SecretBytes<32>);

impl SessionToken {
    /// Takes the bytes of a token, and wipes those given.
    #[must_use]
    pub fn new(bytes: &mut [u8; 32]) -> Self {
        let mut secret = SecretBytes::zeroed();
        secret.as_mut().copy_from_slice(bytes);
        bytes.zeroize();
        Self(secret)
    }

    /// The bytes, for storage that does not outlive the browser; a copy is not wiped.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_array()
    }

    pub(crate) fn random(rng: &mut dyn CryptoRng) -> Self {
        Self(SecretBytes::random(rng))
    }

    pub(crate) fn duplicate(&self) -> Self {
        Self(self.0.duplicate())
    }
}

/// What is stored.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    vault: VaultId,
    sealed: Sealed,
}

/// What a session keeps.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    pub(crate) data: SecretBytes<32>,
    pub(crate) deadlines: Deadlines,
}

impl Session {
    /// The stored form.
    pub(crate) fn to_bytes(
        &self,
        vault: VaultId,
        token: &SessionToken,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, FormatError> {
        let key = subkey(token.as_bytes(), None, PURPOSE);
        let sealed = Sealed::seal(&key, &context(vault)?, self, rng)?;
        FORMAT.encode(&Stored { vault, sealed })
    }

    /// Opens the stored form; `None` if it is another vault's, another token's or damaged.
    pub(crate) fn from_bytes(bytes: &[u8], vault: VaultId, token: &SessionToken) -> Option<Self> {
        let stored: Stored = FORMAT.decode(bytes).ok()?;
        if stored.vault != vault {
            return None;
        }
        let key = subkey(token.as_bytes(), None, PURPOSE);
        let context = context(vault).ok()?;
        stored.sealed.open(&key, &context).ok()
    }
}

fn context(vault: VaultId) -> Result<Vec<u8>, FormatError> {
    encode(&(FORMAT.namespace, 1u8, vault))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;
    use crate::UnixMillis;

    proptest! {
        #[test]
        fn sessions_round_trip(
            seed: u64, data: [u8; 32], times: [u64; 4], place: prop::sample::Index, bit in 0u8..8,
        ) {
            let mut rng = ChaCha20Rng::seed_from_u64(seed);
            let [unlocked_at, idle, absolute, seen] = times.map(UnixMillis);
            let session = Session {
                data: SecretBytes::copy_of(&data).unwrap(),
                deadlines: Deadlines { unlocked_at, idle, absolute, seen },
            };
            let (vault, token) = (VaultId::random(&mut rng), SessionToken::random(&mut rng));
            let mut bytes = session.to_bytes(vault, &token, &mut rng).unwrap();
            let read = Session::from_bytes(&bytes, vault, &token).unwrap();
            prop_assert_eq!(read.data.as_array(), &data);
            prop_assert_eq!(read.deadlines, session.deadlines);
            let other = SessionToken::random(&mut rng);
            prop_assert!(Session::from_bytes(&bytes, vault, &other).is_none());
            let elsewhere = VaultId::random(&mut rng);
            prop_assert!(Session::from_bytes(&bytes, elsewhere, &token).is_none());
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
            prop_assert!(Session::from_bytes(&bytes, vault, &token).is_none());
        }

        #[test]
        fn random_bytes_are_refused(seed: u64, bytes: Vec<u8>) {
            let mut rng = ChaCha20Rng::seed_from_u64(seed);
            let (vault, token) = (VaultId::random(&mut rng), SessionToken::random(&mut rng));
            prop_assert!(Session::from_bytes(&bytes, vault, &token).is_none());
        }
    }
}
