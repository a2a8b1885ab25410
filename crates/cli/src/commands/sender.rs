//! `pixie sender`: addresses whose messages are looked for.

use std::fmt;

use clap::{Args, Subcommand};
use pixie_primitives::AztecAddress;
use serde::Serialize;

use super::CliError;
use super::session::{Lines, Output, WalletOptions};
use crate::wallet::{AliasKind, WalletError};

/// What is done with senders.
#[derive(Debug, Subcommand)]
pub enum SenderCommand {
    /// Looks for messages of an address from now on. Own accounts need not be added.
    Add(Add),
    /// Lists the senders.
    List(List),
    /// Looks for messages of an address no more. What was found stays.
    Remove(Remove),
}

#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    wallet: WalletOptions,
    /// The address.
    address: String,
    /// A name for it.
    #[arg(long)]
    alias: Option<String>,
}

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    wallet: WalletOptions,
}

#[derive(Debug, Args)]
pub struct Remove {
    #[command(flatten)]
    wallet: WalletOptions,
    /// The sender: its name or address.
    sender: String,
}

/// What is printed of a sender.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<String>,
    address: AztecAddress,
    /// Whether the command changed anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alias = self.alias.as_deref().unwrap_or("-");
        write!(f, "{alias:<12} {}", self.address)
    }
}

impl SenderCommand {
    /// Runs the subcommand.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        match self {
            Self::Add(command) => command.run(output).await,
            Self::List(command) => command.run(output).await,
            Self::Remove(command) => command.run(output).await,
        }
    }
}

impl Add {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let wallet = &session.wallet;
        let address = session.resolve(&self.address)?;
        if let Some(alias) = &self.alias {
            let kind = AliasKind::Sender;
            wallet.names().name(alias, address, kind).await?;
            // Approvals show contacts by their names.
            let contacts = wallet.engine().records();
            let named = contacts.put_contact(address, alias).await;
            named.map_err(WalletError::from)?;
        }
        let is_new = wallet.pxe().register_sender(address).await;
        let is_new = is_new.map_err(WalletError::from)?;
        output.show(&Shown {
            alias: self.alias,
            address,
            changed: Some(is_new),
        })
    }
}

impl List {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let names = session.wallet.names().snapshot();
        let senders = session.wallet.pxe().senders().into_iter();
        let senders = senders.map(|address| Shown {
            alias: names.alias_of(&address).map(str::to_owned),
            address,
            changed: None,
        });
        output.show(&Lines(senders.collect()))
    }
}

impl Remove {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let address = session.resolve(&self.sender)?;
        let was_there = session.wallet.pxe().remove_sender(&address).await;
        let was_there = was_there.map_err(WalletError::from)?;
        output.show(&Shown {
            alias: None,
            address,
            changed: Some(was_there),
        })
    }
}
