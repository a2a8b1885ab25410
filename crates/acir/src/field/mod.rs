//! The field that circuits compute in: the scalar field of BN254, in Montgomery form.
//!
//! [`Fe`] has the same representation as [`ark_bn254::Fr`], so conversions cost nothing. It exists
//! because the 64×64→128-bit products of the generic implementation are slow on `wasm32`, where
//! multiplication goes through limbs of 29 bits instead (see [`limbs29`]).

mod inverse;
#[cfg(any(target_arch = "wasm32", test))]
pub(crate) mod limbs29;
#[cfg(test)]
mod tests;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField};
use core::cmp::Ordering;
use core::fmt;
use core::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// Bits of the field's modulus.
pub const FIELD_BITS: u32 = 254;

/// An element of the circuit field.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Fe(Fr);

impl Fe {
    /// The additive identity.
    pub const ZERO: Self = Self(Fr::ZERO);
    /// The multiplicative identity.
    pub const ONE: Self = Self(Fr::ONE);

    /// Wraps the arkworks element.
    #[must_use]
    pub const fn from_ark(value: Fr) -> Self {
        Self(value)
    }

    /// The arkworks element.
    #[must_use]
    pub const fn into_ark(self) -> Fr {
        self.0
    }

    /// The limbs of the Montgomery form, least significant first.
    #[must_use]
    pub(crate) const fn montgomery_limbs(self) -> [u64; 4] {
        (self.0).0.0
    }

    /// From the limbs of the Montgomery form, which must be below the modulus.
    #[must_use]
    pub(crate) const fn from_montgomery_limbs(limbs: [u64; 4]) -> Self {
        Self(Fr::new_unchecked(BigInt(limbs)))
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
        let mut value = BigInt(limbs);
        // 2^256 is below 6 times the modulus.
        while value >= Fr::MODULUS {
            value.sub_with_borrow(&Fr::MODULUS);
        }
        Self::from_canonical_limbs(value.0)
    }

    /// From the limbs of an integer below the modulus.
    #[must_use]
    pub(crate) fn from_canonical_limbs(limbs: [u64; 4]) -> Self {
        Self::from_montgomery_limbs(mont_mul(&limbs, &Fr::R2_LIMBS))
    }

    /// The limbs of the integer that the element stands for, least significant first.
    #[must_use]
    pub fn to_limbs(self) -> [u64; 4] {
        from_montgomery(&self.montgomery_limbs())
    }

    /// The integer that the element stands for, as 32 big-endian bytes.
    #[must_use]
    pub fn to_be_bytes(self) -> [u8; 32] {
        let mut bytes = [0u8; 32];
        for (chunk, limb) in bytes.chunks_exact_mut(8).zip(self.to_limbs().iter().rev()) {
            chunk.copy_from_slice(&limb.to_be_bytes());
        }
        bytes
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
        (BigInt(limbs) < Fr::MODULUS).then(|| Self::from_canonical_limbs(limbs))
    }

    /// The element as `0x` and 64 hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        use core::fmt::Write;
        let limbs = self.to_limbs();
        let mut text = String::with_capacity(66);
        text.push_str("0x");
        for limb in limbs.iter().rev() {
            // Writing into a `String` cannot fail.
            let _ = write!(text, "{limb:016x}");
        }
        text
    }

    /// From an unsigned integer.
    #[must_use]
    pub fn from_u128(value: u128) -> Self {
        match value {
            0 => Self::ZERO,
            1 => Self::ONE,
            _ => Self::from_canonical_limbs([value as u64, (value >> 64) as u64, 0, 0]),
        }
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
        #[cfg(not(target_arch = "wasm32"))]
        return Self(self.0.square());
        #[cfg(target_arch = "wasm32")]
        return Self::from_montgomery_limbs(limbs29::square(&self.montgomery_limbs()));
    }

    /// Twice the element.
    #[must_use]
    pub fn double(self) -> Self {
        Self(self.0.double())
    }

    /// The multiplicative inverse; none for zero.
    #[must_use]
    pub fn inverse(self) -> Option<Self> {
        if self.is_zero() {
            return None;
        }
        // The inverse of aR is a⁻¹R⁻¹; a Montgomery product with R³ makes it a⁻¹R.
        let inverse = inverse::inverse(&self.montgomery_limbs());
        Some(Self::from_montgomery_limbs(mont_mul(&inverse, &R3)))
    }
}

/// 2^768 modulo the modulus: the cube of Montgomery form's factor.
const R3: [u64; 4] = [
    0x5e94d8e1b4bf0040,
    0x2a489cbe1cfbb6b8,
    0x893cc664a19fcfed,
    0x0cf8594b7fcc657c,
];

/// Constants that the field's configuration offers under another type.
trait MontgomeryConstants {
    const R2_LIMBS: [u64; 4];
}

impl MontgomeryConstants for Fr {
    const R2_LIMBS: [u64; 4] = <ark_bn254::FrConfig as ark_ff::MontConfig<4>>::R2.0;
}

/// The Montgomery product of two integers, the second below the modulus.
fn mont_mul(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    #[cfg(not(target_arch = "wasm32"))]
    return (Fr::new_unchecked(BigInt(*a)) * Fr::new_unchecked(BigInt(*b)))
        .0
        .0;
    #[cfg(target_arch = "wasm32")]
    return limbs29::mul(a, b);
}

/// Leaves Montgomery form.
fn from_montgomery(a: &[u64; 4]) -> [u64; 4] {
    #[cfg(not(target_arch = "wasm32"))]
    return Fr::new_unchecked(BigInt(*a)).into_bigint().0;
    #[cfg(target_arch = "wasm32")]
    return limbs29::reduce(a);
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
        #[cfg(not(target_arch = "wasm32"))]
        return Self(self.0 * other.0);
        #[cfg(target_arch = "wasm32")]
        return Self::from_montgomery_limbs(limbs29::mul(
            &self.montgomery_limbs(),
            &other.montgomery_limbs(),
        ));
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

impl PartialOrd for Fe {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fe {
    fn cmp(&self, other: &Self) -> Ordering {
        BigInt(self.to_limbs()).cmp(&BigInt(other.to_limbs()))
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

impl From<pixie_primitives::Fr> for Fe {
    fn from(value: pixie_primitives::Fr) -> Self {
        Self(value.into_ark())
    }
}

impl From<Fe> for pixie_primitives::Fr {
    fn from(value: Fe) -> Self {
        Self::from_ark(value.0)
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
