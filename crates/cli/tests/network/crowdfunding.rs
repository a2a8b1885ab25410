//! The campaign: donations from private balances, a receipt, a withdrawal from the contract's own
//! notes.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::pixie::random_hex;
use crate::token::{deploy, two_accounts};
use crate::world::{World, artifact};

const CROWDFUNDING: &str = "crowdfunding_contract-Crowdfunding";

pub fn crowdfunding(world: &World) {
    let pixie = world.pixie();
    let [alice, bob] = two_accounts(world, &pixie);
    deploy(world, &pixie, "tok", &alice);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    // The clock of a test network may run ahead.
    let deadline = now.as_secs() + 30 * 24 * 3600;
    let secret = random_hex();
    let campaign = pixie.deploy(
        &artifact(CROWDFUNDING),
        "campaign",
        &json!(["tok", "alice", deadline]),
        "alice",
        &["--secret", &secret],
    );
    world.mirror_contract("Crowdfunding", &campaign);
    pixie.send("tok", "mint_to_private", json!(["bob", 600]), "alice", &[]);
    let pull = json!(["bob", "campaign", 250, 0]);
    let witness = pixie.allow("bob", "campaign", "tok", "transfer_in_private", &pull);
    pixie.send(
        "campaign",
        "donate",
        json!([250]),
        "bob",
        &["--authwit", &witness],
    );
    world.check_balances(&pixie, "tok", &[(&alice, 0, 0), (&bob, 350, 0)]);

    // The donor has a receipt, in the eyes of both wallets.
    let receipt = json!(["bob", 0]);
    let ours = pixie.utility("campaign", "get_donation_notes", receipt, "bob");
    assert!(ours.to_string().contains("250"), "{ours}");
    let theirs = world.mirror(|mirror| {
        let call = json!({
            "contract": campaign["address"], "artifact": "Crowdfunding",
            "method": "get_donation_notes", "args": [bob.address, 0], "from": bob.address,
        });
        mirror.ask("call", call)["result"].clone()
    });
    assert!(theirs.to_string().contains("250"), "{theirs}");

    // The operator takes the donations: notes of the contract itself.
    let more = ["--scope", "campaign"];
    pixie.send("campaign", "withdraw", json!([250]), "alice", &more);
    world.check_balances(&pixie, "tok", &[(&alice, 250, 0), (&bob, 350, 0)]);
    let event = pixie.run(&["events", "tok", "--account", "alice"]);
    assert!(event.is_array());
}
