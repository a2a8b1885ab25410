//! The permutation with the field's own products.

use super::{STATE_SIZE, params};
use crate::Fr;

/// Applies the permutation.
pub(super) fn permute(mut state: [Fr; STATE_SIZE]) -> [Fr; STATE_SIZE] {
    external_layer(&mut state);
    for constants in &params::FIRST_EXTERNAL {
        external_round(&mut state, constants);
    }
    internal_rounds(&mut state);
    for constants in &params::LAST_EXTERNAL {
        external_round(&mut state, constants);
    }
    state
}

#[inline(always)]
fn fifth_power(x: Fr) -> Fr {
    x.square().square() * x
}

#[inline(always)]
fn external_round(state: &mut [Fr; STATE_SIZE], constants: &[Fr; STATE_SIZE]) {
    for (element, constant) in state.iter_mut().zip(constants) {
        *element = fifth_power(*element + *constant);
    }
    external_layer(state);
}

/// Multiplies by the matrix [[5, 7, 1, 3], [4, 6, 1, 1], [1, 3, 5, 7], [1, 1, 4, 6]] with additions
/// only.
#[inline(always)]
fn external_layer([a, b, c, d]: &mut [Fr; STATE_SIZE]) {
    let double = |x: Fr| x + x;
    let ab = *a + *b;
    let cd = *c + *d;
    let b2_cd = double(*b) + cd;
    let d2_ab = double(*d) + ab;
    let fourth = double(double(cd)) + d2_ab;
    let second = double(double(ab)) + b2_cd;
    *a = d2_ab + second;
    *b = second;
    *c = b2_cd + fourth;
    *d = fourth;
}

/// Only the first element passes the power map; the linear layer adds the sum of all elements to each
/// element scaled by its diagonal entry. The sum of the other three and their products do not wait
/// for the power map, so that the processor can overlap them with it.
#[inline(always)]
fn internal_rounds(state: &mut [Fr; STATE_SIZE]) {
    let [mut a, mut b, mut c, mut d] = *state;
    let [da, db, dc, dd] = params::DIAGONAL;
    for constant in &params::INTERNAL {
        let rest = b + c + d;
        let (scaled_b, scaled_c, scaled_d) = (b * db, c * dc, d * dd);
        a = fifth_power(a + *constant);
        let sum = rest + a;
        a = a * da + sum;
        b = scaled_b + sum;
        c = scaled_c + sum;
        d = scaled_d + sum;
    }
    *state = [a, b, c, d];
}
