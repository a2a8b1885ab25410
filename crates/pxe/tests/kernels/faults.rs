//! Nodes that lie, contracts that break rules, provers that fail.

use async_trait::async_trait;
use pixie_primitives::tx::ChonkProof;
use serde_json::json;

use super::*;

/// The recorded transfer with its node calls changed.
fn transfer(change: impl Fn(&mut Value)) -> (Registered, ResultTree, Value) {
    let recording = recording("transfer_private.simulated");
    let mut operation = recording["operations"][0].clone();
    for call in operation["nodeCalls"].as_array_mut().unwrap() {
        change(call);
    }
    let registered = Registered::new(&recording, node(&operation));
    let execution = tree(&operation, &registered);
    (registered, execution, operation)
}

fn error(
    registered: &Registered,
    execution: &ResultTree,
    operation: &Value,
) -> Option<KernelError> {
    let request = kernel_request(operation, execution, registered);
    run(run_kernels(
        request,
        &PackageCircuits,
        registered,
        &NoProver,
    ))
    .err()
}

/// Changes a base64 text in its midst.
fn spoil(text: &mut Value) {
    let mut spoilt: Vec<char> = text.as_str().unwrap().chars().collect();
    let middle = spoilt.len() / 2;
    spoilt[middle] = if spoilt[middle] == 'A' { 'B' } else { 'A' };
    *text = json!(spoilt.into_iter().collect::<String>());
}

#[test]
fn the_unchanged_answers_do() {
    let (registered, execution, operation) = transfer(|_| {});
    assert!(error(&registered, &execution, &operation).is_none());
}

#[test]
fn a_note_that_is_not_in_the_tree_is_refused() {
    let (registered, execution, operation) = transfer(|call| {
        if call["method"] == "node_getNoteHashMembershipWitness" {
            call["result"] = Value::Null;
        }
    });
    assert!(matches!(
        error(&registered, &execution, &operation),
        Some(KernelError::NotInTree(Witnessed::NoteHash(_)))
    ));
}

#[test]
fn a_false_note_hash_witness_is_refused() {
    let (registered, execution, operation) = transfer(|call| {
        if call["method"] == "node_getNoteHashMembershipWitness" {
            spoil(&mut call["result"]);
        }
    });
    assert!(matches!(
        error(&registered, &execution, &operation),
        Some(KernelError::FalseWitness(Witnessed::NoteHash(_)))
    ));
}

#[test]
fn a_false_nullifier_witness_is_refused() {
    let (registered, execution, operation) = transfer(|call| {
        if call["method"] == "node_getNullifierMembershipWitness" {
            let nullifier = &mut call["result"]["leafPreimage"]["leaf"]["nullifier"];
            *nullifier = json!("0x01");
        }
    });
    assert!(matches!(
        error(&registered, &execution, &operation),
        Some(KernelError::FalseWitness(Witnessed::Nullifier(_)))
    ));
}

#[test]
fn a_false_witness_of_the_class_is_refused() {
    let (registered, execution, operation) = transfer(|call| {
        if call["method"] == "node_getPublicDataWitness" {
            spoil(&mut call["result"]["siblingPath"]);
        }
    });
    assert!(matches!(
        error(&registered, &execution, &operation),
        Some(KernelError::FalseWitness(Witnessed::UpdatedClassId(_)))
    ));
}

#[test]
fn a_simulation_without_kernels_verifies_as_well() {
    let (registered, execution, _) = transfer(|call| {
        if call["method"] == "node_getNoteHashMembershipWitness" {
            spoil(&mut call["result"]);
        }
    });
    let root = PackageCircuits.vk_tree_root();
    let result = run(simulate_kernels(
        &execution,
        &*registered.node,
        root,
        Fr::ZERO,
    ));
    assert!(matches!(
        result,
        Err(KernelError::FalseWitness(Witnessed::NoteHash(_)))
    ));
}

#[test]
fn a_cancelled_operation_stops_at_the_next_kernel() {
    let (mut registered, execution, operation) = transfer(|_| {});
    registered.cancel_after = Some(2);
    assert!(matches!(
        error(&registered, &execution, &operation),
        Some(KernelError::Cancelled)
    ));
    assert_eq!(registered.progress.borrow().len(), 2);
}

#[test]
fn a_broken_rule_is_the_circuits_to_name() {
    let (registered, mut execution, operation) = transfer(|_| {});
    execution.entrypoint.nested[0].public_inputs.args_hash = Fr::ONE;
    let Some(KernelError::Execution { circuit, source }) =
        error(&registered, &execution, &operation)
    else {
        panic!("the call must be refused");
    };
    assert_eq!(circuit, KernelCircuit::Inner);
    assert!(!source.to_string().is_empty());
}

#[test]
fn a_transaction_that_expires_at_once_is_refused() {
    let (registered, mut execution, operation) = transfer(|_| {});
    let inputs = &mut execution.entrypoint.public_inputs;
    inputs.expiration_timestamp = inputs.anchor_block_header.timestamp();
    let error = error(&registered, &execution, &operation);
    assert!(
        matches!(
            error,
            Some(KernelError::Expired { .. } | KernelError::Execution { .. })
        ),
        "{error:?}"
    );
}

/// A transaction of which nobody pays the fee passes a simulation, but not a proof.
#[test]
fn a_proof_needs_a_fee_payer() {
    let recording = recording("transfer_private");
    let operation = &recording["operations"][0];
    let registered = Registered::new(&recording, node(operation));
    let mut execution = tree(operation, &registered);
    execution.entrypoint.public_inputs.is_fee_payer = false;
    let prove = |skip_fee_enforcement, purpose| {
        let request = KernelRequest {
            purpose,
            skip_fee_enforcement,
            ..kernel_request(operation, &execution, &registered)
        };
        run(run_kernels(
            request,
            &PackageCircuits,
            &registered,
            &NoProver,
        ))
    };
    assert!(matches!(
        prove(true, KernelPurpose::Prove),
        Err(KernelError::NoFeePayer)
    ));
    assert!(matches!(
        prove(false, KernelPurpose::Prove),
        Err(KernelError::Execution {
            circuit: KernelCircuit::Tail,
            ..
        })
    ));
    let simulated = prove(true, KernelPurpose::Simulate).unwrap();
    assert!(!simulated.public_inputs.fee_payer().is_zero());
    assert!(prove(true, KernelPurpose::Witnesses).is_ok());
}

struct Says(Option<Vec<Fr>>);

#[async_trait(?Send)]
impl PrivateKernelProver for Says {
    async fn prove(&self, steps: &[ExecutionStep<'_>]) -> Result<Proof, ProverError> {
        let names: Vec<_> = steps.iter().map(|step| step.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "SchnorrAccount:entrypoint",
                "private_kernel_init",
                "Token:transfer",
                "private_kernel_inner",
                "private_kernel_reset",
                "private_kernel_tail",
                "hiding_kernel",
            ]
        );
        let length = pixie_primitives::constants::MEGA_VK_LENGTH_IN_FIELDS * 32;
        assert!(
            steps
                .iter()
                .all(|step| step.verification_key().len() == length)
        );
        let public_inputs = self.0.clone();
        public_inputs
            .map(|public_inputs| Proof {
                proof: ChonkProof::default(),
                public_inputs: Some(public_inputs),
            })
            .ok_or(ProverError {
                message: "out of memory".to_owned(),
                source: None,
            })
    }

    async fn gate_count(&self, _: &ExecutionStep<'_>) -> Result<Option<u64>, ProverError> {
        Ok(None)
    }
}

#[test]
fn a_proof_must_be_of_the_transaction() {
    use pixie_primitives::ToFields as _;
    let recording = recording("transfer_private");
    let operation = &recording["operations"][0];
    let registered = Registered::new(&recording, node(operation));
    let execution = tree(operation, &registered);
    let prove = |says: Says| {
        let request = kernel_request(operation, &execution, &registered);
        run(run_kernels(request, &PackageCircuits, &registered, &says))
    };
    assert!(matches!(prove(Says(None)), Err(KernelError::Prover(_))));
    let wrong = prove(Says(Some(vec![Fr::ONE])));
    assert!(matches!(wrong, Err(KernelError::ProofOfAnother)));
    let hiding = kernel_circuits(operation).pop().unwrap();
    let right = prove(Says(Some(fields(&hiding["outputs"])))).unwrap();
    let PrivateKernelTailCircuitPublicInputs::ForRollup(inputs) = right.public_inputs else {
        panic!("the transfer has no public calls");
    };
    assert_eq!(inputs.to_fields(), fields(&hiding["outputs"]));
    assert!(right.steps.iter().all(|step| step.witness_time.is_none()));
}

#[test]
fn circuits_are_read_once_and_the_oldest_are_let_go() {
    use pixie_pxe::kernel::reset::all_dimensions;
    let packages = circuits::from_packages();
    let tail = || run(packages.circuit(KernelCircuit::Tail, KernelForm::Simulated)).unwrap();
    let first = tail();
    assert!(std::sync::Arc::ptr_eq(&first, &tail()));
    // Their keys are in the tree, all in different places.
    let mut places = BTreeSet::new();
    for dimensions in all_dimensions().take(20) {
        let reset = KernelCircuit::Reset(dimensions);
        assert!(run(packages.circuit(reset, KernelForm::Simulated)).is_ok());
        places.insert(run(packages.verification_key(reset)).unwrap().leaf_index);
    }
    assert_eq!(places.len(), 20);
    assert!(!std::sync::Arc::ptr_eq(&first, &tail()));

    let none = ResourceCircuits::new(
        pixie_acir::pack::Source::Packages {
            verification_key_tree: Vec::new(),
        },
        Folder(circuits::packages().join("@aztec")),
    );
    // A key that is in no tree is refused, a circuit that does not exist as well.
    assert!(run(none.verification_key(KernelCircuit::Init)).is_err());
    let odd = KernelCircuit::Reset(PrivateKernelResetDimensions::from_array([3; 9]));
    let error = run(packages.circuit(odd, KernelForm::Full)).unwrap_err();
    assert_eq!(error.name, "private_kernel_reset_3_3_3_3_3_3_3_3_3");
}
