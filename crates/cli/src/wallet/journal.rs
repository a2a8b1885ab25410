//! The journal of transactions: each is written down before it is sent.

use std::time::{SystemTime, UNIX_EPOCH};

use pixie_primitives::AztecAddress;
use pixie_primitives::receipt::{TxExecutionResult, TxReceipt, TxStatus};
use pixie_primitives::tx::{FunctionCall, TxHash};
use serde::{Deserialize, Serialize};

use super::records::Records;
use super::{Wallet, WalletError};

/// A transaction that was made here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JournalEntry {
    /// Its number in the journal, from 0.
    pub number: u64,
    /// When it was proved, in seconds since 1970.
    pub at: u64,
    /// The account.
    pub from: AztecAddress,
    /// What it calls, without the fee payment.
    pub calls: Vec<CalledFunction>,
    /// How far it has come.
    #[serde(flatten)]
    pub stage: Stage,
}

/// A function that a transaction calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CalledFunction {
    /// The contract.
    pub contract: AztecAddress,
    /// The function's name.
    pub function: String,
}

/// How far a transaction has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "stage"
)]
pub enum Stage {
    /// It is about to be sent. Whether it was is for the node to say, if the process ended then.
    Proved,
    /// The node has taken it.
    Sent,
    /// It is in a block.
    Mined {
        /// The block.
        block: u32,
        /// Whether anything of it was reverted.
        reverted: bool,
        /// The fee, in the smallest unit of fee juice, as decimal text.
        #[serde(skip_serializing_if = "Option::is_none")]
        fee: Option<String>,
        /// Whether the block is final, so that this will not change.
        is_final: bool,
    },
    /// It will not be mined.
    Dropped {
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

impl Stage {
    /// What a receipt says, if it says anything new.
    fn of_receipt(receipt: &TxReceipt) -> Option<Self> {
        match (receipt.status, receipt.block_number) {
            (TxStatus::Dropped, _) => Some(Self::Dropped {
                reason: receipt.error.clone(),
            }),
            (TxStatus::Pending, _) => Some(Self::Sent),
            (status, Some(block)) => Some(Self::Mined {
                block: block.0,
                reverted: receipt.execution_result != Some(TxExecutionResult::Success),
                fee: receipt.transaction_fee.map(|fee| fee.to_string()),
                is_final: status == TxStatus::Finalized,
            }),
            (_, None) => None,
        }
    }

    /// Whether it may still change.
    pub const fn is_open(&self) -> bool {
        !matches!(self, Self::Mined { is_final: true, .. })
    }
}

/// For how long after it was proved a transaction that the node does not know may still be on its way.
const ON_ITS_WAY: u64 = 10;

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map(|since| since.as_secs()).unwrap_or_default()
}

impl Records {
    /// The journal, oldest first.
    pub fn journal(&self) -> Vec<(TxHash, JournalEntry)> {
        let snapshot = self.snapshot();
        let entries = snapshot.transactions.iter();
        let mut entries: Vec<_> = entries.map(|(tx, entry)| (*tx, entry.clone())).collect();
        entries.sort_by_key(|(_, entry)| entry.number);
        entries
    }

    /// Writes down a transaction that is about to be sent.
    pub(super) async fn begin_transaction(
        &self,
        tx: TxHash,
        from: AztecAddress,
        calls: &[FunctionCall],
    ) -> Result<(), WalletError> {
        let calls: Vec<_> = calls
            .iter()
            .map(|call| CalledFunction {
                contract: call.to,
                function: call.name.clone(),
            })
            .collect();
        self.change(|tables| {
            let entry = JournalEntry {
                number: tables.transactions.len() as u64,
                at: now(),
                from,
                calls: calls.clone(),
                stage: Stage::Proved,
            };
            tables.transactions.put(tx, entry);
            Ok(())
        })
        .await
    }

    /// Notes how far a transaction has come.
    pub(super) async fn note_stage(&self, tx: TxHash, stage: Stage) -> Result<(), WalletError> {
        self.change(|tables| {
            tables
                .transactions
                .update(&tx, |entry| entry.stage = stage.clone());
            Ok(())
        })
        .await
    }
}

impl Wallet {
    /// Asks the node how far the transactions have come that are not final.
    pub async fn refresh_journal(&self) -> Result<(), WalletError> {
        for (tx, entry) in self.records.journal() {
            if !entry.stage.is_open() {
                continue;
            }
            let receipt = self.pxe.node().tx_receipt(tx).await?;
            let is_fresh = now().saturating_sub(entry.at) < ON_ITS_WAY;
            if let Some(stage) = Stage::of_receipt(&receipt)
                && stage != entry.stage
                && !(is_fresh && matches!(stage, Stage::Dropped { .. }))
            {
                self.records.note_stage(tx, stage).await?;
            }
        }
        Ok(())
    }

    /// Notes what a receipt says of a transaction in the journal.
    pub(super) async fn note_receipt(&self, receipt: &TxReceipt) -> Result<(), WalletError> {
        let is_known = {
            let snapshot = self.records.snapshot();
            snapshot.transactions.contains(&receipt.tx_hash)
        };
        match Stage::of_receipt(receipt) {
            Some(stage) if is_known => self.records.note_stage(receipt.tx_hash, stage).await,
            _ => Ok(()),
        }
    }
}
