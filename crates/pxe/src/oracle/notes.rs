//! The oracle that hands out notes.

use pixie_primitives::hash::StorageSlot;
use pixie_primitives::note::NoteNonce;
use pixie_primitives::{AztecAddress, Fr};

use super::OracleError;
use super::arguments::{Answer, Arguments};
use super::context::{OracleContext, OracleResult};
use super::misc::MAX_ANSWER;
use crate::execution::note_cache::NoteData;
use crate::execution::pick_notes::{
    Comparator, NoteQuery, PropertySelector, Select, Sort, SortOrder, pick_notes,
};
use crate::state::notes::NoteKey;
use crate::state::{NoteFilter, NoteStatus, StoredNote};

/// Fields that go with every note: contract, owner, randomness, slot, stage and nonce.
const METADATA: usize = 6;

/// What a contract asks for.
struct Question {
    owner: Option<AztecAddress>,
    storage_slot: StorageSlot,
    query: NoteQuery,
    status: NoteStatus,
    max_notes: usize,
    packed_length: usize,
}

impl Question {
    fn read(ask: &mut Arguments) -> OracleResult<Self> {
        let (is_some, owner) = (ask.bool()?, ask.address()?);
        let storage_slot = StorageSlot::from_field(ask.field()?);
        let select_count = ask.u32()? as usize;
        let select_by = Parts::read(ask)?;
        let (values, comparators) = (ask.fields()?, ask.integers()?);
        let sort_by = Parts::read(ask)?;
        let directions = ask.integers()?;
        let (limit, offset) = (ask.u32()? as usize, ask.u32()? as usize);
        let status = match ask.u32()? {
            1 => NoteStatus::Active,
            2 => NoteStatus::ActiveOrNullified,
            _ => {
                let (index, expected) = (15, "a note status");
                return Err(OracleError::Argument { index, expected }.into());
            }
        };

        let available = select_by.len().min(values.len()).min(comparators.len());
        if select_count > available {
            let (asked, limit) = (select_count as u64, available as u64);
            let what = "conditions";
            return Err(OracleError::TooMany { what, asked, limit }.into());
        }
        let mut selects = Vec::with_capacity(select_count);
        let conditions = select_by.iter().zip(values.iter().zip(&comparators));
        for (selector, (value, comparator)) in conditions.take(select_count) {
            selects.push(Select {
                selector,
                comparator: Comparator::from_number((*comparator).into())?,
                value: *value,
            });
        }
        let mut sorts = Vec::new();
        for (selector, direction) in sort_by.iter().zip(&directions) {
            // The first level without a direction ends the order.
            match SortOrder::from_number((*direction).into())? {
                Some(order) => sorts.push(Sort { selector, order }),
                None => break,
            }
        }
        Ok(Self {
            owner: is_some.then_some(owner),
            storage_slot,
            query: NoteQuery {
                selects,
                sorts,
                limit: (limit > 0).then_some(limit),
                offset,
            },
            status,
            max_notes: ask.u32()? as usize,
            packed_length: ask.u32()? as usize,
        })
    }

    /// The number of fields of the answer.
    fn size(&self) -> Result<usize, OracleError> {
        let size = self.max_notes.saturating_mul(self.packed_length);
        if size > MAX_ANSWER {
            let (asked, limit) = (size as u64, MAX_ANSWER as u64);
            let what = "fields of notes";
            return Err(OracleError::TooMany { what, asked, limit });
        }
        Ok(size)
    }

    fn answer(&self, size: usize, picked: &[Candidate<'_>]) -> OracleResult<Answer> {
        let misfit = |length| OracleError::NoteShape {
            notes: picked.len(),
            length,
            max_notes: self.max_notes,
            max_length: self.packed_length,
        };
        let mut packed = Vec::with_capacity(size);
        for note in picked {
            let length = note.items().len() + METADATA;
            if picked.len() > self.max_notes || length != self.packed_length {
                return Err(misfit(length).into());
            }
            note.pack(&mut packed)?;
        }
        let answer = Answer::nothing().padded_array(&packed, size);
        Ok(answer.single(Fr::from(picked.len() as u64)))
    }
}

/// Parts of notes, as three arrays.
struct Parts([Vec<u32>; 3]);

impl Parts {
    fn read(ask: &mut Arguments) -> Result<Self, OracleError> {
        Ok(Self([ask.integers()?, ask.integers()?, ask.integers()?]))
    }

    fn len(&self) -> usize {
        self.0.iter().map(Vec::len).min().unwrap_or_default()
    }

    fn iter(&self) -> impl Iterator<Item = PropertySelector> {
        let [indexes, offsets, lengths] = &self.0;
        let parts = indexes.iter().zip(offsets.iter().zip(lengths));
        parts.map(|(index, (offset, length))| PropertySelector {
            index: *index as usize,
            offset: *offset as usize,
            length: *length as usize,
        })
    }
}

/// A note of the state or of the running transaction.
#[derive(Clone, Copy)]
enum Candidate<'a> {
    Settled(&'a StoredNote),
    Pending(&'a NoteData),
}

impl<'a> Candidate<'a> {
    fn items(self) -> &'a [Fr] {
        match self {
            Self::Settled(note) => &note.items,
            Self::Pending(note) => &note.items,
        }
    }

    /// The note as contracts unpack it (Aztec 4.1.2, pxe `packAsHintedNote`).
    fn pack(self, out: &mut Vec<Fr>) -> Result<(), OracleError> {
        out.extend_from_slice(self.items());
        let (contract, owner, randomness, slot, nonce, is_pending) = match self {
            Self::Settled(note) => (
                note.contract,
                note.owner,
                note.randomness,
                note.storage_slot,
                note.nonce,
                false,
            ),
            Self::Pending(note) => (
                note.contract,
                note.owner,
                note.randomness,
                note.storage_slot,
                note.nonce,
                true,
            ),
        };
        out.extend([
            contract.to_field(),
            owner.to_field(),
            randomness,
            slot.to_field(),
            Fr::from(stage(is_pending, nonce)?),
            nonce.to_field(),
        ]);
        Ok(())
    }
}

/// Where a note stands: pending in the phase of its creation, pending from the phase before, settled
/// (Aztec.nr `NoteMetadata`).
fn stage(is_pending: bool, nonce: NoteNonce) -> Result<u8, OracleError> {
    match (is_pending, nonce.is_zero()) {
        (true, true) => Ok(1),
        (true, false) => Ok(2),
        (false, false) => Ok(3),
        (false, true) => Err(OracleError::NoteWithoutNonce),
    }
}

impl OracleContext<'_> {
    pub(super) fn notes(&self, ask: &mut Arguments) -> OracleResult<Answer> {
        let question = Question::read(ask)?;
        let size = question.size()?;
        let filter = NoteFilter {
            contract: self.contract,
            owner: question.owner,
            storage_slot: Some(question.storage_slot),
            status: question.status,
            scopes: self.scopes,
        };
        let page = match self.private {
            None if question.query.takes_all() => Some(self.page(&filter, &question.query)),
            _ => None,
        };
        let state = self.work.state();
        if let Some(page) = page {
            let notes = page.iter().filter_map(|key| state.notes.get(key));
            let picked: Vec<_> = notes.map(Candidate::Settled).collect();
            return question.answer(size, &picked);
        }
        let settled = state.notes(&filter);
        let cache = self
            .private
            .as_ref()
            .map(|call| call.transaction.notes.borrow());
        let cache = cache.as_deref();
        let spent = |note: &&StoredNote| {
            cache.is_some_and(|cache| cache.has_nullifier(self.contract, note.siloed_nullifier))
        };
        let settled = settled.into_iter().filter(|note| !spent(note));
        let pending = cache
            .into_iter()
            .flat_map(|cache| cache.notes(self.contract, question.owner, question.storage_slot));
        let candidates = settled
            .map(Candidate::Settled)
            .chain(pending.map(Candidate::Pending));
        let picked = pick_notes(candidates, &question.query, |note| note.items())?;
        question.answer(size, &picked)
    }

    /// The page of settled notes that a query wants that neither selects nor sorts.
    fn page(&self, filter: &NoteFilter<'_>, query: &NoteQuery) -> Vec<NoteKey> {
        let keys = self.work.note_keys(filter);
        let page = keys.iter().skip(query.offset);
        page.take(query.limit.unwrap_or(usize::MAX))
            .copied()
            .collect()
    }
}
