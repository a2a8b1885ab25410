//! What the kernels would put out, without running them: for simulations with contracts that stand in
//! for others, which the kernels would refuse (Aztec 4.1.2, pxe `generateSimulatedProvingResult`).

mod gas;

use futures_util::future::{try_join, try_join_all};
use pixie_node::AztecNode;
use pixie_primitives::AztecAddress;
use pixie_primitives::Fr;
use pixie_primitives::codec::PaddedArray;
use pixie_primitives::gas::Gas;
use pixie_primitives::hash::compute_siloed_private_log_first_field;
use pixie_primitives::kernel::{
    PrivateKernelTailCircuitPublicInputs, PrivateToPublicAccumulatedData,
    PrivateToPublicKernelCircuitPublicInputs, PrivateToRollupAccumulatedData,
    PrivateToRollupKernelCircuitPublicInputs, PublicCallRequest, Scoped, ScopedL2ToL1Message,
    ScopedLogHash, ScopedNoteHash, ScopedNullifier, ScopedReadRequest,
};
use pixie_primitives::logs::PrivateLog;
use pixie_primitives::note::{
    NoteHash, Nullifier, SiloedNoteHash, SiloedNullifier, compute_note_hash_nonce,
    compute_unique_note_hash, silo_note_hash, silo_nullifier,
};
use pixie_primitives::tx::TxConstantData;

use super::error::KernelError;
use super::reset::{PlannedRead, StillNeeded, find_squashable, plan_reads};
use super::witnesses::AnchoredNode;
use crate::execution::result::ResultTree;

/// A side effect with its counter.
struct Ordered<T> {
    effect: T,
    counter: u32,
}

impl<T> Ordered<T> {
    const fn new(effect: T, counter: u32) -> Self {
        Self { effect, counter }
    }
}

/// A private log, siloed, with the counter of the note hash that it describes.
struct Log {
    log: PrivateLog,
    note_hash_counter: u32,
}

/// What all calls did, in the order of the calls.
#[derive(Default)]
struct SideEffects {
    note_hashes: Vec<ScopedNoteHash>,
    nullifiers: Vec<ScopedNullifier>,
    logs: Vec<Ordered<Log>>,
    note_hash_reads: Vec<ScopedReadRequest>,
    nullifier_reads: Vec<ScopedReadRequest>,
    messages: Vec<Ordered<ScopedL2ToL1Message>>,
    class_logs: Vec<Ordered<ScopedLogHash>>,
    public_calls: Vec<Ordered<PublicCallRequest>>,
    teardown: Option<PublicCallRequest>,
}

impl SideEffects {
    fn collect(execution: &ResultTree) -> Result<Self, KernelError> {
        let mut all = Self::default();
        for call in execution.calls() {
            let inputs = &call.public_inputs;
            let contract = call.contract();
            all.note_hashes
                .extend(inputs.note_hashes.iter().map(|item| item.scope(contract)));
            all.nullifiers
                .extend(inputs.nullifiers.iter().map(|item| item.scope(contract)));
            all.logs.extend(inputs.private_logs.iter().map(|counted| {
                let log = counted.inner.log.clone();
                let tag = compute_siloed_private_log_first_field(contract, log.tag());
                let log = Log {
                    log: log.with_tag(tag),
                    note_hash_counter: counted.inner.note_hash_counter,
                };
                Ordered::new(log, counted.counter)
            }));
            all.note_hash_reads
                .extend_from_slice(&inputs.note_hash_read_requests);
            all.nullifier_reads
                .extend_from_slice(&inputs.nullifier_read_requests);
            all.messages.extend(
                inputs
                    .l2_to_l1_msgs
                    .iter()
                    .map(|item| Ordered::new(Scoped::new(item.inner, contract), item.counter)),
            );
            let class_logs = inputs.contract_class_logs_hashes.iter();
            all.class_logs.extend(
                class_logs
                    .map(|item| Ordered::new(Scoped::new(item.inner, contract), item.counter)),
            );
            let public_calls = inputs.public_call_requests.iter();
            all.public_calls
                .extend(public_calls.map(|item| Ordered::new(item.inner, item.counter)));
            if !inputs.public_teardown_call_request.is_empty() {
                let request = inputs.public_teardown_call_request;
                if all.teardown.replace(request).is_some() {
                    return Err(KernelError::RepeatedTeardown);
                }
            }
        }
        all.note_hashes
            .retain(|note_hash| *note_hash != ScopedNoteHash::default());
        sort(&mut all.messages);
        sort(&mut all.class_logs);
        sort(&mut all.public_calls);
        Ok(all)
    }

    /// Takes away what vanishes within the transaction.
    fn squash(&mut self, execution: &ResultTree, split_counter: u32) -> Result<(), KernelError> {
        let hints = find_squashable(
            &self.note_hashes,
            &self.nullifiers,
            &StillNeeded::default(),
            &execution.note_hash_nullifier_counters(),
            split_counter,
        )?;
        let note_hashes: Vec<u32> = hints
            .iter()
            .filter_map(|hint| self.note_hashes.get(hint.note_hash_index as usize))
            .map(ScopedNoteHash::counter)
            .collect();
        let nullifiers: Vec<u32> = hints
            .iter()
            .filter_map(|hint| self.nullifiers.get(hint.nullifier_index as usize))
            .map(ScopedNullifier::counter)
            .collect();
        self.note_hashes
            .retain(|item| !note_hashes.contains(&item.counter()));
        self.nullifiers
            .retain(|item| !nullifiers.contains(&item.counter()));
        self.logs
            .retain(|item| !note_hashes.contains(&item.effect.note_hash_counter));
        Ok(())
    }

    /// Verifies the claims about the trees. Those about the transaction are left to the contracts.
    async fn verify_reads(&self, node: &AnchoredNode<'_>) -> Result<(), KernelError> {
        let note_hashes = plan_reads(&self.note_hash_reads, &self.note_hashes);
        let note_hashes = settled(&note_hashes, &self.note_hash_reads);
        let nullifiers = plan_reads(&self.nullifier_reads, &self.nullifiers);
        let nullifiers = settled(&nullifiers, &self.nullifier_reads);
        let note_hashes = note_hashes.map(|value| node.note_hash_witness(value));
        let nullifiers = nullifiers.map(|value| node.nullifier_witness(value));
        try_join(try_join_all(note_hashes), try_join_all(nullifiers)).await?;
        Ok(())
    }

    fn siloed_note_hashes(&self) -> Vec<Ordered<SiloedNoteHash>> {
        let silo = |item: &ScopedNoteHash| {
            let note_hash = NoteHash::from_field(item.inner.inner.value);
            Ordered::new(
                silo_note_hash(item.contract_address, note_hash),
                item.counter(),
            )
        };
        let mut siloed: Vec<_> = self.note_hashes.iter().map(silo).collect();
        sort(&mut siloed);
        siloed
    }

    fn siloed_nullifiers(&self) -> Vec<Ordered<Fr>> {
        let silo = |item: &ScopedNullifier| {
            let nullifier = Nullifier::from_field(item.inner.inner.value);
            let siloed = silo_nullifier(item.contract_address, nullifier);
            Ordered::new(siloed.to_field(), item.counter())
        };
        let mut siloed: Vec<_> = self.nullifiers.iter().map(silo).collect();
        sort(&mut siloed);
        siloed
    }
}

fn settled<'a>(
    reads: &'a [PlannedRead],
    requests: &'a [ScopedReadRequest],
) -> impl Iterator<Item = Fr> + 'a {
    let settled = reads.iter().filter(|read| !read.is_pending());
    settled.filter_map(|read| Some(requests.get(read.request as usize)?.inner.inner.value))
}

fn sort<T>(effects: &mut [Ordered<T>]) {
    effects.sort_by_key(|effect| effect.counter);
}

/// Those that cannot be reverted and those that can.
fn split<T>(effects: Vec<Ordered<T>>, revertible_counter: u32) -> [Vec<T>; 2] {
    let (fixed, revertible): (Vec<_>, Vec<_>) = effects
        .into_iter()
        .partition(|item| revertible_counter == 0 || item.counter < revertible_counter);
    [fixed, revertible].map(bare)
}

fn bare<T>(effects: Vec<Ordered<T>>) -> Vec<T> {
    effects.into_iter().map(|item| item.effect).collect()
}

fn padded<T: Default + PartialEq, const N: usize>(
    items: Vec<T>,
) -> Result<PaddedArray<T, N>, KernelError> {
    PaddedArray::new(items).map_err(KernelError::Inputs)
}

/// Makes siloed note hashes unique by their place in the transaction.
fn unique(note_hashes: Vec<SiloedNoteHash>, first_nullifier: SiloedNullifier) -> Vec<Fr> {
    let unique = |(index, siloed)| {
        let nonce = compute_note_hash_nonce(first_nullifier, index);
        compute_unique_note_hash(nonce, siloed).to_field()
    };
    (0..).zip(note_hashes).map(unique).collect()
}

/// Computes what the tail would put out, save that nobody pays and that the transaction does not
/// expire.
///
/// `vk_tree_root` and `protocol_contracts_hash` are what the transaction will say of the circuits and
/// of the protocol's contracts.
///
/// # Errors
/// [`KernelError::NotInTree`] and [`KernelError::FalseWitness`] for a claim that does not hold,
/// [`KernelError::Inputs`] if a limit is exceeded, and others.
pub async fn simulate_kernels(
    execution: &ResultTree,
    node: &dyn AztecNode,
    vk_tree_root: Fr,
    protocol_contracts_hash: Fr,
) -> Result<PrivateKernelTailCircuitPublicInputs, KernelError> {
    let entrypoint = &execution.entrypoint.public_inputs;
    let mut effects = SideEffects::collect(execution)?;
    let revertible_counter = execution.min_revertible_side_effect_counter();
    // The claims are about all that was emitted, also what vanishes.
    let node = AnchoredNode::new(node, &entrypoint.anchor_block_header);
    effects.verify_reads(&node).await?;
    effects.squash(execution, revertible_counter)?;

    let constants = TxConstantData {
        anchor_block_header: entrypoint.anchor_block_header.clone(),
        tx_context: entrypoint.tx_context.clone(),
        vk_tree_root,
        protocol_contracts_hash,
    };
    let first = execution.first_nullifier;
    let [mut fixed_nullifiers, nullifiers] = split(effects.siloed_nullifiers(), revertible_counter);
    match fixed_nullifiers.first() {
        None => fixed_nullifiers.push(first.to_field()),
        Some(actual) if *actual != first.to_field() => {
            return Err(KernelError::FirstNullifier {
                expected: first.to_field(),
                actual: *actual,
            });
        }
        Some(_) => {}
    }
    let note_hashes = effects.siloed_note_hashes();
    let logs = std::mem::take(&mut effects.logs).into_iter();
    let mut logs: Vec<_> = logs
        .map(|item| Ordered::new(item.effect.log, item.counter))
        .collect();
    let fee_payer = AztecAddress::default();
    let expiration_timestamp = 0;
    if execution.has_public_calls() {
        let [fixed_note_hashes, note_hashes] = split(note_hashes, revertible_counter);
        let [fixed_messages, messages] = split(effects.messages, revertible_counter);
        // In the order of the calls: the reference does not sort them here.
        let [fixed_logs, logs] = split(logs, revertible_counter);
        let [fixed_class_logs, class_logs] = split(effects.class_logs, revertible_counter);
        let [fixed_calls, calls] = split(effects.public_calls, revertible_counter);
        let fixed = PrivateToPublicAccumulatedData {
            note_hashes: padded(unique(fixed_note_hashes, first))?,
            nullifiers: padded(fixed_nullifiers)?,
            l2_to_l1_msgs: padded(fixed_messages)?,
            private_logs: padded(fixed_logs)?,
            contract_class_logs_hashes: padded(fixed_class_logs)?,
            public_call_requests: padded(fixed_calls)?,
        };
        let note_hashes = note_hashes.into_iter().map(SiloedNoteHash::to_field);
        let revertible = PrivateToPublicAccumulatedData {
            note_hashes: padded(note_hashes.collect())?,
            nullifiers: padded(nullifiers)?,
            l2_to_l1_msgs: padded(messages)?,
            private_logs: padded(logs)?,
            contract_class_logs_hashes: padded(class_logs)?,
            public_call_requests: padded(calls)?,
        };
        let teardown_limit = match effects.teardown {
            Some(_) => entrypoint.tx_context.gas_settings.teardown_gas_limits,
            None => Gas::ZERO,
        };
        let gas_used = sum([
            gas::PUBLIC_OVERHEAD,
            gas::public_gas(&fixed),
            gas::public_gas(&revertible),
            teardown_limit,
        ])?;
        return Ok(PrivateKernelTailCircuitPublicInputs::ForPublic(
            PrivateToPublicKernelCircuitPublicInputs {
                constants,
                non_revertible_accumulated_data: fixed,
                revertible_accumulated_data: revertible,
                public_teardown_call_request: effects.teardown.unwrap_or_default(),
                gas_used,
                fee_payer,
                expiration_timestamp,
            },
        ));
    }
    sort(&mut logs);
    fixed_nullifiers.extend(nullifiers);
    let end = PrivateToRollupAccumulatedData {
        note_hashes: padded(unique(bare(note_hashes), first))?,
        nullifiers: padded(fixed_nullifiers)?,
        l2_to_l1_msgs: padded(bare(effects.messages))?,
        private_logs: padded(bare(logs))?,
        contract_class_logs_hashes: padded(bare(effects.class_logs))?,
    };
    let gas_used = sum([gas::PRIVATE_OVERHEAD, gas::private_gas(&end)])?;
    Ok(PrivateKernelTailCircuitPublicInputs::ForRollup(
        PrivateToRollupKernelCircuitPublicInputs {
            constants,
            end,
            gas_used,
            fee_payer,
            expiration_timestamp,
        },
    ))
}

fn sum(parts: impl IntoIterator<Item = Gas>) -> Result<Gas, KernelError> {
    let add = |sum: Gas, part| sum.checked_add(part).ok_or(KernelError::GasOverflow);
    parts.into_iter().try_fold(Gas::ZERO, add)
}
