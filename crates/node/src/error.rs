use std::time::Duration;

use crate::transport::TransportError;
use crate::version::Incompatibility;

/// Why a call to the node gave no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NodeError {
    /// There was no HTTP response.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// No whole response within the time allowed.
    #[error("the node did not answer within {after:?}")]
    Timeout {
        /// The time allowed for one attempt.
        after: Duration,
    },
    /// The server refuses or fails, and its body says no more.
    #[error("the server answers with HTTP status {status}")]
    HttpStatus {
        /// The HTTP status.
        status: u16,
    },
    /// The server answers with a web page: a proxy's error page, or no Aztec node at all.
    #[error("the server answers with a web page (HTTP status {status}{}), not as an Aztec node", title.as_ref().map(|title| format!(", titled '{title}'")).unwrap_or_default())]
    HtmlPage {
        /// The HTTP status.
        status: u16,
        /// The page's title, shortened.
        title: Option<String>,
    },
    /// The body is not JSON.
    #[error("the answer is not JSON (line {line}, column {column}): {excerpt:?}")]
    MalformedJson {
        /// Line of the first error, from 1.
        line: usize,
        /// Column of the first error, from 1.
        column: usize,
        /// How the body begins.
        excerpt: String,
    },
    /// The body is JSON, but no JSON-RPC answer.
    #[error("the answer is JSON, but not of JSON-RPC: {excerpt:?}")]
    MalformedEnvelope {
        /// How the body begins.
        excerpt: String,
    },
    /// The answer to a batch does not mention this call.
    #[error("{method}: the node's answer leaves this call out")]
    MissingAnswer {
        /// The method called.
        method: &'static str,
    },
    /// The answer to a batch has two answers to this call.
    #[error("{method}: the node answers this call twice")]
    DuplicateAnswer {
        /// The method called.
        method: &'static str,
    },
    /// The node reports an error.
    #[error("{method}: the node reports error {code}: {message}")]
    Rpc {
        /// The method called.
        method: &'static str,
        /// The JSON-RPC error code. Aztec 4.1.2, foundation `SafeJsonRpcServer`: −32601 unknown
        /// method, −32701 invalid arguments, −32702 failure while executing.
        code: i64,
        /// The node's words.
        message: String,
    },
    /// The result is not of the type that the method promises.
    #[error("{method}: cannot decode the result at '{path}': {reason}")]
    Decode {
        /// The method called.
        method: &'static str,
        /// Where in the result, like `body.txEffects[0].txHash`.
        path: String,
        /// What is wrong there.
        reason: String,
    },
    /// The arguments have no JSON form.
    #[error("{method}: cannot encode the arguments: {reason}")]
    Encode {
        /// The method called.
        method: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The arguments are larger than a node accepts.
    #[error("{method}: the request of {size} bytes exceeds the limit of {limit} bytes")]
    RequestTooLarge {
        /// The method called.
        method: &'static str,
        /// The size of the request.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// A list in the answer has not as many entries as were asked for.
    #[error("{method}: {actual} entries instead of {expected}")]
    WrongCount {
        /// The method called.
        method: &'static str,
        /// How many were asked for.
        expected: usize,
        /// How many came.
        actual: usize,
    },
    /// The node hands out pages without end.
    #[error("{method}: more than {limit} pages")]
    TooManyPages {
        /// The method called.
        method: &'static str,
        /// How many pages were read.
        limit: u32,
    },
    /// The node belongs to another chain or speaks another protocol version.
    #[error(transparent)]
    Incompatible(#[from] Incompatibility),
}

impl NodeError {
    /// Whether the same call may well succeed a moment later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport(
                TransportError::Connect { .. } | TransportError::Interrupted { .. },
            )
            | Self::Timeout { .. } => true,
            Self::HttpStatus { status } | Self::HtmlPage { status, .. } => {
                matches!(status, 408 | 425 | 429 | 500..=599)
            }
            _ => false,
        }
    }

    /// Whether the node may have acted on the request even so. After such a failure of a transaction
    /// being sent, its receipt has to be consulted before anything else is done.
    #[must_use]
    pub fn may_have_been_processed(&self) -> bool {
        match self {
            Self::Transport(
                TransportError::InvalidUrl { .. }
                | TransportError::Connect { .. }
                | TransportError::Redirect
                | TransportError::Unsupported { .. },
            )
            | Self::Rpc { .. }
            | Self::Encode { .. }
            | Self::RequestTooLarge { .. } => false,
            Self::HttpStatus { status } | Self::HtmlPage { status, .. } => {
                !(400..500).contains(status)
            }
            _ => true,
        }
    }
}
