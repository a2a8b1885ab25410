//! Memory of the Brillig machine.
//!
//! A slot is 32 bytes: a field element in Montgomery form leaves the top bits of its highest limb
//! free, and an integer keeps its type there. The memory is reused from call to call; only the pages
//! that were written are cleared.

use crate::Fe;
use crate::ir::{BitSize, IntegerSize};

use super::VmFault;

/// Marks integers, in the highest limb.
const INTEGER: u64 = 1 << 63;
/// Slots of a page, as a power of two.
const PAGE_BITS: usize = 7;

/// A typed value. The second limb of integers counts for those of 128 bits only.
#[derive(Clone, Copy)]
pub(crate) struct Slot([u64; 4]);

/// The type mark of an integer.
const fn mark(size: IntegerSize) -> u64 {
    INTEGER | size as u64
}

impl Slot {
    /// What untouched memory holds: the field element zero.
    pub(crate) const EMPTY: Self = Self([0; 4]);

    pub(crate) const fn field(value: Fe) -> Self {
        Self(value.montgomery_limbs())
    }

    /// An integer; the value must fit the size.
    pub(crate) const fn integer(size: IntegerSize, value: u128) -> Self {
        Self([value as u64, (value >> 64) as u64, 0, mark(size)])
    }

    #[inline(always)]
    pub(crate) const fn u32(value: u32) -> Self {
        Self([value as u64, 0, 0, mark(IntegerSize::U32)])
    }

    #[inline(always)]
    pub(crate) const fn boolean(value: bool) -> Self {
        Self([value as u64, 0, 0, mark(IntegerSize::U1)])
    }

    pub(crate) const fn u8(value: u8) -> Self {
        Self([value as u64, 0, 0, mark(IntegerSize::U8)])
    }

    #[inline(always)]
    pub(crate) fn as_field(&self) -> Option<Fe> {
        (self.0[3] & INTEGER == 0).then(|| Fe::from_montgomery_limbs(self.0))
    }

    /// The integer, if it has this size.
    #[inline(always)]
    pub(crate) fn as_integer(&self, size: IntegerSize) -> Option<u128> {
        (self.0[3] == mark(size)).then(|| self.value())
    }

    #[inline(always)]
    pub(crate) fn as_u32(&self) -> Option<u32> {
        (self.0[3] == mark(IntegerSize::U32)).then_some(self.0[0] as u32)
    }

    #[inline(always)]
    pub(crate) fn as_boolean(&self) -> Option<bool> {
        (self.0[3] == mark(IntegerSize::U1)).then_some(self.0[0] != 0)
    }

    #[inline(always)]
    fn value(&self) -> u128 {
        let low = u128::from(self.0[0]);
        if self.0[3] == mark(IntegerSize::U128) {
            low | u128::from(self.0[1]) << 64
        } else {
            low
        }
    }

    /// The integer, if it has this size, which is not 128 bits.
    #[inline(always)]
    pub(crate) fn as_small(&self, size: IntegerSize) -> Option<u64> {
        (self.0[3] == mark(size)).then_some(self.0[0])
    }

    /// The value as a field element, whatever its type.
    pub(crate) fn to_field(self) -> Fe {
        match self.as_field() {
            Some(value) => value,
            None => Fe::from_u128(self.value()),
        }
    }

    /// The low 128 bits of the value, whatever its type.
    pub(crate) fn low_bits(&self) -> u128 {
        match self.as_field() {
            Some(value) => {
                let limbs = value.to_limbs();
                u128::from(limbs[0]) | u128::from(limbs[1]) << 64
            }
            None => self.value(),
        }
    }

    /// The value with another type, truncated to it.
    pub(crate) fn cast(self, to: BitSize) -> Self {
        match to {
            BitSize::Field => Self::field(self.to_field()),
            BitSize::Integer(size) => Self::integer(size, self.low_bits() & size.max()),
        }
    }

    /// A field element as a value of a type, if it fits.
    pub(crate) fn checked(value: Fe, bit_size: BitSize) -> Option<Self> {
        match bit_size {
            BitSize::Field => Some(Self::field(value)),
            BitSize::Integer(size) => {
                let integer = value.to_u128()?;
                (integer <= size.max()).then(|| Self::integer(size, integer))
            }
        }
    }

    /// Width of the value's type in bits.
    pub(crate) fn bits(&self) -> u32 {
        const SIZES: [IntegerSize; 6] = [
            IntegerSize::U1,
            IntegerSize::U8,
            IntegerSize::U16,
            IntegerSize::U32,
            IntegerSize::U64,
            IntegerSize::U128,
        ];
        SIZES
            .iter()
            .find(|size| self.0[3] == mark(**size))
            .map_or(crate::field::FIELD_BITS, |size| size.bits())
    }
}

/// The slots.
pub(crate) struct Memory {
    slots: Vec<Slot>,
    /// End of the highest page written.
    length: usize,
    /// Pages written since the last reset.
    dirty: Vec<bool>,
    dirty_pages: Vec<u32>,
    /// The value of slot 0, kept here because every relative address needs it.
    stack_pointer: u32,
    limit: usize,
}

impl Memory {
    /// Memory of at most `limit` slots.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            slots: Vec::new(),
            length: 0,
            dirty: Vec::new(),
            dirty_pages: Vec::new(),
            stack_pointer: 0,
            limit,
        }
    }

    /// Forgets all contents.
    pub(crate) fn reset(&mut self) {
        for page in self.dirty_pages.drain(..) {
            let page = page as usize;
            if let Some(flag) = self.dirty.get_mut(page) {
                *flag = false;
            }
            let start = page << PAGE_BITS;
            let end = (start + (1 << PAGE_BITS)).min(self.slots.len());
            if let Some(slots) = self.slots.get_mut(start..end) {
                slots.fill(Slot::EMPTY);
            }
        }
        self.length = 0;
        self.stack_pointer = 0;
    }

    #[inline(always)]
    pub(crate) fn stack_pointer(&self) -> u32 {
        self.stack_pointer
    }

    /// The value of a slot.
    #[inline(always)]
    pub(crate) fn read(&self, index: usize) -> Slot {
        match self.slots.get(index) {
            Some(slot) => *slot,
            None => Slot::EMPTY,
        }
    }

    /// The values of a range, which must lie below the end of the highest page written.
    pub(crate) fn read_slice(&self, start: usize, count: usize) -> Result<&[Slot], VmFault> {
        if count == 0 {
            return Ok(&[]);
        }
        start
            .checked_add(count)
            .filter(|end| *end <= self.length)
            .and_then(|end| self.slots.get(start..end))
            .ok_or(VmFault::OutOfBounds {
                address: start as u64,
                count: count as u64,
            })
    }

    /// Sets a slot.
    #[inline(always)]
    pub(crate) fn write(&mut self, index: usize, value: Slot) -> Result<(), VmFault> {
        let Some(slot) = self.slots.get_mut(index) else {
            return self.write_beyond(index, value);
        };
        *slot = value;
        self.written(index)
    }

    /// Sets a slot to an integer of at most 64 bits.
    #[inline(always)]
    pub(crate) fn write_small(
        &mut self,
        index: usize,
        size: IntegerSize,
        value: u64,
    ) -> Result<(), VmFault> {
        let Some(slot) = self.slots.get_mut(index) else {
            return self.write_beyond(index, Slot::integer(size, u128::from(value)));
        };
        slot.0[0] = value;
        slot.0[3] = mark(size);
        self.written(index)
    }

    /// Keeps account of a write.
    #[inline(always)]
    fn written(&mut self, index: usize) -> Result<(), VmFault> {
        if self.dirty.get(index >> PAGE_BITS) != Some(&true) {
            self.touch(index >> PAGE_BITS);
        }
        if index == 0
            && let Some(pointer) = self.read(0).as_u32()
        {
            // Above this no slot exists, and sums with offsets do not overflow.
            self.stack_pointer = pointer.min(1 << 31);
        }
        Ok(())
    }

    #[cold]
    fn write_beyond(&mut self, index: usize, value: Slot) -> Result<(), VmFault> {
        self.grow(index)?;
        if let Some(slot) = self.slots.get_mut(index) {
            *slot = value;
        }
        self.written(index)
    }

    #[cold]
    fn touch(&mut self, page: usize) {
        if let Some(flag) = self.dirty.get_mut(page) {
            *flag = true;
            self.dirty_pages.push(page as u32);
            self.length = self.length.max((page + 1) << PAGE_BITS);
        }
    }

    /// Sets a range of slots.
    pub(crate) fn write_slice(
        &mut self,
        start: usize,
        values: impl ExactSizeIterator<Item = Slot>,
    ) -> Result<(), VmFault> {
        for (offset, value) in values.enumerate() {
            self.write(start.saturating_add(offset), value)?;
        }
        Ok(())
    }

    /// Whether a range lies within the limit.
    pub(crate) fn check_room(&self, start: usize, count: usize) -> Result<(), VmFault> {
        match start.checked_add(count) {
            Some(end) if end <= self.limit => Ok(()),
            _ => Err(VmFault::MemoryLimit { limit: self.limit }),
        }
    }

    #[cold]
    fn grow(&mut self, index: usize) -> Result<(), VmFault> {
        if index >= self.limit {
            return Err(VmFault::MemoryLimit { limit: self.limit });
        }
        let size = (index + 1)
            .max(self.slots.len() * 2)
            .max(1 << 12)
            .min(self.limit.max(1));
        self.slots.resize(size, Slot::EMPTY);
        self.dirty.resize((size >> PAGE_BITS) + 1, false);
        Ok(())
    }
}

#[cfg(test)]
#[path = "memory_tests.rs"]
mod tests;
