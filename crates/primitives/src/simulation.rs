//! What a node finds when it executes the public part of a transaction, or validates it.

use serde::{Deserialize, Serialize};

use crate::address::AztecAddress;
use crate::block::GlobalVariables;
use crate::effect::TxEffect;
use crate::field::Fr;
use crate::gas::GasUsed;
use crate::receipt::DebugLog;
use crate::selector::FunctionSelector;
use crate::tx::NestedReturnValues;

/// A function in a call stack.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailingFunction {
    /// The contract.
    pub contract_address: AztecAddress,
    /// The contract's name, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_name: Option<String>,
    /// The function's selector, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_selector: Option<FunctionSelector>,
    /// The function's name, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_name: Option<String>,
}

/// A place in the source of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceCodeLocation {
    /// The file.
    pub file_path: String,
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
    /// The text of the file.
    pub file_source: String,
    /// The text at the place.
    pub location_text: String,
}

/// Where in the code of a function an execution failed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NoirCallStack {
    /// Locations of opcodes, as text, outermost first.
    Opcodes(Vec<String>),
    /// Places in the source, outermost first.
    Source(Vec<SourceCodeLocation>),
}

/// An execution failed, or a contract's assertion did.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SimulationError {
    /// What happened, without the call stack.
    pub original_message: String,
    /// The functions under way, outermost first.
    pub function_error_stack: Vec<FailingFunction>,
    /// Where in the innermost function, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noir_error_stack: Option<NoirCallStack>,
    /// What the innermost function reverted with: an error selector and its data.
    pub revert_data: Vec<Fr>,
}

impl std::fmt::Display for SimulationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.original_message)?;
        for function in self.function_error_stack.iter().rev() {
            match &function.contract_name {
                Some(name) => write!(f, "\n  at {name}")?,
                None => write!(f, "\n  at {}", function.contract_address)?,
            }
            match (&function.function_name, function.function_selector) {
                (Some(name), _) => write!(f, ".{name}")?,
                (None, Some(selector)) => write!(f, ".{selector}")?,
                (None, None) => {}
            }
        }
        Ok(())
    }
}

impl std::error::Error for SimulationError {}

/// What the public part of a transaction would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicSimulationOutput {
    /// Why it was reverted, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revert_reason: Option<SimulationError>,
    /// The block that the node assumed.
    pub global_variables: GlobalVariables,
    /// What the transaction would do.
    pub tx_effect: TxEffect,
    /// What the public calls returned, in order.
    pub public_return_values: Vec<NestedReturnValues>,
    /// The gas used.
    pub gas_used: GasUsed,
    /// What the public functions printed.
    #[serde(default)]
    pub debug_logs: Vec<DebugLog>,
}

/// Whether a transaction may enter a block.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "lowercase")]
pub enum TxValidationResult {
    /// It may.
    Valid,
    /// It may not.
    Invalid {
        /// Why.
        reason: Vec<String>,
    },
    /// It was not looked at to the end; it may be valid later.
    Skipped {
        /// Why.
        reason: Vec<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validation_results_in_json() {
        for (json, result) in [
            (r#"{"result":"valid"}"#, TxValidationResult::Valid),
            (
                r#"{"result":"invalid","reason":["Existing nullifier"]}"#,
                TxValidationResult::Invalid {
                    reason: vec!["Existing nullifier".into()],
                },
            ),
        ] {
            assert_eq!(
                serde_json::from_str::<TxValidationResult>(json).unwrap(),
                result
            );
            assert_eq!(serde_json::to_string(&result).unwrap(), json);
        }
        for json in [r#"{"result":"maybe"}"#, r#"{"result":"invalid"}"#, "{}"] {
            assert!(serde_json::from_str::<TxValidationResult>(json).is_err());
        }
    }

    #[test]
    fn errors_in_json_and_text() {
        let json = format!(
            r#"{{"originalMessage":"Assertion failed: low balance","functionErrorStack":[{{"contractAddress":"0x{:064x}","functionSelector":"0x01020304"}},{{"contractAddress":"0x{:064x}","contractName":"Token","functionName":"burn"}}],"noirErrorStack":["12","34.5"],"revertData":[]}}"#,
            7, 8
        );
        let error: SimulationError = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&error).unwrap(), json);
        assert_eq!(
            error.to_string(),
            format!(
                "Assertion failed: low balance\n  at Token.burn\n  at 0x{:064x}.0x01020304",
                7
            )
        );
        let source =
            r#"[{"filePath":"a.nr","line":1,"column":2,"fileSource":"x","locationText":"x"}]"#;
        assert!(matches!(
            serde_json::from_str(source).unwrap(),
            NoirCallStack::Source(_)
        ));
    }
}
