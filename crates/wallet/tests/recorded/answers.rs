//! Every method with its cases. The answers are written to the file that `PIXIE_WALLET_ANSWERS` names,
//! for `tests/reference/wallet.test.mjs`, which reads them with the reference's own schemas.

use pixie_bridge::capability::BehaviorMode;
use pixie_bridge::{ErrorCode, WireError};
use pixie_primitives::{AztecAddress, Fr};
use serde_json::{Value, json};

use super::world::{Mood, World, artifact, payload, short};

/// What dapps were answered, case by case.
#[derive(Default)]
struct Table(Vec<Value>);

impl Table {
    fn good(&mut self, method: &str, case: &str, outcome: Result<Value, WireError>) -> Value {
        let answer = outcome.unwrap_or_else(|error| panic!("{method}, {case}: {error}"));
        self.0
            .push(json!({"method": method, "case": case, "result": answer}));
        answer
    }

    fn bad(
        &mut self,
        method: &str,
        case: &str,
        expected: ErrorCode,
        outcome: Result<Value, WireError>,
    ) {
        let error = outcome.err();
        let error = error.unwrap_or_else(|| panic!("{method}, {case}: was answered"));
        assert_eq!(error.code, expected, "{method}, {case}: {error}");
        self.0
            .push(json!({"method": method, "case": case, "error": error}));
    }
}

fn events(world: &World, recorded: &Value) -> [Value; 2] {
    let token = artifact("@aztec/noir-contracts.js/artifacts/token_contract-Token.json");
    let transfer = token.events().iter();
    let transfer = transfer
        .map(|event| serde_json::to_value(event).unwrap())
        .find(|event| event["path"].as_str().unwrap().ends_with("::Transfer"))
        .unwrap();
    let names = transfer["fields"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|field| field["name"].clone()).collect();
    let operation = &recorded["operations"][0];
    let event = json!({
        "eventSelector": operation["eventSelector"], "abiType": transfer, "fieldNames": names,
    });
    let mut filter = operation["filter"].clone();
    filter["scopes"] = json!([world.account(0)]);
    [event, filter]
}

fn manifest() -> Value {
    json!({
        "version": "1.0",
        "metadata": {"name": "Demo", "version": "1", "icon": "https://dapp.example/icon.png"},
        "capabilities": [
            {"type": "accounts", "canGet": true, "canCreateAuthWit": true},
            {"type": "contracts", "contracts": "*", "canRegister": true},
            {"type": "contractClasses", "classes": "*", "canGetMetadata": true},
            {"type": "simulation", "transactions": {"scope": "*"}, "utilities": {"scope": "*"}},
            {"type": "transaction", "scope": [{"contract": "*", "function": "transfer"}]},
            {"type": "data", "addressBook": true, "privateEvents": {"contracts": "*"}},
        ],
    })
}

async fn simple(table: &mut Table) {
    let world = World::begin(&["transfer_private"]).await;
    let (from, token) = (world.account(0), world.contract(0));
    let strict = BehaviorMode::Strict;
    let nothing = json!([]);
    world.grant(nothing.clone(), strict).await;
    table.good(
        "getChainInfo",
        "without any grant",
        world.call("getChainInfo", &[]).await,
    );
    for method in ["getAccounts", "getAddressBook"] {
        let code = ErrorCode::Unauthorized;
        table.bad(method, "not granted", code, world.call(method, &[]).await);
    }
    let outcome = world.call("requestCapabilities", &[manifest()]).await;
    table.good("requestCapabilities", "granted in full", outcome);
    let mut brief = manifest();
    brief["behavior"] = json!({"mode": "permissive", "expiration": 3_600_000});
    let outcome = world.call("requestCapabilities", &[brief]).await;
    let answer = table.good("requestCapabilities", "for an hour", outcome);
    assert!(answer["expiresAt"].is_number());
    let mut none = manifest();
    none["capabilities"] = json!([]);
    world.grant(nothing, strict).await;
    let outcome = world.call("requestCapabilities", &[none]).await;
    table.good("requestCapabilities", "of nothing", outcome);
    world.user.mood.set(Mood::No);
    let outcome = world.call("requestCapabilities", &[manifest()]).await;
    table.bad(
        "requestCapabilities",
        "the user says no",
        ErrorCode::UserRejected,
        outcome,
    );
    world.grant_all().await;
    let outcome = world.call("getAddressBook", &[]).await;
    table.bad(
        "getAddressBook",
        "the user says no",
        ErrorCode::UserRejected,
        outcome,
    );
    let friend = json!(AztecAddress::from(77));
    let outcome = world
        .call("registerSender", std::slice::from_ref(&friend))
        .await;
    table.bad(
        "registerSender",
        "the user says no",
        ErrorCode::UserRejected,
        outcome,
    );
    world.user.mood.set(Mood::Yes);
    let outcome = world.call("getAddressBook", &[]).await;
    assert_eq!(table.good("getAddressBook", "empty", outcome), json!([]));
    let outcome = world
        .call("registerSender", std::slice::from_ref(&friend))
        .await;
    table.good("registerSender", "without a name", outcome);
    let asked = world.user.seen.borrow().len();
    let long = [friend.clone(), json!("B".repeat(2000))];
    let outcome = world.call("registerSender", &long).await;
    let code = ErrorCode::InvalidParams;
    table.bad("registerSender", "a name without end", code, outcome);
    assert_eq!(world.user.seen.borrow().len(), asked, "nobody was shown it");
    let outcome = world
        .call("registerSender", &[friend.clone(), json!("Bob")])
        .await;
    assert_eq!(table.good("registerSender", "with a name", outcome), friend);
    table.good(
        "getAddressBook",
        "with somebody",
        world.call("getAddressBook", &[]).await,
    );
    table.good(
        "getAccounts",
        "granted",
        world.call("getAccounts", &[]).await,
    );
    Box::pin(contracts(table, &world, token)).await;
    Box::pin(authorisations(table, &world, from, token)).await;
    Box::pin(simulations(table, &world, from, token)).await;
}

async fn contracts(table: &mut Table, world: &World, token: AztecAddress) {
    let method = "registerContract";
    let known = world.engine.pxe().contract_instance(&token).unwrap();
    let class = known.instance.current_contract_class_id;
    let known = serde_json::to_value(known).unwrap();
    let outcome = world.call(method, std::slice::from_ref(&known)).await;
    table.good(method, "known already", outcome);
    let json = std::fs::read(super::world::root().join("tests/vectors/artifact-small.json"));
    let small: Value = serde_json::from_slice(&json.unwrap()).unwrap();
    let drop = pixie_primitives::artifact::DebugData::Drop;
    let parsed =
        pixie_primitives::artifact::ContractArtifact::from_json(small.to_string().as_bytes(), drop)
            .unwrap();
    let secret = pixie_primitives::keys::SecretKey::from_field(Fr::from(5u8));
    let keys = pixie_primitives::keys::MasterSecretKeys::derive(&secret).public_keys();
    let instance = |public_keys| {
        let instance = pixie_primitives::contract::ContractInstance {
            current_contract_class_id: parsed.class_id().unwrap(),
            original_contract_class_id: parsed.class_id().unwrap(),
            public_keys,
            ..world
                .engine
                .pxe()
                .contract_instance(&token)
                .unwrap()
                .instance
        };
        serde_json::to_value(instance.with_address()).unwrap()
    };
    let (plain, keyed) = (instance(Default::default()), instance(keys));
    let outcome = world.call(method, std::slice::from_ref(&plain)).await;
    table.bad(
        method,
        "without an artifact",
        ErrorCode::InvalidParams,
        outcome,
    );
    let typed = serde_json::to_value(&parsed).unwrap();
    let outcome = world.call(method, &[plain, typed.clone()]).await;
    table.good(method, "with an artifact", outcome);
    let key = json!(Fr::from(5u8));
    let outcome = world
        .call(method, &[keyed.clone(), typed, key.clone()])
        .await;
    table.good(method, "with artifact and keys", outcome);
    world.user.mood.set(Mood::No);
    let outcome = world.call(method, &[keyed, Value::Null, key]).await;
    table.bad(method, "the user says no", ErrorCode::UserRejected, outcome);
    world.user.mood.set(Mood::Yes);

    let method = "getContractMetadata";
    let outcome = world.call(method, &[json!(token)]).await;
    table.good(method, "registered", outcome);
    let outcome = world.call(method, &[json!(AztecAddress::from(5))]).await;
    table.good(method, "unknown", outcome);
    let mut updated = known;
    updated["currentContractClassId"] = json!(Fr::from(9u8));
    let own = &world.chain.own;
    own.borrow_mut()
        .insert("node_getContract".to_owned(), updated);
    let outcome = world.call(method, &[json!(token)]).await;
    let answer = table.good(method, "updated", outcome);
    assert_eq!(answer["isContractUpdated"], true);
    own.borrow_mut().clear();

    let method = "getContractClassMetadata";
    let outcome = world.call(method, &[json!(class)]).await;
    let answer = table.good(method, "registered", outcome);
    assert_eq!(answer["isArtifactRegistered"], true);
    let outcome = world.call(method, &[json!(Fr::from(3u8))]).await;
    table.good(method, "unknown", outcome);
}

async fn authorisations(table: &mut Table, world: &World, from: AztecAddress, token: AztecAddress) {
    let method = "createAuthWit";
    let call = world.function_call(token, "transfer", json!([from, "1"]));
    let intent = json!({"caller": AztecAddress::from(5), "call": call});
    let outcome = world.call(method, &[json!(from), intent.clone()]).await;
    table.good(method, "of a call", outcome);
    let opaque = json!({"consumer": token, "innerHash": Fr::from(5u8)});
    let outcome = world.call(method, &[json!(from), opaque]).await;
    table.good(method, "of an inner hash", outcome);
    let stranger = json!(AztecAddress::from(6));
    let outcome = world.call(method, &[stranger, intent.clone()]).await;
    table.bad(
        method,
        "by a strange account",
        ErrorCode::Unauthorized,
        outcome,
    );
    world.user.mood.set(Mood::No);
    let outcome = world.call(method, &[json!(from), intent]).await;
    table.bad(method, "the user says no", ErrorCode::UserRejected, outcome);
    world.user.mood.set(Mood::Yes);
}

async fn simulations(table: &mut Table, world: &World, from: AztecAddress, token: AztecAddress) {
    let call = world.function_call(token, "transfer", json!([from, "1"]));
    let method = "simulateTx";
    let one = payload(std::slice::from_ref(&call));
    let outcome = world
        .call(method, &[one.clone(), json!({"from": from})])
        .await;
    table.good(method, "of a private call", outcome);
    let options = json!({
        "from": from, "includeMetadata": true, "skipTxValidation": true,
        "skipFeeEnforcement": true, "authWitnesses": [], "capsules": [], "additionalScopes": [],
        "fee": {
            "estimateGas": true, "estimatedGasPadding": 0.1,
            "gasSettings": {"maxFeePerGas": {"feePerDaGas": "1", "feePerL2Gas": "1"}},
        },
    });
    let outcome = world.call(method, &[one.clone(), options]).await;
    table.good(method, "with all options", outcome);
    let outcome = world
        .call(method, &[payload(&[]), json!({"from": from})])
        .await;
    table.good(method, "of nothing", outcome);
    let too_much = world.function_call(token, "transfer", json!([from, "99999999999999999999"]));
    let failing = payload(&[too_much]);
    let outcome = world.call(method, &[failing, json!({"from": from})]).await;
    table.bad(method, "a contract refuses", ErrorCode::Failed, outcome);
    let stranger = json!({"from": AztecAddress::from(6)});
    let outcome = world.call(method, &[one.clone(), stranger]).await;
    table.bad(
        method,
        "of a strange account",
        ErrorCode::Unauthorized,
        outcome,
    );
    let outcome = world
        .call(method, &[json!({}), json!({"from": from})])
        .await;
    table.bad(method, "malformed", ErrorCode::InvalidParams, outcome);

    let method = "executeUtility";
    let balance = world.function_call(token, "balance_of_private", json!([from]));
    let scope = json!({"scope": from});
    let outcome = world.call(method, &[balance.clone(), scope]).await;
    table.good(method, "of a balance", outcome);
    let scope = json!({"scope": from, "authWitnesses": []});
    let outcome = world.call(method, &[balance.clone(), scope]).await;
    table.good(method, "with options", outcome);
    let mut strange = balance;
    strange["to"] = json!(AztecAddress::from(6));
    let outcome = world.call(method, &[strange, json!({"scope": from})]).await;
    table.bad(method, "of an unknown contract", ErrorCode::Failed, outcome);

    let method = "profileTx";
    let mode = |mode: &str| json!({"from": from, "profileMode": mode});
    let outcome = world
        .call(method, &[one.clone(), mode("execution-steps")])
        .await;
    let answer = table.good(method, "the steps", outcome);
    assert!(answer["executionSteps"].as_array().unwrap().len() > 5);
    // The witnesses of a whole transaction are large: the table keeps one step of them.
    if let Some(entry) = table.0.last_mut() {
        let steps = entry["result"]["executionSteps"].as_array_mut().unwrap();
        steps.truncate(1);
    }
    let outcome = world.call(method, &[one.clone(), mode("gates")]).await;
    table.bad(method, "the gates", ErrorCode::Unsupported, outcome);
    world.user.mood.set(Mood::No);
    let outcome = world.call(method, &[one.clone(), mode("full")]).await;
    table.bad(method, "the user says no", ErrorCode::UserRejected, outcome);
    world.user.mood.set(Mood::Yes);

    let method = "batch";
    let calls = json!([
        {"name": "getChainInfo", "args": []},
        {"name": "getAccounts", "args": []},
        {"name": "simulateTx", "args": [one, {"from": from}]},
    ]);
    let outcome = world.call(method, &[calls]).await;
    table.good(method, "of three", outcome);
    table.good(method, "of none", world.call(method, &[json!([])]).await);
    let calls = json!([{"name": "registerSender", "args": ["nobody"]}]);
    let outcome = world.call(method, &[calls]).await;
    table.bad(method, "malformed", ErrorCode::InvalidParams, outcome);
    let outcome = world.call("sign", &[]).await;
    table.bad("sign", "no method", ErrorCode::UnknownMethod, outcome);
}

async fn sending(table: &mut Table) {
    let method = "sendTx";
    let world = World::begin(&["transfer_private"]).await;
    world.grant_all().await;
    let (from, token) = (world.account(0), world.contract(0));
    let call = world.function_call(token, "transfer", json!([from, "1"]));
    let one = payload(&[call]);
    world.user.mood.set(Mood::No);
    let outcome = world
        .call(method, &[one.clone(), json!({"from": from})])
        .await;
    table.bad(method, "the user says no", ErrorCode::UserRejected, outcome);
    world.user.mood.set(Mood::Yes);
    let options = json!({"from": from, "wait": "NO_WAIT"});
    let outcome = world.call(method, &[one.clone(), options]).await;
    let answer = table.good(method, "without waiting", outcome);
    assert!(answer["txHash"].is_string());
    world.chain.patience.set(3);
    let options = json!({
        "from": from, "wait": {"timeout": 60, "interval": 0.5, "dontThrowOnRevert": true},
        "fee": {"gasSettings": {}}, "additionalScopes": [], "authWitnesses": [], "capsules": [],
    });
    let outcome = world.call(method, &[one.clone(), options.clone()]).await;
    let answer = table.good(method, "with all options", outcome);
    assert_eq!(answer["receipt"]["status"], "checkpointed");
    let outcome = world
        .call(method, &[one.clone(), json!({"from": from})])
        .await;
    table.good(method, "by default", outcome);
    world.chain.reverts.set(true);
    let outcome = world
        .call(method, &[one.clone(), json!({"from": from})])
        .await;
    table.bad(method, "reverted", ErrorCode::Failed, outcome);
    let outcome = world.call(method, &[one.clone(), options]).await;
    table.good(method, "reverted, and that is wanted", outcome);
    world.chain.patience.set(1000);
    let options = json!({"from": from, "wait": {"timeout": 2}});
    let outcome = world.call(method, &[one, options]).await;
    table.bad(method, "not in time", ErrorCode::Interrupted, outcome);

    let world = World::begin(&["offchain"]).await;
    world.grant_all().await;
    let from = world.account(0);
    let contract = world.contract(0);
    let message = world.function_call(
        contract,
        "emit_note_as_offchain_message",
        json!(["5", from]),
    );
    let options = json!({"from": from, "wait": "NO_WAIT"});
    let outcome = world.call(method, &[payload(&[message]), options]).await;
    let answer = table.good(method, "with a message beside it", outcome);
    assert_eq!(answer["offchainMessages"].as_array().unwrap().len(), 1);
}

async fn public_calls(table: &mut Table) {
    let method = "simulateTx";
    let world = World::begin(&["transfer_to_public.simulated"]).await;
    world.grant_all().await;
    let (from, token) = (world.account(0), world.contract(0));
    let arguments = json!([from, from, "1", "0"]);
    let call = world.function_call(token, "transfer_to_public", arguments);
    let options = json!({"from": from, "fee": {"estimateGas": true}});
    let outcome = world.call(method, &[payload(&[call]), options]).await;
    let answer = table.good(method, "with a public call", outcome);
    assert!(answer["publicOutput"]["gasUsed"].is_object());
}

async fn private_events(table: &mut Table) {
    let method = "getPrivateEvents";
    let world = World::begin(&["private_events"]).await;
    world.grant_all().await;
    let recorded = super::world::recording("private_events");
    let [event, filter] = events(&world, &recorded);
    let outcome = world.call(method, &[event.clone(), filter.clone()]).await;
    let answer = table.good(method, "some", outcome);
    let expected = recorded["operations"][0]["result"]["events"].as_array();
    let expected = expected.unwrap();
    assert_eq!(answer.as_array().unwrap().len(), expected.len());
    let hash = short(expected[0]["txHash"].as_str().unwrap());
    assert_eq!(answer[0]["metadata"]["txHash"], json!(hash));
    let mut none = filter.clone();
    none["txHash"] = json!(Fr::from(5u8));
    none["fromBlock"] = json!(1);
    let outcome = world.call(method, &[event.clone(), none]).await;
    assert_eq!(table.good(method, "none", outcome), json!([]));
    let mut strange = filter;
    strange["scopes"] = json!([AztecAddress::from(6)]);
    let outcome = world.call(method, &[event, strange]).await;
    table.bad(
        method,
        "of a strange account",
        ErrorCode::Unauthorized,
        outcome,
    );
}

#[test]
fn every_method_answers() {
    let mut table = Table::default();
    let table_of_all = &mut table;
    pollster::block_on(async {
        Box::pin(simple(table_of_all)).await;
        Box::pin(sending(table_of_all)).await;
        Box::pin(public_calls(table_of_all)).await;
        Box::pin(private_events(table_of_all)).await;
    });
    for method in pixie_bridge::wire::Method::ALL {
        let of_method = table
            .0
            .iter()
            .filter(|entry| entry["method"] == method.name());
        let answered = of_method.filter(|entry| entry.get("result").is_some());
        assert!(answered.count() > 0, "{method} has no case");
    }
    if let Ok(path) = std::env::var("PIXIE_WALLET_ANSWERS") {
        std::fs::write(path, serde_json::to_vec(&table.0).unwrap()).unwrap();
    }
}
