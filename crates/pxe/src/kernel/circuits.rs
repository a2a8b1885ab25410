//! Where the kernel circuits come from.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use pixie_acir::Program;
use pixie_primitives::Fr;
use pixie_primitives::kernel::{PrivateKernelResetDimensions, VkData};

/// A kernel circuit. Displayed with the name of its artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KernelCircuit {
    /// For the first call.
    Init,
    /// For every other call.
    Inner,
    /// Verifies claims, squashes, silos.
    Reset(PrivateKernelResetDimensions),
    /// Ends a transaction without public calls.
    Tail,
    /// Ends a transaction with public calls.
    TailToPublic,
    /// Hides which tail there was, of a transaction without public calls.
    HidingToRollup,
    /// The same with public calls.
    HidingToPublic,
}

/// The form of a circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KernelForm {
    /// Whole, to be proved.
    Full,
    /// Without constraints: quicker, and with the same output.
    Simulated,
}

/// The largest reset: its artifact has no dimensions in its name.
const LARGEST: PrivateKernelResetDimensions = PrivateKernelResetDimensions::from_array([64; 9]);

impl KernelCircuit {
    /// The name of the artifact. The hiding kernels are never simulated.
    #[must_use]
    pub fn artifact_name(self, form: KernelForm) -> String {
        let simulated = match form {
            KernelForm::Full => "",
            KernelForm::Simulated => "_simulated",
        };
        match self {
            Self::Init => format!("private_kernel_init{simulated}"),
            Self::Inner => format!("private_kernel_inner{simulated}"),
            Self::Reset(LARGEST) => format!("private_kernel_reset{simulated}"),
            Self::Reset(dimensions) => format!("private_kernel_reset{simulated}_{dimensions}"),
            Self::Tail => format!("private_kernel_tail{simulated}"),
            Self::TailToPublic => format!("private_kernel_tail_to_public{simulated}"),
            Self::HidingToRollup => "hiding_kernel_to_rollup".to_owned(),
            Self::HidingToPublic => "hiding_kernel_to_public".to_owned(),
        }
    }

    /// The name of the step in which the circuit runs (Aztec 4.1.2, pxe
    /// `PrivateKernelExecutionProver`).
    #[must_use]
    pub const fn step_name(self) -> &'static str {
        match self {
            Self::Init => "private_kernel_init",
            Self::Inner => "private_kernel_inner",
            Self::Reset(_) => "private_kernel_reset",
            Self::Tail | Self::TailToPublic => "private_kernel_tail",
            Self::HidingToRollup | Self::HidingToPublic => "hiding_kernel",
        }
    }
}

impl fmt::Display for KernelCircuit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.artifact_name(KernelForm::Full))
    }
}

/// A kernel circuit, ready to run.
pub struct LoadedCircuit {
    /// The program, decoded.
    pub program: Arc<Program>,
    /// The program in Noir's serialisation, for a prover; empty in the simulated form.
    pub bytecode: Vec<u8>,
}

impl fmt::Debug for LoadedCircuit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadedCircuit")
            .field("program", &self.program)
            .field("bytecode", &self.bytecode.len())
            .finish()
    }
}

/// Why a circuit or contract could not be had.
#[derive(Debug, thiserror::Error)]
#[error("the resource {name} is not available")]
pub struct CircuitsError {
    /// The name of the artifact.
    pub name: String,
    /// Why.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// Hands out the kernel circuits. Asked for anew each time: what is costly should be kept.
#[async_trait(?Send)]
pub trait KernelCircuits {
    /// A circuit, ready to run.
    ///
    /// # Errors
    /// [`CircuitsError`].
    async fn circuit(
        &self,
        circuit: KernelCircuit,
        form: KernelForm,
    ) -> Result<Arc<LoadedCircuit>, CircuitsError>;

    /// The verification key of the full form of a circuit, with its place in the tree of keys.
    ///
    /// # Errors
    /// [`CircuitsError`].
    async fn verification_key(&self, circuit: KernelCircuit) -> Result<Arc<VkData>, CircuitsError>;

    /// The root of the tree of keys.
    fn vk_tree_root(&self) -> Fr;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circuits_have_the_names_of_their_artifacts() {
        let dimensions = "32_4_32_16_4_4_4_64_64".parse().unwrap();
        let [full, simulated] = [KernelForm::Full, KernelForm::Simulated];
        let name = |circuit: KernelCircuit, form| circuit.artifact_name(form);
        assert_eq!(
            name(KernelCircuit::Reset(dimensions), full),
            "private_kernel_reset_32_4_32_16_4_4_4_64_64"
        );
        assert_eq!(
            name(KernelCircuit::Reset(dimensions), simulated),
            "private_kernel_reset_simulated_32_4_32_16_4_4_4_64_64"
        );
        assert_eq!(
            name(KernelCircuit::Reset(LARGEST), simulated),
            "private_kernel_reset_simulated"
        );
        assert_eq!(
            name(KernelCircuit::TailToPublic, simulated),
            "private_kernel_tail_to_public_simulated"
        );
        assert_eq!(
            name(KernelCircuit::HidingToPublic, full),
            "hiding_kernel_to_public"
        );
    }
}
