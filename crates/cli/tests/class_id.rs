//! `pixie class-id` against the recorded classes, and with bad input.
#![allow(clippy::unwrap_used, reason = "the helpers of a test are tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const PACKAGES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/reference/node_modules/@aztec"
);

fn class_id(artifact: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pixie"))
        .arg("class-id")
        .arg(artifact)
        .output()
        .unwrap()
}

fn artifact(name: &str) -> PathBuf {
    let path = Path::new(PACKAGES)
        .join("noir-contracts.js/artifacts")
        .join(name);
    assert!(
        path.exists(),
        "{} is missing: install the reference packages with scripts/setup",
        path.display()
    );
    path
}

#[test]
fn recorded_classes_are_reproduced() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../tests/vectors/derive.json")).unwrap();
    let classes = vectors["classes"].as_array().unwrap();
    assert_eq!(classes.len(), 3);
    for class in classes {
        let output = class_id(&artifact(class["artifact"].as_str().unwrap()));
        assert!(output.status.success(), "{output:?}");
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut expected = class.as_object().unwrap().clone();
        expected.remove("artifact");
        assert_eq!(printed, Value::Object(expected));
    }
}

#[test]
fn bad_artifacts_are_named() {
    let small = include_str!("../../../tests/vectors/artifact-small.json");
    let directory = std::env::temp_dir().join(format!("pixie-class-id-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let cases = [
        (&small[..small.len() / 3], "cannot be read at `functions["),
        ("<html>", "line 1 column 1"),
        ("{}", "missing field `name`"),
        (
            &small.replace("\"kind\":\"boolean\"", "\"kind\":\"truth\""),
            "unknown kind `truth`",
        ),
        (
            &small.replace("\"abi_private\"", "\"abi_secret\""),
            "is neither private nor public nor a utility",
        ),
        (
            &small.replace("\"verification_key\"", "\"key\""),
            "has no verification key",
        ),
        (
            &small.replace("\"transpiled\":true", "\"transpiled\":false"),
            "has not been transpiled",
        ),
    ];
    for (index, (text, expected)) in cases.into_iter().enumerate() {
        let path = directory.join(format!("{index}.json"));
        std::fs::write(&path, text).unwrap();
        let output = class_id(&path);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(output.stdout.is_empty());
        assert!(message.contains(expected), "{expected}: {message}");
        assert!(message.contains(&format!("{index}.json")), "{message}");
    }
    let output = class_id(&directory.join("none.json"));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("cannot read")
    );
    std::fs::remove_dir_all(&directory).unwrap();
}
