//! How calls become a transaction: simulated, proved, written down, sent, awaited.

use std::time::{Duration, Instant};

use pixie_accounts::AccountInterface;
use pixie_accounts::gas::{
    ESTIMATED_GAS_PADDING, EstimatedGas, complete_gas_settings, gas_settings_for_estimation,
};
use pixie_accounts::{
    AuthWitIntent, Deployment, FeePayment, SimulatedAccount, TransactionPlan, TxParameters,
    sponsored_fpc_instance,
};
use pixie_primitives::AztecAddress;
use pixie_primitives::auth_witness::AuthWitness;
use pixie_primitives::gas::{GasSettings, GasUsed, PartialGasSettings};
use pixie_primitives::receipt::{TxReceipt, TxStatus};
use pixie_primitives::tx::{ExecutionPayload, OffchainEffect, TxExecutionRequest, TxHash};
use pixie_pxe::AccessScopes;
use pixie_pxe::pxe::{Proved, SimulateOptions, Simulated};
use pixie_pxe::state::ContractOverrides;

use super::journal::Stage;
use super::{Wallet, WalletError};

/// How the gas limits are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GasChoice {
    /// By a simulation beforehand, which also finds out whether anything would be reverted.
    Estimated,
    /// The protocol's default limits; nothing is simulated.
    Default,
}

/// What an account is to do.
#[derive(Debug, Clone)]
pub struct Order {
    /// The account.
    pub from: AztecAddress,
    /// The calls, with the witnesses and capsules that they need.
    pub payload: ExecutionPayload,
    /// Who pays.
    pub fee: FeePayment,
    /// Further accounts whose notes and keys may be used.
    pub scopes: Vec<AztecAddress>,
    /// How the gas limits are found.
    pub gas: GasChoice,
}

/// A transaction that the node has taken.
#[derive(Debug, Clone)]
pub struct SentTx {
    /// Its hash.
    pub tx_hash: TxHash,
    /// What its calls handed out beside it.
    pub offchain_effects: Vec<OffchainEffect>,
}

/// How a transaction ended, as far as it was waited for.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The node's last word.
    pub receipt: TxReceipt,
}

/// How often the node is asked for a receipt.
const POLL: Duration = Duration::from_millis(250);

/// For how long a transaction may be unknown to the node after it was sent (Aztec 4.1.2, aztec.js
/// `DefaultWaitOpts.ignoreDroppedReceiptsFor`).
const IGNORE_DROPPED: Duration = Duration::from_secs(5);

impl Order {
    fn scopes(&self) -> AccessScopes {
        scopes_of(self.from, &self.scopes)
    }

    fn plan(&self) -> TransactionPlan {
        TransactionPlan::new(self.payload.clone(), self.fee.clone())
    }
}

fn scopes_of(from: AztecAddress, more: &[AztecAddress]) -> AccessScopes {
    let mut scopes = vec![from];
    scopes.extend(more.iter().filter(|scope| **scope != from));
    AccessScopes::Only(scopes)
}

impl Wallet {
    /// Simulates calls of an account without signing, kernels or a fee.
    pub async fn simulate(
        &self,
        from: AztecAddress,
        payload: ExecutionPayload,
        scopes: &[AztecAddress],
    ) -> Result<Simulated, WalletError> {
        let plan = TransactionPlan::new(payload, FeePayment::FeeJuice);
        self.simulate_plan(from, &plan, &scopes_of(from, scopes))
            .await
    }

    /// Proves and sends a transaction. It is in the journal before it is sent.
    pub async fn send(&self, order: &Order) -> Result<SentTx, WalletError> {
        self.register_payer(&order.fee).await?;
        let (plan, scopes) = (order.plan(), order.scopes());
        let gas = match order.gas {
            GasChoice::Default => self.gas_settings().await?,
            GasChoice::Estimated => {
                let simulated = self.simulate_plan(order.from, &plan, &scopes).await?;
                self.limits(&simulated.gas_used()).await?
            }
        };
        let account = self.signing_account(order.from)?;
        let mut rng = self.entropy();
        let parameters = TxParameters::new(gas, self.chain, &mut rng);
        let request = plan.create_request(&account, &parameters, &mut rng).await?;
        self.prove_and_send(&request, &scopes, order.from, &order.payload)
            .await
    }

    /// Has an account put itself on the chain.
    pub async fn deploy_account(
        &self,
        address: AztecAddress,
        fee: &FeePayment,
    ) -> Result<SentTx, WalletError> {
        self.register_payer(fee).await?;
        let deployment = Deployment::of_account(&self.derived_account(address)?);
        let account = self.signing_account(address)?;
        let scopes = scopes_of(address, &[]);
        let mut rng = self.entropy();
        let for_estimation = {
            let min_fees = self.pxe.node().current_min_fees().await?;
            gas_settings_for_estimation(PartialGasSettings::default(), min_fees)
        };
        let parameters = TxParameters::new(for_estimation, self.chain, &mut rng);
        let request = deployment
            .self_paid_request(&account, fee, &parameters, &mut rng)
            .await?;
        let options = SimulateOptions {
            skip_fee_enforcement: true,
            ..SimulateOptions::default()
        };
        let simulated = self
            .pxe
            .simulate_tx(&request, &scopes, options, &self.watch);
        let gas = self.limits(&simulated.await?.gas_used()).await?;
        let parameters = TxParameters::new(gas, self.chain, &mut rng);
        let request = deployment
            .self_paid_request(&account, fee, &parameters, &mut rng)
            .await?;
        self.prove_and_send(&request, &scopes, address, &deployment.payload()?)
            .await
    }

    /// Waits until a transaction has come as far as wanted.
    pub async fn wait(
        &self,
        tx: TxHash,
        until: TxStatus,
        at_most: Duration,
    ) -> Result<Outcome, WalletError> {
        let begun = Instant::now();
        loop {
            let receipt = self.pxe.node().tx_receipt(tx).await?;
            let waited = begun.elapsed();
            match receipt.status {
                TxStatus::Dropped if waited < IGNORE_DROPPED => {}
                TxStatus::Dropped => {
                    self.note_receipt(&receipt).await?;
                    let reason = receipt.error;
                    return Err(WalletError::Dropped { tx, reason });
                }
                status if status >= until => {
                    self.note_receipt(&receipt).await?;
                    let block = receipt.block_number.map(|block| block.0);
                    return match (receipt.has_reverted(), block) {
                        (true, Some(block)) => Err(WalletError::Reverted { tx, block }),
                        _ => Ok(Outcome { receipt }),
                    };
                }
                _ => {}
            }
            if waited >= at_most {
                return Err(WalletError::TooSlow {
                    tx,
                    status: status_name(receipt.status),
                    seconds: at_most.as_secs(),
                });
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Allows somebody an action of an account's, privately.
    pub async fn create_auth_wit(
        &self,
        from: AztecAddress,
        intent: AuthWitIntent,
    ) -> Result<AuthWitness, WalletError> {
        let account = self.signing_account(from)?;
        let mut rng = self.entropy();
        Ok(account
            .create_auth_wit(intent, &self.chain, &mut rng)
            .await?)
    }

    async fn simulate_plan(
        &self,
        from: AztecAddress,
        plan: &TransactionPlan,
        scopes: &AccessScopes,
    ) -> Result<Simulated, WalletError> {
        let min_fees = self.pxe.node().current_min_fees().await?;
        let gas = gas_settings_for_estimation(PartialGasSettings::default(), min_fees);
        let mut rng = self.entropy();
        let parameters = TxParameters::new(gas, self.chain, &mut rng);
        let account = SimulatedAccount::new(from);
        let request = plan.create_request(&account, &parameters, &mut rng).await?;
        let options = SimulateOptions {
            skip_fee_enforcement: true,
            // Without kernels there is no transaction that the node could find valid.
            skip_validation: true,
            overrides: self.simulated_account(from).await?,
            ..SimulateOptions::default()
        };
        let simulated = self.pxe.simulate_tx(&request, scopes, options, &self.watch);
        Ok(simulated.await?)
    }

    /// The contract that stands in for an account in simulations.
    async fn simulated_account(
        &self,
        account: AztecAddress,
    ) -> Result<ContractOverrides, WalletError> {
        let instance = self.derived_account(account)?.instance().instance;
        let artifact = self.resources.contract("SimulatedAccount").await?;
        let mut overrides = ContractOverrides::default();
        overrides.insert(account, instance, artifact);
        Ok(overrides)
    }

    async fn gas_settings(&self) -> Result<GasSettings, WalletError> {
        let min_fees = self.pxe.node().current_min_fees().await?;
        Ok(complete_gas_settings(
            PartialGasSettings::default(),
            min_fees,
        ))
    }

    async fn limits(&self, used: &GasUsed) -> Result<GasSettings, WalletError> {
        let estimated = EstimatedGas::from_simulation(used, ESTIMATED_GAS_PADDING)?;
        Ok(estimated.apply(self.gas_settings().await?))
    }

    /// A sponsor must be known before its function can be executed.
    async fn register_payer(&self, fee: &FeePayment) -> Result<(), WalletError> {
        let sponsor = sponsored_fpc_instance();
        let is_needed = matches!(fee, FeePayment::Sponsored { fpc } if *fpc == sponsor.address);
        if is_needed && self.pxe.contract_instance(&sponsor.address).is_none() {
            let artifact = self.resources.contract("SponsoredFPC").await?;
            self.pxe.register_contract(&sponsor, Some(artifact)).await?;
        }
        Ok(())
    }

    async fn prove_and_send(
        &self,
        request: &TxExecutionRequest,
        scopes: &AccessScopes,
        from: AztecAddress,
        payload: &ExecutionPayload,
    ) -> Result<SentTx, WalletError> {
        let proved: Proved = self.pxe.prove_tx(request, scopes, &self.watch).await?;
        let tx_hash = proved.tx.tx_hash();
        self.records
            .begin_transaction(tx_hash, from, &payload.calls)
            .await?;
        match self.pxe.node().send_tx(&proved.tx).await {
            Ok(()) => self.records.note_stage(tx_hash, Stage::Sent).await?,
            // The receipt will tell.
            Err(error) if error.may_have_been_processed() => return Err(error.into()),
            Err(error) => {
                let reason = Some(error.to_string());
                self.records
                    .note_stage(tx_hash, Stage::Dropped { reason })
                    .await?;
                return Err(error.into());
            }
        }
        Ok(SentTx {
            tx_hash,
            offchain_effects: proved.offchain_effects(),
        })
    }
}

/// How far a transaction has come, as people say it.
pub const fn status_name(status: TxStatus) -> &'static str {
    match status {
        TxStatus::Dropped => "unknown to the node",
        TxStatus::Pending => "pending",
        TxStatus::Proposed => "proposed",
        TxStatus::Checkpointed => "checkpointed",
        TxStatus::Proven => "proven",
        TxStatus::Finalized => "final",
    }
}
