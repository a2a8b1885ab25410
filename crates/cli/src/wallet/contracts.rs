use std::sync::Arc;

use pixie_accounts::{ClassPublication, Deployment, encode_call};
use pixie_primitives::abi::{FunctionAbi, FunctionType};
use pixie_primitives::artifact::ContractArtifact;
use pixie_primitives::contract::{
    ConstructorArguments, ContractInstanceWithAddress, Instantiation,
};
use pixie_primitives::keys::{MasterSecretKeys, PublicKeys, SecretKey};
use pixie_primitives::tx::FunctionCall;
use pixie_primitives::{AztecAddress, ContractClassId, Fr};
use pixie_pxe::state::LoadedContract;
use serde::Serialize;
use serde_json::Value;

use super::names::AliasKind;
use super::{Wallet, WalletError};

/// How the instance of a contract is given.
#[derive(Debug, Clone)]
pub enum Instance {
    /// As the node knows it.
    Published(AztecAddress),
    /// As it is.
    Given(Box<ContractInstanceWithAddress>),
    /// By what it follows from.
    Derived {
        /// The constructor; the artifact's default if none is named.
        constructor: Option<String>,
        /// Its arguments.
        arguments: Value,
        /// The salt.
        salt: Fr,
        /// Who deploys it; zero for anybody.
        deployer: AztecAddress,
        /// The contract's own keys.
        secret_key: Option<SecretKey>,
    },
}

/// A contract that is to be deployed.
#[derive(Debug, Clone)]
pub struct DeploymentOrder {
    /// The constructor; the artifact's default if none is named.
    pub constructor: Option<String>,
    /// Its arguments.
    pub arguments: Value,
    /// The salt; random if none is given.
    pub salt: Option<Fr>,
    /// Who deploys it; zero for anybody.
    pub deployer: AztecAddress,
    /// The contract's own keys.
    pub secret_key: Option<SecretKey>,
}

/// A registered contract as it is listed.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractEntry {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Its address.
    pub address: AztecAddress,
    /// The name of the contract in its artifact.
    pub contract: String,
    /// Its class.
    pub class_id: ContractClassId,
}

fn public_keys(secret_key: Option<&SecretKey>) -> PublicKeys {
    secret_key.map_or_else(PublicKeys::default, |secret| {
        MasterSecretKeys::derive(secret).public_keys()
    })
}

impl Wallet {
    /// Registers a contract, under a name if one is given.
    pub async fn register_contract(
        &self,
        artifact: ContractArtifact,
        instance: Instance,
        alias: Option<&str>,
    ) -> Result<ContractInstanceWithAddress, WalletError> {
        let (instance, secret_key) = match instance {
            Instance::Published(address) => {
                let found = self.pxe.node().contract(address).await?;
                let found = found.ok_or(WalletError::NotPublished(address))?;
                if found.address != address {
                    let (given, derived) = (address, found.address);
                    return Err(WalletError::WrongAddress { given, derived });
                }
                (found, None)
            }
            Instance::Given(instance) => (*instance, None),
            Instance::Derived {
                constructor,
                arguments,
                salt,
                deployer,
                secret_key,
            } => {
                let arguments =
                    self.constructor_arguments(&artifact, constructor.as_deref(), arguments)?;
                let instance = artifact.instantiate(&Instantiation {
                    constructor: constructor.as_deref(),
                    arguments,
                    salt,
                    deployer,
                    public_keys: public_keys(secret_key.as_ref()),
                })?;
                (instance, secret_key)
            }
        };
        self.keep_contract(&instance, artifact, secret_key.as_ref(), alias)
            .await?;
        Ok(instance)
    }

    /// What a deployment takes. The contract is registered, under a name if one is given.
    pub async fn prepare_deployment(
        &self,
        artifact: ContractArtifact,
        order: DeploymentOrder,
        alias: Option<&str>,
    ) -> Result<Deployment, WalletError> {
        let constructor = order.constructor.as_deref();
        let arguments = self.constructor_arguments(&artifact, constructor, order.arguments)?;
        let salt = order.salt.unwrap_or_else(|| self.random_element());
        let deployment = Deployment::of_contract(
            &artifact,
            &Instantiation {
                constructor,
                arguments,
                salt,
                deployer: order.deployer,
                public_keys: public_keys(order.secret_key.as_ref()),
            },
        )?;
        let class = ClassPublication::new(&artifact)?;
        let published = self.pxe.node().contract_class(class.class_id()).await?;
        let deployment = match published {
            Some(_) => deployment,
            None => deployment.with_class(class)?,
        };
        let instance = *deployment.instance();
        self.keep_contract(&instance, artifact, order.secret_key.as_ref(), alias)
            .await?;
        Ok(deployment)
    }

    async fn keep_contract(
        &self,
        instance: &ContractInstanceWithAddress,
        artifact: ContractArtifact,
        secret_key: Option<&SecretKey>,
        alias: Option<&str>,
    ) -> Result<(), WalletError> {
        if let Some(alias) = alias {
            let kind = AliasKind::Contract;
            self.records.name(alias, instance.address, kind).await?;
        }
        self.pxe.register_contract(instance, Some(artifact)).await?;
        if let Some(secret_key) = secret_key {
            let partial = instance.instance.partial_address();
            self.pxe.register_account(secret_key, partial).await?;
        }
        Ok(())
    }

    fn constructor_arguments(
        &self,
        artifact: &ContractArtifact,
        constructor: Option<&str>,
        arguments: Value,
    ) -> Result<ConstructorArguments, WalletError> {
        let abi = match constructor {
            Some(name) => Some(
                artifact
                    .initializer(name)
                    .map_err(WalletError::UnknownFunction)?,
            ),
            None => artifact.default_initializer(),
        };
        let arguments = match abi {
            Some(abi) => self.records.resolve_arguments(&abi.parameters, arguments)?,
            None => arguments,
        };
        Ok(ConstructorArguments::Json(arguments))
    }

    /// The registered contracts, by address; the protocol's own and accounts included.
    pub fn contracts(&self) -> Result<Vec<ContractEntry>, WalletError> {
        let (state, records) = (self.pxe.state(), self.records.snapshot());
        let mut entries = Vec::new();
        for address in self.pxe.contracts() {
            let contract = state.contract(&address)?;
            entries.push(ContractEntry {
                alias: records.alias_of(&address).map(str::to_owned),
                address,
                contract: contract.artifact().name.clone(),
                class_id: contract.class_id(),
            });
        }
        Ok(entries)
    }

    /// A registered contract.
    pub fn contract(&self, address: &AztecAddress) -> Result<Arc<LoadedContract>, WalletError> {
        Ok(self.pxe.state().contract(address)?)
    }

    /// The function of a contract by its name, or by its selector in hexadecimal.
    pub fn function(
        &self,
        contract: &AztecAddress,
        function: &str,
    ) -> Result<FunctionAbi, WalletError> {
        let contract = self.contract(contract)?;
        let artifact = contract.artifact();
        let by_selector = function.starts_with("0x").then(|| function.parse().ok());
        let abi = match by_selector.flatten() {
            Some(selector) => artifact.function_abi_by_selector(selector),
            None => artifact.function_abi(function),
        };
        Ok(abi.map_err(WalletError::UnknownFunction)?.clone())
    }

    /// Encodes a call of a registered contract. Names stand for addresses in the arguments.
    pub fn encode_call(
        &self,
        contract: AztecAddress,
        abi: &FunctionAbi,
        arguments: Value,
    ) -> Result<FunctionCall, WalletError> {
        let arguments = self.records.resolve_arguments(&abi.parameters, arguments)?;
        let arguments = ConstructorArguments::Json(arguments);
        Ok(encode_call(abi, contract, &arguments)?)
    }

    /// Reads what a function returned; `null` if it returns nothing.
    pub fn decode_return_values(abi: &FunctionAbi, values: &[Fr]) -> Result<Value, WalletError> {
        let decoded = abi.decode_return_values(values)?;
        Ok(decoded.map_or(Value::Null, |value| {
            serde_json::to_value(value).unwrap_or_default()
        }))
    }

    /// Refuses utility functions, which no transaction can contain.
    pub fn check_transactional(abi: &FunctionAbi) -> Result<(), WalletError> {
        match abi.function_type {
            FunctionType::Utility => Err(WalletError::WrongKind {
                function: abi.name.clone(),
                kind: "a utility",
                instead: "call-utility",
            }),
            FunctionType::Private | FunctionType::Public => Ok(()),
        }
    }

    /// Refuses all but utility functions.
    pub fn check_utility(abi: &FunctionAbi) -> Result<(), WalletError> {
        let kind = match abi.function_type {
            FunctionType::Utility => return Ok(()),
            FunctionType::Private => "a private",
            FunctionType::Public => "a public",
        };
        Err(WalletError::WrongKind {
            function: abi.name.clone(),
            kind,
            instead: "simulate or send",
        })
    }
}
