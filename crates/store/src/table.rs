//! A table in memory.

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::CommitError;
use crate::report::RowFault;
use crate::spec::{Shard, TableSpec};

/// The rows of one table, ordered by key.
///
/// Cloning costs nothing: copies share what neither has changed. In a [`Snapshot`](crate::Snapshot) a
/// table is read; in a [`Job`](crate::Job) it is written as well, and shows the job's own writes.
/// A table holds the rows of the loaded shards.
pub struct Table<S: TableSpec> {
    rows: OrdMap<S::Key, Arc<S::Value>>,
    index: OrdSet<IndexEntry<S::Index, S::Key>>,
    /// Keys that were written since the snapshot; empty in committed tables.
    written: BTreeSet<S::Key>,
    /// Keys that must be as in the snapshot when the job commits.
    guarded: BTreeSet<S::Key>,
    /// Rows that were decoded and are not yet in place; empty but while a shard is being read.
    decoded: Vec<(S::Key, Arc<S::Value>)>,
}

/// An index entry, or a place before or after all entries of its index value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct IndexEntry<I, K> {
    index: I,
    place: Place<K>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place<K> {
    Before,
    At(K),
    After,
}

impl<S: TableSpec> Clone for Table<S> {
    fn clone(&self) -> Self {
        Self {
            rows: self.rows.clone(),
            index: self.index.clone(),
            written: self.written.clone(),
            guarded: self.guarded.clone(),
            decoded: self.decoded.clone(),
        }
    }
}

impl<S: TableSpec> Default for Table<S> {
    fn default() -> Self {
        Self {
            rows: OrdMap::new(),
            index: OrdSet::new(),
            written: BTreeSet::new(),
            guarded: BTreeSet::new(),
            decoded: Vec::new(),
        }
    }
}

impl<S: TableSpec> fmt::Debug for Table<S> {
    /// Tells the size only: rows may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({:?}, {} rows)", S::NAME, self.rows.len())
    }
}

impl<S: TableSpec> Table<S> {
    /// The value of `key`.
    pub fn get(&self, key: &S::Key) -> Option<&S::Value> {
        self.rows.get(key).map(Arc::as_ref)
    }

    /// The value of `key`, shared with the table.
    pub fn get_shared(&self, key: &S::Key) -> Option<Arc<S::Value>> {
        self.rows.get(key).cloned()
    }

    /// Whether there is a row for `key`.
    pub fn contains(&self, key: &S::Key) -> bool {
        self.rows.contains_key(key)
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All rows by ascending key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&S::Key, &S::Value)> {
        self.rows.iter().map(|(key, value)| (key, value.as_ref()))
    }

    /// All keys, ascending.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &S::Key> {
        self.rows.keys()
    }

    /// The rows whose keys lie in `range`, by ascending key. An empty range, also one whose ends are
    /// in the wrong order, has no rows.
    pub fn range(
        &self,
        range: impl RangeBounds<S::Key>,
    ) -> impl DoubleEndedIterator<Item = (&S::Key, &S::Value)> {
        let bounds = ordered(range);
        bounds
            .into_iter()
            .flat_map(|bounds| self.rows.range(bounds))
            .map(|(k, v)| (k, v.as_ref()))
    }

    /// The row with the least key.
    pub fn first(&self) -> Option<(&S::Key, &S::Value)> {
        self.rows
            .get_min()
            .map(|(key, value)| (key, value.as_ref()))
    }

    /// The row with the greatest key.
    pub fn last(&self) -> Option<(&S::Key, &S::Value)> {
        self.rows
            .get_max()
            .map(|(key, value)| (key, value.as_ref()))
    }

    /// The rows with the index entry `index`, by ascending key.
    pub fn by_index(&self, index: S::Index) -> impl Iterator<Item = (&S::Key, &S::Value)> {
        self.by_index_range(index.clone()..=index)
            .map(|(_, key, value)| (key, value))
    }

    /// The rows with an index entry in `range`, by ascending entry, then key.
    pub fn by_index_range(
        &self,
        range: impl RangeBounds<S::Index>,
    ) -> impl Iterator<Item = (&S::Index, &S::Key, &S::Value)> {
        let at = |index: &S::Index, place| IndexEntry {
            index: index.clone(),
            place,
        };
        let bounds = ordered(range).map(|(low, high)| {
            let low = match low {
                Bound::Included(index) => Bound::Included(at(&index, Place::Before)),
                Bound::Excluded(index) => Bound::Excluded(at(&index, Place::After)),
                Bound::Unbounded => Bound::Unbounded,
            };
            let high = match high {
                Bound::Included(index) => Bound::Included(at(&index, Place::After)),
                Bound::Excluded(index) => Bound::Excluded(at(&index, Place::Before)),
                Bound::Unbounded => Bound::Unbounded,
            };
            (low, high)
        });
        bounds
            .into_iter()
            .flat_map(|bounds| self.index.range(bounds))
            .filter_map(|entry| {
                let Place::At(key) = &entry.place else {
                    return None;
                };
                self.rows
                    .get(key)
                    .map(|value| (&entry.index, key, value.as_ref()))
            })
    }

    /// Stages a row, over one that may be there. Returns the value that was.
    pub fn put(&mut self, key: S::Key, value: S::Value) -> Option<Arc<S::Value>> {
        self.written.insert(key.clone());
        self.set(key, Some(Arc::new(value)))
    }

    /// Stages a deletion. Returns the value that was.
    pub fn remove(&mut self, key: &S::Key) -> Option<Arc<S::Value>> {
        if self.rows.contains_key(key) {
            self.written.insert(key.clone());
        }
        self.set(key.clone(), None)
    }

    /// Stages a changed value for `key`, if there is a row. Returns whether there is.
    pub fn update(&mut self, key: &S::Key, change: impl FnOnce(&mut S::Value)) -> bool
    where
        S::Value: Clone,
    {
        let Some(value) = self.get(key) else {
            return false;
        };
        let mut value = value.clone();
        change(&mut value);
        self.put(key.clone(), value);
        true
    }

    /// Stages the deletion of all rows that `keep` rejects.
    pub fn retain(&mut self, mut keep: impl FnMut(&S::Key, &S::Value) -> bool) {
        let gone: Vec<_> = self
            .iter()
            .filter(|(key, value)| !keep(key, value))
            .map(|(key, _)| key.clone())
            .collect();
        for key in gone {
            self.remove(&key);
        }
    }

    /// Makes the job's commit fail with a conflict if another job has changed the row of `key`, or
    /// made or deleted it, although this job does not write it: for rows that a decision rests on.
    pub fn guard(&mut self, key: S::Key) {
        self.guarded.insert(key);
    }

    /// Changes a row and its index entries, without staging.
    fn set(&mut self, key: S::Key, value: Option<Arc<S::Value>>) -> Option<Arc<S::Value>> {
        let old = match &value {
            Some(value) => self.rows.insert(key.clone(), value.clone()),
            None => self.rows.remove(&key),
        };
        if let Some(old) = &old {
            for index in S::indexes(&key, old) {
                self.index.remove(&IndexEntry {
                    index,
                    place: Place::At(key.clone()),
                });
            }
        }
        if let Some(value) = &value {
            for index in S::indexes(&key, value) {
                self.index.insert(IndexEntry {
                    index,
                    place: Place::At(key.clone()),
                });
            }
        }
        old
    }

    /// Whether the rows of `key` here and there are one and the same.
    fn is_same(&self, other: &Self, key: &S::Key) -> bool {
        match (self.rows.get(key), other.rows.get(key)) {
            (Some(here), Some(there)) => Arc::ptr_eq(here, there),
            (None, None) => true,
            _ => false,
        }
    }

    fn downcast(table: &dyn AnyTable) -> Option<&Self> {
        (table as &dyn Any).downcast_ref()
    }
}

/// The bounds as a pair, or nothing if the range is empty.
fn ordered<T: Clone + Ord>(range: impl RangeBounds<T>) -> Option<(Bound<T>, Bound<T>)> {
    let (low, high) = (range.start_bound().cloned(), range.end_bound().cloned());
    let empty = match (&low, &high) {
        (Bound::Included(low), Bound::Included(high)) => low > high,
        (Bound::Included(low) | Bound::Excluded(low), Bound::Excluded(high))
        | (Bound::Excluded(low), Bound::Included(high)) => low >= high,
        _ => false,
    };
    (!empty).then_some((low, high))
}

/// A row on its way to the backend, encoded and not yet sealed.
#[derive(Debug)]
pub struct StagedRow {
    pub(crate) shard: Shard,
    pub(crate) key: Vec<u8>,
    /// The new value, or nothing for a deletion.
    pub(crate) value: Option<Vec<u8>>,
    /// How the number of rows changes.
    pub(crate) change: i64,
}

/// What the database does with a table of any type. Implemented by [`Table`] alone.
pub trait AnyTable: Any + Send + Sync + sealed::Sealed {
    /// The table's name.
    fn name(&self) -> &'static str;

    /// Encodes what this table, the work of a job, has written since `base`, to be applied to
    /// `current`. Rows of the `dropped` shards are deleted with the shard.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] and [`CommitError::Encode`].
    #[doc(hidden)]
    fn stage(
        &self,
        base: &dyn AnyTable,
        current: &dyn AnyTable,
        dropped: &BTreeSet<Shard>,
    ) -> Result<Vec<StagedRow>, CommitError>;

    /// Encodes all rows; nothing if one of them has no encoding.
    #[doc(hidden)]
    fn encoded_rows(&self) -> Option<Vec<StagedRow>>;

    /// Takes over what `work` has written.
    #[doc(hidden)]
    fn apply(&mut self, work: &dyn AnyTable);

    /// Takes a row read from the backend, whose encoding is checked to be what a write would make.
    /// It is in place after [`Self::settle`].
    #[doc(hidden)]
    fn decode(&mut self, shard: &Shard, key: &[u8], value: &[u8]) -> Result<(), RowFault>;

    /// Puts the decoded rows in place. The table must have had none of their keys.
    #[doc(hidden)]
    fn settle(&mut self);

    /// Adds all rows of another table.
    #[doc(hidden)]
    fn merge(&mut self, other: &dyn AnyTable);

    /// Removes the rows of a shard; as a write of a job, or from memory alone.
    #[doc(hidden)]
    fn drop_shard(&mut self, shard: &Shard, staged: bool);
}

mod sealed {
    pub trait Sealed {}
    impl<S: crate::spec::TableSpec> Sealed for super::Table<S> {}
}

impl<S: TableSpec> AnyTable for Table<S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn stage(
        &self,
        base: &dyn AnyTable,
        current: &dyn AnyTable,
        dropped: &BTreeSet<Shard>,
    ) -> Result<Vec<StagedRow>, CommitError> {
        let table = S::NAME;
        let (Some(base), Some(current)) = (Self::downcast(base), Self::downcast(current)) else {
            return Err(CommitError::ForeignJob);
        };
        if self
            .written
            .iter()
            .chain(&self.guarded)
            .any(|key| !base.is_same(current, key))
        {
            return Err(CommitError::Conflict { table });
        }
        if !dropped.is_empty() {
            // Rows that another job added to a dropped shard meanwhile.
            let unseen = current
                .rows
                .keys()
                .any(|key| dropped.contains(&S::shard(key)) && !self.written.contains(key));
            if unseen {
                return Err(CommitError::Conflict { table });
            }
        }
        let mut staged = Vec::with_capacity(self.written.len());
        for key in &self.written {
            let value = self.rows.get(key);
            let existed = current.rows.contains_key(key);
            let shard = S::shard(key);
            let is_dropped = dropped.contains(&shard);
            if value.is_none() && (is_dropped || !existed) {
                continue;
            }
            let value = value
                .map(|value| encode(value.as_ref()).ok_or(CommitError::Encode { table }))
                .transpose()?;
            let before = i64::from(existed && !is_dropped);
            let change = i64::from(value.is_some()) - before;
            let key = encode(key).ok_or(CommitError::Encode { table })?;
            staged.push(StagedRow {
                shard,
                key,
                value,
                change,
            });
        }
        Ok(staged)
    }

    fn encoded_rows(&self) -> Option<Vec<StagedRow>> {
        let rows = self.rows.iter().map(|(key, value)| {
            Some(StagedRow {
                shard: S::shard(key),
                key: encode(key)?,
                value: Some(encode(value.as_ref())?),
                change: 1,
            })
        });
        rows.collect()
    }

    fn apply(&mut self, work: &dyn AnyTable) {
        if let Some(work) = Self::downcast(work) {
            for key in &work.written {
                self.set(key.clone(), work.rows.get(key).cloned());
            }
        }
    }

    fn decode(&mut self, shard: &Shard, key: &[u8], value: &[u8]) -> Result<(), RowFault> {
        let parsed: S::Key = decode(key).ok_or(RowFault::Undecodable)?;
        if S::shard(&parsed) != *shard || encode(&parsed).as_deref() != Some(key) {
            return Err(RowFault::Misplaced);
        }
        let value: S::Value = decode(value).ok_or(RowFault::Undecodable)?;
        self.decoded.push((parsed, Arc::new(value)));
        Ok(())
    }

    fn settle(&mut self) {
        // Backends hand rows out by their hashed ids. In order of the keys, and of the index, each
        // finds its place at the end of what is there.
        let mut rows = std::mem::take(&mut self.decoded);
        rows.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let mut entries: Vec<_> = rows
            .iter()
            .flat_map(|(key, value)| {
                let entry = |index| IndexEntry {
                    index,
                    place: Place::At(key.clone()),
                };
                S::indexes(key, value).into_iter().map(entry)
            })
            .collect();
        entries.sort_unstable();
        self.rows.extend(rows);
        self.index.extend(entries);
    }

    fn merge(&mut self, other: &dyn AnyTable) {
        if let Some(other) = Self::downcast(other) {
            if self.rows.is_empty() {
                self.rows = other.rows.clone();
                self.index = other.index.clone();
            } else {
                for (key, value) in &other.rows {
                    self.set(key.clone(), Some(value.clone()));
                }
            }
        }
    }

    fn drop_shard(&mut self, shard: &Shard, staged: bool) {
        let gone: Vec<_> = self
            .rows
            .keys()
            .filter(|key| S::shard(key) == *shard)
            .cloned()
            .collect();
        for key in gone {
            self.set(key.clone(), None);
            if staged {
                self.written.insert(key);
            }
        }
    }
}

/// Encodes as CBOR, or nothing if the value has no encoding.
pub(crate) fn encode(value: &impl Serialize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).ok()?;
    Some(bytes)
}

/// Decodes CBOR that ends where the value ends.
pub(crate) fn decode<V: DeserializeOwned>(mut bytes: &[u8]) -> Option<V> {
    let value = ciborium::from_reader(&mut bytes).ok()?;
    bytes.is_empty().then_some(value)
}
