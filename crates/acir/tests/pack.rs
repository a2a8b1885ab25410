//! Resources that were packed from the reference's packages are the same as those in the packages.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use pixie_acir::pack::{Entry, FORMAT, Index, PackError, PackedContract, ResourceSet, Source, npm};
use pixie_acir::replay::{self, Recording};
use pixie_acir::{ExecutionLimits, ProgramLimits, decode};
use pixie_primitives::Fr;
use serde::Serialize;
use std::sync::Arc;

/// Packs quickly rather than tightly; readers cannot tell.
fn pack<T: Serialize>(set: ResourceSet, name: &str, value: &T) -> (Vec<u8>, Entry) {
    let mut cbor = Vec::new();
    ciborium::into_writer(value, &mut cbor).unwrap();
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let packed = ruzstd::encoding::compress_to_vec(cbor.as_slice(), level);
    let entry = Entry::describe(set, name, &packed, cbor.len() as u64);
    (packed, entry)
}

fn packages() -> Source {
    let tree = common::reference(&format!("@aztec/{}", npm::KEY_TREE));
    Source::packages(core::str::from_utf8(&tree).unwrap()).unwrap()
}

fn read(path: &str) -> Vec<u8> {
    common::reference(&format!("@aztec/{path}"))
}

fn packed(resources: Vec<Entry>, verification_key_tree: &[Fr]) -> Source {
    let index = Index {
        format: FORMAT,
        protocol_version: "4.1.2".into(),
        verification_key_tree: verification_key_tree.to_vec(),
        resources,
    };
    Source::packed(&serde_json::to_vec(&index).unwrap()).unwrap()
}

#[test]
fn circuits_and_their_keys_are_those_of_the_packages() {
    let packages = packages();
    let tree = packages.verification_key_tree();
    for name in [
        "private_kernel_init",
        "private_kernel_tail_to_public",
        "hiding_kernel_to_rollup",
        "private_kernel_reset_4_4_4_4_4_4_4_4_4",
        "private_kernel_inner_simulated",
    ] {
        let file = read(&packages.circuit_path(name).unwrap());
        let original = packages.circuit(name, &file).unwrap();
        let (file, entry) = pack(ResourceSet::of_circuit(name), name, &original);
        let packed = packed(vec![entry], tree);
        let circuit = packed.circuit(name, &file).unwrap();
        assert!(circuit == original, "{name} differs");
        match circuit.verification_key().unwrap() {
            Some(key) => assert!(tree.contains(&key.hash), "{name} is not in the tree"),
            None => assert!(name.ends_with("_simulated")),
        }
        let mut damaged = file;
        *damaged.last_mut().unwrap() ^= 1;
        assert!(matches!(
            packed.circuit(name, &damaged),
            Err(PackError::Checksum { .. })
        ));
    }
}

#[test]
fn a_packed_circuit_gives_the_recorded_witness() {
    let name = "private_kernel_tail";
    let packages = packages();
    let artifact = read(&packages.circuit_path(name).unwrap());
    let (file, entry) = pack(
        ResourceSet::Protocol,
        name,
        &packages.circuit(name, &artifact).unwrap(),
    );
    let circuit = packed(vec![entry], &[]).circuit(name, &file).unwrap();
    let program = Arc::new(circuit.program(&ProgramLimits::default()).unwrap());
    let bytes = common::vector("recordings/PrivateKernelTail_main_0.json.gz");
    let recording = Recording::from_bytes(&bytes).unwrap();
    let run = |recording: &Recording| recording.execute(&program, ExecutionLimits::default());
    assert_eq!(
        replay::outcome(&run(&recording).unwrap()),
        replay::replay(&bytes, &artifact).unwrap()
    );
    // It still says why it fails.
    let mut changed = recording.clone();
    for input in &mut changed.inputs {
        input.1 += pixie_acir::Fe::ONE;
    }
    let error = run(&changed).unwrap_err();
    let replay::ReplayError::Execution(error) = error else {
        panic!("{error}");
    };
    assert!(error.message().is_some(), "{error}");
}

#[test]
fn contracts_keep_their_class_ids() {
    let packages = packages();
    let mut saved = 0;
    for (name, path) in npm::CONTRACTS {
        let file = read(path);
        let original = packages.contract(name, &file).unwrap();
        assert_eq!(original.name, name);
        let (packed_file, entry) = pack(
            ResourceSet::Contracts,
            name,
            &PackedContract::new(original.clone()).unwrap(),
        );
        assert_eq!(packed(vec![], &[]).contract_path(name).ok(), None);
        let contract = packed(vec![entry], &[])
            .contract(name, &packed_file)
            .unwrap();
        assert!(contract == original, "{name} differs");
        saved += file.len() - packed_file.len();
    }
    assert!(saved > 10_000_000);
}

#[test]
fn a_decoded_circuit_is_the_same_from_both() {
    let packages = packages();
    let name = "private_kernel_inner";
    let artifact = read(&packages.circuit_path(name).unwrap());
    let circuit = packages.circuit(name, &artifact).unwrap();
    let limits = decode::DecodeLimits::default();
    let from_pack = decode::decode_bytes(&circuit.bytecode, &limits).unwrap();
    let artifact = pixie_acir::Artifact::from_json(&artifact).unwrap();
    let function = &artifact.functions()[0];
    let from_artifact = decode::decode_base64(function.bytecode(), &limits).unwrap();
    assert!(from_pack == from_artifact);
}
