//! The token: public and private, between accounts of ours and with the reference's.

use serde_json::{Value, json};

use crate::pixie::{Keys, Pixie, random_hex};
use crate::world::{World, artifact};

pub const TOKEN: &str = "token_contract-Token";

/// Deploys a token whose admin and minter is `admin`; the mirror knows it as well.
pub fn deploy(world: &World, pixie: &Pixie, alias: &str, admin: &Keys) -> Value {
    let arguments = json!([admin.alias, "Token", "TOK", 18]);
    let instance = pixie.deploy(&artifact(TOKEN), alias, &arguments, &admin.alias, &[]);
    world.mirror_contract("Token", &instance);
    instance
}

/// Two deployed accounts that the mirror holds as well.
pub fn two_accounts(world: &World, pixie: &Pixie) -> [Keys; 2] {
    let accounts = ["alice", "bob"].map(|alias| pixie.deployed_account(alias));
    accounts.iter().for_each(|keys| world.mirror_account(keys));
    accounts
}

pub fn accounts_of_all_types(world: &World) {
    let pixie = world.pixie();
    let random = pixie.run(&[
        "account",
        "create",
        "--alias",
        "random",
        "--deploy",
        "--fee",
        "sponsored",
    ]);
    assert!(random["deployment"]["block"].as_u64().unwrap() > 0);
    for account_type in ["ecdsa-k", "ecdsa-r"] {
        let keys = pixie.new_account(account_type, account_type);
        // Before it is on the chain it cannot act.
        let deployed = pixie.run(&["account", "deploy", account_type, "--fee", "sponsored"]);
        assert!(deployed["block"].as_u64().unwrap() > 0);
        // The reference makes the same account of the keys.
        world.mirror_account(&keys);
        // A second time is refused: the contract is initialised.
        let again = ["account", "deploy", account_type, "--fee", "sponsored"];
        let refused = pixie.fail(3, &again);
        assert!(refused.contains("Existing nullifier"), "{refused}");
    }
    // It signs: a first transaction, paid by the sponsor, from an ECDSA account.
    let instance = pixie.deploy(
        &artifact(TOKEN),
        "tok",
        &json!(["ecdsa-r", "Token", "TOK", 18]),
        "ecdsa-r",
        &[],
    );
    assert!(instance["address"].is_string());
    pixie.send(
        "tok",
        "mint_to_private",
        json!(["ecdsa-k", 7]),
        "ecdsa-r",
        &[],
    );
    let balance = pixie.utility("tok", "balance_of_private", json!(["ecdsa-k"]), "ecdsa-k");
    assert_eq!(balance, "7");
    let names: Vec<Value> = pixie.run(&["account", "list"]).as_array().unwrap().clone();
    assert_eq!(names.len(), 3);
}

pub fn between_own_accounts(world: &World) {
    let pixie = world.pixie();
    let [alice, bob] = two_accounts(world, &pixie);
    deploy(world, &pixie, "tok", &alice);
    pixie.send(
        "tok",
        "mint_to_private",
        json!(["alice", 1000]),
        "alice",
        &[],
    );
    world.check_balances(&pixie, "tok", &[(&alice, 1000, 0), (&bob, 0, 0)]);
    // With change.
    pixie.send(
        "tok",
        "transfer",
        json!({"to": "bob", "amount": 300}),
        "alice",
        &[],
    );
    world.check_balances(&pixie, "tok", &[(&alice, 700, 0), (&bob, 300, 0)]);
    // On.
    let arguments = json!({"to": "alice", "amount": 50});
    pixie.send("tok", "transfer", arguments, "bob", &[]);
    world.check_balances(&pixie, "tok", &[(&alice, 750, 0), (&bob, 250, 0)]);
    // More than one has is refused by the contract, and nothing is sent.
    let sent = |journal: &Value| {
        let entries = journal.as_array().unwrap().iter();
        entries.filter(|entry| entry["txHash"].is_string()).count()
    };
    let before = sent(&pixie.run(&["tx"]));
    let refused = pixie.fail(
        3,
        &[
            "send",
            "tok",
            "transfer",
            "--args",
            r#"["bob", 5000]"#,
            "--from",
            "alice",
        ],
    );
    assert!(refused.contains("Balance too low"), "{refused}");
    let journal = pixie.run(&["tx"]);
    assert_eq!(sent(&journal), before);
    let last = journal.as_array().unwrap().last().unwrap();
    assert_eq!(last["stage"], "failed");
    assert!(last["reason"].as_str().unwrap().contains("Balance too low"));
    // Nobody sees what is another's.
    let foreign = pixie.utility("tok", "balance_of_private", json!(["alice"]), "bob");
    assert_eq!(foreign, "0");
    check_history(&pixie);
}

/// Notes, events and transactions tell of the transfers.
fn check_history(pixie: &Pixie) {
    let amounts = |arguments: &[&str]| {
        let notes = pixie.run(arguments);
        let notes = notes.as_array().unwrap().iter();
        let amount = |note: &Value| {
            let digits = note["items"][0].as_str().unwrap().trim_start_matches("0x");
            u64::from_str_radix(digits, 16).unwrap()
        };
        let mut amounts: Vec<u64> = notes.map(amount).collect();
        amounts.sort_unstable();
        amounts
    };
    assert_eq!(amounts(&["notes", "tok", "--owner", "alice"]), [50, 700]);
    assert_eq!(
        amounts(&["notes", "tok", "--owner", "alice", "--nullified"]),
        [50, 700, 1000]
    );
    assert_eq!(amounts(&["notes", "tok", "--owner", "bob"]), [250]);
    let events = pixie.run(&["events", "tok", "--event", "Transfer"]);
    let events = events.as_array().unwrap().iter();
    let amounts: Vec<_> = events
        .map(|event| &event["values"]["amount"])
        .cloned()
        .collect();
    assert_eq!(amounts, [json!("300"), json!("50")]);
    // The transfer that the contract refused is told of as well, and is the last.
    let journal = pixie.run(&["tx"]);
    let (refused, mined) = journal.as_array().unwrap().split_last().unwrap();
    assert_eq!(refused["stage"], "failed");
    assert!(
        mined
            .iter()
            .all(|entry| entry["stage"] == "mined" && entry["reverted"] == false)
    );
    // Deployments of accounts have no calls of the user.
    let is_deployment = |entry: &&Value| entry["calls"] == json!([]);
    assert_eq!(mined.iter().filter(is_deployment).count(), 2);
    let functions: Vec<_> = mined
        .iter()
        .filter_map(|entry| entry["calls"].as_array()?.last()?["function"].as_str())
        .collect();
    let wanted = ["constructor", "mint_to_private", "transfer", "transfer"];
    assert_eq!(functions, wanted);
}

pub fn with_the_reference(world: &World) {
    let pixie = world.pixie();
    let alice = pixie.deployed_account("alice");
    world.mirror_account(&alice);
    let instance = deploy(world, &pixie, "tok", &alice);
    let theirs = world.counterpart(|peer| {
        peer.ask(
            "registerContract",
            json!({"artifact": "Token", "instance": instance}),
        );
        peer.ask("registerSender", json!({"address": alice.address}));
        let accounts = peer.ask("accounts", json!({}));
        accounts[0]["address"].as_str().unwrap().to_owned()
    });
    pixie.run(&["sender", "add", &theirs, "--alias", "carol"]);
    let senders = pixie.run(&["sender", "list"]);
    assert_eq!(senders, json!([{"alias": "carol", "address": theirs}]));
    world.mirror(|mirror| mirror.ask("registerSender", json!({"address": theirs})));
    pixie.send(
        "tok",
        "mint_to_private",
        json!(["alice", 500]),
        "alice",
        &[],
    );

    let their_balance = |expected: &str| {
        let token = instance["address"].clone();
        let balances = world.counterpart(|peer| {
            peer.ask("sync", json!({}));
            peer.ask("balances", json!({"token": token, "owners": [theirs]}))
        });
        assert_eq!(balances[0]["private"], expected);
    };
    // From ours to theirs: they find the note.
    let to_them = ["--wait", "checkpointed"];
    pixie.send("tok", "transfer", json!(["carol", 200]), "alice", &to_them);
    their_balance("200");
    world.check_balances(&pixie, "tok", &[(&alice, 300, 0)]);
    // From theirs to ours: we find it.
    for amount in [30, 45] {
        world.counterpart(|peer| {
            let transfer = json!({
                "contract": instance["address"], "artifact": "Token", "method": "transfer",
                "args": [alice.address, amount], "from": theirs,
            });
            peer.ask("send", transfer)
        });
    }
    their_balance("125");
    world.check_balances(&pixie, "tok", &[(&alice, 375, 0)]);
    // All of it back: several notes in one transfer.
    pixie.send("tok", "transfer", json!(["carol", 375]), "alice", &to_them);
    their_balance("500");
    world.check_balances(&pixie, "tok", &[(&alice, 0, 0)]);
}

/// What `authwit check` says of a call of the token.
fn check(pixie: &Pixie, from: &str, caller: &str, call: (&str, &str), more: &[&str]) -> Value {
    let (method, arguments) = call;
    let words = [
        "authwit", "check", "tok", method, "--args", arguments, "--from", from, "--caller", caller,
    ];
    pixie.run(&[&words[..], more].concat())
}

pub fn shield_unshield_burn(world: &World) {
    let pixie = world.pixie();
    let [alice, bob] = two_accounts(world, &pixie);
    deploy(world, &pixie, "tok", &alice);
    pixie.send("tok", "mint_to_public", json!(["alice", 900]), "alice", &[]);
    world.check_balances(&pixie, "tok", &[(&alice, 0, 900), (&bob, 0, 0)]);
    // Into the private part of another account: a partial note.
    pixie.send(
        "tok",
        "transfer_to_private",
        json!(["bob", 400]),
        "alice",
        &[],
    );
    world.check_balances(&pixie, "tok", &[(&alice, 0, 500), (&bob, 400, 0)]);
    // And back into public.
    let arguments = json!(["bob", "alice", 150, 0]);
    pixie.send("tok", "transfer_to_public", arguments, "bob", &[]);
    world.check_balances(&pixie, "tok", &[(&alice, 0, 650), (&bob, 250, 0)]);
    // Burn on behalf of another, who allows it.
    let burn = json!(["bob", 100, random_hex()]);
    let words = burn.to_string();
    let words = [
        "send",
        "tok",
        "burn_private",
        "--args",
        &words,
        "--from",
        "alice",
    ];
    let refused = pixie.fail(3, &words);
    assert!(!refused.is_empty());
    let witness = pixie.allow("bob", "alice", "tok", "burn_private", &burn);
    let text = burn.to_string();
    let with_witness = ["--authwit", &witness];
    let is_allowed = || {
        check(
            &pixie,
            "bob",
            "alice",
            ("burn_private", &text),
            &with_witness,
        )
    };
    assert_eq!(is_allowed(), json!({ "private": true, "public": false }));
    let more = ["--authwit", &witness, "--scope", "bob"];
    pixie.send("tok", "burn_private", burn, "alice", &more);
    // It is used.
    assert_eq!(is_allowed(), json!({ "private": false, "public": false }));
    world.check_balances(&pixie, "tok", &[(&alice, 0, 650), (&bob, 150, 0)]);
    assert_eq!(
        pixie.simulate("tok", "total_supply", json!([]), "bob"),
        "800"
    );
    // Publicly allowed: bob takes from alice's public balance.
    let take = json!(["alice", "bob", 70, random_hex()]);
    let text = take.to_string();
    let allow = |more: &[&str]| {
        let words = [
            "authwit",
            "create",
            "tok",
            "transfer_in_public",
            "--args",
            &text,
            "--from",
            "alice",
            "--caller",
            "bob",
            "--public",
            "--fee",
            "sponsored",
        ];
        pixie.run(&[&words[..], more].concat());
    };
    let is_allowed = || {
        let call = ("transfer_in_public", text.as_str());
        check(&pixie, "alice", "bob", call, &[])["public"].clone()
    };
    assert_eq!(is_allowed(), false);
    allow(&[]);
    assert_eq!(is_allowed(), true);
    // Taken back, and given again.
    allow(&["--revoke"]);
    assert_eq!(is_allowed(), false);
    allow(&[]);
    pixie.send("tok", "transfer_in_public", take, "bob", &[]);
    assert_eq!(is_allowed(), false);
    world.check_balances(&pixie, "tok", &[(&alice, 0, 580), (&bob, 150, 70)]);
}
