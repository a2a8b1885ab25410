//! From staged writes to committed rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Database, Job, State, Writer};
use crate::backend::{Backend, BackendError, Batch, Generation, Op, ShardId};
use crate::error::CommitError;
use crate::spec::{Shard, Tables};

impl<T: Tables, B: Backend> Database<T, B> {
    /// Commits all writes of a job or none: to the backend first, then visibly in memory. Returns the
    /// generation after it; a job without writes commits nothing.
    ///
    /// A commit that is dropped before it ends has written everything or nothing; the next one finds
    /// out which, and brings the rows in memory up to date.
    ///
    /// # Errors
    /// See [`CommitError`].
    pub async fn commit(&self, mut job: Job<T>) -> Result<Generation, CommitError> {
        if !Arc::ptr_eq(&job.home, &self.inner.writer) {
            return Err(CommitError::ForeignJob);
        }
        let mut writer = match job.turn.take() {
            Some(turn) => turn,
            None => self.inner.writer.lock_arc().await,
        };
        self.settle(&mut writer)
            .await
            .map_err(CommitError::Backend)?;
        self.check_open()?;
        let current = self.current();
        let (ops, shards) = self.prepare(&job, &current)?;
        if ops.is_empty() {
            return Ok(current.generation);
        }
        let batch = Batch {
            expected: current.generation,
            ops,
        };
        // Until the backend has answered, only it knows; also if this future is dropped meanwhile.
        writer.in_doubt = true;
        match self
            .inner
            .core
            .backend
            .commit(self.inner.core.layout.ring.namespace, batch)
            .await
        {
            Ok(generation) => {
                let mut tables = current.tables.clone();
                for (table, work) in tables.all_mut().into_iter().zip(job.work.all()) {
                    table.apply(work);
                }
                self.publish(State {
                    tables,
                    generation,
                    shards,
                });
                writer.in_doubt = false;
                Ok(generation)
            }
            Err(error) => Err(self.failed(&mut writer, current.generation, error).await),
        }
    }

    /// The writes of a job for the backend, and the loaded shards with their counts after it.
    #[allow(clippy::type_complexity)]
    fn prepare(
        &self,
        job: &Job<T>,
        current: &State<T>,
    ) -> Result<(Vec<Op>, BTreeMap<Shard, Vec<u64>>), CommitError> {
        let core = &self.inner.core;
        let mut shards = current.shards.clone();
        let mut ids: BTreeMap<Shard, ShardId> = BTreeMap::new();
        let mut changed: BTreeMap<Shard, bool> = BTreeMap::new();
        let mut ops = Vec::new();
        for shard in &job.dropped {
            if shard.is_reserved() {
                return Err(CommitError::ReservedShard);
            }
            ops.push(Op::DeleteShard(core.layout.ring.shard(shard)));
            if let Some(counts) = shards.get_mut(shard) {
                counts.fill(0);
                changed.insert(shard.clone(), true);
            }
        }
        let (work, base, now) = (job.work.all(), job.base.tables.all(), current.tables.all());
        let tables = work
            .into_iter()
            .zip(base)
            .zip(now)
            .zip(&core.layout.seals)
            .zip(&core.layout.versions);
        for (index, ((((work, base), now), seal), version)) in tables.enumerate() {
            let table = work.name();
            for row in work.stage(base, now, &job.dropped)? {
                let count = shards
                    .get_mut(&row.shard)
                    .and_then(|counts| counts.get_mut(index))
                    .ok_or(CommitError::ShardNotLoaded { table })?;
                *count = count.saturating_add_signed(row.change);
                let shard = *ids
                    .entry(row.shard.clone())
                    .or_insert_with(|| core.layout.ring.shard(&row.shard));
                *changed.entry(row.shard).or_default() |= row.change != 0;
                ops.push(match row.value {
                    Some(value) => core
                        .layout
                        .put(seal, shard, *version, &row.key, &value)
                        .ok_or(CommitError::Encode { table })?,
                    None => Op::Delete(seal.address(shard, &row.key)),
                });
            }
        }
        for (shard, counts) in &shards {
            if changed.get(shard).copied().unwrap_or(false) {
                let put = core
                    .layout
                    .put_counts(core.layout.ring.shard(shard), counts);
                ops.push(put.ok_or(CommitError::Encode { table: "counts" })?);
            }
        }
        Ok((ops, shards))
    }

    /// Finds out what became of a commit that the backend reported as failed.
    async fn failed(
        &self,
        writer: &mut Writer,
        expected: Generation,
        error: BackendError,
    ) -> CommitError {
        let superseded = matches!(error, BackendError::GenerationMismatch { .. });
        let settled = self.settle(writer).await;
        if superseded {
            return CommitError::Superseded;
        }
        match settled {
            Err(_) => CommitError::Unknown(error),
            Ok(()) if self.current().generation == expected => CommitError::Backend(error),
            Ok(()) => CommitError::Ambiguous(error),
        }
    }
}
