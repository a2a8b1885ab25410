//! Sessions with dapps through both doors, and what is to be done for them.
//!
//! # What drives the bridge
//!
//! The **content script** relays and knows no keys:
//! - between page and service worker it passes on objects unchanged: those of the wallet SDK as the
//!   package's `ContentScriptConnectionHandler` does (a discovery that is approved twice opens one
//!   port), those of `window.pixie` ([`crate::window`]) as they are;
//! - it waits for an acknowledgement of each message, which the service worker gives when the effects of
//!   that message have been carried out, and sends the same message again if the worker died before:
//!   the bridge takes each message once;
//! - it drops a message beyond [`crate::Limits::max_relayed_bytes`] and closes the session in its place,
//!   and relays nothing while its page is only prerendered.
//!
//! The **service worker** makes a [`crate::ReportedSender`] of what the browser says (`sender.origin`,
//! `sender.tab.id`, `sender.frameId`, `sender.documentId`; never of a message), after checking that the
//! sender is its own extension's content script. It carries out effects one after the other, those of
//! one call before those of the next, delivers to the named document only, and calls
//! [`Bridge::forget_document`] and [`Bridge::forget_tab`] as pages go. After a restart it calls
//! [`Bridge::restore`] before anything else, and answers all that was pending.

mod answer;
mod bridge;
mod record;
mod sdk_door;
mod window_door;

pub use bridge::{AnswerError, Bridge, Restored, UnknownSession};
pub use record::{Change, Row};

use std::fmt;
use std::str::FromStr;

use pixie_primitives::auth_witness::ChainInfo;
use pixie_primitives::codec::from_hex;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use crate::error::WireError;
use crate::origin::{Place, Sender, SenderError};
use crate::sdk::VerificationHash;
use crate::time::Timestamp;
use crate::window::CloseReason;
use crate::wire::{Method, WalletCall};

/// What a wallet tells dapps of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletInfo {
    /// Its id, by which dapps block or prefer it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its icon, as a URL that pages can load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// Its version.
    pub version: String,
}

/// Names a session within the wallet; dapps do not get to see it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SessionId([u8; 16]);

impl SessionId {
    fn random<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({self})")
    }
}

/// A text is no id of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a session")]
pub struct NotASessionId;

impl FromStr for SessionId {
    type Err = NotASessionId;

    fn from_str(text: &str) -> Result<Self, NotASessionId> {
        let is_own_form = text.len() == 32
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if !is_own_form {
            return Err(NotASessionId);
        }
        let bytes = from_hex(text, "SessionId").map_err(|_| NotASessionId)?;
        bytes.try_into().map(Self).map_err(|_| NotASessionId)
    }
}

/// Through which door a dapp came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// `@aztec/wallet-sdk`.
    WalletSdk,
    /// `window.pixie`.
    Window,
}

/// A dapp that looks for a wallet and gets no answer unless the user agrees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// The session that it would become.
    pub session: SessionId,
    /// Who asks.
    pub sender: Sender,
    /// What the dapp calls itself; not to be relied upon.
    pub app_id: String,
    /// The chain that it is for.
    pub chain: ChainInfo,
    /// When it asked.
    pub asked_at: Timestamp,
}

/// What is known of an open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// Its id.
    pub id: SessionId,
    /// Through which door.
    pub door: Door,
    /// Who is at the other end.
    pub sender: Sender,
    /// What the dapp calls itself, if it does; not to be relied upon.
    pub app_id: Option<String>,
    /// The chain that it is bound to, if it is.
    pub chain: Option<ChainInfo>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// What the user compares with the dapp's display (wallet SDK only).
    pub verification: Option<VerificationHash>,
}

/// How a session names a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RequestKey {
    /// The id that a dapp on the wallet SDK gave it.
    Message(String),
    /// The number of its frame.
    Frame(u64),
}

/// Names a request, also after a restart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RequestId {
    /// The session.
    pub session: SessionId,
    /// The request in the session.
    pub key: RequestKey,
}

/// A request for the wallet to answer by [`Bridge::answer`].
#[derive(Debug, Clone)]
pub struct Request {
    /// Its name.
    pub id: RequestId,
    /// Who asks: the origin decides what is allowed.
    pub sender: Sender,
    /// Through which door.
    pub door: Door,
    /// The chain that the dapp means; for a session of the wallet SDK that of its discovery.
    pub chain: Option<ChainInfo>,
    /// What is asked for.
    pub call: WalletCall,
}

/// A request from before a restart that has no answer yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRequest {
    /// Its name.
    pub id: RequestId,
    /// Who asked.
    pub sender: Sender,
    /// For what, if it got that far.
    pub method: Option<Method>,
    /// When.
    pub received_at: Timestamp,
}

/// Why a message was not taken. The user may see these; the sender is told where it can be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The browser does not say who sent it, or it is nobody who may.
    #[error(transparent)]
    Sender(#[from] SenderError),
    /// It is no message of either protocol.
    #[error("not a message of the protocol")]
    Malformed,
    /// It is for a session that does not exist, or not in this document.
    #[error("there is no such session in this document")]
    UnknownSession,
    /// The session exists, but the message is not for its present state.
    #[error("the session is not in the state for this message")]
    WrongState,
    /// A session of this name exists already in this document.
    #[error("the session exists already")]
    Duplicate,
    /// The sender has too many sessions or discoveries.
    #[error("too many sessions or discoveries")]
    TooMany,
    /// The sender sends too much.
    #[error("too many messages or bytes")]
    RateLimited,
    /// It is too large to be looked at.
    #[error("a message of {size} bytes")]
    Oversized {
        /// Its size.
        size: usize,
    },
    /// The keys of the other side make no sense.
    #[error("not a public key")]
    PublicKey,
    /// It was not sealed by the other side of the session.
    #[error("not sealed by the other side of the session")]
    Unauthentic,
    /// It was seen before.
    #[error("the message was seen before")]
    Replayed,
    /// It came after one that was sent later.
    #[error("the message came out of order")]
    OutOfOrder,
    /// A part of the wallet failed, such as the source of randomness.
    #[error("the session's keys could not be made or used")]
    Cipher,
    /// It was a request of an open session, which was answered with this error.
    #[error(transparent)]
    Request(WireError),
}

/// What is to be done. Effects are carried out in order, each finished before the next begins. Only a
/// request that changes nothing may begin before what is to be kept of it is kept, and what is to be kept
/// after a delivery may be kept while that goes on; after the answer to such a request even later, if
/// nothing newer is kept before: lost, the request counts as interrupted, which a page that has its answer
/// does not listen to.
#[derive(Debug)]
pub enum Effect {
    /// Keep these rows, all of them or none, where only the wallet gets at them and where they live
    /// as long as the browser's pages do (`storage.session`, trusted contexts only).
    Store(Vec<Change>),
    /// Send this JSON text to the content script in exactly this document.
    Deliver {
        /// The document.
        to: Place,
        /// The message.
        message: String,
    },
    /// Ask the user, or look up an earlier decision, and call [`Bridge::approve_discovery`] or
    /// [`Bridge::reject_discovery`].
    Discovered(Discovery),
    /// A discovery that the user was to be asked about is over: it waited for too long, or its page
    /// is gone.
    Withdrawn(SessionId),
    /// A session is open. One that was open already has new keys, to be compared anew.
    Opened(SessionInfo),
    /// Answer this.
    Request(Box<Request>),
    /// A session ended. What was not answered cannot be any more: approvals that it waits for are
    /// void.
    Closed {
        /// The session.
        session: SessionInfo,
        /// Why.
        reason: CloseReason,
        /// Its requests without an answer.
        unanswered: Vec<RequestId>,
    },
    /// A message was not taken; for the record.
    Refused {
        /// The origin that the browser reported, as text, if it did.
        origin: Option<String>,
        /// Why not.
        refusal: Refusal,
    },
}
