//! Black box functions of circuits.

use super::error::FailureKind;
use super::witness::WitnessTable;
use crate::Fe;
use crate::blackbox::{self, BlackBoxError, BlackBoxFunction, CurvePoint};
use crate::ir::{BlackBoxCall, FunctionInput, Witness};

/// The result of a disabled operation on the curve.
const DISABLED_POINT: CurvePoint = [Fe::ZERO, Fe::ZERO, Fe::ONE];

/// Runs a function and sets its results.
pub(super) fn run(call: &BlackBoxCall, witness: &mut WitnessTable) -> Result<(), FailureKind> {
    match call {
        BlackBoxCall::Poseidon2Permutation { inputs, outputs } => {
            let [a, b, c, d] = inputs.as_slice() else {
                return Err(length(
                    BlackBoxFunction::Poseidon2Permutation,
                    4,
                    inputs.len(),
                ));
            };
            let state = [
                value(witness, a)?,
                value(witness, b)?,
                value(witness, c)?,
                value(witness, d)?,
            ];
            write(witness, outputs, blackbox::poseidon2_permutation(state))
        }
        BlackBoxCall::Range { input, num_bits } => {
            if value(witness, input)?.num_bits() > *num_bits {
                return Err(FailureKind::UnsatisfiedConstraint);
            }
            Ok(())
        }
        BlackBoxCall::And {
            lhs,
            rhs,
            num_bits,
            output,
        } => {
            let (a, b) = operands(witness, BlackBoxFunction::And, lhs, rhs, *num_bits)?;
            write(witness, &[*output], [blackbox::bit_and(a, b, *num_bits)])
        }
        BlackBoxCall::Xor {
            lhs,
            rhs,
            num_bits,
            output,
        } => {
            let (a, b) = operands(witness, BlackBoxFunction::Xor, lhs, rhs, *num_bits)?;
            write(witness, &[*output], [blackbox::bit_xor(a, b, *num_bits)])
        }
        BlackBoxCall::Aes128Encrypt {
            inputs,
            iv,
            key,
            outputs,
        } => {
            const FUNCTION: BlackBoxFunction = BlackBoxFunction::Aes128Encrypt;
            let plaintext = bytes(witness, FUNCTION, inputs)?;
            let iv = fixed(FUNCTION, bytes(witness, FUNCTION, iv)?)?;
            let key = fixed(FUNCTION, bytes(witness, FUNCTION, key)?)?;
            let ciphertext = blackbox::aes128_encrypt(&plaintext, iv, key)?;
            write_bytes(witness, outputs, &ciphertext)
        }
        BlackBoxCall::Blake2s { inputs, outputs } => {
            let digest = blackbox::blake2s(&low_bytes(witness, inputs)?);
            write_bytes(witness, outputs, &digest)
        }
        BlackBoxCall::Blake3 { inputs, outputs } => {
            let digest = blackbox::blake3(&low_bytes(witness, inputs)?);
            write_bytes(witness, outputs, &digest)
        }
        BlackBoxCall::Ecdsa {
            curve,
            public_key_x,
            public_key_y,
            signature,
            hashed_message,
            predicate,
            output,
        } => {
            const FUNCTION: BlackBoxFunction = BlackBoxFunction::Ecdsa;
            let x = fixed(FUNCTION, bytes(witness, FUNCTION, public_key_x)?)?;
            let y = fixed(FUNCTION, bytes(witness, FUNCTION, public_key_y)?)?;
            let signature = fixed(FUNCTION, bytes(witness, FUNCTION, signature)?)?;
            let hash = fixed(FUNCTION, bytes(witness, FUNCTION, hashed_message)?)?;
            let valid = !value(witness, predicate)?.is_one()
                || blackbox::ecdsa_verify(*curve, &hash, &x, &y, &signature)?;
            write(witness, &[*output], [Fe::from(valid)])
        }
        BlackBoxCall::MultiScalarMul {
            points,
            scalars,
            predicate,
            outputs,
        } => {
            let points = group::<3>(witness, points)?;
            let scalars = group::<2>(witness, scalars)?;
            let sum = if value(witness, predicate)?.is_one() {
                blackbox::multi_scalar_mul(&points, &scalars)?
            } else {
                DISABLED_POINT
            };
            write(witness, outputs, sum)
        }
        BlackBoxCall::EmbeddedCurveAdd {
            input1,
            input2,
            predicate,
            outputs,
        } => {
            let [a, b] = [point(witness, input1)?, point(witness, input2)?];
            let sum = if value(witness, predicate)?.is_one() {
                blackbox::embedded_curve_add(&a, &b)?
            } else {
                DISABLED_POINT
            };
            write(witness, outputs, sum)
        }
        BlackBoxCall::Keccakf1600 { inputs, outputs } => {
            const FUNCTION: BlackBoxFunction = BlackBoxFunction::Keccakf1600;
            let lanes = inputs
                .iter()
                .map(|input| {
                    value(witness, input)?
                        .to_u64()
                        .ok_or_else(|| width(FUNCTION, 64))
                })
                .collect::<Result<Vec<_>, _>>()?;
            let state = blackbox::keccakf1600(fixed(FUNCTION, lanes)?);
            write(witness, outputs, state.into_iter().map(Fe::from_u64))
        }
        BlackBoxCall::Sha256Compression {
            inputs,
            hash_values,
            outputs,
        } => {
            const FUNCTION: BlackBoxFunction = BlackBoxFunction::Sha256Compression;
            let block = fixed(FUNCTION, words(witness, FUNCTION, inputs)?)?;
            let state = fixed(FUNCTION, words(witness, FUNCTION, hash_values)?)?;
            let state = blackbox::sha256_compression(state, block);
            write(
                witness,
                outputs,
                state.into_iter().map(|word| Fe::from_u64(u64::from(word))),
            )
        }
        BlackBoxCall::RecursiveAggregation => Ok(()),
    }
}

fn length(function: BlackBoxFunction, expected: usize, actual: usize) -> FailureKind {
    BlackBoxError::Length {
        function,
        expected,
        actual,
    }
    .into()
}

fn width(function: BlackBoxFunction, bits: u32) -> FailureKind {
    BlackBoxError::Width { function, bits }.into()
}

fn value(witness: &WitnessTable, input: &FunctionInput) -> Result<Fe, FailureKind> {
    match input {
        FunctionInput::Constant(value) => Ok(*value),
        FunctionInput::Witness(index) => witness
            .get(*index)
            .ok_or(FailureKind::MissingWitness(index.0)),
    }
}

fn operands(
    witness: &WitnessTable,
    function: BlackBoxFunction,
    lhs: &FunctionInput,
    rhs: &FunctionInput,
    num_bits: u32,
) -> Result<(Fe, Fe), FailureKind> {
    let (a, b) = (value(witness, lhs)?, value(witness, rhs)?);
    if a.num_bits() > num_bits || b.num_bits() > num_bits {
        return Err(width(function, num_bits));
    }
    Ok((a, b))
}

fn bytes(
    witness: &WitnessTable,
    function: BlackBoxFunction,
    inputs: &[FunctionInput],
) -> Result<Vec<u8>, FailureKind> {
    inputs
        .iter()
        .map(|input| {
            let byte = value(witness, input)?
                .to_u64()
                .and_then(|byte| u8::try_from(byte).ok());
            byte.ok_or_else(|| width(function, 8))
        })
        .collect()
}

/// The low byte of each value.
fn low_bytes(witness: &WitnessTable, inputs: &[FunctionInput]) -> Result<Vec<u8>, FailureKind> {
    inputs
        .iter()
        .map(|input| Ok(value(witness, input)?.to_limbs()[0] as u8))
        .collect()
}

fn words(
    witness: &WitnessTable,
    function: BlackBoxFunction,
    inputs: &[FunctionInput],
) -> Result<Vec<u32>, FailureKind> {
    inputs
        .iter()
        .map(|input| {
            let word = value(witness, input)?
                .to_u64()
                .and_then(|word| u32::try_from(word).ok());
            word.ok_or_else(|| width(function, 32))
        })
        .collect()
}

fn group<const N: usize>(
    witness: &WitnessTable,
    inputs: &[FunctionInput],
) -> Result<Vec<[Fe; N]>, FailureKind> {
    let values = inputs
        .iter()
        .map(|input| value(witness, input))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(values.as_chunks::<N>().0.to_vec())
}

fn point(witness: &WitnessTable, inputs: &[FunctionInput; 3]) -> Result<CurvePoint, FailureKind> {
    let [x, y, infinite] = inputs;
    Ok([
        value(witness, x)?,
        value(witness, y)?,
        value(witness, infinite)?,
    ])
}

fn fixed<T, const N: usize>(
    function: BlackBoxFunction,
    values: Vec<T>,
) -> Result<[T; N], FailureKind> {
    let actual = values.len();
    values.try_into().map_err(|_| length(function, N, actual))
}

fn write(
    witness: &mut WitnessTable,
    outputs: &[Witness],
    values: impl IntoIterator<Item = Fe>,
) -> Result<(), FailureKind> {
    for (output, value) in outputs.iter().zip(values) {
        if !witness.insert(output.0, value) {
            return Err(FailureKind::UnsatisfiedConstraint);
        }
    }
    Ok(())
}

fn write_bytes(
    witness: &mut WitnessTable,
    outputs: &[Witness],
    bytes: &[u8],
) -> Result<(), FailureKind> {
    write(
        witness,
        outputs,
        bytes.iter().map(|byte| Fe::from_u64(u64::from(*byte))),
    )
}
