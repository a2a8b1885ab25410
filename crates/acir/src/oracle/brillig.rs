//! Unconstrained functions in the types of `acvm`.

use super::{EMBEDDED_CURVE_ADD, MULTI_SCALAR_MUL, OracleError, to_acvm};
use crate::Fe;
use crate::ir::{
    BinaryFieldOp, BinaryIntOp, BitSize, BrilligBlackBox, BrilligFunction, BrilligOpcode,
    EcdsaCurve, HeapArray, HeapValueType, HeapVector, IntegerSize, MemoryAddress, ValueOrArray,
};
use acvm::FieldElement;
use acvm::acir::brillig as target;
use acvm::acir::brillig::lengths::{SemanticLength, SemiFlattenedLength};
use acvm::acir::circuit::brillig::BrilligBytecode;

type Opcode = target::Opcode<FieldElement>;

/// Translates a function, instruction by instruction.
pub(super) fn function(
    from: &BrilligFunction,
) -> Result<BrilligBytecode<FieldElement>, OracleError> {
    let bytecode = from.bytecode.iter().map(opcode).collect::<Result<_, _>>()?;
    Ok(BrilligBytecode {
        function_name: from.name.clone(),
        bytecode,
    })
}

/// A function that hands its arguments, arrays of the given sizes, to a foreign call and returns the
/// three values of the answer.
pub(super) fn foreign_call_function(name: &str, sizes: &[u32]) -> BrilligBytecode<FieldElement> {
    const ARGUMENTS: u32 = 100;
    let slot = target::MemoryAddress::Direct;
    let set = |destination: u32, value: u32| Opcode::Const {
        destination: slot(destination),
        bit_size: target::BitSize::Integer(target::IntegerBitSize::U32),
        value: to_acvm(Fe::from_u64(u64::from(value))),
    };
    let count: u32 = sizes.iter().sum();
    let result = ARGUMENTS + count;
    let mut bytecode = vec![
        set(1, count),
        set(2, 0),
        Opcode::CalldataCopy {
            destination_address: slot(ARGUMENTS),
            size_address: slot(1),
            offset_address: slot(2),
        },
        set(3, result),
        set(4, 3),
    ];
    let mut inputs = Vec::new();
    let mut start = ARGUMENTS;
    for (size, pointer) in sizes.iter().zip(10..) {
        bytecode.push(set(pointer, start));
        inputs.push(target::ValueOrArray::HeapArray(target::HeapArray {
            pointer: slot(pointer),
            size: SemiFlattenedLength(*size),
        }));
        start += size;
    }
    let fields = |size: u32| target::HeapValueType::Array {
        value_types: vec![target::HeapValueType::Simple(target::BitSize::Field)],
        size: SemanticLength(size),
    };
    bytecode.push(Opcode::ForeignCall {
        function: name.to_owned(),
        destinations: vec![target::ValueOrArray::HeapArray(target::HeapArray {
            pointer: slot(3),
            size: SemiFlattenedLength(3),
        })],
        destination_value_types: vec![fields(3)],
        inputs,
        input_value_types: sizes.iter().map(|size| fields(*size)).collect(),
    });
    bytecode.push(Opcode::Stop {
        return_data: target::HeapVector {
            pointer: slot(3),
            size: slot(4),
        },
    });
    BrilligBytecode {
        function_name: name.to_owned(),
        bytecode,
    }
}

fn address(from: MemoryAddress) -> target::MemoryAddress {
    match from {
        MemoryAddress::Direct(slot) => target::MemoryAddress::Direct(slot),
        MemoryAddress::Relative(offset) => target::MemoryAddress::Relative(offset),
    }
}

fn integer_size(from: IntegerSize) -> target::IntegerBitSize {
    match from {
        IntegerSize::U1 => target::IntegerBitSize::U1,
        IntegerSize::U8 => target::IntegerBitSize::U8,
        IntegerSize::U16 => target::IntegerBitSize::U16,
        IntegerSize::U32 => target::IntegerBitSize::U32,
        IntegerSize::U64 => target::IntegerBitSize::U64,
        IntegerSize::U128 => target::IntegerBitSize::U128,
    }
}

fn bit_size(from: BitSize) -> target::BitSize {
    match from {
        BitSize::Field => target::BitSize::Field,
        BitSize::Integer(size) => target::BitSize::Integer(integer_size(size)),
    }
}

fn array(from: &HeapArray) -> target::HeapArray {
    target::HeapArray {
        pointer: address(from.pointer),
        size: SemiFlattenedLength(from.size),
    }
}

fn vector(from: &HeapVector) -> target::HeapVector {
    target::HeapVector {
        pointer: address(from.pointer),
        size: address(from.size),
    }
}

fn value_or_array(from: &ValueOrArray) -> target::ValueOrArray {
    match from {
        ValueOrArray::Value(slot) => target::ValueOrArray::MemoryAddress(address(*slot)),
        ValueOrArray::Array(from) => target::ValueOrArray::HeapArray(array(from)),
        ValueOrArray::Vector(from) => target::ValueOrArray::HeapVector(vector(from)),
    }
}

fn value_type(from: &HeapValueType) -> target::HeapValueType {
    match from {
        HeapValueType::Simple(size) => target::HeapValueType::Simple(bit_size(*size)),
        HeapValueType::Array { value_types, size } => target::HeapValueType::Array {
            value_types: value_types.iter().map(value_type).collect(),
            size: SemanticLength(*size),
        },
        HeapValueType::Vector { value_types } => target::HeapValueType::Vector {
            value_types: value_types.iter().map(value_type).collect(),
        },
    }
}

fn opcode(from: &BrilligOpcode) -> Result<Opcode, OracleError> {
    Ok(match from {
        BrilligOpcode::BinaryField {
            destination,
            op,
            lhs,
            rhs,
        } => Opcode::BinaryFieldOp {
            destination: address(*destination),
            op: match op {
                BinaryFieldOp::Add => target::BinaryFieldOp::Add,
                BinaryFieldOp::Sub => target::BinaryFieldOp::Sub,
                BinaryFieldOp::Mul => target::BinaryFieldOp::Mul,
                BinaryFieldOp::Div => target::BinaryFieldOp::Div,
                BinaryFieldOp::IntegerDiv => target::BinaryFieldOp::IntegerDiv,
                BinaryFieldOp::Equals => target::BinaryFieldOp::Equals,
                BinaryFieldOp::LessThan => target::BinaryFieldOp::LessThan,
                BinaryFieldOp::LessThanEquals => target::BinaryFieldOp::LessThanEquals,
            },
            lhs: address(*lhs),
            rhs: address(*rhs),
        },
        BrilligOpcode::BinaryInt {
            destination,
            op,
            size,
            lhs,
            rhs,
        } => Opcode::BinaryIntOp {
            destination: address(*destination),
            op: match op {
                BinaryIntOp::Add => target::BinaryIntOp::Add,
                BinaryIntOp::Sub => target::BinaryIntOp::Sub,
                BinaryIntOp::Mul => target::BinaryIntOp::Mul,
                BinaryIntOp::Div => target::BinaryIntOp::Div,
                BinaryIntOp::Equals => target::BinaryIntOp::Equals,
                BinaryIntOp::LessThan => target::BinaryIntOp::LessThan,
                BinaryIntOp::LessThanEquals => target::BinaryIntOp::LessThanEquals,
                BinaryIntOp::And => target::BinaryIntOp::And,
                BinaryIntOp::Or => target::BinaryIntOp::Or,
                BinaryIntOp::Xor => target::BinaryIntOp::Xor,
                BinaryIntOp::Shl => target::BinaryIntOp::Shl,
                BinaryIntOp::Shr => target::BinaryIntOp::Shr,
            },
            bit_size: integer_size(*size),
            lhs: address(*lhs),
            rhs: address(*rhs),
        },
        BrilligOpcode::Not {
            destination,
            source,
            size,
        } => Opcode::Not {
            destination: address(*destination),
            source: address(*source),
            bit_size: integer_size(*size),
        },
        BrilligOpcode::Cast {
            destination,
            source,
            bit_size: to,
        } => Opcode::Cast {
            destination: address(*destination),
            source: address(*source),
            bit_size: bit_size(*to),
        },
        BrilligOpcode::JumpIf {
            condition,
            location,
        } => Opcode::JumpIf {
            condition: address(*condition),
            location: *location as usize,
        },
        BrilligOpcode::Jump { location } => Opcode::Jump {
            location: *location as usize,
        },
        BrilligOpcode::CalldataCopy {
            destination,
            size,
            offset,
        } => Opcode::CalldataCopy {
            destination_address: address(*destination),
            size_address: address(*size),
            offset_address: address(*offset),
        },
        BrilligOpcode::Call { location } => Opcode::Call {
            location: *location as usize,
        },
        BrilligOpcode::Const {
            destination,
            bit_size: size,
            value,
        } => Opcode::Const {
            destination: address(*destination),
            bit_size: bit_size(*size),
            value: to_acvm(*value),
        },
        BrilligOpcode::IndirectConst {
            destination_pointer,
            bit_size: size,
            value,
        } => Opcode::IndirectConst {
            destination_pointer: address(*destination_pointer),
            bit_size: bit_size(*size),
            value: to_acvm(*value),
        },
        BrilligOpcode::Return => Opcode::Return,
        BrilligOpcode::ForeignCall {
            function,
            destinations,
            destination_value_types,
            inputs,
            input_value_types,
        } => Opcode::ForeignCall {
            function: function.clone(),
            destinations: destinations.iter().map(value_or_array).collect(),
            destination_value_types: destination_value_types.iter().map(value_type).collect(),
            inputs: inputs.iter().map(value_or_array).collect(),
            input_value_types: input_value_types.iter().map(value_type).collect(),
        },
        BrilligOpcode::Mov {
            destination,
            source,
        } => Opcode::Mov {
            destination: address(*destination),
            source: address(*source),
        },
        BrilligOpcode::ConditionalMov {
            destination,
            source_a,
            source_b,
            condition,
        } => Opcode::ConditionalMov {
            destination: address(*destination),
            source_a: address(*source_a),
            source_b: address(*source_b),
            condition: address(*condition),
        },
        BrilligOpcode::Load {
            destination,
            source_pointer,
        } => Opcode::Load {
            destination: address(*destination),
            source_pointer: address(*source_pointer),
        },
        BrilligOpcode::Store {
            destination_pointer,
            source,
        } => Opcode::Store {
            destination_pointer: address(*destination_pointer),
            source: address(*source),
        },
        BrilligOpcode::BlackBox(call) => return black_box(call),
        BrilligOpcode::Trap { revert_data } => Opcode::Trap {
            revert_data: vector(revert_data),
        },
        BrilligOpcode::Stop { return_data } => Opcode::Stop {
            return_data: vector(return_data),
        },
    })
}

/// The type of points: two field elements and a boolean.
fn points(count: u32) -> target::HeapValueType {
    let field = target::HeapValueType::Simple(target::BitSize::Field);
    let flag = target::BitSize::Integer(target::IntegerBitSize::U1);
    target::HeapValueType::Array {
        value_types: vec![field.clone(), field, target::HeapValueType::Simple(flag)],
        size: SemanticLength(count),
    }
}

fn black_box(call: &BrilligBlackBox) -> Result<Opcode, OracleError> {
    let field = || target::HeapValueType::Simple(target::BitSize::Field);
    Ok(Opcode::BlackBox(match call {
        BrilligBlackBox::Aes128Encrypt {
            inputs,
            iv,
            key,
            outputs,
        } => target::BlackBoxOp::AES128Encrypt {
            inputs: array(inputs),
            iv: array(iv),
            key: array(key),
            outputs: array(outputs),
        },
        BrilligBlackBox::Blake2s { message, output } => target::BlackBoxOp::Blake2s {
            message: array(message),
            output: array(output),
        },
        BrilligBlackBox::Blake3 { message, output } => target::BlackBoxOp::Blake3 {
            message: array(message),
            output: array(output),
        },
        BrilligBlackBox::Keccakf1600 { input, output } => target::BlackBoxOp::Keccakf1600 {
            input: array(input),
            output: array(output),
        },
        BrilligBlackBox::Ecdsa {
            curve,
            hashed_msg,
            public_key_x,
            public_key_y,
            signature,
            result,
        } => {
            let (hashed_msg, signature) = (array(hashed_msg), array(signature));
            let (public_key_x, public_key_y) = (array(public_key_x), array(public_key_y));
            let result = address(*result);
            match curve {
                EcdsaCurve::Secp256k1 => target::BlackBoxOp::EcdsaSecp256k1 {
                    hashed_msg,
                    public_key_x,
                    public_key_y,
                    signature,
                    result,
                },
                EcdsaCurve::Secp256r1 => target::BlackBoxOp::EcdsaSecp256r1 {
                    hashed_msg,
                    public_key_x,
                    public_key_y,
                    signature,
                    result,
                },
            }
        }
        BrilligBlackBox::MultiScalarMul {
            points: from,
            scalars,
            outputs,
        } => {
            return Ok(Opcode::ForeignCall {
                function: MULTI_SCALAR_MUL.to_owned(),
                destinations: vec![target::ValueOrArray::HeapArray(array(outputs))],
                destination_value_types: vec![points(outputs.size / 3)],
                inputs: vec![
                    target::ValueOrArray::HeapArray(array(from)),
                    target::ValueOrArray::HeapArray(array(scalars)),
                ],
                input_value_types: vec![
                    points(from.size / 3),
                    target::HeapValueType::Array {
                        value_types: vec![field()],
                        size: SemanticLength(scalars.size),
                    },
                ],
            });
        }
        BrilligBlackBox::EmbeddedCurveAdd {
            input1,
            input2,
            result,
        } => {
            let flag = target::BitSize::Integer(target::IntegerBitSize::U1);
            let point = [field(), field(), target::HeapValueType::Simple(flag)];
            return Ok(Opcode::ForeignCall {
                function: EMBEDDED_CURVE_ADD.to_owned(),
                destinations: vec![target::ValueOrArray::HeapArray(array(result))],
                destination_value_types: vec![points(result.size / 3)],
                inputs: input1
                    .iter()
                    .chain(input2)
                    .map(|slot| target::ValueOrArray::MemoryAddress(address(*slot)))
                    .collect(),
                input_value_types: [point.clone(), point].concat(),
            });
        }
        BrilligBlackBox::Poseidon2Permutation { message, output } => {
            target::BlackBoxOp::Poseidon2Permutation {
                message: array(message),
                output: array(output),
            }
        }
        BrilligBlackBox::Sha256Compression {
            input,
            hash_values,
            output,
        } => target::BlackBoxOp::Sha256Compression {
            input: array(input),
            hash_values: array(hash_values),
            output: array(output),
        },
        BrilligBlackBox::ToRadix {
            input,
            radix,
            output_pointer,
            num_limbs,
            output_bits,
        } => target::BlackBoxOp::ToRadix {
            input: address(*input),
            radix: address(*radix),
            output_pointer: address(*output_pointer),
            num_limbs: address(*num_limbs),
            output_bits: address(*output_bits),
        },
    }))
}
