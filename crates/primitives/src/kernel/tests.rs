//! The recordings hold what the reference handed to the kernel circuits and what these put out.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::codec::{FieldReader, FromBytes, FromFields, ToBytes, ToFields, to_hex};
use crate::constants::*;
use crate::field::{Fq, Fr};
use crate::test_vectors::{fields, transactions};
use crate::trees::{MembershipWitness, NullifierLeafPreimage};

/// Decodes, encodes again, and finds the same elements.
fn round_trip<T: FromFields + ToFields>(input: &[Fr]) -> T {
    let value = T::from_fields(input).unwrap();
    assert!(value.to_fields() == input, "{}", std::any::type_name::<T>());
    value
}

/// The same through the binary form.
fn round_trip_bytes<T: FromBytes + ToBytes + PartialEq>(value: &T) {
    let decoded = T::from_bytes(&value.to_bytes()).unwrap();
    assert!(decoded == *value, "{}", std::any::type_name::<T>());
}

/// What one kernel says about its neighbours.
struct Step {
    previous: Option<PrivateKernelCircuitPublicInputs>,
    app: Option<PrivateCircuitPublicInputs>,
}

fn inputs_of(name: &str, simulated: bool, input: &[Fr]) -> Step {
    let (previous, app) = match name {
        "PrivateKernelInit" if simulated => {
            let mut reader = FieldReader::new(input);
            let inputs =
                PrivateKernelInitPrivateInputs::read_simulated_fields(&mut reader).unwrap();
            reader.finish().unwrap();
            let mut encoded = Vec::new();
            inputs.write_simulated_fields(&mut encoded);
            assert!(encoded == input);
            (None, Some(inputs.app_public_inputs))
        }
        "PrivateKernelInit" => {
            let inputs: PrivateKernelInitPrivateInputs = round_trip(input);
            round_trip_bytes(&inputs.tx_request);
            (None, Some(inputs.app_public_inputs))
        }
        "PrivateKernelInner" => {
            let inputs: PrivateKernelInnerPrivateInputs = round_trip(input);
            (
                Some(inputs.previous_kernel_public_inputs),
                Some(inputs.app_public_inputs),
            )
        }
        "PrivateKernelTail" => {
            let inputs: PrivateKernelTailPrivateInputs = round_trip(input);
            (Some(inputs.previous_kernel_public_inputs), None)
        }
        "PrivateKernelTailToPublic" => {
            let inputs: PrivateKernelTailToPublicPrivateInputs = round_trip(input);
            assert!(inputs.previous_kernel_public_inputs.is_for_public());
            (Some(inputs.previous_kernel_public_inputs), None)
        }
        "HidingKernelToRollup" => {
            round_trip::<HidingKernelToRollupPrivateInputs>(input);
            (None, None)
        }
        "HidingKernelToPublic" => {
            round_trip::<HidingKernelToPublicPrivateInputs>(input);
            (None, None)
        }
        reset => {
            let dimensions = reset.strip_prefix("PrivateKernelReset_").unwrap();
            let dimensions: PrivateKernelResetDimensions = dimensions.parse().unwrap();
            let mut reader = FieldReader::new(input);
            let inputs =
                PrivateKernelResetPrivateInputs::read_fields(&mut reader, dimensions).unwrap();
            reader.finish().unwrap();
            assert!(inputs.to_fields() == input);
            (Some(inputs.previous_kernel_public_inputs().clone()), None)
        }
    };
    Step { previous, app }
}

#[test]
fn recorded_kernels_decode_and_chain() {
    let mut kernels = 0;
    for (name, recording) in transactions() {
        for operation in recording["operations"].as_array().unwrap() {
            kernels += check_operation(operation, name.ends_with("simulated"));
        }
    }
    assert_eq!(kernels, 67);
}

fn check_operation(operation: &Value, simulated: bool) -> usize {
    let mut kernels = 0;
    let mut apps = Vec::new();
    let mut last: Option<PrivateKernelCircuitPublicInputs> = None;
    let mut tail: Option<Vec<Fr>> = None;
    for circuit in operation["circuits"].as_array().unwrap() {
        let name = circuit["name"].as_str().unwrap();
        let output = || fields(&circuit["outputs"]);
        if !name.contains("Kernel") {
            if output().len() == PRIVATE_CIRCUIT_PUBLIC_INPUTS_LENGTH {
                apps.push(round_trip::<PrivateCircuitPublicInputs>(&output()));
            }
            continue;
        }
        kernels += 1;
        let input = fields(&circuit["inputs"]);
        let step = inputs_of(name, simulated, &input);
        if let Some(app) = step.app {
            round_trip_bytes(&app);
            assert!(apps.contains(&app));
        }
        if let Some(previous) = step.previous {
            assert!(Some(&previous) == last.as_ref());
        }
        match name {
            "PrivateKernelTail" => {
                let inputs = PrivateKernelTailCircuitPublicInputs::ForRollup(round_trip(&output()));
                check_tail(&inputs, operation);
                tail = Some(output());
            }
            "PrivateKernelTailToPublic" => {
                let inputs = PrivateKernelTailCircuitPublicInputs::ForPublic(round_trip(&output()));
                check_tail(&inputs, operation);
                tail = Some(output());
            }
            "HidingKernelToRollup" | "HidingKernelToPublic" => assert!(Some(output()) == tail),
            _ => {
                let inputs: PrivateKernelCircuitPublicInputs = round_trip(&output());
                round_trip_bytes(&inputs);
                last = Some(inputs);
            }
        }
    }
    kernels
}

fn check_tail(inputs: &PrivateKernelTailCircuitPublicInputs, operation: &Value) {
    round_trip_bytes(inputs);
    let recorded = operation["result"]["publicInputs"].as_str().unwrap();
    assert!(to_hex(&inputs.to_bytes())[2..] == *recorded.trim_start_matches("0x"));
    let tx_hash = operation["result"]["txHash"].as_str().unwrap();
    assert_eq!(inputs.tx_hash().to_string(), tx_hash);
}

#[test]
fn lengths_agree_with_the_protocol() {
    fn length<T: ToFields + Default>() -> usize {
        T::default().to_fields().len()
    }
    assert_eq!(
        length::<PrivateCircuitPublicInputs>(),
        PRIVATE_CIRCUIT_PUBLIC_INPUTS_LENGTH
    );
    assert_eq!(
        length::<PrivateToRollupKernelCircuitPublicInputs>(),
        PRIVATE_TO_ROLLUP_KERNEL_CIRCUIT_PUBLIC_INPUTS_LENGTH
    );
    assert_eq!(
        length::<PrivateToPublicKernelCircuitPublicInputs>(),
        PRIVATE_TO_PUBLIC_KERNEL_CIRCUIT_PUBLIC_INPUTS_LENGTH
    );
    assert_eq!(length::<PrivateKernelCircuitPublicInputs>(), 2884);
}

#[test]
fn hints_fill_the_places_of_the_circuit() {
    let mut hints = PrivateKernelResetHints::default();
    let reads = &mut hints.nullifier_read_request_hints;
    reads.read_pending(3, 7).unwrap();
    let leaf = NullifierLeafPreimage::default();
    reads
        .read_settled(1, MembershipWitness::default(), leaf)
        .unwrap();
    assert!(reads.read_pending(64, 0).is_err());
    assert_eq!(
        reads.actions,
        [
            ReadRequestAction::Skip,
            ReadRequestAction::ReadAsSettled(0),
            ReadRequestAction::Skip,
            ReadRequestAction::ReadAsPending(0),
        ]
    );
    hints
        .key_validation_hints
        .push(KeyValidationHint { sk_m: -Fq::ONE });
    hints.transient_data_squashing_hints = vec![
        TransientDataSquashingHint {
            note_hash_index: 1,
            nullifier_index: 2,
        };
        2
    ];
    let inputs = |dimensions| {
        PrivateKernelResetPrivateInputs::new(
            VkData::default(),
            PrivateKernelCircuitPublicInputs::default(),
            PaddedSideEffects::default(),
            hints.clone(),
            dimensions,
        )
    };
    let enough = "0_0_4_1_0_16_0_0_64".parse().unwrap();
    let inputs_enough = inputs(enough).unwrap();
    let encoded = inputs_enough.to_fields();
    let mut reader = FieldReader::new(&encoded);
    let decoded = PrivateKernelResetPrivateInputs::read_fields(&mut reader, enough).unwrap();
    assert_eq!(reader.remaining(), 0);
    assert_eq!(decoded, inputs_enough);
    // Two hints do not fit into the one place that a dimension of zero leaves.
    let too_small = "0_0_4_1_0_0_0_0_64".parse().unwrap();
    assert!(inputs(too_small).is_err());
    assert!(enough.covers(too_small) && !too_small.covers(enough));
    assert!("1_2_3".parse::<PrivateKernelResetDimensions>().is_err());
    assert_eq!(enough.to_string(), "0_0_4_1_0_16_0_0_64");
}

#[test]
fn secrets_are_not_revealed_by_debug() {
    let hint = KeyValidationHint {
        sk_m: Fq::from(77u8),
    };
    assert_eq!(format!("{hint:?}"), "KeyValidationHint(..)");
    let request = KeyValidationRequest {
        pk_m: crate::Point::EMPTY,
        sk_app: Fr::from(77u8),
    };
    assert!(!format!("{request:?}").contains("4d"));
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes: Vec<u8>) {
        let _ = PrivateCircuitPublicInputs::from_bytes(&bytes);
        let _ = PrivateKernelCircuitPublicInputs::from_bytes(&bytes);
        let _ = PrivateKernelTailCircuitPublicInputs::from_bytes(&bytes);
        let _ = VerificationKey::from_bytes(&bytes);
    }

    #[test]
    fn random_elements_never_panic(seeds: Vec<[u8; 32]>, small: Vec<u8>) {
        let wide = seeds.iter().map(|seed| Fr::from_be_bytes_reduced(seed));
        let elements: Vec<Fr> = small.iter().map(|byte| Fr::from(*byte)).chain(wide).collect();
        let _ = PrivateCircuitPublicInputs::from_fields(&elements);
        let _ = PrivateKernelCircuitPublicInputs::from_fields(&elements);
        let _ = PrivateKernelInitPrivateInputs::from_fields(&elements);
        let _ = <ReadRequestHints<42, Fr>>::read_places(&mut FieldReader::new(&elements), 1, 1);
        let _ = KeyValidationHint::from_fields(&elements);
    }

    /// One element changed somewhere is an error or another value, never the same one.
    #[test]
    fn a_changed_element_is_noticed(position in 0usize..2884, value in 1u64..) {
        let mut elements = PrivateKernelCircuitPublicInputs::default().to_fields();
        elements[position] = Fr::from(value);
        if let Ok(inputs) = PrivateKernelCircuitPublicInputs::from_fields(&elements) {
            prop_assert!(inputs.to_fields() == elements);
        }
    }
}
