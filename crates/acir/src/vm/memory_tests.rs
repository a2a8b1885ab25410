use super::*;
use proptest::prelude::*;

const SIZES: [IntegerSize; 6] = [
    IntegerSize::U1,
    IntegerSize::U8,
    IntegerSize::U16,
    IntegerSize::U32,
    IntegerSize::U64,
    IntegerSize::U128,
];

proptest! {
    #[test]
    fn integers_keep_type_and_value(index in 0usize..6, value: u128) {
        let size = SIZES[index];
        let value = value & size.max();
        let slot = Slot::integer(size, value);
        prop_assert_eq!(slot.as_integer(size), Some(value));
        prop_assert_eq!(slot.to_field(), Fe::from_u128(value));
        prop_assert_eq!(slot.bits(), size.bits());
        prop_assert_eq!(slot.as_field(), None);
        for other in SIZES {
            prop_assert_eq!(slot.as_integer(other).is_some(), other == size);
            let cast = slot.cast(BitSize::Integer(other));
            prop_assert_eq!(cast.as_integer(other), Some(value & other.max()));
        }
        prop_assert_eq!(slot.cast(BitSize::Field).as_field(), Some(Fe::from_u128(value)));
    }

    #[test]
    fn fields_keep_their_value(limbs: [u64; 4]) {
        let value = Fe::from_limbs_reduced(limbs);
        let slot = Slot::field(value);
        prop_assert_eq!(slot.as_field(), Some(value));
        prop_assert_eq!(slot.bits(), 254);
        for size in SIZES {
            prop_assert_eq!(slot.as_integer(size), None);
            let fits = value.to_u128().is_some_and(|integer| integer <= size.max());
            prop_assert_eq!(Slot::checked(value, BitSize::Integer(size)).is_some(), fits);
        }
    }

    #[test]
    fn reset_forgets_everything(writes in proptest::collection::vec((0usize..5000, any::<u64>()), 0..40)) {
        let mut memory = Memory::new(5000);
        for (index, value) in &writes {
            memory.write(*index, Slot::field(Fe::from_u64(*value))).unwrap();
        }
        memory.reset();
        for (index, _) in writes {
            prop_assert_eq!(memory.read(index).as_field(), Some(Fe::ZERO));
            prop_assert!(memory.read_slice(index, 1).is_err());
        }
        prop_assert_eq!(memory.stack_pointer(), 0);
    }
}

#[test]
fn small_writes_hide_what_was_there() {
    let mut memory = Memory::new(10);
    memory
        .write(3, Slot::integer(IntegerSize::U128, u128::MAX))
        .unwrap();
    memory.write_small(3, IntegerSize::U32, 5).unwrap();
    assert_eq!(memory.read(3).as_u32(), Some(5));
    assert_eq!(memory.read(3).to_field(), Fe::from_u64(5));
    assert_eq!(memory.read(3).low_bits(), 5);
    assert_eq!(
        memory
            .read(3)
            .cast(BitSize::Integer(IntegerSize::U128))
            .to_field(),
        Fe::from_u64(5)
    );
}

#[test]
fn the_limit_holds() {
    let mut memory = Memory::new(10);
    assert!(memory.write(9, Slot::u32(1)).is_ok());
    assert_eq!(
        memory.write(1 << 20, Slot::u32(1)),
        Err(VmFault::MemoryLimit { limit: 10 })
    );
    assert_eq!(
        memory.write(usize::MAX, Slot::u32(1)),
        Err(VmFault::MemoryLimit { limit: 10 })
    );
    assert!(memory.read(usize::MAX).as_field().is_some());
    assert!(memory.read_slice(usize::MAX, 2).is_err());
}
