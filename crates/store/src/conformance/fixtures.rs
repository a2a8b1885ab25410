//! The databases of the suite, and what its cases have in common.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};

use rand_core::{TryCryptoRng, TryRng};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Harness;
use super::steps::{broken, step_0002, step_0003};
use crate::{
    Backend, Batch, DataKey, Database, LoadReport, NamespaceId, Op, OpenError, RawRow, RowAddress,
    Scope, Sealing, Shard, Tables, table, tables,
};

/// A generator for tests: SHA-256 of a counter, different in each instance.
#[derive(Debug)]
pub struct TestRng {
    instance: u64,
    counter: u64,
}

impl TestRng {
    /// One that no other instance repeats.
    #[allow(clippy::new_without_default, reason = "two of them are not equal")]
    pub fn new() -> Self {
        static INSTANCES: AtomicU64 = AtomicU64::new(0);
        Self::seeded(INSTANCES.fetch_add(1, Ordering::Relaxed))
    }

    /// The one of this seed.
    pub fn seeded(seed: u64) -> Self {
        Self {
            instance: seed,
            counter: 0,
        }
    }
}

impl TryRng for TestRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for chunk in dst.chunks_mut(32) {
            let mut hash = Sha256::new();
            hash.update(self.instance.to_le_bytes());
            hash.update(self.counter.to_le_bytes());
            self.counter += 1;
            chunk
                .iter_mut()
                .zip(hash.finalize())
                .for_each(|(to, from)| *to = from);
        }
        Ok(())
    }
}

impl TryCryptoRng for TestRng {}

/// Owner and number.
pub(super) type NoteKey = (u32, u64);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub amount: u64,
    pub memo: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteIndex {
    Owner(u32),
    Amount(u64),
}

/// The shard of an owner's notes.
pub(super) fn account(owner: u32) -> Shard {
    Shard::new("account", owner.to_be_bytes())
}

table! {
    /// Notes; those of owner 0 are in the common shard.
    pub Notes("notes"): NoteKey => Note,
    index NoteIndex = |key, note| vec![NoteIndex::Owner(key.0), NoteIndex::Amount(note.amount)],
    shard = |key| if key.0 == 0 { Shard::COMMON } else { account(key.0) },
}
table! {
    /// Settings by name.
    pub Settings("settings"): String => String
}
table! {
    /// The same types in another table.
    pub Labels("labels"): String => String
}
table! {
    /// Bytes by number.
    pub Blobs("blobs"): u64 => Vec<u8>
}

tables! {
    /// The database of most cases.
    pub struct Wallet: version 1, migrations [] {
        notes: Notes,
        settings: Settings,
        labels: Labels,
        blobs: Blobs,
    }
}
tables! {
    /// As [`Wallet`], without a table.
    pub struct SmallWallet: version 1, migrations [] {
        notes: Notes,
        settings: Settings,
        blobs: Blobs,
    }
}

table! {
    /// Ages by name.
    pub People1("people"): String => u32, shard = |name| Shard::new("initial", &name.as_bytes()[..1])
}
table! {
    /// Nicknames by name.
    pub Nicks1("nicks"): String => String
}
tables! {
    /// Version 1 of a book that changes.
    pub struct Book1: version 1, migrations [] {
        people: People1,
        nicks: Nicks1,
        settings: Settings,
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub born: u32,
    pub nick: Option<String>,
}

table! {
    /// People by name.
    pub People3("people"): String => Person,
    shard = |name| Shard::new("initial", &name.as_bytes()[..1])
}
tables! {
    /// Version 3: years of birth instead of ages, nicknames beside them.
    pub struct Book3: version 3, migrations [step_0002::STEP, step_0003::STEP] {
        people: People3,
        settings: Settings,
    }
}
tables! {
    /// Version 3 whose last step fails.
    pub struct FailingBook: version 3, migrations [step_0002::STEP, broken::FAILING] {
        people: People3,
        settings: Settings,
    }
}
tables! {
    /// Version 2 whose step reaches for what it does not declare.
    pub struct UndeclaredBook: version 2, migrations [broken::UNDECLARED] {
        people: People3,
        settings: Settings,
    }
}
tables! {
    /// A step is missing.
    pub struct GapBook: version 3, migrations [step_0003::STEP] {
        settings: Settings,
    }
}
tables! {
    /// A step leads beyond the version.
    pub struct BeyondBook: version 1, migrations [step_0002::STEP] {
        settings: Settings,
    }
}
tables! {
    /// Two tables of one name.
    pub struct DoubleBook: version 1, migrations [] {
        settings: Settings,
        again: Settings,
    }
}

/// Sealing with the harness's usual key, or none.
pub(super) fn sealing<H: Harness>() -> Sealing {
    if H::SEALED {
        sealed(7)
    } else {
        Sealing::plain()
    }
}

/// Sealing with a key of its own.
pub(super) fn sealed(key: u8) -> Sealing {
    Sealing::sealed(DataKey::new([key; 32]), TestRng::new())
}

pub(super) type Db<T, H> = Database<T, <H as Harness>::Backend>;

/// Opens the database "main".
pub(super) async fn open<T: Tables, H: Harness>(
    backend: &H::Backend,
) -> Result<(Db<T, H>, LoadReport), OpenError> {
    Database::open(backend.clone(), "main", sealing::<H>()).await
}

/// Opens the database "main", in which nothing may be wrong.
pub(super) async fn open_clean<H: Harness>(backend: &H::Backend) -> Db<Wallet, H> {
    let (db, report) = open::<Wallet, H>(backend).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    db
}

pub(super) fn note(amount: u64) -> Note {
    Note {
        amount,
        memo: format!("memo {amount}"),
    }
}

/// Commits one setting.
pub(super) async fn set<H: Harness>(db: &Db<Wallet, H>, name: &str, value: &str) {
    let mut job = db.job();
    job.settings.put(name.to_owned(), value.to_owned());
    db.commit(job).await.unwrap();
}

pub(super) fn get(tables: &Wallet, name: &str) -> Option<String> {
    tables.settings.get(&name.to_owned()).cloned()
}

pub(super) type Dump = BTreeMap<(NamespaceId, RowAddress), Vec<u8>>;

/// All rows of all namespaces.
pub(super) async fn dump<B: Backend>(backend: &B) -> Dump {
    let mut rows = Dump::new();
    for namespace in backend.namespaces().await.unwrap() {
        let mut sink = |row: RawRow<'_>| {
            rows.insert((namespace, row.address), row.bytes.to_vec());
        };
        backend
            .load(namespace, Scope::All, &mut sink)
            .await
            .unwrap();
    }
    rows
}

/// Writes rows behind the database's back.
pub(super) async fn tamper<B: Backend>(backend: &B, namespace: NamespaceId, ops: Vec<Op>) {
    let expected = backend.generation(namespace).await.unwrap();
    backend
        .commit(namespace, Batch { expected, ops })
        .await
        .unwrap();
}
