//! Reading and mending a database in its backend.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::layout::{Broken, Counts, Layout, OWN_VERSION, QuarantineKey, broken_row};
use crate::backend::{Backend, BackendError, Batch, Generation, RawRow, RowId, Scope, ShardId};
use crate::report::{CountMismatch, LoadReport, QuarantinedRow, RowFault};
use crate::spec::{Shard, Tables};
use crate::table::decode;

/// A backend with the keys to one database in it.
pub(super) struct Core<B> {
    pub(super) backend: B,
    pub(super) layout: Layout,
}

/// What a pass over some shards has found.
pub(super) struct ReadRows<T> {
    pub(super) generation: Generation,
    pub(super) tables: T,
    pub(super) counts: BTreeMap<Shard, Counts>,
    broken: Vec<Broken>,
    mismatches: Vec<CountMismatch>,
}

impl<B: Backend> Core<B> {
    /// Reads all rows of some shards in one pass.
    pub(super) async fn read<T: Tables>(
        &self,
        shards: &[Shard],
    ) -> Result<ReadRows<T>, BackendError> {
        let Self { backend, layout } = self;
        let ids: Vec<_> = shards
            .iter()
            .map(|shard| layout.ring.shard(shard))
            .collect();
        let by_id: BTreeMap<_, _> = ids.iter().copied().zip(shards).collect();
        let mut tables = T::default();
        let mut counts: BTreeMap<Shard, Counts> = shards
            .iter()
            .map(|shard| (shard.clone(), vec![0; layout.names.len()]))
            .collect();
        // Counts of the last commit; nothing where their row was corrupt.
        let mut expected: BTreeMap<ShardId, Option<BTreeMap<String, u64>>> = BTreeMap::new();
        let mut broken = Vec::new();
        let mut scratch = Zeroizing::new(Vec::new());
        let generation = {
            let mut open_tables = tables.all_mut();
            let mut sink = |row: RawRow<'_>| {
                let Some(shard) = by_id.get(&row.address.shard) else {
                    return;
                };
                if row.address == layout.counts_address(row.address.shard) {
                    let read = layout.open_counts(row, &mut scratch);
                    expected.insert(row.address.shard, read.as_ref().ok().cloned());
                    if let Err(fault) = read {
                        broken.push(broken_row(row, Some((*shard).clone()), None, fault));
                    }
                    return;
                }
                let fault = match layout.table_at(row.address) {
                    None => (None, RowFault::UnknownTable),
                    Some((index, seal, version)) => {
                        let opened = seal.open(row.address, version, row.bytes, &mut scratch);
                        let table = open_tables.get_mut(index);
                        let decoded = opened.and_then(|(key, value)| match table {
                            Some(table) => table.decode(shard, key, value),
                            None => Err(RowFault::UnknownTable),
                        });
                        match decoded {
                            Ok(()) => {
                                let counts = counts.get_mut(shard).and_then(|c| c.get_mut(index));
                                counts.into_iter().for_each(|count| *count += 1);
                                return;
                            }
                            Err(fault) => (layout.names.get(index).copied(), fault),
                        }
                    }
                };
                broken.push(broken_row(row, Some((*shard).clone()), fault.0, fault.1));
            };
            let generation = backend
                .load(layout.ring.namespace, Scope::Shards(&ids), &mut sink)
                .await?;
            open_tables.into_iter().for_each(|table| table.settle());
            generation
        };
        let mismatches = layout.compare(&by_id, &counts, &expected, &broken);
        Ok(ReadRows {
            generation,
            tables,
            counts,
            broken,
            mismatches,
        })
    }

    /// Moves corrupt rows to quarantine and sets the counts right. The report tells what was found,
    /// also if the storage does not take the changes; `Err` comes with it then.
    pub(super) async fn mend<T: Tables>(
        &self,
        read: &mut ReadRows<T>,
    ) -> (LoadReport, Result<(), BackendError>) {
        let mut report = LoadReport {
            rows: read.counts.values().flatten().sum::<u64>() as usize,
            mismatches: std::mem::take(&mut read.mismatches),
            ..LoadReport::default()
        };
        let broken = std::mem::take(&mut read.broken);
        if report.mismatches.is_empty() && broken.is_empty() {
            return (report, Ok(()));
        }
        let mut ops = Vec::new();
        for row in &broken {
            ops.extend(
                self.layout
                    .quarantine_ops(read.generation, row)
                    .into_iter()
                    .flatten(),
            );
        }
        for (shard, counts) in &read.counts {
            ops.extend(
                self.layout
                    .put_counts(self.layout.ring.shard(shard), counts),
            );
        }
        let batch = Batch {
            expected: read.generation,
            ops,
        };
        let outcome = self.backend.commit(self.layout.ring.namespace, batch).await;
        report.corrupt = broken
            .iter()
            .map(|row| row.report(outcome.is_ok()))
            .collect();
        (
            report,
            outcome.map(|generation| read.generation = generation),
        )
    }

    /// The rows in quarantine that can be opened.
    pub(super) async fn quarantined(&self) -> Result<Vec<QuarantinedRow>, BackendError> {
        let Self { backend, layout } = self;
        let shard = layout.ring.shard(&Shard::QUARANTINE);
        let mut rows = Vec::new();
        let mut scratch = Zeroizing::new(Vec::new());
        let mut sink = |row: RawRow<'_>| {
            let opened = layout
                .quarantine
                .open(row.address, OWN_VERSION, row.bytes, &mut scratch);
            let Ok((key, bytes)) = opened else {
                return;
            };
            if let Some((_, shard, table, row, fault)) = decode::<QuarantineKey>(key) {
                let (shard, row) = (ShardId(shard), RowId(row));
                rows.push(QuarantinedRow {
                    shard,
                    table,
                    row,
                    fault,
                    bytes: bytes.to_vec(),
                });
            }
        };
        backend
            .load(layout.ring.namespace, Scope::Shards(&[shard]), &mut sink)
            .await?;
        Ok(rows)
    }
}
