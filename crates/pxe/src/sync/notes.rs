//! Finds out which notes exist and which are spent (Aztec 4.1.2, pxe `NoteService`).

use std::collections::BTreeSet;

use pixie_node::types::MerkleTreeId;
use pixie_primitives::block::InBlock;
use pixie_primitives::effect::IndexedTxEffect;
use pixie_primitives::hash::StorageSlot;
use pixie_primitives::note::{
    NoteHash, NoteNonce, Nullifier, SiloedNullifier, compute_unique_note_hash, silo_note_hash,
    silo_nullifier,
};
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, DecodeError, FieldReader, Fr};

use super::{SyncError, verify};
use crate::execution::note_cache::NoteData;
use crate::scopes::AccessScopes;
use crate::state::{NoteFilter, NoteStatus, StoredNote};
use crate::work::Work;

/// How many fields a note may have (Aztec 4.1.2, aztec-nr `MAX_NOTE_PACKED_LEN`).
pub const MAX_NOTE_PACKED_LENGTH: usize = 8;

/// The settled notes in a slot, in the order in which the chain got them.
#[must_use]
pub fn notes_of(
    work: &Work,
    contract: AztecAddress,
    owner: Option<AztecAddress>,
    storage_slot: StorageSlot,
    status: NoteStatus,
    scopes: &AccessScopes,
) -> Vec<NoteData> {
    let filter = NoteFilter {
        contract,
        owner,
        storage_slot: Some(storage_slot),
        status,
        scopes,
    };
    let state = work.state();
    state.notes(&filter).into_iter().map(data_of).collect()
}

fn data_of(note: &StoredNote) -> NoteData {
    NoteData {
        items: note.items.clone(),
        contract: note.contract,
        owner: note.owner,
        storage_slot: note.storage_slot,
        randomness: note.randomness,
        nonce: note.nonce,
        note_hash: note.note_hash,
        is_pending: false,
        siloed_nullifier: Some(note.siloed_nullifier),
    }
}

/// Looks for the nullifiers of a contract's active notes and marks the notes that are spent as of the
/// anchor block. The notes are those known when this is first polled.
///
/// # Errors
/// [`SyncError::Node`], [`SyncError::NullifierNotInChain`].
pub async fn sync_nullifiers(
    work: &Work,
    contract: AztecAddress,
    scopes: &AccessScopes,
) -> Result<(), SyncError> {
    let nullifiers: Vec<_> = {
        let state = work.state();
        let notes = state.notes(&NoteFilter::of(contract, scopes));
        notes.iter().map(|note| note.siloed_nullifier).collect()
    };
    if nullifiers.is_empty() {
        return Ok(());
    }
    let leaves: Vec<Fr> = nullifiers
        .iter()
        .map(|nullifier| nullifier.to_field())
        .collect();
    let anchor = work.anchor();
    let locations = work
        .node()
        .find_leaves_indexes(anchor.hash.into(), MerkleTreeId::Nullifier, &leaves)
        .await?;
    let mut found = Vec::new();
    for (nullifier, location) in nullifiers.into_iter().zip(&locations) {
        if let Some(location) = location {
            found.push((nullifier, verify::nullifier(nullifier, location, anchor)?));
        }
    }
    work.state_mut().nullify_notes(contract, &found)?;
    Ok(())
}

/// A note that a contract has found in a message and wants kept (Aztec 4.1.2, pxe
/// `NoteValidationRequest`).
#[derive(Clone, PartialEq, Eq)]
pub struct NoteRequest {
    /// The contract.
    pub contract: AztecAddress,
    /// Who may spend it.
    pub owner: AztecAddress,
    /// Where the contract keeps it.
    pub storage_slot: StorageSlot,
    /// What hides its content.
    pub randomness: Fr,
    /// What makes its hash unique.
    pub nonce: NoteNonce,
    /// Its fields.
    pub items: Vec<Fr>,
    /// Its hash, not yet siloed.
    pub note_hash: NoteHash,
    /// Its nullifier, not yet siloed.
    pub nullifier: Nullifier,
    /// The transaction that made it.
    pub tx_hash: TxHash,
    /// The account that has found it.
    pub recipient: AztecAddress,
}

impl NoteRequest {
    /// Reads a request as contracts write it.
    ///
    /// # Errors
    /// If there are too few or too many fields, or more content than a note may have.
    pub fn from_fields(fields: &[Fr]) -> Result<Self, DecodeError> {
        let mut reader = FieldReader::new(fields);
        let request = Self {
            contract: reader.read()?,
            owner: reader.read()?,
            storage_slot: reader.read()?,
            randomness: reader.read()?,
            nonce: reader.read()?,
            items: bounded::<MAX_NOTE_PACKED_LENGTH>(&mut reader, "note")?,
            note_hash: reader.read()?,
            nullifier: reader.read()?,
            tx_hash: reader.read()?,
            recipient: reader.read()?,
        };
        reader.finish()?;
        Ok(request)
    }

    fn siloed_nullifier(&self) -> SiloedNullifier {
        silo_nullifier(self.contract, self.nullifier)
    }

    /// The block that has nullified the note, if one has.
    pub(super) async fn nullified(&self, work: &Work) -> Result<Option<InBlock>, SyncError> {
        let (nullifier, anchor) = (self.siloed_nullifier(), work.anchor());
        let locations = work
            .node()
            .find_leaves_indexes(
                anchor.hash.into(),
                MerkleTreeId::Nullifier,
                &[nullifier.to_field()],
            )
            .await?;
        let location = locations.into_iter().next().flatten();
        location
            .map(|location| verify::nullifier(nullifier, &location, anchor))
            .transpose()
    }

    /// Verifies that the transaction has the note, and makes it a row. Hashes are siloed here, so that
    /// no contract can bring in another one's notes.
    pub(super) fn validate(
        self,
        effect: &IndexedTxEffect,
        nullified: Option<InBlock>,
    ) -> Result<ValidNote, SyncError> {
        let siloed = silo_note_hash(self.contract, self.note_hash);
        let note_hash = compute_unique_note_hash(self.nonce, siloed);
        let mut hashes = effect.data.note_hashes.iter();
        let index = hashes
            .position(|hash| *hash == note_hash.to_field())
            .ok_or(SyncError::NoteNotInTx {
                tx: self.tx_hash,
                note_hash,
            })?;
        let note = StoredNote {
            siloed_nullifier: self.siloed_nullifier(),
            contract: self.contract,
            owner: self.owner,
            storage_slot: self.storage_slot,
            randomness: self.randomness,
            nonce: self.nonce,
            items: self.items,
            note_hash: self.note_hash,
            tx_hash: self.tx_hash,
            block: effect.in_block(),
            tx_index: effect.tx_index_in_block,
            note_index: index as u32,
            scopes: BTreeSet::new(),
            nullified,
        };
        Ok(ValidNote {
            note,
            recipient: self.recipient,
        })
    }
}

/// A note that exists.
pub(super) struct ValidNote {
    note: StoredNote,
    recipient: AztecAddress,
}

impl ValidNote {
    /// Keeps the note.
    pub(super) fn store(self, work: &Work) -> Result<(), SyncError> {
        let (contract, nullifier) = (self.note.contract, self.note.siloed_nullifier);
        let mut state = work.state_mut();
        // Rows of contracts that are not registered would never be found again.
        state.contract_instance(&contract)?;
        let nullified = self.note.nullified;
        state.add_note(self.note, self.recipient);
        if let Some(at) = nullified {
            state.nullify_notes(contract, &[(nullifier, at)])?;
        }
        Ok(())
    }
}

/// Reads `N` places of which a count that follows says how many are meant.
pub(super) fn bounded<const N: usize>(
    reader: &mut FieldReader<'_>,
    what: &'static str,
) -> Result<Vec<Fr>, DecodeError> {
    let mut items: Vec<Fr> = reader.read::<[Fr; N]>()?.to_vec();
    let actual = usize::try_from(reader.field()?.to_u32()?).unwrap_or(usize::MAX);
    if actual > N {
        return Err(DecodeError::TooMany {
            what,
            limit: N,
            actual,
        });
    }
    items.truncate(actual);
    Ok(items)
}
