use super::*;
use proptest::prelude::*;

fn element() -> impl Strategy<Value = Fe> {
    prop_oneof![
        4 => any::<[u64; 4]>().prop_map(Fe::from_limbs_reduced),
        1 => any::<u64>().prop_map(Fe::from_u64),
        1 => Just(Fe::ZERO),
        1 => Just(Fe::ONE),
        1 => Just(-Fe::ONE),
    ]
}

proptest! {
    #[test]
    fn integers_and_text_round_trip(a in element(), n in any::<u128>()) {
        prop_assert_eq!(Fe::from_be_bytes_reduced(&a.to_be_bytes()), Some(a));
        prop_assert_eq!(Fe::from_hex(&a.to_hex()), Some(a));
        prop_assert_eq!(Fe::from_u128(n).to_u128(), Some(n));
        prop_assert_eq!(Fe::from_u128(n).num_bits(), 128 - n.leading_zeros());
    }

    #[test]
    fn random_text_never_panics(text in ".{0,80}") {
        let _ = Fe::from_hex(&text);
    }
}

#[test]
fn values_above_the_modulus_are_reduced_or_refused() {
    let modulus = "0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
    assert_eq!(Fe::from_hex(modulus), None);
    let all_ones = Fr::from(2u8).pow(&[256]) - Fr::ONE;
    assert_eq!(
        Fe::from_be_bytes_reduced(&[0xff; 32]),
        Some(all_ones.into())
    );
}
