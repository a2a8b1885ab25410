//! The field that circuits compute in: the scalar field of BN254, as circuits and Brillig see it.
//!
//! [`Fe`] has the same representation as [`Fr`], so conversions cost nothing.

#[cfg(test)]
mod tests;

use core::fmt;
use core::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use pixie_field::Fr;

/// Bits of the field's modulus.
pub const FIELD_BITS: u32 = 254;

/// An element of the circuit field.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Fe(Fr);

impl Fe {
    /// The additive identity.
    pub const ZERO: Self = Self(Fr::ZERO);
    /// The multiplicative identity.
    pub const ONE: Self = Self(Fr::ONE);

    /// The limbs of the Montgomery form, least significant first.
    #[must_use]
    pub(crate) const fn montgomery_limbs(self) -> [u64; 4] {
        self.0.montgomery_limbs()
    }

    /// From the limbs of the Montgomery form, which must be below the modulus.
    #[must_use]
    pub(crate) const fn from_montgomery_limbs(limbs: [u64; 4]) -> Self {
        Self(Fr::from_montgomery_limbs(limbs))
    }

    /// From a big-endian number of at most 32 bytes; a value above the modulus is reduced.
    #[must_use]
    pub fn from_be_bytes_reduced(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > 32 {
            return None;
        }
        let mut padded = [0u8; 32];
        padded[32 - bytes.len()..].copy_from_slice(bytes);
        let mut limbs = [0u64; 4];
        for (limb, chunk) in limbs.iter_mut().rev().zip(padded.chunks_exact(8)) {
            let mut word = [0u8; 8];
            word.copy_from_slice(chunk);
            *limb = u64::from_be_bytes(word);
        }
        Some(Self::from_limbs_reduced(limbs))
    }

    /// From the limbs of an integer (least significant first), reduced by the modulus.
    #[must_use]
    pub(crate) fn from_limbs_reduced(limbs: [u64; 4]) -> Self {
        Self(Fr::from_limbs_reduced(limbs))
    }

    /// The limbs of the integer that the element stands for, least significant first.
    #[must_use]
    pub fn to_limbs(self) -> [u64; 4] {
        self.0.limbs()
    }

    /// The integer that the element stands for, as 32 big-endian bytes.
    #[must_use]
    pub fn to_be_bytes(self) -> [u8; 32] {
        self.0.to_be_bytes()
    }

    /// Parses hexadecimal digits, with or without `0x`; a value above the modulus is refused.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("0x").unwrap_or(text).as_bytes();
        if digits.is_empty() || digits.len() > 64 {
            return None;
        }
        let mut limbs = [0u64; 4];
        for (position, digit) in digits.iter().rev().enumerate() {
            let value = (*digit as char).to_digit(16)?;
            limbs[position / 16] |= u64::from(value) << (4 * (position % 16));
        }
        Fr::from_limbs(limbs).map(Self)
    }

    /// The element as `0x` and 64 hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        self.0.to_string()
    }

    /// From an unsigned integer.
    #[must_use]
    pub fn from_u128(value: u128) -> Self {
        Self(value.into())
    }

    /// From an unsigned integer.
    #[must_use]
    pub fn from_u64(value: u64) -> Self {
        Self::from_u128(u128::from(value))
    }

    /// The value as an integer, if it is below 2^128.
    #[must_use]
    pub fn to_u128(self) -> Option<u128> {
        let limbs = self.to_limbs();
        (limbs[2] == 0 && limbs[3] == 0)
            .then(|| u128::from(limbs[0]) | (u128::from(limbs[1]) << 64))
    }

    /// The value as an integer, if it is below 2^64.
    #[must_use]
    pub fn to_u64(self) -> Option<u64> {
        let limbs = self.to_limbs();
        (limbs[1] | limbs[2] | limbs[3] == 0).then_some(limbs[0])
    }

    /// Whether this is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        let limbs = self.montgomery_limbs();
        limbs[0] | limbs[1] | limbs[2] | limbs[3] == 0
    }

    /// Whether this is one.
    #[must_use]
    pub fn is_one(self) -> bool {
        self == Self::ONE
    }

    /// Bits of the integer that the element stands for; zero has none.
    #[must_use]
    pub fn num_bits(self) -> u32 {
        let limbs = self.to_limbs();
        for (index, limb) in limbs.iter().enumerate().rev() {
            if *limb != 0 {
                return 64 * index as u32 + (64 - limb.leading_zeros());
            }
        }
        0
    }

    /// The square.
    #[must_use]
    pub fn square(self) -> Self {
        Self(self.0.square())
    }

    /// Twice the element.
    #[must_use]
    pub fn double(self) -> Self {
        Self(self.0.double())
    }

    /// The multiplicative inverse; none for zero.
    #[must_use]
    pub fn inverse(self) -> Option<Self> {
        self.0.inverse().map(Self)
    }
}

impl Add for Fe {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Fe {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul for Fe {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

impl Neg for Fe {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Fe {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Fe {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign for Fe {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl From<Fr> for Fe {
    fn from(value: Fr) -> Self {
        Self(value)
    }
}

impl From<Fe> for Fr {
    fn from(value: Fe) -> Self {
        value.0
    }
}

impl From<bool> for Fe {
    fn from(value: bool) -> Self {
        if value { Self::ONE } else { Self::ZERO }
    }
}

impl fmt::Display for Fe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Fe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}
