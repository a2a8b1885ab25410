//! Programs ready to run.

use crate::decode::{self, DecodeError, DecodeLimits};
use crate::diagnostics::Diagnostics;
use crate::ir::{self, Witness};
use crate::lower::{self, Code, LowerError};

/// What decoding a program may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgramLimits {
    /// Limits of the decoder.
    pub decode: DecodeLimits,
    /// Witness indexes are below this.
    pub witnesses: u32,
}

impl Default for ProgramLimits {
    fn default() -> Self {
        Self {
            decode: DecodeLimits::default(),
            witnesses: 1 << 22,
        }
    }
}

/// Why bytecode cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// It cannot be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// It was decoded, but makes no sense.
    #[error(transparent)]
    Lower(#[from] LowerError),
}

/// A program, decoded and prepared for execution.
pub struct Program {
    pub(crate) code: Code,
    diagnostics: Diagnostics,
}

impl Program {
    /// Decodes the `bytecode` of an artifact (base64).
    ///
    /// # Errors
    /// See [`ProgramError`].
    pub fn from_base64(bytecode: &str, limits: &ProgramLimits) -> Result<Self, ProgramError> {
        Self::from_ir(decode::decode_base64(bytecode, &limits.decode)?, limits)
    }

    /// Decodes bytecode after base64 was taken off.
    ///
    /// # Errors
    /// See [`ProgramError`].
    pub fn from_gzip(bytecode: &[u8], limits: &ProgramLimits) -> Result<Self, ProgramError> {
        Self::from_ir(decode::decode_gzip(bytecode, &limits.decode)?, limits)
    }

    /// Decodes bytecode after base64 and gzip were taken off.
    ///
    /// # Errors
    /// See [`ProgramError`].
    pub fn from_bytes(bytecode: &[u8], limits: &ProgramLimits) -> Result<Self, ProgramError> {
        Self::from_ir(decode::decode_bytes(bytecode, &limits.decode)?, limits)
    }

    /// Prepares a decoded program.
    ///
    /// # Errors
    /// See [`LowerError`].
    pub fn from_ir(program: ir::Program, limits: &ProgramLimits) -> Result<Self, ProgramError> {
        let code = lower::lower(program, limits.witnesses)?;
        Ok(Self {
            code,
            diagnostics: Diagnostics::default(),
        })
    }

    /// Adds what is needed to explain failures.
    #[must_use]
    pub fn with_diagnostics(self, diagnostics: Diagnostics) -> Self {
        Self {
            diagnostics,
            ..self
        }
    }

    pub(crate) fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// The entry point's parameters, private and public, in ascending order.
    #[must_use]
    pub fn parameters(&self) -> &[Witness] {
        self.code
            .circuits
            .first()
            .map_or(&[], |circuit| &circuit.parameters)
    }

    /// The entry point's public parameters.
    #[must_use]
    pub fn public_parameters(&self) -> &[Witness] {
        self.code
            .circuits
            .first()
            .map_or(&[], |circuit| &circuit.public_parameters)
    }

    /// The witnesses that the entry point returns.
    #[must_use]
    pub fn return_witnesses(&self) -> &[Witness] {
        self.code
            .circuits
            .first()
            .map_or(&[], |circuit| &circuit.return_values)
    }

    /// Name of the entry point in the source.
    #[must_use]
    pub fn name(&self) -> &str {
        self.code
            .circuits
            .first()
            .map_or("", |circuit| &circuit.name)
    }

    /// Number of circuits and of unconstrained functions.
    #[must_use]
    pub fn function_counts(&self) -> (usize, usize) {
        (self.code.circuits.len(), self.code.brillig.len())
    }

    /// Number of opcodes of all circuits and of instructions of all unconstrained functions.
    #[must_use]
    pub fn opcode_counts(&self) -> (usize, usize) {
        (
            self.code
                .circuits
                .iter()
                .map(|circuit| circuit.ops.len())
                .sum(),
            self.code
                .brillig
                .iter()
                .map(|function| function.instructions.len())
                .sum(),
        )
    }
}

impl core::fmt::Debug for Program {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Program")
            .field("name", &self.name())
            .field("functions", &self.function_counts())
            .field("opcodes", &self.opcode_counts())
            .finish_non_exhaustive()
    }
}
