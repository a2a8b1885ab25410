//! Asking the user.
//!
//! A request is [`Shown`] with all that is to be signed, decoded as far as the wallet itself can. The
//! user's yes names the hash of what the window showed; it makes an [`ApprovalToken`], which nothing
//! else makes, and which signing consumes. Each request gets one answer: a yes, a no, or the window was
//! closed, which is a no.

mod decode;
mod desk;
mod privacy;
mod request;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use pixie_bridge::capability::{GrantedCapability, narrow};
use pixie_primitives::DecodeError;
use pixie_primitives::codec::{array_from_hex, to_hex};
use pixie_vault::{SigningApproval, SigningAuthority};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::journal::Asker;

pub use decode::{
    DecodedArgument, DecodedAuthorization, DecodedCall, DecodedFunction, Party, format_amount,
};
pub use desk::{Asked, Desk, DeskEvent, PendingApproval, User, Waiting};
pub use privacy::{Learner, PrivacyAccount, PublicFact};
pub use request::{
    AddressBookRequest, ApprovalRequest, AuthWitAction, AuthWitRequest, ConnectRequest,
    ContractRequest, DisclosureRequest, DiscoverRequest, FeeShown, SenderRequest, TransactionDraft,
    TransactionRequest,
};

/// The most requests that wait for the user at one time.
pub const MAX_PENDING: usize = 32;
/// What the hash of something shown begins with.
const LABEL: &[u8] = b"pixie-wallet/shown/1/";

/// The number of a request, within one run of the wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApprovalId(pub u64);

/// The number of a window, as the browser has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WindowId(pub u64);

/// The hash of exactly what was shown: SHA-256 over a label and its JSON form.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShownHash([u8; 32]);

impl fmt::Display for ShownHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl FromStr for ShownHash {
    type Err = DecodeError;

    fn from_str(text: &str) -> Result<Self, DecodeError> {
        array_from_hex(text, "hash of something shown").map(Self)
    }
}

impl fmt::Debug for ShownHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShownHash({self})")
    }
}

/// A request as the user sees it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// Who asks.
    pub asker: Asker,
    /// What for.
    pub request: ApprovalRequest,
}

impl Shown {
    /// The hash of all of it.
    fn hash(&self) -> Result<ShownHash, ApprovalError> {
        let json = serde_json::to_vec(self).map_err(ApprovalError::NotShowable)?;
        let hash = Sha256::new().chain_update(LABEL).chain_update(json);
        Ok(ShownHash(hash.finalize().into()))
    }
}

/// Why an answer was not taken, or a request not shown.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// The request was answered already, or never made.
    #[error("request {} is not waiting for an answer", .0.0)]
    NotPending(ApprovalId),
    /// The window showed something other than what waits for an answer.
    #[error("the window showed something other than request {}", .0.0)]
    OtherShown(ApprovalId),
    /// Too many requests wait.
    #[error("{MAX_PENDING} requests are waiting for an answer")]
    TooMany,
    /// The request is not one for capabilities, or is one.
    #[error("request {} takes another kind of answer", .0.0)]
    OtherKind(ApprovalId),
    /// An account was granted that was not shown.
    #[error("an account was granted that was not shown")]
    AccountNotShown,
    /// There is nothing to sign.
    #[error("there is nothing to sign")]
    NothingToSign,
    /// The request has no JSON form.
    #[error("the request cannot be shown")]
    NotShowable(#[source] serde_json::Error),
}

/// The user's yes to exactly one thing.
#[must_use = "an approval does nothing by itself"]
pub struct ApprovalToken {
    id: ApprovalId,
    hash: ShownHash,
    shown: Box<Shown>,
    signing: Option<SigningApproval>,
    granted: Vec<GrantedCapability>,
}

impl ApprovalToken {
    /// The request.
    #[must_use]
    pub const fn id(&self) -> ApprovalId {
        self.id
    }

    /// The hash of what was shown.
    #[must_use]
    pub const fn hash(&self) -> ShownHash {
        self.hash
    }

    /// What was approved.
    #[must_use]
    pub fn request(&self) -> &ApprovalRequest {
        &self.shown.request
    }

    /// Who asked.
    #[must_use]
    pub fn asker(&self) -> &Asker {
        &self.shown.asker
    }

    /// The right to sign what was shown, each message once.
    ///
    /// # Errors
    /// [`ApprovalError::NothingToSign`].
    pub fn into_signing(self) -> Result<SigningApproval, ApprovalError> {
        self.signing.ok_or(ApprovalError::NothingToSign)
    }

    /// What was granted, and the request that it answers.
    #[must_use]
    pub fn into_granted(self) -> (ApprovalRequest, Vec<GrantedCapability>) {
        (self.shown.request, self.granted)
    }
}

impl fmt::Debug for ApprovalToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApprovalToken")
            .field("id", &self.id)
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

struct Pending {
    shown: Box<Shown>,
    hash: ShownHash,
    window: Option<WindowId>,
}

/// The requests that wait for the user. Whoever holds it can approve: it belongs to the part of the
/// program that hears the wallet's own windows.
#[must_use]
pub struct Approvals {
    authority: SigningAuthority,
    pending: BTreeMap<ApprovalId, Pending>,
    next: u64,
}

impl Approvals {
    /// Nothing waits yet.
    pub const fn new(authority: SigningAuthority) -> Self {
        Self {
            authority,
            pending: BTreeMap::new(),
            next: 0,
        }
    }

    /// Has a request wait for the user.
    ///
    /// # Errors
    /// [`ApprovalError::TooMany`], [`ApprovalError::NotShowable`].
    pub fn ask(
        &mut self,
        asker: Asker,
        request: ApprovalRequest,
    ) -> Result<ApprovalId, ApprovalError> {
        if self.pending.len() >= MAX_PENDING {
            return Err(ApprovalError::TooMany);
        }
        let shown = Box::new(Shown { asker, request });
        let hash = shown.hash()?;
        let id = ApprovalId(self.next);
        self.next = self.next.wrapping_add(1);
        let window = None;
        self.pending.insert(
            id,
            Pending {
                shown,
                hash,
                window,
            },
        );
        Ok(id)
    }

    /// What waits, oldest first, with the hash that an answer has to name.
    pub fn pending(&self) -> impl Iterator<Item = (ApprovalId, ShownHash, &Shown)> {
        let pending = self.pending.iter();
        pending.map(|(id, pending)| (*id, pending.hash, &*pending.shown))
    }

    /// Notes which window shows a request.
    ///
    /// # Errors
    /// [`ApprovalError::NotPending`].
    pub fn opened(&mut self, id: ApprovalId, window: WindowId) -> Result<(), ApprovalError> {
        let pending = self.pending.get_mut(&id);
        pending.ok_or(ApprovalError::NotPending(id))?.window = Some(window);
        Ok(())
    }

    /// The user says yes to what has this hash.
    ///
    /// # Errors
    /// [`ApprovalError::OtherShown`] if that is not what waits; it goes on waiting then.
    /// [`ApprovalError::NotPending`] after the first answer. [`ApprovalError::OtherKind`] for a request
    /// for capabilities, which takes [`Self::approve_connection`].
    pub fn approve(
        &mut self,
        id: ApprovalId,
        seen: ShownHash,
    ) -> Result<ApprovalToken, ApprovalError> {
        let pending = self.seen(id, seen)?;
        if matches!(pending.shown.request, ApprovalRequest::Connect(_)) {
            return Err(ApprovalError::OtherKind(id));
        }
        self.take(id, Vec::new())
    }

    /// The user grants a dapp capabilities: of those that it asked for what is also in `offered`.
    ///
    /// # Errors
    /// As [`Self::approve`], and [`ApprovalError::AccountNotShown`].
    pub fn approve_connection(
        &mut self,
        id: ApprovalId,
        seen: ShownHash,
        offered: &[GrantedCapability],
    ) -> Result<ApprovalToken, ApprovalError> {
        let pending = self.seen(id, seen)?;
        let ApprovalRequest::Connect(request) = &pending.shown.request else {
            return Err(ApprovalError::OtherKind(id));
        };
        for capability in offered {
            if let GrantedCapability::Accounts(granted) = capability {
                let is_shown = |item| request.accounts.iter().any(|shown| shown.item == item);
                if !granted
                    .accounts
                    .iter()
                    .all(|account| is_shown(account.item))
                {
                    return Err(ApprovalError::AccountNotShown);
                }
            }
        }
        let granted = narrow(&request.manifest, offered);
        self.take(id, granted)
    }

    /// The user says no, or the request was taken back.
    ///
    /// # Errors
    /// [`ApprovalError::NotPending`].
    pub fn deny(&mut self, id: ApprovalId) -> Result<Shown, ApprovalError> {
        let pending = self.pending.remove(&id);
        Ok(*pending.ok_or(ApprovalError::NotPending(id))?.shown)
    }

    /// A window was closed: what it showed is denied.
    pub fn window_closed(&mut self, window: WindowId) -> Vec<ApprovalId> {
        self.deny_where(|pending| pending.window == Some(window))
    }

    /// The wallet was locked, or somebody has gone: what they asked for is denied.
    pub fn deny_all_of(&mut self, asker: &Asker) -> Vec<ApprovalId> {
        self.deny_where(|pending| pending.shown.asker == *asker)
    }

    fn deny_where(&mut self, goes: impl Fn(&Pending) -> bool) -> Vec<ApprovalId> {
        let denied: Vec<_> = self
            .pending
            .iter()
            .filter(|(_, pending)| goes(pending))
            .map(|(id, _)| *id)
            .collect();
        self.pending.retain(|id, _| !denied.contains(id));
        denied
    }

    fn seen(&self, id: ApprovalId, seen: ShownHash) -> Result<&Pending, ApprovalError> {
        let pending = self.pending.get(&id);
        let pending = pending.ok_or(ApprovalError::NotPending(id))?;
        match pending.hash == seen {
            true => Ok(pending),
            false => Err(ApprovalError::OtherShown(id)),
        }
    }

    /// The only place where a token is made.
    fn take(
        &mut self,
        id: ApprovalId,
        granted: Vec<GrantedCapability>,
    ) -> Result<ApprovalToken, ApprovalError> {
        let pending = self.pending.remove(&id);
        let pending = pending.ok_or(ApprovalError::NotPending(id))?;
        let signing = pending.shown.request.to_sign();
        Ok(ApprovalToken {
            id,
            hash: pending.hash,
            signing: signing.map(|(account, messages)| self.authority.approve(account, messages)),
            shown: pending.shown,
            granted,
        })
    }
}

impl fmt::Debug for Approvals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Approvals")
            .field("pending", &self.pending.len())
            .finish_non_exhaustive()
    }
}
