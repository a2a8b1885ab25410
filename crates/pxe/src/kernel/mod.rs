//! The private kernels: circuits that check the calls of a transaction one by one and gather what they
//! did into what the transaction says to the network.
//!
//! [`run_kernels`] runs them over an execution; [`simulate_kernels`] computes the same without them.
//! What they need beside the execution comes from [`KernelCircuits`] (the circuits) and
//! [`KernelOracle`] (state and node); a proof comes from a [`PrivateKernelProver`].

mod calls;
mod circuits;
mod error;
mod expiration;
mod oracle;
mod prover;
pub mod reset;
mod resources;
mod runner;
mod sequencer;
mod simulation;
mod vk_tree;
mod witnesses;

pub use circuits::{CircuitsError, KernelCircuit, KernelCircuits, KernelForm, LoadedCircuit};
pub use error::{KernelError, Witnessed};
pub use expiration::round_expiration;
pub use oracle::{KernelOracle, protocol_contracts};
pub use prover::{
    ExecutionStep, NoProver, PrivateKernelProver, Proof, ProverError, StepBytecode, StepCircuit,
};
#[cfg(not(target_family = "wasm"))]
pub use resources::Folder;
pub use resources::{ResourceCircuits, ResourceFiles};
pub use sequencer::{KernelOutput, KernelPurpose, KernelRequest, function_step, run_kernels};
pub use simulation::simulate_kernels;
pub use vk_tree::VkTree;
