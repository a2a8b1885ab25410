//! What a storage engine must offer.

use std::error::Error;
use std::fmt;
use std::future::Future;

use crate::faults::FaultPoint;

/// Defines an opaque identifier of fixed size.
macro_rules! opaque_id {
    ($(#[$meta:meta])* $name:ident, $size:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $size]);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "("))?;
                self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))?;
                write!(f, "…)")
            }
        }
    };
}

opaque_id!(
    /// One database inside a backend. It has a generation of its own.
    NamespaceId,
    32
);
opaque_id!(
    /// A group of rows that are loaded together.
    ShardId,
    32
);
opaque_id!(
    /// A table, as the backend sees it.
    TableTag,
    16
);
opaque_id!(
    /// A row within its shard and table.
    RowId,
    32
);

/// The number of commits a namespace has seen. A namespace that was never written has generation 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u64);

impl Generation {
    /// The generation after this one.
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

/// Where a row lies within its namespace. Backends may order rows by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowAddress {
    /// The shard.
    pub shard: ShardId,
    /// The table.
    pub table: TableTag,
    /// The row.
    pub row: RowId,
}

/// The length of [`RowAddress::key`].
pub const ROW_KEY: usize = 32 + 32 + 16 + 32;

impl RowAddress {
    /// The place of the row among those of all namespaces, for backends that keep them in one order:
    /// namespace, shard, table, row.
    #[must_use]
    pub fn key(self, namespace: NamespaceId) -> [u8; ROW_KEY] {
        let mut key = [0; ROW_KEY];
        let parts = namespace
            .0
            .iter()
            .chain(&self.shard.0)
            .chain(&self.table.0)
            .chain(&self.row.0);
        key.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
        key
    }

    /// The address that a [key](Self::key) was made of.
    #[must_use]
    pub fn of_key(key: &[u8; ROW_KEY]) -> Self {
        let mut address = Self::filled(0x00);
        let parts = address
            .shard
            .0
            .iter_mut()
            .chain(&mut address.table.0)
            .chain(&mut address.row.0);
        parts
            .zip(key.iter().skip(32))
            .for_each(|(to, from)| *to = *from);
        address
    }

    /// The first and the last key that rows of a namespace, or of one of its shards, can have.
    #[must_use]
    pub fn keys_of(
        namespace: NamespaceId,
        shard: Option<ShardId>,
    ) -> ([u8; ROW_KEY], [u8; ROW_KEY]) {
        let end = |fill| {
            let mut address = Self::filled(fill);
            address.shard = shard.unwrap_or(address.shard);
            address.key(namespace)
        };
        (end(0x00), end(0xff))
    }

    const fn filled(fill: u8) -> Self {
        Self {
            shard: ShardId([fill; 32]),
            table: TableTag([fill; 16]),
            row: RowId([fill; 32]),
        }
    }
}

/// A row as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct RawRow<'a> {
    /// Where it was found.
    pub address: RowAddress,
    /// The stored bytes.
    pub bytes: &'a [u8],
}

/// One write of a [`Batch`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Writes a row, over whatever was there.
    Put(RowAddress, Vec<u8>),
    /// Deletes a row; nothing happens if there is none.
    Delete(RowAddress),
    /// Deletes every row of a shard.
    DeleteShard(ShardId),
}

/// Writes that happen together or not at all, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The generation the writer has seen; a namespace that has moved on refuses the batch.
    pub expected: Generation,
    /// The writes.
    pub ops: Vec<Op>,
}

/// Which rows of a namespace to read.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// All of them.
    All,
    /// Those of the shards listed.
    Shards(&'a [ShardId]),
}

/// Takes rows as they are read. It is called synchronously, so that a backend may hand out bytes of
/// its own pages.
pub type RowSink<'a> = dyn FnMut(RawRow<'_>) + Send + 'a;

/// A place where rows are kept.
///
/// Implementations are handles: cheap to clone or shared by reference, all of them on one storage.
/// Futures need not be `Send`. A future that is dropped has either committed everything or nothing.
///
/// The logical schema is no concern of the backend: its version is stored in rows, and a migration is
/// a batch like any other.
pub trait Backend {
    /// The current generation of a namespace.
    fn generation(
        &self,
        namespace: NamespaceId,
    ) -> impl Future<Output = Result<Generation, BackendError>>;

    /// Hands every row in scope to `sink`, in any order, all from one generation, which is returned.
    fn load(
        &self,
        namespace: NamespaceId,
        scope: Scope<'_>,
        sink: &mut RowSink<'_>,
    ) -> impl Future<Output = Result<Generation, BackendError>>;

    /// Applies a batch as a whole and durably, and returns the new generation, the one after
    /// `batch.expected`.
    ///
    /// # Errors
    /// [`BackendError::GenerationMismatch`] if the namespace is not at `batch.expected`, and
    /// [`BackendError::Quota`] if there is no room; nothing is written then.
    fn commit(
        &self,
        namespace: NamespaceId,
        batch: Batch,
    ) -> impl Future<Output = Result<Generation, BackendError>>;

    /// Deletes all rows of a namespace. Its generation advances and is kept, so that a handle from
    /// before cannot write into a namespace of the same name made afterwards.
    fn remove_namespace(
        &self,
        namespace: NamespaceId,
    ) -> impl Future<Output = Result<(), BackendError>>;

    /// The namespaces that have at least one row.
    fn namespaces(&self) -> impl Future<Output = Result<Vec<NamespaceId>, BackendError>>;
}

/// What a backend was doing when the storage failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageAction {
    /// Opening the storage.
    Open,
    /// Reading rows or generations.
    Read,
    /// Writing rows.
    Write,
    /// Making writes durable. Whether they are is unknown.
    Commit,
}

impl fmt::Display for StorageAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "opening",
            Self::Read => "reading",
            Self::Write => "writing",
            Self::Commit => "committing",
        })
    }
}

/// Why a backend did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// There is no room for the batch; nothing was written.
    #[error("the storage is full")]
    Quota,
    /// Another writer has committed since; nothing was written.
    #[error("the storage is at generation {}, not {}", found.0, expected.0)]
    GenerationMismatch {
        /// What the batch was prepared on.
        expected: Generation,
        /// What the namespace is at.
        found: Generation,
    },
    /// Another process has the storage open.
    #[error("the storage is in use by another process")]
    Busy,
    /// The storage was laid out by another version of the backend.
    #[error("the storage has layout {found}, this version reads layout {supported}")]
    Layout {
        /// The version found.
        found: u32,
        /// The version this backend reads and writes.
        supported: u32,
    },
    /// A test asked for this failure.
    #[error("a fault was injected at {0:?}")]
    Injected(FaultPoint),
    /// The storage engine failed.
    #[error("{action} the storage failed")]
    Storage {
        /// What was being done.
        action: StorageAction,
        /// The engine's own error.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_round_trip_and_lie_within_their_bounds(
            namespace: [u8; 32], shard: [u8; 32], table: [u8; 16], row: [u8; 32], other: [u8; 32],
        ) {
            let address = RowAddress {
                shard: ShardId(shard),
                table: TableTag(table),
                row: RowId(row),
            };
            let namespace = NamespaceId(namespace);
            let key = address.key(namespace);
            prop_assert_eq!(RowAddress::of_key(&key), address);
            for shard in [None, Some(ShardId(shard))] {
                let (low, high) = RowAddress::keys_of(namespace, shard);
                prop_assert!(low <= key && key <= high);
            }
            let (low, high) = RowAddress::keys_of(namespace, Some(ShardId(other)));
            prop_assert_eq!(low <= key && key <= high, other == shard);
        }
    }
}
