//! JavaScript bindings by wasm-bindgen.

use std::ffi::OsString;
use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use crate::error::Error;
use crate::wasm::JsTarget;

/// The command by which xtask runs a program of tests written with wasm-bindgen-test.
pub const TEST_RUNNER: &str = "bindgen-test-runner";

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

/// Runs such a program.
pub fn run_tests(arguments: &[OsString]) -> Result<(), Error> {
    let program = std::iter::once(OsString::from(TEST_RUNNER));
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(
        program.chain(arguments.iter().cloned()),
    )
    .map_err(|error| Error::Bindings(format!("{error:#}")))
}
