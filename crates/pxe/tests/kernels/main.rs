//! The kernels over the recorded transactions of the reference PXE: every circuit must take the same
//! inputs and end with the same witness.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]
#![cfg(not(target_family = "wasm"))]

mod circuits;
mod contracts;
mod faults;
mod recording;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pixie_acir::ir::Witness;
use pixie_primitives::constants::DA_GAS_PER_FIELD;
use pixie_primitives::kernel::{
    PrivateKernelResetDimensions, PrivateKernelTailCircuitPublicInputs,
};
use pixie_primitives::{AztecAddress, Fr, ToBytes as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use self::circuits::PackageCircuits;
use self::contracts::{Registered, class};
use self::recording::{fields, node, recording, request, run, tree};
use pixie_pxe::Progress;
use pixie_pxe::execution::ResultTree;
use pixie_pxe::kernel::*;

fn kernel_circuits(operation: &Value) -> Vec<&Value> {
    let circuits = operation["circuits"].as_array().unwrap().iter();
    circuits
        .filter(|circuit| circuit["kind"] == "protocol")
        .collect()
}

/// The sha256 over the lines of a witness.
fn digest(witness: &pixie_acir::WitnessTable) -> String {
    let mut hasher = Sha256::new();
    for (index, value) in witness.iter() {
        hasher.update(format!("{}={}\n", index.0, Fr::from(value)));
    }
    hasher
        .finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn purpose(operation: &Value) -> KernelPurpose {
    match operation["kind"].as_str() {
        Some("prove") => KernelPurpose::Prove,
        _ => KernelPurpose::Simulate,
    }
}

fn kernel_request<'a>(
    operation: &Value,
    execution: &'a ResultTree,
    registered: &Registered,
) -> KernelRequest<'a> {
    KernelRequest {
        tx_request: request(operation).to_tx_request(),
        execution,
        protocol_contracts: protocol_contracts(registered).unwrap(),
        purpose: purpose(operation),
        skip_fee_enforcement: purpose(operation) == KernelPurpose::Simulate,
    }
}

/// Compares a step with the recorded circuit.
fn check_step(step: &ExecutionStep<'_>, recorded: &Value) {
    let name = recorded["name"].as_str().unwrap();
    let artifact = recorded["artifact"].as_str().unwrap();
    let (_, artifact) = artifact.rsplit_once('/').unwrap();
    let StepCircuit::Kernel { witness, .. } = &step.circuit else {
        panic!("{name} is no kernel");
    };
    assert!(
        artifact.starts_with(&step.name),
        "{} instead of {artifact}",
        step.name
    );
    let value = |index: usize| witness.get(Witness(index as u32)).map(Fr::from);
    let inputs = fields(&recorded["inputs"]);
    for (index, input) in inputs.iter().enumerate() {
        assert_eq!(value(index), Some(*input), "{name}: input {index}");
    }
    for (index, output) in fields(&recorded["outputs"]).iter().enumerate() {
        assert_eq!(
            value(inputs.len() + index),
            Some(*output),
            "{name}: output {index}"
        );
    }
    assert_eq!(Value::from(witness.len()), recorded["witnesses"], "{name}");
    assert_eq!(
        digest(witness),
        recorded["witnessSha256"].as_str().unwrap(),
        "{name}"
    );
}

fn check_public_inputs(inputs: &PrivateKernelTailCircuitPublicInputs, operation: &Value) {
    let result = &operation["result"];
    let bytes = pixie_primitives::codec::to_hex(&inputs.to_bytes());
    let recorded = result["publicInputs"].as_str().unwrap();
    assert!(bytes.trim_start_matches("0x") == recorded, "public inputs");
    assert_eq!(
        inputs.tx_hash().to_string(),
        result["txHash"].as_str().unwrap()
    );
}

/// Everything but what a simulation without kernels does not know, with logs in the order of their
/// fields.
fn comparable(inputs: &PrivateKernelTailCircuitPublicInputs) -> Vec<Fr> {
    use pixie_primitives::ToFields as _;
    use pixie_primitives::codec::PaddedArray;
    use pixie_primitives::logs::PrivateLog;
    fn sorted<const N: usize>(logs: &PaddedArray<PrivateLog, N>) -> PaddedArray<PrivateLog, N> {
        let mut logs = logs.to_vec();
        logs.sort_by_key(|log| *log.fields());
        PaddedArray::new(logs).unwrap()
    }
    match inputs.clone() {
        PrivateKernelTailCircuitPublicInputs::ForRollup(mut inputs) => {
            inputs.fee_payer = AztecAddress::default();
            inputs.expiration_timestamp = 0;
            inputs.gas_used.da_gas = 0;
            inputs.to_fields()
        }
        PrivateKernelTailCircuitPublicInputs::ForPublic(mut inputs) => {
            inputs.fee_payer = AztecAddress::default();
            inputs.expiration_timestamp = 0;
            inputs.gas_used.da_gas = 0;
            for data in [
                &mut inputs.non_revertible_accumulated_data,
                &mut inputs.revertible_accumulated_data,
            ] {
                data.private_logs = sorted(&data.private_logs);
            }
            inputs.to_fields()
        }
    }
}

fn check_operation(recording: &Value, operation: &Value) {
    let registered = Registered::new(recording, node(operation));
    let execution = tree(operation, &registered);
    let request = kernel_request(operation, &execution, &registered);
    let protocol_contracts = request.protocol_contracts;
    let output = run_kernels(request, &PackageCircuits, &registered, &NoProver);
    let output = run(output).unwrap();

    let recorded = kernel_circuits(operation);
    let is_kernel = |step: &&ExecutionStep<'_>| matches!(step.circuit, StepCircuit::Kernel { .. });
    let kernels: Vec<_> = output.steps.iter().filter(is_kernel).collect();
    assert_eq!(kernels.len(), recorded.len());
    for (step, recorded) in kernels.into_iter().zip(recorded) {
        check_step(step, recorded);
    }
    let resets: Vec<[u32; 9]> =
        serde_json::from_value(operation["resetDimensions"].clone()).unwrap();
    let expected: Vec<_> = resets
        .into_iter()
        .map(PrivateKernelResetDimensions::from_array)
        .collect();
    assert_eq!(output.resets, expected);
    assert!(output.proof.is_empty());
    check_public_inputs(&output.public_inputs, operation);

    // Every step was announced, with a total that never fell short.
    let progress = registered.progress.borrow();
    let kernels = progress.iter().filter_map(|step| match step {
        Progress::Kernel { step, total, .. } => Some((*step, *total)),
        _ => None,
    });
    let kernels: Vec<_> = kernels.collect();
    let count = kernel_circuits(operation).len();
    assert_eq!(kernels.len(), count);
    for (number, (step, total)) in kernels.iter().enumerate() {
        assert!(
            *step == number && *total > number && *total <= count,
            "{number}: {step} {total}"
        );
    }
    assert_eq!(kernels.last(), Some(&(count - 1, count)));

    // The same without kernels.
    let simulated = simulate_kernels(
        &execution,
        &*registered.node,
        PackageCircuits.vk_tree_root(),
        protocol_contracts.hash(),
    );
    let simulated = run(simulated).unwrap();
    // The simulation counts a field more for each class log.
    let class_logs = simulated.contract_class_logs_hashes().count() as u32;
    let surplus = class_logs * DA_GAS_PER_FIELD;
    assert_eq!(
        simulated.gas_used().da_gas,
        output.public_inputs.gas_used().da_gas + surplus
    );
    let [ours, kernels] = [&simulated, &output.public_inputs].map(comparable);
    assert_eq!(ours.len(), kernels.len());
    for (index, (ours, kernels)) in ours.iter().zip(&kernels).enumerate() {
        assert_eq!(ours, kernels, "without kernels: element {index}");
    }
}

fn check(name: &str) {
    let recording = recording(name);
    let mut checked = 0;
    for operation in recording["operations"].as_array().unwrap() {
        if !kernel_circuits(operation).is_empty() {
            check_operation(&recording, operation);
            checked += 1;
        }
    }
    assert!(checked > 0);
}

macro_rules! scenarios {
    ($($name:ident: $($form:literal)*;)*) => {
        $(#[test]
        fn $name() {
            $(check(concat!(stringify!($name), $form));)*
        })*

        const SCENARIOS: &[&str] = &[$($(concat!(stringify!($name), $form)),*),*];
    };
}

scenarios! {
    amm_add_liquidity: "" ".simulated";
    amm_swap: "" ".simulated";
    batch: "" ".simulated";
    burn_private: "" ".simulated";
    cast_vote: "" ".simulated";
    crowdfunding_donate: "" ".simulated";
    deploy_account: "" ".simulated";
    deploy_contract: "" ".simulated";
    ecdsa_k_transfer: "" ".simulated";
    ecdsa_r_transfer: "" ".simulated";
    fpc_private: "" ".simulated";
    fpc_public: "" ".simulated";
    inner_resets: "" ".simulated";
    many_notes: "" ".simulated";
    mint_to_private: "" ".simulated";
    nested_events: "" ".simulated";
    nft_transfer_private: "" ".simulated";
    nft_transfer_to_public: "" ".simulated";
    offchain: "" ".simulated";
    partial_note_finalize: "" ".simulated";
    partial_note_prepare: "" ".simulated";
    sequence: "";
    side_effects: "" ".simulated";
    static_call: "" ".simulated";
    transfer_authwit: "" ".simulated";
    transfer_private: "" ".simulated";
    transfer_public: "" ".simulated";
    transfer_to_private: "" ".simulated";
    transfer_to_public: "" ".simulated";
}

/// Recordings in which no kernel runs.
const WITHOUT_KERNELS: [&str; 3] = ["balance", "private_events", "simulate_kernelless"];

#[test]
fn no_recording_is_left_out() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/transactions"
    );
    let recorded: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            Some(name.strip_suffix(".json.gz")?.to_owned())
        })
        .collect();
    let known = SCENARIOS.iter().chain(&WITHOUT_KERNELS);
    assert_eq!(recorded, known.map(|name| (*name).to_owned()).collect());
}

#[test]
fn a_simulation_with_a_contract_that_stands_in_needs_no_kernels() {
    let recording = recording("simulate_kernelless");
    let operation = &recording["operations"][0];
    let mut registered = Registered::new(&recording, node(operation));
    for stand_in in operation["overrides"].as_array().unwrap() {
        let address = stand_in["address"].as_str().unwrap().parse().unwrap();
        registered.stand_in(address, class(stand_in["artifact"].as_str().unwrap()));
    }
    let execution = tree(operation, &registered);
    let protocol_contracts = protocol_contracts(&registered).unwrap();
    let inputs = simulate_kernels(
        &execution,
        &*registered.node,
        PackageCircuits.vk_tree_root(),
        protocol_contracts.hash(),
    );
    check_public_inputs(&run(inputs).unwrap(), operation);
}
