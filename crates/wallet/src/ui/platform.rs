//! What the wallet asks of the platform that it runs on.

use std::rc::Rc;

use async_trait::async_trait;
use futures_util::future::LocalBoxFuture;
use pixie_bridge::Place;
use pixie_bridge::session::{Change, WalletInfo};
use pixie_node::{AztecNode, NodeError};
use pixie_pxe::kernel::PrivateKernelProver;
use pixie_store::Backend;
use pixie_vault::{Clock, SessionToken, VaultConfig, VaultStorage};

use super::types::{Event, Network};
use crate::engine::{Entropy, Resources};

/// The platform that a wallet runs on: a browser's service worker, or a test.
#[async_trait(?Send)]
pub trait Platform: 'static {
    /// Keeps the rows.
    type Backend: Backend + Clone + 'static;
    /// Keeps the vault's records.
    type VaultStorage: VaultStorage + 'static;

    /// Where rows are kept.
    fn backend(&self) -> Self::Backend;

    /// Where the vault's records are kept.
    fn vault_storage(&self) -> Self::VaultStorage;

    /// How the vault is run.
    fn vault_config(&self) -> VaultConfig {
        VaultConfig::default()
    }

    /// Where random values come from.
    fn entropy(&self) -> Rc<dyn Entropy>;

    /// Tells the time.
    fn clock(&self) -> Rc<dyn Clock>;

    /// Waits.
    fn timer(&self) -> Rc<dyn pixie_node::clock::Clock>;

    /// The circuits and the contracts that come with the wallet.
    fn resources(&self) -> Rc<dyn Resources>;

    /// Makes the proofs.
    fn prover(&self) -> Rc<dyn PrivateKernelProver>;

    /// A client of the node at an address.
    ///
    /// # Errors
    /// An address that is none.
    fn connect(&self, url: &str) -> Result<Rc<dyn AztecNode>, NodeError>;

    /// What the wallet tells dapps of itself.
    fn wallet(&self) -> WalletInfo;

    /// The networks that come with the wallet; the first one is used until another is selected.
    fn networks(&self) -> Vec<Network>;

    /// Goes on with something beside everything else.
    fn spawn(&self, task: LocalBoxFuture<'static, ()>);

    /// The same with something that begins with much work: it comes after what somebody waits for, where
    /// the platform can tell.
    fn spawn_later(&self, task: LocalBoxFuture<'static, ()>) {
        self.spawn(task);
    }

    /// Tells all pages something.
    fn emit(&self, event: Event);

    /// Keeps the token that resumes an unlocked vault where nothing outlives the browser, or forgets
    /// it.
    async fn keep_session(&self, token: Option<&SessionToken>);

    /// The token that was kept.
    async fn session(&self) -> Option<SessionToken>;

    /// Keeps rows of the sessions with dapps, all of them or none, as long as the browser's pages live.
    async fn keep_rows(&self, changes: Vec<Change>);

    /// The rows that were kept.
    async fn rows(&self) -> Vec<(String, Vec<u8>)>;

    /// Sends a message to the content script in exactly this document.
    async fn deliver(&self, to: Place, message: String);
}
