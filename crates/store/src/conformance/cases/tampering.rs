//! Rows that are not what was written.

use rand_core::Rng;

use super::super::Harness;
use super::super::fixtures::{
    Blobs, Db, Labels, Notes, Settings, SmallWallet, TestRng, Wallet, account, dump, get, note,
    open, open_clean, sealing, set, tamper,
};
use crate::{
    Backend, Database, FaultPoint, LoadReport, NamespaceId, Op, RowAddress, RowFault, RowId,
    ShardId, TableTag,
};

/// Writes each row's bytes to the other's address.
async fn swap<B: Backend>(
    backend: &B,
    (namespace, one): (NamespaceId, RowAddress),
    (elsewhere, two): (NamespaceId, RowAddress),
) {
    let rows = dump(backend).await;
    let (first, second) = (
        rows[&(namespace, one)].clone(),
        rows[&(elsewhere, two)].clone(),
    );
    tamper(backend, namespace, vec![Op::Put(one, second)]).await;
    tamper(backend, elsewhere, vec![Op::Put(two, first)]).await;
}

/// All faults are those of rows that are not where they belong, and the rows were put away.
fn assert_misplaced<H: Harness>(report: &LoadReport, rows: usize) {
    assert_eq!(report.corrupt.len(), rows, "{report:?}");
    let expected = if H::SEALED {
        RowFault::Forged
    } else {
        RowFault::Misplaced
    };
    for row in &report.corrupt {
        assert_eq!((&row.fault, row.quarantined), (&expected, true));
    }
}

fn place<H: Harness>(db: &Db<Wallet, H>, name: &str) -> (NamespaceId, RowAddress) {
    db.locate::<Settings>(&name.to_owned()).unwrap()
}

/// The key "x" where rows are sealed. Plain rows are not bound to their table, and with the same key
/// one may stand for the other: there, another key.
fn same_key<H: Harness>() -> String {
    if H::SEALED { "x".into() } else { "z".into() }
}

/// Two rows of one table with their contents exchanged: neither is used, the rest is.
pub async fn swapped_rows_are_quarantined<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    for name in ["a", "b", "c"] {
        set::<H>(&db, name, "value").await;
    }
    swap(&backend, place::<H>(&db, "a"), place::<H>(&db, "b")).await;
    let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
    assert_misplaced::<H>(&report, 2);
    assert!(report.mismatches.is_empty(), "{report:?}");
    assert_eq!(db.snapshot().settings.keys().collect::<Vec<_>>(), ["c"]);
    assert_eq!(db.quarantined().await.unwrap().len(), 2);
}

/// A row copied to the address of another one, or to one where none was.
pub async fn replayed_row_is_quarantined<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    set::<H>(&db, "limit", "1000000").await;
    let (namespace, limit) = place::<H>(&db, "limit");
    let (_, absent) = place::<H>(&db, "absent");
    let old = dump(&backend).await[&(namespace, limit)].clone();
    set::<H>(&db, "limit", "1").await;
    set::<H>(&db, "spent", "5").await;
    let (_, spent) = place::<H>(&db, "spent");
    let ops = vec![Op::Put(spent, old.clone()), Op::Put(absent, old)];
    tamper(&backend, namespace, ops).await;
    let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
    assert_misplaced::<H>(&report, 2);
    // The row where none was is one more than the commits have left.
    assert_eq!(report.mismatches.len(), 1);
    assert_eq!(
        (report.mismatches[0].expected, report.mismatches[0].found),
        (2, 3)
    );
    assert_eq!(get(&db.snapshot(), "limit").as_deref(), Some("1"));
    assert_eq!(db.snapshot().settings.len(), 1);
    drop(db);
    open_clean::<H>(&backend).await;
}

/// A row of one table under the address it would have in another.
pub async fn row_of_another_table_is_quarantined<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let mut job = db.job();
    job.settings.put("x".into(), "setting".into());
    job.labels.put(same_key::<H>(), "label".into());
    db.commit(job).await.unwrap();
    let label = db.locate::<Labels>(&same_key::<H>()).unwrap();
    swap(&backend, place::<H>(&db, "x"), label).await;
    let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
    assert_misplaced::<H>(&report, 2);
    assert!(db.snapshot().settings.is_empty() && db.snapshot().labels.is_empty());
}

/// A row of one shard under the address it would have in another.
pub async fn row_of_another_shard_is_quarantined<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    db.load(&[account(1), account(2)]).await.unwrap();
    let mut job = db.job();
    job.notes.put((1, 1), note(1));
    job.notes.put((2, 1), note(2));
    db.commit(job).await.unwrap();
    let places = [(1, 1), (2, 1)].map(|key| db.locate::<Notes>(&key).unwrap());
    swap(&backend, places[0], places[1]).await;
    let db = open_clean::<H>(&backend).await;
    let report = db.load(&[account(1), account(2)]).await.unwrap();
    assert_misplaced::<H>(&report, 2);
    assert!(report.corrupt.iter().all(|row| row.table == Some("notes")));
    assert!(db.snapshot().notes.is_empty());
}

/// A row of one database under the address it would have in another.
pub async fn row_of_another_database_is_quarantined<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let (other, _) = Database::<Wallet, _>::open(backend.clone(), "other", sealing::<H>())
        .await
        .unwrap();
    set::<H>(&db, "x", "main").await;
    set::<H>(&other, &same_key::<H>(), "other").await;
    swap(
        &backend,
        place::<H>(&db, "x"),
        place::<H>(&other, &same_key::<H>()),
    )
    .await;
    let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
    assert_misplaced::<H>(&report, 1);
    assert!(db.snapshot().settings.is_empty());
}

/// Damaged rows are reported once, kept as they were in quarantine, and the rest is used.
pub async fn damaged_rows_are_quarantined_once<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    for number in 0..12 {
        set::<H>(&db, &format!("{number:02}"), "value").await;
    }
    let rows = dump(&backend).await;
    let mut damaged = Vec::new();
    for number in 0..8 {
        let at = place::<H>(&db, &format!("{number:02}"));
        let mut bytes = rows[&at].clone();
        let fault = match number {
            0 => {
                bytes.clear();
                RowFault::Truncated
            }
            1 => {
                bytes.truncate(4);
                RowFault::Truncated
            }
            2 => {
                bytes[0] = 77;
                RowFault::UnknownFormat(77)
            }
            3 => {
                bytes[4] = 9;
                RowFault::WrongSchema {
                    found: 9,
                    expected: 1,
                }
            }
            4 => {
                bytes.pop();
                if H::SEALED {
                    RowFault::Forged
                } else {
                    RowFault::Malformed
                }
            }
            5 => {
                bytes.push(0);
                if H::SEALED {
                    RowFault::Forged
                } else {
                    RowFault::Malformed
                }
            }
            6 if H::SEALED => {
                *bytes.last_mut().unwrap() ^= 1;
                RowFault::Forged
            }
            7 if H::SEALED => {
                bytes[10] ^= 0x80;
                RowFault::Forged
            }
            // The last five bytes of a plain row are the text "value".
            6 => {
                *bytes.last_mut().unwrap() = 0xff;
                RowFault::Undecodable
            }
            _ => {
                let start = bytes.len() - 6;
                bytes[start] = 0xa0;
                RowFault::Undecodable
            }
        };
        damaged.push((at, bytes, fault));
    }
    let ops = damaged
        .iter()
        .map(|((_, at), bytes, _)| Op::Put(*at, bytes.clone()))
        .collect();
    tamper(&backend, damaged[0].0.0, ops).await;
    drop(db);
    let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
    assert_eq!(report.corrupt.len(), 8);
    assert!(report.mismatches.is_empty());
    for ((_, at), _, fault) in &damaged {
        let row = report.corrupt.iter().find(|row| row.row == at.row).unwrap();
        assert_eq!(
            (&row.fault, row.table, row.quarantined),
            (fault, Some("settings"), true)
        );
    }
    assert_eq!(db.snapshot().settings.len(), 4);
    set::<H>(&db, "00", "again").await;
    drop((db, backend));

    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    assert_eq!(db.snapshot().settings.len(), 5);
    let kept = db.quarantined().await.unwrap();
    assert_eq!(kept.len(), 8);
    for ((_, at), bytes, fault) in &damaged {
        let row = kept.iter().find(|row| row.row == at.row).unwrap();
        assert_eq!((&row.bytes, row.shard), (bytes, at.shard));
        assert_eq!(
            (row.table.as_deref(), &row.fault),
            (Some("settings"), &fault.to_string())
        );
    }
}

/// Without room for the quarantine the row is reported each time, stays where it is, and the rest is
/// used.
pub async fn damaged_row_is_reported_when_storage_is_full<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    set::<H>(&db, "good", "value").await;
    set::<H>(&db, "bad", "value").await;
    let (namespace, at) = place::<H>(&db, "bad");
    tamper(&backend, namespace, vec![Op::Put(at, b"garbage".to_vec())]).await;
    let before = dump(&backend).await;
    for round in 0..3 {
        if round == 2 {
            harness.faults().fail_at(FaultPoint::BeforeDurable);
        } else {
            harness.faults().set_quota(Some(0));
        }
        let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
        harness.faults().set_quota(None);
        assert_eq!(report.corrupt.len(), 1);
        assert!(!report.corrupt[0].quarantined);
        assert_eq!(db.snapshot().settings.len(), 1);
        assert_eq!(dump(&backend).await, before);
    }
    let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
    assert!(report.corrupt[0].quarantined);
    set::<H>(&db, "bad", "good again").await;
    drop(db);
    assert_eq!(open_clean::<H>(&backend).await.snapshot().settings.len(), 2);
}

/// Rows of no known table, and rows of a table that is no longer declared, are put away, not deleted.
pub async fn foreign_rows_are_quarantined<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    set::<H>(&db, "x", "y").await;
    let mut job = db.job();
    job.labels.put("l".into(), "label".into());
    db.commit(job).await.unwrap();
    let (namespace, at) = place::<H>(&db, "x");
    let stray = RowAddress {
        table: TableTag([9; 16]),
        row: RowId([9; 32]),
        ..at
    };
    let lost = RowAddress {
        shard: ShardId([9; 32]),
        ..at
    };
    let garbage = b"\x01\0\0\0\x01garbage".to_vec();
    tamper(
        &backend,
        namespace,
        vec![Op::Put(stray, garbage.clone()), Op::Put(lost, garbage)],
    )
    .await;
    let (db, report) = open::<SmallWallet, H>(&backend).await.unwrap();
    assert_eq!(report.corrupt.len(), 2, "{report:?}");
    assert!(
        report
            .corrupt
            .iter()
            .all(|row| row.fault == RowFault::UnknownTable)
    );
    assert_eq!(db.snapshot().settings.len(), 1);
    assert_eq!(db.quarantined().await.unwrap().len(), 2);
    let rows = dump(&backend).await;
    assert!(
        rows.contains_key(&(namespace, lost)),
        "a shard that nobody loads is left alone"
    );
    assert!(!rows.contains_key(&(namespace, stray)));
}

/// Rows taken away are noticed by their number, and so are deleted rows put back.
pub async fn missing_and_revived_rows_are_reported<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    for name in ["a", "b", "c"] {
        set::<H>(&db, name, "value").await;
    }
    let (namespace, a) = place::<H>(&db, "a");
    let (_, c) = place::<H>(&db, "c");
    let old = dump(&backend).await[&(namespace, c)].clone();
    tamper(&backend, namespace, vec![Op::Delete(a)]).await;
    let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
    assert!(
        report.corrupt.is_empty() && report.mismatches.len() == 1,
        "{report:?}"
    );
    let found = &report.mismatches[0];
    assert_eq!(
        (found.table, found.expected, found.found),
        ("settings", 3, 2)
    );
    drop(db);
    let db = open_clean::<H>(&backend).await;
    let mut job = db.job();
    job.settings.remove(&"c".into());
    db.commit(job).await.unwrap();
    tamper(&backend, namespace, vec![Op::Put(c, old)]).await;
    let (_, report) = open::<Wallet, H>(&backend).await.unwrap();
    assert_eq!(
        (report.mismatches[0].expected, report.mismatches[0].found),
        (1, 2)
    );
    drop(db);
    open_clean::<H>(&backend).await;
}

/// The store's own rows: any of them may be damaged or lost, and the database still opens.
pub async fn damaged_headers_are_restored<H: Harness>() {
    for lost in [false, true] {
        let harness = H::create().await;
        let backend = harness.open().await;
        let fresh = {
            let db = open_clean::<H>(&backend).await;
            let fresh = dump(&backend).await;
            set::<H>(&db, "x", "y").await;
            db.load(&[account(1)]).await.unwrap();
            let mut job = db.job();
            job.notes.put((1, 1), note(1));
            db.commit(job).await.unwrap();
            fresh
        };
        // Two copies of the root and two of the header.
        assert_eq!(fresh.len(), 4);
        let change = |at: RowAddress| {
            if lost {
                Op::Delete(at)
            } else {
                Op::Put(at, b"\x01\0\0\0\x01damaged".to_vec())
            }
        };
        for (namespace, at) in fresh.keys() {
            tamper(&backend, *namespace, vec![change(*at)]).await;
            let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
            assert!(
                report.header_restored && report.corrupt.is_empty(),
                "{report:?}"
            );
            assert_eq!(get(&db.snapshot(), "x").as_deref(), Some("y"));
            drop(db);
            open_clean::<H>(&backend).await;
        }
        // Both copies of the header.
        let (namespace, _) = open_clean::<H>(&backend).await.locate::<Blobs>(&0).unwrap();
        let ops = fresh
            .keys()
            .filter(|(id, _)| *id == namespace)
            .map(|(_, at)| change(*at));
        tamper(&backend, namespace, ops.collect()).await;
        let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
        assert!(report.header_restored, "{report:?}");
        assert_eq!(get(&db.snapshot(), "x").as_deref(), Some("y"));
        assert_eq!(db.load(&[account(1)]).await.unwrap().rows, 1);
        drop(db);
        // The root as a whole is lost: the header still proves the key.
        if lost {
            let ops = fresh
                .keys()
                .filter(|(id, _)| *id != namespace)
                .map(|(_, at)| change(*at));
            tamper(&backend, NamespaceId([0; 32]), ops.collect()).await;
            let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
            assert!(report.header_restored, "{report:?}");
            assert_eq!(get(&db.snapshot(), "x").as_deref(), Some("y"));
        }
        drop(open_clean::<H>(&backend).await);
    }
}

/// Bytes of chance under any address, and in place of any row but the root's: what is not hit is used.
pub async fn random_rows_never_break_the_rest<H: Harness>() {
    let mut rng = TestRng::seeded(42);
    for _ in 0..12 {
        let harness = H::create().await;
        let backend = harness.open().await;
        let db = open_clean::<H>(&backend).await;
        for number in 0..6 {
            set::<H>(&db, &number.to_string(), "value").await;
        }
        let rows = dump(&backend).await;
        let (namespace, good) = place::<H>(&db, "0");
        let mut ops = Vec::new();
        for (id, at) in rows.keys() {
            if *id != namespace || *at == good || rng.next_u32().is_multiple_of(3) {
                continue;
            }
            let mut bytes = vec![0; (rng.next_u32() % 400) as usize];
            rng.fill_bytes(&mut bytes);
            // Half of them look like rows at first sight.
            if rng.next_u32().is_multiple_of(2) {
                let head = [u8::from(H::SEALED), 0, 0, 0, 1];
                bytes.splice(..bytes.len().min(5), head);
            }
            ops.push(Op::Put(*at, bytes));
        }
        for _ in 0..5 {
            let mut at = good;
            rng.fill_bytes(&mut at.row.0);
            if rng.next_u32().is_multiple_of(2) {
                rng.fill_bytes(&mut at.table.0);
            }
            let mut bytes = vec![0; (rng.next_u32() % 100) as usize];
            rng.fill_bytes(&mut bytes);
            ops.push(Op::Put(at, bytes));
        }
        tamper(&backend, namespace, ops).await;
        let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
        assert!(!report.is_clean());
        assert_eq!(get(&db.snapshot(), "0").as_deref(), Some("value"));
        set::<H>(&db, "1", "new").await;
        drop(db);
        let db = open_clean::<H>(&backend).await;
        assert_eq!(get(&db.snapshot(), "1").as_deref(), Some("new"));
    }
}
