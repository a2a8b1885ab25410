//! The engine as the service worker of the extension loads it. It gives the wallet the browser's clock,
//! random numbers, storage and network, and passes on what the service worker hears.
//!
//! Everything that crosses to JavaScript is text in JSON, or an `Error` with a stable `code`. The
//! other side is `extension/src/background/engine.ts`.

mod clock;
mod error;
mod files;
mod host;
mod log;
mod platform;
mod random;
mod records;

use futures_util::future::join3;
use pixie_acir::pack::Source;
use pixie_bridge::{ReportedSender, Sender};
use pixie_pxe::kernel::ResourceCircuits;
use pixie_store_indexeddb::IndexedDbBackend;
use pixie_wallet::approval::WindowId;
use pixie_wallet::ui::{App, Reply, UiError, UiErrorCode};
use wasm_bindgen::prelude::*;

use crate::error::{StartError, told};
use crate::files::PackagedFiles;
use crate::platform::Browser;

pub use crate::host::Host;

/// The database of the vault's records.
const VAULT: &str = "pixie vault";
/// The database of everything that is sealed with the vault's key.
const WALLET: &str = "pixie wallet";
/// The file that tells what the resources are.
const INDEX: &str = "index.json";

/// The wallet, running.
#[wasm_bindgen]
pub struct Engine(App<Browser>);

/// Starts the wallet: opens the storage, takes up what was going on.
///
/// # Errors
/// An `Error` whose code says why.
#[wasm_bindgen]
pub async fn start(host: Host) -> Result<Engine, JsValue> {
    log::install_panic_hook();
    Ok(Engine(begin(host).await?))
}

async fn begin(host: Host) -> Result<App<Browser>, StartError> {
    let files = PackagedFiles::RESOURCES;
    // The browser does these at once.
    let (index, vault, wallet) = join3(
        files.bytes(INDEX),
        IndexedDbBackend::open(VAULT),
        IndexedDbBackend::open(WALLET),
    )
    .await;
    let resources = ResourceCircuits::new(Source::packed(&index?)?, files);
    let browser = Browser::new(host, vault?, wallet?, resources);
    Ok(App::start(browser).await?)
}

#[wasm_bindgen]
impl Engine {
    /// Answers a request of one of our own pages: `{method, params}` in JSON, the result in JSON.
    ///
    /// # Errors
    /// An `Error` with a `code` and perhaps `details`.
    pub async fn ask(&self, request: String) -> Result<String, JsValue> {
        match self.0.handle_json(&request).await {
            Reply::Result(answer) => serde_json::to_string(&answer)
                .map_err(|error| told(&UiError::new(UiErrorCode::Internal, error.to_string()))),
            Reply::Error(error) => Err(told(&error)),
        }
    }

    /// A window of the browser was closed: what it asked the user is refused.
    #[wasm_bindgen(js_name = windowClosed)]
    pub fn window_closed(&self, window: u32) {
        self.0.window_closed(WindowId(window.into()));
    }

    /// Takes a message that a content script relayed; `sender` is what the browser says of it, in
    /// JSON. When this is done, the content script may be told that the message has arrived.
    pub async fn relayed(&self, sender: String, text: String) {
        self.0.receive(&reported(&sender), &text).await;
    }

    /// A document is gone.
    #[wasm_bindgen(js_name = forgetDocument)]
    pub async fn forget_document(&self, sender: String) {
        // Who has no place has no session.
        if let Ok(sender) = Sender::try_from(&reported(&sender)) {
            self.0.document_gone(&sender.place).await;
        }
    }

    /// A tab was closed.
    #[wasm_bindgen(js_name = forgetTab)]
    pub async fn forget_tab(&self, tab: u32) {
        self.0.tab_gone(tab).await;
    }

    /// Time has passed: locks what is due, looks after transactions.
    pub async fn tick(&self) {
        self.0.tick().await;
    }
}

/// What the browser says of a sender; what cannot be read says nothing, and is refused as such.
fn reported(sender: &str) -> ReportedSender {
    serde_json::from_str(sender).unwrap_or_default()
}
