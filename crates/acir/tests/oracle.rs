//! The published solver gives the same witness as this crate's executor.

#![cfg(feature = "acvm-oracle")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use pixie_acir::replay::Recording;
use pixie_acir::{Artifact, ExecutionLimits, Fe, ProgramLimits, decode, oracle};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Entry {
    recording: String,
    artifact: String,
}

#[test]
fn the_published_solver_agrees_on_every_recording() {
    let mut agree = 0;
    for folder in ["recordings", "recordings-extra"] {
        let index = common::vector(&format!("{folder}/index.json"));
        let entries: Vec<Entry> = serde_json::from_slice(&index).unwrap();
        for entry in entries {
            let bytes = common::vector(&format!("{folder}/{}", entry.recording));
            let recording = Recording::from_bytes(&bytes).unwrap();
            let artifact = Artifact::from_json(&common::reference(&entry.artifact)).unwrap();
            let program = recording
                .program(&artifact, &ProgramLimits::default())
                .unwrap();
            let ours: BTreeMap<u32, Fe> = recording
                .execute(&program, ExecutionLimits::default())
                .unwrap()
                .iter()
                .map(|(witness, value)| (witness.0, value))
                .collect();
            let function = artifact
                .functions()
                .iter()
                .find(|function| function.name() == recording.function_name)
                .unwrap();
            let limits = decode::DecodeLimits::default();
            let decoded = decode::decode_base64(function.bytecode(), &limits).unwrap();
            let mut calls = recording.oracle_calls.iter();
            let theirs = oracle::solve(&decoded, recording.inputs.iter().copied(), |call| {
                let recorded = calls.next().unwrap();
                assert_eq!(call.name, recorded.name, "{}", entry.recording);
                recorded.outputs.clone()
            })
            .unwrap();
            assert!(ours == theirs, "{}: the witnesses differ", entry.recording);
            agree += 1;
        }
    }
    println!("{agree} recordings agree");
    assert!(agree >= 43, "{agree} recordings");
}
