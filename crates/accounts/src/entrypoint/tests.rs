use pixie_primitives::abi::FunctionType;
use pixie_primitives::tx::{FunctionCall, HashedValues};
use pixie_primitives::{AztecAddress, DecodeError, Fr, FromFields, FunctionSelector, ToFields};
use proptest::prelude::*;

use super::*;
use crate::PayloadError;

fn call(function_type: FunctionType, to: u32, args: &[u128]) -> FunctionCall {
    FunctionCall {
        name: "f".to_owned(),
        to: AztecAddress::from(to),
        selector: FunctionSelector::from(to.wrapping_mul(3)),
        function_type,
        hide_msg_sender: false,
        is_static: to.is_multiple_of(2),
        args: args.iter().map(|arg| Fr::from(*arg)).collect(),
        return_types: Vec::new(),
    }
}

fn calls() -> impl Strategy<Value = Vec<FunctionCall>> {
    let args = prop::collection::vec(any::<u128>(), 0..4);
    let one = (any::<bool>(), 1u32.., args).prop_map(|(is_public, to, args)| {
        let function_type = if is_public {
            FunctionType::Public
        } else {
            FunctionType::Private
        };
        FunctionCall {
            hide_msg_sender: is_public && to.is_multiple_of(3),
            name: String::new(),
            ..call(function_type, to, &args)
        }
    });
    prop::collection::vec(one, 0..=MAX_CALLS)
}

fn nonce() -> TxNonce {
    TxNonce::from_field(Fr::from(77u8))
}

fn option() -> impl Strategy<Value = AccountFeePayment> {
    prop_oneof![
        Just(AccountFeePayment::External),
        Just(AccountFeePayment::PreexistingFeeJuice),
        Just(AccountFeePayment::FeeJuiceWithClaim),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn arguments_round_trip(calls in calls(), fee_payment in option(), cancellable: bool) {
        let (app_payload, hashed) = AppPayload::encode(&calls, nonce()).unwrap();
        let arguments = EntrypointArguments { app_payload, fee_payment, cancellable };
        let fields = arguments.to_fields();
        prop_assert_eq!(fields.len(), 33);
        prop_assert_eq!(EntrypointArguments::from_fields(&fields), Ok(arguments));
        prop_assert_eq!(app_payload.decode_calls(&hashed), Ok(calls));
    }

    #[test]
    fn random_fields_never_panic(fields in prop::collection::vec(any::<u32>(), 0..40)) {
        let fields: Vec<Fr> = fields.into_iter().map(Fr::from).collect();
        let _ = AppPayload::from_fields(&fields);
        let _ = EntrypointArguments::from_fields(&fields);
    }

    #[test]
    fn every_change_changes_what_is_signed(calls in calls(), place in 0usize..31) {
        let (payload, _) = AppPayload::encode(&calls, nonce()).unwrap();
        let mut fields = payload.to_fields();
        fields[place] = if fields[place].is_zero() { Fr::ONE } else { Fr::ZERO };
        let changed = AppPayload::from_fields(&fields).unwrap();
        prop_assert_ne!(changed.hash(), payload.hash());
    }
}

#[test]
fn calls_that_no_entrypoint_makes_are_refused() {
    let encode = |calls: &[FunctionCall]| AppPayload::encode(calls, nonce()).map(|_| ());
    let good = call(FunctionType::Private, 5, &[1]);
    assert_eq!(
        encode(&vec![good.clone(); 6]),
        Err(PayloadError::TooManyCalls {
            limit: 5,
            actual: 6
        })
    );
    let name = || "f".to_owned();
    let utility = call(FunctionType::Utility, 5, &[]);
    assert_eq!(
        encode(&[good.clone(), utility]),
        Err(PayloadError::UtilityCall {
            index: 1,
            name: name()
        })
    );
    let hidden = FunctionCall {
        hide_msg_sender: true,
        ..good
    };
    assert_eq!(
        encode(&[hidden]),
        Err(PayloadError::HiddenSender {
            index: 0,
            name: name()
        })
    );
    let nowhere = call(FunctionType::Public, 0, &[]);
    assert_eq!(
        encode(&[nowhere]),
        Err(PayloadError::ZeroAddress {
            index: 0,
            name: name()
        })
    );
}

#[test]
fn arguments_that_are_missing_or_false_are_refused() {
    let calls = [
        call(FunctionType::Private, 5, &[1]),
        call(FunctionType::Public, 7, &[2]),
    ];
    let (payload, hashed) = AppPayload::encode(&calls, nonce()).unwrap();
    for place in 0..2 {
        let hash = hashed[place].hash;
        let missing = Err(PayloadError::UnknownArguments { hash });
        let mut fewer = hashed.clone();
        fewer.remove(place);
        assert_eq!(payload.decode_calls(&fewer), missing);
        let mut false_values = hashed.clone();
        false_values[place].values.push(Fr::ONE);
        assert_eq!(payload.decode_calls(&false_values), missing);
    }
    // Calldata of another function under the hash that the payload names.
    let mut other = payload;
    other.function_calls[1].function_selector = FunctionSelector::from(1);
    assert!(other.decode_calls(&hashed).is_err());
    // Arguments of a private function given as calldata.
    let calldata = HashedValues::from_calldata(vec![Fr::ONE]);
    let mut other = payload;
    other.function_calls[0].args_hash = calldata.hash;
    assert!(other.decode_calls(&[calldata]).is_err());
}

#[test]
fn an_unknown_fee_payment_is_refused() {
    assert_eq!(
        AccountFeePayment::from_fields(&[Fr::from(3u8)]),
        Err(DecodeError::UnknownValue {
            what: "fee payment of an account",
            value: 3
        })
    );
}

#[test]
fn a_cancellation_nullifier_belongs_to_account_and_nonce() {
    let nullifier = |account: u32, nonce: u8| {
        let nonce = TxNonce::from_field(Fr::from(nonce));
        compute_cancellation_nullifier(AztecAddress::from(account), nonce)
    };
    assert_eq!(nullifier(1, 2), nullifier(1, 2));
    assert_ne!(nullifier(1, 2), nullifier(2, 2));
    assert_ne!(nullifier(1, 2), nullifier(1, 3));
}
