//! The bridge itself: who may speak, what there is, and how it ends.

use std::collections::BTreeMap;

use rand_core::CryptoRng;
use serde::Deserialize;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use super::record::{self, Change, Line, Phase, Session};
use super::{
    Discovery, Effect, PendingRequest, Refusal, RequestId, SessionId, SessionInfo, WalletInfo,
};
use crate::limits::{Limits, RateLimiter, Verdict};
use crate::origin::{Origin, Place, ReportedSender, Sender};
use crate::sdk::messages::{FROM_CONTENT_SCRIPT, Told, ToldKind};
use crate::time::Timestamp;
use crate::window::CloseReason;
use crate::window::messages::{Closed, Head, Kind};

/// There is no such session, or it is not in the state for this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such session, or it is not in the state for this")]
pub struct UnknownSession;

/// Why a request could not be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// It was answered already, or its session ended, or there never was such a request.
    #[error("the request waits for no answer")]
    NotPending,
}

/// All sessions with dapps.
///
/// Nothing in here waits for anything: methods take the time and randomness and give back what is to
/// be done.
#[derive(Debug)]
pub struct Bridge {
    pub(super) wallet: WalletInfo,
    pub(super) limits: Limits,
    pub(super) rates: RateLimiter,
    pub(super) sessions: BTreeMap<SessionId, Session>,
    /// Sessions by where they are and what the dapp calls them.
    pub(super) lines: BTreeMap<(Place, Line), SessionId>,
}

/// A bridge after a restart, and what is left over from before.
#[derive(Debug)]
pub struct Restored {
    /// The bridge, whose sessions go on.
    pub bridge: Bridge,
    /// Requests without an answer. Each is to be answered: by its outcome if the wallet has kept it,
    /// or with [`crate::WireError::interrupted`].
    pub pending: Vec<PendingRequest>,
    /// Discoveries that the user has not decided about.
    pub discoveries: Vec<Discovery>,
    /// Keys of rows that could not be used; their sessions are gone.
    pub damaged: Vec<String>,
    /// What is to be done first: damaged rows are removed, and dapps whose discovery was approved are
    /// told (again, perhaps: the content script takes the first of it).
    pub effects: Vec<Effect>,
}

/// Everything that a message handler needs to know.
pub(super) struct Incoming<'a> {
    pub(super) sender: Sender,
    pub(super) text: &'a str,
    pub(super) verdict: Verdict,
    pub(super) now: Timestamp,
}

impl Incoming<'_> {
    pub(super) fn refused(&self, refusal: Refusal) -> Effect {
        Effect::Refused {
            origin: Some(self.sender.origin.to_string()),
            refusal,
        }
    }
}

impl Bridge {
    /// A bridge without sessions.
    #[must_use]
    pub fn new(wallet: WalletInfo, limits: Limits) -> Self {
        Self {
            wallet,
            limits,
            rates: RateLimiter::default(),
            sessions: BTreeMap::new(),
            lines: BTreeMap::new(),
        }
    }

    /// A bridge with the sessions that were stored before a restart. Rates are counted anew.
    #[must_use]
    pub fn restore(
        wallet: WalletInfo,
        limits: Limits,
        rows: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Restored {
        let rows = rows.into_iter();
        let loaded = record::load(rows.map(|(key, row)| (key, Zeroizing::new(row))));
        let mut bridge = Self::new(wallet, limits);
        let (mut pending, mut discoveries) = (Vec::new(), Vec::new());
        let mut announced = Vec::new();
        for session in loaded.sessions {
            if let Some(open) = session.open() {
                let requests = open.pending.iter().map(|(key, request)| PendingRequest {
                    id: RequestId {
                        session: session.id,
                        key: key.clone(),
                    },
                    sender: session.sender.clone(),
                    method: request.method,
                    received_at: request.received_at,
                });
                pending.extend(requests);
            }
            discoveries.extend(discovery(&session));
            if matches!(session.phase, Phase::Approved) {
                announced.extend(bridge.announce(&session));
            }
            bridge.insert(session);
        }
        let damaged = loaded.damaged;
        let changes = damaged
            .iter()
            .map(|key| Change::Remove { key: key.clone() });
        let changes: Vec<Change> = changes.collect();
        let mut effects = match changes.is_empty() {
            true => Vec::new(),
            false => vec![Effect::Store(changes)],
        };
        effects.extend(announced);
        Restored {
            bridge,
            pending,
            discoveries,
            damaged,
            effects,
        }
    }

    /// Takes a message that a content script relayed, as JSON text.
    pub fn receive<R: CryptoRng + ?Sized>(
        &mut self,
        reported: &ReportedSender,
        text: &str,
        now: Timestamp,
        rng: &mut R,
    ) -> Vec<Effect> {
        #[derive(Deserialize)]
        struct Kinds {
            pixie: Option<IgnoredAny>,
            origin: Option<String>,
        }
        let sender = match Sender::try_from(reported) {
            Ok(sender) => sender,
            Err(error) => {
                return vec![Effect::Refused {
                    origin: reported.origin.clone(),
                    refusal: error.into(),
                }];
            }
        };
        let mut effects = self.expire(now);
        let verdict = self
            .rates
            .charge(&sender.origin, text.len(), now, &self.limits);
        let incoming = Incoming {
            sender,
            text,
            verdict,
            now,
        };
        let kinds = serde_json::from_str::<Kinds>(text);
        effects.extend(match kinds {
            Ok(kinds) if kinds.pixie.is_some() => self.through_window(&incoming, rng),
            Ok(kinds) if kinds.origin.as_deref() == Some(FROM_CONTENT_SCRIPT) => {
                self.through_sdk(&incoming, rng)
            }
            _ => vec![incoming.refused(Refusal::Malformed)],
        });
        effects
    }

    /// Lets a dapp that looks for a wallet know of this one.
    pub fn approve_discovery(
        &mut self,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Vec<Effect>, UnknownSession> {
        let session = self.sessions.get_mut(&session).ok_or(UnknownSession)?;
        if !matches!(session.phase, Phase::Asked) {
            return Err(UnknownSession);
        }
        session.phase = Phase::Approved;
        session.since = now;
        let id = session.id;
        let mut effects = vec![Effect::Store(vec![session.put()])];
        let session = self.sessions.get(&id);
        effects.extend(session.and_then(|session| self.announce(session)));
        Ok(effects)
    }

    fn announce(&self, session: &Session) -> Option<Effect> {
        let Line::Sdk(name) = &session.line else {
            return None;
        };
        Some(Effect::Deliver {
            to: session.place().clone(),
            message: told(ToldKind::DiscoveryApproved, name, Some(&self.wallet)),
        })
    }

    /// Says nothing to a dapp that looks for a wallet, as if there were none.
    pub fn reject_discovery(&mut self, session: SessionId) -> Result<Vec<Effect>, UnknownSession> {
        match self.sessions.get(&session).map(|session| &session.phase) {
            Some(Phase::Asked) => Ok(self.forget(session)),
            _ => Err(UnknownSession),
        }
    }

    /// Discoveries that wait for the user.
    pub fn discoveries(&self) -> impl Iterator<Item = Discovery> {
        self.sessions.values().filter_map(discovery)
    }

    /// Open sessions.
    pub fn sessions(&self) -> impl Iterator<Item = SessionInfo> {
        let open = self
            .sessions
            .values()
            .filter(|session| session.open().is_some());
        open.map(Session::info)
    }

    /// Ends a session and tells the dapp.
    pub fn close(
        &mut self,
        session: SessionId,
        reason: CloseReason,
    ) -> Result<Vec<Effect>, UnknownSession> {
        match self.sessions.contains_key(&session) {
            true => Ok(self.end(session, reason, true)),
            false => Err(UnknownSession),
        }
    }

    /// Ends all sessions of an origin, as when the user revokes its access.
    pub fn close_origin(&mut self, origin: &Origin, reason: CloseReason) -> Vec<Effect> {
        self.end_where(reason, true, |session| session.sender.origin == *origin)
    }

    /// Ends all sessions.
    pub fn close_all(&mut self, reason: CloseReason) -> Vec<Effect> {
        self.end_where(reason, true, |_| true)
    }

    /// A document is gone: its content script's port was closed, or it was navigated away from.
    pub fn forget_document(&mut self, place: &Place) -> Vec<Effect> {
        let reason = CloseReason::Navigated;
        self.end_where(reason, false, |session| session.place() == place)
    }

    /// A tab was closed.
    pub fn forget_tab(&mut self, tab: u32) -> Vec<Effect> {
        let reason = CloseReason::Navigated;
        self.end_where(reason, false, |session| session.place().tab == tab)
    }

    /// Ends discoveries that waited for too long. Every message does this as well.
    pub fn expire(&mut self, now: Timestamp) -> Vec<Effect> {
        let lifetime = self.limits.discovery_lifetime;
        self.end_where(CloseReason::Expired, false, |session| {
            session.open().is_none() && now.since(session.since) >= lifetime
        })
    }

    pub(super) fn insert(&mut self, session: Session) {
        let line = (session.place().clone(), session.line.clone());
        self.lines.insert(line, session.id);
        self.sessions.insert(session.id, session);
    }

    pub(super) fn find(&self, place: &Place, line: Line) -> Option<SessionId> {
        self.lines.get(&(place.clone(), line)).copied()
    }

    /// Room for one more session in this document. A frame shows one document at a time: sessions of
    /// an earlier one in the same frame are over.
    pub(super) fn make_room(&mut self, incoming: &Incoming<'_>) -> (Vec<Effect>, bool) {
        let Sender { origin, place } = &incoming.sender;
        let effects = self.end_where(CloseReason::Navigated, false, |session| {
            let other = session.place();
            other.tab == place.tab && other.frame == place.frame && other.document != place.document
        });
        let of_origin = |session: &&Session| session.sender.origin == *origin;
        let sessions = self.sessions.values();
        let has_room = self.sessions.len() < self.limits.max_sessions
            && sessions.filter(of_origin).count() < self.limits.max_sessions_per_origin;
        (effects, has_room)
    }

    fn end_where(
        &mut self,
        reason: CloseReason,
        tell: bool,
        ends: impl Fn(&Session) -> bool,
    ) -> Vec<Effect> {
        let sessions = self.sessions.values().filter(|session| ends(session));
        let sessions: Vec<SessionId> = sessions.map(|session| session.id).collect();
        let ended = sessions.into_iter();
        ended
            .flat_map(|session| self.end(session, reason, tell))
            .collect()
    }

    /// Ends a session. The dapp is told first: if the process dies before the rows are gone, it is told
    /// again later, which does no harm.
    pub(super) fn end(&mut self, id: SessionId, reason: CloseReason, tell: bool) -> Vec<Effect> {
        let Some(session) = self.sessions.get(&id) else {
            return Vec::new();
        };
        let mut effects = Vec::new();
        if tell && !matches!(session.phase, Phase::Asked) {
            effects.push(goodbye(session.place().clone(), &session.line, reason));
        }
        let closed = match session.phase {
            Phase::Asked => Some(Effect::Withdrawn(id)),
            Phase::Approved | Phase::Open(_) => closed(session, reason),
        };
        effects.extend(self.forget(id));
        effects.extend(closed);
        effects
    }

    fn forget(&mut self, id: SessionId) -> Vec<Effect> {
        let Some(session) = self.sessions.remove(&id) else {
            return Vec::new();
        };
        self.lines
            .remove(&(session.place().clone(), session.line.clone()));
        vec![Effect::Store(session.remove())]
    }
}

/// What the wallet is told of a session's end, if it was open.
pub(super) fn closed(session: &Session, reason: CloseReason) -> Option<Effect> {
    let open = session.open()?;
    let unanswered = open.pending.keys().map(|key| RequestId {
        session: session.id,
        key: key.clone(),
    });
    Some(Effect::Closed {
        session: session.info(),
        reason,
        unanswered: unanswered.collect(),
    })
}

/// What the dapp is told of a session's end; also of one that never was.
pub(super) fn goodbye(to: Place, line: &Line, reason: CloseReason) -> Effect {
    let message = match line {
        Line::Sdk(name) => told::<()>(ToldKind::SessionDisconnected, name, None),
        Line::Window(name) => json(&Closed {
            head: Head::new(Kind::Closed, *name),
            reason,
        }),
    };
    Effect::Deliver { to, message }
}

pub(super) fn told<T: serde::Serialize>(
    kind: ToldKind,
    session_id: &str,
    content: Option<T>,
) -> String {
    json(&Told {
        origin: "background",
        kind,
        session_id,
        content,
    })
}

/// JSON of messages that consist of texts and numbers, which does not fail.
pub(super) fn json<T: serde::Serialize>(message: &T) -> String {
    serde_json::to_string(message).unwrap_or_default()
}

fn discovery(session: &Session) -> Option<Discovery> {
    match (&session.phase, &session.app_id, session.chain) {
        (Phase::Asked, Some(app_id), Some(chain)) => Some(Discovery {
            session: session.id,
            sender: session.sender.clone(),
            app_id: app_id.clone(),
            chain,
            asked_at: session.since,
        }),
        _ => None,
    }
}
