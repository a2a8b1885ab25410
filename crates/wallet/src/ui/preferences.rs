//! What the user has set, for all networks: sealed like everything else.

use pixie_primitives::AztecAddress;
use pixie_store::{
    Backend, CommitError, Database, DumpError, LoadReport, OpenError, RestoreError, Sealing,
    Snapshot, table, tables,
};
use serde::{Deserialize, Serialize};

use super::types::{Network, Theme};
use crate::engine::{ChainId, ExpectedChain};

/// The name of the database.
const DATABASE: &str = "preferences";
/// How often a write is tried again when another one was faster.
const TRIES: usize = 8;

/// A network that the user has added, or one that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NetworkRecord {
    pub name: String,
    pub url: String,
    /// The chain that it was of when it was first used.
    pub chain: Option<ChainId>,
}

/// Single choices.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Choices {
    pub network: Option<String>,
    pub account: Option<AztecAddress>,
    pub theme: Theme,
}

table! {
    pub(super) NetworkTable("networks"): String => NetworkRecord
}
table! {
    pub(super) ChoiceTable("choices"): () => Choices
}

tables! {
    pub(super) struct PreferenceTables: version 1, migrations [] {
        networks: NetworkTable,
        choices: ChoiceTable,
    }
}

#[derive(Debug, Clone)]
pub(super) struct Preferences<B: Backend>(Database<PreferenceTables, B>);

impl<B: Backend> Preferences<B> {
    pub(super) async fn open(
        backend: B,
        sealing: Sealing,
    ) -> Result<(Self, LoadReport), OpenError> {
        let (database, report) = Database::open(backend, DATABASE, sealing).await?;
        Ok((Self(database), report))
    }

    /// Makes the preferences anew of what [`Self::dump`] has given.
    pub(super) async fn restore(
        backend: B,
        sealing: Sealing,
        dump: &[u8],
    ) -> Result<(), RestoreError> {
        Database::<PreferenceTables, B>::restore(backend, DATABASE, sealing, dump).await
    }

    /// All of them, for a backup.
    pub(super) fn dump(&self) -> Result<Vec<u8>, DumpError> {
        Ok(self.snapshot().dump()?.to_vec())
    }

    /// The chains of the networks that were used.
    pub(super) fn chains(&self) -> Vec<ChainId> {
        let snapshot = self.snapshot();
        let mut chains = Vec::new();
        for chain in snapshot
            .networks
            .iter()
            .filter_map(|(_, record)| record.chain)
        {
            if !chains.contains(&chain) {
                chains.push(chain);
            }
        }
        chains
    }

    fn snapshot(&self) -> Snapshot<PreferenceTables> {
        self.0.snapshot()
    }

    pub(super) fn choices(&self) -> Choices {
        self.snapshot()
            .choices
            .get(&())
            .cloned()
            .unwrap_or_default()
    }

    pub(super) async fn choose(&self, choose: impl Fn(&mut Choices)) -> Result<(), CommitError> {
        self.change(|tables| {
            let mut choices = tables.choices.get(&()).cloned().unwrap_or_default();
            choose(&mut choices);
            tables.choices.put((), choices);
        })
        .await
    }

    /// The networks: those that come with the wallet, then the user's.
    pub(super) fn networks(&self, built_in: Vec<Network>) -> Vec<Network> {
        let mut networks = built_in;
        let snapshot = self.snapshot();
        for (id, record) in snapshot.networks.iter() {
            if networks.iter().all(|network| network.id != *id) {
                networks.push(Network {
                    id: id.clone(),
                    name: record.name.clone(),
                    url: record.url.clone(),
                    built_in: false,
                });
            }
        }
        networks
    }

    /// The chain that a network has to be of: the one that it was of when it was first used.
    pub(super) fn expected(&self, id: &str) -> ExpectedChain {
        let snapshot = self.snapshot();
        let record = snapshot.networks.get(&id.to_owned());
        let chain = record.and_then(|record| record.chain);
        chain.map(ExpectedChain::from).unwrap_or_default()
    }

    pub(super) async fn put_network(
        &self,
        network: &Network,
        chain: Option<ChainId>,
    ) -> Result<(), CommitError> {
        let record = NetworkRecord {
            name: network.name.clone(),
            url: network.url.clone(),
            chain,
        };
        self.change(|tables| {
            tables.networks.put(network.id.clone(), record.clone());
        })
        .await
    }

    pub(super) async fn remove_network(&self, id: &str) -> Result<(), CommitError> {
        self.change(|tables| {
            tables.networks.remove(&id.to_owned());
        })
        .await
    }

    async fn change(&self, change: impl Fn(&mut PreferenceTables)) -> Result<(), CommitError> {
        let mut tries = 1;
        loop {
            let mut job = self.0.exclusive_job().await?;
            change(&mut job);
            match self.0.commit(job).await {
                Ok(_) => return Ok(()),
                Err(CommitError::Conflict { .. } | CommitError::Superseded) if tries < TRIES => {
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }
}
