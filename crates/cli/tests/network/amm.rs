//! The exchange: liquidity given, tokens swapped, liquidity taken back.

use serde_json::{Value, json};

use crate::pixie::{Pixie, random_hex};
use crate::token::{deploy, two_accounts};
use crate::world::{World, artifact};

const AMM: &str = "amm_contract-AMM";

/// What a swap gives for an amount, after the exchange's fee of 0.3 %.
fn out_for_exact_in(reserve_in: u64, reserve_out: u64, amount_in: u64) -> u64 {
    let with_fee = amount_in * 997;
    with_fee * reserve_out / (reserve_in * 1000 + with_fee)
}

/// Has the exchange allowed a call of a token.
fn allow(pixie: &Pixie, from: &str, token: &str, method: &str, arguments: &Value) -> String {
    pixie.allow(from, "amm", token, method, arguments)
}

pub fn amm(world: &World) {
    let pixie = world.pixie();
    let [alice, bob] = two_accounts(world, &pixie);
    for token in ["one", "two", "liquidity"] {
        deploy(world, &pixie, token, &alice);
    }
    let arguments = json!(["one", "two", "liquidity"]);
    let exchange = pixie.deploy(&artifact(AMM), "amm", &arguments, "alice", &[]);
    world.mirror_contract("AMM", &exchange);
    pixie.send(
        "liquidity",
        "set_minter",
        json!(["amm", true]),
        "alice",
        &[],
    );
    pixie.send(
        "one",
        "mint_to_private",
        json!(["alice", 10_000]),
        "alice",
        &[],
    );
    pixie.send(
        "two",
        "mint_to_private",
        json!(["alice", 10_000]),
        "alice",
        &[],
    );
    pixie.send(
        "one",
        "mint_to_private",
        json!(["bob", 1_000]),
        "alice",
        &[],
    );

    let nonce = random_hex();
    let method = "transfer_to_public_and_prepare_private_balance_increase";
    let witness = |token, amount: u64| {
        let arguments = json!(["alice", "amm", amount, nonce]);
        allow(&pixie, "alice", token, method, &arguments)
    };
    let (first, second) = (witness("one", 4_000), witness("two", 8_000));
    pixie.send(
        "amm",
        "add_liquidity",
        json!([4_000, 8_000, 3_000, 6_000, nonce]),
        "alice",
        &["--authwit", &first, "--authwit", &second],
    );
    world.check_balances(&pixie, "one", &[(&alice, 6_000, 0), (&bob, 1_000, 0)]);
    world.check_balances(&pixie, "two", &[(&alice, 2_000, 0), (&bob, 0, 0)]);
    let minted = pixie.utility("liquidity", "balance_of_private", json!(["alice"]), "alice");
    let minted: u64 = minted.as_str().unwrap().parse().unwrap();
    assert!(minted > 0);
    world.check_balances(&pixie, "liquidity", &[(&alice, minted, 0)]);

    let nonce = random_hex();
    let pull = json!(["bob", "amm", 500, nonce]);
    let witness = allow(&pixie, "bob", "one", "transfer_to_public", &pull);
    let got = out_for_exact_in(4_000, 8_000, 500);
    pixie.send(
        "amm",
        "swap_exact_tokens_for_tokens",
        json!(["one", "two", 500, got, nonce]),
        "bob",
        &["--authwit", &witness],
    );
    world.check_balances(&pixie, "one", &[(&alice, 6_000, 0), (&bob, 500, 0)]);
    world.check_balances(&pixie, "two", &[(&alice, 2_000, 0), (&bob, got, 0)]);
    let reserve = |token| pixie.simulate(token, "balance_of_public", json!(["amm"]), "bob");
    assert_eq!(reserve("one"), "4500");
    assert_eq!(reserve("two"), (8_000 - got).to_string());
}
