use pixie_primitives::selector::FunctionSelector;
use pixie_primitives::{AztecAddress, ContractClassId};
use serde::{Deserialize, Serialize};

/// A public function that a transaction may call in its setup phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AllowedSetupFunction {
    /// Whose function.
    #[serde(flatten)]
    pub contract: AllowedContract,
    /// The function.
    pub selector: FunctionSelector,
    /// Whether the contract has to call it itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_self: Option<bool>,
    /// Whether a call without a sender is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject_null_msg_sender: Option<bool>,
    /// How many fields the call must have, selector included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calldata_length: Option<u32>,
}

/// Whose function may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AllowedContract {
    /// That of one contract.
    #[serde(rename = "address")]
    Instance(AztecAddress),
    /// That of every contract of a class.
    #[serde(rename = "classId")]
    Class(ContractClassId),
}

/// How strictly a transaction is validated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxValidationOptions {
    /// The transaction is simulated: its proof is not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_simulation: Option<bool>,
    /// The fee is not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_fee_enforcement: Option<bool>,
}
