//! What a simulation shows.

use pixie_accounts::authwit::CallAuthorizationRequest;

use super::*;
use crate::observed::{AskedAuthorization, PublicFacts};

fn seen(by: Option<u32>, depth: usize, contract: u32, name: &str) -> ObservedCall {
    ObservedCall {
        by: by.map(address),
        depth,
        contract: address(contract),
        selector: Some(selector(name)),
        function_type: Private,
        is_static: false,
        public: None,
    }
}

/// The entrypoint, the granted transfer, and what else is seen.
fn observed(more: Vec<ObservedCall>) -> Observed {
    let mut calls = vec![
        seen(None, 0, ALICE, "entrypoint"),
        seen(Some(ALICE), 1, TOKEN, "transfer"),
    ];
    calls.extend(more);
    Observed {
        calls,
        authorizations: vec![],
    }
}

fn acting() -> Acting<'static> {
    simulating(address(ALICE), None)
}

#[track_caller]
fn assert_nested(decision: &Decision, by: u32, contract: u32, denial: Denial) {
    let (by, contract) = (address(by), address(contract));
    let refusal = Refusal::Nested {
        by,
        contract,
        denial,
    };
    assert_eq!(*decision, Decision::Refused(refusal));
}

#[test]
fn a_simulation_of_what_was_granted_may_be_seen() {
    let inner = seen(Some(TOKEN), 2, TOKEN, "burn");
    assert_eq!(
        recheck(&strict(), &acting(), &observed(vec![inner])),
        Decision::Allowed
    );
}

#[test]
fn a_nested_call_of_another_contract_is_refused() {
    let nested = seen(Some(TOKEN), 2, OTHER_TOKEN, "balance_of_private");
    let decision = recheck(&strict(), &acting(), &observed(vec![nested]));
    assert_nested(&decision, TOKEN, OTHER_TOKEN, Denial::Target);
}

#[test]
fn a_call_of_another_contract_deep_below_is_refused() {
    let calls = vec![
        seen(Some(TOKEN), 2, TOKEN, "transfer"),
        seen(Some(TOKEN), 3, TOKEN, "transfer"),
        seen(Some(TOKEN), 4, SWAP, "transfer"),
    ];
    let decision = recheck(&strict(), &acting(), &observed(calls));
    assert_nested(&decision, TOKEN, SWAP, Denial::Target);
}

#[test]
fn a_static_nested_call_is_refused_as_well() {
    let mut nested = seen(Some(TOKEN), 2, OTHER_TOKEN, "transfer");
    nested.is_static = true;
    let decision = recheck(&strict(), &acting(), &observed(vec![nested]));
    assert_nested(&decision, TOKEN, OTHER_TOKEN, Denial::Target);
}

#[test]
fn a_public_call_enqueued_underneath_is_refused() {
    let mut nested = seen(Some(TOKEN), 2, OTHER_TOKEN, "mint");
    nested.function_type = Public;
    nested.public = Some(PublicFacts {
        sender: None,
        args: vec![],
    });
    let decision = recheck(&strict(), &acting(), &observed(vec![nested]));
    assert_nested(&decision, TOKEN, OTHER_TOKEN, Denial::Target);
}

#[test]
fn a_nested_call_that_was_granted_may_be_seen() {
    let mut capabilities = usual();
    let scope = json!([
        {"contract": hex(TOKEN), "function": "transfer"},
        {"contract": hex(SWAP), "function": "transfer"}
    ]);
    capabilities.push(capability(
        json!({"type": "simulation", "transactions": {"scope": scope}}),
    ));
    let grants = grants(capabilities, BehaviorMode::Strict);
    let nested = seen(Some(TOKEN), 2, SWAP, "transfer");
    assert_eq!(
        recheck(&grants, &acting(), &observed(vec![nested])),
        Decision::Allowed
    );
}

#[test]
fn a_nested_call_beyond_the_grants_of_a_permissive_dapp_is_asked_about() {
    let grants = grants(usual(), BehaviorMode::Permissive);
    let nested = seen(Some(TOKEN), 2, SWAP, "transfer");
    let ask = Decision::Ask(Cause::NotCovered(Denial::Target));
    assert_eq!(recheck(&grants, &acting(), &observed(vec![nested])), ask);
}

#[test]
fn the_question_for_an_authorisation_reaches_granted_accounts_only() {
    let question = |account| {
        let mut question = seen(Some(TOKEN), 2, account, "verify_private_authwit");
        question.is_static = true;
        recheck(&strict(), &acting(), &observed(vec![question]))
    };
    assert_eq!(question(ALICE), Decision::Allowed);
    // As for a contract that is nobody's account.
    assert_nested(&question(BOB), TOKEN, BOB, Denial::Target);
    assert_nested(&question(CAROL), TOKEN, CAROL, Denial::Target);
}

#[test]
fn the_entrypoint_of_an_account_called_underneath_is_refused() {
    let nested = seen(Some(TOKEN), 2, ALICE, "entrypoint");
    let decision = recheck(&strict(), &acting(), &observed(vec![nested]));
    assert_nested(&decision, TOKEN, ALICE, Denial::Target);
}

#[test]
fn a_call_that_the_payload_did_not_show_is_refused() {
    let decision = recheck(
        &strict(),
        &acting(),
        &observed(vec![seen(Some(ALICE), 1, SWAP, "burn")]),
    );
    assert_denied(&decision, Denial::Target);
}

#[test]
fn the_wallets_own_fee_payment_is_its_own_affair() {
    let payment = [call(STRANGER, "sponsor_unconditionally", Private)];
    let acting = Acting {
        own_calls: &payment,
        ..acting()
    };
    let paid = seen(Some(ALICE), 1, STRANGER, "sponsor_unconditionally");
    assert_eq!(
        recheck(&strict(), &acting, &observed(vec![paid])),
        Decision::Allowed
    );
    // Nobody else makes that call.
    let nested = seen(Some(TOKEN), 2, STRANGER, "sponsor_unconditionally");
    let decision = recheck(&strict(), &acting, &observed(vec![nested]));
    assert_nested(&decision, TOKEN, STRANGER, Denial::Target);
}

#[test]
fn a_transaction_without_account_is_checked_from_its_first_call() {
    let acting = simulating(AztecAddress::default(), None);
    let observed = Observed {
        calls: vec![seen(None, 0, SWAP, "burn")],
        authorizations: vec![],
    };
    assert_denied(&recheck(&strict(), &acting, &observed), Denial::Target);
}

fn asked(is_honest: bool) -> Observed {
    let args = vec![Fr::ONE];
    let (caller, function_selector) = (address(SWAP), selector("transfer"));
    let intent = pixie_accounts::AuthWitIntent::Call {
        caller,
        call: FunctionCall {
            args: args.clone(),
            ..transfer()
        },
    };
    let args_hash = pixie_primitives::hash::compute_var_args_hash(&args);
    let request = CallAuthorizationRequest {
        inner_hash: intent.inner_hash(),
        msg_sender: if is_honest { caller } else { address(CAROL) },
        function_selector,
        args_hash: pixie_accounts::authwit::CallArgsHash::from_field(args_hash),
        args,
    };
    Observed {
        authorizations: vec![AskedAuthorization {
            consumer: address(TOKEN),
            request,
        }],
        ..observed(vec![])
    }
}

#[test]
fn an_authorisation_asked_underneath_needs_the_right_to_authorise() {
    assert_eq!(
        recheck(&strict(), &acting(), &asked(true)),
        Decision::Allowed
    );
    let mut capabilities = usual();
    *capabilities.first_mut().unwrap() = capability(json!({
        "type": "accounts", "canGet": true, "accounts": [{"alias": "a", "item": hex(ALICE)}]
    }));
    let grants = grants(capabilities, BehaviorMode::Strict);
    assert_denied(
        &recheck(&grants, &acting(), &asked(true)),
        Denial::NotGranted,
    );
}

#[test]
fn an_authorisation_that_says_other_than_it_hashes_is_refused() {
    let consumer = address(TOKEN);
    let refusal = Refusal::InconsistentAuthorization { consumer };
    assert_eq!(
        recheck(&strict(), &acting(), &asked(false)),
        Decision::Refused(refusal)
    );
}

#[test]
fn an_outcome_is_not_told_before_its_calls_were_looked_at() {
    let (grants, own) = (strict(), own_accounts());
    let gate = Gate {
        grants: &grants,
        directory: &TestDirectory,
        own_accounts: &own,
        now: NOW,
    };
    let told = Undisclosed::new("secret", observed(vec![]));
    assert_eq!(told.disclose(&gate, &acting()).unwrap(), "secret");
    let nested = seen(Some(TOKEN), 2, SWAP, "transfer");
    let kept = Undisclosed::new("secret", observed(vec![nested]));
    let (decision, kept) = *kept.disclose(&gate, &acting()).unwrap_err();
    assert_nested(&decision, TOKEN, SWAP, Denial::Target);
    assert!(!format!("{kept:?}").contains("secret"));
}

#[test]
fn a_refusal_tells_the_dapp_no_more_than_it_knows() {
    let refusal = Refusal::Denied(Denial::Account(address(BOB)));
    let error = WireError::from(&refusal);
    assert_eq!(error.code, ErrorCode::Unauthorized);
    assert_eq!(error.data, None);
}
