//! Accounts: adding them, and what may be had of their keys.

use pixie_accounts::{AccountType, DerivedAccount};
use pixie_primitives::AztecAddress;
use pixie_primitives::keys::SecretKey;

use crate::account::{AccountKeys, AccountOrigin, HeldKeys, SigningHalf, VaultAccount};
use crate::approval::{ApprovedSigner, SigningApproval};
use crate::clock::Clock;
use crate::codec::Bytes;
use crate::derive::{account_keys, derived_account};
use crate::envelope::VaultPart;
use crate::error::VaultError;
use crate::slot::MAX_LABEL;
use crate::storage::VaultStorage;
use crate::vault::Vault;
use crate::wipe::on_clean_stack;

impl<S: VaultStorage, C: Clock> Vault<S, C> {
    /// The accounts, in the order in which they were added.
    ///
    /// # Errors
    /// [`VaultError::Locked`].
    pub fn accounts(&mut self) -> Result<&[VaultAccount], VaultError> {
        Ok(&self.unlocked()?.accounts)
    }

    /// One of the accounts.
    ///
    /// # Errors
    /// [`VaultError::Locked`], [`VaultError::UnknownAccount`].
    pub fn account(&mut self, address: AztecAddress) -> Result<&VaultAccount, VaultError> {
        self.accounts()?
            .iter()
            .find(|account| account.address() == address)
            .ok_or(VaultError::UnknownAccount { address })
    }

    /// The account that the recovery phrase has at an index, without adding it: to look for accounts
    /// that were in use.
    ///
    /// # Errors
    /// [`VaultError::Locked`], [`VaultError::PartDamaged`].
    pub fn preview_account(
        &mut self,
        account_type: AccountType,
        index: u32,
    ) -> Result<DerivedAccount, VaultError> {
        let secrets = self.secrets()?;
        derived_account(&account_keys(&secrets.root, account_type, index))
            .ok_or(VaultError::InvalidKeys)
    }

    /// Adds the recovery phrase's next account of a type: the one after the highest index in use.
    ///
    /// # Errors
    /// Those of [`Self::add_account_at`]; [`VaultError::NoMoreAccounts`].
    pub async fn add_account(
        &mut self,
        account_type: AccountType,
        label: String,
    ) -> Result<VaultAccount, VaultError> {
        let index_of = |account: &VaultAccount| match account.origin {
            AccountOrigin::Derived { index } if account.account.account_type == account_type => {
                Some(index)
            }
            _ => None,
        };
        let index = match self.accounts()?.iter().filter_map(index_of).max() {
            None => 0,
            Some(last) => last.checked_add(1).ok_or(VaultError::NoMoreAccounts)?,
        };
        self.add_account_at(account_type, index, label).await
    }

    /// Adds the recovery phrase's account of a type at an index.
    ///
    /// # Errors
    /// [`VaultError::Locked`], [`VaultError::AccountExists`], [`VaultError::Oversized`],
    /// [`VaultError::PartDamaged`], [`VaultError::Storage`].
    pub async fn add_account_at(
        &mut self,
        account_type: AccountType,
        index: u32,
        label: String,
    ) -> Result<VaultAccount, VaultError> {
        let account = self.preview_account(account_type, index)?;
        self.add(account, AccountOrigin::Derived { index }, label, None)
            .await
    }

    /// Adds an account whose keys come from elsewhere: with its signing key, or only to be looked at.
    /// The backup brings it back, the recovery phrase does not.
    ///
    /// # Errors
    /// [`VaultError::InvalidKeys`], and those of [`Self::add_account_at`].
    pub async fn import_account(
        &mut self,
        keys: AccountKeys,
        label: String,
    ) -> Result<VaultAccount, VaultError> {
        let account = derived_account(&keys).ok_or(VaultError::InvalidKeys)?;
        let origin = match keys.signing {
            SigningHalf::Key(..) => AccountOrigin::Imported,
            SigningHalf::PublicOnly(_) => AccountOrigin::ViewOnly,
        };
        self.add(account, origin, label, Some(keys)).await
    }

    async fn add(
        &mut self,
        account: DerivedAccount,
        origin: AccountOrigin,
        label: String,
        keys: Option<AccountKeys>,
    ) -> Result<VaultAccount, VaultError> {
        let address = account.address();
        if label.len() > MAX_LABEL {
            return Err(VaultError::Oversized);
        }
        let added = VaultAccount {
            account,
            origin,
            label,
            created_at: self.clock.now(),
        };
        let unlocked = self.unlocked()?;
        let (mut accounts, policy) = (unlocked.accounts.clone(), unlocked.policy);
        if accounts.iter().any(|account| account.address() == address) {
            return Err(VaultError::AccountExists { address });
        }
        accounts.push(added.clone());
        let secrets = match keys {
            None => None,
            Some(keys) => {
                let mut secrets = self.secrets()?;
                secrets.held.push(HeldKeys::new(address, keys));
                Some(secrets)
            }
        };
        self.store_accounts(accounts, policy, secrets.as_ref())
            .await?;
        Ok(added)
    }

    /// Gives an account another name.
    ///
    /// # Errors
    /// [`VaultError::Locked`], [`VaultError::UnknownAccount`], [`VaultError::Oversized`],
    /// [`VaultError::Storage`].
    pub async fn rename_account(
        &mut self,
        address: AztecAddress,
        label: String,
    ) -> Result<(), VaultError> {
        if label.len() > MAX_LABEL {
            return Err(VaultError::Oversized);
        }
        let unlocked = self.unlocked()?;
        let (mut accounts, policy) = (unlocked.accounts.clone(), unlocked.policy);
        let account = accounts
            .iter_mut()
            .find(|account| account.address() == address)
            .ok_or(VaultError::UnknownAccount { address })?;
        account.label = label;
        self.store_accounts(accounts, policy, None).await
    }

    /// Removes an account, and its keys unless they are the recovery phrase's.
    ///
    /// # Errors
    /// [`VaultError::Locked`], [`VaultError::UnknownAccount`], [`VaultError::PartDamaged`],
    /// [`VaultError::Storage`].
    pub async fn remove_account(&mut self, address: AztecAddress) -> Result<(), VaultError> {
        let origin = self.account(address)?.origin;
        let unlocked = self.unlocked()?;
        let (mut accounts, policy) = (unlocked.accounts.clone(), unlocked.policy);
        accounts.retain(|account| account.address() != address);
        let secrets = match origin {
            AccountOrigin::Derived { .. } => None,
            AccountOrigin::Imported | AccountOrigin::ViewOnly => {
                let mut secrets = self.secrets()?;
                let address = Bytes(address.to_be_bytes());
                secrets.held.retain(|held| held.address != address);
                Some(secrets)
            }
        };
        self.store_accounts(accounts, policy, secrets.as_ref())
            .await
    }

    /// The secret of an account's protocol keys, for the execution environment: it finds and decrypts
    /// the account's notes and cannot sign for it.
    ///
    /// # Errors
    /// [`VaultError::Locked`], [`VaultError::UnknownAccount`], [`VaultError::PartDamaged`].
    pub fn secret_key(&mut self, address: AztecAddress) -> Result<SecretKey, VaultError> {
        let keys = self.keys_of(address)?;
        on_clean_stack(|| keys.secret_key.to_secret_key()).ok_or(VaultError::PartDamaged {
            part: VaultPart::Secrets,
        })
    }

    /// A signer for what was approved. The approval is used up; the key is in memory until everything
    /// approved is signed, the signer is dropped or the vault is locked.
    ///
    /// # Errors
    /// [`VaultError::Locked`], [`VaultError::ForeignApproval`], [`VaultError::UnknownAccount`],
    /// [`VaultError::ViewOnly`], [`VaultError::PartDamaged`].
    pub fn signer(&mut self, approval: SigningApproval) -> Result<ApprovedSigner, VaultError> {
        self.unlocked()?;
        if !approval.is_from(&self.mark) {
            return Err(VaultError::ForeignApproval);
        }
        let address = approval.account;
        let keys = self.keys_of(address)?;
        let SigningHalf::Key(account_type, key) = keys.signing else {
            return Err(VaultError::ViewOnly { address });
        };
        let public_key = self.account(address)?.account.signing_public_key;
        // The key of another account would sign what nobody could check.
        let is_its_own = on_clean_stack(|| {
            key.to_signing_key(account_type)
                .is_some_and(|key| key.public_key() == public_key)
        });
        if !is_its_own {
            return Err(VaultError::PartDamaged {
                part: VaultPart::Secrets,
            });
        }
        let signer = ApprovedSigner::new(approval, public_key, key);
        let unlocked = self.unlocked()?;
        unlocked.signers.retain(|cell| cell.strong_count() > 0);
        unlocked.signers.push(signer.cell());
        Ok(signer)
    }

    fn keys_of(&mut self, address: AztecAddress) -> Result<AccountKeys, VaultError> {
        let secrets = self.secrets()?;
        let account = self.account(address)?;
        secrets.keys_of(account).ok_or(VaultError::PartDamaged {
            part: VaultPart::Secrets,
        })
    }
}
