//! All rows at once, and a database made of them.

use super::super::Harness;
use super::super::fixtures::{
    Book1, Book3, Person, Wallet, account, dump, get, note, open, open_clean, sealing, set,
};
use crate::{Database, RestoreError, Shard};

/// A database is made again in another storage, with all its shards, and nothing is amiss there.
pub async fn dump_is_restored<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let shards = [account(1), account(2)];
    db.load(&shards).await.unwrap();
    let mut job = db.job();
    for owner in 0..3 {
        for number in 0..=u64::from(owner) {
            job.notes.put((owner, number), note(number));
        }
    }
    job.blobs.put(1, vec![7; 5000]);
    db.commit(job).await.unwrap();
    set::<H>(&db, "name", "value").await;
    let dumped = db.snapshot().dump().unwrap();

    let other = H::create().await;
    let restore = async |dumped: &[u8]| {
        let backend = other.open().await;
        Database::<Wallet, _>::restore(backend, "main", sealing::<H>(), dumped).await
    };
    restore(&dumped).await.unwrap();
    let restored = open_clean::<H>(&other.open().await).await;
    assert!(restored.load(&shards).await.unwrap().is_clean());
    let (before, after) = (db.snapshot(), restored.snapshot());
    assert!(before.notes.iter().eq(after.notes.iter()));
    assert!(before.blobs.iter().eq(after.blobs.iter()));
    assert_eq!(get(&after, "name").as_deref(), Some("value"));
    assert_eq!(after.dump().unwrap(), dumped);
    drop((after, restored));
    // What is there is not overwritten.
    let there = dump(&other.open().await).await;
    assert!(matches!(
        restore(&dumped).await,
        Err(RestoreError::NotEmpty)
    ));
    assert_eq!(dump(&other.open().await).await, there);
}

/// What an earlier version has dumped is migrated.
pub async fn older_dump_is_migrated<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let initials = ["A", "B"].map(|initial| Shard::new("initial", initial));
    let (db, _) = open::<Book1, H>(&backend).await.unwrap();
    db.load(&initials).await.unwrap();
    let mut job = db.job();
    job.people.put("Ada".into(), 36);
    job.people.put("Barbara".into(), 84);
    job.nicks.put("Ada".into(), "Countess".into());
    db.commit(job).await.unwrap();
    let dumped = db.snapshot().dump().unwrap();

    let other = H::create().await;
    let backend = other.open().await;
    Database::<Book3, _>::restore(backend.clone(), "main", sealing::<H>(), &dumped)
        .await
        .unwrap();
    let (db, report) = open::<Book3, H>(&backend).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(report.migrated_from, Some(1));
    assert!(db.load(&initials).await.unwrap().is_clean());
    let snapshot = db.snapshot();
    let people: Vec<_> = snapshot.people.iter().collect();
    let person = |born, nick: Option<&str>| Person {
        born,
        nick: nick.map(Into::into),
    };
    let ada = ("Ada".to_owned(), person(1990, Some("Countess")));
    let barbara = ("Barbara".to_owned(), person(1942, None));
    assert_eq!(people, [(&ada.0, &ada.1), (&barbara.0, &barbara.1)]);

    // The other way round it is refused.
    let newer = snapshot.dump().unwrap();
    let fresh = H::create().await;
    let backend = fresh.open().await;
    let refused = Database::<Book1, _>::restore(backend, "main", sealing::<H>(), &newer).await;
    let (found, supported) = (3, 1);
    assert!(
        matches!(refused, Err(RestoreError::NewerSchema { found: f, supported: s }) if (f, s) == (found, supported))
    );
}

/// Bytes that are no dump make no database.
pub async fn no_dump_is_refused<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    set::<H>(&db, "name", "value").await;
    let dumped = db.snapshot().dump().unwrap();
    let fresh = H::create().await;
    let fresh = fresh.open().await;
    let mut longer = dumped.to_vec();
    longer.push(0);
    for bytes in [&[][..], b"dump", &dumped[..dumped.len() - 1], &longer] {
        let refused =
            Database::<Wallet, _>::restore(fresh.clone(), "main", sealing::<H>(), bytes).await;
        assert!(matches!(refused, Err(RestoreError::Malformed)), "{bytes:?}");
    }
    assert!(dump(&fresh).await.is_empty());
}
