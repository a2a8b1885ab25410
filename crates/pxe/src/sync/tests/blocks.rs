use pixie_node::mock::MockReply;
use pixie_primitives::block::{BlockHash, BlockNumber, BlockParameter, InBlock};
use serde_json::json;

use super::chain::Fixture;
use crate::state::PxeTables;
use crate::state::tests::{address, event, note, nullifier, only};
use crate::sync::SyncError;
use crate::sync::blocks::{confirm, header_at, synchronize};
use crate::work::AnchorBlock;

fn sync(fixture: &Fixture, state: &mut PxeTables) -> Result<AnchorBlock, SyncError> {
    pollster::block_on(synchronize(&*fixture.node, state))
}

fn in_block(block: &AnchorBlock) -> InBlock {
    InBlock {
        l2_block_number: block.number(),
        l2_block_hash: block.hash,
    }
}

/// A wallet that follows the chain and holds a note and an event of each block from 1 to 5, the note
/// of block 1 being spent in block 4.
fn followed() -> (Fixture, PxeTables) {
    let fixture = Fixture::new(5);
    let mut state = PxeTables::default();
    sync(&fixture, &mut state).unwrap();
    for number in 1..=5 {
        let at = in_block(&fixture.chain().block(number));
        let mut note = note(number, number);
        note.block = at;
        state.add_note(note, address(7));
        let mut event = event(number, number);
        event.block = at;
        state.add_event(event, address(7));
    }
    let at = in_block(&fixture.chain().block(4));
    state
        .nullify_notes(address(1), &[(nullifier(1), at)])
        .unwrap();
    (fixture, state)
}

fn held(state: &PxeTables) -> Vec<u32> {
    let blocks = state.held_blocks(BlockNumber::ZERO);
    blocks.into_iter().map(|(number, _)| number.0).collect()
}

#[test]
fn the_tip_is_followed() {
    let fixture = Fixture::new(3);
    let mut state = PxeTables::default();
    assert!(state.anchor().is_err());
    let anchor = sync(&fixture, &mut state).unwrap();
    assert_eq!(anchor, fixture.chain().tip());
    assert_eq!(state.anchor().unwrap(), anchor);

    let calls = fixture.mock.calls().len();
    assert_eq!(sync(&fixture, &mut state).unwrap(), anchor);
    assert_eq!(
        fixture.mock.calls().len(),
        calls + 1,
        "nothing new, one question"
    );

    let next = fixture.chain().mine(0);
    fixture.chain().finalized = 2;
    assert_eq!(sync(&fixture, &mut state).unwrap(), next);
    assert_eq!(state.finalized_block_number(), BlockNumber(2));
    // A node that has forgotten about finality does not take it back.
    fixture.chain().finalized = 1;
    sync(&fixture, &mut state).unwrap();
    assert_eq!(state.finalized_block_number(), BlockNumber(2));
}

#[test]
fn tips_of_the_same_block_are_confirmed() {
    let fixture = Fixture::new(3);
    let mut state = PxeTables::default();
    let anchor = sync(&fixture, &mut state).unwrap();
    let tips = || pollster::block_on(fixture.node.l2_tips()).unwrap();

    assert!(confirm(&mut state, &anchor, &tips()).unwrap());
    fixture.chain().finalized = 2;
    assert!(confirm(&mut state, &anchor, &tips()).unwrap());
    assert_eq!(state.finalized_block_number(), BlockNumber(2));

    let mut wrong = tips();
    wrong.finalized.block.number = BlockNumber(4);
    assert!(matches!(
        confirm(&mut state, &anchor, &wrong),
        Err(SyncError::InconsistentTips { .. })
    ));

    fixture.chain().mine(0);
    fixture.chain().finalized = 3;
    assert!(!confirm(&mut state, &anchor, &tips()).unwrap());
    assert_eq!(state.anchor().unwrap(), anchor);
    assert_eq!(
        state.finalized_block_number(),
        BlockNumber(2),
        "nothing is taken note of"
    );
}

#[test]
fn the_genesis_block_alone_is_a_chain() {
    let fixture = Fixture::new(0);
    let mut state = PxeTables::default();
    let anchor = sync(&fixture, &mut state).unwrap();
    assert_eq!(anchor.number(), BlockNumber::ZERO);
    fixture.chain().mine(0);
    assert_eq!(sync(&fixture, &mut state).unwrap().number(), BlockNumber(1));
}

#[test]
fn a_longer_chain_takes_nothing_back() {
    let (fixture, mut state) = followed();
    fixture.chain().mine(0);
    sync(&fixture, &mut state).unwrap();
    assert_eq!(held(&state), [1, 2, 3, 4, 5]);
}

#[test]
fn a_fork_takes_back_what_it_dropped() {
    let (fixture, mut state) = followed();
    state.mark_synced(address(1), &only(&[7]), fixture.chain().tip().hash);
    let before = fixture.chain().tip().hash;
    fixture.chain().headers.truncate(4);
    for _ in 0..4 {
        fixture.chain().mine(1);
    }
    let anchor = sync(&fixture, &mut state).unwrap();
    assert_eq!(anchor, fixture.chain().tip());
    assert_eq!(held(&state), [1, 2, 3]);
    let note = state.note(address(1), nullifier(1)).unwrap();
    assert!(note.is_active(), "its nullifier was dropped");
    assert_eq!(
        state.unsynced(address(1), &only(&[7]), before),
        Some(only(&[7]))
    );
}

#[test]
fn a_shorter_chain_takes_back_what_it_lacks() {
    let (fixture, mut state) = followed();
    fixture.chain().headers.truncate(3);
    sync(&fixture, &mut state).unwrap();
    assert_eq!(held(&state), [1, 2]);
    // Of the same length, with another last block.
    fixture.chain().headers.truncate(2);
    fixture.chain().mine(1);
    sync(&fixture, &mut state).unwrap();
    assert_eq!(held(&state), [1]);
}

#[test]
fn final_blocks_stay() {
    let (fixture, mut state) = followed();
    fixture.chain().finalized = 3;
    sync(&fixture, &mut state).unwrap();
    let before = state.chain.get(&()).cloned();

    // Far behind.
    let headers = fixture.chain().headers.clone();
    fixture.chain().finalized = 0;
    fixture.chain().headers.truncate(2);
    let result = sync(&fixture, &mut state);
    assert!(matches!(result, Err(SyncError::FinalBlockMissing(at)) if at == BlockNumber(3)));
    // Another chain, that differs at the final block.
    fixture.chain().mine(1);
    fixture.chain().mine(1);
    fixture.chain().finalized = 3;
    let result = sync(&fixture, &mut state);
    assert!(matches!(result, Err(SyncError::FinalBlockMissing(at)) if at == BlockNumber(3)));
    assert_eq!(state.chain.get(&()).cloned(), before);
    assert_eq!(held(&state), [1, 2, 3, 4, 5]);

    fixture.chain().headers = headers;
    sync(&fixture, &mut state).unwrap();
    assert_eq!(held(&state), [1, 2, 3, 4, 5]);
}

#[test]
fn forged_headers_are_refused() {
    let (fixture, mut state) = followed();
    let other = fixture.chain().block(2).header;
    fixture.chain().mine(0);
    fixture.mock.answer("node_getBlockHeader", &other);
    let result = sync(&fixture, &mut state);
    assert!(matches!(result, Err(SyncError::WrongBlock { .. })));
    fixture.mock.on("node_getBlockHeader", |_| {
        MockReply::Result(serde_json::Value::Null)
    });
    let result = sync(&fixture, &mut state);
    assert!(matches!(result, Err(SyncError::MissingBlock(_))));
    assert_eq!(state.anchor().unwrap().number(), BlockNumber(5));
}

/// A node that does not show the block with this hash, and how often it was asked for it.
fn hide(fixture: &Fixture, hidden: BlockHash, times: usize) {
    let chain = fixture.chain().headers.clone();
    let asked = std::cell::Cell::new(0);
    fixture.mock.on("node_getBlockHeader", move |params| {
        let at: BlockParameter = serde_json::from_value(params[0].clone()).unwrap();
        let is_hidden = asked.get() < times;
        let shown = chain
            .iter()
            .filter(|header| !is_hidden || header.hash() != hidden);
        let mut shown: Vec<_> = shown.collect();
        let found = match at {
            BlockParameter::Latest => shown.pop(),
            BlockParameter::Hash(hash) => {
                asked.set(asked.get() + usize::from(hash == hidden));
                shown.into_iter().find(|header| header.hash() == hash)
            }
            BlockParameter::Number(number) => shown
                .into_iter()
                .find(|header| header.block_number() == number),
        };
        MockReply::Result(serde_json::to_value(found).unwrap())
    });
}

#[test]
fn a_tip_that_the_node_has_not_stored_yet_is_left_for_later() {
    let (fixture, mut state) = followed();
    fixture.chain().mine(0);
    let known = fixture.chain().tip();
    fixture.chain().mine(0);
    let tip = fixture.chain().tip();
    hide(&fixture, tip.hash, 1);
    // Stored in the meantime.
    assert_eq!(sync(&fixture, &mut state).unwrap(), tip);
    // Not stored for a while: the last block but one will do.
    hide(&fixture, tip.hash, usize::MAX);
    let (_, mut state) = followed();
    assert_eq!(sync(&fixture, &mut state).unwrap(), known);
    assert_eq!(state.anchor().unwrap(), known);
    hide(&fixture, tip.hash, 0);
    assert_eq!(sync(&fixture, &mut state).unwrap(), tip);
}

#[test]
fn tips_must_make_sense() {
    let fixture = Fixture::new(2);
    let tip = |number: u32| {
        let block = json!({ "number": number, "hash": format!("0x{number:064x}") });
        json!({ "block": block, "checkpoint": block })
    };
    let tips = json!({
        "proposed": { "number": 1, "hash": format!("0x{:064x}", 1) },
        "checkpointed": tip(1), "proven": tip(2), "finalized": tip(2),
    });
    fixture.mock.answer("node_getL2Tips", &tips);
    let result = sync(&fixture, &mut PxeTables::default());
    assert!(matches!(result, Err(SyncError::InconsistentTips { .. })));
}

#[test]
fn another_network_is_noticed() {
    let (fixture, mut state) = followed();
    let header = {
        let mut chain = fixture.chain();
        let mut header = chain.mine(0).header;
        header.global_variables.chain_id = 1u8.into();
        *chain.headers.last_mut().unwrap() = header.clone();
        header
    };
    let result = sync(&fixture, &mut state);
    assert!(matches!(result, Err(SyncError::OtherChain)), "{header:?}");
    assert_eq!(held(&state), [1, 2, 3, 4, 5]);
}

#[test]
fn a_failure_changes_nothing_and_the_next_time_heals() {
    for method in ["node_getL2Tips", "node_getBlockHeader"] {
        let (fixture, mut state) = followed();
        let before = state.chain.get(&()).cloned();
        fixture.chain().headers.truncate(4);
        fixture.chain().mine(1);
        fixture.chain().mine(1);
        fixture.chain().broken.insert(method);
        let result = sync(&fixture, &mut state);
        assert!(matches!(result, Err(SyncError::Node(_))));
        assert_eq!(state.chain.get(&()).cloned(), before);
        assert_eq!(held(&state), [1, 2, 3, 4, 5]);
        fixture.chain().broken.clear();
        sync(&fixture, &mut state).unwrap();
        assert_eq!(held(&state), [1, 2, 3]);
    }
}

#[test]
fn earlier_headers_are_verified() {
    let fixture = Fixture::new(3);
    let work = fixture.work();
    let at = |number| pollster::block_on(header_at(&work, BlockNumber(number)));
    assert_eq!(at(3).unwrap(), fixture.chain().tip());
    assert_eq!(fixture.calls("node_getBlockHeader"), 0);
    assert_eq!(at(1).unwrap(), fixture.chain().block(1));
    assert!(matches!(at(9), Err(SyncError::MissingBlock(_))));
    let other = fixture.chain().block(2).header;
    fixture.mock.answer("node_getBlockHeader", &other);
    assert!(matches!(at(1), Err(SyncError::WrongBlock { .. })));
}
