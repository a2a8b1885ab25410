use pixie_node::mock::{ManualClock, MockTransport};
use pixie_node::types::NoteHashWitness;
use pixie_primitives::Fr;
use pixie_primitives::block::{BlockHash, BlockHeader};
use pixie_primitives::constants::NULLIFIER_TREE_HEIGHT;
use pixie_primitives::note::SiloedNullifier;
use pixie_primitives::trees::{NullifierLeafPreimage, NullifierMembershipWitness, SiblingPath};

use super::chain::Fixture;
use crate::sync::{SyncError, witnesses};
use crate::work::{AnchorBlock, Work};

/// An operation whose anchor block has these roots of the note hash and nullifier trees.
fn work(fixture: &Fixture, note_hashes: Fr, nullifiers: Fr) -> Work {
    let mut header = BlockHeader::default();
    header.state.partial.note_hash_tree.root = note_hashes;
    header.state.partial.nullifier_tree.root = nullifiers;
    fixture.work_at(AnchorBlock::new(header))
}

#[test]
fn note_hashes_are_proven() {
    let fixture = Fixture::new(1);
    let witness = NoteHashWitness::default();
    let leaf = Fr::from(7u8);
    fixture
        .mock
        .answer("node_getNoteHashMembershipWitness", &witness);
    let work = work(&fixture, witness.root(leaf), Fr::ZERO);
    let at = work.anchor().hash;
    let ask = |at, leaf| pollster::block_on(witnesses::note_hash(&work, at, leaf));
    assert_eq!(ask(at, leaf).unwrap(), Some(witness));
    assert!(matches!(
        ask(at, Fr::from(8u8)),
        Err(SyncError::FalseWitness {
            tree: "note hash",
            ..
        })
    ));
    // Of other blocks nothing is known here.
    let elsewhere = BlockHash::from_field(Fr::ONE);
    assert!(ask(elsewhere, Fr::from(8u8)).is_ok());
    fixture.mock.answer(
        "node_getNoteHashMembershipWitness",
        &None::<NoteHashWitness>,
    );
    assert_eq!(ask(at, leaf).unwrap(), None);
}

#[test]
fn nullifiers_are_proven_to_be_there_or_not() {
    let fixture = Fixture::new(1);
    let witness = NullifierMembershipWitness {
        index: 3,
        leaf_preimage: NullifierLeafPreimage {
            nullifier: SiloedNullifier::from_field(Fr::from(10u8)),
            next_nullifier: SiloedNullifier::from_field(Fr::from(20u8)),
            next_index: 4,
        },
        sibling_path: SiblingPath([Fr::ONE; NULLIFIER_TREE_HEIGHT]),
    };
    fixture
        .mock
        .answer("node_getNullifierMembershipWitness", &witness);
    fixture
        .mock
        .answer("node_getLowNullifierMembershipWitness", &witness);
    let false_root = work(&fixture, Fr::ZERO, Fr::ONE);
    let work = work(&fixture, Fr::ZERO, witness.root());
    let at = work.anchor().hash;
    let is_there =
        |leaf: u8| pollster::block_on(witnesses::nullifier(&work, at, leaf.into())).is_ok();
    assert_eq!([9, 10, 15, 20].map(is_there), [false, true, false, false]);
    // Its own leaf says that it is there.
    let is_told =
        |leaf: u8| pollster::block_on(witnesses::low_nullifier(&work, at, leaf.into())).is_ok();
    let expected = [false, true, true, false, false];
    assert_eq!([9, 10, 15, 20, 25].map(is_told), expected);

    let at = false_root.anchor().hash;
    let forged = witnesses::nullifier(&false_root, at, Fr::from(10u8));
    assert!(pollster::block_on(forged).is_err());
    let forged = witnesses::low_nullifier(&false_root, at, Fr::from(15u8));
    assert!(pollster::block_on(forged).is_err());
}

#[test]
fn an_unknown_method_is_an_error_of_the_node() {
    let mock = MockTransport::new();
    let node = pixie_node::RpcNode::new(mock.client(ManualClock::new()));
    let mut state = crate::state::PxeTables::default();
    let result = pollster::block_on(crate::sync::blocks::synchronize(&node, &mut state));
    assert!(matches!(result, Err(SyncError::Node(_))));
    assert!(state.chain.is_empty());
}
