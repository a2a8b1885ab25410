//! Inversion by division steps on limbs of 30 bits, which needs only 32×32→64-bit products.
//!
//! Source: D. J. Bernstein and B.-Y. Yang, "Fast constant-time gcd computation and modular
//! inversion" (2019), in the variable-time form with limbs of 30 bits that libsecp256k1 documents
//! (`doc/safegcd_implementation.md`).

/// Low 30 bits.
const MASK: u32 = (1 << 30) - 1;
/// The modulus in limbs of 30 bits.
const MODULUS: [i32; 9] = split(&[
    0x43e1f593f0000001,
    0x2833e84879b97091,
    0xb85045b68181585d,
    0x30644e72e131a029,
]);
/// The inverse of the modulus mod 2^30.
const MODULUS_INVERSE: u32 = inverse_of_lowest(MODULUS[0] as u32);

/// An integer in signed limbs of 30 bits.
type Signed30 = [i32; 9];

const fn inverse_of_lowest(odd: u32) -> u32 {
    let mut inverse = odd;
    let mut round = 0;
    while round < 5 {
        inverse = inverse.wrapping_mul(2u32.wrapping_sub(odd.wrapping_mul(inverse)));
        round += 1;
    }
    inverse & MASK
}

const fn split(a: &[u64; 4]) -> Signed30 {
    const M: u64 = MASK as u64;
    [
        (a[0] & M) as i32,
        ((a[0] >> 30) & M) as i32,
        (((a[0] >> 60) | (a[1] << 4)) & M) as i32,
        ((a[1] >> 26) & M) as i32,
        (((a[1] >> 56) | (a[2] << 8)) & M) as i32,
        ((a[2] >> 22) & M) as i32,
        (((a[2] >> 52) | (a[3] << 12)) & M) as i32,
        ((a[3] >> 18) & M) as i32,
        (a[3] >> 48) as i32,
    ]
}

fn join(r: &Signed30) -> [u64; 4] {
    let r = r.map(|limb| limb as u64);
    [
        r[0] | r[1] << 30 | r[2] << 60,
        r[2] >> 4 | r[3] << 26 | r[4] << 56,
        r[4] >> 8 | r[5] << 22 | r[6] << 52,
        r[6] >> 12 | r[7] << 18 | r[8] << 48,
    ]
}

/// A transition of 30 division steps, times 2^30.
struct Matrix {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// Takes 30 division steps on the lowest limbs.
fn division_steps(mut eta: i32, f0: u32, g0: u32) -> (i32, Matrix) {
    let (mut u, mut v, mut q, mut r) = (1u32, 0u32, 0u32, 1u32);
    let (mut f, mut g) = (f0, g0);
    let mut left = 30u32;
    loop {
        let zeros = (g | (u32::MAX << left)).trailing_zeros();
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        eta -= zeros as i32;
        left -= zeros;
        if left == 0 {
            break;
        }
        let w;
        if eta < 0 {
            eta = -eta;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, u.wrapping_neg());
            (v, r) = (r, v.wrapping_neg());
            // Cancels up to six bits of g at once.
            let limit = (eta as u32 + 1).min(left);
            let mask = (u32::MAX >> (32 - limit)) & 63;
            w = f
                .wrapping_mul(g)
                .wrapping_mul(f.wrapping_mul(f).wrapping_sub(2))
                & mask;
        } else {
            // Cancels up to four bits of g at once.
            let limit = (eta as u32 + 1).min(left);
            let mask = (u32::MAX >> (32 - limit)) & 15;
            let inverse = f.wrapping_add((f.wrapping_add(1) & 4) << 1);
            w = inverse.wrapping_neg().wrapping_mul(g) & mask;
        }
        g = g.wrapping_add(f.wrapping_mul(w));
        q = q.wrapping_add(u.wrapping_mul(w));
        r = r.wrapping_add(v.wrapping_mul(w));
    }
    let signed = |value: u32| i64::from(value as i32);
    (
        eta,
        Matrix {
            u: signed(u),
            v: signed(v),
            q: signed(q),
            r: signed(r),
        },
    )
}

/// Applies a transition to the cofactors, modulo the modulus.
fn update_cofactors(d: &mut Signed30, e: &mut Signed30, t: &Matrix) {
    let (sign_d, sign_e) = (i64::from(d[8] >> 31), i64::from(e[8] >> 31));
    let mut md = ((t.u & sign_d) + (t.v & sign_e)) as i32;
    let mut me = ((t.q & sign_d) + (t.r & sign_e)) as i32;
    let mut cd = t.u * i64::from(d[0]) + t.v * i64::from(e[0]);
    let mut ce = t.q * i64::from(d[0]) + t.r * i64::from(e[0]);
    let correction = |c: i64, m: i32| {
        m.wrapping_sub(
            (MODULUS_INVERSE
                .wrapping_mul(c as u32)
                .wrapping_add(m as u32)
                & MASK) as i32,
        )
    };
    md = correction(cd, md);
    me = correction(ce, me);
    cd = (cd + i64::from(MODULUS[0]) * i64::from(md)) >> 30;
    ce = (ce + i64::from(MODULUS[0]) * i64::from(me)) >> 30;
    for index in 1..9 {
        let (di, ei) = (i64::from(d[index]), i64::from(e[index]));
        cd += t.u * di + t.v * ei + i64::from(MODULUS[index]) * i64::from(md);
        ce += t.q * di + t.r * ei + i64::from(MODULUS[index]) * i64::from(me);
        d[index - 1] = (cd as u32 & MASK) as i32;
        e[index - 1] = (ce as u32 & MASK) as i32;
        cd >>= 30;
        ce >>= 30;
    }
    d[8] = cd as i32;
    e[8] = ce as i32;
}

/// Applies a transition to f and g, of `length` limbs.
fn update_values(f: &mut Signed30, g: &mut Signed30, t: &Matrix, length: usize) {
    let mut cf = (t.u * i64::from(f[0]) + t.v * i64::from(g[0])) >> 30;
    let mut cg = (t.q * i64::from(f[0]) + t.r * i64::from(g[0])) >> 30;
    for index in 1..length {
        let (fi, gi) = (i64::from(f[index]), i64::from(g[index]));
        cf += t.u * fi + t.v * gi;
        cg += t.q * fi + t.r * gi;
        f[index - 1] = (cf as u32 & MASK) as i32;
        g[index - 1] = (cg as u32 & MASK) as i32;
        cf >>= 30;
        cg >>= 30;
    }
    f[length - 1] = cf as i32;
    g[length - 1] = cg as i32;
}

/// Brings a value between −2 and 1 times the modulus, negated if `sign` is negative, to between 0
/// and the modulus.
fn normalise(r: &mut Signed30, sign: i32) {
    let carry = |r: &mut Signed30| {
        for index in 0..8 {
            r[index + 1] += r[index] >> 30;
            r[index] &= MASK as i32;
        }
    };
    let add_if_negative = |r: &mut Signed30| {
        let mask = r[8] >> 31;
        for (limb, modulus) in r.iter_mut().zip(MODULUS) {
            *limb += modulus & mask;
        }
    };
    add_if_negative(r);
    let negate = sign >> 31;
    for limb in r.iter_mut() {
        *limb = (*limb ^ negate) - negate;
    }
    carry(r);
    add_if_negative(r);
    carry(r);
}

/// The inverse of an integer below the modulus; zero for zero.
pub(super) fn inverse(a: &[u64; 4]) -> [u64; 4] {
    let (mut d, mut e): (Signed30, Signed30) = ([0; 9], [1, 0, 0, 0, 0, 0, 0, 0, 0]);
    let (mut f, mut g) = (MODULUS, split(a));
    let mut eta = -1;
    let mut length = 9;
    // 254 bits need at most 741 division steps; the bound only guards against mistakes.
    for _ in 0..40 {
        let (next, matrix) = division_steps(eta, f[0] as u32, g[0] as u32);
        eta = next;
        update_cofactors(&mut d, &mut e, &matrix);
        update_values(&mut f, &mut g, &matrix, length);
        if g[..length].iter().all(|limb| *limb == 0) {
            break;
        }
        // Drops the highest limb when it only carries the sign.
        if length > 1 {
            let (top_f, top_g) = (f[length - 1], g[length - 1]);
            if (top_f ^ (top_f >> 31)) | (top_g ^ (top_g >> 31)) == 0 {
                f[length - 2] |= ((top_f as u32) << 30) as i32;
                g[length - 2] |= ((top_g as u32) << 30) as i32;
                length -= 1;
            }
        }
    }
    normalise(&mut d, f[length - 1]);
    join(&d)
}
