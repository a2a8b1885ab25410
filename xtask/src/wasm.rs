//! Building, linting and testing our crates as WebAssembly.
//!
//! Two toolchains can do it, and `scripts/setup wasm` chooses: the targets of
//! rustup, or Debian's Rust, which builds the standard library anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use serde::Deserialize;

use crate::bindings;
use crate::error::Error;
use crate::metadata::{Package, Workspace};
use crate::run::{capture, cargo, run};

/// The target of the product.
pub(crate) const BROWSER: &str = "wasm32-unknown-unknown";
/// The target of unit tests: it has the standard test harness and runs under Node.
pub(crate) const WASI: &str = "wasm32-wasip1";

/// The JavaScript environment that bindings are for.
#[derive(Clone, Copy, Debug)]
pub enum JsTarget {
    /// An ES module for browsers.
    Web,
    /// A CommonJS module for Node.
    Nodejs,
}

/// A name that is no JavaScript environment.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is neither `web` nor `nodejs`")]
pub struct UnknownJsTarget(String);

impl FromStr for JsTarget {
    type Err = UnknownJsTarget;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "web" => Ok(Self::Web),
            "nodejs" => Ok(Self::Nodejs),
            _ => Err(UnknownJsTarget(name.to_owned())),
        }
    }
}

/// What to build for the browser, and where to.
#[derive(Debug)]
pub struct BuildOptions {
    /// The crate.
    pub package: String,
    /// An example of the crate instead of its library.
    pub example: Option<String>,
    /// The folder for the results.
    pub out: PathBuf,
    /// The profile of cargo.
    pub profile: String,
    /// The environment of the bindings.
    pub target: JsTarget,
}

/// Where the Rust for wasm comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    Rustup,
    Debian,
}

impl Toolchain {
    pub(crate) fn chosen(workspace: &Workspace) -> Result<Self, Error> {
        // Not below `target_directory`, which the environment may move: setup writes it here.
        let path = workspace.workspace_root.join("target/toolchain/wasm");
        match fs::read_to_string(path).as_deref().map(str::trim) {
            Ok("rustup") => Ok(Self::Rustup),
            Ok("debian") => Ok(Self::Debian),
            _ => Err(Error::NoWasmToolchain),
        }
    }

    /// `cargo SUBCOMMAND --target TARGET`, ready for further arguments.
    pub(crate) fn cargo(self, workspace: &Workspace, subcommand: &str, target: &str) -> Command {
        match self {
            Self::Rustup => {
                let mut command = cargo();
                command.args([subcommand, "--target", target]);
                command
            }
            Self::Debian => {
                let mut command = Command::new("/usr/bin/cargo");
                let path = std::env::var_os("PATH").unwrap_or_default();
                let folders = std::env::split_paths(&path);
                let folders = std::iter::once(PathBuf::from("/usr/bin")).chain(folders);
                command
                    .args([subcommand, "--target", target])
                    .arg("-Zbuild-std=std,panic_abort,test")
                    .env("PATH", std::env::join_paths(folders).unwrap_or(path))
                    .env("RUSTC", "/usr/bin/rustc")
                    .env_remove("RUSTC_WORKSPACE_WRAPPER")
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env(
                        "CARGO_TARGET_DIR",
                        workspace.target_directory.join("wasm-debian"),
                    )
                    .env(variable(target, "LINKER"), "wasm-ld-19");
                if target == WASI {
                    // The C library of WASI is Debian's as well. It lacks two functions on
                    // threads, of which there are none: calling them would trap.
                    command.env(
                        variable(target, "RUSTFLAGS"),
                        "-Clink-self-contained=no -Lnative=/usr/lib/wasm32-wasi \
                         -Clink-arg=/usr/lib/wasm32-wasi/crt1-command.o \
                         -Clink-arg=--unresolved-symbols=ignore-all",
                    );
                }
                command
            }
        }
    }
}

/// `CARGO_TARGET_…_NAME` for a target.
fn variable(target: &str, name: &str) -> String {
    format!(
        "CARGO_TARGET_{}_{name}",
        target.to_uppercase().replace('-', "_")
    )
}

/// What cargo says when it has built something.
#[derive(Debug, Deserialize)]
struct Message {
    reason: String,
    manifest_path: Option<PathBuf>,
    target: Option<BuiltTarget>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct BuiltTarget {
    name: String,
    crate_types: Vec<String>,
}

/// Builds a crate for the browser, with bindings, optimised if its profile is.
pub fn build(workspace: &Workspace, options: &BuildOptions) -> Result<(), Error> {
    let package = workspace.package(&options.package)?;
    let mut command = Toolchain::chosen(workspace)?.cargo(workspace, "build", BROWSER);
    command
        .args(["--message-format", "json-render-diagnostics"])
        .args(["--profile", &options.profile]);
    match &options.example {
        None => command.arg("--lib"),
        Some(example) => command.args(["--example", example]),
    };
    if options.profile == "dev" {
        with_all_for_browsers(&mut command, workspace);
    } else {
        command.args(["--package", &package.name]);
    }
    let output = capture(&mut command)?;
    let (wasm, name) = built_wasm(&output, package, options.example.as_deref())?;
    bindings::generate(&wasm, &name, options.target, &options.out)?;
    let result = options.out.join(format!("{name}_bg.wasm"));
    let before = size(&result)?;
    // Examples are for tests and benchmarks alone.
    if options.profile != "dev" && options.example.is_none() {
        optimise(workspace, &result)?;
        println!(
            "{}: {before} bytes, optimised {} bytes",
            result.display(),
            size(&result)?
        );
    } else {
        println!("{}: {before} bytes", result.display());
    }
    Ok(())
}

/// Chooses all our crates for browsers, with their tests: what they share then has the same features
/// whichever of them is built, and is built once.
pub(crate) fn with_all_for_browsers(command: &mut Command, workspace: &Workspace) {
    let packages = workspace.packages.iter().filter(|package| {
        let mut dependencies = package.dependencies.iter();
        dependencies.any(|dependency| dependency.name == "wasm-bindgen")
    });
    for package in packages {
        command.args(["--package", &package.name]);
    }
    command.arg("--tests");
}

fn built_wasm(
    output: &[u8],
    package: &Package,
    example: Option<&str>,
) -> Result<(PathBuf, String), Error> {
    for line in output
        .split(|byte| *byte == b'\n')
        .filter(|line| line.starts_with(b"{"))
    {
        let message: Message = serde_json::from_slice(line)?;
        let ours = message.manifest_path.as_ref() == Some(&package.manifest_path);
        let Some(target) = message
            .target
            .filter(|_| ours && message.reason == "compiler-artifact")
        else {
            continue;
        };
        let is_cdylib = target.crate_types.iter().any(|kind| kind == "cdylib")
            && example.is_none_or(|example| example == target.name);
        let wasm = message
            .filenames
            .into_iter()
            .find(|file| file.extension() == Some("wasm".as_ref()));
        if let Some(wasm) = wasm.filter(|_| is_cdylib) {
            return Ok((wasm, target.name.replace('-', "_")));
        }
    }
    Err(Error::NoCdylib(package.name.clone()))
}

fn size(path: &Path) -> Result<u64, Error> {
    let metadata = fs::metadata(path);
    Ok(metadata
        .map_err(|source| Error::File {
            path: path.to_owned(),
            source,
        })?
        .len())
}

/// Runs wasm-opt in place.
///
/// A browser compiles a function when it is first called. One that has taken in everything that only it
/// calls is compiled with all of that, needed or not, which made up a third of a cold start; so functions
/// above a size stay functions.
fn optimise(workspace: &Workspace, wasm: &Path) -> Result<(), Error> {
    // What rustc emits by default. Never more: `-all` makes modules that browsers refuse.
    const FEATURES: [&str; 6] = [
        "--enable-bulk-memory",
        "--enable-multivalue",
        "--enable-mutable-globals",
        "--enable-nontrapping-float-to-int",
        "--enable-reference-types",
        "--enable-sign-ext",
    ];
    let wasm_opt = workspace
        .workspace_root
        .join("xtask/node_modules/.bin/wasm-opt");
    if !wasm_opt.exists() {
        return Err(Error::NoWasmToolchain);
    }
    run(Command::new(wasm_opt)
        .args(["-O2", "--one-caller-inline-max-function-size=300"])
        .args(FEATURES)
        .arg(wasm)
        .arg("-o")
        .arg(wasm))
}

/// Lints crates for the browser's target.
pub fn clippy(workspace: &Workspace, names: &[String]) -> Result<(), Error> {
    let mut command = cargo();
    command.args(["clippy", "--target", BROWSER, "--lib"]);
    if Toolchain::chosen(workspace)? == Toolchain::Debian {
        println!("wasm-clippy: left out, since Debian's Rust for wasm comes without clippy");
        return Ok(());
    }
    for name in names {
        command.args(["--package", &workspace.package(name)?.name]);
    }
    run(command.args(["--", "-D", "warnings"]))
}
