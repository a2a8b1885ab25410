//! Registered contracts, their classes and artifacts (Aztec 4.1.2, pxe `ContractStore`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, OnceLock};

use pixie_primitives::abi::FunctionType;
use pixie_primitives::artifact::{ArtifactError, ContractArtifact, DebugData, FunctionArtifact};
use pixie_primitives::codec::write_vec;
use pixie_primitives::constants::FUNCTION_TREE_HEIGHT;
use pixie_primitives::contract::{
    ContractClass, ContractClassIdPreimage, ContractInstance, ContractInstanceWithAddress,
    PrivateFunction, private_function_witness,
};
use pixie_primitives::trees::MembershipWitness;
use pixie_primitives::{
    AztecAddress, ByteReader, ContractClassId, DecodeError, FromBytes, FunctionSelector, ToBytes,
    bytes_in_order,
};
use pixie_store::table;
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::codec::{check_ascending, stored_as_bytes};
use super::{PxeTables, StateError, shards};

table! {
    /// Registered contracts by address.
    pub Contracts("contracts"): AztecAddress => StoredContract
}

table! {
    /// Registered classes by id.
    pub Classes("classes"): ContractClassId => StoredClass
}

table! {
    /// Artifacts by class id.
    pub Artifacts("artifacts"): ContractClassId => StoredArtifact,
    shard = shards::class,
}

/// A registered contract. Its address is the row's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredContract {
    /// The instance, with the class that is current.
    pub instance: ContractInstance,
}
bytes_in_order!(StoredContract { instance });

/// What a class id is made of, and the class's private functions in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredClass {
    /// What the id is a hash of.
    pub preimage: ContractClassIdPreimage,
    /// The private functions.
    pub private_functions: Vec<PrivateFunction>,
}

impl StoredClass {
    /// Proves that a private function belongs to the class.
    ///
    /// # Errors
    /// [`StateError::Contract`] if it does not.
    pub fn private_function_witness(
        &self,
        selector: FunctionSelector,
    ) -> Result<MembershipWitness<FUNCTION_TREE_HEIGHT>, StateError> {
        Ok(private_function_witness(&self.private_functions, selector)?)
    }
}

/// A private function as it is written.
struct FunctionBytes(PrivateFunction);

impl ToBytes for FunctionBytes {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.0.selector.write_bytes(out);
        self.0.vk_hash.write_bytes(out);
    }
}

impl FromBytes for FunctionBytes {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(PrivateFunction {
            selector: reader.read()?,
            vk_hash: reader.read()?,
        }))
    }
}

impl ToBytes for StoredClass {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.preimage.artifact_hash.write_bytes(out);
        self.preimage.private_functions_root.write_bytes(out);
        self.preimage.public_bytecode_commitment.write_bytes(out);
        let functions: Vec<_> = self
            .private_functions
            .iter()
            .copied()
            .map(FunctionBytes)
            .collect();
        write_vec(&functions, out);
    }
}

impl FromBytes for StoredClass {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        let preimage = ContractClassIdPreimage {
            artifact_hash: reader.read()?,
            private_functions_root: reader.read()?,
            public_bytecode_commitment: reader.read()?,
        };
        let functions: Vec<FunctionBytes> = reader.vec("private functions")?;
        let private_functions: Vec<_> = functions.into_iter().map(|function| function.0).collect();
        let selectors: Vec<_> = private_functions.iter().map(|f| f.selector).collect();
        check_ascending(&selectors, "private functions")?;
        Ok(Self {
            preimage,
            private_functions,
        })
    }
}
stored_as_bytes!(StoredContract, StoredClass);

/// An artifact, decoded when it is first needed.
#[derive(Clone)]
pub struct StoredArtifact {
    json: Vec<u8>,
    loaded: OnceLock<Arc<LoadedContract>>,
}

impl StoredArtifact {
    fn new(class_id: ContractClassId, artifact: ContractArtifact) -> Result<Self, StateError> {
        // Nothing here looks at the sources; they are a third of a large artifact.
        let artifact = artifact.without_debug_data();
        let json = serde_json::to_vec(&artifact).map_err(|source| StateError::Artifact {
            class: class_id,
            source: Box::new(ArtifactError::Json {
                path: String::new(),
                source,
            }),
        })?;
        Ok(Self {
            json,
            loaded: OnceLock::from(Arc::new(LoadedContract::new(class_id, artifact))),
        })
    }

    /// The decoded artifact.
    ///
    /// # Errors
    /// [`StateError::Artifact`].
    pub fn load(&self, class_id: ContractClassId) -> Result<Arc<LoadedContract>, StateError> {
        if let Some(loaded) = self.loaded.get() {
            return Ok(loaded.clone());
        }
        let artifact =
            ContractArtifact::from_json(&self.json, DebugData::Drop).map_err(|source| {
                StateError::Artifact {
                    class: class_id,
                    source: Box::new(source),
                }
            })?;
        let loaded = Arc::new(LoadedContract::new(class_id, artifact));
        Ok(self.loaded.get_or_init(|| loaded).clone())
    }
}

impl fmt::Debug for StoredArtifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredArtifact({} bytes)", self.json.len())
    }
}

impl Serialize for StoredArtifact {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&self.json)
    }
}

impl<'de> Deserialize<'de> for StoredArtifact {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Json;

        impl Visitor<'_> for Json {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an artifact as bytes")
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                self.visit_byte_buf(bytes.to_vec())
            }

            fn visit_byte_buf<E: serde::de::Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
                Ok(bytes)
            }
        }

        let json = from.deserialize_byte_buf(Json)?;
        if json.is_empty() {
            return Err(D::Error::custom("an empty artifact"));
        }
        Ok(Self {
            json,
            loaded: OnceLock::new(),
        })
    }
}

/// An artifact with its functions by selector.
#[derive(Debug)]
pub struct LoadedContract {
    class_id: ContractClassId,
    artifact: ContractArtifact,
    /// Indexes into the artifact's functions.
    by_selector: BTreeMap<FunctionSelector, usize>,
}

impl LoadedContract {
    /// The artifact of a class. Of functions with one selector the first counts.
    #[must_use]
    pub fn new(class_id: ContractClassId, artifact: ContractArtifact) -> Self {
        let mut by_selector = BTreeMap::new();
        for (index, function) in artifact.functions.iter().enumerate() {
            if let Ok(selector) = function.selector() {
                by_selector.entry(selector).or_insert(index);
            }
        }
        Self {
            class_id,
            artifact,
            by_selector,
        }
    }

    /// The class.
    #[must_use]
    pub const fn class_id(&self) -> ContractClassId {
        self.class_id
    }

    /// The artifact.
    #[must_use]
    pub const fn artifact(&self) -> &ContractArtifact {
        &self.artifact
    }

    /// A function with code.
    #[must_use]
    pub fn function(self: &Arc<Self>, selector: FunctionSelector) -> Option<ContractFunction> {
        let index = *self.by_selector.get(&selector)?;
        Some(ContractFunction {
            contract: self.clone(),
            selector,
            index,
        })
    }

    /// The first function with code of this name.
    #[must_use]
    pub fn function_named(self: &Arc<Self>, name: &str) -> Option<ContractFunction> {
        let mut functions = self.artifact.functions.iter();
        let first = functions.position(|function| function.abi.name == name)?;
        let mut indexes = self.by_selector.iter();
        let (selector, _) = indexes.find(|(_, index)| **index == first)?;
        self.function(*selector)
    }
}

/// A function with code of a contract. Clones are cheap.
#[derive(Clone)]
pub struct ContractFunction {
    contract: Arc<LoadedContract>,
    selector: FunctionSelector,
    index: usize,
}

impl ContractFunction {
    /// The contract's artifact.
    #[must_use]
    pub const fn contract(&self) -> &Arc<LoadedContract> {
        &self.contract
    }

    /// The name of the contract.
    #[must_use]
    pub fn contract_name(&self) -> &str {
        &self.contract.artifact.name
    }

    /// The class of the contract.
    #[must_use]
    pub fn class_id(&self) -> ContractClassId {
        self.contract.class_id
    }

    /// The selector.
    #[must_use]
    pub const fn selector(&self) -> FunctionSelector {
        self.selector
    }

    /// The function.
    #[must_use]
    pub fn artifact(&self) -> &FunctionArtifact {
        // The index was made from this very list, which never changes.
        #[allow(clippy::indexing_slicing)]
        &self.contract.artifact.functions[self.index]
    }
}

impl fmt::Debug for ContractFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let function = &self.artifact().abi.name;
        write!(f, "ContractFunction({}.{function})", self.contract_name())
    }
}

/// Contracts that stand in for others during a simulation (Aztec 4.1.2, pxe
/// `ProxiedContractStoreFactory`).
#[derive(Debug, Clone, Default)]
pub struct ContractOverrides(BTreeMap<AztecAddress, (ContractInstance, Arc<LoadedContract>)>);

impl ContractOverrides {
    /// Has an artifact and an instance stand in for the contract at `address`. Neither is verified.
    pub fn insert(
        &mut self,
        address: AztecAddress,
        instance: ContractInstance,
        artifact: ContractArtifact,
    ) {
        let class_id = instance.current_contract_class_id;
        let contract = Arc::new(LoadedContract::new(class_id, artifact));
        self.insert_loaded(address, instance, contract);
    }

    /// Has a contract stand in that is loaded already; its class is that which the instance names.
    pub fn insert_loaded(
        &mut self,
        address: AztecAddress,
        instance: ContractInstance,
        contract: Arc<LoadedContract>,
    ) {
        self.0.insert(address, (instance, contract));
    }

    /// Whether nothing stands in for anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something stands in for the contract.
    #[must_use]
    pub fn contains(&self, address: &AztecAddress) -> bool {
        self.0.contains_key(address)
    }

    /// The instance at an address; with the class ids of the registered one if overridden.
    ///
    /// # Errors
    /// [`StateError::UnknownContract`].
    pub fn instance(
        &self,
        tables: &PxeTables,
        address: &AztecAddress,
    ) -> Result<ContractInstanceWithAddress, StateError> {
        let registered = tables.contract_instance(address)?;
        let Some((instance, _)) = self.0.get(address) else {
            return Ok(registered);
        };
        let mut instance = *instance;
        instance.current_contract_class_id = registered.instance.current_contract_class_id;
        instance.original_contract_class_id = registered.instance.original_contract_class_id;
        Ok(ContractInstanceWithAddress {
            instance,
            address: *address,
        })
    }

    /// The artifact at an address.
    ///
    /// # Errors
    /// [`StateError::UnknownContract`], [`StateError::UnknownClass`], [`StateError::Artifact`].
    pub fn contract(
        &self,
        tables: &PxeTables,
        address: &AztecAddress,
    ) -> Result<Arc<LoadedContract>, StateError> {
        match self.0.get(address) {
            Some((_, contract)) => Ok(contract.clone()),
            None => tables.contract(address),
        }
    }

    /// A function with code at an address.
    ///
    /// # Errors
    /// [`StateError::UnknownFunction`] and those of [`Self::contract`].
    pub fn function(
        &self,
        tables: &PxeTables,
        address: &AztecAddress,
        selector: FunctionSelector,
    ) -> Result<ContractFunction, StateError> {
        self.contract(tables, address)?
            .function(selector)
            .ok_or(StateError::UnknownFunction {
                contract: *address,
                selector,
            })
    }
}

impl PxeTables {
    /// Registers a class by its artifact. Returns its id.
    ///
    /// # Errors
    /// [`StateError::Contract`], [`StateError::RepeatedSelector`], [`StateError::Artifact`].
    pub fn add_contract_class(
        &mut self,
        artifact: ContractArtifact,
    ) -> Result<ContractClassId, StateError> {
        let (id, class) = class_of(&artifact)?;
        self.put_class(id, class, artifact)?;
        Ok(id)
    }

    /// Registers a contract with its artifact, or without if its class is registered. The artifact
    /// must be that of the instance's current class, and the instance must make its address.
    ///
    /// # Errors
    /// [`StateError::WrongArtifact`], [`StateError::WrongAddress`], [`StateError::UnknownClass`], and
    /// those of [`Self::add_contract_class`]. Nothing is registered then.
    pub fn add_contract(
        &mut self,
        contract: &ContractInstanceWithAddress,
        artifact: Option<ContractArtifact>,
    ) -> Result<(), StateError> {
        let derived = contract.instance.address();
        if derived != contract.address {
            return Err(StateError::WrongAddress {
                given: contract.address,
                derived,
            });
        }
        self.put_contract(contract, artifact)
    }

    /// Registers one of the protocol's own contracts, whose address is a small number and not made
    /// of its instance.
    ///
    /// # Errors
    /// [`StateError::WrongArtifact`], and those of [`Self::add_contract_class`].
    pub fn add_protocol_contract(
        &mut self,
        contract: &ContractInstanceWithAddress,
        artifact: ContractArtifact,
    ) -> Result<(), StateError> {
        self.put_contract(contract, Some(artifact))
    }

    /// Gives a contract the artifact of the class that it has been updated to, which must be
    /// `current_class`, as read from the chain.
    ///
    /// # Errors
    /// [`StateError::UnknownContract`], [`StateError::WrongArtifact`], and those of
    /// [`Self::add_contract_class`].
    pub fn update_contract(
        &mut self,
        address: &AztecAddress,
        artifact: ContractArtifact,
        current_class: ContractClassId,
    ) -> Result<(), StateError> {
        let mut contract = self.contract_instance(address)?;
        contract.instance.current_contract_class_id = current_class;
        self.put_contract(&contract, Some(artifact))
    }

    fn put_contract(
        &mut self,
        contract: &ContractInstanceWithAddress,
        artifact: Option<ContractArtifact>,
    ) -> Result<(), StateError> {
        let expected = contract.instance.current_contract_class_id;
        match artifact {
            Some(artifact) => {
                let (computed, class) = class_of(&artifact)?;
                if computed != expected {
                    return Err(StateError::WrongArtifact { computed, expected });
                }
                self.put_class(computed, class, artifact)?;
            }
            None if self.classes.contains(&expected) => {}
            None => return Err(StateError::UnknownClass(expected)),
        }
        let row = StoredContract {
            instance: contract.instance,
        };
        if self.contracts.get(&contract.address) != Some(&row) {
            self.contracts.put(contract.address, row);
        }
        Ok(())
    }

    fn put_class(
        &mut self,
        id: ContractClassId,
        class: StoredClass,
        artifact: ContractArtifact,
    ) -> Result<(), StateError> {
        if !self.artifacts.contains(&id) {
            self.artifacts.put(id, StoredArtifact::new(id, artifact)?);
        }
        if !self.classes.contains(&id) {
            self.classes.put(id, class);
        }
        Ok(())
    }

    /// The addresses of the registered contracts, ascending.
    pub fn contract_addresses(&self) -> impl Iterator<Item = AztecAddress> {
        self.contracts.keys().copied()
    }

    /// A registered contract.
    ///
    /// # Errors
    /// [`StateError::UnknownContract`].
    pub fn contract_instance(
        &self,
        address: &AztecAddress,
    ) -> Result<ContractInstanceWithAddress, StateError> {
        let row = self.contracts.get(address);
        let row = row.ok_or(StateError::UnknownContract(*address))?;
        Ok(ContractInstanceWithAddress {
            instance: row.instance,
            address: *address,
        })
    }

    /// A registered class.
    ///
    /// # Errors
    /// [`StateError::UnknownClass`].
    pub fn contract_class(&self, id: &ContractClassId) -> Result<&StoredClass, StateError> {
        self.classes.get(id).ok_or(StateError::UnknownClass(*id))
    }

    /// The artifact of a class.
    ///
    /// # Errors
    /// [`StateError::UnknownClass`], [`StateError::Artifact`].
    pub fn class_artifact(&self, id: &ContractClassId) -> Result<Arc<LoadedContract>, StateError> {
        let row = self
            .artifacts
            .get(id)
            .ok_or(StateError::UnknownClass(*id))?;
        row.load(*id)
    }

    /// The artifact of a contract's current class.
    ///
    /// # Errors
    /// [`StateError::UnknownContract`], [`StateError::UnknownClass`], [`StateError::Artifact`].
    pub fn contract(&self, address: &AztecAddress) -> Result<Arc<LoadedContract>, StateError> {
        let instance = self.contract_instance(address)?.instance;
        self.class_artifact(&instance.current_contract_class_id)
    }

    /// A function with code of a contract.
    ///
    /// # Errors
    /// [`StateError::UnknownFunction`] and those of [`Self::contract`].
    pub fn contract_function(
        &self,
        address: &AztecAddress,
        selector: FunctionSelector,
    ) -> Result<ContractFunction, StateError> {
        ContractOverrides::default().function(self, address, selector)
    }
}

/// The class that an artifact makes, and its id.
fn class_of(artifact: &ContractArtifact) -> Result<(ContractClassId, StoredClass), StateError> {
    let mut selectors = BTreeSet::new();
    for function in artifact.functions_of(FunctionType::Private) {
        let selector = function
            .selector()
            .map_err(pixie_primitives::contract::ContractError::from)?;
        if !selectors.insert(selector) {
            return Err(StateError::RepeatedSelector(selector));
        }
    }
    let class = ContractClass::from_artifact(artifact)?;
    let preimage = class.id_preimage()?;
    let mut private_functions = class.private_functions;
    private_functions.sort_by_key(|function| function.selector);
    let class = StoredClass {
        preimage,
        private_functions,
    };
    Ok((preimage.id(), class))
}
