//! The subcommands, one module each.

mod class_id;
mod derive;
mod node;
mod replay;

use clap::{Parser, Subcommand};
use serde::Serialize;

/// The Aztec wallet engine on the command line.
#[derive(Debug, Parser)]
#[command(name = "pixie", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    ClassId(class_id::ClassId),
    Derive(derive::Derive),
    /// Executes a recorded circuit and prints the number and the SHA-256 of its witnesses.
    Replay(replay::Replay),
    /// Asks an Aztec node.
    Node(node::NodeCommand),
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// An artifact has no class id.
    #[error("cannot compute the class id")]
    ClassId(#[from] class_id::ClassIdError),
    /// An account could not be derived.
    #[error("cannot derive the account")]
    Derive(#[from] derive::DeriveError),
    /// The result could not be printed.
    #[error("cannot print the result")]
    Print(#[from] serde_json::Error),
    /// A file could not be read.
    #[error("cannot read {path}")]
    ReadFile {
        /// The file.
        path: std::path::PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A recording could not be replayed.
    #[error("the replay failed")]
    Replay(#[from] pixie_acir::replay::ReplayError),
    /// A node was asked in vain.
    #[error("the node at {url} is of no use")]
    Node {
        /// The address of the node.
        url: String,
        /// Why.
        source: pixie_node::NodeError,
    },
    /// The asynchronous runtime could not be started.
    #[error("cannot start the runtime")]
    Runtime(#[source] std::io::Error),
}

impl Cli {
    /// Runs the chosen subcommand.
    pub fn run(self) -> Result<(), CliError> {
        match self.command {
            Command::ClassId(command) => print(&command.run()?),
            Command::Replay(replay) => replay.run(),
            Command::Derive(command) => print(&command.run()?),
            Command::Node(command) => command.run(),
        }
    }
}

/// Prints a result as JSON.
fn print(result: &impl Serialize) -> Result<(), CliError> {
    println!("{}", serde_json::to_string_pretty(result)?);
    Ok(())
}
