//! The wallet that the commands drive: what is the command line's own beside the engine.
//!
//! - [`DataFolder`]: the folder with the vault and the store.
//! - [`FolderKeys`]: the vault, and how it stays unlocked from one command to the next.
//! - [`Opened`]: an unlocked folder: accounts and names, without a node.
//! - [`Names`]: names for addresses, and which network the folder belongs to.
//! - [`Wallet`]: the above and the engine of one network. `accounts` and `contracts` say what it knows,
//!   `transactions` how calls become transactions and how these are told of.
//! - [`backup`]: a folder in one file, and a folder made of one.
//!
//! Nothing here knows the command line.

mod accounts;
mod artifacts;
pub mod backup;
mod contracts;
mod error;
mod events;
mod folder;
mod names;
mod resources;
mod tables;
mod test_accounts;
mod transactions;
mod vault;

use std::rc::Rc;

use async_lock::Mutex;
use pixie_node::{RpcNode, RpcOptions};
use pixie_pxe::Pxe;
use pixie_pxe::kernel::{Folder, NoProver, ResourceCircuits};
use pixie_pxe::pxe::Watch;
use pixie_store::{LoadReport, RedbBackend};
use pixie_vault::SigningAuthority;
use pixie_wallet::approval::User;
use pixie_wallet::engine::{ChainId, Engine, EngineParts, ExpectedChain, Observer};
use rand_core::CryptoRng;

pub use accounts::{AccountEntry, NewAccount, NewSigningHalf};
pub use artifacts::read_artifact;
pub use contracts::{ContractEntry, DeploymentOrder, Instance};
pub use error::{NotApproved, WalletError};
pub use events::{DecodedEvent, event_type, event_types};
pub use folder::{DataFolder, SealedStore, write_file};
pub use names::AliasKind;
pub use resources::open_resources;
pub use tables::Names;
pub use test_accounts::test_account;
pub use transactions::{HistoryEntry, SentTx, StageTold};
pub use vault::{FolderKeys, FolderVault, SystemClock};

/// Asks the user.
pub trait Approver: User {
    /// Whether anything can be approved at all.
    fn check(&self) -> Result<(), NotApproved>;
}

/// An unlocked folder, without a node.
pub struct Opened {
    /// The vault.
    pub keys: FolderKeys,
    /// What is kept beside the engine's state.
    pub names: Names,
    /// The store.
    pub store: SealedStore,
    /// What was found damaged in it.
    pub report: LoadReport,
}

impl Opened {
    /// Opens the store of a folder whose vault is unlocked.
    pub async fn new(folder: &DataFolder, mut keys: FolderKeys) -> Result<Self, WalletError> {
        let store = SealedStore::new(folder.store()?, keys.vault.store_key()?);
        let (names, report) = store.names().await?;
        let mut opened = Self {
            keys,
            names,
            store,
            report,
        };
        opened.name_accounts().await?;
        Ok(opened)
    }
}

/// A wallet on one network.
pub struct Wallet {
    engine: Engine<RedbBackend>,
    vault: Mutex<FolderVault>,
    user: Box<dyn Approver>,
    names: Names,
}

/// Where a wallet is, and what it tells of its work.
pub struct Surroundings {
    /// The address of the node.
    pub node: String,
    /// The circuits and contracts.
    pub resources: ResourceCircuits<Folder>,
    /// Is told what is being done.
    pub observer: Rc<dyn Observer>,
}

impl Wallet {
    /// Opens the wallet of a folder on the network of a node, or begins one. A folder belongs to the
    /// network that it was first opened with.
    pub async fn open(
        opened: Opened,
        surroundings: Surroundings,
        user: impl FnOnce(SigningAuthority) -> Box<dyn Approver>,
    ) -> Result<(Self, LoadReport), WalletError> {
        let node = RpcNode::connect(&surroundings.node, RpcOptions::default())
            .map_err(|error| WalletError::Node(error.into()))?;
        let Opened {
            mut keys,
            names,
            store,
            mut report,
        } = opened;
        let parts = EngineParts {
            backend: store.backend(),
            key: store.key(),
            node: Rc::new(node),
            expected: names
                .network()
                .map_or_else(ExpectedChain::default, ExpectedChain::from),
            resources: Rc::new(surroundings.resources),
            prover: Rc::new(NoProver),
            entropy: Rc::new(random_source as fn() -> Box<dyn CryptoRng + Send>),
            clock: Rc::new(SystemClock),
            timer: Rc::new(pixie_node::clock::SystemClock),
            observer: surroundings.observer,
        };
        let (engine, found) = Engine::open(parts).await?;
        report.absorb(found);
        names.claim_network(engine.chain()).await?;
        for account in keys.vault.accounts()?.to_vec() {
            let secret_key = keys.vault.secret_key(account.address())?;
            engine.add_account((&account).into(), &secret_key).await?;
        }
        let FolderKeys {
            vault, authority, ..
        } = keys;
        let wallet = Self {
            engine,
            vault: Mutex::new(vault),
            user: user(authority),
            names,
        };
        Ok((wallet, report))
    }

    /// The engine of the network.
    pub const fn engine(&self) -> &Engine<RedbBackend> {
        &self.engine
    }

    /// What is kept beside the engine's state.
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// The private state and its operations.
    pub fn pxe(&self) -> &Pxe<RedbBackend> {
        self.engine.pxe()
    }

    /// Who watches operations.
    pub fn watch(&self) -> Watch {
        self.engine.watch(None)
    }
}

/// The network that a folder belongs to.
pub type Network = ChainId;

/// The system's own random values.
fn random_source() -> Box<dyn CryptoRng + Send> {
    Box::new(folder::system_random())
}
