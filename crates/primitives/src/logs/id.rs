use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::block::{BlockHash, BlockNumber};
use crate::bytes_in_order;
use crate::codec::DecodeError;
use crate::tx::TxHash;

/// Where a log is: its block, its transaction and its place in it.
///
/// Text form: `block number-transaction index-log index-block hash-transaction hash`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogId {
    /// The number of the block.
    pub block_number: BlockNumber,
    /// The hash of the block.
    pub block_hash: BlockHash,
    /// The transaction.
    pub tx_hash: TxHash,
    /// The index of the transaction in the block.
    #[serde(with = "crate::json::number")]
    pub tx_index: u32,
    /// The index of the log in the transaction.
    #[serde(with = "crate::json::number")]
    pub log_index: u32,
}
bytes_in_order!(LogId {
    block_number,
    block_hash,
    tx_hash,
    tx_index,
    log_index
});

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}-{}-{}-{}-{}",
            self.block_number, self.tx_index, self.log_index, self.block_hash, self.tx_hash
        )
    }
}

impl FromStr for LogId {
    type Err = DecodeError;

    fn from_str(text: &str) -> Result<Self, DecodeError> {
        let bad = DecodeError::Malformed { what: "log id" };
        let number = |part: &str| part.parse::<u32>().map_err(|_| bad.clone());
        let parts: Vec<&str> = text.split('-').collect();
        let [block_number, tx_index, log_index, block_hash, tx_hash] = parts[..] else {
            return Err(bad);
        };
        Ok(Self {
            block_number: BlockNumber(number(block_number)?),
            block_hash: block_hash.parse()?,
            tx_hash: tx_hash.parse()?,
            tx_index: number(tx_index)?,
            log_index: number(log_index)?,
        })
    }
}
