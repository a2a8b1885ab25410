//! The bridge with dapps at the other end, within one process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bounds;
mod common;
mod fuzz;
mod hazards;
mod restart;
