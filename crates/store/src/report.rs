//! What was found wrong while rows were read.

use crate::backend::{RowId, ShardId};
use crate::spec::Shard;

/// Why a row cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// It is too short for a row.
    #[error("the row is cut short")]
    Truncated,
    /// It is in no format this database reads. A plain row in a sealed database is such a row.
    #[error("the row has the unknown format {0}")]
    UnknownFormat(u8),
    /// It was written for another version of its table.
    #[error("the row has schema version {found}, its table has {expected}")]
    WrongSchema {
        /// The version the row claims.
        found: u32,
        /// The version of the table.
        expected: u32,
    },
    /// It is not what was written at this place with this key.
    #[error("the row fails authentication")]
    Forged,
    /// Its inner lengths do not fit its size.
    #[error("the row's frame is malformed")]
    Malformed,
    /// Its key or value does not decode.
    #[error("the row does not decode")]
    Undecodable,
    /// Its key belongs at another address.
    #[error("the row's key belongs elsewhere")]
    Misplaced,
    /// It belongs to no table of the schema.
    #[error("the row belongs to no known table")]
    UnknownTable,
    /// A migration step could not carry it over.
    #[error("the row could not be migrated to schema version {to}")]
    Migration {
        /// The version the step leads to.
        to: u32,
    },
}

/// A row that was found unusable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorruptRow {
    /// The shard, where its name is known.
    pub shard: Option<Shard>,
    /// The name of the table, where it is known.
    pub table: Option<&'static str>,
    /// The stored id.
    pub row: RowId,
    /// What is wrong.
    pub fault: RowFault,
    /// Whether it was moved to quarantine. If not (the storage may be full), it lies where it was
    /// and will be reported again.
    pub quarantined: bool,
}

/// A table that has more or fewer rows in a shard than the last commit left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountMismatch {
    /// The shard.
    pub shard: Shard,
    /// The table.
    pub table: &'static str,
    /// Rows that the last commit left.
    pub expected: u64,
    /// Rows found, corrupt ones included.
    pub found: u64,
}

/// What happened while rows were loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// Usable rows that were read.
    pub rows: usize,
    /// Unusable rows.
    pub corrupt: Vec<CorruptRow>,
    /// Rows that vanished or appeared by other means than a commit.
    pub mismatches: Vec<CountMismatch>,
    /// The schema version that was migrated from.
    pub migrated_from: Option<u32>,
    /// Whether a damaged header had to be restored.
    pub header_restored: bool,
}

impl LoadReport {
    /// Whether nothing was wrong.
    pub fn is_clean(&self) -> bool {
        self.corrupt.is_empty() && self.mismatches.is_empty() && !self.header_restored
    }

    /// Adds what another load found.
    pub fn absorb(&mut self, other: Self) {
        self.rows += other.rows;
        self.corrupt.extend(other.corrupt);
        self.mismatches.extend(other.mismatches);
        self.migrated_from = self.migrated_from.or(other.migrated_from);
        self.header_restored |= other.header_restored;
    }
}

/// A row in quarantine: as it was found, where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantinedRow {
    /// The shard it was found in.
    pub shard: ShardId,
    /// The name of its table, where it is known.
    pub table: Option<String>,
    /// The id it was found under.
    pub row: RowId,
    /// What was wrong, in words, as of then.
    pub fault: String,
    /// The stored bytes, still sealed.
    pub bytes: Vec<u8>,
}
