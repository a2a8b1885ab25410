//! `pixie class-id`: the class that an artifact becomes on the network.

use std::path::PathBuf;

use clap::Args;
use pixie_primitives::ContractClassId;
use pixie_primitives::artifact::{ArtifactError, ContractArtifact, DebugData};
use pixie_primitives::contract::{ContractClassIdPreimage, ContractError};
use serde::Serialize;

use super::CliError;

/// Computes the id of an artifact's contract class and what the id is the hash of.
#[derive(Debug, Args)]
pub struct ClassId {
    /// The artifact, as the compiler writes it or as dapps send it.
    artifact: PathBuf,
}

/// Why an artifact has no class id.
#[derive(Debug, thiserror::Error)]
pub enum ClassIdError {
    /// The artifact cannot be read.
    #[error("{path} is not a usable contract artifact")]
    Artifact {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<ArtifactError>,
    },
    /// The class cannot be computed.
    #[error("{path} makes no contract class")]
    Class {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: Box<ContractError>,
    },
}

/// What is printed.
#[derive(Debug, Serialize)]
pub struct Class {
    id: ContractClassId,
    #[serde(flatten)]
    preimage: ContractClassIdPreimage,
}

impl ClassId {
    /// Computes the class id.
    pub fn run(self) -> Result<Class, CliError> {
        let path = self.artifact;
        let json = match std::fs::read(&path) {
            Ok(json) => json,
            Err(source) => return Err(CliError::ReadFile { path, source }),
        };
        let artifact = match ContractArtifact::from_json(&json, DebugData::Drop) {
            Ok(artifact) => artifact,
            Err(error) => {
                let source = Box::new(error);
                return Err(ClassIdError::Artifact { path, source }.into());
            }
        };
        match artifact.class_id_preimage() {
            Ok(preimage) => Ok(Class {
                id: preimage.id(),
                preimage,
            }),
            Err(error) => {
                let source = Box::new(error);
                Err(ClassIdError::Class { path, source }.into())
            }
        }
    }
}
