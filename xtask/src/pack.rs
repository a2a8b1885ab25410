//! Packs circuits and contracts of the reference's packages into compact resources.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use pixie_acir::ProgramLimits;
use pixie_acir::decode::{DecodeLimits, decode_bytes};
use pixie_acir::pack::{
    Entry, FORMAT, Index, PackedContract, ProtocolCircuit, ResourceSet, Source, npm,
};
use serde::Serialize;

use crate::error::Error;
use crate::metadata::Workspace;

/// What to write, and where to.
#[derive(Debug)]
pub struct PackOptions {
    /// The folder; `dist/resources` if none is named.
    pub out: Option<std::path::PathBuf>,
    /// The level of zstd.
    pub level: i32,
}

impl Default for PackOptions {
    /// Level 9: level 19 makes a pack a tenth smaller and takes twenty times as long, which only a
    /// release is worth.
    fn default() -> Self {
        Self {
            out: None,
            level: 9,
        }
    }
}

/// What to make one resource of.
struct Job {
    set: ResourceSet,
    name: String,
    path: PathBuf,
}

/// Writes the pack, reads it back and says how large it is.
pub fn pack(workspace: &Workspace, options: &PackOptions) -> Result<(), Error> {
    let packages = workspace
        .workspace_root
        .join("tests/reference/node_modules/@aztec");
    if !packages.is_dir() {
        return Err(Error::Pack(
            "the reference packages are not installed: run `scripts/setup network`".to_owned(),
        ));
    }
    let out = options.out.clone();
    let out = out.unwrap_or_else(|| workspace.workspace_root.join("dist/resources"));
    if out.is_dir() {
        fs::remove_dir_all(&out).map_err(|source| Error::File {
            path: out.clone(),
            source,
        })?;
    }
    let key_tree = read_text(&packages.join(npm::KEY_TREE))?;
    let original = Source::packages(&key_tree).map_err(failed)?;
    let mut resources = each(&jobs(&packages)?, |job| {
        make(&original, job, &out, options.level)
    })?;
    resources.sort_by(|a, b| (a.set, &a.name).cmp(&(b.set, &b.name)));
    let index = Index {
        format: FORMAT,
        protocol_version: version(&packages)?,
        verification_key_tree: original.verification_key_tree().to_vec(),
        resources,
    };
    let mut json = serde_json::to_vec_pretty(&index)?;
    json.push(b'\n');
    write(&out.join("index.json"), &json)?;
    report(&index);
    println!("{}", out.display());
    Ok(())
}

fn report(index: &Index) {
    let mega = |bytes: u64| bytes as f64 / 1e6;
    let line = |what: &str, entries: &[&Entry]| {
        println!(
            "{what:<10} {:>3} files {:>7.2} MB packed {:>7.1} MB unpacked",
            entries.len(),
            mega(entries.iter().map(|entry| entry.packed_size).sum()),
            mega(entries.iter().map(|entry| entry.size).sum()),
        );
    };
    for set in ResourceSet::ALL {
        let entries: Vec<&Entry> = index.resources.iter().filter(|e| e.set == set).collect();
        line(&set.to_string(), &entries);
    }
    line("in all", &index.resources.iter().collect::<Vec<_>>());
}

/// All resources, the largest first, so that the threads end together.
fn jobs(packages: &Path) -> Result<Vec<Job>, Error> {
    let folder = packages.join(npm::CIRCUITS);
    let listing = fs::read_dir(&folder).map_err(|source| Error::File {
        path: folder.clone(),
        source,
    })?;
    let circuits = listing
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .filter_map(|path| {
            let name = path.file_stem()?.to_str()?.to_owned();
            let set = ResourceSet::of_circuit(&name);
            npm::is_client_circuit(&name).then_some(Job { set, name, path })
        });
    let contracts = npm::CONTRACTS.iter().map(|(name, path)| Job {
        set: ResourceSet::Contracts,
        name: (*name).to_owned(),
        path: packages.join(path),
    });
    let mut jobs: Vec<Job> = circuits.chain(contracts).collect();
    let size = |job: &Job| fs::metadata(&job.path).map_or(0, |metadata| metadata.len());
    jobs.sort_by_key(|job| std::cmp::Reverse(size(job)));
    Ok(jobs)
}

/// Runs all jobs on all processors. The first error ends it.
fn each(
    jobs: &[Job],
    run: impl Fn(&Job) -> Result<Entry, Error> + Sync,
) -> Result<Vec<Entry>, Error> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Result<Entry, Error>>> = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = run(job);
                    if result.is_err() {
                        next.store(jobs.len(), Ordering::Relaxed);
                    }
                    if let Ok(mut results) = results.lock() {
                        results.push(result);
                    }
                }
            });
        }
    });
    match results.into_inner() {
        Ok(results) => results.into_iter().collect(),
        Err(_) => Err(Error::Pack("a thread panicked".to_owned())),
    }
}

fn make(original: &Source, job: &Job, out: &Path, level: i32) -> Result<Entry, Error> {
    let file = read(&job.path)?;
    let bad = |error: &dyn std::error::Error| {
        Error::Pack(format!("{}: {}", job.name, crate::error::chain(error)))
    };
    if job.set == ResourceSet::Contracts {
        let artifact = original.contract(&job.name, &file).map_err(|e| bad(&e))?;
        let packed = PackedContract::new(artifact.clone()).map_err(|e| bad(&e))?;
        let (entry, bytes) = store(job, &packed, out, level)?;
        let read = entry.unpack::<PackedContract>(&bytes);
        let read = read.and_then(PackedContract::into_artifact);
        return match read.map_err(|e| bad(&e))? == artifact {
            true => Ok(entry),
            false => Err(differs(job)),
        };
    }
    let mut circuit = original.circuit(&job.name, &file).map_err(|e| bad(&e))?;
    if job.set == ResourceSet::Simulated {
        // The next kernel is given the key of the full circuit in either form: with it here, a
        // simulation needs no full circuit.
        let name = job.name.replacen("_simulated", "", 1);
        let full = read(&job.path.with_file_name(format!("{name}.json")))?;
        let full = original.circuit(&name, &full).map_err(|e| bad(&e))?;
        circuit.verification_key = full.verification_key;
    }
    let (entry, bytes) = store(job, &circuit, out, level)?;
    let unpacked: ProtocolCircuit = entry.unpack(&bytes).map_err(|e| bad(&e))?;
    let limits = DecodeLimits::default();
    let decode = |circuit: &ProtocolCircuit| decode_bytes(&circuit.bytecode, &limits);
    let same = decode(&unpacked).map_err(|e| bad(&e))? == decode(&circuit).map_err(|e| bad(&e))?
        && unpacked == circuit;
    let runs = unpacked.program(&ProgramLimits::default());
    runs.map_err(|e| bad(&e))?;
    let key = unpacked.verification_key().map_err(|e| bad(&e))?;
    let in_tree = key.is_some_and(|key| original.verification_key_tree().contains(&key.hash));
    match same && in_tree {
        true => Ok(entry),
        false => Err(differs(job)),
    }
}

/// Packs a resource, and gives what the browser will find in the file.
fn store<T: Serialize>(
    job: &Job,
    value: &T,
    out: &Path,
    level: i32,
) -> Result<(Entry, Vec<u8>), Error> {
    let mut cbor = Vec::new();
    ciborium::into_writer(value, &mut cbor).map_err(failed)?;
    let packed = zstd::bulk::compress(&cbor, level).map_err(failed)?;
    let entry = Entry::describe(job.set, &job.name, &packed, cbor.len() as u64);
    let path = out.join(entry.path());
    write(&path, &packed)?;
    Ok((entry, read(&path)?))
}

fn differs(job: &Job) -> Error {
    Error::Pack(format!(
        "{}: the resource differs from its original",
        job.name
    ))
}

fn failed(error: impl std::error::Error) -> Error {
    Error::Pack(crate::error::chain(&error))
}

fn version(packages: &Path) -> Result<String, Error> {
    #[derive(serde::Deserialize)]
    struct Package {
        version: String,
    }
    let text = read(&packages.join("noir-protocol-circuits-types/package.json"))?;
    Ok(serde_json::from_slice::<Package>(&text)?.version)
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })
}

fn read_text(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let error = |source| Error::File {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(error)?;
    }
    fs::write(path, bytes).map_err(error)
}
