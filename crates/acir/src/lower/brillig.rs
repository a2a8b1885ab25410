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
    Ok(code)
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
                    // The free memory pointer must not wrap around; the general path checks it.
                    (IntegerSize::U32, BinaryIntOp::Add)
                        if destination != MemoryAddress::Direct(1) =>
                    {
                        Instruction::Add32 { d, l, r }
                    }
                    (IntegerSize::U32, BinaryIntOp::Sub) => Instruction::Sub32 { d, l, r },
                    (IntegerSize::U32, BinaryIntOp::Equals) => Instruction::Equals32 { d, l, r },
                    (IntegerSize::U32, BinaryIntOp::LessThan) => Instruction::Less32 { d, l, r },
                    (IntegerSize::U32, BinaryIntOp::LessThanEquals) => {
                        Instruction::LessEquals32 { d, l, r }
                    }
                    _ => Instruction::Integer { op, size, d, l, r },
                }
            }
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
