//! What transactions log: private logs, public logs, contract class logs; and how logs are named.

mod contract_class;
mod id;
mod message;
mod private;
mod public;
#[cfg(test)]
mod tests;

pub use contract_class::{ContractClassLog, ContractClassLogFields};
pub use id::LogId;
pub use message::{MessageContext, PendingTaggedLog};
pub use private::PrivateLog;
pub use public::PublicLog;

use crate::field::Fr;
use crate::{bytes_in_order, fields_in_order};

/// A commitment to a log that is published beside the kernel's public inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LogHash {
    /// The hash of the log.
    pub value: Fr,
    /// How many fields the log has.
    pub length: u32,
}
bytes_in_order!(LogHash { value, length });
fields_in_order!(LogHash { value, length });
