use super::PackError;
use pixie_primitives::artifact::{ContractArtifact, DebugData};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// A contract's artifact without what only a debugger needs.
///
/// The bytecodes stay byte for byte as the compiler wrote them (compressed), because the artifact
/// hash and the class id are computed from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedContract {
    /// The artifact in the form in which wallets receive it (JSON), with empty bytecodes.
    artifact: String,
    /// The functions' bytecodes, in the order of the artifact's functions.
    bytecodes: Vec<ByteBuf>,
}

impl PackedContract {
    /// Packs an artifact.
    ///
    /// # Errors
    /// If it cannot be written as JSON.
    pub fn new(mut artifact: ContractArtifact) -> Result<Self, PackError> {
        artifact.file_map.clear();
        let mut bytecodes = Vec::with_capacity(artifact.functions.len());
        for function in &mut artifact.functions {
            function.debug_symbols = Default::default();
            let bytecode = core::mem::take(&mut function.bytecode);
            bytecodes.push(ByteBuf::from(bytecode.into_vec()));
        }
        Ok(Self {
            artifact: serde_json::to_string(&artifact)?,
            bytecodes,
        })
    }

    /// The artifact, without debug symbols and sources.
    ///
    /// # Errors
    /// If the packed data is malformed.
    pub fn into_artifact(self) -> Result<ContractArtifact, PackError> {
        let mut artifact = ContractArtifact::from_json(self.artifact.as_bytes(), DebugData::Drop)?;
        if artifact.functions.len() != self.bytecodes.len() {
            return Err(PackError::Bytecodes {
                name: artifact.name,
                bytecodes: self.bytecodes.len(),
                functions: artifact.functions.len(),
            });
        }
        for (function, bytecode) in artifact.functions.iter_mut().zip(self.bytecodes) {
            function.bytecode = bytecode.into_vec().into();
        }
        Ok(artifact)
    }
}
