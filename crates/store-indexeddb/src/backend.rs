//! The backend itself.

use std::fmt;

use indexed_db_futures::KeyRange;
use indexed_db_futures::error::{Error, UnexpectedDataError};
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionMode};
use js_sys::Uint8Array;
use pixie_store::{
    Backend, BackendError, Batch, FaultPoint, Generation, NamespaceId, Op, RawRow, RowSink, Scope,
    ShardId, StorageAction,
};
use wasm_bindgen::{JsCast, JsValue};

use crate::connection::Connection;
use crate::error::{EngineError, failed};
use crate::hooks::Hooks;
use crate::layout::{
    GENERATIONS, ROWS, Range, STEPS, address_of, bytes_to_js, namespace_key, namespace_of, row_key,
};

/// Rows that one request reads.
const PAGE: u32 = 1024;

/// Rows in an IndexedDB database of the origin that runs the code. Clones share one connection.
///
/// Other tabs and workers may have the same database open: a commit of theirs shows as
/// [`BackendError::GenerationMismatch`]. When a newer version of the wallet changes the layout, this
/// handle gives way, and everything on it is [`BackendError::Layout`] from then on.
#[derive(Clone)]
pub struct IndexedDbBackend {
    connection: Connection,
    hooks: Hooks,
}

impl fmt::Debug for IndexedDbBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexedDbBackend").finish_non_exhaustive()
    }
}

impl IndexedDbBackend {
    /// Opens the database of this name, or makes it.
    ///
    /// # Errors
    /// [`BackendError::Layout`] if a newer version has written it; [`BackendError::Busy`] if an older
    /// version has it open and does not give way (the layout is changed as soon as it does);
    /// [`BackendError::Quota`]; or a failure of the engine ([`EngineError`]), as where the browser
    /// keeps no data.
    pub async fn open(name: &str) -> Result<Self, BackendError> {
        Ok(Self {
            connection: Connection::open(name, STEPS).await?,
            hooks: Hooks::default(),
        })
    }

    /// Removes the database of this name with all it has. Handles that are open are of no use from
    /// then on.
    ///
    /// # Errors
    /// A failure of the engine.
    pub async fn remove(name: &str) -> Result<(), BackendError> {
        Connection::remove(name).await
    }

    /// Opens with a layout of the caller's.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    #[cfg(feature = "conformance")]
    pub async fn open_with_steps(
        name: &str,
        steps: &'static [crate::Step],
    ) -> Result<Self, BackendError> {
        Ok(Self {
            connection: Connection::open(name, steps).await?,
            hooks: Hooks::default(),
        })
    }

    /// The steps of [`open`](Self::open), to which tests add.
    #[cfg(feature = "conformance")]
    pub const fn steps() -> &'static [crate::Step] {
        STEPS
    }

    /// The same handle with faults that tests inject.
    #[cfg(feature = "conformance")]
    #[must_use]
    pub fn with_faults(mut self, faults: Hooks) -> Self {
        self.hooks = faults;
        self
    }

    /// Writes the batch; the transaction is aborted unless it gets to its end.
    async fn write(
        &self,
        transaction: Transaction<'_>,
        namespace: NamespaceId,
        batch: Batch,
    ) -> Result<Generation, BackendError> {
        let write = StorageAction::Write;
        let next = {
            let rows = transaction.object_store(ROWS).map_err(failed(write))?;
            let generations = transaction
                .object_store(GENERATIONS)
                .map_err(failed(write))?;
            let found = generation(&generations, namespace).await?;
            if found != batch.expected {
                return Err(BackendError::GenerationMismatch {
                    expected: batch.expected,
                    found,
                });
            }
            self.hooks.reach(FaultPoint::BeforeCommit)?;
            for (step, op) in batch.ops.into_iter().enumerate() {
                self.hooks.reach(FaultPoint::Step(step))?;
                stage(&rows, namespace, &op).map_err(failed(write))?;
            }
            self.check_quota(&rows).await?;
            let next = found.next();
            put_generation(&generations, namespace, next).map_err(failed(write))?;
            self.hooks.reach(FaultPoint::BeforeDurable)?;
            next
        };
        finish(transaction).await?;
        self.hooks.reach(FaultPoint::AfterCommit)?;
        Ok(next)
    }

    async fn check_quota(&self, rows: &ObjectStore<'_>) -> Result<(), BackendError> {
        let Some(quota) = self.hooks.quota() else {
            return Ok(());
        };
        let read = StorageAction::Read;
        let values = rows
            .get_all::<JsValue>()
            .primitive()
            .map_err(failed(read))?;
        let mut used = 0;
        for value in values.await.map_err(failed(read))? {
            let value = value.map_err(failed(read))?;
            used += value
                .dyn_ref::<Uint8Array>()
                .map_or(0, |bytes| u64::from(bytes.length()));
        }
        match used > quota {
            true => Err(BackendError::Quota),
            false => Ok(()),
        }
    }
}

impl Backend for IndexedDbBackend {
    async fn generation(&self, namespace: NamespaceId) -> Result<Generation, BackendError> {
        let read = StorageAction::Read;
        let work = async |transaction: Transaction<'_>| {
            let generations = transaction
                .object_store(GENERATIONS)
                .map_err(failed(read))?;
            generation(&generations, namespace).await
        };
        self.connection
            .with(TransactionMode::Readonly, read, work)
            .await
    }

    async fn load(
        &self,
        namespace: NamespaceId,
        scope: Scope<'_>,
        sink: &mut RowSink<'_>,
    ) -> Result<Generation, BackendError> {
        let read = StorageAction::Read;
        let work = async |transaction: Transaction<'_>| {
            let rows = transaction.object_store(ROWS).map_err(failed(read))?;
            let generations = transaction
                .object_store(GENERATIONS)
                .map_err(failed(read))?;
            let found = generation(&generations, namespace).await?;
            match scope {
                Scope::All => load(&rows, namespace, None, sink).await?,
                Scope::Shards(shards) => {
                    for shard in shards {
                        load(&rows, namespace, Some(*shard), sink).await?;
                    }
                }
            }
            Ok(found)
        };
        self.connection
            .with(TransactionMode::Readonly, read, work)
            .await
    }

    async fn commit(
        &self,
        namespace: NamespaceId,
        batch: Batch,
    ) -> Result<Generation, BackendError> {
        let work =
            async |transaction: Transaction<'_>| self.write(transaction, namespace, batch).await;
        self.connection
            .with(TransactionMode::Readwrite, StorageAction::Write, work)
            .await
    }

    async fn remove_namespace(&self, namespace: NamespaceId) -> Result<(), BackendError> {
        let write = StorageAction::Write;
        let work = async |transaction: Transaction<'_>| {
            {
                let rows = transaction.object_store(ROWS).map_err(failed(write))?;
                let generations = transaction
                    .object_store(GENERATIONS)
                    .map_err(failed(write))?;
                let found = stored_generation(&generations, namespace).await?;
                delete(&rows, Range::of(namespace, None).to_js()).map_err(failed(write))?;
                if let Some(found) = found {
                    put_generation(&generations, namespace, found.next()).map_err(failed(write))?;
                }
            }
            finish(transaction).await
        };
        self.connection
            .with(TransactionMode::Readwrite, write, work)
            .await
    }

    async fn namespaces(&self) -> Result<Vec<NamespaceId>, BackendError> {
        let read = StorageAction::Read;
        let work = async |transaction: Transaction<'_>| {
            let rows = transaction.object_store(ROWS).map_err(failed(read))?;
            let generations = transaction
                .object_store(GENERATIONS)
                .map_err(failed(read))?;
            let known = generations.get_all_keys::<JsValue>().primitive();
            let known = known.map_err(failed(read))?.await.map_err(failed(read))?;
            let mut found = Vec::new();
            for key in known {
                let Some(namespace) = namespace_of(&key.map_err(failed(read))?) else {
                    continue;
                };
                let first = rows
                    .get_all_keys::<JsValue>()
                    .with_query::<JsValue, _>(Range::of(namespace, None).to_js())
                    .with_limit(1)
                    .primitive();
                let mut first = first.map_err(failed(read))?.await.map_err(failed(read))?;
                if first.next().is_some() {
                    found.push(namespace);
                }
            }
            Ok(found)
        };
        self.connection
            .with(TransactionMode::Readonly, read, work)
            .await
    }
}

/// Hands out the rows of a range, page by page. All pages are of one transaction.
async fn load(
    rows: &ObjectStore<'_>,
    namespace: NamespaceId,
    shard: Option<ShardId>,
    sink: &mut RowSink<'_>,
) -> Result<(), BackendError> {
    let read = StorageAction::Read;
    let mut range = Range::of(namespace, shard);
    let mut buffer = Vec::new();
    loop {
        let keys = rows
            .get_all_keys::<JsValue>()
            .with_query::<JsValue, _>(range.to_js())
            .with_limit(PAGE)
            .primitive()
            .map_err(failed(read))?;
        let values = rows
            .get_all::<JsValue>()
            .with_query::<JsValue, _>(range.to_js())
            .with_limit(PAGE)
            .primitive()
            .map_err(failed(read))?;
        let keys = keys.await.map_err(failed(read))?;
        let values = values.await.map_err(failed(read))?;
        let (mut last, mut count) = (None, 0);
        for (key, value) in keys.zip(values) {
            let (key, value) = (key.map_err(failed(read))?, value.map_err(failed(read))?);
            count += 1;
            // What is no row of ours is none; what has no bytes is a damaged row.
            if let Some(address) = address_of(&key) {
                buffer.clear();
                if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
                    buffer.resize(bytes.length() as usize, 0);
                    bytes.copy_to(&mut buffer);
                }
                sink(RawRow {
                    address,
                    bytes: &buffer,
                });
            }
            last = Some(key);
        }
        range = match last {
            Some(key) if count == PAGE => range.after(key),
            _ => return Ok(()),
        };
    }
}

/// Issues a write of the batch. Its failure aborts the transaction.
fn stage(
    rows: &ObjectStore<'_>,
    namespace: NamespaceId,
    op: &Op,
) -> indexed_db_futures::Result<()> {
    match op {
        Op::Put(address, bytes) => {
            let request = rows
                .put(bytes_to_js(bytes))
                .with_key(row_key(namespace, *address))
                .without_key_type()
                .primitive()?;
            drop(request);
            Ok(())
        }
        Op::Delete(address) => delete(rows, KeyRange::Only(row_key(namespace, *address))),
        Op::DeleteShard(shard) => delete(rows, Range::of(namespace, Some(*shard)).to_js()),
    }
}

fn delete(rows: &ObjectStore<'_>, range: KeyRange<JsValue>) -> indexed_db_futures::Result<()> {
    drop(rows.delete::<JsValue, _>(range).primitive()?);
    Ok(())
}

async fn generation(
    generations: &ObjectStore<'_>,
    namespace: NamespaceId,
) -> Result<Generation, BackendError> {
    let found = stored_generation(generations, namespace).await?;
    Ok(found.unwrap_or_default())
}

async fn stored_generation(
    generations: &ObjectStore<'_>,
    namespace: NamespaceId,
) -> Result<Option<Generation>, BackendError> {
    let read = StorageAction::Read;
    let request = generations
        .get::<f64, JsValue, _>(KeyRange::Only(namespace_key(namespace)))
        .primitive()
        .map_err(failed(read))?;
    let number = request.await.map_err(failed(read))?;
    Ok(number.map(|number| Generation(number as u64)))
}

fn put_generation(
    generations: &ObjectStore<'_>,
    namespace: NamespaceId,
    generation: Generation,
) -> indexed_db_futures::Result<()> {
    // Whole up to 2^53 commits.
    let request = generations
        .put(generation.0 as f64)
        .with_key(namespace_key(namespace))
        .without_key_type()
        .primitive()?;
    drop(request);
    Ok(())
}

/// Commits, and waits until the writes are durable.
async fn finish(transaction: Transaction<'_>) -> Result<(), BackendError> {
    let handle = transaction.as_sys().clone();
    let error = match transaction.commit().await {
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    // The reason of an abort is told by the transaction alone.
    let is_abort = matches!(
        error,
        Error::MissingData(UnexpectedDataError::TransactionAborted)
    );
    let reason = match handle.error() {
        Some(reason) if is_abort => EngineError::from(&reason),
        _ => EngineError::from(&error),
    };
    // An aborted transaction has written nothing.
    Err(reason.during(StorageAction::Write))
}
