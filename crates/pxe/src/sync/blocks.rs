//! Follows the tip of the chain (Aztec 4.1.2, pxe `BlockSynchronizer`).
//!
//! Of the blocks only headers are asked for. When the chain turns out to have dropped the block that
//! was followed, every block above the last final one whose effects the state holds is looked at, and
//! the effects of exactly those that the chain has dropped are taken back.

use std::collections::BTreeSet;

use futures_util::future::{try_join, try_join_all};
use pixie_node::AztecNode;
use pixie_node::types::{BlockId, L2Tips};
use pixie_primitives::block::{BlockHash, BlockNumber, BlockParameter};

use super::{SyncError, verify};
use crate::state::PxeTables;
use crate::state::chain::FollowedChain;
use crate::work::{AnchorBlock, Work};

/// Follows the chain to its last block and takes back what it has dropped. The tables are changed at
/// the end only, all at once.
///
/// # Errors
/// [`SyncError::Node`], [`SyncError::MissingBlock`], [`SyncError::WrongBlock`],
/// [`SyncError::InconsistentTips`], [`SyncError::FinalBlockMissing`], [`SyncError::OtherChain`].
pub async fn synchronize(
    node: &dyn AztecNode,
    tables: &mut PxeTables,
) -> Result<AnchorBlock, SyncError> {
    let tips = node.l2_tips().await?;
    synchronize_to(node, tables, tips).await
}

/// As [`synchronize`], with what the node has just told of its tips.
///
/// # Errors
/// As [`synchronize`].
pub async fn synchronize_to(
    node: &dyn AztecNode,
    tables: &mut PxeTables,
    mut tips: L2Tips,
) -> Result<AnchorBlock, SyncError> {
    let mut tries = 1;
    loop {
        match follow(node, tables, &tips).await {
            Err(SyncError::MissingBlock(_)) if tries < TRIES => tries += 1,
            result => return result,
        }
        // Either the node has dropped the block in between, and its tips are others by now, or it is
        // still storing it: Aztec 4.1.2 tells new tips before (archiver `L2TipsCache.refresh`). The
        // last block that it can show will do.
        let latest = BlockParameter::Latest;
        if let Some(header) = node.block_header(latest).await?
            && let shown = AnchorBlock::new(header)
            && shown.number() >= tips.finalized.block.number
        {
            tips.proposed = BlockId {
                number: shown.number(),
                hash: shown.hash,
            };
            match follow(node, tables, &tips).await {
                Err(SyncError::MissingBlock(_)) => {}
                result => return result,
            }
        }
        tips = node.l2_tips().await?;
    }
}

/// Takes note of the node's tips if its last block is `anchor`, the one that was followed; says whether it
/// is.
///
/// # Errors
/// [`SyncError::InconsistentTips`], [`SyncError::FinalBlockMissing`].
pub fn confirm(
    tables: &mut PxeTables,
    anchor: &AnchorBlock,
    tips: &L2Tips,
) -> Result<bool, SyncError> {
    if tips.proposed.hash != anchor.hash {
        return Ok(false);
    }
    check_order(tips)?;
    if let Some(followed) = tables.chain.get(&()).cloned() {
        let finalized = last_final(tips, followed.finalized)?;
        if finalized != followed.finalized {
            let anchor = followed.anchor;
            tables.chain.put((), FollowedChain { anchor, finalized });
        }
    }
    Ok(true)
}

fn check_order(tips: &L2Tips) -> Result<(), SyncError> {
    if tips.finalized.block.number > tips.proposed.number {
        return Err(SyncError::InconsistentTips {
            finalized: tips.finalized.block.number,
            tip: tips.proposed.number,
        });
    }
    Ok(())
}

/// How often a node is asked for its tips that does not have the block that it tells of.
const TRIES: usize = 4;

async fn follow(
    node: &dyn AztecNode,
    tables: &mut PxeTables,
    tips: &L2Tips,
) -> Result<AnchorBlock, SyncError> {
    check_order(tips)?;
    let Some(followed) = tables.chain.get(&()).cloned() else {
        let anchor = tip_header(node, tips).await?;
        let row = FollowedChain {
            anchor: anchor.clone(),
            finalized: tips.finalized.block,
        };
        tables.chain.put((), row);
        return Ok(anchor);
    };
    let finalized = last_final(tips, followed.finalized)?;
    let before = followed.anchor.clone();
    let (anchor, dropped) = if tips.proposed.hash == before.hash {
        (before, BTreeSet::new())
    } else {
        let settled = followed.finalized.number;
        let (anchor, is_kept) = try_join(
            tip_header(node, tips),
            is_in_chain(node, &before, tips, settled),
        )
        .await?;
        if !is_same_chain(&before, &anchor) {
            return Err(SyncError::OtherChain);
        }
        let dropped = if is_kept {
            BTreeSet::new()
        } else {
            dropped_blocks(node, tips, tables.held_blocks(settled)).await?
        };
        (anchor, dropped)
    };
    tables.discard_blocks(&dropped);
    let row = FollowedChain {
        anchor: anchor.clone(),
        finalized,
    };
    if row != followed {
        tables.chain.put((), row);
    }
    Ok(anchor)
}

/// The header of a block of the chain, by number. Blocks up to the anchor are meant.
///
/// # Errors
/// [`SyncError::Node`], [`SyncError::MissingBlock`], [`SyncError::WrongBlock`].
pub async fn header_at(work: &Work, number: BlockNumber) -> Result<AnchorBlock, SyncError> {
    if number == work.anchor().number() {
        return Ok(work.anchor().clone());
    }
    let at = BlockParameter::Number(number);
    verify::header(work.node().block_header(at).await?, at)
}

/// The node's last block.
async fn tip_header(node: &dyn AztecNode, tips: &L2Tips) -> Result<AnchorBlock, SyncError> {
    let BlockId { number, hash } = tips.proposed;
    // The genesis block is none that a node keeps by its hash.
    let at = if number == BlockNumber::ZERO {
        BlockParameter::Number(number)
    } else {
        BlockParameter::Hash(hash)
    };
    let block = verify::header(node.block_header(at).await?, at)?;
    if block.number() == number && block.hash == hash {
        Ok(block)
    } else {
        Err(SyncError::WrongBlock {
            asked: at,
            number: block.number(),
            hash: block.hash,
        })
    }
}

/// The last block known to be final. A node that is behind does not lower it; one that contradicts
/// it is refused.
fn last_final(tips: &L2Tips, known: BlockId) -> Result<BlockId, SyncError> {
    let told = tips.finalized.block;
    let contradicts = |block: &BlockId| block.number == known.number && block.hash != known.hash;
    if tips.proposed.number < known.number || contradicts(&told) || contradicts(&tips.proposed) {
        return Err(SyncError::FinalBlockMissing(known.number));
    }
    Ok(if told.number > known.number {
        told
    } else {
        known
    })
}

/// Whether the chain still has a block.
async fn is_in_chain(
    node: &dyn AztecNode,
    block: &AnchorBlock,
    tips: &L2Tips,
    settled: BlockNumber,
) -> Result<bool, SyncError> {
    let number = block.number();
    if number <= settled {
        return Ok(true);
    }
    if number >= tips.proposed.number {
        // The node's tip is another block than this one.
        return Ok(false);
    }
    let at = BlockParameter::Number(number);
    Ok(verify::header(node.block_header(at).await?, at)?.hash == block.hash)
}

/// The genesis block belongs to every chain.
fn is_same_chain(before: &AnchorBlock, now: &AnchorBlock) -> bool {
    let [one, other] = [before, now].map(|block| &block.header.global_variables);
    before.number() == BlockNumber::ZERO
        || now.number() == BlockNumber::ZERO
        || (one.chain_id == other.chain_id && one.version == other.version)
}

/// Those of `held` that the chain does not have.
async fn dropped_blocks(
    node: &dyn AztecNode,
    tips: &L2Tips,
    held: BTreeSet<(BlockNumber, BlockHash)>,
) -> Result<BTreeSet<(BlockNumber, BlockHash)>, SyncError> {
    let tip = tips.proposed;
    let numbers: BTreeSet<BlockNumber> = held.iter().map(|(number, _)| *number).collect();
    let below = numbers.into_iter().filter(|number| *number < tip.number);
    let headers = below.map(async |number| {
        let at = BlockParameter::Number(number);
        let block = verify::header(node.block_header(at).await?, at)?;
        Ok::<_, SyncError>((number, block.hash))
    });
    let mut chain: BTreeSet<_> = try_join_all(headers).await?.into_iter().collect();
    chain.insert((tip.number, tip.hash));
    Ok(held.difference(&chain).copied().collect())
}
