//! The kernel circuits and the wallet's own contracts from resources: the pack of the build, or the reference's packages.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use pixie_acir::ProgramLimits;
use pixie_acir::pack::{PackError, ProtocolCircuit, Source};
use pixie_primitives::Fr;
use pixie_primitives::artifact::ContractArtifact;
use pixie_primitives::contract::ProtocolContract;
use pixie_primitives::kernel::VkData;

use super::circuits::{CircuitsError, KernelCircuit, KernelCircuits, KernelForm, LoadedCircuit};
use super::vk_tree::VkTree;

/// How many decoded circuits are kept: all that a transaction needs, in both forms.
const KEPT: usize = 16;

/// Reads the files of resources.
#[async_trait(?Send)]
pub trait ResourceFiles {
    /// Reads a file, by its path relative to the folder of the resources.
    ///
    /// # Errors
    /// Whatever prevents it.
    async fn read(&self, path: &str) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>>;
}

/// Files of a folder.
#[cfg(not(target_family = "wasm"))]
#[derive(Debug, Clone)]
pub struct Folder(pub std::path::PathBuf);

#[cfg(not(target_family = "wasm"))]
#[async_trait(?Send)]
impl ResourceFiles for Folder {
    async fn read(&self, path: &str) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(std::fs::read(self.0.join(path))?)
    }
}

/// A key by which a circuit is kept.
type Key = (KernelCircuit, KernelForm);

/// Decodes circuits when they are first needed and keeps the last ones used.
pub struct ResourceCircuits<F> {
    source: Source,
    files: F,
    /// Made when it is first needed: hashing it takes longer than the start of a wallet may.
    tree: OnceCell<VkTree>,
    /// The last ones used, the latest at the end.
    circuits: RefCell<Vec<(Key, Arc<LoadedCircuit>)>>,
    keys: RefCell<BTreeMap<KernelCircuit, Arc<VkData>>>,
}

impl<F: ResourceFiles> ResourceCircuits<F> {
    /// The circuits of a source, whose files are read from `files`.
    pub fn new(source: Source, files: F) -> Self {
        Self {
            source,
            files,
            tree: OnceCell::new(),
            circuits: RefCell::default(),
            keys: RefCell::default(),
        }
    }

    fn tree(&self) -> &VkTree {
        self.tree
            .get_or_init(|| VkTree::new(self.source.verification_key_tree()))
    }

    /// The artifact of a contract that comes with the wallet.
    ///
    /// # Errors
    /// [`CircuitsError`].
    pub async fn contract(&self, name: &str) -> Result<ContractArtifact, CircuitsError> {
        let path = self.source.contract_path(name);
        let file = self.read(name, path).await?;
        let artifact = self.source.contract(name, &file);
        artifact.map_err(|source| unavailable(name, source))
    }

    /// The artifacts of the protocol's own contracts.
    ///
    /// # Errors
    /// [`CircuitsError`].
    pub async fn protocol_contracts(
        &self,
    ) -> Result<Vec<(ProtocolContract, ContractArtifact)>, CircuitsError> {
        let mut contracts = Vec::with_capacity(ProtocolContract::ALL.len());
        for contract in ProtocolContract::ALL {
            contracts.push((contract, self.contract(contract.name()).await?));
        }
        Ok(contracts)
    }

    async fn read(
        &self,
        name: &str,
        path: Result<String, PackError>,
    ) -> Result<Vec<u8>, CircuitsError> {
        let path = path.map_err(|source| unavailable(name, source))?;
        let file = self.files.read(&path).await;
        file.map_err(|source| CircuitsError {
            name: name.to_owned(),
            source,
        })
    }

    async fn load(&self, name: &str) -> Result<ProtocolCircuit, CircuitsError> {
        let file = self.read(name, self.source.circuit_path(name)).await?;
        let circuit = self.source.circuit(name, &file);
        circuit.map_err(|source| unavailable(name, source))
    }

    /// Takes note of a circuit's key, which comes with its full form, in a pack with either.
    fn keep_key(
        &self,
        circuit: KernelCircuit,
        loaded: &ProtocolCircuit,
    ) -> Result<Option<Arc<VkData>>, CircuitsError> {
        let name = || circuit.artifact_name(KernelForm::Full);
        let key = loaded.verification_key();
        let Some(key) = key.map_err(|source| unavailable(&name(), source))? else {
            return Ok(None);
        };
        let data = self.tree().locate(key);
        let data = data.ok_or_else(|| unavailable(&name(), UnknownKey))?;
        let data = Arc::new(data);
        self.keys.borrow_mut().insert(circuit, Arc::clone(&data));
        Ok(Some(data))
    }

    fn kept(&self, key: &Key) -> Option<Arc<LoadedCircuit>> {
        let mut circuits = self.circuits.borrow_mut();
        let position = circuits.iter().position(|(kept, _)| kept == key)?;
        let found = circuits.remove(position);
        let circuit = Arc::clone(&found.1);
        circuits.push(found);
        Some(circuit)
    }

    fn keep(&self, key: Key, circuit: Arc<LoadedCircuit>) {
        let mut circuits = self.circuits.borrow_mut();
        if circuits.len() >= KEPT {
            circuits.remove(0);
        }
        circuits.push((key, circuit));
    }
}

impl<F> fmt::Debug for ResourceCircuits<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceCircuits")
            .field("circuits", &self.circuits.borrow().len())
            .field("keys", &self.keys.borrow().len())
            .finish_non_exhaustive()
    }
}

/// A key that is not in the tree.
#[derive(Debug, thiserror::Error)]
#[error("its verification key is not in the tree of verification keys")]
struct UnknownKey;

fn unavailable(
    name: &str,
    source: impl std::error::Error + Send + Sync + 'static,
) -> CircuitsError {
    CircuitsError {
        name: name.to_owned(),
        source: Box::new(source),
    }
}

#[async_trait(?Send)]
impl<F: ResourceFiles> KernelCircuits for ResourceCircuits<F> {
    async fn circuit(
        &self,
        circuit: KernelCircuit,
        form: KernelForm,
    ) -> Result<Arc<LoadedCircuit>, CircuitsError> {
        let key = (circuit, form);
        if let Some(kept) = self.kept(&key) {
            return Ok(kept);
        }
        let name = circuit.artifact_name(form);
        let loaded = self.load(&name).await?;
        self.keep_key(circuit, &loaded)?;
        let program = loaded.program(&ProgramLimits::default());
        let program = program.map_err(|source| unavailable(&name, source))?;
        let circuit = Arc::new(LoadedCircuit {
            program: Arc::new(program),
            bytecode: match form {
                KernelForm::Full => loaded.bytecode,
                KernelForm::Simulated => Vec::new(),
            },
        });
        self.keep(key, Arc::clone(&circuit));
        Ok(circuit)
    }

    async fn verification_key(&self, circuit: KernelCircuit) -> Result<Arc<VkData>, CircuitsError> {
        let kept = self.keys.borrow().get(&circuit).map(Arc::clone);
        if let Some(key) = kept {
            return Ok(key);
        }
        let name = circuit.artifact_name(KernelForm::Full);
        let loaded = self.load(&name).await?;
        let key = self.keep_key(circuit, &loaded)?;
        key.ok_or_else(|| unavailable(&name, UnknownKey))
    }

    fn vk_tree_root(&self) -> Fr {
        self.tree().root()
    }
}
