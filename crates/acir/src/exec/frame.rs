//! The state of one circuit, and access to its values.

use super::error::FailureKind;
use super::solve;
use super::witness::WitnessTable;
use crate::Fe;
use crate::lower::{CircuitCode, ExpressionId};

/// The state of one circuit.
pub(super) struct Frame {
    pub(super) circuit: u32,
    pub(super) ip: usize,
    pub(super) witness: WitnessTable,
    pub(super) blocks: Vec<Option<Vec<Fe>>>,
    /// Whether exactly those witnesses are known that lowering takes for known.
    pub(super) exact: bool,
}

/// The value of an expression.
pub(super) fn value_of(
    code: &CircuitCode,
    frame: &Frame,
    expression: ExpressionId,
) -> Result<Fe, FailureKind> {
    if frame.exact {
        Ok(code
            .expressions
            .evaluate(expression, frame.witness.values()))
    } else {
        solve::evaluate(&code.expressions, expression, &frame.witness)
    }
}

pub(super) fn enabled(
    code: &CircuitCode,
    frame: &Frame,
    predicate: Option<ExpressionId>,
) -> Result<bool, FailureKind> {
    let Some(predicate) = predicate else {
        return Ok(true);
    };
    let value = value_of(code, frame, predicate)?;
    if value.is_zero() {
        Ok(false)
    } else if value.is_one() {
        Ok(true)
    } else {
        Err(FailureKind::PredicateNotBoolean(value))
    }
}

/// Sets the results of a skipped call.
pub(super) fn zero(frame: &mut Frame, outputs: &[u32]) -> Result<(), FailureKind> {
    for output in outputs {
        if !frame.witness.insert(*output, Fe::ZERO) {
            return Err(FailureKind::UnsatisfiedConstraint);
        }
    }
    Ok(())
}

pub(super) fn block_of(frame: &mut Frame, block: u32) -> Result<&mut Vec<Fe>, FailureKind> {
    frame
        .blocks
        .get_mut(block as usize)
        .and_then(Option::as_mut)
        .ok_or(FailureKind::MissingBlock)
}

/// An index as a position in an array.
pub(super) fn position(index: Fe, size: usize) -> Result<usize, FailureKind> {
    index
        .to_u64()
        .and_then(|position| usize::try_from(position).ok())
        .ok_or(FailureKind::IndexOutOfBounds { index, size })
}
