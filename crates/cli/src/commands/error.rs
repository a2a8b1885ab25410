use std::path::PathBuf;

use pixie_primitives::crypto::InvalidSigningKey;
use pixie_pxe::PxeError;
use pixie_vault::{BackupError, Clock as _, UnixMillis, VaultError};
use pixie_wallet::engine::EngineError;
use pixie_wallet::journal::Failure;

use super::class_id::ClassIdError;
use super::input::InputError;
use crate::wallet::{SystemClock, WalletError};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// An artifact has no class id.
    #[error("cannot compute the class id")]
    ClassId(#[from] ClassIdError),
    /// An argument cannot be used.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The signing key is out of range.
    #[error("--signing-key cannot be used for signing")]
    SigningKey(#[from] InvalidSigningKey),
    /// The result could not be printed.
    #[error("cannot print the result")]
    Print(#[from] serde_json::Error),
    /// A file could not be read.
    #[error("cannot read {path}")]
    ReadFile {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {path}")]
    WriteFile {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A recording could not be replayed.
    #[error("the replay failed")]
    Replay(#[from] pixie_acir::replay::ReplayError),
    /// A node was asked in vain.
    #[error("the node at {url} is of no use")]
    Node {
        /// The address of the node.
        url: String,
        /// Why.
        source: pixie_node::NodeError,
    },
    /// The asynchronous runtime could not be started.
    #[error("cannot start the runtime")]
    Runtime(#[source] std::io::Error),
    /// The wallet did not do what it was asked.
    #[error(transparent)]
    Wallet(Box<WalletError>),
    /// A password or a phrase cannot be read.
    #[error("cannot read from the terminal")]
    Terminal(#[source] std::io::Error),
    /// The wallet is locked, and there is nobody to ask for the password.
    #[error(
        "the wallet is locked; unlock it with `pixie unlock`, or give --password-file, --password-stdin or PIXIE_PASSWORD"
    )]
    Locked,
    /// A password is needed, and there is nobody to ask.
    #[error("the password is needed: give --password-file, --password-stdin or PIXIE_PASSWORD")]
    NoPassword,
    /// The password was typed differently the second time.
    #[error("the passwords are not the same")]
    Retyped,
    /// The password is wrong.
    #[error("the password is wrong{}", wait_text(*.wait))]
    WrongPassword {
        /// How long to wait before the next attempt, in seconds.
        wait: u64,
    },
    /// There were too many wrong passwords; none was tried.
    #[error("too many wrong passwords{}", wait_text(*.wait))]
    Throttled {
        /// How long to wait before the next attempt, in seconds.
        wait: u64,
    },
    /// The file is there already.
    #[error("{0} is there already; --force overwrites it")]
    FileExists(PathBuf),
}

fn wait_text(seconds: u64) -> String {
    match seconds {
        0 => String::new(),
        seconds => format!("; wait {seconds} s before the next attempt"),
    }
}

impl From<WalletError> for CliError {
    fn from(error: WalletError) -> Self {
        // Full seconds, so that who waits as long as told is let in.
        let wait = |until: UnixMillis| until.since(SystemClock.now()).as_millis().div_ceil(1000);
        let wait = |until| u64::try_from(wait(until)).unwrap_or(u64::MAX);
        match error {
            WalletError::Vault(VaultError::WrongPassword { retry_at, .. }) => Self::WrongPassword {
                wait: retry_at.map_or(0, wait),
            },
            WalletError::Vault(VaultError::Throttled { retry_at }) => Self::Throttled {
                wait: wait(retry_at),
            },
            error => Self::Wallet(Box::new(error)),
        }
    }
}

impl From<VaultError> for CliError {
    fn from(error: VaultError) -> Self {
        WalletError::from(error).into()
    }
}

/// Failed, for no reason below.
const FAILED: u8 = 1;
/// Wrong usage; the parser of arguments uses it as well.
const USAGE: u8 = 2;
/// A contract refused.
const REFUSED: u8 = 3;
/// The transaction was reverted or dropped, or took too long.
const NOT_MINED: u8 = 4;
/// The node failed.
const NODE: u8 = 5;
/// The data folder cannot be used.
const FOLDER: u8 = 6;
/// The wallet stays locked: no password, a wrong one, or too many.
const LOCKED: u8 = 7;
/// The user did not approve, or could not be asked.
const NOT_APPROVED: u8 = 8;

impl CliError {
    /// The exit status of the program.
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Input(_) | Self::SigningKey(_) => USAGE,
            Self::Node { .. } => NODE,
            Self::Locked
            | Self::NoPassword
            | Self::WrongPassword { .. }
            | Self::Throttled { .. } => LOCKED,
            Self::Retyped | Self::FileExists(_) => USAGE,
            Self::Wallet(error) => wallet_status(error),
            _ => FAILED,
        }
    }

    /// How long to wait before the same may be tried again, in seconds.
    pub const fn wait(&self) -> Option<u64> {
        match self {
            Self::WrongPassword { wait } | Self::Throttled { wait } => Some(*wait),
            _ => None,
        }
    }
}

fn vault_status(error: &VaultError) -> u8 {
    match error {
        VaultError::Locked { .. } | VaultError::SessionOver => LOCKED,
        VaultError::Backup(BackupError::WrongPassword) => LOCKED,
        VaultError::PasswordTooShort
        | VaultError::Phrase(_)
        | VaultError::InvalidKeys
        | VaultError::AccountExists { .. }
        | VaultError::UnknownAccount { .. }
        | VaultError::ViewOnly { .. }
        | VaultError::Oversized => USAGE,
        VaultError::Absent
        | VaultError::AlreadyExists
        | VaultError::Damaged { .. }
        | VaultError::NewerVersion { .. }
        | VaultError::PartDamaged { .. }
        | VaultError::Storage(_) => FOLDER,
        _ => FAILED,
    }
}

fn engine_status(error: &EngineError) -> u8 {
    match error {
        EngineError::UnknownAccount(_)
        | EngineError::ViewOnly(_)
        | EngineError::NotPublished(_)
        | EngineError::WrongAddress { .. }
        | EngineError::WrongKeys(_)
        | EngineError::BadName { .. }
        | EngineError::Artifact(_)
        | EngineError::Call(_) => USAGE,
        EngineError::Pxe(
            PxeError::Execution(_) | PxeError::PublicCallReverted(_) | PxeError::InvalidTx { .. },
        ) => REFUSED,
        EngineError::Node(_) | EngineError::WrongChain(_) | EngineError::Pxe(PxeError::Node(_)) => {
            NODE
        }
        EngineError::Open(_)
        | EngineError::Commit(_)
        | EngineError::Pxe(PxeError::Open(_) | PxeError::Load(_) | PxeError::Commit(_)) => FOLDER,
        EngineError::Vault(error) => vault_status(error),
        _ => FAILED,
    }
}

fn wallet_status(error: &WalletError) -> u8 {
    match error {
        WalletError::Vault(error) => vault_status(error),
        WalletError::Engine(error) => engine_status(error),
        WalletError::NotApproved(_) => NOT_APPROVED,
        WalletError::UnknownName(_)
        | WalletError::NameTaken { .. }
        | WalletError::BadName(_)
        | WalletError::NoTestAccount { .. }
        | WalletError::UnknownFunction(_)
        | WalletError::UnknownEvent(_)
        | WalletError::WrongKind { .. }
        | WalletError::Call(_) => USAGE,
        WalletError::Failed(Failure::Simulation { .. }) => REFUSED,
        WalletError::Dropped { .. }
        | WalletError::Reverted { .. }
        | WalletError::TooSlow { .. } => NOT_MINED,
        WalletError::Node(_) => NODE,
        WalletError::File { .. }
        | WalletError::NoWallet(_)
        | WalletError::NotEmpty(_)
        | WalletError::Store(_)
        | WalletError::Names(_)
        | WalletError::Commit(_)
        | WalletError::OtherNetwork { .. } => FOLDER,
        _ => FAILED,
    }
}
