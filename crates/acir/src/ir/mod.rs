//! Circuits as the compiler wrote them, typed.
//!
//! The types follow the layout of Noir 1.0.0-beta.18 (Aztec 4.1.2): points of the embedded curve have
//! three coordinates and memory operations hold expressions. A decoder of another layout translates
//! into the same types.

mod brillig;

pub use brillig::{
    BinaryFieldOp, BinaryIntOp, BitSize, BrilligBlackBox, BrilligFunction, BrilligOpcode,
    HeapArray, HeapValueType, HeapVector, IntegerSize, MemoryAddress, ValueOrArray,
};

use crate::Fe;
use core::fmt;

/// Index of a value in a circuit's witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Witness(pub u32);

/// Index of an array in a circuit's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(pub u32);

/// A program: circuits that call one another (the first is the entry point) and the unconstrained
/// functions that they use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The circuits.
    pub functions: Vec<Circuit>,
    /// The unconstrained functions.
    pub unconstrained_functions: Vec<BrilligFunction>,
}

/// One circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circuit {
    /// Name of the function it was compiled from.
    pub name: String,
    /// The highest witness index in use, as the compiler states it.
    pub current_witness_index: u32,
    /// The constraints and hints, in order of execution.
    pub opcodes: Vec<Opcode>,
    /// Witnesses that the caller supplies and the verifier does not see.
    pub private_parameters: Vec<Witness>,
    /// Witnesses that the caller supplies and the verifier sees.
    pub public_parameters: Vec<Witness>,
    /// Witnesses that the circuit computes and the verifier sees.
    pub return_values: Vec<Witness>,
    /// What to say when the opcode at a location fails.
    pub assert_messages: Vec<(OpcodeLocation, AssertionPayload)>,
}

/// A polynomial of degree two: `Σ c·a·b + Σ c·a + constant`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// Products.
    pub mul_terms: Vec<(Fe, Witness, Witness)>,
    /// Linear terms.
    pub linear_terms: Vec<(Fe, Witness)>,
    /// The constant.
    pub constant: Fe,
}

impl Expression {
    /// The value, if the expression has no witnesses.
    #[must_use]
    pub fn as_constant(&self) -> Option<Fe> {
        (self.mul_terms.is_empty() && self.linear_terms.is_empty()).then_some(self.constant)
    }

    /// The witness, if the expression is `1·w`.
    #[must_use]
    pub fn as_witness(&self) -> Option<Witness> {
        match self.linear_terms.as_slice() {
            [(coefficient, witness)]
                if self.mul_terms.is_empty() && coefficient.is_one() && self.constant.is_zero() =>
            {
                Some(*witness)
            }
            _ => None,
        }
    }
}

/// A step of a circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opcode {
    /// The expression is zero; at most one witness in it is still unknown.
    AssertZero(Expression),
    /// A function with constraints of its own.
    BlackBox(BlackBoxCall),
    /// Reads or writes an array.
    MemoryOp {
        /// The array.
        block: BlockId,
        /// 0 to read, 1 to write; constant.
        operation: Expression,
        /// Position in the array.
        index: Expression,
        /// The witness read into, or the value written.
        value: Expression,
    },
    /// Fills an array for the first time.
    MemoryInit {
        /// The array.
        block: BlockId,
        /// Its values.
        init: Vec<Witness>,
        /// What the proving system uses it for.
        block_type: BlockType,
    },
    /// Runs an unconstrained function.
    BrilligCall {
        /// Index among the program's unconstrained functions.
        function: u32,
        /// Arguments.
        inputs: Vec<BrilligInput>,
        /// Results.
        outputs: Vec<BrilligOutput>,
        /// 0 skips the call and sets the results to zero.
        predicate: Expression,
    },
    /// Runs another circuit of the program.
    Call {
        /// Index among the program's circuits.
        function: u32,
        /// Arguments.
        inputs: Vec<Witness>,
        /// Results.
        outputs: Vec<Witness>,
        /// 0 skips the call and sets the results to zero.
        predicate: Expression,
    },
}

/// What the proving system uses an array for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockType {
    /// Plain memory.
    Memory,
    /// Inputs shared with another circuit.
    CallData(u32),
    /// Outputs shared with another circuit.
    ReturnData,
}

/// An argument of an unconstrained function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrilligInput {
    /// One value.
    Single(Expression),
    /// Several values.
    Array(Vec<Expression>),
    /// The present contents of an array in memory.
    MemoryArray(BlockId),
}

/// A result of an unconstrained function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrilligOutput {
    /// One value.
    Simple(Witness),
    /// Several values.
    Array(Vec<Witness>),
}

/// An argument of a black box function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionInput {
    /// A constant.
    Constant(Fe),
    /// A witness.
    Witness(Witness),
}

/// A call of a black box function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlackBoxCall {
    /// AES-128 in CBC mode without padding, on bytes.
    Aes128Encrypt {
        /// Plaintext, a multiple of 16 bytes.
        inputs: Vec<FunctionInput>,
        /// Initialisation vector, 16 bytes.
        iv: Vec<FunctionInput>,
        /// Key, 16 bytes.
        key: Vec<FunctionInput>,
        /// Ciphertext.
        outputs: Vec<Witness>,
    },
    /// Bitwise and.
    And {
        /// Left operand.
        lhs: FunctionInput,
        /// Right operand.
        rhs: FunctionInput,
        /// Width of the operands.
        num_bits: u32,
        /// Result.
        output: Witness,
    },
    /// Bitwise exclusive or.
    Xor {
        /// Left operand.
        lhs: FunctionInput,
        /// Right operand.
        rhs: FunctionInput,
        /// Width of the operands.
        num_bits: u32,
        /// Result.
        output: Witness,
    },
    /// The input has at most so many bits.
    Range {
        /// The value.
        input: FunctionInput,
        /// Width.
        num_bits: u32,
    },
    /// BLAKE2s of bytes.
    Blake2s {
        /// Message.
        inputs: Vec<FunctionInput>,
        /// Digest, 32 bytes.
        outputs: Vec<Witness>,
    },
    /// BLAKE3 of bytes.
    Blake3 {
        /// Message.
        inputs: Vec<FunctionInput>,
        /// Digest, 32 bytes.
        outputs: Vec<Witness>,
    },
    /// ECDSA verification.
    Ecdsa {
        /// The curve.
        curve: EcdsaCurve,
        /// 32 bytes.
        public_key_x: Vec<FunctionInput>,
        /// 32 bytes.
        public_key_y: Vec<FunctionInput>,
        /// r and s, 64 bytes.
        signature: Vec<FunctionInput>,
        /// 32 bytes.
        hashed_message: Vec<FunctionInput>,
        /// 0 disables the check; the output is then 1.
        predicate: FunctionInput,
        /// 1 if the signature is valid.
        output: Witness,
    },
    /// Sum of points of Grumpkin multiplied by scalars.
    MultiScalarMul {
        /// x, y, is_infinite of each point.
        points: Vec<FunctionInput>,
        /// Low and high 128 bits of each scalar.
        scalars: Vec<FunctionInput>,
        /// 0 disables the operation.
        predicate: FunctionInput,
        /// x, y, is_infinite.
        outputs: [Witness; 3],
    },
    /// Sum of two points of Grumpkin.
    EmbeddedCurveAdd {
        /// x, y, is_infinite.
        input1: [FunctionInput; 3],
        /// x, y, is_infinite.
        input2: [FunctionInput; 3],
        /// 0 disables the operation.
        predicate: FunctionInput,
        /// x, y, is_infinite.
        outputs: [Witness; 3],
    },
    /// The Keccak-f\[1600\] permutation on 25 lanes of 64 bits.
    Keccakf1600 {
        /// State before.
        inputs: Vec<FunctionInput>,
        /// State after.
        outputs: Vec<Witness>,
    },
    /// Verification of a proof, done by the proving system; execution ignores it.
    RecursiveAggregation,
    /// The Poseidon2 permutation of width 4.
    Poseidon2Permutation {
        /// State before.
        inputs: Vec<FunctionInput>,
        /// State after.
        outputs: Vec<Witness>,
    },
    /// SHA-256's compression of one block, in words of 32 bits.
    Sha256Compression {
        /// Block, 16 words.
        inputs: Vec<FunctionInput>,
        /// State before, 8 words.
        hash_values: Vec<FunctionInput>,
        /// State after, 8 words.
        outputs: Vec<Witness>,
    },
}

/// The curves of ECDSA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EcdsaCurve {
    /// secp256k1.
    Secp256k1,
    /// secp256r1 (P-256).
    Secp256r1,
}

/// Position of an opcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpcodeLocation {
    /// In a circuit.
    Acir(u32),
    /// In an unconstrained function called from a circuit.
    Brillig {
        /// The calling opcode.
        acir_index: u32,
        /// The instruction.
        brillig_index: u32,
    },
}

impl fmt::Display for OpcodeLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Acir(index) => write!(f, "{index}"),
            Self::Brillig {
                acir_index,
                brillig_index,
            } => {
                write!(f, "{acir_index}.{brillig_index}")
            }
        }
    }
}

/// What an assertion says when it fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssertionPayload {
    /// Key into the ABI's `error_types`.
    pub error_selector: u64,
    /// Values of the message's parameters.
    pub payload: Vec<ExpressionOrMemory>,
}

/// Part of an assertion's payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpressionOrMemory {
    /// One value.
    Expression(Expression),
    /// The present contents of an array in memory.
    Memory(BlockId),
}
