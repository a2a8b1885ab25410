use pixie_accounts::{Account, AccountType, DerivedAccount, KeySigner, SigningKey};
use pixie_primitives::keys::SecretKey;
use pixie_primitives::{AztecAddress, Fr};
use serde::Serialize;
use zeroize::Zeroizing;

use super::names::AliasKind;
use super::records::{AccountRecord, AccountSecrets, Records};
use super::{Wallet, WalletError};

/// An account that is to be kept.
#[derive(Debug)]
pub struct NewAccount {
    /// How it signs.
    pub account_type: AccountType,
    /// The salt of its address.
    pub salt: Fr,
    /// What the protocol keys derive from.
    pub secret_key: SecretKey,
    /// What it signs with, big-endian.
    pub signing_key: Zeroizing<[u8; 32]>,
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
}

impl AccountRecord {
    fn signing_key(&self) -> Result<SigningKey, WalletError> {
        let bytes = &self.secrets.signing_key;
        Ok(SigningKey::from_be_bytes(self.account_type, bytes)?)
    }

    fn secret_key(&self) -> Result<SecretKey, WalletError> {
        Ok(SecretKey::from_field(Fr::from_be_bytes(
            &self.secrets.secret_key,
        )?))
    }

    fn derive(&self) -> Result<DerivedAccount, WalletError> {
        let (secret_key, signing_key) = (self.secret_key()?, self.signing_key()?);
        Ok(DerivedAccount::derive(&secret_key, self.salt, &signing_key))
    }
}

impl From<NewAccount> for AccountRecord {
    fn from(account: NewAccount) -> Self {
        Self {
            account_type: account.account_type,
            salt: account.salt,
            secrets: AccountSecrets {
                secret_key: account.secret_key.expose().to_be_bytes(),
                signing_key: *account.signing_key,
            },
        }
    }
}

impl Records {
    /// The accounts, by address.
    pub fn accounts(&self) -> Vec<AccountEntry> {
        let snapshot = self.snapshot();
        let entries = snapshot
            .accounts
            .iter()
            .map(|(address, record)| AccountEntry {
                alias: snapshot.alias_of(address).map(str::to_owned),
                address: *address,
                account_type: record.account_type,
            });
        entries.collect()
    }
}

impl Wallet {
    /// A new account with random keys.
    pub fn random_account(&self, account_type: AccountType) -> NewAccount {
        use rand_core::Rng;
        // Values out of range are drawn again.
        let signing_key = loop {
            let mut bytes = Zeroizing::new([0; 32]);
            self.entropy().fill_bytes(&mut *bytes);
            if SigningKey::from_be_bytes(account_type, &bytes).is_ok() {
                break bytes;
            }
        };
        NewAccount {
            account_type,
            salt: self.random_element(),
            secret_key: SecretKey::from_field(self.random_element()),
            signing_key,
        }
    }

    /// Keeps an account under a name. Nothing happens if it is there under that name.
    pub async fn add_account(
        &self,
        alias: &str,
        account: NewAccount,
    ) -> Result<AccountEntry, WalletError> {
        let record = AccountRecord::from(account);
        let derived = record.derive()?;
        let address = derived.address();
        self.records
            .change(|tables| {
                tables.name(alias, address, AliasKind::Account)?;
                if !tables.accounts.contains(&address) {
                    tables.accounts.put(address, record.clone());
                }
                Ok(())
            })
            .await?;
        self.register_account(&record).await?;
        Ok(AccountEntry {
            alias: Some(alias.to_owned()),
            address,
            account_type: record.account_type,
        })
    }

    /// Sees to it that the private state knows every account: the records come first, so an account
    /// may be there only if the process ended in between.
    pub(super) async fn register_accounts(&self) -> Result<(), WalletError> {
        let snapshot = self.records.snapshot();
        for (_, record) in snapshot.accounts.iter() {
            self.register_account(record).await?;
        }
        Ok(())
    }

    async fn register_account(&self, record: &AccountRecord) -> Result<(), WalletError> {
        let account = record.derive()?;
        let address = account.address();
        let (is_contract, is_account) = {
            let state = self.pxe.state();
            let is_contract = state.contract_instance(&address).is_ok();
            (is_contract, state.has_account(&address))
        };
        if !is_contract {
            let artifact = self.resources.contract(account.contract().name).await?;
            self.pxe
                .register_contract(&account.instance(), Some(artifact))
                .await?;
        }
        if !is_account {
            let partial = account.complete_address.partial_address();
            self.pxe
                .register_account(&record.secret_key()?, partial)
                .await?;
        }
        Ok(())
    }

    /// An account, derived anew.
    pub(super) fn derived_account(
        &self,
        address: AztecAddress,
    ) -> Result<DerivedAccount, WalletError> {
        self.account_record(address)?.derive()
    }

    /// An account that signs.
    pub(super) fn signing_account(
        &self,
        address: AztecAddress,
    ) -> Result<Account<KeySigner>, WalletError> {
        let record = self.account_record(address)?;
        let signer = KeySigner::new(record.signing_key()?);
        Ok(Account::new(&record.derive()?, signer)?)
    }

    fn account_record(&self, address: AztecAddress) -> Result<AccountRecord, WalletError> {
        let snapshot = self.records.snapshot();
        let record = snapshot.accounts.get(&address);
        record.cloned().ok_or(WalletError::UnknownAccount(address))
    }
}
