use proptest::prelude::*;

use super::*;
use crate::constants::{MAX_FIELD_VALUE, fr};

#[test]
fn permutation_agrees_with_an_independent_implementation() {
    // zkhash 0.2.0 with these parameters.
    let expected = [
        fr!("0x18DFB8DC9B82229CFF974EFEFC8DF78B1CE96D9D844236B496785C698BC6732E"),
        fr!("0x095C230D1D37A246E8D2D5A63B165FE0FADE040D442F61E25F0590E5FB76F839"),
        fr!("0x0BB9545846E1AFA4FA3C97414A60A20FC4949F537A68CCECA34C5CE71E28AA59"),
        fr!("0x18A4F34C9C6F99335FF7638B82AEED9018026618358873C982BBDDE265B2ED6D"),
    ];
    assert_eq!(permute([Fr::ZERO; 4]), expected);
}

#[test]
fn the_announced_length_is_enforced() {
    assert_eq!(
        Poseidon2Hasher::new(0).absorb(Fr::ONE),
        Err(WrongInputLength)
    );
    assert_eq!(Poseidon2Hasher::new(1).finish(), Err(WrongInputLength));
}

#[test]
fn length_is_part_of_the_hash() {
    assert_ne!(poseidon2_hash(&[]), poseidon2_hash(&[Fr::ZERO]));
    assert_ne!(
        poseidon2_hash(&[Fr::ONE]),
        poseidon2_hash(&[Fr::ONE, Fr::ZERO])
    );
}

proptest! {
    #[test]
    fn streaming_equals_one_call(values in prop::collection::vec(any::<u128>(), 0..20)) {
        let inputs: Vec<Fr> = values.iter().map(|v| Fr::from(*v) * MAX_FIELD_VALUE).collect();
        let mut hasher = Poseidon2Hasher::new(inputs.len());
        hasher.absorb_all(&inputs).unwrap();
        prop_assert_eq!(hasher.finish(), Ok(poseidon2_hash(&inputs)));
        let separator = DomainSeparator::NoteHash;
        let mut with_separator = vec![separator.to_field()];
        with_separator.extend(&inputs);
        prop_assert_eq!(
            poseidon2_hash_with_separator(&inputs, separator),
            poseidon2_hash(&with_separator)
        );
    }
}
