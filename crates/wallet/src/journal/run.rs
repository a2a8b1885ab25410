//! Taking a transaction from where it is to where it can be taken.

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use pixie_node::{AztecNode, NodeError};
use pixie_primitives::FromBytes as _;
use pixie_primitives::receipt::TxReceipt;
use pixie_primitives::tx::{Tx, TxHash};
use pixie_store::Backend;
use pixie_vault::Clock;

use super::{
    EntryId, Failure, Journal, JournalEntry, JournalError, Rejection, Stage, StageKind, Work,
    expiry,
};
use crate::approval::ShownHash;

/// For how long after it was proved a transaction that the node does not know may still be on its way
/// (Aztec 4.1.2, aztec.js `DefaultWaitOpts.ignoreDroppedReceiptsFor`, doubled for the time that
/// sending takes).
const ON_ITS_WAY: Duration = Duration::from_secs(10);

/// How the user answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// With yes.
    Approved {
        /// What the user saw.
        shown: ShownHash,
        /// The request, signed.
        signed: Work,
    },
    /// With no.
    Rejected(Rejection),
}

/// Why a step was not done.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// It cannot be done; the transaction ends here.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// It cannot be done now: the wallet is locked, the node is out of reach. The transaction stays
    /// where it is.
    #[error("{0}")]
    Later(#[source] Box<dyn Error>),
}

/// The steps of a transaction that the journal does not know how to do itself. Each may be done more
/// than once, if the process is killed before its outcome is written down.
#[async_trait(?Send)]
pub trait Steps {
    /// Shows the order to the user and has it signed.
    async fn approve(&self, entry: &JournalEntry, order: &Work) -> Result<Answer, StepError>;

    /// Finds the gas limits of a signed request.
    async fn simulate(&self, entry: &JournalEntry, signed: &Work) -> Result<Work, StepError>;

    /// Proves the transaction. It must not send it.
    async fn prove(&self, entry: &JournalEntry, request: &Work) -> Result<Tx, StepError>;
}

/// What the journal needs of a node.
#[async_trait(?Send)]
pub trait Network {
    /// Sends a transaction.
    async fn send(&self, tx: &Tx) -> Result<(), NodeError>;

    /// What became of a transaction.
    async fn receipt(&self, tx: TxHash) -> Result<TxReceipt, NodeError>;
}

/// A node, as the journal needs it.
#[derive(Clone, Copy)]
pub struct ByNode<'a>(pub &'a dyn AztecNode);

#[async_trait(?Send)]
impl Network for ByNode<'_> {
    async fn send(&self, tx: &Tx) -> Result<(), NodeError> {
        self.0.send_tx(tx).await
    }

    async fn receipt(&self, tx: TxHash) -> Result<TxReceipt, NodeError> {
        self.0.tx_receipt(tx).await
    }
}

impl std::fmt::Debug for ByNode<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ByNode").finish_non_exhaustive()
    }
}

/// Why a transaction was not taken further. It goes on from where it is.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A step cannot be done now.
    #[error("{0}")]
    Later(#[source] Box<dyn Error>),
    /// The node does not answer as it should. A transaction that was being sent may have been.
    #[error("the node failed: {0}")]
    Node(#[from] NodeError),
    /// The journal cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl<B: Backend> Journal<B> {
    /// Takes a transaction as far as it gets: to the node, or to its end. One that is with the node is
    /// asked about once. Returns the entry as it is then.
    ///
    /// Two at once do no harm: the slower one is told so by [`JournalError::Transition`].
    ///
    /// # Errors
    /// Those of [`RunError`].
    pub async fn run(
        &self,
        id: EntryId,
        steps: &dyn Steps,
        network: &dyn Network,
        clock: &dyn Clock,
    ) -> Result<JournalEntry, RunError> {
        // Whether it was this run that proved it, so that nobody can have sent it.
        let mut is_fresh = false;
        loop {
            let entry = self.entry(id).ok_or(JournalError::Unknown(id))?;
            let kind = entry.stage.kind();
            if !kind.has_work() {
                return self.follow(id, entry, network, clock).await;
            }
            let Some(work) = self.work(id) else {
                self.without_work(id, &entry, network, clock).await?;
                continue;
            };
            let outcome = match kind {
                StageKind::Requested => match steps.approve(&entry, &work).await {
                    Ok(Answer::Approved { shown, signed }) => {
                        Ok(self.approved(id, shown, &signed, clock.now()).await?)
                    }
                    Ok(Answer::Rejected(rejection)) => {
                        Ok(self.rejected(id, rejection, clock.now()).await?)
                    }
                    Err(error) => Err(error),
                },
                StageKind::Approved => match steps.simulate(&entry, &work).await {
                    Ok(request) => Ok(self.simulated(id, &request, clock.now()).await?),
                    Err(error) => Err(error),
                },
                StageKind::Simulated => match steps.prove(&entry, &work).await {
                    Ok(tx) => {
                        self.proved(id, &tx, clock.now()).await?;
                        is_fresh = true;
                        Ok(())
                    }
                    Err(error) => Err(error),
                },
                _ => {
                    self.send(id, &work, is_fresh, network, clock).await?;
                    match self.entry(id) {
                        Some(sent) if sent.stage == Stage::Sent => return Ok(sent),
                        _ => Ok(()),
                    }
                }
            };
            match outcome {
                Ok(()) => {}
                Err(StepError::Failed(failure)) => self.failed(id, failure, clock.now()).await?,
                Err(StepError::Later(error)) => return Err(RunError::Later(error)),
            }
        }
    }

    /// Sends what was proved, unless the node has it.
    async fn send(
        &self,
        id: EntryId,
        work: &Work,
        is_fresh: bool,
        network: &dyn Network,
        clock: &dyn Clock,
    ) -> Result<(), RunError> {
        let Ok(tx) = Tx::from_bytes(work.bytes()) else {
            let reason = Some(Failure::LostWork.to_string());
            return Ok(self
                .noted(id, &Stage::Dropped { reason }, clock.now())
                .await?);
        };
        let hash = tx.tx_hash();
        if !is_fresh {
            if let Some(stage) = known(network, hash).await? {
                return Ok(self.noted(id, &stage, clock.now()).await?);
            }
            if clock.now() >= expiry(&tx) {
                let reason = Some("it expired before the node had it".to_owned());
                return Ok(self
                    .noted(id, &Stage::Dropped { reason }, clock.now())
                    .await?);
            }
        }
        let stage = match network.send(&tx).await {
            Ok(()) => Stage::Sent,
            // It may have been refused because it is there already.
            Err(error) if is_refusal(&error) => {
                let reason = Some(error.to_string());
                let known = known(network, hash).await?;
                known.unwrap_or(Stage::Dropped { reason })
            }
            // It may have arrived, or may arrive another time.
            Err(error) => return Err(error.into()),
        };
        Ok(self.noted(id, &stage, clock.now()).await?)
    }

    /// Goes on where the store has lost what the next step takes.
    async fn without_work(
        &self,
        id: EntryId,
        entry: &JournalEntry,
        network: &dyn Network,
        clock: &dyn Clock,
    ) -> Result<(), RunError> {
        let lost = Failure::LostWork;
        let Some(proved) = entry.proved else {
            return Ok(self.failed(id, lost, clock.now()).await?);
        };
        let stage = known(network, proved.tx_hash).await?;
        let stage = stage.unwrap_or(Stage::Dropped {
            reason: Some(lost.to_string()),
        });
        Ok(self.noted(id, &stage, clock.now()).await?)
    }

    /// Asks the node about a transaction that it was sent.
    pub(crate) async fn follow(
        &self,
        id: EntryId,
        entry: JournalEntry,
        network: &dyn Network,
        clock: &dyn Clock,
    ) -> Result<JournalEntry, RunError> {
        let now = clock.now();
        let (false, Some(proved)) = (entry.is_settled(now), entry.proved) else {
            return Ok(entry);
        };
        let stage = Stage::of_receipt(&network.receipt(proved.tx_hash).await?);
        let is_dropped = matches!(stage, Stage::Dropped { .. });
        let is_on_its_way = is_dropped && now.since(proved.at) < ON_ITS_WAY;
        if stage == entry.stage || is_on_its_way || !entry.stage.may_become(&stage) {
            return Ok(entry);
        }
        self.noted(id, &stage, clock.now()).await?;
        Ok(self.entry(id).unwrap_or(entry))
    }
}

/// Whether the node has looked at a transaction and does not want it.
const fn is_refusal(error: &NodeError) -> bool {
    matches!(
        error,
        NodeError::Rpc { .. } | NodeError::RequestTooLarge { .. } | NodeError::Encode { .. }
    )
}

/// How far a transaction is that the node knows.
async fn known(network: &dyn Network, tx: TxHash) -> Result<Option<Stage>, NodeError> {
    let stage = Stage::of_receipt(&network.receipt(tx).await?);
    Ok(match stage {
        Stage::Dropped { .. } => None,
        stage => Some(stage),
    })
}
