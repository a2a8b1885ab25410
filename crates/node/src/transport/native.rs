use futures_util::future::LocalBoxFuture;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes};
use hyper::{Request, Uri, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;

use super::{HttpRequest, HttpResponse, Transport, TransportError, is_relevant_header};

/// HTTP/1.1 over TCP or TLS (rustls with the Mozilla root certificates). Needs a Tokio runtime with
/// I/O and time enabled; a single-threaded one will do.
#[derive(Debug, Clone)]
pub struct HyperTransport {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    uri: Uri,
    url: String,
}

impl HyperTransport {
    /// Prepares to talk to the node at `url`; does not connect yet.
    pub fn new(url: &str) -> Result<Self, TransportError> {
        let uri = url
            .parse::<Uri>()
            .ok()
            .filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")))
            .filter(|uri| uri.host().is_some_and(|host| !host.is_empty()))
            .ok_or_else(|| TransportError::InvalidUrl {
                url: url.to_owned(),
            })?;
        let connector = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self {
            client: Client::builder(TokioExecutor::new())
                // A request is repeated by the caller, who knows whether that is safe.
                .retry_canceled_requests(false)
                .build(connector),
            uri,
            url: url.to_owned(),
        })
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let limit = request.max_response_bytes;
        let outgoing = Request::post(self.uri.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .body(Full::new(Bytes::from(request.body)))
            .map_err(|_| TransportError::InvalidUrl {
                url: self.url.clone(),
            })?;
        let response = self.client.request(outgoing).await.map_err(|error| {
            let reason = root_cause(&error);
            if error.is_connect() {
                TransportError::Connect { reason }
            } else {
                TransportError::Interrupted { reason }
            }
        })?;
        if response.status().is_redirection() {
            return Err(TransportError::Redirect);
        }
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .filter(|(name, _)| is_relevant_header(name.as_str()))
            .filter_map(|(name, value)| {
                Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
            })
            .collect();

        let mut incoming = response.into_body();
        let announced = incoming.size_hint().exact().unwrap_or(0);
        if announced > limit as u64 {
            return Err(TransportError::TooLarge { limit });
        }
        let mut body = Vec::with_capacity(announced as usize);
        while let Some(frame) = incoming.frame().await {
            let frame = frame.map_err(|error| TransportError::Interrupted {
                reason: root_cause(&error),
            })?;
            let Some(chunk) = frame.data_ref() else {
                continue;
            };
            if chunk.len() > limit - body.len() {
                return Err(TransportError::TooLarge { limit });
            }
            body.extend_from_slice(chunk);
        }
        Ok(HttpResponse {
            status,
            headers,
            body,
        })
    }
}

impl Transport for HyperTransport {
    fn send(
        &self,
        request: HttpRequest,
    ) -> LocalBoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }

    fn url(&self) -> &str {
        &self.url
    }
}

/// The innermost error, which says most ("Connection refused" rather than "client error").
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}
