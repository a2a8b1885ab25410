//! Contracts: registering them, encoding calls, reading what they return.

use pixie_accounts::{ClassPublication, Deployment, encode_call};
use pixie_primitives::AztecAddress;
use pixie_primitives::abi::{AbiValue, FunctionAbi};
use pixie_primitives::artifact::ContractArtifact;
use pixie_primitives::contract::{
    ConstructorArguments, ContractInstanceWithAddress, Instantiation,
};
use pixie_primitives::keys::{MasterSecretKeys, SecretKey};
use pixie_primitives::tx::FunctionCall;
use pixie_store::Backend;
use serde_json::Value;

use super::{Engine, EngineError};

/// A contract that is to be registered.
#[derive(Debug)]
pub struct Registration {
    /// The contract.
    pub instance: ContractInstanceWithAddress,
    /// Its class's artifact; may be left out if the class is registered.
    pub artifact: Option<ContractArtifact>,
    /// The contract's own keys.
    pub secret_key: Option<SecretKey>,
}

impl<B: Backend> Engine<B> {
    /// Registers a contract (Aztec 4.1.2, wallet-sdk `BaseWallet.registerContract`). One that is
    /// registered already gets another artifact only if its class is that of the chain. Returns the
    /// instance as it is registered.
    ///
    /// # Errors
    /// [`EngineError::WrongKeys`] if the address does not commit to the keys given,
    /// [`EngineError::WrongAddress`], [`EngineError::NoArtifact`], and those of the private state.
    pub async fn register_contract(
        &self,
        registration: Registration,
    ) -> Result<ContractInstanceWithAddress, EngineError> {
        let Registration {
            mut instance,
            artifact,
            secret_key,
        } = registration;
        let address = instance.address;
        let derived = instance.instance.address();
        if derived != address {
            let given = address;
            return Err(EngineError::WrongAddress { given, derived });
        }
        if let Some(secret_key) = &secret_key {
            let keys = MasterSecretKeys::derive(secret_key).public_keys();
            if keys.hash() != instance.instance.public_keys.hash() {
                return Err(EngineError::WrongKeys(address));
            }
        }
        match (self.pxe().contract_instance(&address), artifact) {
            (Some(known), Some(artifact)) => {
                let class = artifact.class_id()?;
                if class != known.instance.current_contract_class_id {
                    self.pxe().update_contract(address, artifact).await?;
                    instance.instance.current_contract_class_id = class;
                }
            }
            (Some(_), None) => {}
            (None, artifact) => {
                let class = instance.instance.current_contract_class_id;
                if artifact.is_none() && self.pxe().contract_artifact(&class).is_err() {
                    return Err(EngineError::NoArtifact(address));
                }
                self.pxe().register_contract(&instance, artifact).await?;
            }
        }
        if let Some(secret_key) = &secret_key {
            let partial = instance.instance.partial_address();
            self.pxe().register_account(secret_key, partial).await?;
        }
        Ok(instance)
    }

    /// The instance of a contract as the node knows it, checked against its address.
    ///
    /// # Errors
    /// [`EngineError::NotPublished`], [`EngineError::WrongAddress`], [`EngineError::Node`].
    pub async fn published(
        &self,
        address: AztecAddress,
    ) -> Result<ContractInstanceWithAddress, EngineError> {
        let found = self.node().contract(address).await?;
        let found = found.ok_or(EngineError::NotPublished(address))?;
        let derived = found.instance.address();
        match derived == address && found.address == address {
            true => Ok(found),
            false => {
                let given = address;
                Err(EngineError::WrongAddress { given, derived })
            }
        }
    }

    /// What a deployment takes: the class as well, if it is not public. The contract is registered.
    ///
    /// # Errors
    /// [`EngineError::Deploy`], [`EngineError::Node`], and those of the private state.
    pub async fn prepare_deployment(
        &self,
        artifact: ContractArtifact,
        instantiation: &Instantiation<'_>,
        secret_key: Option<SecretKey>,
    ) -> Result<Deployment, EngineError> {
        let deployment = Deployment::of_contract(&artifact, instantiation)?;
        let class = ClassPublication::new(&artifact)?;
        let published = self.node().contract_class(class.class_id()).await?;
        let deployment = match published {
            Some(_) => deployment,
            None => deployment.with_class(class)?,
        };
        self.register_contract(Registration {
            instance: *deployment.instance(),
            artifact: Some(artifact),
            secret_key,
        })
        .await?;
        Ok(deployment)
    }

    /// A function of a registered contract, by its name.
    ///
    /// # Errors
    /// [`EngineError::Pxe`] for an unknown contract, [`EngineError::Artifact`] for an unknown function.
    pub fn function(
        &self,
        contract: AztecAddress,
        function: &str,
    ) -> Result<FunctionAbi, EngineError> {
        let contract = self.pxe().state().contract(&contract)?;
        Ok(contract.artifact().function_abi(function)?.clone())
    }

    /// Encodes a call of a registered contract, with arguments as JSON.
    ///
    /// # Errors
    /// As [`Self::function`]; [`EngineError::Call`] if the arguments do not fit.
    pub fn encode_call(
        &self,
        contract: AztecAddress,
        function: &str,
        arguments: Value,
    ) -> Result<FunctionCall, EngineError> {
        let abi = self.function(contract, function)?;
        let arguments = ConstructorArguments::Json(arguments);
        Ok(encode_call(&abi, contract, &arguments)?)
    }

    /// What a contract says in an error, or what is known of it.
    #[must_use]
    pub fn contract_name(&self, contract: AztecAddress) -> Option<String> {
        let contract = self.pxe().state().contract(&contract).ok()?;
        Some(contract.artifact().name.clone())
    }

    /// Registers the contract of a class that comes with the wallet, as the node knows it.
    pub(super) async fn register_known(
        &self,
        address: AztecAddress,
        names: &[&str],
    ) -> Result<(), EngineError> {
        if self.pxe().contract_instance(&address).is_some() {
            return Ok(());
        }
        let instance = self.published(address).await?;
        let class = instance.instance.current_contract_class_id;
        if self.pxe().contract_artifact(&class).is_ok() {
            return Ok(self.pxe().register_contract(&instance, None).await?);
        }
        for name in names {
            let artifact = self.resources().contract(name).await?;
            if artifact.class_id()? == class {
                return Ok(self
                    .pxe()
                    .register_contract(&instance, Some(artifact))
                    .await?);
            }
        }
        Err(EngineError::NoArtifact(address))
    }

    /// Reads what one call returned.
    pub(super) fn decode_returned(
        abi: &FunctionAbi,
        values: &[pixie_primitives::Fr],
    ) -> Result<Option<AbiValue>, EngineError> {
        Ok(abi.decode_return_values(values)?)
    }
}
