//! What can go wrong in a build step.

use std::path::PathBuf;
use std::process::ExitStatus;

use thiserror::Error;

/// A build step that failed, and why.
#[derive(Debug, Error)]
pub enum Error {
    /// The command line was not understood; holds the usage text.
    #[error("unknown or incomplete command\n\n{0}")]
    Usage(&'static str),
    /// An option was not understood.
    #[error(transparent)]
    Option(#[from] lexopt::Error),
    /// A program could not be started.
    #[error("could not start `{program}`: {source}")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// A program ended without success.
    #[error("`{program}` failed ({status})")]
    Failed {
        /// The program with its first arguments.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// `cargo` printed something else than the expected JSON.
    #[error("could not read what cargo printed: {0}")]
    CargoOutput(#[from] serde_json::Error),
    /// No package of the workspace has this name.
    #[error("the workspace has no package `{0}`")]
    NoSuchPackage(String),
    /// The package builds no `cdylib`, so there is nothing to make bindings for.
    #[error("package `{0}` has no library of crate type `cdylib`")]
    NoCdylib(String),
    /// `scripts/setup wasm` has not run.
    #[error("the WebAssembly toolchain is not set up: run `scripts/setup wasm`")]
    NoWasmToolchain,
    /// `scripts/setup extension` has not run.
    #[error("the tools of the extension are not set up: run `scripts/setup extension`")]
    NoExtensionTools,
    /// Tests failed; they have said which.
    #[error("tests failed")]
    TestsFailed,
    /// The bindings could not be made, or the test runner failed.
    #[error("wasm-bindgen: {0}")]
    Bindings(String),
    /// Resources could not be packed.
    #[error("packing: {0}")]
    Pack(String),
    /// A check found something; holds one line for each finding.
    #[error("{check}:\n  {}", findings.join("\n  "))]
    Check {
        /// What was checked.
        check: &'static str,
        /// What was found.
        findings: Vec<String>,
    },
}

impl Error {
    /// Success if there are no findings.
    pub fn unless_empty(check: &'static str, findings: Vec<String>) -> Result<(), Self> {
        if findings.is_empty() {
            Ok(())
        } else {
            Err(Self::Check { check, findings })
        }
    }
}

/// An error with its causes on one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}
