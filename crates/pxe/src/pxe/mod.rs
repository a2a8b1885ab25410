//! The whole: what a wallet asks of its Private Execution Environment.
//!
//! Every operation runs as a job on a snapshot of the state. Transactions that are to be sent are
//! executed one after the other, for they must not tag logs with the same index; everything else goes
//! on meanwhile on its own snapshot.

mod entropy;
mod operations;
mod results;

use std::fmt;
use std::rc::Rc;

use async_lock::Mutex;
use pixie_node::AztecNode;
use pixie_node::clock::Clock;
use pixie_node::types::{L2Tips, NodeInfo};
use pixie_primitives::artifact::ContractArtifact;
use pixie_primitives::block::BlockHeader;
use pixie_primitives::contract::{ContractInstanceWithAddress, ProtocolContract};
use pixie_primitives::keys::{CompleteAddress, PartialAddress, SecretKey};
use pixie_primitives::{AztecAddress, ContractClassId};
use pixie_store::{Backend, CommitError, Database, Job, LoadReport, Sealing, Snapshot};
use rand_core::CryptoRng;

pub use entropy::SharedEntropy;
pub use operations::SimulateOptions;
pub use results::{PrivateEvents, Proved, Simulated, Watch};

use crate::error::PxeError;
use crate::execution::CircuitCache;
use crate::kernel::{KernelCircuits, PrivateKernelProver};
use crate::progress::Progress;
use crate::state::{LoadedContract, NetworkId, PxeTables, StateError, shards};
use crate::sync;
use crate::work::{AnchorBlock, Work};

/// What a PXE is made of.
pub struct PxeParts {
    /// The node.
    pub node: Rc<dyn AztecNode>,
    /// The kernel circuits.
    pub kernels: Rc<dyn KernelCircuits>,
    /// Makes the proofs.
    pub prover: Rc<dyn PrivateKernelProver>,
    /// Where random values come from.
    pub entropy: Box<dyn CryptoRng>,
    /// Lets the platform go on with what it was asked for.
    pub clock: Rc<dyn Clock>,
    /// The artifacts of the protocol's own contracts; those that are left out are to be
    /// [registered](Pxe::register_protocol_contract) before anything is executed.
    pub protocol_contracts: Vec<(ProtocolContract, ContractArtifact)>,
}

impl fmt::Debug for PxeParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PxeParts").finish_non_exhaustive()
    }
}

/// A Private Execution Environment for one network. Clones share everything.
pub struct Pxe<B> {
    inner: Rc<Inner<B>>,
}

struct Inner<B> {
    node: Rc<dyn AztecNode>,
    info: NodeInfo,
    kernels: Rc<dyn KernelCircuits>,
    prover: Rc<dyn PrivateKernelProver>,
    entropy: SharedEntropy,
    clock: Rc<dyn Clock>,
    database: Database<PxeTables, B>,
    circuits: Rc<CircuitCache>,
    /// Held while a transaction is executed that is to be sent.
    sending: Mutex<()>,
}

impl<B> Clone for Pxe<B> {
    fn clone(&self) -> Self {
        Self {
            inner: Rc::clone(&self.inner),
        }
    }
}

impl<B> fmt::Debug for Pxe<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pxe").finish_non_exhaustive()
    }
}

/// How often a short job is tried again when another one was faster.
const TRIES: usize = 8;

impl<B: Backend> Pxe<B> {
    /// Opens the state of the node's network in a backend, or begins it, and registers the
    /// protocol's own contracts. Rows that are corrupt are put aside and told of in the report.
    ///
    /// # Errors
    /// [`PxeError::Node`] if the node cannot be asked which network it is of,
    /// [`PxeError::Open`] and [`PxeError::Load`] if the state cannot be had.
    pub async fn open(
        parts: PxeParts,
        backend: B,
        sealing: Sealing,
    ) -> Result<(Self, LoadReport), PxeError> {
        let info = parts.node.node_info().await?;
        let network = NetworkId {
            l1_chain_id: info.l1_chain_id,
            rollup_version: info.rollup_version,
        };
        let (database, report) = PxeTables::open(backend, network, sealing).await?;
        let pxe = Self {
            inner: Rc::new(Inner {
                node: parts.node,
                info,
                kernels: parts.kernels,
                prover: parts.prover,
                entropy: SharedEntropy::new(parts.entropy),
                clock: parts.clock,
                database,
                circuits: Rc::default(),
                sending: Mutex::new(()),
            }),
        };
        for (contract, artifact) in parts.protocol_contracts {
            pxe.register_protocol_contract(contract, artifact).await?;
        }
        Ok((pxe, report))
    }

    /// The protocol's own contracts that are not registered yet.
    #[must_use]
    pub fn missing_protocol_contracts(&self) -> Vec<ProtocolContract> {
        let state = self.state();
        let is_missing = |contract: &ProtocolContract| {
            let registered = state.contract_instance(&contract.address());
            registered.is_err()
        };
        ProtocolContract::ALL
            .into_iter()
            .filter(is_missing)
            .collect()
    }

    /// Registers one of the protocol's own contracts. Nothing changes if it is registered already.
    ///
    /// # Errors
    /// [`PxeError::State`] for an artifact that makes no class, [`PxeError::Commit`].
    pub async fn register_protocol_contract(
        &self,
        contract: ProtocolContract,
        artifact: ContractArtifact,
    ) -> Result<(), PxeError> {
        if self.state().contract_instance(&contract.address()).is_ok() {
            return Ok(());
        }
        let class = artifact.class_id().map_err(StateError::from)?;
        let instance = contract.instance(class);
        self.load_contract(&instance).await?;
        self.change(|tables| tables.add_protocol_contract(&instance, artifact.clone()))
            .await
    }

    /// The node.
    #[must_use]
    pub fn node(&self) -> &dyn AztecNode {
        &*self.inner.node
    }

    /// What the node said of its network when the PXE was opened.
    #[must_use]
    pub fn node_info(&self) -> &NodeInfo {
        &self.inner.info
    }

    /// The state as of the last commit.
    #[must_use]
    pub fn state(&self) -> Snapshot<PxeTables> {
        self.inner.database.snapshot()
    }

    /// The header of the last block that was followed; nothing before the first operation.
    #[must_use]
    pub fn synced_header(&self) -> Option<BlockHeader> {
        let state = self.state();
        state.anchor().ok().map(|anchor| anchor.header)
    }

    /// Registers an account, so that notes for it are found and its keys can be used. Nothing changes
    /// if it is registered already.
    ///
    /// # Errors
    /// [`PxeError::Commit`].
    pub async fn register_account(
        &self,
        secret: &SecretKey,
        partial_address: PartialAddress,
    ) -> Result<CompleteAddress, PxeError> {
        self.change(|tables| Ok(tables.add_account(secret, partial_address).0))
            .await
    }

    /// The registered accounts, by address.
    #[must_use]
    pub fn accounts(&self) -> Vec<CompleteAddress> {
        let state = self.state();
        let addresses = state.account_addresses();
        addresses
            .filter_map(|address| state.complete_address(&address).copied())
            .collect()
    }

    /// Expects private messages from an address. Returns whether that is new.
    ///
    /// # Errors
    /// [`PxeError::Commit`].
    pub async fn register_sender(&self, sender: AztecAddress) -> Result<bool, PxeError> {
        self.change(|tables| Ok(tables.add_sender(sender))).await
    }

    /// Expects no messages from an address any more. Returns whether it did.
    ///
    /// # Errors
    /// [`PxeError::Commit`].
    pub async fn remove_sender(&self, sender: &AztecAddress) -> Result<bool, PxeError> {
        self.change(|tables| Ok(tables.remove_sender(sender))).await
    }

    /// The addresses that messages are expected from beside own accounts.
    #[must_use]
    pub fn senders(&self) -> Vec<AztecAddress> {
        self.state().senders.keys().copied().collect()
    }

    /// Registers a contract class by its artifact. Returns its id.
    ///
    /// # Errors
    /// [`PxeError::State`] for an artifact that makes no class, [`PxeError::Commit`].
    pub async fn register_contract_class(
        &self,
        artifact: ContractArtifact,
    ) -> Result<ContractClassId, PxeError> {
        let class = artifact.class_id().map_err(StateError::from)?;
        self.inner.database.load(&[shards::class(&class)]).await?;
        self.change(|tables| tables.add_contract_class(artifact.clone()))
            .await
    }

    /// Registers a contract, so that its functions can be called. The artifact may be left out if the
    /// class is registered; it must be that of the instance's current class, and the instance must
    /// hash to the address.
    ///
    /// The node is not told.
    ///
    /// # Errors
    /// [`PxeError::State`] for a wrong artifact or address, [`PxeError::Commit`].
    pub async fn register_contract(
        &self,
        instance: &ContractInstanceWithAddress,
        artifact: Option<ContractArtifact>,
    ) -> Result<(), PxeError> {
        self.load_contract(instance).await?;
        self.change(|tables| tables.add_contract(instance, artifact.clone()))
            .await
    }

    /// Gives a contract the artifact of the class that it has been updated to. The class must be the
    /// current one on the chain.
    ///
    /// # Errors
    /// [`PxeError::State`] for an unknown contract or an artifact of another class,
    /// [`PxeError::Sync`] and [`PxeError::Node`] if the current class cannot be read.
    pub async fn update_contract(
        &self,
        address: AztecAddress,
        artifact: ContractArtifact,
    ) -> Result<(), PxeError> {
        let _turn = self.inner.sending.lock().await;
        let class = artifact.class_id().map_err(StateError::from)?;
        self.inner.database.load(&[shards::class(&class)]).await?;
        let work = self.begin(&Watch::default()).await?;
        let instance = work.contract_instance(&address)?;
        let current = sync::classes::current_class(work.node(), work.anchor(), &instance).await?;
        work.state_mut()
            .update_contract(&address, artifact, current)?;
        self.finish(work).await
    }

    /// The addresses of the registered contracts, ascending.
    #[must_use]
    pub fn contracts(&self) -> Vec<AztecAddress> {
        self.state().contract_addresses().collect()
    }

    /// A registered contract.
    #[must_use]
    pub fn contract_instance(&self, address: &AztecAddress) -> Option<ContractInstanceWithAddress> {
        self.state().contract_instance(address).ok()
    }

    /// The artifact of a registered class.
    ///
    /// # Errors
    /// [`PxeError::State`] if there is none or it cannot be read.
    pub fn contract_artifact(
        &self,
        class: &ContractClassId,
    ) -> Result<std::sync::Arc<LoadedContract>, PxeError> {
        Ok(self.state().class_artifact(class)?)
    }

    /// Follows the chain to its tip.
    ///
    /// # Errors
    /// [`PxeError::Node`], [`PxeError::Sync`], [`PxeError::Commit`].
    pub async fn sync(&self, watch: &Watch) -> Result<AnchorBlock, PxeError> {
        let work = self.begin(watch).await?;
        let anchor = work.anchor().clone();
        self.finish_or_drop(work).await?;
        Ok(anchor)
    }

    /// A short job that only writes.
    async fn change<R>(
        &self,
        mut change: impl FnMut(&mut PxeTables) -> Result<R, StateError>,
    ) -> Result<R, PxeError> {
        let mut tries = 1;
        loop {
            let mut job = self.inner.database.exclusive_job().await?;
            let result = change(&mut job)?;
            match self.inner.database.commit(job).await {
                Ok(_) => return Ok(result),
                Err(CommitError::Conflict { .. } | CommitError::Superseded) if tries < TRIES => {
                    tries += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn load_contract(&self, contract: &ContractInstanceWithAddress) -> Result<(), PxeError> {
        let class = contract.instance.current_contract_class_id;
        let shards = [shards::contract(&contract.address), shards::class(&class)];
        self.inner.database.load(&shards).await?;
        Ok(())
    }

    /// Begins an operation: follows the chain to its tip.
    async fn begin(&self, watch: &Watch) -> Result<Work, PxeError> {
        watch.report(Progress::SyncingBlocks);
        let mut job = self.inner.database.job();
        let anchor = sync::blocks::synchronize(self.node(), &mut job).await?;
        Ok(self.work(job, anchor, watch))
    }

    /// Begins an operation on a job from before the node told of these tips.
    async fn begin_at(
        &self,
        mut job: Job<PxeTables>,
        tips: L2Tips,
        watch: &Watch,
    ) -> Result<Work, PxeError> {
        watch.report(Progress::SyncingBlocks);
        let anchor = sync::blocks::synchronize_to(self.node(), &mut job, tips).await?;
        Ok(self.work(job, anchor, watch))
    }

    fn work(&self, job: Job<PxeTables>, anchor: AnchorBlock, watch: &Watch) -> Work {
        let inner = &self.inner;
        let work = Work::new(
            Rc::clone(&inner.node),
            job,
            anchor,
            Box::new(inner.entropy.clone()),
            watch.progress(),
            watch.cancellation(),
        );
        work.with_circuits(Rc::clone(&inner.circuits))
    }

    /// Commits the writes of an operation.
    async fn finish(&self, work: Work) -> Result<(), PxeError> {
        self.inner.database.commit(work.into_job()).await?;
        Ok(())
    }

    /// Commits what an operation found out on the way, unless that would stand in the way of a
    /// transaction that is being executed, or another operation was faster: it will be found again.
    async fn finish_or_drop(&self, work: Work) -> Result<(), PxeError> {
        let Some(_turn) = self.inner.sending.try_lock() else {
            return Ok(());
        };
        match self.inner.database.commit(work.into_job()).await {
            Ok(_) | Err(CommitError::Conflict { .. } | CommitError::Superseded) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
