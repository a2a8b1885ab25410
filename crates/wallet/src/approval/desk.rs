//! Where requests wait for the user, and whoever asked waits for the answer.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use pixie_bridge::capability::GrantedCapability;
use pixie_bridge::session::{RequestId, SessionId};
use pixie_vault::{SigningAuthority, UnixMillis};

use super::{
    ApprovalError, ApprovalId, ApprovalRequest, ApprovalToken, Approvals, Shown, ShownHash,
    WindowId,
};
use crate::journal::{Asker, EntryId, Rejection};
use crate::letter::{Receiver, Sender, letter};

/// Something that the user is asked.
#[derive(Debug)]
pub struct Asked {
    /// Who asks.
    pub asker: Asker,
    /// What for.
    pub request: ApprovalRequest,
    /// The transaction that it is about, if it is about one.
    pub entry: Option<EntryId>,
    /// The request of a dapp that it comes from.
    pub dapp_request: Option<RequestId>,
}

impl Asked {
    /// The user's own wish.
    #[must_use]
    pub const fn by_user(request: ApprovalRequest) -> Self {
        Self {
            asker: Asker::User,
            request,
            entry: None,
            dapp_request: None,
        }
    }
}

/// Can be asked.
pub trait User {
    /// Asks. The answer comes later.
    ///
    /// # Errors
    /// [`ApprovalError::TooMany`], [`ApprovalError::NotShowable`].
    fn ask(&self, asked: Asked) -> Result<Waiting, ApprovalError>;
}

type Answer = Result<ApprovalToken, Rejection>;

/// Waits for the user's answer.
#[must_use = "an answer that nobody waits for does nothing"]
pub struct Waiting {
    id: ApprovalId,
    answer: Receiver<Answer>,
}

impl Waiting {
    /// The request.
    #[must_use]
    pub const fn id(&self) -> ApprovalId {
        self.id
    }

    /// The answer: the right to exactly what was shown, or a no.
    ///
    /// # Errors
    /// [`Rejection`].
    pub async fn answer(self) -> Result<ApprovalToken, Rejection> {
        let answer = self.answer.receive().await;
        answer.unwrap_or(Err(Rejection::Abandoned))
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("id", &self.id).finish()
    }
}

/// What happened at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskEvent {
    /// The user is asked something.
    Asked(ApprovalId),
    /// Something was answered, or is not asked any more.
    Answered(ApprovalId),
}

/// A request that waits, as windows show it.
#[derive(Debug, Clone)]
pub struct PendingApproval {
    /// Its number.
    pub id: ApprovalId,
    /// What an answer has to name.
    pub hash: ShownHash,
    /// What is shown.
    pub shown: Shown,
    /// When it was asked.
    pub asked_at: UnixMillis,
    /// The transaction that it is about.
    pub entry: Option<EntryId>,
}

struct Place {
    answer: Sender<Answer>,
    asked_at: UnixMillis,
    entry: Option<EntryId>,
    dapp_request: Option<RequestId>,
}

struct Inner {
    approvals: RefCell<Approvals>,
    places: RefCell<BTreeMap<ApprovalId, Place>>,
    clock: Rc<dyn pixie_vault::Clock>,
    on_event: Box<dyn Fn(DeskEvent)>,
}

/// The desk between those who ask and the user: requests wait here, and answers find who asked.
/// Clones are handles on one desk. Whoever has one can approve.
#[derive(Clone)]
pub struct Desk(Rc<Inner>);

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("pending", &self.0.places.borrow().len())
            .finish()
    }
}

impl User for Desk {
    fn ask(&self, asked: Asked) -> Result<Waiting, ApprovalError> {
        let (sender, answer) = letter();
        let id = {
            let mut approvals = self.0.approvals.borrow_mut();
            approvals.ask(asked.asker, asked.request)?
        };
        let place = Place {
            answer: sender,
            asked_at: self.0.clock.now(),
            entry: asked.entry,
            dapp_request: asked.dapp_request,
        };
        self.0.places.borrow_mut().insert(id, place);
        (self.0.on_event)(DeskEvent::Asked(id));
        Ok(Waiting { id, answer })
    }
}

impl Desk {
    /// A desk at which nothing waits. `on_event` is told what happens, and must not call the desk.
    #[must_use]
    pub fn new(
        authority: SigningAuthority,
        clock: Rc<dyn pixie_vault::Clock>,
        on_event: impl Fn(DeskEvent) + 'static,
    ) -> Self {
        Self(Rc::new(Inner {
            approvals: RefCell::new(Approvals::new(authority)),
            places: RefCell::default(),
            clock,
            on_event: Box::new(on_event),
        }))
    }

    /// What waits, oldest first.
    #[must_use]
    pub fn pending(&self) -> Vec<PendingApproval> {
        let approvals = self.0.approvals.borrow();
        let places = self.0.places.borrow();
        let pending = approvals.pending().filter_map(|(id, hash, shown)| {
            let place = places.get(&id)?;
            Some(PendingApproval {
                id,
                hash,
                shown: shown.clone(),
                asked_at: place.asked_at,
                entry: place.entry,
            })
        });
        pending.collect()
    }

    /// How many requests wait.
    #[must_use]
    pub fn pending_count(&self) -> usize {
        self.0.places.borrow().len()
    }

    /// Notes which window shows a request; one that is closed is a no.
    ///
    /// # Errors
    /// [`ApprovalError::NotPending`].
    pub fn opened(&self, id: ApprovalId, window: WindowId) -> Result<(), ApprovalError> {
        self.0.approvals.borrow_mut().opened(id, window)
    }

    /// The user says yes to what has this hash; to a request for capabilities with those that are
    /// granted. Says which transaction it is about.
    ///
    /// # Errors
    /// Those of [`Approvals::approve`] and [`Approvals::approve_connection`]; the request goes on
    /// waiting then.
    pub fn approve(
        &self,
        id: ApprovalId,
        seen: ShownHash,
        granted: Option<&[GrantedCapability]>,
    ) -> Result<Option<EntryId>, ApprovalError> {
        let token = {
            let mut approvals = self.0.approvals.borrow_mut();
            match granted {
                Some(granted) => approvals.approve_connection(id, seen, granted)?,
                None => approvals.approve(id, seen)?,
            }
        };
        Ok(self.settle(id, Ok(token)))
    }

    /// The user says no.
    ///
    /// # Errors
    /// [`ApprovalError::NotPending`].
    pub fn deny(&self, id: ApprovalId) -> Result<(), ApprovalError> {
        self.0.approvals.borrow_mut().deny(id)?;
        self.settle(id, Err(Rejection::ByUser));
        Ok(())
    }

    /// A window was closed: what it showed is denied.
    pub fn window_closed(&self, window: WindowId) {
        let denied = self.0.approvals.borrow_mut().window_closed(window);
        for id in denied {
            self.settle(id, Err(Rejection::ByUser));
        }
    }

    /// A session with a dapp has ended: nobody waits for what it asked for.
    pub fn session_closed(&self, session: SessionId) {
        self.abandon_where(|place| {
            let request = place.dapp_request.as_ref();
            request.is_some_and(|request| request.session == session)
        });
    }

    /// The wallet is locked: nothing is asked any more.
    pub fn abandon_all(&self) {
        self.abandon_where(|_| true);
    }

    fn abandon_where(&self, goes: impl Fn(&Place) -> bool) {
        let ids: Vec<ApprovalId> = {
            let places = self.0.places.borrow();
            let going = places.iter().filter(|(_, place)| goes(place));
            going.map(|(id, _)| *id).collect()
        };
        for id in ids {
            // It may have been answered in this very moment.
            let _ = self.0.approvals.borrow_mut().deny(id);
            self.settle(id, Err(Rejection::Abandoned));
        }
    }

    fn settle(&self, id: ApprovalId, answer: Answer) -> Option<EntryId> {
        let place = self.0.places.borrow_mut().remove(&id)?;
        place.answer.send(answer);
        (self.0.on_event)(DeskEvent::Answered(id));
        place.entry
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use pixie_primitives::AztecAddress;
    use pixie_vault::{KdfParams, ManualClock, MemoryVaultStorage, Vault, VaultConfig};
    use pollster::block_on;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng as _;

    use super::*;
    use crate::approval::{Party, SenderRequest};

    fn desk() -> (Desk, Rc<RefCell<Vec<DeskEvent>>>) {
        let clock = ManualClock::default();
        let config = VaultConfig {
            kdf: KdfParams::new(8, 1, 1).unwrap(),
            ..VaultConfig::default()
        };
        let rng = ChaCha20Rng::from_seed([1; 32]);
        let opened = Vault::open(MemoryVaultStorage::new(), clock.clone(), rng, config);
        let (_, authority) = block_on(opened).unwrap();
        let events = Rc::new(RefCell::new(Vec::new()));
        let heard = Rc::clone(&events);
        let hear = move |event| heard.borrow_mut().push(event);
        (Desk::new(authority, Rc::new(clock), hear), events)
    }

    fn ask(desk: &Desk) -> Waiting {
        let sender = Party {
            address: AztecAddress::from(5),
            name: None,
            contract: None,
        };
        let request = ApprovalRequest::RegisterSender(SenderRequest {
            sender,
            alias: None,
        });
        desk.ask(Asked::by_user(request)).unwrap()
    }

    #[test]
    fn the_answer_finds_who_asked() {
        let (desk, events) = desk();
        let (first, second) = (ask(&desk), ask(&desk));
        let pending = desk.pending();
        assert_eq!(desk.pending_count(), 2);
        desk.deny(second.id()).unwrap();
        desk.approve(first.id(), pending[0].hash, None).unwrap();
        let (yes, no) = (first.id(), second.id());
        assert_eq!(block_on(first.answer()).unwrap().id(), yes);
        assert_eq!(block_on(second.answer()).unwrap_err(), Rejection::ByUser);
        use DeskEvent::{Answered, Asked};
        let expected = [Asked(yes), Asked(no), Answered(no), Answered(yes)];
        assert_eq!(*events.borrow(), expected);
        assert!(desk.deny(yes).is_err(), "it was answered");
    }

    #[test]
    fn nobody_waits_for_ever() {
        let (desk, _) = desk();
        let (window, lock) = (ask(&desk), ask(&desk));
        desk.opened(window.id(), WindowId(3)).unwrap();
        desk.window_closed(WindowId(3));
        assert_eq!(block_on(window.answer()).unwrap_err(), Rejection::ByUser);
        desk.abandon_all();
        assert_eq!(block_on(lock.answer()).unwrap_err(), Rejection::Abandoned);
        let gone = ask(&desk);
        drop(desk);
        assert_eq!(block_on(gone.answer()).unwrap_err(), Rejection::Abandoned);
    }
}
