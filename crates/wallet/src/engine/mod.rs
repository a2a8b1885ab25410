//! The engine of one network: private state, journal, records and the chain, put together.
//!
//! An [`Engine`] is opened when the vault is unlocked, with [the key](pixie_vault::Vault::store_key)
//! that its rows are sealed under, and [closed](Engine::close) when the vault is locked. Clones are
//! handles on one engine.
//!
//! - `contracts`: registering contracts, encoding calls, reading what they return.
//! - `simulation`: trying calls out; executing utility functions; profiling.
//! - `transactions`: [orders](Order), what they cost, their way through the journal, waiting for them.
//! - `tokens`: the list of tokens, balances, transfers.
//! - `authorizations`: whether what an account has allowed still holds.
//! - `incidents`: what sites were refused.
//!
//! An order becomes a transaction by [`Engine::request`], which writes it down, and [`Engine::run`],
//! which takes it through [approval](crate::approval) to the node, from wherever it is; after a restart
//! [`Engine::unfinished`] says what is to be run again. It needs a [`User`](crate::approval::User) to
//! ask and [`Keys`] to sign with.

mod accounts;
mod authorizations;
mod contracts;
mod error;
mod incidents;
mod network;
mod order;
mod parts;
mod records;
mod simulation;
mod steps;
mod tokens;
mod transactions;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use pixie_bridge::{Origin, Timestamp};
use pixie_node::AztecNode;
use pixie_node::types::NodeInfo;
use pixie_primitives::auth_witness::ChainInfo;
use pixie_primitives::{AztecAddress, ContractClassId};
use pixie_pxe::pxe::{SharedEntropy, Watch};
use pixie_pxe::state::LoadedContract;
use pixie_pxe::{Cancellation, Progress, ProgressSink, Pxe, PxeParts};
use pixie_store::{Backend, LoadReport, Sealing};
use pixie_vault::{Clock, UnixMillis};

use crate::directory::Registered;
use crate::journal::{EntryId, Journal};
use crate::permissions::Gate;

pub use accounts::{Deployed, OwnAccount};
pub use authorizations::Authorization;
pub use contracts::Registration;
pub use error::EngineError;
pub use incidents::{Incident, IncidentKey, IncidentKind, MAX_INCIDENTS, Noted};
pub use network::{ChainId, ExpectedChain};
pub use order::{Fee, Order, Task, scopes};
pub use parts::{EngineParts, Entropy, NoObserver, Observer, Resources};
pub(crate) use records::check_name;
pub use records::{Contact, MAX_NAME, RecordTables, Records, Site, TokenRecord};
pub use simulation::{Estimate, SimulatedLimits, Simulation};
pub use steps::Keys;
pub(crate) use steps::Prepared;
pub use tokens::{Place, TokenBalance};
pub use transactions::{Ended, WaitPolicy};

/// The engine of one network.
pub struct Engine<B: Backend>(Rc<Inner<B>>);

struct Inner<B: Backend> {
    pxe: Pxe<B>,
    journal: Journal<B>,
    records: Records<B>,
    chain: ChainId,
    resources: Rc<dyn Resources>,
    entropy: SharedEntropy,
    clock: Rc<dyn Clock>,
    timer: Rc<dyn pixie_node::clock::Clock>,
    observer: Rc<dyn Observer>,
    cancellation: Cancellation,
    accounts: RefCell<BTreeMap<AztecAddress, OwnAccount>>,
    /// What stands in for contracts in simulations, by the class that it passes for.
    stand_ins: RefCell<BTreeMap<ContractClassId, Arc<LoadedContract>>>,
    /// The entries that are being worked on.
    running: RefCell<BTreeSet<EntryId>>,
    /// What sites were refused and that is not written down yet.
    incidents: RefCell<Noted>,
}

impl<B: Backend> Clone for Engine<B> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<B: Backend> fmt::Debug for Engine<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("chain", &self.0.chain)
            .finish_non_exhaustive()
    }
}

/// Tells the observer which entry a step is of.
struct Labelled {
    entry: Option<EntryId>,
    observer: Rc<dyn Observer>,
}

impl ProgressSink for Labelled {
    fn report(&self, step: Progress) {
        self.observer.progress(self.entry, step);
    }
}

impl<B: Backend + Clone> Engine<B> {
    /// Opens what is kept of the node's network, or begins it. Rows that are damaged are put aside and
    /// told of in the report.
    ///
    /// # Errors
    /// [`EngineError::WrongChain`] if the node is of another chain or release than expected,
    /// [`EngineError::Node`] if it is out of reach, and those of the stores.
    pub async fn open(parts: EngineParts<B>) -> Result<(Self, LoadReport), EngineError> {
        let info = parts.node.node_info().await?;
        let chain = parts.expected.check(&info)?;
        let sealing = || Sealing::sealed(parts.key.clone(), parts.entropy.source());
        let backend = || parts.backend.clone();
        let (journal, mut report) = Journal::open(backend(), chain, sealing()).await?;
        let (records, found) = Records::open(backend(), chain, sealing()).await?;
        report.absorb(found);
        let pxe_parts = PxeParts {
            node: parts.node,
            kernels: Rc::clone(&parts.resources) as _,
            prover: parts.prover,
            entropy: parts.entropy.source(),
            clock: Rc::clone(&parts.timer),
            protocol_contracts: Vec::new(),
        };
        let opening = Pxe::open(pxe_parts, backend(), sealing());
        let (pxe, found) = Box::pin(opening).await?;
        report.absorb(found);
        // Their artifacts are large: they are read only once.
        for contract in pxe.missing_protocol_contracts() {
            let artifact = parts.resources.contract(contract.name()).await?;
            pxe.register_protocol_contract(contract, artifact).await?;
        }
        let engine = Self(Rc::new(Inner {
            pxe,
            journal,
            records,
            chain,
            resources: parts.resources,
            entropy: SharedEntropy::new(parts.entropy.source()),
            clock: parts.clock,
            timer: parts.timer,
            observer: parts.observer,
            cancellation: Cancellation::default(),
            accounts: RefCell::default(),
            stand_ins: RefCell::default(),
            running: RefCell::default(),
            incidents: RefCell::default(),
        }));
        Ok((engine, report))
    }
}

impl<B: Backend> Engine<B> {
    /// Stops all that is under way, at its next step; transactions go on from where they are when the
    /// engine is opened again. What holds a clone has to drop it for the keys to leave the memory.
    pub fn close(&self) {
        self.0.cancellation.cancel();
    }

    /// Whether the engine was closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.cancellation.is_cancelled()
    }

    pub(crate) fn check_open(&self) -> Result<(), EngineError> {
        match self.is_closed() {
            true => Err(EngineError::Closed),
            false => Ok(()),
        }
    }

    /// The private state and its operations.
    #[must_use]
    pub fn pxe(&self) -> &Pxe<B> {
        &self.0.pxe
    }

    /// The journal of transactions.
    #[must_use]
    pub fn journal(&self) -> &Journal<B> {
        &self.0.journal
    }

    /// Contacts, tokens, and what dapps were granted.
    #[must_use]
    pub fn records(&self) -> &Records<B> {
        &self.0.records
    }

    /// The node.
    #[must_use]
    pub fn node(&self) -> &dyn AztecNode {
        self.0.pxe.node()
    }

    /// What the node said of itself when the engine was opened.
    #[must_use]
    pub fn node_info(&self) -> &NodeInfo {
        self.0.pxe.node_info()
    }

    /// The chain.
    #[must_use]
    pub fn chain(&self) -> ChainId {
        self.0.chain
    }

    /// The chain, in the form that signatures are for.
    #[must_use]
    pub fn chain_info(&self) -> ChainInfo {
        self.0.chain.info()
    }

    /// The contracts that come with the wallet.
    #[must_use]
    pub fn resources(&self) -> &dyn Resources {
        &*self.0.resources
    }

    /// A handle on the engine's source of random values.
    #[must_use]
    pub fn entropy(&self) -> SharedEntropy {
        self.0.entropy.clone()
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        self.0.clock.now()
    }

    /// The time, as grants have it.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        Timestamp(self.now().0)
    }

    /// Who watches an operation of an entry, or of nothing in particular.
    #[must_use]
    pub fn watch(&self, entry: Option<EntryId>) -> Watch {
        let observer = Rc::clone(&self.0.observer);
        let sink = Labelled { entry, observer };
        Watch::new(Rc::new(sink), self.0.cancellation.clone())
    }

    /// What the wallet knows of addresses, as of now.
    #[must_use]
    pub fn directory(&self) -> Registered {
        let records = self.0.records.snapshot();
        let contacts = records.contacts.iter();
        let contacts = contacts.map(|(address, contact)| (*address, contact.alias.clone()));
        let accounts = self.0.accounts.borrow();
        // An account's own name comes before that of a contact.
        let own = accounts.iter();
        let own = own.map(|(address, account)| (*address, account.label.clone()));
        let tokens = records.tokens.iter();
        Registered {
            state: self.0.pxe.state(),
            names: contacts.chain(own).collect(),
            tokens: tokens
                .map(|(address, token)| (*address, token.info.clone()))
                .collect(),
        }
    }

    /// Decides on what a dapp asks for, by what it was granted as of now.
    pub fn with_gate<R>(&self, origin: &Origin, decide: impl FnOnce(&Gate<'_>) -> R) -> R {
        let (grants, directory) = (self.records().grants(origin), self.directory());
        let own_accounts = self.own_addresses();
        decide(&Gate {
            grants: &grants,
            directory: &directory,
            own_accounts: &own_accounts,
            now: self.timestamp(),
        })
    }

    /// Takes everything back that a dapp was granted.
    ///
    /// # Errors
    /// [`EngineError::Commit`].
    pub async fn revoke(&self, origin: &Origin) -> Result<(), EngineError> {
        let now = self.timestamp();
        self.0
            .records
            .change_grants(origin, now, |site| site.grants.revoke_all())
            .await?;
        Ok(())
    }
}
