//! Resets: the kernels that verify claims, squash what vanishes within the transaction, and silo.

mod dimensions;
mod error;
mod inputs;
mod plan;
mod reads;
mod squash;
#[cfg(test)]
mod tests;

pub use dimensions::{ResetTime, all_dimensions, find_dimensions};
pub use error::{Limited, ResetError};
pub use plan::{ResetPlan, ResetPlanner};
pub use reads::{PlannedRead, ReadSource};

pub(super) use inputs::build_inputs;
pub(super) use reads::plan_reads;
pub(super) use squash::{StillNeeded, find_squashable};
