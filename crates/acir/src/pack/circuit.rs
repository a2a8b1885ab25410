use super::PackError;
use crate::diagnostics::Diagnostics;
use crate::program::{Program, ProgramError, ProgramLimits};
use core::fmt;
use pixie_primitives::kernel::VerificationKey;
use serde::{Deserialize, Serialize};

/// A protocol circuit: what running it and proving it need.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtocolCircuit {
    /// The program in Noir's serialisation, no longer compressed. A prover needs it as it is.
    #[serde(with = "serde_bytes")]
    pub bytecode: Vec<u8>,
    /// The ABI's `error_types` (JSON): the messages of its assertions.
    pub error_types: String,
    /// The elements of its verification key, 32 bytes each. A simulated circuit has that of the full
    /// one in a pack, and none in the reference's packages.
    #[serde(with = "serde_bytes")]
    pub verification_key: Vec<u8>,
}

impl ProtocolCircuit {
    /// Decodes the program. The result is worth keeping.
    ///
    /// # Errors
    /// If the bytecode is bad.
    pub fn program(&self, limits: &ProgramLimits) -> Result<Program, ProgramError> {
        // Without messages a circuit runs all the same.
        let diagnostics = Diagnostics::from_error_types(&self.error_types).unwrap_or_default();
        Ok(Program::from_bytes(&self.bytecode, limits)?.with_diagnostics(diagnostics))
    }

    /// The verification key with its hash; none if there is none.
    ///
    /// # Errors
    /// [`PackError::VerificationKey`].
    pub fn verification_key(&self) -> Result<Option<VerificationKey>, PackError> {
        if self.verification_key.is_empty() {
            return Ok(None);
        }
        Ok(Some(VerificationKey::from_element_bytes(
            &self.verification_key,
        )?))
    }
}

impl fmt::Debug for ProtocolCircuit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProtocolCircuit")
            .field("bytecode", &self.bytecode.len())
            .field("verification_key", &self.verification_key.len())
            .finish_non_exhaustive()
    }
}
