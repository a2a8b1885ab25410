use std::collections::BTreeMap;

use pixie_primitives::codec::ClaimedLengthArray;
use pixie_primitives::kernel::{
    Counted, KeyValidationRequestAndSeparator, LogOfNoteHash, NewNoteHash, NullifierOfNoteHash,
    PrivateCircuitPublicInputs, PrivateKernelCircuitPublicInputs, Read, Scoped,
    TransientDataSquashingHint,
};
use pixie_primitives::{AztecAddress, Fr};

use super::*;

const CONTRACT: u64 = 987_654;

fn contract() -> AztecAddress {
    AztecAddress::from_field(Fr::from(CONTRACT))
}

/// What the kernel has, in the making.
#[derive(Default)]
struct Kernel {
    note_hashes: Vec<Scoped<Counted<NewNoteHash>>>,
    nullifiers: Vec<Scoped<Counted<NullifierOfNoteHash>>>,
    note_hash_reads: Vec<Scoped<Counted<Read>>>,
    nullifier_reads: Vec<Scoped<Counted<Read>>>,
    logs: Vec<Scoped<Counted<LogOfNoteHash>>>,
    keys: usize,
    counters: BTreeMap<u32, u32>,
    split_counter: u32,
}

impl Kernel {
    fn note_hash(mut self, value: u64, counter: u32) -> Self {
        let note_hash = NewNoteHash {
            value: Fr::from(value),
        };
        self.note_hashes
            .push(Counted::new(note_hash, counter).scope(contract()));
        self
    }

    fn nullifier(mut self, value: u64, note_hash: u64, counter: u32) -> Self {
        let nullifier = NullifierOfNoteHash {
            value: Fr::from(value),
            note_hash: Fr::from(note_hash),
        };
        self.nullifiers
            .push(Counted::new(nullifier, counter).scope(contract()));
        self
    }

    /// Pairs of a note hash and its nullifier.
    fn pairs(mut self, count: u32) -> Self {
        for index in 0..count {
            let (note_hash, nullifier) = (2 * index + 1, 2 * index + 2);
            self = self.note_hash(note_hash.into(), note_hash).nullifier(
                nullifier.into(),
                note_hash.into(),
                nullifier,
            );
            self.counters.insert(note_hash, nullifier);
        }
        self
    }

    fn read(mut self, value: u64, counter: u32, of: Option<AztecAddress>) -> Self {
        self.note_hash_reads.push(read(value, counter, of));
        self
    }

    fn read_nullifier(mut self, value: u64, counter: u32, of: Option<AztecAddress>) -> Self {
        self.nullifier_reads.push(read(value, counter, of));
        self
    }

    fn log(mut self, note_hash_counter: u32, counter: u32) -> Self {
        let log = LogOfNoteHash {
            note_hash_counter,
            ..LogOfNoteHash::default()
        };
        self.logs.push(Counted::new(log, counter).scope(contract()));
        self
    }

    fn public_inputs(&self) -> PrivateKernelCircuitPublicInputs {
        let mut inputs = PrivateKernelCircuitPublicInputs::default();
        inputs.end.note_hashes = array(self.note_hashes.clone());
        inputs.end.nullifiers = array(self.nullifiers.clone());
        inputs.end.private_logs = array(self.logs.clone());
        let requests = &mut inputs.validation_requests;
        requests.note_hash_read_requests = array(self.note_hash_reads.clone());
        requests.nullifier_read_requests = array(self.nullifier_reads.clone());
        let key = Scoped::new(KeyValidationRequestAndSeparator::default(), contract());
        requests.scoped_key_validation_requests_and_separators = array(vec![key; self.keys]);
        inputs
    }

    fn before(&self, to_come: &[&Call]) -> Result<Option<ResetPlan>, ResetError> {
        let previous = self.public_inputs();
        self.planner(&previous)
            .before_next_call(to_come.iter().copied())
    }

    fn last(&self) -> Result<ResetPlan, ResetError> {
        self.planner(&self.public_inputs()).after_last_call()
    }

    fn planner<'a>(&'a self, previous: &'a PrivateKernelCircuitPublicInputs) -> ResetPlanner<'a> {
        ResetPlanner {
            previous,
            nullifier_counters: &self.counters,
            split_counter: self.split_counter,
        }
    }
}

fn array<T: Default + PartialEq, const N: usize>(items: Vec<T>) -> ClaimedLengthArray<T, N> {
    ClaimedLengthArray::new(items).unwrap()
}

fn read(value: u64, counter: u32, of: Option<AztecAddress>) -> Scoped<Counted<Read>> {
    let value = Fr::from(value);
    Counted::new(Read { value }, counter).scope(of.unwrap_or_default())
}

type Call = PrivateCircuitPublicInputs;

fn call(change: impl FnOnce(&mut Call)) -> Call {
    let mut public_inputs = Call::default();
    public_inputs.call_context.contract_address = contract();
    change(&mut public_inputs);
    public_inputs
}

fn dimensions(plan: Result<Option<ResetPlan>, ResetError>) -> Option<String> {
    plan.unwrap().map(|plan| plan.dimensions.to_string())
}

/// A call with so many reads of note hashes.
fn reader(reads: usize) -> Call {
    call(|inputs| {
        inputs.note_hash_read_requests = array(vec![read(1, 1000, None); reads]);
    })
}

/// A call with so many note hashes.
fn emitter(note_hashes: usize) -> Call {
    call(|inputs| {
        let note_hash = NewNoteHash {
            value: Fr::from(77u64),
        };
        inputs.note_hashes = array(vec![Counted::new(note_hash, 1000); note_hashes]);
    })
}

#[test]
fn nothing_is_reset_while_there_is_room() {
    let kernel = Kernel::default().pairs(4).read(1, 50, None);
    assert_eq!(kernel.before(&[&reader(16)]), Ok(None));
    assert_eq!(kernel.before(&[]), Ok(None));
}

#[test]
fn reads_are_reset_before_they_overflow_the_more_numerous_first() {
    let own = Some(contract());
    let mut kernel = Kernel::default().note_hash(5, 1);
    for counter in 0..40 {
        kernel = kernel.read(5, 10 + counter, own);
    }
    for counter in 0..20 {
        kernel = kernel.read(9, 10 + counter, None);
    }
    // 60 and 4 fit, 60 and 5 do not.
    assert_eq!(kernel.before(&[&reader(4)]), Ok(None));
    let plan = kernel.before(&[&reader(5)]).unwrap().unwrap();
    assert_eq!(plan.dimensions.to_string(), "64_0_0_0_0_0_0_0_0");
    assert_eq!(plan.note_hash_reads.len(), 40);
    assert!(plan.note_hash_reads.iter().all(PlannedRead::is_pending));
    let settled: Kernel = Kernel {
        note_hash_reads: kernel.note_hash_reads.split_off(20),
        ..kernel
    };
    // With 20 of each the settled ones go first.
    let settled = Kernel {
        note_hash_reads: [settled.note_hash_reads.clone(), vec![read(9, 9, None); 20]].concat(),
        ..settled
    };
    let plan = settled.before(&[&reader(5)]).unwrap().unwrap();
    assert_eq!(plan.dimensions.to_string(), "0_64_0_0_0_0_0_0_0");
    assert_eq!(plan.note_hash_reads.len(), 40);
}

#[test]
fn reads_of_what_is_still_to_come_cannot_make_room() {
    let own = Some(contract());
    let mut kernel = Kernel::default();
    for counter in 0..60 {
        kernel = kernel.read(5, 10 + counter, own);
    }
    assert_eq!(
        kernel.before(&[&reader(5)]),
        Err(ResetError::LimitExceeded(Limited::NoteHashReads))
    );
    assert_eq!(
        kernel.last(),
        Err(ResetError::UnmatchedRead(Limited::NoteHashReads))
    );
}

#[test]
fn nullifier_reads_and_keys_are_reset_too() {
    let own = Some(contract());
    let mut kernel = Kernel::default().nullifier(5, 0, 1);
    for counter in 0..60 {
        kernel = kernel.read_nullifier(5, 10 + counter, own);
    }
    let next = call(|inputs| {
        inputs.nullifier_read_requests = array(vec![read(1, 1000, None); 5]);
    });
    assert_eq!(
        dimensions(kernel.before(&[&next])).as_deref(),
        Some("0_0_64_0_0_0_0_0_0")
    );
    let keys = Kernel {
        keys: 60,
        ..Kernel::default()
    };
    let next = call(|inputs| {
        let key = KeyValidationRequestAndSeparator::default();
        inputs.key_validation_requests_and_separators = array(vec![key; 5]);
    });
    assert_eq!(
        dimensions(keys.before(&[&next])).as_deref(),
        Some("0_0_0_0_64_0_0_0_0")
    );
}

#[test]
fn notes_that_vanish_make_room() {
    let kernel = Kernel::default().pairs(60);
    let plan = kernel.before(&[&emitter(5)]).unwrap().unwrap();
    assert_eq!(plan.dimensions.to_string(), "0_0_0_0_0_64_0_0_0");
    assert_eq!(plan.squashed.len(), 60);
    let first = TransientDataSquashingHint {
        note_hash_index: 0,
        nullifier_index: 0,
    };
    assert_eq!(plan.squashed[0], first);
}

#[test]
fn what_a_later_call_needs_does_not_vanish() {
    // The call after the next reads the first note hash and the second nullifier, and describes the
    // third note hash in a log.
    let kernel = Kernel::default().pairs(64);
    let next = emitter(1);
    let later = call(|inputs| {
        inputs.note_hash_read_requests = array(vec![read(1, 1000, Some(contract()))]);
        inputs.nullifier_read_requests = array(vec![read(4, 1000, Some(contract()))]);
        let log = LogOfNoteHash {
            note_hash_counter: 5,
            ..LogOfNoteHash::default()
        };
        inputs.private_logs = array(vec![Counted::new(log, 1001)]);
    });
    let plan = kernel.before(&[&next, &later]).unwrap().unwrap();
    assert_eq!(plan.squashed.len(), 61);
    assert!(plan.squashed.iter().all(|hint| hint.note_hash_index >= 3));
    // After the last call nothing needs them any more.
    assert_eq!(kernel.last().unwrap().squashed.len(), 64);
}

#[test]
fn claims_that_hold_notes_back_are_verified_first() {
    let mut kernel = Kernel::default().pairs(60);
    for pair in 0..60 {
        kernel = kernel.read(u64::from(2 * pair + 1), 2 * pair + 2, Some(contract()));
    }
    let next = emitter(5);
    let plan = kernel.before(&[&next]).unwrap().unwrap();
    assert_eq!(plan.dimensions.to_string(), "64_0_0_0_0_0_0_0_0");
    // Once they are, the notes vanish.
    kernel.note_hash_reads.clear();
    let plan = kernel.before(&[&next]).unwrap().unwrap();
    assert_eq!(plan.dimensions.to_string(), "0_0_0_0_0_64_0_0_0");
}

#[test]
fn more_than_the_protocol_allows_is_refused() {
    let mut kernel = Kernel::default();
    for counter in 1..=60 {
        kernel = kernel.note_hash(u64::from(counter), counter);
    }
    assert_eq!(
        kernel.before(&[&emitter(5)]),
        Err(ResetError::LimitExceeded(Limited::NoteHashes))
    );
    let mut kernel = Kernel::default();
    for counter in 1..=60 {
        kernel = kernel.nullifier(u64::from(counter), 0, counter);
    }
    let next = call(|inputs| {
        let nullifier = Counted::new(NullifierOfNoteHash::default(), 1000);
        inputs.nullifiers = array(vec![nullifier; 5]);
    });
    assert_eq!(
        kernel.before(&[&next]),
        Err(ResetError::LimitExceeded(Limited::Nullifiers))
    );
    let mut kernel = Kernel::default();
    for counter in 1..=60 {
        kernel = kernel.log(0, counter);
    }
    let next = call(|inputs| {
        let log = Counted::new(LogOfNoteHash::default(), 1000);
        inputs.private_logs = array(vec![log; 5]);
    });
    assert_eq!(
        kernel.before(&[&next]),
        Err(ResetError::LimitExceeded(Limited::PrivateLogs))
    );
}

#[test]
fn a_revertible_nullifier_spares_a_note_that_is_not() {
    // The first pair is not revertible, the second is torn apart, the third is revertible.
    let kernel = Kernel {
        split_counter: 4,
        ..Kernel::default().pairs(3)
    };
    let plan = kernel.last().unwrap();
    let notes: Vec<_> = plan
        .squashed
        .iter()
        .map(|hint| hint.note_hash_index)
        .collect();
    assert_eq!(notes, [0, 2]);
}

#[test]
fn a_nullifier_of_a_siloed_note_hash_does_not_squash() {
    let mut kernel = Kernel::default().note_hash(1, 1).nullifier(2, 99, 2);
    kernel.counters.insert(1, 2);
    assert_eq!(kernel.last().unwrap().squashed, []);
}

#[test]
fn wrong_counters_are_noticed() {
    let mut kernel = Kernel::default().note_hash(1, 9).nullifier(2, 1, 5);
    kernel.counters.insert(9, 5);
    assert!(matches!(
        kernel.last(),
        Err(ResetError::NullifierBeforeNoteHash { .. })
    ));
    let mut kernel = Kernel::default().note_hash(1, 1).nullifier(2, 1, 5);
    kernel.counters.insert(1, 5);
    kernel.nullifiers[0].contract_address = AztecAddress::from_field(Fr::from(1u64));
    assert!(matches!(
        kernel.last(),
        Err(ResetError::NullifierOfAnother { .. })
    ));
}

#[test]
fn the_last_reset_does_all_that_is_left() {
    let own = Some(contract());
    let kernel = Kernel {
        keys: 2,
        ..Kernel::default()
            .pairs(2)
            .note_hash(50, 50)
            .nullifier(51, 0, 51)
            .log(1, 60)
            .log(50, 61)
            .read(1, 70, own)
            .read(8, 71, None)
            .read_nullifier(51, 72, own)
    };
    let plan = kernel.last().unwrap();
    assert_eq!(plan.dimensions.to_string(), "4_4_4_4_4_4_4_4_4");
    assert_eq!(plan.note_hash_reads.len(), 2);
    assert_eq!(plan.nullifier_reads.len(), 1);
    assert_eq!(plan.squashed.len(), 2);
    assert_eq!(Kernel::default().last(), Err(ResetError::NothingToReset));
}
