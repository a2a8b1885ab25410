//! Runs the kernels over the calls of a transaction, in order (Aztec 4.1.2, pxe
//! `PrivateKernelExecutionProver`).

use std::collections::BTreeMap;
use std::sync::Arc;

use pixie_primitives::constants::MAX_FIELD_VALUE;
use pixie_primitives::kernel::{
    HidingKernelToPublicPrivateInputs, HidingKernelToRollupPrivateInputs, PaddedSideEffectAmounts,
    PrivateCircuitPublicInputs, PrivateKernelCircuitPublicInputs, PrivateKernelInitPrivateInputs,
    PrivateKernelInnerPrivateInputs, PrivateKernelResetDimensions,
    PrivateKernelTailCircuitPublicInputs, PrivateKernelTailPrivateInputs,
    PrivateKernelTailToPublicPrivateInputs, VkData,
};
use pixie_primitives::tx::{ChonkProof, ProtocolContracts, TxRequest};
use pixie_primitives::{AztecAddress, ToFields as _};

use super::calls::CalledContracts;
use super::circuits::{KernelCircuits, KernelForm};
use super::error::KernelError;
use super::oracle::KernelOracle;
use super::prover::{ExecutionStep, PrivateKernelProver, Proof, StepCircuit};
use super::reset::{ResetPlan, ResetPlanner, build_inputs};
use super::runner::{KernelInputs, run};
use super::witnesses::AnchoredNode;
use crate::execution::result::{PrivateCall, ResultTree};
use crate::progress::Progress;

/// What the kernels are run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KernelPurpose {
    /// Only the public inputs: the simulated circuits, up to the tail.
    Simulate,
    /// The witnesses of all circuits, without a proof.
    Witnesses,
    /// A proof.
    Prove,
}

/// A transaction that was executed.
#[derive(Debug, Clone)]
pub struct KernelRequest<'a> {
    /// The request.
    pub tx_request: TxRequest,
    /// What executing it gave.
    pub execution: &'a ResultTree,
    /// The protocol's own contracts.
    pub protocol_contracts: ProtocolContracts,
    /// What for.
    pub purpose: KernelPurpose,
    /// Lets a transaction pass for which nobody pays; not if it is proved.
    pub skip_fee_enforcement: bool,
}

/// What the kernels make of a transaction.
#[derive(Debug)]
pub struct KernelOutput<'a> {
    /// What it says to the network.
    pub public_inputs: PrivateKernelTailCircuitPublicInputs,
    /// The proof; the empty one if none was asked for.
    pub proof: ChonkProof,
    /// All circuits in order.
    pub steps: Vec<ExecutionStep<'a>>,
    /// The resets that ran.
    pub resets: Vec<PrivateKernelResetDimensions>,
}

/// Runs the kernels.
///
/// # Errors
/// See [`KernelError`].
pub async fn run_kernels<'a>(
    request: KernelRequest<'a>,
    circuits: &dyn KernelCircuits,
    oracle: &dyn KernelOracle,
    prover: &dyn PrivateKernelProver,
) -> Result<KernelOutput<'a>, KernelError> {
    let entrypoint = &request.execution.entrypoint;
    let header = &entrypoint.public_inputs.anchor_block_header;
    let nullifier_counters = request.execution.note_hash_nullifier_counters();
    let mut sequencer = Sequencer {
        form: match request.purpose {
            KernelPurpose::Simulate => KernelForm::Simulated,
            KernelPurpose::Witnesses | KernelPurpose::Prove => KernelForm::Full,
        },
        circuits,
        oracle,
        node: AnchoredNode::new(oracle.node(), header),
        contracts: CalledContracts::default(),
        nullifier_counters: &nullifier_counters,
        split_counter: 0,
        kernels_left: request.execution.calls().count() + 2,
        steps: Vec::new(),
        resets: Vec::new(),
    };
    sequencer.run(request, prover).await
}

/// What the last kernel put out.
struct Previous {
    public_inputs: PrivateKernelCircuitPublicInputs,
    vk: Arc<VkData>,
}

struct Sequencer<'a, 'e> {
    form: KernelForm,
    circuits: &'e dyn KernelCircuits,
    oracle: &'e dyn KernelOracle,
    node: AnchoredNode<'e>,
    contracts: CalledContracts,
    nullifier_counters: &'e BTreeMap<u32, u32>,
    split_counter: u32,
    /// How many kernels are to come at least.
    kernels_left: usize,
    steps: Vec<ExecutionStep<'a>>,
    resets: Vec<PrivateKernelResetDimensions>,
}

impl<'a> Sequencer<'a, '_> {
    async fn run(
        &mut self,
        request: KernelRequest<'a>,
        prover: &dyn PrivateKernelProver,
    ) -> Result<KernelOutput<'a>, KernelError> {
        let execution = request.execution;
        let is_private_only = !execution.has_public_calls();
        let revertible_counter = execution.min_revertible_side_effect_counter();
        if !is_private_only {
            self.split_counter = revertible_counter;
        }
        if self.form == KernelForm::Full {
            // The hiding kernel.
            self.kernels_left += 1;
        }
        self.contracts = CalledContracts::fetch(&execution.entrypoint, &self.node).await?;

        let first = &execution.entrypoint;
        let inputs = PrivateKernelInitPrivateInputs {
            tx_request: request.tx_request,
            vk_tree_root: self.circuits.vk_tree_root(),
            protocol_contracts: request.protocol_contracts,
            private_call: self.call_data(first).await?,
            is_private_only,
            first_nullifier_hint: execution.first_nullifier.to_field(),
            revertible_counter_hint: revertible_counter,
            app_public_inputs: first.public_inputs.clone(),
        };
        self.add_function(first);
        let mut previous = self.kernel(&inputs).await?;

        let mut stack: Vec<&PrivateCall> = first.nested.iter().rev().collect();
        while let Some(next) = stack.last().copied() {
            while let Some(plan) = self.planner(&previous).before_next_call(to_come(&stack))? {
                self.kernels_left += 1;
                previous = self.reset(plan, previous).await?;
            }
            stack.pop();
            stack.extend(next.nested.iter().rev());
            let inputs = PrivateKernelInnerPrivateInputs {
                previous_kernel: VkData::clone(&previous.vk),
                previous_kernel_public_inputs: previous.public_inputs,
                private_call: self.call_data(next).await?,
                app_public_inputs: next.public_inputs.clone(),
            };
            self.add_function(next);
            previous = self.kernel(&inputs).await?;
        }
        let plan = self.planner(&previous).after_last_call()?;
        let previous = self.reset(plan, previous).await?;

        let can_skip = request.skip_fee_enforcement;
        let is_proved = request.purpose == KernelPurpose::Prove;
        let public_inputs = self.finish(previous, can_skip, is_proved).await?;
        let steps = std::mem::take(&mut self.steps);
        let proof = if is_proved {
            self.check_cancelled()?;
            self.oracle.report(Progress::Proving);
            let proof = prover.prove(&steps).await?;
            checked_proof(proof, &public_inputs)?
        } else {
            ChonkProof::default()
        };
        Ok(KernelOutput {
            public_inputs,
            proof,
            steps,
            resets: std::mem::take(&mut self.resets),
        })
    }

    fn planner<'p>(&'p self, previous: &'p Previous) -> ResetPlanner<'p> {
        ResetPlanner {
            previous: &previous.public_inputs,
            nullifier_counters: self.nullifier_counters,
            split_counter: self.split_counter,
        }
    }

    async fn call_data(
        &self,
        call: &PrivateCall,
    ) -> Result<pixie_primitives::kernel::PrivateCallData, KernelError> {
        self.contracts
            .call_data(call, self.oracle, &self.node)
            .await
    }

    async fn reset(
        &mut self,
        plan: ResetPlan,
        previous: Previous,
    ) -> Result<Previous, KernelError> {
        self.resets.push(plan.dimensions);
        let vk = VkData::clone(&previous.vk);
        let inputs = build_inputs(plan, vk, previous.public_inputs, self.oracle, &self.node);
        let inputs = inputs.await?;
        self.kernel(&inputs).await
    }

    /// The tail, and the hiding kernel if there is to be a witness.
    async fn finish(
        &mut self,
        previous: Previous,
        skip_fee_enforcement: bool,
        is_proved: bool,
    ) -> Result<PrivateKernelTailCircuitPublicInputs, KernelError> {
        let Previous {
            mut public_inputs,
            vk,
        } = previous;
        if public_inputs.fee_payer.is_zero() && skip_fee_enforcement {
            if is_proved {
                return Err(KernelError::NoFeePayer);
            }
            // Nobody's address, which passes.
            public_inputs.fee_payer = AztecAddress::from_field(MAX_FIELD_VALUE);
        }
        let expiration = public_inputs.expiration_timestamp;
        let anchor = public_inputs.constants.anchor_block_header.timestamp();
        if expiration <= anchor {
            return Err(KernelError::Expired { anchor, expiration });
        }
        let is_full = self.form == KernelForm::Full;
        let previous_kernel = VkData::clone(&vk);
        if public_inputs.is_for_public() {
            let inputs = PrivateKernelTailToPublicPrivateInputs {
                previous_kernel,
                previous_kernel_public_inputs: public_inputs,
                // The final amounts to fill up to are not agreed on yet, so nothing is filled up.
                padded_side_effect_amounts: PaddedSideEffectAmounts::default(),
                expiration_timestamp_upper_bound: expiration,
            };
            let (output, vk) = self.kernel_output(&inputs).await?;
            if is_full {
                let inputs = HidingKernelToPublicPrivateInputs {
                    previous_kernel_public_inputs: output.clone(),
                    previous_kernel_vk_data: VkData::clone(&vk),
                };
                self.kernel_output(&inputs).await?;
            }
            Ok(PrivateKernelTailCircuitPublicInputs::ForPublic(output))
        } else {
            let inputs = PrivateKernelTailPrivateInputs {
                previous_kernel,
                previous_kernel_public_inputs: public_inputs,
                expiration_timestamp_upper_bound: expiration,
            };
            let (output, vk) = self.kernel_output(&inputs).await?;
            if is_full {
                let inputs = HidingKernelToRollupPrivateInputs {
                    previous_kernel_public_inputs: output.clone(),
                    previous_kernel_vk_data: VkData::clone(&vk),
                };
                self.kernel_output(&inputs).await?;
            }
            Ok(PrivateKernelTailCircuitPublicInputs::ForRollup(output))
        }
    }

    async fn kernel<I>(&mut self, inputs: &I) -> Result<Previous, KernelError>
    where
        I: KernelInputs<Output = PrivateKernelCircuitPublicInputs>,
    {
        let (public_inputs, vk) = self.kernel_output(inputs).await?;
        Ok(Previous { public_inputs, vk })
    }

    /// Runs a kernel and takes note of it. Gives what it puts out, and its verification key.
    async fn kernel_output<I: KernelInputs>(
        &mut self,
        inputs: &I,
    ) -> Result<(I::Output, Arc<VkData>), KernelError> {
        self.check_cancelled()?;
        let kernel = inputs.circuit();
        let step = self.kernels_run();
        self.oracle.report(Progress::Kernel {
            circuit: kernel.to_string(),
            step,
            total: step + self.kernels_left,
        });
        self.kernels_left = self.kernels_left.saturating_sub(1);
        let circuit = self.circuits.circuit(kernel, self.form).await?;
        let verification_key = self.circuits.verification_key(kernel).await?;
        let start = self.oracle.elapsed();
        let (output, witness) = run(inputs, self.form, &circuit)?;
        let end = self.oracle.elapsed();
        let witness_time = end.zip(start).map(|(end, start)| end.saturating_sub(start));
        self.steps.push(ExecutionStep {
            name: kernel.step_name().to_owned(),
            witness_time,
            circuit: StepCircuit::Kernel {
                circuit,
                verification_key: Arc::clone(&verification_key),
                witness,
            },
        });
        Ok((output, verification_key))
    }

    fn kernels_run(&self) -> usize {
        let is_kernel =
            |step: &&ExecutionStep<'_>| matches!(step.circuit, StepCircuit::Kernel { .. });
        self.steps.iter().filter(is_kernel).count()
    }

    fn add_function(&mut self, call: &'a PrivateCall) {
        self.steps.push(function_step(call));
    }

    fn check_cancelled(&self) -> Result<(), KernelError> {
        if self.oracle.is_cancelled() {
            Err(KernelError::Cancelled)
        } else {
            Ok(())
        }
    }
}

/// What the calls on the stack put out, and those that they made, in order.
fn to_come<'c>(stack: &[&'c PrivateCall]) -> impl Iterator<Item = &'c PrivateCircuitPublicInputs> {
    let calls = stack.iter().rev().flat_map(|call| call.calls());
    calls.map(|call| &call.public_inputs)
}

/// The step of a call.
#[must_use]
pub fn function_step(call: &PrivateCall) -> ExecutionStep<'_> {
    let circuit = &call.circuit;
    ExecutionStep {
        name: format!("{}:{}", circuit.contract_name(), circuit.function_name()),
        witness_time: None,
        circuit: StepCircuit::Function(call),
    }
}

/// Takes a proof if it is about these public inputs.
fn checked_proof(
    proof: Proof,
    public_inputs: &PrivateKernelTailCircuitPublicInputs,
) -> Result<ChonkProof, KernelError> {
    if let Some(proved) = proof.public_inputs {
        let expected = match public_inputs {
            PrivateKernelTailCircuitPublicInputs::ForRollup(inputs) => inputs.to_fields(),
            PrivateKernelTailCircuitPublicInputs::ForPublic(inputs) => inputs.to_fields(),
        };
        if proved != expected {
            return Err(KernelError::ProofOfAnother);
        }
    }
    Ok(proof.proof)
}
