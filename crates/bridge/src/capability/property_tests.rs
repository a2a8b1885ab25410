use pixie_primitives::{AztecAddress, ContractClassId};
use proptest::prelude::*;

use super::tests::{NOW, accounts, address, grants, manifest, resolved};
use super::*;

prop_compose! {
    fn any_address()(number in 1u8..5) -> AztecAddress { address(number) }
}

fn any_scope() -> impl Strategy<Value = Scope<AztecAddress>> {
    prop_oneof![
        Just(Scope::Any),
        prop::collection::vec(any_address(), 0..4).prop_map(Scope::Only),
    ]
}

prop_compose! {
    fn any_pattern()(
        contract in prop_oneof![Just(Wildcard::Any), any_address().prop_map(Wildcard::One)],
        function in prop_oneof![Just(Wildcard::Any), "[fg]".prop_map(Wildcard::One)],
        additional_scopes in prop::option::of(any_scope()),
    ) -> FunctionPattern {
        FunctionPattern { contract, function, additional_scopes }
    }
}

fn any_patterns() -> impl Strategy<Value = Scope<FunctionPattern>> {
    prop_oneof![
        1 => Just(Scope::Any),
        4 => prop::collection::vec(any_pattern(), 0..4).prop_map(Scope::Only),
    ]
}

fn any_capability() -> impl Strategy<Value = Capability> {
    let flag = || prop::option::of(any::<bool>());
    let calls = || prop::option::of(any_patterns().prop_map(|scope| CallScope { scope }));
    let class = any_address().prop_map(|address| ContractClassId::from_field(address.to_field()));
    let classes = prop_oneof![
        Just(Scope::Any),
        prop::collection::vec(class, 0..3).prop_map(Scope::Only)
    ];
    prop_oneof![
        (flag(), flag()).prop_map(|(can_get, can_create_auth_wit)| Capability::Accounts(
            AccountsCapability {
                can_get,
                can_create_auth_wit
            }
        )),
        (any_scope(), flag(), flag()).prop_map(|(contracts, can_register, can_get_metadata)| {
            Capability::Contracts(ContractsCapability {
                contracts,
                can_register,
                can_get_metadata,
            })
        }),
        (classes, any::<bool>()).prop_map(|(classes, can_get_metadata)| {
            Capability::ContractClasses(ContractClassesCapability {
                classes,
                can_get_metadata,
            })
        }),
        (calls(), calls()).prop_map(|(transactions, utilities)| {
            Capability::Simulation(SimulationCapability {
                transactions,
                utilities,
            })
        }),
        any_patterns().prop_map(|scope| Capability::Transaction(TransactionCapability { scope })),
        (flag(), prop::option::of(any_scope())).prop_map(|(address_book, events)| {
            let private_events = events.map(|contracts| EventScope { contracts });
            Capability::Data(DataCapability {
                address_book,
                private_events,
            })
        }),
    ]
}

fn any_granted() -> impl Strategy<Value = GrantedCapability> {
    (any_capability(), prop::collection::vec(any_address(), 0..3)).prop_map(|(asked, items)| {
        let accounts = items.into_iter().map(|item| Aliased {
            alias: "x".to_owned(),
            item,
        });
        asked.in_full(&GrantedAccountsCapability {
            asked: AccountsCapability::default(),
            accounts: accounts.collect(),
        })
    })
}

/// Everything of interest that a dapp could do, and whether it may.
fn rights(capabilities: &[GrantedCapability]) -> Vec<bool> {
    let grants = grants(capabilities.to_vec());
    let own = [address(1), address(2)];
    let mut rights = vec![
        grants.allows_accounts(NOW).is_ok(),
        grants.allows_address_book(NOW).is_ok(),
    ];
    let functions = [resolved("f"), resolved("g")];
    for number in 1..5 {
        let class = ContractClassId::from_field(address(number).to_field());
        rights.extend([
            grants.allows_auth_wit(address(number), NOW).is_ok(),
            grants
                .allows_register_contract(address(number), NOW)
                .is_ok(),
            grants
                .allows_contract_metadata(address(number), NOW)
                .is_ok(),
            grants.allows_class_metadata(class, NOW).is_ok(),
            grants
                .allows_private_events(address(number), &[], NOW)
                .is_ok(),
        ]);
        for function in [None, functions.first(), functions.last()] {
            let target = CallTarget {
                contract: address(number),
                function,
            };
            for additional in [
                &[][..],
                &[address(2)],
                &[address(3)],
                &[address(2), address(4)],
            ] {
                let subject = Subject {
                    from: AztecAddress::ZERO,
                    additional,
                    own_accounts: &own,
                };
                for action in [Action::Send, Action::Simulate, Action::ExecuteUtility] {
                    rights.push(grants.allows_call(action, target, subject, NOW).is_ok());
                }
            }
        }
    }
    rights
}

fn asking(capabilities: Vec<Capability>) -> AppCapabilities {
    AppCapabilities {
        capabilities,
        ..manifest()
    }
}

proptest! {
    #[test]
    fn capabilities_round_trip(asked in prop::collection::vec(any_capability(), 0..6), granted in any_granted()) {
        let manifest = asking(asked);
        let json = serde_json::to_string(&manifest).unwrap();
        prop_assert_eq!(serde_json::from_str::<AppCapabilities>(&json).unwrap(), manifest);
        let json = serde_json::to_string(&granted).unwrap();
        prop_assert_eq!(serde_json::from_str::<GrantedCapability>(&json).unwrap(), granted);
    }

    #[test]
    fn a_narrowed_grant_allows_what_was_both_asked_for_and_offered(
        asked in prop::collection::vec(any_capability(), 0..4),
        offered in prop::collection::vec(any_granted(), 0..4),
    ) {
        // The same accounts on both sides: a dapp cannot ask for particular ones.
        let shown = [accounts(&[2])];
        let in_full = |asked: &[Capability]| -> Vec<GrantedCapability> {
            let accounts = GrantedAccountsCapability {
                asked: AccountsCapability::default(),
                accounts: (1..5).map(|number| Aliased { alias: "x".to_owned(), item: address(number) }).collect(),
            };
            asked.iter().map(|asked| asked.in_full(&accounts)).chain(shown.clone()).collect()
        };
        let met: Vec<_> = narrow(&asking(asked.clone()), &offered).into_iter().chain(shown.clone()).collect();
        let offered: Vec<_> = offered.into_iter().chain(shown.clone()).collect();
        let both = rights(&in_full(&asked)).into_iter().zip(rights(&offered));
        for (index, (met, (asked, offered))) in rights(&met).into_iter().zip(both).enumerate() {
            prop_assert!(!met || (asked && offered), "right {index}: {asked} {offered}");
        }
    }

    #[test]
    fn a_call_is_in_the_meet_of_two_scopes_if_it_is_in_both(
        one in any_patterns(), other in any_patterns(), shown in prop::collection::vec(1u8..5, 0..3),
    ) {
        let rights = |scope: Scope<FunctionPattern>| {
            let calls = GrantedCapability::Transaction(TransactionCapability { scope });
            rights(&[accounts(&shown), calls])
        };
        let met = rights(one.meet_patterns(&other));
        let both = rights(one).into_iter().zip(rights(other)).map(|(one, other)| one && other);
        prop_assert_eq!(met, both.collect::<Vec<_>>());
    }

    #[test]
    fn offering_all_that_is_asked_for_grants_it(asked in prop::collection::vec(any_capability(), 0..4)) {
        let accounts = GrantedAccountsCapability {
            asked: AccountsCapability::default(),
            accounts: vec![Aliased { alias: "x".to_owned(), item: address(1) }],
        };
        let full: Vec<_> = asked.iter().map(|asked| asked.in_full(&accounts)).collect();
        prop_assert_eq!(rights(&narrow(&asking(asked), &full)), rights(&full));
    }

    #[test]
    fn random_json_never_panics(text in "\\PC{0,60}") {
        let _ = serde_json::from_str::<AppCapabilities>(&text);
        let _ = serde_json::from_str::<FunctionPattern>(&text);
        let _ = serde_json::from_str::<Scope<AztecAddress>>(&text);
    }

    #[test]
    fn any_expiration_makes_an_end_or_none(number in any::<f64>().prop_filter("JSON has no others", |number| number.is_finite())) {
        let mut manifest = manifest();
        manifest.behavior = Some(Behavior { mode: None, expiration: Number::from_f64(number) });
        match manifest.requested_expiry(NOW) {
            Some(end) => prop_assert!(number >= 0.0 && end >= NOW),
            None => prop_assert!(number < 0.0),
        }
    }
}
