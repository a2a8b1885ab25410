//! Montgomery arithmetic on nine limbs of 29 bits.
//!
//! WebAssembly has no 64×64→128-bit product. With limbs of 29 bits a column of the schoolbook
//! product is a sum of at most nine 58-bit terms, which fits into 64 bits without any carry; the
//! reduction adds as many terms again. Eight steps of 29 bits and one of 24 divide by 2^256, so the
//! stored form is the same as that of the 64-bit implementation.

/// Low 29 bits.
pub(crate) const MASK: u64 = (1 << 29) - 1;
/// The modulus in limbs of 29 bits.
pub(crate) const P: [u64; 9] = unpack(&P64);
/// The modulus in limbs of 64 bits.
const P64: [u64; 4] = [
    0x43e1f593f0000001,
    0x2833e84879b97091,
    0xb85045b68181585d,
    0x30644e72e131a029,
];
/// `-P^-1 mod 2^29`.
const NEG_INV: u64 = 0x0fff_ffff;

/// Splits four limbs of 64 bits into nine of 29.
pub(crate) const fn unpack(a: &[u64; 4]) -> [u64; 9] {
    [
        a[0] & MASK,
        (a[0] >> 29) & MASK,
        ((a[0] >> 58) | (a[1] << 6)) & MASK,
        (a[1] >> 23) & MASK,
        ((a[1] >> 52) | (a[2] << 12)) & MASK,
        (a[2] >> 17) & MASK,
        ((a[2] >> 46) | (a[3] << 18)) & MASK,
        (a[3] >> 11) & MASK,
        a[3] >> 40,
    ]
}

/// Adds multiples of the modulus to the columns until the low 256 bits vanish, drops these and
/// returns the rest below the modulus.
#[inline(always)]
fn montgomery_reduce(mut c: [u64; 18]) -> [u64; 4] {
    macro_rules! step {
        ($i:literal, $mask:expr) => {
            let m = (c[$i].wrapping_mul(NEG_INV)) & $mask;
            c[$i] += m * P[0];
            c[$i + 1] += m * P[1];
            c[$i + 2] += m * P[2];
            c[$i + 3] += m * P[3];
            c[$i + 4] += m * P[4];
            c[$i + 5] += m * P[5];
            c[$i + 6] += m * P[6];
            c[$i + 7] += m * P[7];
            c[$i + 8] += m * P[8];
        };
    }
    macro_rules! carry {
        ($i:literal) => {
            c[$i + 1] += c[$i] >> 29;
        };
    }
    step!(0, MASK);
    carry!(0);
    step!(1, MASK);
    carry!(1);
    step!(2, MASK);
    carry!(2);
    step!(3, MASK);
    carry!(3);
    step!(4, MASK);
    carry!(4);
    step!(5, MASK);
    carry!(5);
    step!(6, MASK);
    carry!(6);
    step!(7, MASK);
    carry!(7);
    step!(8, (1 << 24) - 1);
    let mut r = [0u64; 9];
    let mut k = 0;
    while k < 9 {
        r[k] = c[8 + k] & MASK;
        c[9 + k] += c[8 + k] >> 29;
        k += 1;
    }
    let top = c[17];
    let out = [
        (r[0] >> 24) | (r[1] << 5) | (r[2] << 34) | (r[3] << 63),
        (r[3] >> 1) | (r[4] << 28) | (r[5] << 57),
        (r[5] >> 7) | (r[6] << 22) | (r[7] << 51),
        (r[7] >> 13) | (r[8] << 16) | (top << 45),
    ];
    subtract_modulus_once(out)
}

/// Brings a value below twice the modulus below the modulus.
#[inline(always)]
pub(crate) fn subtract_modulus_once(a: [u64; 4]) -> [u64; 4] {
    let (d0, b0) = a[0].overflowing_sub(P64[0]);
    let (d1, b1a) = a[1].overflowing_sub(P64[1]);
    let (d1, b1b) = d1.overflowing_sub(u64::from(b0));
    let (d2, b2a) = a[2].overflowing_sub(P64[2]);
    let (d2, b2b) = d2.overflowing_sub(u64::from(b1a | b1b));
    let (d3, b3a) = a[3].overflowing_sub(P64[3]);
    let (d3, b3b) = d3.overflowing_sub(u64::from(b2a | b2b));
    if b3a | b3b { a } else { [d0, d1, d2, d3] }
}

/// The Montgomery product; both factors below 2^256 and their product below `2^256 · P`.
#[inline]
pub(crate) fn mul(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let a = unpack(a);
    let b = unpack(b);
    let mut c = [0u64; 18];
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
    montgomery_reduce(c)
}

/// The Montgomery square.
#[inline]
pub(crate) fn square(a: &[u64; 4]) -> [u64; 4] {
    let a = unpack(a);
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
    let c = [
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
    ];
    montgomery_reduce(c)
}

/// Leaves Montgomery form.
#[inline]
pub(crate) fn reduce(a: &[u64; 4]) -> [u64; 4] {
    let a = unpack(a);
    let mut c = [0u64; 18];
    c[..9].copy_from_slice(&a);
    montgomery_reduce(c)
}
