use std::fmt;

use pixie_accounts::{AccountType, DerivedAccount, SigningKey, SigningPublicKey};
use pixie_primitives::keys::SecretKey;
use pixie_primitives::{AztecAddress, Fr};
use pixie_vault::{AccountKeys, AccountOrigin, KeyBytes, SigningHalf, VaultAccount};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::names::AliasKind;
use super::{Opened, Wallet, WalletError};

/// An account that is to be kept whose keys come from elsewhere.
#[derive(Debug)]
pub struct NewAccount {
    /// The salt of its address.
    pub salt: Fr,
    /// What the protocol keys derive from.
    pub secret_key: SecretKey,
    /// What it signs with.
    pub signing: NewSigningHalf,
}

/// What there is of the signing key of a [`NewAccount`].
#[derive(Debug)]
pub enum NewSigningHalf {
    /// The key itself, big-endian.
    Key(AccountType, Zeroizing<[u8; 32]>),
    /// Its public half: the account can only be looked at.
    PublicOnly(SigningPublicKey),
}

/// An account as it is listed.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountEntry {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Its address.
    pub address: AztecAddress,
    /// How it signs.
    #[serde(rename = "type")]
    pub account_type: AccountType,
    /// Where its keys come from.
    #[serde(flatten)]
    pub origin: Origin,
}

/// Where the keys of an account come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "origin", rename_all = "camelCase")]
pub enum Origin {
    /// From the recovery phrase.
    Phrase {
        /// Its number among those of its type.
        index: u32,
    },
    /// From elsewhere: the recovery phrase does not bring it back.
    Imported,
    /// From elsewhere, without its signing key.
    ViewOnly,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phrase { index } => write!(f, "number {index} of the phrase"),
            Self::Imported => f.write_str("imported"),
            Self::ViewOnly => f.write_str("to be looked at only"),
        }
    }
}

impl From<AccountOrigin> for Origin {
    fn from(origin: AccountOrigin) -> Self {
        match origin {
            AccountOrigin::Derived { index } => Self::Phrase { index },
            AccountOrigin::Imported => Self::Imported,
            AccountOrigin::ViewOnly => Self::ViewOnly,
        }
    }
}

impl From<&VaultAccount> for AccountEntry {
    fn from(account: &VaultAccount) -> Self {
        Self {
            alias: Some(account.label.clone()).filter(|label| !label.is_empty()),
            address: account.address(),
            account_type: account.account.account_type,
            origin: account.origin.into(),
        }
    }
}

impl NewAccount {
    /// The address that the keys make.
    fn address(&self) -> Result<AztecAddress, WalletError> {
        let public_key = match &self.signing {
            NewSigningHalf::Key(account_type, key) => {
                SigningKey::from_be_bytes(*account_type, key)?.public_key()
            }
            NewSigningHalf::PublicOnly(key) => *key,
        };
        let derived =
            DerivedAccount::derive_with_public_key(&self.secret_key, self.salt, public_key);
        Ok(derived.address())
    }
}

impl From<NewAccount> for AccountKeys {
    fn from(account: NewAccount) -> Self {
        Self {
            secret_key: KeyBytes::new(&mut account.secret_key.expose().to_be_bytes()),
            salt: account.salt,
            signing: match account.signing {
                NewSigningHalf::Key(account_type, mut key) => {
                    SigningHalf::Key(account_type, KeyBytes::new(&mut key))
                }
                NewSigningHalf::PublicOnly(key) => SigningHalf::PublicOnly(key),
            },
        }
    }
}

/// How many accounts of a type in a row may be missing on the chain before it is believed that no more
/// follow.
const GAP: u32 = 5;

impl Opened {
    /// The accounts, in the order in which they were added.
    pub fn accounts(&mut self) -> Result<Vec<AccountEntry>, WalletError> {
        let accounts = self.keys.vault.accounts()?;
        Ok(accounts.iter().map(AccountEntry::from).collect())
    }

    /// Makes the recovery phrase's next account of a type, or the one with an index.
    pub async fn create_account(
        &mut self,
        account_type: AccountType,
        index: Option<u32>,
        alias: Option<&str>,
    ) -> Result<AccountEntry, WalletError> {
        if let Some(alias) = alias {
            self.names.check_free(alias)?;
        }
        let vault = &mut self.keys.vault;
        let label = alias.unwrap_or_default().to_owned();
        let added = match index {
            Some(index) => vault.add_account_at(account_type, index, label).await?,
            None => vault.add_account(account_type, label).await?,
        };
        let (address, origin) = (added.address(), added.origin);
        let alias = match (alias, origin) {
            (None, AccountOrigin::Derived { index }) => {
                let free = self.names.free_name(&format!("{account_type}-{index}"));
                vault.rename_account(address, free.clone()).await?;
                free
            }
            (alias, _) => alias.unwrap_or_default().to_owned(),
        };
        self.names.name(&alias, address, AliasKind::Account).await?;
        Ok(AccountEntry {
            alias: Some(alias),
            ..AccountEntry::from(&added)
        })
    }

    /// Keeps an account whose keys come from elsewhere under a name. Nothing happens if it is there
    /// under that name.
    pub async fn import_account(
        &mut self,
        alias: &str,
        account: NewAccount,
    ) -> Result<AccountEntry, WalletError> {
        let address = account.address()?;
        let keys = AccountKeys::from(account);
        if let Ok(known) = self.keys.vault.account(address)
            && known.label == alias
        {
            let known = known.clone();
            return self.named(alias, &known).await;
        }
        self.names.check_free(alias)?;
        let added = self.keys.vault.import_account(keys, alias.to_owned());
        let added = added.await?;
        self.named(alias, &added).await
    }

    async fn named(
        &self,
        alias: &str,
        account: &VaultAccount,
    ) -> Result<AccountEntry, WalletError> {
        let kind = AliasKind::Account;
        self.names.name(alias, account.address(), kind).await?;
        Ok(AccountEntry::from(account))
    }

    /// Sees to it that every account can be called by its name: the vault comes first, so a name may be
    /// missing if the process ended in between.
    pub(super) async fn name_accounts(&mut self) -> Result<(), WalletError> {
        for account in self.accounts()? {
            let Some(alias) = account.alias else {
                continue;
            };
            if self.names.check_free(&alias).is_ok() {
                let kind = AliasKind::Account;
                self.names.name(&alias, account.address, kind).await?;
            }
        }
        Ok(())
    }
}

impl Wallet {
    /// Adds the recovery phrase's accounts that are on the chain and are not here. Gives those added.
    pub async fn find_accounts(&mut self) -> Result<Vec<AccountEntry>, WalletError> {
        let mut added = Vec::new();
        for account_type in AccountType::ALL {
            let (mut index, mut missing) = (0, 0);
            while missing < GAP {
                let vault = self.vault.get_mut();
                let address = vault.preview_account(account_type, index)?.address();
                if vault.account(address).is_ok() {
                    missing = 0;
                } else if self.engine.is_initialized(address).await? {
                    missing = 0;
                    let alias = self.names.free_name(&format!("{account_type}-{index}"));
                    let found = vault.add_account_at(account_type, index, alias.clone());
                    let found = found.await?;
                    self.names.name(&alias, address, AliasKind::Account).await?;
                    let secret_key = vault.secret_key(address)?;
                    self.engine
                        .add_account((&found).into(), &secret_key)
                        .await?;
                    added.push(AccountEntry::from(&found));
                } else {
                    missing += 1;
                }
                index += 1;
            }
        }
        Ok(added)
    }
}
