use proptest::prelude::*;

use crate::fr::limbs29;
use crate::{Fq, Fr, ParseFieldError};

mod grumpkin;

/// Elements, the smallest and the greatest among them.
pub(crate) fn any_fr() -> impl Strategy<Value = Fr> {
    prop_oneof![
        4 => any::<[u64; 4]>().prop_map(Fr::from_limbs_reduced),
        1 => any::<u64>().prop_map(Fr::from),
        1 => Just(Fr::ZERO),
        1 => Just(Fr::ONE),
        1 => Just(-Fr::ONE),
    ]
}

proptest! {
    #[test]
    fn text_and_bytes_round_trip(value in any_fr()) {
        prop_assert_eq!(value.to_string().parse::<Fr>(), Ok(value));
        prop_assert_eq!(Fr::from_be_bytes(&value.to_be_bytes()), Ok(value));
        prop_assert_eq!(Fr::from_limbs(value.limbs()), Some(value));
        let json = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(serde_json::from_str::<Fr>(&json).unwrap(), value);
    }

    #[test]
    fn random_text_never_panics(text in ".{0,90}") {
        let _ = text.parse::<Fr>();
        let _ = text.parse::<Fq>();
    }

    #[test]
    fn decimal_agrees_with_the_integer(value: u128) {
        prop_assert_eq!(value.to_string().parse::<Fr>(), Ok(Fr::from(value)));
        prop_assert_eq!(Fr::from(value).to_u128(), Ok(value));
    }

    #[test]
    fn halves_recompose(bytes: [u8; 32]) {
        let scalar = Fq::from_be_bytes_reduced(&bytes);
        let mut joined = [0u8; 32];
        joined[..16].copy_from_slice(&scalar.hi().to_be_bytes()[16..]);
        joined[16..].copy_from_slice(&scalar.lo().to_be_bytes()[16..]);
        prop_assert_eq!(Fq::from_be_bytes(&joined), Ok(scalar));
    }
}

proptest! {
    #[test]
    fn reduction_is_the_backends(bytes: Vec<u8>) {
        use ark_ff::PrimeField;

        let (reduced, scalar) = (Fr::from_be_bytes_reduced(&bytes), Fq::from_be_bytes_reduced(&bytes));
        prop_assert_eq!(reduced.into_ark(), PrimeField::from_be_bytes_mod_order(&bytes));
        prop_assert_eq!(scalar.into_ark(), PrimeField::from_be_bytes_mod_order(&bytes));
    }

    #[test]
    fn products_are_the_backends(a in any_fr(), b in any_fr()) {
        use ark_ff::{Field, PrimeField};

        let (x, y) = (a.into_ark(), b.into_ark());
        prop_assert_eq!((a * b).into_ark(), x * y);
        prop_assert_eq!(a.square().into_ark(), x.square());
        prop_assert_eq!(a.double().into_ark(), x + x);
        prop_assert_eq!(a.limbs(), x.into_bigint().0);
        prop_assert_eq!(a.inverse().map(Fr::into_ark), x.inverse());
        let (x, y) = (a.montgomery_limbs(), b.montgomery_limbs());
        prop_assert_eq!(limbs29::mul(&x, &y), (a * b).montgomery_limbs());
        prop_assert_eq!(limbs29::square(&x), a.square().montgomery_limbs());
        prop_assert_eq!(limbs29::reduce(&x), a.limbs());
    }
}

#[test]
fn the_modulus_and_above_are_refused() {
    let modulus = Fr::modulus_be_bytes();
    assert_eq!(
        Fr::from_be_bytes(&modulus),
        Err(ParseFieldError::OutOfField { field: "Fr" })
    );
    let decimal = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    assert_eq!(
        decimal.parse::<Fr>(),
        Err(ParseFieldError::OutOfField { field: "Fr" })
    );
    assert_eq!(
        "9".repeat(77).parse::<Fr>(),
        Err(ParseFieldError::OutOfField { field: "Fr" })
    );
    assert_eq!(
        "9".repeat(78).parse::<Fr>(),
        Err(ParseFieldError::OutOfField { field: "Fr" })
    );
    assert!(Fr::from_hex(&format!("0x{}", "f".repeat(64))).is_err());
    assert!(Fr::from_hex(&format!("0x{}", "0".repeat(65))).is_err());
    assert!(Fr::from_hex("12").is_err());
    assert!(Fr::from_hex("0x").is_err());
    assert!("".parse::<Fr>().is_err());
    assert!("0x1g".parse::<Fr>().is_err());
}

#[test]
fn integers_that_do_not_fit_are_refused() {
    let wide = Fr::from(u128::MAX) + Fr::ONE;
    assert!(wide.to_u128().is_err());
    assert!(Fr::from(u64::MAX).to_u32().is_err());
    assert!(Fr::from(2u8).to_bool().is_err());
    assert!((-Fr::ONE).is_in_upper_half());
    assert!(!Fr::ONE.is_in_upper_half());
}
