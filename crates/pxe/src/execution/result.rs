//! What executing the private part of a transaction gives: the tree of its private calls.

use std::collections::BTreeMap;
use std::sync::Arc;

use pixie_acir::WitnessTable;
use pixie_primitives::block::BlockNumber;
use pixie_primitives::kernel::PrivateCircuitPublicInputs;
use pixie_primitives::note::SiloedNullifier;
use pixie_primitives::tagging::PreTag;
use pixie_primitives::tx::{
    CountedContractClassLog, HashedValues, NestedReturnValues, NoteAndSlot, OffchainEffect,
    OffchainEffectData, PrivateCallExecutionResult, PrivateExecutionResult,
};
use pixie_primitives::{AztecAddress, Fr};

use super::circuits::Circuit;

/// One private call with the private calls that it made.
#[derive(Debug, Clone)]
pub struct PrivateCall {
    /// The function.
    pub circuit: Arc<Circuit>,
    /// The witness of the circuit.
    pub witness: WitnessTable,
    /// What the circuit put out.
    pub public_inputs: PrivateCircuitPublicInputs,
    /// The notes created, also those that were nullified since.
    pub new_notes: Vec<NoteAndSlot>,
    /// For note hashes of this transaction that this call nullified: their side-effect counters, and
    /// those of the nullifiers.
    pub note_hash_nullifier_counters: BTreeMap<u32, u32>,
    /// The return values.
    pub return_values: Vec<Fr>,
    /// What the call handed out beside the transaction.
    pub offchain_effects: Vec<OffchainEffectData>,
    /// For every secret with which the transaction tagged logs up to the end of this call, the
    /// greatest index used.
    pub pre_tags: Vec<PreTag>,
    /// The private calls made, in order.
    pub nested: Vec<PrivateCall>,
    /// The contract class logs.
    pub contract_class_logs: Vec<CountedContractClassLog>,
}

impl PrivateCall {
    /// The contract called.
    #[must_use]
    pub const fn contract(&self) -> AztecAddress {
        self.public_inputs.call_context.contract_address
    }

    /// This call and all calls below it, each before those that it made.
    pub fn calls(&self) -> impl Iterator<Item = &Self> {
        let mut stack = vec![self];
        std::iter::from_fn(move || {
            let call = stack.pop()?;
            stack.extend(call.nested.iter().rev());
            Some(call)
        })
    }

    fn return_values(&self) -> NestedReturnValues {
        NestedReturnValues {
            values: Some(self.return_values.clone()),
            nested: self.nested.iter().map(Self::return_values).collect(),
        }
    }

    /// The call in the form in which the protocol's interfaces hand it out, with a copy of all.
    #[must_use]
    pub fn to_protocol(&self) -> PrivateCallExecutionResult {
        PrivateCallExecutionResult {
            acir: self.circuit.bytecode().to_vec(),
            vk: self.circuit.verification_key().to_vec(),
            partial_witness: self
                .witness
                .iter()
                .map(|(index, value)| (index.0, value.into()))
                .collect(),
            public_inputs: self.public_inputs.clone(),
            new_notes: self.new_notes.clone(),
            note_hash_nullifier_counter_map: self.note_hash_nullifier_counters.clone(),
            return_values: self.return_values.clone(),
            offchain_effects: self.offchain_effects.clone(),
            pre_tags: self.pre_tags.clone(),
            nested_execution_results: self.nested.iter().map(Self::to_protocol).collect(),
            contract_class_logs: self.contract_class_logs.clone(),
        }
    }
}

/// What executing the private part of a transaction gave.
#[derive(Debug, Clone)]
pub struct ResultTree {
    /// The first call.
    pub entrypoint: PrivateCall,
    /// The nullifier from which the nonces of the notes derive: the first one that cannot be
    /// reverted, or the protocol's own if there is none.
    pub first_nullifier: SiloedNullifier,
    /// The calldata of the public calls: of each private call in the order of [`Self::level_order`]
    /// those that it enqueued, then its teardown call's.
    pub public_calldata: Vec<HashedValues>,
}

impl ResultTree {
    /// All calls, each before those that it made.
    pub fn calls(&self) -> impl Iterator<Item = &PrivateCall> {
        self.entrypoint.calls()
    }

    /// All calls in another order: the nested calls of a call side by side, before those that they
    /// made in turn (Aztec 4.1.2, stdlib `collectNested`).
    #[must_use]
    pub fn level_order(&self) -> Vec<&PrivateCall> {
        fn add<'a>(calls: &'a [PrivateCall], order: &mut Vec<&'a PrivateCall>) {
            order.extend(calls);
            for call in calls {
                add(&call.nested, order);
            }
        }
        let mut order = Vec::new();
        add(std::slice::from_ref(&self.entrypoint), &mut order);
        order
    }

    /// The block whose state the execution saw.
    #[must_use]
    pub const fn anchor_block_number(&self) -> BlockNumber {
        self.entrypoint
            .public_inputs
            .anchor_block_header
            .block_number()
    }

    /// The counters of note hashes and of the nullifiers that nullify them, of all calls.
    #[must_use]
    pub fn note_hash_nullifier_counters(&self) -> BTreeMap<u32, u32> {
        self.calls()
            .flat_map(|call| &call.note_hash_nullifier_counters)
            .map(|(note_hash, nullifier)| (*note_hash, *nullifier))
            .collect()
    }

    /// The contract class logs of all calls, in the order of their counters.
    #[must_use]
    pub fn contract_class_logs(&self) -> Vec<&CountedContractClassLog> {
        let logs = self.calls().flat_map(|call| &call.contract_class_logs);
        let mut logs: Vec<_> = logs.collect();
        logs.sort_by_key(|counted| counted.counter);
        logs
    }

    /// What all calls handed out beside the transaction.
    #[must_use]
    pub fn offchain_effects(&self) -> Vec<OffchainEffect> {
        let of_call = |call: &PrivateCall| {
            let contract_address = call.contract();
            let effects = call.offchain_effects.iter();
            let effects = effects.map(|effect| OffchainEffect {
                data: effect.data.clone(),
                contract_address,
            });
            effects.collect::<Vec<_>>()
        };
        self.calls().flat_map(of_call).collect()
    }

    /// The first revertible counter that holds in the end: the one of the last call that set it
    /// (Aztec 4.1.2, stdlib `getFinalMinRevertibleSideEffectCounter`).
    #[must_use]
    pub fn min_revertible_side_effect_counter(&self) -> u32 {
        self.calls()
            .map(|call| call.public_inputs.min_revertible_side_effect_counter)
            .filter(|counter| *counter != 0)
            .last()
            .unwrap_or_default()
    }

    /// The return values of all calls in the tree of the calls.
    #[must_use]
    pub fn return_values(&self) -> NestedReturnValues {
        self.entrypoint.return_values()
    }

    /// Whether public calls follow.
    #[must_use]
    pub fn has_public_calls(&self) -> bool {
        !self.public_calldata.is_empty()
    }

    /// What the tags of the transaction's logs were computed from: for every secret the greatest
    /// index used.
    #[must_use]
    pub fn pre_tags(&self) -> &[PreTag] {
        // The calls share the indexes and the entry point ends last.
        &self.entrypoint.pre_tags
    }

    /// The result in the form in which the protocol's interfaces hand it out, with a copy of all.
    #[must_use]
    pub fn to_protocol(&self) -> PrivateExecutionResult {
        PrivateExecutionResult {
            entrypoint: self.entrypoint.to_protocol(),
            first_nullifier: self.first_nullifier.to_field(),
            public_function_calldata: self.public_calldata.clone(),
        }
    }
}
