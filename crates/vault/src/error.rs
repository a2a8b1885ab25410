//! Errors of the vault.

use pixie_primitives::AztecAddress;

use crate::backup::BackupError;
use crate::clock::UnixMillis;
use crate::codec::FormatError;
use crate::copies::{CopyFault, WriteError};
use crate::envelope::VaultPart;
use crate::lock::LockReason;
use crate::password::{KdfFailed, Password};
use crate::phrase::PhraseError;
use crate::slot::{SlotError, SlotId};
use crate::storage::VaultStorageError;

/// Why the vault did not do what was asked. What is stored and what is in memory are as before, unless
/// the variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is no vault yet.
    #[error("there is no vault")]
    Absent,
    /// There is a vault already, which is not overwritten.
    #[error("there is a vault already")]
    AlreadyExists,
    /// Neither copy of the envelope can be used. They are left as they are.
    #[error("both copies of the vault are unusable: the first is {first}, the second is {second}")]
    Damaged {
        /// What is wrong with the first copy.
        #[source]
        first: CopyFault,
        /// What is wrong with the second copy.
        second: CopyFault,
    },
    /// A later version of the program has written the vault.
    #[error("the vault has version {found}, this program reads version {supported}")]
    NewerVersion {
        /// The version found.
        found: u32,
        /// The version that this program reads and writes.
        supported: u32,
    },
    /// The envelope can be read, but a part of it is not what the vault's keys have sealed, in neither
    /// copy.
    #[error("the vault's {part} are damaged")]
    PartDamaged {
        /// The part.
        part: VaultPart,
    },
    /// The vault is locked.
    #[error("the vault is locked")]
    Locked {
        /// Why.
        reason: LockReason,
    },
    /// The password is wrong. The attempt was counted.
    #[error("the password is wrong")]
    WrongPassword {
        /// Wrong ones in a row.
        failures: u32,
        /// When the next attempt may be made; at once if `None`.
        retry_at: Option<UnixMillis>,
    },
    /// There were too many wrong passwords: no attempt was made.
    #[error("too many wrong passwords; try again at {retry_at}")]
    Throttled {
        /// When the next attempt may be made.
        retry_at: UnixMillis,
    },
    /// No slot is for this passkey.
    #[error("the vault does not know this passkey")]
    UnknownPasskey,
    /// The passkey has computed another secret than when its slot was made.
    #[error("the passkey's secret does not open the vault")]
    WrongPasskey,
    /// A new password is too short.
    #[error("a password has at least {} characters", Password::MINIMUM)]
    PasswordTooShort,
    /// The slot does not exist.
    #[error("there is no slot {slot}")]
    UnknownSlot {
        /// The slot.
        slot: SlotId,
    },
    /// The password cannot be removed, only changed.
    #[error("the password's slot cannot be removed")]
    PasswordSlot,
    /// The passkey has a slot already.
    #[error("the passkey is in use already")]
    PasskeyInUse,
    /// The vault has as many slots as it can have.
    #[error("the vault has no room for another slot")]
    TooManySlots,
    /// A label, a credential's id or a relying party is too long, or the id is empty.
    #[error("a text is too long for the vault")]
    Oversized,
    /// The vault does not know the account.
    #[error("the vault does not know the account {address}")]
    UnknownAccount {
        /// The account.
        address: AztecAddress,
    },
    /// The vault has the account already.
    #[error("the vault has the account {address} already")]
    AccountExists {
        /// The account.
        address: AztecAddress,
    },
    /// There are no more indexes for accounts of a type.
    #[error("there are no more accounts of this type")]
    NoMoreAccounts,
    /// Keys that were to be imported are out of range.
    #[error("the keys are out of range")]
    InvalidKeys,
    /// The vault has no signing key for the account.
    #[error("the account {address} can only be looked at")]
    ViewOnly {
        /// The account.
        address: AztecAddress,
    },
    /// The approval was made for another vault, or before this one was opened anew.
    #[error("the approval was not made for this vault")]
    ForeignApproval,
    /// The session is over, or its token is of another one. The vault is locked.
    #[error("the session is over")]
    SessionOver,
    /// The words are no recovery phrase.
    #[error(transparent)]
    Phrase(#[from] PhraseError),
    /// The backup cannot be used.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// There is not enough memory for the password's key.
    #[error(transparent)]
    Kdf(#[from] KdfFailed),
    /// Something cannot be encoded.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The storage failed. Whether a change was stored that failed half-way shows when the vault is
    /// opened the next time; it is stored as a whole or not at all.
    #[error(transparent)]
    Storage(#[from] VaultStorageError),
}

impl From<WriteError> for VaultError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Format(error) => Self::Format(error),
            WriteError::Storage(error) => Self::Storage(error),
        }
    }
}

impl VaultError {
    /// For a slot that is being made.
    pub(crate) fn making(error: SlotError) -> Self {
        match error {
            // Making a slot compares no credential.
            SlotError::WrongCredential | SlotError::Oversized => Self::Oversized,
            SlotError::Kdf(error) => Self::Kdf(error),
            SlotError::Format(error) => Self::Format(error),
        }
    }
}
