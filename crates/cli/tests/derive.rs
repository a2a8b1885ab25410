//! `pixie derive` against the recorded accounts, and with bad input.
#![allow(clippy::unwrap_used, reason = "the helpers of a test are tests")]

use std::process::{Command, Output};

use serde_json::Value;

fn derive(account_type: &str, secret: &str, salt: &str, signing_key: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pixie"))
        .args(["derive", "--type", account_type, "--secret", secret])
        .args(["--salt", salt, "--signing-key", signing_key])
        .output()
        .unwrap()
}

#[test]
fn recorded_accounts_are_reproduced() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../tests/vectors/derive.json")).unwrap();
    let accounts = vectors["accounts"].as_array().unwrap();
    assert_eq!(accounts.len(), 6);
    for account in accounts {
        let text = |name: &str| account[name].as_str().unwrap();
        let output = derive(
            text("type"),
            text("secret"),
            text("salt"),
            text("signingKey"),
        );
        assert!(output.status.success(), "{output:?}");
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        for (name, value) in account.as_object().unwrap() {
            // Secrets that were handed in are not printed again.
            if name == "secret" || name == "signingKey" {
                assert_eq!(printed.get(name), None);
            } else {
                assert_eq!(&printed[name], value, "{name}");
            }
        }
    }
}

#[test]
fn bad_arguments_are_named() {
    let modulus = "0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
    let long = format!("0x{}", "1".repeat(65));
    let cases = [
        (
            "schnorr",
            "0xzz",
            "0x1",
            "0x1",
            "--secret is not 32 bytes of hexadecimal",
        ),
        (
            "schnorr",
            modulus,
            "0x1",
            "0x1",
            "--secret is not an element of the field",
        ),
        (
            "schnorr",
            "0x1",
            "0x",
            "0x1",
            "--salt is not 32 bytes of hexadecimal",
        ),
        (
            "ecdsa-k",
            "0x1",
            "0x1",
            &long,
            "--signing-key is not 32 bytes of hexadecimal",
        ),
        (
            "ecdsa-r",
            "0x1",
            "0x1",
            "0x0",
            "--signing-key cannot be used for signing",
        ),
        (
            "webauthn",
            "0x1",
            "0x1",
            "0x1",
            "unknown account type \"webauthn\"",
        ),
    ];
    for (account_type, secret, salt, signing_key, expected) in cases {
        let output = derive(account_type, secret, salt, signing_key);
        assert!(!output.status.success());
        assert!(output.stdout.is_empty());
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(complaint.contains(expected), "{complaint}");
        assert!(!complaint.contains("panicked"), "{complaint}");
    }
}
