//! Every recorded execution of the reference gives the same witness here.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use pixie_acir::replay;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
struct Entry {
    recording: String,
    artifact: String,
    witnesses: usize,
    sha256: String,
}

#[test]
fn every_recording_reproduces_its_witness() {
    check("recordings", 18);
}

#[test]
fn every_further_recording_reproduces_its_witness() {
    check("recordings-extra", 20);
}

fn check(folder: &str, at_least: usize) {
    let index = common::vector(&format!("{folder}/index.json"));
    let entries: Vec<Entry> = serde_json::from_slice(&index).unwrap();
    assert!(
        entries.len() >= at_least,
        "{folder} has {} recordings",
        entries.len()
    );
    let mut failures = Vec::new();
    for entry in entries {
        let artifact = common::reference(&entry.artifact);
        let recording = common::vector(&format!("{folder}/{}", entry.recording));
        let expected = format!("witnesses={} sha256={}", entry.witnesses, entry.sha256);
        match replay::replay(&recording, &artifact) {
            Ok(outcome) if outcome.to_string() == expected => {}
            Ok(outcome) => {
                failures.push(format!("{}: {outcome}, not {expected}", entry.recording));
            }
            Err(error) => failures.push(format!("{}: {error}", entry.recording)),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_second_execution_decodes_nothing() {
    let bytes = common::vector("recordings/PrivateKernelReset_4_4_4_4_4_4_4_4_4_main_2.json.gz");
    let recording = replay::Recording::from_bytes(&bytes).unwrap();
    let artifact = common::reference(
        "@aztec/noir-protocol-circuits-types/artifacts/private_kernel_reset_4_4_4_4_4_4_4_4_4.json",
    );
    let artifact = pixie_acir::Artifact::from_json(&artifact).unwrap();
    let limits = pixie_acir::ProgramLimits::default();
    let first = artifact.program("main", &limits).unwrap();
    // Were it decoded again, these limits would make it fail.
    let none = pixie_acir::ProgramLimits {
        decode: pixie_acir::decode::DecodeLimits {
            decompressed_bytes: 0,
            decoded_bytes: 0,
        },
        witnesses: 0,
    };
    let second = artifact.program("main", &none).unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    let run = |program| {
        let limits = pixie_acir::ExecutionLimits::default();
        replay::outcome(&recording.execute(program, limits).unwrap())
    };
    assert_eq!(run(&first), run(&second));
}

#[test]
fn a_recording_that_differs_is_refused() {
    let artifact =
        common::reference("@aztec/noir-contracts.js/artifacts/token_contract-Token.json");
    let bytes = common::vector("recordings/Token_balance_of_private_0.json.gz");
    let original = replay::Recording::from_bytes(&bytes).unwrap();
    let artifact = pixie_acir::Artifact::from_json(&artifact).unwrap();
    let limits = pixie_acir::ProgramLimits::default();
    let program = original.program(&artifact, &limits).unwrap();
    let run = |recording: &replay::Recording| {
        recording.execute(&program, pixie_acir::ExecutionLimits::default())
    };
    assert!(run(&original).is_ok());

    let mut other = original.clone();
    other.oracle_calls.swap(0, 1);
    assert!(matches!(
        run(&other),
        Err(replay::ReplayError::OtherOracle { position: 0, .. })
    ));

    let mut other = original.clone();
    other.oracle_calls[0].inputs[0][0] += pixie_acir::Fe::ONE;
    assert!(matches!(
        run(&other),
        Err(replay::ReplayError::OtherArguments {
            position: 0,
            argument: 0,
            ..
        })
    ));

    let mut other = original.clone();
    other.oracle_calls.push(other.oracle_calls[0].clone());
    assert!(matches!(
        run(&other),
        Err(replay::ReplayError::MissingCalls { .. })
    ));

    let mut other = original;
    other.bytecode_sha512.replace_range(0..1, "x");
    assert!(matches!(
        other.program(&artifact, &limits),
        Err(replay::ReplayError::OtherBytecode { .. })
    ));
}
