//! What is left in the process's memory.
//!
//! Everything that a vault does is done once, with all secrets in use; then the memory of the whole
//! process is searched for them through `/proc/self/mem`: while they are in use (they have to be
//! found, or the search is worth nothing), with the vault unlocked and idle, and with it locked.
//!
//! The process that is searched must not know the secrets beyond what the vault gives it. So a second
//! process does the same with the same random numbers and tells what to look for, masked.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "memory/needles.rs"]
mod needles;
#[path = "memory/scan.rs"]
mod scan;
#[path = "memory/story.rs"]
mod story;

use std::collections::BTreeSet;
use std::process::Command;

use needles::Needle;
use scan::Scanner;
use story::Story;

/// Set in the process that tells what to look for.
const TELL: &str = "PIXIE_VAULT_TELL_SECRETS";

#[test]
fn nothing_secret_is_left_in_memory() {
    if std::env::var_os(TELL).is_some() {
        for needle in needles::all() {
            println!("needle {}", needle.to_line());
        }
        return;
    }
    let needles = told_by_another_process();
    let groups: BTreeSet<&str> = needles.iter().map(Needle::group).collect();
    let mut scanner = Scanner::new();
    assert_eq!(
        scanner.scan(&needles),
        BTreeSet::new(),
        "before anything was done"
    );

    // The search finds what is there, in every form, and does not find what was wiped.
    let planted: Vec<_> = needles.iter().map(Needle::reveal).collect();
    let places = scanner.places(&needles);
    assert_eq!(places, (0..needles.len()).collect(), "planted");
    drop(planted);
    assert_eq!(scanner.scan(&needles), BTreeSet::new(), "after planting");

    let mut story = Story::new();
    let in_use = story.use_everything();
    let seen = scanner.scan(&needles);
    // Keys that are in use only within a call are seen by nobody.
    let within_calls = [
        "recovery key",
        "root of the accounts",
        "seed",
        "password's key",
    ];
    for group in &groups {
        let expected = !within_calls.contains(group);
        assert_eq!(seen.contains(*group), expected, "{group}: in use");
    }

    drop(in_use);
    let seen = scanner.scan(&needles);
    assert_eq!(seen, BTreeSet::from(["data key"]), "unlocked and idle");

    let signers = story.hold_signers();
    let seen = scanner.scan(&needles);
    assert!(seen.contains("signing key ecdsa-k"), "held by a signer");
    story.lock();
    assert_eq!(
        scanner.scan(&needles),
        BTreeSet::new(),
        "locked under live signers"
    );
    drop(signers);

    story.fail_to_unlock();
    assert_eq!(
        scanner.scan(&needles),
        BTreeSet::new(),
        "after wrong passwords"
    );
    story.unlock_and_let_expire();
    assert_eq!(
        scanner.scan(&needles),
        BTreeSet::new(),
        "locked by a deadline"
    );
    story.resume_and_drop();
    assert_eq!(scanner.scan(&needles), BTreeSet::new(), "dropped");
    println!(
        "{} needles, {} bytes of memory",
        needles.len(),
        scanner.size()
    );
}

fn told_by_another_process() -> Vec<Needle> {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "nothing_secret_is_left_in_memory", "--nocapture"])
        .env(TELL, "1")
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let needles: Vec<_> = text
        .lines()
        .filter_map(|line| line.split_once("needle ").map(|(_, line)| line))
        .map(|line| Needle::from_line(line).unwrap())
        .collect();
    assert!(needles.len() > 20, "{text}");
    needles
}
