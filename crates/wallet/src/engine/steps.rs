//! The steps of a transaction: shown and signed, given its limits, proved.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::time::Duration;

use async_lock::Mutex;
use async_trait::async_trait;
use futures_util::future::{Either, select};
use pixie_accounts::gas::gas_settings_for_estimation;
use pixie_accounts::{Account, AccountInterface, SignerlessAccount};
use pixie_bridge::capability::Action;
use pixie_primitives::gas::{GasSettings, PartialGasSettings};
use pixie_primitives::tx::{OffchainOutput, Tx, TxExecutionRequest};
use pixie_pxe::AccessScopes;
use pixie_pxe::state::ContractOverrides;
use pixie_store::Backend;
use pixie_vault::{
    ApprovedSigner, Clock, SigningApproval, UnixMillis, Vault, VaultError, VaultStorage,
};

use super::order::{Ready, Signed, from_work, to_work};
use super::simulation::{SimulatedLimits, cover_prices, fee_limit, still_serve};
use super::{Engine, EngineError, Estimate, Order, Task};
use crate::approval::{
    ApprovalRequest, ApprovalToken, Asked, TransactionDraft, TransactionRequest, User,
};
use crate::journal::{
    Answer, Asker, EntryId, Failure, JournalEntry, Rejection, StepError, Steps, Work,
};
use crate::permissions::{Acting, Decision, Refusal, sending};

/// How long pages have to show a request before anything else is done.
const FIRST_SHOWN: Duration = Duration::from_millis(300);

/// For how long, in milliseconds, limits that were estimated for the user to see are taken without
/// another simulation. They have room for what a few blocks change.
const FRESH_MS: u64 = 30_000;

/// Has what was approved signed.
#[async_trait(?Send)]
pub trait Keys {
    /// A signer for exactly what was approved.
    ///
    /// # Errors
    /// Those of [`Vault::signer`].
    async fn signer(&self, approval: SigningApproval) -> Result<ApprovedSigner, VaultError>;
}

#[async_trait(?Send)]
impl<S: VaultStorage, C: Clock> Keys for Mutex<Vault<S, C>> {
    async fn signer(&self, approval: SigningApproval) -> Result<ApprovedSigner, VaultError> {
        self.lock().await.signer(approval)
    }
}

/// Takes one transaction on its way.
pub(super) struct Running<'a, B: Backend> {
    pub engine: &'a Engine<B>,
    pub id: EntryId,
    pub user: &'a dyn User,
    pub keys: &'a dyn Keys,
    /// When the limits were estimated that the user has seen; nothing after a restart.
    pub estimated: Cell<Option<UnixMillis>>,
    /// Why a dapp's transaction was refused; the journal keeps only that it was.
    pub refusal: RefCell<Option<Refusal>>,
    /// Why a step failed, with all that is known of it.
    pub trouble: RefCell<Option<EngineError>>,
}

impl<B: Backend> Running<'_, B> {
    fn failed(&self, error: EngineError, failure: fn(String) -> Failure) -> StepError {
        if error.is_passing() {
            return StepError::Later(Box::new(error));
        }
        let message = error.to_string();
        *self.trouble.borrow_mut() = Some(error);
        StepError::Failed(failure(message))
    }

    fn simulation_failed(&self, error: EngineError) -> StepError {
        self.failed(error, |message| Failure::Simulation { message })
    }

    /// Shows an order to the user, if its asker may ask for it.
    async fn ask(&self, asker: &Asker, order: &Order) -> Result<Asking, EngineError> {
        let prepared = self
            .engine
            .prepare(order, asker, Action::Send, Some(self.id))
            .await?;
        let Prepared {
            request,
            settings,
            has_public_calls,
        } = match prepared {
            Ok(prepared) => prepared,
            Err(refusal) => return Ok(Asking::Refused(refusal)),
        };
        self.estimated.set(Some(self.engine.now()));
        let waiting = self.user.ask(Asked {
            asker: asker.clone(),
            request: ApprovalRequest::Transaction(Box::new(request)),
            entry: Some(self.id),
            dapp_request: order.request.clone(),
        })?;
        let (answer, reading) = (pin!(waiting.answer()), pin!(self.read(has_public_calls)));
        let answer = match select(answer, reading).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), answer)) => answer.await,
        };
        Ok(match answer {
            Ok(token) => Asking::Approved(Box::new(token), settings),
            Err(rejection) => Asking::Rejected(rejection),
        })
    }

    /// Has what will be needed at hand when the user has read what is shown.
    async fn read(&self, has_public_calls: bool) {
        self.engine.0.timer.sleep(FIRST_SHOWN).await;
        self.engine.pxe().read_kernels(has_public_calls).await;
    }

    async fn sign(
        &self,
        token: ApprovalToken,
        order: Order,
        settings: GasSettings,
    ) -> Result<Work, EngineError> {
        let request = self.engine.sign(&order, token, settings, self.keys).await?;
        to_work(&Signed { order, request })
    }

    /// The limits and prices of a signed request: those approved, if they still serve, or others that
    /// cost no more.
    async fn limit(&self, work: &Work) -> Result<Result<Ready, Failure>, EngineError> {
        let engine = self.engine;
        let Signed { order, mut request } = from_work(work)?;
        let approved = request.tx_context.gas_settings;
        engine.register_payer(&order.fee).await?;
        let min_fees = engine.node().current_min_fees().await?;
        // A deployment was estimated with something else standing in for the account.
        let is_same = matches!(order.task, Task::Calls(_));
        if is_same && self.is_fresh() && cover_prices(&approved, min_fees) {
            return Ok(Ok(self.ready(&order, request)));
        }
        request.tx_context.gas_settings = gas_settings_for_estimation(
            PartialGasSettings {
                max_fees_per_gas: Some(approved.max_fees_per_gas),
                ..order.gas
            },
            min_fees,
        );
        let stand_ins = match order.task {
            Task::Calls(_) => engine.stand_ins(order.from).await?,
            Task::Deployment => ContractOverrides::default(),
        };
        let scopes = order.scopes();
        let watch = engine.watch(Some(self.id));
        let simulated = engine
            .simulate_request(&request, &scopes, stand_ins, &watch)
            .await?;
        let used = simulated.gas_used();
        let settings = if still_serve(&approved, &used, min_fees) {
            approved
        } else {
            let estimate = Estimate::new(&used, order.gas, min_fees)?;
            let limit = fee_limit(&approved)?;
            if estimate.at_most > limit {
                return Ok(Err(Failure::FeeAboveApproved {
                    approved: limit.to_string(),
                    needed: estimate.at_most.to_string(),
                }));
            }
            estimate.settings
        };
        request.tx_context.gas_settings = settings;
        Ok(Ok(self.ready(&order, request)))
    }

    fn is_fresh(&self) -> bool {
        let now = self.engine.now();
        let estimated = self.estimated.get();
        estimated.is_some_and(|at| at <= now && now.0 - at.0 <= FRESH_MS)
    }

    fn ready(&self, order: &Order, request: TxExecutionRequest) -> Ready {
        let scopes = match order.scopes() {
            AccessScopes::Only(scopes) => scopes,
            AccessScopes::All => self.engine.own_addresses(),
        };
        Ready { scopes, request }
    }

    async fn make(&self, work: &Work) -> Result<Tx, EngineError> {
        let engine = self.engine;
        let Ready { scopes, request } = from_work(work)?;
        engine.check_open()?;
        let watch = engine.watch(Some(self.id));
        let scopes = AccessScopes::Only(scopes);
        let proving = engine.pxe().prove_tx(&request, &scopes, &watch);
        let proved = Box::pin(proving).await?;
        let output = OffchainOutput::from_iter(proved.offchain_effects());
        if output != OffchainOutput::default() {
            engine
                .records()
                .change(|tables| {
                    tables.offchain.put(self.id, output.clone());
                })
                .await?;
        }
        Ok(proved.tx)
    }
}

/// An order as it is shown.
pub(crate) struct Prepared {
    pub request: TransactionRequest,
    pub settings: GasSettings,
    pub has_public_calls: bool,
}

impl<B: Backend> Engine<B> {
    /// Simulates an order and makes of it what is shown to the user; refuses what a dapp may not ask
    /// for.
    pub(crate) async fn prepare(
        &self,
        order: &Order,
        asker: &Asker,
        action: Action,
        entry: Option<EntryId>,
    ) -> Result<Result<Prepared, Refusal>, EngineError> {
        if !order.from.is_zero() && !self.account(order.from)?.can_sign {
            return Err(EngineError::ViewOnly(order.from));
        }
        let limits = SimulatedLimits::Unbounded;
        let (simulation, min_fees) = self.simulate_order(order, limits, entry).await?;
        let used = simulation.simulated.gas_used();
        let estimate = Estimate::new(&used, order.gas, min_fees)?;
        let built = self.build_unsigned(order, estimate.settings).await?;
        let observed = simulation.observed;
        if let Asker::Dapp(origin) = asker {
            let acting = Acting {
                action,
                own_calls: &built.own_calls,
                ..sending(order.from, &order.additional_scopes)
            };
            let decision = self.with_gate(origin, |gate| gate.recheck(&acting, &observed));
            if let Decision::Refused(refusal) = decision {
                return Ok(Err(refusal));
            }
        }
        let draft = TransactionDraft {
            from: order.from,
            payload: &built.payload,
            own_calls: &built.own_calls,
            signed_calls: &built.signed_calls,
            payer: built.payer,
            fee_at_most: estimate.at_most,
            fee_expected: Some(estimate.expected),
            nonce: order.nonce(),
            chain: self.chain_info(),
            observed: Some(&observed),
        };
        let request = TransactionRequest::new(draft, asker, &self.directory())?;
        let settings = estimate.settings;
        Ok(Ok(Prepared {
            request,
            settings,
            has_public_calls: simulation.simulated.execution.has_public_calls(),
        }))
    }

    /// The request of an order that was approved, signed.
    pub(crate) async fn sign(
        &self,
        order: &Order,
        token: ApprovalToken,
        settings: GasSettings,
        keys: &dyn Keys,
    ) -> Result<TxExecutionRequest, EngineError> {
        let chain = self.chain_info();
        let mut rng = self.entropy();
        if order.from.is_zero() {
            let built = order.build(&SignerlessAccount, None, settings, chain, &mut rng);
            return Ok(built.await?.request);
        }
        let own = self.account(order.from)?;
        let signer = keys.signer(token.into_signing()?).await?;
        let account = Account::new(&own.derived, signer)?;
        let account: &dyn AccountInterface = &account;
        let deployment = match order.task {
            Task::Deployment => Some(self.deployment(order.from)?),
            Task::Calls(_) => None,
        };
        let built = order.build(account, deployment.as_ref(), settings, chain, &mut rng);
        Ok(built.await?.request)
    }
}

/// What came of asking.
enum Asking {
    Approved(Box<ApprovalToken>, GasSettings),
    Rejected(Rejection),
    Refused(Refusal),
}

#[async_trait(?Send)]
impl<B: Backend> Steps for Running<'_, B> {
    async fn approve(&self, entry: &JournalEntry, order: &Work) -> Result<Answer, StepError> {
        let order: Order = from_work(order).map_err(|error| self.simulation_failed(error))?;
        let asked = self.ask(&entry.asker, &order).await;
        match asked.map_err(|error| self.simulation_failed(error))? {
            Asking::Rejected(rejection) => Ok(Answer::Rejected(rejection)),
            Asking::Refused(refusal) => {
                *self.refusal.borrow_mut() = Some(refusal);
                Ok(Answer::Rejected(Rejection::NotPermitted))
            }
            Asking::Approved(token, settings) => {
                let shown = token.hash();
                let signed = self.sign(*token, order, settings).await;
                let signed = signed.map_err(|error| self.simulation_failed(error))?;
                Ok(Answer::Approved { shown, signed })
            }
        }
    }

    async fn simulate(&self, _: &JournalEntry, signed: &Work) -> Result<Work, StepError> {
        let limited = self.limit(signed).await;
        let ready = limited.map_err(|error| self.simulation_failed(error))??;
        to_work(&ready).map_err(|error| self.simulation_failed(error))
    }

    async fn prove(&self, _: &JournalEntry, request: &Work) -> Result<Tx, StepError> {
        let made = self.make(request).await;
        made.map_err(|error| self.failed(error, |message| Failure::Proving { message }))
    }
}
