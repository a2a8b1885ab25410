//! The group of Grumpkin, y² = x³ − 17 over [`Fr`], whose order is the modulus of [`Fq`](crate::Fq). The
//! order is prime, so every point on the curve is in the group.

use std::sync::OnceLock;

use crate::{Fr, fr};

/// Bits of a window of scalar multiplication.
const WINDOW: usize = 4;
/// Windows of a scalar.
const WINDOWS: usize = 256 / WINDOW;
/// Multiples kept per window.
const MULTIPLES: usize = (1 << WINDOW) - 1;

/// A point other than infinity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Affine {
    /// First coordinate.
    pub x: Fr,
    /// Second coordinate.
    pub y: Fr,
}

impl Affine {
    /// The generator of the group.
    pub const GENERATOR: Self = Self {
        x: Fr::ONE,
        y: fr!("17631683881184975370165255887551781615748388533673675138860"),
    };

    /// Whether the coordinates satisfy the curve's equation.
    #[must_use]
    pub fn is_on_curve(&self) -> bool {
        self.y.square() == right_hand_side(self.x)
    }
}

/// x³ − 17.
#[must_use]
pub fn right_hand_side(x: Fr) -> Fr {
    x.square() * x - Fr::from(17u8)
}

/// A point in Jacobian coordinates (x/z², y/z³); z = 0 is infinity.
#[derive(Clone, Copy)]
struct Jacobian {
    x: Fr,
    y: Fr,
    z: Fr,
}

impl Jacobian {
    const INFINITY: Self = Self {
        x: Fr::ONE,
        y: Fr::ONE,
        z: Fr::ZERO,
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
            return (*other).into();
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

    fn to_affine(self) -> Option<Affine> {
        let inverse = self.z.inverse()?;
        let square = inverse.square();
        Some(Affine {
            x: self.x * square,
            y: self.y * square * inverse,
        })
    }
}

impl From<Affine> for Jacobian {
    fn from(Affine { x, y }: Affine) -> Self {
        Self { x, y, z: Fr::ONE }
    }
}

/// The sum of two points; `None` is infinity.
#[must_use]
pub fn add(a: &Affine, b: &Affine) -> Option<Affine> {
    Jacobian::from(*a).add_affine(b).to_affine()
}

/// The sum of points multiplied by scalars, which are limbs of 64 bits, least significant first;
/// `None` is infinity.
#[must_use]
pub fn multi_scalar_mul(terms: &[(Affine, [u64; 4])]) -> Option<Affine> {
    let mut sum = Jacobian::INFINITY;
    // Scalars may be secret: none is copied to the heap.
    let mut variable = Vec::new();
    for (point, scalar) in terms {
        if *scalar == [0; 4] {
            continue;
        }
        let fixed = fixed_base();
        if *point == Affine::GENERATOR {
            for (position, multiples) in fixed.iter().enumerate() {
                if let Some(multiple) = digit(scalar, position).checked_sub(1) {
                    sum = sum.add_affine(&multiples[multiple]);
                }
            }
        } else {
            variable.push((small_multiples(point), scalar));
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
    sum.to_affine()
}

/// A window of a scalar.
fn digit(scalar: &[u64; 4], position: usize) -> usize {
    let bit = position * WINDOW;
    (scalar[bit / 64] >> (bit % 64)) as usize & MULTIPLES
}

/// The point times 1 to 15.
fn small_multiples(point: &Affine) -> [Jacobian; MULTIPLES] {
    let mut multiples = [Jacobian::from(*point); MULTIPLES];
    for index in 1..MULTIPLES {
        multiples[index] = if index % 2 == 1 {
            multiples[index / 2].double()
        } else {
            multiples[index - 1].add_affine(point)
        };
    }
    multiples
}

/// Multiples of the generator: row i holds `(j + 1)·2^(4i)·G` (960 points, 60 KiB), made at the first call.
fn fixed_base() -> &'static [[Affine; MULTIPLES]] {
    static TABLE: OnceLock<Vec<[Affine; MULTIPLES]>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut start = Affine::GENERATOR;
        let rows = (0..WINDOWS).map(|_| {
            let multiples = small_multiples(&start);
            let next = multiples[MULTIPLES - 1].add_affine(&start);
            if let Some(next) = next.to_affine() {
                start = next;
            }
            normalise(&multiples)
        });
        rows.collect()
    })
}

/// Brings finite points to affine coordinates with one inversion.
fn normalise(points: &[Jacobian; MULTIPLES]) -> [Affine; MULTIPLES] {
    let mut prefix = [Fr::ONE; MULTIPLES];
    let mut product = Fr::ONE;
    for (slot, point) in prefix.iter_mut().zip(points) {
        *slot = product;
        product *= point.z;
    }
    let mut inverse = product.inverse().unwrap_or(Fr::ZERO);
    let mut affine = [Affine {
        x: Fr::ZERO,
        y: Fr::ZERO,
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
