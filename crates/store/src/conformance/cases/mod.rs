//! The cases. Each makes a storage of its own and panics if something is not as it must be.

mod backend;
mod dumps;
mod faults;
mod jobs;
mod migration;
mod sealing;
mod shards;
mod tampering;

pub use backend::*;
pub use dumps::*;
pub use faults::*;
pub use jobs::*;
pub use migration::*;
pub use sealing::*;
pub use shards::*;
pub use tampering::*;
