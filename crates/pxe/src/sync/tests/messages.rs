use pixie_primitives::block::BlockNumber;
use pixie_primitives::contract::ContractInstanceWithAddress;
use pixie_primitives::delayed::{DelayedClassId, ScheduledClassChange};
use pixie_primitives::effect::TxEffect;
use pixie_primitives::hash::{StorageSlot, derive_storage_slot_in_map};
use pixie_primitives::note::{
    NoteHash, NoteNonce, Nullifier, SiloedNullifier, UniqueNoteHash, compute_unique_note_hash,
    silo_note_hash, silo_nullifier,
};
use pixie_primitives::{ContractClassId, Fr, ToFields as _};

use super::chain::{Fixture, app};
use crate::state::tests::{address, only, slot, tx};
use crate::state::{EventQuery, NoteFilter, NoteStatus, StateError};
use crate::sync::SyncError;
use crate::sync::classes::{current_class, verify_class};
use crate::sync::messages::validate_and_store;
use crate::sync::notes::{notes_of, sync_nullifiers};
use crate::work::Work;

const NOTE_HASH: u32 = 11;
const NULLIFIER: u32 = 12;
const COMMITMENT: u32 = 13;
const NONCE: u32 = 14;

fn unique(contract: u32) -> UniqueNoteHash {
    let siloed = silo_note_hash(address(contract), NoteHash::from_field(NOTE_HASH.into()));
    compute_unique_note_hash(NoteNonce::from_field(NONCE.into()), siloed)
}

fn siloed(contract: u32, nullifier: u32) -> SiloedNullifier {
    silo_nullifier(address(contract), Nullifier::from_field(nullifier.into()))
}

/// A note as a contract announces it.
fn note_request(contract: u32) -> Vec<Fr> {
    let mut fields: Vec<Fr> = [contract, 2, 3, 4, NONCE].map(Fr::from).to_vec();
    fields.extend([7, 8, 0, 0, 0, 0, 0, 0].map(|item: u32| Fr::from(item)));
    fields.extend([2, NOTE_HASH, NULLIFIER].map(Fr::from));
    fields.extend([tx(1).to_field(), address(70).to_field()]);
    fields
}

/// An event as a contract announces it.
fn event_request() -> Vec<Fr> {
    let mut fields: Vec<Fr> = [1u32, 5, 6].map(Fr::from).to_vec();
    fields.extend([9u32, 0, 0, 0, 0, 0, 0, 0, 0, 0].map(Fr::from));
    fields.extend([1, COMMITMENT].map(Fr::from));
    fields.extend([tx(1).to_field(), address(70).to_field()]);
    fields
}

/// A chain of five blocks whose third has the note and the event.
fn fixture() -> Fixture {
    let fixture = Fixture::new(5);
    let effect = TxEffect {
        note_hashes: vec![Fr::ONE, unique(1).to_field()],
        nullifiers: vec![Fr::ONE, Fr::ONE, siloed(1, COMMITMENT).to_field()],
        ..TxEffect::default()
    };
    fixture.chain().include(tx(1), 3, effect);
    fixture
}

fn store(work: &Work, notes: Vec<Vec<Fr>>, events: Vec<Vec<Fr>>) -> Result<(), SyncError> {
    {
        let mut state = work.state_mut();
        state.append_to_capsule_array(app(), slot(100), notes)?;
        state.append_to_capsule_array(app(), slot(200), events)?;
    }
    pollster::block_on(validate_and_store(work, app(), slot(100), slot(200)))
}

fn is_empty(work: &Work) -> bool {
    let state = work.state();
    state.notes.is_empty() && state.events.is_empty()
}

#[test]
fn notes_and_events_are_kept_for_who_found_them() {
    let fixture = fixture();
    let work = fixture.work();
    store(&work, vec![note_request(1)], vec![event_request()]).unwrap();
    {
        let state = work.state();
        let scopes = only(&[70]);
        let notes = state.notes(&NoteFilter::of(app(), &scopes));
        let [note] = notes[..] else {
            panic!("one note")
        };
        assert_eq!(note.items, [7, 8].map(|item: u32| Fr::from(item)));
        assert_eq!((note.block.l2_block_number.0, note.note_index), (3, 1));
        assert_eq!(note.siloed_nullifier, siloed(1, NULLIFIER));
        assert!(note.is_active());
        assert!(state.notes(&NoteFilter::of(app(), &only(&[71]))).is_empty());
        let query = EventQuery {
            contract: app(),
            selector: pixie_primitives::EventSelector::from_field(Fr::from(5u8)).unwrap(),
            from_block: None,
            to_block: None,
            scopes: vec![address(70)],
            tx_hash: None,
        };
        let filter = query.resolve(BlockNumber(5)).unwrap();
        let events = state.events(&filter);
        let [event] = events[..] else {
            panic!("one event")
        };
        assert_eq!((event.event_index, event.content.len()), (2, 1));
        for array in [100, 200] {
            assert!(
                state
                    .read_capsule_array(app(), slot(array))
                    .unwrap()
                    .is_empty()
            );
        }
    }
    let scopes = only(&[70]);
    let found = |status| notes_of(&work, app(), Some(address(2)), slot(3), status, &scopes).len();
    assert_eq!(found(NoteStatus::Active), 1);
    // One question for the transaction, though two messages came with it.
    assert_eq!(fixture.calls("node_getTxEffect"), 1);
    assert_eq!(fixture.mock.batches(), [2]);

    // The note is spent later.
    fixture
        .chain()
        .nullifiers
        .insert(siloed(1, NULLIFIER).to_field(), 5);
    pollster::block_on(sync_nullifiers(&work, app(), &only(&[71]))).unwrap();
    assert_eq!(found(NoteStatus::Active), 1, "not that account's note");
    pollster::block_on(sync_nullifiers(&work, app(), &scopes)).unwrap();
    assert_eq!(found(NoteStatus::Active), 0);
    assert_eq!(found(NoteStatus::ActiveOrNullified), 1);
    let calls = fixture.calls("node_findLeavesIndexes");
    pollster::block_on(sync_nullifiers(&work, app(), &scopes)).unwrap();
    assert_eq!(
        fixture.calls("node_findLeavesIndexes"),
        calls,
        "nothing left to ask"
    );
    fixture.commit(work);
}

#[test]
fn a_note_may_be_spent_when_it_is_found() {
    let fixture = fixture();
    fixture
        .chain()
        .nullifiers
        .insert(siloed(1, NULLIFIER).to_field(), 4);
    let work = fixture.work();
    store(&work, vec![note_request(1)], vec![]).unwrap();
    let state = work.state();
    let note = state.note(app(), siloed(1, NULLIFIER)).unwrap();
    assert_eq!(note.nullified.unwrap().l2_block_number, BlockNumber(4));
    assert_eq!(
        note.nullified.unwrap().l2_block_hash,
        fixture.chain().block(4).hash
    );
}

#[test]
fn what_does_not_exist_is_not_kept() {
    let fixture = fixture();
    let work = fixture.work();
    let mut forged_note = note_request(1);
    forged_note[4] = Fr::ONE;
    let result = store(
        &work,
        vec![note_request(1), forged_note],
        vec![event_request()],
    );
    assert!(matches!(result, Err(SyncError::NoteNotInTx { .. })));
    assert!(is_empty(&work), "one lie spoils all");

    let work = fixture.work();
    let mut forged_event = event_request();
    forged_event[14] = Fr::ONE;
    let result = store(&work, vec![note_request(1)], vec![forged_event]);
    assert!(matches!(result, Err(SyncError::EventNotInTx { .. })));
    assert!(is_empty(&work));

    // Another contract's note cannot be claimed, nor can one be kept for an unknown contract.
    let work = fixture.work();
    let result = store(&work, vec![note_request(2)], vec![]);
    assert!(matches!(result, Err(SyncError::NoteNotInTx { .. })));
    let effect = TxEffect {
        note_hashes: vec![unique(2).to_field()],
        ..TxEffect::default()
    };
    fixture.chain().include(tx(1), 3, effect);
    let work = fixture.work();
    let result = store(&work, vec![note_request(2)], vec![]);
    assert!(matches!(
        result,
        Err(SyncError::State(StateError::UnknownContract(_)))
    ));
    assert!(is_empty(&work));
}

#[test]
fn malformed_requests_are_refused() {
    let fixture = fixture();
    let mut long = note_request(1);
    long.push(Fr::ONE);
    let mut overfull = note_request(1);
    overfull[13] = Fr::from(9u8);
    let mut endless = note_request(1);
    endless[13] = -Fr::ONE;
    for request in [vec![], vec![Fr::ONE], long, overfull, endless] {
        let result = store(&fixture.work(), vec![request], vec![]);
        assert!(matches!(result, Err(SyncError::MalformedRequest { .. })));
    }
    let mut overfull = event_request();
    overfull[13] = Fr::from(11u8);
    let mut no_selector = event_request();
    no_selector[1] = -Fr::ONE;
    for request in [vec![Fr::ONE], overfull, no_selector] {
        let result = store(&fixture.work(), vec![], vec![request]);
        assert!(matches!(result, Err(SyncError::MalformedRequest { .. })));
    }
}

#[test]
fn a_node_cannot_pass_off_transactions() {
    let fixture = fixture();
    let result = |fixture: &Fixture| store(&fixture.work(), vec![note_request(1)], vec![]);
    let effect = fixture.chain().effects[&tx(1)].clone();

    fixture.chain().effects.clear();
    assert!(matches!(result(&fixture), Err(SyncError::MissingTx(hash)) if hash == tx(1)));

    let mut other = effect.clone();
    other.data.tx_hash = tx(2);
    fixture.chain().effects.insert(tx(1), other);
    assert!(matches!(result(&fixture), Err(SyncError::WrongTx { .. })));

    let mut late = effect.clone();
    late.l2_block_number = BlockNumber(6);
    fixture.chain().effects.insert(tx(1), late);
    assert!(matches!(
        result(&fixture),
        Err(SyncError::TxNotInChain { .. })
    ));

    // At the height of the anchor block, in another block.
    let mut forked = effect.clone();
    forked.l2_block_number = BlockNumber(5);
    fixture.chain().effects.insert(tx(1), forked);
    assert!(matches!(
        result(&fixture),
        Err(SyncError::TxNotInChain { .. })
    ));

    fixture.chain().effects.insert(tx(1), effect);
    result(&fixture).unwrap();
}

#[test]
fn a_node_cannot_place_nullifiers_anywhere() {
    let fixture = fixture();
    let work = fixture.work();
    store(&work, vec![note_request(1)], vec![]).unwrap();
    fixture.chain().mine(0);
    // Block 6 lies beyond the anchor of this operation, block 0 before all.
    for number in [6, 0] {
        let nullifier = siloed(1, NULLIFIER).to_field();
        fixture.chain().nullifiers.insert(nullifier, number);
        let result = pollster::block_on(sync_nullifiers(&work, app(), &only(&[70])));
        assert!(matches!(result, Err(SyncError::NullifierNotInChain { .. })));
    }
    let state = work.state();
    assert!(state.note(app(), siloed(1, NULLIFIER)).unwrap().is_active());
}

#[test]
fn a_failing_node_leaves_the_requests_in_place() {
    let fixture = fixture();
    for method in ["node_getTxEffect", "node_findLeavesIndexes"] {
        fixture.chain().broken.insert(method);
        let work = fixture.work();
        let result = store(&work, vec![note_request(1)], vec![event_request()]);
        assert!(matches!(result, Err(SyncError::Node(_))));
        assert!(is_empty(&work));
        fixture.chain().broken.clear();
        let again = validate_and_store(&work, app(), slot(100), slot(200));
        pollster::block_on(again).unwrap();
        assert!(!is_empty(&work));
    }
}

fn update(fixture: &Fixture, class: u32, at: u32) {
    let change = DelayedClassId {
        class: ScheduledClassChange {
            previous: ContractClassId::ZERO,
            post: ContractClassId::from_field(class.into()),
            timestamp_of_change: at,
        },
        ..DelayedClassId::default()
    };
    let base = derive_storage_slot_in_map(StorageSlot::from_field(Fr::ONE), app()).to_field();
    for (index, value) in (0u64..).zip(change.to_fields()) {
        let slot = base + Fr::from(index);
        fixture.chain().storage.insert(slot, value);
    }
}

#[test]
fn the_class_of_a_contract_is_that_on_the_chain() {
    let fixture = fixture();
    let work = fixture.work();
    let instance: ContractInstanceWithAddress = work.state().contract_instance(&app()).unwrap();
    let verify = |work: &Work| pollster::block_on(verify_class(work, app()));
    let class = |number: u32| ContractClassId::from_field(number.into());
    verify(&work).unwrap();
    assert_eq!(fixture.mock.batches(), [3]);
    // The anchor block's time is 1,000,500.
    update(&fixture, 51, 1_000_501);
    verify(&work).unwrap();
    update(&fixture, 51, 1_000_500);
    assert!(matches!(
        verify(&work),
        Err(SyncError::OutdatedContract { current, registered, .. })
            if current == class(51) && registered == class(50)
    ));
    let now = current_class(work.node(), work.anchor(), &instance);
    assert_eq!(pollster::block_on(now).unwrap(), class(51));

    let base = derive_storage_slot_in_map(StorageSlot::from_field(Fr::ONE), app()).to_field();
    fixture.chain().storage.insert(base, -Fr::ONE);
    assert!(matches!(
        verify(&work),
        Err(SyncError::MalformedClass { .. })
    ));
    let unknown = pollster::block_on(verify_class(&work, address(2)));
    assert!(matches!(
        unknown,
        Err(SyncError::State(StateError::UnknownContract(_)))
    ));
}
