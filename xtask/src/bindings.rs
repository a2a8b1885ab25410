//! JavaScript bindings by wasm-bindgen. Compiled in by the feature `bindgen` only.

use std::ffi::OsString;
use std::process::ExitCode;

use crate::error::Error;
use crate::run::{cargo, run};

/// Whether this build of xtask can make bindings.
pub const COMPILED_IN: bool = cfg!(feature = "bindgen");

/// The command by which cargo runs the tests written with wasm-bindgen-test.
pub const TEST_RUNNER: &str = "bindgen-test-runner";

/// Tells cargo to build the xtask that has a feature compiled in.
fn with_feature(feature: &str) -> [&str; 6] {
    [
        "--package",
        "xtask",
        "--features",
        feature,
        "--profile",
        "xtask",
    ]
}

/// Tells cargo to build the xtask that can make bindings.
pub fn with_bindings() -> [&'static str; 6] {
    with_feature("bindgen")
}

/// Runs the same command in an xtask that has a feature compiled in.
pub fn again_with(feature: &str, arguments: &[OsString]) -> Result<ExitCode, Error> {
    run(cargo()
        .args(["run", "--quiet"])
        .args(with_feature(feature))
        .arg("--")
        .args(arguments))?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(feature = "bindgen")]
mod compiled {
    use std::ffi::OsString;
    use std::path::Path;

    use wasm_bindgen_cli_support::Bindgen;

    use crate::error::Error;
    use crate::wasm::JsTarget;

    /// Writes `NAME_bg.wasm`, `NAME.js` and their type declarations into `out`.
    pub fn generate(wasm: &Path, name: &str, target: JsTarget, out: &Path) -> Result<(), Error> {
        let mut bindgen = Bindgen::new();
        let selected = match target {
            JsTarget::Web => bindgen.web(true),
            JsTarget::Nodejs => bindgen.nodejs(true),
        };
        selected
            .map(|bindgen| bindgen.input_path(wasm).out_name(name).typescript(true))
            .and_then(|bindgen| bindgen.generate(out))
            .map_err(|error| Error::Bindings(format!("{error:#}")))
    }

    /// Runs a test program that cargo built with wasm-bindgen-test.
    pub fn run_tests(arguments: &[OsString]) -> Result<(), Error> {
        let program = std::iter::once(OsString::from(super::TEST_RUNNER));
        wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(
            program.chain(arguments.iter().cloned()),
        )
        .map_err(|error| Error::Bindings(format!("{error:#}")))
    }
}

#[cfg(not(feature = "bindgen"))]
mod compiled {
    use std::ffi::OsString;
    use std::path::Path;

    use crate::error::Error;
    use crate::wasm::JsTarget;

    const WITHOUT: &str = "this xtask was built without the feature `bindgen`";

    pub fn generate(_: &Path, _: &str, _: JsTarget, _: &Path) -> Result<(), Error> {
        Err(Error::Bindings(WITHOUT.to_owned()))
    }

    pub fn run_tests(_: &[OsString]) -> Result<(), Error> {
        Err(Error::Bindings(WITHOUT.to_owned()))
    }
}

pub use compiled::{generate, run_tests};
