//! `pixie tx`: transactions.

use std::fmt;

use clap::Args;
use pixie_primitives::receipt::TxReceipt;
use pixie_primitives::tx::TxHash;
use serde::Serialize;

use super::CliError;
use super::session::{Lines, Output, WalletOptions};
use crate::wallet::{JournalEntry, Stage, WalletError};

/// Lists the transactions that were made with this folder, or tells what the node says of one.
#[derive(Debug, Args)]
pub struct TxCommand {
    #[command(flatten)]
    wallet: WalletOptions,
    /// The hash of a transaction.
    tx_hash: Option<TxHash>,
}

/// What is printed of a transaction in the journal.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    tx_hash: TxHash,
    #[serde(flatten)]
    entry: JournalEntry,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.tx_hash)?;
        match &self.entry.stage {
            Stage::Proved => f.write_str("proved")?,
            Stage::Sent => f.write_str("sent")?,
            Stage::Mined {
                block, reverted, ..
            } => {
                let end = if *reverted { ", reverted" } else { "" };
                write!(f, "in block {block}{end}")?;
            }
            Stage::Dropped { .. } => f.write_str("dropped")?,
        }
        let mut calls = self.entry.calls.iter();
        calls.try_for_each(|call| write!(f, " {}", call.function))
    }
}

/// What the node says of a transaction.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Receipt(TxReceipt);

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let receipt = &self.0;
        writeln!(f, "transaction {}", receipt.tx_hash)?;
        writeln!(f, "status      {:?}", receipt.status)?;
        if let Some(block) = receipt.block_number {
            writeln!(f, "block       {}", block.0)?;
        }
        if let Some(result) = receipt.execution_result {
            writeln!(f, "execution   {result:?}")?;
        }
        if let Some(fee) = receipt.transaction_fee {
            writeln!(f, "fee         {fee}")?;
        }
        if let Some(error) = &receipt.error {
            writeln!(f, "error       {error}")?;
        }
        Ok(())
    }
}

impl TxCommand {
    /// Runs the command.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let wallet = &session.wallet;
        if let Some(tx) = self.tx_hash {
            let receipt = wallet.pxe().node().tx_receipt(tx).await;
            let receipt = receipt.map_err(WalletError::from)?;
            return output.show(&Receipt(receipt));
        }
        wallet.refresh_journal().await?;
        let journal = wallet.records().journal().into_iter();
        let shown = journal.map(|(tx_hash, entry)| Shown { tx_hash, entry });
        output.show(&Lines(shown.collect()))
    }
}
