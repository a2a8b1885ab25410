use pixie_primitives::block::{BlockHash, BlockNumber, InBlock};
use pixie_primitives::note::{NoteHash, NoteNonce, Nullifier, silo_nullifier};
use pixie_primitives::tx::TxHash;

use super::*;
use crate::state::StoredNote;

/// A note of the state with one field.
fn store_note(work: &Work, value: u8, scope: AztecAddress) {
    let contract = AztecAddress::from(CONTRACT);
    let note = StoredNote {
        contract,
        owner: scope,
        storage_slot: StorageSlot::from_field(Fr::from(3u8)),
        randomness: Fr::ONE,
        nonce: NoteNonce::from_field(Fr::from(value)),
        items: vec![Fr::from(value)],
        note_hash: NoteHash::from_field(Fr::from(value)),
        siloed_nullifier: silo_nullifier(contract, Nullifier::from_field(Fr::from(value))),
        tx_hash: TxHash::default(),
        block: InBlock {
            l2_block_number: BlockNumber(1),
            l2_block_hash: BlockHash::default(),
        },
        tx_index: 0,
        note_index: value.into(),
        scopes: [scope].into(),
        nullified: None,
    };
    work.state_mut().add_note(note, scope);
}

/// A question for notes at slot 3, greatest first.
fn note_question(owner: AztecAddress, limit: u64) -> Vec<ForeignValue> {
    let first = |value: u64| numbers(&[value]);
    vec![
        one(Fr::ONE),
        one(owner),
        one(Fr::from(3u8)),
        one(Fr::ZERO),
        first(0),
        first(0),
        first(0),
        first(0),
        first(0),
        first(0),
        first(0),
        first(32),
        first(1),
        one(Fr::from(limit)),
        one(Fr::ZERO),
        one(Fr::ONE),
        one(Fr::from(4u8)),
        one(Fr::from(7u8)),
    ]
}

/// The values and stages of the notes in an answer.
fn notes_in(answer: &[ForeignValue]) -> Vec<(u64, u64)> {
    assert_eq!(answer[0].fields().len(), 4 * 7);
    let count = answer[1].fields()[0].to_u64().unwrap() as usize;
    let notes = answer[0].fields().chunks(7).take(count);
    notes
        .map(|note| (note[0].to_u64().unwrap(), note[5].to_u64().unwrap()))
        .collect()
}

#[test]
fn notes_are_handed_out_in_scope_without_those_spent_and_with_pending_ones() {
    let (work, _) = work();
    let (alice, bob) = (account(&work, 1), account(&work, 2));
    for value in [20, 40] {
        store_note(&work, value, alice);
    }
    let scopes = AccessScopes::Only(vec![alice]);
    let request = request();
    let transaction = Transaction::new(&work, &request);
    let mut context = private(&work, &transaction, &scopes);
    let notes = OracleName::GetNotes;
    let answer = ask(&mut context, notes, note_question(alice, 0));
    assert_eq!(notes_in(&answer), [(40, 3), (20, 3)]);

    let created = vec![
        one(alice),
        one(Fr::from(3u8)),
        one(Fr::ONE),
        one(Fr::ZERO),
        many(&[Fr::from(30u8)]),
        one(Fr::from(77u8)),
        one(Fr::from(5u8)),
    ];
    ask(&mut context, OracleName::NotifyCreatedNote, created);
    let spent = vec![one(Fr::from(40u8)), one(Fr::ZERO), one(Fr::from(6u8))];
    ask(&mut context, OracleName::NotifyNullifiedNote, spent);
    let answer = ask(&mut context, notes, note_question(alice, 0));
    assert_eq!(notes_in(&answer), [(30, 1), (20, 3)]);
    let answer = ask(&mut context, notes, note_question(alice, 1));
    assert_eq!(notes_in(&answer), [(30, 1)]);

    // In the next phase the pending note has a nonce.
    let revertible = OracleName::NotifySetMinRevertibleSideEffectCounter;
    ask(&mut context, revertible, vec![one(Fr::from(7u8))]);
    let answer = ask(&mut context, notes, note_question(alice, 0));
    assert_eq!(notes_in(&answer), [(30, 2), (20, 3)]);
    let is_revertible = OracleName::IsSideEffectCounterRevertible;
    for (counter, expected) in [(6u8, Fr::ZERO), (7, Fr::ONE)] {
        let answer = ask(&mut context, is_revertible, vec![one(Fr::from(counter))]);
        assert_eq!(answer, [one(expected)]);
    }

    // Another account's notes are not handed out, nor are those of another contract.
    let others = AccessScopes::Only(vec![bob]);
    let answer = ask(&mut utility(&work, &others), notes, note_question(alice, 0));
    assert_eq!(notes_in(&answer), []);
    let mut foreign = OracleContext {
        contract: AztecAddress::from(OTHER_CONTRACT),
        ..utility(&work, &scopes)
    };
    assert_eq!(
        notes_in(&ask(&mut foreign, notes, note_question(alice, 0))),
        []
    );

    // The contract must have room for them as they are.
    let mut question = note_question(alice, 0);
    question[17] = one(Fr::from(8u8));
    let error = refusal(&mut utility(&work, &scopes), notes, question);
    assert!(matches!(
        error,
        OracleError::NoteShape {
            length: 7,
            max_length: 8,
            ..
        }
    ));
}

#[test]
fn a_nullifier_exists_once_emitted_or_when_the_node_has_it() {
    let (work, mock) = work();
    let request = request();
    let transaction = Transaction::new(&work, &request);
    let mut context = private(&work, &transaction, &NO_SCOPES);
    mock.answer("node_findLeavesIndexes", &serde_json::json!([null]));
    let exists = OracleName::CheckNullifierExists;
    let nullifier = || vec![one(Fr::from(8u8))];
    assert_eq!(ask(&mut context, exists, nullifier()), [one(Fr::ZERO)]);
    ask(
        &mut context,
        OracleName::NotifyCreatedNullifier,
        nullifier(),
    );
    let asked = mock.calls().len();
    assert_eq!(ask(&mut context, exists, nullifier()), [one(Fr::ONE)]);
    assert_eq!(mock.calls().len(), asked, "no need to ask the node");
    let pending = OracleName::IsNullifierPending;
    for (contract, expected) in [(CONTRACT, Fr::ONE), (OTHER_CONTRACT, Fr::ZERO)] {
        let inputs = vec![one(Fr::from(8u8)), one(AztecAddress::from(contract))];
        assert_eq!(ask(&mut context, pending, inputs), [one(expected)]);
    }
    let error = refusal(
        &mut context,
        OracleName::NotifyCreatedNullifier,
        nullifier(),
    );
    assert!(matches!(error, OracleError::NoteCache(_)));
}
