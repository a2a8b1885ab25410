//! A backend that keeps its rows in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use imbl::OrdMap;

use crate::backend::{
    Backend, BackendError, Batch, Generation, NamespaceId, Op, RawRow, RowAddress, RowSink, Scope,
};
use crate::faults::{FaultPlan, FaultPoint};

#[derive(Clone, Debug, Default)]
struct Namespace {
    generation: Generation,
    /// Persistent, so that the copy a reader or a commit works on costs nothing.
    rows: OrdMap<RowAddress, Arc<[u8]>>,
}

/// Rows in memory, shared by all clones of the handle and gone with the last of them. Faults can be
/// injected, as tests of what is built on it need them.
#[derive(Clone, Debug, Default)]
pub struct MemoryBackend {
    namespaces: Arc<Mutex<BTreeMap<NamespaceId, Namespace>>>,
    faults: FaultPlan,
}

impl MemoryBackend {
    /// An empty backend.
    pub fn new() -> Self {
        Self::default()
    }

    /// The plan of faults, shared by all clones.
    pub fn faults(&self) -> &FaultPlan {
        &self.faults
    }

    /// Changes the stored bytes of a row behind everybody's back, as a broken disk does. Returns
    /// whether the row is there.
    pub fn corrupt(
        &self,
        namespace: NamespaceId,
        address: RowAddress,
        change: impl FnOnce(&mut Vec<u8>),
    ) -> bool {
        let mut all = self.lock();
        let Some(row) = all
            .get_mut(&namespace)
            .and_then(|n| n.rows.get_mut(&address))
        else {
            return false;
        };
        let mut bytes = row.to_vec();
        change(&mut bytes);
        *row = bytes.into();
        true
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<NamespaceId, Namespace>> {
        self.namespaces
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn apply(&self, namespace: NamespaceId, batch: Batch) -> Result<Generation, BackendError> {
        let mut all = self.lock();
        let mut staged = all.get(&namespace).cloned().unwrap_or_default();
        if staged.generation != batch.expected {
            return Err(BackendError::GenerationMismatch {
                expected: batch.expected,
                found: staged.generation,
            });
        }
        self.faults.reach(FaultPoint::BeforeCommit)?;
        for (step, op) in batch.ops.into_iter().enumerate() {
            self.faults.reach(FaultPoint::Step(step))?;
            match op {
                Op::Put(address, bytes) => {
                    staged.rows.insert(address, bytes.into());
                }
                Op::Delete(address) => {
                    staged.rows.remove(&address);
                }
                Op::DeleteShard(shard) => {
                    staged.rows = staged
                        .rows
                        .into_iter()
                        .filter(|(at, _)| at.shard != shard)
                        .collect();
                }
            }
        }
        if let Some(quota) = self.faults.quota() {
            let others = all
                .iter()
                .filter(|(id, _)| **id != namespace)
                .map(|(_, n)| n);
            let used: usize = others
                .chain([&staged])
                .flat_map(|n| n.rows.values())
                .map(|row| row.len())
                .sum();
            if used as u64 > quota {
                return Err(BackendError::Quota);
            }
        }
        self.faults.reach(FaultPoint::BeforeDurable)?;
        staged.generation = staged.generation.next();
        let generation = staged.generation;
        all.insert(namespace, staged);
        self.faults.reach(FaultPoint::AfterCommit)?;
        Ok(generation)
    }
}

impl Backend for MemoryBackend {
    async fn generation(&self, namespace: NamespaceId) -> Result<Generation, BackendError> {
        Ok(self
            .lock()
            .get(&namespace)
            .map(|n| n.generation)
            .unwrap_or_default())
    }

    async fn load(
        &self,
        namespace: NamespaceId,
        scope: Scope<'_>,
        sink: &mut RowSink<'_>,
    ) -> Result<Generation, BackendError> {
        // The copy shares the rows' bytes; the lock is not held while the sink works.
        let Some(copy) = self.lock().get(&namespace).cloned() else {
            return Ok(Generation::default());
        };
        for (address, bytes) in &copy.rows {
            let wanted = match scope {
                Scope::All => true,
                Scope::Shards(shards) => shards.contains(&address.shard),
            };
            if wanted {
                sink(RawRow {
                    address: *address,
                    bytes,
                });
            }
        }
        Ok(copy.generation)
    }

    async fn commit(
        &self,
        namespace: NamespaceId,
        batch: Batch,
    ) -> Result<Generation, BackendError> {
        self.apply(namespace, batch)
    }

    async fn remove_namespace(&self, namespace: NamespaceId) -> Result<(), BackendError> {
        if let Some(found) = self.lock().get_mut(&namespace) {
            found.rows.clear();
            found.generation = found.generation.next();
        }
        Ok(())
    }

    async fn namespaces(&self) -> Result<Vec<NamespaceId>, BackendError> {
        Ok(self
            .lock()
            .iter()
            .filter(|(_, n)| !n.rows.is_empty())
            .map(|(id, _)| *id)
            .collect())
    }
}
