//! Which note hashes vanish together with their nullifiers (Aztec 4.1.2, stdlib
//! `buildTransientDataHints`).

use std::collections::{BTreeMap, BTreeSet};

use pixie_primitives::kernel::{
    ScopedNoteHash, ScopedNullifier, ScopedPrivateLogData, ScopedReadRequest,
    TransientDataSquashingHint,
};

use super::ResetError;
use super::reads::is_read_of;

/// What is still to be processed and may need a note hash or nullifier that is there already.
#[derive(Debug, Default)]
pub struct StillNeeded {
    /// Claims about note hashes.
    pub note_hash_reads: Vec<ScopedReadRequest>,
    /// Claims about nullifiers.
    pub nullifier_reads: Vec<ScopedReadRequest>,
    /// Counters of the note hashes that logs describe.
    pub logged_note_hashes: BTreeSet<u32>,
}

/// The pairs of a note hash and its nullifier that can vanish: nothing to come needs either, and a
/// revertible nullifier does not take away a note hash that cannot be reverted.
///
/// `nullifier_counters` has the counter of the nullifier for that of the note hash. Side effects from
/// `split_counter` on can be reverted.
///
/// # Errors
/// [`ResetError::NullifierBeforeNoteHash`], [`ResetError::NullifierOfAnother`] if the counters are
/// wrong.
pub fn find_squashable(
    note_hashes: &[ScopedNoteHash],
    nullifiers: &[ScopedNullifier],
    needed: &StillNeeded,
    nullifier_counters: &BTreeMap<u32, u32>,
    split_counter: u32,
) -> Result<Vec<TransientDataSquashingHint>, ResetError> {
    let by_counter: BTreeMap<u32, (u32, &ScopedNullifier)> = (0..)
        .zip(nullifiers)
        .map(|(index, nullifier)| (nullifier.counter(), (index, nullifier)))
        .collect();
    let mut hints = Vec::new();
    for (note_hash_index, note_hash) in (0..).zip(note_hashes) {
        let nullifier = nullifier_counters.get(&note_hash.counter());
        let Some((nullifier_index, nullifier)) =
            nullifier.and_then(|counter| by_counter.get(counter))
        else {
            continue;
        };
        let is_needed = needed.logged_note_hashes.contains(&note_hash.counter())
            || needed
                .note_hash_reads
                .iter()
                .any(|read| is_read_of(read, note_hash))
            || needed
                .nullifier_reads
                .iter()
                .any(|read| is_read_of(read, nullifier));
        let survives_a_revert =
            note_hash.counter() < split_counter && nullifier.counter() >= split_counter;
        if survives_a_revert {
            continue;
        }
        if nullifier.counter() < note_hash.counter() {
            return Err(ResetError::NullifierBeforeNoteHash {
                note_hash: note_hash.counter(),
                nullifier: nullifier.counter(),
            });
        }
        if nullifier.contract_address != note_hash.contract_address {
            return Err(ResetError::NullifierOfAnother {
                note_hash: note_hash.contract_address,
                nullifier: nullifier.contract_address,
            });
        }
        // A nullifier of a siloed note hash does not squash: both are emitted.
        if is_needed || nullifier.inner.inner.note_hash != note_hash.inner.inner.value {
            continue;
        }
        hints.push(TransientDataSquashingHint {
            note_hash_index,
            nullifier_index: *nullifier_index,
        });
    }
    Ok(hints)
}

/// How many logs vanish with the note hashes that they describe.
#[must_use]
pub fn count_squashed_logs(
    note_hashes: &[ScopedNoteHash],
    logs: &[ScopedPrivateLogData],
    hints: &[TransientDataSquashingHint],
) -> usize {
    let squashed: BTreeSet<u32> = hints
        .iter()
        .filter_map(|hint| note_hashes.get(hint.note_hash_index as usize))
        .map(ScopedNoteHash::counter)
        .collect();
    let is_squashed =
        |log: &&ScopedPrivateLogData| squashed.contains(&log.inner.inner.note_hash_counter);
    logs.iter().filter(is_squashed).count()
}
