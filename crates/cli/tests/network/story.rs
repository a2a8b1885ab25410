//! A wallet from its beginning to its end and back: from a backup, and from the phrase alone.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::pixie::Pixie;
use crate::token::TOKEN;
use crate::world::{World, artifact};

/// The accounts, each of another type.
const ACCOUNTS: [(&str, &str); 3] = [
    ("alice", "schnorr"),
    ("bob", "ecdsa-k"),
    ("carol", "ecdsa-r"),
];

/// How long transactions may take to be in a block.
const SETTLED_AFTER: Duration = Duration::from_secs(90);

/// Sends without waiting for a block.
fn send(pixie: &Pixie, method: &str, arguments: Value, from: &str, more: &[&str]) {
    let more: Vec<_> = more.iter().copied().chain(["--wait", "sent"]).collect();
    pixie.send("tok", method, arguments, from, &more);
}

/// Waits until everything that was sent is in blocks.
fn settle(pixie: &Pixie) -> Value {
    let begun = Instant::now();
    loop {
        let journal = pixie.run(&["tx"]);
        let mut entries = journal.as_array().unwrap().iter();
        let is_settled = |entry: &Value| match entry["stage"].as_str() {
            Some("mined") => entry["reverted"] == json!(false),
            stage => stage == Some("rejected"),
        };
        if entries.all(is_settled) {
            return journal;
        }
        assert!(begun.elapsed() < SETTLED_AFTER, "{journal:#}");
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn balances(pixie: &Pixie) -> BTreeMap<&'static str, Value> {
    let balance = |(alias, _): (&'static str, _)| {
        let arguments = json!([alias]);
        let balance = pixie.utility("tok", "balance_of_private", arguments, alias);
        (alias, balance)
    };
    ACCOUNTS.map(balance).into()
}

/// The notes of the token, in an order of their own.
fn notes(pixie: &Pixie) -> BTreeMap<String, Value> {
    let notes = pixie.run(&["notes", "tok", "--nullified"]);
    let notes = notes.as_array().unwrap().iter();
    notes
        .map(|note| (note["nullifier"].as_str().unwrap().to_owned(), note.clone()))
        .collect()
}

/// All that a wallet tells of itself.
fn told(pixie: &Pixie) -> Value {
    json!({
        "accounts": pixie.run(&["account", "list"]),
        "contracts": pixie.run(&["contract", "list"]),
        "senders": pixie.run(&["sender", "list"]),
        "history": history(pixie),
        "events": pixie.run(&["events", "tok"]),
        "balances": balances(pixie),
        "notes": notes(pixie),
    })
}

/// The journal, but for what a block becomes with time.
fn history(pixie: &Pixie) -> Value {
    let mut journal = settle(pixie);
    for entry in journal.as_array_mut().unwrap() {
        entry.as_object_mut().unwrap().remove("isFinal");
    }
    journal
}

/// Puts the accounts on the chain. Nothing is signed that nobody has approved.
fn deploy(pixie: &Pixie, addresses: &BTreeMap<&str, String>) {
    let deploy = |alias| {
        [
            "account",
            "deploy",
            alias,
            "--fee",
            "sponsored",
            "--wait",
            "sent",
        ]
    };
    let unapproved = pixie.unapproved(&deploy("alice"));
    assert!(unapproved.contains("--yes"), "{unapproved}");
    let (seen, status) = pixie.on_terminal(&deploy("alice"), "no");
    assert_eq!(status, Some(8), "{seen}");
    let history = pixie.run(&["tx"]);
    assert_eq!(history[0]["stage"], "rejected");
    let (seen, status) = pixie.on_terminal(&deploy("alice"), "yes");
    assert_eq!(status, Some(0), "{seen}");
    let shown = [
        &format!("alice ({})", addresses["alice"]),
        "constructor",
        "at most, paid by the SponsoredFPC",
        "Everybody sees:",
        "Approve? [yes/no]",
    ];
    for words in shown {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    pixie.run(&deploy("bob"));
    pixie.run(&deploy("carol"));
}

pub fn from_init_to_restore(world: &World) {
    let pixie = world.folder();
    let phrase = pixie.with_password(&["init"])["phrase"].clone();
    let phrase = phrase.as_str().unwrap();
    let mut addresses = BTreeMap::new();
    for (alias, account_type) in ACCOUNTS {
        let create = [
            "account",
            "create",
            "--alias",
            alias,
            "--type",
            account_type,
        ];
        let created = pixie.run(&create);
        addresses.insert(alias, created["address"].as_str().unwrap().to_owned());
    }
    deploy(&pixie, &addresses);
    settle(&pixie);

    let arguments = json!(["alice", "Token", "TOK", 18]);
    let instance = pixie.deploy(&artifact(TOKEN), "tok", &arguments, "alice", &[]);
    for (alias, _) in ACCOUNTS {
        send(
            &pixie,
            "mint_to_private",
            json!([alias, 1000]),
            "alice",
            &[],
        );
    }
    settle(&pixie);
    // Each to another one, all at once.
    send(&pixie, "transfer", json!(["bob", 300]), "alice", &[]);
    send(&pixie, "transfer", json!(["carol", 100]), "bob", &[]);
    send(&pixie, "transfer", json!(["alice", 50]), "carol", &[]);
    settle(&pixie);
    // Carol acts for Bob.
    let delegated = json!([addresses["bob"], addresses["alice"], 20, 7]);
    let allowed = pixie.allow("bob", "carol", "tok", "transfer_in_private", &delegated);
    let with = ["--authwit", &allowed, "--scope", "bob"];
    send(&pixie, "transfer_in_private", delegated, "carol", &with);
    settle(&pixie);
    let sender = format!("0x{:064x}", 77);
    pixie.run(&["sender", "add", &sender, "--alias", "dora"]);
    let before = told(&pixie);
    let expected = json!({ "alice": "770", "bob": "1180", "carol": "1050" });
    assert_eq!(before["balances"], expected);
    assert_eq!(before["history"].as_array().unwrap().len(), 12);

    // The folder is gone; the backup brings all of it back.
    let kept = tempfile::tempdir().unwrap();
    let backup = kept.path().join("backup").display().to_string();
    pixie.with_password(&["backup", &backup]);
    drop(pixie);
    let pixie = world.folder();
    let restored = pixie.with_password(&["restore", &backup]);
    assert_eq!(restored["accounts"], 3);
    assert_eq!(told(&pixie), before);
    // And goes on from there.
    send(&pixie, "transfer", json!(["alice", 50]), "carol", &[]);
    settle(&pixie);
    let expected = json!({ "alice": "820", "bob": "1180", "carol": "1000" });
    assert_eq!(json!(balances(&pixie)), expected);

    // The phrase alone, in another folder.
    let alone = world.folder();
    let file = kept.path().join("phrase").display().to_string();
    std::fs::write(&file, phrase).unwrap();
    alone.with_password(&["init", "--phrase-file", &file]);
    assert_eq!(alone.run(&["account", "list"]), json!([]));
    let found = alone.run(&["sync", "--rescan"]);
    let found: BTreeMap<_, _> = found["found"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| {
            (
                account["type"].as_str().unwrap(),
                account["address"].clone(),
            )
        })
        .collect();
    for (alias, account_type) in ACCOUNTS {
        assert_eq!(found[account_type], addresses[alias].as_str());
    }
    assert_eq!(found.len(), 3);
    assert_eq!(alone.run(&["tx"]), json!([]), "no history");
    assert_eq!(alone.run(&["sender", "list"]), json!([]), "no senders");
    // It says so.
    let text = alone.text(&["sync", "--rescan"]);
    for lost in ["names", "senders", "contracts", "history", "backup"] {
        assert!(text.contains(lost), "{text}");
    }
    // With its contract registered the notes are found again.
    let file = kept.path().join("instance").display().to_string();
    std::fs::write(&file, instance.to_string()).unwrap();
    let token = artifact(TOKEN);
    let register = [
        "contract",
        "register",
        &token,
        "--alias",
        "tok",
        "--instance",
        &file,
    ];
    alone.run(&register);
    for (alias, account_type) in ACCOUNTS {
        let arguments = json!([addresses[alias]]);
        let from = format!("{account_type}-0");
        let balance = alone.utility("tok", "balance_of_private", arguments, &from);
        assert_eq!(balance, expected[alias], "{alias}");
    }
    assert_eq!(notes(&alone).len(), notes(&pixie).len());
}
