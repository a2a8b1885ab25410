//! Where the private state of a network is kept.

use pixie_store::{Backend, Database, LoadReport, RestoreError, Sealing};

use super::PxeTables;
use crate::error::PxeError;

/// A network, by what tells networks apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NetworkId {
    /// The id of the L1 chain.
    pub l1_chain_id: u64,
    /// The version of the rollup.
    pub rollup_version: u64,
}

impl NetworkId {
    /// The name of the database with the private state of this network.
    fn database(self) -> String {
        format!("pxe-{}-{}", self.l1_chain_id, self.rollup_version)
    }
}

impl PxeTables {
    /// Opens the private state of a network with all its rows, or begins it. No node is needed.
    ///
    /// # Errors
    /// [`PxeError::Open`] and [`PxeError::Load`].
    pub async fn open<B: Backend>(
        backend: B,
        network: NetworkId,
        sealing: Sealing,
    ) -> Result<(Database<Self, B>, LoadReport), PxeError> {
        let (database, mut report) =
            Database::<Self, B>::open(backend, &network.database(), sealing).await?;
        let known = Self::shards(&database.snapshot());
        report.absorb(database.load(&known).await?);
        Ok((database, report))
    }

    /// Makes the private state of a network anew of what [`Snapshot::dump`](pixie_store::Snapshot::dump)
    /// has given.
    ///
    /// # Errors
    /// Those of [`Database::restore`].
    pub async fn restore<B: Backend>(
        backend: B,
        network: NetworkId,
        sealing: Sealing,
        dump: &[u8],
    ) -> Result<(), RestoreError> {
        Database::<Self, B>::restore(backend, &network.database(), sealing, dump).await
    }
}
