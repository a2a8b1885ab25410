//! `sendTx`, also for a dapp whose transaction was under way when the wallet was restarted.

use pixie_bridge::WireError;
use pixie_bridge::session::RequestId;
use pixie_bridge::wire::{SendOptions, Wait};
use pixie_primitives::receipt::{TxReceipt, TxStatus};
use pixie_primitives::tx::{ExecutionPayload, OffchainOutput, TxHash};
use pixie_store::Backend;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::calls::{given_gas, with_options};
use super::{Answer, Caller, MethodError, Services, Serving, answer};
use crate::engine::{Ended, Engine, EngineError, Fee, WaitPolicy};
use crate::journal::{Asker, EntryId, RunError, Stage, StageKind};
use crate::permissions::sending;

/// A transaction that was sent (aztec.js `TxSendResultImmediate`).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Sent<'a> {
    tx_hash: TxHash,
    #[serde(flatten)]
    output: &'a OffchainOutput,
}

/// A transaction that is in a block (aztec.js `TxSendResultMined`).
#[derive(Debug, Serialize)]
struct Mined<'a> {
    receipt: TxReceipt,
    #[serde(flatten)]
    output: &'a OffchainOutput,
}

/// A dapp's request that a transaction answers in the end, as it outlives a restart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AwaitedRequest {
    /// The request.
    pub request: RequestId,
    /// How long the answer waits.
    pub wait: Option<Wait>,
}

impl<B: Backend> Serving<'_, B> {
    pub(super) async fn send(&self, payload: ExecutionPayload, options: SendOptions) -> Answer {
        let additional = options.additional_scopes.as_deref();
        let witnesses = options.auth_witnesses.as_ref();
        let payload = with_options(payload, witnesses, options.capsules.as_ref());
        let fee = match payload.fee_payer {
            Some(_) => Fee::InPayload,
            None => self.engine.default_fee(options.from).await?,
        };
        let gas = given_gas(options.fee.and_then(|fee| fee.gas_settings));
        let mut order = self.order(options.from, payload, additional, gas, fee);
        order.request.clone_from(&self.caller.request);
        let asker = Asker::Dapp(self.caller.origin.clone());
        let id = self.engine.request(asker, &order).await?;
        if let Some(request) = &self.caller.request {
            let awaited = AwaitedRequest {
                request: request.clone(),
                wait: options.wait,
            };
            self.engine.await_request(id, awaited).await?;
        }
        let outcome = self.finish(id, options.wait).await;
        self.engine.forget_request(id).await?;
        outcome
    }

    /// Runs a transaction and answers with what came of it.
    async fn finish(&self, id: EntryId, wait: Option<Wait>) -> Answer {
        let (user, keys) = (self.services.user, self.services.keys);
        let ended = match self.engine.run(id, user, keys).await {
            Ok(ended) => ended,
            Err(error) => return Err(self.interrupted(id, error).await),
        };
        let tx = self.sent(id, ended)?;
        let output = self.engine.records().offchain(id);
        let policy = match wait {
            Some(Wait::No) => {
                return answer(&Sent {
                    tx_hash: tx,
                    output: &output,
                });
            }
            Some(Wait::With(options)) => WaitPolicy::of(&options),
            None => WaitPolicy::default(),
        };
        let receipt = self.engine.wait(tx, &policy).await?;
        self.engine.follow(id).await?;
        let tolerates_revert = match wait {
            Some(Wait::With(options)) => options.dont_throw_on_revert == Some(true),
            _ => false,
        };
        match receipt.status {
            TxStatus::Dropped => Err(MethodError::Dropped {
                tx,
                reason: receipt.error,
            }),
            status if status < policy.until => Err(MethodError::TooSlow { tx }),
            _ if receipt.has_reverted() && !tolerates_revert => Err(MethodError::Reverted { tx }),
            _ => answer(&Mined {
                receipt,
                output: &output,
            }),
        }
    }

    /// The hash of a transaction that came to the node, or why it did not.
    fn sent(&self, id: EntryId, ended: Ended) -> Result<TxHash, MethodError> {
        let Ended {
            entry,
            refusal,
            trouble,
        } = ended;
        let proved = entry.proved.map(|proved| proved.tx_hash);
        match (entry.stage, proved) {
            (Stage::Sent | Stage::Mined { .. }, Some(tx)) => Ok(tx),
            (Stage::Dropped { reason }, Some(tx)) => Err(MethodError::Dropped { tx, reason }),
            (Stage::Rejected { rejection }, _) => Err(match refusal {
                Some(refusal) => refusal.into(),
                None => rejection.into(),
            }),
            (Stage::Failed { failure }, _) => Err(match trouble {
                Some(error) => {
                    let acting = sending(entry.from, &[]);
                    self.failure(error, &acting)
                }
                None => failure.into(),
            }),
            _ => Err(MethodError::Unfinished(RunError::Journal(
                crate::journal::JournalError::Unknown(id),
            ))),
        }
    }

    /// What a dapp is told when its transaction cannot go on now. One that nobody has approved ends
    /// here: a dapp that was told of a failure must not find it sent later.
    async fn interrupted(&self, id: EntryId, error: RunError) -> MethodError {
        let entry = self.engine.journal().entry(id);
        let is_approved = entry.is_none_or(|entry| entry.stage.kind() != StageKind::Requested);
        if is_approved {
            return MethodError::Unfinished(error);
        }
        let rejection = crate::journal::Rejection::Abandoned;
        let now = self.engine.now();
        if let Err(error) = self.engine.journal().rejected(id, rejection, now).await {
            return EngineError::from(error).into();
        }
        match error {
            RunError::Later(error) => match error.downcast::<EngineError>() {
                Ok(error) => (*error).into(),
                Err(error) => MethodError::Unfinished(RunError::Later(error)),
            },
            error => MethodError::Unfinished(error),
        }
    }
}

impl<B: Backend> Engine<B> {
    /// The transactions from before a restart that a dapp waits for. Their requests are to be
    /// answered by [`Self::resume`] and not as interrupted.
    #[must_use]
    pub fn awaited(&self) -> Vec<(EntryId, AwaitedRequest)> {
        let snapshot = self.records().snapshot();
        let awaited = snapshot.awaited.iter();
        awaited
            .map(|(id, awaited)| (*id, awaited.clone()))
            .collect()
    }

    /// Goes on with a dapp's transaction from before a restart, and answers the request.
    ///
    /// # Errors
    /// What the dapp is told instead of a result.
    pub async fn resume(
        &self,
        id: EntryId,
        caller: &Caller,
        wait: Option<Wait>,
        services: Services<'_>,
    ) -> Result<Box<RawValue>, WireError> {
        let serving = Serving {
            engine: self,
            caller,
            services,
        };
        let outcome = serving.finish(id, wait).await;
        let forgotten = self.forget_request(id).await;
        let outcome = forgotten.map_err(MethodError::from).and(outcome);
        serving.told(outcome).await
    }

    async fn await_request(&self, id: EntryId, awaited: AwaitedRequest) -> Result<(), EngineError> {
        self.records()
            .change(|tables| {
                tables.awaited.put(id, awaited.clone());
            })
            .await?;
        Ok(())
    }

    /// Nobody waits for a transaction's answer any more.
    ///
    /// # Errors
    /// [`EngineError::Commit`].
    pub async fn forget_request(&self, id: EntryId) -> Result<(), EngineError> {
        if !self.records().snapshot().awaited.contains(&id) {
            return Ok(());
        }
        self.records()
            .change(|tables| {
                tables.awaited.remove(&id);
            })
            .await?;
        Ok(())
    }
}
