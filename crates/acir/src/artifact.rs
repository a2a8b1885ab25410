//! Artifacts of contracts and protocol circuits.

use crate::debug::SourceFile;
use crate::diagnostics::{Diagnostics, ErrorType};
use crate::program::{Program, ProgramError, ProgramLimits};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Why an artifact cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// It is not JSON or lacks members.
    #[error("the artifact cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// It has no function of this name that runs locally.
    #[error("the artifact has no private or utility function {0:?}")]
    NoFunction(String),
    /// The function's bytecode is bad.
    #[error("function {name:?}: {error}")]
    Program {
        /// The function.
        name: String,
        /// What is wrong.
        error: ProgramError,
    },
}

/// Where a function of a contract runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunctionKind {
    /// Locally, with a proof.
    Private,
    /// Locally, without constraints.
    Utility,
    /// On the network; its bytecode is not a circuit.
    Public,
    /// The single function of a protocol circuit.
    Protocol,
}

/// An artifact. Its functions are decoded on first use and kept.
pub struct Artifact {
    name: Option<String>,
    functions: Vec<FunctionArtifact>,
    files: Arc<HashMap<u32, SourceFile>>,
}

/// A function of an artifact.
pub struct FunctionArtifact {
    name: String,
    kind: FunctionKind,
    bytecode: String,
    error_types: Arc<HashMap<String, ErrorType>>,
    symbols: Option<Arc<str>>,
    program: OnceLock<Result<Arc<Program>, ProgramError>>,
}

#[derive(Deserialize)]
struct RawArtifact {
    name: Option<String>,
    functions: Option<Vec<RawFunction>>,
    #[serde(flatten)]
    circuit: Option<RawCircuit>,
    #[serde(default)]
    file_map: HashMap<u32, SourceFile>,
}

#[derive(Deserialize)]
struct RawFunction {
    name: String,
    #[serde(default)]
    custom_attributes: Vec<String>,
    #[serde(flatten)]
    circuit: RawCircuit,
}

#[derive(Deserialize)]
struct RawCircuit {
    abi: RawAbi,
    bytecode: String,
    #[serde(default)]
    debug_symbols: String,
}

#[derive(Deserialize)]
struct RawAbi {
    #[serde(default)]
    error_types: HashMap<String, ErrorType>,
}

impl FunctionArtifact {
    fn new(name: String, kind: FunctionKind, circuit: RawCircuit) -> Self {
        Self {
            name,
            kind,
            bytecode: circuit.bytecode,
            error_types: Arc::new(circuit.abi.error_types),
            symbols: (!circuit.debug_symbols.is_empty()).then(|| circuit.debug_symbols.into()),
            program: OnceLock::new(),
        }
    }

    /// Name of the function; `main` for a protocol circuit.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it runs.
    #[must_use]
    pub fn kind(&self) -> FunctionKind {
        self.kind
    }

    /// Its bytecode (base64).
    #[must_use]
    pub fn bytecode(&self) -> &str {
        &self.bytecode
    }
}

impl Artifact {
    /// Reads an artifact of a contract (with `functions`) or of a protocol circuit.
    ///
    /// # Errors
    /// [`ArtifactError::Json`].
    pub fn from_json(json: &[u8]) -> Result<Self, ArtifactError> {
        let raw: RawArtifact = serde_json::from_slice(json)?;
        let mut functions = Vec::new();
        if let Some(circuit) = raw.circuit {
            functions.push(FunctionArtifact::new(
                "main".into(),
                FunctionKind::Protocol,
                circuit,
            ));
        }
        for function in raw.functions.unwrap_or_default() {
            let has = |attribute: &str| function.custom_attributes.iter().any(|a| a == attribute);
            let kind = if has("abi_private") {
                FunctionKind::Private
            } else if has("abi_utility") {
                FunctionKind::Utility
            } else {
                FunctionKind::Public
            };
            functions.push(FunctionArtifact::new(function.name, kind, function.circuit));
        }
        Ok(Self {
            name: raw.name,
            functions,
            files: Arc::new(raw.file_map),
        })
    }

    /// Name of the contract.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// All functions.
    #[must_use]
    pub fn functions(&self) -> &[FunctionArtifact] {
        &self.functions
    }

    /// A private or utility function, or the protocol circuit's `main`, ready to run.
    ///
    /// The first call decodes it, with the limits given; later calls return the same program.
    ///
    /// # Errors
    /// If there is no such function or its bytecode is bad.
    pub fn program(
        &self,
        name: &str,
        limits: &ProgramLimits,
    ) -> Result<Arc<Program>, ArtifactError> {
        let function = self
            .functions
            .iter()
            .find(|function| function.name == name && function.kind != FunctionKind::Public)
            .ok_or_else(|| ArtifactError::NoFunction(name.to_owned()))?;
        let program = function.program.get_or_init(|| {
            let diagnostics = Diagnostics::new(
                Arc::clone(&function.error_types),
                function.symbols.clone(),
                Arc::clone(&self.files),
            );
            let program = Program::from_base64(&function.bytecode, limits)?;
            Ok(Arc::new(program.with_diagnostics(diagnostics)))
        });
        match program {
            Ok(program) => Ok(Arc::clone(program)),
            Err(error) => Err(ArtifactError::Program {
                name: name.to_owned(),
                error: error.clone(),
            }),
        }
    }
}
