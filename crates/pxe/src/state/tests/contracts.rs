use pixie_primitives::FunctionSelector;
use pixie_primitives::abi::FunctionType;
use pixie_primitives::artifact::{ContractArtifact, DebugData};
use pixie_primitives::contract::{ContractError, ContractInstanceWithAddress, Instantiation};

use super::*;
use crate::state::ContractOverrides;

const SMALL: &[u8] = include_bytes!("../../../../../tests/vectors/artifact-small.json");

/// A contract with two private functions.
pub(super) fn artifact() -> ContractArtifact {
    ContractArtifact::from_json(SMALL, DebugData::Drop).unwrap()
}

/// The same contract under another name, which makes another class.
fn other_artifact() -> ContractArtifact {
    ContractArtifact {
        name: "Other".to_owned(),
        ..artifact()
    }
}

pub(super) fn instance(artifact: &ContractArtifact) -> ContractInstanceWithAddress {
    let constructor = pixie_primitives::contract::ConstructorArguments::Encoded(Vec::new());
    let params = Instantiation {
        arguments: constructor,
        ..Instantiation::default()
    };
    artifact.instantiate(&params).unwrap()
}

fn private_selector(artifact: &ContractArtifact, index: usize) -> FunctionSelector {
    let function = artifact.functions_of(FunctionType::Private).nth(index);
    function.unwrap().selector().unwrap()
}

#[test]
fn a_contract_is_registered_with_its_own_artifact() {
    let mut state = PxeTables::default();
    let contract = instance(&artifact());
    assert!(matches!(
        state.add_contract(&contract, None),
        Err(StateError::UnknownClass(_))
    ));
    let wrong = state.add_contract(&contract, Some(other_artifact()));
    let class = contract.instance.current_contract_class_id;
    assert!(matches!(
        wrong,
        Err(StateError::WrongArtifact { expected, computed }) if expected == class && computed != class
    ));
    let elsewhere = ContractInstanceWithAddress {
        address: address(5),
        ..contract
    };
    assert!(matches!(
        state.add_contract(&elsewhere, Some(artifact())),
        Err(StateError::WrongAddress { given, derived })
            if given == address(5) && derived == contract.address
    ));
    assert!(state.contracts.is_empty() && state.classes.is_empty() && state.artifacts.is_empty());

    state.add_contract(&contract, Some(artifact())).unwrap();
    assert_eq!(
        state.contract_instance(&contract.address).unwrap(),
        contract
    );
    assert_eq!(
        state.class_artifact(&class).unwrap().artifact(),
        &artifact()
    );
    // Another instance of a class that is known needs no artifact.
    let salted = pixie_primitives::contract::ContractInstance {
        salt: Fr::from(9u8),
        ..contract.instance
    };
    state.add_contract(&salted.with_address(), None).unwrap();
    assert_eq!(state.contract_addresses().count(), 2);
    assert_eq!(state.shards().len(), 3);
}

#[test]
fn functions_are_found_by_selector() {
    let mut state = PxeTables::default();
    let contract = instance(&artifact());
    state.add_contract(&contract, Some(artifact())).unwrap();
    let selector = private_selector(&artifact(), 0);
    let function = state
        .contract_function(&contract.address, selector)
        .unwrap();
    assert_eq!(function.contract_name(), artifact().name);
    assert_eq!(function.artifact().selector().unwrap(), selector);
    assert_eq!(
        function.class_id(),
        contract.instance.current_contract_class_id
    );
    let loaded = state.contract(&contract.address).unwrap();
    let named = loaded
        .function_named(&function.artifact().abi.name)
        .unwrap();
    assert_eq!(named.selector(), selector);
    assert!(loaded.function_named("nothing").is_none());
    let unknown = FunctionSelector::from_field(Fr::ONE).unwrap();
    assert!(matches!(
        state.contract_function(&contract.address, unknown),
        Err(StateError::UnknownFunction { .. })
    ));
    assert!(matches!(
        state.contract_function(&address(5), selector),
        Err(StateError::UnknownContract(_))
    ));
}

#[test]
fn private_functions_are_proven_to_belong_to_the_class() {
    let mut state = PxeTables::default();
    let class_id = state.add_contract_class(artifact()).unwrap();
    assert_eq!(class_id, artifact().class_id().unwrap());
    let class = state.contract_class(&class_id).unwrap();
    assert_eq!(class.preimage.id(), class_id);
    for index in 0..2 {
        let selector = private_selector(&artifact(), index);
        let witness = class.private_function_witness(selector).unwrap();
        let proof = artifact().prove_private_function(selector).unwrap().proof;
        assert_eq!(witness.leaf_index, proof.private_function_tree_leaf_index);
        assert_eq!(
            witness.sibling_path.to_vec(),
            proof.private_function_tree_sibling_path
        );
    }
    let unknown = FunctionSelector::from_field(Fr::ONE).unwrap();
    let error = class.private_function_witness(unknown).unwrap_err();
    assert!(matches!(
        error,
        StateError::Contract(error) if matches!(*error, ContractError::UnknownFunction { .. })
    ));
}

#[test]
fn two_private_functions_with_one_selector_are_refused() {
    let mut twice = artifact();
    let function = twice
        .functions_of(FunctionType::Private)
        .next()
        .unwrap()
        .clone();
    twice.functions.push(function);
    let result = PxeTables::default().add_contract_class(twice);
    assert!(matches!(result, Err(StateError::RepeatedSelector(_))));
}

#[test]
fn a_contract_is_updated_to_the_class_on_the_chain() {
    let mut state = PxeTables::default();
    let contract = instance(&artifact());
    state.add_contract(&contract, Some(artifact())).unwrap();
    let new_class = other_artifact().class_id().unwrap();
    let wrong = state.update_contract(&contract.address, artifact(), new_class);
    assert!(matches!(wrong, Err(StateError::WrongArtifact { .. })));
    assert_eq!(
        state.contract_instance(&contract.address).unwrap(),
        contract
    );

    state
        .update_contract(&contract.address, other_artifact(), new_class)
        .unwrap();
    let updated = state.contract_instance(&contract.address).unwrap().instance;
    assert_eq!(updated.current_contract_class_id, new_class);
    assert_eq!(
        updated.original_contract_class_id,
        contract.instance.original_contract_class_id
    );
    assert_eq!(
        state.contract(&contract.address).unwrap().artifact().name,
        "Other"
    );
    assert!(matches!(
        state.update_contract(&address(5), other_artifact(), new_class),
        Err(StateError::UnknownContract(_))
    ));
}

#[test]
fn contracts_stand_in_for_others() {
    let mut state = PxeTables::default();
    let contract = instance(&artifact());
    state.add_contract(&contract, Some(artifact())).unwrap();
    let mut overrides = ContractOverrides::default();
    assert!(overrides.is_empty());
    let stand_in = pixie_primitives::contract::ContractInstance {
        salt: Fr::from(77u8),
        current_contract_class_id: ContractClassId::ZERO,
        ..contract.instance
    };
    overrides.insert(contract.address, stand_in, other_artifact());
    assert!(overrides.contains(&contract.address));
    let seen = overrides.instance(&state, &contract.address).unwrap();
    assert_eq!(seen.instance.salt, Fr::from(77u8));
    assert_eq!(
        seen.instance.current_contract_class_id,
        contract.instance.current_contract_class_id
    );
    let selector = private_selector(&artifact(), 1);
    let function = overrides
        .function(&state, &contract.address, selector)
        .unwrap();
    assert_eq!(function.contract_name(), "Other");
    // Only what is registered can be overridden.
    overrides.insert(address(5), stand_in, other_artifact());
    assert!(overrides.instance(&state, &address(5)).is_err());
}
