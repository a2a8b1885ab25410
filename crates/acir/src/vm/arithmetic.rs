//! Arithmetic of unconstrained functions.

use super::{Slot, VmFault, type_fault};
use crate::Fe;
use crate::ir::{BinaryFieldOp, BinaryIntOp, IntegerSize};

/// An operation on integers of at most 64 bits: the type of the result and the result.
#[inline]
pub(super) fn small(
    op: BinaryIntOp,
    size: IntegerSize,
    lhs: &Slot,
    rhs: &Slot,
) -> Result<(IntegerSize, u64), VmFault> {
    let a = lhs
        .as_small(size)
        .ok_or_else(|| type_fault(size.bits(), lhs))?;
    let b = rhs
        .as_small(size)
        .ok_or_else(|| type_fault(size.bits(), rhs))?;
    let mask = size.max() as u64;
    let value = match op {
        BinaryIntOp::Add => a.wrapping_add(b) & mask,
        BinaryIntOp::Sub => a.wrapping_sub(b) & mask,
        BinaryIntOp::Mul => a.wrapping_mul(b) & mask,
        BinaryIntOp::Div => a.checked_div(b).ok_or(VmFault::DivisionByZero)?,
        BinaryIntOp::And => a & b,
        BinaryIntOp::Or => a | b,
        BinaryIntOp::Xor => a ^ b,
        BinaryIntOp::Shl | BinaryIntOp::Shr if b >= u64::from(size.bits()) => {
            return Err(VmFault::Shift {
                by: u128::from(b),
                bits: size.bits(),
            });
        }
        BinaryIntOp::Shl => (a << b) & mask,
        BinaryIntOp::Shr => a >> b,
        BinaryIntOp::Equals => return Ok((IntegerSize::U1, u64::from(a == b))),
        BinaryIntOp::LessThan => return Ok((IntegerSize::U1, u64::from(a < b))),
        BinaryIntOp::LessThanEquals => return Ok((IntegerSize::U1, u64::from(a <= b))),
    };
    Ok((size, value))
}

/// An operation on integers of 128 bits.
pub(super) fn wide(op: BinaryIntOp, lhs: &Slot, rhs: &Slot) -> Result<Slot, VmFault> {
    const SIZE: IntegerSize = IntegerSize::U128;
    let a = lhs.as_integer(SIZE).ok_or_else(|| type_fault(128, lhs))?;
    let b = rhs.as_integer(SIZE).ok_or_else(|| type_fault(128, rhs))?;
    let value = match op {
        BinaryIntOp::Add => a.wrapping_add(b),
        BinaryIntOp::Sub => a.wrapping_sub(b),
        BinaryIntOp::Mul => a.wrapping_mul(b),
        BinaryIntOp::Div => a.checked_div(b).ok_or(VmFault::DivisionByZero)?,
        BinaryIntOp::And => a & b,
        BinaryIntOp::Or => a | b,
        BinaryIntOp::Xor => a ^ b,
        BinaryIntOp::Shl | BinaryIntOp::Shr if b >= 128 => {
            return Err(VmFault::Shift { by: b, bits: 128 });
        }
        BinaryIntOp::Shl => a << b,
        BinaryIntOp::Shr => a >> b,
        BinaryIntOp::Equals => return Ok(Slot::boolean(a == b)),
        BinaryIntOp::LessThan => return Ok(Slot::boolean(a < b)),
        BinaryIntOp::LessThanEquals => return Ok(Slot::boolean(a <= b)),
    };
    Ok(Slot::integer(IntegerSize::U128, value))
}

/// An operation on field elements.
#[inline]
pub(super) fn field(op: BinaryFieldOp, lhs: &Slot, rhs: &Slot) -> Result<Slot, VmFault> {
    const BITS: u32 = crate::field::FIELD_BITS;
    let a = lhs.as_field().ok_or_else(|| type_fault(BITS, lhs))?;
    let b = rhs.as_field().ok_or_else(|| type_fault(BITS, rhs))?;
    Ok(match op {
        BinaryFieldOp::Add => Slot::field(a + b),
        BinaryFieldOp::Sub => Slot::field(a - b),
        BinaryFieldOp::Mul => Slot::field(a * b),
        BinaryFieldOp::Div => Slot::field(divide(a, b)?),
        BinaryFieldOp::IntegerDiv => Slot::field(integer_divide(a, b)?),
        BinaryFieldOp::Equals => Slot::boolean(a == b),
        BinaryFieldOp::LessThan => Slot::boolean(a < b),
        BinaryFieldOp::LessThanEquals => Slot::boolean(a <= b),
    })
}

fn divide(a: Fe, b: Fe) -> Result<Fe, VmFault> {
    if b.is_one() {
        return Ok(a);
    }
    let inverse = b.inverse().ok_or(VmFault::DivisionByZero)?;
    Ok(if a.is_one() { inverse } else { a * inverse })
}

/// Division of the integers that the elements stand for.
fn integer_divide(a: Fe, b: Fe) -> Result<Fe, VmFault> {
    if b.is_zero() {
        return Err(VmFault::DivisionByZero);
    }
    if let (Some(a), Some(b)) = (a.to_u128(), b.to_u128()) {
        return a
            .checked_div(b)
            .map(Fe::from_u128)
            .ok_or(VmFault::DivisionByZero);
    }
    let (dividend, divisor) = (a.to_limbs(), b.to_limbs());
    let shift = a.num_bits().saturating_sub(b.num_bits());
    let mut remainder = dividend;
    let mut quotient = [0u64; 4];
    for bit in (0..=shift).rev() {
        let shifted = shift_left(&divisor, bit);
        if let Some(rest) = subtract(&remainder, &shifted) {
            remainder = rest;
            quotient[(bit / 64) as usize] |= 1 << (bit % 64);
        }
    }
    Ok(Fe::from_limbs_reduced(quotient))
}

fn shift_left(value: &[u64; 4], by: u32) -> [u64; 4] {
    let (words, bits) = ((by / 64) as usize, by % 64);
    let mut result = [0u64; 4];
    for index in words..4 {
        let low = value[index - words] << bits;
        let carry = match index.checked_sub(words + 1) {
            Some(below) if bits > 0 => value[below] >> (64 - bits),
            _ => 0,
        };
        result[index] = low | carry;
    }
    result
}

fn subtract(a: &[u64; 4], b: &[u64; 4]) -> Option<[u64; 4]> {
    let mut result = [0u64; 4];
    let mut borrow = false;
    for index in 0..4 {
        let (difference, first) = a[index].overflowing_sub(b[index]);
        let (difference, second) = difference.overflowing_sub(u64::from(borrow));
        result[index] = difference;
        borrow = first || second;
    }
    (!borrow).then_some(result)
}
