//! Checks that dependencies between our crates point downwards only.

use crate::error::Error;
use crate::metadata::{Package, Workspace};

/// What one crate may and must not depend on.
struct Boundary {
    /// The crate, without the prefix `pixie-`.
    name: &'static str,
    /// The crates of ours that it may use.
    uses: &'static [&'static str],
    /// Groups of packages that it must not use, except in tests.
    shuns: &'static [&'static [&'static str]],
}

const ASYNC_AND_IO: &[&str] = &["tokio", "async-std", "smol", "reqwest", "ureq", "hyper"];
const BROWSER: &[&str] = &[
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "js-sys",
    "web-sys",
    "gloo-net",
    "indexed_db_futures",
];

/// Neither async runtimes, nor I/O, nor the browser.
const PURE: &[&[&str]] = &[ASYNC_AND_IO, BROWSER];

const ENGINE: &[&str] = &[
    "primitives",
    "acir",
    "node",
    "store",
    "pxe",
    "accounts",
    "vault",
    "bridge",
];
const WITH_WALLET: &[&str] = &[
    "primitives",
    "acir",
    "node",
    "store",
    "pxe",
    "accounts",
    "vault",
    "bridge",
    "wallet",
];

/// The architecture: what ARCHITECTURE.md draws, as data.
const BOUNDARIES: &[Boundary] = &[
    Boundary {
        name: "field",
        uses: &[],
        shuns: PURE,
    },
    Boundary {
        name: "primitives",
        uses: &["field"],
        shuns: PURE,
    },
    Boundary {
        name: "acir",
        uses: &["field", "primitives"],
        shuns: PURE,
    },
    Boundary {
        name: "acir-wasm",
        uses: &["acir"],
        shuns: &[],
    },
    Boundary {
        name: "node",
        uses: &["primitives"],
        shuns: &[],
    },
    Boundary {
        name: "cipher",
        uses: &[],
        shuns: PURE,
    },
    Boundary {
        name: "store",
        uses: &["cipher"],
        shuns: PURE,
    },
    Boundary {
        name: "store-indexeddb",
        uses: &["store"],
        shuns: &[],
    },
    Boundary {
        name: "pxe",
        uses: &["primitives", "acir", "node", "store"],
        shuns: &[BROWSER],
    },
    Boundary {
        name: "accounts",
        uses: &["primitives"],
        shuns: PURE,
    },
    Boundary {
        name: "vault",
        uses: &["primitives", "cipher", "store", "accounts"],
        shuns: PURE,
    },
    Boundary {
        name: "bridge",
        uses: &["primitives"],
        shuns: PURE,
    },
    Boundary {
        name: "wallet",
        uses: ENGINE,
        shuns: &[BROWSER],
    },
    Boundary {
        name: "background",
        uses: &[
            "primitives",
            "acir",
            "node",
            "store",
            "store-indexeddb",
            "pxe",
            "vault",
            "bridge",
            "wallet",
        ],
        shuns: &[],
    },
    Boundary {
        name: "cli",
        uses: WITH_WALLET,
        shuns: &[BROWSER],
    },
];

/// Fails with every edge that the architecture does not allow.
pub fn check(workspace: &Workspace) -> Result<(), Error> {
    let findings = workspace
        .packages
        .iter()
        .flat_map(findings)
        .collect::<Vec<_>>();
    Error::unless_empty(
        "dependencies that the architecture does not allow",
        findings,
    )?;
    println!(
        "check-deps: {} packages keep to the architecture",
        workspace.packages.len()
    );
    Ok(())
}

fn findings(package: &Package) -> Vec<String> {
    let Some(name) = package.short_name() else {
        return Vec::new();
    };
    let Some(boundary) = BOUNDARIES.iter().find(|boundary| boundary.name == name) else {
        return vec![format!(
            "{name}: not in the table of xtask/src/boundaries.rs; add it there"
        )];
    };
    let mut found = Vec::new();
    for dependency in &package.dependencies {
        let ours = dependency.name.strip_prefix("pixie-");
        // A crate may name itself to switch features on in its own tests.
        if ours.is_some_and(|ours| ours != name && !boundary.uses.contains(&ours)) {
            found.push(format!(
                "{name} -> {}: not allowed by the architecture",
                dependency.name
            ));
        }
        let shunned = boundary
            .shuns
            .iter()
            .flat_map(|names| names.iter())
            .any(|name| *name == dependency.name);
        if shunned && dependency.kind.as_deref() != Some("dev") {
            found.push(format!(
                "{name} -> {}: {name} must not know of it",
                dependency.name
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependency = |&(name, kind): &(&str, Option<&str>)| Dependency {
            name: name.to_owned(),
            rename: None,
            kind: kind.map(str::to_owned),
        };
        Package {
            name: name.to_owned(),
            version: "0.0.0".to_owned(),
            license: None,
            license_file: None,
            source: None,
            manifest_path: "Cargo.toml".into(),
            dependencies: dependencies.iter().map(dependency).collect(),
            metadata: None,
        }
    }

    #[test]
    fn downward_edges_pass() {
        let wallet = package("pixie-wallet", &[("pixie-pxe", None), ("serde", None)]);
        assert_eq!(findings(&wallet), Vec::<String>::new());
    }

    #[test]
    fn upward_edges_are_found_even_in_tests() {
        let primitives = package("pixie-primitives", &[("pixie-node", Some("dev"))]);
        assert_eq!(findings(&primitives).len(), 1);
    }

    #[test]
    fn shunned_packages_are_found_outside_of_tests() {
        let pure = |kind| package("pixie-primitives", &[("web-sys", kind)]);
        assert_eq!(findings(&pure(None)).len(), 1);
        assert_eq!(findings(&pure(Some("dev"))).len(), 0);
    }

    #[test]
    fn an_unknown_crate_is_found() {
        assert_eq!(findings(&package("pixie-surprise", &[])).len(), 1);
        assert_eq!(
            findings(&package("xtask", &[("pixie-acir", None)])).len(),
            0
        );
    }

    #[test]
    fn the_table_has_no_cycle() {
        for (place, boundary) in BOUNDARIES.iter().enumerate() {
            for used in boundary.uses {
                let below = BOUNDARIES.iter().position(|other| other.name == *used);
                assert!(
                    below.is_some_and(|below| below < place),
                    "{} -> {used}",
                    boundary.name
                );
            }
        }
    }
}
