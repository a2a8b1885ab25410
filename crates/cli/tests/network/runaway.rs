//! A contract that calls itself without end.

use serde_json::json;

use crate::pixie::random_hex;
use crate::world::{World, root};

/// The contract of the reference's tests that calls itself as often as it is told.
const ARTIFACT: &str = "tests/reference/node_modules/@aztec/noir-test-contracts.js/artifacts/\
     pending_note_hashes_contract-PendingNoteHashes.json";

pub fn a_contract_that_calls_itself(world: &World) {
    let pixie = world.pixie();
    pixie.deployed_account("alice");
    let artifact = root().join(ARTIFACT).display().to_string();
    pixie.run(&[
        "contract",
        "register",
        &artifact,
        "--alias",
        "calls-itself",
        "--salt",
        &random_hex(),
    ]);
    let method = "test_recursively_create_notes";
    let endless = json!(["alice", u32::MAX]).to_string();
    let call = [
        "calls-itself",
        method,
        "--args",
        &endless,
        "--from",
        "alice",
    ];
    for command in [&["simulate"][..], &["send", "--fee", "sponsored"]] {
        let refused = pixie.fail(3, &[command, &call].concat());
        assert!(refused.contains("deep"), "{refused}");
    }
    // Nothing of it stays, and the contract can be used.
    assert_eq!(pixie.run(&["notes", "calls-itself"]), json!([]));
    pixie.send("calls-itself", method, json!(["alice", 1]), "alice", &[]);
}
