//! The user's own transactions.

use std::time::Duration;

use pixie_primitives::AztecAddress;
use pixie_primitives::tx::ExecutionPayload;

use super::app::App;
use super::platform::Platform;
use super::request::{Answer, UiError, UiErrorCode};
use super::types::Asked as AskedUser;
use crate::approval::{ApprovalError, ApprovalId, Asked, Desk, User, Waiting};
use crate::engine::{Engine, EngineError, Fee, Order, Place, Task};
use crate::journal::{Asker, EntryId, Rejection, Stage};
use crate::letter::{Sender, letter};

/// How often a node is asked about a transaction that it was sent just now.
const GLANCE: Duration = Duration::from_secs(1);
/// For how long. After that it is asked now and then, as about all others.
const HOPE: Duration = Duration::from_secs(120);

/// Tells what came first: that the user is asked, or why not.
type First = Sender<Result<ApprovalId, UiError>>;

/// The desk, which tells when the user is asked.
struct Announcing<'a> {
    desk: &'a Desk,
    first: std::cell::RefCell<Option<First>>,
}

impl User for Announcing<'_> {
    fn ask(&self, asked: Asked) -> Result<Waiting, ApprovalError> {
        let waiting = self.desk.ask(asked)?;
        if let Some(first) = self.first.borrow_mut().take() {
            first.send(Ok(waiting.id()));
        }
        Ok(waiting)
    }
}

impl<P: Platform> App<P> {
    /// Runs a transaction, beside everything else.
    pub(super) fn run(&self, engine: &Engine<P::Backend>, id: EntryId, first: Option<First>) {
        let (app, engine) = (self.clone(), engine.clone());
        self.0.platform.spawn(Box::pin(async move {
            let user = Announcing {
                desk: &app.0.desk,
                first: std::cell::RefCell::new(first),
            };
            let ended = engine.run(id, &user, &app.0.vault).await;
            let is_sent = matches!(&ended, Ok(ended) if ended.entry.stage == Stage::Sent);
            let first = user.first.borrow_mut().take();
            let outcome = match ended {
                Ok(ended) => match (ended.trouble, ended.entry.stage) {
                    (Some(error), _) => UiError::from(error),
                    (None, Stage::Failed { failure }) => {
                        UiError::new(UiErrorCode::Failed, failure.to_string())
                    }
                    (None, Stage::Rejected { rejection }) => {
                        UiError::new(UiErrorCode::Failed, rejection.to_string())
                    }
                    _ => UiError::new(UiErrorCode::Internal, "nobody was asked"),
                },
                Err(error) => UiError::from(error),
            };
            if let Some(first) = first {
                // Who is told of a failure must not be asked about it later.
                app.abandon(&engine, id).await;
                first.send(Err(outcome));
            }
            app.finished(Some(id));
            app.announce().await;
            if is_sent {
                app.watch_for_block(&engine, id).await;
            }
        }));
    }

    /// Waits for a transaction to be in a block, so that its user hears of it at once.
    pub(super) async fn watch_for_block(&self, engine: &Engine<P::Backend>, id: EntryId) {
        let timer = self.0.platform.timer();
        let begun = engine.now();
        while engine.now().since(begun) < HOPE {
            timer.sleep(GLANCE).await;
            if engine.is_closed() {
                return;
            }
            // A node that does not answer may do so next time.
            let followed = engine.follow(id).await;
            if followed.is_ok_and(|entry| entry.is_none_or(|entry| entry.stage != Stage::Sent)) {
                break;
            }
        }
        self.look_for_deployed(engine).await;
        self.announce().await;
    }

    /// Ends a transaction that nobody has approved.
    pub(super) async fn abandon(&self, engine: &Engine<P::Backend>, id: EntryId) {
        let entry = engine.journal().entry(id);
        if entry.is_some_and(|entry| entry.stage == Stage::Requested) {
            let now = engine.now();
            // If that cannot be written, the user is asked once more.
            let _ = engine
                .journal()
                .rejected(id, Rejection::Abandoned, now)
                .await;
        }
    }

    /// Begins a transaction of the user's; answers when the user is asked about it.
    async fn begin(&self, engine: &Engine<P::Backend>, order: &Order) -> Result<Answer, UiError> {
        let id = engine.request(Asker::User, order).await?;
        let (sender, receiver) = letter();
        self.run(engine, id, Some(sender));
        match receiver.receive().await {
            Some(Ok(id)) => Ok(Answer::Asked(AskedUser { approval: id.0 })),
            Some(Err(error)) => Err(error),
            None => Err(UiError::new(UiErrorCode::Internal, "nobody was asked")),
        }
    }

    pub(super) async fn deploy_account(&self, address: AztecAddress) -> Result<Answer, UiError> {
        let engine = self.ready()?;
        let fee = engine.default_fee(address).await?;
        let mut rng = engine.entropy();
        let order = Order::new(address, Task::Deployment, fee, &mut rng);
        self.begin(&engine, &order).await
    }

    pub(super) async fn send_tokens(
        &self,
        (from, source): (AztecAddress, Place),
        token: AztecAddress,
        (to, target): (AztecAddress, Place),
        amount: &str,
    ) -> Result<Answer, UiError> {
        let engine = self.ready()?;
        let amount = amount.parse::<u128>().map_err(|_| {
            let message = "an amount is a whole number of the token's smallest unit";
            UiError::new(UiErrorCode::InvalidRequest, message)
        })?;
        let call = engine.transfer_call(token, (from, source), (to, target), amount)?;
        let payload = ExecutionPayload {
            calls: vec![call],
            ..ExecutionPayload::default()
        };
        let fee: Fee = engine.default_fee(from).await?;
        let mut rng = engine.entropy();
        let order = Order::new(from, Task::Calls(payload), fee, &mut rng);
        self.begin(&engine, &order).await
    }

    /// The engine, or why there is none.
    pub(super) fn ready(&self) -> Result<Engine<P::Backend>, UiError> {
        match self.engine() {
            Some(engine) => Ok(engine),
            None if self.0.unlocked.borrow().is_some() => {
                let message = "the network is not reached";
                Err(UiError::new(UiErrorCode::Unreachable, message))
            }
            None => Err(EngineError::Closed.into()),
        }
    }
}
