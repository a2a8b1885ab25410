//! Decodes and executes the circuits of Aztec 4.1.2.
//!
//! [`Artifact`] reads a contract's or protocol circuit's artifact and hands out its functions as
//! [`Program`]s, decoded on first use. An [`Execution`] runs a program. It does no input or output:
//! when it needs an oracle it stops with [`Step::ForeignCall`] and goes on after
//! [`Execution::resume`]. What bytecode may cost is bounded by [`ProgramLimits`] and
//! [`ExecutionLimits`]; bad bytecode gives an error, never a panic.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use pixie_acir::{Artifact, Execution, ExecutionLimits, Fe, ProgramLimits, Step, ir::Witness};
//!
//! let artifact = Artifact::from_json(&std::fs::read("artifact.json")?)?;
//! let program = artifact.program("transfer", &ProgramLimits::default())?;
//! let inputs = [(Witness(0), Fe::ONE)];
//! let mut execution = Execution::new(program, inputs, ExecutionLimits::default())?;
//! loop {
//!     match execution.step()? {
//!         Step::ForeignCall(call) => execution.resume(&[/* the answer to `call` */])?,
//!         Step::Paused => {}
//!         Step::Done(solved) => {
//!             println!("{} witnesses", solved.witness.len());
//!             break;
//!         }
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod artifact;
pub mod blackbox;
mod debug;
pub mod decode;
mod diagnostics;
mod exec;
mod field;
mod hex;
pub mod ir;
mod lower;
#[cfg(feature = "acvm-oracle")]
pub mod oracle;
pub mod pack;
mod program;
pub mod replay;
mod vm;

pub use artifact::{Artifact, ArtifactError, FunctionArtifact, FunctionKind};
pub use debug::SourceLocation;
pub use diagnostics::Diagnostics;
pub use exec::{
    AssertionFailure, Execution, ExecutionError, ExecutionLimits, FailureKind, Solved, Step,
    WitnessTable,
};
pub use field::{FIELD_BITS, Fe};
pub use lower::LowerError;
pub use program::{Program, ProgramError, ProgramLimits};
pub use vm::{ForeignCall, ForeignValue, OracleMismatch, VmFault};
