//! What the wallet's commands say without a network.
#![allow(clippy::unwrap_used, reason = "the helpers of a test are tests")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// An address at which nobody answers.
const NOBODY: &str = "http://127.0.0.1:9";

fn pixie(data: &Path, arguments: &[&str]) -> Output {
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/reference");
    Command::new(env!("CARGO_BIN_EXE_pixie"))
        .args(arguments)
        .env("PIXIE_DATA", data)
        .env("PIXIE_NODE", NOBODY)
        .env("PIXIE_PASSWORD", "a password for tests")
        .env_remove("XDG_RUNTIME_DIR")
        .env("PIXIE_RESOURCES", packages.join("node_modules/@aztec"))
        .output()
        .unwrap()
}

#[track_caller]
fn fails(status: i32, data: &Path, arguments: &[&str]) -> String {
    let output = pixie(data, arguments);
    let log = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {log}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    log
}

#[test]
fn wrong_usage_is_told_before_anything_is_asked() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    fails(2, data, &["account", "import", "--test", "3"]);
    fails(2, data, &["account", "import", "--alias", "a"]);
    let signing_key = [
        "account",
        "import",
        "--alias",
        "a",
        "--secret",
        "0x1",
        "--signing-key",
        "zz",
    ];
    fails(2, data, &signing_key);
    fails(2, data, &["send", "tok"]);
    fails(2, data, &["authwit", "create", "tok", "--from", "a"]);
    let both = [
        "contract",
        "register",
        "x.json",
        "--address",
        "0x1",
        "--salt",
        "0x1",
    ];
    fails(2, data, &both);
}

#[test]
fn secrets_are_not_told() {
    let data = tempfile::tempdir().unwrap();
    let secret = "0x00000000000000000000000000000000000000000000000000000000deadbeef";
    let arguments = [
        "account",
        "import",
        "--alias",
        "a",
        "--secret",
        secret,
        "--signing-key",
        secret,
        "--salt",
        "q",
    ];
    let log = fails(2, data.path(), &arguments);
    assert!(log.contains("--salt") && !log.contains("deadbeef"), "{log}");
}

#[test]
fn a_folder_without_a_wallet_is_told_of() {
    let data = tempfile::tempdir().unwrap();
    let commands: [&[&str]; 5] = [
        &["account", "list"],
        &["sync"],
        &["unlock"],
        &["phrase"],
        &["backup", "/nowhere"],
    ];
    for command in commands {
        let log = fails(6, data.path(), command);
        assert!(log.contains("there is no wallet in"), "{log}");
    }
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
}

#[test]
fn a_missing_artifact_is_named() {
    let data = tempfile::tempdir().unwrap();
    let arguments = [
        "contract",
        "register",
        "/nowhere.json",
        "--salt",
        "0x0",
        "--json",
    ];
    let log = fails(1, data.path(), &arguments);
    let error: Value = serde_json::from_str(&log).unwrap();
    assert_eq!(error["status"], 1);
    assert!(error["error"].as_str().unwrap().contains("/nowhere.json"));
}

#[test]
fn a_node_that_does_not_answer_is_told_of() {
    let packages = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/reference/node_modules/@aztec/accounts");
    if !packages.exists() {
        eprintln!("left out: the npm packages of tests/reference are not there");
        return;
    }
    let data = tempfile::tempdir().unwrap();
    assert!(pixie(data.path(), &["init"]).status.success());
    let log = fails(5, data.path(), &["sync"]);
    assert!(log.contains("the node failed"), "{log}");
}
