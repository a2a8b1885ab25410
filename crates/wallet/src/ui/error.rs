//! What pages are told of errors.

use pixie_store::{BackendError, CommitError, DumpError, OpenError, RestoreError};
use pixie_vault::{BackupError, PhraseError, VaultError};

use super::request::{ErrorDetails, UiError, UiErrorCode};
use crate::approval::ApprovalError;
use crate::backup::StateBackupError;
use crate::engine::EngineError;
use crate::journal::{JournalError, RunError};

impl From<VaultError> for UiError {
    fn from(error: VaultError) -> Self {
        let code = match &error {
            VaultError::Locked { .. } | VaultError::SessionOver => UiErrorCode::Locked,
            VaultError::WrongPassword { .. } => UiErrorCode::WrongPassword,
            VaultError::Throttled { .. } => UiErrorCode::Throttled,
            VaultError::PasswordTooShort => UiErrorCode::PasswordTooShort,
            VaultError::Phrase(_) => UiErrorCode::WrongPhrase,
            VaultError::Backup(_) => UiErrorCode::Backup,
            VaultError::Absent
            | VaultError::AlreadyExists
            | VaultError::Damaged { .. }
            | VaultError::NewerVersion { .. }
            | VaultError::PartDamaged { .. } => UiErrorCode::Vault,
            VaultError::UnknownAccount { .. } => UiErrorCode::Unknown,
            VaultError::AccountExists { .. }
            | VaultError::InvalidKeys
            | VaultError::Oversized
            | VaultError::ViewOnly { .. } => UiErrorCode::InvalidRequest,
            _ => UiErrorCode::Internal,
        };
        let retry_at = match &error {
            VaultError::Throttled { retry_at } => Some(*retry_at),
            VaultError::WrongPassword { retry_at, .. } => *retry_at,
            _ => None,
        };
        let mut told = Self::new(code, error.to_string());
        told.details = retry_at.map(|retry_at| ErrorDetails::RetryAt { retry_at });
        told
    }
}

impl From<EngineError> for UiError {
    fn from(error: EngineError) -> Self {
        let code = match error {
            EngineError::Vault(error) => return error.into(),
            EngineError::Closed => UiErrorCode::Locked,
            EngineError::WrongChain(_) => UiErrorCode::WrongChain,
            EngineError::UnknownAccount(_) | EngineError::UnknownToken(_) => UiErrorCode::Unknown,
            EngineError::NotAToken(..)
            | EngineError::NotPublished(_)
            | EngineError::NoArtifact(_)
            | EngineError::BadName { .. }
            | EngineError::Call(_)
            | EngineError::ViewOnly(_) => UiErrorCode::InvalidRequest,
            EngineError::Open(_)
            | EngineError::Commit(_)
            | EngineError::Journal(_)
            | EngineError::Circuits(_)
            | EngineError::Work(_) => UiErrorCode::Internal,
            ref passing if passing.is_passing() => UiErrorCode::Unreachable,
            _ => UiErrorCode::Failed,
        };
        Self::new(code, error.to_string())
    }
}

impl From<ApprovalError> for UiError {
    fn from(error: ApprovalError) -> Self {
        let code = match error {
            ApprovalError::NotPending(_) | ApprovalError::OtherShown(_) => UiErrorCode::Stale,
            _ => UiErrorCode::InvalidRequest,
        };
        Self::new(code, error.to_string())
    }
}

macro_rules! with_code {
    ($($error:ty => $code:ident),* $(,)?) => {$(
        impl From<$error> for UiError {
            fn from(error: $error) -> Self {
                Self::new(UiErrorCode::$code, error.to_string())
            }
        }
    )*};
}

with_code! {
    PhraseError => WrongPhrase,
    BackupError => Backup,
    CommitError => Internal,
    OpenError => Internal,
    BackendError => Internal,
    DumpError => Internal,
    RestoreError => Backup,
    StateBackupError => Backup,
    JournalError => Internal,
    RunError => Failed,
}
