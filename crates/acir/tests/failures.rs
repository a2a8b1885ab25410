//! A failing contract is reported with its own message and its place in the source.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use pixie_acir::ir::{OpcodeLocation, Witness};
use pixie_acir::replay::Recording;
use pixie_acir::{
    Artifact, Execution, ExecutionError, ExecutionLimits, FailureKind, Fe, ForeignValue, Program,
    ProgramLimits, Step,
};
use std::sync::Arc;

/// Runs a recorded function with changed inputs or answers and returns its failure.
///
/// # Panics
/// If it asks an oracle that was not recorded.
fn failure(
    recording: &str,
    artifact: &str,
    change: impl Fn(&mut Recording),
) -> Option<ExecutionError> {
    let mut recording =
        Recording::from_bytes(&common::vector(&format!("recordings/{recording}"))).unwrap();
    let artifact = Artifact::from_json(&common::reference(artifact)).unwrap();
    let program = recording
        .program(&artifact, &ProgramLimits::default())
        .unwrap();
    change(&mut recording);
    run(&program, &recording)
}

fn run(program: &Arc<Program>, recording: &Recording) -> Option<ExecutionError> {
    let inputs = recording.inputs.iter().copied();
    let mut execution =
        Execution::new(Arc::clone(program), inputs, ExecutionLimits::default()).unwrap();
    let mut calls = recording.oracle_calls.iter();
    loop {
        match execution.step() {
            Ok(Step::ForeignCall(call)) => {
                let answer = calls.find(|recorded| recorded.name == call.name);
                let answer = answer.unwrap_or_else(|| panic!("no answer to {}", call.name));
                if let Err(error) = execution.resume(&answer.outputs) {
                    return Some(error);
                }
            }
            Ok(Step::Paused) => {}
            Ok(Step::Done(_)) => return None,
            Err(error) => return Some(error),
        }
    }
}

const TOKEN: &str = "@aztec/noir-contracts.js/artifacts/token_contract-Token.json";

#[test]
fn a_transfer_without_notes_says_so() {
    let error = failure("Token_transfer_0.json.gz", TOKEN, |recording| {
        let notes = recording
            .oracle_calls
            .iter_mut()
            .find(|call| call.name == "utilityGetNotes")
            .unwrap();
        let count = notes.outputs.last_mut().unwrap();
        assert!(matches!(count, ForeignValue::Single(_)));
        *count = ForeignValue::Single(Fe::ZERO);
    })
    .unwrap();
    assert_eq!(error.message(), Some("Balance too low"), "{error}");
    let source = error.source_locations();
    assert!(!source.is_empty(), "{error}");
    assert!(
        source
            .iter()
            .any(|place| place.path.contains("token_contract")),
        "{error}"
    );
    assert!(
        source
            .iter()
            .all(|place| place.line > 0 && place.column > 0)
    );
    assert!(error.to_string().contains("Balance too low"));
}

#[test]
fn a_wrong_input_is_reported_with_the_place_of_the_constraint() {
    let bytes = common::vector("recordings/PrivateKernelTail_main_0.json.gz");
    let recording = Recording::from_bytes(&bytes).unwrap();
    let artifact =
        common::reference("@aztec/noir-protocol-circuits-types/artifacts/private_kernel_tail.json");
    let program = recording
        .program(
            &Artifact::from_json(&artifact).unwrap(),
            &ProgramLimits::default(),
        )
        .unwrap();
    let mut failures = Vec::new();
    for position in (0..recording.inputs.len()).step_by(recording.inputs.len() / 60) {
        let mut changed = recording.clone();
        changed.inputs[position].1 = -changed.inputs[position].1 - Fe::ONE;
        failures.extend(run(&program, &changed));
    }
    let constraints = failures
        .iter()
        .filter(|error| *error.kind() == FailureKind::UnsatisfiedConstraint);
    println!(
        "{} of the changes fail, {} of them in a constraint",
        failures.len(),
        constraints.clone().count()
    );
    assert!(failures.len() > 10);
    assert!(constraints.clone().count() > 5);
    for error in constraints {
        assert!(
            matches!(error.locations(), [OpcodeLocation::Acir(_)]),
            "{error}"
        );
    }
    let with_message = failures.iter().filter(|error| error.message().is_some());
    assert!(with_message.count() > 5);
}

#[test]
fn endless_loops_and_wrong_turns_are_errors() {
    let bytes = common::vector("recordings/Token_balance_of_private_0.json.gz");
    let recording = Recording::from_bytes(&bytes).unwrap();
    let artifact = Artifact::from_json(&common::reference(TOKEN)).unwrap();
    let program = recording
        .program(&artifact, &ProgramLimits::default())
        .unwrap();
    let run = |limits| recording.execute(&program, limits).unwrap_err().to_string();
    let limits = ExecutionLimits::default();
    assert!(
        run(ExecutionLimits {
            steps: 1_000,
            ..limits
        })
        .contains("step budget")
    );
    assert!(
        run(ExecutionLimits {
            brillig_memory_slots: 100,
            ..limits
        })
        .contains("memory")
    );
    assert!(
        run(ExecutionLimits {
            brillig_call_depth: 1,
            ..limits
        })
        .contains("deep")
    );
    let small = ExecutionLimits {
        witnesses: 1,
        ..limits
    };
    assert!(run(small).contains("witnesses"));

    let inputs: Vec<(Witness, Fe)> = recording.inputs.clone();
    let mut execution = Execution::new(program, inputs, limits).unwrap();
    assert_eq!(
        *execution.resume(&[]).unwrap_err().kind(),
        FailureKind::OutOfTurn
    );
    assert!(matches!(execution.step(), Ok(Step::ForeignCall(_))));
    assert_eq!(
        *execution.step().unwrap_err().kind(),
        FailureKind::OutOfTurn
    );
}
