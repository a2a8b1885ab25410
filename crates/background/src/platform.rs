//! The browser as the wallet's platform.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::LocalBoxFuture;
use pixie_bridge::Place;
use pixie_bridge::session::{Change, WalletInfo};
use pixie_node::clock::{Clock as _, SystemClock};
use pixie_node::{AztecNode, NodeError, RpcNode, RpcOptions};
use pixie_pxe::kernel::{NoProver, PrivateKernelProver, ResourceCircuits};
use pixie_store_indexeddb::IndexedDbBackend;
use pixie_vault::{BackendStorage, Clock, SessionToken};
use pixie_wallet::engine::{Entropy, Resources};
use pixie_wallet::ui::{Event, Network, Platform};
use rand_core::CryptoRng;
use wasm_bindgen_futures::spawn_local;
use zeroize::Zeroizing;

use crate::clock::BrowserClock;
use crate::files::PackagedFiles;
use crate::host::{Area, Host};
use crate::log;
use crate::random::BrowserRng;
use crate::records::BrowserRecords;

/// The keys of the rows of sessions with web pages begin so; `SESSIONS` of
/// `extension/src/background/engine.ts`.
const SESSIONS: &str = "bridge/";
/// The key of the token that resumes an unlocked vault.
const TOKEN: &str = "vault/token";

/// The service worker of the extension.
pub struct Browser {
    host: Host,
    /// Keeps the vault's records, which are apart from what their keys seal.
    vault: IndexedDbBackend,
    backend: IndexedDbBackend,
    resources: Rc<ResourceCircuits<PackagedFiles>>,
    /// Rows could not be kept: what depends on them must not leave.
    is_forgetful: Cell<bool>,
}

impl Browser {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        host: Host,
        vault: IndexedDbBackend,
        backend: IndexedDbBackend,
        resources: ResourceCircuits<PackagedFiles>,
    ) -> Self {
        Self {
            host,
            vault,
            backend,
            resources: Rc::new(resources),
            is_forgetful: Cell::new(false),
        }
    }
}

#[async_trait(?Send)]
impl Platform for Browser {
    type Backend = IndexedDbBackend;
    type VaultStorage = BrowserRecords<BackendStorage<IndexedDbBackend>>;

    fn backend(&self) -> IndexedDbBackend {
        self.backend.clone()
    }

    fn vault_storage(&self) -> Self::VaultStorage {
        BrowserRecords::new(&self.host, BackendStorage::new(self.vault.clone()))
    }

    fn entropy(&self) -> Rc<dyn Entropy> {
        Rc::new(|| -> Box<dyn CryptoRng + Send> { Box::new(BrowserRng) })
    }

    fn clock(&self) -> Rc<dyn Clock> {
        Rc::new(BrowserClock)
    }

    fn timer(&self) -> Rc<dyn pixie_node::clock::Clock> {
        Rc::new(SystemClock)
    }

    fn resources(&self) -> Rc<dyn Resources> {
        Rc::clone(&self.resources) as Rc<dyn Resources>
    }

    fn prover(&self) -> Rc<dyn PrivateKernelProver> {
        Rc::new(NoProver)
    }

    fn connect(&self, url: &str) -> Result<Rc<dyn AztecNode>, NodeError> {
        Ok(Rc::new(RpcNode::connect(url, RpcOptions::default())?))
    }

    fn wallet(&self) -> WalletInfo {
        WalletInfo {
            id: "pixie".to_owned(),
            name: "Pixie".to_owned(),
            icon: Some(format!(
                "data:image/svg+xml;base64,{}",
                STANDARD.encode(ICON)
            )),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    fn networks(&self) -> Vec<Network> {
        vec![Network {
            id: "local".to_owned(),
            name: "Local network".to_owned(),
            url: "http://localhost:8080".to_owned(),
            built_in: true,
        }]
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        spawn_local(task);
    }

    fn spawn_later(&self, task: LocalBoxFuture<'static, ()>) {
        spawn_local(async move {
            // What has been asked goes on in microtasks, which come before timers.
            SystemClock.sleep(Duration::ZERO).await;
            task.await;
        });
    }

    fn emit(&self, event: Event) {
        match serde_json::to_string(&event) {
            Ok(text) => self.host.emit(&text),
            Err(error) => log::failure::<serde_json::Error>(Err(error)),
        }
    }

    async fn keep_session(&self, token: Option<&SessionToken>) {
        let text = token.map(|token| Zeroizing::new(STANDARD.encode(token.as_bytes())));
        let change = [(TOKEN, text.as_ref().map(|text| text.as_str()))];
        log::failure(self.host.write(Area::Session, change).await);
    }

    async fn session(&self) -> Option<SessionToken> {
        let text = self.host.read(Area::Session, TOKEN).await.ok()??;
        let text = Zeroizing::new(text);
        let bytes = Zeroizing::new(STANDARD.decode(text.as_bytes()).ok()?);
        let mut token: [u8; 32] = bytes.as_slice().try_into().ok()?;
        Some(SessionToken::new(&mut token))
    }

    async fn keep_rows(&self, changes: Vec<Change>) {
        let rows: Vec<(String, Option<Zeroizing<String>>)> = changes
            .into_iter()
            .map(|change| match change {
                Change::Put { key, row } => {
                    let text = Zeroizing::new(STANDARD.encode(row.as_bytes()));
                    (format!("{SESSIONS}{key}"), Some(text))
                }
                Change::Remove { key } => (format!("{SESSIONS}{key}"), None),
            })
            .collect();
        let rows = rows
            .iter()
            .map(|(key, text)| (key.as_str(), text.as_ref().map(|text| text.as_str())));
        let kept = self.host.write(Area::Session, rows).await;
        self.is_forgetful.set(kept.is_err());
        log::failure(kept);
    }

    async fn rows(&self) -> Vec<(String, Vec<u8>)> {
        let kept = match self.host.read_all(Area::Session, SESSIONS).await {
            Ok(kept) => kept,
            Err(error) => {
                log::failure(Err(error));
                return Vec::new();
            }
        };
        let rows = kept.into_iter().map(|(key, text)| {
            let text = Zeroizing::new(text);
            let key = key.strip_prefix(SESSIONS).unwrap_or(&key).to_owned();
            // What cannot be read is damaged, which no bytes are as well.
            (key, STANDARD.decode(text.as_bytes()).unwrap_or_default())
        });
        rows.collect()
    }

    async fn deliver(&self, to: Place, message: String) {
        // What was to be kept first was not: after a restart the same number would be used again.
        if self.is_forgetful.get() {
            return;
        }
        // A document that is gone needs no message.
        let _ = self.host.deliver(&to, &message).await;
    }
}

/// What dapps show for the wallet.
const ICON: &[u8] = include_bytes!("../../../extension/public/icons/icon.svg");
