//! Takes over what contracts have found in messages (Aztec 4.1.2, pxe
//! `utilityValidateAndStoreEnqueuedNotesAndEvents`).

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{try_join, try_join_all};
use pixie_primitives::effect::IndexedTxEffect;
use pixie_primitives::hash::StorageSlot;
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, DecodeError, Fr};

use super::events::EventRequest;
use super::notes::NoteRequest;
use super::{SyncError, verify};
use crate::work::Work;

/// Verifies and keeps the notes and events that a contract has put into two arrays of capsules, and
/// empties the arrays. If one of them is not as the contract says, nothing is kept.
///
/// # Errors
/// [`SyncError::MalformedRequest`], [`SyncError::MissingTx`], [`SyncError::WrongTx`],
/// [`SyncError::TxNotInChain`], [`SyncError::NoteNotInTx`], [`SyncError::EventNotInTx`],
/// [`SyncError::NullifierNotInChain`], [`SyncError::Node`], [`SyncError::State`].
pub async fn validate_and_store(
    work: &Work,
    contract: AztecAddress,
    notes: StorageSlot,
    events: StorageSlot,
) -> Result<(), SyncError> {
    let note_requests = requests(work, contract, notes, NoteRequest::from_fields)?;
    let event_requests = requests(work, contract, events, EventRequest::from_fields)?;

    let note_txs = note_requests.iter().map(|request| request.tx_hash);
    let txs: BTreeSet<TxHash> = note_txs
        .chain(event_requests.iter().map(|request| request.tx_hash))
        .collect();
    let (effects, nullified) = try_join(
        effects(work, txs),
        try_join_all(note_requests.iter().map(|request| request.nullified(work))),
    )
    .await?;
    let effect_of = |tx| effects.get(&tx).ok_or(SyncError::MissingTx(tx));

    let valid_notes = note_requests
        .into_iter()
        .zip(nullified)
        .map(|(request, nullified)| {
            let effect = effect_of(request.tx_hash)?;
            request.validate(effect, nullified)
        })
        .collect::<Result<Vec<_>, SyncError>>()?;
    let valid_events = event_requests
        .into_iter()
        .map(|request| {
            let effect = effect_of(request.tx_hash)?;
            request.validate(effect)
        })
        .collect::<Result<Vec<_>, SyncError>>()?;
    for note in valid_notes {
        note.store(work)?;
    }
    for event in valid_events {
        event.store(work)?;
    }
    let mut state = work.state_mut();
    state.set_capsule_array(contract, notes, Vec::new())?;
    state.set_capsule_array(contract, events, Vec::new())?;
    Ok(())
}

/// Reads the requests in an array of capsules.
fn requests<T>(
    work: &Work,
    contract: AztecAddress,
    base: StorageSlot,
    parse: fn(&[Fr]) -> Result<T, DecodeError>,
) -> Result<Vec<T>, SyncError> {
    let state = work.state();
    let elements = state.read_capsule_array(contract, base)?;
    let parsed = elements.into_iter().map(parse).collect::<Result<_, _>>();
    parsed.map_err(|source| SyncError::MalformedRequest { contract, source })
}

/// What transactions did, each asked for once.
async fn effects(
    work: &Work,
    txs: BTreeSet<TxHash>,
) -> Result<BTreeMap<TxHash, IndexedTxEffect>, SyncError> {
    let reads = txs.into_iter().map(async |tx| {
        let effect = work.node().tx_effect(tx).await?;
        Ok::<_, SyncError>((tx, verify::effect(effect, tx, work.anchor())?))
    });
    Ok(try_join_all(reads).await?.into_iter().collect())
}
