//! The published `acvm` solver as an oracle for differential tests.
//!
//! Circuits are translated from the layout of Noir 1.0.0-beta.18 to the types of `acvm` 1.0.0:
//! expressions of memory operations become auxiliary witnesses above the circuit's own, and
//! operations on the embedded curve, whose points have three coordinates in the one and two in the
//! other, become foreign calls that are answered here.

mod brillig;
mod circuit;

use crate::ir::{self, Witness};
use crate::vm::{ForeignCall, ForeignValue};
use crate::{Fe, ir::Program};
use acvm::acir::brillig::{ForeignCallParam, ForeignCallResult};
use acvm::acir::native_types::{Witness as AcvmWitness, WitnessMap};
use acvm::pwg::{ACVM, ACVMStatus};
use acvm::{AcirField as _, FieldElement};
use bn254_blackbox_solver::Bn254BlackBoxSolver;
use std::collections::BTreeMap;

/// Name of the foreign call for multi-scalar multiplication.
const MULTI_SCALAR_MUL: &str = "pixie::multi_scalar_mul";
/// Name of the foreign call for the addition of points.
const EMBEDDED_CURVE_ADD: &str = "pixie::embedded_curve_add";

/// Why the oracle has no answer.
#[derive(Debug, thiserror::Error)]
pub enum OracleError {
    /// The program cannot be translated.
    #[error("the program cannot be translated: {0}")]
    Untranslatable(&'static str),
    /// The solver failed.
    #[error("the solver failed: {0}")]
    Failed(String),
}

fn to_acvm(value: Fe) -> FieldElement {
    FieldElement::from_repr(pixie_field::Fr::from(value).into_ark())
}

fn from_acvm(value: FieldElement) -> Fe {
    pixie_field::Fr::from_ark(value.into_repr()).into()
}

/// A program in the types of `acvm`.
struct Translated {
    circuits: Vec<circuit::TranslatedCircuit>,
    unconstrained: Vec<acvm::acir::circuit::brillig::BrilligBytecode<FieldElement>>,
}

/// Solves a program's entry point and returns its witness. `answer` answers the foreign calls.
///
/// # Errors
/// See [`OracleError`].
pub fn solve(
    program: &Program,
    inputs: impl IntoIterator<Item = (Witness, Fe)>,
    mut answer: impl FnMut(&ForeignCall) -> Vec<ForeignValue>,
) -> Result<BTreeMap<u32, Fe>, OracleError> {
    let mut unconstrained = program
        .unconstrained_functions
        .iter()
        .map(brillig::function)
        .collect::<Result<Vec<_>, _>>()?;
    let circuits = program
        .functions
        .iter()
        .map(|circuit| circuit::translate(circuit, &mut unconstrained))
        .collect::<Result<Vec<_>, _>>()?;
    let translated = Translated {
        circuits,
        unconstrained,
    };
    let inputs = inputs
        .into_iter()
        .map(|(witness, value)| (AcvmWitness(witness.0), to_acvm(value)))
        .collect::<BTreeMap<_, _>>();
    let solved = translated.run(0, inputs.into(), &mut answer)?;
    Ok(solved
        .into_iter()
        .map(|(witness, value)| (witness.0, from_acvm(value)))
        .collect())
}

impl Translated {
    fn run(
        &self,
        function: usize,
        inputs: WitnessMap<FieldElement>,
        answer: &mut dyn FnMut(&ForeignCall) -> Vec<ForeignValue>,
    ) -> Result<BTreeMap<AcvmWitness, FieldElement>, OracleError> {
        let circuit = self
            .circuits
            .get(function)
            .ok_or(OracleError::Untranslatable("no such circuit"))?;
        let backend = Bn254BlackBoxSolver;
        let mut acvm = ACVM::new(&backend, &circuit.opcodes, inputs, &self.unconstrained, &[]);
        loop {
            match acvm.solve() {
                ACVMStatus::Solved => break,
                ACVMStatus::InProgress => {}
                ACVMStatus::Failure(error) => return Err(OracleError::Failed(error.to_string())),
                ACVMStatus::RequiresForeignCall(call) => {
                    let inputs: Vec<ForeignValue> = call.inputs.iter().map(foreign_value).collect();
                    let values = match call.function.as_str() {
                        MULTI_SCALAR_MUL => vec![multi_scalar_mul(&inputs)?.into()],
                        EMBEDDED_CURVE_ADD => vec![embedded_curve_add(&inputs)?.into()],
                        _ => answer(&ForeignCall {
                            name: call.function,
                            inputs,
                        }),
                    };
                    let values = values
                        .iter()
                        .map(|value| match value {
                            ForeignValue::Single(value) => {
                                ForeignCallParam::Single(to_acvm(*value))
                            }
                            ForeignValue::Array(values) => ForeignCallParam::Array(
                                values.iter().map(|value| to_acvm(*value)).collect(),
                            ),
                        })
                        .collect();
                    acvm.resolve_pending_foreign_call(ForeignCallResult { values });
                }
                ACVMStatus::RequiresAcirCall(call) => {
                    let callee = call.id.as_usize();
                    let solved = self.run(callee, call.initial_witness, answer)?;
                    let returns = self
                        .circuits
                        .get(callee)
                        .map_or(&[][..], |c| &c.return_values);
                    let results = returns
                        .iter()
                        .map(|witness| solved.get(&AcvmWitness(witness.0)).copied())
                        .collect::<Option<Vec<_>>>()
                        .ok_or(OracleError::Untranslatable("a result is missing"))?;
                    acvm.resolve_pending_acir_call(results);
                }
            }
        }
        let own = circuit.first_auxiliary;
        Ok(acvm
            .finalize()
            .into_iter()
            .filter(|(witness, _)| witness.0 < own)
            .collect())
    }
}

fn foreign_value(value: &ForeignCallParam<FieldElement>) -> ForeignValue {
    match value {
        ForeignCallParam::Single(value) => from_acvm(*value).into(),
        ForeignCallParam::Array(values) => values
            .iter()
            .map(|value| from_acvm(*value))
            .collect::<Vec<_>>()
            .into(),
    }
}

/// A point with two coordinates, of which (0, 0) is infinity.
fn two_coordinates(point: &[Fe; 3]) -> [FieldElement; 2] {
    if point[2].is_one() {
        [FieldElement::zero(); 2]
    } else {
        [to_acvm(point[0]), to_acvm(point[1])]
    }
}

fn three_coordinates((x, y): (FieldElement, FieldElement)) -> Vec<Fe> {
    let infinite = x.is_zero() && y.is_zero();
    vec![from_acvm(x), from_acvm(y), Fe::from(infinite)]
}

/// Takes points, scalars and perhaps a predicate.
fn multi_scalar_mul(inputs: &[ForeignValue]) -> Result<Vec<Fe>, OracleError> {
    let [points, scalars, rest @ ..] = inputs else {
        return Err(OracleError::Untranslatable("arguments of a multiplication"));
    };
    if let [predicate] = rest
        && !predicate
            .fields()
            .first()
            .is_some_and(|value| value.is_one())
    {
        return Ok(vec![Fe::ZERO, Fe::ZERO, Fe::ONE]);
    }
    let points: Vec<_> = points
        .fields()
        .as_chunks::<3>()
        .0
        .iter()
        .flat_map(two_coordinates)
        .collect();
    let (low, high): (Vec<_>, Vec<_>) = scalars
        .fields()
        .as_chunks::<2>()
        .0
        .iter()
        .map(|[low, high]| (to_acvm(*low), to_acvm(*high)))
        .unzip();
    bn254_blackbox_solver::multi_scalar_mul(&points, &low, &high)
        .map(three_coordinates)
        .map_err(|error| OracleError::Failed(error.to_string()))
}

/// Takes six coordinates and perhaps a predicate.
fn embedded_curve_add(inputs: &[ForeignValue]) -> Result<Vec<Fe>, OracleError> {
    let values: Vec<Fe> = inputs
        .iter()
        .flat_map(|value| value.fields().to_vec())
        .collect();
    let [ax, ay, ai, bx, by, bi, rest @ ..] = values.as_slice() else {
        return Err(OracleError::Untranslatable("arguments of an addition"));
    };
    if let [predicate] = rest
        && !predicate.is_one()
    {
        return Ok(vec![Fe::ZERO, Fe::ZERO, Fe::ONE]);
    }
    bn254_blackbox_solver::embedded_curve_add(
        two_coordinates(&[*ax, *ay, *ai]),
        two_coordinates(&[*bx, *by, *bi]),
    )
    .map(three_coordinates)
    .map_err(|error| OracleError::Failed(error.to_string()))
}

/// An expression in the types of `acvm`.
fn expression(from: &ir::Expression) -> acvm::acir::native_types::Expression<FieldElement> {
    acvm::acir::native_types::Expression {
        mul_terms: from
            .mul_terms
            .iter()
            .map(|(c, a, b)| (to_acvm(*c), AcvmWitness(a.0), AcvmWitness(b.0)))
            .collect(),
        linear_combinations: from
            .linear_terms
            .iter()
            .map(|(c, a)| (to_acvm(*c), AcvmWitness(a.0)))
            .collect(),
        q_c: to_acvm(from.constant),
    }
}
