//! What a backup has beside the vault: what a recovery phrase cannot bring back.

use pixie_primitives::AztecAddress;
use pixie_primitives::contract::ContractInstanceWithAddress;
use pixie_vault::{BackupSection, BackupSections};
use serde::{Deserialize, Serialize};

use super::app::App;
use super::lists::keep_contact;
use super::platform::Platform;
use super::request::{UiError, UiErrorCode};
use super::types::{Contact, Network};
use crate::engine::{ChainId, Engine};

/// The section with the networks.
const NETWORKS: &str = "networks";
/// The section of the network in use.
const NETWORK: &str = "network";
/// The section with what was in use.
const CHOICE: &str = "choice";
/// The version of all of them.
const VERSION: u32 = 1;

/// A network that the user has added.
#[derive(Serialize, Deserialize)]
struct SavedNetwork {
    id: String,
    name: String,
    url: String,
}

/// What was in use.
#[derive(Serialize, Deserialize)]
struct SavedChoice {
    network: Option<String>,
    account: Option<AztecAddress>,
}

/// What was kept of a network.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SavedRecords {
    chain: ChainId,
    contacts: Vec<Contact>,
    tokens: Vec<AztecAddress>,
    contracts: Vec<ContractInstanceWithAddress>,
}

fn section<T: Serialize>(value: &T) -> Result<BackupSection, UiError> {
    let bytes = serde_json::to_vec(value);
    let bytes = bytes.map_err(|error| UiError::new(UiErrorCode::Internal, error.to_string()))?;
    Ok(BackupSection {
        version: VERSION,
        bytes,
    })
}

fn read<T: for<'de> Deserialize<'de>>(sections: &BackupSections, name: &str) -> Option<T> {
    let section = sections.get(name)?;
    (section.version == VERSION).then_some(())?;
    serde_json::from_slice(&section.bytes).ok()
}

impl<P: Platform> App<P> {
    /// What a backup has beside the vault: the networks, which of them is in use, and of that one
    /// contacts, senders, tokens and contracts. Their artifacts are not in it.
    pub(super) fn sections(&self) -> Result<BackupSections, UiError> {
        let mut sections = BackupSections::new();
        let networks = self.with_unlocked(|unlocked| {
            let networks = unlocked.preferences.networks(self.0.platform.networks());
            let added = networks.into_iter().filter(|network| !network.built_in);
            added
                .map(|network| SavedNetwork {
                    id: network.id,
                    name: network.name,
                    url: network.url,
                })
                .collect::<Vec<_>>()
        });
        if let Some(networks) = networks {
            sections.insert(NETWORKS.to_owned(), section(&networks)?);
        }
        let choices = self.with_unlocked(|unlocked| unlocked.preferences.choices());
        if let Some(choices) = choices {
            let choice = SavedChoice {
                network: choices.network,
                account: choices.account,
            };
            sections.insert(CHOICE.to_owned(), section(&choice)?);
        }
        if let Some(engine) = self.engine() {
            sections.insert(NETWORK.to_owned(), section(&saved(&engine))?);
        }
        Ok(sections)
    }

    /// Brings back what a backup had beside the vault. What belongs to another network than the one
    /// that is reached now, and contracts whose artifacts are not here, are left out.
    pub(super) async fn restore_sections(&self, sections: &BackupSections) -> Result<(), UiError> {
        let preferences = self.with_unlocked(|unlocked| unlocked.preferences.clone());
        if let Some(preferences) = preferences {
            let networks: Vec<SavedNetwork> = read(sections, NETWORKS).unwrap_or_default();
            for SavedNetwork { id, name, url } in networks {
                let network = Network {
                    id,
                    name,
                    url,
                    built_in: false,
                };
                preferences.put_network(&network, None).await?;
            }
            if let Some(choice) = read::<SavedChoice>(sections, CHOICE) {
                preferences
                    .choose(|choices| {
                        choices.network.clone_from(&choice.network);
                        choices.account = choice.account;
                    })
                    .await?;
                self.begin_to_connect();
            }
        }
        let Some(records) = read::<SavedRecords>(sections, NETWORK) else {
            return Ok(());
        };
        let Some(engine) = self.engine_soon().await else {
            return Ok(());
        };
        if engine.chain() != records.chain {
            return Ok(());
        }
        for contact in records.contacts {
            // Senders without a name have none.
            if contact.alias.is_empty() {
                let added = engine.pxe().register_sender(contact.address).await;
                added.map_err(crate::engine::EngineError::from)?;
            } else {
                keep_contact(&engine, &contact).await?;
            }
        }
        for instance in records.contracts {
            let registration = crate::engine::Registration {
                instance,
                artifact: None,
                secret_key: None,
            };
            // Those of classes that come with the wallet are found again when they are used.
            let _ = engine.register_contract(registration).await;
        }
        if let Some(viewer) = self.state().await.selected {
            for token in records.tokens {
                let _ = engine.add_token(token, viewer).await;
            }
        }
        Ok(())
    }
}

fn saved<B: pixie_store::Backend>(engine: &Engine<B>) -> SavedRecords {
    let senders = engine.pxe().senders();
    let contacts = engine.records().contacts().into_iter();
    let mut contacts: Vec<Contact> = contacts
        .map(|contact| Contact {
            address: contact.item,
            alias: contact.alias,
            is_sender: senders.contains(&contact.item),
        })
        .collect();
    for sender in senders {
        if contacts.iter().all(|contact| contact.address != sender) {
            contacts.push(Contact {
                address: sender,
                alias: String::new(),
                is_sender: true,
            });
        }
    }
    let contracts = engine.pxe().contracts().into_iter();
    SavedRecords {
        chain: engine.chain(),
        contacts,
        tokens: engine.records().tokens().into_keys().collect(),
        contracts: contracts
            .filter_map(|address| engine.pxe().contract_instance(&address))
            .collect(),
    }
}
