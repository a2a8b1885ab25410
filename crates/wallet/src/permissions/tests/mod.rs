use pixie_bridge::capability::GrantedCapability;
use pixie_bridge::wire::{
    PrivateEventFilter, ProfileOptions, SendOptions, SimulateOptions, UtilityOptions,
};
use pixie_primitives::abi::AbiType;
use pixie_primitives::contract::{ContractInstance, ContractInstanceWithAddress, ContractVersion};
use pixie_primitives::keys::SecretKey;
use pixie_primitives::tx::ExecutionPayload;
use pixie_primitives::{ContractClassId, EventSelector, Fr};
use serde_json::{Value, json};

use super::*;
use crate::test_directory::*;

mod nested;

const NOW: Timestamp = Timestamp(1_000);
use FunctionType::{Private, Public, Utility};

fn hex(number: u32) -> String {
    address(number).to_string()
}

fn capability(json: Value) -> GrantedCapability {
    serde_json::from_value(json).unwrap()
}

fn accounts(numbers: &[u32]) -> GrantedCapability {
    let accounts: Vec<_> = numbers
        .iter()
        .map(|number| json!({"alias": "a", "item": hex(*number)}))
        .collect();
    capability(json!({
        "type": "accounts", "canGet": true, "canCreateAuthWit": true, "accounts": accounts
    }))
}

/// Alice, and what may be sent, simulated and executed: `Token.transfer` of one token.
fn usual() -> Vec<GrantedCapability> {
    let transfer = json!([{"contract": hex(TOKEN), "function": "transfer"}]);
    let balance = json!([{"contract": hex(TOKEN), "function": "balance"}]);
    vec![
        accounts(&[ALICE]),
        capability(json!({"type": "transaction", "scope": transfer})),
        capability(json!({
            "type": "simulation",
            "transactions": {"scope": transfer},
            "utilities": {"scope": balance}
        })),
    ]
}

fn grants(capabilities: Vec<GrantedCapability>, mode: BehaviorMode) -> Grants {
    let mut grants = Grants::default();
    grants.grant(capabilities, mode, NOW, None);
    grants
}

fn strict() -> Grants {
    grants(usual(), BehaviorMode::Strict)
}

fn decide(grants: &Grants, call: &WalletCall) -> Decision {
    let own = own_accounts();
    let gate = Gate {
        grants,
        directory: &TestDirectory,
        own_accounts: &own,
        now: NOW,
    };
    gate.decide(call)
}

fn recheck(grants: &Grants, acting: &Acting<'_>, observed: &Observed) -> Decision {
    let own = own_accounts();
    let gate = Gate {
        grants,
        directory: &TestDirectory,
        own_accounts: &own,
        now: NOW,
    };
    gate.recheck(acting, observed)
}

fn payload(calls: Vec<FunctionCall>) -> ExecutionPayload {
    ExecutionPayload {
        calls,
        ..ExecutionPayload::default()
    }
}

fn send(from: u32, calls: Vec<FunctionCall>) -> WalletCall {
    let options = SendOptions {
        from: address(from),
        ..SendOptions::default()
    };
    WalletCall::SendTx {
        payload: payload(calls),
        options: Box::new(options),
    }
}

fn simulate(from: u32, calls: Vec<FunctionCall>) -> WalletCall {
    let options = SimulateOptions {
        from: address(from),
        ..SimulateOptions::default()
    };
    WalletCall::SimulateTx {
        payload: payload(calls),
        options: Box::new(options),
    }
}

fn utility(scope: u32, call: FunctionCall) -> WalletCall {
    let options = UtilityOptions {
        scope: address(scope),
        ..UtilityOptions::default()
    };
    WalletCall::ExecuteUtility {
        call: Box::new(call),
        options,
    }
}

fn auth_wit(from: u32, call: FunctionCall) -> WalletCall {
    let intent = AuthWitIntent::Call {
        caller: address(SWAP),
        call: Box::new(call),
    };
    let from = address(from);
    WalletCall::CreateAuthWit { from, intent }
}

fn transfer() -> FunctionCall {
    call(TOKEN, "transfer", Private)
}

#[track_caller]
fn assert_denied(decision: &Decision, denial: Denial) {
    assert_eq!(*decision, Decision::Refused(Refusal::Denied(denial)));
}

const ALWAYS: Decision = Decision::Ask(Cause::Always);

#[test]
fn what_was_granted_is_done() {
    let grants = strict();
    assert_eq!(
        decide(&grants, &simulate(ALICE, vec![transfer()])),
        Decision::Allowed
    );
    assert_eq!(decide(&grants, &send(ALICE, vec![transfer()])), ALWAYS);
    let balance = call(TOKEN, "balance", Utility);
    assert_eq!(decide(&grants, &utility(ALICE, balance)), Decision::Allowed);
    assert_eq!(decide(&grants, &auth_wit(ALICE, transfer())), ALWAYS);
    assert_eq!(
        decide(&grants, &WalletCall::GetChainInfo),
        Decision::Allowed
    );
    assert_eq!(decide(&grants, &WalletCall::GetAccounts), Decision::Allowed);
}

// The dapp lies about what it calls.

#[test]
fn a_function_under_the_name_of_a_granted_one_is_refused() {
    let mut burn = call(TOKEN, "burn", Private);
    burn.name = "transfer".to_owned();
    assert_denied(
        &decide(&strict(), &send(ALICE, vec![burn.clone()])),
        Denial::Target,
    );
    assert_denied(
        &decide(&strict(), &simulate(ALICE, vec![burn])),
        Denial::Target,
    );
}

#[test]
fn the_granted_function_of_another_contract_is_refused() {
    let other = call(OTHER_TOKEN, "transfer", Private);
    assert_denied(
        &decide(&strict(), &send(ALICE, vec![other])),
        Denial::Target,
    );
}

#[test]
fn the_selector_of_a_granted_function_on_a_contract_without_artifact_is_refused() {
    let mut grants = usual();
    let scope = json!([{"contract": hex(STRANGER), "function": "transfer"}]);
    grants.push(capability(json!({"type": "transaction", "scope": scope})));
    let grants = self::grants(grants, BehaviorMode::Strict);
    let stranger = call(STRANGER, "transfer", Private);
    assert_denied(
        &decide(&grants, &send(ALICE, vec![stranger])),
        Denial::Target,
    );
}

#[test]
fn a_private_function_passed_off_as_public_is_refused() {
    let decision = decide(
        &strict(),
        &send(ALICE, vec![call(TOKEN, "transfer", Public)]),
    );
    let wrong = matches!(
        decision,
        Decision::Refused(Refusal::WrongFunctionType { .. })
    );
    assert!(wrong, "{decision:?}");
}

#[test]
fn a_private_function_passed_off_as_a_utility_is_refused() {
    let decision = decide(&strict(), &utility(ALICE, call(TOKEN, "transfer", Utility)));
    let wrong = matches!(
        decision,
        Decision::Refused(Refusal::WrongFunctionType { .. })
    );
    assert!(wrong, "{decision:?}");
}

#[test]
fn a_private_function_executed_as_a_utility_is_refused() {
    let decision = decide(&strict(), &utility(ALICE, transfer()));
    assert_eq!(
        decision,
        Decision::Refused(Refusal::Misplaced { found: Private })
    );
}

#[test]
fn a_utility_in_a_transaction_is_refused() {
    let decision = decide(
        &strict(),
        &send(ALICE, vec![call(TOKEN, "balance", Utility)]),
    );
    assert_eq!(
        decision,
        Decision::Refused(Refusal::Misplaced { found: Utility })
    );
}

#[test]
fn an_authorisation_of_a_function_of_another_kind_is_refused() {
    let decision = decide(&strict(), &auth_wit(ALICE, call(TOKEN, "mint", Private)));
    let wrong = matches!(
        decision,
        Decision::Refused(Refusal::WrongFunctionType { .. })
    );
    assert!(wrong, "{decision:?}");
}

// The dapp hides one thing behind another.

#[test]
fn one_call_that_is_not_granted_spoils_the_payload() {
    let calls = vec![transfer(), call(TOKEN, "burn", Private)];
    assert_denied(&decide(&strict(), &send(ALICE, calls)), Denial::Target);
}

#[test]
fn one_call_that_is_not_granted_spoils_the_batch() {
    let calls = vec![
        WalletCall::GetChainInfo,
        send(ALICE, vec![transfer()]),
        send(ALICE, vec![call(TOKEN, "burn", Private)]),
    ];
    assert_denied(
        &decide(&strict(), &WalletCall::Batch { calls }),
        Denial::Target,
    );
}

#[test]
fn a_batch_does_not_save_an_approval() {
    let calls = vec![WalletCall::GetChainInfo, auth_wit(ALICE, transfer())];
    assert_eq!(decide(&strict(), &WalletCall::Batch { calls }), ALWAYS);
}

#[test]
fn a_right_to_simulate_is_none_to_send() {
    let mut capabilities = usual();
    capabilities.remove(1);
    let grants = grants(capabilities, BehaviorMode::Strict);
    assert_eq!(
        decide(&grants, &simulate(ALICE, vec![transfer()])),
        Decision::Allowed
    );
    assert_denied(
        &decide(&grants, &send(ALICE, vec![transfer()])),
        Denial::NotGranted,
    );
}

#[test]
fn a_right_to_send_is_none_to_see_a_simulation() {
    let mut capabilities = usual();
    capabilities.remove(2);
    let grants = grants(capabilities, BehaviorMode::Strict);
    assert_denied(
        &decide(&grants, &simulate(ALICE, vec![transfer()])),
        Denial::NotGranted,
    );
    let balance = call(TOKEN, "balance", Utility);
    assert_denied(
        &decide(&grants, &utility(ALICE, balance)),
        Denial::NotGranted,
    );
}

#[test]
fn profiling_needs_what_simulating_needs() {
    let options = ProfileOptions {
        simulation: SimulateOptions {
            from: address(ALICE),
            ..SimulateOptions::default()
        },
        ..ProfileOptions::default()
    };
    let profile = WalletCall::ProfileTx {
        payload: payload(vec![call(TOKEN, "burn", Private)]),
        options: Box::new(options),
    };
    assert_denied(&decide(&strict(), &profile), Denial::Target);
}

#[test]
fn a_public_authorisation_through_the_registry_needs_the_right_to_authorise() {
    let scope = json!([{"contract": CANONICAL_AUTH_REGISTRY_ADDRESS.to_string(), "function": "*"}]);
    let no_auth_wit = json!({
        "type": "accounts", "canGet": true, "accounts": [{"alias": "a", "item": hex(ALICE)}]
    });
    let grants = grants(
        vec![
            capability(no_auth_wit),
            capability(json!({"type": "transaction", "scope": scope})),
        ],
        BehaviorMode::Strict,
    );
    let mut set_authorized = call(STRANGER, "mint", Public);
    set_authorized.to = CANONICAL_AUTH_REGISTRY_ADDRESS;
    assert_denied(
        &decide(&grants, &send(ALICE, vec![set_authorized])),
        Denial::NotGranted,
    );
}

// The dapp reaches for accounts that it was not granted.

#[test]
fn an_account_that_was_not_granted_is_refused() {
    let calls = [
        send(BOB, vec![transfer()]),
        simulate(BOB, vec![transfer()]),
        utility(BOB, call(TOKEN, "balance", Utility)),
        auth_wit(BOB, transfer()),
    ];
    for call in &calls {
        assert_denied(&decide(&strict(), call), Denial::Account(address(BOB)));
    }
}

#[test]
fn an_account_of_the_wallet_and_a_strange_one_are_refused_alike() {
    for make in [send, simulate] {
        let own = decide(&strict(), &make(BOB, vec![transfer()]));
        let strange = decide(&strict(), &make(CAROL, vec![transfer()]));
        assert_denied(&own, Denial::Account(address(BOB)));
        assert_denied(&strange, Denial::Account(address(CAROL)));
    }
}

#[test]
fn an_account_without_calls_is_still_refused() {
    assert_denied(
        &decide(&strict(), &simulate(BOB, vec![])),
        Denial::Account(address(BOB)),
    );
}

#[test]
fn a_further_scope_that_was_not_granted_is_refused() {
    let options = SimulateOptions {
        from: address(ALICE),
        additional_scopes: Some(vec![address(BOB)]),
        ..SimulateOptions::default()
    };
    let call = WalletCall::SimulateTx {
        payload: payload(vec![transfer()]),
        options: Box::new(options),
    };
    assert_denied(&decide(&strict(), &call), Denial::Scope(address(BOB)));
}

#[test]
fn a_wildcard_does_not_reach_a_hidden_account() {
    let capabilities = vec![
        accounts(&[ALICE]),
        capability(json!({"type": "transaction", "scope": "*"})),
    ];
    let options = SendOptions {
        from: address(ALICE),
        additional_scopes: Some(vec![address(BOB)]),
        ..SendOptions::default()
    };
    let call = WalletCall::SendTx {
        payload: payload(vec![transfer()]),
        options: Box::new(options),
    };
    let grants = grants(capabilities, BehaviorMode::Permissive);
    assert_denied(&decide(&grants, &call), Denial::Scope(address(BOB)));
}

#[test]
fn the_user_is_not_asked_about_a_hidden_account() {
    let grants = grants(usual(), BehaviorMode::Permissive);
    let denial = Denial::Account(address(BOB));
    assert_denied(&decide(&grants, &send(BOB, vec![transfer()])), denial);
}

#[test]
fn private_events_of_an_account_that_was_not_granted_are_refused() {
    let mut capabilities = usual();
    let events = json!({"contracts": [hex(TOKEN)]});
    capabilities.push(capability(json!({"type": "data", "privateEvents": events})));
    let grants = grants(capabilities, BehaviorMode::Strict);
    let ask = |contract, scope| {
        let filter = PrivateEventFilter {
            contract_address: address(contract),
            scopes: vec![address(scope)],
            ..PrivateEventFilter::default()
        };
        let event = pixie_bridge::wire::EventMetadataDefinition {
            event_selector: EventSelector::from_field(Fr::ONE).unwrap(),
            abi_type: AbiType::Field,
            field_names: vec![],
        };
        decide(
            &grants,
            &WalletCall::GetPrivateEvents {
                event: Box::new(event),
                filter: Box::new(filter),
            },
        )
    };
    assert_eq!(ask(TOKEN, ALICE), Decision::Allowed);
    assert_denied(&ask(TOKEN, BOB), Denial::Account(address(BOB)));
    assert_denied(&ask(OTHER_TOKEN, ALICE), Denial::Target);
}

// What was granted has ended, or was never there.

#[test]
fn without_grants_nothing_but_the_chain_and_the_asking_is_free() {
    let none = Grants::default();
    let refused = [
        WalletCall::GetAccounts,
        WalletCall::GetAddressBook,
        WalletCall::RegisterSender {
            address: address(CAROL),
            alias: None,
        },
        WalletCall::GetContractMetadata {
            address: address(TOKEN),
        },
        WalletCall::GetContractClassMetadata {
            id: ContractClassId::from_field(Fr::ONE),
        },
    ];
    for call in &refused {
        assert_denied(&decide(&none, call), Denial::NotGranted);
    }
    assert_eq!(decide(&none, &WalletCall::GetChainInfo), Decision::Allowed);
}

#[test]
fn what_has_ended_does_not_hold() {
    let mut grants = Grants::default();
    grants.grant(usual(), BehaviorMode::Strict, Timestamp(0), Some(NOW));
    let denial = Denial::Account(address(ALICE));
    assert_denied(&decide(&grants, &simulate(ALICE, vec![transfer()])), denial);
}

#[test]
fn what_was_revoked_does_not_hold() {
    let mut grants = strict();
    grants.revoke_account(address(ALICE));
    let denial = Denial::Account(address(ALICE));
    assert_denied(&decide(&grants, &send(ALICE, vec![transfer()])), denial);
}

#[test]
fn a_permissive_dapp_is_asked_about_and_not_let_through() {
    let grants = grants(usual(), BehaviorMode::Permissive);
    let burn = simulate(ALICE, vec![call(TOKEN, "burn", Private)]);
    let ask = Decision::Ask(Cause::NotCovered(Denial::Target));
    assert_eq!(decide(&grants, &burn), ask);
}

// What always needs an approval of its own.

#[test]
fn the_address_book_and_senders_need_an_approval_of_their_own() {
    let mut capabilities = usual();
    capabilities.push(capability(json!({"type": "data", "addressBook": true})));
    let grants = grants(capabilities, BehaviorMode::Strict);
    assert_eq!(decide(&grants, &WalletCall::GetAddressBook), ALWAYS);
    let sender = WalletCall::RegisterSender {
        address: address(CAROL),
        alias: Some("Alice".to_owned()),
    };
    assert_eq!(decide(&grants, &sender), ALWAYS);
}

fn register(contract: u32, secret_key: Option<SecretKey>) -> WalletCall {
    let instance = ContractInstanceWithAddress {
        instance: ContractInstance {
            version: ContractVersion,
            salt: Fr::ONE,
            deployer: AztecAddress::default(),
            current_contract_class_id: ContractClassId::default(),
            original_contract_class_id: ContractClassId::default(),
            initialization_hash: Default::default(),
            public_keys: Default::default(),
        },
        address: address(contract),
    };
    WalletCall::RegisterContract {
        instance: Box::new(instance),
        artifact: None,
        secret_key,
    }
}

#[test]
fn a_contract_with_a_secret_key_needs_an_approval_of_its_own() {
    let mut capabilities = usual();
    let contracts = json!({"type": "contracts", "contracts": [hex(SWAP)], "canRegister": true});
    capabilities.push(capability(contracts));
    let grants = grants(capabilities, BehaviorMode::Strict);
    assert_eq!(decide(&grants, &register(SWAP, None)), Decision::Allowed);
    let secret = || Some(SecretKey::from_field(Fr::ONE));
    assert_eq!(decide(&grants, &register(SWAP, secret())), ALWAYS);
    assert_denied(&decide(&grants, &register(TOKEN, secret())), Denial::Target);
    let metadata = WalletCall::GetContractMetadata {
        address: address(SWAP),
    };
    assert_denied(&decide(&grants, &metadata), Denial::NotGranted);
}

#[test]
fn an_opaque_authorisation_needs_an_approval_of_its_own() {
    let intent = AuthWitIntent::InnerHash {
        consumer: address(TOKEN),
        inner_hash: Default::default(),
    };
    let from = address(ALICE);
    let call = WalletCall::CreateAuthWit { from, intent };
    assert_eq!(decide(&strict(), &call), ALWAYS);
    let mut capabilities = usual();
    capabilities.remove(0);
    let grants = grants(capabilities, BehaviorMode::Strict);
    assert_denied(&decide(&grants, &call), Denial::Account(address(ALICE)));
}
