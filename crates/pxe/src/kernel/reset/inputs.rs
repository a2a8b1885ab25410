//! Turns a plan into the inputs of a reset kernel.

use futures_util::future::{try_join, try_join_all};
use pixie_primitives::Fr;
use pixie_primitives::kernel::{
    KeyValidationHint, NoteHashReadRequestHints, NullifierReadRequestHints, PaddedSideEffects,
    PrivateKernelCircuitPublicInputs, PrivateKernelResetHints, PrivateKernelResetPrivateInputs,
    ScopedReadRequest, VkData,
};

use super::{PlannedRead, ReadSource, ResetPlan};
use crate::kernel::error::KernelError;
use crate::kernel::oracle::KernelOracle;
use crate::kernel::witnesses::AnchoredNode;

/// Asks for what the plan needs and puts the inputs together.
///
/// # Errors
/// What the oracle and the node fail with; see [`KernelError`].
pub async fn build_inputs(
    plan: ResetPlan,
    previous_kernel: VkData,
    previous: PrivateKernelCircuitPublicInputs,
    oracle: &dyn KernelOracle,
    node: &AnchoredNode<'_>,
) -> Result<PrivateKernelResetPrivateInputs, KernelError> {
    let requests = &previous.validation_requests;
    let (note_hash_read_request_hints, nullifier_read_request_hints) = try_join(
        note_hash_hints(
            &plan.note_hash_reads,
            &requests.note_hash_read_requests,
            node,
        ),
        nullifier_hints(
            &plan.nullifier_reads,
            &requests.nullifier_read_requests,
            node,
        ),
    )
    .await?;
    let key_validation_hints = requests
        .scoped_key_validation_requests_and_separators
        .iter()
        .take(plan.dimensions.key_validation as usize)
        .map(|scoped| {
            let key = oracle.master_secret_key(&scoped.inner.request.pk_m)?;
            Ok(KeyValidationHint { sk_m: key.expose() })
        })
        .collect::<Result<_, KernelError>>()?;
    let hints = PrivateKernelResetHints {
        note_hash_read_request_hints,
        nullifier_read_request_hints,
        key_validation_hints,
        transient_data_squashing_hints: plan.squashed,
    };
    // The final amounts to fill up to are not agreed on yet, so nothing is filled up.
    PrivateKernelResetPrivateInputs::new(
        previous_kernel,
        previous,
        PaddedSideEffects::default(),
        hints,
        plan.dimensions,
    )
    .map_err(KernelError::Inputs)
}

/// The claims about the tree with their values.
fn settled(reads: &[PlannedRead], requests: &[ScopedReadRequest]) -> Vec<(u32, Fr)> {
    let settled = reads.iter().filter(|read| !read.is_pending());
    settled
        .filter_map(|read| {
            let request = requests.get(read.request as usize)?;
            Some((read.request, request.inner.inner.value))
        })
        .collect()
}

/// The claims about the transaction with the indexes of what they are about.
fn pending(reads: &[PlannedRead]) -> impl Iterator<Item = (u32, u32)> {
    reads.iter().filter_map(|read| match read.source {
        ReadSource::Pending(value) => Some((read.request, value)),
        ReadSource::Settled => None,
    })
}

async fn note_hash_hints(
    reads: &[PlannedRead],
    requests: &[ScopedReadRequest],
    node: &AnchoredNode<'_>,
) -> Result<NoteHashReadRequestHints, KernelError> {
    let settled = settled(reads, requests);
    let witnesses = settled
        .iter()
        .map(|(_, value)| node.note_hash_witness(*value));
    let witnesses = try_join_all(witnesses).await?;
    let mut hints = NoteHashReadRequestHints::default();
    for (request, value) in pending(reads) {
        hints
            .read_pending(request, value)
            .map_err(KernelError::Inputs)?;
    }
    for ((request, value), witness) in settled.into_iter().zip(witnesses) {
        hints
            .read_settled(request, witness, value)
            .map_err(KernelError::Inputs)?;
    }
    Ok(hints)
}

async fn nullifier_hints(
    reads: &[PlannedRead],
    requests: &[ScopedReadRequest],
    node: &AnchoredNode<'_>,
) -> Result<NullifierReadRequestHints, KernelError> {
    let settled = settled(reads, requests);
    let witnesses = settled
        .iter()
        .map(|(_, value)| node.nullifier_witness(*value));
    let witnesses = try_join_all(witnesses).await?;
    let mut hints = NullifierReadRequestHints::default();
    for (request, value) in pending(reads) {
        hints
            .read_pending(request, value)
            .map_err(KernelError::Inputs)?;
    }
    for ((request, _), witness) in settled.into_iter().zip(witnesses) {
        let place = witness.sibling_path.at(witness.index);
        hints
            .read_settled(request, place, witness.leaf_preimage)
            .map_err(KernelError::Inputs)?;
    }
    Ok(hints)
}
