//! Unconstrained functions (Brillig).

use super::EcdsaCurve;
use crate::Fe;

/// An unconstrained function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrilligFunction {
    /// Name of the function it was compiled from.
    pub name: String,
    /// Its instructions.
    pub bytecode: Vec<BrilligOpcode>,
}

/// An address in the machine's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemoryAddress {
    /// A slot.
    Direct(u32),
    /// An offset to the stack pointer, which is the value of slot 0.
    Relative(u32),
}

/// Width of an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntegerSize {
    /// A boolean.
    U1,
    /// 8 bits.
    U8,
    /// 16 bits.
    U16,
    /// 32 bits.
    U32,
    /// 64 bits.
    U64,
    /// 128 bits.
    U128,
}

impl IntegerSize {
    /// Width in bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::U1 => 1,
            Self::U8 => 8,
            Self::U16 => 16,
            Self::U32 => 32,
            Self::U64 => 64,
            Self::U128 => 128,
        }
    }

    /// The largest value.
    #[must_use]
    pub const fn max(self) -> u128 {
        match self {
            Self::U128 => u128::MAX,
            _ => (1 << self.bits()) - 1,
        }
    }
}

/// Type of a value in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BitSize {
    /// A field element.
    Field,
    /// An unsigned integer.
    Integer(IntegerSize),
}

impl BitSize {
    /// Width in bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::Field => crate::field::FIELD_BITS,
            Self::Integer(size) => size.bits(),
        }
    }
}

/// Layout of an array's elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeapValueType {
    /// One value.
    Simple(BitSize),
    /// A pointer to an array.
    Array {
        /// Types of one element's parts.
        value_types: Vec<HeapValueType>,
        /// Number of elements.
        size: u32,
    },
    /// A pointer to a vector.
    Vector {
        /// Types of one element's parts.
        value_types: Vec<HeapValueType>,
    },
}

/// An array of known length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeapArray {
    /// Slot that holds the address of the items.
    pub pointer: MemoryAddress,
    /// Number of slots.
    pub size: u32,
}

/// An array of a length known at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeapVector {
    /// Slot that holds the address of the items.
    pub pointer: MemoryAddress,
    /// Slot that holds the number of slots.
    pub size: MemoryAddress,
}

/// An input or output of a foreign call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueOrArray {
    /// One value.
    Value(MemoryAddress),
    /// An array.
    Array(HeapArray),
    /// A vector.
    Vector(HeapVector),
}

/// Operations on field elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryFieldOp {
    /// Sum.
    Add,
    /// Difference.
    Sub,
    /// Product.
    Mul,
    /// Quotient in the field.
    Div,
    /// Quotient of the integers that the elements stand for.
    IntegerDiv,
    /// Equality.
    Equals,
    /// Order of the integers that the elements stand for.
    LessThan,
    /// Order of the integers that the elements stand for.
    LessThanEquals,
}

/// Operations on integers; they wrap around.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryIntOp {
    /// Sum.
    Add,
    /// Difference.
    Sub,
    /// Product.
    Mul,
    /// Quotient.
    Div,
    /// Equality.
    Equals,
    /// Order.
    LessThan,
    /// Order.
    LessThanEquals,
    /// Bitwise and.
    And,
    /// Bitwise or.
    Or,
    /// Bitwise exclusive or.
    Xor,
    /// Shift left; the amount must be below the width.
    Shl,
    /// Shift right; the amount must be below the width.
    Shr,
}

/// An instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrilligOpcode {
    /// `destination = lhs op rhs` on field elements.
    BinaryField {
        /// Result.
        destination: MemoryAddress,
        /// Operation.
        op: BinaryFieldOp,
        /// Left operand.
        lhs: MemoryAddress,
        /// Right operand.
        rhs: MemoryAddress,
    },
    /// `destination = lhs op rhs` on integers.
    BinaryInt {
        /// Result.
        destination: MemoryAddress,
        /// Operation.
        op: BinaryIntOp,
        /// Width of both operands.
        size: IntegerSize,
        /// Left operand.
        lhs: MemoryAddress,
        /// Right operand.
        rhs: MemoryAddress,
    },
    /// `destination = !source`.
    Not {
        /// Result.
        destination: MemoryAddress,
        /// Operand.
        source: MemoryAddress,
        /// Width of the operand.
        size: IntegerSize,
    },
    /// Changes the type, truncating.
    Cast {
        /// Result.
        destination: MemoryAddress,
        /// Operand.
        source: MemoryAddress,
        /// Type of the result.
        bit_size: BitSize,
    },
    /// Jumps if the condition holds.
    JumpIf {
        /// A boolean.
        condition: MemoryAddress,
        /// Target.
        location: u32,
    },
    /// Jumps.
    Jump {
        /// Target.
        location: u32,
    },
    /// Copies arguments into memory.
    CalldataCopy {
        /// First slot.
        destination: MemoryAddress,
        /// Slot that holds the number of values.
        size: MemoryAddress,
        /// Slot that holds the first argument's position.
        offset: MemoryAddress,
    },
    /// Calls a procedure.
    Call {
        /// Target.
        location: u32,
    },
    /// `destination = value`.
    Const {
        /// Result.
        destination: MemoryAddress,
        /// Type of the value.
        bit_size: BitSize,
        /// The value.
        value: Fe,
    },
    /// `*destination_pointer = value`.
    IndirectConst {
        /// Slot that holds the address of the result.
        destination_pointer: MemoryAddress,
        /// Type of the value.
        bit_size: BitSize,
        /// The value.
        value: Fe,
    },
    /// Returns from a procedure.
    Return,
    /// Asks the world outside.
    ForeignCall {
        /// Name of the oracle.
        function: String,
        /// Where the answers go.
        destinations: Vec<ValueOrArray>,
        /// Types of the answers.
        destination_value_types: Vec<HeapValueType>,
        /// Arguments.
        inputs: Vec<ValueOrArray>,
        /// Types of the arguments.
        input_value_types: Vec<HeapValueType>,
    },
    /// `destination = source`.
    Mov {
        /// Result.
        destination: MemoryAddress,
        /// Operand.
        source: MemoryAddress,
    },
    /// `destination = condition ? source_a : source_b`.
    ConditionalMov {
        /// Result.
        destination: MemoryAddress,
        /// Taken if the condition holds.
        source_a: MemoryAddress,
        /// Taken otherwise.
        source_b: MemoryAddress,
        /// A boolean.
        condition: MemoryAddress,
    },
    /// `destination = *source_pointer`.
    Load {
        /// Result.
        destination: MemoryAddress,
        /// Slot that holds the operand's address.
        source_pointer: MemoryAddress,
    },
    /// `*destination_pointer = source`.
    Store {
        /// Slot that holds the address of the result.
        destination_pointer: MemoryAddress,
        /// Operand.
        source: MemoryAddress,
    },
    /// A black box function.
    BlackBox(BrilligBlackBox),
    /// Fails with data.
    Trap {
        /// Error selector and the values of the message.
        revert_data: HeapVector,
    },
    /// Ends with results.
    Stop {
        /// The results.
        return_data: HeapVector,
    },
}

/// Black box functions of unconstrained code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrilligBlackBox {
    /// AES-128 in CBC mode without padding.
    Aes128Encrypt {
        /// Plaintext.
        inputs: HeapArray,
        /// Initialisation vector.
        iv: HeapArray,
        /// Key.
        key: HeapArray,
        /// Ciphertext.
        outputs: HeapArray,
    },
    /// BLAKE2s.
    Blake2s {
        /// Message.
        message: HeapArray,
        /// Digest.
        output: HeapArray,
    },
    /// BLAKE3.
    Blake3 {
        /// Message.
        message: HeapArray,
        /// Digest.
        output: HeapArray,
    },
    /// Keccak-f\[1600\].
    Keccakf1600 {
        /// State before.
        input: HeapArray,
        /// State after.
        output: HeapArray,
    },
    /// ECDSA verification.
    Ecdsa {
        /// The curve.
        curve: EcdsaCurve,
        /// Message hash.
        hashed_msg: HeapArray,
        /// x of the public key.
        public_key_x: HeapArray,
        /// y of the public key.
        public_key_y: HeapArray,
        /// r and s.
        signature: HeapArray,
        /// A boolean.
        result: MemoryAddress,
    },
    /// Sum of points of Grumpkin multiplied by scalars.
    MultiScalarMul {
        /// x, y, is_infinite of each point.
        points: HeapArray,
        /// Low and high 128 bits of each scalar.
        scalars: HeapArray,
        /// x, y, is_infinite.
        outputs: HeapArray,
    },
    /// Sum of two points of Grumpkin.
    EmbeddedCurveAdd {
        /// x, y, is_infinite.
        input1: [MemoryAddress; 3],
        /// x, y, is_infinite.
        input2: [MemoryAddress; 3],
        /// x, y, is_infinite.
        result: HeapArray,
    },
    /// The Poseidon2 permutation.
    Poseidon2Permutation {
        /// State before.
        message: HeapArray,
        /// State after.
        output: HeapArray,
    },
    /// SHA-256's compression.
    Sha256Compression {
        /// Block.
        input: HeapArray,
        /// State before.
        hash_values: HeapArray,
        /// State after.
        output: HeapArray,
    },
    /// Digits of a number, most significant first.
    ToRadix {
        /// A field element.
        input: MemoryAddress,
        /// 2 to 256.
        radix: MemoryAddress,
        /// Slot that holds the address of the digits.
        output_pointer: MemoryAddress,
        /// Number of digits.
        num_limbs: MemoryAddress,
        /// Whether the digits are booleans.
        output_bits: MemoryAddress,
    },
}
