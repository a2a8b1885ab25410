//! Own accounts with their keys, and the address book of senders.

use std::collections::BTreeSet;
use std::fmt;

use pixie_primitives::kernel::KeyValidationRequest;
use pixie_primitives::keys::{
    AddressSecret, AppSecretKey, CompleteAddress, KeyKind, MasterSecretKey, MasterSecretKeys,
    PartialAddress, SecretKey, compute_address_secret,
};
use pixie_primitives::{AztecAddress, ByteReader, DecodeError, Fr, FromBytes, Point, ToBytes};
use pixie_store::table;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::codec::stored_as_bytes;
use super::{PxeTables, StateError};
use crate::scopes::AccessScopes;

table! {
    /// Own accounts by address, found by the hashes of their public keys.
    pub Accounts("accounts"): AztecAddress => Account,
    index Fr = |_, account| account.key_hashes.to_vec(),
}

table! {
    /// Addresses from which private messages are expected.
    pub Senders("senders"): AztecAddress => Sender
}

/// What is kept of a sender beside its address: nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender;

/// An account of the wallet. Its `Debug` shows no secret.
#[derive(Clone)]
pub struct Account {
    complete: CompleteAddress,
    keys: MasterSecretKeys,
    /// The hashes of the public keys, in the order of [`KeyKind::ALL`].
    key_hashes: [Fr; 4],
}

impl Account {
    /// The account with this secret and partial address (Aztec 4.1.2, key-store `addAccount`).
    #[must_use]
    pub fn new(secret: &SecretKey, partial_address: PartialAddress) -> Self {
        let keys = MasterSecretKeys::derive(secret);
        let complete = CompleteAddress::derive(keys.public_keys(), partial_address);
        Self::from_parts(complete, keys)
    }

    fn from_parts(complete: CompleteAddress, keys: MasterSecretKeys) -> Self {
        let key_hashes = KeyKind::ALL.map(|kind| complete.public_keys().get(kind).hash());
        Self {
            complete,
            keys,
            key_hashes,
        }
    }

    /// Address, public keys and partial address.
    #[must_use]
    pub const fn complete_address(&self) -> &CompleteAddress {
        &self.complete
    }

    /// The secret keys.
    #[must_use]
    pub const fn keys(&self) -> &MasterSecretKeys {
        &self.keys
    }

    /// The kind of the key whose public key has this hash.
    #[must_use]
    pub fn key_kind(&self, public_key_hash: Fr) -> Option<KeyKind> {
        let mut kinds = KeyKind::ALL.into_iter().zip(self.key_hashes);
        kinds
            .find(|(_, hash)| *hash == public_key_hash)
            .map(|(kind, _)| kind)
    }

    /// The secret with which messages to the account are decrypted.
    #[must_use]
    pub fn address_secret(&self) -> AddressSecret {
        compute_address_secret(
            self.complete.preaddress(),
            &self.keys.incoming_viewing_secret_key,
        )
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Account")
            .field(&self.complete.address())
            .finish()
    }
}

impl ToBytes for Account {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        self.complete.write_bytes(out);
        for kind in KeyKind::ALL {
            self.keys.get(kind).expose().write_bytes(out);
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        // All at once, so that no copy of the keys is left behind.
        let mut out = Vec::with_capacity(512);
        self.write_bytes(&mut out);
        out
    }
}

impl FromBytes for Account {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        let complete = reader.read()?;
        let mut key = || {
            let bytes = Zeroizing::new(reader.array::<32>()?);
            Ok::<_, DecodeError>(MasterSecretKey::from_field(
                pixie_primitives::Fq::from_be_bytes(&bytes)?,
            ))
        };
        let keys = MasterSecretKeys {
            nullifier_hiding_key: key()?,
            incoming_viewing_secret_key: key()?,
            outgoing_viewing_secret_key: key()?,
            tagging_secret_key: key()?,
        };
        Ok(Self::from_parts(complete, keys))
    }
}
stored_as_bytes!(Account);

impl PxeTables {
    /// Adds an account. Returns it, and whether it is new.
    pub fn add_account(
        &mut self,
        secret: &SecretKey,
        partial_address: PartialAddress,
    ) -> (CompleteAddress, bool) {
        let account = Account::new(secret, partial_address);
        let complete = account.complete;
        let is_new = !self.accounts.contains(&complete.address());
        if is_new {
            self.accounts.put(complete.address(), account);
            self.forget_synced();
        }
        (complete, is_new)
    }

    /// The addresses of the accounts, ascending.
    pub fn account_addresses(&self) -> impl Iterator<Item = AztecAddress> {
        self.accounts.keys().copied()
    }

    /// Whether this is an account.
    #[must_use]
    pub fn has_account(&self, address: &AztecAddress) -> bool {
        self.accounts.contains(address)
    }

    /// An account.
    ///
    /// # Errors
    /// [`StateError::UnknownAccount`].
    pub fn account(&self, address: &AztecAddress) -> Result<&Account, StateError> {
        self.accounts
            .get(address)
            .ok_or(StateError::UnknownAccount(*address))
    }

    /// Address, public keys and partial address of an account.
    #[must_use]
    pub fn complete_address(&self, address: &AztecAddress) -> Option<&CompleteAddress> {
        self.accounts.get(address).map(Account::complete_address)
    }

    /// The secret with which messages to an account are decrypted.
    ///
    /// # Errors
    /// [`StateError::UnknownAccount`].
    pub fn address_secret(&self, address: &AztecAddress) -> Result<AddressSecret, StateError> {
        Ok(self.account(address)?.address_secret())
    }

    /// An account in scope that has a key whose public key has this hash, and the key's kind.
    #[must_use]
    pub fn key_owner(
        &self,
        public_key_hash: Fr,
        scopes: &AccessScopes,
    ) -> Option<(&Account, KeyKind)> {
        self.accounts
            .by_index(public_key_hash)
            .filter(|(address, _)| scopes.allows(address))
            .find_map(|(_, account)| Some((account, account.key_kind(public_key_hash)?)))
    }

    /// Whether an account in scope has a key whose public key has this hash.
    #[must_use]
    pub fn has_key(&self, public_key_hash: Fr, scopes: &AccessScopes) -> bool {
        self.key_owner(public_key_hash, scopes).is_some()
    }

    /// A key of an account in scope, bound to a contract.
    ///
    /// # Errors
    /// [`StateError::KeyDenied`] if no account in scope has the key.
    pub fn key_validation_request(
        &self,
        public_key_hash: Fr,
        app: AztecAddress,
        scopes: &AccessScopes,
    ) -> Result<KeyValidationRequest, StateError> {
        let (account, kind) = self
            .key_owner(public_key_hash, scopes)
            .ok_or(StateError::KeyDenied(public_key_hash))?;
        Ok(KeyValidationRequest {
            pk_m: account.complete.public_keys().get(kind),
            sk_app: account.keys.app_secret_key(kind, app).expose(),
        })
    }

    /// The secret key of a master public key, for the kernel.
    ///
    /// # Errors
    /// [`StateError::KeyDenied`] if no account in scope has the key.
    pub fn master_secret_key(
        &self,
        public_key: &Point,
        scopes: &AccessScopes,
    ) -> Result<MasterSecretKey, StateError> {
        let hash = public_key.hash();
        self.key_owner(hash, scopes)
            .map(|(account, kind)| account.keys.get(kind).clone())
            .ok_or(StateError::KeyDenied(hash))
    }

    /// An account's outgoing viewing key, bound to a contract.
    ///
    /// # Errors
    /// [`StateError::UnknownAccount`].
    pub fn app_outgoing_viewing_key(
        &self,
        address: &AztecAddress,
        app: AztecAddress,
    ) -> Result<AppSecretKey, StateError> {
        let keys = self.account(address)?.keys();
        Ok(keys.app_secret_key(KeyKind::OutgoingViewing, app))
    }

    /// Expects private messages from an address. Returns whether that is new; messages from own
    /// accounts are always expected.
    pub fn add_sender(&mut self, sender: AztecAddress) -> bool {
        let is_new = !self.has_account(&sender) && !self.senders.contains(&sender);
        if is_new {
            self.senders.put(sender, Sender);
            self.forget_synced();
        }
        is_new
    }

    /// Expects no messages from an address any more. Returns whether it did.
    pub fn remove_sender(&mut self, sender: &AztecAddress) -> bool {
        self.senders.remove(sender).is_some()
    }

    /// Whose messages are looked for: senders in ascending order, then own accounts in ascending
    /// order, each once.
    #[must_use]
    pub fn expected_senders(&self) -> Vec<AztecAddress> {
        let mut seen = BTreeSet::new();
        let all = self.senders.keys().chain(self.accounts.keys());
        all.copied()
            .filter(|address| seen.insert(*address))
            .collect()
    }
}
