use std::time::Duration;

use futures_util::future::{Either, select};

use super::Shared;
use super::envelope::{Answers, decode_batch};
use super::method::CallKind;
use crate::error::NodeError;
use crate::transport::{HttpRequest, HttpResponse};

/// How a failed call is repeated, if it changes nothing and the failure may pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often a call is repeated at most; 0 for never.
    pub retries: u32,
    /// The wait before the first repetition; it doubles each time.
    pub first_wait: Duration,
    /// No wait is longer, also when the server asks for it (`retry-after`).
    pub longest_wait: Duration,
}

impl RetryPolicy {
    /// Never repeats.
    pub const NEVER: Self = Self {
        retries: 0,
        first_wait: Duration::ZERO,
        longest_wait: Duration::ZERO,
    };

    /// The wait before repetition `number`, counted from 0.
    #[must_use]
    pub fn wait(&self, number: u32) -> Duration {
        self.first_wait
            .saturating_mul(2u32.saturating_pow(number))
            .min(self.longest_wait)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            retries: 3,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(8),
        }
    }
}

impl Shared {
    /// Sends a batch, repeatedly if that is safe, and reads the answers.
    pub(super) async fn exchange(
        &self,
        kind: CallKind,
        body: Vec<u8>,
    ) -> Result<Answers, NodeError> {
        let retry = &self.options.retry;
        let retries = match kind {
            CallKind::Read | CallKind::Heavy => retry.retries,
            CallKind::Write => 0,
        };
        let mut number = 0;
        loop {
            let (error, asked_wait) = match self.attempt(kind, body.clone()).await {
                Err(error) => (error, None),
                Ok(response) => {
                    self.options.expected.check_headers(&response)?;
                    match decode_batch(&response) {
                        Ok(answers) => return Ok(answers),
                        Err(error) => (error, retry_after(&response)),
                    }
                }
            };
            if number == retries || !error.is_transient() {
                return Err(error);
            }
            let wait = asked_wait
                .unwrap_or_default()
                .max(retry.wait(number))
                .min(retry.longest_wait);
            self.clock.sleep(wait).await;
            number += 1;
        }
    }

    async fn attempt(&self, kind: CallKind, body: Vec<u8>) -> Result<HttpResponse, NodeError> {
        let after = match kind {
            CallKind::Read => self.options.timeout,
            CallKind::Heavy | CallKind::Write => self.options.heavy_timeout,
        };
        let response = self.transport.send(HttpRequest {
            body,
            max_response_bytes: self.options.max_response_bytes,
        });
        match select(response, self.clock.sleep(after)).await {
            Either::Left((response, _)) => Ok(response?),
            Either::Right(((), _)) => Err(NodeError::Timeout { after }),
        }
    }
}

/// The wait that the server asks for, in its form of seconds.
fn retry_after(response: &HttpResponse) -> Option<Duration> {
    response
        .header("retry-after")?
        .trim()
        .parse()
        .ok()
        .map(Duration::from_secs)
}
