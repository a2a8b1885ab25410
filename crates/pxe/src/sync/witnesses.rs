//! Membership witnesses, checked against the header of the block that an operation sees.
//!
//! For other blocks, of which the header is not at hand, the answer is passed on as it is: the circuit
//! that asked for it checks it.

use pixie_node::types::{ArchiveWitness, L1ToL2MessageWitness, NoteHashWitness};
use pixie_primitives::Fr;
use pixie_primitives::block::{BlockHash, StateReference};
use pixie_primitives::trees::{NullifierMembershipWitness, PublicDataWitness};

use super::SyncError;
use crate::work::Work;

/// The state as of a block, if it is the anchor block.
fn state_at(work: &Work, at: BlockHash) -> Option<&StateReference> {
    let anchor = work.anchor();
    (anchor.hash == at).then_some(&anchor.header.state)
}

fn checked<W>(
    witness: Option<W>,
    tree: &'static str,
    leaf: Fr,
    root: Option<Fr>,
    proves: impl FnOnce(&W, Fr) -> bool,
) -> Result<Option<W>, SyncError> {
    match (&witness, root) {
        (Some(found), Some(root)) if !proves(found, root) => {
            Err(SyncError::FalseWitness { tree, leaf })
        }
        _ => Ok(witness),
    }
}

/// Proves that a note hash is in the note hash tree.
///
/// # Errors
/// [`SyncError::Node`], [`SyncError::FalseWitness`].
pub async fn note_hash(
    work: &Work,
    at: BlockHash,
    leaf: Fr,
) -> Result<Option<NoteHashWitness>, SyncError> {
    let witness = work.node().note_hash_witness(at.into(), leaf).await?;
    let root = state_at(work, at).map(|state| state.partial.note_hash_tree.root);
    checked(witness, "note hash", leaf, root, |witness, root| {
        witness.proves(leaf, root)
    })
}

/// Proves that a nullifier is in the nullifier tree.
///
/// # Errors
/// [`SyncError::Node`], [`SyncError::FalseWitness`].
pub async fn nullifier(
    work: &Work,
    at: BlockHash,
    leaf: Fr,
) -> Result<Option<NullifierMembershipWitness>, SyncError> {
    let witness = work.node().nullifier_witness(at.into(), leaf).await?;
    let root = state_at(work, at).map(|state| state.partial.nullifier_tree.root);
    checked(witness, "nullifier", leaf, root, |witness, root| {
        witness.leaf_preimage.nullifier.to_field() == leaf && witness.proves(root)
    })
}

/// Proves that a nullifier is not in the nullifier tree, by the leaf before the place where it would
/// be; or that it is, by its own leaf. Contracts tell the two apart, as Aztec.nr's `lookup_validity`
/// does, which asks this of authwits that were used.
///
/// # Errors
/// [`SyncError::Node`], [`SyncError::FalseWitness`].
pub async fn low_nullifier(
    work: &Work,
    at: BlockHash,
    leaf: Fr,
) -> Result<Option<NullifierMembershipWitness>, SyncError> {
    let witness = work.node().low_nullifier_witness(at.into(), leaf).await?;
    let root = state_at(work, at).map(|state| state.partial.nullifier_tree.root);
    checked(witness, "nullifier", leaf, root, |witness, root| {
        let preimage = &witness.leaf_preimage;
        let next = preimage.next_nullifier;
        let this = preimage.nullifier.to_field();
        let is_low = this < leaf && (next.is_zero() || leaf < next.to_field());
        (this == leaf || is_low) && witness.proves(root)
    })
}

/// Proves the value of a slot in public storage, or that it has none: the leaf is that of the slot or
/// the one before the place where it would be.
///
/// # Errors
/// [`SyncError::Node`], [`SyncError::FalseWitness`].
pub async fn public_data(
    work: &Work,
    at: BlockHash,
    slot: Fr,
) -> Result<Option<PublicDataWitness>, SyncError> {
    let witness = work.node().public_data_witness(at.into(), slot).await?;
    let root = state_at(work, at).map(|state| state.partial.public_data_tree.root);
    checked(witness, "public data", slot, root, |witness, root| {
        let preimage = &witness.leaf_preimage;
        let (this, next) = (preimage.slot.to_field(), preimage.next_slot.to_field());
        let is_low = this < slot && (next.is_zero() || slot < next);
        (this == slot || is_low) && witness.proves(root)
    })
}

/// Proves that a block is in the archive.
///
/// # Errors
/// [`SyncError::Node`], [`SyncError::FalseWitness`].
pub async fn block_hash(
    work: &Work,
    at: BlockHash,
    block: BlockHash,
) -> Result<Option<ArchiveWitness>, SyncError> {
    let witness = work.node().block_hash_witness(at.into(), block).await?;
    // A block's header knows the archive before the block.
    let anchor = work.anchor();
    let root = (anchor.hash == at).then_some(anchor.header.last_archive.root);
    let leaf = block.to_field();
    checked(witness, "archive", leaf, root, |witness, root| {
        witness.proves(leaf, root)
    })
}

/// Proves that a message from L1 has arrived.
///
/// # Errors
/// [`SyncError::Node`], [`SyncError::FalseWitness`].
pub async fn l1_to_l2_message(
    work: &Work,
    at: BlockHash,
    message: Fr,
) -> Result<Option<L1ToL2MessageWitness>, SyncError> {
    let witness = work
        .node()
        .l1_to_l2_message_witness(at.into(), message)
        .await?;
    let root = state_at(work, at).map(|state| state.l1_to_l2_message_tree.root);
    checked(
        witness,
        "L1 to L2 message",
        message,
        root,
        |witness, root| witness.proves(message, root),
    )
}
