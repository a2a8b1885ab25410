//! ECDSA verification over secp256k1 and secp256r1.

use super::BlackBoxError;
use crate::ir::EcdsaCurve;
use ::ecdsa::{EcdsaCurve as Parameters, Signature, SignatureSize};
use k256::elliptic_curve::{
    AffinePoint, CurveArithmetic, FieldBytes, FieldBytesSize, ProjectivePoint, PublicKey, Scalar,
    array::ArraySize,
    bigint::U256,
    ff::Field as _,
    group::{Curve as _, Group as _},
    ops::Reduce,
    point::AffineCoordinates,
    scalar::IsHigh,
    sec1::{FromSec1Point, ModulusSize, Sec1Point, ToSec1Point},
};

/// Whether the signature (r and s, 32 big-endian bytes each) is valid.
///
/// A high s makes it invalid; a hash above the group's order is reduced.
///
/// # Errors
/// If r or s is zero or not below the group's order, or the public key is not on the curve.
pub fn verify(
    curve: EcdsaCurve,
    hashed_message: &[u8; 32],
    public_key_x: &[u8; 32],
    public_key_y: &[u8; 32],
    signature: &[u8; 64],
) -> Result<bool, BlackBoxError> {
    match curve {
        EcdsaCurve::Secp256k1 => {
            check::<k256::Secp256k1>(hashed_message, public_key_x, public_key_y, signature)
        }
        EcdsaCurve::Secp256r1 => {
            check::<p256::NistP256>(hashed_message, public_key_x, public_key_y, signature)
        }
    }
}

fn check<C>(
    hashed_message: &[u8; 32],
    public_key_x: &[u8; 32],
    public_key_y: &[u8; 32],
    signature: &[u8; 64],
) -> Result<bool, BlackBoxError>
where
    C: Parameters + CurveArithmetic,
    SignatureSize<C>: ArraySize,
    FieldBytesSize<C>: ModulusSize,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C> + AffineCoordinates,
    FieldBytes<C>: From<[u8; 32]>,
    Scalar<C>: Reduce<U256> + IsHigh,
{
    let signature = Signature::<C>::try_from(signature.as_slice())
        .map_err(|_| BlackBoxError::SignatureRange)?;
    let point = Sec1Point::<C>::from_affine_coordinates(
        &FieldBytes::<C>::from(*public_key_x),
        &FieldBytes::<C>::from(*public_key_y),
        false,
    );
    let public_key = Option::<PublicKey<C>>::from(PublicKey::<C>::from_sec1_point(&point))
        .ok_or(BlackBoxError::PublicKey)?;
    let (r, s) = (signature.r(), signature.s());
    if s.is_high().into() {
        return Ok(false);
    }
    let z = <Scalar<C> as Reduce<U256>>::reduce(&U256::from_be_slice(hashed_message));
    let s_inverse =
        Option::<Scalar<C>>::from(s.as_ref().invert()).ok_or(BlackBoxError::SignatureRange)?;
    let nonce_point = (ProjectivePoint::<C>::generator() * (z * s_inverse)
        + ProjectivePoint::<C>::from(*public_key.as_affine()) * (*r.as_ref() * s_inverse))
        .to_affine();
    let encoded = nonce_point.to_sec1_point(false);
    let Some(x) = encoded.x() else {
        return Ok(false);
    };
    Ok(<Scalar<C> as Reduce<U256>>::reduce(&U256::from_be_slice(x)) == *r.as_ref())
}
