//! The two prime fields of the protocol, and types that say what an element of them is.

mod newtype;

pub use pixie_field::{Fq, Fr, ParseFieldError};
