use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::abi::AbiErrorType;

const SMALL: &[u8] = include_bytes!("../../../../tests/vectors/artifact-small.json");

fn small(debug: DebugData) -> ContractArtifact {
    ContractArtifact::from_json(SMALL, debug).unwrap()
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../tests/vectors/abi.json")).unwrap()
}

#[test]
fn the_wire_form_is_that_of_the_reference() {
    let expected = &vectors()["small"]["wire"];
    let artifact = small(DebugData::Keep);
    assert_eq!(&serde_json::to_value(&artifact).unwrap(), expected);
    let text = serde_json::to_vec(expected).unwrap();
    assert_eq!(
        ContractArtifact::from_json(&text, DebugData::Keep).unwrap(),
        artifact
    );
    // As part of a larger message, without debug data.
    let bare = small(DebugData::Drop);
    assert_eq!(ContractArtifact::deserialize(expected).unwrap(), bare);
    assert!(bare.file_map.is_empty());
    assert!(
        bare.functions
            .iter()
            .all(|function| function.debug_symbols.is_empty())
    );
    let again = serde_json::to_vec(&bare).unwrap();
    assert_eq!(
        ContractArtifact::from_json(&again, DebugData::Keep).unwrap(),
        bare
    );
}

#[test]
fn functions_and_selectors_are_those_of_the_reference() {
    let class = &vectors()["small"]["class"];
    let artifact = small(DebugData::Drop);
    let expected = class["functions"].as_array().unwrap();
    let actual: Vec<_> = artifact.function_abis().collect();
    assert_eq!(actual.len(), expected.len());
    for (abi, expected) in actual.into_iter().zip(expected) {
        assert_eq!(abi.name, expected["name"]);
        assert_eq!(json!(abi.function_type), expected["type"]);
        let selector = abi.selector().unwrap();
        assert_eq!(json!(selector), expected["selector"]);
        assert_eq!(artifact.function_abi(&abi.name).unwrap(), abi);
        assert_eq!(artifact.function_abi_by_selector(selector).unwrap(), abi);
    }
    let slots = json!(artifact.storage_layout);
    for (name, slot) in class["storage"].as_object().unwrap() {
        assert_eq!(slots[name]["slot"], *slot);
    }
    assert_eq!(
        slots.as_object().unwrap().len(),
        class["storage"].as_object().unwrap().len()
    );
    assert_eq!(artifact.events().len(), 2);
    assert!(artifact.function("no_such_function").is_err());
    assert!(artifact.initializer("get_order").is_err());
}

#[test]
fn initializers_are_chosen_by_name_then_by_need() {
    let mut artifact = small(DebugData::Drop);
    artifact.non_dispatch_public_functions.clear();
    artifact.functions.truncate(4);
    let set = |artifact: &mut ContractArtifact, index: usize, name: &str, kind, bare: bool| {
        let abi = &mut artifact.functions[index].abi;
        abi.name = name.to_owned();
        abi.is_initializer = true;
        abi.function_type = kind;
        if bare {
            abi.parameters.clear();
        } else {
            abi.parameters = vec![crate::abi::AbiParameter {
                name: "x".to_owned(),
                ty: AbiType::Field,
                visibility: crate::abi::ParameterVisibility::Private,
            }];
        }
    };
    let chosen = |artifact: &ContractArtifact| artifact.default_initializer().unwrap().name.clone();
    for function in &mut artifact.functions {
        function.abi.is_initializer = false;
    }
    assert_eq!(artifact.default_initializer(), None);
    set(&mut artifact, 0, "public_one", FunctionType::Public, false);
    assert_eq!(chosen(&artifact), "public_one");
    set(
        &mut artifact,
        1,
        "private_one",
        FunctionType::Private,
        false,
    );
    assert_eq!(chosen(&artifact), "private_one");
    set(&mut artifact, 2, "bare_one", FunctionType::Public, true);
    assert_eq!(chosen(&artifact), "bare_one");
    set(&mut artifact, 3, "initializer", FunctionType::Public, false);
    assert_eq!(chosen(&artifact), "initializer");
    set(&mut artifact, 0, "constructor", FunctionType::Public, false);
    assert_eq!(chosen(&artifact), "constructor");
}

#[test]
fn debug_symbols_are_decoded_on_demand() {
    let artifact = small(DebugData::Keep);
    let info = artifact.functions[0].debug_symbols.decode().unwrap();
    let node = info.acir_locations[&0];
    let starts: Vec<_> = info
        .call_stack(node)
        .map(|location| location.span.start)
        .collect();
    assert_eq!(starts, [13, 0]);
    assert_eq!(artifact.file_map[&FileId(7)].path, "main.nr");
    assert!(DebugSymbols::default().decode().is_err());
}

#[test]
fn a_parent_that_does_not_come_first_ends_the_stack() {
    let location = Location {
        span: Span { start: 0, end: 1 },
        file: FileId(0),
    };
    let node = |parent| LocationNode {
        parent,
        value: location,
    };
    let info = DebugInfo {
        location_tree: LocationTree {
            locations: vec![node(Some(1)), node(Some(0)), node(Some(9))],
        },
        acir_locations: BTreeMap::new(),
        brillig_locations: BTreeMap::new(),
    };
    assert_eq!(info.call_stack(1).count(), 2);
    assert_eq!(info.call_stack(2).count(), 1);
    assert_eq!(info.call_stack(7).count(), 0);
}

fn changed(change: impl FnOnce(&mut Value)) -> ArtifactError {
    let mut json: Value = serde_json::from_slice(SMALL).unwrap();
    change(&mut json);
    let text = serde_json::to_vec(&json).unwrap();
    ContractArtifact::from_json(&text, DebugData::Drop).unwrap_err()
}

#[test]
fn bad_artifacts_are_named() {
    let error = ContractArtifact::from_json(&SMALL[..SMALL.len() / 2], DebugData::Drop);
    assert!(
        matches!(error, Err(ArtifactError::Json { path, .. }) if path.starts_with("functions["))
    );
    let error = ContractArtifact::from_json(b"", DebugData::Drop);
    assert!(matches!(error, Err(ArtifactError::Json { .. })));

    let error = changed(|json| json["transpiled"] = json!(false));
    assert!(matches!(error, ArtifactError::NotTranspiled { contract } if contract == "Orderbook"));
    let error = changed(|json| json["functions"][1]["custom_attributes"] = json!(["abi_view"]));
    assert!(matches!(error, ArtifactError::UnknownFunctionType { .. }));
    let error = changed(|json| json["functions"][1]["bytecode"] = json!("%"));
    assert!(
        matches!(&error, ArtifactError::Json { path, .. } if path == "functions[1].bytecode"),
        "{error:?}"
    );
    let error = changed(|json| {
        json["functions"][1]
            .as_object_mut()
            .unwrap()
            .remove("bytecode");
    });
    assert!(matches!(
        error,
        ArtifactError::Missing {
            member: "bytecode",
            ..
        }
    ));
    let error = changed(|json| {
        json["functions"][1].as_object_mut().unwrap().remove("abi");
    });
    assert!(matches!(
        error,
        ArtifactError::Missing { member: "abi", .. }
    ));
    let error = changed(|json| {
        json["functions"][0]["abi"]["parameters"] =
            json!([{"name": "p", "type": {"kind": "slice"}, "visibility": "private"}]);
    });
    let ArtifactError::Type { source, .. } = error else {
        panic!("{error:?}");
    };
    assert!(
        source.to_string().ends_with(".p`: unknown kind `slice`"),
        "{source}"
    );
    let error = changed(|json| {
        json["functions"][0]["abi"]["parameters"] =
            json!([{"name": "p", "type": {"kind": "field"}, "visibility": "databus"}]);
    });
    assert!(matches!(error, ArtifactError::DatabusParameter { .. }));
    let error = changed(|json| {
        let storage = &mut json["outputs"]["globals"]["storage"][1]["fields"][1]["value"];
        storage["fields"][0]["value"]["fields"][0]["value"]["value"] = json!("zz");
    });
    assert!(
        matches!(
            error,
            ArtifactError::Slot {
                source: Some(_),
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn error_types_of_every_kind() {
    let text = r#"{"name":"C","functions":[{"name":"f","functionType":"utility","isOnlySelf":false,
        "isStatic":true,"isInitializer":false,"parameters":[],"returnTypes":[],"bytecode":
        {"type":"Buffer","data":[1,2]},"debugSymbols":"","errorTypes":{
        "18446744073709551615":{"error_kind":"custom","kind":"tuple","fields":[{"kind":"field"}]},
        "1":{"error_kind":"fmtstring","length":3,"item_types":[{"kind":"boolean"}]},
        "2":{"error_kind":"string","string":"no"}}}],"nonDispatchPublicFunctions":[],
        "outputs":{"structs":{},"globals":{}},"storageLayout":{},"fileMap":{}}"#;
    let artifact = ContractArtifact::from_json(text.as_bytes(), DebugData::Drop).unwrap();
    let function = artifact.function("f").unwrap();
    assert_eq!(function.bytecode.as_slice(), [1, 2]);
    let errors: Vec<_> = function.abi.error_types.values().collect();
    assert!(matches!(
        errors.as_slice(),
        [
            AbiErrorType::FormatString { length: 3, .. },
            AbiErrorType::String(_),
            AbiErrorType::Custom(AbiType::Tuple(_))
        ]
    ));
    let again = serde_json::to_vec(&artifact).unwrap();
    assert_eq!(
        ContractArtifact::from_json(&again, DebugData::Drop).unwrap(),
        artifact
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_artifacts_never_panic(at in 0..SMALL.len(), byte: u8, cut: bool) {
        let mut text = SMALL.to_vec();
        text[at] = byte;
        if cut {
            text.truncate(at);
        }
        let _ = ContractArtifact::from_json(&text, DebugData::Keep);
    }

    #[test]
    fn random_debug_symbols_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let json = serde_json::to_string(&Base64Bytes::from(bytes)).unwrap();
        let symbols: DebugSymbols = serde_json::from_str(&json).unwrap();
        let _ = symbols.decode();
    }
}
