//! Notes, active and nullified (Aztec 4.1.2, pxe `NoteStore`).

use std::collections::BTreeSet;
use std::fmt;

use pixie_primitives::block::{BlockHash, BlockNumber, InBlock};
use pixie_primitives::codec::write_vec;
use pixie_primitives::hash::StorageSlot;
use pixie_primitives::note::{NoteHash, NoteNonce, SiloedNullifier};
use pixie_primitives::tx::TxHash;
use pixie_primitives::{
    AztecAddress, ByteReader, DecodeError, Fr, FromBytes, ToBytes, bytes_in_order,
};
use pixie_store::table;

use super::codec::{check_ascending, read_option, stored_as_bytes, write_option};
use super::{PxeTables, StateError, shards};
use crate::scopes::AccessScopes;

table! {
    /// Notes by contract and nullifier, which is unique to a note.
    pub Notes("notes"): NoteKey => StoredNote,
    index NoteIndex = |_, note| note.indexes(),
    shard = |key| shards::contract(&key.contract),
}

/// What identifies a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoteKey {
    /// The contract.
    pub contract: AztecAddress,
    /// The nullifier that spends the note.
    pub nullifier: SiloedNullifier,
}
bytes_in_order!(NoteKey {
    contract,
    nullifier
});

/// A note's place in the chain: by it notes are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotePlace {
    /// The block.
    pub block: BlockNumber,
    /// The index of the transaction in the block.
    pub tx_index: u32,
    /// The index of the note hash in the transaction.
    pub note_index: u32,
}

impl NotePlace {
    const FIRST: Self = Self {
        block: BlockNumber::ZERO,
        tx_index: 0,
        note_index: 0,
    };
    const LAST: Self = Self {
        block: BlockNumber(u32::MAX),
        tx_index: u32::MAX,
        note_index: u32::MAX,
    };
}

/// What notes are found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteIndex {
    /// All notes of a contract.
    Contract(AztecAddress, IsActive, NotePlace),
    /// Notes in a slot.
    Slot(AztecAddress, StorageSlot, IsActive, NotePlace),
    /// Notes of an owner in a slot.
    Owner(AztecAddress, StorageSlot, AztecAddress, IsActive, NotePlace),
    /// Notes that came with a block.
    Created(BlockNumber),
    /// Notes that were nullified by a block.
    Nullified(BlockNumber),
}

/// Whether a note is active, as a part of an index.
pub type IsActive = bool;

/// Whether only notes are wanted that can be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoteStatus {
    /// Notes that are not nullified.
    #[default]
    Active,
    /// Nullified ones too.
    ActiveOrNullified,
}

/// A note whose existence was verified.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredNote {
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
    /// Its fields as the contract packs them.
    pub items: Vec<Fr>,
    /// Its hash, not yet siloed.
    pub note_hash: NoteHash,
    /// The nullifier that spends it.
    pub siloed_nullifier: SiloedNullifier,
    /// The transaction that made it.
    pub tx_hash: TxHash,
    /// The block of that transaction.
    pub block: InBlock,
    /// The index of that transaction in its block.
    pub tx_index: u32,
    /// The index of the note hash in that transaction.
    pub note_index: u32,
    /// The accounts that have found the note.
    pub scopes: BTreeSet<AztecAddress>,
    /// The block that nullified it.
    pub nullified: Option<InBlock>,
}

impl fmt::Debug for StoredNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredNote")
            .field("contract", &self.contract)
            .field("block", &self.block.l2_block_number)
            .field("is_active", &self.is_active())
            .finish_non_exhaustive()
    }
}

impl StoredNote {
    /// What identifies the note.
    #[must_use]
    pub const fn key(&self) -> NoteKey {
        NoteKey {
            contract: self.contract,
            nullifier: self.siloed_nullifier,
        }
    }

    /// Its place in the chain.
    #[must_use]
    pub const fn place(&self) -> NotePlace {
        NotePlace {
            block: self.block.l2_block_number,
            tx_index: self.tx_index,
            note_index: self.note_index,
        }
    }

    /// Whether it can be spent.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.nullified.is_none()
    }

    fn indexes(&self) -> Vec<NoteIndex> {
        let (active, place) = (self.is_active(), self.place());
        let (contract, slot) = (self.contract, self.storage_slot);
        let mut indexes = vec![
            NoteIndex::Contract(contract, active, place),
            NoteIndex::Slot(contract, slot, active, place),
            NoteIndex::Owner(contract, slot, self.owner, active, place),
            NoteIndex::Created(self.block.l2_block_number),
        ];
        indexes.extend(
            self.nullified
                .map(|at| NoteIndex::Nullified(at.l2_block_number)),
        );
        indexes
    }

    fn is_in(&self, scopes: &AccessScopes) -> bool {
        match scopes {
            AccessScopes::All => true,
            AccessScopes::Only(accounts) => {
                accounts.iter().any(|account| self.scopes.contains(account))
            }
        }
    }
}

pub(super) fn write_in_block(block: &InBlock, out: &mut Vec<u8>) {
    block.l2_block_number.write_bytes(out);
    block.l2_block_hash.write_bytes(out);
}

pub(super) fn read_in_block(reader: &mut ByteReader<'_>) -> Result<InBlock, DecodeError> {
    Ok(InBlock {
        l2_block_number: reader.read()?,
        l2_block_hash: reader.read()?,
    })
}

pub(super) fn read_scopes(
    reader: &mut ByteReader<'_>,
) -> Result<BTreeSet<AztecAddress>, DecodeError> {
    let scopes: Vec<AztecAddress> = reader.vec("scopes")?;
    check_ascending(&scopes, "scopes")?;
    Ok(scopes.into_iter().collect())
}

pub(super) fn write_scopes(scopes: &BTreeSet<AztecAddress>, out: &mut Vec<u8>) {
    let scopes: Vec<AztecAddress> = scopes.iter().copied().collect();
    write_vec(&scopes, out);
}

/// The block of a nullification, as it is written.
struct Nullification(InBlock);

impl ToBytes for Nullification {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        write_in_block(&self.0, out);
    }
}

impl FromBytes for Nullification {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        read_in_block(reader).map(Self)
    }
}

impl ToBytes for StoredNote {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.contract.write_bytes(out);
        self.owner.write_bytes(out);
        self.storage_slot.write_bytes(out);
        self.randomness.write_bytes(out);
        self.nonce.write_bytes(out);
        write_vec(&self.items, out);
        self.note_hash.write_bytes(out);
        self.siloed_nullifier.write_bytes(out);
        self.tx_hash.write_bytes(out);
        write_in_block(&self.block, out);
        self.tx_index.write_bytes(out);
        self.note_index.write_bytes(out);
        write_scopes(&self.scopes, out);
        write_option(self.nullified.map(Nullification).as_ref(), out);
    }
}

impl FromBytes for StoredNote {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contract: reader.read()?,
            owner: reader.read()?,
            storage_slot: reader.read()?,
            randomness: reader.read()?,
            nonce: reader.read()?,
            items: reader.vec("note")?,
            note_hash: reader.read()?,
            siloed_nullifier: reader.read()?,
            tx_hash: reader.read()?,
            block: read_in_block(reader)?,
            tx_index: reader.read()?,
            note_index: reader.read()?,
            scopes: read_scopes(reader)?,
            nullified: read_option::<Nullification>(reader)?.map(|at| at.0),
        })
    }
}
stored_as_bytes!(NoteKey, StoredNote);

/// Which notes are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteFilter<'a> {
    /// The contract.
    pub contract: AztecAddress,
    /// The owner; nothing for any.
    pub owner: Option<AztecAddress>,
    /// The slot; nothing for any.
    pub storage_slot: Option<StorageSlot>,
    /// Whether only active ones.
    pub status: NoteStatus,
    /// The accounts one of which must have found the note.
    pub scopes: &'a AccessScopes,
}

impl<'a> NoteFilter<'a> {
    /// All active notes of a contract.
    #[must_use]
    pub const fn of(contract: AztecAddress, scopes: &'a AccessScopes) -> Self {
        Self {
            contract,
            owner: None,
            storage_slot: None,
            status: NoteStatus::Active,
            scopes,
        }
    }

    /// The ends of the range of index entries of active or nullified notes.
    fn range(&self, is_active: IsActive) -> [NoteIndex; 2] {
        let contract = self.contract;
        [NotePlace::FIRST, NotePlace::LAST].map(|place| match (self.storage_slot, self.owner) {
            (Some(slot), Some(owner)) => NoteIndex::Owner(contract, slot, owner, is_active, place),
            (Some(slot), None) => NoteIndex::Slot(contract, slot, is_active, place),
            (None, _) => NoteIndex::Contract(contract, is_active, place),
        })
    }

    fn accepts(&self, note: &StoredNote) -> bool {
        self.owner.is_none_or(|owner| owner == note.owner) && note.is_in(self.scopes)
    }
}

impl PxeTables {
    /// The notes that pass a filter, in the order in which the chain got them: by block, by
    /// transaction in the block, by place in the transaction.
    #[must_use]
    pub fn notes(&self, filter: &NoteFilter<'_>) -> Vec<&StoredNote> {
        if matches!(filter.scopes, AccessScopes::Only(accounts) if accounts.is_empty()) {
            return Vec::new();
        }
        let found = |is_active| {
            let [first, last] = filter.range(is_active);
            let rows = self.notes.by_index_range(first..=last);
            rows.map(|(_, _, note)| note)
                .filter(|note| filter.accepts(note))
        };
        let mut notes: Vec<_> = found(true).collect();
        if filter.status == NoteStatus::ActiveOrNullified {
            notes.extend(found(false));
            notes.sort_by_key(|note| note.place());
        }
        notes
    }

    /// The note with a nullifier.
    #[must_use]
    pub fn note(&self, contract: AztecAddress, nullifier: SiloedNullifier) -> Option<&StoredNote> {
        self.notes.get(&NoteKey {
            contract,
            nullifier,
        })
    }

    /// Adds a note that `scope` has found. If it is known, the scope is added to it.
    pub fn add_note(&mut self, note: StoredNote, scope: AztecAddress) {
        let key = note.key();
        match self.notes.get(&key) {
            Some(known) if known.scopes.contains(&scope) => {}
            Some(_) => {
                self.notes.update(&key, |known| {
                    known.scopes.insert(scope);
                });
            }
            None => {
                let mut note = note;
                note.scopes.insert(scope);
                self.notes.put(key, note);
            }
        }
    }

    /// Marks notes of a contract as nullified; all, or none if one is not there. Those that are
    /// marked already stay as they are. Returns how many were marked now.
    ///
    /// # Errors
    /// [`StateError::UnknownNote`], [`StateError::NullifiedAtGenesis`].
    pub fn nullify_notes(
        &mut self,
        contract: AztecAddress,
        nullifiers: &[(SiloedNullifier, InBlock)],
    ) -> Result<usize, StateError> {
        for (nullifier, at) in nullifiers {
            if at.l2_block_number == BlockNumber::ZERO {
                return Err(StateError::NullifiedAtGenesis(*nullifier));
            }
            if self.note(contract, *nullifier).is_none() {
                return Err(StateError::UnknownNote(*nullifier));
            }
        }
        let mut marked = 0;
        for (nullifier, at) in nullifiers {
            let key = NoteKey {
                contract,
                nullifier: *nullifier,
            };
            if self.notes.get(&key).is_some_and(StoredNote::is_active) {
                self.notes.update(&key, |note| note.nullified = Some(*at));
                marked += 1;
            }
        }
        Ok(marked)
    }

    /// The blocks above `settled` that notes came with or were nullified by.
    pub(super) fn note_blocks(&self, settled: BlockNumber) -> BTreeSet<(BlockNumber, BlockHash)> {
        let above = |place: fn(BlockNumber) -> NoteIndex| {
            let rows = place(settled.next())..=place(BlockNumber(u32::MAX));
            self.notes.by_index_range(rows)
        };
        let created = above(NoteIndex::Created).map(|(_, _, note)| note.block);
        let nullified = above(NoteIndex::Nullified).filter_map(|(_, _, note)| note.nullified);
        created
            .chain(nullified)
            .filter(|block| block.l2_block_number > settled)
            .map(|block| (block.l2_block_number, block.l2_block_hash))
            .collect()
    }

    /// Takes back what these blocks did: their notes vanish, what they nullified is active again.
    pub(super) fn discard_note_blocks(&mut self, blocks: &BTreeSet<(BlockNumber, BlockHash)>) {
        let is_gone = |at: &InBlock| blocks.contains(&(at.l2_block_number, at.l2_block_hash));
        for (number, _) in blocks {
            let created = self.notes.by_index(NoteIndex::Created(*number));
            let gone: Vec<NoteKey> = created
                .filter(|(_, note)| is_gone(&note.block))
                .map(|(key, _)| *key)
                .collect();
            for key in gone {
                self.notes.remove(&key);
            }
            let nullified = self.notes.by_index(NoteIndex::Nullified(*number));
            let revived: Vec<NoteKey> = nullified
                .filter(|(_, note)| note.nullified.as_ref().is_some_and(is_gone))
                .map(|(key, _)| *key)
                .collect();
            for key in revived {
                self.notes.update(&key, |note| note.nullified = None);
            }
        }
    }
}
