//! What the kernels ask the node: witnesses in the trees of the anchor block, which are believed only
//! if they lead to the roots in its header.

use futures_util::future::try_join_all;
use pixie_node::AztecNode;
use pixie_node::types::NoteHashWitness;
use pixie_primitives::block::{BlockHeader, BlockParameter};
use pixie_primitives::constants::{
    CONTRACT_INSTANCE_REGISTRY_CONTRACT_ADDRESS, UPDATED_CLASS_IDS_SLOT,
    UPDATES_DELAYED_PUBLIC_MUTABLE_VALUES_LEN,
};
use pixie_primitives::delayed::DelayedClassId;
use pixie_primitives::hash::{
    StorageSlot, compute_public_data_tree_leaf_slot, derive_storage_slot_in_map,
};
use pixie_primitives::kernel::UpdatedClassIdHints;
use pixie_primitives::trees::{NullifierMembershipWitness, PublicDataTreeLeafPreimage};
use pixie_primitives::{AztecAddress, Fr, FromFields as _};

use super::error::{KernelError, Witnessed};

/// How many storage slots the values of a delayed class id take; their hash is in the next one.
const DELAYED_CLASS_ID_SLOTS: u32 = UPDATES_DELAYED_PUBLIC_MUTABLE_VALUES_LEN as u32;

/// The node's trees as of one block.
pub struct AnchoredNode<'a> {
    node: &'a dyn AztecNode,
    header: &'a BlockHeader,
    at: BlockParameter,
}

impl<'a> AnchoredNode<'a> {
    /// The trees as of the block with this header, which the caller trusts.
    pub fn new(node: &'a dyn AztecNode, header: &'a BlockHeader) -> Self {
        Self {
            node,
            header,
            at: header.hash().into(),
        }
    }

    /// Where a unique note hash is in its tree.
    ///
    /// # Errors
    /// [`KernelError::NotInTree`], [`KernelError::FalseWitness`], [`KernelError::Node`].
    pub async fn note_hash_witness(&self, note_hash: Fr) -> Result<NoteHashWitness, KernelError> {
        let witness = self.node.note_hash_witness(self.at, note_hash).await?;
        let what = Witnessed::NoteHash(note_hash);
        let witness = witness.ok_or(KernelError::NotInTree(what))?;
        let root = self.header.state.partial.note_hash_tree.root;
        if witness.proves(note_hash, root) {
            Ok(witness)
        } else {
            Err(KernelError::FalseWitness(what))
        }
    }

    /// Where a siloed nullifier is in its tree.
    ///
    /// # Errors
    /// [`KernelError::NotInTree`], [`KernelError::FalseWitness`], [`KernelError::Node`].
    pub async fn nullifier_witness(
        &self,
        nullifier: Fr,
    ) -> Result<NullifierMembershipWitness, KernelError> {
        let witness = self.node.nullifier_witness(self.at, nullifier).await?;
        let what = Witnessed::Nullifier(nullifier);
        let witness = witness.ok_or(KernelError::NotInTree(what))?;
        let root = self.header.state.partial.nullifier_tree.root;
        if witness.leaf_preimage.nullifier.to_field() == nullifier && witness.proves(root) {
            Ok(witness)
        } else {
            Err(KernelError::FalseWitness(what))
        }
    }

    /// Whether and how the class of a contract was updated (Aztec 4.1.2, pxe
    /// `PrivateKernelOracle.getUpdatedClassIdHints`).
    ///
    /// # Errors
    /// [`KernelError::NotInTree`], [`KernelError::FalseWitness`], [`KernelError::Node`].
    pub async fn updated_class_id(
        &self,
        contract: AztecAddress,
    ) -> Result<UpdatedClassIdHints, KernelError> {
        let registry = CONTRACT_INSTANCE_REGISTRY_CONTRACT_ADDRESS;
        let map = StorageSlot::from_field(UPDATED_CLASS_IDS_SLOT);
        let first = derive_storage_slot_in_map(map, contract).to_field();
        let hash_slot = StorageSlot::from_field(first + Fr::from(DELAYED_CLASS_ID_SLOTS));
        let leaf_slot = compute_public_data_tree_leaf_slot(registry, hash_slot);

        let what = Witnessed::UpdatedClassId(contract);
        let witness = self.node.public_data_witness(self.at, leaf_slot.to_field());
        let witness = witness.await?.ok_or(KernelError::NotInTree(what))?;
        let leaf = witness.leaf_preimage;
        let root = self.header.state.partial.public_data_tree.root;
        if !witness.proves(root) {
            return Err(KernelError::FalseWitness(what));
        }
        let values = if leaf.slot == leaf_slot {
            let slots = (0..DELAYED_CLASS_ID_SLOTS).map(|offset| first + Fr::from(offset));
            let values = slots.map(|slot| self.node.public_storage_at(self.at, registry, slot));
            let values = try_join_all(values).await?;
            let values = DelayedClassId::from_fields(&values)
                .map_err(|_| KernelError::FalseWitness(what))?;
            if values.hash() != leaf.value {
                return Err(KernelError::FalseWitness(what));
            }
            values
        } else if is_between(&leaf, leaf_slot.to_field()) {
            DelayedClassId::default()
        } else {
            return Err(KernelError::FalseWitness(what));
        };
        Ok(UpdatedClassIdHints {
            witness: witness.sibling_path.at(witness.index),
            leaf,
            values,
        })
    }
}

/// Whether the leaf proves that there is none for this slot.
fn is_between(leaf: &PublicDataTreeLeafPreimage, slot: Fr) -> bool {
    let next = leaf.next_slot.to_field();
    leaf.slot.to_field() < slot && (next.is_zero() || slot < next)
}
