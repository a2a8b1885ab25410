//! Unconstrained functions in the layout of Noir 1.0.0-beta.18.

use super::DecodeError;
use super::msgpack::Reader;
use crate::ir::{
    BinaryFieldOp, BinaryIntOp, BitSize, BrilligBlackBox, BrilligFunction, BrilligOpcode,
    EcdsaCurve, HeapArray, HeapValueType, HeapVector, IntegerSize, MemoryAddress, ValueOrArray,
};

type Result<T> = core::result::Result<T, DecodeError>;

pub(super) fn brillig_function(r: &mut Reader<'_>) -> Result<BrilligFunction> {
    r.members(2)?;
    Ok(BrilligFunction {
        name: r.text()?,
        bytecode: r.sequence(opcode)?,
    })
}

fn address(r: &mut Reader<'_>) -> Result<MemoryAddress> {
    let variant = r.variant()?;
    match (variant.name, variant.has_contents) {
        (b"Direct", true) => Ok(MemoryAddress::Direct(r.u32()?)),
        (b"Relative", true) => Ok(MemoryAddress::Relative(r.u32()?)),
        _ => Err(variant.unknown("MemoryAddress")),
    }
}

fn integer_size(r: &mut Reader<'_>) -> Result<IntegerSize> {
    let variant = r.variant()?;
    match (variant.name, variant.has_contents) {
        (b"U1", false) => Ok(IntegerSize::U1),
        (b"U8", false) => Ok(IntegerSize::U8),
        (b"U16", false) => Ok(IntegerSize::U16),
        (b"U32", false) => Ok(IntegerSize::U32),
        (b"U64", false) => Ok(IntegerSize::U64),
        (b"U128", false) => Ok(IntegerSize::U128),
        _ => Err(variant.unknown("IntegerBitSize")),
    }
}

fn bit_size(r: &mut Reader<'_>) -> Result<BitSize> {
    let variant = r.variant()?;
    match (variant.name, variant.has_contents) {
        (b"Field", false) => Ok(BitSize::Field),
        (b"Integer", true) => Ok(BitSize::Integer(integer_size(r)?)),
        _ => Err(variant.unknown("BitSize")),
    }
}

fn heap_value_type(r: &mut Reader<'_>) -> Result<HeapValueType> {
    r.nested(|r| {
        let variant = r.variant()?;
        match (variant.name, variant.has_contents) {
            (b"Simple", true) => Ok(HeapValueType::Simple(bit_size(r)?)),
            (b"Array", true) => {
                r.members(2)?;
                Ok(HeapValueType::Array {
                    value_types: r.sequence(heap_value_type)?,
                    size: r.u32()?,
                })
            }
            (b"Vector", true) => {
                r.members(1)?;
                Ok(HeapValueType::Vector {
                    value_types: r.sequence(heap_value_type)?,
                })
            }
            _ => Err(variant.unknown("HeapValueType")),
        }
    })
}

fn heap_array(r: &mut Reader<'_>) -> Result<HeapArray> {
    r.members(2)?;
    Ok(HeapArray {
        pointer: address(r)?,
        size: r.u32()?,
    })
}

fn heap_vector(r: &mut Reader<'_>) -> Result<HeapVector> {
    r.members(2)?;
    Ok(HeapVector {
        pointer: address(r)?,
        size: address(r)?,
    })
}

fn value_or_array(r: &mut Reader<'_>) -> Result<ValueOrArray> {
    let variant = r.variant()?;
    match (variant.name, variant.has_contents) {
        (b"MemoryAddress", true) => Ok(ValueOrArray::Value(address(r)?)),
        (b"HeapArray", true) => Ok(ValueOrArray::Array(heap_array(r)?)),
        (b"HeapVector", true) => Ok(ValueOrArray::Vector(heap_vector(r)?)),
        _ => Err(variant.unknown("ValueOrArray")),
    }
}

fn field_op(r: &mut Reader<'_>) -> Result<BinaryFieldOp> {
    let variant = r.variant()?;
    match (variant.name, variant.has_contents) {
        (b"Add", false) => Ok(BinaryFieldOp::Add),
        (b"Sub", false) => Ok(BinaryFieldOp::Sub),
        (b"Mul", false) => Ok(BinaryFieldOp::Mul),
        (b"Div", false) => Ok(BinaryFieldOp::Div),
        (b"IntegerDiv", false) => Ok(BinaryFieldOp::IntegerDiv),
        (b"Equals", false) => Ok(BinaryFieldOp::Equals),
        (b"LessThan", false) => Ok(BinaryFieldOp::LessThan),
        (b"LessThanEquals", false) => Ok(BinaryFieldOp::LessThanEquals),
        _ => Err(variant.unknown("BinaryFieldOp")),
    }
}

fn int_op(r: &mut Reader<'_>) -> Result<BinaryIntOp> {
    let variant = r.variant()?;
    match (variant.name, variant.has_contents) {
        (b"Add", false) => Ok(BinaryIntOp::Add),
        (b"Sub", false) => Ok(BinaryIntOp::Sub),
        (b"Mul", false) => Ok(BinaryIntOp::Mul),
        (b"Div", false) => Ok(BinaryIntOp::Div),
        (b"Equals", false) => Ok(BinaryIntOp::Equals),
        (b"LessThan", false) => Ok(BinaryIntOp::LessThan),
        (b"LessThanEquals", false) => Ok(BinaryIntOp::LessThanEquals),
        (b"And", false) => Ok(BinaryIntOp::And),
        (b"Or", false) => Ok(BinaryIntOp::Or),
        (b"Xor", false) => Ok(BinaryIntOp::Xor),
        (b"Shl", false) => Ok(BinaryIntOp::Shl),
        (b"Shr", false) => Ok(BinaryIntOp::Shr),
        _ => Err(variant.unknown("BinaryIntOp")),
    }
}

fn opcode(r: &mut Reader<'_>) -> Result<BrilligOpcode> {
    let variant = r.variant()?;
    if !variant.has_contents {
        return match variant.name {
            b"Return" => Ok(BrilligOpcode::Return),
            _ => Err(variant.unknown("BrilligOpcode")),
        };
    }
    match variant.name {
        b"BinaryFieldOp" => {
            r.members(4)?;
            Ok(BrilligOpcode::BinaryField {
                destination: address(r)?,
                op: field_op(r)?,
                lhs: address(r)?,
                rhs: address(r)?,
            })
        }
        b"BinaryIntOp" => {
            r.members(5)?;
            Ok(BrilligOpcode::BinaryInt {
                destination: address(r)?,
                op: int_op(r)?,
                size: integer_size(r)?,
                lhs: address(r)?,
                rhs: address(r)?,
            })
        }
        b"Not" => {
            r.members(3)?;
            Ok(BrilligOpcode::Not {
                destination: address(r)?,
                source: address(r)?,
                size: integer_size(r)?,
            })
        }
        b"Cast" => {
            r.members(3)?;
            Ok(BrilligOpcode::Cast {
                destination: address(r)?,
                source: address(r)?,
                bit_size: bit_size(r)?,
            })
        }
        b"JumpIf" => {
            r.members(2)?;
            Ok(BrilligOpcode::JumpIf {
                condition: address(r)?,
                location: r.u32()?,
            })
        }
        b"Jump" => {
            r.members(1)?;
            Ok(BrilligOpcode::Jump { location: r.u32()? })
        }
        b"CalldataCopy" => {
            r.members(3)?;
            Ok(BrilligOpcode::CalldataCopy {
                destination: address(r)?,
                size: address(r)?,
                offset: address(r)?,
            })
        }
        b"Call" => {
            r.members(1)?;
            Ok(BrilligOpcode::Call { location: r.u32()? })
        }
        b"Const" => {
            r.members(3)?;
            Ok(BrilligOpcode::Const {
                destination: address(r)?,
                bit_size: bit_size(r)?,
                value: r.field()?,
            })
        }
        b"IndirectConst" => {
            r.members(3)?;
            Ok(BrilligOpcode::IndirectConst {
                destination_pointer: address(r)?,
                bit_size: bit_size(r)?,
                value: r.field()?,
            })
        }
        b"ForeignCall" => {
            r.members(5)?;
            Ok(BrilligOpcode::ForeignCall {
                function: r.text()?,
                destinations: r.sequence(value_or_array)?,
                destination_value_types: r.sequence(heap_value_type)?,
                inputs: r.sequence(value_or_array)?,
                input_value_types: r.sequence(heap_value_type)?,
            })
        }
        b"Mov" => {
            r.members(2)?;
            Ok(BrilligOpcode::Mov {
                destination: address(r)?,
                source: address(r)?,
            })
        }
        b"ConditionalMov" => {
            r.members(4)?;
            Ok(BrilligOpcode::ConditionalMov {
                destination: address(r)?,
                source_a: address(r)?,
                source_b: address(r)?,
                condition: address(r)?,
            })
        }
        b"Load" => {
            r.members(2)?;
            Ok(BrilligOpcode::Load {
                destination: address(r)?,
                source_pointer: address(r)?,
            })
        }
        b"Store" => {
            r.members(2)?;
            Ok(BrilligOpcode::Store {
                destination_pointer: address(r)?,
                source: address(r)?,
            })
        }
        b"BlackBox" => Ok(BrilligOpcode::BlackBox(black_box(r)?)),
        b"Trap" => {
            r.members(1)?;
            Ok(BrilligOpcode::Trap {
                revert_data: heap_vector(r)?,
            })
        }
        b"Stop" => {
            r.members(1)?;
            Ok(BrilligOpcode::Stop {
                return_data: heap_vector(r)?,
            })
        }
        _ => Err(variant.unknown("BrilligOpcode")),
    }
}

fn black_box(r: &mut Reader<'_>) -> Result<BrilligBlackBox> {
    let variant = r.variant()?;
    if !variant.has_contents {
        return Err(variant.unknown("BlackBoxOp"));
    }
    match variant.name {
        b"AES128Encrypt" => {
            r.members(4)?;
            Ok(BrilligBlackBox::Aes128Encrypt {
                inputs: heap_array(r)?,
                iv: heap_array(r)?,
                key: heap_array(r)?,
                outputs: heap_array(r)?,
            })
        }
        b"Blake2s" => {
            r.members(2)?;
            Ok(BrilligBlackBox::Blake2s {
                message: heap_array(r)?,
                output: heap_array(r)?,
            })
        }
        b"Blake3" => {
            r.members(2)?;
            Ok(BrilligBlackBox::Blake3 {
                message: heap_array(r)?,
                output: heap_array(r)?,
            })
        }
        b"Keccakf1600" => {
            r.members(2)?;
            Ok(BrilligBlackBox::Keccakf1600 {
                input: heap_array(r)?,
                output: heap_array(r)?,
            })
        }
        b"EcdsaSecp256k1" => ecdsa(r, EcdsaCurve::Secp256k1),
        b"EcdsaSecp256r1" => ecdsa(r, EcdsaCurve::Secp256r1),
        b"MultiScalarMul" => {
            r.members(3)?;
            Ok(BrilligBlackBox::MultiScalarMul {
                points: heap_array(r)?,
                scalars: heap_array(r)?,
                outputs: heap_array(r)?,
            })
        }
        b"EmbeddedCurveAdd" => {
            r.members(7)?;
            Ok(BrilligBlackBox::EmbeddedCurveAdd {
                input1: [address(r)?, address(r)?, address(r)?],
                input2: [address(r)?, address(r)?, address(r)?],
                result: heap_array(r)?,
            })
        }
        b"Poseidon2Permutation" => {
            r.members(2)?;
            Ok(BrilligBlackBox::Poseidon2Permutation {
                message: heap_array(r)?,
                output: heap_array(r)?,
            })
        }
        b"Sha256Compression" => {
            r.members(3)?;
            Ok(BrilligBlackBox::Sha256Compression {
                input: heap_array(r)?,
                hash_values: heap_array(r)?,
                output: heap_array(r)?,
            })
        }
        b"ToRadix" => {
            r.members(5)?;
            Ok(BrilligBlackBox::ToRadix {
                input: address(r)?,
                radix: address(r)?,
                output_pointer: address(r)?,
                num_limbs: address(r)?,
                output_bits: address(r)?,
            })
        }
        _ => Err(variant.unknown("BlackBoxOp")),
    }
}

fn ecdsa(r: &mut Reader<'_>, curve: EcdsaCurve) -> Result<BrilligBlackBox> {
    r.members(5)?;
    Ok(BrilligBlackBox::Ecdsa {
        curve,
        hashed_msg: heap_array(r)?,
        public_key_x: heap_array(r)?,
        public_key_y: heap_array(r)?,
        signature: heap_array(r)?,
        result: address(r)?,
    })
}
