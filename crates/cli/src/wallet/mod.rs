//! The wallet that the commands drive: what it keeps, and how a command becomes a transaction.
//!
//! - [`DataFolder`]: the folder with the key and the store.
//! - [`Records`]: what a wallet keeps beside the private state: accounts with their keys, names, the
//!   journal of transactions.
//! - [`Wallet`]: the above and a PXE on one network. `accounts` and `contracts` say what it knows,
//!   `transactions` how calls are simulated, proved, sent and awaited.
//!
//! Nothing here knows the command line.

mod accounts;
mod artifacts;
mod contracts;
mod error;
mod events;
mod folder;
mod journal;
mod names;
mod records;
mod resources;
mod test_accounts;
mod transactions;

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

pub use accounts::{AccountEntry, NewAccount};
pub use artifacts::read_artifact;
pub use contracts::{ContractEntry, DeploymentOrder, Instance};
pub use error::WalletError;
pub use events::{DecodedEvent, event_type, event_types};
pub use folder::DataFolder;
pub use journal::{JournalEntry, Stage};
pub use names::AliasKind;
pub use records::{Network, Records};
pub use resources::open_resources;
pub use test_accounts::test_account;
pub use transactions::{GasChoice, Order, SentTx};

/// A wallet on one network.
pub struct Wallet {
    records: Records,
    pxe: Pxe<RedbBackend>,
    resources: Rc<ResourceCircuits<Folder>>,
    chain: ChainInfo,
    entropy: SharedEntropy,
    watch: Watch,
}

/// A wallet and what was found damaged in its store.
pub struct Opened {
    /// The wallet.
    pub wallet: Wallet,
    /// What was found damaged.
    pub report: LoadReport,
}

impl Wallet {
    /// Opens the wallet of a folder on the network of a node, or begins one. A folder belongs to the
    /// network that it was first opened with.
    pub async fn open(
        folder: &DataFolder,
        node_url: &str,
        resources: ResourceCircuits<Folder>,
        watch: Watch,
    ) -> Result<Opened, WalletError> {
        let node = RpcNode::connect(node_url, RpcOptions::default())
            .map_err(|error| WalletError::Node(error.into()))?;
        let info = node.node_info().await?;
        check_compatibility(&info, SUPPORTED_VERSION, &ExpectedComponents::default())
            .map_err(|error| WalletError::Node(error.into()))?;
        let (records, mut report) = folder.records().await?;
        records.claim_network(Network::of(&info)).await?;
        let resources = Rc::new(resources);
        let parts = PxeParts {
            node: Rc::new(node),
            kernels: Rc::clone(&resources) as _,
            prover: Rc::new(NoProver),
            entropy: Box::new(folder::random_source()?),
            protocol_contracts: resources.protocol_contracts().await?,
        };
        let (pxe, found) = Pxe::open(parts, folder.backend(), folder.sealing()?).await?;
        report.absorb(found);
        let chain = chain_info(&info);
        let wallet = Self {
            records,
            pxe,
            resources,
            chain,
            entropy: SharedEntropy::new(Box::new(folder::random_source()?)),
            watch,
        };
        wallet.register_accounts().await?;
        Ok(Opened { wallet, report })
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
