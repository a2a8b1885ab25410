//! A dapp at the window's door: from the greeting to the answer, through bridge, gate, approvals and
//! engine, also when the service worker dies in between.

use pixie_bridge::window::{PageChannel, PageEvent, PageHandshake};
use pixie_bridge::{ErrorCode, ReportedSender, WireError};
use pixie_vault::{Password, Vault};
use pixie_wallet::ui::{App, Platform as _};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use serde_json::{Value, json};

use super::app::{Browser, PASSWORD};
use super::world::{artifact, import_accounts, origin, payload, vault_config};

/// A page with a channel to the wallet.
pub struct Page {
    pub channel: PageChannel,
    /// How many messages it has read.
    read: usize,
    answers: Vec<(u64, Result<Value, WireError>)>,
}

pub fn sender() -> ReportedSender {
    ReportedSender {
        origin: Some(origin().to_string()),
        tab_id: Some(1),
        frame_id: Some(0),
        document_id: Some("document".to_owned()),
    }
}

impl Page {
    pub fn open(browser: &Browser, app: &App<Browser>) -> Self {
        let mut rng = ChaCha20Rng::from_seed([5; 32]);
        let (handshake, hello) = PageHandshake::start(origin(), &mut rng);
        browser.run(app.receive(&sender(), &hello));
        let welcome = browser.delivered.borrow()[0].1.clone();
        let (channel, told) = handshake.finish(&welcome).unwrap();
        assert!(told.to_string().contains("Pixie"), "{told}");
        Self {
            channel,
            read: 1,
            answers: Vec::new(),
        }
    }

    /// Asks; the answer comes later.
    pub fn ask(
        &mut self,
        browser: &Browser,
        app: &App<Browser>,
        method: &str,
        params: Value,
    ) -> u64 {
        let request = json!({"method": method, "params": params});
        let (number, frame) = self.channel.request(&request).unwrap();
        browser.run(app.receive(&sender(), &frame));
        number
    }

    fn listen(&mut self, browser: &Browser) {
        let delivered = browser.delivered.borrow();
        for (_, message) in &delivered[self.read..] {
            if let Ok(PageEvent::Answer { to, outcome }) = self.channel.receive(message) {
                self.answers.push((to, outcome));
            }
        }
        self.read = delivered.len();
    }

    /// The answer, once it is there; what the user is asked meanwhile is answered with yes.
    pub fn answer(
        &mut self,
        browser: &Browser,
        app: &App<Browser>,
        number: u64,
    ) -> Result<Value, WireError> {
        for _ in 0..400 {
            browser.pause();
            self.listen(browser);
            if let Some((_, outcome)) = self.answers.iter().find(|(to, _)| *to == number) {
                return outcome.clone();
            }
            say_yes(browser, app);
        }
        panic!("request {number} was not answered");
    }

    pub fn good(
        &mut self,
        browser: &Browser,
        app: &App<Browser>,
        method: &str,
        params: Value,
    ) -> Value {
        let number = self.ask(browser, app, method, params);
        let outcome = self.answer(browser, app, number);
        outcome.unwrap_or_else(|error| panic!("{method}: {error}"))
    }
}

/// The user says yes to everything, and grants all that is asked for.
fn say_yes(browser: &Browser, app: &App<Browser>) {
    let approvals = browser.good(app, "approvals", json!({}));
    for approval in approvals.as_array().unwrap() {
        let request = &approval["shown"]["request"];
        let mut params = json!({"id": approval["id"], "hash": approval["hash"]});
        if request["kind"] == "connect" {
            let mut granted = request["manifest"]["capabilities"].clone();
            for capability in granted.as_array_mut().unwrap() {
                if capability["type"] == "accounts" {
                    capability["accounts"] = request["accounts"].clone();
                }
            }
            params["granted"] = granted;
        }
        browser.good(app, "approve", params);
    }
}

/// A browser whose wallet has the recorded account, unlocked.
pub fn browser(recording: &str) -> (Browser, App<Browser>) {
    let browser = Browser::new(recording);
    browser.run(async {
        let opened = Vault::open(
            browser.records.clone(),
            browser.parts.clock.clone(),
            ChaCha20Rng::from_seed([3; 32]),
            vault_config(),
        );
        let (mut vault, _) = opened.await.unwrap();
        let password = Password::new(PASSWORD.to_owned());
        vault.create(&password, None).await.unwrap();
        import_accounts(&browser.parts.lives, &mut vault).await;
    });
    let app = browser.start();
    browser.good(&app, "unlock", json!({"password": PASSWORD}));
    browser.connected(&app);
    (browser, app)
}

#[test]
fn a_dapp_connects_and_sends_and_gets_one_answer_though_the_worker_dies() {
    let (browser, app) = browser("transfer_private");
    let mut page = Page::open(&browser, &app);
    let number = page.ask(&browser, &app, "getAccounts", json!([]));
    let refused = page.answer(&browser, &app, number).unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unauthorized);
    let manifest = json!({
        "version": "1.0", "metadata": {"name": "Demo", "version": "1"},
        "capabilities": [
            {"type": "accounts", "canGet": true},
            {"type": "contracts", "contracts": "*", "canRegister": true},
            {"type": "simulation", "transactions": {"scope": "*"}, "utilities": {"scope": "*"}},
            {"type": "transaction", "scope": "*"},
        ],
    });
    page.good(&browser, &app, "requestCapabilities", json!([manifest]));
    let accounts = page.good(&browser, &app, "getAccounts", json!([]));
    let from = accounts[0]["item"].clone();
    let token = &browser.parts.lives[0]["register"]["contracts"][0];
    let typed = serde_json::to_value(artifact(token["artifact"].as_str().unwrap())).unwrap();
    let instance = token["instance"].clone();
    page.good(&browser, &app, "registerContract", json!([instance, typed]));
    let address: pixie_primitives::AztecAddress =
        serde_json::from_value(instance["address"].clone()).unwrap();
    let parsed = artifact(token["artifact"].as_str().unwrap());
    let arguments = pixie_primitives::contract::ConstructorArguments::Json(json!([from, "1"]));
    let transfer = parsed.function_abi("transfer").unwrap();
    let call = pixie_accounts::encode_call(transfer, address, &arguments).unwrap();
    let one = payload(&[serde_json::to_value(call).unwrap()]);
    let params = json!([one, {"from": from, "wait": "NO_WAIT"}]);
    let number = page.ask(&browser, &app, "sendTx", params);
    for _ in 0..50 {
        browser.pause();
    }
    let asked = browser.good(&app, "approvals", json!({}));
    assert_eq!(asked[0]["origin"], origin().to_string());
    assert_eq!(asked[0]["shown"]["request"]["kind"], "transaction");

    // The service worker dies while the user reads, and comes up again.
    browser.die();
    drop(app);
    let app = browser.start();
    browser.connected(&app);
    for _ in 0..50 {
        browser.pause();
    }
    let again = browser.good(&app, "approvals", json!({}));
    assert_eq!(
        again.as_array().unwrap().len(),
        1,
        "the user is asked again, once"
    );
    let outcome = page.answer(&browser, &app, number).unwrap();
    assert!(outcome["txHash"].is_string());
    for _ in 0..50 {
        browser.pause();
    }
    page.listen(&browser);
    let answers = page.answers.iter().filter(|(to, _)| *to == number);
    assert_eq!(answers.count(), 1);
    assert_eq!(browser.parts.chain.sent.borrow().len(), 1);
    let activity = browser.good(&app, "activity", json!({"limit": 5}));
    assert_eq!(activity[0]["asker"]["origin"], origin().to_string());
    assert_eq!(activity[0]["calls"][0]["function"], "transfer");
    let sites = browser.good(&app, "sites", json!({}));
    assert_eq!(sites[0]["name"], "Demo");

    // What is taken back does not hold any more, and the session ends.
    let site = json!({"origin": sites[0]["origin"]});
    browser.good(&app, "revoke", site);
    assert_eq!(browser.good(&app, "sites", json!({})), json!([]));
    let delivered = browser.delivered.borrow();
    let last = page.channel.receive(&delivered.last().unwrap().1);
    assert!(matches!(last, Ok(PageEvent::Closed(_))), "{last:?}");
}

#[test]
fn only_what_reads_begins_before_it_is_kept_and_nothing_is_answered() {
    let (browser, app) = browser("transfer_private");
    let mut page = Page::open(&browser, &app);
    let manifest = json!({
        "version": "1.0", "metadata": {"name": "Demo", "version": "1"},
        "capabilities": [{"type": "accounts", "canGet": true}],
    });
    let asked = |app: &App<Browser>| browser.good(app, "approvals", json!({}));
    let refused = |app: &App<Browser>| browser.good(app, "incidents", json!({}));

    for (method, params) in [
        ("getAccounts", json!([])),
        ("requestCapabilities", json!([manifest])),
    ] {
        let request = json!({"method": method, "params": params});
        let (number, frame) = page.channel.request(&request).unwrap();
        let delivered = browser.delivered.borrow().len();
        browser.is_slow.set(true);
        let receiving = app.clone();
        browser.spawn(Box::pin(async move {
            receiving.receive(&sender(), &frame).await;
        }));
        for _ in 0..50 {
            browser.pause();
        }
        // The page was granted nothing, which is noted when the request is carried out.
        assert_eq!(refused(&app).as_array().unwrap().len(), 1, "{method}");
        assert_eq!(asked(&app), json!([]), "{method}");
        assert_eq!(browser.delivered.borrow().len(), delivered, "{method}");

        browser.is_slow.set(false);
        let answered = page.answer(&browser, &app, number);
        assert_eq!(answered.is_ok(), method == "requestCapabilities");
    }
}

#[test]
fn a_dapp_of_a_locked_wallet_is_told_so() {
    let (browser, app) = browser("transfer_private");
    let mut page = Page::open(&browser, &app);
    browser.good(&app, "lock", json!({}));
    let number = page.ask(&browser, &app, "getChainInfo", json!([]));
    let outcome = page.answer(&browser, &app, number);
    assert_eq!(outcome.unwrap_err().code, ErrorCode::Locked);
}

#[test]
fn a_frame_inside_a_page_is_not_heard() {
    let (browser, app) = browser("transfer_private");
    let mut rng = ChaCha20Rng::from_seed([6; 32]);
    let (_, hello) = PageHandshake::start(origin(), &mut rng);
    let framed = ReportedSender {
        frame_id: Some(3),
        ..sender()
    };
    browser.run(app.receive(&framed, &hello));
    assert!(browser.delivered.borrow().is_empty());
    browser.run(app.receive(&sender(), &hello));
    assert_eq!(browser.delivered.borrow().len(), 1);
}
