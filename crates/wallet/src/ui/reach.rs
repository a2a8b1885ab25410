//! Whether the node is there. A network that is lost is found again without anybody's help.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use pixie_node::NodeError;

use super::app::{App, Link};
use super::platform::Platform;
use super::types::NetworkStatus;
use crate::engine::{Engine, ExpectedChain};

/// How long a node may think about an easy question: so many steps. What this process itself is busy
/// for counts as one of them.
const STEP: Duration = Duration::from_secs(1);
const STEPS: usize = 10;

impl<P: Platform> App<P> {
    /// Asks the node who it is. Pages are told what is wrong, and when it is not any more. Says whether
    /// all is well.
    pub(super) async fn look_for_node(&self, engine: &Engine<P::Backend>) -> bool {
        let answer = self.patiently(engine.node().node_info()).await;
        if engine.is_closed() {
            return false;
        }
        let elsewhere = match answer {
            None => {
                self.note_trouble(Some("the node does not answer".to_owned()))
                    .await;
                return false;
            }
            Some(Ok(info)) => match ExpectedChain::from(engine.chain()).check(&info) {
                Ok(_) => {
                    self.note_trouble(None).await;
                    return true;
                }
                Err(problem) => problem,
            },
            Some(Err(NodeError::Incompatible(problem))) => problem,
            Some(Err(error)) => {
                self.note_trouble(Some(error.to_string())).await;
                return false;
            }
        };
        self.leave_network(Link::WrongChain(elsewhere.to_string()));
        self.announce().await;
        false
    }

    /// Asks the node who it is, beside everything else.
    pub(super) fn look_for_node_soon(&self) {
        let Some(engine) = self.engine() else {
            return;
        };
        let app = self.clone();
        self.0.platform.spawn(Box::pin(async move {
            app.look_for_node(&engine).await;
        }));
    }

    /// Connects again if the network was not reached. Until it is, pages are told what they were told.
    pub(super) fn try_again(&self) {
        let trouble = self.with_unlocked(|unlocked| match &unlocked.link {
            Link::Unreachable(problem) => Some((NetworkStatus::Unreachable, problem.clone())),
            Link::WrongChain(problem) => Some((NetworkStatus::WrongChain, problem.clone())),
            Link::Connecting | Link::Ready(_) => None,
        });
        let Some(trouble) = trouble.flatten() else {
            return;
        };
        self.begin_to_connect();
        if let Some(unlocked) = &mut *self.0.unlocked.borrow_mut() {
            unlocked.trouble = Some(trouble);
        }
    }

    async fn note_trouble(&self, problem: Option<String>) {
        let trouble = problem.map(|problem| (NetworkStatus::Unreachable, problem));
        let has_changed = match &mut *self.0.unlocked.borrow_mut() {
            Some(unlocked) if unlocked.trouble != trouble => {
                unlocked.trouble = trouble;
                true
            }
            _ => false,
        };
        if has_changed {
            self.announce().await;
        }
    }

    /// What comes of something, unless it takes too long.
    async fn patiently<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let timer = self.0.platform.timer();
        let mut work = pin!(work);
        for _ in 0..STEPS {
            match select(work.as_mut(), timer.sleep(STEP)).await {
                Either::Left((outcome, _)) => return Some(outcome),
                Either::Right(_) => {}
            }
        }
        None
    }
}
