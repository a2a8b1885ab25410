#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]

use std::pin::pin;
use std::task::{Context, Poll};

use futures_util::task::noop_waker_ref;
use pixie_primitives::block::{BlockHash, BlockParameter};
use pixie_primitives::tagging::{SiloedTag, Tag};
use pixie_primitives::{AztecAddress, Fr};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::mock::{ManualClock, MockReply, MockTransport, Order, Recording};
use crate::types::{MerkleTreeId, TxScopedLog};
use crate::{
    AztecNode, ExpectedComponents, Incompatibility, NodeError, ProtocolVersion, RpcNode,
    SUPPORTED_VERSION, all_private_logs_by_tags, all_public_logs_by_tags, check_compatibility,
};

/// The mock answers at once, so turning the crank is enough.
fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(noop_waker_ref());
    for _ in 0..100_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("the future never ends");
}

fn node(mock: &MockTransport) -> RpcNode {
    RpcNode::new(mock.client(ManualClock::new()))
}

fn log(tag: &Value, number: u32) -> Value {
    let zero = Fr::ZERO;
    json!({
        "txHash": Fr::from(number), "blockNumber": number, "blockTimestamp": "7",
        "logData": [tag], "noteHashes": [], "firstNullifier": zero,
    })
}

/// Answers like a node that has `count(tag)` logs with each tag.
fn serve_logs(mock: &MockTransport, method: &str, tags: usize, count: fn(u32) -> u32) {
    mock.on(method, move |params| {
        let page = params[tags + 1].as_u64().unwrap() as u32;
        let asked = params[tags].as_array().unwrap();
        assert!(asked.len() <= 100);
        let answer = asked.iter().map(|tag| {
            let field: Fr = serde_json::from_value(tag.clone()).unwrap();
            let end = count(field.to_u32().unwrap()).min(page * 10 + 10);
            Value::from_iter((page * 10..end).map(|number| log(tag, number)))
        });
        MockReply::Result(answer.collect())
    });
}

fn numbers(logs: &[TxScopedLog]) -> Vec<u32> {
    logs.iter().map(|log| log.block_number.0).collect()
}

#[test]
fn logs_are_read_to_the_last_page() {
    let mock = MockTransport::new();
    serve_logs(&mock, "node_getPrivateLogsByTags", 0, |tag| tag % 35);
    let tags: Vec<_> = (0..230u32)
        .map(|tag| SiloedTag::from_field(Fr::from(tag)))
        .collect();
    let logs = run(all_private_logs_by_tags(
        &node(&mock),
        &tags,
        BlockHash::ZERO,
    ))
    .unwrap();
    assert_eq!(logs.len(), tags.len());
    for (tag, logs) in logs.iter().enumerate() {
        assert!(
            numbers(logs).into_iter().eq(0..tag as u32 % 35),
            "tag {tag}"
        );
    }
    // Three pieces in one request; then fewer tags page by page.
    assert_eq!(mock.batches(), [3, 2, 1, 1]);

    let mock = MockTransport::new();
    serve_logs(&mock, "node_getPublicLogsByTagsFromContract", 1, |_| 10);
    let tags = [Tag::from_field(Fr::from(1u8))];
    let contract = AztecAddress::from(9);
    let logs = run(all_public_logs_by_tags(
        &node(&mock),
        contract,
        &tags,
        BlockHash::ZERO,
    ));
    assert_eq!(logs.unwrap()[0].len(), 10);
    assert_eq!(mock.batches(), [1, 1]);
}

#[test]
fn pages_without_end_are_given_up() {
    let mock = MockTransport::new();
    serve_logs(&mock, "node_getPrivateLogsByTags", 0, |_| u32::MAX);
    let tags = [SiloedTag::ZERO];
    let error = run(all_private_logs_by_tags(
        &node(&mock),
        &tags,
        BlockHash::ZERO,
    ))
    .unwrap_err();
    assert!(matches!(error, NodeError::TooManyPages { .. }));
}

#[test]
fn a_list_of_the_wrong_length_is_refused() {
    let mock = MockTransport::new();
    mock.answer("node_findLeavesIndexes", &json!([null, null]));
    let leaves = [Fr::ZERO; 3];
    let found = node(&mock);
    let found =
        run(found.find_leaves_indexes(BlockParameter::Latest, MerkleTreeId::NoteHash, &leaves));
    assert_eq!(
        found,
        Err(NodeError::WrongCount {
            method: "node_findLeavesIndexes",
            expected: 3,
            actual: 2
        })
    );
}

#[test]
fn a_wrong_value_is_located() {
    let mock = MockTransport::new();
    mock.answer(
        "node_getL2Tips",
        &json!({ "proposed": { "number": 1, "hash": "0x1" }, "checkpointed": { "block": { "number": -1 } } }),
    );
    match run(node(&mock).l2_tips()) {
        Err(NodeError::Decode { path, .. }) => assert_eq!(path, "checkpointed.block.number"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn releases_have_protocol_versions() {
    let version = |major, minor| Some(ProtocolVersion { major, minor });
    for (release, expected) in [
        ("4.1.2", version(4, 1)),
        ("4.1.0-rc.2", version(4, 1)),
        ("4.10.0", version(4, 10)),
        ("14.1.2", version(14, 1)),
        ("4.1", None),
        ("4.1.x", None),
        ("v4.1.2", None),
        ("4..1", None),
        ("", None),
        ("99999999999.1.1", None),
    ] {
        assert_eq!(ProtocolVersion::of_release(release), expected, "{release}");
    }
}

#[test]
fn another_chain_or_version_is_refused() {
    let recording = include_str!("../../../tests/vectors/node-traffic.json");
    let mock = MockTransport::replay(Recording::from_json(recording).unwrap(), Order::Lenient);
    let info = run(node(&mock).node_info()).unwrap();
    let check = |info, expected| check_compatibility(info, SUPPORTED_VERSION, &expected);
    let any = ExpectedComponents::default();
    let this = ExpectedComponents {
        l1_chain_id: Some(info.l1_chain_id),
        rollup_version: Some(info.rollup_version),
        l1_rollup_address: Some(info.l1_contract_addresses.rollup_address),
        ..any.clone()
    };
    assert_eq!(check(&info, any.clone()), Ok(()));
    assert_eq!(check(&info, this), Ok(()));

    let mut other = info.clone();
    other.node_version = "5.0.0".into();
    let error = check(&other, any.clone()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the node runs Aztec 5.0.0; this wallet speaks Aztec 4.1.x"
    );
    let chain = ExpectedComponents {
        l1_chain_id: Some(1),
        ..any.clone()
    };
    assert_eq!(
        check(&info, chain),
        Err(Incompatibility::L1ChainId {
            expected: 1,
            actual: 31337
        })
    );
    let rollup = ExpectedComponents {
        rollup_version: Some(1),
        ..any.clone()
    };
    assert!(matches!(
        check(&info, rollup),
        Err(Incompatibility::RollupVersion { .. })
    ));
    let address = ExpectedComponents {
        l1_rollup_address: Some(pixie_primitives::EthAddress::ZERO),
        ..any
    };
    assert!(matches!(
        check(&info, address),
        Err(Incompatibility::RollupAddress { .. })
    ));
}

/// Replaces one value somewhere in a document.
fn damage(value: &mut Value, mut position: usize, by: &Value) -> usize {
    if position == 0 {
        *value = by.clone();
        return usize::MAX;
    }
    position -= 1;
    let children: Box<dyn Iterator<Item = &mut Value>> = match value {
        Value::Array(items) => Box::new(items.iter_mut()),
        Value::Object(members) => Box::new(members.values_mut()),
        _ => return position,
    };
    for child in children {
        position = damage(child, position, by);
        if position == usize::MAX {
            break;
        }
    }
    position
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|float| json!(float)),
        "(0x)?[0-9a-f]{0,80}".prop_map(Value::from),
        "[ -~é]{0,30}".prop_map(Value::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What real nodes say, damaged in one place: an error or a value, never a panic.
    #[test]
    fn damaged_answers_never_panic(pick in 0usize..60, position in 0usize..120, by in any_value()) {
        let text = include_str!("../../../tests/vectors/node-traffic.json");
        let recording = Recording::from_json(text).unwrap();
        let mut result = recording.exchanges[pick % recording.exchanges.len()].result.clone();
        damage(&mut result, position, &by);
        let mock = MockTransport::new();
        for exchange in recording.exchanges {
            mock.answer(&exchange.method, &result);
        }
        let node = node(&mock);
        let latest = BlockParameter::Latest;
        let _ = run(node.node_info());
        let _ = run(node.l2_tips());
        let _ = run(node.block(latest));
        let _ = run(node.block_header(latest));
        let _ = run(node.find_leaves_indexes(latest, MerkleTreeId::Archive, &[Fr::ZERO; 2]));
        let _ = run(node.nullifier_witness(latest, Fr::ZERO));
        let _ = run(node.public_data_witness(latest, Fr::ZERO));
        let _ = run(node.block_hash_witness(latest, BlockHash::ZERO));
        let _ = run(node.note_hash_witness(latest, Fr::ZERO));
        let _ = run(node.l1_to_l2_message_witness(latest, Fr::ZERO));
        let _ = run(node.private_logs_by_tags(&[SiloedTag::ZERO; 2], 0, None));
        let _ = run(node.public_logs(&Default::default()));
        let _ = run(node.tx_receipt(Default::default()));
        let _ = run(node.tx_effect(Default::default()));
        let _ = run(node.tx_by_hash(Default::default()));
        let _ = run(node.contract(AztecAddress::ZERO));
        let _ = run(node.contract_class(Default::default()));
        let _ = run(node.allowed_public_setup());
        let _ = run(node.current_min_fees());
    }
}
