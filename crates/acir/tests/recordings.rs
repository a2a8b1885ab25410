//! Every recorded execution of the reference gives the same witness here.

mod common;

use pixie_acir::replay;
use serde::Deserialize;

#[derive(Deserialize)]
struct Entry {
    recording: String,
    artifact: String,
    witnesses: usize,
    sha256: String,
}

#[test]
fn every_recording_reproduces_its_witness() {
    let entries: Vec<Entry> = serde_json::from_slice(&common::recording("index.json")).unwrap();
    assert!(
        entries.len() >= 18,
        "the index has {} recordings",
        entries.len()
    );
    let mut failures = Vec::new();
    for entry in entries {
        let artifact = common::reference(&entry.artifact);
        match replay::replay(&common::recording(&entry.recording), &artifact) {
            Ok(outcome) => {
                let expected = format!("witnesses={} sha256={}", entry.witnesses, entry.sha256);
                if outcome.to_string() != expected {
                    failures.push(format!("{}: {outcome}, not {expected}", entry.recording));
                }
            }
            Err(error) => failures.push(format!("{}: {error}", entry.recording)),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
