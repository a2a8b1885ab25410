//! Products and inverses of [`Fr`](crate::Fr), by what is fastest where they run.
//!
//! The 64×64→128-bit products of the generic implementation are slow on `wasm32`, where multiplication
//! goes through limbs of 29 bits instead (see [`limbs29`]). Both have the same Montgomery form.

mod inverse;
#[cfg(any(target_arch = "wasm32", test))]
pub(crate) mod limbs29;

#[cfg(not(target_arch = "wasm32"))]
use ark_bn254::Fr;
#[cfg(not(target_arch = "wasm32"))]
use ark_ff::{BigInt, Field, PrimeField};

/// Limbs of 64 bits, least significant first.
type Limbs = [u64; 4];

/// 2^512 modulo the modulus: takes an integer into Montgomery form.
pub(crate) const R2: Limbs = <ark_bn254::FrConfig as ark_ff::MontConfig<4>>::R2.0;
/// 2^768 modulo the modulus: the cube of Montgomery form's factor.
const R3: Limbs = [
    0x5e94d8e1b4bf0040,
    0x2a489cbe1cfbb6b8,
    0x893cc664a19fcfed,
    0x0cf8594b7fcc657c,
];

/// The Montgomery product of two integers, the second below the modulus.
#[cfg_attr(not(debug_assertions), inline)]
pub(crate) fn mul(a: &Limbs, b: &Limbs) -> Limbs {
    #[cfg(not(target_arch = "wasm32"))]
    return (Fr::new_unchecked(BigInt(*a)) * Fr::new_unchecked(BigInt(*b)))
        .0
        .0;
    #[cfg(target_arch = "wasm32")]
    return limbs29::mul(a, b);
}

/// The Montgomery square.
#[cfg_attr(not(debug_assertions), inline)]
pub(crate) fn square(a: &Limbs) -> Limbs {
    #[cfg(not(target_arch = "wasm32"))]
    return Fr::new_unchecked(BigInt(*a)).square().0.0;
    #[cfg(target_arch = "wasm32")]
    return limbs29::square(a);
}

/// Leaves Montgomery form.
#[cfg_attr(not(debug_assertions), inline)]
pub(crate) fn leave(a: &Limbs) -> Limbs {
    #[cfg(not(target_arch = "wasm32"))]
    return Fr::new_unchecked(BigInt(*a)).into_bigint().0;
    #[cfg(target_arch = "wasm32")]
    return limbs29::reduce(a);
}

/// The inverse of an element other than zero, in Montgomery form as the element.
pub(crate) fn inverse(a: &Limbs) -> Limbs {
    // The inverse of aR is a⁻¹R⁻¹; a Montgomery product with R³ makes it a⁻¹R.
    mul(&inverse::inverse(a), &R3)
}
