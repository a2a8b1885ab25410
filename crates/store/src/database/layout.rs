//! Where the rows of a database lie and how they are sealed.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::backend::{Generation, Op, RawRow, RowAddress, ShardId};
use crate::error::SchemaError;
use crate::report::{CorruptRow, CountMismatch, RowFault};
use crate::seal::{KeyRing, Nonces, Sealing, TableSeal};
use crate::spec::{Shard, Tables};
use crate::table::{decode, encode};

/// Row version of the store's own rows.
pub(super) const OWN_VERSION: u32 = 1;
/// Key of the row that holds the row counts of a shard.
const COUNTS: &[u8] = b"counts";

/// What identifies a row in quarantine: generation, shard, table, row, fault.
pub(super) type QuarantineKey = (u64, [u8; 32], Option<String>, [u8; 32], String);

/// Names, keys and seals of one database.
pub(super) struct Layout {
    pub(super) ring: KeyRing,
    pub(super) names: Vec<&'static str>,
    /// Row version of each table.
    pub(super) versions: Vec<u32>,
    pub(super) seals: Vec<TableSeal>,
    /// Seals the headers and the row counts.
    pub(super) meta: TableSeal,
    pub(super) quarantine: TableSeal,
    nonces: Mutex<Nonces>,
}

/// The usable rows by number in each table of the schema.
pub(super) type Counts = Vec<u64>;

/// A row that cannot be used.
pub(super) struct Broken {
    pub(super) address: RowAddress,
    pub(super) shard: Option<Shard>,
    pub(super) table: Option<&'static str>,
    pub(super) fault: RowFault,
    pub(super) bytes: Vec<u8>,
}

impl Broken {
    pub(super) fn report(&self, quarantined: bool) -> CorruptRow {
        CorruptRow {
            shard: self.shard.clone(),
            table: self.table,
            row: self.address.row,
            fault: self.fault.clone(),
            quarantined,
        }
    }
}

impl Layout {
    pub(super) fn new<T: Tables>(name: &str, sealing: Sealing) -> Result<Self, SchemaError> {
        let schema = T::SCHEMA;
        let names: Vec<_> = T::default()
            .all()
            .iter()
            .map(|table| table.name())
            .collect();
        for (index, name) in names.iter().enumerate() {
            if name.starts_with("pixie.") {
                return Err(SchemaError::ReservedTable(name));
            }
            if names.iter().take(index).any(|other| other == name) {
                return Err(SchemaError::DuplicateTable(name));
            }
        }
        let steps = schema.migrations.iter().map(|step| step.to);
        let wanted = 2..=schema.version;
        if let Some(to) = wanted
            .clone()
            .find(|to| !steps.clone().any(|step| step == *to))
        {
            return Err(SchemaError::MissingStep { to });
        }
        let wanted = wanted.map(Some).chain(std::iter::repeat(None));
        if let Some((to, _)) = steps
            .zip(wanted)
            .find(|(step, wanted)| Some(*step) != *wanted)
        {
            return Err(SchemaError::MissingStep { to });
        }
        let (ring, nonces) = KeyRing::new(sealing, name);
        Ok(Self {
            versions: names
                .iter()
                .map(|name| schema.row_version(name, schema.version))
                .collect(),
            seals: names.iter().map(|name| ring.table(name)).collect(),
            meta: ring.table("pixie.meta"),
            quarantine: ring.table("pixie.quarantine"),
            names,
            ring,
            nonces: Mutex::new(nonces),
        })
    }

    /// Seals a row, and puts it at its address.
    pub(super) fn put(
        &self,
        seal: &TableSeal,
        shard: ShardId,
        version: u32,
        key: &[u8],
        value: &[u8],
    ) -> Option<Op> {
        let address = seal.address(shard, key);
        self.put_at(seal, address, version, key, value)
    }

    pub(super) fn put_at(
        &self,
        seal: &TableSeal,
        address: RowAddress,
        version: u32,
        key: &[u8],
        value: &[u8],
    ) -> Option<Op> {
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        seal.seal(address, version, key, value, &mut nonces)
            .map(|bytes| Op::Put(address, bytes))
    }

    /// The row that holds the counts of a shard.
    pub(super) fn put_counts(&self, shard: ShardId, counts: &Counts) -> Option<Op> {
        let counts = self.names.iter().copied().zip(counts.iter().copied());
        self.put_named_counts(shard, &counts.collect())
    }

    /// The same, where the tables may be those of another version of the schema.
    pub(super) fn put_named_counts(
        &self,
        shard: ShardId,
        counts: &BTreeMap<&str, u64>,
    ) -> Option<Op> {
        self.put(&self.meta, shard, OWN_VERSION, COUNTS, &encode(counts)?)
    }

    pub(super) fn counts_address(&self, shard: ShardId) -> RowAddress {
        self.meta.address(shard, COUNTS)
    }

    /// Opens a row of counts; by name, for a migration knows other tables.
    pub(super) fn open_counts(
        &self,
        row: RawRow<'_>,
        scratch: &mut Zeroizing<Vec<u8>>,
    ) -> Result<BTreeMap<String, u64>, RowFault> {
        let (_, value) = self
            .meta
            .open(row.address, OWN_VERSION, row.bytes, scratch)?;
        decode(value).ok_or(RowFault::Undecodable)
    }

    pub(super) fn table_at(&self, address: RowAddress) -> Option<(usize, &TableSeal, u32)> {
        let index = self
            .seals
            .iter()
            .position(|seal| seal.tag == address.table)?;
        Some((index, self.seals.get(index)?, *self.versions.get(index)?))
    }

    /// Compares the rows found, corrupt ones included, with the counts of the last commit.
    pub(super) fn compare(
        &self,
        shards: &BTreeMap<ShardId, &Shard>,
        counts: &BTreeMap<Shard, Counts>,
        expected: &BTreeMap<ShardId, Option<BTreeMap<String, u64>>>,
        broken: &[Broken],
    ) -> Vec<CountMismatch> {
        let mut mismatches = Vec::new();
        for (id, shard) in shards {
            let expected = match expected.get(id) {
                Some(Some(counts)) => Some(counts),
                // Their row is corrupt and reported as such.
                Some(None) => continue,
                None => None,
            };
            let usable = counts.get(*shard).into_iter().flatten();
            for (table, usable) in self.names.iter().zip(usable) {
                let corrupt = broken
                    .iter()
                    .filter(|b| b.address.shard == *id && b.table == Some(*table));
                let found = usable + corrupt.count() as u64;
                let expected = expected
                    .and_then(|counts| counts.get(*table))
                    .copied()
                    .unwrap_or_default();
                if found != expected {
                    let shard = (*shard).clone();
                    mismatches.push(CountMismatch {
                        shard,
                        table,
                        expected,
                        found,
                    });
                }
            }
        }
        mismatches
    }

    /// The writes that move a row to quarantine.
    pub(super) fn quarantine_ops(&self, generation: Generation, row: &Broken) -> Option<[Op; 2]> {
        let key: QuarantineKey = (
            generation.0,
            row.address.shard.0,
            row.table.map(str::to_owned),
            row.address.row.0,
            row.fault.to_string(),
        );
        let shard = self.ring.shard(&Shard::QUARANTINE);
        let put = self.put(
            &self.quarantine,
            shard,
            OWN_VERSION,
            &encode(&key)?,
            &row.bytes,
        )?;
        Some([put, Op::Delete(row.address)])
    }
}

pub(super) fn broken_row(
    row: RawRow<'_>,
    shard: Option<Shard>,
    table: Option<&'static str>,
    fault: RowFault,
) -> Broken {
    Broken {
        address: row.address,
        shard,
        table,
        fault,
        bytes: row.bytes.to_vec(),
    }
}
