use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;

use super::Shared;
use super::envelope::{self, Answers};
use super::method::{CallKind, Method};
use crate::error::NodeError;

type Outcome = Result<Rc<Answers>, NodeError>;
type SharedOutcome = futures_util::future::Shared<LocalBoxFuture<'static, Outcome>>;

/// Gathers the calls that are made together.
pub(super) struct Batcher {
    shared: Rc<Shared>,
    next_id: Cell<u64>,
    open: Rc<RefCell<Option<Open>>>,
}

/// A batch that has not left yet.
struct Open {
    batch: Rc<Batch>,
    outcome: SharedOutcome,
}

/// The calls of a batch.
#[derive(Default)]
struct Batch {
    calls: RefCell<Vec<(u64, String)>>,
    bytes: Cell<usize>,
}

/// A call's place in its batch; dropping it takes the call back as long as the batch waits.
pub(super) struct Call {
    id: u64,
    batch: Rc<Batch>,
    outcome: SharedOutcome,
}

impl Batcher {
    pub(super) fn new(shared: Rc<Shared>) -> Self {
        Self {
            shared,
            next_id: Cell::new(0),
            open: Rc::default(),
        }
    }

    /// Puts a call into the open batch, or into a fresh one where there is none or no room.
    pub(super) fn enter(&self, method: Method, params: &impl Serialize) -> Result<Call, NodeError> {
        let id = self.next_id.get();
        self.next_id.set(id.wrapping_add(1));
        let call = envelope::encode_call(id, method.name, params)?;
        let options = &self.shared.options;
        // The brackets of the batch, or its comma and a bracket, make up for the 2.
        let size = call.len() + 2;
        if size > options.max_request_bytes {
            return Err(NodeError::RequestTooLarge {
                method: method.name,
                size,
                limit: options.max_request_bytes,
            });
        }

        if method.kind != CallKind::Read {
            let batch = Rc::new(Batch::default());
            batch.push(id, call);
            let outcome = self.outcome(&batch, method.kind, false);
            return Ok(Call { id, batch, outcome });
        }
        let mut open = self.open.borrow_mut();
        let has_room = open.as_ref().is_some_and(|open| {
            open.batch.bytes.get() + size <= options.max_request_bytes
                && open.batch.calls.borrow().len() < options.max_batch_calls
        });
        if !has_room {
            *open = None;
        }
        let open = open.get_or_insert_with(|| {
            let batch = Rc::new(Batch::default());
            let outcome = self.outcome(&batch, method.kind, true);
            Open { batch, outcome }
        });
        open.batch.push(id, call);
        Ok(Call {
            id,
            batch: Rc::clone(&open.batch),
            outcome: open.outcome.clone(),
        })
    }

    /// What happens when the batch is awaited: it closes, leaves, and the answers are read.
    fn outcome(&self, batch: &Rc<Batch>, kind: CallKind, is_open: bool) -> SharedOutcome {
        let shared = Rc::clone(&self.shared);
        // Weak, or the open batch would keep itself alive.
        let open: Weak<RefCell<Option<Open>>> = Rc::downgrade(&self.open);
        let batch = Rc::clone(batch);
        async move {
            if let Some(open) = open.upgrade().filter(|_| is_open) {
                // Unless a full batch has made way for another one already.
                let closed = open
                    .borrow_mut()
                    .take_if(|open| Rc::ptr_eq(&open.batch, &batch));
                drop(closed);
            }
            let calls = std::mem::take(&mut *batch.calls.borrow_mut());
            if calls.is_empty() {
                return Ok(Rc::default());
            }
            let body = envelope::encode_batch(calls.iter().map(|(_, call)| call.as_str()));
            shared.exchange(kind, body).await.map(Rc::new)
        }
        .boxed_local()
        .shared()
    }
}

impl Batch {
    fn push(&self, id: u64, call: String) {
        self.bytes.set(self.bytes.get() + call.len() + 2);
        self.calls.borrow_mut().push((id, call));
    }
}

impl Call {
    pub(super) const fn id(&self) -> u64 {
        self.id
    }

    /// The answers of the whole batch.
    pub(super) async fn answers(&self) -> Outcome {
        self.outcome.clone().await
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.batch
            .calls
            .borrow_mut()
            .retain(|(id, _)| *id != self.id);
    }
}
