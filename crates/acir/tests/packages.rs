//! Every private and utility function and every client protocol circuit of the reference packages
//! decodes.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use pixie_acir::{Artifact, FunctionKind, ProgramLimits};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

const PACKAGES: [&str; 5] = [
    "noir-contracts.js",
    "noir-test-contracts.js",
    "accounts",
    "protocol-contracts",
    "noir-protocol-circuits-types",
];

/// Functions in the packages of version 4.1.2, sorted.
const EXPECTED: [(&str, &str, usize); 9] = [
    ("accounts", "Private", 13),
    ("accounts", "Utility", 11),
    ("noir-contracts.js", "Private", 91),
    ("noir-contracts.js", "Utility", 72),
    ("noir-protocol-circuits-types", "Protocol", 94),
    ("noir-test-contracts.js", "Private", 137),
    ("noir-test-contracts.js", "Utility", 90),
    ("protocol-contracts", "Private", 6),
    ("protocol-contracts", "Utility", 5),
];

#[test]
fn every_function_of_the_packages_decodes() {
    let mut counts = BTreeMap::new();
    let mut largest = 0;
    for package in PACKAGES {
        let folder = common::repository()
            .join("tests/reference/node_modules/@aztec")
            .join(package)
            .join("artifacts");
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| {
            panic!(
                "{}: {error}; run scripts/setup to install the packages",
                folder.display()
            )
        });
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if !name.ends_with(".json") {
                continue;
            }
            let client = ["private_kernel_", "hiding_kernel_"];
            if package == "noir-protocol-circuits-types"
                && !client.iter().any(|prefix| name.starts_with(prefix))
            {
                continue;
            }
            let artifact = Artifact::from_json(&std::fs::read(&path).unwrap()).unwrap();
            for function in artifact.functions() {
                if function.kind() == FunctionKind::Public {
                    continue;
                }
                let program = artifact
                    .program(function.name(), &ProgramLimits::default())
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
                largest = largest.max(program.opcode_counts().0);
                *counts
                    .entry((package, format!("{:?}", function.kind())))
                    .or_insert(0) += 1;
            }
        }
    }
    let total: usize = counts.values().sum();
    let mut report = String::new();
    for ((package, kind), count) in &counts {
        writeln!(report, "{count:>5} {kind:<8} {package}").unwrap();
    }
    writeln!(
        report,
        "{total:>5} functions in all; the largest circuit has {largest} opcodes"
    )
    .unwrap();
    // Not by `println`, which the test harness swallows: the counts are to be seen.
    std::io::stdout().write_all(report.as_bytes()).unwrap();
    let counted: Vec<(&str, &str, usize)> = counts
        .iter()
        .map(|((package, kind), count)| (*package, kind.as_str(), *count))
        .collect();
    assert_eq!(counted, EXPECTED);
}
