//! Migration steps of the suite's databases, one to a file.

pub(super) mod broken;
pub(super) mod step_0002;
pub(super) mod step_0003;
