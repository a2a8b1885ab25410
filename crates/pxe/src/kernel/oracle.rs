//! What the kernels ask beside the circuits: the state and the node.

use std::time::Duration;

use pixie_node::AztecNode;
use pixie_primitives::constants::FUNCTION_TREE_HEIGHT;
use pixie_primitives::contract::{ContractClassIdPreimage, ContractInstance, ProtocolContract};
use pixie_primitives::keys::MasterSecretKey;
use pixie_primitives::trees::MembershipWitness;
use pixie_primitives::tx::ProtocolContracts;
use pixie_primitives::{AztecAddress, ContractClassId, FunctionSelector, Point};

use super::error::KernelError;
use crate::progress::Progress;
use crate::scopes::AccessScopes;
use crate::work::Work;

/// Answers what the kernels ask.
pub trait KernelOracle {
    /// The node.
    fn node(&self) -> &dyn AztecNode;

    /// The instance at an address, with its current class.
    ///
    /// # Errors
    /// [`KernelError::State`].
    fn contract_instance(&self, address: AztecAddress) -> Result<ContractInstance, KernelError>;

    /// What a class id is the hash of.
    ///
    /// # Errors
    /// [`KernelError::State`].
    fn contract_class(&self, id: ContractClassId) -> Result<ContractClassIdPreimage, KernelError>;

    /// Where a function is in the class's tree of private functions.
    ///
    /// # Errors
    /// [`KernelError::State`].
    fn function_witness(
        &self,
        class: ContractClassId,
        selector: FunctionSelector,
    ) -> Result<MembershipWitness<FUNCTION_TREE_HEIGHT>, KernelError>;

    /// The secret key of a master public key.
    ///
    /// # Errors
    /// [`KernelError::State`].
    fn master_secret_key(&self, public_key: &Point) -> Result<MasterSecretKey, KernelError>;

    /// Takes note of a step.
    fn report(&self, _: Progress) {}

    /// Whether the operation was stopped.
    fn is_cancelled(&self) -> bool {
        false
    }

    /// The time since some fixed moment, for the durations of the steps; none where there is no
    /// clock.
    fn elapsed(&self) -> Option<Duration> {
        None
    }
}

impl KernelOracle for Work {
    fn node(&self) -> &dyn AztecNode {
        self.node()
    }

    fn contract_instance(&self, address: AztecAddress) -> Result<ContractInstance, KernelError> {
        Ok(self.contract_instance(&address)?.instance)
    }

    fn contract_class(&self, id: ContractClassId) -> Result<ContractClassIdPreimage, KernelError> {
        Ok(self.state().contract_class(&id)?.preimage)
    }

    fn function_witness(
        &self,
        class: ContractClassId,
        selector: FunctionSelector,
    ) -> Result<MembershipWitness<FUNCTION_TREE_HEIGHT>, KernelError> {
        let state = self.state();
        Ok(state
            .contract_class(&class)?
            .private_function_witness(selector)?)
    }

    fn master_secret_key(&self, public_key: &Point) -> Result<MasterSecretKey, KernelError> {
        // The scopes of the operation decided when the key was asked for during the execution.
        let state = self.state();
        Ok(state.master_secret_key(public_key, &AccessScopes::All)?)
    }

    fn report(&self, step: Progress) {
        self.report(step);
    }

    fn is_cancelled(&self) -> bool {
        self.check_cancelled().is_err()
    }
}

/// The list of the protocol's contracts that a transaction carries, from the classes with which the
/// state has them registered.
///
/// # Errors
/// [`KernelError::State`] if one is not registered.
pub fn protocol_contracts(oracle: &dyn KernelOracle) -> Result<ProtocolContracts, KernelError> {
    let mut classes = [ContractClassId::default(); ProtocolContract::ALL.len()];
    for (place, contract) in classes.iter_mut().zip(ProtocolContract::ALL) {
        let instance = oracle.contract_instance(contract.address())?;
        *place = instance.original_contract_class_id;
    }
    Ok(ProtocolContract::list(classes))
}
