use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Recorded traffic, as `tests/reference/record-node-traffic.mjs` writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// The version of the format: 1.
    pub version: u32,
    /// The release of Aztec that the recorded node runs.
    pub node: String,
    /// The calls in the order in which they were made.
    pub exchanges: Vec<Exchange>,
}

/// One call and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// The method.
    pub method: String,
    /// The arguments, an array.
    pub params: Value,
    /// The result; `null` if the method returned nothing.
    #[serde(default)]
    pub result: Value,
    /// The error, if the call failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ExchangeError>,
}

/// An error in a recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExchangeError {
    /// The JSON-RPC error code.
    pub code: i64,
    /// The node's words.
    pub message: String,
}

/// In what order a recording must be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As recorded, call by call.
    Strict,
    /// Any. Equal calls get their answers in the order recorded, the last of them for ever.
    Lenient,
}

impl Recording {
    /// Reads a recording.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}
