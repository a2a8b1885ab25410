//! `pixie sync`: follows the chain.

use std::fmt;

use clap::Args;
use pixie_primitives::block::BlockHash;
use pixie_primitives::contract::ProtocolContract;
use pixie_pxe::AccessScopes;
use serde::Serialize;

use super::CliError;
use super::session::{Output, WalletOptions};
use super::vault::NOT_IN_A_PHRASE;
use crate::wallet::{AccountEntry, WalletError};

/// Follows the chain to its tip and looks for notes and events of all contracts, or of some.
#[derive(Debug, Args)]
pub struct Sync {
    #[command(flatten)]
    wallet: WalletOptions,
    /// Only these contracts: names or addresses.
    contracts: Vec<String>,
    /// Looks first for accounts of the recovery phrase that are on the chain, as after a wallet was made
    /// of its phrase.
    #[arg(long)]
    rescan: bool,
}

/// What is printed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Synced {
    block: u32,
    block_hash: BlockHash,
    contracts: usize,
    /// Accounts that were found on the chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<Vec<AccountEntry>>,
}

impl fmt::Display for Synced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "up to date with block {}; contracts: {}",
            self.block, self.contracts
        )?;
        let Some(found) = &self.found else {
            return Ok(());
        };
        write!(f, "\naccounts found: {}", found.len())?;
        for account in found {
            let alias = account.alias.as_deref().unwrap_or("-");
            write!(f, "\n  {alias:<12} {}", account.address)?;
        }
        write!(f, "\n{NOT_IN_A_PHRASE}")
    }
}

impl Sync {
    /// Runs the command.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let mut session = self.wallet.open().await?;
        let found = match self.rescan {
            true => Some(session.wallet.find_accounts().await?),
            false => None,
        };
        let wallet = &session.wallet;
        let contracts = if self.contracts.is_empty() {
            let mut contracts = wallet.pxe().contracts();
            contracts.retain(|address| ProtocolContract::by_address(*address).is_none());
            contracts
        } else {
            session.resolve_all(&self.contracts)?
        };
        let anchor = wallet
            .pxe()
            .sync_contracts(&contracts, &AccessScopes::All, &wallet.watch())
            .await
            .map_err(WalletError::from)?;
        wallet.refresh_journal().await?;
        drop(session);
        output.show(&Synced {
            block: anchor.number().0,
            block_hash: anchor.hash,
            contracts: contracts.len(),
            found,
        })
    }
}
