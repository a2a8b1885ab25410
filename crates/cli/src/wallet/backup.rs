//! A folder in one file, and a folder made of one.

use std::fs;

use pixie_vault::{
    BackupError, BackupSection, BackupSections, Credential, FormatError, Password, VaultError,
};
use pixie_wallet::backup::{load, save};

use super::folder::{failed, sync_folder};
use super::{DataFolder, FolderKeys, Opened, SealedStore, WalletError};

/// The section with the names.
const NAMES: &str = "pixie-cli/names";
/// The version of the sections.
const VERSION: u32 = 1;

impl Opened {
    /// All that the folder has, sealed under a password of its own. No node is asked.
    pub async fn backup(
        &mut self,
        password: &Password,
        backup_password: &Password,
    ) -> Result<Vec<u8>, WalletError> {
        let mut sections = BackupSections::new();
        if let Some(network) = self.names.network() {
            let (backend, sealing) = (self.store.backend(), || self.store.sealing());
            let (saved, report) = save(&backend, network, &sealing).await?;
            self.report.absorb(report);
            sections = saved;
        }
        let names = BackupSection {
            version: VERSION,
            bytes: self.names.snapshot().dump()?.to_vec(),
        };
        sections.insert(NAMES.to_owned(), names);
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
) -> Result<FolderKeys, WalletError> {
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
    FolderKeys::open(folder).await
}

async fn fill(
    folder: &DataFolder,
    backup: &[u8],
    backup_password: &Password,
    password: &Password,
) -> Result<(), WalletError> {
    folder.make()?;
    let mut keys = FolderKeys::open_or_make(folder).await?;
    let restored = keys.vault.restore(backup, backup_password, password);
    let sections = restored.await?;
    let store = SealedStore::new(folder.store()?, keys.vault.store_key()?);
    if let Some(names) = sections.get(NAMES) {
        if names.version != VERSION {
            let (found, supported) = (names.version, VERSION);
            let error = BackupError::from(FormatError::Version { found, supported });
            return Err(VaultError::from(error).into());
        }
        store.restore_names(&names.bytes).await?;
    }
    load(&store.backend(), &|| store.sealing(), &sections).await?;
    Ok(())
}
