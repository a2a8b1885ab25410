use std::path::Path;

use pixie_primitives::artifact::{ContractArtifact, DebugData};

use super::WalletError;

/// Reads a contract artifact from a file. Sources and debug symbols are left out.
pub fn read_artifact(path: &Path) -> Result<ContractArtifact, WalletError> {
    let json = std::fs::read(path).map_err(|source| WalletError::ReadFile {
        path: path.to_owned(),
        source,
    })?;
    ContractArtifact::from_json(&json, DebugData::Drop).map_err(|source| WalletError::Artifact {
        path: path.to_owned(),
        source: Box::new(source),
    })
}
