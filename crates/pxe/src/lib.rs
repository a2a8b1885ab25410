//! The Private Execution Environment of Aztec 4.1.2: it keeps the keys and the private state, finds
//! and decrypts notes, executes private and utility functions with their oracles, and runs the private
//! kernels.
//!
//! - [`state`]: the tables and what is asked of them.
//! - [`sync`]: follows the chain, the tags and the notes.
//! - [`oracle`]: what circuits may ask, and the answers.
//! - [`execution`]: runs functions.
//! - [`kernel`]: runs the kernels over an execution.
//! - [`pxe`]: the whole; [`Pxe`] is what a wallet talks to.
//!
//! Nothing here knows a browser or a runtime: the node, the store, randomness and the progress of an
//! operation come in as traits, and futures run on any single-threaded executor.

pub mod error;
pub mod execution;
pub mod kernel;
pub mod oracle;
pub mod progress;
pub mod pxe;
pub mod scopes;
pub mod state;
pub mod sync;
pub mod work;

pub use error::PxeError;
pub use progress::{Progress, ProgressSink};
pub use pxe::{Pxe, PxeParts};
pub use scopes::AccessScopes;
pub use work::{Cancellation, Work};
