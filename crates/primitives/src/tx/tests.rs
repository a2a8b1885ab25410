//! The recordings hold whole transactions of the reference.

use proptest::prelude::*;

use super::*;
use crate::AztecAddress;
use crate::codec::{FromBytes, ToBytes, from_hex, to_hex};
use crate::field::Fr;
use crate::kernel::PrivateKernelTailCircuitPublicInputs;
use crate::test_vectors::transactions;

#[test]
fn recorded_transactions_round_trip() {
    let mut seen = 0;
    let mut with_public_calls = 0;
    for (_, recording) in transactions() {
        for operation in recording["operations"].as_array().unwrap() {
            let Some(recorded) = operation["result"]["tx"].as_str() else {
                continue;
            };
            let bytes = from_hex(recorded, "tx").unwrap();
            let tx = Tx::from_bytes(&bytes).unwrap();
            assert!(tx.to_bytes() == bytes);
            assert_eq!(
                tx.tx_hash().to_string(),
                operation["result"]["txHash"].as_str().unwrap()
            );
            assert!(tx.chonk_proof().is_empty());
            with_public_calls += usize::from(tx.has_public_calls());
            for call in tx.public_calls() {
                assert!(!call.calldata.is_empty());
            }
            assert!(tx.data().nullifiers().count() > 0);
            let json = serde_json::to_string(&tx).unwrap();
            assert!(serde_json::from_str::<Tx>(&json).unwrap() == tx);

            let mut forged = bytes;
            forged[0] ^= 1;
            assert!(Tx::from_bytes(&forged).is_err());

            check_request(&operation["request"]);
            seen += 1;
        }
    }
    assert_eq!((seen, with_public_calls), (9, 3));
}

fn check_request(recorded: &serde_json::Value) {
    let request: TxExecutionRequest = serde_json::from_value(recorded.clone()).unwrap();
    let buffer = recorded["buffer"].as_str().unwrap();
    assert_eq!(
        to_hex(&request.to_bytes()),
        format!("0x{}", buffer.trim_start_matches("0x"))
    );
    let decoded = TxExecutionRequest::from_bytes(&request.to_bytes()).unwrap();
    assert_eq!(decoded, request);
    let mut expected = recorded.clone();
    expected.as_object_mut().unwrap().remove("buffer");
    assert_eq!(serde_json::to_value(&request).unwrap(), expected);
    // Unused places of the entrypoint are empty public calls.
    let mut hashed = request.args_of_calls.iter();
    assert!(hashed.all(|values| values.is_args() || values.is_calldata()));
}

fn call(counter: u32, nested: Vec<PrivateCallExecutionResult>) -> PrivateCallExecutionResult {
    let mut call = PrivateCallExecutionResult {
        nested_execution_results: nested,
        return_values: vec![Fr::from(counter)],
        offchain_effects: vec![OffchainEffectData {
            data: vec![Fr::from(counter)],
        }],
        ..PrivateCallExecutionResult::default()
    };
    call.public_inputs.min_revertible_side_effect_counter = counter;
    call.public_inputs.call_context.contract_address = AztecAddress::from(counter);
    call
}

#[test]
fn nested_calls_come_in_the_order_of_execution() {
    let result = PrivateExecutionResult {
        entrypoint: call(
            1,
            vec![
                call(2, vec![call(3, vec![])]),
                call(4, vec![]),
                call(0, vec![]),
            ],
        ),
        ..PrivateExecutionResult::default()
    };
    let order: Vec<Fr> = result
        .offchain_effects()
        .iter()
        .map(|effect| effect.data[0])
        .collect();
    assert_eq!(order, [1u32, 2, 3, 4, 0].map(Fr::from));
    assert_eq!(result.min_revertible_side_effect_counter(), 4);
    let values = result.return_values();
    assert_eq!(values.nested[0].nested[0].values, Some(vec![Fr::from(3u8)]));
    let json = serde_json::to_string(&result).unwrap();
    assert_eq!(
        serde_json::from_str::<PrivateExecutionResult>(&json).unwrap(),
        result
    );
}

#[test]
fn off_chain_messages_are_told_from_effects() {
    let effect = |data: &[Fr]| OffchainEffect {
        data: data.to_vec(),
        contract_address: AztecAddress::from(9),
    };
    let message = [OFFCHAIN_MESSAGE_IDENTIFIER, Fr::from(5u8), Fr::from(6u8)];
    let output: OffchainOutput = [effect(&message), effect(&message[..1]), effect(&[])]
        .into_iter()
        .collect();
    assert_eq!(output.offchain_effects.len(), 2);
    assert_eq!(
        output.offchain_messages,
        [OffchainMessage {
            recipient: AztecAddress::from(5),
            payload: vec![Fr::from(6u8)],
            contract_address: AztecAddress::from(9),
        }]
    );
}

#[test]
fn payloads_with_different_fee_payers_do_not_merge() {
    let payload = |fee_payer: Option<u32>| ExecutionPayload {
        fee_payer: fee_payer.map(AztecAddress::from),
        ..ExecutionPayload::default()
    };
    let merged = ExecutionPayload::merge([payload(None), payload(Some(1)), payload(Some(1))]);
    assert_eq!(merged.unwrap().fee_payer, Some(AztecAddress::from(1)));
    assert_eq!(
        ExecutionPayload::merge([payload(Some(1)), payload(Some(2))]),
        Err(ConflictingFeePayers {
            first: AztecAddress::from(1),
            second: AztecAddress::from(2),
        })
    );
}

#[test]
fn a_proof_has_its_length() {
    let proof = ChonkProof::default();
    assert_eq!(ChonkProof::from_bytes(&proof.to_bytes()).unwrap(), proof);
    assert!(ChonkProof::new(vec![Fr::ONE]).is_err());
    let mut fields = vec![Fr::from(8u8), Fr::from(9u8)];
    fields.extend(proof.to_vec());
    let (parsed, public_inputs) = ChonkProof::from_fields_with_public_inputs(fields).unwrap();
    assert!(parsed.is_empty());
    assert_eq!(public_inputs, [8u8, 9].map(Fr::from));
    assert!(ChonkProof::from_fields_with_public_inputs(vec![]).is_err());
}

#[test]
fn a_transaction_with_public_calls_finds_its_calldata() {
    let calldata = HashedValues::from_calldata(vec![Fr::from(1u8), Fr::from(2u8)]);
    let mut inputs = crate::kernel::PrivateToPublicKernelCircuitPublicInputs::default();
    inputs.public_teardown_call_request.calldata_hash = calldata.hash;
    let data = PrivateKernelTailCircuitPublicInputs::ForPublic(inputs);
    let tx = Tx::new(data, ChonkProof::default(), vec![], vec![calldata.clone()]);
    assert!(tx.has_public_calls());
    let calls = tx.public_calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].calldata, calldata.values);
    assert_eq!(calls[0].args(), [Fr::from(2u8)]);
    assert!(Tx::from_bytes(&tx.to_bytes()).unwrap() == tx);
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes: Vec<u8>) {
        let _ = Tx::from_bytes(&bytes);
        let _ = TxExecutionRequest::from_bytes(&bytes);
        let _ = HashedValues::from_bytes(&bytes);
        let _ = ChonkProof::from_bytes(&bytes);
        let _ = crate::note::Note::from_bytes(&bytes);
    }

    #[test]
    fn hashed_values_round_trip(values: Vec<u64>) {
        let values: Vec<Fr> = values.into_iter().map(Fr::from).collect();
        for hashed in [HashedValues::from_args(values.clone()), HashedValues::from_calldata(values)] {
            prop_assert_eq!(&HashedValues::from_bytes(&hashed.to_bytes()).unwrap(), &hashed);
            prop_assert!(hashed.is_args() != hashed.is_calldata());
        }
    }
}
