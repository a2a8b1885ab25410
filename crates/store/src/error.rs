//! Errors of the database.

use crate::backend::BackendError;
use crate::migrate::MigrationError;

/// A mistake in the declaration of a database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// Two tables have the same name.
    #[error("two tables are named {0}")]
    DuplicateTable(&'static str),
    /// A table has a name that is kept for the store.
    #[error("the table name {0} is reserved")]
    ReservedTable(&'static str),
    /// The steps do not lead from 1 to the schema's version one by one.
    #[error("there is no migration step to schema version {to}")]
    MissingStep {
        /// The version that no step leads to, or that is beyond the schema's version.
        to: u32,
    },
}

/// Why a database was not opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The declaration is wrong.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The rows were written with another key, or sealed where plain ones were expected, or the
    /// other way round.
    #[error("the data key does not open this storage")]
    WrongKey,
    /// A later version of the program has written the rows.
    #[error("the stored schema version {found} is newer than {supported}")]
    NewerSchema {
        /// The stored version.
        found: u32,
        /// The latest version this program knows.
        supported: u32,
    },
    /// A migration step failed.
    #[error("migrating to schema version {to} failed")]
    Migration {
        /// The version the step leads to.
        to: u32,
        /// The step's error.
        #[source]
        source: MigrationError,
    },
    /// The backend failed.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Why a shard was not loaded. The rows in memory are as before.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The shard belongs to the store itself, or is the common one, which stays loaded.
    #[error("the shard is reserved")]
    ReservedShard,
    /// The backend failed.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Why a job was not committed. The rows in memory are as before.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Another job has changed a row since this one's snapshot was taken. Do the work again on a new
    /// one.
    #[error("another job has changed a row of table {table}")]
    Conflict {
        /// The table.
        table: &'static str,
    },
    /// Another handle has written to the storage. The rows in memory are up to date again: do the
    /// work again on a new snapshot.
    #[error("another writer has changed the storage")]
    Superseded,
    /// A row was staged in a shard that is not loaded.
    #[error("a row of table {table} lies in a shard that is not loaded")]
    ShardNotLoaded {
        /// The table.
        table: &'static str,
    },
    /// The job deletes a shard of the store itself.
    #[error("the shard is reserved")]
    ReservedShard,
    /// A key or value cannot be encoded, or is larger than 4 GiB.
    #[error("a row of table {table} cannot be encoded")]
    Encode {
        /// The table.
        table: &'static str,
    },
    /// The job was taken from another database.
    #[error("the job belongs to another database")]
    ForeignJob,
    /// The database was deleted, or migrated by another program. Open it again.
    #[error("the database is closed")]
    Closed,
    /// The backend failed, and nothing was written.
    #[error("the backend failed and nothing was written")]
    Backend(#[source] BackendError),
    /// The backend failed, and the storage has moved on: the writes are there after all, or another
    /// writer was faster. The rows in memory are up to date again: see there.
    #[error("the backend failed and the storage has changed")]
    Ambiguous(#[source] BackendError),
    /// The backend failed, and does not answer what became of the writes. The next commit asks
    /// again.
    #[error("the backend failed and it is unknown whether the rows were written")]
    Unknown(#[source] BackendError),
}

impl CommitError {
    /// Whether the same work on a new snapshot may well succeed.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Conflict { .. } | Self::Superseded)
    }
}

/// A row has no encoding, so that the database cannot be dumped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a row of table {table} cannot be encoded")]
pub struct DumpError {
    /// The table.
    pub table: &'static str,
}

/// Why no database was made of a dump. No row of it was written.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// It is no dump, or is cut off.
    #[error("the rows of the dump cannot be read")]
    Malformed,
    /// A later version of the program has made it.
    #[error("the dump has schema version {found}, newer than {supported}")]
    NewerSchema {
        /// The dump's version.
        found: u32,
        /// The latest version this program knows.
        supported: u32,
    },
    /// There are rows already, which are not overwritten.
    #[error("the database has rows already")]
    NotEmpty,
    /// The database cannot be made.
    #[error(transparent)]
    Open(#[from] OpenError),
}
