//! Pixie on the command line.

mod commands;
mod wallet;

use std::process::ExitCode;

use clap::Parser;
use commands::CliError;

fn main() -> ExitCode {
    let cli = commands::Cli::parse();
    let json = cli.output().json;
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error, json);
            ExitCode::from(error.exit_status())
        }
    }
}

/// Tells on stderr why a command failed: the error, then its causes.
fn report(error: &CliError, json: bool) {
    let mut texts = vec![error.to_string()];
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        texts.push(cause.to_string());
        source = cause.source();
    }
    // Errors that speak for their cause would say everything twice.
    texts.dedup();
    if json {
        let status = error.exit_status();
        let mut report = serde_json::json!({ "error": texts.first(), "causes": texts.get(1..), "status": status });
        if let Some(seconds) = error.wait() {
            report["retryAfterSeconds"] = seconds.into();
        }
        eprintln!("{report}");
        return;
    }
    let mut texts = texts.into_iter();
    eprintln!("pixie: {}", texts.next().unwrap_or_default());
    for cause in texts {
        eprintln!("  because: {cause}");
    }
}
