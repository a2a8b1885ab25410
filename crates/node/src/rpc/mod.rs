//! The JSON-RPC client: batches, deadlines, retries, typed errors.
//!
//! Calls that are made together (in one `join!`, say) travel in one HTTP request. A dropped call is
//! taken out of a batch that has not left yet; when the last caller of a batch is gone the request
//! itself is abandoned.

mod batch;
mod envelope;
mod method;
mod retry;
#[cfg(all(test, not(all(target_arch = "wasm32", target_os = "unknown"))))]
mod tests;

use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use method::{CallKind, Method};
pub use retry::RetryPolicy;

use crate::clock::Clock;
use crate::error::NodeError;
use crate::transport::Transport;
use crate::version::ExpectedComponents;
use batch::Batcher;
use envelope::Answer;

/// Limits and habits of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RpcOptions {
    /// The time for one attempt of an ordinary call.
    pub timeout: Duration,
    /// The time for one attempt of a call that takes the node long (public simulation, sending).
    pub heavy_timeout: Duration,
    /// A response may have this many bytes.
    pub max_response_bytes: usize,
    /// A request may have this many bytes (a node accepts 1 MiB unless it is configured otherwise).
    pub max_request_bytes: usize,
    /// A batch may have this many calls (a node accepts 100 unless it is configured otherwise).
    pub max_batch_calls: usize,
    /// How calls that change nothing are repeated.
    pub retry: RetryPolicy,
    /// What the `x-aztec-…` headers of every response must say, where they are visible.
    pub expected: ExpectedComponents,
}

impl Default for RpcOptions {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            heavy_timeout: Duration::from_secs(120),
            max_response_bytes: 64 << 20,
            max_request_bytes: 1 << 20,
            max_batch_calls: 100,
            retry: RetryPolicy::default(),
            expected: ExpectedComponents::default(),
        }
    }
}

/// A JSON-RPC client for one node.
pub struct RpcClient {
    shared: Rc<Shared>,
    batcher: Batcher,
}

/// What every request of a client needs.
struct Shared {
    transport: Box<dyn Transport>,
    clock: Box<dyn Clock>,
    options: RpcOptions,
}

impl std::fmt::Debug for RpcClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RpcClient")
            .field("url", &self.url())
            .field("options", &self.shared.options)
            .finish_non_exhaustive()
    }
}

impl RpcClient {
    /// A client that uses this transport and clock.
    pub fn new(
        transport: impl Transport + 'static,
        clock: impl Clock + 'static,
        options: RpcOptions,
    ) -> Self {
        let shared = Rc::new(Shared {
            transport: Box::new(transport),
            clock: Box::new(clock),
            options,
        });
        Self {
            batcher: Batcher::new(Rc::clone(&shared)),
            shared,
        }
    }

    /// The address of the node.
    #[must_use]
    pub fn url(&self) -> &str {
        self.shared.transport.url()
    }

    /// Calls a method. `params` must serialise to an array; `()` stands for an empty one.
    pub async fn call<R: for<'de> Deserialize<'de>>(
        &self,
        method: Method,
        params: impl Serialize,
    ) -> Result<R, NodeError> {
        let name = method.name;
        let call = self.batcher.enter(method, &params)?;
        // Lets the calls that are made beside this one enter the same batch.
        yield_once().await;
        let answers = call.answers().await?;
        match answers.get(call.id()) {
            Some(Answer::Result(result)) => envelope::decode_result(name, result),
            Some(Answer::Error { code, message }) => Err(NodeError::Rpc {
                method: name,
                code: *code,
                message: message.clone(),
            }),
            Some(Answer::Duplicate) => Err(NodeError::DuplicateAnswer { method: name }),
            None => Err(NodeError::MissingAnswer { method: name }),
        }
    }
}

/// Gives way to the other futures of the task or executor once.
async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if yielded {
            return std::task::Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}
