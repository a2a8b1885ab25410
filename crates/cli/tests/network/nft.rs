//! The NFT: minted publicly, private, handed on, public again.

use serde_json::{Value, json};

use crate::pixie::{Keys, Pixie, random_hex};
use crate::token::two_accounts;
use crate::world::{World, artifact};

const NFT: &str = "nft_contract-NFT";

/// The tokens that an account has privately, without the empty places.
fn owned(answer: &Value) -> Vec<u64> {
    let tokens = answer[0].as_array().unwrap().iter();
    let token = |id: &Value| u64::from_str_radix(id.as_str().unwrap().trim_start_matches("0x"), 16);
    tokens
        .map(|id| token(id).unwrap())
        .filter(|id| *id != 0)
        .collect()
}

fn check(world: &World, pixie: &Pixie, contract: &Value, expected: &[(&Keys, &[u64])]) {
    for (keys, tokens) in expected {
        let ours = pixie.utility(
            "nft",
            "get_private_nfts",
            json!([keys.alias, 0]),
            &keys.alias,
        );
        assert_eq!(owned(&ours), *tokens, "of {}", keys.alias);
        world.agree(&json!(tokens), |mirror| {
            let call = json!({
                "contract": contract["address"], "artifact": "NFT", "method": "get_private_nfts",
                "args": [keys.address, 0], "from": keys.address,
            });
            json!(owned(&mirror.ask("call", call)["result"]))
        });
    }
}

pub fn nft(world: &World) {
    let pixie = world.pixie();
    let [alice, bob] = two_accounts(world, &pixie);
    let arguments = json!(["alice", "Pictures", "PIC"]);
    let contract = pixie.deploy(&artifact(NFT), "nft", &arguments, "alice", &[]);
    world.mirror_contract("NFT", &contract);
    let owner = |token: u64| pixie.simulate("nft", "owner_of", json!([token]), "alice");
    for token in [11, 12] {
        pixie.send("nft", "mint", json!(["alice", token]), "alice", &[]);
        assert_eq!(owner(token), alice.address.as_str());
    }
    for token in [11, 12] {
        pixie.send(
            "nft",
            "transfer_to_private",
            json!(["alice", token]),
            "alice",
            &[],
        );
        assert_eq!(owner(token), format!("0x{:064x}", 0));
    }
    check(
        world,
        &pixie,
        &contract,
        &[(&alice, &[11, 12]), (&bob, &[])],
    );
    let arguments = json!(["alice", "bob", 11, 0]);
    pixie.send("nft", "transfer_in_private", arguments, "alice", &[]);
    check(world, &pixie, &contract, &[(&alice, &[12]), (&bob, &[11])]);
    // On behalf of the owner, into public.
    let take = json!(["bob", "alice", 11, random_hex()]);
    let witness = pixie.allow("bob", "alice", "nft", "transfer_to_public", &take);
    let more = ["--authwit", &witness, "--scope", "bob"];
    pixie.send("nft", "transfer_to_public", take, "alice", &more);
    assert_eq!(owner(11), alice.address.as_str());
    check(world, &pixie, &contract, &[(&alice, &[12]), (&bob, &[])]);
}
