use std::time::{Duration, Instant};

use super::*;
use crate::state::{NoteFilter, NoteStatus};

fn with(notes: impl IntoIterator<Item = StoredNote>, scope: u32) -> PxeTables {
    let mut state = PxeTables::default();
    for note in notes {
        state.add_note(note, address(scope));
    }
    state
}

fn all(scopes: &AccessScopes) -> NoteFilter<'_> {
    NoteFilter::of(address(1), scopes)
}

#[test]
fn notes_come_in_the_order_of_the_chain() {
    let place = |number, at, tx_index, note_index| StoredNote {
        tx_index,
        note_index,
        ..note(number, at)
    };
    let state = with(
        [
            place(1, 9, 0, 0),
            place(2, 3, 1, 0),
            place(3, 3, 0, 1),
            place(4, 3, 0, 0),
            place(5, 2, 7, 7),
        ],
        7,
    );
    let scopes = AccessScopes::All;
    let every = NoteFilter {
        storage_slot: Some(slot(3)),
        ..all(&scopes)
    };
    let own = NoteFilter {
        owner: Some(address(2)),
        ..every.clone()
    };
    for filter in [all(&scopes), every, own] {
        assert_eq!(numbers(&state.notes(&filter)), [5, 4, 3, 2, 1]);
        let filter = NoteFilter {
            status: NoteStatus::ActiveOrNullified,
            ..filter
        };
        assert_eq!(numbers(&state.notes(&filter)), [5, 4, 3, 2, 1]);
    }
}

#[test]
fn filters_narrow_down() {
    let other_slot = StoredNote {
        storage_slot: slot(4),
        ..note(2, 1)
    };
    let other_owner = StoredNote {
        owner: address(20),
        ..note(3, 1)
    };
    let other_contract = StoredNote {
        contract: address(10),
        ..note(4, 1)
    };
    let state = with([note(1, 1), other_slot, other_owner, other_contract], 7);
    let scopes = AccessScopes::All;
    let filter = all(&scopes);
    assert_eq!(numbers(&state.notes(&filter)), [1, 2, 3]);
    let in_slot = NoteFilter {
        storage_slot: Some(slot(3)),
        ..filter.clone()
    };
    assert_eq!(numbers(&state.notes(&in_slot)), [1, 3]);
    let of_owner = NoteFilter {
        owner: Some(address(2)),
        ..filter.clone()
    };
    assert_eq!(numbers(&state.notes(&of_owner)), [1, 2]);
    let both = NoteFilter {
        owner: Some(address(20)),
        ..in_slot
    };
    assert_eq!(numbers(&state.notes(&both)), [3]);
    let nowhere = NoteFilter {
        contract: address(11),
        ..filter
    };
    assert!(state.notes(&nowhere).is_empty());
}

#[test]
fn scopes_hold() {
    let mut state = with([note(1, 1), note(2, 2)], 7);
    // The second note is found by another account as well.
    state.add_note(note(2, 2), address(8));
    state.add_note(note(2, 2), address(8));
    let seen = |scopes: &AccessScopes| numbers(&state.notes(&all(scopes)));
    assert_eq!(seen(&AccessScopes::All), [1, 2]);
    assert_eq!(seen(&only(&[7])), [1, 2]);
    assert_eq!(seen(&only(&[8])), [2]);
    assert_eq!(seen(&only(&[8, 7])), [1, 2]);
    assert!(seen(&only(&[9])).is_empty());
    assert!(seen(&AccessScopes::NONE).is_empty());
    assert_eq!(
        state.note(address(1), nullifier(2)).unwrap().scopes.len(),
        2
    );
}

#[test]
fn nullified_notes_are_seen_when_asked_for() {
    let mut state = with([note(1, 1), note(2, 1), note(3, 2)], 7);
    let contract = address(1);
    let spent = [(nullifier(2), block(5))];
    assert_eq!(state.nullify_notes(contract, &spent).unwrap(), 1);
    // Once more, and later: nothing changes.
    let again = [(nullifier(2), block(6))];
    assert_eq!(state.nullify_notes(contract, &again).unwrap(), 0);
    let at = state.note(contract, nullifier(2)).unwrap().nullified;
    assert_eq!(at, Some(block(5)));

    let scopes = AccessScopes::All;
    assert_eq!(numbers(&state.notes(&all(&scopes))), [1, 3]);
    let filter = NoteFilter {
        status: NoteStatus::ActiveOrNullified,
        ..all(&scopes)
    };
    assert_eq!(numbers(&state.notes(&filter)), [1, 2, 3]);
    // Finding a spent note again does not revive it.
    state.add_note(note(2, 1), address(8));
    assert_eq!(numbers(&state.notes(&all(&scopes))), [1, 3]);
}

#[test]
fn nullifying_is_all_or_nothing() {
    let mut state = with([note(1, 1)], 7);
    let unknown = [(nullifier(1), block(2)), (nullifier(9), block(2))];
    assert!(matches!(
        state.nullify_notes(address(1), &unknown),
        Err(StateError::UnknownNote(missing)) if missing == nullifier(9)
    ));
    let genesis = [(nullifier(1), block(2)), (nullifier(1), block(0))];
    assert!(matches!(
        state.nullify_notes(address(1), &genesis),
        Err(StateError::NullifiedAtGenesis(_))
    ));
    // A note of another contract is another note.
    assert!(
        state
            .nullify_notes(address(2), &[(nullifier(1), block(2))])
            .is_err()
    );
    assert!(state.note(address(1), nullifier(1)).unwrap().is_active());
}

#[test]
fn dropped_blocks_take_their_effects_along() {
    let mut state = with([note(1, 1), note(2, 5), note(3, 6), note(4, 6)], 7);
    let contract = address(1);
    let spent = [
        (nullifier(1), block(6)),
        (nullifier(2), block(7)),
        (nullifier(3), block(7)),
    ];
    state.nullify_notes(contract, &spent).unwrap();
    state.add_event(event(1, 6), address(7));
    let key = |number: u32| (block(number).l2_block_number, block(number).l2_block_hash);
    assert_eq!(state.held_blocks(BlockNumber(4)), [5, 6, 7].map(key).into());
    assert_eq!(state.held_blocks(BlockNumber(6)), [key(7)].into());
    assert!(state.held_blocks(BlockNumber(u32::MAX)).is_empty());

    // A block of the same number and another hash is another block.
    let foreign = (BlockNumber(6), block(99).l2_block_hash);
    state.discard_blocks(&[foreign].into());
    assert_eq!((state.notes.len(), state.events.len()), (4, 1));

    state.discard_blocks(&[key(6)].into());
    assert!(state.events.is_empty());
    let left = |number| {
        state
            .note(contract, nullifier(number))
            .map(StoredNote::is_active)
    };
    assert_eq!(
        left(1),
        Some(true),
        "its nullifier was in the dropped block"
    );
    assert_eq!(
        left(2),
        Some(false),
        "its nullifier was in a block that stays"
    );
    assert_eq!((left(3), left(4)), (None, None));
    assert_eq!(
        state.held_blocks(BlockNumber::ZERO),
        [1, 5, 7].map(key).into()
    );
}

/// Looking for a few notes among many must not look at all.
#[test]
fn many_notes_cost_nothing() {
    const NOTES: u32 = 10_000;
    let mut state = PxeTables::default();
    for number in 0..NOTES {
        let note = StoredNote {
            storage_slot: slot(number % 2_000),
            ..note(number, number / 100)
        };
        state.add_note(note, address(7));
    }
    let scopes = only(&[7]);
    let filter = NoteFilter {
        owner: Some(address(2)),
        storage_slot: Some(slot(33)),
        ..all(&scopes)
    };
    let start = Instant::now();
    let mut found = 0;
    for _ in 0..2_000 {
        found += state.notes(&filter).len();
    }
    let took = start.elapsed();
    assert_eq!(found, 2_000 * 5);
    // A scan of all notes for each query would take some 20 million steps.
    assert!(took < Duration::from_secs(2), "{took:?}");

    let newest = state.held_blocks(BlockNumber(98));
    assert_eq!(newest.len(), 1);
    state.discard_blocks(&newest);
    assert_eq!(state.notes.len(), NOTES as usize - 100);
}
