//! `pixie tx`: transactions.

use std::fmt;

use clap::Args;
use pixie_primitives::receipt::TxReceipt;
use pixie_primitives::tx::TxHash;
use serde::Serialize;

use super::CliError;
use super::session::{Lines, Output, WalletOptions};
use crate::wallet::{HistoryEntry, StageTold, WalletError};

/// Lists the transactions that were made with this folder, or tells what the node says of one.
#[derive(Debug, Args)]
pub struct TxCommand {
    #[command(flatten)]
    wallet: WalletOptions,
    /// The hash of a transaction.
    tx_hash: Option<TxHash>,
    /// Asks no node: tells how far the transactions had come when it was last looked.
    #[arg(long, conflicts_with = "tx_hash")]
    offline: bool,
}

/// Goes on with transactions that were interrupted: those that were approved are sent, those that were not
/// are given up.
#[derive(Debug, Args)]
pub struct Resume {
    #[command(flatten)]
    wallet: WalletOptions,
}

impl fmt::Display for HistoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>4} ", self.number)?;
        match &self.stage {
            StageTold::Requested => f.write_str("not approved yet")?,
            StageTold::Approved | StageTold::Simulated | StageTold::Proved => {
                f.write_str("interrupted; `pixie resume` goes on")?;
            }
            StageTold::Sent => f.write_str("sent")?,
            StageTold::Mined {
                block, reverted, ..
            } => {
                let end = if *reverted { ", reverted" } else { "" };
                write!(f, "in block {block}{end}")?;
            }
            StageTold::Dropped { .. } => f.write_str("dropped")?,
            StageTold::Failed { reason } => write!(f, "failed: {reason}")?,
            StageTold::Rejected { reason } => write!(f, "not approved: {reason}")?,
        }
        if self.calls.is_empty() {
            f.write_str(" account deployment")?;
        }
        for call in &self.calls {
            match &call.function {
                Some(function) => write!(f, " {function}")?,
                None => write!(f, " {}", call.selector)?,
            }
        }
        match self.tx_hash {
            Some(tx_hash) => write!(f, " {tx_hash}"),
            None => Ok(()),
        }
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
        let opened = self.wallet.unlocked().await?;
        if self.offline {
            return output.show(&Lines(opened.history().await?));
        }
        let session = self.wallet.connect(opened).await?;
        let wallet = &session.wallet;
        if let Some(tx) = self.tx_hash {
            let receipt = wallet.engine().node().tx_receipt(tx).await;
            let receipt = receipt.map_err(WalletError::from)?;
            return output.show(&Receipt(receipt));
        }
        wallet.refresh_journal().await?;
        let history = wallet.history();
        drop(session);
        output.show(&Lines(history))
    }
}

impl Resume {
    /// Runs the command.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let wallet = &session.wallet;
        let resumed = wallet.resume().await?;
        let history = wallet.history().into_iter();
        let shown = history.filter(|entry| resumed.iter().any(|id| id.0 == entry.number));
        let shown = shown.collect();
        drop(session);
        output.show(&Lines(shown))
    }
}
