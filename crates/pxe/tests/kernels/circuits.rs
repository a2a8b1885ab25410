//! The kernel circuits of the reference packages.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;
use pixie_acir::pack::{Source, npm};
use pixie_primitives::Fr;
use pixie_primitives::kernel::VkData;

use super::recording::run;
use pixie_pxe::kernel::{
    CircuitsError, Folder, KernelCircuit, KernelCircuits, KernelForm, LoadedCircuit,
    ResourceCircuits,
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

/// The circuits as they are read from the packages.
pub fn from_packages() -> ResourceCircuits<Folder> {
    let tree = reference(&format!("@aztec/{}", npm::KEY_TREE));
    let source = Source::packages(std::str::from_utf8(&tree).unwrap()).unwrap();
    ResourceCircuits::new(source, Folder(packages().join("@aztec")))
}

type Kept<T> = LazyLock<Mutex<HashMap<(KernelCircuit, KernelForm), Arc<T>>>>;

static CIRCUITS: Kept<LoadedCircuit> = LazyLock::new(Mutex::default);
static KEYS: Kept<VkData> = LazyLock::new(Mutex::default);

thread_local! {
    static PACKAGES: ResourceCircuits<Folder> = from_packages();
}

/// Reads each circuit once for all tests, whatever thread they run on.
pub struct PackageCircuits;

pub fn load(circuit: KernelCircuit, form: KernelForm) -> Arc<LoadedCircuit> {
    let key = (circuit, form);
    if let Some(loaded) = CIRCUITS.lock().unwrap().get(&key) {
        return Arc::clone(loaded);
    }
    let loaded = PACKAGES.with(|packages| run(packages.circuit(circuit, form)).unwrap());
    CIRCUITS.lock().unwrap().insert(key, Arc::clone(&loaded));
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
        let key = (circuit, KernelForm::Full);
        if let Some(data) = KEYS.lock().unwrap().get(&key) {
            return Ok(Arc::clone(data));
        }
        let data = PACKAGES.with(|packages| run(packages.verification_key(circuit)))?;
        KEYS.lock().unwrap().insert(key, Arc::clone(&data));
        Ok(data)
    }

    fn vk_tree_root(&self) -> Fr {
        PACKAGES.with(KernelCircuits::vk_tree_root)
    }
}
