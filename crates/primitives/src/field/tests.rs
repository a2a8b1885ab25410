use proptest::prelude::*;

use super::*;
use crate::{FromBytes, ToBytes};

fn any_fr() -> impl Strategy<Value = Fr> {
    any::<[u8; 32]>().prop_map(|bytes| Fr::from_be_bytes_reduced(&bytes))
}

proptest! {
    #[test]
    fn text_and_bytes_round_trip(value in any_fr()) {
        prop_assert_eq!(value.to_string().parse::<Fr>(), Ok(value));
        prop_assert_eq!(Fr::from_bytes(&value.to_bytes()), Ok(value));
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
