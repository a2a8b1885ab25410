use super::*;

fn fields(number: u32) -> Vec<Fr> {
    vec![Fr::from(number)]
}

fn stored(state: &PxeTables, at: StorageSlot) -> Option<u64> {
    let fields = state.load_capsule(address(1), at)?;
    Some(fields[0].to_u64().unwrap())
}

#[test]
fn capsules_belong_to_their_contract() {
    let mut state = PxeTables::default();
    state.store_capsule(address(1), slot(5), fields(1));
    state.store_capsule(address(2), slot(5), fields(2));
    state.store_capsule(address(1), slot(5), fields(3));
    assert_eq!(stored(&state, slot(5)), Some(3));
    state.delete_capsule(address(1), slot(5));
    state.delete_capsule(address(1), slot(5));
    assert_eq!(stored(&state, slot(5)), None);
    assert!(state.load_capsule(address(2), slot(5)).is_some());
}

#[test]
fn copies_may_overlap() {
    for (from, to, expected) in [(10, 11, [0, 0, 1, 2]), (11, 10, [1, 2, 3, 3])] {
        let mut state = PxeTables::default();
        for index in 0..4 {
            state.store_capsule(address(1), slot(10 + index), fields(index));
        }
        // Three slots, one to the right or to the left.
        state
            .copy_capsule(address(1), slot(from), slot(to), 3)
            .unwrap();
        let after = [10, 11, 12, 13].map(|at| stored(&state, slot(at)).unwrap());
        assert_eq!(after, expected);
    }
}

#[test]
fn an_empty_slot_is_not_copied() {
    let mut state = PxeTables::default();
    state.store_capsule(address(1), slot(1), fields(1));
    let far = state.copy_capsule(address(1), slot(1), slot(50), u32::MAX);
    assert!(matches!(far, Err(StateError::EmptyCapsule { .. })));
    let near = state.copy_capsule(address(1), slot(1), slot(0), 2);
    assert!(matches!(
        near,
        Err(StateError::EmptyCapsule { slot: at, .. }) if at == slot(2)
    ));
}

#[test]
fn arrays_grow_and_shrink() {
    let mut state = PxeTables::default();
    let (contract, base) = (address(1), slot(100));
    let read = |state: &PxeTables| -> Vec<u64> {
        let elements = state.read_capsule_array(contract, base).unwrap();
        elements
            .iter()
            .map(|element| element[0].to_u64().unwrap())
            .collect()
    };
    assert!(read(&state).is_empty());
    state
        .append_to_capsule_array(contract, base, vec![fields(1), fields(2)])
        .unwrap();
    state
        .append_to_capsule_array(contract, base, vec![fields(3)])
        .unwrap();
    assert_eq!(read(&state), [1, 2, 3]);
    assert_eq!(stored(&state, slot(100)), Some(3), "the length");
    assert_eq!(stored(&state, slot(101)), Some(1), "the first element");
    state
        .set_capsule_array(contract, base, vec![fields(9)])
        .unwrap();
    assert_eq!(read(&state), [9]);
    assert_eq!(stored(&state, slot(102)), None);
    state.set_capsule_array(contract, base, Vec::new()).unwrap();
    assert!(read(&state).is_empty());
    assert_eq!(stored(&state, slot(100)), Some(0));
    assert_eq!(state.capsules.len(), 1);
}

#[test]
fn a_contract_may_lie_about_a_length() {
    let mut state = PxeTables::default();
    let (contract, base) = (address(1), slot(100));
    let broken = |result| assert!(matches!(result, Err(StateError::BrokenCapsuleArray { .. })));
    for length in [-Fr::ONE, Fr::from(1u64 << 32)] {
        state.store_capsule(contract, base, vec![length]);
        broken(state.read_capsule_array(contract, base).map(drop));
        broken(state.append_to_capsule_array(contract, base, vec![fields(1)]));
        broken(state.set_capsule_array(contract, base, Vec::new()));
    }
    state.store_capsule(contract, base, Vec::new());
    broken(state.read_capsule_array(contract, base).map(drop));

    // A length that is possible, but not true: emptying the array takes no time.
    state.store_capsule(contract, base, vec![Fr::from(u32::MAX)]);
    state.store_capsule(contract, slot(103), fields(7));
    broken(state.read_capsule_array(contract, base).map(drop));
    broken(state.append_to_capsule_array(contract, base, vec![fields(1)]));
    state.set_capsule_array(contract, base, Vec::new()).unwrap();
    assert_eq!(state.capsules.len(), 1);
}

#[test]
fn an_array_may_go_past_the_greatest_slot() {
    let mut state = PxeTables::default();
    let (contract, base) = (address(1), StorageSlot::from_field(-Fr::from(2u8)));
    let elements = (1..=4).map(fields).collect();
    state
        .append_to_capsule_array(contract, base, elements)
        .unwrap();
    assert_eq!(stored(&state, slot(0)), Some(2));
    assert_eq!(state.read_capsule_array(contract, base).unwrap().len(), 4);
    state.set_capsule_array(contract, base, Vec::new()).unwrap();
    assert_eq!(state.capsules.len(), 1);
}
