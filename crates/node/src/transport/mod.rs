//! One HTTP POST: a body out, a body back.
//!
//! A transport knows nothing of JSON. It enforces the size limit, follows no redirect, sends no
//! cookie, and gives up the connection as soon as its future is dropped; deadlines and retries are
//! the caller's ([`crate::rpc`]).

use futures_util::future::LocalBoxFuture;

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
mod fetch;
#[cfg(not(target_family = "wasm"))]
mod native;

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
pub use fetch::FetchTransport;
#[cfg(not(target_family = "wasm"))]
pub use native::HyperTransport;

/// The transport of the platform: `fetch` in a browser, an HTTP client natively.
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
pub type DefaultTransport = FetchTransport;
/// The transport of the platform: `fetch` in a browser, an HTTP client natively.
#[cfg(not(target_family = "wasm"))]
pub type DefaultTransport = HyperTransport;

/// What is to be sent.
#[derive(Debug, Clone)]
pub struct HttpRequest {
    /// The body, JSON in UTF-8.
    pub body: Vec<u8>,
    /// The response body may have this many bytes at most.
    pub max_response_bytes: usize,
}

/// What came back, whatever its status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers that may matter (`x-aztec-…`, `retry-after`), names in lower case. In a browser
    /// only those that the server exposes to other origins.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The value of a header; `name` in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The address of the node is not an `http` or `https` URL.
    #[error("'{url}' is not an http or https address")]
    InvalidUrl {
        /// The text given.
        url: String,
    },
    /// No connection: the name does not resolve, nobody listens, or TLS failed. Nothing was sent.
    #[error("cannot connect: {reason}")]
    Connect {
        /// The platform's words.
        reason: String,
    },
    /// The exchange failed after the connection stood, or (in a browser, which does not tell the
    /// difference) maybe before.
    #[error("the exchange was interrupted: {reason}")]
    Interrupted {
        /// The platform's words.
        reason: String,
    },
    /// The answer is a redirect, which is never followed.
    #[error("the server redirects elsewhere, which is not followed")]
    Redirect,
    /// The response is larger than allowed.
    #[error("the response exceeds the limit of {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The platform lacks something that the transport needs.
    #[error("the platform does not offer {what}")]
    Unsupported {
        /// What is missing.
        what: &'static str,
    },
}

/// Sends one request to the place that the transport was made for.
pub trait Transport {
    /// Sends and awaits the whole response. Dropping the future abandons the request.
    fn send(
        &self,
        request: HttpRequest,
    ) -> LocalBoxFuture<'_, Result<HttpResponse, TransportError>>;

    /// The address, for messages.
    fn url(&self) -> &str;
}

/// Whether a header is passed on in [`HttpResponse::headers`]; `name` in lower case.
#[cfg(any(not(target_family = "wasm"), target_os = "unknown"))]
fn is_relevant_header(name: &str) -> bool {
    name.starts_with("x-aztec-") || name == "retry-after"
}
