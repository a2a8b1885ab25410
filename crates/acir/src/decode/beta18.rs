//! Circuits in the layout of Noir 1.0.0-beta.18.

use super::DecodeError;
use super::beta18_brillig::brillig_function;
use super::msgpack::Reader;
use crate::ir::{
    AssertionPayload, BlackBoxCall, BlockId, BlockType, BrilligInput, BrilligOutput, Circuit,
    EcdsaCurve, Expression, ExpressionOrMemory, FunctionInput, Opcode, OpcodeLocation, Program,
    Witness,
};

type Result<T> = core::result::Result<T, DecodeError>;

/// Decodes a program.
pub(super) fn program(bytes: &[u8], memory_limit: usize) -> Result<Program> {
    let mut reader = Reader::new(bytes, memory_limit);
    reader.members(2)?;
    let functions = reader.sequence(circuit)?;
    let unconstrained_functions = reader.sequence(brillig_function)?;
    reader.finish()?;
    Ok(Program {
        functions,
        unconstrained_functions,
    })
}

fn circuit(r: &mut Reader<'_>) -> Result<Circuit> {
    r.members(7)?;
    Ok(Circuit {
        name: r.text()?,
        current_witness_index: r.u32()?,
        opcodes: r.sequence(opcode)?,
        private_parameters: r.sequence(witness)?,
        public_parameters: r.sequence(witness)?,
        return_values: r.sequence(witness)?,
        assert_messages: r.sequence(assert_message)?,
    })
}

fn witness(r: &mut Reader<'_>) -> Result<Witness> {
    r.u32().map(Witness)
}

fn block(r: &mut Reader<'_>) -> Result<BlockId> {
    r.u32().map(BlockId)
}

fn expression(r: &mut Reader<'_>) -> Result<Expression> {
    r.members(3)?;
    Ok(Expression {
        mul_terms: r.sequence(|r| {
            r.members(3)?;
            Ok((r.field()?, witness(r)?, witness(r)?))
        })?,
        linear_terms: r.sequence(|r| {
            r.members(2)?;
            Ok((r.field()?, witness(r)?))
        })?,
        constant: r.field()?,
    })
}

fn opcode(r: &mut Reader<'_>) -> Result<Opcode> {
    let variant = r.variant()?;
    match (variant.name, variant.has_contents) {
        (b"AssertZero", true) => Ok(Opcode::AssertZero(expression(r)?)),
        (b"BlackBoxFuncCall", true) => Ok(Opcode::BlackBox(black_box(r)?)),
        (b"MemoryOp", true) => {
            r.members(2)?;
            let block = block(r)?;
            r.members(3)?;
            Ok(Opcode::MemoryOp {
                block,
                operation: expression(r)?,
                index: expression(r)?,
                value: expression(r)?,
            })
        }
        (b"MemoryInit", true) => {
            r.members(3)?;
            Ok(Opcode::MemoryInit {
                block: block(r)?,
                init: r.sequence(witness)?,
                block_type: block_type(r)?,
            })
        }
        (b"BrilligCall", true) => {
            r.members(4)?;
            Ok(Opcode::BrilligCall {
                function: r.u32()?,
                inputs: r.sequence(brillig_input)?,
                outputs: r.sequence(brillig_output)?,
                predicate: expression(r)?,
            })
        }
        (b"Call", true) => {
            r.members(4)?;
            Ok(Opcode::Call {
                function: r.u32()?,
                inputs: r.sequence(witness)?,
                outputs: r.sequence(witness)?,
                predicate: expression(r)?,
            })
        }
        _ => Err(variant.unknown("Opcode")),
    }
}

fn block_type(r: &mut Reader<'_>) -> Result<BlockType> {
    let variant = r.variant()?;
    match (variant.name, variant.has_contents) {
        (b"Memory", false) => Ok(BlockType::Memory),
        (b"CallData", true) => Ok(BlockType::CallData(r.u32()?)),
        (b"ReturnData", false) => Ok(BlockType::ReturnData),
        _ => Err(variant.unknown("BlockType")),
    }
}

fn brillig_input(r: &mut Reader<'_>) -> Result<BrilligInput> {
    let variant = r.variant()?;
    match (variant.name, variant.has_contents) {
        (b"Single", true) => Ok(BrilligInput::Single(expression(r)?)),
        (b"Array", true) => Ok(BrilligInput::Array(r.sequence(expression)?)),
        (b"MemoryArray", true) => Ok(BrilligInput::MemoryArray(block(r)?)),
        _ => Err(variant.unknown("BrilligInputs")),
    }
}

fn brillig_output(r: &mut Reader<'_>) -> Result<BrilligOutput> {
    let variant = r.variant()?;
    match (variant.name, variant.has_contents) {
        (b"Simple", true) => Ok(BrilligOutput::Simple(witness(r)?)),
        (b"Array", true) => Ok(BrilligOutput::Array(r.sequence(witness)?)),
        _ => Err(variant.unknown("BrilligOutputs")),
    }
}

fn input(r: &mut Reader<'_>) -> Result<FunctionInput> {
    let variant = r.variant()?;
    match (variant.name, variant.has_contents) {
        (b"Witness", true) => Ok(FunctionInput::Witness(witness(r)?)),
        (b"Constant", true) => Ok(FunctionInput::Constant(r.field()?)),
        _ => Err(variant.unknown("FunctionInput")),
    }
}

fn black_box(r: &mut Reader<'_>) -> Result<BlackBoxCall> {
    let variant = r.variant()?;
    if !variant.has_contents {
        return Err(variant.unknown("BlackBoxFuncCall"));
    }
    match variant.name {
        b"AES128Encrypt" => {
            r.members(4)?;
            Ok(BlackBoxCall::Aes128Encrypt {
                inputs: r.sequence(input)?,
                iv: r.sequence(input)?,
                key: r.sequence(input)?,
                outputs: r.sequence(witness)?,
            })
        }
        b"AND" => {
            r.members(4)?;
            Ok(BlackBoxCall::And {
                lhs: input(r)?,
                rhs: input(r)?,
                num_bits: r.u32()?,
                output: witness(r)?,
            })
        }
        b"XOR" => {
            r.members(4)?;
            Ok(BlackBoxCall::Xor {
                lhs: input(r)?,
                rhs: input(r)?,
                num_bits: r.u32()?,
                output: witness(r)?,
            })
        }
        b"RANGE" => {
            r.members(2)?;
            Ok(BlackBoxCall::Range {
                input: input(r)?,
                num_bits: r.u32()?,
            })
        }
        b"Blake2s" => {
            r.members(2)?;
            Ok(BlackBoxCall::Blake2s {
                inputs: r.sequence(input)?,
                outputs: r.sequence(witness)?,
            })
        }
        b"Blake3" => {
            r.members(2)?;
            Ok(BlackBoxCall::Blake3 {
                inputs: r.sequence(input)?,
                outputs: r.sequence(witness)?,
            })
        }
        b"EcdsaSecp256k1" => ecdsa(r, EcdsaCurve::Secp256k1),
        b"EcdsaSecp256r1" => ecdsa(r, EcdsaCurve::Secp256r1),
        b"MultiScalarMul" => {
            r.members(4)?;
            Ok(BlackBoxCall::MultiScalarMul {
                points: r.sequence(input)?,
                scalars: r.sequence(input)?,
                predicate: input(r)?,
                outputs: r.triple(witness)?,
            })
        }
        b"EmbeddedCurveAdd" => {
            r.members(4)?;
            Ok(BlackBoxCall::EmbeddedCurveAdd {
                input1: r.triple(input)?,
                input2: r.triple(input)?,
                predicate: input(r)?,
                outputs: r.triple(witness)?,
            })
        }
        b"Keccakf1600" => {
            r.members(2)?;
            Ok(BlackBoxCall::Keccakf1600 {
                inputs: r.sequence(input)?,
                outputs: r.sequence(witness)?,
            })
        }
        b"RecursiveAggregation" => {
            r.members(6)?;
            // Verification key, proof and public inputs; then the key's hash, the proof type and
            // the predicate.
            for _ in 0..3 {
                r.sequence(input)?;
            }
            input(r)?;
            r.u32()?;
            input(r)?;
            Ok(BlackBoxCall::RecursiveAggregation)
        }
        b"Poseidon2Permutation" => {
            r.members(2)?;
            Ok(BlackBoxCall::Poseidon2Permutation {
                inputs: r.sequence(input)?,
                outputs: r.sequence(witness)?,
            })
        }
        b"Sha256Compression" => {
            r.members(3)?;
            Ok(BlackBoxCall::Sha256Compression {
                inputs: r.sequence(input)?,
                hash_values: r.sequence(input)?,
                outputs: r.sequence(witness)?,
            })
        }
        _ => Err(variant.unknown("BlackBoxFuncCall")),
    }
}

fn ecdsa(r: &mut Reader<'_>, curve: EcdsaCurve) -> Result<BlackBoxCall> {
    r.members(6)?;
    Ok(BlackBoxCall::Ecdsa {
        curve,
        public_key_x: r.sequence(input)?,
        public_key_y: r.sequence(input)?,
        signature: r.sequence(input)?,
        hashed_message: r.sequence(input)?,
        predicate: input(r)?,
        output: witness(r)?,
    })
}

fn assert_message(r: &mut Reader<'_>) -> Result<(OpcodeLocation, AssertionPayload)> {
    r.members(2)?;
    let variant = r.variant()?;
    let location = match (variant.name, variant.has_contents) {
        (b"Acir", true) => OpcodeLocation::Acir(r.u32()?),
        (b"Brillig", true) => {
            r.members(2)?;
            OpcodeLocation::Brillig {
                acir_index: r.u32()?,
                brillig_index: r.u32()?,
            }
        }
        _ => return Err(variant.unknown("OpcodeLocation")),
    };
    r.members(2)?;
    let error_selector = r.u64()?;
    let payload = r.sequence(|r| {
        let variant = r.variant()?;
        match (variant.name, variant.has_contents) {
            (b"Expression", true) => Ok(ExpressionOrMemory::Expression(expression(r)?)),
            (b"Memory", true) => Ok(ExpressionOrMemory::Memory(block(r)?)),
            _ => Err(variant.unknown("ExpressionOrMemory")),
        }
    })?;
    Ok((
        location,
        AssertionPayload {
            error_selector,
            payload,
        },
    ))
}
