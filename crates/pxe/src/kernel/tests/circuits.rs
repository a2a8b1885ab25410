//! The kernel circuits of the reference packages.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;
use pixie_acir::{Artifact, ProgramLimits};
use pixie_primitives::Fr;
use pixie_primitives::codec::from_hex;
use pixie_primitives::kernel::{VerificationKey, VkData};
use serde::Deserialize;

use crate::kernel::{
    CircuitsError, KernelCircuit, KernelCircuits, KernelForm, LoadedCircuit, VkTree,
};

pub fn packages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/reference/node_modules")
}

/// Reads a file of the reference packages.
pub fn reference(path: &str) -> Vec<u8> {
    let full = packages().join(path);
    std::fs::read(&full).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; run scripts/setup to install the reference packages",
            full.display()
        )
    })
}

#[derive(Deserialize)]
struct WithKey {
    #[serde(rename = "verificationKey")]
    verification_key: Key,
}

#[derive(Deserialize)]
struct Key {
    bytes: String,
    hash: Fr,
}

type Kept<T> = LazyLock<Mutex<HashMap<String, Arc<T>>>>;

static CIRCUITS: Kept<LoadedCircuit> = LazyLock::new(Mutex::default);
static KEYS: Kept<VkData> = LazyLock::new(Mutex::default);
static TREE: LazyLock<VkTree> = LazyLock::new(|| {
    let source = reference("@aztec/noir-protocol-circuits-types/src/vk_tree.ts");
    let source = String::from_utf8(source).unwrap();
    let nodes: Vec<Fr> = source
        .split('\'')
        .filter(|part| part.len() == 64)
        .map(|node| Fr::from_hex(&format!("0x{node}")).unwrap())
        .collect();
    assert_eq!(nodes.len(), 255);
    let tree = VkTree::new(&nodes[..128]);
    assert_eq!(tree.root(), nodes[254]);
    tree
});

fn artifact(name: &str) -> Vec<u8> {
    reference(&format!(
        "@aztec/noir-protocol-circuits-types/artifacts/{name}.json"
    ))
}

/// Reads each circuit once for all tests.
pub struct PackageCircuits;

pub fn load(circuit: KernelCircuit, form: KernelForm) -> Arc<LoadedCircuit> {
    let name = circuit.artifact_name(form);
    if let Some(loaded) = CIRCUITS.lock().unwrap().get(&name) {
        return Arc::clone(loaded);
    }
    let artifact = Artifact::from_json(&artifact(&name)).unwrap();
    let loaded = Arc::new(LoadedCircuit {
        program: artifact.program("main", &ProgramLimits::default()).unwrap(),
        bytecode: Vec::new(),
    });
    CIRCUITS.lock().unwrap().insert(name, Arc::clone(&loaded));
    loaded
}

#[async_trait(?Send)]
impl KernelCircuits for PackageCircuits {
    async fn circuit(
        &self,
        circuit: KernelCircuit,
        form: KernelForm,
    ) -> Result<Arc<LoadedCircuit>, CircuitsError> {
        Ok(load(circuit, form))
    }

    async fn verification_key(&self, circuit: KernelCircuit) -> Result<Arc<VkData>, CircuitsError> {
        let name = circuit.artifact_name(KernelForm::Full);
        if let Some(key) = KEYS.lock().unwrap().get(&name) {
            return Ok(Arc::clone(key));
        }
        let WithKey { verification_key } = serde_json::from_slice(&artifact(&name)).unwrap();
        let bytes = from_hex(&format!("0x{}", verification_key.bytes), "key").unwrap();
        let vk = VerificationKey::from_element_bytes(&bytes).unwrap();
        assert_eq!(vk.hash, verification_key.hash);
        let data = Arc::new(TREE.locate(vk).unwrap());
        KEYS.lock().unwrap().insert(name, Arc::clone(&data));
        Ok(data)
    }

    fn vk_tree_root(&self) -> Fr {
        TREE.root()
    }
}
