//! All rows of a database at once, without seals: what a backup carries.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::core::Core;
use super::layout::Layout;
use super::{Database, Job, Snapshot, opening};
use crate::backend::{Backend, BackendError, Batch, RawRow, Scope, ShardId};
use crate::bytes::ByteString;
use crate::error::{DumpError, RestoreError};
use crate::seal::Sealing;
use crate::spec::{Shard, Tables};
use crate::table::{decode, encode};

/// What the bytes begin with.
const MAGIC: &str = "pixie-store/dump/1";

/// A database without seals. What is in it is not secret any more: whoever keeps it has to seal it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dump {
    magic: String,
    /// The schema's version.
    version: u32,
    /// The rows by table.
    tables: BTreeMap<String, Vec<Row>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    kind: String,
    id: ByteString,
    key: ByteString,
    value: ByteString,
}

impl<T: Tables> Snapshot<T> {
    /// All rows that are loaded, with the version of the schema, without seals: whoever keeps the
    /// bytes has to seal them. [`Database::restore`] makes a database of them.
    ///
    /// # Errors
    /// [`DumpError`] for a row that has no encoding.
    pub fn dump(&self) -> Result<Zeroizing<Vec<u8>>, DumpError> {
        dump(&self.0.tables)
    }
}

impl<T: Tables> Job<T> {
    /// As [`Snapshot::dump`], with the job's own writes.
    ///
    /// # Errors
    /// [`DumpError`] for a row that has no encoding.
    pub fn dump(&self) -> Result<Zeroizing<Vec<u8>>, DumpError> {
        dump(&self.work)
    }
}

fn dump<T: Tables>(all: &T) -> Result<Zeroizing<Vec<u8>>, DumpError> {
    let mut tables = BTreeMap::new();
    for table in all.all() {
        let name = table.name();
        let rows = table.encoded_rows().ok_or(DumpError { table: name })?;
        let rows = rows.into_iter().map(|row| Row {
            kind: row.shard.kind().to_owned(),
            id: row.shard.id().to_vec().into(),
            key: row.key.into(),
            value: row.value.unwrap_or_default().into(),
        });
        tables.insert(name.to_owned(), rows.collect());
    }
    let dump = Dump {
        magic: MAGIC.to_owned(),
        version: T::SCHEMA.version,
        tables,
    };
    encode(&dump)
        .map(Zeroizing::new)
        .ok_or(DumpError { table: "dump" })
}

impl<T: Tables, B: Backend> Database<T, B> {
    /// Makes the database `name` of what [`Snapshot::dump`] has given, also with an earlier version of
    /// the schema, which is migrated when the database is opened. All of it is written, or nothing.
    ///
    /// # Errors
    /// [`RestoreError::NotEmpty`] if there is such a database with rows already,
    /// [`RestoreError::Malformed`], [`RestoreError::NewerSchema`], and those of [`Database::open`].
    pub async fn restore(
        backend: B,
        name: &str,
        sealing: Sealing,
        dump: &[u8],
    ) -> Result<(), RestoreError> {
        let dump: Dump = decode(dump).ok_or(RestoreError::Malformed)?;
        if dump.magic != MAGIC || dump.version == 0 {
            return Err(RestoreError::Malformed);
        }
        let (found, supported) = (dump.version, T::SCHEMA.version);
        if found > supported {
            return Err(RestoreError::NewerSchema { found, supported });
        }
        let core = Core {
            backend,
            layout: Layout::new::<T>(name, sealing).map_err(crate::OpenError::from)?,
        };
        // Proves the key, and makes the namespace with its header.
        opening::prepare::<T, B>(&core).await?;
        let header = core.layout.ring.shard(&Shard::HEADER);
        let mut has_rows = false;
        let mut sink = |row: RawRow<'_>| has_rows |= row.address.shard != header;
        let expected = core
            .backend
            .load(core.layout.ring.namespace, Scope::All, &mut sink)
            .await
            .map_err(crate::OpenError::from)?;
        if has_rows {
            return Err(RestoreError::NotEmpty);
        }
        let mut ops = opening::header_ops(&core, dump.version);
        let mut counts: BTreeMap<ShardId, BTreeMap<&str, u64>> = BTreeMap::new();
        for (table, rows) in &dump.tables {
            let seal = core.layout.ring.table(table);
            let version = T::SCHEMA.row_version(table, dump.version);
            for row in rows {
                let shard = core.layout.ring.shard_of(&row.kind, &row.id.0);
                let op = core
                    .layout
                    .put(&seal, shard, version, &row.key.0, &row.value.0);
                ops.push(op.ok_or(RestoreError::Malformed)?);
                let count = counts.entry(shard).or_default().entry(table);
                *count.or_default() += 1;
            }
        }
        for (shard, counts) in counts {
            ops.push(
                core.layout
                    .put_named_counts(shard, &counts)
                    .ok_or(RestoreError::Malformed)?,
            );
        }
        let batch = Batch { expected, ops };
        match core.backend.commit(core.layout.ring.namespace, batch).await {
            Ok(_) => Ok(()),
            Err(BackendError::GenerationMismatch { .. }) => Err(RestoreError::NotEmpty),
            Err(error) => Err(crate::OpenError::from(error).into()),
        }
    }
}
