//! Backing a vault up and bringing it back.

use crate::account::SecretsPart;
use crate::backup::{BackupSections, Contents};
use crate::cipher::Unopened;
use crate::clock::Clock;
use crate::envelope::VaultPart;
use crate::error::VaultError;
use crate::password::Password;
use crate::slot::Credential;
use crate::storage::VaultStorage;
use crate::vault::Vault;
use crate::vault::unlock::{Authenticated, open_accounts};

impl<S: VaultStorage, C: Clock> Vault<S, C> {
    /// Makes a backup file with everything that is in the vault, and with the sections that the caller
    /// adds, under a password of its own. Passkeys are not in it. The vault stays locked or unlocked.
    ///
    /// # Errors
    /// Those of [`Self::unlock`] for the credential; [`VaultError::PasswordTooShort`] for the backup's
    /// password; [`VaultError::PartDamaged`]; [`VaultError::Backup`].
    pub async fn backup(
        &mut self,
        credential: Credential<'_>,
        backup_password: &Password,
        sections: BackupSections,
    ) -> Result<Vec<u8>, VaultError> {
        if !backup_password.is_long_enough() {
            return Err(VaultError::PasswordTooShort);
        }
        let Authenticated { keys, .. } = self.authenticate(credential).await?;
        let envelope = self.envelope()?;
        let part = VaultPart::Secrets;
        let secrets: SecretsPart = envelope
            .open(part, &keys.data)
            .map_err(|Unopened| VaultError::PartDamaged { part })?;
        let (accounts, policy) = open_accounts(envelope, &keys.data)?;
        let contents = Contents {
            phrase: self.open_phrase(&keys.recovery)?,
            held: secrets.held,
            accounts,
            policy,
            sections,
        };
        let (now, kdf) = (self.clock.now(), self.config.kdf);
        Ok(contents.to_bytes(backup_password, kdf, now, &mut *self.rng)?)
    }

    /// Makes a new vault from a backup file and unlocks it. Returns the sections for whoever has added
    /// them. The new vault has keys of its own: rows of the old store do not open with them.
    ///
    /// # Errors
    /// [`VaultError::Backup`] for a file that is damaged, cut off, of another version or under another
    /// password; [`VaultError::AlreadyExists`] and the others of [`Self::create`]. Nothing is stored
    /// then.
    pub async fn restore(
        &mut self,
        backup: &[u8],
        backup_password: &Password,
        new_password: &Password,
    ) -> Result<BackupSections, VaultError> {
        let contents = Contents::from_bytes(backup, backup_password)?;
        let secrets = SecretsPart {
            root: contents.phrase.root(),
            held: contents.held,
        };
        let (accounts, policy) = (contents.accounts, contents.policy);
        self.create_with(new_password, &contents.phrase, &secrets, accounts, policy)
            .await?;
        Ok(contents.sections)
    }
}
