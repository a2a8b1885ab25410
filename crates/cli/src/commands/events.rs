//! `pixie events`: private events of a contract.

use std::fmt;

use clap::Args;

use super::CliError;
use super::session::{Lines, Output, WalletOptions};
use crate::wallet::{DecodedEvent, event_type, event_types};

/// Lists the private events of a contract that accounts have received.
#[derive(Debug, Args)]
pub struct Events {
    #[command(flatten)]
    wallet: WalletOptions,
    /// The contract: its name or address.
    contract: String,
    /// Only events of this type, such as Transfer.
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// An account that has received them: its name or address; may be repeated. All by default.
    #[arg(long = "account", value_name = "ACCOUNT")]
    accounts: Vec<String>,
    /// The first block.
    #[arg(long, value_name = "BLOCK")]
    from_block: Option<u32>,
    /// The block after the last one.
    #[arg(long, value_name = "BLOCK")]
    to_block: Option<u32>,
}

impl fmt::Display for DecodedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block {}: {} {}", self.block, self.event, self.values)
    }
}

impl Events {
    /// Looks for events, then lists them.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let wallet = &session.wallet;
        let contract = session.resolve(&self.contract)?;
        let scopes = if self.accounts.is_empty() {
            let accounts = wallet.pxe().accounts();
            accounts.iter().map(|account| account.address()).collect()
        } else {
            session.resolve_all(&self.accounts)?
        };
        let loaded = wallet.contract(&contract)?;
        let types = match &self.event {
            Some(name) => vec![event_type(loaded.artifact(), name)?],
            None => event_types(loaded.artifact()).collect(),
        };
        let mut events = Vec::new();
        for event in types {
            let blocks = self.from_block..self.to_block;
            events.extend(
                wallet
                    .events(contract, event, scopes.clone(), blocks)
                    .await?,
            );
        }
        events.sort_by_key(|event| event.block);
        drop(session);
        output.show(&Lines(events))
    }
}
