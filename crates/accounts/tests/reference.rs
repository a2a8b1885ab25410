//! Accounts, entrypoints, deployments, authorisations and fees against what the reference makes of the
//! same keys, calls and random values (`tests/reference/generate-account-vectors.mjs`).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]

mod common;

use common::{Script, account, adopt_signatures, assert_same_request, field, root};
use pixie_accounts::authwit::{CallAuthorizationRequest, ValidityLookup, set_public_authorization};
use pixie_accounts::entrypoint::AppPayload;
use pixie_accounts::gas::{EstimatedGas, complete_gas_settings};
use pixie_accounts::*;
use pixie_primitives::artifact::{ContractArtifact, DebugData};
use pixie_primitives::auth_witness::{AuthWitness, ChainInfo};
use pixie_primitives::codec::to_hex;
use pixie_primitives::contract::{
    ConstructorArguments, ContractInstanceWithAddress, Instantiation,
};
use pixie_primitives::gas::{GasFees, GasSettings, GasUsed, PartialGasSettings};
use pixie_primitives::hash::sha256;
use pixie_primitives::tx::{ExecutionPayload, FunctionCall, HashedValues};
use pixie_primitives::{AztecAddress, Fr, FromFields as _, ToFields as _};
use pollster::block_on;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/accounts.json")).unwrap()
}

fn get<T: DeserializeOwned>(json: &Value) -> T {
    serde_json::from_value(json.clone()).unwrap()
}

fn each(json: &Value) -> impl Iterator<Item = &Value> {
    let items = json.as_array().unwrap();
    assert!(!items.is_empty());
    items.iter()
}

fn chain() -> ChainInfo {
    get(&vectors()["chain"])
}

fn parameters(salt: Fr) -> TxParameters {
    TxParameters {
        gas_settings: get(&vectors()["gasSettings"]),
        chain: chain(),
        salt,
    }
}

fn same_payload(mut made: ExecutionPayload, expected: &Value, key: &SigningPublicKey) {
    let witnesses: Vec<AuthWitness> = get(&expected["authWitnesses"]);
    adopt_signatures(&mut made.auth_witnesses, &witnesses, key);
    assert_eq!(serde_json::to_value(&made).unwrap(), *expected);
    assert_eq!(get::<ExecutionPayload>(expected), made);
}

#[test]
fn payloads_of_entrypoints() {
    for vector in each(&vectors()["payloads"]) {
        let calls: Vec<FunctionCall> = get(&vector["calls"]);
        let (payload, hashed) = AppPayload::encode(&calls, get(&vector["nonce"])).unwrap();
        assert_eq!(payload.to_fields(), get::<Vec<Fr>>(&vector["fields"]));
        assert_eq!(payload.hash(), get(&vector["hash"]));
        assert_eq!(hashed, get::<Vec<HashedValues>>(&vector["hashedArguments"]));
        assert_eq!(AppPayload::from_fields(&payload.to_fields()), Ok(payload));
        let nameless = calls.into_iter().map(|call| FunctionCall {
            name: String::new(),
            ..call
        });
        let decoded = payload.decode_calls(&hashed).unwrap();
        assert_eq!(decoded, nameless.collect::<Vec<_>>());
    }
}

#[test]
fn requests_of_accounts() {
    let vectors = vectors();
    let mut types = Vec::new();
    for world in each(&vectors["accounts"]) {
        let facts = &world["account"];
        let (derived, account) = account(facts, facts["type"].as_str().unwrap(), "secret");
        let key = &derived.signing_public_key;
        assert_eq!(derived.instance(), get(&facts["instance"]));
        for vector in each(&world["requests"]) {
            let payload: ExecutionPayload = get(&vector["payload"]);
            let fee_payment = AccountFeePayment::for_payer(derived.address(), payload.fee_payer);
            let name = match fee_payment {
                AccountFeePayment::External => "EXTERNAL",
                AccountFeePayment::PreexistingFeeJuice => "PREEXISTING_FEE_JUICE",
                AccountFeePayment::FeeJuiceWithClaim => "FEE_JUICE_WITH_CLAIM",
            };
            assert_eq!(name, vector["option"]);
            let options = EntrypointOptions {
                fee_payment,
                cancellable: get(&vector["cancellable"]),
                tx_nonce: get(&vector["nonce"]),
            };
            let parameters = parameters(field(&vector["salt"]));
            let mut rng = Script::new([]);
            let request = block_on(account.create_tx_execution_request(
                payload.clone(),
                &options,
                &parameters,
                &mut rng,
            ));
            assert_eq!(
                assert_same_request(request.unwrap(), &vector["request"], key),
                1
            );
            let wrapped = account.wrap_execution_payload(payload, &options, &mut rng);
            same_payload(block_on(wrapped).unwrap(), &vector["wrapped"], key);
        }

        let stub = &world["stub"];
        let mut rng = Script::new([]);
        let request = block_on(
            SimulatedAccount::new(derived.address()).create_tx_execution_request(
                get(&stub["payload"]),
                &EntrypointOptions {
                    fee_payment: AccountFeePayment::External,
                    cancellable: false,
                    tx_nonce: get(&stub["nonce"]),
                },
                &parameters(field(&stub["salt"])),
                &mut rng,
            ),
        );
        assert_eq!(
            assert_same_request(request.unwrap(), &stub["request"], key),
            0
        );
        types.push(derived.account_type);
    }
    assert_eq!(types, AccountType::ALL);
}

#[test]
fn requests_of_the_multi_call_entrypoint() {
    let vector = &vectors()["multiCall"];
    let mut rng = Script::read(&vector["draws"]);
    let parameters = parameters(rng.last());
    let options = EntrypointOptions::new(AccountFeePayment::External, &mut rng);
    let request = block_on(SignerlessAccount.create_tx_execution_request(
        get(&vector["payload"]),
        &options,
        &parameters,
        &mut rng,
    ));
    rng.finish();
    assert_eq!(request.unwrap(), common::request(&vector["request"]));
}

fn fee_payment(vector: &Value) -> FeePayment {
    let parameters = &vector["parameters"];
    let fpc = || {
        let gas_settings: GasSettings = get(&vectors()["gasSettings"]);
        let [fpc, asset] = ["fpc", "asset"].map(|name| get(&parameters[name]));
        FpcPayment::within(fpc, asset, &gas_settings).unwrap()
    };
    let decimal = |name: &str| parameters[name].as_str().unwrap();
    match vector["kind"].as_str().unwrap() {
        "feeJuice" => FeePayment::FeeJuice,
        "sponsored" => FeePayment::Sponsored {
            fpc: get(&parameters["fpc"]),
        },
        "feeJuiceWithClaim" => FeePayment::FeeJuiceWithClaim(FeeJuiceClaim {
            amount: decimal("claimAmount").parse().unwrap(),
            secret: ClaimSecret::from_field(field(&parameters["claimSecret"])),
            message_leaf_index: decimal("messageLeafIndex").parse().unwrap(),
        }),
        "privateFpc" => FeePayment::PrivateFpc(fpc()),
        "publicFpc" => FeePayment::PublicFpc(fpc()),
        kind => panic!("unknown fee payment {kind}"),
    }
}

#[test]
fn fee_payments() {
    let mut seen = 0;
    for world in each(&vectors()["accounts"]) {
        let facts = &world["account"];
        let (derived, account) = account(facts, facts["type"].as_str().unwrap(), "secret");
        for vector in each(&world["feePayments"]) {
            let fee = fee_payment(vector);
            let mut rng = Script::read(&vector["draws"]);
            let payload = block_on(fee.execution_payload(&account, &chain(), &mut rng)).unwrap();
            rng.finish();
            let payer = payload.fee_payer.unwrap_or(derived.address());
            assert_eq!(payer, fee.payer(derived.address()));
            same_payload(payload, &vector["payload"], &derived.signing_public_key);
            seen += 1;
        }
    }
    assert_eq!(seen, 15);
}

#[test]
fn deployments_of_accounts() {
    let mut seen = 0;
    for world in each(&vectors()["accounts"]) {
        let facts = &world["account"];
        let (derived, account) = account(facts, facts["type"].as_str().unwrap(), "secret");
        let key = &derived.signing_public_key;
        let deployment = Deployment::of_account(&derived);
        for vector in each(&world["deployments"]["self"]) {
            let fee = fee_payment(vector);
            let mut rng = Script::read(&vector["draws"]);
            let parameters = parameters(rng.last());
            let request = deployment.self_paid_request(&account, &fee, &parameters, &mut rng);
            let request = block_on(request).unwrap();
            rng.finish();
            assert_same_request(request, &vector["request"], key);

            let mut rng = Script::read(&vector["draws"]);
            let payload = deployment.self_paid_payload(&account, &fee, &parameters, &mut rng);
            same_payload(block_on(payload).unwrap(), &vector["payload"], key);
            seen += 1;
        }

        let vector = &world["deployments"]["byAnother"];
        let plan = TransactionPlan::new(
            deployment.publish_instance(true).payload().unwrap(),
            FeePayment::Sponsored {
                fpc: get(&vector["sponsor"]),
            },
        );
        let another = SimulatedAccount::new(AztecAddress::from(99));
        let mut rng = Script::new([]);
        let payload = block_on(plan.full_payload(&another, &chain(), &mut rng)).unwrap();
        same_payload(payload, &vector["payload"], key);
    }
    assert_eq!(seen, 15);
}

#[test]
fn deployments_of_contracts() {
    let json = std::fs::read(root().join("tests/vectors/artifact-small.json")).unwrap();
    let artifact = ContractArtifact::from_json(&json, DebugData::Drop).unwrap();
    for vector in each(&vectors()["contractDeployments"]) {
        let instantiation = Instantiation {
            arguments: ConstructorArguments::Json(vector["arguments"].clone()),
            salt: field(&vector["salt"]),
            deployer: get(&vector["deployer"]),
            ..Instantiation::default()
        };
        let deployment = Deployment::of_contract(&artifact, &instantiation).unwrap();
        let class = || ClassPublication::new(&artifact).unwrap();
        let deployment = match vector["name"].as_str().unwrap() {
            "everything" | "universal" => deployment.with_class(class()).unwrap(),
            "constructor only" => deployment.publish_instance(false),
            "publication only" => {
                let deployment = deployment.with_class(class()).unwrap();
                deployment.without_initialization()
            }
            name => panic!("unknown deployment {name}"),
        };
        let expected: ContractInstanceWithAddress = get(&vector["instance"]);
        assert_eq!(*deployment.instance(), expected);
        let payload = deployment.payload().unwrap();
        let mut made = serde_json::to_value(&payload).unwrap();
        let digests = payload.capsules.iter().map(|capsule| {
            let digest = to_hex(&sha256(capsule.to_string().as_bytes()));
            json!(digest.trim_start_matches("0x"))
        });
        made["capsules"] = digests.collect();
        assert_eq!(made, vector["payload"]);
    }
}

#[test]
fn authorisations() {
    let mut seen = 0;
    for world in each(&vectors()["accounts"]) {
        let facts = &world["account"];
        let (derived, account) = account(facts, facts["type"].as_str().unwrap(), "secret");
        for vector in each(&world["authorisations"]) {
            let intent: AuthWitIntent = get(&vector["intent"]);
            assert_eq!(serde_json::to_value(&intent).unwrap(), vector["intent"]);
            let hash = intent.message_hash(&chain());
            assert_eq!(hash, get(&vector["messageHash"]));

            let mut rng = Script::new([]);
            let chain = chain();
            let witness = account.create_auth_wit(intent.clone(), &chain, &mut rng);
            let witness = block_on(witness).unwrap();
            let expected: AuthWitness = get(&vector["witness"]);
            adopt_signatures(&mut [witness], &[expected], &derived.signing_public_key);

            for (authorized, name) in [(true, "grant"), (false, "revoke")] {
                let call = set_public_authorization(hash, authorized);
                assert_eq!(call, get::<FunctionCall>(&vector[name]));
            }

            let lookup =
                ValidityLookup::new(derived.address(), derived.account_type, &intent, &chain);
            let [private, public] = get::<[FunctionCall; 2]>(&vector["lookups"]);
            // The reference calls it on ECDSA accounts too, which do not have it.
            let has_lookup = derived.account_type == AccountType::Schnorr;
            assert_eq!(lookup.private, has_lookup.then_some(private));
            assert_eq!(lookup.public, public);
            assert_eq!(lookup.message_hash, hash);
            seen += 1;
        }
    }
    assert_eq!(seen, 9);
}

#[test]
fn requests_for_authorisations() {
    let vector = &vectors()["authorizationRequest"];
    let fields: Vec<Fr> = get(&vector["fields"]);
    let request = CallAuthorizationRequest::from_fields(&fields).unwrap();
    assert_eq!(request.to_fields(), fields);
    let expected = &vector["request"];
    assert_eq!(request.inner_hash, get(&expected["innerHash"]));
    assert_eq!(request.msg_sender, get(&expected["msgSender"]));
    assert_eq!(
        request.function_selector,
        get(&expected["functionSelector"])
    );
    assert_eq!(request.args_hash, get(&expected["argsHash"]));
    assert_eq!(request.args, get::<Vec<Fr>>(&expected["args"]));
    // The vector's inner hash is a random one.
    assert!(!request.is_consistent());
}

#[test]
fn gas_settings_and_estimates() {
    let gas = &vectors()["gas"];
    let expected: GasSettings = get(&gas["defaults"]);
    let min_fees = GasFees {
        fee_per_da_gas: 2,
        fee_per_l2_gas: 10_200_000,
    };
    let settings = complete_gas_settings(PartialGasSettings::default(), min_fees);
    assert_eq!(settings, expected);
    for vector in each(&gas["estimates"]) {
        let used = GasUsed {
            total_gas: get(&vector["gasUsed"]["totalGas"]),
            teardown_gas: get(&vector["gasUsed"]["teardownGas"]),
            ..GasUsed::default()
        };
        let limits = EstimatedGas::from_simulation(&used, vector["pad"].as_f64().unwrap());
        assert_eq!(limits, Ok(get(&vector["limits"])));
    }
}
