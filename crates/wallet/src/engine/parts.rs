//! What an engine is made of, and what it asks of the platform that it runs on.

use std::fmt;
use std::rc::Rc;

use async_trait::async_trait;
use pixie_node::AztecNode;
use pixie_primitives::artifact::ContractArtifact;
use pixie_pxe::Progress;
use pixie_pxe::kernel::{
    CircuitsError, KernelCircuits, PrivateKernelProver, ResourceCircuits, ResourceFiles,
};
use pixie_store::DataKey;
use pixie_vault::Clock;
use rand_core::CryptoRng;

use super::network::ExpectedChain;
use crate::journal::EntryId;

/// Gives sources of random values.
pub trait Entropy {
    /// A new source: the system's own, or one seeded by it.
    fn source(&self) -> Box<dyn CryptoRng + Send>;
}

impl<F: Fn() -> Box<dyn CryptoRng + Send>> Entropy for F {
    fn source(&self) -> Box<dyn CryptoRng + Send> {
        self()
    }
}

/// The circuits and the contracts that come with the wallet.
#[async_trait(?Send)]
pub trait Resources: KernelCircuits {
    /// The artifact of a contract that comes with the wallet, by its name.
    ///
    /// # Errors
    /// [`CircuitsError`].
    async fn contract(&self, name: &str) -> Result<ContractArtifact, CircuitsError>;
}

#[async_trait(?Send)]
impl<F: ResourceFiles> Resources for ResourceCircuits<F> {
    async fn contract(&self, name: &str) -> Result<ContractArtifact, CircuitsError> {
        Self::contract(self, name).await
    }
}

/// Is told what the engine is doing.
pub trait Observer {
    /// A step has begun, of an entry of the journal or of something else.
    fn progress(&self, entry: Option<EntryId>, step: Progress);
}

/// Takes no note.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn progress(&self, _: Option<EntryId>, _: Progress) {}
}

/// What an engine is made of.
#[derive(Clone)]
pub struct EngineParts<B> {
    /// Where everything is kept.
    pub backend: B,
    /// What it is sealed with: [`Vault::store_key`](pixie_vault::Vault::store_key).
    pub key: DataKey,
    /// The node of the network.
    pub node: Rc<dyn AztecNode>,
    /// The chain that the node must be of.
    pub expected: ExpectedChain,
    /// The circuits and the contracts that come with the wallet.
    pub resources: Rc<dyn Resources>,
    /// Makes the proofs.
    pub prover: Rc<dyn PrivateKernelProver>,
    /// Where random values come from.
    pub entropy: Rc<dyn Entropy>,
    /// Tells the time.
    pub clock: Rc<dyn Clock>,
    /// Waits.
    pub timer: Rc<dyn pixie_node::clock::Clock>,
    /// Is told what the engine is doing.
    pub observer: Rc<dyn Observer>,
}

impl<B> fmt::Debug for EngineParts<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineParts").finish_non_exhaustive()
    }
}
