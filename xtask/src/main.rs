//! Build steps of Pixie that are more than one call of cargo: `cargo xtask help`.

mod archive;
mod bindings;
mod boundaries;
mod error;
mod extension;
mod licences;
mod metadata;
mod pack;
mod run;
mod types;
mod unused;
mod wasm;
mod wasm_test;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;

use crate::error::Error;
use crate::metadata::Workspace;
use crate::pack::PackOptions;
use crate::wasm::{BuildOptions, JsTarget};

const USAGE: &str = "\
usage: cargo xtask COMMAND

  wasm CRATE [--example NAME] --out DIR [--release | --profile NAME] [--target web|nodejs]
                     build a crate, or an example of its, for the browser: wasm, JavaScript bindings,
                     wasm-opt
  wasm-test CRATE... [-- ARGUMENT...]
                     run the tests of crates as WebAssembly under Node
  chromium-test CRATE... [-- ARGUMENT...]
                     run the tests of crates that are written with wasm-bindgen-test in Chromium
  wasm-clippy CRATE...
                     lint crates for wasm32-unknown-unknown
  pack [--out DIR] [--level N]
                     pack protocol circuits and contracts of the reference's packages (into
                     dist/resources; zstd level 9, releases take 19)
  extension [--profile NAME]
                     assemble dist/extension: the engine (profile web unless said otherwise),
                     its resources, the pages and scripts, and the manifest; unless the profile is
                     dev, pack it into dist/pixie.zip as well
  types              write the TypeScript types of the extension's pages, which are made of Rust's
  check-deps         check the dependencies between our crates against the architecture
  unused-deps        name dependencies that no source file mentions
  check-licences     check the licences of all dependencies against the allowed ones
";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[OsString]) -> Result<ExitCode, Error> {
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.to_string_lossy().into_owned(), rest),
        None => return Err(Error::Usage(USAGE)),
    };
    match command.as_str() {
        "help" | "--help" | "-h" => println!("{USAGE}"),
        "wasm" => wasm::build(&Workspace::load()?, &build_options(rest)?)?,
        "wasm-test" => {
            let (crates, extra) = split_extra(rest);
            wasm_test::test(&Workspace::load()?, &crates, &extra)?;
        }
        "chromium-test" => {
            let (crates, extra) = split_extra(rest);
            wasm_test::test_in_chromium(&Workspace::load()?, &crates, &extra)?;
        }
        "pack" => pack::pack(&Workspace::load()?, &pack_options(rest)?)?,
        "extension" => extension::assemble(&Workspace::load()?, &profile_option(rest)?)?,
        "types" => types::write(&Workspace::load()?)?,
        "wasm-clippy" => wasm::clippy(&Workspace::load()?, &split_extra(rest).0)?,
        "check-deps" => boundaries::check(&Workspace::load()?)?,
        "unused-deps" => unused::check(&Workspace::load()?)?,
        "check-licences" => licences::check(&Workspace::load_with_dependencies()?)?,
        bindings::TEST_RUNNER => bindings::run_tests(rest)?,
        _ => return Err(Error::Usage(USAGE)),
    }
    Ok(ExitCode::SUCCESS)
}

/// Splits `a b -- c d` into names before and arguments after the dashes.
fn split_extra(arguments: &[OsString]) -> (Vec<String>, Vec<OsString>) {
    let mut parts = arguments.splitn(2, |argument| argument == "--");
    let names = parts.next().unwrap_or_default();
    let extra = parts.next().unwrap_or_default();
    (
        names
            .iter()
            .map(|name| name.to_string_lossy().into_owned())
            .collect(),
        extra.to_vec(),
    )
}

fn profile_option(arguments: &[OsString]) -> Result<String, Error> {
    let mut profile = "web".to_owned();
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("profile") => profile = parser.value()?.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(profile)
}

fn pack_options(arguments: &[OsString]) -> Result<PackOptions, Error> {
    let mut options = PackOptions::default();
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("out") => options.out = Some(parser.value()?.into()),
            Long("level") => options.level = parser.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}

fn build_options(arguments: &[OsString]) -> Result<BuildOptions, Error> {
    let mut package = None;
    let mut example = None;
    let mut out: Option<PathBuf> = None;
    let mut profile = "dev".to_owned();
    let mut target = JsTarget::Web;
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("example") => example = Some(parser.value()?.string()?),
            Long("out") => out = Some(parser.value()?.into()),
            Long("release") => "release".clone_into(&mut profile),
            Long("profile") => profile = parser.value()?.string()?,
            Long("target") => target = parser.value()?.parse()?,
            Value(name) if package.is_none() => package = Some(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    match (package, out) {
        (Some(package), Some(out)) => Ok(BuildOptions {
            package,
            example,
            out,
            profile,
            target,
        }),
        _ => Err(Error::Usage(USAGE)),
    }
}
