//! What is kept of sessions with dapps, and when.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use pixie_bridge::session::Change;

use super::app::App;
use super::platform::Platform;

/// How long what need not be kept at once may wait.
const WITHIN: Duration = Duration::from_millis(500);

/// When what is to be kept of an answer is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeping {
    /// While the answer goes out.
    Meanwhile,
    /// When there is time.
    Later,
}

/// Changes that wait to be kept.
#[derive(Default)]
pub(super) struct Unhurried {
    changes: RefCell<Vec<Change>>,
    is_timed: Cell<bool>,
}

impl Unhurried {
    /// Forgets what is older than these changes of the same rows.
    fn supersede(&self, changes: &[Change]) {
        let is_newest =
            |waiting: &Change| changes.iter().all(|change| change.key() != waiting.key());
        self.changes.borrow_mut().retain(is_newest);
    }
}

impl<P: Platform> App<P> {
    /// Keeps rows now.
    pub(super) async fn keep(&self, changes: Vec<Change>) {
        self.0.unhurried.supersede(&changes);
        self.0.platform.keep_rows(changes).await;
    }

    /// Keeps rows when there is time, unless newer ones are kept before.
    pub(super) fn keep_later(&self, changes: Vec<Change>) {
        let unhurried = &self.0.unhurried;
        unhurried.supersede(&changes);
        unhurried.changes.borrow_mut().extend(changes);
        if unhurried.is_timed.replace(true) {
            return;
        }
        let app = self.clone();
        self.0.platform.spawn(Box::pin(async move {
            app.0.platform.timer().sleep(WITHIN).await;
            // Rows are written in the order in which they came to be.
            let turn = app.0.effects.lock().await;
            app.0.unhurried.is_timed.set(false);
            let changes = app.0.unhurried.changes.take();
            if !changes.is_empty() {
                app.0.platform.keep_rows(changes).await;
            }
            drop(turn);
        }));
    }
}
