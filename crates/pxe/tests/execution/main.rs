//! Executes the recorded operations of `tests/vectors/transactions` without their kernels: every
//! private call must have the inputs, outputs, notes and tags that the reference's has, and the same
//! witness.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod failures;
mod recording;
mod world;

use std::rc::Rc;

use pixie_primitives::abi::FunctionType;
use pixie_primitives::logs::ContractClassLog;
use pixie_primitives::note::SiloedNullifier;
use pixie_primitives::tagging::PreTag;
use pixie_primitives::tx::{
    CountedContractClassLog, FunctionCall, NoteAndSlot, TxExecutionRequest,
};
use pixie_primitives::{Fr, FromBytes as _, ToFields as _};
use pixie_pxe::execution::{self, CircuitCache, PrivateCall};
use pixie_pxe::state::NoteFilter;
use serde_json::Value;

use recording::{Circuit, Life, Operation, bytes, field, fields};

fn skip(name: &str) {
    println!("skipped {name}: the reference's npm packages are not installed");
}

/// Compares a call, and those below it, with what was recorded.
fn compare(call: &PrivateCall, expected: &Value, place: &str) {
    let name = format!("{place}/{:?}", call.circuit);
    let expected_inputs = fields(&expected["publicInputs"]);
    let inputs = call.public_inputs.to_fields();
    for (index, (ours, theirs)) in inputs.iter().zip(&expected_inputs).enumerate() {
        assert_eq!(ours, theirs, "{name}: public input {index}");
    }
    assert_eq!(inputs.len(), expected_inputs.len(), "{name}");
    let counters: Vec<(u32, u32)> = call
        .note_hash_nullifier_counters
        .iter()
        .map(|(note_hash, nullifier)| (*note_hash, *nullifier))
        .collect();
    let mut expected_counters: Vec<(u32, u32)> =
        serde_json::from_value(expected["noteHashNullifierCounters"].clone()).unwrap();
    expected_counters.sort_unstable();
    assert_eq!(counters, expected_counters, "{name}: note hashes nullified");
    assert_eq!(
        call.return_values,
        fields(&expected["returnValues"]),
        "{name}: return values"
    );
    let effects: Vec<Vec<Fr>> = call
        .offchain_effects
        .iter()
        .map(|effect| effect.data.clone())
        .collect();
    let expected_effects = expected["offchainEffects"].as_array().unwrap().iter();
    let expected_effects: Vec<Vec<Fr>> = expected_effects
        .map(|effect| fields(effect.get("data").unwrap_or(effect)))
        .collect();
    assert_eq!(effects, expected_effects, "{name}: off-chain effects");
    let tags: Vec<PreTag> = serde_json::from_value(expected["preTags"].clone()).unwrap();
    assert!(call.pre_tags == tags, "{name}: tags");
    let notes: Vec<NoteAndSlot> = serde_json::from_value(expected["newNotes"].clone()).unwrap();
    assert_eq!(call.new_notes, notes, "{name}: notes");
    let logs = expected["contractClassLogs"].as_array().unwrap().iter();
    let logs: Vec<CountedContractClassLog> = logs
        .map(|counted| CountedContractClassLog {
            log: ContractClassLog::from_bytes(&bytes(counted["log"].as_str().unwrap())).unwrap(),
            counter: counted["counter"].as_u64().unwrap() as u32,
        })
        .collect();
    assert_eq!(call.contract_class_logs, logs, "{name}: class logs");
    let nested = expected["nested"].as_array().unwrap();
    assert_eq!(call.nested.len(), nested.len(), "{name}: nested calls");
    for (call, expected) in call.nested.iter().zip(nested) {
        compare(call, expected, &name);
    }
}

fn utility_call(call: &recording::Call) -> FunctionCall {
    FunctionCall {
        name: call.name.clone(),
        to: call.to,
        selector: call.selector,
        function_type: FunctionType::Utility,
        hide_msg_sender: false,
        is_static: true,
        args: call.args.iter().map(|text| field(text)).collect(),
        return_types: Vec::new(),
    }
}

/// Runs one recorded operation; `false` if it is of another kind or cannot be run.
fn replay(name: &str, life: &Life, operation: &Operation, circuits: &Rc<CircuitCache>) -> bool {
    let Some(job) = world::register(life) else {
        skip(name);
        return false;
    };
    let scopes = world::scopes(operation);
    let (work, _) = world::work(life, operation, job, circuits.clone());
    if let Some(call) = &operation.call {
        let call = utility_call(call);
        let values = pollster::block_on(async {
            execution::ensure_synced(&work, call.to, Some(call.selector), &scopes).await?;
            execution::run_utility(&work, &call, &[], &scopes).await
        });
        let values = values.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(values, fields(&operation.result["returnValues"]), "{name}");
        return true;
    }
    let Some(request) = &operation.request else {
        return false;
    };
    let request = TxExecutionRequest::from_bytes(&bytes(&request.buffer)).unwrap();
    let tree = pollster::block_on(execution::run_private(&work, &request, &scopes))
        .unwrap_or_else(|error| panic!("{name}: {error}"));

    let expected = &operation.result["privateExecution"];
    // Without kernels the reference silos the logs in place before they are recorded.
    if operation.overrides.is_empty() {
        compare(&tree.entrypoint, &expected["entrypoint"], name);
    }
    assert_eq!(
        tree.first_nullifier.to_field(),
        field(expected["firstNullifier"].as_str().unwrap()),
        "{name}: first nullifier"
    );
    let calldata = serde_json::to_value(&tree.public_calldata).unwrap();
    assert_eq!(
        flatten(&calldata),
        flatten(&expected["publicFunctionCalldata"]),
        "{name}: calldata"
    );
    // Calls in the order in which they started.
    let recorded = operation.circuits.iter();
    let recorded: Vec<&Circuit> = recorded
        .filter(|circuit| circuit.kind == "contract" && circuit.witnesses > 0)
        .collect();
    let calls: Vec<&PrivateCall> = tree.calls().collect();
    assert_eq!(calls.len(), recorded.len(), "{name}: calls");
    for (call, recorded) in calls.iter().zip(recorded) {
        assert_eq!(call.circuit.function_name(), recorded.function, "{name}");
        let outcome = pixie_acir::replay::outcome(&call.witness);
        let sha256: String = outcome.sha256.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(
            (outcome.witnesses, sha256.as_str()),
            (recorded.witnesses, recorded.witness_sha256.as_str()),
            "{name}: the witness of {}.{}",
            recorded.name,
            recorded.function
        );
    }
    true
}

/// All texts of a value, as fields, whatever its members are called.
fn flatten(value: &Value) -> Vec<Fr> {
    match value {
        Value::String(text) => vec![field(text)],
        Value::Array(items) => items.iter().flat_map(flatten).collect(),
        Value::Object(members) => members.values().flat_map(flatten).collect(),
        other => panic!("{other}"),
    }
}

macro_rules! replays {
    ($($name:ident),* $(,)?) => {$(
        #[test]
        fn $name() {
            let name = stringify!($name);
            let life = recording::read(name);
            let circuits = Rc::new(CircuitCache::default());
            replay(name, &life, &life.operations[0], &circuits);
        }
    )*};
}
replays!(
    amm_add_liquidity,
    amm_swap,
    balance,
    batch,
    burn_private,
    cast_vote,
    crowdfunding_donate,
    deploy_account,
    deploy_contract,
    ecdsa_k_transfer,
    ecdsa_r_transfer,
    fpc_private,
    fpc_public,
    inner_resets,
    many_notes,
    mint_to_private,
    nested_events,
    nft_transfer_private,
    nft_transfer_to_public,
    offchain,
    partial_note_finalize,
    partial_note_prepare,
    side_effects,
    simulate_kernelless,
    static_call,
    transfer_authwit,
    transfer_private,
    transfer_public,
    transfer_to_private,
    transfer_to_public,
);

#[test]
fn a_second_execution_decodes_nothing() {
    let life = recording::read("transfer_private");
    let circuits = Rc::new(CircuitCache::default());
    if !replay("transfer_private", &life, &life.operations[0], &circuits) {
        return;
    }
    let decoded = circuits.len();
    assert!(decoded >= 4, "two sync_state, two private functions");
    assert!(replay("again", &life, &life.operations[0], &circuits));
    assert_eq!(circuits.len(), decoded);
}

#[test]
fn a_balance_of_thousands_of_notes_is_their_sum() {
    const COPIES: u32 = 4_990;
    let life = recording::read("balance");
    let Some(job) = world::register(&life) else {
        return skip("a_balance_of_thousands_of_notes_is_their_sum");
    };
    let operation = &life.operations[0];
    let scopes = world::scopes(operation);
    let (work, _) = world::work(&life, operation, job, Rc::default());
    let call = utility_call(operation.call.as_ref().unwrap());
    pollster::block_on(execution::ensure_synced(&work, call.to, None, &scopes)).unwrap();

    let filter = NoteFilter::of(call.to, &scopes);
    let notes: Vec<_> = work.state().notes(&filter).into_iter().cloned().collect();
    let note = notes.first().unwrap();
    let scope = *note.scopes.first().unwrap();
    for number in 1..=COPIES {
        let mut copy = note.clone();
        let nullifier = note.siloed_nullifier.to_field() + Fr::from(number);
        copy.siloed_nullifier = SiloedNullifier::from_field(nullifier);
        copy.note_index += number;
        work.state_mut().add_note(copy, scope);
    }
    let values = pollster::block_on(execution::run_utility(&work, &call, &[], &scopes)).unwrap();
    let before: Fr = notes.iter().map(|note| note.items[0]).sum();
    let sum = before + note.items[0] * Fr::from(COPIES);
    assert_eq!(values, [sum]);
}
