//! The circuit engine for JavaScript: replays recordings, for tests and benchmarks. It only delegates
//! to `pixie-acir`.

use pixie_acir::replay::{self, Recording, ReplayError};
use pixie_acir::{Artifact, ExecutionLimits, Program, ProgramLimits};
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// A recording with the program that it is a recording of.
#[wasm_bindgen]
pub struct Replay {
    recording: Recording,
    artifact: Artifact,
    program: Arc<Program>,
}

fn error(error: &ReplayError) -> JsError {
    JsError::new(&error.to_string())
}

#[wasm_bindgen]
impl Replay {
    /// Reads a recording (JSON, gzipped or not) and an artifact (JSON) and decodes the program.
    ///
    /// # Errors
    /// If one of them is bad, or they do not belong together.
    #[wasm_bindgen(constructor)]
    pub fn new(recording: &[u8], artifact: &[u8]) -> Result<Replay, JsError> {
        let recording = Recording::from_bytes(recording).map_err(|e| error(&e))?;
        let artifact = Artifact::from_json(artifact)?;
        let program = recording
            .program(&artifact, &ProgramLimits::default())
            .map_err(|e| error(&e))?;
        Ok(Self {
            recording,
            artifact,
            program,
        })
    }

    /// Decodes the bytecode anew and returns the number of opcodes.
    ///
    /// # Errors
    /// If the bytecode is bad.
    pub fn decode(&self) -> Result<usize, JsError> {
        let name = &self.recording.function_name;
        let function = self.artifact.functions().iter().find(|f| f.name() == name);
        let bytecode = function.map_or("", |function| function.bytecode());
        let program = Program::from_base64(bytecode, &ProgramLimits::default())?;
        Ok(program.opcode_counts().0)
    }

    /// Executes the program and returns the number of witnesses.
    ///
    /// # Errors
    /// If it fails, or asks its oracles differently than was recorded.
    pub fn execute(&self) -> Result<usize, JsError> {
        let limits = ExecutionLimits::default();
        let witness = self
            .recording
            .execute(&self.program, limits)
            .map_err(|e| error(&e))?;
        Ok(witness.len())
    }

    /// Executes the program and returns `witnesses=N sha256=HEX`.
    ///
    /// # Errors
    /// If it fails, or asks its oracles differently than was recorded.
    pub fn outcome(&self) -> Result<String, JsError> {
        let limits = ExecutionLimits::default();
        let witness = self
            .recording
            .execute(&self.program, limits)
            .map_err(|e| error(&e))?;
        Ok(replay::outcome(&witness).to_string())
    }
}
