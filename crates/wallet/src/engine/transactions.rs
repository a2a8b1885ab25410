//! The way of a transaction: written down, run, waited for.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use pixie_bridge::wire::WaitOptions;
use pixie_primitives::receipt::{TxReceipt, TxStatus};
use pixie_primitives::tx::TxHash;
use pixie_store::Backend;

use super::steps::{Keys, Running};
use super::{Engine, EngineError, Order};
use crate::approval::User;
use crate::journal::{Asker, ByNode, EntryId, JournalEntry, RunError, Stage};
use crate::permissions::Refusal;

/// How a run of a transaction ended.
#[derive(Debug)]
pub struct Ended {
    /// The entry as it is now.
    pub entry: JournalEntry,
    /// Why a dapp's transaction was refused, if it was in this run.
    pub refusal: Option<Refusal>,
    /// Why a step failed, if one did in this run.
    pub trouble: Option<EngineError>,
}

/// How a transaction is waited for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaitPolicy {
    /// How far it has to come.
    pub until: TxStatus,
    /// For how long a node may not know it.
    pub ignore_dropped: Duration,
    /// For how long at most.
    pub timeout: Duration,
    /// How often the node is asked.
    pub interval: Duration,
}

impl Default for WaitPolicy {
    /// Aztec 4.1.2, aztec.js `DefaultWaitOpts`: until it is in a checkpoint.
    fn default() -> Self {
        Self {
            until: TxStatus::Checkpointed,
            ignore_dropped: Duration::from_secs(5),
            timeout: Duration::from_secs(300),
            interval: Duration::from_secs(1),
        }
    }
}

impl WaitPolicy {
    /// What a dapp asked for, within reason.
    #[must_use]
    pub fn of(options: &WaitOptions) -> Self {
        let default = Self::default();
        let seconds = |given: Option<f64>, default: Duration, most: u64| {
            let given = given.filter(|given| given.is_finite() && *given >= 0.0);
            given.map_or(default, |given| {
                Duration::from_secs_f64(given.min(most as f64))
            })
        };
        Self {
            ignore_dropped: seconds(
                options.ignore_dropped_receipts_for,
                default.ignore_dropped,
                60,
            ),
            timeout: seconds(options.timeout, default.timeout, 3600),
            interval: seconds(options.interval, default.interval, 60)
                .max(Duration::from_millis(100)),
            ..default
        }
    }
}

/// Holds a place among the entries that are being worked on.
struct Turn<'a>(&'a RefCell<std::collections::BTreeSet<EntryId>>, EntryId);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.borrow_mut().remove(&self.1);
    }
}

impl<B: Backend> Engine<B> {
    /// Writes down that a transaction is asked for. Nobody is asked yet, and nothing is done.
    ///
    /// # Errors
    /// [`EngineError::Journal`].
    pub async fn request(&self, asker: Asker, order: &Order) -> Result<EntryId, EngineError> {
        let work = order.to_work()?;
        let now = self.now();
        Ok(self
            .journal()
            .request(asker, order.from, order.calls(), work, now)
            .await?)
    }

    /// Takes a transaction as far as it gets, from wherever it is: has it approved and signed, gives
    /// it its gas limits, proves and sends it; one that is with the node is asked about once.
    ///
    /// # Errors
    /// [`EngineError::Busy`] if it is being run already. [`RunError`] as [`Journal::run`](crate::journal::Journal::run).
    pub async fn run(
        &self,
        id: EntryId,
        user: &dyn User,
        keys: &dyn Keys,
    ) -> Result<Ended, RunError> {
        if !self.0.running.borrow_mut().insert(id) {
            return Err(RunError::Later(Box::new(EngineError::Busy(id))));
        }
        let _turn = Turn(&self.0.running, id);
        let running = Running {
            engine: self,
            id,
            user,
            keys,
            refusal: RefCell::default(),
            trouble: RefCell::default(),
            estimated: Cell::new(None),
        };
        let entry = self
            .journal()
            .run(id, &running, &ByNode(self.node()), &*self.0.clock)
            .await?;
        Ok(Ended {
            entry,
            refusal: running.refusal.into_inner(),
            trouble: running.trouble.into_inner(),
        })
    }

    /// Asks the node about a transaction that it has; one that it was not sent is left alone.
    ///
    /// # Errors
    /// [`EngineError::Node`], [`EngineError::Journal`].
    pub async fn follow(&self, id: EntryId) -> Result<Option<JournalEntry>, EngineError> {
        let Some(entry) = self.journal().entry(id) else {
            return Ok(None);
        };
        if entry.stage.kind().has_work() {
            return Ok(Some(entry));
        }
        let followed = self
            .journal()
            .follow(id, entry, &ByNode(self.node()), &*self.0.clock)
            .await;
        match followed {
            Ok(entry) => Ok(Some(entry)),
            Err(RunError::Node(error)) => Err(error.into()),
            Err(RunError::Journal(error)) => Err(error.into()),
            Err(RunError::Later(_)) => Ok(self.journal().entry(id)),
        }
    }

    /// The transactions that are to be run (again): those that have not come to the node.
    #[must_use]
    pub fn unfinished(&self) -> Vec<EntryId> {
        let entries = self.journal().entries().into_iter();
        let unfinished = entries.filter(|(_, entry)| entry.stage.kind().has_work());
        unfinished.map(|(id, _)| id).collect()
    }

    /// The transactions that were approved and that nobody takes further, as when the node failed:
    /// they are to be run again when it is back.
    #[must_use]
    pub fn stranded(&self) -> Vec<EntryId> {
        let running = self.0.running.borrow();
        let awaited = self.records().snapshot();
        let mut stranded = self.unfinished();
        stranded.retain(|id| {
            let entry = self.journal().entry(*id);
            let is_approved = entry.is_some_and(|entry| entry.stage != Stage::Requested);
            is_approved && !running.contains(id) && !awaited.awaited.contains(id)
        });
        stranded
    }

    /// The transactions that are with the node and may still change.
    #[must_use]
    pub fn unsettled(&self) -> Vec<EntryId> {
        let open = self.journal().open_entries(self.now()).into_iter();
        let with_node = open.filter(|id| {
            let entry = self.journal().entry(*id);
            entry.is_some_and(|entry| !entry.stage.kind().has_work())
        });
        with_node.collect()
    }

    /// The order of a transaction that nobody has approved yet.
    #[must_use]
    pub fn order(&self, id: EntryId) -> Option<Order> {
        let work = self.journal().work(id)?;
        super::order::from_work(&work).ok()
    }

    /// Waits until a transaction has come as far as wanted, was dropped, or time is up; gives the
    /// node's last word. The journal learns of it.
    ///
    /// # Errors
    /// [`EngineError::Node`], [`EngineError::Closed`].
    pub async fn wait(&self, tx: TxHash, policy: &WaitPolicy) -> Result<TxReceipt, EngineError> {
        let begun = self.now();
        loop {
            self.check_open()?;
            let receipt = self.node().tx_receipt(tx).await?;
            let waited = self.now().since(begun);
            let is_over = match receipt.status {
                TxStatus::Dropped => waited >= policy.ignore_dropped,
                status => status >= policy.until,
            };
            if is_over || waited >= policy.timeout {
                return Ok(receipt);
            }
            self.0.timer.sleep(policy.interval).await;
        }
    }
}
