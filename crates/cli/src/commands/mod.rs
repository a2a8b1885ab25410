//! The subcommands, one module each.

mod account;
mod approve;
mod authwit;
mod call;
mod class_id;
mod contract;
mod derive;
mod describe;
mod error;
mod events;
mod input;
mod node;
mod notes;
mod password;
mod replay;
mod sender;
mod session;
mod sync;
mod tx;
mod vault;

use std::future::Future;

use clap::{Parser, Subcommand};
use serde::Serialize;

pub use error::CliError;
use session::Output;

/// The Aztec wallet engine on the command line.
///
/// Exit status: 0 done, 1 failed, 2 wrong usage, 3 a contract refused, 4 the transaction was reverted
/// or dropped or took too long, 5 the node failed, 6 the data folder cannot be used, 7 the wallet stays
/// locked: there is no password, a wrong one, or there were too many, 8 not approved.
#[derive(Debug, Parser)]
#[command(name = "pixie", version, about)]
pub struct Cli {
    /// Prints JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(vault::Init),
    Status(vault::Status),
    Unlock(vault::Unlock),
    Lock(vault::Lock),
    Passwd(vault::Passwd),
    Phrase(vault::Phrase),
    Backup(vault::Backup),
    Restore(vault::Restore),
    /// Own accounts.
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Contracts.
    #[command(subcommand)]
    Contract(contract::ContractCommand),
    /// Simulates a call and prints what it returns.
    Simulate(call::Simulate),
    /// Sends a transaction with one call.
    Send(call::Send),
    /// Executes a utility function and prints what it returns.
    CallUtility(call::CallUtility),
    /// Allows somebody an action.
    #[command(subcommand)]
    Authwit(authwit::AuthWitCommand),
    /// Addresses whose messages are looked for.
    #[command(subcommand)]
    Sender(sender::SenderCommand),
    /// Lists notes.
    Notes(notes::Notes),
    /// Lists private events.
    Events(events::Events),
    /// Lists the transactions made here, or tells of one.
    Tx(tx::TxCommand),
    Resume(tx::Resume),
    /// Follows the chain and looks for notes.
    Sync(sync::Sync),
    ClassId(class_id::ClassId),
    Derive(derive::Derive),
    /// Executes a recorded circuit and prints the number and the SHA-256 of its witnesses.
    Replay(replay::Replay),
    /// Asks an Aztec node.
    Node(node::NodeCommand),
}

impl Cli {
    /// Runs the chosen subcommand.
    pub fn run(self) -> Result<(), CliError> {
        let output = self.output();
        match self.command {
            Command::Init(command) => block_on(command.run(output)),
            Command::Status(command) => block_on(command.run(output)),
            Command::Unlock(command) => block_on(command.run(output)),
            Command::Lock(command) => block_on(command.run(output)),
            Command::Passwd(command) => block_on(command.run(output)),
            Command::Phrase(command) => block_on(command.run(output)),
            Command::Backup(command) => block_on(command.run(output)),
            Command::Restore(command) => block_on(command.run(output)),
            Command::Account(command) => block_on(command.run(output)),
            Command::Contract(command) => block_on(command.run(output)),
            Command::Simulate(command) => block_on(command.run(output)),
            Command::Send(command) => block_on(command.run(output)),
            Command::CallUtility(command) => block_on(command.run(output)),
            Command::Authwit(command) => block_on(command.run(output)),
            Command::Sender(command) => block_on(command.run(output)),
            Command::Notes(command) => block_on(command.run(output)),
            Command::Events(command) => block_on(command.run(output)),
            Command::Tx(command) => block_on(command.run(output)),
            Command::Resume(command) => block_on(command.run(output)),
            Command::Sync(command) => block_on(command.run(output)),
            Command::ClassId(command) => print(&command.run()?),
            Command::Derive(command) => print(&command.run()?),
            Command::Replay(replay) => replay.run(),
            Command::Node(command) => command.run(output),
        }
    }

    /// How results are to be printed, and failures.
    pub const fn output(&self) -> Output {
        Output { json: self.json }
    }
}

/// Runs a command that waits for a node.
fn block_on<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CliError::Runtime)?
        .block_on(work)
}

/// Prints a result as JSON.
fn print(result: &impl Serialize) -> Result<(), CliError> {
    println!("{}", serde_json::to_string_pretty(result)?);
    Ok(())
}
