use proptest::prelude::*;

use super::*;

fn scalar(bytes: [u8; 64]) -> Fq {
    Fq::from_be_bytes_reduced(&bytes)
}

prop_compose! {
    fn any_bytes64()(low: [u8; 32], high: [u8; 32]) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&high);
        bytes[32..].copy_from_slice(&low);
        bytes
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn forms_round_trip(bytes in any_bytes64()) {
        let point = Point::GENERATOR * scalar(bytes);
        prop_assert_eq!(Point::from_bytes(&point.to_bytes()), Ok(point));
        prop_assert_eq!(Point::from_fields(&point.to_fields()), Ok(point));
        prop_assert_eq!(Point::from_compressed(&point.to_compressed()), Ok(point));
        prop_assert_eq!(point.to_string().parse(), Ok(point));
        let json = serde_json::to_string(&point).unwrap();
        prop_assert_eq!(serde_json::from_str::<Point>(&json).unwrap(), point);
    }

    #[test]
    fn the_group_law_holds(a in any_bytes64(), b in any_bytes64()) {
        let (a, b) = (scalar(a), scalar(b));
        let (pa, pb) = (Point::GENERATOR * a, Point::GENERATOR * b);
        prop_assert_eq!(pa + pb, Point::GENERATOR * (a + b));
        prop_assert_eq!(pa * b, pb * a);
        prop_assert_eq!(pa + -pa, Point::INFINITY);
        prop_assert_eq!(multi_scalar_mul(&[(pa, b), (pb, a)]), Point::GENERATOR * (a * b + a * b));
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), compressed: [u8; 32]) {
        let _ = Point::from_bytes(&bytes);
        if let Ok(point) = Point::from_compressed(&compressed) {
            prop_assert_eq!(Point::new(point.x(), point.y()), Ok(point));
        }
    }
}

#[test]
fn neutral_elements() {
    let g = Point::GENERATOR;
    assert_eq!(Point::new(g.x(), g.y()), Ok(g));
    assert_eq!(g + Point::EMPTY, g);
    assert_eq!(g + Point::INFINITY, g);
    assert_eq!(mul_generator(Fq::ZERO), Point::INFINITY);
    assert_eq!(g * Fq::ONE, g);
    assert_eq!(g + g, g * Fq::from(2u8));
    for point in [Point::EMPTY, Point::INFINITY] {
        assert_eq!(Point::from_fields(&point.to_fields()), Ok(point));
        assert_eq!(Point::from_bytes(&point.to_bytes()), Ok(Point::EMPTY));
    }
}

#[test]
fn coordinates_off_the_curve_are_refused() {
    let x = Fr::ONE;
    let not_on_curve = Err(PointError::NotOnCurve { x, y: x });
    assert_eq!(Point::new(x, x), not_on_curve);
    assert!(Point::from_fields(&[x, x, Fr::ZERO]).is_err());
    assert!(Point::from_fields(&[x, Point::GENERATOR.y(), Fr::ONE]).is_err());
    assert!(Point::from_fields(&[Fr::ZERO, Fr::ZERO, Fr::from(2u8)]).is_err());
    assert!("0x01".parse::<Point>().is_err());
    assert!(serde_json::from_str::<Point>("\"0xzz\"").is_err());
    // 3 is no x coordinate: 27 − 17 = 10 is no square.
    let no_such_x = Fr::from(3u8);
    assert!(right_hand_side(no_such_x).sqrt().is_none());
    assert_eq!(
        Point::from_x_and_sign(no_such_x, true),
        Err(PointError::NoSuchX { x: no_such_x })
    );
}
