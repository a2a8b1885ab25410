use serde::{Deserialize, Serialize};

use crate::address::AztecAddress;
use crate::constants::fr;
use crate::field::Fr;

/// The first element of an off-chain effect that is a message to somebody
/// (Aztec 4.1.2, stdlib `OFFCHAIN_MESSAGE_IDENTIFIER`).
pub const OFFCHAIN_MESSAGE_IDENTIFIER: Fr =
    fr!("6023466688192654631553769360478808766602235351827869819420284624004071427516");

/// Something that a contract hands out beside the transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OffchainEffect {
    /// What the contract says.
    pub data: Vec<Fr>,
    /// The contract.
    pub contract_address: AztecAddress,
}

/// A message that is to be brought to its recipient beside the transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OffchainMessage {
    /// Whom it is for.
    pub recipient: AztecAddress,
    /// What it says, encrypted.
    pub payload: Vec<Fr>,
    /// The contract that made it.
    pub contract_address: AztecAddress,
}

/// What a transaction handed out beside itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OffchainOutput {
    /// Effects that are no messages.
    pub offchain_effects: Vec<OffchainEffect>,
    /// Messages.
    pub offchain_messages: Vec<OffchainMessage>,
}

impl FromIterator<OffchainEffect> for OffchainOutput {
    /// Tells messages from other effects (Aztec 4.1.2, aztec.js `extractOffchainOutput`).
    fn from_iter<I: IntoIterator<Item = OffchainEffect>>(effects: I) -> Self {
        let mut output = Self::default();
        for effect in effects {
            match &effect.data[..] {
                [kind, recipient, payload @ ..] if *kind == OFFCHAIN_MESSAGE_IDENTIFIER => {
                    output.offchain_messages.push(OffchainMessage {
                        recipient: AztecAddress::from_field(*recipient),
                        payload: payload.to_vec(),
                        contract_address: effect.contract_address,
                    });
                }
                _ => output.offchain_effects.push(effect),
            }
        }
        output
    }
}
