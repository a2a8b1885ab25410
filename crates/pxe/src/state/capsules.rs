//! Capsules: what contracts keep on the device (Aztec 4.1.2, pxe `CapsuleStore`).

use pixie_primitives::codec::write_vec;
use pixie_primitives::hash::StorageSlot;
use pixie_primitives::{
    AztecAddress, ByteReader, DecodeError, Fr, FromBytes, ToBytes, bytes_in_order,
};
use pixie_store::table;

use super::codec::stored_as_bytes;
use super::{PxeTables, StateError, shards};

table! {
    /// The fields that a contract has stored in a slot.
    pub Capsules("capsules"): CapsuleKey => StoredCapsule,
    shard = |key| shards::contract(&key.contract),
}

/// A slot of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CapsuleKey {
    /// The contract.
    pub contract: AztecAddress,
    /// The slot.
    pub slot: StorageSlot,
}
bytes_in_order!(CapsuleKey { contract, slot });

/// The stored fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCapsule(pub Vec<Fr>);

impl ToBytes for StoredCapsule {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        write_vec(&self.0, out);
    }
}

impl FromBytes for StoredCapsule {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        reader.vec("capsule").map(Self)
    }
}
stored_as_bytes!(CapsuleKey, StoredCapsule);

fn offset(slot: StorageSlot, by: u32) -> StorageSlot {
    StorageSlot::from_field(slot.to_field() + Fr::from(by))
}

/// The slot of an element: the first one follows the length.
fn element(base: StorageSlot, index: u32) -> StorageSlot {
    offset(offset(base, 1), index)
}

impl PxeTables {
    /// The fields in a slot, if anything was stored.
    #[must_use]
    pub fn load_capsule(&self, contract: AztecAddress, slot: StorageSlot) -> Option<&[Fr]> {
        let row = self.capsules.get(&CapsuleKey { contract, slot });
        row.map(|capsule| capsule.0.as_slice())
    }

    /// Stores fields in a slot, in place of what was there.
    pub fn store_capsule(&mut self, contract: AztecAddress, slot: StorageSlot, fields: Vec<Fr>) {
        self.capsules
            .put(CapsuleKey { contract, slot }, StoredCapsule(fields));
    }

    /// Empties a slot.
    pub fn delete_capsule(&mut self, contract: AztecAddress, slot: StorageSlot) {
        self.capsules.remove(&CapsuleKey { contract, slot });
    }

    /// Copies `count` slots from `from` on to those from `to` on; the two may overlap.
    ///
    /// # Errors
    /// [`StateError::EmptyCapsule`] if one of them is empty; slots copied before it stay copied.
    pub fn copy_capsule(
        &mut self,
        contract: AztecAddress,
        from: StorageSlot,
        to: StorageSlot,
        count: u32,
    ) -> Result<(), StateError> {
        let copy = |tables: &mut Self, index| {
            let slot = offset(from, index);
            let fields = tables
                .load_capsule(contract, slot)
                .ok_or(StateError::EmptyCapsule { contract, slot })?
                .to_vec();
            tables.store_capsule(contract, offset(to, index), fields);
            Ok(())
        };
        // What is overwritten must have been copied before.
        if from < to {
            (0..count).rev().try_for_each(|index| copy(self, index))
        } else {
            (0..count).try_for_each(|index| copy(self, index))
        }
    }

    /// The elements of an array of capsules: its length is in the base slot, the elements follow.
    ///
    /// # Errors
    /// [`StateError::BrokenCapsuleArray`].
    pub fn read_capsule_array(
        &self,
        contract: AztecAddress,
        base: StorageSlot,
    ) -> Result<Vec<&[Fr]>, StateError> {
        let broken = || StateError::BrokenCapsuleArray {
            contract,
            slot: base,
        };
        (0..self.capsule_array_length(contract, base)?)
            .map(|index| {
                self.load_capsule(contract, element(base, index))
                    .ok_or_else(broken)
            })
            .collect()
    }

    /// Appends elements to an array of capsules.
    ///
    /// # Errors
    /// [`StateError::BrokenCapsuleArray`].
    pub fn append_to_capsule_array(
        &mut self,
        contract: AztecAddress,
        base: StorageSlot,
        elements: Vec<Vec<Fr>>,
    ) -> Result<(), StateError> {
        let before = self.capsule_array_length(contract, base)?;
        let after = u32::try_from(elements.len())
            .ok()
            .and_then(|count| before.checked_add(count))
            .ok_or(StateError::BrokenCapsuleArray {
                contract,
                slot: base,
            })?;
        for (index, fields) in (before..after).zip(elements) {
            self.store_capsule(contract, element(base, index), fields);
        }
        self.store_capsule(contract, base, vec![Fr::from(after)]);
        Ok(())
    }

    /// Puts elements in place of those of an array of capsules.
    ///
    /// # Errors
    /// [`StateError::BrokenCapsuleArray`].
    pub fn set_capsule_array(
        &mut self,
        contract: AztecAddress,
        base: StorageSlot,
        elements: Vec<Vec<Fr>>,
    ) -> Result<(), StateError> {
        let broken = StateError::BrokenCapsuleArray {
            contract,
            slot: base,
        };
        let before = self.capsule_array_length(contract, base)?;
        let after = u32::try_from(elements.len()).map_err(|_| broken)?;
        self.store_capsule(contract, base, vec![Fr::from(after)]);
        for (index, fields) in (0..after).zip(elements) {
            self.store_capsule(contract, element(base, index), fields);
        }
        self.delete_elements(contract, base, after, before);
        Ok(())
    }

    /// Deletes the elements from index `from` to before `to`. The length may be a contract's lie:
    /// only slots that are there are visited.
    fn delete_elements(&mut self, contract: AztecAddress, base: StorageSlot, from: u32, to: u32) {
        if from >= to {
            return;
        }
        let key = |slot| CapsuleKey { contract, slot };
        let [first, last] = [from, to - 1].map(|index| key(element(base, index)));
        let gone: Vec<CapsuleKey> = if first <= last {
            let rows = self.capsules.range(first..=last);
            rows.map(|(key, _)| *key).collect()
        } else {
            // The slots go on at 0 after the greatest field.
            let greatest = key(StorageSlot::from_field(-Fr::ONE));
            let upper = self.capsules.range(first..=greatest);
            let lower = self.capsules.range(key(StorageSlot::ZERO)..=last);
            upper.chain(lower).map(|(key, _)| *key).collect()
        };
        for key in gone {
            self.capsules.remove(&key);
        }
    }

    fn capsule_array_length(
        &self,
        contract: AztecAddress,
        base: StorageSlot,
    ) -> Result<u32, StateError> {
        match self.load_capsule(contract, base) {
            None => Ok(0),
            Some(fields) => fields
                .first()
                .and_then(|length| length.to_u32().ok())
                .ok_or(StateError::BrokenCapsuleArray {
                    contract,
                    slot: base,
                }),
        }
    }
}
