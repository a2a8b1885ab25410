//! Circuits in the types of `acvm`.

use super::{EMBEDDED_CURVE_ADD, MULTI_SCALAR_MUL, OracleError, brillig, expression, to_acvm};
use crate::ir::{
    BlackBoxCall, BlockType, BrilligInput, BrilligOutput, Circuit, EcdsaCurve, Expression,
    FunctionInput, Opcode, Witness,
};
use acvm::FieldElement;
use acvm::acir::circuit::Opcode as AcvmOpcode;
use acvm::acir::circuit::brillig::{
    BrilligBytecode, BrilligFunctionId, BrilligInputs, BrilligOutputs,
};
use acvm::acir::circuit::opcodes::{
    AcirFunctionId, BlackBoxFuncCall, BlockId, BlockType as AcvmBlockType,
    FunctionInput as AcvmInput, MemOp,
};
use acvm::acir::native_types::{Expression as AcvmExpression, Witness as AcvmWitness};

type Result<T> = core::result::Result<T, OracleError>;
type Functions = Vec<BrilligBytecode<FieldElement>>;

/// A circuit, and where its auxiliary witnesses begin.
pub(super) struct TranslatedCircuit {
    pub opcodes: Vec<AcvmOpcode<FieldElement>>,
    pub return_values: Vec<Witness>,
    pub first_auxiliary: u32,
}

struct Translation<'a> {
    opcodes: Vec<AcvmOpcode<FieldElement>>,
    next_auxiliary: u32,
    functions: &'a mut Functions,
}

/// Translates a circuit. Foreign calls that it needs become further unconstrained functions.
pub(super) fn translate(circuit: &Circuit, functions: &mut Functions) -> Result<TranslatedCircuit> {
    let first_auxiliary = circuit.current_witness_index.max(1 << 22) + 1;
    let mut translation = Translation {
        opcodes: Vec::new(),
        next_auxiliary: first_auxiliary,
        functions,
    };
    for opcode in &circuit.opcodes {
        translation.opcode(opcode)?;
    }
    Ok(TranslatedCircuit {
        opcodes: translation.opcodes,
        return_values: circuit.return_values.clone(),
        first_auxiliary,
    })
}

fn witness(from: &Witness) -> AcvmWitness {
    AcvmWitness(from.0)
}

fn witnesses(from: &[Witness]) -> Vec<AcvmWitness> {
    from.iter().map(witness).collect()
}

fn input(from: &FunctionInput) -> AcvmInput<FieldElement> {
    match from {
        FunctionInput::Constant(value) => AcvmInput::Constant(to_acvm(*value)),
        FunctionInput::Witness(index) => AcvmInput::Witness(witness(index)),
    }
}

fn inputs(from: &[FunctionInput]) -> Vec<AcvmInput<FieldElement>> {
    from.iter().map(input).collect()
}

fn boxed<T, U, const N: usize>(from: &[T], convert: impl Fn(&T) -> U) -> Result<Box<[U; N]>> {
    let items: Vec<U> = from.iter().map(convert).collect();
    let items: [U; N] = items
        .try_into()
        .map_err(|_| OracleError::Untranslatable("a black box's shape"))?;
    Ok(Box::new(items))
}

fn input_expression(from: &FunctionInput) -> AcvmExpression<FieldElement> {
    match from {
        FunctionInput::Constant(value) => AcvmExpression::from(to_acvm(*value)),
        FunctionInput::Witness(index) => AcvmExpression::from(witness(index)),
    }
}

impl Translation<'_> {
    /// A witness with the value of an expression.
    fn as_witness(&mut self, from: &Expression) -> AcvmWitness {
        if let Some(index) = from.as_witness() {
            return witness(&index);
        }
        let auxiliary = AcvmWitness(self.next_auxiliary);
        self.next_auxiliary += 1;
        let mut constraint = expression(from);
        constraint
            .linear_combinations
            .push((to_acvm(-crate::Fe::ONE), auxiliary));
        self.opcodes.push(AcvmOpcode::AssertZero(constraint));
        auxiliary
    }

    /// A call to an unconstrained function that only makes a foreign call.
    fn foreign_call(
        &mut self,
        name: &str,
        arrays: &[&[FunctionInput]],
        outputs: &[Witness; 3],
    ) -> Result<()> {
        let sizes: Vec<u32> = arrays.iter().map(|array| array.len() as u32).collect();
        self.functions
            .push(brillig::foreign_call_function(name, &sizes));
        let call = AcvmOpcode::BrilligCall {
            id: BrilligFunctionId::new(self.functions.len() as u32 - 1),
            inputs: arrays
                .iter()
                .map(|array| BrilligInputs::Array(array.iter().map(input_expression).collect()))
                .collect(),
            outputs: vec![BrilligOutputs::Array(witnesses(outputs))],
            predicate: AcvmExpression::from(to_acvm(crate::Fe::ONE)),
        };
        self.opcodes.push(call);
        Ok(())
    }

    fn opcode(&mut self, opcode: &Opcode) -> Result<()> {
        let translated = match opcode {
            Opcode::AssertZero(from) => AcvmOpcode::AssertZero(expression(from)),
            Opcode::BlackBox(call) => match self.black_box(call)? {
                Some(call) => AcvmOpcode::BlackBoxFuncCall(call),
                None => return Ok(()),
            },
            Opcode::MemoryOp {
                block,
                operation,
                index,
                value,
            } => {
                let index = self.as_witness(index);
                let read = operation
                    .as_constant()
                    .is_some_and(|constant| constant.is_zero());
                let value = match (read, value.as_witness()) {
                    (true, None) => {
                        return Err(OracleError::Untranslatable("a read into an expression"));
                    }
                    _ => self.as_witness(value),
                };
                let op = if read {
                    MemOp::read_at_mem_index(index, value)
                } else {
                    MemOp::write_to_mem_index(index, value)
                };
                AcvmOpcode::MemoryOp {
                    block_id: BlockId::new(block.0),
                    op,
                }
            }
            Opcode::MemoryInit {
                block,
                init,
                block_type,
            } => AcvmOpcode::MemoryInit {
                block_id: BlockId::new(block.0),
                init: witnesses(init),
                block_type: match block_type {
                    BlockType::Memory => AcvmBlockType::Memory,
                    BlockType::CallData(id) => AcvmBlockType::CallData(*id),
                    BlockType::ReturnData => AcvmBlockType::ReturnData,
                },
            },
            Opcode::BrilligCall {
                function,
                inputs,
                outputs,
                predicate,
            } => AcvmOpcode::BrilligCall {
                id: BrilligFunctionId::new(*function),
                inputs: inputs
                    .iter()
                    .map(|input| match input {
                        BrilligInput::Single(from) => BrilligInputs::Single(expression(from)),
                        BrilligInput::Array(from) => {
                            BrilligInputs::Array(from.iter().map(expression).collect())
                        }
                        BrilligInput::MemoryArray(block) => {
                            BrilligInputs::MemoryArray(BlockId::new(block.0))
                        }
                    })
                    .collect(),
                outputs: outputs
                    .iter()
                    .map(|output| match output {
                        BrilligOutput::Simple(index) => BrilligOutputs::Simple(witness(index)),
                        BrilligOutput::Array(from) => BrilligOutputs::Array(witnesses(from)),
                    })
                    .collect(),
                predicate: expression(predicate),
            },
            Opcode::Call {
                function,
                inputs,
                outputs,
                predicate,
            } => AcvmOpcode::Call {
                id: AcirFunctionId::new(*function),
                inputs: witnesses(inputs),
                outputs: witnesses(outputs),
                predicate: expression(predicate),
            },
        };
        self.opcodes.push(translated);
        Ok(())
    }

    /// A black box function, unless it became something else.
    fn black_box(&mut self, call: &BlackBoxCall) -> Result<Option<BlackBoxFuncCall<FieldElement>>> {
        Ok(Some(match call {
            BlackBoxCall::Aes128Encrypt {
                inputs: plaintext,
                iv,
                key,
                outputs,
            } => BlackBoxFuncCall::AES128Encrypt {
                inputs: inputs(plaintext),
                iv: boxed(iv, input)?,
                key: boxed(key, input)?,
                outputs: witnesses(outputs),
            },
            BlackBoxCall::And {
                lhs,
                rhs,
                num_bits,
                output,
            } => BlackBoxFuncCall::AND {
                lhs: input(lhs),
                rhs: input(rhs),
                num_bits: *num_bits,
                output: witness(output),
            },
            BlackBoxCall::Xor {
                lhs,
                rhs,
                num_bits,
                output,
            } => BlackBoxFuncCall::XOR {
                lhs: input(lhs),
                rhs: input(rhs),
                num_bits: *num_bits,
                output: witness(output),
            },
            BlackBoxCall::Range {
                input: value,
                num_bits,
            } => BlackBoxFuncCall::RANGE {
                input: input(value),
                num_bits: *num_bits,
            },
            BlackBoxCall::Blake2s {
                inputs: message,
                outputs,
            } => BlackBoxFuncCall::Blake2s {
                inputs: inputs(message),
                outputs: boxed(outputs, witness)?,
            },
            BlackBoxCall::Blake3 {
                inputs: message,
                outputs,
            } => BlackBoxFuncCall::Blake3 {
                inputs: inputs(message),
                outputs: boxed(outputs, witness)?,
            },
            BlackBoxCall::Ecdsa {
                curve,
                public_key_x,
                public_key_y,
                signature,
                hashed_message,
                predicate,
                output,
            } => {
                let public_key_x = boxed(public_key_x, input)?;
                let public_key_y = boxed(public_key_y, input)?;
                let signature = boxed(signature, input)?;
                let hashed_message = boxed(hashed_message, input)?;
                let predicate = input(predicate);
                let output = witness(output);
                match curve {
                    EcdsaCurve::Secp256k1 => BlackBoxFuncCall::EcdsaSecp256k1 {
                        public_key_x,
                        public_key_y,
                        signature,
                        hashed_message,
                        predicate,
                        output,
                    },
                    EcdsaCurve::Secp256r1 => BlackBoxFuncCall::EcdsaSecp256r1 {
                        public_key_x,
                        public_key_y,
                        signature,
                        hashed_message,
                        predicate,
                        output,
                    },
                }
            }
            BlackBoxCall::MultiScalarMul {
                points,
                scalars,
                predicate,
                outputs,
            } => {
                self.foreign_call(MULTI_SCALAR_MUL, &[points, scalars, &[*predicate]], outputs)?;
                return Ok(None);
            }
            BlackBoxCall::EmbeddedCurveAdd {
                input1,
                input2,
                predicate,
                outputs,
            } => {
                self.foreign_call(
                    EMBEDDED_CURVE_ADD,
                    &[input1, input2, &[*predicate]],
                    outputs,
                )?;
                return Ok(None);
            }
            BlackBoxCall::Keccakf1600 {
                inputs: state,
                outputs,
            } => BlackBoxFuncCall::Keccakf1600 {
                inputs: boxed(state, input)?,
                outputs: boxed(outputs, witness)?,
            },
            BlackBoxCall::RecursiveAggregation => return Ok(None),
            BlackBoxCall::Poseidon2Permutation {
                inputs: state,
                outputs,
            } => BlackBoxFuncCall::Poseidon2Permutation {
                inputs: inputs(state),
                outputs: witnesses(outputs),
            },
            BlackBoxCall::Sha256Compression {
                inputs: block,
                hash_values,
                outputs,
            } => BlackBoxFuncCall::Sha256Compression {
                inputs: boxed(block, input)?,
                hash_values: boxed(hash_values, input)?,
                outputs: boxed(outputs, witness)?,
            },
        }))
    }
}
