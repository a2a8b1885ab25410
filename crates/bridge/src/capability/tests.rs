use pixie_primitives::abi::{FunctionAbi, FunctionType};
use pixie_primitives::{AztecAddress, ContractClassId, Fr, FunctionSelector};
use serde_json::json;

use super::*;

pub(super) const NOW: Timestamp = Timestamp(1_000_000);

pub(super) fn address(number: u8) -> AztecAddress {
    AztecAddress::from(u32::from(number))
}

/// A function without parameters.
fn function(name: &str) -> FunctionAbi {
    FunctionAbi {
        name: name.to_owned(),
        function_type: FunctionType::Private,
        is_only_self: false,
        is_static: false,
        is_initializer: false,
        parameters: Vec::new(),
        return_types: Vec::new(),
        error_types: Default::default(),
    }
}

pub(super) fn resolved(name: &str) -> ResolvedFunction {
    let abi = function(name);
    ResolvedFunction::find([&abi], abi.selector().unwrap()).unwrap()
}

fn pattern(json: serde_json::Value) -> FunctionPattern {
    serde_json::from_value(json).unwrap()
}

fn granted(json: serde_json::Value) -> GrantedCapability {
    serde_json::from_value(json).unwrap()
}

pub(super) fn accounts(numbers: &[u8]) -> GrantedCapability {
    let accounts = numbers.iter().map(|number| Aliased {
        alias: format!("account {number}"),
        item: address(*number),
    });
    GrantedCapability::Accounts(GrantedAccountsCapability {
        asked: AccountsCapability {
            can_get: Some(true),
            can_create_auth_wit: Some(true),
        },
        accounts: accounts.collect(),
    })
}

pub(super) fn grants(capabilities: impl IntoIterator<Item = GrantedCapability>) -> Grants {
    let mut grants = Grants::default();
    grants.grant(capabilities, BehaviorMode::Strict, NOW, None);
    grants
}

fn calls(scope: serde_json::Value) -> GrantedCapability {
    granted(json!({ "type": "transaction", "scope": scope }))
}

/// Asks for a call of `name` on `contract` by account 1.
fn ask(grants: &Grants, contract: u8, name: &str) -> Result<(), Denial> {
    let function = resolved(name);
    let target = CallTarget {
        contract: address(contract),
        function: Some(&function),
    };
    let subject = Subject {
        from: address(1),
        additional: &[],
        own_accounts: &[address(1), address(2)],
    };
    grants.allows_call(Action::Send, target, subject, NOW)
}

#[test]
fn a_selector_that_the_artifact_does_not_have_is_no_function() {
    let (transfer, burn) = (function("transfer"), function("burn"));
    let functions = [&transfer, &burn];
    let found = ResolvedFunction::find(functions, burn.selector().unwrap()).unwrap();
    assert_eq!(found.name(), "burn");
    assert_eq!(
        ResolvedFunction::find(functions, FunctionSelector::from(7)),
        None
    );
}

#[test]
fn patterns_cover_contract_and_function_and_nothing_else() {
    let of = |scope| grants([accounts(&[1]), calls(scope)]);
    let transfer = of(json!([{ "contract": address(7), "function": "transfer" }]));
    assert_eq!(ask(&transfer, 7, "transfer"), Ok(()));
    assert_eq!(ask(&transfer, 7, "burn"), Err(Denial::Target));
    assert_eq!(ask(&transfer, 8, "transfer"), Err(Denial::Target));
    let contract = of(json!([{ "contract": address(7), "function": "*" }]));
    assert_eq!(ask(&contract, 7, "burn"), Ok(()));
    assert_eq!(ask(&contract, 8, "burn"), Err(Denial::Target));
    let name = of(json!([{ "contract": "*", "function": "burn" }]));
    assert_eq!(ask(&name, 8, "burn"), Ok(()));
    assert_eq!(ask(&name, 8, "transfer"), Err(Denial::Target));
    assert_eq!(ask(&of(json!("*")), 8, "transfer"), Ok(()));
    assert_eq!(ask(&of(json!([])), 8, "transfer"), Err(Denial::NotGranted));
}

#[test]
fn a_function_that_no_artifact_names_is_covered_by_the_wildcard_alone() {
    let unknown = |scope| {
        let target = CallTarget {
            contract: address(7),
            function: None,
        };
        let subject = Subject {
            from: address(1),
            additional: &[],
            own_accounts: &[],
        };
        grants([accounts(&[1]), calls(scope)]).allows_call(Action::Send, target, subject, NOW)
    };
    assert_eq!(
        unknown(json!([{ "contract": "*", "function": "transfer" }])),
        Err(Denial::Target)
    );
    assert_eq!(
        unknown(json!([{ "contract": address(7), "function": "*" }])),
        Ok(())
    );
}

#[test]
fn the_right_to_send_is_none_to_simulate_and_the_other_way_round() {
    let function = resolved("transfer");
    let target = CallTarget {
        contract: address(7),
        function: Some(&function),
    };
    let subject = Subject {
        from: address(1),
        additional: &[],
        own_accounts: &[],
    };
    let send = calls(json!("*"));
    let simulate = granted(json!({ "type": "simulation", "transactions": { "scope": "*" } }));
    let utilities = granted(json!({ "type": "simulation", "utilities": { "scope": "*" } }));
    for (capability, allowed) in [
        (send, Action::Send),
        (simulate, Action::Simulate),
        (utilities, Action::ExecuteUtility),
    ] {
        let grants = grants([accounts(&[1]), capability]);
        for action in [Action::Send, Action::Simulate, Action::ExecuteUtility] {
            let expected = match action == allowed {
                true => Ok(()),
                false => Err(Denial::NotGranted),
            };
            assert_eq!(grants.allows_call(action, target, subject, NOW), expected);
        }
    }
}

#[test]
fn an_account_that_was_not_granted_cannot_call() {
    let function = resolved("transfer");
    let target = CallTarget {
        contract: address(7),
        function: Some(&function),
    };
    let by = |from, granted: &[u8]| {
        let subject = Subject {
            from,
            additional: &[],
            own_accounts: &[address(1), address(2)],
        };
        let grants = grants([accounts(granted), calls(json!("*"))]);
        grants.allows_call(Action::Send, target, subject, NOW)
    };
    assert_eq!(by(address(1), &[1]), Ok(()));
    assert_eq!(by(address(2), &[1]), Err(Denial::Account(address(2))));
    assert_eq!(by(address(1), &[]), Err(Denial::Account(address(1))));
    // The zero address stands for "no account" in simulations and self-paid deployments.
    assert_eq!(by(AztecAddress::ZERO, &[]), Ok(()));
}

#[test]
fn further_scopes_need_a_pattern_that_names_them() {
    let function = resolved("transfer");
    let with = |scopes: serde_json::Value, additional: &[AztecAddress]| {
        let mut pattern = json!({ "contract": address(7), "function": "transfer" });
        if !scopes.is_null() {
            pattern["additionalScopes"] = scopes;
        }
        let target = CallTarget {
            contract: address(7),
            function: Some(&function),
        };
        let subject = Subject {
            from: address(1),
            additional,
            own_accounts: &[address(1), address(2), address(3)],
        };
        let grants = grants([accounts(&[1, 2]), calls(json!([pattern]))]);
        grants.allows_call(Action::Send, target, subject, NOW)
    };
    let refused = |number| Err(Denial::Scope(address(number)));
    assert_eq!(with(json!(null), &[]), Ok(()));
    assert_eq!(with(json!(null), &[address(1)]), Ok(()));
    assert_eq!(with(json!(null), &[address(9)]), refused(9));
    assert_eq!(with(json!([address(9)]), &[address(9)]), Ok(()));
    assert_eq!(
        with(json!([address(9)]), &[address(9), address(8)]),
        refused(8)
    );
    // A wildcard reaches escrows and the like, and accounts that were granted as such.
    assert_eq!(with(json!("*"), &[address(9), address(2)]), Ok(()));
    // None of them reaches what the dapp was never shown.
    assert_eq!(with(json!("*"), &[address(3)]), refused(3));
    assert_eq!(with(json!([address(3)]), &[address(3)]), refused(3));
}

#[test]
fn two_patterns_do_not_add_up_to_one() {
    // The one allows the function, the other the scope.
    let scope = json!([
        { "contract": address(7), "function": "transfer" },
        { "contract": address(7), "function": "burn", "additionalScopes": [address(9)] },
    ]);
    let grants = grants([accounts(&[1]), calls(scope)]);
    let function = resolved("transfer");
    let target = CallTarget {
        contract: address(7),
        function: Some(&function),
    };
    let subject = Subject {
        from: address(1),
        additional: &[address(9)],
        own_accounts: &[],
    };
    let asked = grants.allows_call(Action::Send, target, subject, NOW);
    assert_eq!(asked, Err(Denial::Scope(address(9))));
}

#[test]
fn capabilities_end_at_their_time_and_not_before() {
    let mut grants = Grants::default();
    let end = Timestamp(NOW.0 + 1000);
    let strict = BehaviorMode::Strict;
    grants.grant([accounts(&[1])], strict, NOW, None);
    grants.grant([calls(json!("*"))], strict, NOW, Some(end));
    let function = resolved("transfer");
    let target = CallTarget {
        contract: address(7),
        function: Some(&function),
    };
    let subject = Subject {
        from: address(1),
        additional: &[],
        own_accounts: &[],
    };
    let at = |time| grants.allows_call(Action::Send, target, subject, Timestamp(time));
    assert_eq!(at(end.0 - 1), Ok(()));
    assert_eq!(at(end.0), Err(Denial::NotGranted));
    assert_eq!(at(u64::MAX), Err(Denial::NotGranted));
    assert_eq!(grants.expires_at(NOW), Some(end));
    assert_eq!(grants.expires_at(end), None);
    assert!(grants.allows_accounts(end).is_ok());
    let told = |now| {
        let wallet = WalletIdentity {
            name: "Pixie".to_owned(),
            version: "1".to_owned(),
        };
        grants.to_wallet_capabilities(wallet, now)
    };
    assert_eq!(told(NOW).expires_at, Some(Number::from(end.0)));
    assert_eq!((told(end).granted.len(), told(end).expires_at), (1, None));
    let mut pruned = grants.clone();
    assert_eq!(
        (pruned.prune(NOW), pruned.prune(end), pruned.prune(end)),
        (0, 1, 0)
    );
    // Granted again it holds again.
    pruned.grant([calls(json!("*"))], strict, end, None);
    assert_eq!(
        pruned.allows_call(Action::Send, target, subject, end),
        Ok(())
    );
}

#[test]
fn what_is_revoked_is_gone() {
    let full = grants([
        accounts(&[1, 2]),
        calls(json!([{ "contract": "*", "function": "*", "additionalScopes": [address(2)] }])),
        granted(json!({ "type": "data", "addressBook": true })),
    ]);
    let mut less = full.clone();
    assert_eq!(less.revoke_kind(CapabilityKind::Data), 1);
    assert_eq!(less.allows_address_book(NOW), Err(Denial::NotGranted));
    assert_eq!(ask(&less, 7, "transfer"), Ok(()));

    let mut less = full.clone();
    assert!(less.revoke_account(address(2)));
    assert!(!less.revoke_account(address(2)));
    assert_eq!(less.visible_accounts(NOW).len(), 1);
    let function = resolved("transfer");
    let target = CallTarget {
        contract: address(7),
        function: Some(&function),
    };
    let subject = Subject {
        from: address(1),
        additional: &[address(2)],
        own_accounts: &[address(1), address(2)],
    };
    assert_eq!(full.allows_call(Action::Send, target, subject, NOW), Ok(()));
    let refused = less.allows_call(Action::Send, target, subject, NOW);
    assert_eq!(refused, Err(Denial::Scope(address(2))));

    let mut less = full.clone();
    assert!(less.revoke(&granted(json!({ "type": "data", "addressBook": true }))));
    assert!(!less.revoke(&granted(json!({ "type": "data", "addressBook": true }))));
    less.revoke_all();
    assert!(less.is_empty(NOW));
    assert_eq!(ask(&less, 7, "transfer"), Err(Denial::NotGranted));
}

#[test]
fn the_smaller_rights() {
    let grants = grants([
        granted(json!({ "type": "accounts", "canCreateAuthWit": true,
            "accounts": [{ "alias": "a", "item": address(1) }] })),
        granted(json!({ "type": "accounts", "canGet": true,
            "accounts": [{ "alias": "b", "item": address(2) }] })),
        granted(json!({ "type": "contracts", "contracts": [address(7)], "canRegister": true })),
        granted(json!({ "type": "contracts", "contracts": "*", "canGetMetadata": true })),
        granted(
            json!({ "type": "contractClasses", "classes": [address(5)], "canGetMetadata": true }),
        ),
        granted(json!({ "type": "data", "privateEvents": { "contracts": [address(7)] } })),
    ]);
    // To authorise is not to be seen, and the other way round.
    assert_eq!(grants.allows_auth_wit(address(1), NOW), Ok(()));
    assert_eq!(
        grants.allows_auth_wit(address(2), NOW),
        Err(Denial::Account(address(2)))
    );
    let visible = grants.visible_accounts(NOW);
    assert_eq!(
        visible
            .iter()
            .map(|account| account.item)
            .collect::<Vec<_>>(),
        [address(2)]
    );

    assert_eq!(grants.allows_register_contract(address(7), NOW), Ok(()));
    assert_eq!(
        grants.allows_register_contract(address(8), NOW),
        Err(Denial::Target)
    );
    assert_eq!(grants.allows_contract_metadata(address(8), NOW), Ok(()));
    let class = |number: u8| ContractClassId::from_field(Fr::from(number));
    assert_eq!(grants.allows_class_metadata(class(5), NOW), Ok(()));
    assert_eq!(
        grants.allows_class_metadata(class(6), NOW),
        Err(Denial::Target)
    );
    assert_eq!(grants.allows_address_book(NOW), Err(Denial::NotGranted));
    let events = |contract, accounts: &[AztecAddress]| {
        grants.allows_private_events(address(contract), accounts, NOW)
    };
    assert_eq!(events(7, &[address(1), address(2)]), Ok(()));
    assert_eq!(events(8, &[address(1)]), Err(Denial::Target));
    assert_eq!(
        events(7, &[address(1), address(3)]),
        Err(Denial::Account(address(3)))
    );
    assert_eq!(events(7, &[]), Ok(()));
}

#[test]
fn grants_survive_being_stored() {
    let stored = grants([
        accounts(&[1, 2]),
        calls(json!([{ "contract": "*", "function": "f" }])),
    ]);
    let json = serde_json::to_string(&stored).unwrap();
    assert_eq!(serde_json::from_str::<Grants>(&json).unwrap(), stored);
    let mut cbor = Vec::new();
    ciborium::into_writer(&stored, &mut cbor).unwrap();
    assert_eq!(ciborium::from_reader::<Grants, _>(&*cbor).unwrap(), stored);
}

pub(super) fn manifest() -> AppCapabilities {
    serde_json::from_value(json!({
        "version": "1.0",
        "metadata": { "name": "dapp", "version": "1", "icon": null, "unknown": 1 },
        "capabilities": [
            { "type": "accounts", "canGet": true, "canCreateAuthWit": null },
            { "type": "contracts", "contracts": "*", "canRegister": true },
            { "type": "contractClasses", "classes": [address(5)], "canGetMetadata": true },
            { "type": "simulation", "transactions": { "scope": "*" } },
            { "type": "transaction", "scope": [
                { "contract": address(7), "function": "*", "additionalScopes": "*" },
                { "contract": "*", "function": "burn" },
            ] },
            { "type": "data", "addressBook": false, "privateEvents": { "contracts": [] } },
        ],
        "behavior": { "mode": "permissive", "expiration": 60000 },
    }))
    .unwrap()
}

#[test]
fn manifests_are_written_as_they_were_read() {
    let manifest = manifest();
    let json = serde_json::to_value(&manifest).unwrap();
    assert_eq!(
        json,
        json!({
            "version": "1.0",
            "metadata": { "name": "dapp", "version": "1" },
            "capabilities": [
                { "type": "accounts", "canGet": true },
                { "type": "contracts", "contracts": "*", "canRegister": true },
                { "type": "contractClasses", "classes": [address(5)], "canGetMetadata": true },
                { "type": "simulation", "transactions": { "scope": "*" } },
                { "type": "transaction", "scope": [
                    { "contract": address(7), "function": "*", "additionalScopes": "*" },
                    { "contract": "*", "function": "burn" },
                ] },
                { "type": "data", "addressBook": false, "privateEvents": { "contracts": [] } },
            ],
            "behavior": { "mode": "permissive", "expiration": 60000 },
        })
    );
    assert_eq!(manifest.mode(), BehaviorMode::Permissive);
    assert_eq!(
        manifest.requested_expiry(NOW),
        Some(Timestamp(NOW.0 + 60_000))
    );
}

#[test]
fn manifests_of_other_forms_are_refused() {
    let good = serde_json::to_value(manifest()).unwrap();
    for (path, value) in [
        ("/version", json!("2.0")),
        ("/version", json!(1.0)),
        ("/metadata", json!(null)),
        ("/metadata/name", json!(7)),
        ("/capabilities", json!("*")),
        ("/capabilities/0/type", json!("everything")),
        ("/capabilities/0/canGet", json!("true")),
        ("/capabilities/1/contracts", json!("**")),
        ("/capabilities/1/contracts", json!(["0x12", "**"])),
        ("/capabilities/2/canGetMetadata", json!(null)),
        ("/capabilities/3/transactions/scope", json!(null)),
        ("/capabilities/4/scope/0/contract", json!(7)),
        ("/capabilities/4/scope/0/additionalScopes", json!("all")),
        ("/capabilities/4/scope/0/function", json!(null)),
        ("/capabilities/5/privateEvents", json!("*")),
        ("/behavior/mode", json!("lenient")),
        ("/behavior/expiration", json!("60000")),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(path).unwrap() = value;
        assert!(
            serde_json::from_value::<AppCapabilities>(bad).is_err(),
            "{path}"
        );
    }
}

#[test]
fn manifests_that_nobody_could_read_are_refused() {
    let mut long = manifest();
    long.metadata.name = "x".repeat(2000);
    assert!(matches!(
        long.check_size(),
        Err(ManifestError::LongText { member: "name", .. })
    ));
    let mut many = manifest();
    let scope = vec![pattern(json!({ "contract": "*", "function": "f" })); 3000];
    many.capabilities
        .push(Capability::Transaction(TransactionCapability {
            scope: Scope::Only(scope),
        }));
    assert!(matches!(
        many.check_size(),
        Err(ManifestError::ManyEntries { .. })
    ));
    assert_eq!(manifest().check_size(), Ok(()));
}

#[test]
fn nothing_is_granted_that_was_not_asked_for() {
    let offered = [
        accounts(&[1]),
        granted(json!({ "type": "contracts", "contracts": [address(7)],
            "canRegister": true, "canGetMetadata": true })),
        granted(json!({ "type": "simulation", "utilities": { "scope": "*" } })),
        calls(
            json!([{ "contract": address(7), "function": "burn", "additionalScopes": [address(9)] }]),
        ),
        granted(json!({ "type": "data", "addressBook": true })),
    ];
    let granted = serde_json::to_value(narrow(&manifest(), &offered)).unwrap();
    assert_eq!(
        granted,
        json!([
            { "type": "accounts", "canGet": true,
                "accounts": [{ "alias": "account 1", "item": address(1) }] },
            { "type": "contracts", "contracts": [address(7)], "canRegister": true },
            { "type": "transaction", "scope": [
                { "contract": address(7), "function": "burn", "additionalScopes": [address(9)] },
                { "contract": address(7), "function": "burn" },
            ] },
        ])
    );
}
