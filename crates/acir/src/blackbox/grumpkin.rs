//! Grumpkin, the embedded curve: y² = x³ − 17 over the circuit field. Its group has prime order, so
//! every point on the curve is in the group.

use super::{BlackBoxError, BlackBoxFunction};
use crate::Fe;
use std::sync::OnceLock;

/// A point as circuits represent it: x, y and whether it is the point at infinity.
pub type CurvePoint = [Fe; 3];

/// The point at infinity.
const INFINITY: CurvePoint = [Fe::ZERO, Fe::ZERO, Fe::ONE];

/// Order of the group, in limbs of 64 bits, least significant first.
const ORDER: [u64; 4] = [
    0x3c208c16d87cfd47,
    0x97816a916871ca8d,
    0xb85045b68181585d,
    0x30644e72e131a029,
];

/// Bits of a window of scalar multiplication.
const WINDOW: usize = 4;
/// Windows of a scalar.
const WINDOWS: usize = 256 / WINDOW;
/// Multiples kept per window.
const MULTIPLES: usize = (1 << WINDOW) - 1;

/// A point other than infinity.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Affine {
    x: Fe,
    y: Fe,
}

/// A point in Jacobian coordinates (x/z², y/z³); z = 0 is infinity.
#[derive(Clone, Copy)]
struct Jacobian {
    x: Fe,
    y: Fe,
    z: Fe,
}

impl Jacobian {
    const INFINITY: Self = Self {
        x: Fe::ONE,
        y: Fe::ONE,
        z: Fe::ZERO,
    };

    fn double(&self) -> Self {
        if self.z.is_zero() || self.y.is_zero() {
            return Self::INFINITY;
        }
        // dbl-2009-l of the Explicit-Formulas Database.
        let a = self.x.square();
        let b = self.y.square();
        let c = b.square();
        let d = ((self.x + b).square() - a - c).double();
        let e = a.double() + a;
        let x = e.square() - d.double();
        let y = e * (d - x) - c.double().double().double();
        let z = (self.y * self.z).double();
        Self { x, y, z }
    }

    fn add_affine(&self, other: &Affine) -> Self {
        if self.z.is_zero() {
            return Self {
                x: other.x,
                y: other.y,
                z: Fe::ONE,
            };
        }
        let zz = self.z.square();
        let h = other.x * zz - self.x;
        let r = other.y * zz * self.z - self.y;
        if h.is_zero() {
            return if r.is_zero() {
                self.double()
            } else {
                Self::INFINITY
            };
        }
        let hh = h.square();
        let hhh = hh * h;
        let v = self.x * hh;
        let x = r.square() - hhh - v.double();
        let y = r * (v - x) - self.y * hhh;
        Self {
            x,
            y,
            z: self.z * h,
        }
    }

    fn add(&self, other: &Self) -> Self {
        if self.z.is_zero() {
            return *other;
        }
        if other.z.is_zero() {
            return *self;
        }
        let z1z1 = self.z.square();
        let z2z2 = other.z.square();
        let u1 = self.x * z2z2;
        let h = other.x * z1z1 - u1;
        let s1 = self.y * z2z2 * other.z;
        let r = other.y * z1z1 * self.z - s1;
        if h.is_zero() {
            return if r.is_zero() {
                self.double()
            } else {
                Self::INFINITY
            };
        }
        let hh = h.square();
        let hhh = hh * h;
        let v = u1 * hh;
        let x = r.square() - hhh - v.double();
        let y = r * (v - x) - s1 * hhh;
        Self {
            x,
            y,
            z: self.z * other.z * h,
        }
    }

    fn to_point(self) -> CurvePoint {
        match self.z.inverse() {
            None => INFINITY,
            Some(inverse) => {
                let square = inverse.square();
                [self.x * square, self.y * square * inverse, Fe::ZERO]
            }
        }
    }
}

/// Reads a point; `None` is infinity.
fn read_point(
    point: &CurvePoint,
    function: BlackBoxFunction,
) -> Result<Option<Affine>, BlackBoxError> {
    let [x, y, infinite] = *point;
    if infinite.is_one() {
        return Ok(None);
    }
    if !infinite.is_zero() {
        return Err(BlackBoxError::InfinityFlag { function });
    }
    if y.square() != x.square() * x - Fe::from_u64(17) {
        return Err(BlackBoxError::NotOnCurve { function, x, y });
    }
    Ok(Some(Affine { x, y }))
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
    Ok(Jacobian {
        x: a.x,
        y: a.y,
        z: Fe::ONE,
    }
    .add_affine(&b)
    .to_point())
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
    let mut sum = Jacobian::INFINITY;
    let mut variable = Vec::new();
    for (point, scalar) in points.iter().zip(scalars) {
        let point = read_point(point, function)?;
        let scalar = read_scalar(scalar)?;
        let Some(point) = point else { continue };
        if scalar == [0; 4] {
            continue;
        }
        let fixed = fixed_base();
        if point == fixed.base {
            for (position, multiples) in fixed.windows.iter().enumerate() {
                if let Some(multiple) = digit(&scalar, position).checked_sub(1) {
                    sum = sum.add_affine(&multiples[multiple]);
                }
            }
        } else {
            variable.push((small_multiples(&point), scalar));
        }
    }
    if !variable.is_empty() {
        let mut total = Jacobian::INFINITY;
        for position in (0..WINDOWS).rev() {
            for _ in 0..WINDOW {
                total = total.double();
            }
            for (multiples, scalar) in &variable {
                if let Some(multiple) = digit(scalar, position).checked_sub(1) {
                    total = total.add(&multiples[multiple]);
                }
            }
        }
        sum = sum.add(&total);
    }
    Ok(sum.to_point())
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
    if ark_ff::BigInt(limbs) >= ark_ff::BigInt(ORDER) {
        return Err(BlackBoxError::InvalidScalar);
    }
    Ok(limbs)
}

/// A window of a scalar.
fn digit(scalar: &[u64; 4], position: usize) -> usize {
    let bit = position * WINDOW;
    (scalar[bit / 64] >> (bit % 64)) as usize & MULTIPLES
}

/// The point times 1 to 15.
fn small_multiples(point: &Affine) -> [Jacobian; MULTIPLES] {
    let first = Jacobian {
        x: point.x,
        y: point.y,
        z: Fe::ONE,
    };
    let mut multiples = [first; MULTIPLES];
    for index in 1..MULTIPLES {
        multiples[index] = if index % 2 == 1 {
            multiples[index / 2].double()
        } else {
            multiples[index - 1].add_affine(point)
        };
    }
    multiples
}

/// Multiples of the generator: `windows[i][j] = (j + 1)·2^(4i)·G`.
struct FixedBase {
    base: Affine,
    windows: Vec<[Affine; MULTIPLES]>,
}

fn fixed_base() -> &'static FixedBase {
    static TABLE: OnceLock<FixedBase> = OnceLock::new();
    TABLE.get_or_init(|| {
        let generator = ark_grumpkin::G_GENERATOR_Y;
        let base = Affine {
            x: Fe::ONE,
            y: Fe::from_ark(generator),
        };
        let mut start = base;
        let windows = (0..WINDOWS)
            .map(|_| {
                let multiples = small_multiples(&start);
                let affine = normalise(&multiples);
                let next = multiples[MULTIPLES - 1].add_affine(&start);
                let [x, y, infinite] = next.to_point();
                if infinite.is_zero() {
                    start = Affine { x, y };
                }
                affine
            })
            .collect();
        FixedBase { base, windows }
    })
}

/// Brings finite points to affine coordinates with one inversion.
fn normalise(points: &[Jacobian; MULTIPLES]) -> [Affine; MULTIPLES] {
    let mut prefix = [Fe::ONE; MULTIPLES];
    let mut product = Fe::ONE;
    for (slot, point) in prefix.iter_mut().zip(points) {
        *slot = product;
        product *= point.z;
    }
    let mut inverse = product.inverse().unwrap_or(Fe::ZERO);
    let mut affine = [Affine {
        x: Fe::ZERO,
        y: Fe::ZERO,
    }; MULTIPLES];
    for index in (0..MULTIPLES).rev() {
        let z = inverse * prefix[index];
        inverse *= points[index].z;
        let zz = z.square();
        affine[index] = Affine {
            x: points[index].x * zz,
            y: points[index].y * zz * z,
        };
    }
    affine
}
