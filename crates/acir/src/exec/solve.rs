//! Constraints whose unknown witness is found at run time.

use super::error::FailureKind;
use super::witness::WitnessTable;
use crate::Fe;
use crate::ir::Witness;
use crate::lower::{ExpressionArena, ExpressionId, Term};

/// An expression after the known witnesses were put in.
struct Partial {
    constant: Fe,
    /// Coefficients of unknown witnesses, none zero.
    linear: Vec<(u32, Fe)>,
    /// Coefficients of products of unknown witnesses, none zero.
    products: Vec<([u32; 2], Fe)>,
}

fn accumulate<K: PartialEq>(terms: &mut Vec<(K, Fe)>, key: K, coefficient: Fe) {
    match terms.iter_mut().find(|(present, _)| *present == key) {
        Some((_, sum)) => *sum += coefficient,
        None => terms.push((key, coefficient)),
    }
}

fn partial(arena: &ExpressionArena, id: ExpressionId, witness: &WitnessTable) -> Partial {
    let (constant, terms) = arena.terms(id);
    let mut partial = Partial {
        constant,
        linear: Vec::new(),
        products: Vec::new(),
    };
    for term in terms {
        match term {
            Term::Linear(coefficient, index) => match witness.get(Witness(index)) {
                Some(value) => partial.constant += coefficient * value,
                None => accumulate(&mut partial.linear, index, coefficient),
            },
            Term::Product(coefficient, left, right) => {
                match (witness.get(Witness(left)), witness.get(Witness(right))) {
                    (Some(a), Some(b)) => partial.constant += coefficient * a * b,
                    (Some(a), None) => accumulate(&mut partial.linear, right, coefficient * a),
                    (None, Some(b)) => accumulate(&mut partial.linear, left, coefficient * b),
                    (None, None) => {
                        let pair = [left.min(right), left.max(right)];
                        accumulate(&mut partial.products, pair, coefficient);
                    }
                }
            }
        }
    }
    partial
        .linear
        .retain(|(_, coefficient)| !coefficient.is_zero());
    partial
        .products
        .retain(|(_, coefficient)| !coefficient.is_zero());
    partial
}

/// The value of an expression.
pub(super) fn evaluate(
    arena: &ExpressionArena,
    id: ExpressionId,
    witness: &WitnessTable,
) -> Result<Fe, FailureKind> {
    let partial = partial(arena, id, witness);
    if let Some((index, _)) = partial.linear.first() {
        return Err(FailureKind::MissingWitness(*index));
    }
    if let Some(([index, _], _)) = partial.products.first() {
        return Err(FailureKind::MissingWitness(*index));
    }
    Ok(partial.constant)
}

/// Makes an expression zero by setting its only unknown witness, and returns that witness; without
/// an unknown witness it only checks.
pub(super) fn solve(
    arena: &ExpressionArena,
    id: ExpressionId,
    witness: &mut WitnessTable,
) -> Result<Option<u32>, FailureKind> {
    let partial = partial(arena, id, witness);
    if !partial.products.is_empty() {
        return Err(FailureKind::TooManyUnknowns);
    }
    match partial.linear.as_slice() {
        [] if partial.constant.is_zero() => Ok(None),
        [] => Err(FailureKind::UnsatisfiedConstraint),
        [(index, coefficient)] => {
            let inverse = coefficient
                .inverse()
                .ok_or(FailureKind::UnsatisfiedConstraint)?;
            witness.assign(*index, -(partial.constant * inverse));
            Ok(Some(*index))
        }
        _ => Err(FailureKind::TooManyUnknowns),
    }
}
