//! Trying calls out.

use std::sync::Arc;

use pixie_accounts::gas::{
    ESTIMATED_GAS_PADDING, EstimatedGas, complete_gas_settings, gas_settings_for_estimation,
};
use pixie_accounts::{AccountInterface, SignerlessAccount, SimulatedAccount};
use pixie_primitives::AztecAddress;
use pixie_primitives::ContractClassId;
use pixie_primitives::Fr;
use pixie_primitives::auth_witness::AuthWitness;
use pixie_primitives::contract::ProtocolContract;
use pixie_primitives::gas::{Gas, GasFees, GasSettings, GasUsed, PartialGasSettings};
use pixie_primitives::tx::{ExecutionPayload, FunctionCall, TxExecutionRequest};
use pixie_pxe::AccessScopes;
use pixie_pxe::pxe::{SimulateOptions, Simulated, Watch};
use pixie_pxe::state::{ContractOverrides, LoadedContract};
use pixie_store::Backend;

use super::order::{Built, Order, Task};
use super::{Engine, EngineError, Fee, scopes};
use crate::journal::EntryId;
use crate::observed::Observed;

/// The contract that stands in for an account in simulations.
const STAND_IN: &str = "SimulatedAccount";

/// Which gas limits a simulation runs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimulatedLimits {
    /// Limits beyond what any transaction can use, to find out what this one does.
    Unbounded,
    /// Those given, or else the protocol's default ones.
    Given,
}

/// What a simulation gave.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// All of it.
    pub simulated: Simulated,
    /// What happened underneath.
    pub observed: Observed,
}

impl Simulation {
    fn new(simulated: Simulated) -> Self {
        let observed = Observed::of(&simulated.execution);
        Self {
            simulated,
            observed,
        }
    }
}

/// What a transaction will cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// The limits and prices.
    pub settings: GasSettings,
    /// The most that the fee can be, in the smallest unit of fee juice.
    pub at_most: u128,
    /// What the fee would be now.
    pub expected: u128,
}

impl Estimate {
    /// What follows from the gas used and the present prices.
    pub(super) fn new(
        used: &GasUsed,
        given: PartialGasSettings,
        min_fees: GasFees,
    ) -> Result<Self, EngineError> {
        let estimated = EstimatedGas::from_simulation(used, ESTIMATED_GAS_PADDING)?;
        let settings = estimated.apply(complete_gas_settings(given, min_fees));
        let settings = given.or(settings);
        Ok(Self {
            settings,
            at_most: fee_limit(&settings)?,
            expected: number(used.total_gas.fee(min_fees))?,
        })
    }
}

/// The most that a transaction with these settings can cost.
pub(super) fn fee_limit(settings: &GasSettings) -> Result<u128, EngineError> {
    number(settings.fee_limit())
}

fn number(fee: Fr) -> Result<u128, EngineError> {
    fee.to_u128().map_err(|_| EngineError::FeeOutOfRange)
}

/// Whether settings still serve a transaction that uses this gas at these prices.
pub(super) fn still_serve(settings: &GasSettings, used: &GasUsed, min_fees: GasFees) -> bool {
    let covers = |limits: Gas, used: Gas| !used.exceeds_in_any(limits);
    covers(settings.gas_limits, used.total_gas)
        && covers(settings.teardown_gas_limits, used.teardown_gas)
        && cover_prices(settings, min_fees)
}

/// Whether settings offer at least these prices.
pub(super) fn cover_prices(settings: &GasSettings, min_fees: GasFees) -> bool {
    let max = settings.max_fees_per_gas;
    min_fees.fee_per_da_gas <= max.fee_per_da_gas && min_fees.fee_per_l2_gas <= max.fee_per_l2_gas
}

impl<B: Backend> Engine<B> {
    /// Simulates calls of an account (or of nobody: the zero address) without a signature, kernels or
    /// a fee; a contract that accepts everything stands in for the account's (Aztec 4.1.2, wallets
    /// `EmbeddedWallet.simulateViaEntrypoint`).
    ///
    /// # Errors
    /// [`EngineError::UnknownAccount`], and what the simulation fails with.
    pub async fn simulate(
        &self,
        from: AztecAddress,
        payload: ExecutionPayload,
        additional_scopes: &[AztecAddress],
        gas: PartialGasSettings,
        limits: SimulatedLimits,
    ) -> Result<Simulation, EngineError> {
        // Whether the calls have somebody pay shows from the payload itself.
        let mut order = Order::new(
            from,
            Task::Calls(payload),
            Fee::InPayload,
            &mut self.entropy(),
        );
        order.additional_scopes = additional_scopes.to_vec();
        order.gas = gas;
        let (simulation, _) = self.simulate_order(&order, limits, None).await?;
        Ok(simulation)
    }

    /// Simulates an order that nobody has signed.
    pub(super) async fn simulate_order(
        &self,
        order: &Order,
        limits: SimulatedLimits,
        entry: Option<EntryId>,
    ) -> Result<(Simulation, GasFees), EngineError> {
        self.check_open()?;
        self.register_payer(&order.fee).await?;
        let min_fees = self.node().current_min_fees().await?;
        let settings = match limits {
            SimulatedLimits::Unbounded => gas_settings_for_estimation(order.gas, min_fees),
            SimulatedLimits::Given => complete_gas_settings(order.gas, min_fees),
        };
        let (request, stand_ins) = match order.task {
            Task::Calls(_) => {
                let built = self.build_unsigned(order, settings).await?;
                (built.request, self.stand_ins(order.from).await?)
            }
            Task::Deployment => {
                let deployment = self.deployment(order.from)?;
                let request = order
                    .build_unsigned_deployment(
                        &deployment,
                        &SimulatedAccount::new(order.from),
                        settings,
                        self.chain_info(),
                        &mut self.entropy(),
                    )
                    .await?;
                (request, self.stand_ins(AztecAddress::ZERO).await?)
            }
        };
        let simulated = self
            .simulate_request(&request, &order.scopes(), stand_ins, &self.watch(entry))
            .await?;
        Ok((Simulation::new(simulated), min_fees))
    }

    /// The request of an order, with nobody's signature.
    pub(super) async fn build_unsigned(
        &self,
        order: &Order,
        settings: GasSettings,
    ) -> Result<Built, EngineError> {
        let deployment = match order.task {
            Task::Deployment => Some(self.deployment(order.from)?),
            Task::Calls(_) => None,
        };
        let account = SimulatedAccount::new(order.from);
        let account: &dyn AccountInterface = match order.from.is_zero() {
            true => &SignerlessAccount,
            false => &account,
        };
        let mut rng = self.entropy();
        order
            .build(
                account,
                deployment.as_ref(),
                settings,
                self.chain_info(),
                &mut rng,
            )
            .await
    }

    pub(super) async fn simulate_request(
        &self,
        request: &TxExecutionRequest,
        scopes: &AccessScopes,
        stand_ins: ContractOverrides,
        watch: &Watch,
    ) -> Result<Simulated, EngineError> {
        let options = SimulateOptions {
            skip_fee_enforcement: true,
            // Without kernels there is no transaction that the node could find valid.
            skip_validation: !stand_ins.is_empty(),
            overrides: stand_ins,
            ..SimulateOptions::default()
        };
        let simulating = self.pxe().simulate_tx(request, scopes, options, watch);
        // Large futures lie on the heap: stacks are small in browsers.
        Ok(Box::pin(simulating).await?)
    }

    /// What stands in for an account's contract. For nobody's calls something stands in for nothing, so
    /// that the kernels are left out all the same.
    pub(super) async fn stand_ins(
        &self,
        account: AztecAddress,
    ) -> Result<ContractOverrides, EngineError> {
        let mut overrides = ContractOverrides::default();
        if account.is_zero() {
            let contract = ProtocolContract::MultiCallEntrypoint;
            let artifact = self.resources().contract(contract.name()).await?;
            let instance = contract.instance(artifact.class_id()?).instance;
            overrides.insert(account, instance, artifact);
        } else {
            let instance = self.account(account)?.derived.instance().instance;
            let stand_in = self.stand_in(instance.current_contract_class_id).await?;
            overrides.insert_loaded(account, instance, stand_in);
        }
        Ok(overrides)
    }

    /// What stands in for an account's contract of a class.
    async fn stand_in(&self, class: ContractClassId) -> Result<Arc<LoadedContract>, EngineError> {
        let kept = self.0.stand_ins.borrow().get(&class).map(Arc::clone);
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let artifact = self.resources().contract(STAND_IN).await?;
        let loaded = Arc::new(LoadedContract::new(class, artifact));
        let mut stand_ins = self.0.stand_ins.borrow_mut();
        stand_ins.insert(class, Arc::clone(&loaded));
        Ok(loaded)
    }

    /// Executes a utility function. Returns the encoded return values.
    ///
    /// # Errors
    /// What the execution fails with.
    pub async fn execute_utility(
        &self,
        call: &FunctionCall,
        scope: AztecAddress,
        auth_witnesses: &[AuthWitness],
    ) -> Result<Vec<Fr>, EngineError> {
        self.check_open()?;
        let scopes = scopes(scope, &[]);
        let watch = self.watch(None);
        let executing = self
            .pxe()
            .execute_utility(call, auth_witnesses, &scopes, &watch);
        Ok(Box::pin(executing).await?)
    }

    /// A sponsor must be known before its function can be executed.
    pub(super) async fn register_payer(&self, fee: &Fee) -> Result<(), EngineError> {
        let sponsor = pixie_accounts::sponsored_fpc_instance();
        let is_needed = *fee == Fee::Sponsored(sponsor.address);
        if is_needed && self.pxe().contract_instance(&sponsor.address).is_none() {
            let artifact = self.resources().contract("SponsoredFPC").await?;
            self.pxe()
                .register_contract(&sponsor, Some(artifact))
                .await?;
        }
        Ok(())
    }
}
