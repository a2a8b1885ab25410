//! The values of a circuit's witnesses.

use crate::Fe;
use crate::ir::Witness;

/// The witness of a circuit: a value for each index that is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WitnessTable {
    values: Vec<Fe>,
    known: Vec<bool>,
}

impl WitnessTable {
    pub(crate) fn new(count: usize) -> Self {
        Self {
            values: vec![Fe::ZERO; count],
            known: vec![false; count],
        }
    }

    /// The value at an index, if it is known.
    #[must_use]
    pub fn get(&self, witness: Witness) -> Option<Fe> {
        let index = witness.0 as usize;
        if *self.known.get(index)? {
            self.values.get(index).copied()
        } else {
            None
        }
    }

    /// The known values in ascending order of their indexes.
    pub fn iter(&self) -> impl Iterator<Item = (Witness, Fe)> + '_ {
        (0u32..)
            .zip(self.values.iter().zip(&self.known))
            .filter(|(_, (_, known))| **known)
            .map(|(index, (value, _))| (Witness(index), *value))
    }

    /// Number of known values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.iter().filter(|known| **known).count()
    }

    /// Whether no value is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.known.contains(&true)
    }

    /// All values; those that are unknown are zero.
    pub(crate) fn values(&self) -> &[Fe] {
        &self.values
    }

    /// Sets a value whatever was there.
    #[inline]
    pub(crate) fn assign(&mut self, index: u32, value: Fe) {
        let index = index as usize;
        if let (Some(slot), Some(known)) = (self.values.get_mut(index), self.known.get_mut(index)) {
            *slot = value;
            *known = true;
        }
    }

    /// Sets a value; `false` if another value is there already.
    #[inline]
    #[must_use]
    pub(crate) fn insert(&mut self, index: u32, value: Fe) -> bool {
        match self.get(Witness(index)) {
            Some(present) => present == value,
            None => {
                self.assign(index, value);
                true
            }
        }
    }
}
