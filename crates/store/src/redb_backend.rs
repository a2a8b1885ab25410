//! A backend that keeps its rows in one file, by means of `redb`.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};

use crate::backend::{
    Backend, BackendError, Batch, Generation, NamespaceId, Op, ROW_KEY, RawRow, RowAddress,
    RowSink, Scope, ShardId, StorageAction,
};
use crate::faults::FaultPoint;

/// Faults that tests inject; nothing, and no cost, in other builds.
#[cfg(feature = "conformance")]
type Hooks = crate::faults::FaultPlan;

#[cfg(not(feature = "conformance"))]
#[derive(Clone, Default)]
struct Hooks {}

#[cfg(not(feature = "conformance"))]
impl Hooks {
    fn reach(&self, _: FaultPoint) -> Result<(), BackendError> {
        Ok(())
    }

    fn quota(&self) -> Option<u64> {
        None
    }
}

/// The layout of the tables below.
const LAYOUT: u32 = 1;

/// Rows by namespace, shard, table and row.
const ROWS: TableDefinition<'_, &[u8; ROW_KEY], &[u8]> = TableDefinition::new("rows");
/// The generation of each namespace.
const GENERATIONS: TableDefinition<'_, &[u8; 32], u64> = TableDefinition::new("generations");
/// One row: the layout.
const FORMAT: TableDefinition<'_, (), u32> = TableDefinition::new("format");

/// Rows in a file. Clones share it; another process that opens it meanwhile gets
/// [`BackendError::Busy`]. A process killed at any point leaves the last complete commit.
///
/// The operations block on the disk: run them where that does no harm.
#[derive(Clone)]
pub struct RedbBackend {
    database: Arc<Database>,
    hooks: Hooks,
}

impl fmt::Debug for RedbBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedbBackend").finish_non_exhaustive()
    }
}

impl RedbBackend {
    /// Opens the file at `path`, or makes it.
    ///
    /// # Errors
    /// [`BackendError::Busy`], [`BackendError::Layout`], or a failure of the engine, as for a file
    /// that is no such store.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BackendError> {
        let database = Database::create(path).map_err(failed(StorageAction::Open))?;
        let this = Self {
            database: Arc::new(database),
            hooks: Hooks::default(),
        };
        this.check_layout()?;
        Ok(this)
    }

    /// The same handle with faults that tests inject.
    #[cfg(feature = "conformance")]
    pub fn with_faults(mut self, faults: Hooks) -> Self {
        self.hooks = faults;
        self
    }

    fn check_layout(&self) -> Result<(), BackendError> {
        let txn = self
            .database
            .begin_write()
            .map_err(failed(StorageAction::Open))?;
        let found = {
            let mut format = txn
                .open_table(FORMAT)
                .map_err(failed(StorageAction::Open))?;
            let found = format
                .get(())
                .map_err(failed(StorageAction::Open))?
                .map(|v| v.value());
            if found.is_none() {
                format
                    .insert((), LAYOUT)
                    .map_err(failed(StorageAction::Open))?;
                txn.open_table(ROWS).map_err(failed(StorageAction::Open))?;
                txn.open_table(GENERATIONS)
                    .map_err(failed(StorageAction::Open))?;
            }
            found
        };
        match found {
            None => txn.commit().map_err(failed(StorageAction::Open)),
            Some(LAYOUT) => txn.abort().map_err(failed(StorageAction::Open)),
            Some(found) => Err(BackendError::Layout {
                found,
                supported: LAYOUT,
            }),
        }
    }

    fn check_quota(
        &self,
        rows: &impl ReadableTable<&'static [u8; ROW_KEY], &'static [u8]>,
    ) -> Result<(), BackendError> {
        let Some(quota) = self.hooks.quota() else {
            return Ok(());
        };
        let mut used = 0;
        for row in rows.iter().map_err(failed(StorageAction::Read))? {
            used += row.map_err(failed(StorageAction::Read))?.1.value().len() as u64;
        }
        if used > quota {
            Err(BackendError::Quota)
        } else {
            Ok(())
        }
    }

    /// Writes the batch into `txn`, which the caller commits or drops.
    fn write(
        &self,
        txn: &WriteTransaction,
        namespace: NamespaceId,
        batch: Batch,
    ) -> Result<Generation, BackendError> {
        let mut generations = txn
            .open_table(GENERATIONS)
            .map_err(failed(StorageAction::Write))?;
        let found = generations
            .get(&namespace.0)
            .map_err(failed(StorageAction::Read))?
            .map(|guard| Generation(guard.value()))
            .unwrap_or_default();
        if found != batch.expected {
            return Err(BackendError::GenerationMismatch {
                expected: batch.expected,
                found,
            });
        }
        self.hooks.reach(FaultPoint::BeforeCommit)?;
        let mut rows = txn.open_table(ROWS).map_err(failed(StorageAction::Write))?;
        for (step, op) in batch.ops.into_iter().enumerate() {
            self.hooks.reach(FaultPoint::Step(step))?;
            match op {
                Op::Put(address, bytes) => {
                    rows.insert(&address.key(namespace), bytes.as_slice())
                        .map_err(failed(StorageAction::Write))?;
                }
                Op::Delete(address) => {
                    rows.remove(&address.key(namespace))
                        .map_err(failed(StorageAction::Write))?;
                }
                Op::DeleteShard(shard) => {
                    let (low, high) = RowAddress::keys_of(namespace, Some(shard));
                    rows.retain_in::<&[u8; ROW_KEY], _>(&low..=&high, |_, _| false)
                        .map_err(failed(StorageAction::Write))?;
                }
            }
        }
        self.check_quota(&rows)?;
        let next = found.next();
        generations
            .insert(&namespace.0, next.0)
            .map_err(failed(StorageAction::Write))?;
        Ok(next)
    }
}

impl Backend for RedbBackend {
    async fn generation(&self, namespace: NamespaceId) -> Result<Generation, BackendError> {
        let txn = self
            .database
            .begin_read()
            .map_err(failed(StorageAction::Read))?;
        let generations = txn
            .open_table(GENERATIONS)
            .map_err(failed(StorageAction::Read))?;
        let found = generations
            .get(&namespace.0)
            .map_err(failed(StorageAction::Read))?;
        Ok(found
            .map(|guard| Generation(guard.value()))
            .unwrap_or_default())
    }

    async fn load(
        &self,
        namespace: NamespaceId,
        scope: Scope<'_>,
        sink: &mut RowSink<'_>,
    ) -> Result<Generation, BackendError> {
        let txn = self
            .database
            .begin_read()
            .map_err(failed(StorageAction::Read))?;
        let rows = txn.open_table(ROWS).map_err(failed(StorageAction::Read))?;
        let mut read = |shard: Option<ShardId>| -> Result<(), BackendError> {
            let (low, high) = RowAddress::keys_of(namespace, shard);
            let range = rows
                .range::<&[u8; ROW_KEY]>(&low..=&high)
                .map_err(failed(StorageAction::Read))?;
            for row in range {
                let (key, value) = row.map_err(failed(StorageAction::Read))?;
                sink(RawRow {
                    address: RowAddress::of_key(key.value()),
                    bytes: value.value(),
                });
            }
            Ok(())
        };
        match scope {
            Scope::All => read(None)?,
            Scope::Shards(shards) => shards.iter().try_for_each(|shard| read(Some(*shard)))?,
        }
        let generations = txn
            .open_table(GENERATIONS)
            .map_err(failed(StorageAction::Read))?;
        let found = generations
            .get(&namespace.0)
            .map_err(failed(StorageAction::Read))?;
        Ok(found
            .map(|guard| Generation(guard.value()))
            .unwrap_or_default())
    }

    async fn commit(
        &self,
        namespace: NamespaceId,
        batch: Batch,
    ) -> Result<Generation, BackendError> {
        let txn = self
            .database
            .begin_write()
            .map_err(failed(StorageAction::Write))?;
        let generation = self.write(&txn, namespace, batch)?;
        self.hooks.reach(FaultPoint::BeforeDurable)?;
        txn.commit().map_err(failed(StorageAction::Commit))?;
        self.hooks.reach(FaultPoint::AfterCommit)?;
        Ok(generation)
    }

    async fn remove_namespace(&self, namespace: NamespaceId) -> Result<(), BackendError> {
        let txn = self
            .database
            .begin_write()
            .map_err(failed(StorageAction::Write))?;
        {
            let mut rows = txn.open_table(ROWS).map_err(failed(StorageAction::Write))?;
            let (low, high) = RowAddress::keys_of(namespace, None);
            rows.retain_in::<&[u8; ROW_KEY], _>(&low..=&high, |_, _| false)
                .map_err(failed(StorageAction::Write))?;
            let mut generations = txn
                .open_table(GENERATIONS)
                .map_err(failed(StorageAction::Write))?;
            let found = generations
                .get(&namespace.0)
                .map_err(failed(StorageAction::Read))?
                .map(|g| g.value());
            if let Some(found) = found {
                generations
                    .insert(&namespace.0, Generation(found).next().0)
                    .map_err(failed(StorageAction::Write))?;
            }
        }
        txn.commit().map_err(failed(StorageAction::Commit))
    }

    async fn namespaces(&self) -> Result<Vec<NamespaceId>, BackendError> {
        let txn = self
            .database
            .begin_read()
            .map_err(failed(StorageAction::Read))?;
        let rows = txn.open_table(ROWS).map_err(failed(StorageAction::Read))?;
        let generations = txn
            .open_table(GENERATIONS)
            .map_err(failed(StorageAction::Read))?;
        let mut found = Vec::new();
        for entry in generations.iter().map_err(failed(StorageAction::Read))? {
            let namespace = NamespaceId(*entry.map_err(failed(StorageAction::Read))?.0.value());
            let (low, high) = RowAddress::keys_of(namespace, None);
            let mut range = rows
                .range::<&[u8; ROW_KEY]>(&low..=&high)
                .map_err(failed(StorageAction::Read))?;
            if range
                .next()
                .transpose()
                .map_err(failed(StorageAction::Read))?
                .is_some()
            {
                found.push(namespace);
            }
        }
        Ok(found)
    }
}

/// Turns an error of the engine into ours, naming what was being done.
fn failed<E: Into<redb::Error>>(action: StorageAction) -> impl FnOnce(E) -> BackendError {
    move |error| match error.into() {
        redb::Error::DatabaseAlreadyOpen => BackendError::Busy,
        redb::Error::Io(error)
            if matches!(
                error.kind(),
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
            ) && action != StorageAction::Commit =>
        {
            BackendError::Quota
        }
        source => BackendError::Storage {
            action,
            source: Box::new(source),
        },
    }
}
