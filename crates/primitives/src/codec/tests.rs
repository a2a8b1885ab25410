use proptest::prelude::*;

use super::*;
use crate::Fr;

#[derive(Debug, PartialEq)]
struct Sample {
    flag: bool,
    count: u32,
    wide: u128,
    items: [Fr; 3],
}
crate::bytes_in_order!(Sample {
    flag,
    count,
    wide,
    items
});
crate::fields_in_order!(Sample {
    flag,
    count,
    wide,
    items
});

proptest! {
    #[test]
    fn a_structure_round_trips(flag: bool, count: u32, wide: u128, items: [u64; 3]) {
        let sample = Sample { flag, count, wide, items: items.map(Fr::from) };
        prop_assert_eq!(&Sample::from_bytes(&sample.to_bytes()).unwrap(), &sample);
        prop_assert_eq!(&Sample::from_fields(&sample.to_fields()).unwrap(), &sample);
    }

    #[test]
    fn random_bytes_never_panic(bytes: Vec<u8>) {
        let _ = Sample::from_bytes(&bytes);
        let _ = ByteReader::new(&bytes).vec::<u32>("items");
    }
}

#[test]
fn a_hostile_count_allocates_nothing() {
    let mut reader = ByteReader::new(&[0xff, 0xff, 0xff, 0xff, 1]);
    assert_eq!(
        reader.vec::<u8>("items"),
        Err(DecodeError::TooMany {
            what: "items",
            limit: 1,
            actual: 0xffff_ffff
        })
    );
}

#[test]
fn what_is_left_over_is_refused() {
    assert_eq!(
        u8::from_bytes(&[1, 2]),
        Err(DecodeError::TrailingInput {
            count: 1,
            unit: "bytes"
        })
    );
    assert_eq!(
        bool::from_bytes(&[2]),
        Err(DecodeError::NotABoolean { offset: 0 })
    );
}
