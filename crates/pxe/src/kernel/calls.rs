//! What proves to the kernel that the calls ran functions of the contracts called.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use pixie_primitives::AztecAddress;
use pixie_primitives::kernel::{
    PrivateCallData, PrivateVerificationKeyHints, UpdatedClassIdHints, VerificationKey,
};

use super::error::KernelError;
use super::oracle::KernelOracle;
use super::witnesses::AnchoredNode;
use crate::execution::result::PrivateCall;

/// The classes of all contracts called, as the anchor block has them. Asked for at once, each contract
/// once.
#[derive(Default)]
pub struct CalledContracts(BTreeMap<AztecAddress, UpdatedClassIdHints>);

impl CalledContracts {
    /// Asks the node.
    ///
    /// # Errors
    /// Those of [`AnchoredNode::updated_class_id`].
    pub async fn fetch(
        entrypoint: &PrivateCall,
        node: &AnchoredNode<'_>,
    ) -> Result<Self, KernelError> {
        let mut contracts: Vec<_> = entrypoint.calls().map(PrivateCall::contract).collect();
        contracts.sort_unstable();
        contracts.dedup();
        let hints = contracts
            .iter()
            .map(|contract| node.updated_class_id(*contract));
        let hints = try_join_all(hints).await?;
        Ok(Self(contracts.into_iter().zip(hints).collect()))
    }

    /// What the kernel needs to know of a call.
    ///
    /// # Errors
    /// [`KernelError::FunctionVerificationKey`], [`KernelError::State`].
    pub async fn call_data(
        &self,
        call: &PrivateCall,
        oracle: &dyn KernelOracle,
        node: &AnchoredNode<'_>,
    ) -> Result<PrivateCallData, KernelError> {
        let contract = call.contract();
        let selector = call.public_inputs.call_context.function_selector;
        let vk = VerificationKey::from_element_bytes(call.circuit.verification_key()).map_err(
            |source| KernelError::FunctionVerificationKey {
                contract,
                selector,
                source,
            },
        )?;
        let instance = oracle.contract_instance(contract)?;
        let class_id = instance.current_contract_class_id;
        let class = oracle.contract_class(class_id)?;
        let updated_class_id = match self.0.get(&contract) {
            Some(hints) => hints.clone(),
            None => node.updated_class_id(contract).await?,
        };
        Ok(PrivateCallData {
            vk,
            verification_key_hints: PrivateVerificationKeyHints {
                salted_initialization_hash: instance.salted_initialization_hash(),
                public_keys: instance.public_keys,
                contract_class_artifact_hash: class.artifact_hash,
                contract_class_public_bytecode_commitment: class.public_bytecode_commitment,
                function_leaf_membership_witness: oracle.function_witness(class_id, selector)?,
                updated_class_id,
            },
        })
    }
}
