//! Checks that every dependency may be shipped with a program that is MIT OR Apache-2.0.

use spdx::{Expression, LicenseReq, ParseMode};

use crate::error::Error;
use crate::metadata::{Package, Workspace};

/// Licences that put no condition on our own code.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// Fails with every package whose licence is missing, unreadable or not allowed.
pub fn check(workspace: &Workspace) -> Result<(), Error> {
    let findings = workspace
        .packages
        .iter()
        .filter_map(finding)
        .collect::<Vec<_>>();
    Error::unless_empty("licences that are not allowed", findings)?;
    println!(
        "check-licences: {} packages are fine",
        workspace.packages.len()
    );
    Ok(())
}

fn finding(package: &Package) -> Option<String> {
    let name = format!("{} {}", package.name, package.version);
    let Some(licence) = &package.license else {
        let file = package
            .license_file
            .as_ref()
            .map(|file| format!(" (see {})", file.display()));
        return Some(format!(
            "{name}: names no licence{}",
            file.unwrap_or_default()
        ));
    };
    match Expression::parse_mode(licence, ParseMode::LAX) {
        Err(error) => Some(format!(
            "{name}: `{licence}` is no licence expression: {}",
            error.reason
        )),
        Ok(expression) if expression.evaluate(is_allowed) => None,
        Ok(_) => Some(format!("{name}: {licence}")),
    }
}

fn is_allowed(required: &LicenseReq) -> bool {
    required
        .license
        .id()
        .is_some_and(|id| ALLOWED.contains(&id.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(licence: &str) -> bool {
        Expression::parse_mode(licence, ParseMode::LAX)
            .is_ok_and(|expression| expression.evaluate(is_allowed))
    }

    #[test]
    fn expressions_are_evaluated() {
        assert!(allowed("MIT OR GPL-3.0-only"));
        assert!(allowed("Apache-2.0 WITH LLVM-exception"));
        assert!(allowed("MIT/Apache-2.0"));
        assert!(!allowed("MIT AND GPL-3.0-only"));
        assert!(!allowed("AGPL-3.0-only"));
    }
}
