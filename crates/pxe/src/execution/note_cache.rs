//! What a transaction under execution has created and nullified so far.
//!
//! Later calls of the same transaction see its own notes before any block does, and must not see
//! notes that it has already spent.

use std::collections::HashMap;

use pixie_primitives::hash::StorageSlot;
use pixie_primitives::note::{
    NoteHash, NoteNonce, Nullifier, SiloedNullifier, compute_note_hash_nonce,
    compute_unique_note_hash, silo_note_hash, silo_nullifier,
};
use pixie_primitives::{AztecAddress, Fr};

/// Position of a side effect in the order of a transaction.
pub type SideEffectCounter = u32;

/// A note that may be read during execution.
#[derive(Clone, PartialEq, Eq)]
pub struct NoteData {
    /// The fields of the note as its contract packs them.
    pub items: Vec<Fr>,
    /// The contract that owns the note's storage.
    pub contract: AztecAddress,
    /// Who may spend it.
    pub owner: AztecAddress,
    /// Where the contract keeps it.
    pub storage_slot: StorageSlot,
    /// What hides its content.
    pub randomness: Fr,
    /// Zero while the note's place in the transaction is open.
    pub nonce: NoteNonce,
    /// The note's hash, not yet siloed.
    pub note_hash: NoteHash,
    /// Whether this transaction created it.
    pub is_pending: bool,
    /// Unknown for a pending note.
    pub siloed_nullifier: Option<SiloedNullifier>,
}

impl std::fmt::Debug for NoteData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NoteData")
            .field("contract", &self.contract)
            .field("is_pending", &self.is_pending)
            .finish_non_exhaustive()
    }
}

/// Why a notification of a contract contradicts what it said before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteCacheError {
    /// The revertible phase was entered before.
    #[error("the revertible phase is entered at counter {counter}, but was entered at {previous}")]
    PhaseEnteredTwice {
        /// Counter of this attempt.
        counter: SideEffectCounter,
        /// Counter of the first one.
        previous: SideEffectCounter,
    },
    /// Notes must come in the order of their counters.
    #[error("a note has counter {counter}, after one with counter {previous}")]
    CounterOrder {
        /// Counter of the note.
        counter: SideEffectCounter,
        /// Counter of the note before it.
        previous: SideEffectCounter,
    },
    /// A contract nullifies a pending note that is not there.
    #[error("contract {contract} nullifies a pending note that does not exist")]
    UnknownPendingNote {
        /// The contract.
        contract: AztecAddress,
    },
    /// A nullifier is emitted twice in one transaction.
    #[error("contract {contract} emits the nullifier {nullifier} twice")]
    DuplicateNullifier {
        /// The contract.
        contract: AztecAddress,
        /// The nullifier, siloed.
        nullifier: SiloedNullifier,
    },
}

#[derive(Debug, Clone)]
struct PendingNote {
    note: NoteData,
    counter: SideEffectCounter,
    /// What a contract names to spend the note: the note hash within the phase of its creation, the
    /// unique note hash afterwards.
    hash_for_consumption: Fr,
}

/// Notes and nullifiers of one transaction under execution
/// (Aztec 4.1.2, pxe `ExecutionNoteCache`).
#[derive(Debug)]
pub struct NoteCache {
    protocol_nullifier: SiloedNullifier,
    /// In the order of creation, over all contracts.
    notes: Vec<PendingNote>,
    nullifiers: HashMap<AztecAddress, std::collections::HashSet<SiloedNullifier>>,
    /// In the order of emission.
    emitted: Vec<SiloedNullifier>,
    revertible_from: Option<SideEffectCounter>,
    nonce_generator: Option<SiloedNullifier>,
}

impl NoteCache {
    /// Starts a transaction, given the nullifier that the protocol emits for its request.
    #[must_use]
    pub fn new(protocol_nullifier: SiloedNullifier) -> Self {
        Self {
            protocol_nullifier,
            notes: Vec::new(),
            nullifiers: HashMap::new(),
            emitted: Vec::new(),
            revertible_from: None,
            nonce_generator: None,
        }
    }

    /// Enters the revertible phase. The notes so far are final: none of them can be squashed any
    /// more, so that their indexes in the transaction, and with them their nonces, are known.
    pub fn enter_revertible_phase(
        &mut self,
        counter: SideEffectCounter,
    ) -> Result<(), NoteCacheError> {
        if let Some(previous) = self.revertible_from {
            return Err(NoteCacheError::PhaseEnteredTwice { counter, previous });
        }
        self.revertible_from = Some(counter);
        let generator = self.first_nullifier();
        self.nonce_generator = Some(generator);
        for (index, pending) in (0u32..).zip(self.notes.iter_mut()) {
            let nonce = compute_note_hash_nonce(generator, index);
            let siloed = silo_note_hash(pending.note.contract, pending.note.note_hash);
            pending.note.nonce = nonce;
            pending.hash_for_consumption = compute_unique_note_hash(nonce, siloed).to_field();
        }
        Ok(())
    }

    /// Whether a side effect with this counter is undone when a public call reverts.
    #[must_use]
    pub fn is_revertible(&self, counter: SideEffectCounter) -> bool {
        self.revertible_from.is_some_and(|from| counter >= from)
    }

    /// Adds a note that a call created.
    pub fn add_note(
        &mut self,
        note: NoteData,
        counter: SideEffectCounter,
    ) -> Result<(), NoteCacheError> {
        if let Some(previous) = self.notes.last().map(|last| last.counter)
            && previous >= counter
        {
            return Err(NoteCacheError::CounterOrder { counter, previous });
        }
        let hash_for_consumption = note.note_hash.to_field();
        self.notes.push(PendingNote {
            note,
            counter,
            hash_for_consumption,
        });
        Ok(())
    }

    /// Notes that a call nullified a note. `note_hash` is zero for a note of an earlier transaction,
    /// otherwise it names the pending one, whose counter is returned.
    pub fn nullify_note(
        &mut self,
        contract: AztecAddress,
        nullifier: Nullifier,
        note_hash: Fr,
    ) -> Result<Option<SideEffectCounter>, NoteCacheError> {
        let siloed = silo_nullifier(contract, nullifier);
        if note_hash.is_zero() {
            self.record(contract, siloed)?;
            return Ok(None);
        }
        let position = self
            .notes
            .iter()
            .position(|pending| {
                pending.note.contract == contract && pending.hash_for_consumption == note_hash
            })
            .ok_or(NoteCacheError::UnknownPendingNote { contract })?;
        let counter = self.notes.remove(position).counter;
        // Squashing does not cross the phases: a note that survives a revert is emitted together
        // with its nullifier.
        if self.revertible_from.is_some_and(|from| counter < from) {
            self.record(contract, siloed)?;
        }
        Ok(Some(counter))
    }

    /// Notes that a call emitted a nullifier that belongs to no note.
    pub fn nullifier_created(
        &mut self,
        contract: AztecAddress,
        nullifier: Nullifier,
    ) -> Result<(), NoteCacheError> {
        self.record(contract, silo_nullifier(contract, nullifier))
    }

    /// Pending notes of a contract at a slot, of one owner or of all.
    pub fn notes(
        &self,
        contract: AztecAddress,
        owner: Option<AztecAddress>,
        storage_slot: StorageSlot,
    ) -> impl Iterator<Item = &NoteData> {
        self.notes
            .iter()
            .map(|pending| &pending.note)
            .filter(move |note| {
                note.contract == contract
                    && note.storage_slot == storage_slot
                    && owner.is_none_or(|owner| note.owner == owner)
            })
    }

    /// Whether a contract emitted a nullifier in this transaction.
    #[must_use]
    pub fn has_nullifier(&self, contract: AztecAddress, nullifier: SiloedNullifier) -> bool {
        self.nullifiers
            .get(&contract)
            .is_some_and(|emitted| emitted.contains(&nullifier))
    }

    /// The nullifier from which the nonces of this transaction's notes derive: the first one that
    /// cannot be reverted, or the protocol's own if there is none.
    #[must_use]
    pub fn nonce_generator(&self) -> SiloedNullifier {
        self.nonce_generator
            .unwrap_or_else(|| self.first_nullifier())
    }

    fn first_nullifier(&self) -> SiloedNullifier {
        self.emitted
            .first()
            .copied()
            .unwrap_or(self.protocol_nullifier)
    }

    fn record(
        &mut self,
        contract: AztecAddress,
        nullifier: SiloedNullifier,
    ) -> Result<(), NoteCacheError> {
        if !self
            .nullifiers
            .entry(contract)
            .or_default()
            .insert(nullifier)
        {
            return Err(NoteCacheError::DuplicateNullifier {
                contract,
                nullifier,
            });
        }
        self.emitted.push(nullifier);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: u32 = 7;

    fn contract() -> AztecAddress {
        AztecAddress::from(CONTRACT)
    }

    fn note(hash: u64) -> NoteData {
        NoteData {
            items: vec![Fr::from(hash)],
            contract: contract(),
            owner: AztecAddress::from(1),
            storage_slot: StorageSlot::from_field(Fr::from(3u8)),
            randomness: Fr::ONE,
            nonce: NoteNonce::ZERO,
            note_hash: NoteHash::from_field(Fr::from(hash)),
            is_pending: true,
            siloed_nullifier: None,
        }
    }

    fn nullifier(value: u64) -> Nullifier {
        Nullifier::from_field(Fr::from(value))
    }

    fn visible(cache: &NoteCache) -> usize {
        cache
            .notes(contract(), None, StorageSlot::from_field(Fr::from(3u8)))
            .count()
    }

    #[test]
    fn a_pending_note_is_squashed_with_its_nullifier() {
        let mut cache = NoteCache::new(SiloedNullifier::from_field(Fr::from(99u8)));
        cache.add_note(note(10), 5).unwrap();
        assert_eq!(visible(&cache), 1);
        let spent = cache
            .nullify_note(contract(), nullifier(1), Fr::from(10u8))
            .unwrap();
        assert_eq!(spent, Some(5));
        assert_eq!(visible(&cache), 0);
        assert!(!cache.has_nullifier(contract(), silo_nullifier(contract(), nullifier(1))));
        assert_eq!(cache.nonce_generator().to_field(), Fr::from(99u8));
        assert_eq!(
            cache.nullify_note(contract(), nullifier(2), Fr::from(10u8)),
            Err(NoteCacheError::UnknownPendingNote {
                contract: contract()
            })
        );
    }

    #[test]
    fn across_the_phases_a_note_is_named_by_its_unique_hash_and_its_nullifier_is_emitted() {
        let mut cache = NoteCache::new(SiloedNullifier::from_field(Fr::from(99u8)));
        cache.add_note(note(10), 5).unwrap();
        cache.enter_revertible_phase(6).unwrap();
        assert!(!cache.is_revertible(5) && cache.is_revertible(6));
        assert!(
            cache
                .nullify_note(contract(), nullifier(1), Fr::from(10u8))
                .is_err()
        );
        let nonce = compute_note_hash_nonce(cache.nonce_generator(), 0);
        let siloed = silo_note_hash(contract(), NoteHash::from_field(Fr::from(10u8)));
        let unique = compute_unique_note_hash(nonce, siloed).to_field();
        assert_eq!(
            cache.nullify_note(contract(), nullifier(1), unique),
            Ok(Some(5))
        );
        assert!(cache.has_nullifier(contract(), silo_nullifier(contract(), nullifier(1))));
        assert_eq!(cache.nonce_generator().to_field(), Fr::from(99u8));
        assert_eq!(
            cache.enter_revertible_phase(8),
            Err(NoteCacheError::PhaseEnteredTwice {
                counter: 8,
                previous: 6
            })
        );
    }

    #[test]
    fn contradictions_are_refused() {
        let mut cache = NoteCache::new(SiloedNullifier::ZERO);
        cache.add_note(note(10), 5).unwrap();
        assert_eq!(
            cache.add_note(note(11), 5),
            Err(NoteCacheError::CounterOrder {
                counter: 5,
                previous: 5
            })
        );
        cache.nullifier_created(contract(), nullifier(4)).unwrap();
        assert!(matches!(
            cache.nullify_note(contract(), nullifier(4), Fr::ZERO),
            Err(NoteCacheError::DuplicateNullifier { .. })
        ));
        assert_eq!(
            cache.nonce_generator(),
            silo_nullifier(contract(), nullifier(4))
        );
    }
}
