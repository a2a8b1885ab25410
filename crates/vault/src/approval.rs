//! Signing with a key of the vault takes an approval.
//!
//! [`Vault::open`](crate::Vault::open) gives out one [`SigningAuthority`] with each vault. It cannot be
//! made in any other way, nor copied, and nothing but it makes a [`SigningApproval`]. Whoever composes
//! the program hands it to the part that asks the user, and to nobody else: what does not hold it can
//! read the accounts, but never gets at a signing key.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use async_trait::async_trait;
use pixie_accounts::{AccountSignature, Signer, SignerError, SigningMessage, SigningPublicKey};
use pixie_primitives::AztecAddress;
use pixie_primitives::auth_witness::AuthWitMessageHash;
use pixie_primitives::crypto::SignatureError;
use rand_core::CryptoRng;

use crate::account::KeyBytes;
use crate::wipe::on_clean_stack;

/// Tells the authority of one vault from all others, by its place in memory.
#[derive(Debug)]
pub(crate) struct Mark(#[expect(dead_code, reason = "gives it a place of its own")] u8);

/// The right to approve signatures by one vault's accounts.
#[derive(Debug)]
#[must_use = "without it nothing can be signed"]
pub struct SigningAuthority(Arc<Mark>);

/// Allows one account to sign certain messages, each once.
#[derive(Debug)]
#[must_use = "an approval does nothing by itself"]
pub struct SigningApproval {
    mark: Arc<Mark>,
    pub(crate) account: AztecAddress,
    pub(crate) messages: Vec<AuthWitMessageHash>,
}

impl SigningAuthority {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mark(0)))
    }

    pub(crate) fn mark(&self) -> Arc<Mark> {
        Arc::clone(&self.0)
    }

    /// Approves that `account` signs the messages with these hashes (see [`SigningMessage::hash`]).
    pub fn approve(
        &self,
        account: AztecAddress,
        messages: impl IntoIterator<Item = AuthWitMessageHash>,
    ) -> SigningApproval {
        SigningApproval {
            mark: self.mark(),
            account,
            messages: messages.into_iter().collect(),
        }
    }
}

impl SigningApproval {
    /// The account that may sign.
    #[must_use]
    pub const fn account(&self) -> AztecAddress {
        self.account
    }

    /// The hashes of what it may sign.
    #[must_use]
    pub fn messages(&self) -> &[AuthWitMessageHash] {
        &self.messages
    }

    pub(crate) fn is_from(&self, mark: &Arc<Mark>) -> bool {
        Arc::ptr_eq(&self.mark, mark)
    }
}

/// Why an approved signer did not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// The message is not among those approved, or was signed already.
    #[error("signing {hash} for {account} was not approved")]
    NotApproved {
        /// The account that should sign.
        account: AztecAddress,
        /// The message's hash.
        hash: AuthWitMessageHash,
    },
    /// The vault was locked since.
    #[error("the vault is locked")]
    Locked,
}

/// Signs what was approved, each message once. The key is wiped with the last of them, when the signer
/// is dropped, and when the vault locks.
#[derive(Debug)]
pub struct ApprovedSigner {
    account: AztecAddress,
    public_key: SigningPublicKey,
    cell: Arc<SignerCell>,
}

/// What a signer shares with the vault.
#[derive(Debug)]
pub(crate) struct SignerCell(Mutex<Cell>);

#[derive(Debug)]
struct Cell {
    /// As bytes, not as a [`SigningKey`](pixie_accounts::SigningKey): that is a large enum, which takes
    /// along whatever lies on the stack behind a small key when it is moved.
    key: Option<KeyBytes>,
    messages: Vec<AuthWitMessageHash>,
}

impl ApprovedSigner {
    pub(crate) fn new(
        approval: SigningApproval,
        public_key: SigningPublicKey,
        key: KeyBytes,
    ) -> Self {
        let cell = Cell {
            key: Some(key),
            messages: approval.messages,
        };
        Self {
            account: approval.account,
            public_key,
            cell: Arc::new(SignerCell(Mutex::new(cell))),
        }
    }

    /// What the vault keeps to wipe the key with.
    pub(crate) fn cell(&self) -> Weak<SignerCell> {
        Arc::downgrade(&self.cell)
    }
}

impl SignerCell {
    fn lock(&self) -> MutexGuard<'_, Cell> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wipes the key where it lies.
    pub(crate) fn revoke(&self) {
        self.lock().key = None;
    }
}

#[async_trait(?Send)]
impl Signer for ApprovedSigner {
    fn public_key(&self) -> SigningPublicKey {
        self.public_key
    }

    async fn sign(
        &self,
        message: &SigningMessage,
        rng: &mut dyn CryptoRng,
    ) -> Result<AccountSignature, SignerError> {
        let (account, hash) = (message.account(), message.hash());
        let refused = |error| SignerError::Unavailable(Box::new(error));
        let mut cell = self.cell.lock();
        let place = cell.messages.iter().position(|approved| *approved == hash);
        let place = place
            .filter(|_| account == self.account)
            .ok_or_else(|| refused(ApprovalError::NotApproved { account, hash }))?;
        let key = cell
            .key
            .as_ref()
            .ok_or_else(|| refused(ApprovalError::Locked))?;
        let account_type = self.public_key.account_type();
        let signature = on_clean_stack(|| {
            let key = key
                .to_signing_key(account_type)
                .ok_or(SignatureError::OutOfRange)?;
            key.sign(&message.to_bytes(), rng)
        })?;
        cell.messages.swap_remove(place);
        if cell.messages.is_empty() {
            cell.key = None;
        }
        Ok(signature)
    }
}
