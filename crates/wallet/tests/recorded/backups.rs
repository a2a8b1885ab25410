//! What a backup made on a page brings back, in another browser.

use pixie_primitives::AztecAddress;
use pixie_vault::{BackupSection, BackupSections, Credential, Password, Vault};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use serde_json::{Value, json};

use super::app::{Browser, PASSWORD};
use super::dapp::{Page, browser};
use super::world::{artifact, import_accounts, payload, vault_config};

/// All that pages tell of a wallet, but for what changes by itself.
fn told(browser: &Browser, app: &pixie_wallet::ui::App<Browser>) -> Value {
    let state = browser.connected(app);
    let lists = [
        "tokens",
        "sites",
        "contacts",
        "networks",
        "settings",
        "incidents",
    ];
    let lists = lists.map(|method| browser.good(app, method, json!({})));
    let activity = browser.good(app, "activity", json!({"limit": 50}));
    json!([state["accounts"], state["selected"], lists, activity])
}

#[test]
fn a_backup_brings_back_what_no_phrase_can() {
    let (browser, app) = browser("transfer_private");
    let friend = json!({"address": AztecAddress::from(77), "alias": "Bob", "isSender": true});
    browser.good(&app, "putContact", friend);
    let mine = json!({"name": "Mine", "url": "http://localhost:8080"});
    browser.good(&app, "addNetwork", mine);
    // A dapp that was granted something, has sent something, and was refused something.
    let mut page = Page::open(&browser, &app);
    let manifest = json!({
        "version": "1.0", "metadata": {"name": "Demo", "version": "1"},
        "capabilities": [
            {"type": "accounts", "canGet": true},
            {"type": "contracts", "contracts": "*", "canRegister": true},
            {"type": "transaction", "scope": "*"},
        ],
    });
    page.good(&browser, &app, "requestCapabilities", json!([manifest]));
    let accounts = page.good(&browser, &app, "getAccounts", json!([]));
    let from = &accounts[0]["item"];
    let recorded = &browser.parts.lives[0]["register"]["contracts"][0];
    let code = artifact(recorded["artifact"].as_str().unwrap());
    let instance = recorded["instance"].clone();
    let token = serde_json::from_value(instance["address"].clone()).unwrap();
    let registration = json!([instance, serde_json::to_value(&code).unwrap()]);
    page.good(&browser, &app, "registerContract", registration);
    let arguments = json!([from, "1"]);
    let arguments = pixie_primitives::contract::ConstructorArguments::Json(arguments);
    let transfer = code.function_abi("transfer").unwrap();
    let call = pixie_accounts::encode_call(transfer, token, &arguments).unwrap();
    let one = payload(&[serde_json::to_value(call).unwrap()]);
    let params = json!([one, {"from": from, "wait": "NO_WAIT"}]);
    page.good(&browser, &app, "sendTx", params);
    let number = page.ask(&browser, &app, "exportKeys", json!([]));
    page.answer(&browser, &app, number).unwrap_err();
    browser.run(app.tick());
    let before = told(&browser, &app);
    assert_eq!(before[2][1][0]["name"], "Demo");
    assert_eq!(before[2][5][0]["kind"], "unknownMethod");
    assert_eq!(before[3].as_array().unwrap().len(), 1);
    let backup = browser.good(&app, "backup", json!({"password": PASSWORD}));

    let other = Browser::new("transfer_private");
    // What the node knows of the transaction it tells everybody.
    let sent = browser.parts.chain.sent.borrow().clone();
    assert_eq!(sent.len(), 1);
    other.parts.chain.sent.replace(sent);
    let app = other.start();
    let right = json!({"bytes": backup["bytes"], "password": PASSWORD});
    other.good(&app, "restore", right);
    assert_eq!(told(&other, &app), before);
    // It goes on from there: the contract and its notes are known, though nobody registered it here.
    let added = other.good(
        &app,
        "activityEntry",
        json!({"entry": before[3][0]["entry"]}),
    );
    assert_eq!(added["calls"][0]["contractName"], "Token");
    assert_eq!(
        other.parts.chain.sent.borrow().len(),
        1,
        "nothing is sent again"
    );
}

#[test]
fn a_backup_of_another_version_leaves_nothing_behind() {
    let parts = Browser::new("transfer_private");
    let backup = |sections: BackupSections| {
        pollster::block_on(async {
            let opened = Vault::open(
                pixie_vault::MemoryVaultStorage::new(),
                parts.parts.clock.clone(),
                ChaCha20Rng::from_seed([9; 32]),
                vault_config(),
            );
            let (mut vault, _) = opened.await.unwrap();
            let password = Password::new(PASSWORD.to_owned());
            vault.create(&password, None).await.unwrap();
            import_accounts(&parts.parts.lives, &mut vault).await;
            let credential = Credential::Password(&password);
            let bytes = vault.backup(credential, &password, sections).await.unwrap();
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.encode(bytes)
        })
    };
    let browser = Browser::new("transfer_private");
    let app = browser.start();
    let later = BackupSection {
        version: 9,
        bytes: vec![1, 2, 3],
    };
    let damaged = BackupSection {
        version: 1,
        ..later.clone()
    };
    for (name, section) in [
        ("pixie-pages/preferences", &later),
        ("pixie-pages/preferences", &damaged),
        ("pixie/journal/31337/1", &later),
        ("pixie/journal/31337/1", &damaged),
    ] {
        let sections = [(name.to_owned(), section.clone())].into_iter().collect();
        let restore = json!({"bytes": backup(sections), "password": PASSWORD});
        assert_eq!(browser.bad(&app, "restore", restore), "backup", "{name}");
        let state = browser.good(&app, "state", json!({}));
        assert_eq!(state["vault"]["status"], "empty", "{name}");
    }
    let restore = json!({"bytes": backup(BackupSections::new()), "password": PASSWORD});
    browser.good(&app, "restore", restore);
    let state = browser.connected(&app);
    assert_eq!(state["accounts"].as_array().unwrap().len(), 1);
}
