//! A folder in one file, and a folder made of one.

use std::fs;

use pixie_pxe::state::{NetworkId, PxeTables};
use pixie_vault::{
    BackupError, BackupSection, BackupSections, Credential, FormatError, Password, VaultError,
};

use super::folder::{DataFolder, failed, sync_folder};
use super::vault::Keys;
use super::{Network, Opened, SealedStore, WalletError};

/// The section with the records beside the private state.
const RECORDS: &str = "pixie-cli/records";
/// What sections with the private state of a network begin with.
const PRIVATE_STATE: &str = "pixie/pxe/";
/// The version of both.
const VERSION: u32 = 1;

impl Network {
    const fn id(self) -> NetworkId {
        NetworkId {
            l1_chain_id: self.l1_chain_id,
            rollup_version: self.rollup_version,
        }
    }

    fn section(self) -> String {
        format!(
            "{PRIVATE_STATE}{}/{}",
            self.l1_chain_id, self.rollup_version
        )
    }

    fn of_section(name: &str) -> Option<Self> {
        let (l1, rollup) = name.strip_prefix(PRIVATE_STATE)?.split_once('/')?;
        Some(Self {
            l1_chain_id: l1.parse().ok()?,
            rollup_version: rollup.parse().ok()?,
        })
    }
}

impl Opened {
    /// All that the folder has, sealed under a password of its own. No node is asked.
    pub async fn backup(
        &mut self,
        password: &Password,
        backup_password: &Password,
    ) -> Result<Vec<u8>, WalletError> {
        let section = |bytes: &[u8]| BackupSection {
            version: VERSION,
            bytes: bytes.to_vec(),
        };
        let mut sections = BackupSections::new();
        let records = self.records.snapshot().dump()?;
        sections.insert(RECORDS.to_owned(), section(&records));
        if let Some(network) = self.records.network() {
            let (backend, sealing) = (self.store.backend(), self.store.sealing()?);
            let (state, report) = PxeTables::open(backend, network.id(), sealing).await?;
            self.report.absorb(report);
            sections.insert(network.section(), section(&state.snapshot().dump()?));
        }
        let credential = Credential::Password(password);
        let backup = self
            .keys
            .vault
            .backup(credential, backup_password, sections);
        Ok(backup.await?)
    }
}

/// Makes a folder of a backup, under a new password, all of it or nothing. The folder must be empty.
pub async fn restore(
    folder: &DataFolder,
    backup: &[u8],
    backup_password: &Password,
    password: &Password,
) -> Result<Keys, WalletError> {
    if !folder.is_empty()? {
        return Err(WalletError::NotEmpty(folder.path().to_owned()));
    }
    folder.make()?;
    let path = fs::canonicalize(folder.path()).map_err(failed(folder.path()))?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".restoring-{}", std::process::id()));
    let unfinished = DataFolder::at(&path.with_file_name(name));
    let filled = fill(&unfinished, backup, backup_password, password).await;
    let moved = filled.and_then(|()| {
        fs::rename(unfinished.path(), &path)
            .and_then(|()| sync_folder(&path))
            .map_err(failed(&path))
    });
    if let Err(error) = moved {
        let _ = fs::remove_dir_all(unfinished.path());
        return Err(error);
    }
    Keys::open(folder).await
}

async fn fill(
    folder: &DataFolder,
    backup: &[u8],
    backup_password: &Password,
    password: &Password,
) -> Result<(), WalletError> {
    folder.make()?;
    let mut keys = Keys::open_or_make(folder).await?;
    let restored = keys.vault.restore(backup, backup_password, password);
    let sections = restored.await?;
    let store = SealedStore::new(folder.store()?, keys.vault.store_key()?);
    for (name, section) in &sections {
        let network = Network::of_section(name);
        if name != RECORDS && network.is_none() {
            // What another program has kept there is of no use here.
            continue;
        }
        if section.version != VERSION {
            let (found, supported) = (section.version, VERSION);
            let error = BackupError::from(FormatError::Version { found, supported });
            return Err(VaultError::from(error).into());
        }
        match network {
            None => store.restore_records(&section.bytes).await?,
            Some(network) => {
                let (backend, sealing) = (store.backend(), store.sealing()?);
                PxeTables::restore(backend, network.id(), sealing, &section.bytes).await?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_name_their_network() {
        let network = Network {
            l1_chain_id: 31337,
            rollup_version: 7,
        };
        assert_eq!(Network::of_section(&network.section()), Some(network));
        assert_eq!(Network::of_section(RECORDS), None);
        assert_eq!(Network::of_section("pixie/pxe/1"), None);
    }
}
