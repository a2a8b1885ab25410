//! What the storage tells to whom.

use std::collections::BTreeSet;

use super::super::Harness;
use super::super::fixtures::{
    Notes, Settings, Wallet, account, dump, note, open, open_clean, sealed, set,
};
use crate::{DataKey, Database, OpenError, Sealing};

const SECRETS: [&str; 4] = [
    "very secret name",
    "very secret value",
    "memo 4242",
    "other secret",
];

/// No key, value, shard, table or database name can be read from the storage. Plain rows can be, which
/// shows that the search finds what is there.
pub async fn storage_reveals_nothing<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    db.load(&[account(0x5ec2e7)]).await.unwrap();
    let mut job = db.job();
    job.settings.put(SECRETS[0].into(), SECRETS[1].into());
    job.notes.put((0x5ec2e7, 1), note(4242));
    job.settings.put("short lived".into(), SECRETS[3].into());
    db.commit(job).await.unwrap();
    let mut rows = Vec::new();
    for ((namespace, address), bytes) in dump(&backend).await {
        rows.extend_from_slice(&namespace.0);
        rows.extend_from_slice(&address.shard.0);
        rows.extend_from_slice(&address.table.0);
        rows.extend_from_slice(&address.row.0);
        rows.extend_from_slice(&bytes);
    }
    let mut job = db.job();
    job.settings.remove(&"short lived".into());
    db.commit(job).await.unwrap();
    drop((db, backend));
    let image = harness.image().await;
    let names = ["settings", "notes", "main", "account"].map(str::as_bytes);
    let has = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
    for bytes in [Some(&rows), image.as_ref()].into_iter().flatten() {
        for secret in SECRETS.map(str::as_bytes).into_iter().chain(names) {
            if H::SEALED {
                assert!(!has(bytes, secret), "{}", String::from_utf8_lossy(secret));
            }
        }
        assert!(!has(bytes, &0x005e_c2e7_u32.to_be_bytes()) || !H::SEALED);
    }
    if !H::SEALED {
        assert!(SECRETS.iter().all(|secret| has(&rows, secret.as_bytes())));
        assert!(image.is_none_or(|image| has(&image, SECRETS[1].as_bytes())));
    }
    let key = DataKey::new([0x41; 32]);
    assert!(!format!("{key:?} {:?}", Sealing::plain()).contains("65"));
}

/// Sealed rows have few sizes.
pub async fn sizes_are_padded<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let mut sizes = BTreeSet::new();
    for len in (0..4000).step_by(61) {
        set::<H>(&db, "x", &"x".repeat(len)).await;
        let place = db.locate::<Settings>(&"x".into()).unwrap();
        sizes.insert(dump(&backend).await.get(&place).unwrap().len());
    }
    if H::SEALED {
        assert!(sizes.len() <= 9, "{sizes:?}");
    } else {
        assert!(sizes.len() > 60);
    }
}

/// Equal values in two rows, or twice in one, do not look equal.
pub async fn equal_rows_differ<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    let mut seen = BTreeSet::new();
    for _ in 0..3 {
        set::<H>(&db, "x", "same").await;
        set::<H>(&db, "y", "same").await;
        let rows = dump(&backend).await;
        for name in ["x", "y"] {
            let row = rows
                .get(&db.locate::<Settings>(&name.into()).unwrap())
                .unwrap();
            seen.insert(row[row.len() - 10..].to_vec());
        }
    }
    // The ends of plain rows are the values, of sealed rows the tags.
    assert_eq!(seen.len(), if H::SEALED { 6 } else { 2 });
    let here = db.locate::<Notes>(&(0, 1)).unwrap();
    let there = open_clean::<H>(&backend)
        .await
        .locate::<Notes>(&(0, 1))
        .unwrap();
    assert_eq!(here, there, "the same key finds the same row");
}

/// Another key opens nothing and destroys nothing.
pub async fn wrong_key_is_refused<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    set::<H>(&db, "x", "y").await;
    drop(db);
    let before = dump(&backend).await;
    let mut wrong = vec![sealed(8)];
    if H::SEALED {
        wrong.push(Sealing::plain());
    }
    for sealing in wrong {
        for name in ["main", "new"] {
            let sealing_again = if format!("{sealing:?}").contains("plain") {
                Sealing::plain()
            } else {
                sealed(8)
            };
            let opened = Database::<Wallet, _>::open(backend.clone(), name, sealing_again).await;
            assert!(
                matches!(opened, Err(OpenError::WrongKey)),
                "{:?}",
                opened.map(|_| ())
            );
        }
    }
    assert_eq!(dump(&backend).await, before);
    let (db, report) = open::<Wallet, H>(&backend).await.unwrap();
    assert!(report.is_clean());
    assert_eq!(db.snapshot().settings.len(), 1);
}
