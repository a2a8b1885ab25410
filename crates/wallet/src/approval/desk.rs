//! Where requests wait for the user, and whoever asked waits for the answer.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use pixie_bridge::capability::GrantedCapability;
use pixie_bridge::session::{RequestId, SessionId};
use pixie_vault::{SigningAuthority, UnixMillis};

use super::{
    ApprovalError, ApprovalId, ApprovalRequest, ApprovalToken, Approvals, Shown, ShownHash,
    WindowId,
};
use crate::journal::{Asker, EntryId, Rejection};

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

/// Brings one answer from who gives it to who waits for it.
#[derive(Default)]
struct Letter {
    answer: Option<Answer>,
    waker: Option<Waker>,
}

/// Waits for the user's answer.
#[must_use = "an answer that nobody waits for does nothing"]
pub struct Waiting {
    id: ApprovalId,
    answer: Rc<RefCell<Letter>>,
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
        poll_fn(|context| {
            let mut letter = self.answer.borrow_mut();
            match letter.answer.take() {
                Some(answer) => Poll::Ready(answer),
                None => {
                    letter.waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
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
    answer: Rc<RefCell<Letter>>,
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
        let answer = Rc::<RefCell<Letter>>::default();
        let id = {
            let mut approvals = self.0.approvals.borrow_mut();
            approvals.ask(asked.asker, asked.request)?
        };
        let place = Place {
            answer: Rc::clone(&answer),
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
        let waker = {
            let mut letter = place.answer.borrow_mut();
            letter.answer = Some(answer);
            letter.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
        (self.0.on_event)(DeskEvent::Answered(id));
        place.entry
    }
}
