//! Follows tags: which index comes next when sending, which logs have come in
//! (Aztec 4.1.2, pxe `tagging`).
//!
//! A sender takes the index after the highest that it has used, and no more than [`TAGGING_WINDOW`]
//! beyond the last one in a final block; so a recipient need not look further than that. Below the
//! highest index in a block older than the longest life of a transaction nothing new can come.

use futures_util::future::try_join_all;
use pixie_node::types::TxScopedLog;
use pixie_node::{AztecNode, all_private_logs_by_tags};
use pixie_primitives::block::BlockNumber;
use pixie_primitives::constants::MAX_TX_LIFETIME;
use pixie_primitives::receipt::{TxReceipt, TxStatus};
use pixie_primitives::tagging::{ExtendedDirectionalAppTaggingSecret, PreTag};
use pixie_primitives::tx::TxHash;

use super::{SyncError, verify};
use crate::state::tagging::{RecipientTags, TAGGING_WINDOW};
use crate::work::Work;

/// Brings what is known of a secret's used indexes up to date.
///
/// # Errors
/// [`SyncError::Node`], [`SyncError::ForgedLog`], [`SyncError::WrongTx`], [`SyncError::Cancelled`].
pub async fn sync_sender(
    work: &Work,
    secret: &ExtendedDirectionalAppTaggingSecret,
) -> Result<(), SyncError> {
    let last_final = || {
        work.state()
            .sender_tags(secret)
            .and_then(|tags| tags.finalized)
    };
    let mut finalized = last_final();
    let mut start = finalized.map_or(0, |index| index.saturating_add(1));
    let mut end = start.saturating_add(TAGGING_WINDOW);
    loop {
        work.check_cancelled()?;
        for (index, log) in logs_in_range(work, secret, start, end).await? {
            work.state_mut().observe_tag(secret, index, log.tx_hash);
        }
        let pending = {
            let state = work.state();
            let tags = state.sender_tags(secret);
            tags.map(|tags| tags.pending_txs(start, end))
                .unwrap_or_default()
        };
        if pending.is_empty() {
            return Ok(());
        }
        let receipts = receipts(work.node(), &pending).await?;
        let chosen = |is_chosen: fn(&TxReceipt) -> bool| -> Vec<TxHash> {
            let receipts = receipts.iter().filter(|receipt| is_chosen(receipt));
            receipts.map(|receipt| receipt.tx_hash).collect()
        };
        let failed =
            chosen(|receipt| receipt.status == TxStatus::Dropped || receipt.has_reverted());
        let settled =
            chosen(|receipt| receipt.status == TxStatus::Finalized && receipt.has_succeeded());
        let mut state = work.state_mut();
        state.drop_pending_tags(&failed);
        state.finalize_pending_tags(&settled);
        drop(state);
        let now = last_final();
        if now == finalized {
            return Ok(());
        }
        finalized = now;
        start = end;
        let last = now.unwrap_or(0).saturating_add(TAGGING_WINDOW);
        end = last.saturating_add(1).max(start);
    }
}

/// The index that comes next when sending with a secret, after bringing its state up to date.
///
/// # Errors
/// Those of [`sync_sender`].
pub async fn next_index(
    work: &Work,
    secret: &ExtendedDirectionalAppTaggingSecret,
) -> Result<u32, SyncError> {
    sync_sender(work, secret).await?;
    let state = work.state();
    let last = state.sender_tags(secret).and_then(|tags| tags.last_used());
    Ok(last.map_or(0, |last| last.saturating_add(1)))
}

/// Notes which indexes a transaction uses that is about to be sent.
///
/// # Errors
/// [`SyncError::State`], if an index is too far ahead for its recipient to find it.
pub fn store_pending_tags(work: &Work, tags: &[PreTag], tx: TxHash) -> Result<(), SyncError> {
    Ok(work.state_mut().add_pending_tags(tags, tx)?)
}

/// What the chain says about time and finality while logs are looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChainClock {
    finalized: BlockNumber,
    /// Seconds since 1970.
    now: u64,
}

impl ChainClock {
    /// As of the block that the operation sees. The reference asks for the node's last one, which may be
    /// newer by now: what is settled then is settled the next time.
    pub(super) fn of(work: &Work) -> Self {
        Self {
            finalized: work.state().finalized_block_number(),
            now: work.anchor().header.timestamp(),
        }
    }

    /// The highest indexes that are settled by these logs.
    fn settled(&self, logs: &[(u32, TxScopedLog)]) -> RecipientTags {
        let highest = |is_settled: &dyn Fn(&TxScopedLog) -> bool| {
            let settled = logs.iter().filter(|(_, log)| is_settled(log));
            settled.map(|(index, _)| *index).max()
        };
        RecipientTags {
            aged: highest(&|log| self.now.saturating_sub(log.block_timestamp) >= MAX_TX_LIFETIME),
            finalized: highest(&|log| log.block_number <= self.finalized),
        }
    }
}

/// The logs that have come in with a secret and may be new, up to the anchor block, by index. Notes
/// how far need not be looked any more.
pub(super) async fn incoming_logs(
    work: &Work,
    secret: &ExtendedDirectionalAppTaggingSecret,
    clock: ChainClock,
) -> Result<Vec<TxScopedLog>, SyncError> {
    let known = work.state().recipient_tags(secret);
    let after = |index: u32| index.saturating_add(TAGGING_WINDOW).saturating_add(1);
    let mut start = known.aged.map_or(0, |aged| aged.saturating_add(1));
    let mut end = after(known.finalized.unwrap_or(0));
    let mut all = Vec::new();
    loop {
        work.check_cancelled()?;
        let found = logs_in_range(work, secret, start, end).await?;
        let settled = clock.settled(&found);
        all.extend(found.into_iter().map(|(_, log)| log));
        work.state_mut().raise_recipient_tags(secret, settled)?;
        let Some(finalized) = settled.finalized else {
            return Ok(all);
        };
        start = end;
        end = after(finalized);
    }
}

/// The logs with the tags of a secret from `start` to before `end`, up to the anchor block, with
/// their indexes.
async fn logs_in_range(
    work: &Work,
    secret: &ExtendedDirectionalAppTaggingSecret,
    start: u32,
    end: u32,
) -> Result<Vec<(u32, TxScopedLog)>, SyncError> {
    if start >= end {
        return Ok(Vec::new());
    }
    let anchor = work.anchor();
    let tags: Vec<_> = (start..end).map(|index| secret.siloed_tag(index)).collect();
    let logs = all_private_logs_by_tags(work.node(), &tags, anchor.hash).await?;
    let mut found = Vec::new();
    for ((index, tag), logs) in (start..end).zip(tags).zip(logs) {
        for log in logs {
            verify::log(&log, tag.to_field())?;
            if log.block_number <= anchor.number() {
                found.push((index, log));
            }
        }
    }
    Ok(found)
}

/// The receipts of transactions.
async fn receipts(node: &dyn AztecNode, txs: &[TxHash]) -> Result<Vec<TxReceipt>, SyncError> {
    let reads = txs.iter().map(async |tx| {
        let receipt = node.tx_receipt(*tx).await?;
        if receipt.tx_hash == *tx {
            Ok(receipt)
        } else {
            Err(SyncError::WrongTx {
                asked: *tx,
                actual: receipt.tx_hash,
            })
        }
    });
    try_join_all(reads).await
}
