//! Prints how long it takes to load, commit to and snapshot a database of many notes:
//! `cargo run --release -p pixie-store --features redb,conformance --example load`.

use std::time::{Duration, Instant};

use pixie_store::conformance::TestRng;
use pixie_store::{
    Backend, DataKey, Database, MemoryBackend, RedbBackend, Sealing, Shard, table, tables,
};
use serde::{Deserialize, Serialize};

type Field = serde_bytes_array::Bytes;

/// 32 bytes that are written as a byte string.
mod serde_bytes_array {
    use serde::de::{Error, Visitor};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub struct Bytes(pub [u8; 32]);

    impl Serialize for Bytes {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(&self.0)
        }
    }

    impl<'de> Deserialize<'de> for Bytes {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Expect;
            impl Visitor<'_> for Expect {
                type Value = Bytes;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("32 bytes")
                }

                fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                    bytes
                        .try_into()
                        .map(Bytes)
                        .map_err(|_| E::invalid_length(bytes.len(), &self))
                }
            }
            deserializer.deserialize_bytes(Expect)
        }
    }
}

/// As large as a note of the private state.
#[derive(Clone, Serialize, Deserialize)]
struct Note {
    contract: Field,
    owner: Field,
    storage_slot: Field,
    randomness: Field,
    content: Vec<Field>,
    note_hash: Field,
    siloed_nullifier: Field,
    tx_hash: Field,
    block_number: u32,
    block_hash: Field,
    tx_index: u32,
    leaf_index: u64,
    nullified_at: Option<u32>,
}

table! {
    /// Notes by nonce, found by contract and slot.
    Notes("notes"): Field => Note,
    index (Field, Field) = |_, note| vec![(note.contract, note.storage_slot)],
    shard = |_| notes(),
}
tables! {
    /// The one table.
    struct Tables: version 1, migrations [] {
        notes: Notes,
    }
}

fn notes() -> Shard {
    Shard::new("account", [1; 32])
}

fn field(n: u64) -> Field {
    let mut bytes = [0x11; 32];
    bytes[..8].copy_from_slice(&(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_be_bytes());
    serde_bytes_array::Bytes(bytes)
}

fn note(n: u64) -> Note {
    Note {
        contract: field(n % 5),
        owner: field(1),
        storage_slot: field(n % 11),
        randomness: field(n),
        content: vec![field(n), field(n + 1)],
        note_hash: field(n + 2),
        siloed_nullifier: field(n + 3),
        tx_hash: field(n + 4),
        block_number: n as u32,
        block_hash: field(n + 5),
        tx_index: 0,
        leaf_index: n,
        nullified_at: n.is_multiple_of(3).then_some(n as u32),
    }
}

fn sealing() -> Sealing {
    Sealing::sealed(DataKey::new([9; 32]), TestRng::new())
}

/// The time this process has been running on a processor, where the system tells it: on a machine
/// with other work the time on the clock says little.
fn cpu_time() -> Duration {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = text
        .split(' ')
        .next()
        .and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

async fn measure<B: Backend + Clone>(
    kind: &str,
    backend: B,
    count: u64,
) -> Result<(), Box<dyn std::error::Error>> {
    let (db, _) = Database::<Tables, _>::open(backend.clone(), "bench", sealing()).await?;
    db.load(&[notes()]).await?;
    let mut job = db.job();
    for n in 0..count {
        job.notes.put(field(n), note(n));
    }
    let start = Instant::now();
    db.commit(job).await?;
    let fill = start.elapsed();

    let (mut load, mut cpu) = (Duration::MAX, Duration::MAX);
    for _ in 0..5 {
        let (start, cpu_start) = (Instant::now(), cpu_time());
        let (db, _) = Database::<Tables, _>::open(backend.clone(), "bench", sealing()).await?;
        let report = db.load(&[notes()]).await?;
        load = load.min(start.elapsed());
        cpu = cpu.min(cpu_time().saturating_sub(cpu_start));
        assert_eq!(
            (report.rows as u64, db.snapshot().notes.len() as u64),
            (count, count)
        );
    }

    let rounds = 100;
    let mut times = Vec::new();
    for n in 0..rounds {
        let start = Instant::now();
        let mut job = db.job();
        job.notes
            .update(&field(n), |note| note.nullified_at = Some(7));
        job.notes.put(field(count + n), note(n));
        db.commit(job).await?;
        times.push(start.elapsed());
    }
    times.sort();
    let commit = times.get(times.len() / 2).copied().unwrap_or_default();
    let start = Instant::now();
    let snapshots: Vec<_> = (0..1000).map(|_| db.snapshot()).collect();
    let snapshot = start.elapsed() / snapshots.len() as u32;
    println!(
        "{kind:>6} {count:>6} notes: written {fill:>9.2?}, opened and loaded {load:>9.2?} (of \
         the processor {cpu:>9.2?}), \
         a commit of 2 rows {commit:>9.2?}, a snapshot {snapshot:>9.2?}"
    );
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    for count in [1_000, 10_000, 40_000] {
        pollster::block_on(measure("memory", MemoryBackend::new(), count))?;
        let file = RedbBackend::open(folder.path().join(count.to_string()))?;
        pollster::block_on(measure("file", file, count))?;
    }
    Ok(())
}
