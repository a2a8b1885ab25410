use serde::{Deserialize, Serialize};

use super::HashedValues;
use crate::abi::{AbiType, FunctionType};
use crate::address::AztecAddress;
use crate::auth_witness::AuthWitness;
use crate::capsule::Capsule;
use crate::field::Fr;
use crate::selector::FunctionSelector;

/// A call that a wallet is asked to make. The name is what the caller says; the selector decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionCall {
    /// The name of the function, not to be relied upon.
    pub name: String,
    /// The contract called.
    pub to: AztecAddress,
    /// The function called.
    pub selector: FunctionSelector,
    /// Where the function runs.
    #[serde(rename = "type")]
    pub function_type: FunctionType,
    /// Whether a public call hides who makes it.
    pub hide_msg_sender: bool,
    /// Whether the call must not change state.
    pub is_static: bool,
    /// The encoded arguments.
    pub args: Vec<Fr>,
    /// The types of the return values.
    pub return_types: Vec<AbiType>,
}

impl FunctionCall {
    /// The calldata of a public call: the selector and the arguments.
    #[must_use]
    pub fn calldata(&self) -> Vec<Fr> {
        let mut calldata = vec![self.selector.to_field()];
        calldata.extend_from_slice(&self.args);
        calldata
    }
}

/// What a wallet is asked to execute on behalf of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionPayload {
    /// The calls in order.
    pub calls: Vec<FunctionCall>,
    /// Authorisations that the calls need.
    pub auth_witnesses: Vec<AuthWitness>,
    /// Data that the contracts called look for.
    pub capsules: Vec<Capsule>,
    /// Further arguments that are named by their hash in others.
    pub extra_hashed_args: Vec<HashedValues>,
    /// Who pays the fee, if that is not the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_payer: Option<AztecAddress>,
}

impl ExecutionPayload {
    /// Puts payloads together in order. Fails if they name different fee payers
    /// (Aztec 4.1.2, stdlib `mergeExecutionPayloads`).
    pub fn merge(payloads: impl IntoIterator<Item = Self>) -> Result<Self, ConflictingFeePayers> {
        let mut merged = Self::default();
        for payload in payloads {
            merged.calls.extend(payload.calls);
            merged.auth_witnesses.extend(payload.auth_witnesses);
            merged.capsules.extend(payload.capsules);
            merged.extra_hashed_args.extend(payload.extra_hashed_args);
            merged.fee_payer = match (merged.fee_payer, payload.fee_payer) {
                (Some(first), Some(second)) if first != second => {
                    return Err(ConflictingFeePayers { first, second });
                }
                (first, second) => first.or(second),
            };
        }
        Ok(merged)
    }
}

/// Payloads to be put together name different fee payers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payloads name two fee payers: {first} and {second}")]
pub struct ConflictingFeePayers {
    /// The one named first.
    pub first: AztecAddress,
    /// Another one.
    pub second: AztecAddress,
}
