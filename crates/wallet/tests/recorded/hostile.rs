//! Dapps that do what they should not, at the window's door of the whole wallet. Each time there is a
//! typed error for the dapp, a record for the user, and nothing has changed.

use pixie_bridge::{ErrorCode, WireError};
use pixie_primitives::AztecAddress;
use pixie_primitives::contract::ConstructorArguments;
use pixie_primitives::tx::FunctionCall;
use pixie_wallet::ui::App;
use serde_json::{Value, json};

use super::app::{Browser, PASSWORD};
use super::dapp::{Page, browser, sender};
use super::world::{artifact, origin, payload};

/// A dapp that was granted `function` of the first recorded contract named `contract`, and nothing else.
struct Stage {
    browser: Browser,
    app: App<Browser>,
    page: Page,
    account: Value,
    /// What pages told before the dapp did anything wrong.
    before: Value,
}

/// The recorded contract of a name.
fn contract<'a>(browser: &'a Browser, name: &str) -> (AztecAddress, &'a str, &'a Value) {
    let contracts = &browser.parts.lives[0]["register"]["contracts"];
    let mut contracts = contracts.as_array().unwrap().iter();
    let found = contracts.find(|contract| {
        let path = contract["artifact"].as_str().unwrap();
        path.ends_with(&format!("-{name}.json"))
    });
    let found = found.unwrap_or_else(|| panic!("{name} was not recorded"));
    let instance = &found["instance"];
    let address = serde_json::from_value(instance["address"].clone()).unwrap();
    (address, found["artifact"].as_str().unwrap(), instance)
}

fn call(browser: &Browser, name: &str, function: &str, arguments: Value) -> FunctionCall {
    let (address, path, _) = contract(browser, name);
    let artifact = artifact(path);
    let function = artifact.function_abi(function).unwrap();
    let arguments = ConstructorArguments::Json(arguments);
    pixie_accounts::encode_call(function, address, &arguments).unwrap()
}

/// What must not change.
fn told(browser: &Browser, app: &App<Browser>) -> Value {
    let state = browser.good(app, "state", json!({}));
    let lists = ["sites", "contacts", "tokens", "networks", "settings"];
    let lists = lists.map(|method| browser.good(app, method, json!({})));
    let sent = browser.parts.chain.sent.borrow().len();
    json!([state["accounts"], state["pendingApprovals"], lists, sent])
}

impl Stage {
    fn new(recording: &str, name: &str, function: &str) -> Self {
        let (browser, app) = browser(recording);
        let mut page = Page::open(&browser, &app);
        let (granted, ..) = contract(&browser, name);
        let scope = json!([{"contract": granted, "function": function}]);
        let manifest = json!({
            "version": "1.0", "metadata": {"name": "Demo", "version": "1"},
            "capabilities": [
                {"type": "accounts", "canGet": true},
                {"type": "contracts", "contracts": "*", "canRegister": true},
                {"type": "simulation", "transactions": {"scope": scope}},
                {"type": "transaction", "scope": scope},
            ],
        });
        page.good(&browser, &app, "requestCapabilities", json!([manifest]));
        let accounts = page.good(&browser, &app, "getAccounts", json!([]));
        let contracts = browser.parts.lives[0]["register"]["contracts"].clone();
        for contract in contracts.as_array().unwrap() {
            let code = artifact(contract["artifact"].as_str().unwrap());
            let code = serde_json::to_value(code).unwrap();
            let params = json!([contract["instance"], code]);
            page.good(&browser, &app, "registerContract", params);
        }
        let before = told(&browser, &app);
        assert_eq!(browser.good(&app, "incidents", json!({})), json!([]));
        Self {
            account: accounts[0]["item"].clone(),
            browser,
            app,
            page,
            before,
        }
    }

    fn transfers() -> Self {
        Self::new("transfer_private", "Token", "transfer")
    }

    fn refused(&mut self, method: &str, params: Value) -> WireError {
        let number = self.page.ask(&self.browser, &self.app, method, params);
        self.answer(number).unwrap_err()
    }

    fn answer(&mut self, number: u64) -> Result<Value, WireError> {
        self.page.answer(&self.browser, &self.app, number)
    }

    /// There is a record of it, and nothing else.
    fn ends_with(&self, kind: &str) -> Value {
        let incidents = self.browser.good(&self.app, "incidents", json!({}));
        let only = &incidents.as_array().unwrap()[..];
        assert_eq!(only.len(), 1, "{incidents:#}");
        assert_eq!(only[0]["kind"], kind);
        assert_eq!(only[0]["origin"], origin().to_string());
        assert!(!only[0]["message"].as_str().unwrap().is_empty());
        assert_eq!(told(&self.browser, &self.app), self.before);
        assert!(self.browser.parts.chain.sent.borrow().is_empty());
        only[0].clone()
    }

    fn send(&self, call: &FunctionCall) -> Value {
        let one = payload(&[serde_json::to_value(call).unwrap()]);
        json!([one, {"from": self.account, "wait": "NO_WAIT"}])
    }
}

#[test]
fn fifty_megabytes() {
    let mut stage = Stage::transfers();
    let alias = "x".repeat(50 << 20);
    let params = json!([AztecAddress::from(7), alias]);
    let error = stage.refused("registerSender", params);
    assert_eq!(error.code, ErrorCode::MessageTooLarge);
    stage.ends_with("tooLarge");
}

#[test]
fn a_flood() {
    let mut stage = Stage::transfers();
    let mut last = 0;
    // What is kept of mere questions is kept after a while, and here that lets the time pass.
    for _ in 0..300 {
        last = stage
            .page
            .ask(&stage.browser, &stage.app, "batch", json!([[]]));
    }
    let error = stage.answer(last).unwrap_err();
    assert_eq!(error.code, ErrorCode::RateLimited);
    assert!(error.data.unwrap()["retryAfterMs"].is_number());
    let record = stage.ends_with("flood");
    assert!(record["count"].as_u64().unwrap() > 50, "{record}");
}

#[test]
fn a_method_that_there_is_not() {
    let mut stage = Stage::transfers();
    for method in ["exportKeys", "constructor", "__proto__"] {
        let error = stage.refused(method, json!([]));
        assert_eq!(error.code, ErrorCode::UnknownMethod, "{method}");
    }
    assert_eq!(stage.ends_with("unknownMethod")["count"], 3);
}

#[test]
fn arguments_of_other_types() {
    let mut stage = Stage::transfers();
    for (method, params) in [
        ("registerSender", json!([7])),
        ("sendTx", json!([{"calls": "all"}, {"from": 1}])),
        ("simulateTx", json!([])),
        ("batch", json!([[{"name": "getAccounts", "args": "none"}]])),
    ] {
        let error = stage.refused(method, params);
        assert_eq!(error.code, ErrorCode::InvalidParams, "{method}: {error}");
    }
    assert_eq!(stage.ends_with("invalidRequest")["count"], 4);
}

#[test]
fn a_message_that_is_no_request() {
    let mut stage = Stage::transfers();
    let (number, frame) = stage
        .page
        .channel
        .request(&json!(["no", "request"]))
        .unwrap();
    stage.browser.run(stage.app.receive(&sender(), &frame));
    let error = stage.answer(number).unwrap_err();
    assert_eq!(error.code, ErrorCode::MalformedMessage);
    stage.ends_with("malformed");
}

#[test]
fn another_chain() {
    let mut stage = Stage::transfers();
    let field = |number: u32| format!("{number:#066x}");
    let chain = json!({"chainId": field(1), "version": field(2)});
    let request = json!({"method": "getAccounts", "params": [], "chainInfo": chain});
    let (number, frame) = stage.page.channel.request(&request).unwrap();
    stage.browser.run(stage.app.receive(&sender(), &frame));
    assert_eq!(
        stage.answer(number).unwrap_err().code,
        ErrorCode::WrongChain
    );
    stage.ends_with("wrongChain");
}

#[test]
fn another_function_under_the_name_of_a_granted_one() {
    let mut stage = Stage::transfers();
    let owner = stage.account.clone();
    let mut burn = call(
        &stage.browser,
        "Token",
        "burn_private",
        json!([owner, "1", "0"]),
    );
    burn.name = "transfer".to_owned();
    for method in ["simulateTx", "sendTx"] {
        let params = stage.send(&burn);
        let error = stage.refused(method, params);
        assert_eq!(error.code, ErrorCode::Unauthorized, "{method}: {error}");
    }
    assert_eq!(stage.ends_with("notPermitted")["count"], 2);
}

#[test]
fn a_function_passed_off_as_one_of_another_kind() {
    let mut stage = Stage::transfers();
    let owner = stage.account.clone();
    let mut transfer = call(&stage.browser, "Token", "transfer", json!([owner, "1"]));
    transfer.function_type = pixie_primitives::abi::FunctionType::Public;
    let params = stage.send(&transfer);
    let error = stage.refused("sendTx", params);
    assert_eq!(error.code, ErrorCode::InvalidParams, "{error}");
    stage.ends_with("falseClaim");
}

#[test]
fn a_nested_call_beyond_what_was_granted() {
    let mut stage = Stage::new("crowdfunding_donate.simulated", "Crowdfunding", "donate");
    let donate = call(&stage.browser, "Crowdfunding", "donate", json!(["1"]));
    for method in ["simulateTx", "sendTx"] {
        let params = stage.send(&donate);
        let error = stage.refused(method, params);
        assert_eq!(error.code, ErrorCode::Unauthorized, "{method}: {error}");
    }
    assert_eq!(stage.ends_with("notPermitted")["count"], 2);
    // The user finds what was not even asked about in the history as well.
    let activity = stage
        .browser
        .good(&stage.app, "activity", json!({"limit": 5}));
    assert_eq!(activity[0]["stage"]["kind"], "rejected");
}

#[test]
fn a_message_that_is_sent_again() {
    let mut stage = Stage::transfers();
    let request = json!({"method": "getAccounts", "params": []});
    let (number, frame) = stage.page.channel.request(&request).unwrap();
    stage.browser.run(stage.app.receive(&sender(), &frame));
    assert!(stage.answer(number).is_ok());
    let delivered = stage.browser.delivered.borrow().len();
    stage.browser.run(stage.app.receive(&sender(), &frame));
    for _ in 0..20 {
        stage.browser.pause();
    }
    // It has its answer; there is not a second one.
    assert_eq!(stage.browser.delivered.borrow().len(), delivered);
    stage.ends_with("replayed");
}

#[test]
fn messages_out_of_order() {
    let mut stage = Stage::transfers();
    let request = json!({"method": "getAccounts", "params": []});
    let (held, held_frame) = stage.page.channel.request(&request).unwrap();
    let (next, next_frame) = stage.page.channel.request(&request).unwrap();
    for frame in [&next_frame, &held_frame] {
        stage.browser.run(stage.app.receive(&sender(), frame));
    }
    assert!(stage.answer(next).is_ok());
    assert_eq!(stage.answer(held).unwrap_err().code, ErrorCode::OutOfOrder);
    stage.ends_with("outOfOrder");
}

#[test]
fn a_frame_that_the_page_did_not_seal() {
    let mut stage = Stage::transfers();
    let request = json!({"method": "getAccounts", "params": []});
    let (_, frame) = stage.page.channel.request(&request).unwrap();
    let mut forged: Value = serde_json::from_str(&frame).unwrap();
    forged["n"] = json!(9);
    let forged = forged.to_string();
    stage.browser.run(stage.app.receive(&sender(), &forged));
    stage.ends_with("unauthentic");
}

#[test]
fn a_session_used_from_another_frame() {
    let mut stage = Stage::transfers();
    let request = json!({"method": "getAccounts", "params": []});
    let (_, frame) = stage.page.channel.request(&request).unwrap();
    let mut other = sender();
    other.frame_id = Some(3);
    stage.browser.run(stage.app.receive(&other, &frame));
    stage.ends_with("unknownSender");
}

#[test]
fn a_session_used_from_another_document() {
    let mut stage = Stage::transfers();
    let request = json!({"method": "getAccounts", "params": []});
    let (_, frame) = stage.page.channel.request(&request).unwrap();
    let mut other = sender();
    other.document_id = Some("another".to_owned());
    stage.browser.run(stage.app.receive(&other, &frame));
    stage.ends_with("foreignSession");
}

#[test]
fn a_sender_that_the_browser_does_not_name() {
    let stage = Stage::transfers();
    let mut nobody = sender();
    nobody.document_id = None;
    stage.browser.run(stage.app.receive(&nobody, "{}"));
    stage.ends_with("unknownSender");
}

#[test]
fn what_is_refused_while_the_wallet_is_locked_is_told_once_it_is_not() {
    let mut stage = Stage::transfers();
    stage.browser.good(&stage.app, "lock", json!({}));
    let error = stage.refused("getAccounts", json!([]));
    assert_eq!(error.code, ErrorCode::Locked);
    let error = stage.refused("exportKeys", json!([]));
    assert_eq!(error.code, ErrorCode::UnknownMethod);
    let unlock = json!({"password": PASSWORD});
    stage.browser.good(&stage.app, "unlock", unlock);
    stage.browser.connected(&stage.app);
    // That the wallet was locked is no misdeed.
    stage.ends_with("unknownMethod");
}

#[test]
fn the_record_outlives_the_worker_and_is_deleted_by_the_user() {
    let mut stage = Stage::transfers();
    stage.refused("exportKeys", json!([]));
    let Stage { browser, app, .. } = &stage;
    browser.die();
    let record = browser.good(app, "incidents", json!({}));
    let app = browser.start();
    browser.connected(&app);
    assert_eq!(browser.good(&app, "incidents", json!({})), record);
    browser.good(&app, "forgetIncidents", json!({}));
    assert_eq!(browser.good(&app, "incidents", json!({})), json!([]));
}
