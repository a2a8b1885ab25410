//! `pixie replay`: executes a recorded circuit.

use super::CliError;
use clap::Args;
use std::path::{Path, PathBuf};

/// Arguments of `pixie replay`.
#[derive(Debug, Args)]
pub struct Replay {
    /// The recording, JSON or gzipped JSON.
    recording: PathBuf,
    /// The artifact of the contract or protocol circuit, JSON.
    artifact: PathBuf,
}

impl Replay {
    /// Prints one line `witnesses=N sha256=HEX`.
    pub fn run(&self) -> Result<(), CliError> {
        let recording = read(&self.recording)?;
        let artifact = read(&self.artifact)?;
        println!("{}", pixie_acir::replay::replay(&recording, &artifact)?);
        Ok(())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|source| CliError::ReadFile {
        path: path.to_owned(),
        source,
    })
}
