//! The journal of transactions: what was asked for, how far it has come, and how it goes on after the
//! process was killed.
//!
//! Each transaction is an entry that goes from [`Stage`] to [`Stage`], each step in one commit. With
//! the entry lies the *work*: all that the next step takes, so that it can be done again by whoever
//! finds it.
//!
//! | stage | work |
//! |---|---|
//! | requested | the order |
//! | approved | the signed request |
//! | simulated | the signed request with its gas limits |
//! | proved | the transaction |
//!
//! Nothing is sent twice: a transaction is in the journal, byte by byte, before it is sent. Whoever
//! finds it there asks the node for its receipt, and sends these same bytes if the node does not know
//! it. Killed between proving and writing that down, the wallet proves once more; what it proved first
//! was never sent.

mod run;
mod stage;
#[cfg(test)]
mod tests;

use pixie_bridge::Origin;
use pixie_primitives::tx::{FunctionCall, Tx, TxHash};
use pixie_primitives::{AztecAddress, FunctionSelector, ToBytes as _};
use pixie_store::{
    Backend, CommitError, Database, DumpError, LoadReport, OpenError, RestoreError, Sealing, table,
    tables,
};
use pixie_vault::UnixMillis;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::approval::ShownHash;
use crate::engine::ChainId;

pub use run::{Answer, ByNode, Network, RunError, StepError, Steps};
pub use stage::{Failure, Rejection, Stage, StageKind};

/// How often a write is tried again when another one was faster.
const TRIES: usize = 8;

/// The number of an entry, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(pub u64);

/// Who asks for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ShownAsker"))]
#[serde(rename_all = "camelCase")]
pub enum Asker {
    /// The user, in the wallet itself.
    User,
    /// A dapp.
    Dapp(Origin),
}

/// A function that a transaction calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CalledFunction {
    /// The contract.
    pub contract: AztecAddress,
    /// The function.
    pub selector: FunctionSelector,
}

impl From<&FunctionCall> for CalledFunction {
    fn from(call: &FunctionCall) -> Self {
        Self {
            contract: call.to,
            selector: call.selector,
        }
    }
}

/// A transaction that was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvedTx {
    /// Its hash.
    pub tx_hash: TxHash,
    /// When.
    pub at: UnixMillis,
    /// From when on no block takes it any more.
    pub expires_at: UnixMillis,
}

/// A transaction that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JournalEntry {
    /// When it was asked for.
    pub requested_at: UnixMillis,
    /// By whom.
    pub asker: Asker,
    /// The account.
    pub from: AztecAddress,
    /// What it calls, without the fee payment.
    pub calls: Vec<CalledFunction>,
    /// The transaction, once there is one.
    pub proved: Option<ProvedTx>,
    /// How far it has come.
    pub stage: Stage,
    /// When it got where, oldest first; without what it came to more than once.
    #[serde(default)]
    pub passed: Vec<Passed>,
}

/// When a transaction got to a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Passed {
    /// The stage.
    pub stage: StageKind,
    /// When.
    pub at: UnixMillis,
}

impl JournalEntry {
    /// Whether nothing will change any more.
    #[must_use]
    pub fn is_settled(&self, now: UnixMillis) -> bool {
        match &self.stage {
            Stage::Failed { .. } | Stage::Rejected { .. } => true,
            Stage::Mined { is_final, .. } => *is_final,
            Stage::Dropped { .. } => self.proved.is_none_or(|tx| now >= tx.expires_at),
            _ => false,
        }
    }
}

/// What the next step of a transaction takes. It may hold what nobody else is to know.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Work(#[serde(with = "byte_string")] Vec<u8>);

impl Work {
    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Work {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Work({} bytes)", self.0.len())
    }
}

/// Bytes as a byte string, not as a list of numbers.
mod byte_string {
    use std::fmt;

    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a byte string")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }

            fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
                Ok(bytes)
            }
        }
        from.deserialize_byte_buf(Bytes)
    }
}

table! {
    /// The entries.
    pub EntryTable("entries"): EntryId => JournalEntry
}
table! {
    /// What the next steps take.
    pub WorkTable("work"): EntryId => Work
}

tables! {
    /// The journal.
    pub struct JournalTables: version 1, migrations [] {
        /// The entries.
        entries: EntryTable,
        /// What the next steps take.
        work: WorkTable,
    }
}

/// Why the journal did not take a change. It is as before, unless storage failed in the midst of
/// [making it durable](CommitError): then the stored journal tells.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// There is no such entry.
    #[error("the journal has no entry {}", .0.0)]
    Unknown(EntryId),
    /// The transaction is not where this step leads on from.
    #[error("a transaction cannot go from {from:?} to {to:?}")]
    Transition {
        /// Where it is.
        from: StageKind,
        /// Where it was to go.
        to: StageKind,
    },
    /// It cannot be written.
    #[error("the journal cannot be written: {0}")]
    Commit(#[from] CommitError),
}

/// From when on no block takes a transaction any more.
fn expiry(tx: &Tx) -> UnixMillis {
    UnixMillis(tx.data().expiration_timestamp().saturating_mul(1000))
}

/// What becomes of the work of an entry.
enum Next<'a> {
    Takes(&'a Work),
    Nothing,
}

/// The journal. Clones are handles on one journal.
#[derive(Debug, Clone)]
pub struct Journal<B: Backend>(Database<JournalTables, B>);

/// The name of the database with the journal of a chain.
fn database(chain: ChainId) -> String {
    format!("journal-{}-{}", chain.l1_chain_id, chain.rollup_version)
}

impl<B: Backend> Journal<B> {
    /// Opens the journal of a chain in a storage, or begins one.
    ///
    /// # Errors
    /// Those of [`Database::open`].
    pub async fn open(
        backend: B,
        chain: ChainId,
        sealing: Sealing,
    ) -> Result<(Self, LoadReport), OpenError> {
        let (database, report) = Database::open(backend, &database(chain), sealing).await?;
        Ok((Self(database), report))
    }

    /// All entries, for a backup; without the work, so that nothing is sent by whoever restores it that
    /// may have been sent since.
    ///
    /// # Errors
    /// [`DumpError`].
    pub fn dump(&self) -> Result<Zeroizing<Vec<u8>>, DumpError> {
        let mut job = self.0.job();
        job.work.retain(|_, _| false);
        job.dump()
    }

    /// Makes the journal of a chain anew of what [`Self::dump`] has given.
    ///
    /// # Errors
    /// Those of [`Database::restore`].
    pub async fn restore(
        backend: B,
        chain: ChainId,
        sealing: Sealing,
        dump: &[u8],
    ) -> Result<(), RestoreError> {
        let name = database(chain);
        Database::<JournalTables, B>::restore(backend, &name, sealing, dump).await
    }

    /// All entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<(EntryId, JournalEntry)> {
        let snapshot = self.0.snapshot();
        let entries = snapshot.entries.iter();
        entries.map(|(id, entry)| (*id, entry.clone())).collect()
    }

    /// An entry.
    #[must_use]
    pub fn entry(&self, id: EntryId) -> Option<JournalEntry> {
        self.0.snapshot().entries.get(&id).cloned()
    }

    /// What the next step of an entry takes.
    #[must_use]
    pub fn work(&self, id: EntryId) -> Option<Work> {
        self.0.snapshot().work.get(&id).cloned()
    }

    /// The entries that are not settled.
    #[must_use]
    pub fn open_entries(&self, now: UnixMillis) -> Vec<EntryId> {
        let snapshot = self.0.snapshot();
        let open = snapshot.entries.iter();
        open.filter(|(_, entry)| !entry.is_settled(now))
            .map(|(id, _)| *id)
            .collect()
    }

    /// Writes down that a transaction is asked for, and what is to be done.
    ///
    /// # Errors
    /// [`JournalError::Commit`].
    pub async fn request(
        &self,
        asker: Asker,
        from: AztecAddress,
        calls: &[FunctionCall],
        order: Work,
        now: UnixMillis,
    ) -> Result<EntryId, JournalError> {
        let entry = JournalEntry {
            requested_at: now,
            asker,
            from,
            calls: calls.iter().map(CalledFunction::from).collect(),
            proved: None,
            stage: Stage::Requested,
            passed: vec![Passed {
                stage: StageKind::Requested,
                at: now,
            }],
        };
        self.change(|tables| {
            let last = tables.entries.last().map(|(id, _)| id.0);
            let id = EntryId(last.map_or(0, |last| last.saturating_add(1)));
            tables.entries.put(id, entry.clone());
            tables.work.put(id, order.clone());
            Ok(id)
        })
        .await
    }

    /// The user has approved; the request is signed.
    ///
    /// # Errors
    /// Those of [`JournalError`], as for all steps.
    pub async fn approved(
        &self,
        id: EntryId,
        shown: ShownHash,
        signed: &Work,
        now: UnixMillis,
    ) -> Result<(), JournalError> {
        self.step(
            id,
            &Stage::Approved { shown },
            Next::Takes(signed),
            None,
            now,
        )
        .await
    }

    /// The request has its gas limits.
    ///
    /// # Errors
    /// Those of [`JournalError`].
    pub async fn simulated(
        &self,
        id: EntryId,
        request: &Work,
        now: UnixMillis,
    ) -> Result<(), JournalError> {
        self.step(id, &Stage::Simulated, Next::Takes(request), None, now)
            .await
    }

    /// The transaction is proved. After this, and not before, it may be sent.
    ///
    /// # Errors
    /// Those of [`JournalError`].
    pub async fn proved(&self, id: EntryId, tx: &Tx, now: UnixMillis) -> Result<(), JournalError> {
        let proved = ProvedTx {
            tx_hash: tx.tx_hash(),
            at: now,
            expires_at: expiry(tx),
        };
        let work = Work(tx.to_bytes());
        self.step(id, &Stage::Proved, Next::Takes(&work), Some(proved), now)
            .await
    }

    /// What the node says of a transaction.
    ///
    /// # Errors
    /// Those of [`JournalError`].
    pub async fn noted(
        &self,
        id: EntryId,
        stage: &Stage,
        now: UnixMillis,
    ) -> Result<(), JournalError> {
        self.step(id, stage, Next::Nothing, None, now).await
    }

    /// The transaction came to nothing.
    ///
    /// # Errors
    /// Those of [`JournalError`].
    pub async fn failed(
        &self,
        id: EntryId,
        failure: Failure,
        now: UnixMillis,
    ) -> Result<(), JournalError> {
        self.step(id, &Stage::Failed { failure }, Next::Nothing, None, now)
            .await
    }

    /// The transaction was not approved.
    ///
    /// # Errors
    /// Those of [`JournalError`].
    pub async fn rejected(
        &self,
        id: EntryId,
        rejection: Rejection,
        now: UnixMillis,
    ) -> Result<(), JournalError> {
        self.step(id, &Stage::Rejected { rejection }, Next::Nothing, None, now)
            .await
    }

    /// One transition, in one commit: the stage, and what the next step takes.
    async fn step(
        &self,
        id: EntryId,
        to: &Stage,
        next: Next<'_>,
        proved: Option<ProvedTx>,
        now: UnixMillis,
    ) -> Result<(), JournalError> {
        self.change(|tables| {
            let entry = tables.entries.get(&id).ok_or(JournalError::Unknown(id))?;
            let (from, kind) = (entry.stage.kind(), to.kind());
            let takes_work = matches!(next, Next::Takes(_));
            if !entry.stage.may_become(to) || takes_work != kind.has_work() {
                return Err(JournalError::Transition { from, to: kind });
            }
            tables.entries.update(&id, |entry| {
                entry.stage = to.clone();
                entry.proved = proved.or(entry.proved);
                // A block that becomes final is no other place; one after a reorganisation is.
                if from != kind {
                    entry.passed.retain(|passed| passed.stage != kind);
                    entry.passed.push(Passed {
                        stage: kind,
                        at: now,
                    });
                }
            });
            match next {
                Next::Takes(work) => {
                    tables.work.put(id, work.clone());
                }
                Next::Nothing => {
                    tables.work.remove(&id);
                }
            }
            Ok(())
        })
        .await
    }

    async fn change<R>(
        &self,
        mut change: impl FnMut(&mut JournalTables) -> Result<R, JournalError>,
    ) -> Result<R, JournalError> {
        let mut tries = 1;
        loop {
            let mut job = self.0.exclusive_job().await?;
            let result = change(&mut job)?;
            match self.0.commit(job).await {
                Ok(_) => return Ok(result),
                Err(CommitError::Conflict { .. } | CommitError::Superseded) if tries < TRIES => {
                    tries += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}
