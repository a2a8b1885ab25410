//! Protocol circuits and contracts, from the files of the reference's packages or from a pack.
//!
//! A *pack* is what the build makes of the packages for the extension: a folder with an
//! `index.json` ([`Index`]) and one zstd-compressed CBOR file per resource. A file is believed only if
//! its SHA-256 is the one in the index; the index itself is part of the program (it is compiled in or
//! comes from the extension's own origin). Unpacking never yields more than the index promises.
//!
//! [`Source`] hides which of the two it is. It does no input or output: it says which file to read
//! and makes sense of the bytes.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use pixie_acir::{ProgramLimits, pack::Source};
//!
//! let folder = std::path::Path::new("dist/resources");
//! let source = Source::packed(&std::fs::read(folder.join("index.json"))?)?;
//! let file = std::fs::read(folder.join(source.circuit_path("private_kernel_init")?))?;
//! let circuit = source.circuit("private_kernel_init", &file)?;
//! let program = circuit.program(&ProgramLimits::default())?;
//! let key = circuit.verification_key()?;
//! # Ok(())
//! # }
//! ```

mod circuit;
mod contract;
mod error;
mod index;
pub mod npm;
mod source;
#[cfg(test)]
mod tests;

pub use circuit::ProtocolCircuit;
pub use contract::PackedContract;
pub use error::PackError;
pub use index::{Entry, FORMAT, Index, MAX_UNPACKED, ResourceSet};
pub use source::Source;
