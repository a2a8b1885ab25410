use proptest::prelude::*;

use super::*;
use crate::block::{BlockHash, BlockNumber};
use crate::codec::{
    ClaimedLengthArray, DecodeError, FromBytes, FromFields, PaddedArray, ToBytes, ToFields,
};
use crate::tx::TxHash;

fn any_fr() -> impl Strategy<Value = Fr> {
    any::<[u8; 32]>().prop_map(|bytes| Fr::from_be_bytes_reduced(&bytes))
}

proptest! {
    #[test]
    fn private_logs_round_trip(emitted in proptest::collection::vec(any_fr(), 0..=16)) {
        let log = PrivateLog::from_emitted(&emitted).unwrap();
        prop_assert_eq!(log.emitted(), &emitted[..]);
        prop_assert_eq!(&PrivateLog::from_bytes(&log.to_bytes()).unwrap(), &log);
        prop_assert_eq!(&PrivateLog::from_fields(&log.to_fields()).unwrap(), &log);
        let json = serde_json::to_string(&log).unwrap();
        prop_assert_eq!(&serde_json::from_str::<PrivateLog>(&json).unwrap(), &log);
    }

    #[test]
    fn public_logs_round_trip(fields in proptest::collection::vec(any_fr(), 0..40), from in any_fr()) {
        let contract_address = crate::AztecAddress::from_field(from);
        let log = PublicLog { contract_address, fields };
        prop_assert_eq!(&PublicLog::from_bytes(&log.to_bytes()).unwrap(), &log);
        prop_assert_eq!(&PublicLog::from_fields(&log.to_fields()).unwrap(), &log);
    }

    #[test]
    fn log_ids_round_trip(numbers: [u32; 3], hashes in (any_fr(), any_fr())) {
        let [number, tx_index, log_index] = numbers;
        let id = LogId {
            block_number: BlockNumber(number),
            block_hash: BlockHash::from_field(hashes.0),
            tx_hash: TxHash::from_field(hashes.1),
            tx_index,
            log_index,
        };
        prop_assert_eq!(id.to_string().parse(), Ok(id));
        prop_assert_eq!(LogId::from_bytes(&id.to_bytes()), Ok(id));
        let json = serde_json::to_string(&id).unwrap();
        prop_assert_eq!(serde_json::from_str::<LogId>(&json).unwrap(), id);
    }

    #[test]
    fn random_input_never_panics(bytes: Vec<u8>, text in ".{0,200}") {
        let _ = PrivateLog::from_bytes(&bytes);
        let _ = PublicLog::from_bytes(&bytes);
        let _ = ContractClassLog::from_bytes(&bytes);
        let _ = LogId::from_bytes(&bytes);
        let _ = text.parse::<LogId>();
        let _ = serde_json::from_str::<PrivateLog>(&text);
    }

    #[test]
    fn arrays_keep_their_items(items in proptest::collection::vec(0u32..3, 0..=6), claimed in 0u32..=6) {
        let padded = PaddedArray::<u32, 6>::new(items.clone()).unwrap();
        prop_assert_eq!(padded.to_bytes().len(), 24);
        prop_assert_eq!(PaddedArray::from_bytes(&padded.to_bytes()), Ok(padded.clone()));
        prop_assert_eq!(PaddedArray::from_fields(&padded.to_fields()), Ok(padded.clone()));
        let json = serde_json::to_string(&padded).unwrap();
        prop_assert_eq!(serde_json::from_str::<PaddedArray<u32, 6>>(&json).unwrap(), padded);

        let array = ClaimedLengthArray::<u32, 6>::with_claim(items, claimed).unwrap();
        prop_assert_eq!(array.len(), claimed as usize);
        prop_assert_eq!(array.to_bytes().len(), 28);
        prop_assert_eq!(ClaimedLengthArray::from_bytes(&array.to_bytes()), Ok(array.clone()));
        prop_assert_eq!(ClaimedLengthArray::from_fields(&array.to_fields()), Ok(array));
    }
}

#[test]
fn a_log_that_claims_too_much_is_refused() {
    let mut bytes = PrivateLog::default().to_bytes();
    *bytes.last_mut().unwrap() = 17;
    assert!(matches!(
        PrivateLog::from_bytes(&bytes),
        Err(DecodeError::TooMany { .. })
    ));
    assert!(PrivateLog::from_emitted(&[Fr::ONE; 17]).is_err());
    assert!(serde_json::from_str::<PrivateLog>(r#"{"fields":[],"emittedLength":0}"#).is_err());
}

#[test]
fn an_array_that_claims_too_much_is_refused() {
    assert!(ClaimedLengthArray::<u32, 2>::with_claim(vec![1, 2], 3).is_err());
    assert!(ClaimedLengthArray::<u32, 2>::with_claim(vec![1, 2, 3], 2).is_err());
    assert!(ClaimedLengthArray::<u32, 2>::new(vec![1, 2, 3]).is_err());
    assert!(PaddedArray::<u32, 2>::new(vec![1, 2, 3]).is_err());
    assert!(PaddedArray::<u32, 2>::new(vec![1, 2, 0]).is_ok());
    // What lies beyond the claim is kept.
    let array = ClaimedLengthArray::<u32, 3>::with_claim(vec![1, 2, 0], 1).unwrap();
    assert_eq!(array.items(), [1]);
    assert_eq!(array.to_fields(), [1u32, 2, 0, 1].map(Fr::from));
}
