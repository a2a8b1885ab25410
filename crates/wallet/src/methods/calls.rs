//! What dapps try out: simulations, utility functions, profiles.

use pixie_bridge::capability::Action;
use pixie_bridge::wire::{
    GasSettingsOption, ProfileMode, ProfileOptions, SimulateOptions, UtilityOptions,
};
use pixie_primitives::AztecAddress;
use pixie_primitives::abi::FunctionType;
use pixie_primitives::auth_witness::AuthWitness;
use pixie_primitives::capsule::Capsule;
use pixie_primitives::gas::PartialGasSettings;
use pixie_primitives::tx::{
    ExecutionPayload, FunctionCall, PrivateCallExecutionResult, PrivateExecutionStep, ProvingStats,
    ProvingTimings, StepTimings, TxProfileResult, TxSimulationResult, UtilityExecutionResult,
};
use pixie_pxe::PxeError;
use pixie_pxe::execution::CallFrame;
use pixie_pxe::kernel::{ExecutionStep, StepBytecode};
use pixie_pxe::pxe::Simulated;
use pixie_store::Backend;

use super::{Answer, MethodError, Serving, answer};
use crate::approval::{ApprovalRequest, DecodedCall, DisclosureRequest, Party};
use crate::engine::{EngineError, Fee, Order, Prepared, SimulatedLimits, Task};
use crate::journal::Asker;
use crate::observed::{Observed, ObservedCall};
use crate::permissions::{Acting, Decision, Undisclosed, simulating};

/// Limits and prices as a dapp gives them.
pub(super) fn given_gas(options: Option<GasSettingsOption>) -> PartialGasSettings {
    let options = options.unwrap_or_default();
    PartialGasSettings {
        gas_limits: options.gas_limits,
        teardown_gas_limits: options.teardown_gas_limits,
        max_fees_per_gas: options.max_fee_per_gas,
        max_priority_fees_per_gas: options.max_priority_fee_per_gas,
    }
}

/// The payload with the witnesses and capsules that came beside it.
pub(super) fn with_options(
    mut payload: ExecutionPayload,
    witnesses: Option<&Vec<AuthWitness>>,
    capsules: Option<&Vec<Capsule>>,
) -> ExecutionPayload {
    for witness in witnesses.into_iter().flatten() {
        if !payload.auth_witnesses.contains(witness) {
            payload.auth_witnesses.push(witness.clone());
        }
    }
    for capsule in capsules.into_iter().flatten() {
        if !payload.capsules.contains(capsule) {
            payload.capsules.push(capsule.clone());
        }
    }
    payload
}

/// A simulation as a dapp gets it: without what the circuits consist of and what they saw.
pub(super) fn simulation_result(
    simulated: &Simulated,
) -> TxSimulationResult<pixie_primitives::simulation::PublicSimulationOutput> {
    let mut private = simulated.execution.to_protocol();
    strip(&mut private.entrypoint);
    TxSimulationResult {
        private_execution_result: private,
        public_inputs: simulated.public_inputs.clone(),
        public_output: simulated.public_output.clone(),
        stats: None,
    }
}

fn strip(call: &mut PrivateCallExecutionResult) {
    call.acir.clear();
    call.vk.clear();
    call.partial_witness.clear();
    call.nested_execution_results.iter_mut().for_each(strip);
}

/// The functions that were under way when an execution failed, as if they had been simulated.
fn observed_stack(frames: &[CallFrame]) -> Observed {
    let mut by = None;
    let calls = frames.iter().enumerate().map(|(depth, frame)| {
        let call = ObservedCall {
            by,
            depth,
            contract: frame.contract,
            selector: Some(frame.selector),
            function_type: FunctionType::Private,
            is_static: false,
            public: None,
        };
        by = Some(frame.contract);
        call
    });
    Observed {
        calls: calls.collect(),
        authorizations: Vec::new(),
    }
}

impl<B: Backend> Serving<'_, B> {
    /// What a dapp is told of a failed execution: the reason, unless it comes from a contract that the
    /// dapp may not see.
    pub(super) fn failure(&self, error: EngineError, acting: &Acting<'_>) -> MethodError {
        if let EngineError::Pxe(PxeError::Execution(failed)) = &error {
            let observed = observed_stack(&failed.call_stack);
            let origin = &self.caller.origin;
            let decision = self
                .engine
                .with_gate(origin, |gate| gate.recheck(acting, &observed));
            if let Decision::Refused(refusal) = decision {
                return refusal.into();
            }
        }
        error.into()
    }

    pub(super) async fn simulate(
        &self,
        payload: ExecutionPayload,
        options: &SimulateOptions,
    ) -> Answer {
        let additional = options.additional_scopes.as_deref();
        let acting = simulating(options.from, additional);
        let witnesses = options.auth_witnesses.as_ref();
        let payload = with_options(payload, witnesses, options.capsules.as_ref());
        let fee = options.fee.unwrap_or_default();
        let limits = match fee.estimate_gas {
            Some(true) => SimulatedLimits::Unbounded,
            _ => SimulatedLimits::Given,
        };
        let simulation = self
            .engine
            .simulate(
                options.from,
                payload,
                additional.unwrap_or_default(),
                given_gas(fee.gas_settings),
                limits,
            )
            .await
            .map_err(|error| self.failure(error, &acting))?;
        let undisclosed = Undisclosed::new(simulation.simulated, simulation.observed);
        let simulated = self.disclose(undisclosed, &acting).await?;
        answer(&simulation_result(&simulated))
    }

    pub(super) async fn execute_utility(
        &self,
        call: FunctionCall,
        options: UtilityOptions,
    ) -> Answer {
        let acting = Acting {
            action: Action::ExecuteUtility,
            ..simulating(options.scope, None)
        };
        let witnesses = options.auth_witnesses.unwrap_or_default();
        let result = self
            .engine
            .execute_utility(&call, options.scope, &witnesses)
            .await
            .map_err(|error| self.failure(error, &acting))?;
        let observed = Observed {
            calls: vec![ObservedCall {
                by: None,
                depth: 0,
                contract: call.to,
                selector: Some(call.selector),
                function_type: FunctionType::Utility,
                is_static: false,
                public: None,
            }],
            authorizations: Vec::new(),
        };
        let undisclosed = Undisclosed::new(result, observed);
        let result = self.disclose(undisclosed, &acting).await?;
        answer(&UtilityExecutionResult {
            result,
            stats: None,
        })
    }

    /// Hands an outcome out: at once, after the user agreed, or not at all.
    async fn disclose<T>(
        &self,
        undisclosed: Undisclosed<T>,
        acting: &Acting<'_>,
    ) -> Result<T, MethodError> {
        let origin = &self.caller.origin;
        let disclosed = self
            .engine
            .with_gate(origin, |gate| undisclosed.disclose(gate, acting));
        let (after, undisclosed) = match disclosed {
            Ok(outcome) => return Ok(outcome),
            Err(held_back) => *held_back,
        };
        if let Decision::Refused(refusal) = after {
            return Err(refusal.into());
        }
        let directory = self.engine.directory();
        let calls = undisclosed.observed().calls.iter();
        let request = DisclosureRequest {
            from: Party::new(acting.from, &directory),
            calls: calls
                .map(|call| DecodedCall::observed(call, &directory))
                .collect(),
        };
        let waiting = self.services.user.ask(crate::approval::Asked {
            asker: Asker::Dapp(origin.clone()),
            request: ApprovalRequest::Disclosure(request),
            entry: None,
            dapp_request: self.caller.request.clone(),
        })?;
        let held = undisclosed.awaiting(waiting.id());
        let token = waiting.answer().await?;
        held.release(token)
            .map_err(|_| MethodError::Rejected(crate::journal::Rejection::Abandoned))
    }

    /// Executes a transaction with all its witnesses. The account has to sign for that, so that the
    /// user is asked.
    pub(super) async fn profile(
        &self,
        payload: ExecutionPayload,
        options: &ProfileOptions,
    ) -> Answer {
        if options.profile_mode == ProfileMode::Gates {
            let message = "this wallet does not count gates; ask for `execution-steps`";
            return Err(MethodError::Unsupported(message));
        }
        let options = &options.simulation;
        let additional = options.additional_scopes.as_deref();
        let acting = simulating(options.from, additional);
        let witnesses = options.auth_witnesses.as_ref();
        let payload = with_options(payload, witnesses, options.capsules.as_ref());
        let order = self.order(
            options.from,
            payload,
            additional,
            given_gas(options.fee.and_then(|fee| fee.gas_settings)),
            Fee::InPayload,
        );
        let engine = self.engine;
        let asker = Asker::Dapp(self.caller.origin.clone());
        let prepared = engine.prepare(&order, &asker, Action::Simulate, None).await;
        let prepared = prepared.map_err(|error| self.failure(error, &acting))?;
        let Prepared {
            request, settings, ..
        } = prepared?;
        let token = self
            .ask(ApprovalRequest::Profile(Box::new(request)))
            .await?;
        let keys = self.services.keys;
        let request = engine.sign(&order, token, settings, keys).await?;
        let begun = engine.now();
        let watch = engine.watch(None);
        let steps = engine
            .pxe()
            .profile_tx(&request, &order.scopes(), &watch, |output| {
                output.steps.iter().map(profile_step).collect::<Vec<_>>()
            })
            .await
            .map_err(EngineError::from)?;
        let total = engine.now().since(begun).as_secs_f64() * 1000.0;
        let timed: f64 = steps.iter().map(|step| step.timings.witgen).sum();
        let stats = ProvingStats {
            timings: ProvingTimings {
                sync: None,
                proving: None,
                per_function: Vec::new(),
                unaccounted: (total - timed).max(0.0),
                total,
            },
            node_rpc_calls: None,
        };
        answer(&TxProfileResult {
            execution_steps: steps,
            stats,
        })
    }

    /// An order as a dapp asks for it.
    pub(super) fn order(
        &self,
        from: AztecAddress,
        payload: ExecutionPayload,
        additional: Option<&[AztecAddress]>,
        gas: PartialGasSettings,
        fee: Fee,
    ) -> Order {
        let mut rng = self.engine.entropy();
        let mut order = Order::new(from, Task::Calls(payload), fee, &mut rng);
        order.additional_scopes = additional.unwrap_or_default().to_vec();
        order.gas = gas;
        order
    }
}

fn profile_step(step: &ExecutionStep<'_>) -> PrivateExecutionStep {
    let (StepBytecode::Plain(bytecode) | StepBytecode::Gzip(bytecode)) = step.bytecode();
    let witness = step.witness().iter();
    PrivateExecutionStep {
        function_name: step.name.clone(),
        gate_count: None,
        bytecode: bytecode.to_vec(),
        witness: witness
            .map(|(index, value)| (index.0, value.into()))
            .collect(),
        vk: step.verification_key().into_owned(),
        timings: StepTimings {
            witgen: step
                .witness_time
                .map_or(0.0, |time| time.as_secs_f64() * 1000.0),
            gate_count: None,
            oracles: None,
        },
    }
}
