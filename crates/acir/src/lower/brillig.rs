//! Unconstrained functions as instructions of fixed size.

use super::LowerError;
use crate::Fe;
use crate::ir::{
    BinaryFieldOp, BinaryIntOp, BitSize, BrilligBlackBox, BrilligFunction, BrilligOpcode,
    HeapValueType, HeapVector, IntegerSize, MemoryAddress, ValueOrArray,
};
use crate::vm::Slot;

/// Marks addresses that are relative to the stack pointer.
const RELATIVE: u32 = 1 << 31;

/// An address: the top bit tells relative from direct ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address(u32);

impl Address {
    /// The slot, given the stack pointer. Fits 33 bits.
    #[inline(always)]
    pub(crate) fn resolve(self, stack_pointer: u32) -> u64 {
        let base = if self.0 & RELATIVE == 0 {
            0
        } else {
            stack_pointer
        };
        u64::from(self.0 & !RELATIVE) + u64::from(base)
    }

    /// Whether writing to this address cannot change which slot it stands for: it is not the stack
    /// pointer's. (A relative address of slot 0 would need the stack pointer to be zero.)
    fn is_stable(self) -> bool {
        self.0 & !RELATIVE != 0
    }

    pub(crate) fn new(address: MemoryAddress) -> Result<Self, LowerError> {
        let (offset, flag) = match address {
            MemoryAddress::Direct(offset) => (offset, 0),
            MemoryAddress::Relative(offset) => (offset, RELATIVE),
        };
        if offset & RELATIVE == 0 {
            Ok(Self(offset | flag))
        } else {
            Err(LowerError::AddressTooLarge { address: offset })
        }
    }
}

/// An instruction.
#[derive(Clone, Copy)]
pub(crate) enum Instruction {
    Add32 {
        d: Address,
        l: Address,
        r: Address,
    },
    Sub32 {
        d: Address,
        l: Address,
        r: Address,
    },
    Equals32 {
        d: Address,
        l: Address,
        r: Address,
    },
    Less32 {
        d: Address,
        l: Address,
        r: Address,
    },
    LessEquals32 {
        d: Address,
        l: Address,
        r: Address,
    },
    /// Fails instead of wrapping around.
    AddChecked32 {
        d: Address,
        l: Address,
        r: Address,
    },
    Mul32 {
        d: Address,
        l: Address,
        r: Address,
    },
    And1 {
        d: Address,
        l: Address,
        r: Address,
    },
    Or1 {
        d: Address,
        l: Address,
        r: Address,
    },
    Not1 {
        d: Address,
        s: Address,
    },
    /// `Add32` and the `Load` after it, whose pointer is the sum.
    AddLoad {
        d: Address,
        l: Address,
        r: Address,
        target: Address,
    },
    /// `Add32` and the `Store` after it, whose pointer is the sum.
    AddStore {
        d: Address,
        l: Address,
        r: Address,
        source: Address,
    },
    /// `Less32` and the `JumpIf` after it, whose condition is the result.
    LessJump {
        d: Address,
        l: Address,
        r: Address,
        to: u32,
    },
    /// `Equals32` and the `JumpIf` after it, whose condition is the result.
    EqualsJump {
        d: Address,
        l: Address,
        r: Address,
        to: u32,
    },
    /// An operation on 128 bits.
    Wide {
        op: BinaryIntOp,
        d: Address,
        l: Address,
        r: Address,
    },
    /// An operation on at most 64 bits.
    Integer {
        op: BinaryIntOp,
        size: IntegerSize,
        d: Address,
        l: Address,
        r: Address,
    },
    Field {
        op: BinaryFieldOp,
        d: Address,
        l: Address,
        r: Address,
    },
    Not {
        size: IntegerSize,
        d: Address,
        s: Address,
    },
    Cast {
        to: BitSize,
        d: Address,
        s: Address,
    },
    JumpIf {
        condition: Address,
        to: u32,
    },
    Jump {
        to: u32,
    },
    CalldataCopy {
        d: Address,
        size: Address,
        offset: Address,
    },
    Call {
        to: u32,
    },
    Const {
        d: Address,
        value: u32,
    },
    Const32 {
        d: Address,
        value: u32,
    },
    IndirectConst {
        p: Address,
        value: u32,
    },
    Return,
    ForeignCall {
        call: u32,
    },
    Mov {
        d: Address,
        s: Address,
    },
    ConditionalMov {
        d: Address,
        a: Address,
        b: Address,
        condition: Address,
    },
    Load {
        d: Address,
        p: Address,
    },
    Store {
        p: Address,
        s: Address,
    },
    BlackBox {
        call: u32,
    },
    Trap {
        data: Vector,
    },
    Stop {
        data: Vector,
    },
}

/// A vector's pointer and size.
#[derive(Clone, Copy)]
pub(crate) struct Vector {
    pub pointer: Address,
    pub size: Address,
}

/// Data of a foreign call.
pub(crate) struct ForeignCallSite {
    pub name: String,
    pub destinations: Vec<(ValueOrArray, HeapValueType)>,
    pub inputs: Vec<(ValueOrArray, HeapValueType)>,
}

/// An unconstrained function ready to run.
pub(crate) struct BrilligCode {
    pub name: String,
    pub instructions: Vec<Instruction>,
    pub constants: Vec<Slot>,
    pub foreign_calls: Vec<ForeignCallSite>,
    pub black_boxes: Vec<BrilligBlackBox>,
}

/// Lowers a function.
pub(super) fn lower(function: BrilligFunction) -> Result<BrilligCode, LowerError> {
    let mut code = BrilligCode {
        name: function.name,
        instructions: Vec::with_capacity(function.bytecode.len()),
        constants: Vec::new(),
        foreign_calls: Vec::new(),
        black_boxes: Vec::new(),
    };
    for opcode in function.bytecode {
        let instruction = code.lower_opcode(opcode)?;
        code.instructions.push(instruction);
    }
    fuse(&mut code.instructions);
    Ok(code)
}

/// Puts an instruction that does the work of two in the place of the first; the second stays where it
/// is for those who jump to it.
fn fuse(instructions: &mut [Instruction]) {
    for index in 1..instructions.len() {
        let fused = match (instructions[index - 1], instructions[index]) {
            (Instruction::Add32 { d, l, r }, Instruction::Load { d: target, p })
                if p == d && d.is_stable() =>
            {
                Instruction::AddLoad { d, l, r, target }
            }
            (Instruction::Add32 { d, l, r }, Instruction::Store { p, s })
                if p == d && d.is_stable() =>
            {
                Instruction::AddStore { d, l, r, source: s }
            }
            (Instruction::Less32 { d, l, r }, Instruction::JumpIf { condition, to })
                if condition == d && d.is_stable() =>
            {
                Instruction::LessJump { d, l, r, to }
            }
            (Instruction::Equals32 { d, l, r }, Instruction::JumpIf { condition, to })
                if condition == d && d.is_stable() =>
            {
                Instruction::EqualsJump { d, l, r, to }
            }
            _ => continue,
        };
        instructions[index - 1] = fused;
    }
}

impl BrilligCode {
    fn constant(&mut self, bit_size: BitSize, value: Fe) -> Result<u32, LowerError> {
        let slot = Slot::checked(value, bit_size).ok_or(LowerError::ConstantTooWide)?;
        self.constants.push(slot);
        Ok(self.constants.len() as u32 - 1)
    }

    fn lower_opcode(&mut self, opcode: BrilligOpcode) -> Result<Instruction, LowerError> {
        let address = Address::new;
        let vector = |vector: HeapVector| -> Result<Vector, LowerError> {
            Ok(Vector {
                pointer: address(vector.pointer)?,
                size: address(vector.size)?,
            })
        };
        Ok(match opcode {
            BrilligOpcode::BinaryField {
                destination,
                op,
                lhs,
                rhs,
            } => Instruction::Field {
                op,
                d: address(destination)?,
                l: address(lhs)?,
                r: address(rhs)?,
            },
            BrilligOpcode::BinaryInt {
                destination,
                op,
                size,
                lhs,
                rhs,
            } => {
                let (d, l, r) = (address(destination)?, address(lhs)?, address(rhs)?);
                match (size, op) {
                    // The free memory pointer must not wrap around.
                    (IntegerSize::U32, BinaryIntOp::Add)
                        if destination == MemoryAddress::Direct(1) =>
                    {
                        Instruction::AddChecked32 { d, l, r }
                    }
                    (IntegerSize::U32, BinaryIntOp::Add) => Instruction::Add32 { d, l, r },
                    (IntegerSize::U32, BinaryIntOp::Sub) => Instruction::Sub32 { d, l, r },
                    (IntegerSize::U32, BinaryIntOp::Mul) => Instruction::Mul32 { d, l, r },
                    (IntegerSize::U32, BinaryIntOp::Equals) => Instruction::Equals32 { d, l, r },
                    (IntegerSize::U32, BinaryIntOp::LessThan) => Instruction::Less32 { d, l, r },
                    (IntegerSize::U32, BinaryIntOp::LessThanEquals) => {
                        Instruction::LessEquals32 { d, l, r }
                    }
                    (IntegerSize::U1, BinaryIntOp::Mul | BinaryIntOp::And) => {
                        Instruction::And1 { d, l, r }
                    }
                    (IntegerSize::U1, BinaryIntOp::Or) => Instruction::Or1 { d, l, r },
                    (IntegerSize::U128, _) => Instruction::Wide { op, d, l, r },
                    _ => Instruction::Integer { op, size, d, l, r },
                }
            }
            BrilligOpcode::Not {
                destination,
                source,
                size: IntegerSize::U1,
            } => Instruction::Not1 {
                d: address(destination)?,
                s: address(source)?,
            },
            BrilligOpcode::Not {
                destination,
                source,
                size,
            } => Instruction::Not {
                size,
                d: address(destination)?,
                s: address(source)?,
            },
            BrilligOpcode::Cast {
                destination,
                source,
                bit_size,
            } => Instruction::Cast {
                to: bit_size,
                d: address(destination)?,
                s: address(source)?,
            },
            BrilligOpcode::JumpIf {
                condition,
                location,
            } => Instruction::JumpIf {
                condition: address(condition)?,
                to: location,
            },
            BrilligOpcode::Jump { location } => Instruction::Jump { to: location },
            BrilligOpcode::CalldataCopy {
                destination,
                size,
                offset,
            } => Instruction::CalldataCopy {
                d: address(destination)?,
                size: address(size)?,
                offset: address(offset)?,
            },
            BrilligOpcode::Call { location } => Instruction::Call { to: location },
            BrilligOpcode::Const {
                destination,
                bit_size,
                value,
            } => {
                let d = address(destination)?;
                match (bit_size, value.to_u64()) {
                    (BitSize::Integer(IntegerSize::U32), Some(value))
                        if value <= u64::from(u32::MAX) =>
                    {
                        Instruction::Const32 {
                            d,
                            value: value as u32,
                        }
                    }
                    _ => Instruction::Const {
                        d,
                        value: self.constant(bit_size, value)?,
                    },
                }
            }
            BrilligOpcode::IndirectConst {
                destination_pointer,
                bit_size,
                value,
            } => Instruction::IndirectConst {
                p: address(destination_pointer)?,
                value: self.constant(bit_size, value)?,
            },
            BrilligOpcode::Return => Instruction::Return,
            BrilligOpcode::ForeignCall {
                function,
                destinations,
                destination_value_types,
                inputs,
                input_value_types,
            } => {
                if destinations.len() != destination_value_types.len()
                    || inputs.len() != input_value_types.len()
                {
                    return Err(LowerError::ForeignCallTypes);
                }
                self.foreign_calls.push(ForeignCallSite {
                    name: function,
                    destinations: destinations
                        .into_iter()
                        .zip(destination_value_types)
                        .collect(),
                    inputs: inputs.into_iter().zip(input_value_types).collect(),
                });
                Instruction::ForeignCall {
                    call: self.foreign_calls.len() as u32 - 1,
                }
            }
            BrilligOpcode::Mov {
                destination,
                source,
            } => Instruction::Mov {
                d: address(destination)?,
                s: address(source)?,
            },
            BrilligOpcode::ConditionalMov {
                destination,
                source_a,
                source_b,
                condition,
            } => Instruction::ConditionalMov {
                d: address(destination)?,
                a: address(source_a)?,
                b: address(source_b)?,
                condition: address(condition)?,
            },
            BrilligOpcode::Load {
                destination,
                source_pointer,
            } => Instruction::Load {
                d: address(destination)?,
                p: address(source_pointer)?,
            },
            BrilligOpcode::Store {
                destination_pointer,
                source,
            } => Instruction::Store {
                p: address(destination_pointer)?,
                s: address(source)?,
            },
            BrilligOpcode::BlackBox(call) => {
                self.black_boxes.push(call);
                Instruction::BlackBox {
                    call: self.black_boxes.len() as u32 - 1,
                }
            }
            BrilligOpcode::Trap { revert_data } => Instruction::Trap {
                data: vector(revert_data)?,
            },
            BrilligOpcode::Stop { return_data } => Instruction::Stop {
                data: vector(return_data)?,
            },
        })
    }
}
