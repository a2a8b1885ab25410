//! A process that is killed in the middle of its commits, again and again.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are test code"
)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use pixie_store::conformance::TestRng;
use pixie_store::{DataKey, Database, RedbBackend, Sealing, Shard, table, tables};
use rand_core::Rng;

const FILE: &str = "PIXIE_STORE_KILL_FILE";
const MODE: &str = "PIXIE_STORE_KILL_MODE";
const ROUNDS: u64 = 25;
/// Rows that a commit writes in each table.
const ROWS: u64 = 8;

table! {
    /// The number of the commit that wrote the row last, in the common shard.
    pub Counters("counters"): u64 => u64
}
table! {
    /// The same in a shard of its own.
    pub Others("others"): u64 => (u64, Vec<u8>), shard = |_| other_shard()
}
table! {
    /// A row that moves: one key for each commit, the one before deleted.
    pub Moving("moving"): u64 => u64
}
tables! {
    /// Three tables that agree after every commit.
    pub struct Tables: version 1, migrations [] {
        /// The common shard.
        counters: Counters,
        /// The other shard.
        others: Others,
        /// The row that moves.
        moving: Moving,
    }
}

fn other_shard() -> Shard {
    Shard::new("other", [])
}

fn open(path: &Path, sealed: bool) -> Database<Tables, RedbBackend> {
    let backend = RedbBackend::open(path).unwrap();
    let rng = TestRng::seeded(u64::from(std::process::id()));
    let sealing = if sealed {
        Sealing::sealed(DataKey::new([3; 32]), rng)
    } else {
        Sealing::plain()
    };
    let (db, report) = pollster::block_on(Database::open(backend, "main", sealing)).unwrap();
    assert!(report.is_clean(), "{report:?}");
    assert!(
        pollster::block_on(db.load(&[other_shard()]))
            .unwrap()
            .is_clean()
    );
    db
}

/// The commit that all rows are of.
fn check(db: &Database<Tables, RedbBackend>) -> u64 {
    let now = db.snapshot();
    let Some(commit) = now.counters.get(&0).copied() else {
        assert!(now.counters.is_empty() && now.others.is_empty() && now.moving.is_empty());
        return 0;
    };
    assert_eq!(
        (now.counters.len(), now.others.len()),
        (ROWS as usize, ROWS as usize)
    );
    assert!(now.counters.iter().all(|(_, value)| *value == commit));
    assert!(now.others.iter().all(|(_, (value, bytes))| {
        *value == commit && bytes.iter().all(|byte| *byte == commit as u8)
    }));
    assert_eq!(now.moving.iter().collect::<Vec<_>>(), [(&commit, &commit)]);
    commit
}

/// The child: commits without end, and tells each commit that is done. Does nothing when it is run as
/// a test among others.
#[test]
fn child() {
    let (Ok(path), Ok(mode)) = (std::env::var(FILE), std::env::var(MODE)) else {
        println!("nothing to do: this is the child of the test beside it");
        return;
    };
    let db = open(Path::new(&path), mode == "sealed");
    let mut last = check(&db);
    println!("ready");
    loop {
        let commit = last + 1;
        let mut job = db.job();
        for row in 0..ROWS {
            job.counters.put(row, commit);
            job.others.put(
                row,
                (commit, vec![commit as u8; (commit % 50 * 100) as usize]),
            );
        }
        job.moving.remove(&last);
        job.moving.put(commit, commit);
        pollster::block_on(db.commit(job)).unwrap();
        println!("done {commit}");
        last = commit;
    }
}

fn spawn(path: &Path, mode: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(FILE, path)
        .env(MODE, mode)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

fn killed_again_and_again(mode: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let mut rng = TestRng::seeded(1);
    let (mut last, mut unseen) = (0, 0);
    for _ in 0..ROUNDS {
        let mut child = spawn(&path, mode);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines
            .by_ref()
            .map(Result::unwrap)
            .any(|line| line.ends_with("ready"));
        assert!(ready, "the child could not open the store");
        std::thread::sleep(Duration::from_micros(u64::from(rng.next_u32() % 120_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        // What the child has told as done must be there; one more may be.
        let told = lines.filter_map(|line| line.ok()?.strip_prefix("done ")?.parse().ok());
        let told: u64 = told.last().unwrap_or(last);
        let found = check(&open(&path, mode == "sealed"));
        assert!(
            found == told || found == told + 1,
            "told {told}, found {found}"
        );
        unseen += found - told;
        last = found;
    }
    println!("{last} commits in {ROUNDS} lives, {unseen} of them not told before the end");
    assert!(last > 0, "no child lived long enough to commit");
}

#[test]
fn killed_process_leaves_whole_commits_sealed() {
    killed_again_and_again("sealed");
}

#[test]
fn killed_process_leaves_whole_commits_plain() {
    killed_again_and_again("plain");
}
