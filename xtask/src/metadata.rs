//! The parts of `cargo metadata` that the checks and builds read.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::Error;
use crate::run::{capture, cargo};

/// The workspace and its packages.
#[derive(Debug, Deserialize)]
pub struct Workspace {
    /// Our packages, or with dependencies all packages of Cargo.lock that are used.
    pub packages: Vec<Package>,
    /// The folder of the workspace.
    pub workspace_root: PathBuf,
    /// The folder that cargo builds into.
    pub target_directory: PathBuf,
}

/// A package.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence as an SPDX expression.
    pub license: Option<String>,
    /// A licence file, for packages without an expression.
    pub license_file: Option<PathBuf>,
    /// Where it comes from; nothing for packages of the workspace.
    pub source: Option<String>,
    /// Its Cargo.toml.
    pub manifest_path: PathBuf,
    /// What its Cargo.toml depends on.
    pub dependencies: Vec<Dependency>,
    /// Its `package.metadata` table.
    #[serde(default)]
    pub metadata: Option<serde_json::Value>,
}

/// One dependency as written in a Cargo.toml.
#[derive(Debug, Deserialize)]
pub struct Dependency {
    /// The package.
    pub name: String,
    /// The name given to it here, if another one.
    pub rename: Option<String>,
    /// Nothing for a normal one, else `dev` or `build`.
    pub kind: Option<String>,
}

impl Workspace {
    /// Reads our own packages only.
    pub fn load() -> Result<Self, Error> {
        Self::read(&["--no-deps"])
    }

    /// Reads our packages and all that they depend on.
    pub fn load_with_dependencies() -> Result<Self, Error> {
        Self::read(&[])
    }

    fn read(options: &[&str]) -> Result<Self, Error> {
        let json = capture(
            cargo()
                .args(["metadata", "--format-version", "1"])
                .args(options),
        )?;
        Ok(serde_json::from_slice(&json)?)
    }

    /// The package of our own with this name; the prefix `pixie-` may be left out.
    pub fn package(&self, name: &str) -> Result<&Package, Error> {
        self.packages
            .iter()
            .filter(|package| package.source.is_none())
            .find(|package| package.name == name || package.short_name() == Some(name))
            .ok_or_else(|| Error::NoSuchPackage(name.to_owned()))
    }
}

impl Package {
    /// The folder of the package.
    pub fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }

    /// The name without `pixie-`, for the crates of the wallet.
    pub fn short_name(&self) -> Option<&str> {
        self.name.strip_prefix("pixie-")
    }
}
