//! Small circuits give the same witness, or fail at the same place, as on the reference's ACVM.
//!
//! The vectors are made by `tests/reference/acir-circuits.mjs`.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use pixie_acir::ir::Witness;
use pixie_acir::{
    Execution, ExecutionError, ExecutionLimits, Fe, ForeignValue, Program, ProgramLimits, Step,
    WitnessTable,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    name: String,
    bytecode: String,
    inputs: Vec<String>,
    oracles: Vec<Oracle>,
    witness: Option<BTreeMap<u32, String>>,
    error: Option<String>,
    call_stack: Option<Vec<String>>,
    payload: Option<Payload>,
}

#[derive(Deserialize)]
struct Oracle {
    name: String,
    inputs: Vec<Vec<String>>,
    outputs: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Single(String),
    Array(Vec<String>),
}

#[derive(Deserialize)]
struct Payload {
    selector: String,
    data: Vec<String>,
}

fn field(text: &str) -> Fe {
    Fe::from_hex(text).unwrap()
}

fn cases() -> Vec<Case> {
    let path = common::repository().join("tests/vectors/acir/circuits.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Runs a circuit, taking at most `slice` steps at a time.
fn run(case: &Case, program: &Arc<Program>, slice: u64) -> Result<WitnessTable, ExecutionError> {
    let inputs = (0..)
        .zip(&case.inputs)
        .map(|(index, value)| (Witness(index), field(value)));
    let mut execution = Execution::new(Arc::clone(program), inputs, ExecutionLimits::default())?;
    let mut oracles = case.oracles.iter();
    loop {
        match execution.step_for(slice)? {
            Step::ForeignCall(call) => {
                let oracle = oracles.next().unwrap();
                assert_eq!(call.name, oracle.name, "{}", case.name);
                let inputs: Vec<Vec<Fe>> = oracle
                    .inputs
                    .iter()
                    .map(|input| input.iter().map(|value| field(value)).collect())
                    .collect();
                let asked: Vec<Vec<Fe>> = call
                    .inputs
                    .iter()
                    .map(|input| input.fields().to_vec())
                    .collect();
                assert_eq!(asked, inputs, "{}", case.name);
                let answer: Vec<ForeignValue> = oracle
                    .outputs
                    .iter()
                    .map(|output| match output {
                        Value::Single(value) => field(value).into(),
                        Value::Array(values) => values
                            .iter()
                            .map(|value| field(value))
                            .collect::<Vec<_>>()
                            .into(),
                    })
                    .collect();
                execution.resume(&answer)?;
            }
            Step::Paused => {}
            Step::Done(solved) => return Ok(solved.witness),
        }
    }
}

fn check(case: &Case, slice: u64) -> Result<(), String> {
    let program = Program::from_base64(&case.bytecode, &ProgramLimits::default());
    let outcome = match program {
        Ok(program) => run(case, &Arc::new(program), slice),
        Err(error) if case.error.is_some() => {
            return if case.payload.is_some() {
                Err(error.to_string())
            } else {
                Ok(())
            };
        }
        Err(error) => return Err(error.to_string()),
    };
    match (outcome, &case.witness) {
        (Ok(witness), Some(expected)) => {
            let known: BTreeMap<u32, String> = witness
                .iter()
                .skip(case.inputs.len())
                .map(|(index, value)| (index.0, value.to_hex()))
                .collect();
            if known == *expected {
                Ok(())
            } else {
                Err(format!("{known:?}, not {expected:?}"))
            }
        }
        // What the reference panics on may be an error or have a meaning here.
        (_, None) if case.error.as_deref() == Some("the reference panicked") => Ok(()),
        (Err(error), None) => {
            if let Some(expected) = &case.call_stack {
                let locations: Vec<String> =
                    error.locations().iter().map(ToString::to_string).collect();
                if locations != *expected {
                    return Err(format!("fails at {locations:?}, not {expected:?}"));
                }
            }
            let payload = error.assertion().map(|assertion| {
                let data = assertion
                    .data
                    .iter()
                    .map(|value| value.to_hex())
                    .collect::<Vec<_>>();
                (assertion.selector.to_string(), data)
            });
            let expected = case.payload.as_ref().map(|payload| {
                let data = payload
                    .data
                    .iter()
                    .map(|value| field(value).to_hex())
                    .collect();
                (payload.selector.clone(), data)
            });
            if payload == expected {
                Ok(())
            } else {
                Err(format!("says {payload:?}, not {expected:?}"))
            }
        }
        (Ok(_), None) => Err(format!(
            "does not fail: {}",
            case.error.as_deref().unwrap_or("")
        )),
        (Err(error), Some(_)) => Err(format!("fails: {error}")),
    }
}

#[test]
fn circuits_behave_as_on_the_reference() {
    let cases = cases();
    assert!(cases.len() > 300, "{} circuits", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        // In one go, and pausing after every step.
        for slice in [u64::MAX, 1] {
            if let Err(reason) = check(case, slice) {
                wrong.push(format!("{}: {reason}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
