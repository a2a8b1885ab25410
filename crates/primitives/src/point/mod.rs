//! Points of the Grumpkin curve, y² = x³ − 17 over [`Fr`], with scalars in [`Fq`].

#[cfg(test)]
mod tests;

use pixie_field::grumpkin::{self, Affine, right_hand_side};

use crate::codec::{
    ByteReader, DecodeError, FieldReader, FromBytes, FromFields, ToBytes, ToFields,
};
use crate::constants::{GRUMPKIN_ONE_X, GRUMPKIN_ONE_Y};
use crate::field::{Fq, Fr};
use crate::hash::poseidon2_hash;
use crate::hex_of_bytes;

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
        if point.to_affine().is_none_or(|point| point.is_on_curve()) {
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

    /// The point of the group; none at infinity, which the empty point is as well.
    fn to_affine(self) -> Option<Affine> {
        let (x, y) = (self.x, self.y);
        (!self.is_empty()).then_some(Affine { x, y })
    }
}

impl From<Option<Affine>> for Point {
    fn from(point: Option<Affine>) -> Self {
        point.map_or(Self::INFINITY, |Affine { x, y }| Self::new_unchecked(x, y))
    }
}

impl std::ops::Add for Point {
    type Output = Self;

    fn add(self, rhs: Self) -> Self {
        match (self.to_affine(), rhs.to_affine()) {
            (Some(left), Some(right)) => grumpkin::add(&left, &right).into(),
            (one, other) => one.or(other).into(),
        }
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
        let Some(point) = self.to_affine() else {
            return Self::INFINITY;
        };
        grumpkin::multi_scalar_mul(&[(point, scalar.limbs())]).into()
    }
}

/// Multiplies the generator by a scalar.
#[must_use]
pub fn mul_generator(scalar: Fq) -> Point {
    Point::GENERATOR * scalar
}

/// The sum of the points times the scalars, for a handful of terms.
#[must_use]
pub fn multi_scalar_mul(terms: &[(Point, Fq)]) -> Point {
    let terms = terms.iter().filter_map(|(point, scalar)| {
        let point = point.to_affine()?;
        Some((point, scalar.limbs()))
    });
    grumpkin::multi_scalar_mul(&terms.collect::<Vec<_>>()).into()
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
