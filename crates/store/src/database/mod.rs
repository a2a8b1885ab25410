//! Committed state, snapshots and jobs.

mod commit;
mod core;
mod dump;
mod layout;
mod migrating;
mod opening;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use async_lock::{Mutex as AsyncMutex, MutexGuardArc};

use self::core::Core;
use self::layout::{Counts, Layout};
use crate::backend::{Backend, BackendError, Generation};
use crate::error::{CommitError, LoadError, OpenError};
use crate::report::{LoadReport, QuarantinedRow};
use crate::seal::Sealing;
use crate::spec::{Shard, Tables};

/// The tables of one namespace of a backend: the committed rows of the loaded shards, in memory.
///
/// A handle; clones share everything. Readers take [snapshots](Self::snapshot) and never wait.
/// Writers stage in [jobs](Self::job) and [commit](Self::commit); commits happen one at a time.
///
/// Two handles that were opened separately, also by two processes, may share a namespace: the one
/// that is behind gets [`CommitError::Superseded`] and catches up.
pub struct Database<T, B> {
    inner: Arc<Inner<T, B>>,
}

struct Inner<T, B> {
    core: Core<B>,
    state: RwLock<Arc<State<T>>>,
    writer: Arc<AsyncMutex<Writer>>,
    /// Set when the namespace was deleted or migrated by another handle.
    closed: AtomicBool,
    /// What went wrong in reloads that nobody asked for.
    incidents: Mutex<LoadReport>,
}

/// What only the one writer may touch.
struct Writer {
    /// Whether the storage may be ahead of the rows in memory.
    in_doubt: bool,
}

struct State<T> {
    tables: T,
    generation: Generation,
    /// The loaded shards with their row counts.
    shards: BTreeMap<Shard, Counts>,
}

impl<T, B> Clone for Database<T, B> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
        }
    }
}

impl<T: Tables, B> fmt::Debug for Database<T, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.current();
        f.debug_struct("Database")
            .field("generation", &state.generation)
            .field("shards", &state.shards.len())
            .finish_non_exhaustive()
    }
}

impl<T, B> Database<T, B> {
    fn current(&self) -> Arc<State<T>> {
        self.inner
            .state
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn publish(&self, state: State<T>) {
        let state = Arc::new(state);
        // The old state is dropped after the lock: that may take a while.
        let _old = std::mem::replace(
            &mut *self
                .inner
                .state
                .write()
                .unwrap_or_else(PoisonError::into_inner),
            state,
        );
    }

    /// The state as of the last commit, at no cost.
    pub fn snapshot(&self) -> Snapshot<T> {
        Snapshot(self.current())
    }
}

impl<T: Tables, B: Backend> Database<T, B> {
    /// Opens the database `name` of a backend, or makes it, migrates it to the schema's version and
    /// loads the common shard.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing is changed then. Corrupt rows are no error: they are in the report.
    pub async fn open(
        backend: B,
        name: &str,
        sealing: Sealing,
    ) -> Result<(Self, LoadReport), OpenError> {
        let core = Core {
            backend,
            layout: Layout::new::<T>(name, sealing)?,
        };
        let mut report = opening::prepare::<T, B>(&core).await?;
        let mut read = core.read::<T>(&[Shard::COMMON]).await?;
        let (found, mended) = core.mend(&mut read).await;
        report.absorb(found);
        let state = State {
            tables: read.tables,
            generation: read.generation,
            shards: read.counts,
        };
        let inner = Inner {
            core,
            state: RwLock::new(Arc::new(state)),
            writer: Arc::new(AsyncMutex::new(Writer {
                in_doubt: mended.is_err(),
            })),
            closed: AtomicBool::new(false),
            incidents: Mutex::new(LoadReport::default()),
        };
        Ok((
            Self {
                inner: Arc::new(inner),
            },
            report,
        ))
    }

    /// A job on the current state. Several may be at work; of two that write the same row the one
    /// that commits later gets [`CommitError::Conflict`].
    pub fn job(&self) -> Job<T> {
        self.job_on(self.current(), None)
    }

    /// A job that no other commit can come before: it waits for its turn, and other commits wait
    /// until it is committed or dropped. For work that must not be done twice, and is short.
    ///
    /// # Errors
    /// A backend failure, if the rows in memory had to be brought up to date.
    pub async fn exclusive_job(&self) -> Result<Job<T>, CommitError> {
        let mut writer = self.inner.writer.lock_arc().await;
        self.settle(&mut writer)
            .await
            .map_err(CommitError::Backend)?;
        self.check_open()?;
        Ok(self.job_on(self.current(), Some(writer)))
    }

    fn job_on(&self, base: Arc<State<T>>, turn: Option<MutexGuardArc<Writer>>) -> Job<T> {
        Job {
            work: base.tables.clone(),
            base,
            dropped: BTreeSet::new(),
            home: self.inner.writer.clone(),
            turn,
        }
    }

    /// Loads shards beside those that are loaded. Snapshots taken before do not see them.
    ///
    /// # Errors
    /// [`LoadError`]. Corrupt rows are no error: they are in the report.
    pub async fn load(&self, shards: &[Shard]) -> Result<LoadReport, LoadError> {
        if shards.iter().any(Shard::is_reserved) {
            return Err(LoadError::ReservedShard);
        }
        let mut writer = self.inner.writer.lock_arc().await;
        self.settle(&mut writer).await?;
        let current = self.current();
        let new: BTreeSet<_> = shards
            .iter()
            .filter(|shard| !current.shards.contains_key(*shard))
            .cloned()
            .collect();
        if new.is_empty() {
            return Ok(LoadReport::default());
        }
        let new: Vec<_> = new.into_iter().collect();
        let mut read = self.inner.core.read::<T>(&new).await?;
        if read.generation != current.generation {
            // Another handle has written: what is in memory and what was read do not fit together.
            let all: Vec<_> = current.shards.keys().cloned().chain(new).collect();
            return Ok(self.reload_shards(&mut writer, &all).await?);
        }
        let (report, mended) = self.inner.core.mend(&mut read).await;
        writer.in_doubt |= mended.is_err();
        let mut tables = current.tables.clone();
        for (table, more) in tables.all_mut().into_iter().zip(read.tables.all()) {
            table.merge(more);
        }
        let mut shards = current.shards.clone();
        shards.append(&mut read.counts);
        self.publish(State {
            tables,
            generation: read.generation,
            shards,
        });
        Ok(report)
    }

    /// Removes the rows of a shard from memory; snapshots taken before still have them.
    ///
    /// # Errors
    /// [`LoadError::ReservedShard`] for the common shard.
    pub async fn unload(&self, shard: &Shard) -> Result<(), LoadError> {
        if shard.is_reserved() || *shard == Shard::COMMON {
            return Err(LoadError::ReservedShard);
        }
        let _writer = self.inner.writer.lock_arc().await;
        let current = self.current();
        let mut shards = current.shards.clone();
        if shards.remove(shard).is_some() {
            let mut tables = current.tables.clone();
            tables
                .all_mut()
                .into_iter()
                .for_each(|table| table.drop_shard(shard, false));
            self.publish(State {
                tables,
                generation: current.generation,
                shards,
            });
        }
        Ok(())
    }

    /// Reads all loaded shards again, as another handle may have written to them.
    ///
    /// # Errors
    /// [`LoadError::Backend`].
    pub async fn reload(&self) -> Result<LoadReport, LoadError> {
        let mut writer = self.inner.writer.lock_arc().await;
        let all: Vec<_> = self.current().shards.keys().cloned().collect();
        Ok(self.reload_shards(&mut writer, &all).await?)
    }

    /// What was found wrong in reloads that a commit had to make on its own, since the last call.
    pub fn take_incidents(&self) -> LoadReport {
        std::mem::take(
            &mut self
                .inner
                .incidents
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// The rows that were put in quarantine, ever. They are never deleted.
    ///
    /// # Errors
    /// A failure of the backend.
    pub async fn quarantined(&self) -> Result<Vec<QuarantinedRow>, BackendError> {
        self.inner.core.quarantined().await
    }

    /// Deletes the database with all its rows, loaded or not. Every handle to it is closed.
    ///
    /// # Errors
    /// A failure of the backend.
    pub async fn erase(self) -> Result<(), BackendError> {
        let mut writer = self.inner.writer.lock_arc().await;
        writer.in_doubt = true;
        self.inner
            .core
            .backend
            .remove_namespace(self.inner.core.layout.ring.namespace)
            .await?;
        self.close();
        Ok(())
    }

    fn close(&self) {
        self.inner.closed.store(true, Ordering::Release);
        self.publish(State {
            tables: T::default(),
            generation: Generation::default(),
            shards: BTreeMap::new(),
        });
    }

    fn check_open(&self) -> Result<(), CommitError> {
        if self.inner.closed.load(Ordering::Acquire) {
            Err(CommitError::Closed)
        } else {
            Ok(())
        }
    }

    /// Brings the rows in memory up to date if the storage may be ahead of them.
    async fn settle(&self, writer: &mut Writer) -> Result<(), BackendError> {
        if !writer.in_doubt || self.inner.closed.load(Ordering::Acquire) {
            return Ok(());
        }
        let core = &self.inner.core;
        let current = self.current();
        if core.backend.generation(core.layout.ring.namespace).await? == current.generation {
            writer.in_doubt = false;
            return Ok(());
        }
        let all: Vec<_> = current.shards.keys().cloned().collect();
        let report = self.reload_shards(writer, &all).await?;
        self.inner
            .incidents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .absorb(report);
        Ok(())
    }

    async fn reload_shards(
        &self,
        writer: &mut Writer,
        shards: &[Shard],
    ) -> Result<LoadReport, BackendError> {
        let core = &self.inner.core;
        if opening::stored_version(core).await? != Some(T::SCHEMA.version) {
            self.close();
            return Ok(LoadReport::default());
        }
        let mut read = core.read::<T>(shards).await?;
        let (report, mended) = core.mend(&mut read).await;
        writer.in_doubt = mended.is_err();
        self.publish(State {
            tables: read.tables,
            generation: read.generation,
            shards: read.counts,
        });
        Ok(report)
    }
}

/// The tables as one commit left them. Never changes; cheap to clone; holds on to the memory of the
/// rows it shows.
pub struct Snapshot<T>(Arc<State<T>>);

impl<T> Snapshot<T> {
    /// How many commits the namespace had seen.
    pub fn generation(&self) -> Generation {
        self.0.generation
    }

    /// Whether the rows of a shard are here.
    pub fn is_loaded(&self, shard: &Shard) -> bool {
        self.0.shards.contains_key(shard)
    }

    /// The shards whose rows are here.
    pub fn shards(&self) -> impl Iterator<Item = &Shard> {
        self.0.shards.keys()
    }
}

impl<T> Clone for Snapshot<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Deref for Snapshot<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.tables
    }
}

impl<T> fmt::Debug for Snapshot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("generation", &self.0.generation)
            .finish_non_exhaustive()
    }
}

/// A snapshot with staged writes: its tables are read and written as fields, and show the job's own
/// writes. Dropping it leaves nothing behind.
pub struct Job<T> {
    base: Arc<State<T>>,
    work: T,
    dropped: BTreeSet<Shard>,
    /// Tells the database that the job was taken from.
    home: Arc<AsyncMutex<Writer>>,
    turn: Option<MutexGuardArc<Writer>>,
}

impl<T: Tables> Job<T> {
    /// The snapshot that the job works on, without its writes.
    pub fn base(&self) -> Snapshot<T> {
        Snapshot(self.base.clone())
    }

    /// Stages the deletion of all rows of a shard, whether it is loaded or not. Rows that are put in
    /// it afterwards stay, if it is loaded.
    pub fn delete_shard(&mut self, shard: Shard) {
        self.work
            .all_mut()
            .into_iter()
            .for_each(|table| table.drop_shard(&shard, true));
        self.dropped.insert(shard);
    }
}

impl<T> Deref for Job<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.work
    }
}

impl<T> DerefMut for Job<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.work
    }
}

impl<T> fmt::Debug for Job<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("base", &self.base.generation)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "conformance")]
impl<T: Tables, B: Backend> Database<T, B> {
    /// Where the row of a key is stored, for tests that tamper with it. Nothing if the table is not
    /// one of this database.
    pub fn locate<S: crate::spec::TableSpec>(
        &self,
        key: &S::Key,
    ) -> Option<(crate::backend::NamespaceId, crate::backend::RowAddress)> {
        let layout = &self.inner.core.layout;
        let index = layout.names.iter().position(|name| *name == S::NAME)?;
        let shard = layout.ring.shard(&S::shard(key));
        let key = crate::table::encode(key)?;
        Some((
            layout.ring.namespace,
            layout.seals.get(index)?.address(shard, &key),
        ))
    }
}
