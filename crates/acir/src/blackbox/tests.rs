use pixie_field::{Fq, grumpkin};
use proptest::prelude::*;

use super::*;

fn element() -> impl Strategy<Value = Fe> {
    any::<[u64; 4]>().prop_map(Fe::from_limbs_reduced)
}

fn halves(scalar: Fq) -> [Fe; 2] {
    [scalar.lo().into(), scalar.hi().into()]
}

fn point(point: Option<grumpkin::Affine>) -> CurvePoint {
    match point {
        Some(grumpkin::Affine { x, y }) => [x.into(), y.into(), Fe::ZERO],
        None => [Fe::ZERO, Fe::ZERO, Fe::ONE],
    }
}

fn multiple(scalar: Fq) -> CurvePoint {
    let generator = point(Some(grumpkin::Affine::GENERATOR));
    multi_scalar_mul(&[generator], &[halves(scalar)]).unwrap()
}

#[test]
fn points_and_scalars_that_circuits_refuse() {
    let generator = point(Some(grumpkin::Affine::GENERATOR));
    let infinity = point(None);
    assert_eq!(multiple(Fq::ZERO), infinity);
    assert_eq!(
        embedded_curve_add(&generator, &infinity),
        Err(BlackBoxError::InfiniteInput)
    );
    let one = halves(Fq::ONE);
    assert_eq!(multi_scalar_mul(&[infinity], &[one]), Ok(infinity));
    let [x, y, flag] = generator;
    let function = BlackBoxFunction::MultiScalarMul;
    let off_curve = Err(BlackBoxError::NotOnCurve {
        function,
        x: y,
        y: x,
    });
    assert_eq!(multi_scalar_mul(&[[y, x, flag]], &[one]), off_curve);
    let no_flag = Err(BlackBoxError::InfinityFlag { function });
    assert_eq!(
        multi_scalar_mul(&[[x, y, Fe::from_u64(2)]], &[one]),
        no_flag
    );
    assert!(multi_scalar_mul(&[generator], &[]).is_err());
    // The order of the group, which is no scalar, is one more than the greatest.
    let [low, high] = halves(-Fq::ONE);
    assert_eq!(
        multi_scalar_mul(&[generator], &[[low, high]]),
        Ok([x, -y, flag])
    );
    for scalar in [[low + Fe::ONE, high], [-Fe::ONE, high]] {
        let refused = multi_scalar_mul(&[generator], &[scalar]);
        assert_eq!(refused, Err(BlackBoxError::InvalidScalar));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sums_of_multiples_are_multiples_of_sums(a: u128, b: u128) {
        let (a, b) = (Fq::from(a), -Fq::from(b));
        let (x, y) = (multiple(a), multiple(b));
        let sum = multiple(a + b);
        if x != point(None) && y != point(None) {
            prop_assert_eq!(embedded_curve_add(&x, &y), Ok(sum));
        }
        let one = halves(Fq::ONE);
        prop_assert_eq!(multi_scalar_mul(&[x, y], &[one, one]), Ok(sum));
    }

    #[test]
    fn digits_make_up_the_number(value in element(), radix in 2u32..=256, limbs in 1u32..260) {
        match to_be_radix(value, radix, limbs, false) {
            Ok(digits) => {
                prop_assert_eq!(digits.len(), limbs as usize);
                let mut sum = Fe::ZERO;
                for digit in digits {
                    prop_assert!(u32::from(digit) < radix);
                    sum = sum * Fe::from_u64(u64::from(radix)) + Fe::from_u64(u64::from(digit));
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
