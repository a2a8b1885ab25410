//! An account that pays for itself with fee juice from layer 1, claimed by the transaction that it pays
//! for.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::pixie::Pixie;
use crate::world::{World, root};

/// How many blocks a message of layer 1 may take.
const MAX_BLOCKS: usize = 10;

/// Where layer 1 is, if the network was brought up by `scripts/network`.
fn l1(world: &World) -> Option<String> {
    let port = world.network.url.trim_end_matches('/').rsplit(':').next()?;
    let mut status = Command::new(root().join("scripts/network"));
    let status = status.args(["status", "--json", "--port", port]).output();
    let status: Value = serde_json::from_slice(&status.ok()?.stdout).ok()?;
    Some(status["l1Url"].as_str()?.to_owned())
}

/// Sends fee juice to an account, and waits until it can be claimed. Gives the file with the claim.
fn bridge(world: &World, pixie: &Pixie, l1: &str, to: &str, name: &str) -> String {
    let request = json!({ "l1Url": l1, "to": to });
    let claim = world.mirror(|mirror| mirror.ask("bridgeFeeJuice", request));
    let message = json!({ "messageHash": claim["messageHash"] });
    for block in 0.. {
        let ready = world.mirror(|mirror| mirror.ask("messageReady", message.clone()));
        if ready["ready"] == json!(true) {
            break;
        }
        assert!(block < MAX_BLOCKS, "the message does not come: {claim}");
        // There are blocks only where there are transactions.
        pixie.deployed_account(&format!("{name}-{block}"));
    }
    let file = pixie.folder().join(format!("{name}.claim"));
    std::fs::write(&file, claim.to_string()).unwrap();
    file.display().to_string()
}

fn fee_juice(pixie: &Pixie, of: &str, from: &str) -> u128 {
    let fee_juice = format!("0x{:064x}", 5);
    let balance = pixie.simulate(&fee_juice, "balance_of_public", json!([of]), from);
    balance.as_str().unwrap().parse().unwrap()
}

pub fn fee_juice_that_is_claimed(world: &World) {
    let Some(l1) = l1(world) else {
        println!("left out: it is not known where the network's layer 1 is");
        return;
    };
    let pixie = world.pixie();
    let create = ["account", "create", "--alias", "alice", "--type", "ecdsa-r"];
    let alice = pixie.run(&create)["address"].as_str().unwrap().to_owned();
    let claim = bridge(world, &pixie, &l1, &alice, "first");
    let amount = |file: &str| -> u128 {
        let claim: Value =
            serde_json::from_slice(&std::fs::read(Path::new(file)).unwrap()).unwrap();
        claim["claimAmount"].as_str().unwrap().parse().unwrap()
    };
    // Nobody else can claim it.
    pixie.new_account("bob", "schnorr");
    let refused = pixie.fail(3, &["account", "deploy", "bob", "--claim", &claim]);
    assert!(!refused.is_empty());
    // The account's first transaction puts it on the chain, and pays for that.
    let deployed = pixie.run(&["account", "deploy", "alice", "--claim", &claim]);
    let fee: u128 = deployed["fee"].as_str().unwrap().parse().unwrap();
    assert!(fee > 0);
    assert_eq!(fee_juice(&pixie, &alice, "alice"), amount(&claim) - fee);
    // A claim is good for once.
    let fee_juice_address = format!("0x{:064x}", 5);
    let check = [
        "send",
        &fee_juice_address,
        "check_balance",
        "--from",
        "alice",
    ];
    let arguments = ["--args", "[1]", "--claim", &claim];
    let refused = pixie.fail(3, &[&check[..], &arguments[..]].concat());
    assert!(!refused.is_empty());
    // What is left pays for what comes after, and a further claim can be added to it.
    let arguments = ["--args", "[1]", "--fee", "fee-juice"];
    let sent = pixie.run(&[&check[..], &arguments[..]].concat());
    let second_fee: u128 = sent["fee"].as_str().unwrap().parse().unwrap();
    let second = bridge(world, &pixie, &l1, &alice, "second");
    let arguments = ["--args", "[1]", "--claim", &second];
    let sent = pixie.run(&[&check[..], &arguments[..]].concat());
    let third_fee: u128 = sent["fee"].as_str().unwrap().parse().unwrap();
    let left = amount(&claim) + amount(&second) - fee - second_fee - third_fee;
    assert_eq!(fee_juice(&pixie, &alice, "alice"), left);
}
