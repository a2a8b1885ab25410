use std::sync::OnceLock;

use ark_ec::{CurveGroup, PrimeGroup};
use ark_grumpkin::{Affine, Projective};

use super::Point;
use crate::field::Fq;

/// Bits per window; a table row holds the 15 multiples of one window's base.
const WINDOW: usize = 4;
const ROW: usize = (1 << WINDOW) - 1;
const WINDOWS: usize = 256 / WINDOW;

/// Multiplies the generator by a scalar.
///
/// Adds one precomputed point per four bits of the scalar and doubles nothing. The table (960 points,
/// 64 KiB) is made at the first call.
#[must_use]
pub fn mul_generator(scalar: Fq) -> Point {
    let mut sum = Projective::default();
    let digits = scalar.limbs().into_iter().flat_map(|limb| {
        (0..u64::BITS as usize / WINDOW)
            .map(move |window| (limb >> (WINDOW * window)) as usize & ROW)
    });
    for (row, digit) in table().chunks(ROW).zip(digits) {
        if let Some(multiple) = digit.checked_sub(1).and_then(|index| row.get(index)) {
            sum += multiple;
        }
    }
    sum.into()
}

fn table() -> &'static [Affine] {
    static TABLE: OnceLock<Vec<Affine>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut points = Vec::with_capacity(WINDOWS * ROW);
        let mut base = Projective::generator();
        for _ in 0..WINDOWS {
            let mut multiple = base;
            for _ in 0..ROW {
                points.push(multiple);
                multiple += base;
            }
            base = multiple;
        }
        Projective::normalize_batch(&points)
    })
}
