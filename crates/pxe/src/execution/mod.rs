//! Runs private and utility functions.

mod error;
pub mod hashed_values;
pub mod note_cache;
pub mod pick_notes;
pub mod result;

pub use error::{CallFrame, ExecutionError, ExecutionFailure};
pub use result::{Circuit, PrivateCall, ResultTree};
