//! Running the tests of our crates as WebAssembly, under Node and in Chromium.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde::Deserialize;

use crate::bindings;
use crate::error::Error;
use crate::metadata::{Package, Workspace};
use crate::run::{capture, run};
use crate::wasm::{BROWSER, Toolchain, WASI, with_all_for_browsers};

/// A message of cargo, of which the built programs matter.
#[derive(Deserialize)]
struct Message {
    manifest_path: Option<PathBuf>,
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// A test program.
struct Program {
    title: String,
    folder: PathBuf,
    file: PathBuf,
}

/// Runs the tests of crates.
///
/// All plain tests run for `wasm32-wasip1`, with the standard harness. Where a crate
/// has tests written with wasm-bindgen-test, those run for `wasm32-unknown-unknown`.
/// The programs of all crates are built first, then they run, as many at a time as there are cores.
pub fn test(workspace: &Workspace, names: &[String], extra: &[OsString]) -> Result<(), Error> {
    let toolchain = Toolchain::chosen(workspace)?;
    let names = names.iter().map(|name| workspace.package(name));
    let packages = names.collect::<Result<Vec<_>, _>>()?;
    let mut command = toolchain.cargo(workspace, "test", WASI);
    command.args(["--lib", "--bins", "--tests"]);
    for package in &packages {
        command.args(["--package", &package.name]);
    }
    let plain = build(&mut command, &packages)?;
    let all_passed = run_side_by_side(&plain, &|program| {
        let mut command = Command::new(node(workspace));
        let script = workspace.workspace_root.join("xtask/wasi.mjs");
        command.arg("--no-warnings").arg(script).arg(&program.file);
        command.args(extra).current_dir(&program.folder);
        command
    })?;

    let with_bindings = packages.into_iter().filter(|package| {
        let mut dependencies = package.dependencies.iter();
        dependencies.any(|dependency| dependency.name == "wasm-bindgen-test")
    });
    let with_bindings: Vec<_> = with_bindings.collect();
    run_with_bindings(workspace, &with_bindings, extra, "Node", |runner| {
        Command::new(runner)
    })?;
    match all_passed {
        true => Ok(()),
        false => Err(Error::TestsFailed),
    }
}

/// Runs the tests of crates that are written with wasm-bindgen-test in Chromium, in a page.
pub fn test_in_chromium(
    workspace: &Workspace,
    names: &[String],
    extra: &[OsString],
) -> Result<(), Error> {
    let names = names.iter().map(|name| workspace.package(name));
    let packages = names.collect::<Result<Vec<_>, _>>()?;
    run_with_bindings(workspace, &packages, extra, "Chromium", |runner| {
        let mut command = Command::new(node(workspace));
        let script = workspace.workspace_root.join("xtask/chromium.mjs");
        command.arg(script).arg(runner);
        command
    })
}

/// Runs the tests of packages that are written with wasm-bindgen-test, by what `start` makes of the
/// path of their runner.
fn run_with_bindings(
    workspace: &Workspace,
    packages: &[&Package],
    extra: &[OsString],
    place: &str,
    start: impl Fn(&Path) -> Command,
) -> Result<(), Error> {
    if packages.is_empty() {
        return Ok(());
    }
    let runner = std::env::current_exe().map_err(|source| Error::Start {
        program: "xtask".to_owned(),
        source,
    })?;
    let mut command = Toolchain::chosen(workspace)?.cargo(workspace, "test", BROWSER);
    with_all_for_browsers(&mut command, workspace);
    let mut all_passed = true;
    for program in build(&mut command, packages)? {
        println!("wasm-test: {} with wasm-bindgen in {place}", program.title);
        let passed = run(start(&runner)
            .arg(bindings::TEST_RUNNER)
            .arg(&program.file)
            .args(extra)
            .current_dir(&program.folder));
        match passed {
            Err(Error::Failed { .. }) => all_passed = false,
            other => other?,
        }
    }
    match all_passed {
        true => Ok(()),
        false => Err(Error::TestsFailed),
    }
}

/// Builds test programs in one go, so that what they share is built once; gives those of packages.
fn build(command: &mut Command, packages: &[&Package]) -> Result<Vec<Program>, Error> {
    command.args(["--no-run", "--message-format", "json-render-diagnostics"]);
    let output = capture(command)?;
    let mut programs = Vec::new();
    for line in output.split(|byte| *byte == b'\n') {
        if !line.starts_with(b"{") {
            continue;
        }
        let message: Message = serde_json::from_slice(line)?;
        let (Some(file), Some(target)) = (message.executable, message.target) else {
            continue;
        };
        let manifest = message.manifest_path.as_ref();
        let package = packages
            .iter()
            .find(|package| Some(&package.manifest_path) == manifest);
        let Some(package) = package else { continue };
        let folder = package.manifest_path.parent();
        programs.push(Program {
            title: format!("{}, {}", package.name, target.name),
            folder: folder.map(PathBuf::from).unwrap_or_default(),
            file,
        });
    }
    Ok(programs)
}

/// Runs programs, as many at a time as there are cores; prints what each wrote when it has ended.
/// Returns whether all succeeded.
fn run_side_by_side(
    programs: &[Program],
    command: &(dyn Fn(&Program) -> Command + Sync),
) -> Result<bool, Error> {
    let next = AtomicUsize::new(0);
    let all_passed = AtomicBool::new(true);
    let failure = Mutex::new(None);
    let printing = Mutex::new(());
    let work = || {
        while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
            match command(program).output() {
                Ok(output) => {
                    let _turn = printing.lock();
                    print_output(program, &output);
                    all_passed.fetch_and(output.status.success(), Ordering::Relaxed);
                }
                Err(source) => {
                    let program = program.file.display().to_string();
                    if let Ok(mut failure) = failure.lock() {
                        failure.get_or_insert(Error::Start { program, source });
                    }
                    return;
                }
            }
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
    match failure.into_inner() {
        Ok(Some(error)) => Err(error),
        _ => Ok(all_passed.into_inner()),
    }
}

fn print_output(program: &Program, output: &Output) {
    println!("wasm-test: {} under Node's WASI", program.title);
    print!("{}", String::from_utf8_lossy(&output.stdout));
    print!("{}", String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        println!("wasm-test: {} failed ({})", program.title, output.status);
    }
}

/// The Node that the tests run under.
fn node(workspace: &Workspace) -> OsString {
    // Node 20 aborts when a WebAssembly test needs much memory; the network's own Node does not.
    let newer = workspace
        .workspace_root
        .join("tests/reference/node_modules/.native/bin/node");
    match newer.is_file() {
        true => newer.into_os_string(),
        false => OsStr::new("node").to_owned(),
    }
}
