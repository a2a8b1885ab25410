//! Running the migration steps of a schema.

use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroizing;

use super::core::Core;
use super::layout::{Broken, broken_row};
use super::opening::header_ops;
use crate::backend::{Backend, Batch, Op, RawRow, RowAddress, Scope, ShardId};
use crate::error::OpenError;
use crate::migrate::{MigratingRow, Migration, MigrationError, MigrationRows};
use crate::report::{LoadReport, RowFault};
use crate::seal::TableSeal;
use crate::spec::{Schema, Shard, Tables};

/// Every table the schema has or had, with its seal.
pub(super) fn known_tables<T: Tables, B: Backend>(
    core: &Core<B>,
) -> Vec<(&'static str, TableSeal)> {
    let former = T::SCHEMA
        .migrations
        .iter()
        .flat_map(|step| step.tables)
        .copied();
    let names: BTreeSet<_> = core.layout.names.iter().copied().chain(former).collect();
    names
        .into_iter()
        .map(|name| (name, core.layout.ring.table(name)))
        .collect()
}

/// Everything that the pending steps may touch.
struct Pending {
    tables: BTreeMap<&'static str, Vec<MigratingRow>>,
    /// The stored form of each row, and all rows that will be replaced.
    raw: BTreeMap<RowAddress, Vec<u8>>,
    counts: BTreeMap<ShardId, BTreeMap<String, u64>>,
    broken: Vec<Broken>,
}

/// Takes all shards from schema version `from` to the schema's in one commit.
pub(super) async fn migrate<T: Tables, B: Backend>(
    core: &Core<B>,
    from: u32,
) -> Result<LoadReport, OpenError> {
    let schema = T::SCHEMA;
    let steps: Vec<_> = schema
        .migrations
        .iter()
        .filter(|step| step.to > from)
        .collect();
    let touched: BTreeSet<_> = steps.iter().flat_map(|step| step.tables).copied().collect();
    let seals: Vec<_> = known_tables::<T, B>(core)
        .into_iter()
        .filter(|(name, _)| touched.contains(name))
        .collect();
    let (expected, mut pending) = collect(core, &schema, from, &seals).await?;
    for step in &steps {
        run_step(core, step, &mut pending).map_err(|source| OpenError::Migration {
            to: step.to,
            source,
        })?;
    }

    let mut ops = header_ops(core, schema.version);
    let mut kept: BTreeSet<RowAddress> = BTreeSet::new();
    // Counts of touched tables start again from what the steps leave.
    for counts in pending.counts.values_mut() {
        counts.retain(|table, _| !touched.contains(table.as_str()));
    }
    for (name, seal) in &seals {
        let version = schema.row_version(name, schema.version);
        for row in pending.tables.remove(name).unwrap_or_default() {
            let address = seal.address(row.shard, &row.key);
            let put = core
                .layout
                .put(seal, row.shard, version, &row.key, &row.value)
                .ok_or(OpenError::Migration {
                    to: schema.version,
                    source: MigrationError::Encode(name),
                })?;
            ops.push(put);
            if kept.insert(address) {
                let counts = pending.counts.entry(row.shard).or_default();
                *counts.entry((*name).to_owned()).or_default() += 1;
            }
        }
    }
    for row in &pending.broken {
        // One that the rows above have replaced is quarantined all the same, but not deleted.
        let [put, delete] = core
            .layout
            .quarantine_ops(expected, row)
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .try_into()
            .map_err(|_| OpenError::Migration {
                to: schema.version,
                source: MigrationError::Encode("quarantine"),
            })?;
        ops.push(put);
        if !kept.contains(&row.address) && !pending.raw.contains_key(&row.address) {
            ops.push(delete);
        }
    }
    ops.extend(
        pending
            .raw
            .keys()
            .filter(|at| !kept.contains(at))
            .copied()
            .map(Op::Delete),
    );
    for (shard, counts) in &pending.counts {
        let counts = core
            .layout
            .names
            .iter()
            .map(|name| counts.get(*name).copied().unwrap_or_default());
        ops.extend(core.layout.put_counts(*shard, &counts.collect()));
    }
    core.backend
        .commit(core.layout.ring.namespace, Batch { expected, ops })
        .await?;
    Ok(LoadReport {
        corrupt: pending.broken.iter().map(|row| row.report(true)).collect(),
        migrated_from: Some(from),
        ..LoadReport::default()
    })
}

/// Reads the rows of the touched tables from all shards, and every shard's counts.
async fn collect<B: Backend>(
    core: &Core<B>,
    schema: &Schema,
    from: u32,
    seals: &[(&'static str, TableSeal)],
) -> Result<(crate::backend::Generation, Pending), OpenError> {
    let Core { backend, layout } = core;
    let mut pending = Pending {
        tables: BTreeMap::new(),
        raw: BTreeMap::new(),
        counts: BTreeMap::new(),
        broken: Vec::new(),
    };
    let mut scratch = Zeroizing::new(Vec::new());
    let mut sink = |row: RawRow<'_>| {
        if row.address == layout.counts_address(row.address.shard) {
            // A corrupt row of counts is overwritten with what can be told; loading reports it then.
            let counts = layout.open_counts(row, &mut scratch).unwrap_or_default();
            pending.counts.insert(row.address.shard, counts);
            return;
        }
        let Some((name, seal)) = seals.iter().find(|(_, seal)| seal.tag == row.address.table)
        else {
            return;
        };
        let version = schema.row_version(name, from);
        match seal.open(row.address, version, row.bytes, &mut scratch) {
            Ok((key, value)) => {
                pending.raw.insert(row.address, row.bytes.to_vec());
                pending.tables.entry(*name).or_default().push(MigratingRow {
                    shard: row.address.shard,
                    key: key.to_vec(),
                    value: value.to_vec(),
                    origin: Some(row.address),
                });
            }
            Err(fault) => pending
                .broken
                .push(broken_row(row, None, Some(*name), fault)),
        }
    };
    let generation = backend
        .load(layout.ring.namespace, Scope::All, &mut sink)
        .await?;
    Ok((generation, pending))
}

fn run_step<B: Backend>(
    core: &Core<B>,
    step: &Migration,
    pending: &mut Pending,
) -> Result<(), MigrationError> {
    let mut failed = Vec::new();
    (step.run)(&mut MigrationRows {
        tables: &mut pending.tables,
        declared: step.tables,
        failed: &mut failed,
        shard_id: &|shard: &Shard| core.layout.ring.shard(shard),
    })?;
    for (table, row) in failed {
        // A row that an earlier step has made has no stored form: what it made is kept.
        let address = row
            .origin
            .unwrap_or_else(|| core.layout.ring.table(table).address(row.shard, &row.key));
        let raw = row
            .origin
            .and_then(|origin| pending.raw.get(&origin).cloned());
        let bytes = raw.unwrap_or_else(|| [row.key, row.value].concat());
        let fault = RowFault::Migration { to: step.to };
        pending.broken.push(Broken {
            address,
            shard: None,
            table: Some(table),
            fault,
            bytes,
        });
    }
    Ok(())
}
