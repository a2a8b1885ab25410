use pixie_primitives::tagging::{ExtendedDirectionalAppTaggingSecret, PreTag};

use super::*;
use crate::state::tagging::{RecipientTags, TAGGING_WINDOW, TagKey};

fn shared(number: u32) -> ExtendedDirectionalAppTaggingSecret {
    ExtendedDirectionalAppTaggingSecret::from_parts(Fr::from(number), address(1))
}

fn tag(secret: u32, index: u32) -> PreTag {
    PreTag {
        extended_secret: shared(secret),
        index,
    }
}

fn pending(state: &PxeTables, secret: u32) -> Vec<u32> {
    let tags = state.sender_tags(&shared(secret));
    let pending = tags.map(|tags| tags.pending.clone()).unwrap_or_default();
    pending.iter().map(|pending| pending.index).collect()
}

fn finalized(state: &PxeTables, secret: u32) -> Option<u32> {
    state
        .sender_tags(&shared(secret))
        .and_then(|tags| tags.finalized)
}

fn last(state: &PxeTables, secret: u32) -> Option<u32> {
    state
        .sender_tags(&shared(secret))
        .and_then(|tags| tags.last_used())
}

#[test]
fn the_highest_pending_index_is_the_last_used() {
    let mut state = PxeTables::default();
    assert_eq!(last(&state, 1), None);
    state
        .add_pending_tags(&[tag(1, 4), tag(2, 0)], tx(1))
        .unwrap();
    state.add_pending_tags(&[tag(1, 2)], tx(2)).unwrap();
    assert_eq!((last(&state, 1), last(&state, 2)), (Some(4), Some(0)));
    // The same once more is no news.
    state.add_pending_tags(&[tag(1, 4)], tx(1)).unwrap();
    assert_eq!(pending(&state, 1), [4, 2]);
    let tags = state.sender_tags(&shared(1)).unwrap();
    assert_eq!(tags.pending_txs(0, 5), [tx(1), tx(2)]);
    assert_eq!(tags.pending_txs(3, 5), [tx(1)]);
    assert!(tags.pending_txs(0, 2).is_empty());
}

#[test]
fn contradictions_are_refused_as_a_whole() {
    let mut state = PxeTables::default();
    state.add_pending_tags(&[tag(1, 4)], tx(1)).unwrap();
    let twice = state.add_pending_tags(&[tag(2, 1), tag(2, 2)], tx(2));
    assert!(matches!(twice, Err(StateError::RepeatedTaggingSecret(_))));
    let other = state.add_pending_tags(&[tag(2, 1), tag(1, 5)], tx(1));
    assert!(matches!(
        other,
        Err(StateError::TagContradiction {
            known: 4,
            index: 5,
            ..
        })
    ));
    assert_eq!(pending(&state, 2), [] as [u32; 0]);
}

#[test]
fn the_window_is_kept() {
    let mut state = PxeTables::default();
    state
        .add_pending_tags(&[tag(1, TAGGING_WINDOW)], tx(1))
        .unwrap();
    let beyond = state.add_pending_tags(&[tag(2, TAGGING_WINDOW + 1)], tx(1));
    assert!(matches!(beyond, Err(StateError::TaggingWindow { .. })));
    state.finalize_pending_tags(&[tx(1)]);
    let last = TAGGING_WINDOW * 2;
    state.add_pending_tags(&[tag(1, last)], tx(2)).unwrap();
    let beyond = state.add_pending_tags(&[tag(1, last + 1)], tx(3));
    assert!(matches!(beyond, Err(StateError::TaggingWindow { .. })));
    let below = state.add_pending_tags(&[tag(1, TAGGING_WINDOW)], tx(3));
    assert!(matches!(below, Err(StateError::TagFinalized { .. })));
}

#[test]
fn finality_forgets_what_is_below() {
    let mut state = PxeTables::default();
    for (index, number) in [(3, 1), (5, 2), (7, 3)] {
        state
            .add_pending_tags(&[tag(1, index), tag(2, index)], tx(number))
            .unwrap();
    }
    state.finalize_pending_tags(&[tx(2), tx(9)]);
    for secret in [1, 2] {
        assert_eq!(finalized(&state, secret), Some(5));
        assert_eq!(pending(&state, secret), [7]);
    }
    // One below the final index is gone, and cannot come back to lower it.
    state.finalize_pending_tags(&[tx(1)]);
    assert_eq!(finalized(&state, 1), Some(5));
    state.finalize_pending_tags(&[tx(3)]);
    assert_eq!((finalized(&state, 1), last(&state, 1)), (Some(7), Some(7)));
}

#[test]
fn dropped_transactions_free_their_indexes() {
    let mut state = PxeTables::default();
    state
        .add_pending_tags(&[tag(1, 3), tag(2, 3)], tx(1))
        .unwrap();
    state.add_pending_tags(&[tag(1, 4)], tx(2)).unwrap();
    state.drop_pending_tags(&[tx(1), tx(9)]);
    assert_eq!(pending(&state, 1), [4]);
    assert_eq!(last(&state, 2), None);
    assert!(!state.sender_tags.contains(&TagKey::from(&shared(2))));
    state.drop_pending_tags(&[tx(2)]);
    assert!(state.sender_tags.is_empty());
}

#[test]
fn what_the_chain_shows_may_be_less_than_was_used() {
    let mut state = PxeTables::default();
    // Index 6 was used by a log that was squashed: the chain shows 5.
    state.add_pending_tags(&[tag(1, 6)], tx(1)).unwrap();
    state.observe_tag(&shared(1), 5, tx(1));
    assert_eq!(pending(&state, 1), [6]);
    state.observe_tag(&shared(1), 7, tx(1));
    state.observe_tag(&shared(1), 2, tx(2));
    assert_eq!(pending(&state, 1), [7, 2]);
}

#[test]
fn recipient_indexes_only_grow() {
    let mut state = PxeTables::default();
    let tags = |aged, finalized| RecipientTags { aged, finalized };
    assert_eq!(state.recipient_tags(&shared(1)), tags(None, None));
    state
        .raise_recipient_tags(&shared(1), tags(None, None))
        .unwrap();
    assert!(state.recipient_tags.is_empty());
    state
        .raise_recipient_tags(&shared(1), tags(None, Some(3)))
        .unwrap();
    state
        .raise_recipient_tags(&shared(1), tags(Some(2), None))
        .unwrap();
    state
        .raise_recipient_tags(&shared(1), tags(Some(2), Some(3)))
        .unwrap();
    assert_eq!(state.recipient_tags(&shared(1)), tags(Some(2), Some(3)));
    for lower in [tags(Some(1), Some(4)), tags(Some(3), Some(2))] {
        let result = state.raise_recipient_tags(&shared(1), lower);
        assert!(matches!(result, Err(StateError::TagLowered { .. })));
        assert_eq!(state.recipient_tags(&shared(1)), tags(Some(2), Some(3)));
    }
}

#[test]
fn rows_do_not_reveal_the_secret() {
    let secret = shared(123_456);
    let text = format!("{:?}", TagKey::from(&secret));
    assert!(!text.contains(&secret.expose().to_string()));
    assert_ne!(TagKey::from(&secret), TagKey::from(&shared(123_457)));
    let elsewhere = ExtendedDirectionalAppTaggingSecret::from_parts(secret.expose(), address(2));
    assert_ne!(TagKey::from(&secret), TagKey::from(&elsewhere));
}
