//! The envelope: what is stored of a vault.

use std::fmt;

use rand_core::CryptoRng;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::cipher::{Sealed, Unopened, subkey};
use crate::clock::UnixMillis;
use crate::codec::{Bytes, Format, FormatError, encode};
use crate::slot::{Slot, SlotId};
use crate::wipe::SecretBytes;

/// The format of an envelope.
pub(crate) const FORMAT: Format = Format {
    namespace: "pixie/vault",
    version: 1,
    limit: 16 * 1024 * 1024,
};

/// Separates the parts from everything else that is sealed.
const PURPOSE: &str = "pixie/vault/part";
/// The most slots of a vault.
pub(crate) const MAX_SLOTS: usize = 16;

/// Names a vault: random, and no secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VaultId(pub(crate) Bytes<16>);

impl VaultId {
    pub(crate) fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut id = Bytes([0; 16]);
        rng.fill_bytes(&mut id.0);
        Self(id)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0.0
    }
}

impl fmt::Debug for VaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VaultId({:?})", self.0)
    }
}

/// A part of the vault that is sealed on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultPart {
    /// The accounts and settings, known while the vault is unlocked.
    Accounts,
    /// The accounts' secrets, opened one at a time.
    Secrets,
    /// The recovery phrase, which takes a credential.
    Phrase,
}

impl VaultPart {
    const fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Secrets => "secrets",
            Self::Phrase => "phrase",
        }
    }

    /// The info string of the part's key.
    const fn key_purpose(self) -> &'static str {
        match self {
            Self::Accounts => "pixie/vault/accounts/v1",
            Self::Secrets => "pixie/vault/secrets/v1",
            Self::Phrase => "pixie/vault/phrase/v1",
        }
    }
}

impl fmt::Display for VaultPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is stored of a vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Envelope {
    pub(crate) vault: VaultId,
    /// Counts the changes, to tell the later of two copies.
    pub(crate) revision: u64,
    pub(crate) created_at: UnixMillis,
    pub(crate) slots: Vec<Slot>,
    pub(crate) next_slot: SlotId,
    /// Under the data key.
    pub(crate) accounts: Sealed,
    /// Under the data key.
    pub(crate) secrets: Sealed,
    /// Under the recovery key.
    pub(crate) phrase: Sealed,
}

impl Envelope {
    /// The stored form.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, FormatError> {
        FORMAT.encode(self)
    }

    /// Reads the stored form.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, FormatError> {
        let envelope: Self = FORMAT.decode(bytes)?;
        // One password: each one costs a key derivation.
        let passwords = envelope.slots.iter().filter(|slot| slot.is_password());
        if envelope.slots.len() > MAX_SLOTS || passwords.count() != 1 {
            return Err(FormatError::Malformed);
        }
        envelope.slots.iter().try_for_each(Slot::check)?;
        Ok(envelope)
    }

    /// Opens one of the parts with the key it is under.
    pub(crate) fn open<T: DeserializeOwned>(
        &self,
        part: VaultPart,
        key: &SecretBytes<32>,
    ) -> Result<T, Unopened> {
        let sealed = match part {
            VaultPart::Accounts => &self.accounts,
            VaultPart::Secrets => &self.secrets,
            VaultPart::Phrase => &self.phrase,
        };
        let context = context(self.vault, part).map_err(|_| Unopened)?;
        sealed.open(&part_key(part, key), &context)
    }
}

/// Seals a part under the data key, or the recovery key for the phrase.
pub(crate) fn seal(
    vault: VaultId,
    part: VaultPart,
    key: &SecretBytes<32>,
    value: &impl Serialize,
    rng: &mut dyn CryptoRng,
) -> Result<Sealed, FormatError> {
    Sealed::seal(&part_key(part, key), &context(vault, part)?, value, rng)
}

fn part_key(part: VaultPart, key: &SecretBytes<32>) -> SecretBytes<32> {
    subkey(key.as_array(), None, part.key_purpose())
}

fn context(vault: VaultId, part: VaultPart) -> Result<Vec<u8>, FormatError> {
    encode(&(PURPOSE, 1u8, vault, part.name()))
}
