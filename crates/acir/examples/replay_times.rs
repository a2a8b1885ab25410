//! Times decoding and execution of the recordings: `replay_times [FILTER [REPEAT]]`.

use pixie_acir::replay::{self, Recording};
use pixie_acir::{Artifact, ExecutionLimits, Program, ProgramLimits};
use serde::Deserialize;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

#[derive(Deserialize)]
struct Entry {
    recording: String,
    artifact: String,
    sha256: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let filter = arguments.next().unwrap_or_default();
    let repeat: u32 = arguments.next().map_or(Ok(5), |count| count.parse())?;
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let recordings = top.join("tests/vectors/recordings");
    let index = std::fs::read(recordings.join("index.json"))?;
    let entries: Vec<Entry> = serde_json::from_slice(&index)?;
    let mut total = Duration::ZERO;
    println!("{:>10} {:>10}  recording", "decode", "execute");
    for entry in entries
        .iter()
        .filter(|entry| entry.recording.contains(&filter))
    {
        let recording = Recording::from_bytes(&std::fs::read(recordings.join(&entry.recording))?)?;
        let modules = top.join("tests/reference/node_modules");
        let artifact = Artifact::from_json(&std::fs::read(modules.join(&entry.artifact))?)?;
        let program = recording.program(&artifact, &ProgramLimits::default())?;
        let name = &recording.function_name;
        let bytecode = artifact
            .functions()
            .iter()
            .find(|function| function.name() == name);
        let bytecode = bytecode.map_or("", |function| function.bytecode());
        let started = Instant::now();
        Program::from_base64(bytecode, &ProgramLimits::default())?;
        let decode = started.elapsed();
        let mut best = Duration::MAX;
        for _ in 0..repeat {
            let started = Instant::now();
            let witness = recording.execute(&program, ExecutionLimits::default())?;
            best = best.min(started.elapsed());
            if !replay::outcome(&witness)
                .to_string()
                .ends_with(&entry.sha256)
            {
                return Err(format!("{}: the witness differs", entry.recording).into());
            }
        }
        total += best;
        println!("{decode:>10.2?} {best:>10.2?}  {}", entry.recording);
    }
    println!("{:>10} {total:>10.2?}  in all", "");
    Ok(())
}
