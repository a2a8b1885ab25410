use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{HashedValues, OffchainEffect};
use crate::block::BlockNumber;
use crate::field::Fr;
use crate::hash::StorageSlot;
use crate::kernel::PrivateCircuitPublicInputs;
use crate::logs::{ContractClassLog, ContractClassLogFields};
use crate::note::Note;
use crate::selector::NoteSelector;
use crate::tagging::PreTag;

/// A note that a call created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NoteAndSlot {
    /// The note.
    pub note: Note,
    /// Where the contract keeps it.
    pub storage_slot: StorageSlot,
    /// What hides it.
    pub randomness: Fr,
    /// Which type of the contract's notes it is of.
    pub note_type_id: NoteSelector,
}

/// A contract class log with its place in the order of side effects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedContractClassLog {
    /// The log.
    pub log: ContractClassLog,
    /// The side-effect counter.
    #[serde(with = "crate::json::number")]
    pub counter: u32,
}

/// What a call handed out beside the transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffchainEffectData {
    /// What the contract says.
    pub data: Vec<Fr>,
}

/// What executing one private call gave, with the private calls that it made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateCallExecutionResult {
    /// The circuit, as in the artifact.
    #[serde(with = "crate::json::base64_bytes")]
    pub acir: Vec<u8>,
    /// The verification key of the circuit.
    #[serde(with = "crate::json::base64_bytes")]
    pub vk: Vec<u8>,
    /// The witness of the circuit.
    #[serde(with = "crate::json::pairs")]
    pub partial_witness: BTreeMap<u32, Fr>,
    /// What the circuit put out.
    pub public_inputs: PrivateCircuitPublicInputs,
    /// The notes created.
    pub new_notes: Vec<NoteAndSlot>,
    /// For note hashes that were nullified in the same transaction: their side-effect counters, and
    /// those of the nullifiers.
    #[serde(with = "crate::json::pairs")]
    pub note_hash_nullifier_counter_map: BTreeMap<u32, u32>,
    /// The return values.
    pub return_values: Vec<Fr>,
    /// What the call handed out beside the transaction.
    pub offchain_effects: Vec<OffchainEffectData>,
    /// What the tags of the logs were computed from.
    pub pre_tags: Vec<PreTag>,
    /// The private calls made.
    pub nested_execution_results: Vec<PrivateCallExecutionResult>,
    /// The contract class logs.
    pub contract_class_logs: Vec<CountedContractClassLog>,
}

impl PrivateCallExecutionResult {
    /// This call and all calls below it, each before those that it made.
    pub fn calls(&self) -> impl Iterator<Item = &Self> {
        let mut stack = vec![self];
        std::iter::from_fn(move || {
            let call = stack.pop()?;
            stack.extend(call.nested_execution_results.iter().rev());
            Some(call)
        })
    }
}

/// What executing the private part of a transaction gave.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateExecutionResult {
    /// The first call.
    pub entrypoint: PrivateCallExecutionResult,
    /// The nullifier from which the nonces of the notes derive.
    pub first_nullifier: Fr,
    /// The calldata of the public calls.
    pub public_function_calldata: Vec<HashedValues>,
}

impl PrivateExecutionResult {
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
    pub fn note_hash_nullifier_counter_map(&self) -> BTreeMap<u32, u32> {
        self.entrypoint
            .calls()
            .flat_map(|call| &call.note_hash_nullifier_counter_map)
            .map(|(note_hash, nullifier)| (*note_hash, *nullifier))
            .collect()
    }

    /// The contract class logs of all calls, in the order of their counters.
    #[must_use]
    pub fn contract_class_logs(&self) -> Vec<ContractClassLogFields> {
        let mut logs: Vec<_> = self
            .entrypoint
            .calls()
            .flat_map(|call| &call.contract_class_logs)
            .collect();
        logs.sort_by_key(|counted| counted.counter);
        logs.into_iter()
            .map(|counted| counted.log.fields.clone())
            .collect()
    }

    /// What all calls handed out beside the transaction.
    #[must_use]
    pub fn offchain_effects(&self) -> Vec<OffchainEffect> {
        self.entrypoint
            .calls()
            .flat_map(|call| {
                let contract_address = call.public_inputs.call_context.contract_address;
                call.offchain_effects
                    .iter()
                    .map(move |effect| OffchainEffect {
                        data: effect.data.clone(),
                        contract_address,
                    })
            })
            .collect()
    }

    /// The first revertible counter that holds in the end: the one of the last call that set it
    /// (Aztec 4.1.2, stdlib `getFinalMinRevertibleSideEffectCounter`).
    #[must_use]
    pub fn min_revertible_side_effect_counter(&self) -> u32 {
        self.entrypoint
            .calls()
            .map(|call| call.public_inputs.min_revertible_side_effect_counter)
            .filter(|counter| *counter != 0)
            .last()
            .unwrap_or_default()
    }

    /// The return values of all calls in the tree of the calls.
    #[must_use]
    pub fn return_values(&self) -> NestedReturnValues {
        fn of(call: &PrivateCallExecutionResult) -> NestedReturnValues {
            NestedReturnValues {
                values: Some(call.return_values.clone()),
                nested: call.nested_execution_results.iter().map(of).collect(),
            }
        }
        of(&self.entrypoint)
    }
}

/// The return values of a call and of the calls that it made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NestedReturnValues {
    /// The values; missing if the call gave none because it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Fr>>,
    /// Those of the calls made.
    pub nested: Vec<NestedReturnValues>,
}
