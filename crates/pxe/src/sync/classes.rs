//! Which class a contract has now (Aztec 4.1.2, pxe `contract_sync/helpers`).

use futures_util::future::try_join_all;
use pixie_node::AztecNode;
use pixie_primitives::constants::{
    CONTRACT_INSTANCE_REGISTRY_CONTRACT_ADDRESS, UPDATED_CLASS_IDS_SLOT,
    UPDATES_DELAYED_PUBLIC_MUTABLE_VALUES_LEN,
};
use pixie_primitives::contract::ContractInstanceWithAddress;
use pixie_primitives::delayed::DelayedClassId;
use pixie_primitives::hash::{StorageSlot, derive_storage_slot_in_map};
use pixie_primitives::{AztecAddress, ContractClassId, Fr, FromFields as _};

use super::SyncError;
use crate::work::{AnchorBlock, Work};

/// The class that a contract has as of a block: the one it was updated to, or that of its instance.
///
/// # Errors
/// [`SyncError::Node`], [`SyncError::MalformedClass`].
pub async fn current_class(
    node: &dyn AztecNode,
    anchor: &AnchorBlock,
    contract: &ContractInstanceWithAddress,
) -> Result<ContractClassId, SyncError> {
    let map = StorageSlot::from_field(UPDATED_CLASS_IDS_SLOT);
    let base = derive_storage_slot_in_map(map, contract.address).to_field();
    let reads = (0..UPDATES_DELAYED_PUBLIC_MUTABLE_VALUES_LEN as u64).map(|index| {
        let registry = CONTRACT_INSTANCE_REGISTRY_CONTRACT_ADDRESS;
        node.public_storage_at(anchor.hash.into(), registry, base + Fr::from(index))
    });
    let values = try_join_all(reads).await?;
    let delayed =
        DelayedClassId::from_fields(&values).map_err(|source| SyncError::MalformedClass {
            contract: contract.address,
            source,
        })?;
    let class = delayed.class.class_at(anchor.header.timestamp());
    Ok(if class.is_zero() {
        contract.instance.original_contract_class_id
    } else {
        class
    })
}

/// Fails unless the registered class of a contract is the one that it has.
///
/// # Errors
/// [`SyncError::OutdatedContract`], those of [`current_class`], and
/// [`StateError::UnknownContract`](crate::state::StateError::UnknownContract).
pub async fn verify_class(work: &Work, contract: AztecAddress) -> Result<(), SyncError> {
    let instance = work.state().contract_instance(&contract)?;
    let current = current_class(work.node(), work.anchor(), &instance).await?;
    let registered = instance.instance.current_contract_class_id;
    if current == registered {
        Ok(())
    } else {
        Err(SyncError::OutdatedContract {
            contract,
            registered,
            current,
        })
    }
}
