//! Which claims that a note hash or nullifier exists can be verified by now, and how (Aztec 4.1.2,
//! stdlib `getNoteHashReadRequestResetActions`).

use pixie_primitives::Fr;
use pixie_primitives::kernel::{
    Counted, NewNoteHash, NullifierOfNoteHash, Scoped, ScopedReadRequest,
};

/// A note hash or nullifier of the transaction.
pub trait Emitted {
    /// Its value.
    fn value(&self) -> Fr;
}

impl Emitted for NewNoteHash {
    fn value(&self) -> Fr {
        self.value
    }
}

impl Emitted for NullifierOfNoteHash {
    fn value(&self) -> Fr {
        self.value
    }
}

/// Whether a claim is about a value of the transaction: of the same contract, emitted before.
pub fn is_read_of<T: Emitted>(request: &ScopedReadRequest, emitted: &Scoped<Counted<T>>) -> bool {
    request.inner.inner.value == emitted.inner.inner.value()
        && request.contract_address == emitted.contract_address
        && request.counter() > emitted.counter()
}

/// How a claim is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadSource {
    /// By the value of the transaction with this index.
    Pending(u32),
    /// By a leaf of the tree.
    Settled,
}

/// A claim that can be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedRead {
    /// The index of the claim.
    pub request: u32,
    /// What verifies it.
    pub source: ReadSource,
}

impl PlannedRead {
    /// Whether the claim is about a value of the transaction.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        matches!(self.source, ReadSource::Pending(_))
    }
}

/// The claims that can be verified with the values emitted so far. A claim in the scope of no contract
/// is about the tree; others may wait for a value that is still to come.
#[must_use]
pub fn plan_reads<T: Emitted>(
    requests: &[ScopedReadRequest],
    emitted: &[Scoped<Counted<T>>],
) -> Vec<PlannedRead> {
    let plan = |(index, request): (u32, &ScopedReadRequest)| {
        let source = if request.contract_address.is_zero() {
            ReadSource::Settled
        } else {
            let index = emitted
                .iter()
                .position(|value| is_read_of(request, value))?;
            ReadSource::Pending(index as u32)
        };
        Some(PlannedRead {
            request: index,
            source,
        })
    };
    (0..).zip(requests).filter_map(plan).collect()
}

/// Leaves as many as a kernel has room for, the first ones.
pub fn limit_reads(reads: &mut Vec<PlannedRead>, pending: u32, settled: u32) {
    let mut room = [pending, settled];
    let [pending, settled] = &mut room;
    reads.retain(|read| {
        let room = if read.is_pending() {
            &mut *pending
        } else {
            &mut *settled
        };
        let fits = *room > 0;
        *room = room.saturating_sub(1);
        fits
    });
}

#[cfg(test)]
mod tests {
    use pixie_primitives::AztecAddress;
    use pixie_primitives::kernel::{Read, ScopedNoteHash};

    use super::*;

    fn read(value: u64, counter: u32, contract: u64) -> ScopedReadRequest {
        let value = Fr::from(value);
        Counted::new(Read { value }, counter).scope(AztecAddress::from_field(Fr::from(contract)))
    }

    fn note_hash(value: u64, counter: u32, contract: u64) -> ScopedNoteHash {
        let value = Fr::from(value);
        Counted::new(NewNoteHash { value }, counter)
            .scope(AztecAddress::from_field(Fr::from(contract)))
    }

    #[test]
    fn claims_find_what_they_are_about() {
        let emitted = [note_hash(7, 10, 1), note_hash(7, 4, 1), note_hash(8, 4, 2)];
        let requests = [
            read(7, 5, 1),
            // Of another contract, too early, of no contract.
            read(7, 5, 2),
            read(8, 4, 2),
            read(8, 3, 0),
            read(8, 9, 2),
        ];
        let mut plan = plan_reads(&requests, &emitted);
        let expected = [
            (0, ReadSource::Pending(1)),
            (3, ReadSource::Settled),
            (4, ReadSource::Pending(2)),
        ];
        let expected = expected.map(|(request, source)| PlannedRead { request, source });
        assert_eq!(plan, expected);
        limit_reads(&mut plan, 1, 4);
        assert_eq!(plan, expected[..2]);
        limit_reads(&mut plan, 1, 0);
        assert_eq!(plan, expected[..1]);
    }
}
