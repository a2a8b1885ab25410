//! Against the real network that `AZTEC_NODE_URL` names; left out without it.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]

use futures_util::future::join3;
use pixie_node::types::MerkleTreeId;
use pixie_node::{
    AztecNode, ExpectedComponents, NodeError, RpcNode, RpcOptions, SUPPORTED_VERSION,
    check_compatibility,
};
use pixie_primitives::Fr;
use pixie_primitives::block::BlockParameter;

fn node() -> Option<RpcNode> {
    let Ok(url) = std::env::var("AZTEC_NODE_URL") else {
        eprintln!("left out: AZTEC_NODE_URL names no network");
        return None;
    };
    Some(RpcNode::connect(&url, RpcOptions::default()).unwrap())
}

#[tokio::test]
async fn a_real_node_is_understood() {
    let Some(node) = node() else { return };
    let (info, tips, fees) = join3(node.node_info(), node.l2_tips(), node.current_min_fees()).await;
    let (info, tips) = (info.unwrap(), tips.unwrap());
    assert!(fees.unwrap().fee_per_l2_gas > 0);
    let expected = ExpectedComponents {
        l1_chain_id: Some(node.l1_chain_id().await.unwrap()),
        rollup_version: Some(node.rollup_version().await.unwrap()),
        ..ExpectedComponents::default()
    };
    check_compatibility(&info, SUPPORTED_VERSION, &expected).unwrap();
    assert!(tips.proposed.number >= tips.finalized.block.number);
}

#[tokio::test]
async fn hashes_and_witnesses_hold() {
    let Some(node) = node() else { return };
    let tip = node.l2_tips().await.unwrap().proposed;
    let at = BlockParameter::Hash(tip.hash);
    let header = node.block_header(at).await.unwrap().unwrap();
    assert_eq!(header.hash(), tip.hash);
    assert_eq!(header.block_number(), tip.number);

    let parent = node.block_header(tip.number.previous().into());
    let parent = parent.await.unwrap().unwrap().hash();
    let witness = node.block_hash_witness(at, parent).await.unwrap().unwrap();
    assert!(witness.proves(parent.to_field(), header.last_archive.root));

    let trees = header.state.partial;
    let absent = Fr::from(123_456_789u32);
    let low = node
        .low_nullifier_witness(at, absent)
        .await
        .unwrap()
        .unwrap();
    assert!(low.proves(trees.nullifier_tree.root));
    assert!(low.leaf_preimage.nullifier.to_field() < absent);
    let public = node.public_data_witness(at, absent).await.unwrap().unwrap();
    assert!(public.proves(trees.public_data_tree.root));

    let block = node.block(at).await.unwrap().unwrap();
    assert_eq!(block.header, header);
    let Some(effect) = block.body.tx_effects.first() else {
        return;
    };
    let nullifier = effect.nullifiers[0];
    let tree = MerkleTreeId::Nullifier;
    let leaves = [absent, nullifier];
    let found = node.find_leaves_indexes(at, tree, &leaves).await.unwrap();
    assert_eq!(found[0], None);
    let witness = node
        .nullifier_witness(at, nullifier)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found[1].unwrap().index, witness.index);
    assert!(witness.proves(trees.nullifier_tree.root));
}

#[tokio::test]
async fn a_block_that_is_not_there() {
    let Some(node) = node() else { return };
    let at = BlockParameter::Number(1_000_000_000.into());
    assert_eq!(node.block_header(at).await, Ok(None));
    let error = node.public_storage_at(at, 5.into(), Fr::ZERO).await;
    assert!(matches!(error, Err(NodeError::Rpc { .. })), "{error:?}");
}
