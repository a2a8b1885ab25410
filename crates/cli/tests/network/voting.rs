//! Private voting: one vote an account, counted publicly.

use serde_json::json;

use crate::token::two_accounts;
use crate::world::{World, artifact};

const VOTING: &str = "private_voting_contract-PrivateVoting";

pub fn private_voting(world: &World) {
    let pixie = world.pixie();
    let [_, bob] = two_accounts(world, &pixie);
    let contract = pixie.deploy(&artifact(VOTING), "voting", &json!(["alice"]), "alice", &[]);
    world.mirror_contract("PrivateVoting", &contract);
    let election = json!({"id": 7});
    pixie.send("voting", "start_vote", json!([election]), "alice", &[]);
    let tally = |candidate: u64, expected: &str| {
        let arguments = json!([election, candidate]);
        let ours = pixie.simulate("voting", "get_tally", arguments.clone(), "bob");
        world.agree(&ours, |mirror| {
            let call = json!({
                "contract": contract["address"], "artifact": "PrivateVoting",
                "method": "get_tally", "args": arguments, "from": bob.address,
            });
            mirror.ask("call", call)["result"].clone()
        });
        let digits = ours.as_str().unwrap().trim_start_matches("0x");
        assert_eq!(digits.trim_start_matches('0'), expected);
    };
    tally(3, "");
    pixie.send("voting", "cast_vote", json!([election, 3]), "bob", &[]);
    tally(3, "1");
    // Nobody votes twice: the nullifier is there already.
    let again = json!([election, 4]).to_string();
    let words = [
        "send",
        "voting",
        "cast_vote",
        "--args",
        &again,
        "--from",
        "bob",
        "--fee",
        "sponsored",
    ];
    assert!(!pixie.output(&words).status.success());
    tally(4, "");
    pixie.send("voting", "cast_vote", json!([election, 3]), "alice", &[]);
    tally(3, "2");
}
