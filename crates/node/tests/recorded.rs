//! Traffic between the reference client and a real node, replayed against our client: our arguments
//! must be written as the reference writes them, and every answer must survive being read and written.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]
#![cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]

use std::collections::BTreeSet;
#[cfg(not(target_family = "wasm"))]
use std::io::Read as _;
use std::pin::pin;
use std::task::{Context, Poll};

use futures_util::task::noop_waker_ref;
use pixie_node::mock::{Exchange, ManualClock, MockTransport, Order, Recording};
use pixie_node::{AztecNode, NodeError, RpcNode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const RECORDING: &str = include_str!("../../../tests/vectors/node-traffic.json");

/// Members that the node adds although its interface does not have them: the block of a contract
/// class, and a cache of the header's hash that the reference writes by mistake.
const SURPLUS: [&str; 2] = ["l2BlockNumber", "_cachedHash"];

fn recording() -> Recording {
    Recording::from_json(RECORDING).unwrap()
}

/// The mock answers at once, so a few polls are enough.
fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(noop_waker_ref());
    for _ in 0..100 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("the future never ends");
}

fn json(result: Result<impl Serialize, NodeError>) -> Result<Value, NodeError> {
    result.map(|value| serde_json::to_value(value).unwrap())
}

/// Makes the call of an exchange by our typed interface.
async fn call(node: &RpcNode, exchange: &Exchange) -> Option<Result<Value, NodeError>> {
    fn get<T: DeserializeOwned>(exchange: &Exchange, index: usize) -> T {
        serde_json::from_value(exchange.params[index].clone()).unwrap()
    }
    macro_rules! typed {
        ($($name:literal => $method:ident($($argument:tt)*),)*) => {
            match exchange.method.as_str() {
                $($name => typed!(@call $method $($argument)*),)*
                _ => return None,
            }
        };
        (@call $method:ident) => { json(node.$method().await) };
        (@call $method:ident 0) => { json(node.$method(get(exchange, 0)).await) };
        (@call $method:ident &0) => {
            json(node.$method(&get::<Vec<_>>(exchange, 0)).await)
        };
        (@call $method:ident filter) => { json(node.$method(&get(exchange, 0)).await) };
        (@call $method:ident tx) => { json(node.$method(&get(exchange, 0)).await) };
        (@call $method:ident tx 1) => {
            json(node.$method(&get(exchange, 0), get(exchange, 1)).await)
        };
        (@call $method:ident 0 1) => {
            json(node.$method(get(exchange, 0), get(exchange, 1)).await)
        };
        (@call $method:ident 0 1 2) => {
            json(node.$method(get(exchange, 0), get(exchange, 1), get(exchange, 2)).await)
        };
        (@call $method:ident 0 1 &2) => {
            json(node.$method(get(exchange, 0), get(exchange, 1), &get::<Vec<_>>(exchange, 2)).await)
        };
        (@call $method:ident &0 1 2) => {
            json(node.$method(&get::<Vec<_>>(exchange, 0), get(exchange, 1), get(exchange, 2)).await)
        };
        (@call $method:ident 0 &1 2 3) => {
            json(
                node.$method(
                    get(exchange, 0),
                    &get::<Vec<_>>(exchange, 1),
                    get(exchange, 2),
                    get(exchange, 3),
                )
                .await,
            )
        };
    }
    Some(typed! {
        "node_isReady" => is_ready(),
        "node_getNodeInfo" => node_info(),
        "node_getNodeVersion" => node_version(),
        "node_getVersion" => rollup_version(),
        "node_getChainId" => l1_chain_id(),
        "node_getL1ContractAddresses" => l1_contract_addresses(),
        "node_getProtocolContractAddresses" => protocol_contract_addresses(),
        "node_getEncodedEnr" => encoded_enr(),
        "node_getWorldStateSyncStatus" => world_state_sync_status(),
        "node_getL2Tips" => l2_tips(),
        "node_getBlockNumber" => block_number(),
        "node_getProvenBlockNumber" => proven_block_number(),
        "node_getCheckpointedBlockNumber" => checkpointed_block_number(),
        "node_getCheckpointNumber" => checkpoint_number(),
        "node_getCurrentMinFees" => current_min_fees(),
        "node_getMaxPriorityFees" => max_priority_fees(),
        "node_getBlock" => block(0),
        "node_getBlockHeader" => block_header(0),
        "node_getBlocks" => blocks(0 1),
        "node_getCheckpoints" => checkpoints(0 1),
        "node_getCheckpointedBlocks" => checkpointed_blocks(0 1),
        "node_getContract" => contract(0),
        "node_getContractClass" => contract_class(0),
        "node_getAllowedPublicSetup" => allowed_public_setup(),
        "node_registerContractFunctionSignatures" => register_contract_function_signatures(&0),
        "node_findLeavesIndexes" => find_leaves_indexes(0 1 &2),
        "node_getNullifierMembershipWitness" => nullifier_witness(0 1),
        "node_getLowNullifierMembershipWitness" => low_nullifier_witness(0 1),
        "node_getPublicDataWitness" => public_data_witness(0 1),
        "node_getBlockHashMembershipWitness" => block_hash_witness(0 1),
        "node_getNoteHashMembershipWitness" => note_hash_witness(0 1),
        "node_getL1ToL2MessageMembershipWitness" => l1_to_l2_message_witness(0 1),
        "node_simulatePublicCalls" => simulate_public_calls(tx 1),
        "node_isValidTx" => is_valid_tx(tx 1),
        "node_sendTx" => send_tx(tx),
        "node_getTxByHash" => tx_by_hash(0),
        "node_getL1ToL2MessageCheckpoint" => l1_to_l2_message_checkpoint(0),
        "node_getPublicStorageAt" => public_storage_at(0 1 2),
        "node_getPublicLogs" => public_logs(filter),
        "node_getContractClassLogs" => contract_class_logs(filter),
        "node_getPrivateLogsByTags" => private_logs_by_tags(&0 1 2),
        "node_getPublicLogsByTagsFromContract" => public_logs_by_tags(0 &1 2 3),
        "node_getTxReceipt" => tx_receipt(0),
        "node_getTxEffect" => tx_effect(0),
        "node_getPendingTxCount" => pending_tx_count(),
    })
}

/// Where two values differ first, apart from members that are `null` or absent or surplus in what
/// was recorded.
fn difference(ours: &Value, recorded: &Value) -> Option<String> {
    match (ours, recorded) {
        (Value::Object(a), Value::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            names.into_iter().find_map(|name| {
                let ours = a.get(name).unwrap_or(&Value::Null);
                let recorded = match b.get(name) {
                    Some(_) if ours.is_null() && SURPLUS.contains(&name.as_str()) => ours,
                    recorded => recorded.unwrap_or(&Value::Null),
                };
                difference(ours, recorded).map(|rest| format!(".{name}{rest}"))
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(index, (ours, recorded))| {
                difference(ours, recorded).map(|rest| format!("[{index}]{rest}"))
            })
        }
        (ours, recorded) if ours == recorded => None,
        (ours, recorded) => Some(format!(": {ours} instead of {recorded}")),
    }
}

/// Calls that our client never makes: those that are in the recording for their errors, and those
/// for the logs with none of no tags, which need no answer.
fn is_foreign(exchange: &Exchange) -> bool {
    let is_empty = |index: usize| exchange.params[index] == serde_json::json!([]);
    exchange.method == "node_noSuchMethod"
        || exchange.params[0] == "not a hash"
        || exchange.method == "node_getPrivateLogsByTags" && is_empty(0)
        || exchange.method == "node_getPublicLogsByTagsFromContract" && is_empty(1)
}

/// Makes the recorded call and compares arguments and answer.
fn check(exchange: &Exchange) {
    let method = &exchange.method;
    let recording = Recording {
        version: 1,
        node: String::new(),
        exchanges: vec![exchange.clone()],
    };
    let mock = MockTransport::replay(recording, Order::Strict);
    let node = RpcNode::new(mock.client(ManualClock::new()));
    let answer = run(call(&node, exchange)).unwrap_or_else(|| panic!("{method} is missing"));
    assert_eq!(
        mock.unused(),
        0,
        "{method}: other arguments: {:?} instead of {}",
        mock.calls(),
        exchange.params
    );
    match (answer, &exchange.error) {
        (Ok(value), None) => {
            let difference = difference(&value, &exchange.result);
            assert_eq!(difference, None, "{method} {}", exchange.params);
        }
        (Err(NodeError::Rpc { code, message, .. }), Some(error)) => {
            assert_eq!((code, message), (error.code, error.message.clone()));
        }
        (answer, error) => panic!("{method}: {answer:?} instead of {error:?}"),
    }
}

#[test]
fn every_recorded_call_is_made_and_understood() {
    let exchanges = recording().exchanges;
    assert!(exchanges.len() >= 50);
    exchanges
        .iter()
        .filter(|exchange| !is_foreign(exchange))
        .for_each(check);
}

/// Operations of the reference PXE that together make every kind of call.
#[cfg(not(target_family = "wasm"))]
const OPERATIONS: [&str; 6] = [
    "deploy_account.simulated",
    "deploy_contract.simulated",
    "fpc_private.simulated",
    "nested_events",
    "private_events",
    "sequence",
];

#[cfg(not(target_family = "wasm"))]
#[test]
fn every_call_of_the_reference_pxe_is_made_and_understood() {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Section {
        node_calls: Vec<Exchange>,
    }

    #[derive(serde::Deserialize)]
    struct Operation {
        create: Section,
        register: Section,
        operations: Vec<Section>,
    }

    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/transactions");
    let mut methods = BTreeSet::new();
    for name in OPERATIONS {
        let file = std::fs::File::open(folder.join(format!("{name}.json.gz"))).unwrap();
        let mut json = String::new();
        flate2::read::GzDecoder::new(file)
            .read_to_string(&mut json)
            .unwrap();
        let operation: Operation = serde_json::from_str(&json).unwrap();
        let sections = [operation.create, operation.register]
            .into_iter()
            .chain(operation.operations);
        let calls = sections.flat_map(|section| section.node_calls);
        for exchange in calls.filter(|exchange| !is_foreign(exchange)) {
            check(&exchange);
            methods.insert(exchange.method);
        }
    }
    assert_eq!(methods.len(), 17, "{methods:?}");
}

#[test]
fn a_recording_can_be_asked_in_any_order() {
    let mock = MockTransport::replay(recording(), Order::Lenient);
    let node = RpcNode::new(mock.client(ManualClock::new()));
    let tips = run(node.l2_tips()).unwrap();
    let info = run(node.node_info()).unwrap();
    assert_eq!(info.node_version, "4.1.2");
    assert_eq!(run(node.l2_tips()).unwrap(), tips);
    let unknown = run(node.blocks(7.into(), 3)).unwrap_err();
    assert!(matches!(unknown, NodeError::Rpc { code: -32601, .. }));

    let strict = MockTransport::replay(recording(), Order::Strict);
    let node = RpcNode::new(strict.client(ManualClock::new()));
    assert!(run(node.l2_tips()).is_err());
    assert!(run(node.is_ready()).unwrap());
}
