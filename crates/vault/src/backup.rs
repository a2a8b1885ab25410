//! The backup file: everything that a fresh installation needs, under a password of its own.

use std::collections::BTreeMap;

use pixie_primitives::AztecAddress;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use crate::account::{AccountsPart, HeldKeys, SecretsPart, VaultAccount};
use crate::cipher::{Sealed, Unopened};
use crate::clock::UnixMillis;
use crate::codec::{ByteString, Bytes, Format, FormatError, encode};
use crate::derive::derived_account;
use crate::lock::LockPolicy;
use crate::password::{Costs, KdfFailed, KdfParams, Password};
use crate::phrase::RecoveryPhrase;
use crate::wipe::SecretBytes;

const FORMAT: Format = Format {
    namespace: "pixie/backup",
    version: 1,
    limit: 256 * 1024 * 1024,
};

/// Why a backup cannot be used. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// The file is cut off, damaged, of another version or no backup at all.
    #[error("the backup cannot be read")]
    Unreadable(#[from] FormatError),
    /// The password is not the one that the backup was made with; or somebody has changed the file
    /// on purpose, for accidents are found before.
    #[error("the password is not the one that the backup was made with")]
    WrongPassword,
    /// An account in the backup does not follow from its keys.
    #[error("the keys of the account {address} in the backup are not its own")]
    Inconsistent {
        /// The account.
        address: AztecAddress,
    },
    /// There is not enough memory to compute the password's key.
    #[error(transparent)]
    Kdf(#[from] KdfFailed),
}

/// A part of a backup that the vault carries without knowing what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupSection {
    /// The version of what is in it.
    pub version: u32,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The sections of a backup by name: what a recovery phrase cannot bring back, such as senders,
/// contracts, tagging indexes, notes that were received off chain, settings and history.
pub type BackupSections = BTreeMap<String, BackupSection>;

/// What a backup tells without its password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupInfo {
    /// When it was made.
    pub created_at: UnixMillis,
    /// What its password's key costs.
    pub kdf: KdfParams,
}

impl BackupInfo {
    /// Reads a backup as far as it can be read without its password.
    pub fn read(bytes: &[u8]) -> Result<Self, BackupError> {
        let stored: Stored = FORMAT.decode(bytes)?;
        Ok(Self {
            created_at: stored.created_at,
            kdf: stored.argon2id.params()?,
        })
    }
}

/// The body of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    created_at: UnixMillis,
    argon2id: Costs,
    salt: Bytes<16>,
    sealed: Sealed,
}

/// What is sealed in it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredContents {
    entropy: SecretBytes<32>,
    held: Vec<HeldKeys>,
    accounts: AccountsPart,
    sections: BTreeMap<String, StoredSection>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredSection {
    version: u32,
    bytes: ByteString,
}

/// What a backup has.
#[derive(Debug)]
pub(crate) struct Contents {
    pub(crate) phrase: RecoveryPhrase,
    pub(crate) held: Vec<HeldKeys>,
    pub(crate) accounts: Vec<VaultAccount>,
    pub(crate) policy: LockPolicy,
    pub(crate) sections: BackupSections,
}

impl Contents {
    /// The file.
    pub(crate) fn to_bytes(
        &self,
        password: &Password,
        params: KdfParams,
        now: UnixMillis,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, BackupError> {
        let section = |section: &BackupSection| StoredSection {
            version: section.version,
            bytes: ByteString(section.bytes.clone()),
        };
        let contents = StoredContents {
            entropy: self.phrase.entropy(),
            held: self.held.iter().map(HeldKeys::duplicate).collect(),
            accounts: AccountsPart::new(&self.accounts, self.policy),
            sections: self
                .sections
                .iter()
                .map(|(name, content)| (name.clone(), section(content)))
                .collect(),
        };
        let argon2id = Costs::from(params);
        let mut salt = Bytes([0; 16]);
        rng.fill_bytes(&mut salt.0);
        let key = params.stretch(password, &salt)?;
        let context = context(now, argon2id, salt)?;
        let stored = Stored {
            created_at: now,
            argon2id,
            salt,
            sealed: Sealed::seal(&key, &context, &contents, rng)?,
        };
        Ok(FORMAT.encode(&stored)?)
    }

    /// Opens a file.
    pub(crate) fn from_bytes(bytes: &[u8], password: &Password) -> Result<Self, BackupError> {
        let stored: Stored = FORMAT.decode(bytes)?;
        let key = stored.argon2id.params()?.stretch(password, &stored.salt)?;
        let context = context(stored.created_at, stored.argon2id, stored.salt)?;
        let contents: StoredContents = stored
            .sealed
            .open(&key, &context)
            .map_err(|Unopened| BackupError::WrongPassword)?;
        let phrase =
            RecoveryPhrase::from_entropy(&contents.entropy).map_err(|_| FormatError::Malformed)?;
        let (accounts, policy) = contents.accounts.parse()?;
        let secrets = SecretsPart {
            root: phrase.root(),
            held: contents.held,
        };
        for account in &accounts {
            let address = account.address();
            secrets
                .keys_of(account)
                .filter(|keys| derived_account(keys).as_ref() == Some(&account.account))
                .ok_or(BackupError::Inconsistent { address })?;
        }
        Ok(Self {
            phrase,
            held: secrets.held,
            accounts,
            policy,
            sections: contents
                .sections
                .into_iter()
                .map(|(name, section)| {
                    let StoredSection { version, bytes } = section;
                    let bytes = bytes.0;
                    (name, BackupSection { version, bytes })
                })
                .collect(),
        })
    }
}

fn context(
    created_at: UnixMillis,
    argon2id: Costs,
    salt: Bytes<16>,
) -> Result<Vec<u8>, FormatError> {
    encode(&(FORMAT.namespace, 1u8, created_at, argon2id, salt))
}
