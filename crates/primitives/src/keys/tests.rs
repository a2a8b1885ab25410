use proptest::prelude::*;

use super::*;
use crate::codec::{FromBytes, FromFields, ToBytes, ToFields};
use crate::field::{Fq, Fr};
use crate::point::{Point, mul_generator};

prop_compose! {
    fn any_secret()(seed: u128) -> SecretKey {
        SecretKey::from_field(Fr::from(seed).square().square())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn forms_round_trip(secret in any_secret(), partial: u128) {
        let partial = PartialAddress::from_field(Fr::from(partial));
        let complete = CompleteAddress::from_secret_key(&secret, partial);
        prop_assert_eq!(complete.to_bytes().len(), 320);
        prop_assert_eq!(CompleteAddress::from_bytes(&complete.to_bytes()), Ok(complete));
        prop_assert_eq!(complete.to_string().parse(), Ok(complete));
        let json = serde_json::to_string(&complete).unwrap();
        prop_assert_eq!(serde_json::from_str::<CompleteAddress>(&json).unwrap(), complete);

        let keys = *complete.public_keys();
        prop_assert_eq!(PublicKeys::from_bytes(&keys.to_bytes()), Ok(keys));
        prop_assert_eq!(PublicKeys::from_fields(&keys.to_fields()), Ok(keys));
        let json = serde_json::to_string(&keys).unwrap();
        prop_assert_eq!(serde_json::from_str::<PublicKeys>(&json).unwrap(), keys);
    }

    #[test]
    fn the_address_secret_opens_the_address(secret in any_secret(), partial: u128) {
        let keys = MasterSecretKeys::derive(&secret);
        let partial = PartialAddress::from_field(Fr::from(partial));
        let complete = CompleteAddress::derive(keys.public_keys(), partial);
        let secret =
            compute_address_secret(complete.preaddress(), &keys.incoming_viewing_secret_key);
        let point = complete.address().to_address_point().unwrap();
        prop_assert_eq!(mul_generator(secret.expose()), point);
        prop_assert!(point.has_positive_y());
    }
}

#[test]
fn a_contradiction_is_refused() {
    let complete =
        CompleteAddress::from_secret_key(&SecretKey::from_field(Fr::ONE), PartialAddress::ZERO);
    let mut bytes = complete.to_bytes();
    bytes[31] ^= 1;
    assert!(matches!(
        CompleteAddress::from_bytes(&bytes),
        Err(crate::DecodeError::Address(AddressMismatch { .. }))
    ));
    assert!(CompleteAddress::from_bytes(&bytes[1..]).is_err());
}

#[test]
fn empty_keys_hash_to_zero() {
    assert!(PublicKeys::EMPTY.is_empty());
    assert_eq!(PublicKeys::EMPTY.hash(), PublicKeysHash::ZERO);
    let keys = PublicKeys::default();
    for kind in KeyKind::ALL {
        let point = keys.get(kind);
        assert_eq!(Point::new(point.x(), point.y()), Ok(point));
    }
}

#[test]
fn an_empty_public_key_shares_no_secret() {
    assert_eq!(derive_ecdh_shared_secret(Fq::ONE, Point::EMPTY), None);
    assert_eq!(
        derive_ecdh_shared_secret(Fq::ONE, Point::GENERATOR),
        Some(Point::GENERATOR)
    );
}

#[test]
fn debug_tells_nothing() {
    let keys = MasterSecretKeys::derive(&SecretKey::from_field(Fr::ONE));
    let text = format!("{keys:?}{:?}", SecretKey::from_field(Fr::ONE));
    assert!(!text.contains("0x"), "{text}");
}
