//! What sites were refused, for the user to see: who, what, how often. Bounded in every way, since it is
//! made by those who misbehave.

use std::collections::BTreeMap;
use std::time::Duration;

use pixie_bridge::ErrorCode;
use pixie_bridge::session::Refusal as DoorRefusal;
use pixie_store::Backend;
use pixie_vault::UnixMillis;
use serde::{Deserialize, Serialize};

use super::{Engine, EngineError};
use crate::permissions::Refusal;

/// The most incidents that are kept; of more, those go that were quiet longest.
pub const MAX_INCIDENTS: usize = 256;
/// The longest origin, in bytes. What browsers report is shorter.
const MAX_ORIGIN: usize = 256;
/// The longest message, in characters.
const MAX_MESSAGE: usize = 400;
/// How often the same incident is written to the storage at most; it is counted in between.
const WRITTEN_EVERY: Duration = Duration::from_secs(10);

/// What a site did that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum IncidentKind {
    /// It asked for something that it has no permission for.
    NotPermitted,
    /// It, or a contract that it called, said something that is not so.
    FalseClaim,
    /// It asked for another chain.
    WrongChain,
    /// It asked for another wallet.
    WrongWallet,
    /// It called a method that there is not.
    UnknownMethod,
    /// It called a method with something that makes no sense.
    InvalidRequest,
    /// It sent something that is no message of the protocol.
    Malformed,
    /// It sent too much at once.
    TooLarge,
    /// It sent too often, or left too much open.
    Flood,
    /// It sent a message again.
    Replayed,
    /// It sent messages out of order.
    OutOfOrder,
    /// It sent something that the other side of the session has not sealed.
    Unauthentic,
    /// It spoke of a session that is not there, or not its own.
    ForeignSession,
    /// The browser does not say who sent it, or it is nobody who may.
    UnknownSender,
}

impl IncidentKind {
    /// What it is to be answered with this error; nothing for errors that are nobody's misdeed.
    #[must_use]
    pub const fn of_code(code: ErrorCode) -> Option<Self> {
        Some(match code {
            ErrorCode::Unauthorized => Self::NotPermitted,
            ErrorCode::WrongChain => Self::WrongChain,
            ErrorCode::WrongWallet => Self::WrongWallet,
            ErrorCode::UnknownMethod => Self::UnknownMethod,
            ErrorCode::InvalidParams => Self::InvalidRequest,
            ErrorCode::MalformedMessage => Self::Malformed,
            ErrorCode::MessageTooLarge => Self::TooLarge,
            ErrorCode::RateLimited | ErrorCode::TooManyPending => Self::Flood,
            ErrorCode::OutOfOrder => Self::OutOfOrder,
            ErrorCode::AnswerTooLarge
            | ErrorCode::UserRejected
            | ErrorCode::Locked
            | ErrorCode::Interrupted
            | ErrorCode::Unsupported
            | ErrorCode::Failed
            | ErrorCode::Internal => return None,
        })
    }

    /// What a refusal at the gate is.
    #[must_use]
    pub const fn of_refusal(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Denied(_) | Refusal::Nested { .. } => Self::NotPermitted,
            Refusal::WrongFunctionType { .. }
            | Refusal::Misplaced { .. }
            | Refusal::InconsistentAuthorization { .. } => Self::FalseClaim,
        }
    }

    /// What a refusal at the door is.
    #[must_use]
    pub const fn at_the_door(refusal: &DoorRefusal) -> Option<Self> {
        Some(match refusal {
            DoorRefusal::Sender(_) => Self::UnknownSender,
            DoorRefusal::Malformed => Self::Malformed,
            DoorRefusal::UnknownSession | DoorRefusal::WrongState | DoorRefusal::Duplicate => {
                Self::ForeignSession
            }
            DoorRefusal::TooMany | DoorRefusal::RateLimited => Self::Flood,
            DoorRefusal::Oversized { .. } => Self::TooLarge,
            DoorRefusal::PublicKey | DoorRefusal::Unauthentic => Self::Unauthentic,
            DoorRefusal::Replayed => Self::Replayed,
            DoorRefusal::OutOfOrder => Self::OutOfOrder,
            DoorRefusal::Cipher => return None,
            DoorRefusal::Request(error) => return Self::of_code(error.code),
        })
    }
}

/// By whom, and of what kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct IncidentKey {
    /// The origin as the browser reported it, if it did. It may be one that no session is given to.
    pub origin: Option<String>,
    /// What was done.
    pub kind: IncidentKind,
}

impl IncidentKey {
    /// A key; an origin that is too long is cut.
    #[must_use]
    pub fn new(origin: Option<&str>, kind: IncidentKind) -> Self {
        let cut = |origin: &str| origin[..origin.floor_char_boundary(MAX_ORIGIN)].to_owned();
        Self {
            origin: origin.map(cut),
            kind,
        }
    }
}

/// How often somebody did something that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    /// What was said of the last one.
    pub message: String,
    /// How often. A few are not counted if the wallet is killed.
    pub count: u64,
    /// When the first one was.
    pub first_at: UnixMillis,
    /// When the last one was.
    pub last_at: UnixMillis,
}

impl Incident {
    fn new(message: &str, at: UnixMillis) -> Self {
        Self {
            message: message.chars().take(MAX_MESSAGE).collect(),
            count: 1,
            first_at: at,
            last_at: at,
        }
    }

    fn absorb(&mut self, later: Self) {
        self.count = self.count.saturating_add(later.count);
        self.last_at = self.last_at.max(later.last_at);
        self.first_at = self.first_at.min(later.first_at);
        self.message = later.message;
    }
}

/// Incidents that were noted and not written down yet.
#[derive(Debug, Default)]
pub struct Noted(BTreeMap<IncidentKey, Incident>);

impl Noted {
    /// Notes an incident.
    pub fn note(&mut self, key: IncidentKey, message: &str, at: UnixMillis) {
        self.absorb(key, Incident::new(message, at));
    }

    fn absorb(&mut self, key: IncidentKey, incident: Incident) {
        match self.0.get_mut(&key) {
            Some(known) => known.absorb(incident),
            None => {
                self.0.insert(key, incident);
            }
        }
        self.forget_oldest();
    }

    fn forget_oldest(&mut self) {
        while self.0.len() > MAX_INCIDENTS {
            let oldest = self.0.iter().min_by_key(|(_, incident)| incident.last_at);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                return;
            };
            self.0.remove(&oldest);
        }
    }
}

impl IntoIterator for Noted {
    type Item = (IncidentKey, Incident);
    type IntoIter = std::collections::btree_map::IntoIter<IncidentKey, Incident>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<B: Backend> Engine<B> {
    /// Notes that somebody was refused something. It is written down at once if it is news, and now and
    /// then otherwise.
    pub async fn note_incident(&self, key: IncidentKey, message: &str) {
        let now = self.now();
        let is_due = match self.records().snapshot().incidents.get(&key) {
            Some(known) => now.since(known.last_at) >= WRITTEN_EVERY,
            None => true,
        };
        self.0.incidents.borrow_mut().note(key, message, now);
        if is_due {
            // What cannot be written now stays noted.
            let _ = self.write_incidents().await;
        }
    }

    /// Takes over what was noted while there was no engine.
    pub async fn take_incidents(&self, noted: Noted) {
        {
            let mut own = self.0.incidents.borrow_mut();
            for (key, incident) in noted {
                own.absorb(key, incident);
            }
        }
        let _ = self.write_incidents().await;
    }

    /// Writes down what was noted.
    ///
    /// # Errors
    /// [`EngineError::Commit`]; what was noted stays so.
    pub async fn write_incidents(&self) -> Result<(), EngineError> {
        let noted = std::mem::take(&mut *self.0.incidents.borrow_mut());
        if noted.0.is_empty() {
            return Ok(());
        }
        let written = self
            .records()
            .change(|tables| {
                let known = tables.incidents.iter();
                let known = known.map(|(key, incident)| (key.clone(), incident.clone()));
                let mut all = Noted(known.collect());
                for (key, incident) in &noted.0 {
                    all.absorb(key.clone(), incident.clone());
                }
                tables.incidents.retain(|key, _| all.0.contains_key(key));
                for key in noted.0.keys() {
                    if let Some(incident) = all.0.get(key) {
                        tables.incidents.put(key.clone(), incident.clone());
                    }
                }
            })
            .await;
        if written.is_err() {
            let mut own = self.0.incidents.borrow_mut();
            for (key, incident) in noted {
                own.absorb(key, incident);
            }
        }
        Ok(written?)
    }

    /// What sites were refused, the latest first.
    #[must_use]
    pub fn incidents(&self) -> Vec<(IncidentKey, Incident)> {
        let snapshot = self.records().snapshot();
        let known = snapshot.incidents.iter();
        let known = known.map(|(key, incident)| (key.clone(), incident.clone()));
        let mut all = Noted(known.collect());
        for (key, incident) in &self.0.incidents.borrow().0 {
            all.absorb(key.clone(), incident.clone());
        }
        let mut all: Vec<_> = all.into_iter().collect();
        all.sort_by_key(|(_, incident)| std::cmp::Reverse(incident.last_at));
        all
    }

    /// Forgets what sites were refused.
    ///
    /// # Errors
    /// [`EngineError::Commit`].
    pub async fn forget_incidents(&self) -> Result<(), EngineError> {
        *self.0.incidents.borrow_mut() = Noted::default();
        self.records()
            .change(|tables| tables.incidents.retain(|_, _| false))
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(origin: usize) -> IncidentKey {
        IncidentKey::new(
            Some(&format!("https://{origin}.example")),
            IncidentKind::Flood,
        )
    }

    #[test]
    fn what_is_repeated_is_counted() {
        let mut noted = Noted::default();
        for at in [5, 9, 7] {
            noted.note(key(1), &format!("at {at}"), UnixMillis(at));
        }
        let (_, incident) = noted.into_iter().next().unwrap();
        assert_eq!(incident.count, 3);
        assert_eq!(incident.first_at, UnixMillis(5));
        assert_eq!(incident.last_at, UnixMillis(9));
        assert_eq!(incident.message, "at 7");
    }

    #[test]
    fn whoever_makes_many_cannot_make_it_grow() {
        let mut noted = Noted::default();
        let long = "é".repeat(5000);
        for origin in 0..3 * MAX_INCIDENTS {
            noted.note(key(origin), &long, UnixMillis(origin as u64));
        }
        assert_eq!(noted.0.len(), MAX_INCIDENTS);
        assert!(noted.0.contains_key(&key(3 * MAX_INCIDENTS - 1)));
        assert!(!noted.0.contains_key(&key(0)), "the oldest is gone");
        let mut all = noted.0.values();
        assert!(all.all(|incident| incident.message.chars().count() == MAX_MESSAGE));
        let key = IncidentKey::new(Some(&long), IncidentKind::Flood);
        assert!(key.origin.unwrap().len() <= MAX_ORIGIN);
    }

    #[test]
    fn errors_that_are_nobodys_misdeed_are_not_noted() {
        let innocent = [
            ErrorCode::UserRejected,
            ErrorCode::Locked,
            ErrorCode::Interrupted,
            ErrorCode::Failed,
            ErrorCode::Internal,
            ErrorCode::Unsupported,
            ErrorCode::AnswerTooLarge,
        ];
        for code in ErrorCode::ALL {
            let is_noted = IncidentKind::of_code(code).is_some();
            assert_eq!(is_noted, !innocent.contains(&code), "{code:?}");
        }
    }
}
