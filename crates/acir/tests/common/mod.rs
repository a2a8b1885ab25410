//! Where the vectors and the reference packages are.

#![allow(clippy::panic, clippy::unwrap_used, dead_code)]

use std::path::{Path, PathBuf};

/// The top of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Reads a file of the reference packages.
pub fn reference(path: &str) -> Vec<u8> {
    let full = repository().join("tests/reference/node_modules").join(path);
    std::fs::read(&full).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; run scripts/setup to install the reference packages",
            full.display()
        )
    })
}

/// Reads a file of the vectors.
pub fn vector(name: &str) -> Vec<u8> {
    let full = repository().join("tests/vectors").join(name);
    std::fs::read(&full).unwrap_or_else(|error| panic!("{}: {error}", full.display()))
}
