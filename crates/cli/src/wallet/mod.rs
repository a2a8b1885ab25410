//! The wallet that the commands drive: what it keeps, and how a command becomes a transaction.
//!
//! - [`DataFolder`]: the folder with the vault and the store.
//! - [`Keys`]: the vault, and how it stays unlocked from one command to the next.
//! - [`Opened`]: an unlocked folder: accounts and names, without a node.
//! - [`Records`]: what a wallet keeps beside the private state: names, the journal of transactions.
//! - [`Wallet`]: the above and a PXE on one network. `accounts` and `contracts` say what it knows,
//!   `transactions` how calls are simulated, proved, sent and awaited.
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
mod journal;
mod names;
mod records;
mod resources;
mod signing;
mod test_accounts;
mod transactions;
mod vault;

use std::cell::RefCell;
use std::rc::Rc;

use pixie_node::types::NodeInfo;
use pixie_node::{
    AztecNode as _, ExpectedComponents, RpcNode, RpcOptions, SUPPORTED_VERSION, check_compatibility,
};
use pixie_primitives::Fr;
use pixie_primitives::auth_witness::ChainInfo;
use pixie_pxe::kernel::{Folder, NoProver, ResourceCircuits};
use pixie_pxe::pxe::{SharedEntropy, Watch};
use pixie_pxe::{Pxe, PxeParts};
use pixie_store::{LoadReport, RedbBackend};

pub use accounts::{AccountEntry, NewAccount, NewSigningHalf};
pub use artifacts::read_artifact;
pub use contracts::{ContractEntry, DeploymentOrder, Instance};
pub use error::{NotApproved, WalletError};
pub use events::{DecodedEvent, event_type, event_types};
pub use folder::{DataFolder, SealedStore, write_file};
pub use journal::{JournalEntry, Stage};
pub use names::AliasKind;
pub use records::{Network, Records};
pub use resources::open_resources;
pub use signing::Consent;
pub use test_accounts::test_account;
pub use transactions::{GasChoice, Order, SentTx};
pub use vault::{Keys, SystemClock};

/// An unlocked folder, without a node.
pub struct Opened {
    /// The vault.
    pub keys: Keys,
    /// What is kept beside the private state.
    pub records: Records,
    /// The store.
    pub store: SealedStore,
    /// What was found damaged in it.
    pub report: LoadReport,
}

impl Opened {
    /// Opens the store of a folder whose vault is unlocked.
    pub async fn new(folder: &DataFolder, mut keys: Keys) -> Result<Self, WalletError> {
        let store = SealedStore::new(folder.store()?, keys.vault.store_key()?);
        let (records, report) = store.records().await?;
        let mut opened = Self {
            keys,
            records,
            store,
            report,
        };
        opened.name_accounts().await?;
        Ok(opened)
    }
}

/// A wallet on one network.
pub struct Wallet {
    keys: RefCell<Keys>,
    records: Records,
    pxe: Pxe<RedbBackend>,
    resources: Rc<ResourceCircuits<Folder>>,
    chain: ChainInfo,
    entropy: SharedEntropy,
    watch: Watch,
    consent: Box<dyn Consent>,
}

impl Wallet {
    /// Opens the wallet of a folder on the network of a node, or begins one. A folder belongs to the
    /// network that it was first opened with.
    pub async fn open(
        opened: Opened,
        node_url: &str,
        resources: ResourceCircuits<Folder>,
        watch: Watch,
        consent: Box<dyn Consent>,
    ) -> Result<(Self, LoadReport), WalletError> {
        let node = RpcNode::connect(node_url, RpcOptions::default())
            .map_err(|error| WalletError::Node(error.into()))?;
        let info = node.node_info().await?;
        check_compatibility(&info, SUPPORTED_VERSION, &ExpectedComponents::default())
            .map_err(|error| WalletError::Node(error.into()))?;
        let Opened {
            keys,
            records,
            store,
            mut report,
        } = opened;
        records.claim_network(Network::of(&info)).await?;
        let resources = Rc::new(resources);
        let parts = PxeParts {
            node: Rc::new(node),
            kernels: Rc::clone(&resources) as _,
            prover: Rc::new(NoProver),
            entropy: Box::new(folder::random_source()?),
            protocol_contracts: resources.protocol_contracts().await?,
        };
        let (pxe, found) = Pxe::open(parts, store.backend(), store.sealing()?).await?;
        report.absorb(found);
        let chain = chain_info(&info);
        let wallet = Self {
            keys: RefCell::new(keys),
            records,
            pxe,
            resources,
            chain,
            entropy: SharedEntropy::new(Box::new(folder::random_source()?)),
            watch,
            consent,
        };
        wallet.register_accounts().await?;
        Ok((wallet, report))
    }

    /// What is kept beside the private state.
    pub const fn records(&self) -> &Records {
        &self.records
    }

    /// The private state and its operations.
    pub const fn pxe(&self) -> &Pxe<RedbBackend> {
        &self.pxe
    }

    /// The chain that signatures are for.
    pub const fn chain(&self) -> ChainInfo {
        self.chain
    }

    /// Who watches operations.
    pub const fn watch(&self) -> &Watch {
        &self.watch
    }

    fn entropy(&self) -> SharedEntropy {
        self.entropy.clone()
    }

    /// A random element.
    fn random_element(&self) -> Fr {
        Fr::random(&mut self.entropy())
    }
}

fn chain_info(info: &NodeInfo) -> ChainInfo {
    ChainInfo {
        chain_id: Fr::from(info.l1_chain_id),
        version: Fr::from(info.rollup_version),
    }
}
