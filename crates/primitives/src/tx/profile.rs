use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::field::Fr;

/// Durations of calls of one kind, in milliseconds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct MethodTimes {
    /// One for each call.
    pub times: Vec<f64>,
}

/// How often and how long an operation waited for the node.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoundTripStats {
    /// How often it waited.
    pub round_trips: u32,
    /// How long in all, in milliseconds.
    pub total_blocking_time: f64,
    /// How long each time, in milliseconds.
    pub round_trip_durations: Vec<f64>,
    /// For which methods each time.
    pub round_trip_methods: Vec<Vec<String>>,
}

/// The calls to the node.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeStats {
    /// Their durations by method.
    pub per_method: BTreeMap<String, MethodTimes>,
    /// The waiting.
    pub round_trips: RoundTripStats,
}

/// How long one function took.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionTiming {
    /// The contract and function.
    pub function_name: String,
    /// The duration in milliseconds.
    pub time: f64,
    /// The durations of its oracle calls by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oracles: Option<BTreeMap<String, MethodTimes>>,
}

/// How long a simulation took, in milliseconds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SimulationTimings {
    /// Synchronising with the node.
    pub sync: f64,
    /// Simulating public calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_simulation: Option<f64>,
    /// Validating the transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<f64>,
    /// Each function.
    pub per_function: Vec<FunctionTiming>,
    /// What the other members do not cover.
    pub unaccounted: f64,
    /// All.
    pub total: f64,
}

/// How a simulation spent its time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SimulationStats {
    /// The durations.
    pub timings: SimulationTimings,
    /// The calls to the node.
    #[serde(rename = "nodeRPCCalls")]
    pub node_rpc_calls: NodeStats,
}

/// How long proving took, in milliseconds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvingTimings {
    /// Synchronising with the node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<f64>,
    /// Making the proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proving: Option<f64>,
    /// Each function.
    pub per_function: Vec<FunctionTiming>,
    /// What the other members do not cover.
    pub unaccounted: f64,
    /// All.
    pub total: f64,
}

/// How proving spent its time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvingStats {
    /// The durations.
    pub timings: ProvingTimings,
    /// The calls to the node.
    #[serde(
        rename = "nodeRPCCalls",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub node_rpc_calls: Option<NodeStats>,
}

/// How long one circuit took, in milliseconds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepTimings {
    /// Computing the witness.
    pub witgen: f64,
    /// Counting the gates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate_count: Option<f64>,
    /// The durations of its oracle calls by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oracles: Option<BTreeMap<String, MethodTimes>>,
}

/// One circuit of a transaction, ready to be proved.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateExecutionStep {
    /// The contract and function, or the name of the kernel.
    pub function_name: String,
    /// How many gates the circuit has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate_count: Option<u64>,
    /// The circuit, as in the artifact.
    #[serde(with = "crate::json::base64_bytes")]
    pub bytecode: Vec<u8>,
    /// The witness.
    #[serde(with = "crate::json::pairs")]
    pub witness: BTreeMap<u32, Fr>,
    /// The verification key.
    #[serde(with = "crate::json::base64_bytes")]
    pub vk: Vec<u8>,
    /// The durations.
    pub timings: StepTimings,
}

/// The circuits of a transaction.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxProfileResult {
    /// The circuits in order.
    pub execution_steps: Vec<PrivateExecutionStep>,
    /// The durations.
    pub stats: ProvingStats,
}

/// What a utility function returned.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct UtilityExecutionResult {
    /// The encoded return values.
    pub result: Vec<Fr>,
    /// The durations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stats: Option<SimulationStats>,
}
