//! What a wallet keeps beside the private state.

use std::fmt;

use pixie_accounts::AccountType;
use pixie_node::types::NodeInfo;
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, Fr};
use pixie_store::{CommitError, Database, RedbBackend, Snapshot, table, tables};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::WalletError;
use super::journal::JournalEntry;
use super::names::Alias;

table! {
    /// The network that the folder belongs to.
    pub NetworkTable("network"): () => Network
}
table! {
    /// Own accounts with what they are made of.
    pub AccountTable("accounts"): AztecAddress => AccountRecord
}
table! {
    /// Names of accounts, contracts and senders.
    pub AliasTable("aliases"): String => Alias
}
table! {
    /// Transactions that were made here.
    pub TransactionTable("transactions"): TxHash => JournalEntry
}

tables! {
    /// All records.
    pub struct WalletTables: version 1, migrations [] {
        /// The network.
        network: NetworkTable,
        /// Own accounts.
        accounts: AccountTable,
        /// Names.
        aliases: AliasTable,
        /// The journal.
        transactions: TransactionTable,
    }
}

/// A network, by the chain ids that tell networks apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Network {
    /// The id of the L1 chain.
    pub l1_chain_id: u64,
    /// The version of the rollup.
    pub rollup_version: u64,
}

impl Network {
    /// The network of a node.
    pub const fn of(info: &NodeInfo) -> Self {
        Self {
            l1_chain_id: info.l1_chain_id,
            rollup_version: info.rollup_version,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "rollup {} on L1 chain {}",
            self.rollup_version, self.l1_chain_id
        )
    }
}

/// What an account is made of.
#[derive(Clone, Serialize, Deserialize)]
pub struct AccountRecord {
    /// How it signs.
    pub account_type: AccountType,
    /// The salt of its address.
    pub salt: Fr,
    /// Its secrets.
    pub secrets: AccountSecrets,
}

/// The secrets of an account, big-endian. Wiped when dropped.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct AccountSecrets {
    /// What the protocol keys derive from.
    pub secret_key: [u8; 32],
    /// What it signs with.
    pub signing_key: [u8; 32],
}

impl fmt::Debug for AccountRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountRecord")
            .field("account_type", &self.account_type)
            .finish_non_exhaustive()
    }
}

/// How often a write is tried again when another one was faster.
const TRIES: usize = 8;

/// The records of a wallet. They can be read without a node.
#[derive(Debug, Clone)]
pub struct Records(Database<WalletTables, RedbBackend>);

impl Records {
    pub(super) const fn new(database: Database<WalletTables, RedbBackend>) -> Self {
        Self(database)
    }

    /// The records as of the last change.
    pub fn snapshot(&self) -> Snapshot<WalletTables> {
        self.0.snapshot()
    }

    /// Changes the records, all at once.
    pub(super) async fn change<R>(
        &self,
        mut change: impl FnMut(&mut WalletTables) -> Result<R, WalletError>,
    ) -> Result<R, WalletError> {
        let mut tries = 1;
        loop {
            let mut job = self.0.exclusive_job().await?;
            let result = change(&mut job)?;
            match self.0.commit(job).await {
                Ok(_) => return Ok(result),
                Err(CommitError::Conflict { .. } | CommitError::Superseded) if tries < TRIES => {
                    tries += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Makes the folder that of a network, or checks that it is.
    pub(super) async fn claim_network(&self, found: Network) -> Result<(), WalletError> {
        match self.network() {
            Some(expected) if expected != found => {
                Err(WalletError::OtherNetwork { expected, found })
            }
            Some(_) => Ok(()),
            None => {
                self.change(|tables| {
                    tables.network.put((), found);
                    Ok(())
                })
                .await
            }
        }
    }

    /// The network of the folder; nothing before it was first used.
    pub fn network(&self) -> Option<Network> {
        self.snapshot().network.get(&()).copied()
    }
}
