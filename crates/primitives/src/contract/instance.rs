use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ContractError, ContractVersion};
use crate::abi::{AbiValue, FunctionAbi};
use crate::address::{AztecAddress, ContractClassId};
use crate::artifact::{ArtifactError, ContractArtifact};
use crate::bytes_in_order;
use crate::field::Fr;
use crate::keys::{
    InitializationHash, PartialAddress, PublicKeys, SaltedInitializationHash, compute_address,
    compute_initialization_hash_from_encoded_args, compute_partial_address,
};

/// A deployment of a contract class: the preimage of its address.
///
/// JSON form: an object; binary form: the members in order (Aztec 4.1.2, stdlib
/// `SerializableContractInstance`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractInstance {
    /// The version of this structure.
    pub version: ContractVersion,
    /// Makes the address unique.
    pub salt: Fr,
    /// Who may deploy it; zero for anybody.
    pub deployer: AztecAddress,
    /// The class that it runs now.
    pub current_contract_class_id: ContractClassId,
    /// The class that it was deployed with, which the address depends on.
    pub original_contract_class_id: ContractClassId,
    /// The hash of the constructor call.
    pub initialization_hash: InitializationHash,
    /// The contract's public keys.
    pub public_keys: PublicKeys,
}

bytes_in_order!(ContractInstance {
    version,
    salt,
    deployer,
    current_contract_class_id,
    original_contract_class_id,
    initialization_hash,
    public_keys,
});

/// A contract instance with its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContractInstanceWithAddress {
    /// The instance.
    #[serde(flatten)]
    pub instance: ContractInstance,
    /// The address.
    pub address: AztecAddress,
}

impl ContractInstance {
    /// The hash of constructor call, salt and deployer.
    #[must_use]
    pub fn salted_initialization_hash(&self) -> SaltedInitializationHash {
        self.initialization_hash.salted(self.salt, self.deployer)
    }

    /// The part of the address's preimage that is not keys.
    #[must_use]
    pub fn partial_address(&self) -> PartialAddress {
        let salted = self.salted_initialization_hash();
        compute_partial_address(self.original_contract_class_id, salted)
    }

    /// The address (stdlib `computeContractAddressFromInstance`).
    #[must_use]
    pub fn address(&self) -> AztecAddress {
        compute_address(&self.public_keys, self.partial_address())
    }

    /// The instance with its address.
    #[must_use]
    pub fn with_address(self) -> ContractInstanceWithAddress {
        ContractInstanceWithAddress {
            address: self.address(),
            instance: self,
        }
    }
}

impl ContractInstanceWithAddress {
    /// Whether the address is the one that the instance hashes to.
    #[must_use]
    pub fn has_valid_address(&self) -> bool {
        self.instance.address() == self.address
    }
}

/// The arguments of a constructor.
#[derive(Debug, Clone, PartialEq)]
pub enum ConstructorArguments {
    /// Typed values in the order of the parameters.
    Values(Vec<AbiValue>),
    /// JSON: an array in the order of the parameters or an object by their names.
    Json(Value),
    /// Already encoded.
    Encoded(Vec<Fr>),
}

impl Default for ConstructorArguments {
    fn default() -> Self {
        Self::Values(Vec::new())
    }
}

/// How a contract is to be deployed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Instantiation<'a> {
    /// The constructor's name; without one the artifact's default is taken.
    pub constructor: Option<&'a str>,
    /// The constructor's arguments.
    pub arguments: ConstructorArguments,
    /// Makes the address unique.
    pub salt: Fr,
    /// Who may deploy it; zero for anybody.
    pub deployer: AztecAddress,
    /// The contract's public keys; by default those that nobody knows the secrets of.
    pub public_keys: PublicKeys,
}

impl ContractArtifact {
    /// The hash of a constructor call; zero for a contract without a constructor
    /// (Aztec 4.1.2, stdlib `computeInitializationHash`).
    pub fn initialization_hash(
        &self,
        constructor: Option<&str>,
        arguments: &ConstructorArguments,
    ) -> Result<InitializationHash, ContractError> {
        let constructor = match constructor {
            Some(name) => Some(self.initializer(name)?),
            None => self.default_initializer(),
        };
        match constructor {
            Some(constructor) => initialization_hash(constructor, arguments),
            None if arguments.is_empty() => Ok(InitializationHash::ZERO),
            None => Err(ContractError::NoConstructor {
                contract: self.name.clone(),
            }),
        }
    }

    /// The instance that a deployment will create
    /// (stdlib `getContractInstanceFromInstantiationParams`).
    pub fn instantiate(
        &self,
        params: &Instantiation<'_>,
    ) -> Result<ContractInstanceWithAddress, ContractError> {
        let class = self.class_id()?;
        let instance = ContractInstance {
            version: ContractVersion,
            salt: params.salt,
            deployer: params.deployer,
            current_contract_class_id: class,
            original_contract_class_id: class,
            initialization_hash: self.initialization_hash(params.constructor, &params.arguments)?,
            public_keys: params.public_keys,
        };
        Ok(instance.with_address())
    }
}

impl ConstructorArguments {
    fn is_empty(&self) -> bool {
        match self {
            Self::Values(values) => values.is_empty(),
            Self::Json(Value::Array(items)) => items.is_empty(),
            Self::Json(Value::Object(members)) => members.is_empty(),
            Self::Json(json) => json.is_null(),
            Self::Encoded(fields) => fields.is_empty(),
        }
    }
}

fn initialization_hash(
    constructor: &FunctionAbi,
    arguments: &ConstructorArguments,
) -> Result<InitializationHash, ContractError> {
    let encoded = match arguments {
        ConstructorArguments::Values(values) => constructor.encode_arguments(values),
        ConstructorArguments::Json(json) => constructor.encode_json_arguments(json),
        ConstructorArguments::Encoded(fields) => Ok(fields.clone()),
    };
    let function = || constructor.name.clone();
    let encoded = encoded.map_err(|source| ArtifactError::Arguments {
        function: function(),
        source,
    })?;
    let selector = constructor
        .selector()
        .map_err(|source| ArtifactError::Selector {
            function: function(),
            source,
        })?;
    Ok(compute_initialization_hash_from_encoded_args(
        selector, &encoded,
    ))
}
