use super::*;
use pixie_primitives::Fr;
use serde::Serialize;

fn pack<T: Serialize>(set: ResourceSet, name: &str, value: &T) -> (Vec<u8>, Entry) {
    let mut cbor = Vec::new();
    ciborium::into_writer(value, &mut cbor).unwrap();
    let packed = ruzstd::encoding::compress_to_vec(
        cbor.as_slice(),
        ruzstd::encoding::CompressionLevel::Fastest,
    );
    let entry = Entry::describe(set, name, &packed, cbor.len() as u64);
    (packed, entry)
}

fn packed_circuit() -> (ProtocolCircuit, Vec<u8>, Entry) {
    let circuit = ProtocolCircuit {
        bytecode: (0..5000u32).map(|i| (i % 7) as u8).collect(),
        error_types: "{}".into(),
        verification_key: vec![9; 300],
    };
    let (packed, entry) = pack(ResourceSet::Protocol, "sample", &circuit);
    (circuit, packed, entry)
}

fn index(resources: Vec<Entry>) -> Index {
    Index {
        format: FORMAT,
        protocol_version: "4.1.2".into(),
        verification_key_tree: vec![Fr::from(7u64)],
        resources,
    }
}

#[test]
fn a_circuit_survives_packing() {
    let (circuit, packed, entry) = packed_circuit();
    assert_eq!(entry.unpack::<ProtocolCircuit>(&packed).unwrap(), circuit);
    assert_eq!(entry.path(), "protocol/sample.cbor.zst");
}

#[test]
fn every_flipped_byte_is_noticed() {
    let (_, packed, entry) = packed_circuit();
    for position in 0..packed.len() {
        let mut damaged = packed.clone();
        damaged[position] ^= 1;
        assert!(matches!(
            entry.unpack::<ProtocolCircuit>(&damaged),
            Err(PackError::Checksum { .. })
        ));
    }
}

#[test]
fn damage_behind_a_matching_checksum_is_an_error_and_no_panic() {
    let (_, packed, entry) = packed_circuit();
    for position in 0..packed.len() {
        let mut damaged = packed.clone();
        damaged[position] ^= 0x55;
        let entry = Entry::describe(entry.set, &entry.name, &damaged, entry.size);
        let _ = entry.unpack::<ProtocolCircuit>(&damaged);
    }
    for length in 0..packed.len() {
        let cut = &packed[..length];
        let entry = Entry::describe(entry.set, &entry.name, cut, entry.size);
        assert!(entry.unpack::<ProtocolCircuit>(cut).is_err());
    }
}

#[test]
fn a_resource_larger_or_smaller_than_promised_is_refused() {
    let (_, packed, entry) = packed_circuit();
    for wrong in [entry.size - 1, entry.size + 1, MAX_UNPACKED + 1] {
        let entry = Entry {
            size: wrong,
            ..entry.clone()
        };
        assert!(matches!(
            entry.unpack::<ProtocolCircuit>(&packed),
            Err(PackError::Size { .. })
        ));
    }
}

#[test]
fn the_index_is_checked() {
    let (circuit, packed, entry) = packed_circuit();
    let index = index(vec![entry]);
    let json = serde_json::to_vec(&index).unwrap();
    assert_eq!(Index::parse(&json).unwrap(), index);

    let source = Source::packed(&json).unwrap();
    assert_eq!(source.verification_key_tree(), [Fr::from(7u64)]);
    assert_eq!(
        source.circuit_path("sample").unwrap(),
        "protocol/sample.cbor.zst"
    );
    assert_eq!(source.circuit("sample", &packed).unwrap(), circuit);
    assert!(matches!(
        source.circuit_path("sample_simulated"),
        Err(PackError::Unknown {
            set: ResourceSet::Simulated,
            ..
        })
    ));
    assert!(source.contract_path("sample").is_err());

    let newer = br#"{"format": 2, "something": "new"}"#;
    assert!(matches!(
        Index::parse(newer),
        Err(PackError::Format { found: 2 })
    ));
    assert!(matches!(Index::parse(b"<html>"), Err(PackError::Index(_))));
}

#[test]
fn the_packages_have_known_paths() {
    let nodes: Vec<String> = (0..255)
        .map(|node| format!("'{:064x}'", if node < 3 { node + 1 } else { 0 }))
        .collect();
    let source = Source::packages(&nodes.join(", ")).unwrap();
    let leaves = [1u64, 2, 3].map(Fr::from);
    assert_eq!(source.verification_key_tree(), leaves);
    assert!(matches!(
        Source::packages(&nodes[1..].join(", ")),
        Err(PackError::KeyTree { found: 254, .. })
    ));
    assert!(source.circuit_path("private_kernel_tail").is_ok());
    assert!(source.circuit_path("rollup_root").is_err());
    assert!(source.contract_path("Token").is_ok());
    assert!(source.contract_path("../Token").is_err());
}

#[test]
fn malformed_artifacts_of_circuits_are_refused() {
    for text in [
        "",
        "{}",
        r#"{"bytecode": "", "abi": {}}"#,
        r#"{"bytecode": "?", "abi": {"error_types": {}}}"#,
        r#"{"bytecode": "AAAA", "abi": {"error_types": {}}}"#,
        r#"{"bytecode": "", "abi": {"error_types": {}}, "verificationKey": {"bytes": "xx", "hash": "0"}}"#,
        r#"{"bytecode": "", "abi": {"error_types": {}}, "verificationKey": {"bytes": "00", "hash": "0"}}"#,
    ] {
        assert!(npm::circuit(text.as_bytes()).is_err(), "{text}");
    }
}
