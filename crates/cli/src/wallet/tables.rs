//! What the command line keeps beside the engine's state.

use pixie_store::{CommitError, Database, RedbBackend, Snapshot, table, tables};

use super::names::Alias;
use super::{Network, WalletError};

table! {
    /// The network that the folder belongs to.
    pub NetworkTable("network"): () => Network
}
table! {
    /// Names of accounts, contracts and senders.
    pub AliasTable("aliases"): String => Alias
}

tables! {
    /// All of it.
    pub struct WalletTables: version 1, migrations [] {
        /// The network.
        network: NetworkTable,
        /// Names.
        aliases: AliasTable,
    }
}

/// How often a write is tried again when another one was faster.
const TRIES: usize = 8;

/// Names for addresses, and the network of a folder. They can be read without a node.
#[derive(Debug, Clone)]
pub struct Names(Database<WalletTables, RedbBackend>);

impl Names {
    pub(super) const fn new(database: Database<WalletTables, RedbBackend>) -> Self {
        Self(database)
    }

    /// They as of the last change.
    pub fn snapshot(&self) -> Snapshot<WalletTables> {
        self.0.snapshot()
    }

    /// Changes them, all at once.
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

#[cfg(test)]
mod tests {
    use pixie_primitives::AztecAddress;

    use super::*;
    use crate::wallet::{DataFolder, SealedStore};

    fn run<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(work)
    }

    fn store(folder: &tempfile::TempDir) -> SealedStore {
        let store = DataFolder::at(folder.path()).store().unwrap();
        SealedStore::new(store, pixie_store::DataKey::new([7; 32]))
    }

    #[test]
    fn a_folder_stays_with_its_network() {
        let folder = tempfile::tempdir().unwrap();
        let (names, _) = run(store(&folder).names()).unwrap();
        assert_eq!(names.network(), None);
        let network = |rollup_version| Network {
            l1_chain_id: 1,
            rollup_version,
        };
        run(names.claim_network(network(2))).unwrap();
        run(names.claim_network(network(2))).unwrap();
        assert!(matches!(
            run(names.claim_network(network(3))),
            Err(WalletError::OtherNetwork { expected, .. }) if expected == network(2)
        ));
    }

    #[test]
    fn names_stand_for_addresses_in_arguments() {
        use pixie_primitives::abi::{
            AbiParameter, AbiType, AbiVariable, ParameterVisibility, StructType,
        };
        use serde_json::json;
        let folder = tempfile::tempdir().unwrap();
        let (names, _) = run(store(&folder).names()).unwrap();
        let address = AztecAddress::from(9);
        let kind = crate::wallet::AliasKind::Account;
        run(names.name("alice", address, kind)).unwrap();
        let parameter = |name: &str, ty| AbiParameter {
            name: name.to_owned(),
            ty,
            visibility: ParameterVisibility::Private,
        };
        let inner = AbiVariable {
            name: "inner".to_owned(),
            ty: AbiType::Field,
        };
        let ty = AbiType::Struct(StructType {
            path: "aztec::protocol_types::address::aztec_address::AztecAddress".to_owned(),
            fields: vec![inner],
        });
        let list = AbiType::Array {
            length: 2,
            item: Box::new(ty.clone()),
        };
        let parameters = [
            parameter("to", ty),
            parameter("note", AbiType::Field),
            parameter("all", list),
        ];
        let hex = address.to_string();
        let resolved = |arguments| names.resolve_arguments(&parameters, arguments);
        assert_eq!(
            resolved(json!(["alice", "alice", ["alice", hex]])).unwrap(),
            json!([hex, "alice", [hex, hex]])
        );
        assert_eq!(
            resolved(json!({"to": "alice", "note": 1})).unwrap(),
            json!({"to": hex, "note": 1})
        );
        assert_eq!(resolved(json!(["7"])).unwrap(), json!(["7"]));
        assert!(matches!(
            resolved(json!(["bob"])),
            Err(WalletError::UnknownName(name)) if name == "bob"
        ));
        assert_eq!(resolved(json!("odd")).unwrap(), json!("odd"));
    }
}
