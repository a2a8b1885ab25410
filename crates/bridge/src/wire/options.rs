//! The objects among the arguments.

use pixie_primitives::abi::AbiType;
use pixie_primitives::auth_witness::AuthWitness;
use pixie_primitives::block::BlockNumber;
use pixie_primitives::capsule::Capsule;
use pixie_primitives::gas::{Gas, GasFees};
use pixie_primitives::logs::LogId;
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, EventSelector};
use serde::{Deserialize, Deserializer, Serialize};

use crate::object::objects_only;

objects_only! {
    GasSettingsOption,
    FeeOptions,
    SimulationFeeOptions,
    WaitOptions,
    SendOptions,
    SimulateOptions,
    ProfileOptions,
    UtilityOptions,
    EventMetadataDefinition,
    PrivateEventFilter,
}

/// Gas limits and prices that the dapp would like; the wallet fills in the rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct GasSettingsOption {
    /// Limits for the transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gas_limits: Option<Gas>,
    /// Limits for its teardown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub teardown_gas_limits: Option<Gas>,
    /// The highest prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_fee_per_gas: Option<GasFees>,
    /// The highest prices beyond the base fee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_priority_fee_per_gas: Option<GasFees>,
}

/// The fee options of a transaction to be sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct FeeOptions {
    /// Limits and prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gas_settings: Option<GasSettingsOption>,
}

/// The fee options of a transaction to be tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct SimulationFeeOptions {
    /// Limits and prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gas_settings: Option<GasSettingsOption>,
    /// What part of the gas used to add to the estimate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_gas_padding: Option<f64>,
    /// Whether to estimate the gas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate_gas: Option<bool>,
}

/// How to wait for a transaction that was sent. Times are in seconds, as in aztec.js.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct WaitOptions {
    /// For how long a receipt that says "dropped" is not believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore_dropped_receipts_for: Option<f64>,
    /// For how long to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<f64>,
    /// How often to look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<f64>,
    /// Whether a reverted transaction is an answer and not an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dont_throw_on_revert: Option<bool>,
}

/// Whether to wait for a transaction that was sent. JSON form: `"NO_WAIT"` or the options.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wait {
    /// The answer is its hash.
    No,
    /// The answer is its receipt.
    With(WaitOptions),
}

/// The JSON form of [`Wait::No`].
const NO_WAIT: &str = "NO_WAIT";

impl Serialize for Wait {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::No => to.serialize_str(NO_WAIT),
            Self::With(options) => options.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Wait {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> serde::de::Visitor<'de> for Form {
            type Value = Wait;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("'NO_WAIT' or an object")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Wait, E> {
                match text {
                    NO_WAIT => Ok(Wait::No),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
                }
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, members: A) -> Result<Wait, A::Error> {
                let members = serde::de::value::MapAccessDeserializer::new(members);
                WaitOptions::deserialize(members).map(Wait::With)
            }
        }
        from.deserialize_any(Form)
    }
}

/// The options of `sendTx`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct SendOptions {
    /// The account that sends; zero for none.
    pub from: AztecAddress,
    /// Authorisations that the calls need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_witnesses: Option<Vec<AuthWitness>>,
    /// Data that the contracts called look for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capsules: Option<Vec<Capsule>>,
    /// Gas limits and prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<FeeOptions>,
    /// Whether to wait, and how; if absent, as the wallet sees fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Wait>,
    /// Whose notes and keys the calls may use beside the sender's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_scopes: Option<Vec<AztecAddress>>,
}

/// The options of `simulateTx`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct SimulateOptions {
    /// The account that would send; zero for none.
    pub from: AztecAddress,
    /// Authorisations that the calls need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_witnesses: Option<Vec<AuthWitness>>,
    /// Data that the contracts called look for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capsules: Option<Vec<Capsule>>,
    /// Gas limits, prices and whether to estimate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<SimulationFeeOptions>,
    /// Whether the node's checks are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_tx_validation: Option<bool>,
    /// Whether nobody needs to be able to pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_fee_enforcement: Option<bool>,
    /// Whether the answer tells more than the return values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_metadata: Option<bool>,
    /// Whose notes and keys the calls may use beside the sender's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_scopes: Option<Vec<AztecAddress>>,
}

/// What is measured of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProfileMode {
    /// The circuits' gates.
    Gates,
    /// The steps of execution.
    ExecutionSteps,
    /// Both.
    #[default]
    Full,
}

/// The options of `profileTx`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct ProfileOptions {
    /// Those of a simulation.
    #[serde(flatten)]
    pub simulation: SimulateOptions,
    /// What is measured.
    pub profile_mode: ProfileMode,
    /// Whether the proof is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_proof_generation: Option<bool>,
}

/// The options of `executeUtility`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct UtilityOptions {
    /// Whose notes and keys the function may use.
    pub scope: AztecAddress,
    /// Authorisations that the call needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_witnesses: Option<Vec<AuthWitness>>,
}

/// An event of a contract, as needed to read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct EventMetadataDefinition {
    /// The event.
    pub event_selector: EventSelector,
    /// Its type.
    pub abi_type: AbiType,
    /// The names of its members.
    pub field_names: Vec<String>,
}

/// Which private events are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct PrivateEventFilter {
    /// The contract that emitted them.
    pub contract_address: AztecAddress,
    /// The accounts that got them.
    pub scopes: Vec<AztecAddress>,
    /// The transaction that they are of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tx_hash: Option<TxHash>,
    /// The first block, at least 1.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "positive"
    )]
    pub from_block: Option<BlockNumber>,
    /// The block after the last one, at least 1.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "positive"
    )]
    pub to_block: Option<BlockNumber>,
    /// The log after which to begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_log: Option<LogId>,
}

fn positive<'de, D: Deserializer<'de>>(from: D) -> Result<Option<BlockNumber>, D::Error> {
    match Option::deserialize(from)? {
        Some(BlockNumber::ZERO) => Err(serde::de::Error::custom("block numbers begin with 1 here")),
        number => Ok(number),
    }
}
