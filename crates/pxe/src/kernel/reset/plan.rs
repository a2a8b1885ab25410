//! When a reset is needed, and what it processes (Aztec 4.1.2, pxe
//! `PrivateKernelResetPrivateInputsBuilder`).

use std::collections::BTreeMap;

use pixie_primitives::constants::{
    MAX_KEY_VALIDATION_REQUESTS_PER_TX, MAX_NOTE_HASH_READ_REQUESTS_PER_TX, MAX_NOTE_HASHES_PER_TX,
    MAX_NULLIFIER_READ_REQUESTS_PER_TX, MAX_NULLIFIERS_PER_TX, MAX_PRIVATE_LOGS_PER_TX,
};
use pixie_primitives::kernel::{
    PrivateCircuitPublicInputs, PrivateKernelCircuitPublicInputs, PrivateKernelResetDimensions,
    Scoped, TransientDataSquashingHint,
};

use super::dimensions::{ResetTime, find_dimensions};
use super::reads::{PlannedRead, limit_reads, plan_reads};
use super::squash::{StillNeeded, count_squashed_logs, find_squashable};
use super::{Limited, ResetError};

/// What a reset is to process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetPlan {
    /// The kernel that does it.
    pub dimensions: PrivateKernelResetDimensions,
    /// Claims about note hashes.
    pub note_hash_reads: Vec<PlannedRead>,
    /// Claims about nullifiers.
    pub nullifier_reads: Vec<PlannedRead>,
    /// Pairs that vanish.
    pub squashed: Vec<TransientDataSquashingHint>,
}

/// What is known when a reset may be needed.
#[derive(Debug, Clone, Copy)]
pub struct ResetPlanner<'a> {
    /// What the kernel has gathered.
    pub previous: &'a PrivateKernelCircuitPublicInputs,
    /// The counters of nullifiers by those of the note hashes that they nullify.
    pub nullifier_counters: &'a BTreeMap<u32, u32>,
    /// Side effects from this counter on can be reverted; zero if there is no public part.
    pub split_counter: u32,
}

/// A plan in the making.
#[derive(Debug, Default)]
struct Draft {
    requested: PrivateKernelResetDimensions,
    note_hash_reads: Vec<PlannedRead>,
    nullifier_reads: Vec<PlannedRead>,
    squashed: Vec<TransientDataSquashingHint>,
}

impl Draft {
    fn finish(self, time: ResetTime) -> Result<ResetPlan, ResetError> {
        let requested = self.requested;
        let dimensions =
            find_dimensions(requested, time).ok_or(ResetError::NoSuchKernel(requested))?;
        let mut plan = ResetPlan {
            dimensions,
            note_hash_reads: self.note_hash_reads,
            nullifier_reads: self.nullifier_reads,
            squashed: self.squashed,
        };
        limit_reads(
            &mut plan.note_hash_reads,
            dimensions.note_hash_pending_read,
            dimensions.note_hash_settled_read,
        );
        limit_reads(
            &mut plan.nullifier_reads,
            dimensions.nullifier_pending_read,
            dimensions.nullifier_settled_read,
        );
        Ok(plan)
    }
}

/// How much of a kind there is and will be with the next call.
#[derive(Clone, Copy)]
struct Load {
    now: usize,
    next: usize,
    limit: usize,
}

impl Load {
    const fn new(now: usize, next: usize, limit: usize) -> Self {
        Self { now, next, limit }
    }

    /// By how much the next call would exceed the limit.
    const fn excess(self) -> usize {
        (self.now + self.next).saturating_sub(self.limit)
    }
}

/// Numbers of pending and settled reads.
fn count(reads: &[PlannedRead]) -> [u32; 2] {
    let pending = reads.iter().filter(|read| read.is_pending()).count() as u32;
    [pending, reads.len() as u32 - pending]
}

/// Between calls one dimension is reset at a time: the one with more reads.
fn keep_the_more(reads: Vec<PlannedRead>) -> Vec<PlannedRead> {
    let [pending, settled] = count(&reads);
    let keep_pending = pending > settled;
    reads
        .into_iter()
        .filter(|read| read.is_pending() == keep_pending)
        .collect()
}

impl ResetPlanner<'_> {
    /// The reset that is needed before the next call, if any. `to_come` holds the calls that are still
    /// to be processed, in order, each before those that it made. One kind is processed at a time,
    /// when the next call would exceed its limit; ask again after the reset.
    ///
    /// # Errors
    /// [`ResetError::LimitExceeded`] if not enough can be processed to make room.
    pub fn before_next_call<'c>(
        &self,
        mut to_come: impl Iterator<Item = &'c PrivateCircuitPublicInputs>,
    ) -> Result<Option<ResetPlan>, ResetError> {
        let Some(next) = to_come.next() else {
            return Ok(None);
        };
        let draft = match self.make_room_for_reads(next)? {
            Some(draft) => Some(draft),
            None => self.make_room_for_side_effects(next, to_come)?,
        };
        draft
            .map(|draft| draft.finish(ResetTime::Inner))
            .transpose()
    }

    fn make_room_for_reads(
        &self,
        next: &PrivateCircuitPublicInputs,
    ) -> Result<Option<Draft>, ResetError> {
        let requests = &self.previous.validation_requests;
        let note_hash_reads = Load::new(
            requests.note_hash_read_requests.len(),
            next.note_hash_read_requests.len(),
            MAX_NOTE_HASH_READ_REQUESTS_PER_TX,
        );
        if note_hash_reads.excess() > 0 {
            let (draft, total) = self.note_hash_reads();
            return if total < note_hash_reads.excess() {
                Err(ResetError::LimitExceeded(Limited::NoteHashReads))
            } else {
                Ok(Some(draft))
            };
        }
        let nullifier_reads = Load::new(
            requests.nullifier_read_requests.len(),
            next.nullifier_read_requests.len(),
            MAX_NULLIFIER_READ_REQUESTS_PER_TX,
        );
        if nullifier_reads.excess() > 0 {
            let (draft, total) = self.nullifier_reads();
            return if total < nullifier_reads.excess() {
                Err(ResetError::LimitExceeded(Limited::NullifierReads))
            } else {
                Ok(Some(draft))
            };
        }
        let keys = Load::new(
            requests.scoped_key_validation_requests_and_separators.len(),
            next.key_validation_requests_and_separators.len(),
            MAX_KEY_VALIDATION_REQUESTS_PER_TX,
        );
        Ok((keys.excess() > 0).then(|| {
            let mut draft = Draft::default();
            draft.requested.key_validation = keys.now as u32;
            draft
        }))
    }

    /// Reads of note hashes of the kind of which there are more, and how many could be verified in
    /// all.
    fn note_hash_reads(&self) -> (Draft, usize) {
        let requests = &self.previous.validation_requests.note_hash_read_requests;
        let reads = plan_reads(requests, &self.previous.end.note_hashes);
        let total = reads.len();
        let mut draft = Draft {
            note_hash_reads: keep_the_more(reads),
            ..Draft::default()
        };
        let [pending, settled] = count(&draft.note_hash_reads);
        draft.requested.note_hash_pending_read = pending;
        draft.requested.note_hash_settled_read = settled;
        (draft, total)
    }

    /// The same for nullifiers.
    fn nullifier_reads(&self) -> (Draft, usize) {
        let requests = &self.previous.validation_requests.nullifier_read_requests;
        let reads = plan_reads(requests, &self.previous.end.nullifiers);
        let total = reads.len();
        let mut draft = Draft {
            nullifier_reads: keep_the_more(reads),
            ..Draft::default()
        };
        let [pending, settled] = count(&draft.nullifier_reads);
        draft.requested.nullifier_pending_read = pending;
        draft.requested.nullifier_settled_read = settled;
        (draft, total)
    }

    fn make_room_for_side_effects<'c>(
        &self,
        next: &'c PrivateCircuitPublicInputs,
        later: impl Iterator<Item = &'c PrivateCircuitPublicInputs>,
    ) -> Result<Option<Draft>, ResetError> {
        let end = &self.previous.end;
        let note_hashes = Load::new(
            end.note_hashes.len(),
            next.note_hashes.len(),
            MAX_NOTE_HASHES_PER_TX,
        );
        let nullifiers = Load::new(
            end.nullifiers.len(),
            next.nullifiers.len(),
            MAX_NULLIFIERS_PER_TX,
        );
        let logs = Load::new(
            end.private_logs.len(),
            next.private_logs.len(),
            MAX_PRIVATE_LOGS_PER_TX,
        );
        if note_hashes.excess() == 0 && nullifiers.excess() == 0 && logs.excess() == 0 {
            return Ok(None);
        }
        let squashed = self.squashable(&self.needed_by(std::iter::once(next).chain(later)))?;
        let squashed_logs = count_squashed_logs(&end.note_hashes, &end.private_logs, &squashed);
        let note_hashes_left = note_hashes.excess() > squashed.len();
        let nullifiers_left = nullifiers.excess() > squashed.len();
        let logs_left = logs.excess() > squashed_logs;
        if !note_hashes_left && !nullifiers_left && !logs_left {
            let mut draft = Draft::default();
            draft.requested.transient_data_squashing = squashed.len() as u32;
            draft.squashed = squashed;
            return Ok(Some(draft));
        }
        // Claims may hold back what could vanish: they are verified first.
        if note_hashes_left || logs_left {
            let (draft, total) = self.note_hash_reads();
            if total > 0 {
                return Ok(Some(draft));
            }
        }
        if nullifiers_left {
            let (draft, total) = self.nullifier_reads();
            if total > 0 {
                return Ok(Some(draft));
            }
        }
        Err(ResetError::LimitExceeded(if note_hashes.excess() > 0 {
            Limited::NoteHashes
        } else if nullifiers.excess() > 0 {
            Limited::Nullifiers
        } else {
            Limited::PrivateLogs
        }))
    }

    /// What calls to come need, and claims that this reset does not verify.
    fn needed_by<'c>(
        &self,
        to_come: impl Iterator<Item = &'c PrivateCircuitPublicInputs>,
    ) -> StillNeeded {
        let requests = &self.previous.validation_requests;
        let mut needed = StillNeeded {
            note_hash_reads: requests.note_hash_read_requests.to_vec(),
            nullifier_reads: requests.nullifier_read_requests.to_vec(),
            ..StillNeeded::default()
        };
        for inputs in to_come {
            needed
                .note_hash_reads
                .extend_from_slice(&inputs.note_hash_read_requests);
            needed
                .nullifier_reads
                .extend_from_slice(&inputs.nullifier_read_requests);
            let described = inputs.private_logs.iter();
            let described = described.map(|log| log.inner.note_hash_counter);
            needed
                .logged_note_hashes
                .extend(described.filter(|counter| *counter > 0));
        }
        needed
    }

    fn squashable(
        &self,
        needed: &StillNeeded,
    ) -> Result<Vec<TransientDataSquashingHint>, ResetError> {
        find_squashable(
            &self.previous.end.note_hashes,
            &self.previous.end.nullifiers,
            needed,
            self.nullifier_counters,
            self.split_counter,
        )
    }

    /// The reset after the last call. It does all that is left, siloing included, and happens once.
    ///
    /// # Errors
    /// [`ResetError::UnmatchedRead`], [`ResetError::NothingToReset`], [`ResetError::NoSuchKernel`].
    pub fn after_last_call(&self) -> Result<ResetPlan, ResetError> {
        let requests = &self.previous.validation_requests;
        let end = &self.previous.end;
        let mut draft = Draft {
            note_hash_reads: plan_reads(&requests.note_hash_read_requests, &end.note_hashes),
            nullifier_reads: plan_reads(&requests.nullifier_read_requests, &end.nullifiers),
            squashed: self.squashable(&StillNeeded::default())?,
            ..Draft::default()
        };
        if draft.note_hash_reads.len() < requests.note_hash_read_requests.len() {
            return Err(ResetError::UnmatchedRead(Limited::NoteHashReads));
        }
        if draft.nullifier_reads.len() < requests.nullifier_read_requests.len() {
            return Err(ResetError::UnmatchedRead(Limited::NullifierReads));
        }
        let [note_hash_pending_read, note_hash_settled_read] = count(&draft.note_hash_reads);
        let [nullifier_pending_read, nullifier_settled_read] = count(&draft.nullifier_reads);
        let squashed = draft.squashed.len();
        let squashed_logs =
            count_squashed_logs(&end.note_hashes, &end.private_logs, &draft.squashed);
        draft.requested = PrivateKernelResetDimensions {
            note_hash_pending_read,
            note_hash_settled_read,
            nullifier_pending_read,
            nullifier_settled_read,
            key_validation: requests.scoped_key_validation_requests_and_separators.len() as u32,
            transient_data_squashing: squashed as u32,
            note_hash_siloing: to_silo(&end.note_hashes, squashed),
            nullifier_siloing: to_silo(&end.nullifiers, squashed),
            private_log_siloing: to_silo(&end.private_logs, squashed_logs),
        };
        if draft.requested == PrivateKernelResetDimensions::default() {
            return Err(ResetError::NothingToReset);
        }
        draft.finish(ResetTime::Final)
    }
}

/// How many are to be siloed: none if that has happened, which the empty contract address tells.
fn to_silo<T>(emitted: &[Scoped<T>], squashed: usize) -> u32 {
    match emitted.first() {
        Some(first) if !first.contract_address.is_zero() => {
            emitted.len().saturating_sub(squashed) as u32
        }
        _ => 0,
    }
}
