//! The embedded curve, Grumpkin, as circuits represent its points and scalars.

use pixie_field::{Fq, grumpkin};

use super::{BlackBoxError, BlackBoxFunction};
use crate::Fe;

/// A point as circuits represent it: x, y and whether it is the point at infinity.
pub type CurvePoint = [Fe; 3];

/// Reads a point; `None` is infinity.
fn read_point(
    point: &CurvePoint,
    function: BlackBoxFunction,
) -> Result<Option<grumpkin::Affine>, BlackBoxError> {
    let [x, y, infinite] = *point;
    if infinite.is_one() {
        return Ok(None);
    }
    if !infinite.is_zero() {
        return Err(BlackBoxError::InfinityFlag { function });
    }
    let point = grumpkin::Affine {
        x: x.into(),
        y: y.into(),
    };
    if !point.is_on_curve() {
        return Err(BlackBoxError::NotOnCurve { function, x, y });
    }
    Ok(Some(point))
}

fn write_point(point: Option<grumpkin::Affine>) -> CurvePoint {
    match point {
        Some(grumpkin::Affine { x, y }) => [x.into(), y.into(), Fe::ZERO],
        None => [Fe::ZERO, Fe::ZERO, Fe::ONE],
    }
}

/// Adds two points.
///
/// # Errors
/// If an input is not on the curve, or is the point at infinity.
pub fn embedded_curve_add(a: &CurvePoint, b: &CurvePoint) -> Result<CurvePoint, BlackBoxError> {
    let function = BlackBoxFunction::EmbeddedCurveAdd;
    for point in [a, b] {
        if !point[2].is_zero() && !point[2].is_one() {
            return Err(BlackBoxError::InfinityFlag { function });
        }
    }
    let (a, b) = (read_point(a, function)?, read_point(b, function)?);
    let (Some(a), Some(b)) = (a, b) else {
        return Err(BlackBoxError::InfiniteInput);
    };
    Ok(write_point(grumpkin::add(&a, &b)))
}

/// The sum of points multiplied by scalars.
///
/// A scalar is its low and its high 128 bits.
///
/// # Errors
/// If the counts differ, a point is not on the curve or a scalar is not below the group's order.
pub fn multi_scalar_mul(
    points: &[CurvePoint],
    scalars: &[[Fe; 2]],
) -> Result<CurvePoint, BlackBoxError> {
    let function = BlackBoxFunction::MultiScalarMul;
    if points.len() != scalars.len() {
        return Err(BlackBoxError::Length {
            function,
            expected: points.len(),
            actual: scalars.len(),
        });
    }
    let mut terms = Vec::with_capacity(points.len());
    for (point, scalar) in points.iter().zip(scalars) {
        let point = read_point(point, function)?;
        let scalar = read_scalar(scalar)?;
        terms.extend(point.map(|point| (point, scalar)));
    }
    Ok(write_point(grumpkin::multi_scalar_mul(&terms)))
}

fn read_scalar(scalar: &[Fe; 2]) -> Result<[u64; 4], BlackBoxError> {
    let [Some(low), Some(high)] = scalar.map(Fe::to_u128) else {
        return Err(BlackBoxError::InvalidScalar);
    };
    let limbs = [
        low as u64,
        (low >> 64) as u64,
        high as u64,
        (high >> 64) as u64,
    ];
    match Fq::from_limbs(limbs) {
        Some(_) => Ok(limbs),
        None => Err(BlackBoxError::InvalidScalar),
    }
}
