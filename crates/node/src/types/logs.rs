use pixie_primitives::block::BlockNumber;
use pixie_primitives::logs::{ContractClassLog, LogId, PublicLog};
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, Fr};
use serde::{Deserialize, Serialize};

/// How many logs with one tag a node returns at once (Aztec 4.1.2, stdlib `MAX_LOGS_PER_TAG`). If so
/// many came there may be another page.
pub const LOGS_PER_TAG: usize = 10;

/// A log found by its tag, with what is needed of its transaction to find the note that it tells of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxScopedLog {
    /// The transaction.
    pub tx_hash: TxHash,
    /// The number of its block.
    pub block_number: BlockNumber,
    /// The time of the block, in seconds since 1970.
    #[serde(with = "pixie_primitives::json::bigint")]
    pub block_timestamp: u64,
    /// The fields of the log; the first is the tag.
    pub log_data: Vec<Fr>,
    /// The unique note hashes of the transaction.
    pub note_hashes: Vec<Fr>,
    /// The first nullifier of the transaction.
    pub first_nullifier: Fr,
}

/// Which logs to return; what is `None` does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogFilter {
    /// Logs of this transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tx_hash: Option<TxHash>,
    /// Logs from this block on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_block: Option<BlockNumber>,
    /// Logs before this block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_block: Option<BlockNumber>,
    /// Logs after this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_log: Option<LogId>,
    /// Logs of this contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_address: Option<AztecAddress>,
    /// Logs with this first field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<Fr>,
}

/// A log and its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentifiedLog<L> {
    /// Where it is.
    pub id: LogId,
    /// The log.
    pub log: L,
}

/// Logs that match a filter, as many as the node cares to return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogsPage<L> {
    /// The logs.
    pub logs: Vec<IdentifiedLog<L>>,
    /// Whether there may be more, after the last of these.
    pub max_logs_hit: bool,
}

/// Public logs that match a filter.
pub type PublicLogsPage = LogsPage<PublicLog>;
/// Contract class logs that match a filter.
pub type ContractClassLogsPage = LogsPage<ContractClassLog>;
