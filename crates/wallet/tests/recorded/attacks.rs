//! What a dapp cannot get past the engine. (What it cannot get past the gate is tested beside that.)

use pixie_bridge::ErrorCode;
use pixie_bridge::capability::BehaviorMode;
use pixie_primitives::tx::ExecutionPayload;
use pixie_primitives::{AztecAddress, Fr};
use pixie_wallet::journal::{Rejection, Stage};
use serde_json::{Value, json};

use super::world::{Mood, World, origin, payload};

fn code(outcome: Result<Value, pixie_bridge::WireError>) -> ErrorCode {
    outcome.unwrap_err().code
}

/// Only `Token.transfer` may be simulated and sent.
fn only_transfer(world: &World) -> Value {
    let account = json!([{"alias": "a", "item": world.account(0)}]);
    let scope = json!([{"contract": world.contract(0), "function": "transfer"}]);
    json!([
        {"type": "accounts", "canGet": true, "canCreateAuthWit": true, "accounts": account},
        {"type": "simulation", "transactions": {"scope": scope}},
        {"type": "transaction", "scope": scope},
    ])
}

#[test]
fn a_simulation_discloses_no_code_and_no_witnesses() {
    pollster::block_on(async {
        let world = World::begin(&["transfer_private"]).await;
        world
            .grant(only_transfer(&world), BehaviorMode::Strict)
            .await;
        let from = world.account(0);
        let call = world.function_call(world.contract(0), "transfer", json!([from, "1"]));
        let options = json!({"from": from});
        let answer = world.call("simulateTx", &[payload(&[call]), options]).await;
        let answer = answer.unwrap();
        fn check(call: &Value) {
            assert_eq!(call["acir"], "");
            assert_eq!(call["vk"], "");
            assert_eq!(call["partialWitness"], json!([]));
            let nested = call["nestedExecutionResults"].as_array().unwrap();
            nested.iter().for_each(check);
        }
        let entrypoint = &answer["privateExecutionResult"]["entrypoint"];
        assert!(
            !entrypoint["nestedExecutionResults"]
                .as_array()
                .unwrap()
                .is_empty()
        );
        check(entrypoint);
    });
}

#[test]
fn a_failure_in_a_contract_that_was_not_granted_says_nothing() {
    pollster::block_on(async {
        let world = World::begin(&["transfer_private"]).await;
        let from = world.account(0);
        let token = world.contract(0);
        let too_much =
            world.function_call(token, "transfer", json!([from, "999999999999999999999999"]));
        let options = json!({"from": from});
        world.grant_all().await;
        let told = world
            .call(
                "simulateTx",
                &[payload(std::slice::from_ref(&too_much)), options.clone()],
            )
            .await
            .unwrap_err();
        assert_eq!(told.code, ErrorCode::Failed);
        assert!(told.message.contains("Balance too low"), "{told}");
        // Another account's entrypoint was granted, and the token was not.
        let account = json!([{"alias": "a", "item": from}]);
        let other = json!([{"contract": from, "function": "*"}]);
        let grants = json!([
            {"type": "accounts", "canGet": true, "accounts": account},
            {"type": "simulation", "transactions": {"scope": other}},
        ]);
        world.grant(grants, BehaviorMode::Strict).await;
        let outcome = world
            .call("simulateTx", &[payload(&[too_much]), options])
            .await
            .unwrap_err();
        assert_eq!(outcome.code, ErrorCode::Unauthorized);
        assert!(!outcome.message.contains("Balance"), "{outcome}");
    });
}

#[test]
fn keys_that_are_not_the_contracts_are_refused() {
    pollster::block_on(async {
        let world = World::begin(&["transfer_private"]).await;
        world.grant_all().await;
        let instance = world.engine.pxe().contract_instance(&world.contract(0));
        let instance = serde_json::to_value(instance.unwrap()).unwrap();
        let stolen = json!(Fr::from(5u8));
        let before = world.engine.pxe().accounts().len();
        let outcome = world
            .call("registerContract", &[instance, Value::Null, stolen])
            .await;
        assert_eq!(code(outcome), ErrorCode::InvalidParams);
        assert_eq!(world.engine.pxe().accounts().len(), before);
        assert_eq!(
            world.user.seen.borrow().len(),
            1,
            "the user was asked first"
        );
    });
}

#[test]
fn an_instance_that_does_not_make_its_address_is_refused() {
    pollster::block_on(async {
        let world = World::begin(&["transfer_private"]).await;
        world.grant_all().await;
        let instance = world.engine.pxe().contract_instance(&world.contract(0));
        let mut instance = serde_json::to_value(instance.unwrap()).unwrap();
        instance["address"] = json!(world.account(0));
        let outcome = world.call("registerContract", &[instance]).await;
        assert_eq!(code(outcome), ErrorCode::InvalidParams);
    });
}

#[test]
fn a_dapp_that_means_another_chain_is_refused() {
    pollster::block_on(async {
        let world = World::begin(&["transfer_private"]).await;
        world.grant_all().await;
        let mut caller = world.caller();
        let mut chain = world.engine.chain_info();
        chain.version = Fr::from(9u8);
        caller.chain = Some(chain);
        let call = pixie_bridge::wire::WalletCall::GetAccounts;
        let outcome = world.engine.serve(&caller, call, world.services()).await;
        assert_eq!(outcome.unwrap_err().code, ErrorCode::WrongChain);
    });
}

#[test]
fn a_locked_wallet_answers_nothing() {
    pollster::block_on(async {
        let world = World::begin(&["transfer_private"]).await;
        world.grant_all().await;
        world.engine.close();
        for method in ["getChainInfo", "getAccounts", "getAddressBook"] {
            assert_eq!(code(world.call(method, &[]).await), ErrorCode::Locked);
        }
    });
}

#[test]
fn a_dapp_whose_transaction_was_not_approved_does_not_find_it_sent_later() {
    pollster::block_on(async {
        let mut world = World::begin(&["transfer_private"]).await;
        world.grant_all().await;
        let from = world.account(0);
        let call = world.function_call(world.contract(0), "transfer", json!([from, "1"]));
        world.user.mood.set(Mood::Leaves);
        let options = json!({"from": from, "wait": "NO_WAIT"});
        let outcome = world.call("sendTx", &[payload(&[call]), options]).await;
        assert_eq!(code(outcome), ErrorCode::Interrupted);
        world.user.mood.set(Mood::Yes);
        world.restart().await;
        assert!(world.engine.unfinished().is_empty());
        let entries = world.engine.journal().entries();
        let rejection = Rejection::Abandoned;
        assert_eq!(entries[0].1.stage, Stage::Rejected { rejection });
        assert!(world.chain.sent.borrow().is_empty());
    });
}

#[test]
fn a_nested_call_that_was_not_granted_is_not_even_shown_to_the_user() {
    pollster::block_on(async {
        let world = World::begin(&["crowdfunding_donate.simulated"]).await;
        let from = world.account(0);
        let contracts = (0..3).map(|index| world.contract(index));
        let crowdfunding = contracts
            .into_iter()
            .find(|contract| {
                world.engine.contract_name(*contract).as_deref() == Some("Crowdfunding")
            })
            .unwrap();
        let account = json!([{"alias": "a", "item": from}]);
        let scope = json!([{"contract": crowdfunding, "function": "donate"}]);
        let grants = json!([
            {"type": "accounts", "canGet": true, "accounts": account},
            {"type": "simulation", "transactions": {"scope": scope}},
            {"type": "transaction", "scope": scope},
        ]);
        world.grant(grants, BehaviorMode::Strict).await;
        let donate = world.function_call(crowdfunding, "donate", json!(["1"]));
        for (method, options) in [
            ("simulateTx", json!({"from": from})),
            ("sendTx", json!({"from": from, "wait": "NO_WAIT"})),
        ] {
            let outcome = world
                .call(method, &[payload(std::slice::from_ref(&donate)), options])
                .await
                .unwrap_err();
            // It moves the account's tokens underneath, or fails on the way to that.
            assert_eq!(outcome.code, ErrorCode::Unauthorized, "{method}: {outcome}");
        }
        assert!(world.user.seen.borrow().is_empty());
        assert!(world.chain.sent.borrow().is_empty());
    });
}

#[test]
fn a_contact_keeps_the_name_that_the_user_gave() {
    pollster::block_on(async {
        let world = World::begin(&["transfer_private"]).await;
        world.grant_all().await;
        let friend = AztecAddress::from(77);
        let records = world.engine.records();
        records.put_contact(friend, "Bob").await.unwrap();
        let arguments = [json!(friend), json!("My Bank")];
        world.call("registerSender", &arguments).await.unwrap();
        assert_eq!(records.contacts()[0].alias, "Bob");
    });
}

#[test]
fn an_account_that_was_removed_is_lost_to_dapps() {
    pollster::block_on(async {
        let world = World::begin(&["transfer_private"]).await;
        world.grant_all().await;
        let account = world.account(0);
        world.engine.remove_account(account).await.unwrap();
        let grants = world.engine.records().grants(&origin());
        assert!(!grants.has_account(account, world.engine.timestamp()));
        let options = json!({"from": account});
        let empty = serde_json::to_value(ExecutionPayload::default()).unwrap();
        let outcome = world.call("simulateTx", &[empty, options]).await;
        assert_eq!(code(outcome), ErrorCode::Unauthorized);
    });
}
