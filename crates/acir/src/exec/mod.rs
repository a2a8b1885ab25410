//! Execution of programs, without input or output: oracles are asked through [`Step`].

mod black_box;
mod error;
mod explain;
mod frame;
mod solve;
mod witness;

pub use error::{AssertionFailure, ExecutionError, FailureKind};
pub use witness::WitnessTable;

use frame::{Frame, block_of, enabled, position, value_of, zero};

use crate::Fe;
use crate::ir::Witness;
use crate::lower::{BrilligArgument, BrilligCallSite, CallSite, CircuitCode, Op};
use crate::program::Program;
use crate::vm::{Exit, ForeignCall, ForeignValue, Fuel, Machine};
use std::sync::Arc;

/// What an execution may spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExecutionLimits {
    /// Opcodes and instructions, and as many for costly ones as their cost is above that of others.
    pub steps: u64,
    /// Slots of memory (32 bytes) of an unconstrained function.
    pub brillig_memory_slots: usize,
    /// Depth of nested calls within an unconstrained function.
    pub brillig_call_depth: usize,
    /// Witnesses (33 bytes) of all circuits together.
    pub witnesses: usize,
    /// Depth of nested circuits.
    pub circuit_depth: usize,
}

impl Default for ExecutionLimits {
    fn default() -> Self {
        Self {
            steps: 1 << 29,
            brillig_memory_slots: 1 << 22,
            brillig_call_depth: 1 << 12,
            witnesses: 1 << 22,
            circuit_depth: 64,
        }
    }
}

/// What an execution needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// An oracle's answer, to be given to [`Execution::resume`].
    ForeignCall(ForeignCall),
    /// More steps: the number asked for was taken.
    Paused,
    /// Nothing: all witnesses are computed.
    Done(Solved),
}

/// The result of an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solved {
    /// The witness of the entry point.
    pub witness: WitnessTable,
    /// The witnesses of the circuits it called, in order of completion, by index of the circuit.
    pub called: Vec<(u32, WitnessTable)>,
}

impl Solved {
    /// The values that the entry point returns, in the order in which it states them.
    #[must_use]
    pub fn return_values(&self, program: &Program) -> Vec<Fe> {
        program
            .return_witnesses()
            .iter()
            .filter_map(|witness| self.witness.get(*witness))
            .collect()
    }
}

/// What the present opcode waits for.
enum Waiting {
    Nothing,
    /// The machine runs and may go on.
    Machine,
    /// The machine waits for an oracle.
    Oracle,
}

/// A running program.
///
/// It may be dropped between steps. After an error it must not be used any more.
pub struct Execution {
    program: Arc<Program>,
    limits: ExecutionLimits,
    fuel: Fuel,
    frames: Vec<Frame>,
    called: Vec<(u32, WitnessTable)>,
    witnesses: usize,
    machine: Machine,
    waiting: Waiting,
}

/// How an opcode ended.
enum Outcome {
    Next,
    Entered,
    ForeignCall(ForeignCall),
    Paused,
}

impl Execution {
    /// Starts a program with the values of its parameters.
    ///
    /// # Errors
    /// If an input's index or the number of witnesses is above the limit.
    pub fn new(
        program: Arc<Program>,
        inputs: impl IntoIterator<Item = (Witness, Fe)>,
        limits: ExecutionLimits,
    ) -> Result<Self, ExecutionError> {
        let mut execution = Self {
            machine: Machine::new(limits.brillig_memory_slots, limits.brillig_call_depth),
            fuel: Fuel {
                total: limits.steps,
                slice: u64::MAX,
            },
            program,
            limits,
            frames: Vec::new(),
            called: Vec::new(),
            witnesses: 0,
            waiting: Waiting::Nothing,
        };
        let inputs: Vec<_> = inputs.into_iter().collect();
        execution.enter(0, &inputs).map_err(ExecutionError::new)?;
        Ok(execution)
    }

    /// Runs until an oracle is needed or the program ends.
    ///
    /// # Errors
    /// See [`FailureKind`].
    pub fn step(&mut self) -> Result<Step, ExecutionError> {
        self.step_for(u64::MAX)
    }

    /// Runs until an oracle is needed, the program ends or so many steps were taken.
    ///
    /// # Errors
    /// See [`FailureKind`].
    pub fn step_for(&mut self, steps: u64) -> Result<Step, ExecutionError> {
        self.fuel.slice = steps;
        self.advance().map_err(|kind| self.explain(kind))
    }

    /// Steps taken so far.
    #[must_use]
    pub fn steps_taken(&self) -> u64 {
        self.limits.steps - self.fuel.total
    }

    /// Gives the answer of the oracle that the last step asked.
    ///
    /// # Errors
    /// If no oracle was asked or the answer does not have the shape that the circuit declares.
    pub fn resume(&mut self, answer: &[ForeignValue]) -> Result<(), ExecutionError> {
        self.accept(answer).map_err(|kind| self.explain(kind))
    }

    fn accept(&mut self, answer: &[ForeignValue]) -> Result<(), FailureKind> {
        if !matches!(self.waiting, Waiting::Oracle) {
            return Err(FailureKind::OutOfTurn);
        }
        let program = Arc::clone(&self.program);
        let Some((function, code)) = self.present_call(&program) else {
            return Err(FailureKind::OutOfTurn);
        };
        self.machine
            .resume(code, answer, &mut self.fuel)
            .map_err(|fault| FailureKind::Brillig {
                function,
                name: code.name.clone(),
                fault,
            })?;
        self.waiting = Waiting::Machine;
        Ok(())
    }

    /// The unconstrained function of the present opcode.
    fn present_call<'a>(
        &self,
        program: &'a Program,
    ) -> Option<(u32, &'a crate::lower::BrilligCode)> {
        let frame = self.frames.last()?;
        let circuit = program.code.circuits.get(frame.circuit as usize)?;
        let Op::Brillig(call) = circuit.ops.get(frame.ip)? else {
            return None;
        };
        let site = circuit.brillig_calls.get(*call as usize)?;
        Some((
            site.function,
            program.code.brillig.get(site.function as usize)?,
        ))
    }

    /// Begins a circuit.
    fn enter(&mut self, circuit: u32, inputs: &[(Witness, Fe)]) -> Result<(), FailureKind> {
        if self.frames.len() >= self.limits.circuit_depth {
            return Err(FailureKind::CallDepth {
                limit: self.limits.circuit_depth,
            });
        }
        let code = self
            .program
            .code
            .circuits
            .get(circuit as usize)
            .ok_or(FailureKind::UnknownFunction(circuit))?;
        let inputs_end = inputs
            .iter()
            .map(|(witness, _)| witness.0 as usize + 1)
            .max();
        let count = inputs_end.unwrap_or(0).max(code.witness_count as usize);
        self.witnesses = self.witnesses.saturating_add(count);
        if self.witnesses > self.limits.witnesses {
            return Err(FailureKind::WitnessLimit {
                limit: self.limits.witnesses,
            });
        }
        let mut witness = WitnessTable::new(count);
        for (index, value) in inputs {
            witness.assign(index.0, *value);
        }
        let exact = code.exact
            && inputs.len() == code.parameters.len()
            && code
                .parameters
                .iter()
                .all(|parameter| witness.get(*parameter).is_some());
        self.frames.push(Frame {
            circuit,
            ip: 0,
            witness,
            blocks: (0..code.block_count).map(|_| None).collect(),
            exact,
        });
        Ok(())
    }

    fn advance(&mut self) -> Result<Step, FailureKind> {
        if matches!(self.waiting, Waiting::Oracle) {
            return Err(FailureKind::OutOfTurn);
        }
        let program = Arc::clone(&self.program);
        loop {
            let Some(mut frame) = self.frames.pop() else {
                return Err(FailureKind::OutOfTurn);
            };
            let outcome = match program.code.circuits.get(frame.circuit as usize) {
                Some(code) => self.run_frame(&program, code, &mut frame),
                None => Err(FailureKind::UnknownFunction(frame.circuit)),
            };
            match outcome {
                Ok(Outcome::Next) => match self.leave(&program, frame)? {
                    Some(solved) => return Ok(Step::Done(solved)),
                    None => continue,
                },
                Ok(Outcome::Entered) => {
                    // The called circuit's frame is on top already; its caller belongs below it.
                    let position = self.frames.len().saturating_sub(1);
                    self.frames.insert(position, frame);
                }
                Ok(Outcome::ForeignCall(call)) => {
                    self.frames.push(frame);
                    self.waiting = Waiting::Oracle;
                    return Ok(Step::ForeignCall(call));
                }
                Ok(Outcome::Paused) => {
                    self.frames.push(frame);
                    return Ok(Step::Paused);
                }
                Err(kind) => {
                    self.frames.push(frame);
                    return Err(kind);
                }
            }
        }
    }

    /// Ends a circuit: hands its results to its caller, or ends the execution.
    fn leave(&mut self, program: &Program, frame: Frame) -> Result<Option<Solved>, FailureKind> {
        let Some(caller) = self.frames.last_mut() else {
            let called = core::mem::take(&mut self.called);
            return Ok(Some(Solved {
                witness: frame.witness,
                called,
            }));
        };
        let site = program
            .code
            .circuits
            .get(caller.circuit as usize)
            .and_then(|code| match code.ops.get(caller.ip) {
                Some(Op::Call(call)) => code.calls.get(*call as usize),
                _ => None,
            })
            .ok_or(FailureKind::UnknownFunction(frame.circuit))?;
        let results = program
            .code
            .circuits
            .get(frame.circuit as usize)
            .map_or(&[][..], |code| &code.return_values);
        if results.len() != site.outputs.len() {
            return Err(FailureKind::Results {
                expected: site.outputs.len(),
                actual: results.len(),
            });
        }
        for (output, result) in site.outputs.iter().zip(results) {
            let value = frame
                .witness
                .get(*result)
                .ok_or(FailureKind::MissingWitness(result.0))?;
            if !caller.witness.insert(*output, value) {
                return Err(FailureKind::UnsatisfiedConstraint);
            }
        }
        caller.ip += 1;
        self.called.push((frame.circuit, frame.witness));
        Ok(None)
    }

    /// Runs a circuit until it ends or something outside of it is needed.
    fn run_frame(
        &mut self,
        program: &Program,
        code: &CircuitCode,
        frame: &mut Frame,
    ) -> Result<Outcome, FailureKind> {
        while let Some(op) = code.ops.get(frame.ip) {
            if self.fuel.slice == 0 {
                return Ok(Outcome::Paused);
            }
            // An opcode that goes on was paid for when it began.
            if matches!(self.waiting, Waiting::Nothing) {
                self.fuel.spend(1).map_err(|_| FailureKind::StepBudget)?;
            }
            match *op {
                Op::Check(expression) if frame.exact => {
                    if !code
                        .expressions
                        .evaluate(expression, frame.witness.values())
                        .is_zero()
                    {
                        return Err(FailureKind::UnsatisfiedConstraint);
                    }
                }
                Op::Assign(target, expression) if frame.exact => {
                    let value = code
                        .expressions
                        .evaluate(expression, frame.witness.values());
                    frame.witness.assign(target, value);
                }
                Op::Check(expression) => {
                    solve::solve(&code.expressions, expression, &mut frame.witness)?;
                }
                Op::Assign(target, expression) => {
                    let value = solve::evaluate(&code.expressions, expression, &frame.witness)?;
                    if !frame.witness.insert(target, value) {
                        return Err(FailureKind::UnsatisfiedConstraint);
                    }
                }
                Op::Solve(expression, expected) => {
                    let solved = solve::solve(&code.expressions, expression, &mut frame.witness)?;
                    frame.exact &= solved == expected;
                }
                Op::Range { witness, bits } => {
                    let value = match frame.witness.get(Witness(witness)) {
                        Some(value) => value,
                        None => return Err(FailureKind::MissingWitness(witness)),
                    };
                    if value.num_bits() > bits {
                        return Err(FailureKind::UnsatisfiedConstraint);
                    }
                }
                Op::BlackBox(call) => {
                    if let Some(call) = code.black_boxes.get(call as usize) {
                        black_box::run(call, &mut frame.witness)?;
                    }
                }
                Op::MemoryInit {
                    block,
                    start,
                    count,
                } => {
                    self.initialise(code, frame, block, start, count)?;
                }
                Op::MemoryRead {
                    block,
                    index,
                    target,
                } => {
                    let index = value_of(code, frame, index)?;
                    let values = block_of(frame, block)?;
                    let value = *values.get(position(index, values.len())?).ok_or(
                        FailureKind::IndexOutOfBounds {
                            index,
                            size: values.len(),
                        },
                    )?;
                    if !frame.witness.insert(target, value) {
                        return Err(FailureKind::UnsatisfiedConstraint);
                    }
                }
                Op::MemoryWrite {
                    block,
                    index,
                    value,
                } => {
                    let index = value_of(code, frame, index)?;
                    let value = value_of(code, frame, value)?;
                    let values = block_of(frame, block)?;
                    let size = values.len();
                    let slot = values
                        .get_mut(position(index, size)?)
                        .ok_or(FailureKind::IndexOutOfBounds { index, size })?;
                    *slot = value;
                }
                Op::MalformedMemory => return Err(FailureKind::MalformedMemoryOperation),
                Op::Brillig(call) => {
                    if let Some(site) = code.brillig_calls.get(call as usize) {
                        match self.brillig(program, code, frame, site)? {
                            Outcome::Next => {}
                            other => return Ok(other),
                        }
                    }
                }
                Op::Call(call) => {
                    if let Some(site) = code.calls.get(call as usize)
                        && self.call(code, frame, site)?
                    {
                        return Ok(Outcome::Entered);
                    }
                }
                Op::Skip => {}
            }
            frame.ip += 1;
        }
        Ok(Outcome::Next)
    }

    fn initialise(
        &mut self,
        code: &CircuitCode,
        frame: &mut Frame,
        block: u32,
        start: u32,
        count: u32,
    ) -> Result<(), FailureKind> {
        let range = start as usize..start as usize + count as usize;
        let witnesses = code.init_witnesses.get(range).unwrap_or(&[]);
        let values = witnesses
            .iter()
            .map(|witness| {
                let value = frame.witness.get(Witness(*witness));
                value.ok_or(FailureKind::MissingWitness(*witness))
            })
            .collect::<Result<Vec<_>, _>>()?;
        match frame.blocks.get_mut(block as usize) {
            Some(slot @ None) => *slot = Some(values),
            Some(Some(_)) => return Err(FailureKind::BlockInitialisedTwice),
            None => return Err(FailureKind::MissingBlock),
        }
        Ok(())
    }

    /// Begins a circuit, or skips it if its predicate says so.
    fn call(
        &mut self,
        code: &CircuitCode,
        frame: &mut Frame,
        site: &CallSite,
    ) -> Result<bool, FailureKind> {
        if site.function == 0 {
            return Err(FailureKind::EntryPointCalled);
        }
        if !enabled(code, frame, site.predicate)? {
            zero(frame, &site.outputs)?;
            return Ok(false);
        }
        let inputs = (0u32..)
            .zip(&site.inputs)
            .map(|(parameter, witness)| {
                let value = frame.witness.get(Witness(*witness));
                let value = value.ok_or(FailureKind::MissingWitness(*witness))?;
                Ok::<_, FailureKind>((Witness(parameter), value))
            })
            .collect::<Result<Vec<_>, _>>()?;
        self.enter(site.function, &inputs)?;
        Ok(true)
    }

    /// Runs an unconstrained function, from its start or from where it waited.
    fn brillig(
        &mut self,
        program: &Program,
        code: &CircuitCode,
        frame: &mut Frame,
        site: &BrilligCallSite,
    ) -> Result<Outcome, FailureKind> {
        let Some(function) = program.code.brillig.get(site.function as usize) else {
            return Err(FailureKind::UnknownFunction(site.function));
        };
        if matches!(self.waiting, Waiting::Nothing) {
            if !enabled(code, frame, site.predicate)? {
                zero(frame, &site.outputs)?;
                return Ok(Outcome::Next);
            }
            let calldata = self.machine.start();
            for input in &site.inputs {
                match input {
                    BrilligArgument::Value(expression) => {
                        calldata.push(value_of(code, frame, *expression)?);
                    }
                    BrilligArgument::Memory(block) => {
                        calldata.extend_from_slice(block_of(frame, *block)?);
                    }
                }
            }
            let arguments = calldata.len() as u64;
            self.fuel
                .spend(arguments)
                .map_err(|_| FailureKind::StepBudget)?;
        }
        let exit = self
            .machine
            .run(function, &mut self.fuel)
            .map_err(|fault| FailureKind::Brillig {
                function: site.function,
                name: function.name.clone(),
                fault,
            })?;
        match exit {
            Exit::Finished { offset, size } => {
                self.waiting = Waiting::Nothing;
                let mismatch = FailureKind::Results {
                    expected: site.outputs.len(),
                    actual: size,
                };
                if size != site.outputs.len() {
                    return Err(mismatch);
                }
                let Some(results) = self.machine.results(offset, size) else {
                    return Err(mismatch);
                };
                for (output, result) in site.outputs.iter().zip(results) {
                    if !frame.witness.insert(*output, result.to_field()) {
                        return Err(FailureKind::UnsatisfiedConstraint);
                    }
                }
                Ok(Outcome::Next)
            }
            Exit::ForeignCall(call) => Ok(Outcome::ForeignCall(call)),
            Exit::Paused => {
                self.waiting = Waiting::Machine;
                Ok(Outcome::Paused)
            }
        }
    }
}
