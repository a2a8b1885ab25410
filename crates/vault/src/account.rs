//! The accounts of a vault, as the user sees them and as they are stored.

use std::fmt;

use pixie_accounts::{AccountType, DerivedAccount, SigningKey, SigningPublicKey};
use pixie_primitives::keys::{CompleteAddress, InitializationHash, SecretKey};
use pixie_primitives::{AztecAddress, Fr, FromBytes, ToBytes};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::clock::UnixMillis;
use crate::codec::{ByteString, Bytes, FormatError};
use crate::lock::LockPolicy;
use crate::wipe::{SecretBytes, on_clean_stack};

/// A secret number of 32 big-endian bytes. Wiped when dropped; its `Debug` tells nothing.
pub struct KeyBytes(pub(crate) SecretBytes<32>);

impl KeyBytes {
    /// Takes 32 big-endian bytes, and wipes those given.
    #[must_use]
    pub fn new(bytes: &mut [u8; 32]) -> Self {
        let mut secret = SecretBytes::zeroed();
        secret.as_mut().copy_from_slice(bytes);
        bytes.zeroize();
        Self(secret)
    }

    /// The bytes, for showing them to their owner; a copy is not wiped.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_array()
    }

    pub(crate) fn to_field(&self) -> Fr {
        Fr::from_be_bytes(self.as_bytes()).unwrap_or(Fr::ZERO)
    }

    pub(crate) fn to_secret_key(&self) -> Option<SecretKey> {
        let field = Fr::from_be_bytes(self.as_bytes()).ok()?;
        (!field.is_zero()).then(|| SecretKey::from_field(field))
    }

    pub(crate) fn to_signing_key(&self, account_type: AccountType) -> Option<SigningKey> {
        SigningKey::from_be_bytes(account_type, self.as_bytes()).ok()
    }
}

impl fmt::Debug for KeyBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyBytes(…)")
    }
}

/// What there is of an account's signing key.
#[derive(Debug)]
pub enum SigningHalf {
    /// The key itself, for an account of that type.
    Key(AccountType, KeyBytes),
    /// Its public half only: the account can be looked at, and others may sign for it.
    PublicOnly(SigningPublicKey),
}

/// All that makes an account.
#[derive(Debug)]
pub struct AccountKeys {
    /// The secret of its protocol keys, an element of the scalar field. It decrypts and finds the
    /// account's notes.
    pub secret_key: KeyBytes,
    /// The salt of its address.
    pub salt: Fr,
    /// What it signs with.
    pub signing: SigningHalf,
}

/// Where an account's keys come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AccountOrigin {
    /// From the recovery phrase, as the account of its type with this index.
    Derived {
        /// The index.
        index: u32,
    },
    /// From elsewhere: the recovery phrase does not bring it back.
    Imported,
    /// From elsewhere, without a signing key.
    ViewOnly,
}

/// An account of the vault, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultAccount {
    /// The account.
    pub account: DerivedAccount,
    /// Where its keys come from.
    pub origin: AccountOrigin,
    /// The user's name for it.
    pub label: String,
    /// When it was added.
    pub created_at: UnixMillis,
}

impl VaultAccount {
    /// The address.
    #[must_use]
    pub const fn address(&self) -> AztecAddress {
        self.account.address()
    }

    /// Whether the vault has its signing key.
    #[must_use]
    pub const fn can_sign(&self) -> bool {
        !matches!(self.origin, AccountOrigin::ViewOnly)
    }
}

/// An account as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredAccount {
    account_type: AccountType,
    signing_public_key: ByteString,
    initialization_hash: Bytes<32>,
    salt: Bytes<32>,
    complete_address: ByteString,
    origin: AccountOrigin,
    label: String,
    created_at: UnixMillis,
}

impl StoredAccount {
    pub(crate) fn new(account: &VaultAccount) -> Self {
        let derived = &account.account;
        Self {
            account_type: derived.account_type,
            signing_public_key: ByteString(derived.signing_public_key.to_bytes()),
            initialization_hash: Bytes(derived.initialization_hash.to_be_bytes()),
            salt: Bytes(derived.salt.to_be_bytes()),
            complete_address: ByteString(derived.complete_address.to_bytes()),
            origin: account.origin,
            label: account.label.clone(),
            created_at: account.created_at,
        }
    }

    pub(crate) fn parse(self) -> Result<VaultAccount, FormatError> {
        let malformed = || FormatError::Malformed;
        let signing_public_key = SigningPublicKey::from_bytes(&self.signing_public_key.0)
            .ok()
            .filter(|key| key.account_type() == self.account_type)
            .ok_or_else(malformed)?;
        let field = |bytes: Bytes<32>| Fr::from_be_bytes(&bytes.0).map_err(|_| malformed());
        Ok(VaultAccount {
            account: DerivedAccount {
                account_type: self.account_type,
                signing_public_key,
                initialization_hash: InitializationHash::from_field(field(
                    self.initialization_hash,
                )?),
                salt: field(self.salt)?,
                complete_address: CompleteAddress::from_bytes(&self.complete_address.0)
                    .map_err(|_| malformed())?,
            },
            origin: self.origin,
            label: self.label,
            created_at: self.created_at,
        })
    }
}

/// The part of the envelope that is known while the vault is unlocked.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountsPart {
    pub(crate) accounts: Vec<StoredAccount>,
    pub(crate) policy: LockPolicy,
}

impl AccountsPart {
    pub(crate) fn new(accounts: &[VaultAccount], policy: LockPolicy) -> Self {
        Self {
            accounts: accounts.iter().map(StoredAccount::new).collect(),
            policy,
        }
    }

    pub(crate) fn parse(self) -> Result<(Vec<VaultAccount>, LockPolicy), FormatError> {
        let accounts = self.accounts.into_iter().map(StoredAccount::parse);
        Ok((accounts.collect::<Result<_, _>>()?, self.policy))
    }
}

/// The part of the envelope that is opened for one account at a time.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretsPart {
    /// What derived accounts' keys come from.
    pub(crate) root: SecretBytes<32>,
    /// The keys of the other accounts.
    pub(crate) held: Vec<HeldKeys>,
}

/// The keys of an account that is not derived.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeldKeys {
    pub(crate) address: Bytes<32>,
    pub(crate) secret_key: SecretBytes<32>,
    pub(crate) signing_key: Option<SecretBytes<32>>,
}

impl HeldKeys {
    pub(crate) fn new(address: AztecAddress, keys: AccountKeys) -> Self {
        Self {
            address: Bytes(address.to_be_bytes()),
            secret_key: keys.secret_key.0,
            signing_key: match keys.signing {
                SigningHalf::Key(_, key) => Some(key.0),
                SigningHalf::PublicOnly(_) => None,
            },
        }
    }

    pub(crate) fn duplicate(&self) -> Self {
        Self {
            address: self.address,
            secret_key: self.secret_key.duplicate(),
            signing_key: self.signing_key.as_ref().map(SecretBytes::duplicate),
        }
    }
}

impl SecretsPart {
    /// The keys of an account; `None` if they are not here.
    pub(crate) fn keys_of(&self, account: &VaultAccount) -> Option<AccountKeys> {
        let derived = &account.account;
        if let AccountOrigin::Derived { index } = account.origin {
            return Some(crate::derive::account_keys(
                &self.root,
                derived.account_type,
                index,
            ));
        }
        let address = Bytes(account.address().to_be_bytes());
        let held = self.held.iter().find(|held| held.address == address)?;
        on_clean_stack(|| {
            Some(AccountKeys {
                secret_key: KeyBytes(held.secret_key.duplicate()),
                salt: derived.salt,
                signing: match &held.signing_key {
                    Some(key) => SigningHalf::Key(derived.account_type, KeyBytes(key.duplicate())),
                    None => SigningHalf::PublicOnly(derived.signing_public_key),
                },
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codec::{decode, encode};
    use crate::derive::{account_keys, derived_account};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn accounts_round_trip(
            root: [u8; 32], index: u32, label: String, kind in 0..3usize, created_at: u64,
        ) {
            let root = SecretBytes::copy_of(&root).unwrap();
            let keys = account_keys(&root, AccountType::ALL[kind], index);
            let account = VaultAccount {
                account: derived_account(&keys).unwrap(),
                origin: [
                    AccountOrigin::Derived { index },
                    AccountOrigin::Imported,
                    AccountOrigin::ViewOnly,
                ][kind],
                label,
                created_at: UnixMillis(created_at),
            };
            let part = AccountsPart::new(std::slice::from_ref(&account), LockPolicy::DEFAULT);
            let read: AccountsPart = decode(&encode(&part).unwrap()).unwrap();
            prop_assert_eq!(&read, &part);
            prop_assert_eq!(read.parse(), Ok((vec![account], LockPolicy::DEFAULT)));
        }
    }

    proptest! {
        #[test]
        fn secrets_round_trip(root: [u8; 32], held: Vec<([u8; 32], [u8; 32], Option<[u8; 32]>)>) {
            let secret = |bytes: &[u8; 32]| SecretBytes::copy_of(bytes).unwrap();
            let part = SecretsPart {
                root: secret(&root),
                held: held.iter().map(|(address, secret_key, signing_key)| HeldKeys {
                    address: Bytes(*address),
                    secret_key: secret(secret_key),
                    signing_key: signing_key.as_ref().map(secret),
                }).collect(),
            };
            let bytes = encode(&part).unwrap();
            let read: SecretsPart = decode(&bytes).unwrap();
            prop_assert_eq!(encode(&read).unwrap(), bytes);
            prop_assert_eq!(read.root.as_array(), &root);
            prop_assert_eq!(read.held.len(), held.len());
        }

        #[test]
        fn random_bytes_are_refused(bytes: Vec<u8>) {
            prop_assert!(decode::<SecretsPart>(&bytes).is_err());
            prop_assert!(decode::<AccountsPart>(&bytes).is_err());
        }
    }
}
