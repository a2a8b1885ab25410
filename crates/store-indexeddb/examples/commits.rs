//! Commits without end in a page, for the tests in which the browser is killed, full, or cleared.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is test code; a panic is what fails the test"
)]

use js_sys::Function;
use pixie_store::conformance::TestRng;
use pixie_store::{BackendError, CommitError, DataKey, Database, Sealing, Shard, table, tables};
use pixie_store_indexeddb::IndexedDbBackend;
use wasm_bindgen::prelude::*;

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

type Db = Database<Tables, IndexedDbBackend>;

/// A database that is open.
#[wasm_bindgen]
pub struct Commits(Db);

#[wasm_bindgen]
impl Commits {
    /// Opens a database, in which nothing may be wrong.
    pub async fn open(name: String, seed: u64, sealed: bool) -> Commits {
        std::panic::set_hook(Box::new(|info| {
            let error = js_sys::Error::new(&info.to_string());
            let told = js_sys::Reflect::get(&js_sys::global(), &"panicked".into());
            let told: Function = told.unwrap_throw().unchecked_into();
            told.call1(&JsValue::NULL, &error).unwrap_throw();
        }));
        let backend = IndexedDbBackend::open(&name).await.unwrap();
        let sealing = match sealed {
            true => Sealing::sealed(DataKey::new([3; 32]), TestRng::seeded(seed)),
            false => Sealing::plain(),
        };
        let (db, report) = Database::open(backend, "main", sealing).await.unwrap();
        assert!(report.is_clean(), "{report:?}");
        let report = db.load(&[other_shard()]).await.unwrap();
        assert!(report.is_clean(), "{report:?}");
        Commits(db)
    }

    /// The commit that all rows are of.
    pub fn check(&self) -> u64 {
        let now = self.0.snapshot();
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

    /// Commits, and gives `done`, or what went wrong.
    pub async fn commit(&self, filler: usize) -> String {
        let last = self.check();
        let commit = last + 1;
        let mut job = self.0.job();
        for row in 0..ROWS {
            job.counters.put(row, commit);
            job.others.put(row, (commit, vec![commit as u8; filler]));
        }
        job.moving.remove(&last);
        job.moving.put(commit, commit);
        match self.0.commit(job).await {
            Ok(_) => "done".to_owned(),
            Err(CommitError::Backend(BackendError::Quota)) => "quota".to_owned(),
            Err(error) => format!("{error:?}"),
        }
    }

    /// Commits without end, and tells the number of each commit that is done.
    pub async fn commit_forever(&self, tell: Function) {
        loop {
            let filler = (self.check() % 50 * 100) as usize;
            let outcome = self.commit(filler).await;
            assert_eq!(outcome, "done");
            let commit = self.check().to_string();
            tell.call1(&JsValue::NULL, &commit.into()).unwrap_throw();
        }
    }
}
