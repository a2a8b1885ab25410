//! Jobs, snapshots and what two of them do to each other.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::super::Harness;
use super::super::fixtures::{NoteIndex, Wallet, dump, get, note, open, open_clean, sealing, set};
use crate::{Backend, BackendError, CommitError, Database};

/// What a job commits is seen by snapshots taken afterwards, and after a restart.
pub async fn commit_is_visible_and_survives<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let mut job = db.job();
    job.settings.put("name".into(), "value".into());
    job.notes.put((0, 1), note(5));
    job.blobs.put(9, vec![1, 2, 3]);
    let before = db.snapshot().generation();
    let generation = db.commit(job).await.unwrap();
    assert_eq!(generation, before.next());
    assert_eq!(get(&db.snapshot(), "name").as_deref(), Some("value"));
    drop((db, backend));

    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let now = db.snapshot();
    assert_eq!(now.generation(), generation);
    assert_eq!(get(&now, "name").as_deref(), Some("value"));
    assert_eq!(now.notes.get(&(0, 1)), Some(&note(5)));
    assert_eq!(now.blobs.get(&9), Some(&vec![1, 2, 3]));
    assert_eq!(
        (now.settings.len(), now.notes.len(), now.blobs.len()),
        (1, 1, 1)
    );
}

/// A job that is dropped has changed nothing anywhere.
pub async fn dropped_job_leaves_nothing<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    set::<H>(&db, "kept", "yes").await;
    let before = dump(&backend).await;
    let mut job = db.job();
    job.settings.put("kept".into(), "no".into());
    job.settings.put("new".into(), "no".into());
    drop(job);
    drop(db.exclusive_job().await.unwrap());
    assert_eq!(dump(&backend).await, before);
    assert_eq!(get(&db.snapshot(), "kept").as_deref(), Some("yes"));
    assert_eq!(db.snapshot().settings.len(), 1);
    set::<H>(&db, "kept", "still").await;
}

/// A job reads what it has staged, and nobody else does before the commit.
pub async fn job_sees_its_own_writes<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    set::<H>(&db, "a", "1").await;
    set::<H>(&db, "b", "1").await;
    let mut job = db.job();
    assert_eq!(
        job.settings
            .put("a".into(), "2".into())
            .as_deref()
            .map(String::as_str),
        Some("1")
    );
    job.settings.remove(&"b".into());
    job.settings.put("c".into(), "3".into());
    assert!(job.settings.update(&"c".into(), |value| value.push('!')));
    assert!(
        !job.settings
            .update(&"nothing".into(), |value| value.push('!'))
    );
    let seen: Vec<_> = job
        .settings
        .iter()
        .map(|(k, v)| format!("{k}{v}"))
        .collect();
    assert_eq!(seen, ["a2", "c3!"]);
    let others: Vec<_> = db.snapshot().settings.keys().cloned().collect();
    assert_eq!(others, ["a", "b"]);
    assert_eq!(get(&job.base(), "a").as_deref(), Some("1"));
    db.commit(job).await.unwrap();
    assert_eq!(get(&db.snapshot(), "c").as_deref(), Some("3!"));
    assert_eq!(get(&db.snapshot(), "b"), None);
}

/// A snapshot shows the same rows whatever is committed after it was taken.
pub async fn snapshot_never_changes<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    set::<H>(&db, "x", "before").await;
    let snapshot = db.snapshot();
    let reader = db.job();
    for round in 0..20 {
        set::<H>(&db, "x", &format!("after {round}")).await;
        set::<H>(&db, &format!("new {round}"), "").await;
    }
    for tables in [&*snapshot, &*reader] {
        assert_eq!(get(tables, "x").as_deref(), Some("before"));
        assert_eq!(tables.settings.len(), 1);
    }
    assert_eq!(db.snapshot().settings.len(), 21);
}

/// Of two jobs that write the same row the later one is told so and commits nothing.
pub async fn conflicting_jobs_do_not_both_commit<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    set::<H>(&db, "balance", "10").await;
    let (mut first, mut second, mut third) = (db.job(), db.job(), db.job());
    first.settings.put("balance".into(), "9".into());
    second.settings.put("balance".into(), "8".into());
    second.settings.put("other".into(), "x".into());
    third.settings.remove(&"balance".into());
    db.commit(first).await.unwrap();
    let before = dump(&backend).await;
    for late in [second, third] {
        let error = db.commit(late).await.unwrap_err();
        assert!(
            matches!(error, CommitError::Conflict { table: "settings" }),
            "{error:?}"
        );
        assert!(error.is_retryable());
    }
    assert_eq!(dump(&backend).await, before);
    assert_eq!(get(&db.snapshot(), "balance").as_deref(), Some("9"));
    assert_eq!(get(&db.snapshot(), "other"), None);
    // Also two that make the same new row, and one that changes what the other deletes.
    let (mut first, mut second) = (db.job(), db.job());
    first.settings.put("new".into(), "1".into());
    first.settings.remove(&"balance".into());
    second.settings.put("new".into(), "1".into());
    db.commit(first).await.unwrap();
    assert!(matches!(
        db.commit(second).await,
        Err(CommitError::Conflict { .. })
    ));
}

/// Jobs that write different rows both commit.
pub async fn disjoint_jobs_both_commit<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let mut jobs: Vec<_> = (0..10).map(|_| db.job()).collect();
    for (index, job) in jobs.iter_mut().enumerate() {
        job.settings.put(format!("row {index}"), index.to_string());
        job.notes.put((0, index as u64), note(index as u64));
    }
    for job in jobs.into_iter().rev() {
        db.commit(job).await.unwrap();
    }
    assert_eq!(db.snapshot().settings.len(), 10);
    drop((db, backend));
    let db = open_clean::<H>(&harness.open().await).await;
    assert_eq!(
        (db.snapshot().settings.len(), db.snapshot().notes.len()),
        (10, 10)
    );
}

/// A job can rest on a row that it does not write.
pub async fn guarded_row_conflicts<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    set::<H>(&db, "anchor", "1").await;
    let mut steady = db.job();
    steady.settings.guard("anchor".into());
    steady.settings.guard("absent".into());
    steady.settings.put("a".into(), "".into());
    db.commit(steady).await.unwrap();
    for disturbed in ["anchor", "absent"] {
        let mut job = db.job();
        job.settings.guard(disturbed.into());
        job.settings.put("b".into(), "".into());
        set::<H>(&db, disturbed, "2").await;
        assert!(matches!(
            db.commit(job).await,
            Err(CommitError::Conflict { .. })
        ));
    }
    assert_eq!(get(&db.snapshot(), "b"), None);
}

/// While an exclusive job is at work other commits wait and reads do not.
pub async fn exclusive_job_goes_first<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    set::<H>(&db, "x", "0").await;
    let mut exclusive = db.exclusive_job().await.unwrap();
    let mut other = db.job();
    other.settings.put("y".into(), "other".into());
    let mut waiting = pin!(db.commit(other));
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..3 {
        assert!(matches!(waiting.as_mut().poll(&mut context), Poll::Pending));
        assert_eq!(get(&db.snapshot(), "x").as_deref(), Some("0"));
    }
    exclusive.settings.put("x".into(), "exclusive".into());
    db.commit(exclusive).await.unwrap();
    waiting.await.unwrap();
    assert_eq!(get(&db.snapshot(), "x").as_deref(), Some("exclusive"));
    assert_eq!(get(&db.snapshot(), "y").as_deref(), Some("other"));
    // An exclusive job that is dropped lets the others go on.
    drop(db.exclusive_job().await.unwrap());
    set::<H>(&db, "x", "again").await;
}

/// Deleted rows are gone after a restart; deleting and making a row in one job works both ways.
pub async fn deleted_rows_stay_deleted<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    for name in ["a", "b", "c"] {
        set::<H>(&db, name, "old").await;
    }
    let mut job = db.job();
    job.settings.remove(&"a".into());
    job.settings.remove(&"b".into());
    job.settings.put("b".into(), "new".into());
    job.settings.put("d".into(), "brief".into());
    job.settings.remove(&"d".into());
    job.settings.remove(&"never there".into());
    db.commit(job).await.unwrap();
    let mut job = db.job();
    job.settings.retain(|name, _| name != "c");
    db.commit(job).await.unwrap();
    drop((db, backend));
    let db = open_clean::<H>(&harness.open().await).await;
    let rows: Vec<_> = db
        .snapshot()
        .settings
        .iter()
        .map(|(k, v)| format!("{k} {v}"))
        .collect();
    assert_eq!(rows, ["b new"]);
}

/// Index lookups agree with the rows after inserts, changes, deletions and a restart.
pub async fn index_follows_the_rows<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let mut job = db.job();
    for number in 0..20 {
        job.notes.put((0, number), note(number % 4));
    }
    db.commit(job).await.unwrap();
    let mut job = db.job();
    job.notes.remove(&(0, 2));
    job.notes.update(&(0, 6), |note| note.amount = 100);
    db.commit(job).await.unwrap();
    let check = |tables: &Wallet| {
        let numbers = |index| {
            tables
                .notes
                .by_index(index)
                .map(|(key, _)| key.1)
                .collect::<Vec<_>>()
        };
        assert_eq!(numbers(NoteIndex::Amount(2)), [10, 14, 18]);
        assert_eq!(numbers(NoteIndex::Amount(100)), [6]);
        assert_eq!(numbers(NoteIndex::Owner(0)).len(), 19);
        assert!(numbers(NoteIndex::Owner(1)).is_empty());
        let range = NoteIndex::Amount(3)..NoteIndex::Amount(101);
        let amounts: Vec<_> = tables
            .notes
            .by_index_range(range)
            .map(|(_, _, note)| note.amount)
            .collect();
        assert_eq!(amounts, [3, 3, 3, 3, 3, 100]);
        let backwards = NoteIndex::Amount(3)..NoteIndex::Amount(1);
        assert_eq!(tables.notes.by_index_range(backwards).count(), 0);
        let some: Vec<_> = tables
            .notes
            .range((0, 17)..)
            .map(|(key, _)| key.1)
            .collect();
        assert_eq!(some, [17, 18, 19]);
        assert_eq!(tables.notes.range((0, 9)..(0, 3)).count(), 0);
        assert_eq!(tables.notes.first().map(|(key, _)| key.1), Some(0));
        assert_eq!(tables.notes.last().map(|(key, _)| key.1), Some(19));
    };
    check(&db.snapshot());
    drop((db, backend));
    check(&open_clean::<H>(&harness.open().await).await.snapshot());
}

/// Values of megabytes survive.
pub async fn big_values_survive<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let memo: String = (0..3_000_000_u32)
        .map(|i| char::from(b'a' + (i % 26) as u8))
        .collect();
    let mut job = db.job();
    job.notes.put(
        (0, 1),
        crate::conformance::fixtures::Note {
            amount: 1,
            memo: memo.clone(),
        },
    );
    job.settings.put("small".into(), "x".into());
    db.commit(job).await.unwrap();
    drop((db, backend));
    let db = open_clean::<H>(&harness.open().await).await;
    assert!(db.snapshot().notes.get(&(0, 1)).unwrap().memo == memo);
    assert_eq!(get(&db.snapshot(), "small").as_deref(), Some("x"));
}

/// Thousands of rows, in one job and in many.
pub async fn many_rows_survive<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let mut job = db.job();
    for number in 0..3000 {
        job.notes.put((0, number), note(number * 7));
    }
    db.commit(job).await.unwrap();
    for round in 0..30 {
        let mut job = db.job();
        job.notes.remove(&(0, round * 100));
        job.notes.put((0, 5000 + round), note(round));
        db.commit(job).await.unwrap();
    }
    drop((db, backend));
    let (db, report) = open::<Wallet, H>(&harness.open().await).await.unwrap();
    assert!(report.is_clean());
    assert_eq!((report.rows, db.snapshot().notes.len()), (3000, 3000));
    for (key, value) in db.snapshot().notes.iter() {
        let expected = if key.1 < 5000 {
            key.1 * 7
        } else {
            key.1 - 5000
        };
        assert_eq!(*value, note(expected));
    }
}

/// Of two handles on one database the one behind is told so, catches up, and goes on.
pub async fn second_handle_catches_up<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let one = open_clean::<H>(&backend).await;
    let two = open_clean::<H>(&backend).await;
    set::<H>(&one, "x", "one").await;
    assert_eq!(get(&two.snapshot(), "x"), None);
    let mut late = two.job();
    late.settings.put("x".into(), "two".into());
    let error = two.commit(late).await.unwrap_err();
    assert!(
        matches!(error, CommitError::Superseded) && error.is_retryable(),
        "{error:?}"
    );
    assert_eq!(get(&two.snapshot(), "x").as_deref(), Some("one"));
    set::<H>(&two, "x", "two").await;
    one.reload().await.unwrap();
    assert_eq!(get(&one.snapshot(), "x").as_deref(), Some("two"));
    assert!(two.take_incidents().is_clean());
}

/// A job is committed where it was taken.
pub async fn foreign_job_is_refused<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let one = open_clean::<H>(&backend).await;
    let (two, _) = Database::<Wallet, _>::open(backend.clone(), "other", sealing::<H>())
        .await
        .unwrap();
    let mut job = one.job();
    job.settings.put("x".into(), "y".into());
    assert!(matches!(
        two.commit(job).await,
        Err(CommitError::ForeignJob)
    ));
    assert!(two.snapshot().settings.is_empty());
    assert!(one.snapshot().settings.is_empty());
}

/// A job without writes does not touch the storage.
pub async fn empty_job_commits_nothing<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let generation = db.snapshot().generation();
    harness.faults().set_quota(Some(0));
    let mut job = db.job();
    job.settings.put("brief".into(), String::new());
    job.settings.remove(&"brief".into());
    assert_eq!(db.commit(job).await.unwrap(), generation);
    assert_eq!(db.commit(db.job()).await.unwrap(), generation);
    let mut job = db.job();
    job.settings.put("x".into(), String::new());
    assert!(matches!(
        db.commit(job).await,
        Err(CommitError::Backend(BackendError::Quota))
    ));
    assert!(backend.namespaces().await.unwrap().len() == 2);
}
