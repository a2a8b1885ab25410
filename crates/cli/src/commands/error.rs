use std::path::PathBuf;

use pixie_primitives::crypto::InvalidSigningKey;
use pixie_pxe::PxeError;

use super::class_id::ClassIdError;
use super::input::InputError;
use crate::wallet::WalletError;

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
}

impl From<WalletError> for CliError {
    fn from(error: WalletError) -> Self {
        Self::Wallet(Box::new(error))
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

impl CliError {
    /// The exit status of the program.
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Input(_) | Self::SigningKey(_) => USAGE,
            Self::Node { .. } => NODE,
            Self::Wallet(error) => wallet_status(error),
            _ => FAILED,
        }
    }
}

fn wallet_status(error: &WalletError) -> u8 {
    match error {
        WalletError::UnknownName(_)
        | WalletError::NameTaken { .. }
        | WalletError::BadName(_)
        | WalletError::UnknownAccount(_)
        | WalletError::NoTestAccount { .. }
        | WalletError::UnknownFunction(_)
        | WalletError::UnknownEvent(_)
        | WalletError::WrongKind { .. }
        | WalletError::Call(_) => USAGE,
        WalletError::Pxe(
            PxeError::Execution(_) | PxeError::PublicCallReverted(_) | PxeError::InvalidTx { .. },
        ) => REFUSED,
        WalletError::Dropped { .. }
        | WalletError::Reverted { .. }
        | WalletError::TooSlow { .. } => NOT_MINED,
        WalletError::Node(_) | WalletError::Pxe(PxeError::Node(_)) => NODE,
        WalletError::File { .. }
        | WalletError::MalformedKey { .. }
        | WalletError::LostKey { .. }
        | WalletError::Store(_)
        | WalletError::Records(_)
        | WalletError::Commit(_)
        | WalletError::OtherNetwork { .. }
        | WalletError::Pxe(PxeError::Open(_) | PxeError::Load(_) | PxeError::Commit(_)) => FOLDER,
        _ => FAILED,
    }
}
