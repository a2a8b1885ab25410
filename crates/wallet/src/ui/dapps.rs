//! Dapps: what content scripts relay, and the answers.

use futures_util::future::{LocalBoxFuture, join};
use futures_util::poll;
use pixie_bridge::session::{
    Discovery, Effect, PendingRequest, Refusal, Request, RequestId, SessionId,
};
use pixie_bridge::{ErrorCode, Place, ReportedSender, SenderError, WireError};
use serde_json::value::RawValue;

use super::app::App;
use super::keeping::Keeping;
use super::platform::Platform;
use crate::approval::{ApprovalRequest, Asked, DiscoverRequest, User as _};
use crate::engine::{Engine, IncidentKey, IncidentKind};
use crate::journal::{Asker, Stage};
use crate::methods::{AwaitedRequest, Caller, Services};

/// How browsers number the page itself among the frames of a tab.
const TOP_FRAME: i64 = 0;

type Outcome = Result<Box<RawValue>, WireError>;

/// Whether an effect is a request that changes nothing.
fn only_reads(effect: &Effect) -> bool {
    matches!(effect, Effect::Request(request) if request.call.method().only_reads())
}

impl<P: Platform> App<P> {
    /// Takes a message that a content script relayed, with what the browser says about its sender.
    /// When this returns, all that had to be stored and sent for it is; the content script may be told
    /// that the message arrived.
    pub async fn receive(&self, sender: &ReportedSender, message: &str) {
        // A frame would be shown to the user as if it were the page around it. Nothing allows one yet.
        if sender.frame_id.is_some_and(|frame| frame != TOP_FRAME) {
            self.refused(sender.origin.as_deref(), &SenderError::Framed.into());
            return;
        }
        let turn = self.0.effects.lock().await;
        let now = self.timestamp();
        let effects = {
            let mut rng = self.0.rng.borrow_mut();
            let mut bridge = self.0.bridge.borrow_mut();
            bridge.receive(sender, message, now, &mut *rng)
        };
        self.carry_out_in_turn(effects, Keeping::Meanwhile).await;
        drop(turn);
    }

    /// A document is gone.
    pub async fn document_gone(&self, place: &Place) {
        let effects = self.0.bridge.borrow_mut().forget_document(place);
        self.carry_out(effects).await;
    }

    /// A tab was closed.
    pub async fn tab_gone(&self, tab: u32) {
        let effects = self.0.bridge.borrow_mut().forget_tab(tab);
        self.carry_out(effects).await;
    }

    /// Carries out effects, after those of earlier calls.
    pub(super) async fn carry_out(&self, effects: Vec<Effect>) {
        if effects.is_empty() {
            return;
        }
        let turn = self.0.effects.lock().await;
        self.carry_out_in_turn(effects, Keeping::Meanwhile).await;
        drop(turn);
    }

    async fn carry_out_in_turn(&self, effects: Vec<Effect>, keeping: Keeping) {
        let mut effects = effects.into_iter().peekable();
        while let Some(effect) = effects.next() {
            match effect {
                Effect::Store(changes) => {
                    // What only reads need not wait until it is kept: if it is lost it is asked again,
                    // and its answer goes out after this turn. What it asks the node leaves first.
                    if let Some(Effect::Request(request)) = effects.next_if(only_reads) {
                        let mut serving = self.serving(*request);
                        if poll!(&mut serving).is_pending() {
                            self.0.platform.spawn(serving);
                        }
                    }
                    self.keep(changes).await;
                }
                Effect::Deliver { to, message } => {
                    let delivering = self.0.platform.deliver(to, message);
                    // That a message went out is kept meanwhile: lost, it is said once more.
                    match effects.next_if(|next| matches!(next, Effect::Store(_))) {
                        Some(Effect::Store(changes)) if keeping == Keeping::Later => {
                            delivering.await;
                            self.keep_later(changes);
                        }
                        Some(Effect::Store(changes)) => {
                            join(delivering, self.keep(changes)).await;
                        }
                        _ => delivering.await,
                    }
                }
                Effect::Discovered(discovery) => self.discovered(discovery),
                Effect::Withdrawn(session) => self.withdrawn(session),
                Effect::Opened(_) => self.announce_soon(),
                Effect::Request(request) => {
                    let serving = self.serving(*request);
                    self.0.platform.spawn(serving);
                }
                Effect::Closed { session, .. } => {
                    self.0.desk.session_closed(session.id);
                    self.announce_soon();
                }
                Effect::Refused { origin, refusal } => self.refused(origin.as_deref(), &refusal),
            }
        }
    }

    /// Notes that a message was not taken.
    fn refused(&self, origin: Option<&str>, refusal: &Refusal) {
        let Some(kind) = IncidentKind::at_the_door(refusal) else {
            return;
        };
        let key = IncidentKey::new(origin, kind);
        let message = refusal.to_string();
        let Some(engine) = self.engine() else {
            // For when the wallet is unlocked and its network is there.
            let now = self.0.platform.clock().now();
            self.0.incidents.borrow_mut().note(key, &message, now);
            return;
        };
        self.0.platform.spawn(Box::pin(async move {
            engine.note_incident(key, &message).await;
        }));
    }

    /// Asks the user whether a dapp that looks for a wallet may know of this one. A dapp that was
    /// granted something knows it already.
    pub(super) fn discovered(&self, discovery: Discovery) {
        let origin = discovery.sender.origin.clone();
        let session = discovery.session;
        let knows = self.engine().is_some_and(|engine| {
            let grants = engine.records().grants(&origin);
            !grants.is_empty(engine.timestamp())
        });
        let app = self.clone();
        if knows {
            self.0.platform.spawn(Box::pin(async move {
                app.decide_discovery(session, true).await;
            }));
            return;
        }
        let waiting = self.0.desk.ask(Asked {
            asker: Asker::Dapp(origin),
            request: ApprovalRequest::Discover(DiscoverRequest {
                app_id: discovery.app_id,
                chain: discovery.chain,
            }),
            entry: None,
            dapp_request: None,
        });
        let Ok(waiting) = waiting else {
            self.0.platform.spawn(Box::pin(async move {
                app.decide_discovery(session, false).await;
            }));
            return;
        };
        let id = waiting.id();
        self.0.discoveries.borrow_mut().insert(session, id);
        self.0.platform.spawn(Box::pin(async move {
            let is_welcome = waiting.answer().await.is_ok();
            app.0.discoveries.borrow_mut().remove(&session);
            app.decide_discovery(session, is_welcome).await;
        }));
    }

    async fn decide_discovery(&self, session: SessionId, is_welcome: bool) {
        let now = self.timestamp();
        let decided = {
            let mut bridge = self.0.bridge.borrow_mut();
            match is_welcome {
                true => bridge.approve_discovery(session, now),
                false => bridge.reject_discovery(session),
            }
        };
        // It may be over already.
        self.carry_out(decided.unwrap_or_default()).await;
    }

    fn withdrawn(&self, session: SessionId) {
        let asked = self.0.discoveries.borrow_mut().remove(&session);
        if let Some(id) = asked {
            // It may have been answered in this very moment.
            let _ = self.0.desk.deny(id);
        }
    }

    /// Serves a request; to go on beside everything else.
    fn serving(&self, request: Request) -> LocalBoxFuture<'static, ()> {
        let app = self.clone();
        Box::pin(async move {
            let id = request.id.clone();
            let keeping = match request.call.method().only_reads() {
                true => Keeping::Later,
                false => Keeping::Meanwhile,
            };
            let caller = Caller::from(&request);
            let outcome = match app.engine_soon().await {
                Some(engine) => {
                    let identity = app.identity();
                    let services = app.services(&identity);
                    let outcome = engine.serve(&caller, request.call, services).await;
                    app.finished_ended(&engine);
                    outcome
                }
                None => Err(app.no_engine()),
            };
            app.finished(None);
            app.answer(&id, outcome, keeping).await;
        })
    }

    fn services<'a>(
        &'a self,
        identity: &'a pixie_bridge::capability::WalletIdentity,
    ) -> Services<'a> {
        Services {
            user: &self.0.desk,
            keys: &self.0.vault,
            identity,
        }
    }

    fn no_engine(&self) -> WireError {
        match self.0.unlocked.borrow().is_some() {
            true => WireError::new(ErrorCode::Failed, "the wallet does not reach its network"),
            false => WireError::new(ErrorCode::Locked, "the wallet is locked"),
        }
    }

    async fn answer(&self, id: &RequestId, outcome: Outcome, keeping: Keeping) {
        let turn = self.0.effects.lock().await;
        let effects = {
            let mut rng = self.0.rng.borrow_mut();
            let mut bridge = self.0.bridge.borrow_mut();
            bridge.answer(id, outcome, &mut *rng)
        };
        // Its session may have ended.
        self.carry_out_in_turn(effects.unwrap_or_default(), keeping)
            .await;
        drop(turn);
    }

    /// Answers requests from before a restart that nothing is known of any more.
    pub(super) async fn interrupt_left_over(&self, is_lost: impl Fn(&PendingRequest) -> bool) {
        let lost: Vec<PendingRequest> = {
            let mut left_over = self.0.left_over.borrow_mut();
            let (lost, rest) = left_over.drain(..).partition(|pending| is_lost(pending));
            *left_over = rest;
            lost
        };
        for pending in lost {
            let outcome = Err(WireError::interrupted());
            self.answer(&pending.id, outcome, Keeping::Meanwhile).await;
        }
    }

    /// Goes on with what was under way when the process ended: dapps get the answers that they wait
    /// for, and transactions come to their end.
    pub(super) async fn take_up(&self, engine: &Engine<P::Backend>) {
        let awaited = engine.awaited();
        let is_awaited = |pending: &PendingRequest| {
            let mut awaited = awaited.iter();
            awaited.any(|(_, awaited)| awaited.request == pending.id)
        };
        self.interrupt_left_over(|pending| !is_awaited(pending))
            .await;
        let left_over = std::mem::take(&mut *self.0.left_over.borrow_mut());
        for (entry, AwaitedRequest { request, wait }) in awaited {
            let Some(pending) = left_over.iter().find(|pending| pending.id == request) else {
                // Nobody waits any more; the transaction itself goes on below.
                let _ = engine.forget_request(entry).await;
                continue;
            };
            let caller = Caller {
                origin: pending.sender.origin.clone(),
                request: Some(request.clone()),
                chain: None,
            };
            let (app, engine) = (self.clone(), engine.clone());
            self.0.platform.spawn(Box::pin(async move {
                let identity = app.identity();
                let services = app.services(&identity);
                let outcome = engine.resume(entry, &caller, wait, services).await;
                app.finished(Some(entry));
                app.answer(&request, outcome, Keeping::Meanwhile).await;
            }));
        }
        let resumed: Vec<_> = engine.awaited().into_iter().map(|(id, _)| id).collect();
        for entry in engine.unfinished() {
            if resumed.contains(&entry) {
                continue;
            }
            let asker = engine.journal().entry(entry).map(|entry| entry.asker);
            if matches!(asker, Some(Asker::Dapp(_))) {
                // Nobody is asked on behalf of a dapp that waits no more; what was approved goes on.
                self.abandon(engine, entry).await;
            }
            self.run(engine, entry, None);
        }
        for entry in engine.unsettled() {
            let is_sent = engine.journal().entry(entry);
            if is_sent.is_some_and(|entry| entry.stage == Stage::Sent) {
                let (app, engine) = (self.clone(), engine.clone());
                self.0.platform.spawn(Box::pin(async move {
                    app.watch_for_block(&engine, entry).await;
                }));
            }
        }
    }
}
