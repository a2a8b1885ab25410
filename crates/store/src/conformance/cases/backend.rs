//! What a backend itself must do.

use super::super::Harness;
use super::super::fixtures::dump;
use crate::{
    Backend, BackendError, Batch, FaultPoint, Generation, NamespaceId, Op, RawRow, RowAddress,
    RowId, Scope, ShardId, TableTag,
};

const HERE: NamespaceId = NamespaceId([1; 32]);
const THERE: NamespaceId = NamespaceId([2; 32]);

fn at(shard: u8, table: u8, row: u8) -> RowAddress {
    RowAddress {
        shard: ShardId([shard; 32]),
        table: TableTag([table; 16]),
        row: RowId([row; 32]),
    }
}

fn put(address: RowAddress, bytes: &[u8]) -> Op {
    Op::Put(address, bytes.to_vec())
}

async fn commit<B: Backend>(backend: &B, namespace: NamespaceId, expected: u64, ops: Vec<Op>) {
    let batch = Batch {
        expected: Generation(expected),
        ops,
    };
    let generation = backend.commit(namespace, batch).await.unwrap();
    assert_eq!(generation, Generation(expected + 1));
}

async fn read<B: Backend>(
    backend: &B,
    namespace: NamespaceId,
    scope: Scope<'_>,
) -> (Generation, Vec<(RowAddress, Vec<u8>)>) {
    let mut rows = Vec::new();
    let mut sink = |row: RawRow<'_>| rows.push((row.address, row.bytes.to_vec()));
    let generation = backend.load(namespace, scope, &mut sink).await.unwrap();
    rows.sort();
    (generation, rows)
}

/// A storage that was never written has no rows, no namespaces and generation 0.
pub async fn backend_starts_empty<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    assert_eq!(backend.generation(HERE).await.unwrap(), Generation(0));
    assert_eq!(
        read(&backend, HERE, Scope::All).await,
        (Generation(0), vec![])
    );
    assert!(backend.namespaces().await.unwrap().is_empty());
    backend.remove_namespace(HERE).await.unwrap();
    assert!(backend.namespaces().await.unwrap().is_empty());
}

/// What was committed is read, the last value of each row, empty ones too.
pub async fn backend_commits_and_reads<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let ops = vec![
        put(at(0, 0, 0), b"a"),
        put(at(255, 255, 255), b""),
        put(at(1, 2, 3), b"c"),
    ];
    commit(&backend, HERE, 0, ops).await;
    commit(&backend, HERE, 1, vec![put(at(1, 2, 3), b"longer")]).await;
    let (generation, rows) = read(&backend, HERE, Scope::All).await;
    assert_eq!(generation, Generation(2));
    let expected = [
        (at(0, 0, 0), b"a".to_vec()),
        (at(1, 2, 3), b"longer".to_vec()),
        (at(255, 255, 255), Vec::new()),
    ];
    assert_eq!(rows, expected);
    assert_eq!(backend.generation(HERE).await.unwrap(), Generation(2));
}

/// Of two writers that have seen the same generation only one commits.
pub async fn backend_refuses_a_stale_generation<H: Harness>() {
    let harness = H::create().await;
    let (first, second) = {
        let backend = harness.open().await;
        (backend.clone(), backend)
    };
    commit(&first, HERE, 0, vec![put(at(1, 1, 1), b"first")]).await;
    for expected in [0, 2, u64::MAX] {
        let batch = Batch {
            expected: Generation(expected),
            ops: vec![put(at(1, 1, 1), b"second")],
        };
        match second.commit(HERE, batch).await {
            Err(BackendError::GenerationMismatch {
                expected: told,
                found,
            }) => {
                assert_eq!((told, found), (Generation(expected), Generation(1)));
            }
            other => panic!("{other:?}"),
        }
    }
    let (generation, rows) = read(&first, HERE, Scope::All).await;
    assert_eq!(
        (generation, rows),
        (Generation(1), vec![(at(1, 1, 1), b"first".to_vec())])
    );
}

/// Only the shards asked for are read, all in one pass.
pub async fn backend_reads_by_shard<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let ops = (0..=4).flat_map(|shard| (0..3).map(move |row| put(at(shard, row, row), &[shard])));
    commit(&backend, HERE, 0, ops.collect()).await;
    for wanted in [vec![], vec![2], vec![0, 4], vec![9], vec![1, 9, 3]] {
        let shards: Vec<_> = wanted.iter().map(|shard| ShardId([*shard; 32])).collect();
        let (generation, rows) = read(&backend, HERE, Scope::Shards(&shards)).await;
        assert_eq!(generation, Generation(1));
        let expected: Vec<_> = (0..=4)
            .filter(|shard| wanted.contains(shard))
            .flat_map(|shard| (0..3).map(move |row| (at(shard, row, row), vec![shard])))
            .collect();
        assert_eq!(rows, expected);
    }
}

/// Deleting a row or a shard deletes just that; deleting nothing is no error.
pub async fn backend_deletes_rows_and_shards<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let ops = (0..4).flat_map(|shard| (0..4).map(move |row| put(at(shard, 0, row), b"x")));
    commit(&backend, HERE, 0, ops.collect()).await;
    commit(&backend, THERE, 0, vec![put(at(1, 0, 0), b"x")]).await;
    let gone = vec![
        Op::Delete(at(0, 0, 1)),
        Op::Delete(at(0, 7, 7)),
        Op::DeleteShard(ShardId([1; 32])),
        Op::DeleteShard(ShardId([9; 32])),
    ];
    commit(&backend, HERE, 1, gone).await;
    let (_, rows) = read(&backend, HERE, Scope::All).await;
    assert_eq!(rows.len(), 4 * 4 - 1 - 4);
    assert!(
        rows.iter()
            .all(|(address, _)| address.shard != ShardId([1; 32]))
    );
    assert!(rows.iter().all(|(address, _)| *address != at(0, 0, 1)));
    assert_eq!(read(&backend, THERE, Scope::All).await.1.len(), 1);
}

/// The operations of a batch take effect one after the other.
pub async fn backend_keeps_the_order_of_a_batch<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let ops = vec![
        put(at(1, 0, 0), b"one"),
        Op::Delete(at(1, 0, 0)),
        put(at(1, 0, 1), b"two"),
        Op::DeleteShard(ShardId([1; 32])),
        put(at(1, 0, 2), b"three"),
        put(at(1, 0, 2), b"four"),
        put(at(2, 0, 0), b"five"),
        Op::Delete(at(2, 0, 0)),
    ];
    commit(&backend, HERE, 0, ops).await;
    let (_, rows) = read(&backend, HERE, Scope::All).await;
    assert_eq!(rows, [(at(1, 0, 2), b"four".to_vec())]);
}

/// Namespaces have rows and generations of their own.
pub async fn backend_keeps_namespaces_apart<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    commit(&backend, HERE, 0, vec![put(at(1, 1, 1), b"here")]).await;
    commit(&backend, HERE, 1, vec![put(at(1, 1, 2), b"here")]).await;
    commit(&backend, THERE, 0, vec![put(at(1, 1, 1), b"there")]).await;
    commit(&backend, THERE, 1, vec![Op::Delete(at(1, 1, 2))]).await;
    assert_eq!(read(&backend, HERE, Scope::All).await.1.len(), 2);
    assert_eq!(
        read(&backend, THERE, Scope::All).await,
        (Generation(2), vec![(at(1, 1, 1), b"there".to_vec())])
    );
    let mut names = backend.namespaces().await.unwrap();
    names.sort();
    assert_eq!(names, [HERE, THERE]);
}

/// A removed namespace has no rows, and writers from before cannot write into it.
pub async fn backend_removes_a_namespace<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    commit(&backend, HERE, 0, vec![put(at(1, 1, 1), b"here")]).await;
    commit(&backend, THERE, 0, vec![put(at(1, 1, 1), b"there")]).await;
    backend.remove_namespace(HERE).await.unwrap();
    assert_eq!(
        read(&backend, HERE, Scope::All).await,
        (Generation(2), vec![])
    );
    assert_eq!(backend.namespaces().await.unwrap(), [THERE]);
    let stale = Batch {
        expected: Generation(1),
        ops: vec![put(at(1, 1, 1), b"late")],
    };
    let refused = backend.commit(HERE, stale).await;
    assert!(matches!(
        refused,
        Err(BackendError::GenerationMismatch { .. })
    ));
    commit(&backend, HERE, 2, vec![put(at(1, 1, 1), b"new")]).await;
    assert_eq!(dump(&backend).await.len(), 2);
}

/// A fault before the end of a commit leaves nothing of it, wherever it strikes, also after a restart.
pub async fn backend_fails_as_a_whole_at_every_step<H: Harness>() {
    let harness = H::create().await;
    let mut backend = harness.open().await;
    let before = vec![
        put(at(1, 0, 0), b"old"),
        put(at(2, 0, 0), b"old"),
        put(at(3, 0, 0), b"old"),
    ];
    commit(&backend, HERE, 0, before).await;
    let image = dump(&backend).await;
    let ops = vec![
        put(at(1, 0, 0), b"new"),
        put(at(1, 5, 5), b"new"),
        Op::Delete(at(2, 0, 0)),
        Op::DeleteShard(ShardId([3; 32])),
        put(at(4, 0, 0), b"new"),
    ];
    let steps = (0..ops.len()).map(FaultPoint::Step);
    let points = [FaultPoint::BeforeCommit, FaultPoint::BeforeDurable]
        .into_iter()
        .chain(steps);
    for point in points {
        harness.faults().fail_at(point);
        let batch = Batch {
            expected: Generation(1),
            ops: ops.clone(),
        };
        match backend.commit(HERE, batch).await {
            Err(BackendError::Injected(told)) => assert_eq!(told, point),
            other => panic!("{point:?}: {other:?}"),
        }
        assert!(!harness.faults().is_armed());
        assert_eq!(dump(&backend).await, image, "{point:?}");
        assert_eq!(backend.generation(HERE).await.unwrap(), Generation(1));
        drop(backend);
        backend = harness.open().await;
        assert_eq!(dump(&backend).await, image, "{point:?}, reopened");
    }
    harness.faults().fail_at(FaultPoint::AfterCommit);
    let batch = Batch {
        expected: Generation(1),
        ops,
    };
    assert!(matches!(
        backend.commit(HERE, batch).await,
        Err(BackendError::Injected(_))
    ));
    drop(backend);
    backend = harness.open().await;
    assert_eq!(backend.generation(HERE).await.unwrap(), Generation(2));
    assert_eq!(read(&backend, HERE, Scope::All).await.1.len(), 3);
}

/// A batch that does not fit is refused as such, as a whole; smaller ones go on.
pub async fn backend_reports_a_full_storage<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    harness.faults().set_quota(Some(100));
    commit(&backend, HERE, 0, vec![put(at(1, 1, 1), &[0; 60])]).await;
    let ops = vec![put(at(1, 1, 2), b"small"), put(at(1, 1, 3), &[0; 60])];
    let refused = backend
        .commit(
            HERE,
            Batch {
                expected: Generation(1),
                ops,
            },
        )
        .await;
    assert!(matches!(refused, Err(BackendError::Quota)), "{refused:?}");
    assert_eq!(read(&backend, HERE, Scope::All).await.1.len(), 1);
    commit(
        &backend,
        HERE,
        1,
        vec![Op::Delete(at(1, 1, 1)), put(at(1, 1, 2), &[0; 90])],
    )
    .await;
}

/// Rows and generations are there when the storage is opened again.
pub async fn backend_keeps_rows_when_reopened<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    for round in 0..5 {
        let ops = vec![
            put(at(round, 1, 1), &[round; 1000]),
            Op::Delete(at(1, 1, 1)),
        ];
        commit(&backend, HERE, u64::from(round), ops).await;
    }
    let before = dump(&backend).await;
    assert_eq!(before.len(), 4);
    drop(backend);
    let backend = harness.open().await;
    assert_eq!(dump(&backend).await, before);
    assert_eq!(backend.generation(HERE).await.unwrap(), Generation(5));
    commit(&backend, HERE, 5, vec![]).await;
}
