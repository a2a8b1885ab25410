//! What a backup has beside the vault: what the user has set, and all that there is of each network
//! that was used.

use pixie_store::{DataKey, Sealing};
use pixie_vault::{BackupSection, BackupSections};

use super::app::App;
use super::platform::Platform;
use super::preferences::Preferences;
use super::request::{UiError, UiErrorCode};
use crate::backup::{load, save};

/// The section with what the user has set.
const PREFERENCES: &str = "pixie-pages/preferences";
/// Its version.
const VERSION: u32 = 1;

impl<P: Platform> App<P> {
    fn sealing(&self, key: &DataKey) -> Sealing {
        Sealing::sealed(key.clone(), self.0.platform.entropy().source())
    }

    /// What a backup has beside the vault. No node is asked.
    pub(super) async fn sections(&self) -> Result<BackupSections, UiError> {
        let preferences = self.preferences()?;
        if let Some(engine) = self.engine() {
            engine.write_incidents().await?;
        }
        let key = self.0.vault.lock().await.store_key()?;
        let mut sections = BackupSections::new();
        for chain in preferences.chains() {
            let backend = self.0.platform.backend();
            let (saved, _) = save(&backend, chain, &|| self.sealing(&key)).await?;
            sections.extend(saved);
        }
        let preferences = BackupSection {
            version: VERSION,
            bytes: preferences.dump()?,
        };
        sections.insert(PREFERENCES.to_owned(), preferences);
        Ok(sections)
    }

    /// Brings back what a backup had beside the vault, before anything is opened. If it cannot be done,
    /// nothing is left of the backup.
    pub(super) async fn restore_sections(&self, sections: &BackupSections) -> Result<(), UiError> {
        let restored = self.write_sections(sections).await;
        if restored.is_err() {
            self.0.vault.lock().await.erase().await?;
            self.remove_rows().await?;
        }
        restored
    }

    async fn write_sections(&self, sections: &BackupSections) -> Result<(), UiError> {
        let key = self.0.vault.lock().await.store_key()?;
        let backend = self.0.platform.backend();
        if let Some(section) = sections.get(PREFERENCES) {
            if section.version != VERSION {
                let message = "the backup was made by another version of Pixie";
                return Err(UiError::new(UiErrorCode::Backup, message));
            }
            Preferences::restore(backend.clone(), self.sealing(&key), &section.bytes).await?;
        }
        load(&backend, &|| self.sealing(&key), sections).await?;
        Ok(())
    }
}
