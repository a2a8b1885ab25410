//! Formats are pinned: what one version has written, all later ones read.
//!
//! `tests/vectors/vault-formats.json` was written by this program and is read by a second
//! implementation, `tests/reference/lib/vault.mjs`.

use serde_json::{Value, json};

use super::*;
use crate::BackupSection;

const PRF: u8 = 9;
const DRAWER: &str = "kept in a drawer";

fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("0x{digits}")
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap().strip_prefix("0x").unwrap();
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

/// Writes the formats with random numbers that are the same each time.
fn written() -> Value {
    let (bench, mut vault) = Bench::with_vault();
    let (typed, secret) = (password(PASSWORD), prf(PRF));
    let credential = Credential::Password(&typed);
    let words = phrase(&mut vault, PASSWORD).unwrap();
    let senders = BackupSection {
        version: 1,
        bytes: b"them".to_vec(),
    };
    let backup = block_on(async {
        vault
            .add_passkey(credential, passkey(&secret))
            .await
            .unwrap();
        let sections = [("senders".to_owned(), senders)].into();
        vault
            .backup(credential, &password(DRAWER), sections)
            .await
            .unwrap()
    });
    json!({
        "password": PASSWORD,
        "prfSecret": hex(&[PRF; 32]),
        "credentialId": hex(CREDENTIAL),
        "phrase": *words.to_text(),
        "entropy": hex(words.entropy().as_array()),
        "address": addresses(&mut vault)[0].to_string(),
        "envelope": hex(&bench.storage.get(VaultRecord::FirstCopy).unwrap()),
        "backupPassword": DRAWER,
        "backup": hex(&backup),
    })
}

fn pinned() -> Value {
    serde_json::from_str(include_str!(
        "../../../../../tests/vectors/vault-formats.json"
    ))
    .unwrap()
}

#[test]
fn what_is_written_is_pinned() {
    let written = written();
    if std::env::var_os("PIXIE_SHOW_FORMATS").is_some() {
        println!("{written:#}");
    }
    assert_eq!(written, pinned());
}

#[test]
fn what_was_pinned_is_read() {
    let pinned = pinned();
    let text = |name: &str| pinned[name].as_str().unwrap().to_owned();
    let bench = Bench::new();
    let envelope = bytes(&pinned["envelope"]);
    bench.storage.set(VaultRecord::SecondCopy, Some(envelope));
    let mut vault = bench.open();
    unlock(&mut vault, &text("password")).unwrap();
    assert_eq!(addresses(&mut vault)[0].to_string(), text("address"));
    let words = phrase(&mut vault, &text("password")).unwrap();
    assert_eq!(*words.to_text(), text("phrase"));
    let secret = prf(PRF);
    block_on(vault.unlock(by_passkey(&secret))).unwrap();

    let elsewhere = Bench::new();
    let mut restored = elsewhere.open();
    let backup = bytes(&pinned["backup"]);
    let drawer = password(&text("backupPassword"));
    let sections = block_on(restored.restore(&backup, &drawer, &password(OTHER))).unwrap();
    assert_eq!(sections["senders"].bytes, b"them");
    assert_eq!(addresses(&mut restored)[0].to_string(), text("address"));
}
