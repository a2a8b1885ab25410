//! Writes the types that TypeScript has of Rust's.

use crate::error::Error;
use crate::metadata::Workspace;
use crate::run::{cargo, run};

/// Has the test that compares the types write them first.
pub fn write(workspace: &Workspace) -> Result<(), Error> {
    run(cargo()
        .args(["test", "--quiet", "--package", "pixie-wallet", "--lib"])
        .arg("the_types_of_the_pages")
        .env("PIXIE_WRITE_TYPES", "1")
        .current_dir(&workspace.workspace_root))
}
