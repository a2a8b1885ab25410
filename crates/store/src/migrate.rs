//! Steps from one schema version to the next.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::backend::{RowAddress, ShardId};
use crate::spec::Shard;
use crate::table::{decode, encode};

/// One step of the schema. Each lives in a file of its own and describes the rows as they were then,
/// by types of its own: later changes of the program must not change what it does.
#[derive(Clone, Copy)]
pub struct Migration {
    /// The version this step leads to, from the one before.
    pub to: u32,
    /// The tables it reads or writes. Their rows are all written anew; those of other tables stay.
    pub tables: &'static [&'static str],
    /// The work.
    pub run: fn(&mut MigrationRows<'_>) -> Result<(), MigrationError>,
}

impl fmt::Debug for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migration")
            .field("to", &self.to)
            .field("tables", &self.tables)
            .finish()
    }
}

/// Why a step failed as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MigrationError {
    /// The step touches a table that it does not declare.
    #[error("the step does not declare the table {0}")]
    UndeclaredTable(&'static str),
    /// A row that the step made has no encoding.
    #[error("a row made for table {0} cannot be encoded")]
    Encode(&'static str),
    /// The rows contradict what the step requires.
    #[error("the rows do not hold what the step requires: {0}")]
    Unexpected(&'static str),
}

/// The shard of a row in migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardRef(pub(crate) ShardId);

#[derive(Clone)]
pub(crate) struct MigratingRow {
    pub(crate) shard: ShardId,
    pub(crate) key: Vec<u8>,
    pub(crate) value: Vec<u8>,
    /// Where the row was read; nothing for one that a step has made.
    pub(crate) origin: Option<RowAddress>,
}

/// The rows of all shards, as one step sees them.
pub struct MigrationRows<'a> {
    pub(crate) tables: &'a mut BTreeMap<&'static str, Vec<MigratingRow>>,
    pub(crate) declared: &'static [&'static str],
    /// Rows that the step could not carry over, with their table.
    pub(crate) failed: &'a mut Vec<(&'static str, MigratingRow)>,
    pub(crate) shard_id: &'a dyn Fn(&Shard) -> ShardId,
}

impl fmt::Debug for MigrationRows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MigrationRows")
            .field("tables", &self.declared)
            .finish_non_exhaustive()
    }
}

impl MigrationRows<'_> {
    /// Turns every row of a table into another, or into none. A row that does not decode, or for
    /// which `change` returns an error, goes to quarantine; the others go on.
    ///
    /// # Errors
    /// [`MigrationError::UndeclaredTable`], [`MigrationError::Encode`].
    pub fn rewrite<K0, V0, K1, V1, E>(
        &mut self,
        table: &'static str,
        mut change: impl FnMut(K0, V0) -> Result<Option<(K1, V1)>, E>,
    ) -> Result<(), MigrationError>
    where
        K0: DeserializeOwned,
        V0: DeserializeOwned,
        K1: Serialize,
        V1: Serialize,
    {
        for row in std::mem::take(self.table(table)?) {
            let parsed = decode(&row.key).zip(decode(&row.value));
            let changed = parsed.map(|(key, value)| change(key, value));
            match changed {
                Some(Ok(Some((key, value)))) => {
                    let row = MigratingRow {
                        key: encode(&key).ok_or(MigrationError::Encode(table))?,
                        value: encode(&value).ok_or(MigrationError::Encode(table))?,
                        ..row
                    };
                    self.table(table)?.push(row);
                }
                Some(Ok(None)) => {}
                Some(Err(_)) | None => self.failed.push((table, row)),
            }
        }
        Ok(())
    }

    /// Takes all rows out of a table, to be inserted elsewhere or dropped. Rows that do not decode go
    /// to quarantine.
    ///
    /// # Errors
    /// [`MigrationError::UndeclaredTable`].
    pub fn drain<K: DeserializeOwned, V: DeserializeOwned>(
        &mut self,
        table: &'static str,
    ) -> Result<Vec<(ShardRef, K, V)>, MigrationError> {
        let mut rows = Vec::new();
        for row in std::mem::take(self.table(table)?) {
            match decode(&row.key).zip(decode(&row.value)) {
                Some((key, value)) => rows.push((ShardRef(row.shard), key, value)),
                None => self.failed.push((table, row)),
            }
        }
        Ok(rows)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`MigrationError::UndeclaredTable`], [`MigrationError::Encode`].
    pub fn insert(
        &mut self,
        table: &'static str,
        shard: ShardRef,
        key: &impl Serialize,
        value: &impl Serialize,
    ) -> Result<(), MigrationError> {
        let row = MigratingRow {
            shard: shard.0,
            key: encode(key).ok_or(MigrationError::Encode(table))?,
            value: encode(value).ok_or(MigrationError::Encode(table))?,
            origin: None,
        };
        self.table(table)?.push(row);
        Ok(())
    }

    /// The shard of this name, for [`Self::insert`].
    pub fn shard(&self, shard: &Shard) -> ShardRef {
        ShardRef((self.shard_id)(shard))
    }

    fn table(&mut self, table: &'static str) -> Result<&mut Vec<MigratingRow>, MigrationError> {
        if !self.declared.contains(&table) {
            return Err(MigrationError::UndeclaredTable(table));
        }
        Ok(self.tables.entry(table).or_default())
    }
}
