use std::io;
use std::path::PathBuf;

use pixie_accounts::{CallError, DeployError, WrongSigner};
use pixie_node::NodeError;
use pixie_primitives::AztecAddress;
use pixie_primitives::abi::{AbiError, SignatureError};
use pixie_primitives::artifact::ArtifactError;
use pixie_primitives::contract::ContractError;
use pixie_primitives::crypto::InvalidSigningKey;
use pixie_primitives::selector::SelectorError;
use pixie_primitives::tx::TxHash;
use pixie_pxe::PxeError;
use pixie_pxe::state::StateError;
use pixie_store::{BackendError, CommitError, DumpError, OpenError, RestoreError};
use pixie_vault::VaultError;
use pixie_wallet::approval::ApprovalError;
use pixie_wallet::backup::StateBackupError;
use pixie_wallet::engine::EngineError;
use pixie_wallet::journal::{EntryId, Failure, StageKind};

use super::Network;

/// Why something was not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotApproved {
    /// The user said no.
    #[error("not approved")]
    Denied,
    /// There is no terminal to ask on.
    #[error("this has to be approved, and there is no terminal to ask on; --yes approves it")]
    NobodyToAsk,
}

/// Why the wallet did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum WalletError {
    /// A file of the data folder or of the resources cannot be used.
    #[error("cannot use {path}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file cannot be read.
    #[error("cannot read {path}")]
    ReadFile {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// There is no wallet in the folder.
    #[error(
        "there is no wallet in {0}; make one with `pixie init`, or bring one back with `pixie restore`"
    )]
    NoWallet(PathBuf),
    /// The folder is to be made anew, but has something in it.
    #[error("{0} is not empty")]
    NotEmpty(PathBuf),
    /// The vault did not do what it was asked.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The names cannot be put into a backup.
    #[error(transparent)]
    Dump(#[from] DumpError),
    /// The names cannot be made anew of a backup.
    #[error("the names of the backup cannot be used: {0}")]
    Restore(#[from] RestoreError),
    /// The state cannot be put into a backup, or be made anew of one.
    #[error(transparent)]
    Backup(#[from] StateBackupError),
    /// The user did not approve.
    #[error(transparent)]
    NotApproved(#[from] NotApproved),
    /// The system gives no random values.
    #[error("the system gives no random values")]
    Entropy(#[source] getrandom::Error),
    /// The store cannot be opened; another process may have it open.
    #[error("the store cannot be opened: {0}")]
    Store(#[from] BackendError),
    /// The names cannot be opened.
    #[error("the names cannot be opened: {0}")]
    Names(#[from] OpenError),
    /// The names cannot be written.
    #[error("the names cannot be written: {0}")]
    Commit(#[from] CommitError),
    /// The engine did not do what it was asked.
    #[error(transparent)]
    Engine(Box<EngineError>),
    /// A transaction was interrupted.
    #[error("interrupted: {0}")]
    Interrupted(#[source] Box<dyn std::error::Error>),
    /// A transaction did not come to its end.
    #[error("transaction {} is {stage:?}; `pixie resume` goes on with it", .entry.0)]
    Unfinished {
        /// Its number in the journal.
        entry: EntryId,
        /// How far it is.
        stage: StageKind,
    },
    /// A transaction came to nothing before it was sent.
    #[error(transparent)]
    Failed(Failure),
    /// The folder is that of another network.
    #[error("the data folder belongs to {expected}, the node is of {found}")]
    OtherNetwork {
        /// The network of the folder.
        expected: Network,
        /// The network of the node.
        found: Network,
    },
    /// Neither a pack nor the reference's packages were found.
    #[error(
        "no circuits: neither {pack} nor {packages} is there; make a pack with `cargo xtask pack`, or name one with --resources"
    )]
    NoResources {
        /// Where a pack was looked for.
        pack: PathBuf,
        /// Where the packages were looked for.
        packages: PathBuf,
    },
    /// The resources are damaged.
    #[error("the resources in {folder} cannot be used")]
    Resources {
        /// The folder.
        folder: PathBuf,
        /// What is wrong.
        source: Box<pixie_acir::pack::PackError>,
    },
    /// The node does not answer as it should.
    #[error("the node failed: {0}")]
    Node(#[from] NodeError),
    /// An artifact cannot be used.
    #[error("{path} is not a usable contract artifact")]
    Artifact {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<ArtifactError>,
    },
    /// The contract has no such function.
    #[error(transparent)]
    UnknownFunction(ArtifactError),
    /// The contract does not make what is asked for.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// A contract has no event of the name.
    #[error("the contract has no event {0:?}")]
    UnknownEvent(String),
    /// An event type has no signature.
    #[error("the event has no signature: {0}")]
    EventSignature(#[from] SignatureError),
    /// An event type has no selector.
    #[error("the event has no selector: {0}")]
    EventSelector(#[from] SelectorError),
    /// The function is of another kind than the command is for.
    #[error("`{function}` is {kind} function; use {instead}")]
    WrongKind {
        /// The function.
        function: String,
        /// What it is, with its article.
        kind: &'static str,
        /// What the command for it is.
        instead: &'static str,
    },
    /// A call cannot be encoded.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Return values are not of the types that the function declares.
    #[error("the return values cannot be read: {0}")]
    ReturnValues(#[from] AbiError),
    /// What signs is not the account's.
    #[error(transparent)]
    Signer(#[from] WrongSigner),
    /// The contract cannot be deployed.
    #[error(transparent)]
    Deploy(#[from] DeployError),
    /// A signing key cannot be used.
    #[error("the signing key cannot be used for signing")]
    SigningKey(#[from] InvalidSigningKey),
    /// A name that names nothing here.
    #[error("nothing is called {0:?}, and it is no address either")]
    UnknownName(String),
    /// A name that is in use.
    #[error("{alias:?} is the name of {address} already")]
    NameTaken {
        /// The name.
        alias: String,
        /// What it names.
        address: AztecAddress,
    },
    /// A name that cannot be told from an address, or is hard to type.
    #[error("{0:?} cannot be a name: letters, digits, '-', '_' and '.', and no 0x at its start")]
    BadName(String),
    /// The network has only three test accounts.
    #[error("there are {count} test accounts, numbered from 0")]
    NoTestAccount {
        /// How many there are.
        count: usize,
    },
    /// The network has dropped the transaction.
    #[error("the network has dropped transaction {tx}{}", reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default())]
    Dropped {
        /// The transaction.
        tx: TxHash,
        /// What the node says.
        reason: Option<String>,
    },
    /// The transaction is in a block, and was reverted there.
    #[error("transaction {tx} is in block {block}, but was reverted")]
    Reverted {
        /// The transaction.
        tx: TxHash,
        /// The block.
        block: u32,
    },
    /// The transaction did not get as far as wanted in time.
    #[error("transaction {tx} is still {status} after {seconds} s")]
    TooSlow {
        /// The transaction.
        tx: TxHash,
        /// How far it got.
        status: &'static str,
        /// How long it was waited for.
        seconds: u64,
    },
}

impl From<EngineError> for WalletError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Node(error) => Self::Node(error),
            EngineError::Vault(error) => Self::Vault(error),
            error => Self::Engine(Box::new(error)),
        }
    }
}

impl From<PxeError> for WalletError {
    fn from(error: PxeError) -> Self {
        EngineError::from(error).into()
    }
}

impl From<StateError> for WalletError {
    fn from(error: StateError) -> Self {
        EngineError::from(error).into()
    }
}

impl From<ApprovalError> for WalletError {
    fn from(error: ApprovalError) -> Self {
        EngineError::from(error).into()
    }
}
