//! What a wallet keeps beside the private state.

use std::fmt;

use pixie_node::types::NodeInfo;
use pixie_primitives::tx::TxHash;
use pixie_store::{CommitError, Database, RedbBackend, Snapshot, table, tables};
use serde::{Deserialize, Serialize};

use super::WalletError;
use super::journal::JournalEntry;
use super::names::Alias;

table! {
    /// The network that the folder belongs to.
    pub NetworkTable("network"): () => Network
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

#[cfg(test)]
mod tests {
    use pixie_primitives::{AztecAddress, Fr};

    use super::*;
    use crate::wallet::journal::{CalledFunction, Stage};
    use crate::wallet::{DataFolder, SealedStore};

    fn run<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(work)
    }

    fn store(folder: &tempfile::TempDir) -> SealedStore {
        let store = DataFolder::at(folder.path()).store().unwrap();
        SealedStore::new(store, pixie_store::DataKey::new([7; 32]))
    }

    fn stages() -> Vec<Stage> {
        let reason = Some("why".to_owned());
        let mined = |fee: Option<&str>, is_final| Stage::Mined {
            block: 7,
            reverted: false,
            fee: fee.map(str::to_owned),
            is_final,
        };
        vec![
            Stage::Proved,
            Stage::Sent,
            mined(Some("12"), false),
            mined(None, true),
            Stage::Dropped { reason },
            Stage::Dropped { reason: None },
        ]
    }

    #[test]
    fn everything_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let address = AztecAddress::from(5);
        let entries: Vec<_> = stages().into_iter().zip(0u32..).collect();
        {
            let (records, _) = run(store(&folder).records()).unwrap();
            run(records.change(|tables| {
                for (stage, number) in &entries {
                    let entry = JournalEntry {
                        number: u64::from(*number),
                        at: 1,
                        from: address,
                        calls: vec![CalledFunction {
                            contract: address,
                            function: "f".to_owned(),
                        }],
                        stage: stage.clone(),
                    };
                    tables
                        .transactions
                        .put(TxHash::from_field(Fr::from(*number)), entry);
                }
                Ok(())
            }))
            .unwrap();
        }
        let (records, report) = run(store(&folder).records()).unwrap();
        assert!(report.is_clean(), "{report:?}");
        let found: Vec<_> = records
            .journal()
            .into_iter()
            .map(|(_, entry)| entry.stage)
            .collect();
        assert_eq!(found, stages());
    }

    #[test]
    fn a_folder_stays_with_its_network() {
        let folder = tempfile::tempdir().unwrap();
        let (records, _) = run(store(&folder).records()).unwrap();
        assert_eq!(records.network(), None);
        let network = |rollup_version| Network {
            l1_chain_id: 1,
            rollup_version,
        };
        run(records.claim_network(network(2))).unwrap();
        run(records.claim_network(network(2))).unwrap();
        assert!(matches!(
            run(records.claim_network(network(3))),
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
        let (records, _) = run(store(&folder).records()).unwrap();
        let address = AztecAddress::from(9);
        let kind = crate::wallet::AliasKind::Account;
        run(records.name("alice", address, kind)).unwrap();
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
        let resolved = |arguments| records.resolve_arguments(&parameters, arguments);
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
