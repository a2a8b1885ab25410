//! Times decoding and execution of all recordings.
//!
//! usage: `replay_times [--json] [FILTER]`, or `replay_times [--json] --keep NAME...`, which runs the
//! named recordings once, one after the other, keeps what it decoded, and says how much memory the
//! process had at most.

use pixie_acir::pack::npm;
use pixie_acir::replay::{self, Recording};
use pixie_acir::{Artifact, ExecutionLimits, Program, ProgramLimits};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const ROUNDS: u32 = 9;

#[derive(Deserialize)]
struct Entry {
    #[serde(skip)]
    folder: PathBuf,
    recording: String,
    artifact: String,
    sha256: String,
}

#[derive(Serialize)]
struct Times {
    name: String,
    /// Milliseconds.
    decode: f64,
    /// Milliseconds.
    ours: f64,
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn entries() -> Result<Vec<Entry>, Box<dyn Error>> {
    let mut all = Vec::new();
    for name in ["recordings", "recordings-extra"] {
        let folder = top().join("tests/vectors").join(name);
        let entries: Vec<Entry> =
            serde_json::from_slice(&std::fs::read(folder.join("index.json"))?)?;
        all.extend(entries.into_iter().map(|entry| Entry {
            folder: folder.clone(),
            ..entry
        }));
    }
    Ok(all)
}

impl Entry {
    fn name(&self) -> &str {
        self.recording.trim_end_matches(".json.gz")
    }

    fn recording(&self) -> Result<Recording, Box<dyn Error>> {
        let bytes = std::fs::read(self.folder.join(&self.recording))?;
        Ok(Recording::from_bytes(&bytes)?)
    }

    fn artifact(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        let modules = top().join("tests/reference/node_modules");
        Ok(std::fs::read(modules.join(&self.artifact))?)
    }

    fn times(&self) -> Result<Times, Box<dyn Error>> {
        let recording = self.recording()?;
        let artifact = Artifact::from_json(&self.artifact()?)?;
        let program = recording.program(&artifact, &ProgramLimits::default())?;
        let name = &recording.function_name;
        let function = artifact.functions().iter().find(|f| f.name() == name);
        let bytecode = function.map_or("", |function| function.bytecode());
        let mut decode = Duration::MAX;
        let mut execute = Duration::MAX;
        for _ in 0..ROUNDS {
            let started = Instant::now();
            Program::from_base64(bytecode, &ProgramLimits::default())?;
            decode = decode.min(started.elapsed());
            let started = Instant::now();
            let witness = recording.execute(&program, ExecutionLimits::default())?;
            execute = execute.min(started.elapsed());
            if !replay::outcome(&witness)
                .to_string()
                .ends_with(&self.sha256)
            {
                return Err(format!("{}: the witness differs", self.recording).into());
            }
        }
        Ok(Times {
            name: self.name().to_owned(),
            decode: decode.as_secs_f64() * 1e3,
            ours: execute.as_secs_f64() * 1e3,
        })
    }

    /// Runs it as a wallet would: the program alone is kept of its artifact.
    fn run(&self) -> Result<Arc<Program>, Box<dyn Error>> {
        let recording = self.recording()?;
        let file = self.artifact()?;
        let program = if self.artifact.contains(npm::CIRCUITS) {
            Arc::new(npm::circuit(&file)?.program(&ProgramLimits::default())?)
        } else {
            recording.program(&Artifact::from_json(&file)?, &ProgramLimits::default())?
        };
        recording.execute(&program, ExecutionLimits::default())?;
        Ok(program)
    }
}

/// The most memory that the process had, in bytes (Linux).
fn peak_bytes() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(1024
        * kilobytes
            .ok_or("the system does not say it")?
            .parse::<u64>()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut flag = |name: &str| {
        let given = arguments.first().is_some_and(|first| first == name);
        if given {
            arguments.remove(0);
        }
        given
    };
    let json = flag("--json");
    if flag("--keep") {
        let entries = entries()?;
        let mut kept = Vec::new();
        for name in &arguments {
            let entry = entries.iter().find(|entry| entry.name() == name);
            kept.push(entry.ok_or_else(|| format!("no recording {name}"))?.run()?);
        }
        let peak = peak_bytes()?;
        if json {
            println!("{}", serde_json::json!({ "peakBytes": peak }));
        } else {
            println!("{:.1} MB", peak as f64 / 1e6);
        }
        return Ok(());
    }
    let filter = arguments.first().map_or("", String::as_str);
    let mut times = Vec::new();
    for entry in entries()?.iter().filter(|e| e.recording.contains(filter)) {
        times.push(entry.times()?);
    }
    if json {
        println!("{}", serde_json::json!({ "recordings": times }));
        return Ok(());
    }
    println!("{:>10} {:>10}  recording (ms)", "decode", "execute");
    for Times { name, decode, ours } in &times {
        println!("{decode:>10.2} {ours:>10.2}  {name}");
    }
    let total: f64 = times.iter().map(|times| times.ours).sum();
    println!("{:>10} {total:>10.2}  in all", "");
    Ok(())
}
