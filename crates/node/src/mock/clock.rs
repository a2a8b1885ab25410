use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use crate::clock::Clock;

/// A clock that stands still until it is turned. Clones share the time.
#[derive(Debug, Clone, Default)]
pub struct ManualClock {
    state: Rc<RefCell<State>>,
}

#[derive(Debug, Default)]
struct State {
    now: Duration,
    sleeps: Vec<Duration>,
    waiting: Vec<Waker>,
}

struct Sleep {
    state: Rc<RefCell<State>>,
    until: Duration,
}

impl ManualClock {
    /// A clock at zero.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Turns the clock and wakes whoever has slept enough.
    pub fn advance(&self, duration: Duration) {
        let waiting = {
            let mut state = self.state.borrow_mut();
            state.now += duration;
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    /// All the waits asked for so far, in order.
    #[must_use]
    pub fn sleeps(&self) -> Vec<Duration> {
        self.state.borrow().sleeps.clone()
    }
}

impl Clock for ManualClock {
    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        let until = {
            let mut state = self.state.borrow_mut();
            state.sleeps.push(duration);
            state.now + duration
        };
        Box::pin(Sleep {
            state: Rc::clone(&self.state),
            until,
        })
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state.borrow_mut();
        if state.now >= self.until {
            return Poll::Ready(());
        }
        state.waiting.push(context.waker().clone());
        Poll::Pending
    }
}
