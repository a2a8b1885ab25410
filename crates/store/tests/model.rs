//! Random work, compared with ordered maps.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are test code"
)]

use std::collections::BTreeMap;

use pixie_store::conformance::TestRng;
use pixie_store::{
    Backend, Batch, CommitError, DataKey, Database, FaultPoint, Generation, Job, MemoryBackend,
    NamespaceId, Op, RawRow, Scope, Sealing, Shard, table, tables,
};
use proptest::prelude::*;

table! {
    /// Numbers in three shards, found by value.
    pub Numbers("numbers"): u16 => u8,
    index u8 = |key, value| vec![*value, (*key % 5) as u8 + 100],
    shard = |key| shard(key % 3),
}
table! {
    /// Words in the common shard.
    pub Words("words"): String => Vec<u8>
}
tables! {
    /// Both.
    pub struct Both: version 1, migrations [] {
        /// Numbers.
        numbers: Numbers,
        /// Words.
        words: Words,
    }
}

fn shard(number: u16) -> Shard {
    if number == 0 {
        Shard::COMMON
    } else {
        Shard::new("third", number.to_be_bytes())
    }
}

type Model = (BTreeMap<u16, u8>, BTreeMap<String, Vec<u8>>);
type Db = Database<Both, MemoryBackend>;

#[derive(Clone, Debug)]
enum Write {
    Number(u16, u8),
    NoNumber(u16),
    Word(String, Vec<u8>),
    NoWord(String),
    NoShard(u16),
}

#[derive(Clone, Debug)]
enum End {
    Commit,
    Drop,
    /// Commit with a fault at this step.
    Fail(usize),
    /// Commit, and the backend reports an error all the same.
    FailAfter,
    /// Commit after another job has written this number.
    Disturbed(u16, u8),
    /// Commit, then open everything again.
    Reopen,
}

fn write() -> impl Strategy<Value = Write> {
    prop_oneof![
        8 => (0..40_u16, 0..6_u8).prop_map(|(key, value)| Write::Number(key, value)),
        4 => (0..40_u16).prop_map(Write::NoNumber),
        4 => ("[a-c]{0,2}", prop::collection::vec(any::<u8>(), 0..600))
            .prop_map(|(key, value)| Write::Word(key, value)),
        2 => "[a-c]{0,2}".prop_map(Write::NoWord),
        1 => (1..3_u16).prop_map(Write::NoShard),
    ]
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        6 => Just(End::Commit),
        1 => Just(End::Drop),
        2 => (0..12_usize).prop_map(End::Fail),
        1 => Just(End::FailAfter),
        2 => (0..40_u16, 0..6_u8).prop_map(|(key, value)| End::Disturbed(key, value)),
        2 => Just(End::Reopen),
    ]
}

fn sealing(sealed: bool) -> Sealing {
    if sealed {
        Sealing::sealed(DataKey::new([5; 32]), TestRng::new())
    } else {
        Sealing::plain()
    }
}

async fn open(backend: &MemoryBackend, sealed: bool) -> Db {
    let (db, report) = Database::open(backend.clone(), "main", sealing(sealed))
        .await
        .unwrap();
    assert!(report.is_clean(), "{report:?}");
    assert!(db.load(&[shard(1), shard(2)]).await.unwrap().is_clean());
    db
}

fn check(tables: &Both, (numbers, words): &Model) {
    assert!(tables.numbers.iter().eq(numbers.iter()));
    assert!(tables.words.iter().eq(words.iter()));
    for value in (0..6).chain(100..105) {
        let indexed = tables.numbers.by_index(value).map(|(key, _)| *key);
        let wanted = |key: u16, at: u8| at == value || (key % 5) as u8 + 100 == value;
        let expected = numbers
            .iter()
            .filter(|(key, at)| wanted(**key, **at))
            .map(|(key, _)| *key);
        assert!(indexed.eq(expected), "index {value}");
    }
    let range = tables.numbers.range(7..=23);
    assert!(range.eq(numbers.range(7..=23)));
    assert_eq!(tables.numbers.by_index_range(..).count(), numbers.len() * 2);
}

fn stage(job: &mut Job<Both>, model: &mut Model, writes: &[Write]) {
    for write in writes {
        match write.clone() {
            Write::Number(key, value) => {
                let old = job.numbers.put(key, value).map(|old| *old);
                assert_eq!(old, model.0.insert(key, value));
            }
            Write::NoNumber(key) => {
                assert_eq!(
                    job.numbers.remove(&key).map(|old| *old),
                    model.0.remove(&key)
                );
            }
            Write::Word(key, value) => {
                job.words.put(key.clone(), value.clone());
                model.1.insert(key, value);
            }
            Write::NoWord(key) => {
                job.words.remove(&key);
                model.1.remove(&key);
            }
            Write::NoShard(number) => {
                job.delete_shard(shard(number));
                model.0.retain(|key, _| key % 3 != number);
            }
        }
    }
    check(job, model);
}

async fn run(sealed: bool, jobs: Vec<(Vec<Write>, End)>) {
    let backend = MemoryBackend::new();
    let mut db = open(&backend, sealed).await;
    let mut model = Model::default();
    let mut history = vec![(db.snapshot(), model.clone())];
    for (writes, end) in jobs {
        let mut job = db.job();
        let mut staged = model.clone();
        stage(&mut job, &mut staged, &writes);
        match end {
            End::Commit => {
                db.commit(job).await.unwrap();
                model = staged;
            }
            End::Drop => drop(job),
            End::Fail(step) => {
                backend.faults().fail_at(FaultPoint::Step(step));
                match db.commit(job).await {
                    Ok(_) => model = staged,
                    Err(error) => assert!(matches!(error, CommitError::Backend(_)), "{error:?}"),
                }
                backend.faults().clear();
            }
            End::FailAfter => {
                backend.faults().fail_at(FaultPoint::AfterCommit);
                match db.commit(job).await {
                    Ok(_) => {}
                    Err(error) => assert!(matches!(error, CommitError::Ambiguous(_)), "{error:?}"),
                }
                backend.faults().clear();
                model = staged;
            }
            End::Disturbed(key, value) => {
                let mut other = db.job();
                other.numbers.put(key, value);
                db.commit(other).await.unwrap();
                model.0.insert(key, value);
                match db.commit(job).await {
                    Ok(_) => {
                        // It has not touched that row.
                        staged.0.insert(key, value);
                        model = staged;
                    }
                    Err(error) => assert!(error.is_retryable(), "{error:?}"),
                }
            }
            End::Reopen => {
                db.commit(job).await.unwrap();
                model = staged;
                drop(db);
                db = open(&backend, sealed).await;
            }
        }
        check(&db.snapshot(), &model);
        history.push((db.snapshot(), model.clone()));
    }
    for (snapshot, model) in &history {
        check(snapshot, model);
    }
    drop(db);
    check(&open(&backend, sealed).await.snapshot(), &model);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn jobs_do_what_maps_do(
        sealed: bool,
        jobs in prop::collection::vec((prop::collection::vec(write(), 0..12), end()), 1..12),
    ) {
        pollster::block_on(run(sealed, jobs));
    }

    #[test]
    fn random_bytes_never_panic(
        sealed: bool,
        rows in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<bool>(), prop::collection::vec(any::<u8>(), 0..300)),
            1..6,
        ),
    ) {
        pollster::block_on(async {
            let backend = MemoryBackend::new();
            let db = open(&backend, sealed).await;
            let mut job = db.job();
            for number in 0..9 {
                job.numbers.put(number, 1);
                job.words.put(number.to_string(), vec![1; 30]);
            }
            db.commit(job).await.unwrap();
            drop(db);
            let mut all = Vec::new();
            for namespace in backend.namespaces().await.unwrap() {
                let mut sink = |row: RawRow<'_>| all.push((namespace, row.address, row.bytes.to_vec()));
                backend.load(namespace, Scope::All, &mut sink).await.unwrap();
            }
            // Rows of chance, and rows whose inner bytes only are of chance.
            for (index, keep_head, bytes) in rows {
                let (namespace, address, old) = index.get(&all).clone();
                let head = if keep_head { &old[..old.len().min(13)] } else { &[] };
                overwrite(&backend, namespace, Op::Put(address, [head, &bytes].concat())).await;
            }
            // Only the root may keep the database from being opened.
            if let Ok((db, _)) = Database::<Both, _>::open(backend, "main", sealing(sealed)).await {
                db.load(&[shard(1), shard(2)]).await.unwrap();
                db.quarantined().await.unwrap();
            }
        });
    }
}

async fn overwrite(backend: &MemoryBackend, namespace: NamespaceId, op: Op) {
    let expected: Generation = backend.generation(namespace).await.unwrap();
    backend
        .commit(
            namespace,
            Batch {
                expected,
                ops: vec![op],
            },
        )
        .await
        .unwrap();
}
