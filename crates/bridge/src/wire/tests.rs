use pixie_primitives::{AztecAddress, Fr};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::*;
use crate::error::{ErrorCode, WireError};
use crate::limits::Limits;

fn address(number: u32) -> AztecAddress {
    AztecAddress::from(number)
}

fn parse(method: &str, arguments: &[Value]) -> Result<WalletCall, CallError> {
    let raw = arguments
        .iter()
        .map(|argument| to_raw_value(argument).unwrap());
    let raw: Vec<Box<RawValue>> = raw.collect();
    let borrowed: Vec<&RawValue> = raw.iter().map(|argument| &**argument).collect();
    WalletCall::parse(method, &borrowed, &Limits::default())
}

fn code(method: &str, arguments: &[Value]) -> ErrorCode {
    WireError::from(&parse(method, arguments).unwrap_err()).code
}

fn call() -> Value {
    json!({
        "name": "transfer", "to": address(7), "selector": "0x12345678", "type": "private",
        "hideMsgSender": false, "isStatic": false, "args": [Fr::ONE],
        "returnTypes": [{ "kind": "field" }],
    })
}

fn payload() -> Value {
    json!({
        "calls": [call()], "authWitnesses": [], "capsules": [], "extraHashedArgs": [],
        "feePayer": null,
    })
}

fn manifest() -> Value {
    json!({ "version": "1.0", "metadata": { "name": "d", "version": "1" }, "capabilities": [] })
}

fn event() -> Value {
    json!({ "eventSelector": "0x00000007", "abiType": { "kind": "field" }, "fieldNames": ["x"] })
}

/// Every method with arguments that fit.
fn examples() -> Vec<(Method, Vec<Value>)> {
    let from = json!({ "from": address(1) });
    let filter = json!({ "contractAddress": address(7), "scopes": [address(1)], "fromBlock": 3 });
    vec![
        (Method::GetChainInfo, vec![]),
        (Method::GetAccounts, vec![]),
        (Method::GetAddressBook, vec![]),
        (
            Method::RegisterSender,
            vec![json!(address(3)), json!("bob")],
        ),
        (Method::GetContractMetadata, vec![json!(address(7))]),
        (Method::GetContractClassMetadata, vec![json!(address(5))]),
        (Method::SimulateTx, vec![payload(), from.clone()]),
        (
            Method::ExecuteUtility,
            vec![call(), json!({ "scope": address(1) })],
        ),
        (
            Method::ProfileTx,
            vec![
                payload(),
                json!({ "from": address(1), "profileMode": "gates" }),
            ],
        ),
        (Method::SendTx, vec![payload(), from]),
        (
            Method::CreateAuthWit,
            vec![
                json!(address(1)),
                json!({ "caller": address(2), "call": call() }),
            ],
        ),
        (Method::GetPrivateEvents, vec![event(), filter]),
        (Method::RequestCapabilities, vec![manifest()]),
        (
            Method::Batch,
            vec![json!([{ "name": "getAccounts", "args": [] }])],
        ),
    ]
}

#[test]
fn every_method_is_read() {
    for (method, arguments) in examples() {
        let call = parse(method.name(), &arguments).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(call.method(), method);
    }
    for method in Method::ALL {
        assert_eq!(method.name().parse(), Ok(method));
        assert_eq!(serde_json::to_value(method).unwrap(), json!(method.name()));
    }
}

#[test]
fn unknown_methods_have_their_code() {
    for method in [
        "",
        "getaccounts",
        "sendTx ",
        "constructor",
        "__proto__",
        "toString",
        "createWallet",
    ] {
        assert_eq!(code(method, &[]), ErrorCode::UnknownMethod, "{method}");
    }
    let long = parse(&"x".repeat(1 << 20), &[]).unwrap_err();
    assert!(long.to_string().len() < 200);
}

#[test]
fn every_argument_of_the_wrong_type_is_refused() {
    for (method, arguments) in examples() {
        for index in 0..arguments.len() {
            for wrong in [
                json!(7),
                json!(true),
                json!("*"),
                json!([[7]]),
                json!({ "x": 1 }),
            ] {
                // An alias may be any text.
                if method == Method::RegisterSender && index == 1 && wrong.is_string() {
                    continue;
                }
                let mut bad = arguments.clone();
                bad[index] = wrong.clone();
                assert_eq!(
                    code(method.name(), &bad),
                    ErrorCode::InvalidParams,
                    "{method} {index} {wrong}"
                );
            }
        }
        let mut more = arguments.clone();
        more.push(json!(1));
        assert_eq!(
            code(method.name(), &more),
            ErrorCode::InvalidParams,
            "{method}"
        );
        more.pop();
        more.extend([Value::Null, Value::Null]);
        assert!(
            parse(method.name(), &more).is_ok(),
            "{method}: undefined becomes null"
        );
        if method != Method::RegisterSender && !arguments.is_empty() {
            let fewer = &arguments[..arguments.len() - 1];
            assert!(
                matches!(parse(method.name(), fewer), Err(CallError::Missing { .. })),
                "{method}"
            );
        }
    }
}

#[test]
fn every_member_of_an_argument_is_checked() {
    let bad_payload = |path: &str, value: Value| {
        let mut payload = payload();
        *payload.pointer_mut(path).unwrap() = value;
        parse("sendTx", &[payload, json!({ "from": address(1) })])
    };
    for (path, value) in [
        ("/calls", json!({})),
        ("/calls/0/to", json!("0xxy")),
        ("/calls/0/selector", json!(7)),
        ("/calls/0/selector", json!("0x123456789")),
        ("/calls/0/type", json!("secret")),
        ("/calls/0/isStatic", json!("no")),
        ("/calls/0/args/0", json!(1)),
        ("/calls/0/args/0", json!(format!("0x{}", "f".repeat(64)))),
        ("/calls/0/returnTypes/0/kind", json!("pointer")),
        ("/authWitnesses", json!(["zz"])),
        ("/capsules", json!([7])),
        ("/extraHashedArgs", json!([{ "values": [] }])),
        ("/feePayer", json!(7)),
    ] {
        match bad_payload(path, value) {
            Err(CallError::Malformed {
                method: Method::SendTx,
                index: 0,
                ..
            }) => {}
            other => panic!("{path}: {other:?}"),
        }
    }
    let error = bad_payload("/calls/0/args/0", json!(1))
        .unwrap_err()
        .to_string();
    assert!(error.contains("calls[0].args[0]"), "{error}");
    for (name, value) in [
        ("from", Value::Null),
        ("wait", json!("NEVER")),
        ("wait", json!({ "timeout": "long" })),
        (
            "fee",
            json!({ "gasSettings": { "maxFeePerGas": { "feePerDaGas": "-1", "feePerL2Gas": "1" } } }),
        ),
        (
            "fee",
            json!({ "gasSettings": { "gasLimits": { "daGas": 1.5, "l2Gas": 1 } } }),
        ),
        ("additionalScopes", json!("*")),
    ] {
        let mut options = json!({ "from": address(1) });
        options[name] = value;
        assert_eq!(
            code("sendTx", &[payload(), options]),
            ErrorCode::InvalidParams,
            "{name}"
        );
    }
    for bad in [json!(0), json!(-1), json!("x"), json!(1u64 << 32)] {
        let filter = json!({ "contractAddress": address(7), "scopes": [], "fromBlock": bad });
        assert_eq!(
            code("getPrivateEvents", &[event(), filter]),
            ErrorCode::InvalidParams
        );
    }
}

#[test]
fn an_authorisation_is_for_a_call_or_a_hash_and_never_both() {
    let hash = json!({ "consumer": address(7), "innerHash": Fr::ONE });
    let asked = |intent: Value| parse("createAuthWit", &[json!(address(1)), intent]);
    match asked(hash.clone()) {
        Ok(WalletCall::CreateAuthWit {
            intent: AuthWitIntent::InnerHash { .. },
            ..
        }) => {}
        other => panic!("{other:?}"),
    }
    let mut both = hash;
    both["caller"] = json!(address(2));
    both["call"] = call();
    for bad in [
        both,
        json!({}),
        json!({ "consumer": address(7) }),
        json!({ "call": call() }),
    ] {
        assert!(matches!(
            asked(bad),
            Err(CallError::Malformed { index: 1, .. })
        ));
    }
}

#[test]
fn a_batch_holds_known_calls_of_bounded_number() {
    let batch = |calls: Value| parse("batch", &[calls]);
    let inner = json!([
        { "name": "getAccounts", "args": [] },
        { "name": "registerSender", "args": [address(3)] },
    ]);
    match batch(inner) {
        Ok(call @ WalletCall::Batch { .. }) => assert!(call.needs_own_approval()),
        other => panic!("{other:?}"),
    }
    assert!(
        !batch(json!([{ "name": "getAccounts", "args": [] }]))
            .unwrap()
            .needs_own_approval()
    );
    for (bad, code) in [
        (
            json!([{ "name": "batch", "args": [[]] }]),
            ErrorCode::UnknownMethod,
        ),
        (
            json!([{ "name": "nothing", "args": [] }]),
            ErrorCode::UnknownMethod,
        ),
        (
            json!([{ "name": "getAccounts", "args": [] }, { "name": "sendTx", "args": [] }]),
            ErrorCode::InvalidParams,
        ),
        (json!([{ "name": "getAccounts" }]), ErrorCode::InvalidParams),
        (
            json!(vec![json!({ "name": "getAccounts", "args": [] }); 65]),
            ErrorCode::InvalidParams,
        ),
    ] {
        assert_eq!(WireError::from(&batch(bad).unwrap_err()).code, code);
    }
    let error =
        batch(json!([{ "name": "getAccounts", "args": [] }, { "name": "sendTx", "args": [] }]));
    assert!(
        error
            .unwrap_err()
            .to_string()
            .starts_with("call 1 of the batch: sendTx")
    );
}

#[test]
fn what_hands_over_secrets_or_contacts_needs_an_approval_of_its_own() {
    let of =
        |method: &str, arguments: &[Value]| parse(method, arguments).unwrap().needs_own_approval();
    for (method, arguments) in examples() {
        let expected = matches!(
            method,
            Method::GetAddressBook
                | Method::RegisterSender
                | Method::SendTx
                | Method::CreateAuthWit
                | Method::RequestCapabilities
        );
        assert_eq!(of(method.name(), &arguments), expected, "{method}");
    }
    let instance = instance();
    assert!(!of("registerContract", std::slice::from_ref(&instance)));
    assert!(!of(
        "registerContract",
        &[instance.clone(), Value::Null, Value::Null]
    ));
    assert!(of(
        "registerContract",
        &[instance, Value::Null, json!(Fr::ONE)]
    ));
}

fn instance() -> Value {
    let instance = pixie_primitives::contract::ContractInstance {
        version: pixie_primitives::contract::ContractVersion,
        salt: Fr::ONE,
        deployer: AztecAddress::ZERO,
        current_contract_class_id: Default::default(),
        original_contract_class_id: Default::default(),
        initialization_hash: Default::default(),
        public_keys: Default::default(),
    };
    serde_json::to_value(instance.with_address()).unwrap()
}

#[test]
fn a_secret_key_gets_into_no_error_and_no_debug_output() {
    let secret = "0x00000000000000000000000000000000000000000000000000000000deadbeef";
    let call = parse(
        "registerContract",
        &[instance(), Value::Null, json!(secret)],
    )
    .unwrap();
    assert!(!format!("{call:?}").contains("deadbeef"));
    let damaged = format!("{secret}zz");
    let error = parse(
        "registerContract",
        &[instance(), Value::Null, json!(damaged)],
    )
    .unwrap_err();
    assert!(!format!("{error} {error:?}").contains("deadbeef"));
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    let mut ty = "{\"kind\":\"array\",\"length\":1,\"type\":".repeat(20_000);
    ty.push_str("{\"kind\":\"field\"}");
    ty.push_str(&"}".repeat(20_000));
    let event = format!("{{\"eventSelector\":\"0x00000007\",\"fieldNames\":[],\"abiType\":{ty}}}");
    let event = RawValue::from_string(event).unwrap();
    let filter = to_raw_value(&json!({ "contractAddress": address(7), "scopes": [] })).unwrap();
    let parsed = WalletCall::parse("getPrivateEvents", &[&event, &filter], &Limits::default());
    assert!(matches!(parsed, Err(CallError::Malformed { index: 0, .. })));
}

fn round_trips<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&json).unwrap(), *value);
}

prop_compose! {
    fn any_gas()(limits: Option<(u32, u32)>, fees: Option<(u128, u128)>, there: bool) -> Option<GasSettingsOption> {
        use pixie_primitives::gas::{Gas, GasFees};
        let gas = |(da_gas, l2_gas)| Gas { da_gas, l2_gas };
        let fee = |(fee_per_da_gas, fee_per_l2_gas)| GasFees { fee_per_da_gas, fee_per_l2_gas };
        there.then(|| GasSettingsOption {
            gas_limits: limits.map(gas),
            teardown_gas_limits: limits.map(gas),
            max_fee_per_gas: fees.map(fee),
            max_priority_fee_per_gas: None,
        })
    }
}

fn any_seconds() -> impl Strategy<Value = Option<f64>> {
    prop::option::of((0u32..100_000).prop_map(|quarters| f64::from(quarters) / 4.0))
}

prop_compose! {
    fn any_wait()(
        wait in prop::option::of(prop::option::of((any_seconds(), any_seconds(), any::<Option<bool>>()))),
    ) -> Option<Wait> {
        wait.map(|options| options.map_or(Wait::No, |(timeout, interval, dont_throw_on_revert)| {
            Wait::With(WaitOptions { timeout, interval, dont_throw_on_revert, ..WaitOptions::default() })
        }))
    }
}

prop_compose! {
    fn any_addresses()(there: bool, numbers in prop::collection::vec(any::<u32>(), 0..3)) -> Option<Vec<AztecAddress>> {
        there.then(|| numbers.into_iter().map(AztecAddress::from).collect())
    }
}

proptest! {
    #[test]
    fn options_round_trip(
        from: u32, gas in any_gas(), wait in any_wait(), additional_scopes in any_addresses(),
        padding in any_seconds(), flag: Option<bool>, block in prop::option::of(1u32..),
    ) {
        let from = address(from);
        let fee = gas.map(|gas| FeeOptions { gas_settings: Some(gas) });
        let send = SendOptions { from, fee, wait, additional_scopes: additional_scopes.clone(), ..SendOptions::default() };
        round_trips(&send);
        let fee = SimulationFeeOptions { gas_settings: gas, estimated_gas_padding: padding, estimate_gas: flag };
        let simulation = SimulateOptions {
            from, fee: Some(fee), skip_fee_enforcement: flag, additional_scopes, ..SimulateOptions::default()
        };
        round_trips(&simulation);
        round_trips(&ProfileOptions { simulation, profile_mode: ProfileMode::ExecutionSteps, skip_proof_generation: flag });
        round_trips(&UtilityOptions { scope: from, auth_witnesses: None });
        let block = block.map(pixie_primitives::block::BlockNumber);
        round_trips(&PrivateEventFilter {
            contract_address: from, scopes: vec![from], from_block: block, to_block: block,
            ..PrivateEventFilter::default()
        });
        round_trips(&AuthWitIntent::InnerHash { consumer: from, inner_hash: Default::default() });
    }

    #[test]
    fn random_arguments_never_panic(method in 0..Method::ALL.len(), arguments in prop::collection::vec("\\PC{0,30}", 0..4)) {
        let raw = arguments.into_iter().filter_map(|text| RawValue::from_string(text).ok());
        let raw: Vec<Box<RawValue>> = raw.collect();
        let raw: Vec<&RawValue> = raw.iter().map(|argument| &**argument).collect();
        let _ = WalletCall::parse(Method::ALL[method].name(), &raw, &Limits::default());
    }

    #[test]
    fn mutated_arguments_never_panic(example in 0..14usize, place: prop::sample::Index, byte: u8) {
        let (method, arguments) = &examples()[example];
        let raw = arguments.iter().filter_map(|argument| {
            let mut text = argument.to_string().into_bytes();
            let place = place.index(text.len());
            text[place] = byte;
            RawValue::from_string(String::from_utf8(text).ok()?).ok()
        });
        let raw: Vec<Box<RawValue>> = raw.collect();
        let raw: Vec<&RawValue> = raw.iter().map(|argument| &**argument).collect();
        let _ = WalletCall::parse(method.name(), &raw, &Limits::default());
    }
}
