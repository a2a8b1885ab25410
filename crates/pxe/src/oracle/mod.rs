//! What circuits may ask while they run, and the answers.

mod error;
mod name;

pub use error::OracleError;
pub use name::{Availability, ORACLE_VERSION, OracleName};
