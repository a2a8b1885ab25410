//! From one schema version to the next.

use super::super::Harness;
use super::super::fixtures::{
    BeyondBook, Book1, Book3, Db, DoubleBook, Dump, FailingBook, GapBook, People1, Person,
    UndeclaredBook, dump, open, tamper,
};
use crate::{
    BackendError, FaultPoint, MigrationError, Op, OpenError, RowFault, SchemaError, Shard,
};

fn initials() -> Vec<Shard> {
    ["A", "B", "D", "O"]
        .map(|initial| Shard::new("initial", initial))
        .to_vec()
}

/// Version 1 with people in several shards.
async fn book<H: Harness>(backend: &H::Backend) -> Db<Book1, H> {
    let (db, _) = open::<Book1, H>(backend).await.unwrap();
    db.load(&initials()).await.unwrap();
    let mut job = db.job();
    for (name, age) in [("Ada", 36), ("Alan", 41), ("Barbara", 84), ("Drop", 1)] {
        job.people.put(name.into(), age);
    }
    job.nicks.put("Ada".into(), "Countess".into());
    job.nicks.put("Nobody".into(), "None".into());
    job.settings.put("x".into(), "y".into());
    db.commit(job).await.unwrap();
    db
}

/// How many operations the commit of a migration has at most.
const STEPS: usize = 30;

fn changed(before: &Dump, after: &Dump) -> usize {
    after
        .iter()
        .filter(|(at, bytes)| before.get(at) != Some(bytes))
        .count()
}

/// All steps run in order over all shards; rows of other tables stay as they are.
pub async fn migrations_run_step_by_step<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    drop(book::<H>(&backend).await);
    let before = dump(&backend).await;
    let (db, report) = open::<Book3, H>(&backend).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(report.migrated_from, Some(1));
    assert!(db.load(&initials()).await.unwrap().is_clean());
    let person = |born, nick: Option<&str>| Person {
        born,
        nick: nick.map(Into::into),
    };
    let snapshot = db.snapshot();
    let people: Vec<_> = snapshot.people.iter().collect();
    assert_eq!(
        people,
        [
            (&"Ada".to_owned(), &person(1990, Some("Countess"))),
            (&"Alan".to_owned(), &person(1985, None)),
            (&"Barbara".to_owned(), &person(1942, None)),
        ]
    );
    assert_eq!(snapshot.settings.len(), 1);
    let after = dump(&backend).await;
    // Three people, two headers, four rows of counts (common, A, B, D); a setting and the root stay.
    assert_eq!(changed(&before, &after), 3 + 2 + 4);
    assert_eq!(after.len(), 3 + 2 + 4 + 1 + 2);
    drop(db);
    let (_, report) = open::<Book3, H>(&backend).await.unwrap();
    assert!(report.is_clean() && report.migrated_from.is_none());
    // A new database starts at the latest version.
    let fresh = H::create().await;
    let (_, report) = open::<Book3, H>(&fresh.open().await).await.unwrap();
    assert!(report.is_clean() && report.migrated_from.is_none());
}

/// An older program leaves a newer database alone.
pub async fn newer_schema_is_refused<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    drop(book::<H>(&backend).await);
    let older = open::<Book1, H>(&backend).await.unwrap().0;
    drop(open::<Book3, H>(&backend).await.unwrap());
    let before = dump(&backend).await;
    match open::<Book1, H>(&backend).await {
        Err(OpenError::NewerSchema {
            found: 3,
            supported: 1,
        }) => {}
        other => panic!("{:?}", other.map(|_| ())),
    }
    // A handle from before the migration cannot write either.
    let mut job = older.job();
    job.settings.put("x".into(), "old".into());
    assert!(older.commit(job).await.is_err());
    let mut job = older.job();
    job.settings.put("x".into(), "old".into());
    assert!(matches!(
        older.commit(job).await,
        Err(crate::CommitError::Closed)
    ));
    assert_eq!(dump(&backend).await, before);
    assert!(open::<Book3, H>(&backend).await.is_ok());
}

/// A step that fails as a whole leaves the storage as it was.
pub async fn failing_migration_changes_nothing<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    drop(book::<H>(&backend).await);
    let before = dump(&backend).await;
    match open::<FailingBook, H>(&backend).await {
        Err(OpenError::Migration {
            to: 3,
            source: MigrationError::Unexpected(_),
        }) => {}
        other => panic!("{:?}", other.map(|_| ())),
    }
    match open::<UndeclaredBook, H>(&backend).await {
        Err(OpenError::Migration {
            to: 2,
            source: MigrationError::UndeclaredTable("settings"),
        }) => {}
        other => panic!("{:?}", other.map(|_| ())),
    }
    assert_eq!(dump(&backend).await, before);
    assert!(open::<Book1, H>(&backend).await.unwrap().1.is_clean());
}

/// A fault at any step of the commit of a migration leaves the old version, and it runs again.
pub async fn interrupted_migration_changes_nothing<H: Harness>() {
    let harness = H::create().await;
    let mut backend = harness.open().await;
    drop(book::<H>(&backend).await);
    let before = dump(&backend).await;
    let points = [FaultPoint::BeforeCommit, FaultPoint::BeforeDurable];
    let mut struck = 0;
    for point in points.into_iter().chain((0..STEPS).map(FaultPoint::Step)) {
        harness.faults().fail_at(point);
        match open::<Book3, H>(&backend).await {
            Err(OpenError::Backend(BackendError::Injected(told))) => assert_eq!(told, point),
            Ok((_, report)) if harness.faults().is_armed() => {
                assert_eq!(report.migrated_from, Some(1));
                harness.faults().clear();
                break;
            }
            other => panic!("{point:?} {:?}", other.map(|_| ())),
        }
        struck += 1;
        assert_eq!(dump(&backend).await, before);
        drop(backend);
        backend = harness.open().await;
    }
    assert!(struck > 10 && struck < STEPS, "{struck}");
    let (db, report) = open::<Book3, H>(&backend).await.unwrap();
    assert!(report.is_clean() && report.migrated_from.is_none());
    db.load(&initials()).await.unwrap();
    assert_eq!(db.snapshot().people.len(), 3);
}

/// Rows that cannot be migrated go to quarantine as they were; the others are migrated.
pub async fn migration_quarantines_what_it_cannot_carry<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = book::<H>(&backend).await;
    let mut job = db.job();
    job.people.put("Old".into(), 3000);
    db.commit(job).await.unwrap();
    let (namespace, alan) = db.locate::<People1>(&"Alan".into()).unwrap();
    let (_, old) = db.locate::<People1>(&"Old".into()).unwrap();
    let unlucky = dump(&backend).await[&(namespace, old)].clone();
    tamper(
        &backend,
        namespace,
        vec![Op::Put(alan, b"garbage".to_vec())],
    )
    .await;
    drop(db);
    let (db, report) = open::<Book3, H>(&backend).await.unwrap();
    assert_eq!(report.corrupt.len(), 2, "{report:?}");
    assert!(
        report
            .corrupt
            .iter()
            .all(|row| row.table == Some("people") && row.quarantined)
    );
    let fault = |row| {
        &report
            .corrupt
            .iter()
            .find(|corrupt| corrupt.row == row)
            .unwrap()
            .fault
    };
    assert_eq!(*fault(old.row), RowFault::Migration { to: 2 });
    assert_ne!(*fault(alan.row), RowFault::Migration { to: 2 });
    assert!(db.load(&initials()).await.unwrap().is_clean());
    assert_eq!(
        db.snapshot().people.keys().collect::<Vec<_>>(),
        ["Ada", "Barbara"]
    );
    let kept = db.quarantined().await.unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!(
        kept.iter().find(|row| row.row == old.row).unwrap().bytes,
        unlucky
    );
    assert_eq!(
        kept.iter().find(|row| row.row == alan.row).unwrap().bytes,
        b"garbage"
    );
}

/// Declarations that cannot work are refused before anything is done.
pub async fn schema_mistakes_are_refused<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    match open::<GapBook, H>(&backend).await {
        Err(OpenError::Schema(SchemaError::MissingStep { to: 2 })) => {}
        other => panic!("{:?}", other.map(|_| ())),
    }
    match open::<BeyondBook, H>(&backend).await {
        Err(OpenError::Schema(SchemaError::MissingStep { to: 2 })) => {}
        other => panic!("{:?}", other.map(|_| ())),
    }
    match open::<DoubleBook, H>(&backend).await {
        Err(OpenError::Schema(SchemaError::DuplicateTable("settings"))) => {}
        other => panic!("{:?}", other.map(|_| ())),
    }
    assert!(dump(&backend).await.is_empty());
}
