//! Circuits as a list of small operations.
//!
//! Which witnesses are known at which opcode does not depend on their values (save where the
//! coefficient of an unknown witness is a product with a known one), so lowering decides which
//! constraints only check and which compute a witness, and divides by the coefficient beforehand.

use super::LowerError;
use super::expression::{ArenaBuilder, ExpressionArena, ExpressionId};
use crate::Fe;
use crate::ir::{
    AssertionPayload, BlackBoxCall, BlockId, BrilligInput, BrilligOutput, Circuit, Expression,
    ExpressionOrMemory, FunctionInput, Opcode, OpcodeLocation, Witness,
};
use std::collections::HashMap;

/// A step of execution.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Op {
    /// The expression is zero; all its witnesses are known.
    Check(ExpressionId),
    /// Sets the witness, which is unknown before, to the expression.
    Assign(u32, ExpressionId),
    /// The expression is zero; which witness it determines is found at run time. The witness, if
    /// there is one, counts as known afterwards.
    Solve(ExpressionId, Option<u32>),
    /// The witness has at most so many bits.
    Range { witness: u32, bits: u32 },
    /// A black box function.
    BlackBox(u32),
    /// Fills a block with the values of witnesses.
    MemoryInit { block: u32, start: u32, count: u32 },
    /// Reads into a witness.
    MemoryRead {
        block: u32,
        index: ExpressionId,
        target: u32,
    },
    /// Writes a value.
    MemoryWrite {
        block: u32,
        index: ExpressionId,
        value: ExpressionId,
    },
    /// A memory operation that is neither.
    MalformedMemory,
    /// Runs an unconstrained function.
    Brillig(u32),
    /// Runs another circuit.
    Call(u32),
    /// Nothing to do.
    Skip,
}

/// An argument of an unconstrained function.
pub(crate) enum BrilligArgument {
    Value(ExpressionId),
    Memory(u32),
}

/// A call of an unconstrained function.
pub(crate) struct BrilligCallSite {
    pub function: u32,
    pub inputs: Vec<BrilligArgument>,
    pub outputs: Vec<u32>,
    /// Absent if the call is unconditional.
    pub predicate: Option<ExpressionId>,
}

/// A call of another circuit.
pub(crate) struct CallSite {
    pub function: u32,
    pub inputs: Vec<u32>,
    pub outputs: Vec<u32>,
    pub predicate: Option<ExpressionId>,
}

/// Part of an assertion's payload.
pub(crate) enum PayloadPart {
    Value(ExpressionId),
    Memory(u32),
}

/// A circuit ready to run.
pub(crate) struct CircuitCode {
    pub name: String,
    /// One more than the highest witness index.
    pub witness_count: u32,
    /// Whether everything that is read is known by then, provided that exactly the parameters are
    /// known at the start.
    pub exact: bool,
    pub block_count: u32,
    pub ops: Vec<Op>,
    pub expressions: ExpressionArena,
    pub black_boxes: Vec<BlackBoxCall>,
    pub brillig_calls: Vec<BrilligCallSite>,
    pub calls: Vec<CallSite>,
    /// Witnesses of all `MemoryInit`s.
    pub init_witnesses: Vec<u32>,
    /// Parameters, private and public, in ascending order.
    pub parameters: Vec<Witness>,
    pub public_parameters: Vec<Witness>,
    pub return_values: Vec<Witness>,
    /// Payloads by opcode.
    pub payloads: HashMap<u32, (u64, Vec<PayloadPart>)>,
}

/// Lowers a circuit.
pub(super) fn lower(circuit: Circuit, witness_limit: u32) -> Result<CircuitCode, LowerError> {
    let mut lowering = Lowering {
        arena: ArenaBuilder::new(),
        known: Vec::new(),
        highest: None,
        witness_limit,
        blocks: HashMap::new(),
        exact: true,
    };
    let mut parameters = circuit.private_parameters;
    parameters.extend(&circuit.public_parameters);
    parameters.sort_unstable();
    parameters.dedup();
    for witness in parameters.iter().chain(&circuit.return_values) {
        lowering.note(*witness)?;
    }
    for witness in &parameters {
        lowering.learn(*witness)?;
    }
    let mut code = CircuitCode {
        name: circuit.name,
        witness_count: 0,
        exact: true,
        block_count: 0,
        ops: Vec::with_capacity(circuit.opcodes.len()),
        expressions: ArenaBuilder::new().finish(),
        black_boxes: Vec::new(),
        brillig_calls: Vec::new(),
        calls: Vec::new(),
        init_witnesses: Vec::new(),
        parameters,
        public_parameters: circuit.public_parameters,
        return_values: circuit.return_values,
        payloads: HashMap::new(),
    };
    for opcode in circuit.opcodes {
        let op = lowering.opcode(opcode, &mut code)?;
        code.ops.push(op);
    }
    for (location, payload) in circuit.assert_messages {
        if let OpcodeLocation::Acir(index) = location {
            let payload = lowering.payload(payload)?;
            // The first entry for a location counts.
            code.payloads.entry(index).or_insert(payload);
        }
    }
    code.witness_count = lowering.highest.map_or(0, |highest| highest + 1);
    code.exact = lowering.exact;
    code.block_count = lowering.blocks.len() as u32;
    code.expressions = lowering.arena.finish();
    Ok(code)
}

struct Lowering {
    arena: ArenaBuilder,
    /// Which witnesses are known at the present opcode.
    known: Vec<bool>,
    highest: Option<u32>,
    witness_limit: u32,
    /// Blocks in order of appearance.
    blocks: HashMap<BlockId, u32>,
    exact: bool,
}

impl Lowering {
    fn note(&mut self, witness: Witness) -> Result<u32, LowerError> {
        if witness.0 >= self.witness_limit {
            return Err(LowerError::WitnessLimit {
                index: witness.0,
                limit: self.witness_limit,
            });
        }
        self.highest = self.highest.max(Some(witness.0));
        Ok(witness.0)
    }

    fn learn(&mut self, witness: Witness) -> Result<u32, LowerError> {
        let index = self.note(witness)?;
        if self.known.len() <= index as usize {
            self.known.resize(index as usize + 1, false);
        }
        if let Some(known) = self.known.get_mut(index as usize) {
            *known = true;
        }
        Ok(index)
    }

    fn learn_all(&mut self, witnesses: &[Witness]) -> Result<Vec<u32>, LowerError> {
        witnesses
            .iter()
            .map(|witness| self.learn(*witness))
            .collect()
    }

    fn note_all(&mut self, witnesses: &[Witness]) -> Result<Vec<u32>, LowerError> {
        witnesses
            .iter()
            .map(|witness| self.note(*witness))
            .collect()
    }

    fn knows(&self, witness: Witness) -> bool {
        self.known.get(witness.0 as usize).copied().unwrap_or(false)
    }

    fn block(&mut self, block: BlockId) -> u32 {
        let next = self.blocks.len() as u32;
        *self.blocks.entry(block).or_insert(next)
    }

    fn note_expression(&mut self, expression: &Expression) -> Result<(), LowerError> {
        for (_, left, right) in &expression.mul_terms {
            self.note(*left)?;
            self.note(*right)?;
        }
        for (_, witness) in &expression.linear_terms {
            self.note(*witness)?;
        }
        Ok(())
    }

    /// An expression whose value is needed.
    fn expression(&mut self, expression: &Expression) -> Result<ExpressionId, LowerError> {
        self.exact &= expression
            .linear_terms
            .iter()
            .all(|(_, witness)| self.knows(*witness))
            && expression
                .mul_terms
                .iter()
                .all(|(_, left, right)| self.knows(*left) && self.knows(*right));
        self.arena_expression(expression)
    }

    fn arena_expression(&mut self, expression: &Expression) -> Result<ExpressionId, LowerError> {
        self.note_expression(expression)?;
        Ok(self.arena.add(expression, Fe::ONE, None))
    }

    fn predicate(&mut self, predicate: &Expression) -> Result<Option<ExpressionId>, LowerError> {
        match predicate.as_constant() {
            Some(value) if value.is_one() => Ok(None),
            _ => self.expression(predicate).map(Some),
        }
    }

    fn payload(
        &mut self,
        payload: AssertionPayload,
    ) -> Result<(u64, Vec<PayloadPart>), LowerError> {
        let parts = payload
            .payload
            .into_iter()
            .map(|part| match part {
                ExpressionOrMemory::Expression(expression) => {
                    self.arena_expression(&expression).map(PayloadPart::Value)
                }
                ExpressionOrMemory::Memory(block) => Ok(PayloadPart::Memory(self.block(block))),
            })
            .collect::<Result<_, _>>()?;
        Ok((payload.error_selector, parts))
    }

    fn opcode(&mut self, opcode: Opcode, code: &mut CircuitCode) -> Result<Op, LowerError> {
        match opcode {
            Opcode::AssertZero(expression) => self.assert_zero(&expression),
            Opcode::BlackBox(BlackBoxCall::RecursiveAggregation) => Ok(Op::Skip),
            Opcode::BlackBox(BlackBoxCall::Range {
                input: FunctionInput::Witness(witness),
                num_bits,
            }) => {
                self.exact &= self.knows(witness);
                Ok(Op::Range {
                    witness: self.note(witness)?,
                    bits: num_bits,
                })
            }
            Opcode::BlackBox(call) => {
                for input in inputs(&call) {
                    if let FunctionInput::Witness(witness) = input {
                        self.note(witness)?;
                    }
                }
                for output in outputs(&call) {
                    self.learn(output)?;
                }
                check_shape(&call)?;
                code.black_boxes.push(call);
                Ok(Op::BlackBox(code.black_boxes.len() as u32 - 1))
            }
            Opcode::MemoryInit { block, init, .. } => {
                let start = code.init_witnesses.len() as u32;
                code.init_witnesses.extend(self.note_all(&init)?);
                Ok(Op::MemoryInit {
                    block: self.block(block),
                    start,
                    count: init.len() as u32,
                })
            }
            Opcode::MemoryOp {
                block,
                operation,
                index,
                value,
            } => {
                let block = self.block(block);
                let index = self.expression(&index)?;
                match (operation.as_constant(), value.as_witness()) {
                    (Some(read), Some(target)) if read.is_zero() => Ok(Op::MemoryRead {
                        block,
                        index,
                        target: self.learn(target)?,
                    }),
                    (Some(write), _) if write.is_one() => Ok(Op::MemoryWrite {
                        block,
                        index,
                        value: self.expression(&value)?,
                    }),
                    _ => Ok(Op::MalformedMemory),
                }
            }
            Opcode::BrilligCall {
                function,
                inputs,
                outputs,
                predicate,
            } => {
                let predicate = self.predicate(&predicate)?;
                let mut arguments = Vec::with_capacity(inputs.len());
                for input in inputs {
                    match input {
                        BrilligInput::Single(expression) => {
                            arguments.push(BrilligArgument::Value(self.expression(&expression)?));
                        }
                        BrilligInput::Array(expressions) => {
                            for expression in &expressions {
                                arguments
                                    .push(BrilligArgument::Value(self.expression(expression)?));
                            }
                        }
                        BrilligInput::MemoryArray(block) => {
                            arguments.push(BrilligArgument::Memory(self.block(block)));
                        }
                    }
                }
                let mut targets = Vec::new();
                for output in outputs {
                    match output {
                        BrilligOutput::Simple(witness) => targets.push(self.learn(witness)?),
                        BrilligOutput::Array(witnesses) => {
                            targets.extend(self.learn_all(&witnesses)?);
                        }
                    }
                }
                code.brillig_calls.push(BrilligCallSite {
                    function,
                    inputs: arguments,
                    outputs: targets,
                    predicate,
                });
                Ok(Op::Brillig(code.brillig_calls.len() as u32 - 1))
            }
            Opcode::Call {
                function,
                inputs,
                outputs,
                predicate,
            } => {
                let site = CallSite {
                    function,
                    predicate: self.predicate(&predicate)?,
                    inputs: self.note_all(&inputs)?,
                    outputs: self.learn_all(&outputs)?,
                };
                code.calls.push(site);
                Ok(Op::Call(code.calls.len() as u32 - 1))
            }
        }
    }

    fn assert_zero(&mut self, expression: &Expression) -> Result<Op, LowerError> {
        self.note_expression(expression)?;
        let mut unknown = None;
        let mut coefficient = Fe::ZERO;
        let mut simple = true;
        for (factor, witness) in &expression.linear_terms {
            if !factor.is_zero() && !self.knows(*witness) {
                simple &= *unknown.get_or_insert(*witness) == *witness;
                coefficient += *factor;
            }
        }
        for (factor, left, right) in &expression.mul_terms {
            if !factor.is_zero() {
                for witness in [left, right] {
                    if !self.knows(*witness) {
                        simple = false;
                        unknown.get_or_insert(*witness);
                    }
                }
            }
        }
        match unknown {
            None => Ok(Op::Check(self.arena.add(expression, Fe::ONE, None))),
            Some(witness) if simple => match self.arena.negated_inverse(coefficient) {
                Some(scale) => {
                    let id = self.arena.add(expression, scale, Some(witness));
                    Ok(Op::Assign(self.learn(witness)?, id))
                }
                None => Ok(Op::Solve(self.arena.add(expression, Fe::ONE, None), None)),
            },
            Some(_) => {
                // If all unknowns are one and the same witness, running the opcode makes it known.
                let mut unknowns = expression
                    .mul_terms
                    .iter()
                    .flat_map(|(_, left, right)| [*left, *right])
                    .chain(expression.linear_terms.iter().map(|(_, witness)| *witness))
                    .filter(|witness| !self.knows(*witness));
                let candidate = unknowns.next();
                let single = candidate.filter(|witness| unknowns.all(|other| other == *witness));
                let learned = match single {
                    Some(witness) => Some(self.learn(witness)?),
                    None => None,
                };
                Ok(Op::Solve(
                    self.arena.add(expression, Fe::ONE, None),
                    learned,
                ))
            }
        }
    }
}

/// Witnesses and constants that a black box function takes.
fn inputs(call: &BlackBoxCall) -> Vec<FunctionInput> {
    match call {
        BlackBoxCall::Aes128Encrypt {
            inputs, iv, key, ..
        } => [&inputs[..], iv, key].concat(),
        BlackBoxCall::And { lhs, rhs, .. } | BlackBoxCall::Xor { lhs, rhs, .. } => vec![*lhs, *rhs],
        BlackBoxCall::Range { input, .. } => vec![*input],
        BlackBoxCall::Blake2s { inputs, .. }
        | BlackBoxCall::Blake3 { inputs, .. }
        | BlackBoxCall::Keccakf1600 { inputs, .. }
        | BlackBoxCall::Poseidon2Permutation { inputs, .. } => inputs.clone(),
        BlackBoxCall::Ecdsa {
            public_key_x,
            public_key_y,
            signature,
            hashed_message,
            predicate,
            ..
        } => [
            &public_key_x[..],
            public_key_y,
            signature,
            hashed_message,
            &[*predicate],
        ]
        .concat(),
        BlackBoxCall::MultiScalarMul {
            points,
            scalars,
            predicate,
            ..
        } => [&points[..], scalars, &[*predicate]].concat(),
        BlackBoxCall::EmbeddedCurveAdd {
            input1,
            input2,
            predicate,
            ..
        } => [&input1[..], input2, &[*predicate]].concat(),
        BlackBoxCall::Sha256Compression {
            inputs,
            hash_values,
            ..
        } => [&inputs[..], hash_values].concat(),
        BlackBoxCall::RecursiveAggregation => Vec::new(),
    }
}

/// Witnesses that a black box function sets.
fn outputs(call: &BlackBoxCall) -> Vec<Witness> {
    match call {
        BlackBoxCall::Aes128Encrypt { outputs, .. }
        | BlackBoxCall::Blake2s { outputs, .. }
        | BlackBoxCall::Blake3 { outputs, .. }
        | BlackBoxCall::Keccakf1600 { outputs, .. }
        | BlackBoxCall::Poseidon2Permutation { outputs, .. }
        | BlackBoxCall::Sha256Compression { outputs, .. } => outputs.clone(),
        BlackBoxCall::MultiScalarMul { outputs, .. }
        | BlackBoxCall::EmbeddedCurveAdd { outputs, .. } => outputs.to_vec(),
        BlackBoxCall::And { output, .. }
        | BlackBoxCall::Xor { output, .. }
        | BlackBoxCall::Ecdsa { output, .. } => vec![*output],
        BlackBoxCall::Range { .. } | BlackBoxCall::RecursiveAggregation => Vec::new(),
    }
}

/// Functions of fixed width have as many inputs and outputs as they should.
fn check_shape(call: &BlackBoxCall) -> Result<(), LowerError> {
    let fits = match call {
        BlackBoxCall::Aes128Encrypt {
            inputs,
            iv,
            key,
            outputs,
        } => iv.len() == 16 && key.len() == 16 && inputs.len() == outputs.len(),
        BlackBoxCall::Blake2s { outputs, .. } | BlackBoxCall::Blake3 { outputs, .. } => {
            outputs.len() == 32
        }
        BlackBoxCall::Keccakf1600 { inputs, outputs } => inputs.len() == 25 && outputs.len() == 25,
        BlackBoxCall::Poseidon2Permutation { inputs, outputs } => {
            inputs.len() == 4 && outputs.len() == 4
        }
        BlackBoxCall::Sha256Compression {
            inputs,
            hash_values,
            outputs,
        } => inputs.len() == 16 && hash_values.len() == 8 && outputs.len() == 8,
        BlackBoxCall::Ecdsa {
            public_key_x,
            public_key_y,
            signature,
            hashed_message,
            ..
        } => {
            public_key_x.len() == 32
                && public_key_y.len() == 32
                && signature.len() == 64
                && hashed_message.len() == 32
        }
        BlackBoxCall::MultiScalarMul {
            points, scalars, ..
        } => {
            points.len().is_multiple_of(3)
                && scalars.len().is_multiple_of(2)
                && points.len() / 3 == scalars.len() / 2
        }
        BlackBoxCall::And { .. }
        | BlackBoxCall::Xor { .. }
        | BlackBoxCall::Range { .. }
        | BlackBoxCall::EmbeddedCurveAdd { .. }
        | BlackBoxCall::RecursiveAggregation => true,
    };
    if fits {
        Ok(())
    } else {
        Err(LowerError::BlackBoxShape)
    }
}
