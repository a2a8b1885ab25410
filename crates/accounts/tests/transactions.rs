//! Requests of recorded transactions, made again from the calls in them and the accounts' secrets
//! (`tests/vectors/transactions`).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use common::{Script, account, assert_same_request, root};
use flate2::read::GzDecoder;
use pixie_accounts::entrypoint::{AppPayload, EntrypointArguments};
use pixie_accounts::*;
use pixie_primitives::artifact::{ContractArtifact, DebugData};
use pixie_primitives::auth_witness::ChainInfo;
use pixie_primitives::constants::MULTI_CALL_ENTRYPOINT_ADDRESS;
use pixie_primitives::contract::{ConstructorArguments, Instantiation};
use pixie_primitives::tx::{ExecutionPayload, TxExecutionRequest};
use pixie_primitives::{AztecAddress, Fr, FromFields as _};
use pollster::block_on;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Recording {
    register: Register,
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Register {
    accounts: Vec<Value>,
    contracts: Vec<Contract>,
}

#[derive(Deserialize)]
struct Contract {
    name: String,
    instance: Value,
}

#[derive(Deserialize)]
struct Operation {
    request: Option<Value>,
}

fn folder() -> PathBuf {
    root().join("tests/vectors/transactions")
}

/// The names of all recordings.
fn names() -> Vec<String> {
    let entries = fs::read_dir(folder()).unwrap();
    let files = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names = files.filter_map(|file| file.strip_suffix(".json.gz").map(str::to_owned));
    names.collect()
}

impl Recording {
    fn read(name: &str) -> Self {
        let file = fs::File::open(folder().join(format!("{name}.json.gz"))).unwrap();
        let mut text = String::new();
        GzDecoder::new(file).read_to_string(&mut text).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// The account at an address, with its key.
    fn account(&self, address: AztecAddress) -> (DerivedAccount, Account<KeySigner>) {
        let mut accounts = self.register.accounts.iter();
        let facts = accounts
            .find(|facts| facts["address"] == address.to_string())
            .unwrap();
        let account_type = match facts["type"].as_str().unwrap() {
            "ecdsasecp256k1" => "ecdsa-k",
            "ecdsasecp256r1" => "ecdsa-r",
            other => other,
        };
        account(facts, account_type, "secretKey")
    }

    fn contract(&self, index: usize, name: &str) -> AztecAddress {
        let contract = &self.register.contracts[index];
        assert_eq!(contract.name, name);
        serde_json::from_value(contract.instance["address"].clone()).unwrap()
    }

    fn request(&self) -> (&Value, TxExecutionRequest) {
        let json = self.operations[0].request.as_ref().unwrap();
        (
            &json["buffer"],
            serde_json::from_value(json.clone()).unwrap(),
        )
    }
}

fn parameters(request: &TxExecutionRequest) -> TxParameters {
    let context = &request.tx_context;
    TxParameters {
        gas_settings: context.gas_settings,
        chain: ChainInfo {
            chain_id: context.chain_id,
            version: context.version,
        },
        salt: request.salt,
    }
}

/// The payload that a request was made of: its calls, and what came with them.
fn payload(request: &TxExecutionRequest, arguments: &EntrypointArguments) -> ExecutionPayload {
    let calls = arguments.app_payload.decode_calls(&request.args_of_calls);
    let (_, given) = request.auth_witnesses.split_last().unwrap();
    ExecutionPayload {
        calls: calls.unwrap(),
        auth_witnesses: given.to_vec(),
        capsules: request.capsules.clone(),
        extra_hashed_args: request.args_of_calls[6..].to_vec(),
        fee_payer: None,
    }
}

#[test]
fn every_recorded_request_is_made_again() {
    let mut made = BTreeMap::new();
    for name in names() {
        let recording = Recording::read(&name);
        for json in recording
            .operations
            .iter()
            .filter_map(|op| op.request.as_ref())
        {
            let recorded: TxExecutionRequest = serde_json::from_value(json.clone()).unwrap();
            if recorded.origin == MULTI_CALL_ENTRYPOINT_ADDRESS {
                continue;
            }
            let (derived, account) = recording.account(recorded.origin);
            let arguments = EntrypointArguments::of_request(&recorded).unwrap();
            let options = EntrypointOptions {
                fee_payment: arguments.fee_payment,
                cancellable: arguments.cancellable,
                tx_nonce: arguments.app_payload.tx_nonce,
            };
            let simulated = SimulatedAccount::new(derived.address());
            let signed = recorded
                .auth_witnesses
                .iter()
                .all(|witness| !witness.witness.is_empty());
            let interface: &dyn AccountInterface = if signed { &account } else { &simulated };
            let mut rng = Script::new([]);
            let request = block_on(interface.create_tx_execution_request(
                payload(&recorded, &arguments),
                &options,
                &parameters(&recorded),
                &mut rng,
            ));
            let key = &derived.signing_public_key;
            let adopted = assert_same_request(request.unwrap(), &json["buffer"], key);
            assert_eq!(adopted, usize::from(signed), "{name}");
            *made.entry((derived.account_type, signed)).or_insert(0) += 1;
        }
    }
    let expected = BTreeMap::from([
        ((AccountType::Schnorr, false), 1),
        ((AccountType::Schnorr, true), 52),
        ((AccountType::EcdsaSecp256k1, true), 2),
        ((AccountType::EcdsaSecp256r1, true), 2),
    ]);
    assert_eq!(made, expected);
}

/// The arguments at a position of the request's list.
fn args(request: &TxExecutionRequest, position: usize) -> &[Fr] {
    &request.args_of_calls[position].values
}

#[test]
fn recorded_fee_payments_are_planned_again() {
    for (name, position) in [
        ("fpc_private", 0),
        ("fpc_public", 1),
        ("ecdsa_k_transfer", 0),
    ] {
        let recording = Recording::read(name);
        let (buffer, recorded) = recording.request();
        let (derived, account) = recording.account(recorded.origin);
        let arguments = EntrypointArguments::of_request(&recorded).unwrap();
        let mut payload = payload(&recorded, &arguments);
        let fee_call = payload.calls[position].clone();
        // The last call is the one that the fee is paid for.
        payload.calls.drain(..payload.calls.len() - 1);
        payload.auth_witnesses.clear();

        let nonce = arguments.app_payload.tx_nonce.to_field();
        let fpc = || FpcPayment {
            fpc: recording.contract(2, "FPC"),
            asset: recording.contract(1, "Token"),
            max_fee: fee_call.args[0].to_u128().unwrap(),
        };
        let (fee, draws) = match name {
            "fpc_private" => (FeePayment::PrivateFpc(fpc()), vec![fee_call.args[1], nonce]),
            "fpc_public" => (FeePayment::PublicFpc(fpc()), vec![fee_call.args[1], nonce]),
            _ => (FeePayment::canonical_sponsor(), vec![nonce]),
        };
        let mut rng = Script::new(draws);
        let parameters = parameters(&recorded);
        let plan = TransactionPlan::new(payload, fee);
        let request = plan.create_request(&account, &parameters, &mut rng);
        let request = block_on(request).unwrap();
        rng.finish();
        assert_same_request(request, buffer, &derived.signing_public_key);
    }
}

#[test]
fn the_recorded_deployment_of_an_account_is_made_again() {
    let recording = Recording::read("deploy_account");
    let (buffer, recorded) = recording.request();
    let address = recording.register.accounts[0]["address"].clone();
    let (derived, account) = recording.account(serde_json::from_value(address).unwrap());

    // The arguments: constructor, the account's entrypoint, three unused places, the multi-call.
    let outer = AppPayload::from_fields(args(&recorded, 5)).unwrap();
    let inner = EntrypointArguments::from_fields(args(&recorded, 1)).unwrap();
    let draws = [inner.app_payload.tx_nonce, outer.tx_nonce].map(TxNonce::to_field);
    let mut rng = Script::new(draws);
    let deployment = Deployment::of_account(&derived);
    let fee = FeePayment::canonical_sponsor();
    let parameters = parameters(&recorded);
    let request = deployment.self_paid_request(&account, &fee, &parameters, &mut rng);
    let request = block_on(request).unwrap();
    rng.finish();
    assert_eq!(
        assert_same_request(request, buffer, &derived.signing_public_key),
        1
    );
}

#[test]
fn the_recorded_deployment_of_a_contract_is_made_again() {
    let artifact = root().join(
        "tests/reference/node_modules/@aztec/noir-contracts.js/artifacts/private_voting_contract-PrivateVoting.json",
    );
    let Ok(json) = fs::read(&artifact) else {
        eprintln!("skipped: {} is not there", artifact.display());
        return;
    };
    let artifact = ContractArtifact::from_json(&json, DebugData::Drop).unwrap();
    let recording = Recording::read("deploy_contract");
    let (buffer, recorded) = recording.request();
    let (derived, account) = recording.account(recorded.origin);
    let instance = &recording.register.contracts[0].instance;
    let deployment = Deployment::of_contract(
        &artifact,
        &Instantiation {
            arguments: ConstructorArguments::Values(vec![derived.address().into()]),
            salt: serde_json::from_value(instance["salt"].clone()).unwrap(),
            deployer: derived.address(),
            ..Instantiation::default()
        },
    );
    let class = ClassPublication::new(&artifact).unwrap();
    let deployment = deployment.unwrap().with_class(class).unwrap();
    assert_eq!(deployment.address(), recording.contract(0, "PrivateVoting"));
    let arguments = EntrypointArguments::of_request(&recorded).unwrap();
    let mut rng = Script::new([arguments.app_payload.tx_nonce.to_field()]);
    let parameters = parameters(&recorded);
    let plan = TransactionPlan::new(deployment.payload().unwrap(), FeePayment::FeeJuice);
    let request = plan.create_request(&account, &parameters, &mut rng);
    let request = block_on(request).unwrap();
    rng.finish();
    assert_same_request(request, buffer, &derived.signing_public_key);
}
