//! Messages between layer 2 and layer 1.

use serde::{Deserialize, Serialize};

use crate::address::EthAddress;
use crate::field::Fr;
use crate::{bytes_in_order, fields_in_order};

/// A message that a contract sends to layer 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct L2ToL1Message {
    /// Who may consume it.
    pub recipient: EthAddress,
    /// What it says, or a commitment to that.
    pub content: Fr,
}
bytes_in_order!(L2ToL1Message { recipient, content });
fields_in_order!(L2ToL1Message { recipient, content });
