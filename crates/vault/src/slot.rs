//! Slots: each wraps the vault's keys under something that the user knows or has.

use std::fmt;

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::cipher::{Sealed, Unopened, subkey};
use crate::clock::UnixMillis;
use crate::codec::{ByteString, Bytes, FormatError, encode};
use crate::envelope::VaultId;
use crate::password::{Costs, KdfFailed, KdfParams, Password};
use crate::wipe::SecretBytes;

/// Separates slots from everything else that is sealed.
const PURPOSE: &str = "pixie/vault/slot";
/// The info string of the key derivation from a passkey's secret.
const PASSKEY_PURPOSE: &str = "pixie/vault/slot/passkey/v1";
/// The most bytes that a credential's id has (WebAuthn Level 3, section 6.5.1).
const MAX_CREDENTIAL: usize = 1023;
/// The most bytes of a label.
pub(crate) const MAX_LABEL: usize = 256;

/// Names a slot within its vault; never used again after the slot was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SlotId(pub(crate) u32);

/// The secret that a passkey computes for a slot (WebAuthn's extension `prf`, first output). Wiped
/// when dropped.
#[derive(Debug)]
pub struct PrfSecret(SecretBytes<32>);

impl PrfSecret {
    /// Takes the passkey's 32 bytes, and wipes those given.
    #[must_use]
    pub fn new(bytes: &mut [u8; 32]) -> Self {
        let mut secret = SecretBytes::zeroed();
        secret.as_mut().copy_from_slice(bytes);
        bytes.zeroize();
        Self(secret)
    }
}

/// What a user shows to get at the vault's keys.
#[derive(Debug, Clone, Copy)]
pub enum Credential<'a> {
    /// The password.
    Password(&'a Password),
    /// A passkey's secret for the slot of that credential.
    Passkey {
        /// The credential's id.
        credential_id: &'a [u8],
        /// What the passkey has computed for [`PasskeySlot::prf_input`].
        secret: &'a PrfSecret,
    },
}

/// A passkey to be added.
#[derive(Debug)]
pub struct NewPasskey<'a> {
    /// The user's name for it.
    pub label: String,
    /// The credential's id.
    pub credential_id: Vec<u8>,
    /// The relying party that the credential belongs to.
    pub relying_party: String,
    /// What the passkey was asked to compute its secret for: random bytes.
    pub prf_input: [u8; 32],
    /// What it has computed.
    pub secret: &'a PrfSecret,
}

/// A slot as the user may see it, also while the vault is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotInfo {
    /// Its name in the vault.
    pub id: SlotId,
    /// The user's name for it.
    pub label: String,
    /// When it was made.
    pub created_at: UnixMillis,
    /// What opens it.
    pub kind: SlotKind,
}

/// What opens a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotKind {
    /// The password, through Argon2id with these parameters.
    Password(KdfParams),
    /// A passkey.
    Passkey(PasskeySlot),
}

/// What a page needs to ask a passkey for the slot's secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeySlot {
    /// The credential's id.
    pub credential_id: Vec<u8>,
    /// The relying party that the credential belongs to.
    pub relying_party: String,
    /// What the passkey computes its secret for.
    pub prf_input: [u8; 32],
}

/// The two keys of a vault.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VaultKeys {
    /// Kept while the vault is unlocked.
    pub(crate) data: SecretBytes<32>,
    /// Opens the recovery phrase; only there while the user is being authenticated.
    pub(crate) recovery: SecretBytes<32>,
}

impl VaultKeys {
    pub(crate) fn random(rng: &mut dyn CryptoRng) -> Self {
        Self {
            data: SecretBytes::random(rng),
            recovery: SecretBytes::random(rng),
        }
    }
}

/// A slot as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Slot {
    pub(crate) id: SlotId,
    pub(crate) label: String,
    pub(crate) created_at: UnixMillis,
    pub(crate) lock: SlotLock,
    /// The [`VaultKeys`].
    wrapped: Sealed,
}

/// What is needed beside the user's secret to open a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum SlotLock {
    Password {
        argon2id: Costs,
        salt: Bytes<16>,
    },
    Passkey {
        credential_id: ByteString,
        relying_party: String,
        prf_input: Bytes<32>,
        salt: Bytes<32>,
    },
}

impl Slot {
    /// A slot for a password.
    pub(crate) fn for_password(
        vault: VaultId,
        id: SlotId,
        password: &Password,
        params: KdfParams,
        keys: &VaultKeys,
        now: UnixMillis,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, SlotError> {
        let mut salt = Bytes([0; 16]);
        rng.fill_bytes(&mut salt.0);
        let key = params.stretch(password, &salt)?;
        let lock = SlotLock::Password {
            argon2id: params.into(),
            salt,
        };
        Self::seal(vault, id, String::new(), lock, &key, keys, now, rng)
    }

    /// A slot for a passkey.
    pub(crate) fn for_passkey(
        vault: VaultId,
        id: SlotId,
        passkey: NewPasskey<'_>,
        keys: &VaultKeys,
        now: UnixMillis,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, SlotError> {
        let mut salt = Bytes([0; 32]);
        rng.fill_bytes(&mut salt.0);
        let key = passkey_key(passkey.secret, &salt);
        let lock = SlotLock::Passkey {
            credential_id: ByteString(passkey.credential_id),
            relying_party: passkey.relying_party,
            prf_input: Bytes(passkey.prf_input),
            salt,
        };
        if !is_bounded(&passkey.label, &lock) {
            return Err(SlotError::Oversized);
        }
        Self::seal(vault, id, passkey.label, lock, &key, keys, now, rng)
    }

    #[expect(clippy::too_many_arguments, reason = "they are the slot's parts")]
    fn seal(
        vault: VaultId,
        id: SlotId,
        label: String,
        lock: SlotLock,
        key: &SecretBytes<32>,
        keys: &VaultKeys,
        now: UnixMillis,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, SlotError> {
        let wrapped = Sealed::seal(key, &context(vault, id, &lock)?, keys, rng)?;
        Ok(Self {
            id,
            label,
            created_at: now,
            lock,
            wrapped,
        })
    }

    /// The vault's keys, if `credential` is for this slot: `None` if it is for another one.
    pub(crate) fn open(
        &self,
        vault: VaultId,
        credential: Credential<'_>,
    ) -> Option<Result<VaultKeys, SlotError>> {
        match (&self.lock, credential) {
            (SlotLock::Password { argon2id, salt }, Credential::Password(password)) => Some(
                argon2id
                    .params()
                    .map_err(SlotError::Format)
                    .and_then(|params| {
                        let key = params.stretch(password, salt)?;
                        self.unwrap(vault, &key)
                    }),
            ),
            (
                SlotLock::Passkey {
                    credential_id,
                    salt,
                    ..
                },
                Credential::Passkey {
                    credential_id: given,
                    secret,
                },
            ) if credential_id.0 == given => Some(self.unwrap(vault, &passkey_key(secret, salt))),
            _ => None,
        }
    }

    fn unwrap(&self, vault: VaultId, key: &SecretBytes<32>) -> Result<VaultKeys, SlotError> {
        let context = context(vault, self.id, &self.lock)?;
        self.wrapped
            .open(key, &context)
            .map_err(|Unopened| SlotError::WrongCredential)
    }

    /// Checks what the types leave open in a slot that was read.
    pub(crate) fn check(&self) -> Result<(), FormatError> {
        if let SlotLock::Password { argon2id, .. } = &self.lock {
            argon2id.params()?;
        }
        if is_bounded(&self.label, &self.lock) {
            Ok(())
        } else {
            Err(FormatError::Malformed)
        }
    }

    /// Whether it is the password's.
    pub(crate) const fn is_password(&self) -> bool {
        matches!(self.lock, SlotLock::Password { .. })
    }

    /// The parameters of a password's slot.
    pub(crate) fn kdf(&self) -> Option<KdfParams> {
        match &self.lock {
            SlotLock::Password { argon2id, .. } => argon2id.params().ok(),
            SlotLock::Passkey { .. } => None,
        }
    }

    pub(crate) fn info(&self) -> SlotInfo {
        let kind = match &self.lock {
            SlotLock::Password { argon2id, .. } => {
                SlotKind::Password(argon2id.params().unwrap_or_default())
            }
            SlotLock::Passkey {
                credential_id,
                relying_party,
                prf_input,
                ..
            } => SlotKind::Passkey(PasskeySlot {
                credential_id: credential_id.0.clone(),
                relying_party: relying_party.clone(),
                prf_input: prf_input.0,
            }),
        };
        SlotInfo {
            id: self.id,
            label: self.label.clone(),
            created_at: self.created_at,
            kind,
        }
    }
}

/// Why a slot was not made or not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SlotError {
    /// The credential is not the one that the slot was made with.
    #[error("the credential does not open the slot")]
    WrongCredential,
    /// A label, a credential's id or a relying party is too long.
    #[error("a part of the slot is too long")]
    Oversized,
    #[error(transparent)]
    Kdf(#[from] KdfFailed),
    #[error(transparent)]
    Format(#[from] FormatError),
}

fn is_bounded(label: &str, lock: &SlotLock) -> bool {
    let lock_is_bounded = match lock {
        SlotLock::Password { .. } => true,
        SlotLock::Passkey {
            credential_id,
            relying_party,
            ..
        } => {
            (1..=MAX_CREDENTIAL).contains(&credential_id.0.len())
                && relying_party.len() <= MAX_LABEL
        }
    };
    lock_is_bounded && label.len() <= MAX_LABEL
}

/// What a wrapped key is bound to: a slot that was moved to another vault, or whose parameters were
/// changed, does not open.
fn context(vault: VaultId, id: SlotId, lock: &SlotLock) -> Result<Vec<u8>, FormatError> {
    encode(&(PURPOSE, 1u8, vault, id, lock))
}

fn passkey_key(secret: &PrfSecret, salt: &Bytes<32>) -> SecretBytes<32> {
    subkey(secret.0.as_array(), Some(&salt.0), PASSKEY_PURPOSE)
}

impl fmt::Display for SlotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
