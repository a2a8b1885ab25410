use ark_ec::{AffineRepr as _, CurveGroup as _, PrimeGroup as _};
use ark_ff::{BigInt, PrimeField as _};
use proptest::prelude::*;

use crate::grumpkin::{Affine, add, multi_scalar_mul};
use crate::{Fq, Fr};

/// Scalars, the smallest and the greatest among them.
fn scalar() -> impl Strategy<Value = Fq> {
    prop_oneof![
        3 => any::<[u64; 4]>().prop_map(Fq::from_limbs_reduced),
        1 => any::<u64>().prop_map(Fq::from),
        1 => (0u64..3).prop_map(Fq::from),
        1 => (1u64..3).prop_map(|n| -Fq::from(n)),
    ]
}

fn ours(point: ark_grumpkin::Projective) -> Option<Affine> {
    let (x, y) = point.into_affine().xy()?;
    Some(Affine {
        x: Fr::from_ark(x),
        y: Fr::from_ark(y),
    })
}

fn times(point: ark_grumpkin::Projective, scalar: Fq) -> ark_grumpkin::Projective {
    point.mul_bigint(scalar.limbs())
}

#[test]
fn the_generator_is_the_backends() {
    let generator = ark_grumpkin::Projective::generator();
    assert_eq!(ours(generator), Some(Affine::GENERATOR));
    assert!(Affine::GENERATOR.is_on_curve());
    // The order of the group takes it to infinity.
    let order = <ark_grumpkin::Fr as ark_ff::PrimeField>::MODULUS;
    let BigInt(limbs) = order;
    assert_eq!(multi_scalar_mul(&[(Affine::GENERATOR, limbs)]), None);
    assert_eq!(ark_grumpkin::Fr::from_bigint(order), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn multiplication_is_the_backends(
        terms in proptest::collection::vec((scalar(), scalar(), any::<bool>()), 0..4),
    ) {
        let generator = ark_grumpkin::Projective::generator();
        let mut taken = Vec::new();
        let mut expected = ark_grumpkin::Projective::default();
        for (base, scalar, is_fixed) in terms {
            let base = if is_fixed { generator } else { times(generator, base) };
            taken.extend(ours(base).map(|point| (point, scalar.limbs())));
            expected += times(base, scalar);
        }
        prop_assert_eq!(multi_scalar_mul(&taken), ours(expected));
    }

    #[test]
    fn addition_is_the_backends(a in scalar(), b in scalar(), same in 0..3) {
        let generator = ark_grumpkin::Projective::generator();
        let a = times(generator, a);
        let b = match same { 0 => times(generator, b), 1 => a, _ => -a };
        if let (Some(x), Some(y)) = (ours(a), ours(b)) {
            prop_assert!(x.is_on_curve() && y.is_on_curve());
            prop_assert_eq!(add(&x, &y), ours(a + b));
        }
    }
}
