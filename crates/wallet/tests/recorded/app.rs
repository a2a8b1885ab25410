//! The wallet as a whole, as pages and dapps have it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use async_trait::async_trait;
use futures_util::future::LocalBoxFuture;
use pixie_bridge::session::{Change, WalletInfo};
use pixie_bridge::{Place, ReportedSender};
use pixie_node::{AztecNode, NodeError, TransportError};
use pixie_pxe::kernel::{NoProver, PrivateKernelProver};
use pixie_vault::{Clock, MemoryVaultStorage, SessionToken, VaultConfig};
use pixie_wallet::engine::{Entropy, Resources};
use pixie_wallet::ui::{App, Event, Network, Platform};
use serde_json::{Value, json};

use super::world::{Mortal, Parts, parts, vault_config};

type Tasks = Rc<RefCell<Vec<LocalBoxFuture<'static, ()>>>>;

/// A browser that can be started again.
#[derive(Clone)]
pub struct Browser {
    pub parts: Rc<Parts>,
    pub records: MemoryVaultStorage,
    tasks: Tasks,
    events: Rc<RefCell<Vec<Event>>>,
    session: Rc<RefCell<Option<[u8; 32]>>>,
    rows: Rc<RefCell<std::collections::BTreeMap<String, Vec<u8>>>>,
    pub delivered: Rc<RefCell<Vec<(Place, String)>>>,
    /// Whether rows of sessions wait before they are kept.
    pub is_slow: Rc<Cell<bool>>,
}

#[async_trait(?Send)]
impl Platform for Browser {
    type Backend = Mortal;
    type VaultStorage = MemoryVaultStorage;

    fn backend(&self) -> Mortal {
        self.parts.backend.clone()
    }

    fn vault_storage(&self) -> MemoryVaultStorage {
        self.records.clone()
    }

    fn entropy(&self) -> Rc<dyn Entropy> {
        Rc::clone(&self.parts.entropy)
    }

    fn clock(&self) -> Rc<dyn Clock> {
        Rc::new(self.parts.clock.clone())
    }

    fn timer(&self) -> Rc<dyn pixie_node::clock::Clock> {
        Rc::clone(&self.parts.timer)
    }

    fn resources(&self) -> Rc<dyn Resources> {
        Rc::clone(&self.parts.resources)
    }

    fn prover(&self) -> Rc<dyn PrivateKernelProver> {
        Rc::new(NoProver)
    }

    fn vault_config(&self) -> VaultConfig {
        vault_config()
    }

    fn connect(&self, url: &str) -> Result<Rc<dyn AztecNode>, NodeError> {
        match url {
            "http://localhost:8080" => Ok(Rc::clone(&self.parts.node)),
            _ => Err(NodeError::Transport(TransportError::Connect {
                reason: "nobody is there".to_owned(),
            })),
        }
    }

    fn wallet(&self) -> WalletInfo {
        WalletInfo {
            id: "pixie".to_owned(),
            name: "Pixie".to_owned(),
            icon: None,
            version: "0.1.0".to_owned(),
        }
    }

    fn networks(&self) -> Vec<Network> {
        vec![Network {
            id: "local".to_owned(),
            name: "Local".to_owned(),
            url: "http://localhost:8080".to_owned(),
            built_in: true,
        }]
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.tasks.borrow_mut().push(task);
    }

    fn emit(&self, event: Event) {
        self.events.borrow_mut().push(event);
    }

    async fn keep_session(&self, token: Option<&SessionToken>) {
        *self.session.borrow_mut() = token.map(|token| *token.as_bytes());
    }

    async fn session(&self) -> Option<SessionToken> {
        let bytes = *self.session.borrow();
        bytes.map(|mut bytes| SessionToken::new(&mut bytes))
    }

    async fn keep_rows(&self, changes: Vec<Change>) {
        std::future::poll_fn(|_| match self.is_slow.get() {
            true => Poll::Pending,
            false => Poll::Ready(()),
        })
        .await;
        for change in changes {
            match change {
                Change::Put { key, row } => {
                    self.rows.borrow_mut().insert(key, row.as_bytes().to_vec());
                }
                Change::Remove { key } => {
                    self.rows.borrow_mut().remove(&key);
                }
            }
        }
    }

    async fn rows(&self) -> Vec<(String, Vec<u8>)> {
        self.rows.borrow().clone().into_iter().collect()
    }

    async fn deliver(&self, to: Place, message: String) {
        self.delivered.borrow_mut().push((to, message));
    }
}

impl Browser {
    pub fn new(recording: &str) -> Self {
        Self {
            parts: Rc::new(parts(&[recording])),
            records: MemoryVaultStorage::new(),
            tasks: Tasks::default(),
            events: Rc::default(),
            session: Rc::default(),
            rows: Rc::default(),
            delivered: Rc::default(),
            is_slow: Rc::default(),
        }
    }

    /// Runs something with all that was begun beside it, until it is done.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = Box::pin(work);
        pollster::block_on(std::future::poll_fn(|context| {
            let mut tasks = std::mem::take(&mut *self.tasks.borrow_mut());
            tasks.retain_mut(|task| Pin::new(task).poll(context).is_pending());
            let is_new = !self.tasks.borrow().is_empty();
            tasks.append(&mut self.tasks.borrow_mut());
            *self.tasks.borrow_mut() = tasks;
            let polled = work.as_mut().poll(context);
            if polled.is_pending() && (is_new || !self.tasks.borrow().is_empty()) {
                context.waker().wake_by_ref();
            }
            polled
        }))
    }

    pub fn start(&self) -> App<Self> {
        self.run(App::start(self.clone())).unwrap()
    }

    /// The service worker dies: whatever it was doing is gone.
    pub fn die(&self) {
        self.tasks.borrow_mut().clear();
    }

    /// Asks as a page does.
    fn ask(&self, app: &App<Self>, method: &str, params: Value) -> Result<Value, Value> {
        let request = json!({"method": method, "params": params}).to_string();
        let reply = self.run(app.handle_json(&request));
        let reply = serde_json::to_value(&reply).unwrap();
        match reply.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(reply["result"].clone()),
        }
    }

    pub fn good(&self, app: &App<Self>, method: &str, params: Value) -> Value {
        let answer = self.ask(app, method, params);
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    pub fn bad(&self, app: &App<Self>, method: &str, params: Value) -> String {
        let error = self.ask(app, method, params).unwrap_err();
        error["code"].as_str().unwrap().to_owned()
    }

    /// Lets whatever is under way go on a little.
    pub fn pause(&self) {
        let mut has_waited = false;
        self.run(std::future::poll_fn(move |context| {
            context.waker().wake_by_ref();
            match std::mem::replace(&mut has_waited, true) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        }));
    }

    /// Waits until the network is there.
    pub fn connected(&self, app: &App<Self>) -> Value {
        for _ in 0..200 {
            let state = self.good(app, "state", json!({}));
            if state["network"]["status"] != "connecting" {
                return state;
            }
            self.pause();
        }
        panic!("the network is not reached");
    }

    fn onboard(&self, app: &App<Self>) -> Value {
        let words = self.good(app, "generatePhrase", json!({}))["words"].clone();
        let words: Vec<String> = serde_json::from_value(words).unwrap();
        assert_eq!(words.len(), 24);
        let phrase = words.join(" ");
        let params = json!({"password": "correct horse", "phrase": phrase, "imported": false});
        self.good(app, "create", params);
        self.connected(app)
    }
}

pub const PASSWORD: &str = "correct horse";

#[test]
fn a_wallet_is_made_locked_and_unlocked() {
    let browser = Browser::new("transfer_private");
    let app = browser.start();
    let state = browser.good(&app, "state", json!({}));
    assert_eq!(state["vault"]["status"], "empty");
    assert_eq!(browser.bad(&app, "networks", json!({})), "locked");
    let state = browser.onboard(&app);
    assert_eq!(state["vault"]["status"], "unlocked");
    assert_eq!(state["network"]["status"], "ready", "{state}");
    assert_eq!(state["network"]["chainId"], "31337");
    for kind in ["schnorr", "ecdsaSecp256k1", "ecdsaSecp256r1"] {
        let account = browser.good(&app, "createAccount", json!({"type": kind, "alias": kind}));
        assert_eq!(account["type"], kind);
        assert_eq!(account["origin"], "phrase");
    }
    let before = browser.good(&app, "state", json!({}));
    let accounts = before["accounts"].as_array().unwrap().clone();
    assert_eq!(accounts.len(), 3);
    let second = &accounts[1]["address"];
    browser.good(&app, "selectAccount", json!({"address": second}));
    browser.good(
        &app,
        "renameAccount",
        json!({"address": second, "alias": "Savings"}),
    );
    browser.good(&app, "lock", json!({}));
    let locked = browser.good(&app, "state", json!({}));
    assert_eq!(locked["vault"]["status"], "locked");
    assert!(locked.get("network").is_none() && locked["accounts"] == json!([]));
    assert_eq!(browser.bad(&app, "tokens", json!({})), "locked");
    let wrong = json!({"password": "wrong horse"});
    assert_eq!(browser.bad(&app, "unlock", wrong), "wrongPassword");
    browser.good(&app, "unlock", json!({"password": PASSWORD}));
    let after = browser.connected(&app);
    assert_eq!(after["selected"], *second);
    assert_eq!(after["accounts"][1]["alias"], "Savings");
    let states = browser.events.borrow();
    let last = states.iter().rev().find_map(|event| match event {
        Event::State { state } => Some(state.clone()),
        _ => None,
    });
    let last = serde_json::to_value(last.unwrap()).unwrap();
    assert_eq!(last["network"]["id"], after["network"]["id"]);
    assert_eq!(last["accounts"][1]["alias"], "Savings");
}

#[test]
fn a_restart_of_the_worker_does_not_lock() {
    let browser = Browser::new("transfer_private");
    let app = browser.start();
    browser.onboard(&app);
    browser.good(
        &app,
        "createAccount",
        json!({"type": "schnorr", "alias": "Main"}),
    );
    browser.die();
    drop(app);
    let app = browser.start();
    let state = browser.connected(&app);
    assert_eq!(state["vault"]["status"], "unlocked");
    assert_eq!(state["accounts"].as_array().unwrap().len(), 1);
    browser.good(&app, "lock", json!({}));
    browser.die();
    let app = browser.start();
    let state = browser.good(&app, "state", json!({}));
    assert_eq!(state["vault"]["status"], "locked");
}

#[test]
fn a_deadline_locks_the_wallet() {
    let browser = Browser::new("transfer_private");
    let app = browser.start();
    browser.onboard(&app);
    let settings = json!({"idleLockMinutes": 5, "absoluteLockHours": 1, "theme": "dark"});
    browser.good(&app, "setSettings", settings.clone());
    assert_eq!(browser.good(&app, "settings", json!({})), settings);
    let senseless = json!({"idleLockMinutes": 0, "absoluteLockHours": 1, "theme": "dark"});
    assert_eq!(
        browser.bad(&app, "setSettings", senseless),
        "invalidRequest"
    );
    let four = std::time::Duration::from_secs(4 * 60);
    browser.parts.clock.advance(four);
    browser.good(&app, "touch", json!({}));
    browser.parts.clock.advance(four);
    browser.run(app.tick());
    let state = browser.good(&app, "state", json!({}));
    assert_eq!(state["vault"]["status"], "unlocked");
    browser.parts.clock.advance(four);
    browser.run(app.tick());
    let state = browser.good(&app, "state", json!({}));
    assert_eq!(state["vault"]["status"], "locked");
    assert!(browser.session.borrow().is_none());
}

#[test]
fn a_backup_brings_accounts_contacts_and_networks_back() {
    let browser = Browser::new("transfer_private");
    let app = browser.start();
    browser.onboard(&app);
    let account = browser.good(
        &app,
        "createAccount",
        json!({"type": "schnorr", "alias": "Main"}),
    );
    let friend = "0x000000000000000000000000000000000000000000000000000000000000004d";
    let contact = json!({"address": friend, "alias": "Bob", "isSender": true});
    browser.good(&app, "putContact", contact.clone());
    let network = json!({"name": "Mine", "url": "http://localhost:8080"});
    browser.good(&app, "addNetwork", network);
    let export = json!({"address": account["address"], "password": PASSWORD});
    let text = browser.good(&app, "exportViewOnly", export)["text"].clone();
    let backup = browser.good(&app, "backup", json!({"password": PASSWORD}));
    let bytes = &backup["bytes"];
    let info = browser.good(&app, "inspectBackup", json!({"bytes": bytes}));
    assert!(info["createdAt"].is_number());

    let other = Browser::new("transfer_private");
    let app = other.start();
    let wrong = json!({"bytes": bytes, "password": "wrong horse"});
    assert_eq!(other.bad(&app, "restore", wrong), "backup");
    let right = json!({"bytes": bytes, "password": PASSWORD});
    other.good(&app, "restore", right);
    let state = other.connected(&app);
    assert_eq!(state["accounts"][0]["address"], account["address"]);
    assert_eq!(other.good(&app, "contacts", json!({})), json!([contact]));
    let networks = other.good(&app, "networks", json!({}));
    assert_eq!(networks[1]["name"], "Mine");
    assert_eq!(
        other.bad(&app, "erase", json!({"confirm": "yes"})),
        "invalidRequest"
    );
    other.good(&app, "erase", json!({"confirm": "ERASE"}));
    let state = other.good(&app, "state", json!({}));
    assert_eq!(state["vault"]["status"], "empty");

    // What was exported to be looked at cannot sign.
    other.onboard(&app);
    let seen = other.good(
        &app,
        "importAccount",
        json!({"text": text, "alias": "Looked at"}),
    );
    assert_eq!(seen["address"], account["address"]);
    assert_eq!(seen["viewOnly"], true);
    let deploy = json!({"address": seen["address"]});
    assert_eq!(other.bad(&app, "deployAccount", deploy), "invalidRequest");
}

#[test]
fn a_network_that_is_not_there_is_told_and_another_selected() {
    let browser = Browser::new("transfer_private");
    let app = browser.start();
    browser.onboard(&app);
    let nowhere = json!({"name": "Nowhere", "url": "ftp://example"});
    assert_eq!(browser.bad(&app, "addNetwork", nowhere), "invalidRequest");
    let nowhere = json!({"name": "Nowhere", "url": "https://nowhere.example"});
    assert_eq!(browser.bad(&app, "addNetwork", nowhere), "unreachable");
    let mine = json!({"name": "Mine", "url": "http://localhost:8080"});
    let mine = browser.good(&app, "addNetwork", mine);
    browser.good(&app, "selectNetwork", json!({"id": mine["id"]}));
    let state = browser.connected(&app);
    assert_eq!(state["network"]["id"], mine["id"]);
    assert_eq!(state["network"]["status"], "ready");
    let unknown = json!({"id": "unknown"});
    assert_eq!(browser.bad(&app, "selectNetwork", unknown), "unknown");
    let built_in = json!({"id": "local"});
    assert_eq!(
        browser.bad(&app, "removeNetwork", built_in),
        "invalidRequest"
    );
    browser.good(&app, "removeNetwork", json!({"id": mine["id"]}));
    assert_eq!(browser.connected(&app)["network"]["id"], "local");
}

#[test]
fn the_user_is_asked_before_an_account_is_deployed_and_may_say_no() {
    let browser = Browser::new("deploy_account");
    let app = browser.start();
    browser.onboard(&app);
    let account = browser.good(
        &app,
        "createAccount",
        json!({"type": "schnorr", "alias": "Main"}),
    );
    let deploy = json!({"address": account["address"]});
    let asked = browser.good(&app, "deployAccount", deploy)["approval"].clone();
    let approvals = browser.good(&app, "approvals", json!({}));
    assert_eq!(approvals[0]["id"], asked);
    assert_eq!(approvals[0]["shown"]["request"]["kind"], "transaction");
    let wrong = json!({"id": asked, "hash": format!("0x{}", "0".repeat(64))});
    assert_eq!(browser.bad(&app, "approve", wrong), "stale");
    browser.good(&app, "deny", json!({"id": asked}));
    assert_eq!(browser.bad(&app, "deny", json!({"id": asked})), "stale");
    let activity = browser.good(&app, "activity", json!({"limit": 10}));
    assert_eq!(activity[0]["title"], "Account deployment");
    assert_eq!(activity[0]["stage"]["kind"], "rejected");
    let state = browser.good(&app, "state", json!({}));
    assert_eq!(state["pendingApprovals"], 0);
}

#[test]
fn what_is_no_request_is_refused() {
    let browser = Browser::new("transfer_private");
    let app = browser.start();
    for request in [
        "",
        "[]",
        "{}",
        r#"{"method": "fly", "params": {}}"#,
        r#"{"method": "unlock", "params": {}}"#,
    ] {
        let reply = browser.run(app.handle_json(request));
        let reply = serde_json::to_value(&reply).unwrap();
        assert_eq!(reply["error"]["code"], "invalidRequest", "{request}");
    }
    // A page of the web has no way to the wallet but the bridge.
    let nobody = ReportedSender::default();
    browser.run(app.receive(&nobody, "{}"));
    assert!(browser.delivered.borrow().is_empty());
}
