//! Faults that tests inject into a backend.

use std::sync::{Arc, Mutex, PoisonError};

use crate::backend::BackendError;

/// A point in a commit where a fault can strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultPoint {
    /// Before anything of the batch is written.
    BeforeCommit,
    /// Before the operation with this index.
    Step(usize),
    /// After all operations, before they are made durable.
    BeforeDurable,
    /// After the batch is durable: the caller sees an error although everything is written.
    AfterCommit,
}

#[derive(Debug, Default)]
struct Plan {
    next: Option<FaultPoint>,
    quota: Option<u64>,
}

/// Tells a backend where its next commit fails. Clones share one plan.
#[derive(Clone, Debug, Default)]
pub struct FaultPlan(Arc<Mutex<Plan>>);

impl FaultPlan {
    /// Makes the next commit that reaches `point` fail there; once.
    pub fn fail_at(&self, point: FaultPoint) {
        self.with(|plan| plan.next = Some(point));
    }

    /// Forgets a fault that has not struck.
    pub fn clear(&self) {
        self.with(|plan| plan.next = None);
    }

    /// Whether a fault is still waiting to strike.
    pub fn is_armed(&self) -> bool {
        self.with(|plan| plan.next.is_some())
    }

    /// Limits the bytes of all rows together, or lifts the limit.
    pub fn set_quota(&self, bytes: Option<u64>) {
        self.with(|plan| plan.quota = bytes);
    }

    /// The limit in force, in bytes.
    pub fn quota(&self) -> Option<u64> {
        self.with(|plan| plan.quota)
    }

    /// Called by a backend when its commit gets to `point`.
    ///
    /// # Errors
    /// [`BackendError::Injected`] if the fault was ordered for this point.
    pub fn reach(&self, point: FaultPoint) -> Result<(), BackendError> {
        self.with(|plan| {
            if plan.next == Some(point) {
                plan.next = None;
                Err(BackendError::Injected(point))
            } else {
                Ok(())
            }
        })
    }

    fn with<R>(&self, f: impl FnOnce(&mut Plan) -> R) -> R {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
