//! What circuits may ask while they run, and the answers: the oracles of version 12.
//!
//! A question is parsed into types first; one of the wrong shape is refused, as is one that reaches
//! beyond the accounts in scope or the contract that asks.

mod arguments;
mod chain;
mod context;
mod error;
mod misc;
mod name;
mod notes;
mod private;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use context::OracleContext;
pub use error::OracleError;
pub use name::{Availability, ORACLE_VERSION, OracleName};
