//! What takes a credential: changing them, and showing what nobody else may see.

use pixie_primitives::AztecAddress;

use crate::account::{AccountKeys, SecretsPart};
use crate::cipher::Unopened;
use crate::clock::Clock;
use crate::envelope::{MAX_SLOTS, VaultPart};
use crate::error::VaultError;
use crate::password::Password;
use crate::phrase::RecoveryPhrase;
use crate::slot::{Credential, NewPasskey, Slot, SlotId, SlotLock};
use crate::storage::VaultStorage;
use crate::vault::Vault;
use crate::vault::unlock::{Authenticated, open_accounts};
use crate::wipe::SecretBytes;

impl<S: VaultStorage, C: Clock> Vault<S, C> {
    /// Changes the password. The vault stays locked or unlocked; the data key stays the same, so that
    /// nothing else is written anew. Copies of the records from before open with the old password
    /// still.
    ///
    /// # Errors
    /// Those of [`Self::unlock`] for the credential; [`VaultError::PasswordTooShort`].
    pub async fn change_password(
        &mut self,
        credential: Credential<'_>,
        new: &Password,
    ) -> Result<(), VaultError> {
        if !new.is_long_enough() {
            return Err(VaultError::PasswordTooShort);
        }
        let Authenticated { keys, .. } = self.authenticate(credential).await?;
        let (now, kdf) = (self.clock.now(), self.config.kdf);
        let mut changed = self.envelope()?.clone();
        let id = changed.next_slot;
        let rng = &mut *self.rng;
        let slot = Slot::for_password(changed.vault, id, new, kdf, &keys, now, rng)
            .map_err(VaultError::making)?;
        changed.next_slot = SlotId(id.0.saturating_add(1));
        changed.slots.retain(|slot| !slot.is_password());
        changed.slots.insert(0, slot);
        self.store(changed).await
    }

    /// Adds a passkey that opens the vault from now on, as the password does.
    ///
    /// # Errors
    /// Those of [`Self::unlock`] for the credential; [`VaultError::PasskeyInUse`],
    /// [`VaultError::TooManySlots`], [`VaultError::Oversized`].
    pub async fn add_passkey(
        &mut self,
        credential: Credential<'_>,
        passkey: NewPasskey<'_>,
    ) -> Result<SlotId, VaultError> {
        let Authenticated { keys, .. } = self.authenticate(credential).await?;
        let now = self.clock.now();
        let mut changed = self.envelope()?.clone();
        let is_same = |slot: &Slot| {
            matches!(&slot.lock, SlotLock::Passkey { credential_id, .. }
                if credential_id.0 == passkey.credential_id)
        };
        if changed.slots.iter().any(is_same) {
            return Err(VaultError::PasskeyInUse);
        }
        if changed.slots.len() >= MAX_SLOTS {
            return Err(VaultError::TooManySlots);
        }
        let id = changed.next_slot;
        let slot = Slot::for_passkey(changed.vault, id, passkey, &keys, now, &mut *self.rng)
            .map_err(VaultError::making)?;
        changed.next_slot = SlotId(id.0.saturating_add(1));
        changed.slots.push(slot);
        self.store(changed).await?;
        Ok(id)
    }

    /// Removes a passkey. Copies of the records from before open with it still.
    ///
    /// # Errors
    /// Those of [`Self::unlock`] for the credential; [`VaultError::UnknownSlot`],
    /// [`VaultError::PasswordSlot`].
    pub async fn remove_passkey(
        &mut self,
        credential: Credential<'_>,
        slot: SlotId,
    ) -> Result<(), VaultError> {
        self.authenticate(credential).await?;
        let mut changed = self.envelope()?.clone();
        let found = changed.slots.iter().find(|found| found.id == slot);
        match found.map(|found| &found.lock) {
            None => return Err(VaultError::UnknownSlot { slot }),
            Some(SlotLock::Password { .. }) => return Err(VaultError::PasswordSlot),
            Some(SlotLock::Passkey { .. }) => changed.slots.retain(|found| found.id != slot),
        }
        self.store(changed).await
    }

    /// The recovery phrase, to be shown. The vault stays locked or unlocked.
    ///
    /// # Errors
    /// Those of [`Self::unlock`] for the credential; [`VaultError::PartDamaged`].
    pub async fn phrase(
        &mut self,
        credential: Credential<'_>,
    ) -> Result<RecoveryPhrase, VaultError> {
        let Authenticated { keys, .. } = self.authenticate(credential).await?;
        self.open_phrase(&keys.recovery)
    }

    /// The keys of an account, to be shown or exported. The vault stays locked or unlocked.
    ///
    /// # Errors
    /// Those of [`Self::unlock`] for the credential; [`VaultError::UnknownAccount`],
    /// [`VaultError::PartDamaged`].
    pub async fn reveal_keys(
        &mut self,
        credential: Credential<'_>,
        address: AztecAddress,
    ) -> Result<AccountKeys, VaultError> {
        let Authenticated { keys, .. } = self.authenticate(credential).await?;
        let envelope = self.envelope()?;
        let (accounts, _) = open_accounts(envelope, &keys.data)?;
        let account = accounts
            .iter()
            .find(|account| account.address() == address)
            .ok_or(VaultError::UnknownAccount { address })?;
        let part = VaultPart::Secrets;
        let damaged = || VaultError::PartDamaged { part };
        let secrets: SecretsPart = envelope
            .open(part, &keys.data)
            .map_err(|Unopened| damaged())?;
        secrets.keys_of(account).ok_or_else(damaged)
    }

    pub(super) fn open_phrase(
        &self,
        recovery: &SecretBytes<32>,
    ) -> Result<RecoveryPhrase, VaultError> {
        let part = VaultPart::Phrase;
        let entropy: SecretBytes<32> = self
            .envelope()?
            .open(part, recovery)
            .map_err(|Unopened| VaultError::PartDamaged { part })?;
        Ok(RecoveryPhrase::from_entropy(&entropy)?)
    }
}
