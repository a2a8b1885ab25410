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
    fn limbs29_agrees_with_the_generic_field(a in element(), b in element()) {
        let (x, y) = (a.montgomery_limbs(), b.montgomery_limbs());
        prop_assert_eq!(limbs29::mul(&x, &y), (a.0 * b.0).0.0);
        prop_assert_eq!(limbs29::square(&x), a.0.square().0.0);
        prop_assert_eq!(limbs29::reduce(&x), a.0.into_bigint().0);
    }

    #[test]
    fn inversion_agrees_with_the_generic_field(a in element()) {
        prop_assert_eq!(a.inverse(), a.0.inverse().map(Fe));
    }

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
    assert_eq!(Fe::from_limbs_reduced(Fr::MODULUS.0), Fe::ZERO);
    let all_ones = Fe::from_be_bytes_reduced(&[0xff; 32]);
    assert_eq!(
        all_ones,
        Some(Fe::from_ark(Fr::from(2u64).pow([256u64]) - Fr::from(1u64)))
    );
}
