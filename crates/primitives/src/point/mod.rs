//! Points of the Grumpkin curve, y² = x³ − 17 over [`Fr`], with scalars in [`Fq`].

mod generator;
#[cfg(test)]
mod tests;

use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_grumpkin::{Affine, Projective};

use crate::codec::{
    ByteReader, DecodeError, FieldReader, FromBytes, FromFields, ToBytes, ToFields,
};
use crate::constants::{GRUMPKIN_ONE_X, GRUMPKIN_ONE_Y};
use crate::field::{Fq, Fr};
use crate::hash::poseidon2_hash;
use crate::hex_of_bytes;

pub use generator::mul_generator;

/// Why coordinates are no point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// The coordinates do not satisfy the curve's equation.
    #[error("the point ({x}, {y}) is not on the Grumpkin curve")]
    NotOnCurve {
        /// First coordinate.
        x: Fr,
        /// Second coordinate.
        y: Fr,
    },
    /// No point of the curve has this first coordinate.
    #[error("{x} is not the x coordinate of a point on the Grumpkin curve")]
    NoSuchX {
        /// First coordinate.
        x: Fr,
    },
}

/// A point of Grumpkin: on the curve, the point at infinity, or the empty value.
///
/// The protocol writes the point at infinity as (0, 0, 1) and an absent point as (0, 0, 0); the two
/// are kept apart because circuits see the third element. Arithmetic takes both for the neutral
/// element. Text, JSON and binary form are the 64 bytes of the coordinates, which do not tell the
/// two apart and read back as [`Point::EMPTY`]; the field sequence has three elements.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Point {
    x: Fr,
    y: Fr,
    is_infinite: bool,
}

impl Point {
    /// The absent point (0, 0), which the reference calls zero.
    pub const EMPTY: Self = Self {
        x: Fr::ZERO,
        y: Fr::ZERO,
        is_infinite: false,
    };
    /// The point at infinity.
    pub const INFINITY: Self = Self {
        x: Fr::ZERO,
        y: Fr::ZERO,
        is_infinite: true,
    };
    /// The generator of the group.
    pub const GENERATOR: Self = Self {
        x: GRUMPKIN_ONE_X,
        y: GRUMPKIN_ONE_Y,
        is_infinite: false,
    };
    /// Bytes of the binary form.
    pub const SIZE_IN_BYTES: usize = 64;
    /// Bytes of the compressed form.
    pub const COMPRESSED_SIZE_IN_BYTES: usize = 32;

    /// The point with these coordinates; (0, 0) is the empty point.
    pub fn new(x: Fr, y: Fr) -> Result<Self, PointError> {
        let point = Self::new_unchecked(x, y);
        if point.is_empty() || y.square() == right_hand_side(x) {
            Ok(point)
        } else {
            Err(PointError::NotOnCurve { x, y })
        }
    }

    /// For coordinates that are known to be on the curve.
    pub(crate) const fn new_unchecked(x: Fr, y: Fr) -> Self {
        Self {
            x,
            y,
            is_infinite: false,
        }
    }

    /// The point with this first coordinate whose second is at most half of the modulus
    /// (`positive`), or the other (Aztec 4.1.2, foundation `Point.fromXAndSign`).
    pub fn from_x_and_sign(x: Fr, positive: bool) -> Result<Self, PointError> {
        let root = right_hand_side(x).sqrt().ok_or(PointError::NoSuchX { x })?;
        let y = if root.is_in_upper_half() == positive {
            -root
        } else {
            root
        };
        Ok(Self::new_unchecked(x, y))
    }

    /// First coordinate.
    #[must_use]
    pub const fn x(&self) -> Fr {
        self.x
    }

    /// Second coordinate.
    #[must_use]
    pub const fn y(&self) -> Fr {
        self.y
    }

    /// Whether this is the point at infinity.
    #[must_use]
    pub const fn is_infinite(&self) -> bool {
        self.is_infinite
    }

    /// Whether both coordinates are zero: the empty point or the point at infinity.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.x.is_zero() && self.y.is_zero()
    }

    /// Whether the second coordinate is at most half of the modulus.
    #[must_use]
    pub fn has_positive_y(&self) -> bool {
        !self.y.is_in_upper_half()
    }

    /// 32 bytes: the first coordinate, with the sign of the second in the highest bit
    /// (foundation `Point.toCompressedBuffer`).
    #[must_use]
    pub fn to_compressed(&self) -> [u8; Self::COMPRESSED_SIZE_IN_BYTES] {
        let mut bytes = self.x.to_be_bytes();
        bytes[0] |= u8::from(self.has_positive_y()) << 7;
        bytes
    }

    /// Reads the compressed form.
    pub fn from_compressed(
        bytes: &[u8; Self::COMPRESSED_SIZE_IN_BYTES],
    ) -> Result<Self, DecodeError> {
        let mut coordinate = *bytes;
        coordinate[0] &= 0x7f;
        let x = Fr::from_be_bytes(&coordinate)?;
        let positive = bytes[0] & 0x80 != 0;
        Ok(Self::from_x_and_sign(x, positive)?)
    }

    /// The Poseidon2 hash of the field sequence (foundation `Point.hash`).
    #[must_use]
    pub fn hash(&self) -> Fr {
        poseidon2_hash(&[self.x, self.y, Fr::from(self.is_infinite)])
    }

    /// The arithmetic backend's point.
    pub fn to_ark(self) -> Affine {
        if self.is_empty() {
            Affine::zero()
        } else {
            Affine::new_unchecked(self.x.into_ark(), self.y.into_ark())
        }
    }

    /// Wraps the arithmetic backend's point.
    #[must_use]
    pub fn from_ark(point: Affine) -> Self {
        point.xy().map_or(Self::INFINITY, |(x, y)| {
            Self::new_unchecked(Fr::from_ark(x), Fr::from_ark(y))
        })
    }
}

/// x³ − 17.
fn right_hand_side(x: Fr) -> Fr {
    x.square() * x - Fr::from(17u8)
}

impl From<Projective> for Point {
    fn from(point: Projective) -> Self {
        Self::from_ark(point.into_affine())
    }
}

impl std::ops::Add for Point {
    type Output = Self;

    fn add(self, rhs: Self) -> Self {
        (self.to_ark() + rhs.to_ark()).into()
    }
}

impl std::ops::Neg for Point {
    type Output = Self;

    fn neg(self) -> Self {
        Self { y: -self.y, ..self }
    }
}

impl std::ops::Mul<Fq> for Point {
    type Output = Self;

    fn mul(self, scalar: Fq) -> Self {
        if self == Self::GENERATOR {
            return mul_generator(scalar);
        }
        self.to_ark().mul_bigint(scalar.limbs()).into()
    }
}

/// The sum of the points times the scalars, for a handful of terms.
#[must_use]
pub fn multi_scalar_mul(terms: &[(Point, Fq)]) -> Point {
    let mut sum = Projective::default();
    for (point, scalar) in terms {
        sum += Projective::from(point.to_ark()).mul_bigint(scalar.limbs());
    }
    sum.into()
}

impl std::fmt::Debug for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_infinite {
            f.write_str("Point(infinity)")
        } else {
            write!(f, "Point({}, {})", self.x, self.y)
        }
    }
}

impl ToBytes for Point {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.x.write_bytes(out);
        self.y.write_bytes(out);
    }
}

impl FromBytes for Point {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self::new(reader.read()?, reader.read()?)?)
    }
}

hex_of_bytes!(Point);

impl ToFields for Point {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.extend([self.x, self.y, Fr::from(self.is_infinite)]);
    }
}

impl FromFields for Point {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let point = Self::new(reader.field()?, reader.field()?)?;
        match (reader.read::<bool>()?, point.is_empty()) {
            (false, _) => Ok(point),
            (true, true) => Ok(Self::INFINITY),
            (true, false) => Err(DecodeError::Malformed {
                what: "Grumpkin point at infinity",
            }),
        }
    }
}
