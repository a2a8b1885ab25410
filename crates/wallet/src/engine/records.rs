//! What the engine keeps of a network beside the private state and the journal: contacts, tokens, what
//! dapps were granted, and what transactions handed out beside themselves.

use std::collections::BTreeMap;

use pixie_bridge::capability::{Aliased, Grants};
use pixie_bridge::{Origin, Timestamp};
use pixie_primitives::AztecAddress;
use pixie_primitives::tx::OffchainOutput;
use pixie_store::{
    Backend, CommitError, Database, LoadReport, OpenError, RestoreError, Sealing, Snapshot, table,
    tables,
};
use serde::{Deserialize, Serialize};

use super::error::EngineError;
use super::incidents::{Incident, IncidentKey};
use super::network::ChainId;
use crate::directory::TokenInfo;
use crate::journal::EntryId;
use crate::methods::AwaitedRequest;

/// How often a write is tried again when another one was faster.
const TRIES: usize = 8;
/// The longest name of anything, in bytes.
pub const MAX_NAME: usize = 128;

/// Somebody of the address book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// The user's name for them.
    pub alias: String,
}

/// A token of the user's list, as its contract says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenRecord {
    /// The name.
    pub name: String,
    /// The short name, and the decimals.
    #[serde(flatten)]
    pub info: TokenInfo,
}

/// A dapp that was granted something, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Site {
    /// What it calls itself; not to be relied upon.
    pub name: Option<String>,
    /// Where its icon is, as it says.
    pub icon: Option<String>,
    /// Since when it is known.
    pub connected_at: Timestamp,
    /// What it was granted.
    pub grants: Grants,
}

table! {
    /// The address book.
    pub ContactTable("contacts"): AztecAddress => Contact
}
table! {
    /// The list of tokens.
    pub TokenTable("tokens"): AztecAddress => TokenRecord
}
table! {
    /// What dapps were granted, by origin.
    pub SiteTable("sites"): Origin => Site
}
table! {
    /// What transactions handed out beside themselves.
    pub OffchainTable("offchain"): EntryId => OffchainOutput
}
table! {
    /// The requests of dapps that transactions answer in the end.
    pub AwaitedTable("awaited"): EntryId => AwaitedRequest
}
table! {
    /// What sites were refused.
    pub IncidentTable("incidents"): IncidentKey => Incident
}
table! {
    /// Own accounts that are known to be on the chain.
    pub DeployedTable("deployed"): AztecAddress => ()
}

tables! {
    /// The records of a network.
    pub struct RecordTables: version 1, migrations [] {
        /// The address book.
        contacts: ContactTable,
        /// The list of tokens.
        tokens: TokenTable,
        /// What dapps were granted.
        sites: SiteTable,
        /// What transactions handed out beside themselves.
        offchain: OffchainTable,
        /// The requests of dapps that transactions answer in the end.
        awaited: AwaitedTable,
        /// Own accounts that are known to be on the chain.
        deployed: DeployedTable,
        /// What sites were refused.
        incidents: IncidentTable,
    }
}

/// The records of a network. Clones are handles on the same ones.
#[derive(Debug, Clone)]
pub struct Records<B: Backend>(Database<RecordTables, B>);

/// The name of the database with the records of a chain.
fn database(chain: ChainId) -> String {
    format!("records-{}-{}", chain.l1_chain_id, chain.rollup_version)
}

impl<B: Backend> Records<B> {
    /// Opens the records of a chain in a storage, or begins them.
    ///
    /// # Errors
    /// Those of [`Database::open`].
    pub async fn open(
        backend: B,
        chain: ChainId,
        sealing: Sealing,
    ) -> Result<(Self, LoadReport), OpenError> {
        let (database, report) = Database::open(backend, &database(chain), sealing).await?;
        Ok((Self(database), report))
    }

    /// Makes the records of a chain anew of what [`Snapshot::dump`] has given.
    ///
    /// # Errors
    /// Those of [`Database::restore`].
    pub async fn restore(
        backend: B,
        chain: ChainId,
        sealing: Sealing,
        dump: &[u8],
    ) -> Result<(), RestoreError> {
        let name = database(chain);
        Database::<RecordTables, B>::restore(backend, &name, sealing, dump).await
    }

    /// The records as of the last change.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<RecordTables> {
        self.0.snapshot()
    }

    /// Changes the records, all at once.
    pub(crate) async fn change<R>(
        &self,
        mut change: impl FnMut(&mut RecordTables) -> R,
    ) -> Result<R, CommitError> {
        let mut tries = 1;
        loop {
            let mut job = self.0.exclusive_job().await?;
            let result = change(&mut job);
            match self.0.commit(job).await {
                Ok(_) => return Ok(result),
                Err(CommitError::Conflict { .. } | CommitError::Superseded) if tries < TRIES => {
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The address book, by address.
    #[must_use]
    pub fn contacts(&self) -> Vec<Aliased<AztecAddress>> {
        let snapshot = self.snapshot();
        let contacts = snapshot.contacts.iter().map(|(address, contact)| Aliased {
            alias: contact.alias.clone(),
            item: *address,
        });
        contacts.collect()
    }

    /// Gives somebody a name.
    ///
    /// # Errors
    /// [`EngineError::BadName`], [`EngineError::Commit`].
    pub async fn put_contact(&self, address: AztecAddress, alias: &str) -> Result<(), EngineError> {
        check_name(alias)?;
        let contact = Contact {
            alias: alias.to_owned(),
        };
        Ok(self
            .change(|tables| {
                tables.contacts.put(address, contact.clone());
            })
            .await?)
    }

    /// Forgets somebody's name. Says whether they had one.
    ///
    /// # Errors
    /// [`EngineError::Commit`].
    pub async fn remove_contact(&self, address: AztecAddress) -> Result<bool, EngineError> {
        Ok(self
            .change(|tables| tables.contacts.remove(&address).is_some())
            .await?)
    }

    /// The tokens of the list, by address.
    #[must_use]
    pub fn tokens(&self) -> BTreeMap<AztecAddress, TokenRecord> {
        let snapshot = self.snapshot();
        let tokens = snapshot.tokens.iter();
        tokens
            .map(|(address, token)| (*address, token.clone()))
            .collect()
    }

    /// The dapps that were granted something, by origin.
    #[must_use]
    pub fn sites(&self) -> Vec<(Origin, Site)> {
        let snapshot = self.snapshot();
        let sites = snapshot.sites.iter();
        sites
            .map(|(origin, site)| (origin.clone(), site.clone()))
            .collect()
    }

    /// What a dapp was granted.
    #[must_use]
    pub fn grants(&self, origin: &Origin) -> Grants {
        let snapshot = self.snapshot();
        let site = snapshot.sites.get(origin);
        site.map(|site| site.grants.clone()).unwrap_or_default()
    }

    /// Changes what a dapp was granted; one that has nothing any more is forgotten.
    ///
    /// # Errors
    /// [`EngineError::Commit`].
    pub async fn change_grants(
        &self,
        origin: &Origin,
        now: Timestamp,
        mut change: impl FnMut(&mut Site),
    ) -> Result<Grants, EngineError> {
        Ok(self
            .change(|tables| {
                let mut site = tables.sites.get(origin).cloned().unwrap_or(Site {
                    name: None,
                    icon: None,
                    connected_at: now,
                    grants: Grants::default(),
                });
                change(&mut site);
                site.grants.prune(now);
                let grants = site.grants.clone();
                match grants.is_empty(now) {
                    true => {
                        tables.sites.remove(origin);
                    }
                    false => {
                        tables.sites.put(origin.clone(), site);
                    }
                }
                grants
            })
            .await?)
    }

    /// What a transaction handed out beside itself.
    #[must_use]
    pub fn offchain(&self, entry: EntryId) -> OffchainOutput {
        let snapshot = self.snapshot();
        snapshot.offchain.get(&entry).cloned().unwrap_or_default()
    }
}

/// Whether a text can be a name.
pub(crate) fn check_name(name: &str) -> Result<(), EngineError> {
    match name.is_empty() || name.len() > MAX_NAME {
        true => Err(EngineError::BadName { most: MAX_NAME }),
        false => Ok(()),
    }
}
