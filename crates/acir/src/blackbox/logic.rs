//! Bitwise operations and digits of field elements.

use super::BlackBoxError;
use crate::Fe;

/// Bitwise and of the low `num_bits` bits.
#[must_use]
pub fn bit_and(lhs: Fe, rhs: Fe, num_bits: u32) -> Fe {
    bitwise(lhs, rhs, num_bits, |a, b| a & b)
}

/// Bitwise exclusive or of the low `num_bits` bits.
#[must_use]
pub fn bit_xor(lhs: Fe, rhs: Fe, num_bits: u32) -> Fe {
    bitwise(lhs, rhs, num_bits, |a, b| a ^ b)
}

fn bitwise(lhs: Fe, rhs: Fe, num_bits: u32, op: fn(u64, u64) -> u64) -> Fe {
    let (a, b) = (lhs.to_limbs(), rhs.to_limbs());
    let mut result = [0u64; 4];
    for (index, limb) in result.iter_mut().enumerate() {
        let below = (num_bits as usize).saturating_sub(64 * index).min(64);
        let mask = if below == 64 {
            u64::MAX
        } else {
            (1 << below) - 1
        };
        *limb = op(a[index] & mask, b[index] & mask);
    }
    Fe::from_limbs_reduced(result)
}

/// The digits of a number, most significant first.
///
/// # Errors
/// [`BlackBoxError::Radix`] and [`BlackBoxError::Decomposition`].
pub fn to_be_radix(
    input: Fe,
    radix: u32,
    limbs: u32,
    output_bits: bool,
) -> Result<Vec<u8>, BlackBoxError> {
    if !(2..=256).contains(&radix) || (output_bits && radix != 2) {
        return Err(BlackBoxError::Radix(radix));
    }
    let mut value = input.to_limbs();
    let mut digits = vec![0u8; limbs as usize];
    if radix.is_power_of_two() {
        let bits = radix.trailing_zeros();
        for (position, digit) in digits.iter_mut().rev().enumerate() {
            let start = position as u64 * u64::from(bits);
            if start >= 256 {
                break;
            }
            let (word, shift) = ((start / 64) as usize, start % 64);
            let mut window = value[word] >> shift;
            if shift + u64::from(bits) > 64 && word < 3 {
                window |= value[word + 1] << (64 - shift);
            }
            *digit = (window & u64::from(radix - 1)) as u8;
        }
        let consumed = u64::from(limbs) * u64::from(bits);
        if u64::from(input.num_bits()) > consumed {
            return Err(BlackBoxError::Decomposition { limbs });
        }
        return Ok(digits);
    }
    for digit in digits.iter_mut().rev() {
        *digit = divide_small(&mut value, radix) as u8;
    }
    if value != [0; 4] {
        return Err(BlackBoxError::Decomposition { limbs });
    }
    Ok(digits)
}

/// Divides in place and returns the remainder.
fn divide_small(value: &mut [u64; 4], divisor: u32) -> u32 {
    let divisor = u64::from(divisor);
    let mut remainder = 0u64;
    for limb in value.iter_mut().rev() {
        let high = (remainder << 32) | (*limb >> 32);
        let low = ((high % divisor) << 32) | (*limb & 0xffff_ffff);
        *limb = ((high / divisor) << 32) | (low / divisor);
        remainder = low % divisor;
    }
    remainder as u32
}
