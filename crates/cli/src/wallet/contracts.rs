use std::sync::Arc;

use pixie_accounts::{Deployment, encode_call};
use pixie_primitives::abi::{FunctionAbi, FunctionType};
use pixie_primitives::artifact::ContractArtifact;
use pixie_primitives::contract::{
    ConstructorArguments, ContractInstanceWithAddress, Instantiation,
};
use pixie_primitives::keys::{MasterSecretKeys, PublicKeys, SecretKey};
use pixie_primitives::tx::FunctionCall;
use pixie_primitives::{AztecAddress, ContractClassId, Fr};
use pixie_pxe::state::LoadedContract;
use pixie_wallet::engine::Registration;
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
            Instance::Published(address) => (self.engine.published(address).await?, None),
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
        self.name_contract(alias, instance.address).await?;
        let registration = Registration {
            instance,
            artifact: Some(artifact),
            secret_key,
        };
        Ok(self.engine.register_contract(registration).await?)
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
        let salt = order.salt;
        let salt = salt.unwrap_or_else(|| Fr::random(&mut self.engine.entropy()));
        let instantiation = Instantiation {
            constructor,
            arguments,
            salt,
            deployer: order.deployer,
            public_keys: public_keys(order.secret_key.as_ref()),
        };
        let secret_key = order.secret_key.clone();
        let prepared = self
            .engine
            .prepare_deployment(artifact, &instantiation, secret_key);
        let deployment = prepared.await?;
        self.name_contract(alias, deployment.address()).await?;
        Ok(deployment)
    }

    async fn name_contract(
        &self,
        alias: Option<&str>,
        address: AztecAddress,
    ) -> Result<(), WalletError> {
        match alias {
            Some(alias) => self.names.name(alias, address, AliasKind::Contract).await,
            None => Ok(()),
        }
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
            Some(abi) => self.names.resolve_arguments(&abi.parameters, arguments)?,
            None => arguments,
        };
        Ok(ConstructorArguments::Json(arguments))
    }

    /// The registered contracts, by address; the protocol's own and accounts included.
    pub fn contracts(&self) -> Result<Vec<ContractEntry>, WalletError> {
        let (state, names) = (self.pxe().state(), self.names.snapshot());
        let mut entries = Vec::new();
        for address in self.pxe().contracts() {
            let contract = state.contract(&address)?;
            entries.push(ContractEntry {
                alias: names.alias_of(&address).map(str::to_owned),
                address,
                contract: contract.artifact().name.clone(),
                class_id: contract.class_id(),
            });
        }
        Ok(entries)
    }

    /// A registered contract.
    pub fn contract(&self, address: &AztecAddress) -> Result<Arc<LoadedContract>, WalletError> {
        Ok(self.pxe().state().contract(address)?)
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
        let arguments = self.names.resolve_arguments(&abi.parameters, arguments)?;
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
