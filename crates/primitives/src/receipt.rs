//! What a node tells about a transaction that was sent.

use serde::{Deserialize, Serialize};

use crate::address::AztecAddress;
use crate::block::{BlockHash, BlockNumber, EpochNumber};
use crate::effect::RevertCode;
use crate::field::Fr;
use crate::tx::TxHash;

/// How far a transaction has come; later is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TxStatus {
    /// The node does not know it (any more).
    Dropped,
    /// It waits for a block.
    Pending,
    /// It is in a proposed block.
    Proposed,
    /// Its block is in a checkpoint on L1.
    Checkpointed,
    /// Its block is proven.
    Proven,
    /// Its block is final.
    Finalized,
}

/// How the execution of a transaction in a block ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TxExecutionResult {
    /// Nothing was reverted.
    Success,
    /// The application phase was reverted.
    AppLogicReverted,
    /// The teardown phase was reverted.
    TeardownReverted,
    /// Both were.
    BothReverted,
}

impl From<RevertCode> for TxExecutionResult {
    fn from(code: RevertCode) -> Self {
        match code {
            RevertCode::Ok => Self::Success,
            RevertCode::AppLogicReverted => Self::AppLogicReverted,
            RevertCode::TeardownReverted => Self::TeardownReverted,
            RevertCode::BothReverted => Self::BothReverted,
        }
    }
}

/// A node's word on a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxReceipt {
    /// The transaction.
    pub tx_hash: TxHash,
    /// How far it has come.
    pub status: TxStatus,
    /// How it ended; only in a block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_result: Option<TxExecutionResult>,
    /// Why it was dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The fee paid, in the smallest unit of fee juice.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "optional_bigint"
    )]
    pub transaction_fee: Option<u128>,
    /// The hash of its block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_hash: Option<BlockHash>,
    /// The number of its block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_number: Option<BlockNumber>,
    /// The epoch of its block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch_number: Option<EpochNumber>,
    /// What its public functions printed; only test networks tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debug_logs: Option<Vec<DebugLog>>,
}

impl TxReceipt {
    /// Whether it is in a block.
    #[must_use]
    pub fn is_mined(&self) -> bool {
        self.status >= TxStatus::Proposed
    }

    /// Whether it is in a block and nothing of it was reverted.
    #[must_use]
    pub fn has_succeeded(&self) -> bool {
        self.is_mined() && self.execution_result == Some(TxExecutionResult::Success)
    }

    /// Whether something of it was reverted.
    #[must_use]
    pub fn has_reverted(&self) -> bool {
        self.execution_result
            .is_some_and(|result| result != TxExecutionResult::Success)
    }
}

/// How grave a printed line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum LogLevel {
    Silent,
    Fatal,
    Error,
    Warn,
    Info,
    Verbose,
    Debug,
    Trace,
}

/// A line printed by a public function.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DebugLog {
    /// The contract.
    pub contract_address: AztecAddress,
    /// How grave it is.
    pub level: LogLevel,
    /// The text, with places for the fields.
    pub message: String,
    /// The fields.
    pub fields: Vec<Fr>,
}

/// An optional integer, written as decimal text.
mod optional_bigint {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct BigInt(#[serde(with = "crate::json::bigint")] u128);

    pub(super) fn serialize<S: Serializer>(value: &Option<u128>, to: S) -> Result<S::Ok, S::Error> {
        value.map(BigInt).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<u128>, D::Error> {
        Ok(Option::<BigInt>::deserialize(from)?.map(|BigInt(value)| value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_of_a_local_network() {
        let hash = format!("0x{:064x}", 5);
        let json = format!(
            r#"{{"txHash":"{hash}","status":"checkpointed","executionResult":"success","transactionFee":"19277580875800000","blockHash":"{hash}","blockNumber":6,"epochNumber":9}}"#
        );
        let receipt: TxReceipt = serde_json::from_str(&json).unwrap();
        assert!(receipt.is_mined() && receipt.has_succeeded() && !receipt.has_reverted());
        assert_eq!(receipt.transaction_fee, Some(19_277_580_875_800_000));
        assert_eq!(serde_json::to_string(&receipt).unwrap(), json);

        let json = format!(r#"{{"txHash":"{hash}","status":"dropped","error":"gone"}}"#);
        let receipt: TxReceipt = serde_json::from_str(&json).unwrap();
        assert!(!receipt.is_mined() && !receipt.has_succeeded() && !receipt.has_reverted());
        assert_eq!(serde_json::to_string(&receipt).unwrap(), json);
    }

    #[test]
    fn a_reverted_transaction_has_not_succeeded() {
        let json = format!(
            r#"{{"txHash":"0x{:064x}","status":"proven","executionResult":"both_reverted"}}"#,
            5
        );
        let receipt: TxReceipt = serde_json::from_str(&json).unwrap();
        assert!(receipt.is_mined() && !receipt.has_succeeded() && receipt.has_reverted());
        assert!(serde_json::from_str::<TxReceipt>(&json.replace("proven", "mined")).is_err());
    }

    #[test]
    fn stages_are_ordered() {
        use TxStatus::{Checkpointed, Dropped, Finalized, Pending, Proposed, Proven};
        assert!([Dropped, Pending, Proposed, Checkpointed, Proven, Finalized].is_sorted());
    }
}
