//! The machine that runs unconstrained functions.

mod arithmetic;
mod black_box;
mod foreign_call;
mod memory;

pub use foreign_call::{ForeignCall, ForeignValue};
pub(crate) use memory::{Memory, Slot};

use crate::Fe;
use crate::blackbox::BlackBoxError;
use crate::ir::{IntegerSize, MemoryAddress};
use crate::lower::{Address, BrilligCode, Instruction, Vector};

/// Why an unconstrained function stopped without a result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VmFault {
    /// The function failed on purpose, with data.
    #[error("assertion failed")]
    Trap {
        /// Key into the ABI's `error_types` and values of the message's parameters.
        payload: Option<(u64, Vec<Fe>)>,
    },
    /// Revert data does not begin with an error selector or lies outside of memory.
    #[error("the function failed with malformed data")]
    MalformedRevertData,
    /// An operand has another type than the instruction works on.
    #[error("an operand of {actual} bits where {expected} bits are needed")]
    Type {
        /// Width that the instruction works on; 254 is a field element.
        expected: u32,
        /// Width of the operand's type.
        actual: u32,
    },
    /// Division by zero.
    #[error("attempt to divide by zero")]
    DivisionByZero,
    /// A shift by the width of the type or more.
    #[error("attempted to shift by {by} bits on a type of bit size {bits}")]
    Shift {
        /// The amount.
        by: u128,
        /// Width of the type.
        bits: u32,
    },
    /// The free memory pointer would wrap around.
    #[error("out of memory")]
    OutOfMemory,
    /// Memory would grow beyond its limit.
    #[error("the function needs more than {limit} slots of memory")]
    MemoryLimit {
        /// The limit in slots.
        limit: usize,
    },
    /// A read outside of the memory in use.
    #[error("read of {count} slots at {address}, outside of memory")]
    OutOfBounds {
        /// First slot.
        address: u64,
        /// Number of slots.
        count: u64,
    },
    /// Arguments beyond those given were asked for.
    #[error("arguments {offset} to {end} were asked for but there are {available}")]
    Calldata {
        /// First argument.
        offset: u64,
        /// End of the range.
        end: u64,
        /// Arguments given.
        available: usize,
    },
    /// A return without a call.
    #[error("return outside of a call")]
    EmptyCallStack,
    /// Calls are nested too deeply.
    #[error("calls are nested more than {limit} deep")]
    CallDepth {
        /// The limit.
        limit: usize,
    },
    /// The answer of an oracle does not have the shape that the function declares.
    #[error("the answer of oracle {name} does not fit: {reason}")]
    OracleAnswer {
        /// The oracle.
        name: String,
        /// What is wrong.
        reason: OracleMismatch,
    },
    /// An oracle's arguments or results are declared in a way that makes no sense.
    #[error("oracle {name} is declared with types that do not fit its arguments or results")]
    OracleTypes {
        /// The oracle.
        name: String,
    },
    /// A black box function failed.
    #[error(transparent)]
    BlackBox(#[from] BlackBoxError),
    /// All steps are used up.
    #[error("the step budget is used up")]
    StepBudget,
}

/// What is wrong with an oracle's answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OracleMismatch {
    /// Wrong number of values.
    #[error("{actual} values where {expected} are needed")]
    Count {
        /// Values needed.
        expected: usize,
        /// Values given.
        actual: usize,
    },
    /// Wrong number of elements.
    #[error("value {position} has {actual} elements where {expected} are needed")]
    Length {
        /// Which value.
        position: usize,
        /// Elements needed.
        expected: u64,
        /// Elements given.
        actual: usize,
    },
    /// An array where a single value is needed, or the reverse.
    #[error("value {position} is an array where a single value is needed or the reverse")]
    Shape {
        /// Which value.
        position: usize,
    },
    /// A value is too wide for its type.
    #[error("value {position} does not fit {bits} bits")]
    Width {
        /// Which value.
        position: usize,
        /// Width of the type.
        bits: u32,
    },
}

/// How a run ended.
pub(crate) enum Exit {
    /// The results are in memory.
    Finished { offset: usize, size: usize },
    /// An oracle must be asked; `resume` writes its answer.
    ForeignCall(ForeignCall),
    /// The slice of steps is used up; run again to continue.
    Paused,
}

/// Steps that may still be taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fuel {
    /// Until the execution fails.
    pub total: u64,
    /// Until the execution pauses.
    pub slice: u64,
}

impl Fuel {
    /// Takes steps away at once.
    pub(crate) fn spend(&mut self, steps: u64) -> Result<(), VmFault> {
        self.total = self.total.checked_sub(steps).ok_or(VmFault::StepBudget)?;
        self.slice = self.slice.saturating_sub(steps);
        Ok(())
    }
}

/// The state of a run.
pub(crate) struct Machine {
    memory: Memory,
    calldata: Vec<Fe>,
    call_stack: Vec<u32>,
    pc: usize,
    call_depth_limit: usize,
}

impl Machine {
    pub(crate) fn new(memory_limit: usize, call_depth_limit: usize) -> Self {
        Self {
            memory: Memory::new(memory_limit),
            calldata: Vec::new(),
            call_stack: Vec::new(),
            pc: 0,
            call_depth_limit,
        }
    }

    /// Prepares a run and returns the place for its arguments.
    pub(crate) fn start(&mut self) -> &mut Vec<Fe> {
        self.memory.reset();
        self.calldata.clear();
        self.call_stack.clear();
        self.pc = 0;
        &mut self.calldata
    }

    /// Positions of the calls that led here, outermost first, and of the present instruction.
    pub(crate) fn locations(&self) -> Vec<u32> {
        let mut locations = self.call_stack.clone();
        locations.push(self.pc as u32);
        locations
    }

    /// Values of the results.
    pub(crate) fn results(&self, offset: usize, size: usize) -> Option<&[Slot]> {
        self.memory.read_slice(offset, size).ok()
    }

    #[inline(always)]
    fn resolve(&self, address: Address) -> usize {
        address.resolve(self.memory.stack_pointer()) as usize
    }

    /// The slot of an address as the circuit states it.
    fn resolve_ir(&self, address: MemoryAddress) -> usize {
        let slot = match address {
            MemoryAddress::Direct(slot) => u64::from(slot),
            MemoryAddress::Relative(offset) => {
                u64::from(offset) + u64::from(self.memory.stack_pointer())
            }
        };
        usize::try_from(slot).unwrap_or(usize::MAX)
    }

    #[inline(always)]
    fn get(&self, address: Address) -> Slot {
        self.memory.read(self.resolve(address))
    }

    #[inline(always)]
    fn set(&mut self, address: Address, value: Slot) -> Result<(), VmFault> {
        let index = self.resolve(address);
        self.memory.write(index, value)
    }

    #[inline(always)]
    fn set_u32(&mut self, address: Address, value: u32) -> Result<(), VmFault> {
        let index = self.resolve(address);
        self.memory
            .write_small(index, IntegerSize::U32, u64::from(value))
    }

    #[inline(always)]
    fn set_boolean(&mut self, address: Address, value: bool) -> Result<(), VmFault> {
        let index = self.resolve(address);
        self.memory
            .write_small(index, IntegerSize::U1, u64::from(value))
    }

    #[inline(always)]
    fn get_u32(&self, address: Address) -> Result<u32, VmFault> {
        let slot = self.get(address);
        slot.as_u32().ok_or_else(|| type_fault(32, &slot))
    }

    #[inline(always)]
    fn get_boolean(&self, address: Address) -> Result<bool, VmFault> {
        let slot = self.get(address);
        slot.as_boolean().ok_or_else(|| type_fault(1, &slot))
    }

    /// Runs until the function ends, needs an oracle or used up its slice of steps.
    pub(crate) fn run(&mut self, code: &BrilligCode, fuel: &mut Fuel) -> Result<Exit, VmFault> {
        let granted = fuel.total.min(fuel.slice);
        let mut steps = granted;
        let mut pc = self.pc;
        // The loop works on copies of these two, which stay in registers.
        let outcome = 'run: {
            macro_rules! attempt {
                ($result:expr) => {
                    match $result {
                        Ok(value) => value,
                        Err(fault) => break 'run Err(fault),
                    }
                };
            }
            // Goes from the first to the second of two fused instructions.
            macro_rules! second {
                () => {
                    pc += 1;
                    if steps == 0 {
                        break 'run Ok(Exit::Paused);
                    }
                    steps -= 1;
                };
            }
            loop {
                let Some(instruction) = code.instructions.get(pc) else {
                    break 'run Ok(Exit::Finished { offset: 0, size: 0 });
                };
                if steps == 0 {
                    break 'run Ok(Exit::Paused);
                }
                steps -= 1;
                match *instruction {
                    Instruction::Add32 { d, l, r } => {
                        let value =
                            attempt!(self.get_u32(l)).wrapping_add(attempt!(self.get_u32(r)));
                        attempt!(self.set_u32(d, value));
                    }
                    Instruction::Sub32 { d, l, r } => {
                        let value =
                            attempt!(self.get_u32(l)).wrapping_sub(attempt!(self.get_u32(r)));
                        attempt!(self.set_u32(d, value));
                    }
                    Instruction::Equals32 { d, l, r } => {
                        let value = attempt!(self.get_u32(l)) == attempt!(self.get_u32(r));
                        attempt!(self.set_boolean(d, value));
                    }
                    Instruction::Less32 { d, l, r } => {
                        let value = attempt!(self.get_u32(l)) < attempt!(self.get_u32(r));
                        attempt!(self.set_boolean(d, value));
                    }
                    Instruction::LessEquals32 { d, l, r } => {
                        let value = attempt!(self.get_u32(l)) <= attempt!(self.get_u32(r));
                        attempt!(self.set_boolean(d, value));
                    }
                    Instruction::Mov { d, s } => {
                        let value = self.get(s);
                        attempt!(self.set(d, value));
                    }
                    Instruction::Load { d, p } => {
                        let source = attempt!(self.pointer(self.resolve(p)));
                        let value = self.memory.read(source);
                        attempt!(self.set(d, value));
                    }
                    Instruction::Store { p, s } => {
                        let target = attempt!(self.pointer(self.resolve(p)));
                        let value = self.get(s);
                        attempt!(self.memory.write(target, value));
                    }
                    Instruction::AddLoad { d, l, r, target } => {
                        let pointer =
                            attempt!(self.get_u32(l)).wrapping_add(attempt!(self.get_u32(r)));
                        attempt!(self.set_u32(d, pointer));
                        second!();
                        let value = self.memory.read(pointer as usize);
                        attempt!(self.set(target, value));
                    }
                    Instruction::AddStore { d, l, r, source } => {
                        let pointer =
                            attempt!(self.get_u32(l)).wrapping_add(attempt!(self.get_u32(r)));
                        attempt!(self.set_u32(d, pointer));
                        second!();
                        let value = self.get(source);
                        attempt!(self.memory.write(pointer as usize, value));
                    }
                    Instruction::LessJump { d, l, r, to } => {
                        let value = attempt!(self.get_u32(l)) < attempt!(self.get_u32(r));
                        attempt!(self.set_boolean(d, value));
                        second!();
                        if value {
                            pc = to as usize;
                            continue;
                        }
                    }
                    Instruction::EqualsJump { d, l, r, to } => {
                        let value = attempt!(self.get_u32(l)) == attempt!(self.get_u32(r));
                        attempt!(self.set_boolean(d, value));
                        second!();
                        if value {
                            pc = to as usize;
                            continue;
                        }
                    }
                    Instruction::Const32 { d, value } => attempt!(self.set_u32(d, value)),
                    Instruction::Const { d, value } => {
                        let value = constant(code, value);
                        attempt!(self.set(d, value));
                    }
                    Instruction::IndirectConst { p, value } => {
                        let target = attempt!(self.pointer(self.resolve(p)));
                        attempt!(self.memory.write(target, constant(code, value)));
                    }
                    Instruction::JumpIf { condition, to } => {
                        if attempt!(self.get_boolean(condition)) {
                            pc = to as usize;
                            continue;
                        }
                    }
                    Instruction::Jump { to } => {
                        pc = to as usize;
                        continue;
                    }
                    Instruction::Call { to } => {
                        if self.call_stack.len() >= self.call_depth_limit {
                            break 'run Err(VmFault::CallDepth {
                                limit: self.call_depth_limit,
                            });
                        }
                        self.call_stack.push(pc as u32);
                        pc = to as usize;
                        continue;
                    }
                    Instruction::Return => {
                        let caller = attempt!(self.call_stack.pop().ok_or(VmFault::EmptyCallStack));
                        pc = caller as usize;
                    }
                    Instruction::Integer { op, size, d, l, r } => {
                        let (size, value) =
                            attempt!(arithmetic::small(op, size, &self.get(l), &self.get(r)));
                        let target = self.resolve(d);
                        attempt!(self.memory.write_small(target, size, value));
                    }
                    Instruction::Wide { op, d, l, r } => {
                        let value = attempt!(arithmetic::wide(op, &self.get(l), &self.get(r)));
                        attempt!(self.set(d, value));
                    }
                    Instruction::AddChecked32 { d, l, r } => {
                        let sum = attempt!(self.get_u32(l)).checked_add(attempt!(self.get_u32(r)));
                        attempt!(self.set_u32(d, attempt!(sum.ok_or(VmFault::OutOfMemory))));
                    }
                    Instruction::And1 { d, l, r } => {
                        let value = attempt!(self.get_boolean(l)) & attempt!(self.get_boolean(r));
                        attempt!(self.set_boolean(d, value));
                    }
                    Instruction::Or1 { d, l, r } => {
                        let value = attempt!(self.get_boolean(l)) | attempt!(self.get_boolean(r));
                        attempt!(self.set_boolean(d, value));
                    }
                    Instruction::Not1 { d, s } => {
                        let value = !attempt!(self.get_boolean(s));
                        attempt!(self.set_boolean(d, value));
                    }
                    Instruction::Mul32 { d, l, r } => {
                        let value =
                            attempt!(self.get_u32(l)).wrapping_mul(attempt!(self.get_u32(r)));
                        attempt!(self.set_u32(d, value));
                    }
                    Instruction::Field { op, d, l, r } => {
                        let value = attempt!(arithmetic::field(op, &self.get(l), &self.get(r)));
                        attempt!(self.set(d, value));
                    }
                    Instruction::Not { size, d, s } => {
                        let source = self.get(s);
                        let value = attempt!(
                            source
                                .as_integer(size)
                                .ok_or_else(|| type_fault(size.bits(), &source))
                        );
                        attempt!(self.set(d, Slot::integer(size, !value & size.max())));
                    }
                    Instruction::Cast { to, d, s } => {
                        let value = self.get(s).cast(to);
                        attempt!(self.set(d, value));
                    }
                    Instruction::ConditionalMov { d, a, b, condition } => {
                        let value = self.get(if attempt!(self.get_boolean(condition)) {
                            a
                        } else {
                            b
                        });
                        attempt!(self.set(d, value));
                    }
                    Instruction::CalldataCopy { d, size, offset } => {
                        attempt!(self.copy_calldata(d, size, offset, fuel));
                    }
                    Instruction::BlackBox { call } => {
                        if let Some(call) = code.black_boxes.get(call as usize) {
                            attempt!(self.black_box(call, fuel));
                        }
                    }
                    Instruction::ForeignCall { call } => {
                        if let Some(site) = code.foreign_calls.get(call as usize) {
                            break 'run Ok(Exit::ForeignCall(attempt!(
                                self.foreign_call(site, fuel)
                            )));
                        }
                    }
                    Instruction::Trap { data } => break 'run Err(self.trap(data)),
                    Instruction::Stop { data } => {
                        let (offset, size) = attempt!(self.vector(data));
                        break 'run Ok(Exit::Finished { offset, size });
                    }
                }
                pc += 1;
            }
        };
        self.pc = pc;
        let spent = granted - steps;
        fuel.total = fuel.total.saturating_sub(spent);
        fuel.slice = fuel.slice.saturating_sub(spent);
        match outcome {
            Ok(Exit::Paused) if fuel.total == 0 => Err(VmFault::StepBudget),
            other => other,
        }
    }

    /// Writes the answer of the oracle that the machine waits for.
    pub(crate) fn resume(
        &mut self,
        code: &BrilligCode,
        answer: &[ForeignValue],
        fuel: &mut Fuel,
    ) -> Result<(), VmFault> {
        if let Some(Instruction::ForeignCall { call }) = code.instructions.get(self.pc)
            && let Some(site) = code.foreign_calls.get(*call as usize)
        {
            self.foreign_call_answer(site, answer, fuel)?;
        }
        self.pc += 1;
        Ok(())
    }

    /// The address that a slot holds.
    #[inline(always)]
    fn pointer(&self, index: usize) -> Result<usize, VmFault> {
        let slot = self.memory.read(index);
        match slot.as_u32() {
            Some(address) => Ok(address as usize),
            None => Err(type_fault(32, &slot)),
        }
    }

    /// First slot and number of slots of a vector.
    fn vector(&self, vector: Vector) -> Result<(usize, usize), VmFault> {
        let size = self.get_u32(vector.size)? as usize;
        if size == 0 {
            return Ok((0, 0));
        }
        Ok((self.pointer(self.resolve(vector.pointer))?, size))
    }

    fn copy_calldata(
        &mut self,
        d: Address,
        size: Address,
        offset: Address,
        fuel: &mut Fuel,
    ) -> Result<(), VmFault> {
        let size = self.get_u32(size)?;
        let offset = self.get_u32(offset)?;
        let end = u64::from(offset) + u64::from(size);
        if end > self.calldata.len() as u64 {
            return Err(VmFault::Calldata {
                offset: u64::from(offset),
                end,
                available: self.calldata.len(),
            });
        }
        fuel.spend(u64::from(size))?;
        let start = self.resolve(d);
        let calldata = core::mem::take(&mut self.calldata);
        let written = self.memory.write_slice(
            start,
            calldata[offset as usize..end as usize]
                .iter()
                .map(|value| Slot::field(*value)),
        );
        self.calldata = calldata;
        written
    }

    fn trap(&self, data: Vector) -> VmFault {
        let payload = || -> Result<Option<(u64, Vec<Fe>)>, VmFault> {
            let (offset, size) = self.vector(data)?;
            match self.memory.read_slice(offset, size)? {
                [] => Ok(None),
                [selector, values @ ..] => {
                    let selector = selector
                        .as_integer(IntegerSize::U64)
                        .ok_or(VmFault::MalformedRevertData)?;
                    let values = values.iter().map(|slot| slot.to_field()).collect();
                    Ok(Some((selector as u64, values)))
                }
            }
        };
        match payload() {
            Ok(payload) => VmFault::Trap { payload },
            Err(_) => VmFault::MalformedRevertData,
        }
    }
}

fn constant(code: &BrilligCode, index: u32) -> Slot {
    code.constants
        .get(index as usize)
        .copied()
        .unwrap_or(Slot::EMPTY)
}

#[cold]
fn type_fault(expected: u32, actual: &Slot) -> VmFault {
    VmFault::Type {
        expected,
        actual: actual.bits(),
    }
}
