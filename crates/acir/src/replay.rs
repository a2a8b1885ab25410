//! Replays recordings of circuit executions.
//!
//! A recording is what the reference PXE writes with `CIRCUIT_RECORD_DIR` set: the inputs of one
//! execution and its oracle calls, in order, with their answers.

use crate::artifact::{Artifact, ArtifactError};
use crate::decode::{self, DecodeError};
use crate::exec::{Execution, ExecutionError, ExecutionLimits, Step, WitnessTable};
use crate::hex;
use crate::ir::Witness;
use crate::program::ProgramLimits;
use crate::vm::{ForeignCall, ForeignValue};
use crate::{Fe, Program};
use core::fmt;
use serde::Deserialize;
use sha2::{Digest as _, Sha256, Sha512};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Recordings may not be larger than this after decompression, in bytes.
const RECORDING_LIMIT: usize = 256 << 20;

/// A recorded execution.
#[derive(Debug, Clone)]
pub struct Recording {
    /// Name of the contract or protocol circuit, as the recorder knew it.
    pub circuit_name: String,
    /// Name of the function.
    pub function_name: String,
    /// SHA-512 of the bytecode (base64 taken off), in hexadecimal digits.
    pub bytecode_sha512: String,
    /// Values of the parameters.
    pub inputs: Vec<(Witness, Fe)>,
    /// Oracle calls in order.
    pub oracle_calls: Vec<OracleCall>,
}

/// A recorded oracle call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OracleCall {
    /// Name of the oracle.
    pub name: String,
    /// Arguments, each as the values it consists of.
    pub inputs: Vec<Vec<Fe>>,
    /// The answer.
    pub outputs: Vec<ForeignValue>,
}

/// Why a replay failed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The recording is not JSON or lacks members.
    #[error("the recording cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// The recording is compressed and damaged, or too large.
    #[error("the recording cannot be read: {0}")]
    Compressed(DecodeError),
    /// A value of the recording is not a field element.
    #[error("the recording has {0:?} where a field element is needed")]
    NotAField(String),
    /// The artifact cannot be used.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The function's bytecode is not base64.
    #[error(transparent)]
    Bytecode(#[from] DecodeError),
    /// The artifact's function is not the one that was recorded.
    #[error("the bytecode has SHA-512 {actual}, but {recorded} was recorded")]
    OtherBytecode {
        /// Hash in the recording.
        recorded: String,
        /// Hash of the artifact's bytecode.
        actual: String,
    },
    /// The circuit asked an oracle that was not recorded at this place.
    #[error("oracle call {position}: the circuit calls {called}, but {recorded} was recorded")]
    OtherOracle {
        /// Position of the call, from 0.
        position: usize,
        /// Oracle that the circuit calls.
        called: String,
        /// Oracle in the recording, or `nothing`.
        recorded: String,
    },
    /// The circuit asked the recorded oracle with other arguments.
    #[error("oracle call {position} ({name}): argument {argument} differs from the recorded one")]
    OtherArguments {
        /// Position of the call, from 0.
        position: usize,
        /// The oracle.
        name: String,
        /// First argument that differs, from 0.
        argument: usize,
    },
    /// The circuit ended before all recorded calls were made.
    #[error("the circuit made {made} oracle calls, but {recorded} were recorded")]
    MissingCalls {
        /// Calls made.
        made: usize,
        /// Calls recorded.
        recorded: usize,
    },
    /// The circuit failed.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
}

/// What a replay is compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayOutcome {
    /// Number of known witnesses.
    pub witnesses: usize,
    /// SHA-256 over a line `index=0x…` (64 hexadecimal digits) per witness, in ascending order,
    /// each with its line feed.
    pub sha256: [u8; 32],
}

impl fmt::Display for ReplayOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "witnesses={} sha256={}",
            self.witnesses,
            hex::encode(&self.sha256)
        )
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRecording {
    circuit_name: Option<String>,
    function_name: String,
    #[serde(rename = "bytecodeSHA512Hash")]
    bytecode_sha512: String,
    inputs: BTreeMap<u32, String>,
    oracle_calls: Vec<RawCall>,
}

#[derive(Deserialize)]
struct RawCall {
    name: String,
    inputs: Vec<RawValue>,
    outputs: Vec<RawValue>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawValue {
    Single(String),
    Array(Vec<String>),
}

fn field(text: &str) -> Result<Fe, ReplayError> {
    Fe::from_hex(text).ok_or_else(|| ReplayError::NotAField(text.chars().take(80).collect()))
}

impl RawValue {
    fn read(self) -> Result<ForeignValue, ReplayError> {
        Ok(match self {
            Self::Single(text) => ForeignValue::Single(field(&text)?),
            Self::Array(texts) => ForeignValue::Array(
                texts
                    .iter()
                    .map(|text| field(text))
                    .collect::<Result<_, _>>()?,
            ),
        })
    }
}

impl Recording {
    /// Reads a recording, gzipped or not.
    ///
    /// # Errors
    /// If it is damaged, too large or does not have the form of a recording.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ReplayError> {
        if bytes.starts_with(&[0x1f, 0x8b]) {
            let json =
                decode::decompress(bytes, RECORDING_LIMIT).map_err(ReplayError::Compressed)?;
            Self::from_json(&json)
        } else {
            Self::from_json(bytes)
        }
    }

    fn from_json(json: &[u8]) -> Result<Self, ReplayError> {
        let raw: RawRecording = serde_json::from_slice(json)?;
        let inputs = raw
            .inputs
            .iter()
            .map(|(index, value)| Ok((Witness(*index), field(value)?)))
            .collect::<Result<_, ReplayError>>()?;
        let oracle_calls = raw
            .oracle_calls
            .into_iter()
            .map(|call| {
                Ok(OracleCall {
                    name: call.name,
                    inputs: call
                        .inputs
                        .into_iter()
                        .map(|value| Ok(value.read()?.fields().to_vec()))
                        .collect::<Result<_, ReplayError>>()?,
                    outputs: call
                        .outputs
                        .into_iter()
                        .map(RawValue::read)
                        .collect::<Result<_, _>>()?,
                })
            })
            .collect::<Result<_, ReplayError>>()?;
        Ok(Self {
            circuit_name: raw.circuit_name.unwrap_or_default(),
            function_name: raw.function_name,
            bytecode_sha512: raw.bytecode_sha512,
            inputs,
            oracle_calls,
        })
    }

    /// The recorded function of an artifact, if its bytecode is the recorded one.
    ///
    /// # Errors
    /// If the artifact has no such function, or another one under its name.
    pub fn program(
        &self,
        artifact: &Artifact,
        limits: &ProgramLimits,
    ) -> Result<Arc<Program>, ReplayError> {
        let program = artifact.program(&self.function_name, limits)?;
        let functions = artifact.functions();
        if let Some(function) = functions.iter().find(|f| f.name() == self.function_name) {
            let actual = hex::encode(&Sha512::digest(decode::base64_bytes(function.bytecode())?));
            if !actual.eq_ignore_ascii_case(&self.bytecode_sha512) {
                let recorded = self.bytecode_sha512.clone();
                return Err(ReplayError::OtherBytecode { recorded, actual });
            }
        }
        Ok(program)
    }

    /// Executes the function with the recorded inputs and answers.
    ///
    /// # Errors
    /// If it fails, or asks its oracles differently than was recorded.
    pub fn execute(
        &self,
        program: &Arc<Program>,
        limits: ExecutionLimits,
    ) -> Result<WitnessTable, ReplayError> {
        let mut execution =
            Execution::new(Arc::clone(program), self.inputs.iter().copied(), limits)?;
        let mut made = 0;
        loop {
            match execution.step()? {
                Step::ForeignCall(call) => {
                    execution.resume(self.answer(made, &call)?)?;
                    made += 1;
                }
                Step::Paused => {}
                Step::Done(solved) => {
                    let recorded = self.oracle_calls.len();
                    if made != recorded {
                        return Err(ReplayError::MissingCalls { made, recorded });
                    }
                    return Ok(solved.witness);
                }
            }
        }
    }

    /// The recorded answer, if the call is the recorded one.
    fn answer(&self, position: usize, call: &ForeignCall) -> Result<&[ForeignValue], ReplayError> {
        let recorded = self.oracle_calls.get(position);
        let Some(recorded) = recorded.filter(|recorded| recorded.name == call.name) else {
            return Err(ReplayError::OtherOracle {
                position,
                called: call.name.clone(),
                recorded: recorded.map_or_else(|| "nothing".to_owned(), |call| call.name.clone()),
            });
        };
        let arguments = call.inputs.len().max(recorded.inputs.len());
        for argument in 0..arguments {
            let asked = call.inputs.get(argument).map(ForeignValue::fields);
            if asked != recorded.inputs.get(argument).map(Vec::as_slice) {
                let name = call.name.clone();
                return Err(ReplayError::OtherArguments {
                    position,
                    name,
                    argument,
                });
            }
        }
        Ok(&recorded.outputs)
    }
}

/// Number and hash of a witness.
#[must_use]
pub fn outcome(witness: &WitnessTable) -> ReplayOutcome {
    let mut hasher = Sha256::new();
    let mut witnesses = 0;
    for (index, value) in witness.iter() {
        hasher.update(format!("{}={}\n", index.0, value.to_hex()).as_bytes());
        witnesses += 1;
    }
    ReplayOutcome {
        witnesses,
        sha256: hasher.finalize().into(),
    }
}

/// Replays a recording (JSON, gzipped or not) against an artifact (JSON).
///
/// # Errors
/// See [`ReplayError`].
pub fn replay(recording: &[u8], artifact: &[u8]) -> Result<ReplayOutcome, ReplayError> {
    let recording = Recording::from_bytes(recording)?;
    let artifact = Artifact::from_json(artifact)?;
    let program = recording.program(&artifact, &ProgramLimits::default())?;
    Ok(outcome(
        &recording.execute(&program, ExecutionLimits::default())?,
    ))
}
