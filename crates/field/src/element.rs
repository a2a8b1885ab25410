//! The elements of both fields.

use std::fmt;
use std::str::FromStr;

use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField, Zero};
use rand_core::CryptoRng;

use crate::ParseFieldError;

/// The products of a field, on limbs of Montgomery form.
macro_rules! products {
    (Fr) => {
        /// The square.
        #[must_use]
        #[cfg_attr(not(debug_assertions), inline)]
        pub fn square(&self) -> Self {
            Self::from_montgomery_limbs(crate::fr::square(&self.montgomery_limbs()))
        }

        /// The multiplicative inverse; `None` for zero.
        #[must_use]
        pub fn inverse(&self) -> Option<Self> {
            (!self.is_zero())
                .then(|| Self::from_montgomery_limbs(crate::fr::inverse(&self.montgomery_limbs())))
        }

        /// The canonical value as four 64-bit limbs, least significant first.
        #[must_use]
        #[cfg_attr(not(debug_assertions), inline)]
        pub fn limbs(&self) -> [u64; 4] {
            crate::fr::leave(&self.montgomery_limbs())
        }

        #[cfg_attr(not(debug_assertions), inline)]
        fn product(self, other: Self) -> Self {
            let (left, right) = (self.montgomery_limbs(), other.montgomery_limbs());
            Self::from_montgomery_limbs(crate::fr::mul(&left, &right))
        }

        /// The element that an integer below the modulus stands for.
        #[cfg_attr(not(debug_assertions), inline)]
        fn from_canonical(limbs: [u64; 4]) -> Self {
            Self::from_montgomery_limbs(crate::fr::mul(&limbs, &crate::fr::R2))
        }
    };
    (Fq) => {
        /// The square.
        #[must_use]
        pub fn square(&self) -> Self {
            Self(self.0.square())
        }

        /// The multiplicative inverse; `None` for zero.
        #[must_use]
        pub fn inverse(&self) -> Option<Self> {
            self.0.inverse().map(Self)
        }

        /// The canonical value as four 64-bit limbs, least significant first.
        #[must_use]
        pub fn limbs(&self) -> [u64; 4] {
            self.0.into_bigint().0
        }

        fn product(self, other: Self) -> Self {
            Self(self.0 * other.0)
        }

        /// The element that an integer below the modulus stands for.
        fn from_canonical(limbs: [u64; 4]) -> Self {
            Self(ark_grumpkin::Fr::new(BigInt(limbs)))
        }
    };
}

macro_rules! prime_field {
    ($(#[$doc:meta])* $name:ident, $ark:ty) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        #[repr(transparent)]
        pub struct $name($ark);

        impl $name {
            /// The additive identity.
            pub const ZERO: Self = Self(<$ark as AdditiveGroup>::ZERO);
            /// The multiplicative identity.
            pub const ONE: Self = Self(<$ark as Field>::ONE);
            /// Bytes of the binary form (big endian).
            pub const SIZE_IN_BYTES: usize = 32;

            /// Wraps the arithmetic backend's element.
            #[must_use]
            pub const fn from_ark(inner: $ark) -> Self {
                Self(inner)
            }

            /// The arithmetic backend's element.
            #[must_use]
            pub const fn into_ark(self) -> $ark {
                self.0
            }

            /// From the limbs of the Montgomery form (factor 2^256), least significant first, which must be
            /// below the modulus.
            #[must_use]
            pub const fn from_montgomery_limbs(limbs: [u64; 4]) -> Self {
                Self(<$ark>::new_unchecked(BigInt(limbs)))
            }

            /// The limbs of the Montgomery form, least significant first.
            #[must_use]
            pub const fn montgomery_limbs(&self) -> [u64; 4] {
                (self.0).0.0
            }

            products!($name);

            /// The element that an integer stands for, if it is below the modulus; limbs of 64 bits, least
            /// significant first.
            #[must_use]
            pub fn from_limbs(limbs: [u64; 4]) -> Option<Self> {
                (BigInt(limbs) < <$ark as PrimeField>::MODULUS).then(|| Self::from_canonical(limbs))
            }

            /// The element that an integer stands for, reduced by the modulus; limbs of 64 bits, least
            /// significant first.
            #[must_use]
            pub fn from_limbs_reduced(limbs: [u64; 4]) -> Self {
                let mut value = BigInt(limbs);
                // 2^256 is below 6 times the modulus.
                while value >= <$ark as PrimeField>::MODULUS {
                    value.sub_with_borrow(&<$ark as PrimeField>::MODULUS);
                }
                Self::from_canonical(value.0)
            }

            /// Reads 32 big-endian bytes; a value that is not below the modulus is refused.
            pub fn from_be_bytes(bytes: &[u8; 32]) -> Result<Self, ParseFieldError> {
                let mut limbs = [0u64; 4];
                for (limb, chunk) in limbs.iter_mut().rev().zip(bytes.as_chunks::<8>().0) {
                    *limb = u64::from_be_bytes(*chunk);
                }
                Self::from_limbs(limbs).ok_or(ParseFieldError::OutOfField { field: stringify!($name) })
            }

            /// Reads up to 32 big-endian bytes, the missing ones being leading zeros.
            pub fn from_be_slice(bytes: &[u8]) -> Result<Self, ParseFieldError> {
                let mut padded = [0u8; 32];
                let start = 32usize.checked_sub(bytes.len()).ok_or(ParseFieldError::Length {
                    field: stringify!($name),
                    expected: 32,
                    actual: bytes.len(),
                })?;
                padded[start..].copy_from_slice(bytes);
                Self::from_be_bytes(&padded)
            }

            /// Reads big-endian bytes of any length and reduces them modulo the field's order.
            #[must_use]
            pub fn from_be_bytes_reduced(bytes: &[u8]) -> Self {
                // Not the backend's function: it leaves a copy of the bytes on the heap.
                let base = Self::from(1u128 << 64);
                let (head, chunks) = bytes.as_rchunks::<8>();
                let head = head.iter().fold(0u64, |value, byte| (value << 8) | u64::from(*byte));
                chunks.iter().fold(Self::from(head), |value, chunk| {
                    value * base + Self::from(u64::from_be_bytes(*chunk))
                })
            }

            /// The value as 32 big-endian bytes.
            #[must_use]
            pub fn to_be_bytes(&self) -> [u8; 32] {
                let mut out = [0u8; 32];
                for (chunk, limb) in out.as_chunks_mut::<8>().0.iter_mut().zip(self.limbs().iter().rev()) {
                    *chunk = limb.to_be_bytes();
                }
                out
            }

            /// A uniformly random element: 64 random bytes, reduced
            /// (Aztec 4.1.2, foundation `Fr.random`).
            pub fn random(rng: &mut impl CryptoRng) -> Self {
                let mut wide = zeroize::Zeroizing::new([0u8; 64]);
                rng.fill_bytes(wide.as_mut());
                Self::from_be_bytes_reduced(wide.as_ref())
            }

            /// Whether this is zero.
            #[must_use]
            pub fn is_zero(&self) -> bool {
                self.0.is_zero()
            }

            /// Twice the element.
            #[must_use]
            #[cfg_attr(not(debug_assertions), inline)]
            pub fn double(&self) -> Self {
                Self(self.0.double())
            }

            /// A square root, if one exists. Which of the two is not specified.
            #[must_use]
            pub fn sqrt(&self) -> Option<Self> {
                self.0.sqrt().map(Self)
            }

            /// Raises to a power given as 64-bit limbs, least significant first.
            #[must_use]
            pub fn pow(&self, exponent: &[u64]) -> Self {
                Self(self.0.pow(exponent))
            }

            /// Whether the canonical value is greater than half of the modulus.
            #[must_use]
            pub fn is_in_upper_half(&self) -> bool {
                BigInt(self.limbs()) > <$ark as PrimeField>::MODULUS_MINUS_ONE_DIV_TWO
            }

            /// The modulus, as 32 big-endian bytes.
            #[must_use]
            pub fn modulus_be_bytes() -> [u8; 32] {
                let mut out = [0u8; 32];
                out.copy_from_slice(&<$ark as PrimeField>::MODULUS.to_bytes_be());
                out
            }

            /// Reads `0x`-prefixed hexadecimal of 1 to 64 digits.
            pub fn from_hex(text: &str) -> Result<Self, ParseFieldError> {
                let digits = text
                    .strip_prefix("0x")
                    .or_else(|| text.strip_prefix("0X"))
                    .ok_or(ParseFieldError::NotANumber { field: stringify!($name) })?;
                Self::from_hex_digits(digits)
            }

            /// Reads hexadecimal of 1 to 64 digits without a prefix.
            fn from_hex_digits(digits: &str) -> Result<Self, ParseFieldError> {
                let bad = ParseFieldError::NotANumber { field: stringify!($name) };
                if digits.is_empty() {
                    return Err(bad);
                }
                if digits.len() > 64 {
                    return Err(ParseFieldError::Length {
                        field: stringify!($name),
                        expected: 32,
                        actual: digits.len().div_ceil(2),
                    });
                }
                let mut bytes = [0u8; 32];
                for (position, digit) in digits.bytes().rev().enumerate() {
                    let value = (digit as char).to_digit(16).ok_or(bad.clone())? as u8;
                    bytes[31 - position / 2] |= value << (4 * (position % 2));
                }
                Self::from_be_bytes(&bytes)
            }

            /// Reads a decimal number.
            pub fn from_decimal(text: &str) -> Result<Self, ParseFieldError> {
                let bad = ParseFieldError::NotANumber { field: stringify!($name) };
                if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(bad);
                }
                let out_of_field = ParseFieldError::OutOfField { field: stringify!($name) };
                let significant = text.trim_start_matches('0');
                if significant.is_empty() {
                    return Ok(Self::ZERO);
                }
                // The modulus has 77 decimal digits; a longer number cannot be below it, and a
                // number of at most 77 digits is below 2^256.
                if significant.len() > 77 {
                    return Err(out_of_field);
                }
                let mut limbs = [0u64; 4];
                for digit in significant.bytes() {
                    let mut carry = u128::from(digit - b'0');
                    for limb in &mut limbs {
                        let next = u128::from(*limb) * 10 + carry;
                        *limb = next as u64;
                        carry = next >> 64;
                    }
                }
                Self::from_limbs(limbs).ok_or(out_of_field)
            }

            /// The value as an integer of at most 128 bits.
            pub fn to_u128(&self) -> Result<u128, ParseFieldError> {
                match self.limbs() {
                    [low, high, 0, 0] => Ok(u128::from(low) | u128::from(high) << 64),
                    _ => Err(ParseFieldError::TooLarge { field: stringify!($name), target: "u128" }),
                }
            }

            /// The value as an integer of at most 64 bits.
            pub fn to_u64(&self) -> Result<u64, ParseFieldError> {
                match self.limbs() {
                    [low, 0, 0, 0] => Ok(low),
                    _ => Err(ParseFieldError::TooLarge { field: stringify!($name), target: "u64" }),
                }
            }

            /// The value as an integer of at most 32 bits.
            pub fn to_u32(&self) -> Result<u32, ParseFieldError> {
                self.to_u64()
                    .ok()
                    .and_then(|value| u32::try_from(value).ok())
                    .ok_or(ParseFieldError::TooLarge { field: stringify!($name), target: "u32" })
            }

            /// The value as a boolean; only 0 and 1 are accepted.
            pub fn to_bool(&self) -> Result<bool, ParseFieldError> {
                match self.limbs() {
                    [0, 0, 0, 0] => Ok(false),
                    [1, 0, 0, 0] => Ok(true),
                    _ => Err(ParseFieldError::TooLarge { field: stringify!($name), target: "bool" }),
                }
            }
        }

        impl fmt::Display for $name {
            /// `0x` and 64 lower-case hexadecimal digits.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("0x")?;
                self.limbs().iter().rev().try_for_each(|limb| write!(f, "{limb:016x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = ParseFieldError;

            /// Decimal digits, or hexadecimal with the prefix `0x`
            /// (Aztec 4.1.2, foundation `Fr.fromString`).
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match Self::from_decimal(text) {
                    Err(ParseFieldError::NotANumber { .. }) => Self::from_hex(text),
                    parsed => parsed,
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            /// Accepts hexadecimal with or without the prefix, as the reference's JSON schemas do.
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                let digits = text.strip_prefix("0x").unwrap_or(&text);
                Self::from_hex_digits(digits).map_err(serde::de::Error::custom)
            }
        }

        impl zeroize::Zeroize for $name {
            fn zeroize(&mut self) {
                self.0.0.0.zeroize();
            }
        }

        impl Ord for $name {
            /// By canonical value.
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                BigInt(self.limbs()).cmp(&BigInt(other.limbs()))
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        prime_field!(@operators $name, Add add, Sub sub);
        prime_field!(@assign $name, AddAssign add_assign, SubAssign sub_assign);
        prime_field!(@integers $name, u8 u16 u32 u64 u128 bool);

        impl std::ops::Mul for $name {
            type Output = Self;
            #[cfg_attr(not(debug_assertions), inline)]
            fn mul(self, rhs: Self) -> Self {
                self.product(rhs)
            }
        }

        impl std::ops::MulAssign for $name {
            #[cfg_attr(not(debug_assertions), inline)]
            fn mul_assign(&mut self, rhs: Self) {
                *self = self.product(rhs);
            }
        }

        impl std::ops::Neg for $name {
            type Output = Self;
            #[cfg_attr(not(debug_assertions), inline)]
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }

        impl std::iter::Sum for $name {
            fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
                iter.fold(Self::ZERO, |sum, element| sum + element)
            }
        }
    };
    (@operators $name:ident, $($trait:ident $method:ident),*) => {$(
        impl std::ops::$trait for $name {
            type Output = Self;
            #[cfg_attr(not(debug_assertions), inline)]
            fn $method(self, rhs: Self) -> Self {
                Self(std::ops::$trait::$method(self.0, rhs.0))
            }
        }
    )*};
    (@assign $name:ident, $($trait:ident $method:ident),*) => {$(
        impl std::ops::$trait for $name {
            #[cfg_attr(not(debug_assertions), inline)]
            fn $method(&mut self, rhs: Self) {
                std::ops::$trait::$method(&mut self.0, rhs.0);
            }
        }
    )*};
    (@integers $name:ident, $($integer:ty)*) => {$(
        impl From<$integer> for $name {
            fn from(value: $integer) -> Self {
                let value = u128::from(value);
                match value {
                    0 => Self::ZERO,
                    1 => Self::ONE,
                    _ => Self::from_canonical([value as u64, (value >> 64) as u64, 0, 0]),
                }
            }
        }
    )*};
}

prime_field!(
    /// An element of the BN254 scalar field, which is also the base field of Grumpkin.
    ///
    /// Text form: `0x` and 64 hexadecimal digits. Binary form: 32 bytes, big endian.
    Fr,
    ark_bn254::Fr
);

prime_field!(
    /// An element of the BN254 base field, which is also the scalar field of Grumpkin.
    ///
    /// Text form: `0x` and 64 hexadecimal digits. Binary form: 32 bytes, big endian.
    Fq,
    ark_grumpkin::Fr
);

impl Fq {
    /// The lower 128 bits, as circuits take a Grumpkin scalar.
    #[must_use]
    pub fn lo(&self) -> Fr {
        let [l0, l1, _, _] = self.limbs();
        Fr::from(u128::from(l0) | u128::from(l1) << 64)
    }

    /// The upper 128 bits, as circuits take a Grumpkin scalar.
    #[must_use]
    pub fn hi(&self) -> Fr {
        let [_, _, l2, l3] = self.limbs();
        Fr::from(u128::from(l2) | u128::from(l3) << 64)
    }
}
