//! Checks of single answers.

use pixie_node::types::{LeafLocation, TxScopedLog};
use pixie_primitives::Fr;
use pixie_primitives::block::{BlockHeader, BlockParameter, InBlock};
use pixie_primitives::effect::IndexedTxEffect;
use pixie_primitives::note::SiloedNullifier;
use pixie_primitives::tx::TxHash;

use super::SyncError;
use crate::work::AnchorBlock;

/// The header, if it is what was asked for.
pub(super) fn header(
    header: Option<BlockHeader>,
    asked: BlockParameter,
) -> Result<AnchorBlock, SyncError> {
    let block = AnchorBlock::new(header.ok_or(SyncError::MissingBlock(asked))?);
    let is_right = match asked {
        BlockParameter::Latest => true,
        BlockParameter::Number(number) => block.number() == number,
        BlockParameter::Hash(hash) => block.hash == hash,
    };
    if is_right {
        Ok(block)
    } else {
        Err(SyncError::WrongBlock {
            asked,
            number: block.number(),
            hash: block.hash,
        })
    }
}

/// Whether a block may be one of those up to the anchor, as far as can be told without asking.
fn is_in_chain(block: InBlock, anchor: &AnchorBlock) -> bool {
    let at_anchor = block.l2_block_number == anchor.number();
    block.l2_block_number <= anchor.number() && (!at_anchor || block.l2_block_hash == anchor.hash)
}

/// The effect of a transaction, if it is that of the one asked for and in the chain.
pub(super) fn effect(
    effect: Option<IndexedTxEffect>,
    asked: TxHash,
    anchor: &AnchorBlock,
) -> Result<IndexedTxEffect, SyncError> {
    let effect = effect.ok_or(SyncError::MissingTx(asked))?;
    if effect.data.tx_hash != asked {
        return Err(SyncError::WrongTx {
            asked,
            actual: effect.data.tx_hash,
        });
    }
    if !is_in_chain(effect.in_block(), anchor) {
        return Err(SyncError::TxNotInChain {
            tx: asked,
            block: effect.l2_block_number,
            anchor: anchor.number(),
        });
    }
    Ok(effect)
}

/// Where a nullifier is, if that can be.
pub(super) fn nullifier(
    nullifier: SiloedNullifier,
    location: &LeafLocation,
    anchor: &AnchorBlock,
) -> Result<InBlock, SyncError> {
    let at = location.in_block();
    if at.l2_block_number.0 > 0 && is_in_chain(at, anchor) {
        Ok(at)
    } else {
        Err(SyncError::NullifierNotInChain {
            nullifier,
            block: at.l2_block_number,
        })
    }
}

/// Fails unless the log starts with the tag that it was asked for by.
pub(super) fn log(log: &TxScopedLog, tag: Fr) -> Result<(), SyncError> {
    if log.log_data.first() == Some(&tag) {
        Ok(())
    } else {
        Err(SyncError::ForgedLog {
            tx: log.tx_hash,
            tag,
        })
    }
}
