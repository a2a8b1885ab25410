//! Shards and databases.

use super::super::Harness;
use super::super::fixtures::{Wallet, account, dump, get, note, open, open_clean, sealing, set};
use crate::{Backend, CommitError, Database, LoadError, Shard};

/// Rows are in memory when their shard is loaded.
pub async fn shards_are_loaded_apart<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    db.load(&[account(1), account(2), account(1)])
        .await
        .unwrap();
    let mut job = db.job();
    for owner in 0..3 {
        for number in 0..=u64::from(owner) {
            job.notes.put((owner, number), note(number));
        }
    }
    db.commit(job).await.unwrap();
    drop((db, backend));

    let backend = harness.open().await;
    let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
    assert_eq!((report.rows, db.snapshot().notes.len()), (1, 1));
    let before = db.snapshot();
    let report = db.load(&[account(2)]).await.unwrap();
    assert!(report.is_clean());
    assert_eq!(report.rows, 3);
    assert_eq!(db.load(&[account(2)]).await.unwrap().rows, 0);
    assert_eq!((before.notes.len(), db.snapshot().notes.len()), (1, 4));
    assert!(db.snapshot().is_loaded(&account(2)) && !db.snapshot().is_loaded(&account(1)));
    db.load(&[account(1), account(9)]).await.unwrap();
    assert_eq!(db.snapshot().notes.len(), 6);
    assert_eq!(db.snapshot().shards().count(), 4);
    let all = db.snapshot();
    db.unload(&account(2)).await.unwrap();
    assert_eq!((all.notes.len(), db.snapshot().notes.len()), (6, 3));
    assert_eq!(db.load(&[account(2)]).await.unwrap().rows, 3);
    assert!(matches!(
        db.unload(&Shard::COMMON).await,
        Err(LoadError::ReservedShard)
    ));
    let reserved = Shard::new("pixie.quarantine", []);
    assert!(matches!(
        db.load(&[reserved]).await,
        Err(LoadError::ReservedShard)
    ));
}

/// Nothing is written blindly into a shard that is not loaded.
pub async fn unloaded_shard_takes_no_writes<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let before = dump(&backend).await;
    let mut job = db.job();
    job.settings.put("x".into(), "y".into());
    job.notes.put((1, 1), note(1));
    let error = db.commit(job).await.unwrap_err();
    assert!(
        matches!(error, CommitError::ShardNotLoaded { table: "notes" }),
        "{error:?}"
    );
    assert_eq!(dump(&backend).await, before);
    assert_eq!(get(&db.snapshot(), "x"), None);
    // A shard that is unloaded while a job is at work.
    db.load(&[account(1)]).await.unwrap();
    let mut job = db.job();
    job.notes.put((1, 1), note(1));
    db.unload(&account(1)).await.unwrap();
    assert!(matches!(
        db.commit(job).await,
        Err(CommitError::ShardNotLoaded { .. })
    ));
    assert_eq!(dump(&backend).await, before);
}

/// Deleting a shard deletes its rows, loaded or not, and no others.
pub async fn deleted_shard_is_gone<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let shards = [account(1), account(2), account(3)];
    db.load(&shards).await.unwrap();
    let mut job = db.job();
    for owner in 0..=3 {
        job.notes.put((owner, 1), note(1));
        job.notes.put((owner, 2), note(2));
    }
    db.commit(job).await.unwrap();
    db.unload(&account(2)).await.unwrap();
    let mut job = db.job();
    job.delete_shard(account(1));
    job.delete_shard(account(2));
    assert_eq!(job.notes.len(), 4);
    job.notes.put((1, 7), note(7));
    db.commit(job).await.unwrap();
    assert_eq!(db.snapshot().notes.len(), 5);
    let mut job = db.job();
    job.delete_shard(Shard::new("pixie.header", []));
    assert!(matches!(
        db.commit(job).await,
        Err(CommitError::ReservedShard)
    ));
    drop((db, backend));
    let db = open_clean::<H>(&harness.open().await).await;
    assert!(db.load(&shards).await.unwrap().is_clean());
    let left: Vec<_> = db.snapshot().notes.keys().copied().collect();
    assert_eq!(left, [(0, 1), (0, 2), (1, 7), (3, 1), (3, 2)]);
}

/// A shard is not deleted with rows that the job has not seen.
pub async fn deleted_shard_conflicts_with_new_rows<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    db.load(&[account(1)]).await.unwrap();
    let mut seen = db.job();
    seen.notes.put((1, 1), note(1));
    db.commit(seen).await.unwrap();
    let mut delete = db.job();
    delete.delete_shard(account(1));
    let mut add = db.job();
    add.notes.put((1, 2), note(2));
    db.commit(add).await.unwrap();
    assert!(matches!(
        db.commit(delete).await,
        Err(CommitError::Conflict { table: "notes" })
    ));
    assert_eq!(db.snapshot().notes.len(), 2);
}

/// Databases of one backend do not see each other's rows.
pub async fn databases_are_apart<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let main = open_clean::<H>(&backend).await;
    let open_other = || Database::<Wallet, _>::open(backend.clone(), "other", sealing::<H>());
    let (other, _) = open_other().await.unwrap();
    set::<H>(&main, "x", "main").await;
    set::<H>(&other, "x", "other").await;
    set::<H>(&other, "y", "other").await;
    main.reload().await.unwrap();
    other.reload().await.unwrap();
    assert_eq!(get(&main.snapshot(), "x").as_deref(), Some("main"));
    assert_eq!(main.snapshot().settings.len(), 1);
    drop(main);
    open_clean::<H>(&backend).await.erase().await.unwrap();
    drop(other);
    let (other, report) = open_other().await.unwrap();
    assert!(report.is_clean());
    assert_eq!(other.snapshot().settings.len(), 2);
}

/// A database that was erased has no rows, handles to it are closed, and the name can be used again.
pub async fn erased_database_is_closed<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let elsewhere = open_clean::<H>(&backend).await;
    set::<H>(&db, "x", "y").await;
    let (clone, job) = (db.clone(), {
        let mut job = db.job();
        job.settings.put("late".into(), String::new());
        job
    });
    db.erase().await.unwrap();
    assert!(matches!(clone.commit(job).await, Err(CommitError::Closed)));
    assert!(clone.snapshot().settings.is_empty());
    let mut job = elsewhere.job();
    job.settings.put("late".into(), String::new());
    assert!(elsewhere.commit(job).await.is_err());
    assert!(matches!(
        elsewhere.exclusive_job().await,
        Err(CommitError::Closed)
    ));
    assert_eq!(backend.namespaces().await.unwrap().len(), 1);
    drop((clone, elsewhere, backend));
    let db = open_clean::<H>(&harness.open().await).await;
    assert!(db.snapshot().settings.is_empty());
    set::<H>(&db, "x", "new").await;
}

/// Loading a shard after another handle has written shows one consistent state.
pub async fn loading_catches_up<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let one = open_clean::<H>(&backend).await;
    let two = open_clean::<H>(&backend).await;
    one.load(&[account(1)]).await.unwrap();
    let mut job = one.job();
    job.settings.put("total".into(), "5".into());
    job.notes.put((1, 1), note(5));
    one.commit(job).await.unwrap();
    two.load(&[account(1)]).await.unwrap();
    let now = two.snapshot();
    assert_eq!(get(&now, "total").as_deref(), Some("5"));
    assert_eq!(now.notes.len(), 1);
    set::<H>(&two, "total", "6").await;
}
