//! Executing transactions and functions.

use std::time::Duration;

use futures_util::future::join;
use pixie_node::types::TxValidationOptions;
use pixie_primitives::auth_witness::AuthWitness;
use pixie_primitives::kernel::{
    PrivateKernelResetDimensions, PrivateKernelTailCircuitPublicInputs,
};
use pixie_primitives::simulation::{
    FailingFunction, PublicSimulationOutput, SimulationError, TxValidationResult,
};
use pixie_primitives::tx::{ChonkProof, FunctionCall, Tx, TxExecutionRequest};
use pixie_primitives::{AztecAddress, Fr};
use pixie_store::{Backend, CommitError};

use super::{PrivateEvents, Proved, Pxe, Simulated, Watch};
use crate::error::PxeError;
use crate::execution::{self, ResultTree};
use crate::kernel::{
    self, KernelCircuit, KernelForm, KernelOutput, KernelPurpose, KernelRequest,
    protocol_contracts, run_kernels,
};
use crate::progress::Progress;
use crate::scopes::AccessScopes;
use crate::state::ContractOverrides;
use crate::state::events::EventQuery;
use crate::sync::{self, SyncError};
use crate::work::{AnchorBlock, Work};

/// How a transaction is simulated.
#[derive(Debug, Clone)]
pub struct SimulateOptions {
    /// Whether the node is to simulate the public calls.
    pub public: bool,
    /// Whether the node is not asked if the transaction could enter a block.
    pub skip_validation: bool,
    /// Whether nobody needs to pay the fee.
    pub skip_fee_enforcement: bool,
    /// Contracts that stand in for others. The kernels are left out if there are any.
    pub overrides: ContractOverrides,
}

impl Default for SimulateOptions {
    /// The public calls as well, all checks, nothing standing in.
    fn default() -> Self {
        Self {
            public: true,
            skip_validation: false,
            skip_fee_enforcement: false,
            overrides: ContractOverrides::default(),
        }
    }
}

impl<B: Backend> Pxe<B> {
    /// Executes the private part of a transaction and proves it. The tags of its logs count as used
    /// from then on, whether it is sent or not.
    ///
    /// Transactions are proved one after the other: a second one waits for its turn.
    ///
    /// # Errors
    /// [`PxeError::Execution`] if a contract refuses, [`PxeError::Kernel`] if the transaction breaks a
    /// rule of the protocol, and others. Nothing is left behind then.
    pub async fn prove_tx(
        &self,
        request: &TxExecutionRequest,
        scopes: &AccessScopes,
        watch: &Watch,
    ) -> Result<Proved, PxeError> {
        let _turn = self.inner.sending.lock().await;
        let work = self.begin(watch).await?;
        let execution = execution::run_private(&work, request, scopes).await?;
        let output = self
            .kernels(&work, request, &execution, KernelPurpose::Prove, false)
            .await?;
        let (public_inputs, proof) = (output.public_inputs, output.proof);
        let tx = assemble(&execution, public_inputs.clone(), proof.clone());
        sync::tagging::store_pending_tags(&work, execution.pre_tags(), tx.tx_hash())?;
        match self.inner.database.commit(work.into_job()).await {
            Ok(_) => {}
            Err(CommitError::Conflict { .. } | CommitError::Superseded) => {
                // What was found out on the way will be found again, but the tags are used up.
                let tags = execution.pre_tags();
                self.change(|tables| tables.add_pending_tags(tags, tx.tx_hash()))
                    .await?;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(Proved {
            execution,
            public_inputs,
            proof,
            tx,
        })
    }

    /// Reads the kernels that most transactions need, so that they are at hand when one is proved.
    /// What cannot be read now is told of then.
    pub async fn read_kernels(&self, has_public_calls: bool) {
        let (tail, hiding) = match has_public_calls {
            true => (KernelCircuit::TailToPublic, KernelCircuit::HidingToPublic),
            false => (KernelCircuit::Tail, KernelCircuit::HidingToRollup),
        };
        let reset = KernelCircuit::Reset(PrivateKernelResetDimensions::from_array([4; 9]));
        for circuit in [
            KernelCircuit::Init,
            KernelCircuit::Inner,
            reset,
            tail,
            hiding,
        ] {
            let _ = self.inner.kernels.circuit(circuit, KernelForm::Full).await;
        }
    }

    /// Simulates a transaction: its private calls and kernels here, its public calls on the node.
    ///
    /// What is found out on the way (notes, for instance) is kept, unless a transaction is being
    /// proved meanwhile.
    ///
    /// # Errors
    /// [`PxeError::Execution`], [`PxeError::Kernel`], [`PxeError::PublicCallReverted`],
    /// [`PxeError::InvalidTx`], and others.
    pub async fn simulate_tx(
        &self,
        request: &TxExecutionRequest,
        scopes: &AccessScopes,
        options: SimulateOptions,
        watch: &Watch,
    ) -> Result<Simulated, PxeError> {
        let skip_fees = options.skip_fee_enforcement;
        let skip_kernels = !options.overrides.is_empty();
        let work = self.begin(watch).await?.with_overrides(options.overrides);
        let execution = execution::run_private(&work, request, scopes).await?;
        let public_inputs = if skip_kernels {
            let contracts = protocol_contracts(&work)?;
            let root = self.inner.kernels.vk_tree_root();
            kernel::simulate_kernels(&execution, work.node(), root, contracts.hash()).await?
        } else {
            let purpose = KernelPurpose::Simulate;
            self.kernels(&work, request, &execution, purpose, skip_fees)
                .await?
                .public_inputs
        };
        let tx = assemble(&execution, public_inputs.clone(), ChonkProof::default());
        let public_output = if options.public && execution.has_public_calls() {
            work.report(Progress::SimulatingPublic);
            Some(self.simulate_public(&work, &tx, skip_fees).await?)
        } else {
            None
        };
        if !options.skip_validation {
            let options = TxValidationOptions {
                is_simulation: Some(true),
                skip_fee_enforcement: Some(skip_fees),
            };
            if let TxValidationResult::Invalid { reason } =
                work.node().is_valid_tx(&tx, options).await?
            {
                return Err(PxeError::InvalidTx { reasons: reason });
            }
        }
        self.finish_or_drop(work).await?;
        Ok(Simulated {
            execution,
            public_inputs,
            public_output,
            tx,
        })
    }

    /// Executes a transaction with all witnesses and shows its circuits to `inspect`. Nothing is
    /// proved, and the tags do not count as used.
    ///
    /// # Errors
    /// As [`Self::prove_tx`].
    pub async fn profile_tx<R>(
        &self,
        request: &TxExecutionRequest,
        scopes: &AccessScopes,
        watch: &Watch,
        inspect: impl FnOnce(&KernelOutput<'_>) -> R,
    ) -> Result<R, PxeError> {
        let work = self.begin(watch).await?;
        let execution = execution::run_private(&work, request, scopes).await?;
        let output = self
            .kernels(&work, request, &execution, KernelPurpose::Witnesses, false)
            .await?;
        let result = inspect(&output);
        drop(output);
        self.finish_or_drop(work).await?;
        Ok(result)
    }

    /// Executes a utility function. Returns the encoded return values.
    ///
    /// What it finds out or writes is kept, unless a transaction is being proved meanwhile.
    ///
    /// # Errors
    /// [`PxeError::Execution`] if the contract refuses, and others.
    pub async fn execute_utility(
        &self,
        call: &FunctionCall,
        auth_witnesses: &[AuthWitness],
        scopes: &AccessScopes,
        watch: &Watch,
    ) -> Result<Vec<Fr>, PxeError> {
        // Before the question: what another operation finds out meanwhile may be newer than the answer.
        let job = self.inner.database.job();
        let ahead = self.utility_ahead(call, auth_witnesses, scopes, watch);
        let (tips, ahead) = join(self.node().l2_tips(), ahead).await;
        let tips = tips.map_err(SyncError::from)?;
        if let Some((work, values)) = ahead
            && sync::blocks::confirm(&mut work.state_mut(), work.anchor(), &tips)?
        {
            let values = values?;
            self.finish_or_drop(work).await?;
            return Ok(values);
        }
        let work = self.begin_at(job, tips, watch).await?;
        execution::ensure_synced(&work, call.to, Some(call.selector), scopes).await?;
        let values = execution::run_utility(&work, call, auth_witnesses, scopes).await?;
        self.finish_or_drop(work).await?;
        Ok(values)
    }

    /// Executes a utility function as of the block that was followed last, if the contract is up to
    /// date with it. Most of the time that is still the tip, which the node is asked for meanwhile.
    async fn utility_ahead(
        &self,
        call: &FunctionCall,
        auth_witnesses: &[AuthWitness],
        scopes: &AccessScopes,
        watch: &Watch,
    ) -> Option<(Work, Result<Vec<Fr>, PxeError>)> {
        // In a browser a request leaves when the code that made it has come to rest.
        self.inner.clock.sleep(Duration::ZERO).await;
        let job = self.inner.database.job();
        let anchor = job.anchor().ok()?;
        if job.unsynced(call.to, scopes, anchor.hash).is_some() {
            return None;
        }
        let work = self.work(job, anchor, watch);
        let values = async {
            execution::ensure_synced(&work, call.to, Some(call.selector), scopes).await?;
            execution::run_utility(&work, call, auth_witnesses, scopes).await
        };
        let values = values.await;
        Some((work, values))
    }

    /// Follows the chain to its tip and brings contracts up to date: finds the notes and events of the
    /// accounts in scope, and what was nullified.
    ///
    /// What it finds out is kept, unless a transaction is being proved meanwhile.
    ///
    /// # Errors
    /// [`PxeError::Execution`] if a contract has no synchronisation or it fails, and others.
    pub async fn sync_contracts(
        &self,
        contracts: &[AztecAddress],
        scopes: &AccessScopes,
        watch: &Watch,
    ) -> Result<AnchorBlock, PxeError> {
        let work = self.begin(watch).await?;
        let anchor = work.anchor().clone();
        execution::ensure_all_synced(&work, contracts, scopes).await?;
        self.finish_or_drop(work).await?;
        Ok(anchor)
    }

    /// The private events that accounts have received.
    ///
    /// # Errors
    /// [`PxeError::State`] for a query without sense, and whatever looking for them fails with.
    pub async fn private_events(
        &self,
        query: EventQuery,
        watch: &Watch,
    ) -> Result<PrivateEvents, PxeError> {
        let work = self.begin(watch).await?;
        let anchor = work.anchor().clone();
        let contract = query.contract;
        let scopes = AccessScopes::Only(query.scopes.clone());
        let filter = query.resolve(anchor.number())?;
        execution::ensure_synced(&work, contract, None, &scopes).await?;
        let events = work.state().events(&filter).into_iter().cloned().collect();
        self.finish_or_drop(work).await?;
        Ok(PrivateEvents { events, anchor })
    }

    async fn kernels<'a>(
        &self,
        work: &Work,
        request: &TxExecutionRequest,
        execution: &'a ResultTree,
        purpose: KernelPurpose,
        skip_fee_enforcement: bool,
    ) -> Result<KernelOutput<'a>, PxeError> {
        let kernel_request = KernelRequest {
            tx_request: request.to_tx_request(),
            execution,
            protocol_contracts: protocol_contracts(work)?,
            purpose,
            skip_fee_enforcement,
        };
        let inner = &self.inner;
        Ok(run_kernels(kernel_request, &*inner.kernels, work, &*inner.prover).await?)
    }

    async fn simulate_public(
        &self,
        work: &Work,
        tx: &Tx,
        skip_fee_enforcement: bool,
    ) -> Result<PublicSimulationOutput, PxeError> {
        let node = work.node();
        let output = node.simulate_public_calls(tx, skip_fee_enforcement).await?;
        match output.revert_reason {
            None => Ok(output),
            Some(mut reason) => {
                name_functions(work, &mut reason);
                Err(PxeError::PublicCallReverted(Box::new(reason)))
            }
        }
    }
}

/// Puts a transaction together.
fn assemble(
    execution: &ResultTree,
    data: PrivateKernelTailCircuitPublicInputs,
    proof: ChonkProof,
) -> Tx {
    let logs = execution.contract_class_logs().into_iter();
    let logs = logs.map(|counted| counted.log.fields.clone()).collect();
    Tx::new(data, proof, logs, execution.public_calldata.clone())
}

/// Fills in the names of contracts and functions that are registered.
fn name_functions(work: &Work, error: &mut SimulationError) {
    let state = work.state();
    for function in &mut error.function_error_stack {
        let Ok(contract) = state.contract(&function.contract_address) else {
            continue;
        };
        let FailingFunction {
            contract_name,
            function_selector,
            function_name,
            ..
        } = function;
        contract_name.get_or_insert_with(|| contract.artifact().name.clone());
        if let Some(selector) = function_selector
            && let Ok(abi) = contract.artifact().function_abi_by_selector(*selector)
        {
            function_name.get_or_insert_with(|| abi.name.clone());
        }
    }
}
