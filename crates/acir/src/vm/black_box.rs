//! Black box functions of unconstrained code.

use super::{Fuel, Machine, Slot, VmFault, type_fault};
use crate::Fe;
use crate::blackbox::{self, BlackBoxError, BlackBoxFunction, CurvePoint};
use crate::field::FIELD_BITS;
use crate::ir::{BrilligBlackBox, HeapArray, IntegerSize, MemoryAddress};

impl Machine {
    /// Runs a function.
    pub(super) fn black_box(
        &mut self,
        call: &BrilligBlackBox,
        fuel: &mut Fuel,
    ) -> Result<(), VmFault> {
        match call {
            BrilligBlackBox::Aes128Encrypt {
                inputs,
                iv,
                key,
                outputs,
            } => {
                const FUNCTION: BlackBoxFunction = BlackBoxFunction::Aes128Encrypt;
                fuel.spend(u64::from(inputs.size))?;
                let plaintext = self.bytes(inputs)?;
                let iv = fixed(FUNCTION, self.bytes(iv)?)?;
                let key = fixed(FUNCTION, self.bytes(key)?)?;
                let ciphertext = blackbox::aes128_encrypt(&plaintext, iv, key)?;
                self.write_bytes(FUNCTION, outputs, &ciphertext)
            }
            BrilligBlackBox::Blake2s { message, output } => {
                fuel.spend(u64::from(message.size))?;
                let digest = blackbox::blake2s(&self.bytes(message)?);
                self.write_bytes(BlackBoxFunction::Blake2s, output, &digest)
            }
            BrilligBlackBox::Blake3 { message, output } => {
                fuel.spend(u64::from(message.size))?;
                let digest = blackbox::blake3(&self.bytes(message)?);
                self.write_bytes(BlackBoxFunction::Blake3, output, &digest)
            }
            BrilligBlackBox::Keccakf1600 { input, output } => {
                const FUNCTION: BlackBoxFunction = BlackBoxFunction::Keccakf1600;
                fuel.spend(100)?;
                let lanes = self.integers(input, IntegerSize::U64)?;
                let lanes = lanes.iter().map(|lane| *lane as u64).collect();
                let state = blackbox::keccakf1600(fixed(FUNCTION, lanes)?);
                let slots = state
                    .iter()
                    .map(|lane| Slot::integer(IntegerSize::U64, u128::from(*lane)));
                self.write_array_exactly(FUNCTION, output, slots)
            }
            BrilligBlackBox::Ecdsa {
                curve,
                hashed_msg,
                public_key_x,
                public_key_y,
                signature,
                result,
            } => {
                const FUNCTION: BlackBoxFunction = BlackBoxFunction::Ecdsa;
                fuel.spend(20_000)?;
                let valid = blackbox::ecdsa_verify(
                    *curve,
                    &fixed(FUNCTION, self.bytes(hashed_msg)?)?,
                    &fixed(FUNCTION, self.bytes(public_key_x)?)?,
                    &fixed(FUNCTION, self.bytes(public_key_y)?)?,
                    &fixed(FUNCTION, self.bytes(signature)?)?,
                )?;
                let index = self.resolve_ir(*result);
                self.memory.write(index, Slot::boolean(valid))
            }
            BrilligBlackBox::MultiScalarMul {
                points,
                scalars,
                outputs,
            } => {
                const FUNCTION: BlackBoxFunction = BlackBoxFunction::MultiScalarMul;
                fuel.spend(5_000 * (1 + u64::from(points.size) / 3))?;
                let (points, rest) = self.points(points)?;
                let (scalars, scalar_rest) = groups::<2>(&self.fields(scalars)?);
                if rest != 0 || scalar_rest != 0 {
                    return Err(BlackBoxError::Length {
                        function: FUNCTION,
                        expected: points.len(),
                        actual: scalars.len(),
                    }
                    .into());
                }
                let sum = blackbox::multi_scalar_mul(&points, &scalars)?;
                self.write_point(FUNCTION, outputs, &sum)
            }
            BrilligBlackBox::EmbeddedCurveAdd {
                input1,
                input2,
                result,
            } => {
                fuel.spend(200)?;
                let sum = blackbox::embedded_curve_add(&self.point(input1)?, &self.point(input2)?)?;
                self.write_point(BlackBoxFunction::EmbeddedCurveAdd, result, &sum)
            }
            BrilligBlackBox::Poseidon2Permutation { message, output } => {
                const FUNCTION: BlackBoxFunction = BlackBoxFunction::Poseidon2Permutation;
                fuel.spend(200)?;
                let state = fixed(FUNCTION, self.fields(message)?)?;
                let state = blackbox::poseidon2_permutation(state);
                self.write_array_exactly(FUNCTION, output, state.into_iter().map(Slot::field))
            }
            BrilligBlackBox::Sha256Compression {
                input,
                hash_values,
                output,
            } => {
                const FUNCTION: BlackBoxFunction = BlackBoxFunction::Sha256Compression;
                fuel.spend(100)?;
                let words = |values: Vec<u128>| values.iter().map(|word| *word as u32).collect();
                let block = words(self.integers(input, IntegerSize::U32)?);
                let state = words(self.integers(hash_values, IntegerSize::U32)?);
                let state =
                    blackbox::sha256_compression(fixed(FUNCTION, state)?, fixed(FUNCTION, block)?);
                self.write_array_exactly(FUNCTION, output, state.into_iter().map(Slot::u32))
            }
            BrilligBlackBox::ToRadix {
                input,
                radix,
                output_pointer,
                num_limbs,
                output_bits,
            } => {
                let input = self.field_at(*input)?;
                let radix = self.u32_at(*radix)?;
                let limbs = self.u32_at(*num_limbs)?;
                let bits = self.memory.read(self.resolve_ir(*output_bits));
                let bits = bits.as_boolean().ok_or_else(|| type_fault(1, &bits))?;
                let start = self.pointer(self.resolve_ir(*output_pointer))?;
                self.memory.check_room(start, limbs as usize)?;
                fuel.spend(u64::from(limbs))?;
                let digits = blackbox::to_be_radix(input, radix, limbs, bits)?;
                self.memory.write_slice(
                    start,
                    digits.iter().map(|digit| {
                        if bits {
                            Slot::boolean(*digit != 0)
                        } else {
                            Slot::u8(*digit)
                        }
                    }),
                )
            }
        }
    }

    fn array(&self, array: &HeapArray) -> Result<&[Slot], VmFault> {
        let start = self.pointer(self.resolve_ir(array.pointer))?;
        self.memory.read_slice(start, array.size as usize)
    }

    fn integers(&self, array: &HeapArray, size: IntegerSize) -> Result<Vec<u128>, VmFault> {
        self.array(array)?
            .iter()
            .map(|slot| {
                slot.as_integer(size)
                    .ok_or_else(|| type_fault(size.bits(), slot))
            })
            .collect()
    }

    fn bytes(&self, array: &HeapArray) -> Result<Vec<u8>, VmFault> {
        Ok(self
            .integers(array, IntegerSize::U8)?
            .into_iter()
            .map(|byte| byte as u8)
            .collect())
    }

    fn fields(&self, array: &HeapArray) -> Result<Vec<Fe>, VmFault> {
        self.array(array)?
            .iter()
            .map(|slot| slot.as_field().ok_or_else(|| type_fault(FIELD_BITS, slot)))
            .collect()
    }

    fn field_at(&self, address: MemoryAddress) -> Result<Fe, VmFault> {
        let slot = self.memory.read(self.resolve_ir(address));
        slot.as_field().ok_or_else(|| type_fault(FIELD_BITS, &slot))
    }

    fn u32_at(&self, address: MemoryAddress) -> Result<u32, VmFault> {
        let slot = self.memory.read(self.resolve_ir(address));
        slot.as_u32().ok_or_else(|| type_fault(32, &slot))
    }

    fn point(&self, addresses: &[MemoryAddress; 3]) -> Result<CurvePoint, VmFault> {
        read_point(&addresses.map(|address| self.memory.read(self.resolve_ir(address))))
    }

    /// Points, and the number of values left over.
    fn points(&self, array: &HeapArray) -> Result<(Vec<CurvePoint>, usize), VmFault> {
        let (points, rest) = self.array(array)?.as_chunks::<3>();
        Ok((
            points.iter().map(read_point).collect::<Result<_, _>>()?,
            rest.len(),
        ))
    }

    fn write_point(
        &mut self,
        function: BlackBoxFunction,
        array: &HeapArray,
        point: &CurvePoint,
    ) -> Result<(), VmFault> {
        let [x, y, infinite] = *point;
        let slots = [
            Slot::field(x),
            Slot::field(y),
            Slot::boolean(infinite.is_one()),
        ];
        self.write_array_exactly(function, array, slots.into_iter())
    }

    fn write_bytes(
        &mut self,
        function: BlackBoxFunction,
        array: &HeapArray,
        bytes: &[u8],
    ) -> Result<(), VmFault> {
        self.write_array_exactly(function, array, bytes.iter().map(|byte| Slot::u8(*byte)))
    }

    fn write_array_exactly(
        &mut self,
        function: BlackBoxFunction,
        array: &HeapArray,
        slots: impl ExactSizeIterator<Item = Slot>,
    ) -> Result<(), VmFault> {
        if slots.len() != array.size as usize {
            return Err(BlackBoxError::Length {
                function,
                expected: array.size as usize,
                actual: slots.len(),
            }
            .into());
        }
        let start = self.pointer(self.resolve_ir(array.pointer))?;
        self.memory.write_slice(start, slots)
    }
}

/// A point: two field elements and a boolean.
fn read_point(slots: &[Slot; 3]) -> Result<CurvePoint, VmFault> {
    let coordinate = |slot: &Slot| slot.as_field().ok_or_else(|| type_fault(FIELD_BITS, slot));
    let infinite = slots[2]
        .as_boolean()
        .ok_or_else(|| type_fault(1, &slots[2]))?;
    Ok([
        coordinate(&slots[0])?,
        coordinate(&slots[1])?,
        Fe::from(infinite),
    ])
}

/// A vector as an array of the length that the function takes.
fn fixed<T, const N: usize>(
    function: BlackBoxFunction,
    values: Vec<T>,
) -> Result<[T; N], BlackBoxError> {
    let actual = values.len();
    values.try_into().map_err(|_| BlackBoxError::Length {
        function,
        expected: N,
        actual,
    })
}

/// Splits values into groups, and the number of values left over.
fn groups<const N: usize>(values: &[Fe]) -> (Vec<[Fe; N]>, usize) {
    let (groups, rest) = values.as_chunks::<N>();
    (groups.to_vec(), rest.len())
}
