//! How calls become transactions, and how these are told of.

use std::collections::BTreeMap;
use std::time::Duration;

use pixie_accounts::{Account, AccountInterface as _, AuthWitIntent};
use pixie_primitives::auth_witness::AuthWitness;
use pixie_primitives::receipt::{TxReceipt, TxStatus};
use pixie_primitives::tx::{ExecutionPayload, OffchainEffect, TxHash};
use pixie_primitives::{AztecAddress, FunctionSelector};
use pixie_pxe::state::PxeTables;
use pixie_store::Backend;
use pixie_vault::UnixMillis;
use pixie_wallet::approval::{ApprovalRequest, Asked, AuthWitRequest};
use pixie_wallet::directory::{Directory, Registered};
use pixie_wallet::engine::{Fee, Keys as _, Order, Task, WaitPolicy};
use pixie_wallet::journal::{
    Asker, EntryId, Journal, JournalEntry, Rejection, RunError, Stage, StageKind,
};
use serde::Serialize;

use super::{NotApproved, Opened, Wallet, WalletError};

/// A transaction that the node has taken.
#[derive(Debug, Clone)]
pub struct SentTx {
    /// Its number in the journal.
    pub entry: EntryId,
    /// Its hash.
    pub tx_hash: TxHash,
    /// What its calls handed out beside it.
    pub offchain_effects: Vec<OffchainEffect>,
}

/// How often the node is asked for a receipt.
const POLL: Duration = Duration::from_millis(250);

/// A transaction of the journal as it is told of.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Its number, from 0.
    pub number: u64,
    /// Its hash, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tx_hash: Option<TxHash>,
    /// When it was asked for, in milliseconds since 1970.
    pub at: UnixMillis,
    /// The account.
    pub from: AztecAddress,
    /// What it calls, without the fee payment; nothing for an account that puts itself on the chain.
    pub calls: Vec<Called>,
    /// How far it has come.
    #[serde(flatten)]
    pub stage: StageTold,
}

/// A function that a transaction calls.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Called {
    /// The contract.
    pub contract: AztecAddress,
    /// The function's selector.
    pub selector: FunctionSelector,
    /// The function's name, if the contract is registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
}

/// How far a transaction has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "stage"
)]
pub enum StageTold {
    /// Nobody has approved it.
    Requested,
    /// It was approved and signed, and was interrupted.
    Approved,
    /// It has its gas limits, and was interrupted.
    Simulated,
    /// It is proved. Whether it was sent is for the node to say.
    Proved,
    /// The node has taken it.
    Sent,
    /// It is in a block.
    Mined {
        /// The block.
        block: u32,
        /// Whether anything of it was reverted.
        reverted: bool,
        /// The fee, in the smallest unit of fee juice, as decimal text.
        #[serde(skip_serializing_if = "Option::is_none")]
        fee: Option<String>,
        /// Whether the block is final, so that this will not change.
        is_final: bool,
    },
    /// The node does not know it.
    Dropped {
        /// Why, as the node says.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// It came to nothing before it was sent.
    Failed {
        /// Why.
        reason: String,
    },
    /// It was not approved.
    Rejected {
        /// Why not.
        reason: String,
    },
}

impl From<&Stage> for StageTold {
    fn from(stage: &Stage) -> Self {
        match stage {
            Stage::Requested => Self::Requested,
            Stage::Approved { .. } => Self::Approved,
            Stage::Simulated => Self::Simulated,
            Stage::Proved => Self::Proved,
            Stage::Sent => Self::Sent,
            Stage::Mined {
                block,
                reverted,
                fee,
                is_final,
            } => Self::Mined {
                block: *block,
                reverted: *reverted,
                fee: fee.clone(),
                is_final: *is_final,
            },
            Stage::Dropped { reason } => Self::Dropped {
                reason: reason.clone(),
            },
            Stage::Failed { failure } => Self::Failed {
                reason: failure.to_string(),
            },
            Stage::Rejected { rejection } => Self::Rejected {
                reason: rejection.to_string(),
            },
        }
    }
}

impl Wallet {
    /// Makes an order of calls of an account.
    pub fn order(&self, from: AztecAddress, payload: ExecutionPayload, fee: Fee) -> Order {
        Order::new(from, Task::Calls(payload), fee, &mut self.engine.entropy())
    }

    /// Has an account put itself on the chain.
    pub async fn deploy_account(
        &self,
        address: AztecAddress,
        fee: Fee,
    ) -> Result<SentTx, WalletError> {
        let mut rng = self.engine.entropy();
        self.send(&Order::new(address, Task::Deployment, fee, &mut rng))
            .await
    }

    /// Has an order approved, and sends it. It is in the journal from its beginning.
    pub async fn send(&self, order: &Order) -> Result<SentTx, WalletError> {
        self.user.check()?;
        self.engine.account(order.from)?;
        let entry = self.engine.request(Asker::User, order).await?;
        self.run(entry).await
    }

    /// Takes a transaction on from where it is.
    pub async fn run(&self, id: EntryId) -> Result<SentTx, WalletError> {
        let ended = match self.engine.run(id, &*self.user, &self.vault).await {
            Ok(ended) => ended,
            Err(error) => return Err(self.interrupted(id, error).await),
        };
        let tx_hash = ended.entry.proved.map(|proved| proved.tx_hash);
        match (ended.entry.stage, tx_hash) {
            (Stage::Sent | Stage::Mined { .. }, Some(tx_hash)) => Ok(SentTx {
                entry: id,
                tx_hash,
                offchain_effects: self.engine.records().offchain(id).offchain_effects,
            }),
            (Stage::Dropped { reason }, Some(tx)) => Err(WalletError::Dropped { tx, reason }),
            (Stage::Failed { failure }, _) => Err(match ended.trouble {
                Some(trouble) => trouble.into(),
                None => WalletError::Failed(failure),
            }),
            (Stage::Rejected { .. }, _) => Err(NotApproved::Denied.into()),
            (stage, _) => Err(WalletError::Unfinished {
                entry: id,
                stage: stage.kind(),
            }),
        }
    }

    /// What nobody has approved yet is given up; the rest goes on another time.
    async fn interrupted(&self, id: EntryId, error: RunError) -> WalletError {
        let entry = self.engine.journal().entry(id);
        if entry.is_some_and(|entry| entry.stage == Stage::Requested)
            && let Err(error) = self.abandon(id).await
        {
            return error;
        }
        match error {
            RunError::Later(error) => match error.downcast() {
                Ok(error) => WalletError::Engine(error),
                Err(error) => WalletError::Interrupted(error),
            },
            RunError::Node(error) => WalletError::Node(error),
            RunError::Journal(error) => WalletError::Engine(Box::new(error.into())),
        }
    }

    async fn abandon(&self, id: EntryId) -> Result<(), WalletError> {
        let (journal, now) = (self.engine.journal(), self.engine.now());
        let abandoned = journal.rejected(id, Rejection::Abandoned, now).await;
        Ok(abandoned.map_err(pixie_wallet::engine::EngineError::from)?)
    }

    /// How many transactions were approved, then interrupted.
    pub fn interrupted_count(&self) -> usize {
        let journal = self.engine.journal();
        let unfinished = self.engine.unfinished().into_iter();
        let approved = unfinished.filter(|id| {
            let entry = journal.entry(*id);
            entry.is_some_and(|entry| entry.stage != Stage::Requested)
        });
        approved.count()
    }

    /// Goes on with the transactions that were interrupted, oldest first: those that were approved are
    /// sent, those that were not are given up. Gives the entries.
    pub async fn resume(&self) -> Result<Vec<EntryId>, WalletError> {
        let unfinished = self.engine.unfinished();
        for id in &unfinished {
            let stage = self.engine.journal().entry(*id).map(|entry| entry.stage);
            match stage.map(|stage| stage.kind()) {
                Some(StageKind::Requested) => self.abandon(*id).await?,
                Some(_) => match self.run(*id).await {
                    // What came of them is in the journal.
                    Ok(_) | Err(WalletError::Dropped { .. } | WalletError::Failed(_)) => {}
                    Err(error) if self.is_settled(*id) => drop(error),
                    Err(error) => return Err(error),
                },
                None => {}
            }
        }
        Ok(unfinished)
    }

    fn is_settled(&self, id: EntryId) -> bool {
        let entry = self.engine.journal().entry(id);
        entry.is_none_or(|entry| !entry.stage.kind().has_work())
    }

    /// Waits until a transaction has come as far as wanted.
    pub async fn wait(
        &self,
        sent: &SentTx,
        until: TxStatus,
        timeout: Duration,
    ) -> Result<TxReceipt, WalletError> {
        let policy = WaitPolicy {
            until,
            timeout,
            interval: POLL,
            ..WaitPolicy::default()
        };
        let tx = sent.tx_hash;
        let receipt = self.engine.wait(tx, &policy).await?;
        self.engine.follow(sent.entry).await?;
        let block = receipt.block_number.map(|block| block.0);
        match (receipt.status, block) {
            (TxStatus::Dropped, _) => Err(WalletError::Dropped {
                tx,
                reason: receipt.error,
            }),
            (status, _) if status < until => Err(WalletError::TooSlow {
                tx,
                status: status_name(status),
                seconds: timeout.as_secs(),
            }),
            (_, Some(block)) if receipt.has_reverted() => Err(WalletError::Reverted { tx, block }),
            _ => Ok(receipt),
        }
    }

    /// Allows somebody an action of an account's, privately.
    pub async fn create_auth_wit(
        &self,
        from: AztecAddress,
        intent: AuthWitIntent,
    ) -> Result<AuthWitness, WalletError> {
        self.user.check()?;
        let own = self.engine.account(from)?;
        let (chain, directory) = (self.engine.chain_info(), self.engine.directory());
        let request = AuthWitRequest::new(from, intent.clone(), chain, &Asker::User, &directory);
        let request = ApprovalRequest::AuthWit(Box::new(request));
        let waiting = self.user.ask(Asked::by_user(request))?;
        let token = waiting.answer().await.map_err(|_| NotApproved::Denied)?;
        let signer = self.vault.signer(token.into_signing()?).await?;
        let account = Account::new(&own.derived, signer)?;
        let mut rng = self.engine.entropy();
        let witness = account.create_auth_wit(intent, &chain, &mut rng).await;
        Ok(witness.map_err(pixie_wallet::engine::EngineError::from)?)
    }

    /// Asks the node how far the transactions have come that it has.
    pub async fn refresh_journal(&self) -> Result<(), WalletError> {
        for id in self.engine.unsettled() {
            self.engine.follow(id).await?;
        }
        Ok(())
    }

    /// The journal, oldest first.
    pub fn history(&self) -> Vec<HistoryEntry> {
        history(self.engine.journal(), &self.engine.directory())
    }
}

impl Opened {
    /// The journal, oldest first, as it lies there.
    pub async fn history(&self) -> Result<Vec<HistoryEntry>, WalletError> {
        let Some(network) = self.names.network() else {
            return Ok(Vec::new());
        };
        let (backend, sealing) = (|| self.store.backend(), || self.store.sealing());
        let (journal, _) = Journal::open(backend(), network, sealing()).await?;
        let (state, _) = PxeTables::open(backend(), network.into(), sealing()).await?;
        let directory = Registered {
            state: state.snapshot(),
            names: BTreeMap::new(),
            tokens: BTreeMap::new(),
        };
        Ok(history(&journal, &directory))
    }
}

fn history<B: Backend>(journal: &Journal<B>, directory: &dyn Directory) -> Vec<HistoryEntry> {
    let entries = journal.entries().into_iter();
    entries
        .map(|(id, entry)| told(id, &entry, directory))
        .collect()
}

fn told(id: EntryId, entry: &JournalEntry, directory: &dyn Directory) -> HistoryEntry {
    let calls = entry.calls.iter().map(|call| Called {
        contract: call.contract,
        selector: call.selector,
        function: directory
            .function(call.contract, call.selector)
            .map(|function| function.name),
    });
    HistoryEntry {
        number: id.0,
        tx_hash: entry.proved.map(|proved| proved.tx_hash),
        at: entry.requested_at,
        from: entry.from,
        calls: calls.collect(),
        stage: StageTold::from(&entry.stage),
    }
}

/// How far a transaction has come, as people say it.
const fn status_name(status: TxStatus) -> &'static str {
    match status {
        TxStatus::Dropped => "unknown to the node",
        TxStatus::Pending => "pending",
        TxStatus::Proposed => "proposed",
        TxStatus::Checkpointed => "checkpointed",
        TxStatus::Proven => "proven",
        TxStatus::Finalized => "final",
    }
}
