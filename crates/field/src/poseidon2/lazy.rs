//! The Poseidon2 permutation on limbs of 29 bits, for `wasm32`.
//!
//! The state stays in nine limbs of 29 bits from beginning to end, in Montgomery form with the factor
//! 2^261. Sums are taken limb by limb without carries, and values are kept below a few times the
//! modulus instead of below the modulus: a product of values below `2^a · P` and `2^b · P` is below
//! `2^(a + b - 7.4) · P + P`. A column of a product is a sum of at most nine products of limbs and
//! nine multiples of the modulus's limbs, which fits into 64 bits as long as the limbs of one factor
//! are below 2^30 and those of the other below 2^30.

use std::sync::OnceLock;

use super::params::{DIAGONAL, FIRST_EXTERNAL, INTERNAL, LAST_EXTERNAL};
use crate::Fr;
use crate::fr::limbs29::{MASK, P, subtract_modulus_once, unpack};

type Limbs = [u64; 9];

/// 2^266 modulo the modulus: takes a value from the factor 2^256 to the factor 2^261.
const ENTER: [u64; 4] = [
    0x97aa889e8fffead7,
    0x4da1da684b110e2a,
    0xe56cdd25a60934c8,
    0x05800320dce9ed32,
];
/// 2^256 modulo the modulus: takes a value from the factor 2^261 to the factor 2^256.
const LEAVE: [u64; 4] = [
    0xac96341c4ffffffb,
    0x36fc76959f60cd29,
    0x666ea36f7879462e,
    0x0e0a77c19a07df2f,
];

/// Montgomery reduction by 2^261 of columns whose upper half is added to the result.
#[inline(always)]
fn reduce(mut c: [u64; 18]) -> Limbs {
    macro_rules! step {
        ($i:literal) => {
            // −P⁻¹ mod 2^29 is 2^28 − 1.
            let m = (c[$i] << 28).wrapping_sub(c[$i]) & MASK;
            c[$i] += m * P[0];
            c[$i + 1] += m * P[1] + (c[$i] >> 29);
            c[$i + 2] += m * P[2];
            c[$i + 3] += m * P[3];
            c[$i + 4] += m * P[4];
            c[$i + 5] += m * P[5];
            c[$i + 6] += m * P[6];
            c[$i + 7] += m * P[7];
            c[$i + 8] += m * P[8];
        };
    }
    step!(0);
    step!(1);
    step!(2);
    step!(3);
    step!(4);
    step!(5);
    step!(6);
    step!(7);
    step!(8);
    let mut r = [0u64; 9];
    let mut carry = 0;
    for k in 0..8 {
        let t = c[9 + k] + carry;
        r[k] = t & MASK;
        carry = t >> 29;
    }
    r[8] = c[17] + carry;
    r
}

/// `a · b + s`.
#[inline(always)]
fn multiply_add(a: &Limbs, b: &Limbs, s: &Limbs) -> Limbs {
    let mut c = [
        0, 0, 0, 0, 0, 0, 0, 0, 0, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8],
    ];
    macro_rules! row {
        ($i:literal) => {
            c[$i] += a[$i] * b[0];
            c[$i + 1] += a[$i] * b[1];
            c[$i + 2] += a[$i] * b[2];
            c[$i + 3] += a[$i] * b[3];
            c[$i + 4] += a[$i] * b[4];
            c[$i + 5] += a[$i] * b[5];
            c[$i + 6] += a[$i] * b[6];
            c[$i + 7] += a[$i] * b[7];
            c[$i + 8] += a[$i] * b[8];
        };
    }
    row!(0);
    row!(1);
    row!(2);
    row!(3);
    row!(4);
    row!(5);
    row!(6);
    row!(7);
    row!(8);
    reduce(c)
}

#[inline(always)]
fn square(a: &Limbs) -> Limbs {
    let d = [
        2 * a[0],
        2 * a[1],
        2 * a[2],
        2 * a[3],
        2 * a[4],
        2 * a[5],
        2 * a[6],
        2 * a[7],
    ];
    reduce([
        a[0] * a[0],
        d[0] * a[1],
        d[0] * a[2] + a[1] * a[1],
        d[0] * a[3] + d[1] * a[2],
        d[0] * a[4] + d[1] * a[3] + a[2] * a[2],
        d[0] * a[5] + d[1] * a[4] + d[2] * a[3],
        d[0] * a[6] + d[1] * a[5] + d[2] * a[4] + a[3] * a[3],
        d[0] * a[7] + d[1] * a[6] + d[2] * a[5] + d[3] * a[4],
        d[0] * a[8] + d[1] * a[7] + d[2] * a[6] + d[3] * a[5] + a[4] * a[4],
        d[1] * a[8] + d[2] * a[7] + d[3] * a[6] + d[4] * a[5],
        d[2] * a[8] + d[3] * a[7] + d[4] * a[6] + a[5] * a[5],
        d[3] * a[8] + d[4] * a[7] + d[5] * a[6],
        d[4] * a[8] + d[5] * a[7] + a[6] * a[6],
        d[5] * a[8] + d[6] * a[7],
        d[6] * a[8] + a[7] * a[7],
        d[7] * a[8],
        a[8] * a[8],
        0,
    ])
}

/// Carries, and subtracts a multiple of the modulus so that the value is hardly above it.
#[inline(always)]
fn shrink(a: &Limbs) -> Limbs {
    // The quotient by the top limb of the modulus, rounded down: 2^40 / (P[8] + 1) rounded down.
    const RECIPROCAL: u64 = (1 << 40) / (P[8] + 1);
    let top = a[8] + (a[7] >> 29);
    let quotient = ((top * RECIPROCAL) >> 40) as i64;
    let mut r = [0u64; 9];
    let mut carry = 0i64;
    for k in 0..8 {
        let t = a[k] as i64 - quotient * P[k] as i64 + carry;
        r[k] = t as u64 & MASK;
        carry = t >> 29;
    }
    r[8] = (a[8] as i64 - quotient * P[8] as i64 + carry) as u64;
    r
}

#[inline(always)]
fn add(a: &Limbs, b: &Limbs) -> Limbs {
    let mut r = [0u64; 9];
    for k in 0..9 {
        r[k] = a[k] + b[k];
    }
    r
}

#[inline(always)]
fn power5(x: &Limbs) -> Limbs {
    multiply_add(&square(&square(x)), x, &[0; 9])
}

/// Multiplies by the matrix (5 7 1 3; 4 6 1 1; 1 3 5 7; 1 1 4 6).
#[inline(always)]
fn external_layer(state: &mut [Limbs; 4]) {
    let [a, b, c, d] = *state;
    let ab = add(&a, &b);
    let cd = add(&c, &d);
    let b2cd = add(&add(&b, &b), &cd);
    let d2ab = add(&add(&d, &d), &ab);
    let four = |x: &Limbs| x.map(|limb| 4 * limb);
    let last = add(&four(&cd), &d2ab);
    let second = add(&four(&ab), &b2cd);
    *state = [
        shrink(&add(&d2ab, &second)),
        shrink(&second),
        shrink(&add(&b2cd, &last)),
        shrink(&last),
    ];
}

fn full_round(state: &mut [Limbs; 4], constants: &[Limbs; 4]) {
    for (element, constant) in state.iter_mut().zip(constants) {
        *element = power5(&add(element, constant));
    }
    external_layer(state);
}

/// The constants in this form.
struct Constants {
    diagonal: [Limbs; 4],
    first_external: [[Limbs; 4]; FIRST_EXTERNAL.len()],
    internal: [Limbs; INTERNAL.len()],
    last_external: [[Limbs; 4]; LAST_EXTERNAL.len()],
}

fn enter(a: Fr) -> Limbs {
    let limbs = unpack(&a.montgomery_limbs());
    shrink(&multiply_add(&limbs, &unpack(&ENTER), &[0; 9]))
}

fn leave(a: &Limbs) -> Fr {
    let r = multiply_add(a, &unpack(&LEAVE), &[0; 9]);
    let packed = [
        r[0] | r[1] << 29 | r[2] << 58,
        r[2] >> 6 | r[3] << 23 | r[4] << 52,
        r[4] >> 12 | r[5] << 17 | r[6] << 46,
        r[6] >> 18 | r[7] << 11 | r[8] << 40,
    ];
    Fr::from_montgomery_limbs(subtract_modulus_once(packed))
}

fn constants() -> &'static Constants {
    static CONSTANTS: OnceLock<Constants> = OnceLock::new();
    CONSTANTS.get_or_init(|| Constants {
        diagonal: DIAGONAL.map(enter),
        first_external: FIRST_EXTERNAL.map(|round| round.map(enter)),
        internal: INTERNAL.map(enter),
        last_external: LAST_EXTERNAL.map(|round| round.map(enter)),
    })
}

/// Applies the permutation.
pub(super) fn permute(input: [Fr; 4]) -> [Fr; 4] {
    let constants = constants();
    let mut state = input.map(enter);
    external_layer(&mut state);
    for round in &constants.first_external {
        full_round(&mut state, round);
    }
    for constant in &constants.internal {
        state[0] = power5(&add(&state[0], constant));
        let sum = shrink(&add(&add(&state[0], &state[1]), &add(&state[2], &state[3])));
        for (element, factor) in state.iter_mut().zip(&constants.diagonal) {
            *element = multiply_add(element, factor, &sum);
        }
    }
    for round in &constants.last_external {
        full_round(&mut state, round);
    }
    state.map(|element| leave(&element))
}
