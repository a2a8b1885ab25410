use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::artifact::{ContractArtifact, DebugData};
use crate::codec::{FromBytes, ToBytes, from_hex, to_hex};
use crate::field::Fr;
use crate::{AztecAddress, ContractClassId};

const SMALL: &[u8] = include_bytes!("../../../../tests/vectors/artifact-small.json");

fn small() -> ContractArtifact {
    ContractArtifact::from_json(SMALL, DebugData::Drop).unwrap()
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../tests/vectors/abi.json")).unwrap()
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value).unwrap()
}

#[test]
fn the_class_is_that_of_the_reference() {
    let expected = &vectors()["small"]["class"];
    let artifact = small();
    let preimage = artifact.artifact_hash_preimage().unwrap();
    let parts = &expected["artifactHashPreimage"];
    assert_eq!(preimage.metadata_hash, read(&parts["metadataHash"]));
    assert_eq!(
        preimage.private_function_root,
        read(&parts["privateFunctionRoot"])
    );
    assert_eq!(
        preimage.utility_function_root,
        read(&parts["utilityFunctionRoot"])
    );
    assert_eq!(preimage.hash(), read(&expected["artifactHash"]));

    let class = ContractClass::from_artifact(&artifact).unwrap();
    let ids = class.id_preimage().unwrap();
    assert_eq!(ids, read(expected));
    assert_eq!(ids, artifact.class_id_preimage().unwrap());
    assert_eq!(json!(ids.id()), expected["id"]);
    let with_id = class.with_id().unwrap();
    assert_eq!(with_id.id, artifact.class_id().unwrap());
    for function in expected["functions"].as_array().unwrap() {
        if function["type"] == "private" {
            let functions = &with_id.class.private_functions;
            let listed = functions
                .iter()
                .find(|f| json!(f.selector) == function["selector"]);
            assert_eq!(json!(listed.unwrap().vk_hash), function["vkHash"]);
        }
    }

    let json = serde_json::to_value(&with_id).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(read::<ContractClassWithId>(&json), with_id);
    let mut wrong = json;
    wrong["version"] = json!(2);
    assert!(serde_json::from_value::<ContractClassWithId>(wrong).is_err());
}

#[test]
fn bytecode_commitments_are_those_of_the_reference() {
    for case in vectors()["bytecodeCommitments"].as_array().unwrap() {
        let length = case["length"].as_u64().unwrap();
        let bytes: Vec<u8> = (0..length).map(|n| (n * 7 + 3) as u8).collect();
        let commitment = compute_public_bytecode_commitment(&bytes).unwrap();
        assert_eq!(json!(commitment), case["commitment"], "{length}");
    }
    assert!(matches!(
        compute_public_bytecode_commitment(&vec![0; 2999 * 31 + 1]),
        Err(ContractError::BytecodeTooLarge { .. })
    ));
}

#[test]
fn membership_proofs_are_those_of_the_reference() {
    let vectors = vectors();
    let membership = &vectors["small"]["membership"];
    let artifact = small();
    let ids = artifact.class_id_preimage().unwrap();
    for case in membership["private"].as_array().unwrap() {
        let function = artifact
            .prove_private_function(read(&case["selector"]))
            .unwrap();
        assert_eq!(function.proof, read(case));
        assert!(function.belongs_to(ids.artifact_hash, ids.private_functions_root));
        let json = serde_json::to_value(&function).unwrap();
        assert_eq!(read::<ExecutablePrivateFunction>(&json), function);

        let mut forged = function.clone();
        forged.bytecode = vec![1].into();
        assert!(!forged.belongs_to(ids.artifact_hash, ids.private_functions_root));
        let mut forged = function.clone();
        forged.function.vk_hash = VerificationKeyHash::ZERO;
        assert!(!forged.belongs_to(ids.artifact_hash, ids.private_functions_root));
        assert!(!function.belongs_to(ArtifactHash::ZERO, ids.private_functions_root));
    }
    for case in membership["utility"].as_array().unwrap() {
        let function = artifact
            .prove_utility_function(read(&case["selector"]))
            .unwrap();
        assert_eq!(function.proof, read(case));
        assert!(function.belongs_to(ids.artifact_hash));
        let json = serde_json::to_value(&function).unwrap();
        assert_eq!(read::<UtilityFunction>(&json), function);
        let mut forged = function;
        forged.bytecode = vec![1].into();
        assert!(!forged.belongs_to(ids.artifact_hash));
    }
    assert!(membership["private"].as_array().unwrap().len() > 1);
    assert!(membership["utility"].as_array().unwrap().len() > 1);
    let selector = FunctionSelector::from(7);
    assert!(artifact.prove_private_function(selector).is_err());
    assert!(artifact.prove_utility_function(selector).is_err());
}

#[test]
fn instances_are_those_of_the_reference() {
    let vectors = vectors();
    let artifact = small();
    for case in vectors["small"]["instances"].as_array().unwrap() {
        let expected: ContractInstanceWithAddress = read(&case["instance"]);
        assert_eq!(serde_json::to_value(expected).unwrap(), case["instance"]);
        assert!(expected.has_valid_address());
        let params = |arguments| Instantiation {
            constructor: case["constructor"].as_str(),
            arguments,
            salt: expected.instance.salt,
            deployer: expected.instance.deployer,
            public_keys: expected.instance.public_keys,
        };
        let from_json = params(ConstructorArguments::Json(case["args"].clone()));
        assert_eq!(artifact.instantiate(&from_json).unwrap(), expected);
        let encoded: Vec<Fr> = read(&case["encodedArgs"]);
        let from_encoded = params(ConstructorArguments::Encoded(encoded));
        assert_eq!(artifact.instantiate(&from_encoded).unwrap(), expected);

        let bytes = from_hex(case["bytes"].as_str().unwrap(), "instance").unwrap();
        assert_eq!(ContractInstance::from_bytes(&bytes), Ok(expected.instance));
        assert_eq!(to_hex(&expected.instance.to_bytes()), to_hex(&bytes));
        let mut forged = expected;
        forged.instance.salt += Fr::ONE;
        assert!(!forged.has_valid_address());
    }
}

#[test]
fn constructors_that_do_not_fit_are_refused() {
    let mut artifact = small();
    let wrong = Instantiation::default();
    assert!(matches!(
        artifact.instantiate(&wrong),
        Err(ContractError::Artifact(
            crate::artifact::ArtifactError::Arguments { .. }
        ))
    ));
    let unknown = Instantiation {
        constructor: Some("no_such"),
        ..Instantiation::default()
    };
    assert!(artifact.instantiate(&unknown).is_err());
    artifact.non_dispatch_public_functions.clear();
    let none = ConstructorArguments::default();
    assert!(artifact.initialization_hash(None, &none).unwrap().is_zero());
    let some = ConstructorArguments::Json(json!([1]));
    assert!(matches!(
        artifact.initialization_hash(None, &some),
        Err(ContractError::NoConstructor { .. })
    ));
}

#[test]
fn unusable_classes_are_named() {
    let position = |artifact: &ContractArtifact| {
        let mut functions = artifact.functions.iter();
        functions
            .position(|f| f.verification_key.is_some())
            .unwrap()
    };
    let mut artifact = small();
    let at = position(&artifact);
    artifact.functions[at].verification_key = None;
    assert!(matches!(
        artifact.class_id(),
        Err(ContractError::MissingVerificationKey { .. })
    ));
    artifact.functions[at].verification_key = Some(vec![0; 31].into());
    assert!(matches!(
        artifact.class_id(),
        Err(ContractError::VerificationKeyLength { actual: 31, .. })
    ));
    artifact.functions[at].verification_key = Some(vec![255; 4064].into());
    assert!(matches!(
        artifact.class_id(),
        Err(ContractError::VerificationKey { .. })
    ));
    let mut artifact = small();
    let dispatch = artifact.function("public_dispatch").unwrap().clone();
    artifact.functions.push(dispatch);
    assert!(matches!(
        artifact.class_id(),
        Err(ContractError::PublicFunctions { actual: 2 })
    ));
    let mut artifact = small();
    let private = artifact.functions[position(&artifact)].clone();
    artifact.functions = (0..129)
        .map(|n| {
            let mut function = private.clone();
            function.abi.name = format!("f{n}");
            function
        })
        .collect();
    assert!(matches!(
        artifact.class_id(),
        Err(ContractError::PrivateFunctions { actual: 129, .. })
    ));
}

#[test]
fn a_published_class_is_checked() {
    let artifact = small();
    let ids = artifact.class_id_preimage().unwrap();
    let selector = |kind| {
        let mut functions = artifact.functions_of(kind);
        functions.next().unwrap().selector().unwrap()
    };
    let class = ContractClassPublic {
        id: ids.id(),
        version: ContractVersion,
        artifact_hash: ids.artifact_hash,
        private_functions_root: ids.private_functions_root,
        private_functions: vec![
            artifact
                .prove_private_function(selector(crate::abi::FunctionType::Private))
                .unwrap(),
        ],
        utility_functions: vec![
            artifact
                .prove_utility_function(selector(crate::abi::FunctionType::Utility))
                .unwrap(),
        ],
        packed_bytecode: artifact.packed_bytecode().to_vec().into(),
    };
    assert!(class.has_valid_id().unwrap());
    let text = serde_json::to_string(&class).unwrap();
    assert_eq!(
        serde_json::from_str::<ContractClassPublic>(&text).unwrap(),
        class
    );
    let forged = ContractClassPublic {
        packed_bytecode: Default::default(),
        ..class
    };
    assert!(!forged.has_valid_id().unwrap());
}

/// All artifacts of the reference's packages against the ids that the reference computed. Reads the
/// packages, which a sandboxed target cannot.
#[cfg(not(target_family = "wasm"))]
#[test]
fn the_classes_of_all_packages_are_those_of_the_reference() {
    let root = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/reference/node_modules/@aztec"
    );
    let (mut checked, mut decoded) = (0, 0);
    for case in vectors()["classes"].as_array().unwrap() {
        let (package, file) = (
            case["package"].as_str().unwrap(),
            case["file"].as_str().unwrap(),
        );
        let path = format!("{root}/{package}/artifacts/{file}");
        let text = std::fs::read(&path).unwrap_or_else(|error| {
            panic!("{path}: {error}; install the packages with scripts/setup")
        });
        let artifact = ContractArtifact::from_json(&text, DebugData::Drop).unwrap();
        let ids = artifact.class_id_preimage().unwrap();
        assert_eq!(ids, read(case), "{file}");
        assert_eq!(ids.id(), read::<ContractClassId>(&case["id"]), "{file}");
        let functions = artifact.function_abis().count() as u64;
        assert_eq!(Some(functions), case["functions"].as_u64(), "{file}");

        // One package also in the form that dapps send, with and without debug data.
        if package == "accounts" {
            let kept = ContractArtifact::from_json(&text, DebugData::Keep).unwrap();
            let wire = serde_json::to_vec(&kept).unwrap();
            let read = |debug| ContractArtifact::from_json(&wire, debug).unwrap();
            assert_eq!(read(DebugData::Keep), kept);
            assert_eq!(read(DebugData::Drop), artifact);
            for function in kept
                .functions
                .iter()
                .filter(|f| !f.debug_symbols.is_empty())
            {
                let info = function.debug_symbols.decode().unwrap();
                let nodes = info.acir_locations.values().copied();
                let mut files = nodes
                    .flat_map(|node| info.call_stack(node))
                    .map(|at| at.file);
                assert!(
                    files.all(|file| kept.file_map.contains_key(&file)),
                    "{file}"
                );
                decoded += 1;
            }
        }
        checked += 1;
    }
    assert!(checked > 70 && decoded > 10, "{checked} {decoded}");
}

fn any_field() -> impl Strategy<Value = Fr> {
    any::<[u8; 32]>().prop_map(|bytes| Fr::from_be_bytes_reduced(&bytes))
}

proptest! {
    #[test]
    fn instances_round_trip(fields in prop::array::uniform4(any_field()), keys in 0u64..9) {
        let [salt, deployer, class, initialization] = fields;
        let instance = ContractInstance {
            version: ContractVersion,
            salt,
            deployer: AztecAddress::from_field(deployer),
            current_contract_class_id: ContractClassId::from_field(class),
            original_contract_class_id: ContractClassId::from_field(salt),
            initialization_hash: crate::keys::InitializationHash::from_field(initialization),
            public_keys: match keys {
                0 => crate::keys::PublicKeys::EMPTY,
                _ => crate::keys::PublicKeys::default(),
            },
        };
        prop_assert_eq!(ContractInstance::from_bytes(&instance.to_bytes()), Ok(instance));
        let json = serde_json::to_string(&instance).unwrap();
        prop_assert_eq!(serde_json::from_str::<ContractInstance>(&json).unwrap(), instance);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..450)) {
        let _ = ContractInstance::from_bytes(&bytes);
    }
}
