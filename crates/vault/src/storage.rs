//! Where the vault's few records are kept.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pixie_store::{
    Backend, BackendError, Batch, NamespaceId, Op, RowAddress, RowId, Scope, ShardId, TableTag,
};

/// What is kept, each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VaultRecord {
    /// The first copy of the envelope.
    FirstCopy,
    /// The second copy of the envelope.
    SecondCopy,
    /// Failed attempts to unlock.
    Throttle,
    /// What lets an unlocked vault survive a restart of the program.
    Session,
}

impl VaultRecord {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::FirstCopy,
        Self::SecondCopy,
        Self::Throttle,
        Self::Session,
    ];

    const fn name(self) -> &'static [u8] {
        match self {
            Self::FirstCopy => b"pixie/vault/first-copy",
            Self::SecondCopy => b"pixie/vault/second-copy",
            Self::Throttle => b"pixie/vault/throttle",
            Self::Session => b"pixie/vault/session",
        }
    }
}

/// The storage did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultStorageError {
    /// There is no room; nothing was written.
    #[error("the storage is full")]
    Full,
    /// What was read back is not what was written.
    #[error("the storage does not keep what was written")]
    NotKept,
    /// The storage failed.
    #[error("the storage failed")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

/// Keeps records. Writes are durable when they return. A write that fails or is interrupted may leave
/// the old record, the new one or a broken one, but does not touch the others.
///
/// The two copies of the envelope protect each other best where they are kept apart: see
/// [`SplitStorage`].
pub trait VaultStorage {
    /// Reads a record; `None` if there is none.
    fn read(
        &self,
        record: VaultRecord,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, VaultStorageError>>;

    /// Writes a record over whatever was there.
    fn write(
        &self,
        record: VaultRecord,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<(), VaultStorageError>>;

    /// Deletes a record; nothing happens if there is none.
    fn delete(&self, record: VaultRecord) -> impl Future<Output = Result<(), VaultStorageError>>;
}

/// Keeps the second copy of the envelope in another storage than everything else.
#[derive(Debug, Clone)]
pub struct SplitStorage<A, B> {
    /// Keeps everything but the second copy.
    pub main: A,
    /// Keeps the second copy.
    pub second: B,
}

impl<A: VaultStorage, B: VaultStorage> VaultStorage for SplitStorage<A, B> {
    async fn read(&self, record: VaultRecord) -> Result<Option<Vec<u8>>, VaultStorageError> {
        match record {
            VaultRecord::SecondCopy => self.second.read(record).await,
            _ => self.main.read(record).await,
        }
    }

    async fn write(&self, record: VaultRecord, bytes: Vec<u8>) -> Result<(), VaultStorageError> {
        match record {
            VaultRecord::SecondCopy => self.second.write(record, bytes).await,
            _ => self.main.write(record, bytes).await,
        }
    }

    async fn delete(&self, record: VaultRecord) -> Result<(), VaultStorageError> {
        match record {
            VaultRecord::SecondCopy => self.second.delete(record).await,
            _ => self.main.delete(record).await,
        }
    }
}

/// Keeps the records in a backend of the store, each in a namespace of its own.
#[derive(Debug, Clone)]
pub struct BackendStorage<B>(B);

/// The one row of a record's namespace.
const ROW: RowAddress = RowAddress {
    shard: ShardId([0; 32]),
    table: TableTag(*b"pixie/vault\0\0\0\0\0"),
    row: RowId([0; 32]),
};

impl<B: Backend> BackendStorage<B> {
    /// Attempts at a write while other writers are faster.
    const ATTEMPTS: usize = 8;

    /// Takes a backend; its other namespaces are left alone.
    #[must_use]
    pub const fn new(backend: B) -> Self {
        Self(backend)
    }

    async fn commit(&self, record: VaultRecord, op: Op) -> Result<(), VaultStorageError> {
        let namespace = namespace(record);
        let mut attempt = 1;
        loop {
            let expected = self.0.generation(namespace).await.map_err(failed)?;
            let batch = Batch {
                expected,
                ops: vec![op.clone()],
            };
            match self.0.commit(namespace, batch).await {
                Ok(_) => return Ok(()),
                Err(BackendError::GenerationMismatch { .. }) if attempt < Self::ATTEMPTS => {
                    attempt += 1;
                }
                Err(error) => return Err(failed(error)),
            }
        }
    }
}

impl<B: Backend> VaultStorage for BackendStorage<B> {
    async fn read(&self, record: VaultRecord) -> Result<Option<Vec<u8>>, VaultStorageError> {
        let mut found = None;
        self.0
            .load(namespace(record), Scope::All, &mut |row| {
                if row.address == ROW {
                    found = Some(row.bytes.to_vec());
                }
            })
            .await
            .map_err(failed)?;
        Ok(found)
    }

    async fn write(&self, record: VaultRecord, bytes: Vec<u8>) -> Result<(), VaultStorageError> {
        self.commit(record, Op::Put(ROW, bytes)).await
    }

    async fn delete(&self, record: VaultRecord) -> Result<(), VaultStorageError> {
        self.commit(record, Op::Delete(ROW)).await
    }
}

fn namespace(record: VaultRecord) -> NamespaceId {
    let mut id = [0; 32];
    for (to, from) in id.iter_mut().zip(record.name()) {
        *to = *from;
    }
    NamespaceId(id)
}

fn failed(error: BackendError) -> VaultStorageError {
    match error {
        BackendError::Quota => VaultStorageError::Full,
        other => VaultStorageError::Failed(Box::new(other)),
    }
}

/// Keeps records in memory, for tests. Clones are one storage.
#[derive(Debug, Clone, Default)]
pub struct MemoryVaultStorage(Arc<Mutex<Memory>>);

#[derive(Debug, Default)]
struct Memory {
    records: BTreeMap<VaultRecord, Vec<u8>>,
    failing: Option<(VaultRecord, WriteFault)>,
    writes: u64,
    writes_left: Option<u64>,
}

/// How a write of [`MemoryVaultStorage`] fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteFault {
    /// There is no room.
    Full,
    /// Half of the record is written.
    Torn,
    /// All of the record is written, but the writer is told otherwise.
    Denied,
    /// Nothing is written, and the writer is told that it was.
    Lost,
}

impl MemoryVaultStorage {
    /// An empty storage.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes of a record.
    #[must_use]
    pub fn get(&self, record: VaultRecord) -> Option<Vec<u8>> {
        self.lock().records.get(&record).cloned()
    }

    /// Puts bytes in place of a record, or takes it away.
    pub fn set(&self, record: VaultRecord, bytes: Option<Vec<u8>>) {
        let mut memory = self.lock();
        match bytes {
            Some(bytes) => memory.records.insert(record, bytes),
            None => memory.records.remove(&record),
        };
    }

    /// Makes every write of a record fail, until told otherwise.
    pub fn fail(&self, fault: Option<(VaultRecord, WriteFault)>) {
        self.lock().failing = fault;
    }

    /// Lets `writes` more writes and deletions happen and refuses those after them, as if the
    /// program had been stopped there; `None` lifts it.
    pub fn stop_after(&self, writes: Option<u64>) {
        self.lock().writes_left = writes;
    }

    /// Writes and deletions until now.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.lock().writes
    }

    /// A copy of the records that goes its own way.
    #[must_use]
    pub fn fork(&self) -> Self {
        let copy = Self::default();
        copy.lock().records = self.lock().records.clone();
        copy
    }

    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn charge(&mut self) -> Result<(), VaultStorageError> {
        if let Some(left) = &mut self.writes_left {
            *left = left.checked_sub(1).ok_or_else(broken)?;
        }
        self.writes += 1;
        Ok(())
    }
}

fn broken() -> VaultStorageError {
    VaultStorageError::Failed("a fault was injected".into())
}

impl VaultStorage for MemoryVaultStorage {
    async fn read(&self, record: VaultRecord) -> Result<Option<Vec<u8>>, VaultStorageError> {
        Ok(self.get(record))
    }

    async fn write(
        &self,
        record: VaultRecord,
        mut bytes: Vec<u8>,
    ) -> Result<(), VaultStorageError> {
        let mut memory = self.lock();
        memory.charge()?;
        let fault = memory
            .failing
            .and_then(|(failing, fault)| (failing == record).then_some(fault));
        match fault {
            None => {
                memory.records.insert(record, bytes);
                Ok(())
            }
            Some(WriteFault::Full) => Err(VaultStorageError::Full),
            Some(WriteFault::Torn) => {
                bytes.truncate(bytes.len() / 2);
                memory.records.insert(record, bytes);
                Err(broken())
            }
            Some(WriteFault::Denied) => {
                memory.records.insert(record, bytes);
                Err(broken())
            }
            Some(WriteFault::Lost) => Ok(()),
        }
    }

    async fn delete(&self, record: VaultRecord) -> Result<(), VaultStorageError> {
        let mut memory = self.lock();
        memory.charge()?;
        memory.records.remove(&record);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use pixie_store::MemoryBackend;

    use super::*;

    fn keeps_records(storage: impl VaultStorage) {
        pollster::block_on(async {
            for (number, record) in (0u8..).zip(VaultRecord::ALL) {
                assert_eq!(storage.read(record).await.unwrap(), None);
                storage.write(record, vec![number; 3]).await.unwrap();
                storage.write(record, vec![number; 2]).await.unwrap();
            }
            for (number, record) in (0u8..).zip(VaultRecord::ALL) {
                assert_eq!(storage.read(record).await.unwrap(), Some(vec![number; 2]));
                storage.delete(record).await.unwrap();
                storage.delete(record).await.unwrap();
                assert_eq!(storage.read(record).await.unwrap(), None);
            }
        });
    }

    #[test]
    fn every_storage_keeps_records() {
        keeps_records(MemoryVaultStorage::new());
        keeps_records(BackendStorage::new(MemoryBackend::new()));
        keeps_records(SplitStorage {
            main: BackendStorage::new(MemoryBackend::new()),
            second: MemoryVaultStorage::new(),
        });
    }

    #[test]
    fn the_second_copy_is_kept_apart() {
        let (main, second) = (MemoryVaultStorage::new(), MemoryVaultStorage::new());
        let split = SplitStorage {
            main: main.clone(),
            second: second.clone(),
        };
        pollster::block_on(async {
            for record in VaultRecord::ALL {
                split.write(record, vec![1]).await.unwrap();
            }
        });
        assert_eq!(main.get(VaultRecord::SecondCopy), None);
        assert_eq!(second.get(VaultRecord::SecondCopy), Some(vec![1]));
        assert_eq!(second.get(VaultRecord::FirstCopy), None);
    }

    #[test]
    fn a_full_backend_says_so() {
        let backend = MemoryBackend::new();
        backend.faults().set_quota(Some(4));
        let storage = BackendStorage::new(backend);
        let written = pollster::block_on(storage.write(VaultRecord::FirstCopy, vec![0; 5]));
        assert!(matches!(written, Err(VaultStorageError::Full)));
    }
}
