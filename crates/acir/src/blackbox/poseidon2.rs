//! The Poseidon2 permutation of width 4, with the field's own arithmetic.

use super::poseidon2_constants::{DIAGONAL, FULL, FULL_ROUNDS, PARTIAL};
use crate::Fe;

/// Applies the permutation.
pub(super) fn permute(input: [Fe; 4]) -> [Fe; 4] {
    let mut state = input;
    external_layer(&mut state);
    for constants in &FULL[..FULL_ROUNDS / 2] {
        full_round(&mut state, constants);
    }
    let diagonal = DIAGONAL.map(Fe::from_montgomery_limbs);
    for constant in &PARTIAL {
        state[0] = power5(state[0] + Fe::from_montgomery_limbs(*constant));
        let sum = (state[0] + state[1]) + (state[2] + state[3]);
        for (element, factor) in state.iter_mut().zip(&diagonal) {
            *element = *element * *factor + sum;
        }
    }
    for constants in &FULL[FULL_ROUNDS / 2..] {
        full_round(&mut state, constants);
    }
    state
}

fn full_round(state: &mut [Fe; 4], constants: &[[u64; 4]; 4]) {
    for (element, constant) in state.iter_mut().zip(constants) {
        *element = power5(*element + Fe::from_montgomery_limbs(*constant));
    }
    external_layer(state);
}

fn power5(x: Fe) -> Fe {
    x.square().square() * x
}

/// Multiplies by the matrix (5 7 1 3; 4 6 1 1; 1 3 5 7; 1 1 4 6).
fn external_layer(state: &mut [Fe; 4]) {
    let [a, b, c, d] = *state;
    let ab = a + b;
    let cd = c + d;
    let b2cd = b.double() + cd;
    let d2ab = d.double() + ab;
    let last = cd.double().double() + d2ab;
    let second = ab.double().double() + b2cd;
    *state = [d2ab + second, second, b2cd + last, last];
}
