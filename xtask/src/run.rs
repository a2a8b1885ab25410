//! Starting programs and telling their failures apart.

use std::process::{Command, Stdio};

use crate::error::Error;

fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args().take(3));
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs a program that writes to our own output; an error unless it succeeds.
pub fn run(command: &mut Command) -> Result<(), Error> {
    let program = describe(command);
    let status = command.status().map_err(|source| Error::Start {
        program: program.clone(),
        source,
    })?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::Failed { program, status })
    }
}

/// Runs a program and gives what it wrote to standard output.
pub fn capture(command: &mut Command) -> Result<Vec<u8>, Error> {
    let program = describe(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Error::Start {
            program: program.clone(),
            source,
        })?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Error::Failed {
            program,
            status: output.status,
        })
    }
}

/// The cargo that runs us.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
