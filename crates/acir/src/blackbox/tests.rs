use super::*;
use ark_ec::{AffineRepr as _, CurveGroup as _, PrimeGroup as _};
use ark_ff::{BigInt, PrimeField as _};
use proptest::prelude::*;

fn element() -> impl Strategy<Value = Fe> {
    any::<[u64; 4]>().prop_map(Fe::from_limbs_reduced)
}

/// A scalar below the group's order.
fn scalar() -> impl Strategy<Value = ark_grumpkin::Fr> {
    prop_oneof![
        3 => any::<[u64; 4]>().prop_map(|limbs| {
            let mut bytes = [0u8; 32];
            for (chunk, limb) in bytes.chunks_exact_mut(8).zip(limbs) {
                chunk.copy_from_slice(&limb.to_le_bytes());
            }
            ark_grumpkin::Fr::from_le_bytes_mod_order(&bytes)
        }),
        1 => any::<u64>().prop_map(ark_grumpkin::Fr::from),
        1 => (0u64..3).prop_map(ark_grumpkin::Fr::from),
        1 => (1u64..3).prop_map(|n| -ark_grumpkin::Fr::from(n)),
    ]
}

fn halves(scalar: ark_grumpkin::Fr) -> [Fe; 2] {
    let limbs = scalar.into_bigint().0;
    let half = |low: u64, high: u64| Fe::from_u128(u128::from(low) | u128::from(high) << 64);
    [half(limbs[0], limbs[1]), half(limbs[2], limbs[3])]
}

fn point(point: ark_grumpkin::Projective) -> CurvePoint {
    match point.into_affine().xy() {
        Some((x, y)) => [Fe::from_ark(x), Fe::from_ark(y), Fe::ZERO],
        None => [Fe::ZERO, Fe::ZERO, Fe::ONE],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn multiplication_agrees_with_arkworks(
        terms in proptest::collection::vec((scalar(), scalar(), any::<bool>()), 0..4),
    ) {
        let generator = ark_grumpkin::Projective::generator();
        let mut points = Vec::new();
        let mut scalars = Vec::new();
        let mut expected = ark_grumpkin::Projective::default();
        for (base, scalar, fixed) in terms {
            let base = if fixed { generator } else { generator * base };
            points.push(point(base));
            scalars.push(halves(scalar));
            expected += base * scalar;
        }
        prop_assert_eq!(multi_scalar_mul(&points, &scalars), Ok(point(expected)));
    }

    #[test]
    fn addition_agrees_with_arkworks(a in scalar(), b in scalar(), same in 0..3) {
        let generator = ark_grumpkin::Projective::generator();
        let a = generator * a;
        let b = match same { 0 => generator * b, 1 => a, _ => -a };
        let zero = ark_grumpkin::Projective::default();
        let expected = if a == zero || b == zero {
            Err(BlackBoxError::InfiniteInput)
        } else {
            Ok(point(a + b))
        };
        prop_assert_eq!(embedded_curve_add(&point(a), &point(b)), expected);
    }

    #[test]
    fn permutation_agrees_with_primitives(
        a in element(), b in element(), c in element(), d in element(),
    ) {
        let ours = poseidon2_permutation([a, b, c, d]);
        let theirs = pixie_primitives::hash::poseidon2::permute([a, b, c, d].map(Into::into));
        prop_assert_eq!(ours, theirs.map(Fe::from));
        prop_assert_eq!(poseidon2_lazy::permute([a, b, c, d]), ours);
    }

    #[test]
    fn digits_make_up_the_number(value in element(), radix in 2u32..=256, limbs in 1u32..260) {
        let base = BigInt::<4>::from(radix);
        match to_be_radix(value, radix, limbs, false) {
            Ok(digits) => {
                prop_assert_eq!(digits.len(), limbs as usize);
                let mut sum = Fe::ZERO;
                for digit in digits {
                    prop_assert!(u32::from(digit) < radix);
                    sum = sum * Fe::from_canonical_limbs(base.0) + Fe::from_u64(u64::from(digit));
                }
                prop_assert_eq!(sum, value);
            }
            Err(error) => {
                prop_assert_eq!(error, BlackBoxError::Decomposition { limbs });
                let digits_needed = f64::from(value.num_bits()) / f64::from(radix).log2();
                prop_assert!(digits_needed + 1.0 > f64::from(limbs));
            }
        }
    }

    #[test]
    fn bitwise_operations_agree_with_integers(a: u128, b: u128, bits in 0u32..=254) {
        let mask = if bits >= 128 { u128::MAX } else { (1 << bits) - 1 };
        let (x, y) = (Fe::from_u128(a), Fe::from_u128(b));
        prop_assert_eq!(bit_and(x, y, bits), Fe::from_u128(a & b & mask));
        prop_assert_eq!(bit_xor(x, y, bits), Fe::from_u128((a ^ b) & mask));
    }
}
