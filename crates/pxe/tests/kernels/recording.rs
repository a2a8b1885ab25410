//! Recorded transactions of the reference PXE.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::task::noop_waker_ref;
use pixie_acir::WitnessTable;
use pixie_node::RpcNode;
use pixie_node::mock::{Exchange, ManualClock, MockTransport, Order, Recording};
use pixie_primitives::kernel::PrivateCircuitPublicInputs;
use pixie_primitives::tx::TxExecutionRequest;
use pixie_primitives::{Fr, FromFields as _};
use serde_json::Value;

use super::contracts::{Class, Registered};
use pixie_pxe::execution::{Circuit, CircuitCache, PrivateCall, ResultTree};

/// The mock answers at once, so a few polls are enough.
pub fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(noop_waker_ref());
    for _ in 0..1000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("the future never ends");
}

pub fn recording(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/transactions");
    let file = std::fs::File::open(folder.join(format!("{name}.json.gz"))).unwrap();
    let mut json = Vec::new();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut json)
        .unwrap();
    serde_json::from_slice(&json).unwrap()
}

pub fn fields(value: &Value) -> Vec<Fr> {
    let field = |value: &Value| Fr::from_hex(value.as_str().unwrap()).unwrap();
    value.as_array().unwrap().iter().map(field).collect()
}

/// A node that gives the recorded answers.
pub fn node(operation: &Value) -> Box<RpcNode> {
    let exchanges: Vec<Exchange> = serde_json::from_value(operation["nodeCalls"].clone()).unwrap();
    let recording = Recording {
        version: 1,
        node: String::new(),
        exchanges,
    };
    let mock = MockTransport::replay(recording, Order::Lenient);
    Box::new(RpcNode::new(mock.client(ManualClock::new())))
}

thread_local! {
    static FUNCTIONS: CircuitCache = CircuitCache::default();
}

fn circuit(class: &Class, inputs: &PrivateCircuitPublicInputs) -> Arc<Circuit> {
    let selector = inputs.call_context.function_selector;
    let function = class.contract.function(selector).unwrap();
    FUNCTIONS.with(|functions| functions.circuit(&function).unwrap())
}

fn call(
    recorded: &Value,
    registered: &Registered,
    outputs: &[PrivateCircuitPublicInputs],
) -> PrivateCall {
    let public_inputs =
        PrivateCircuitPublicInputs::from_fields(&fields(&recorded["publicInputs"])).unwrap();
    // What the circuit put out, for a simulation without kernels changes what is recorded in the
    // result.
    let public_inputs = outputs
        .iter()
        .find(|output| {
            output.call_context == public_inputs.call_context
                && output.start_side_effect_counter == public_inputs.start_side_effect_counter
        })
        .unwrap()
        .clone();
    let counters = recorded["noteHashNullifierCounters"].clone();
    let counters: Vec<(u32, u32)> = serde_json::from_value(counters).unwrap();
    let nested = recorded["nested"].as_array().unwrap().iter();
    let class = registered.class_of(public_inputs.call_context.contract_address);
    PrivateCall {
        circuit: circuit(class, &public_inputs),
        witness: WitnessTable::default(),
        new_notes: Vec::new(),
        note_hash_nullifier_counters: BTreeMap::from_iter(counters),
        return_values: Vec::new(),
        offchain_effects: Vec::new(),
        pre_tags: Vec::new(),
        nested: nested
            .map(|nested| call(nested, registered, outputs))
            .collect(),
        contract_class_logs: Vec::new(),
        public_inputs,
    }
}

/// The calls of a recorded operation.
pub fn tree(operation: &Value, registered: &Registered) -> ResultTree {
    let recorded = &operation["result"]["privateExecution"];
    let outputs: Vec<_> = operation["circuits"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|circuit| circuit["kind"] == "contract")
        .filter_map(|circuit| {
            PrivateCircuitPublicInputs::from_fields(&fields(&circuit["outputs"])).ok()
        })
        .collect();
    ResultTree {
        entrypoint: call(&recorded["entrypoint"], registered, &outputs),
        first_nullifier: recorded["firstNullifier"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap(),
        public_calldata: serde_json::from_value(recorded["publicFunctionCalldata"].clone())
            .unwrap(),
    }
}

pub fn request(operation: &Value) -> TxExecutionRequest {
    use pixie_primitives::FromBytes as _;
    let bytes = operation["request"]["buffer"].as_str().unwrap();
    let bytes = pixie_primitives::codec::from_hex(&format!("0x{bytes}"), "request").unwrap();
    TxExecutionRequest::from_bytes(&bytes).unwrap()
}
