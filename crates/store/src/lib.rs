//! State of the wallet: typed tables in memory, jobs that commit together or not at all, rows sealed
//! on their way to a backend.
//!
//! The layers, from the storage upwards:
//!
//! 1. A [`Backend`] keeps opaque rows under opaque addresses. It knows three things: how to read the
//!    rows of a shard in one consistent pass, how to commit a [`Batch`] as a whole, and how to refuse
//!    a batch that was prepared on an older [`Generation`]. [`MemoryBackend`] is one; `RedbBackend`
//!    (feature `redb`) keeps a file.
//! 2. *Sealing* turns a logical row into an opaque one: its address is a keyed hash, its content is
//!    encrypted and padded, and its place is authenticated. See [`Sealing`] for what is hidden from
//!    whom.
//! 3. A [`Database`] holds the committed rows of its loaded shards in [`Table`]s. A [`Snapshot`] is a
//!    view that never changes and costs nothing to take; a [`Job`] is a snapshot with staged writes.
//!    [`Database::commit`] writes to the backend first and shows the rows in memory afterwards.
//!
//! Tables are declared with [`table!`] and put together with [`tables!`].
//!
//! Nothing here needs a certain executor, and no lock that a reader takes is held across an await.

mod backend;
mod bytes;
mod database;
mod error;
mod faults;
mod memory;
mod migrate;
mod report;
mod seal;
mod spec;
mod table;

#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(feature = "redb")]
mod redb_backend;

pub use backend::{
    Backend, BackendError, Batch, Generation, NamespaceId, Op, ROW_KEY, RawRow, RowAddress, RowId,
    RowSink, Scope, ShardId, StorageAction, TableTag,
};
pub use database::{Database, Job, Snapshot};
pub use error::{CommitError, DumpError, LoadError, OpenError, RestoreError, SchemaError};
pub use faults::{FaultPlan, FaultPoint};
pub use memory::MemoryBackend;
pub use migrate::{Migration, MigrationError, MigrationRows, ShardRef};
#[cfg(feature = "redb")]
pub use redb_backend::RedbBackend;
pub use report::{CorruptRow, CountMismatch, LoadReport, QuarantinedRow, RowFault};
pub use seal::{DataKey, Sealing};
pub use spec::{NoIndex, Schema, Shard, TableSpec, Tables};
pub use table::{AnyTable, Table};
