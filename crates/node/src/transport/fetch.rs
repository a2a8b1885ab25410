use std::cell::Cell;

use futures_util::future::LocalBoxFuture;
use js_sys::{Array, Function, JsString, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, ReferrerPolicy, Request, RequestCache,
    RequestCredentials, RequestInit, RequestMode, RequestRedirect, Response, ResponseType,
};

use super::{HttpRequest, HttpResponse, Transport, TransportError, is_relevant_header};

/// The `fetch` of whatever global scope runs the code: a window, a worker, a service worker, Node.
#[derive(Debug, Clone)]
pub struct FetchTransport {
    url: String,
}

/// Aborts the fetch when the future that holds this is dropped before the end.
struct AbortOnDrop {
    controller: AbortController,
    finished: Cell<bool>,
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if !self.finished.get() {
            self.controller.abort();
        }
    }
}

impl FetchTransport {
    /// Prepares to talk to the node at `url`; does not connect yet.
    pub fn new(url: &str) -> Result<Self, TransportError> {
        let invalid = || TransportError::InvalidUrl {
            url: url.to_owned(),
        };
        let scheme_end = url.find("://").ok_or_else(invalid)?;
        let (scheme, rest) = url.split_at(scheme_end);
        let host = rest.trim_start_matches("://");
        if !matches!(scheme, "http" | "https") || host.is_empty() || host.starts_with('/') {
            return Err(invalid());
        }
        Ok(Self {
            url: url.to_owned(),
        })
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let limit = request.max_response_bytes;
        let abort = AbortOnDrop {
            controller: AbortController::new().map_err(|_| TransportError::Unsupported {
                what: "AbortController",
            })?,
            finished: Cell::new(false),
        };
        let response: Response = JsFuture::from(self.start(&request.body, &abort.controller)?)
            .await
            .map_err(interrupted)?
            .dyn_into()
            .map_err(interrupted)?;
        if response.type_() == ResponseType::Opaqueredirect
            || (300..400).contains(&response.status())
        {
            return Err(TransportError::Redirect);
        }
        let body = read_body(&response, limit).await?;
        abort.finished.set(true);
        Ok(HttpResponse {
            status: response.status(),
            headers: relevant_headers(&response.headers()),
            body,
        })
    }

    fn start(&self, body: &[u8], controller: &AbortController) -> Result<Promise, TransportError> {
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_body(&Uint8Array::from(body));
        init.set_mode(RequestMode::Cors);
        init.set_credentials(RequestCredentials::Omit);
        init.set_cache(RequestCache::NoStore);
        init.set_redirect(RequestRedirect::Manual);
        init.set_referrer_policy(ReferrerPolicy::NoReferrer);
        init.set_signal(Some(&controller.signal()));
        let request = Request::new_with_str_and_init(&self.url, &init).map_err(|_| {
            TransportError::InvalidUrl {
                url: self.url.clone(),
            }
        })?;
        request
            .headers()
            .set("content-type", "application/json")
            .map_err(interrupted)?;

        let global = js_sys::global();
        let unsupported = TransportError::Unsupported { what: "fetch" };
        Reflect::get(&global, &JsValue::from_str("fetch"))
            .ok()
            .and_then(|fetch| fetch.dyn_into::<Function>().ok())
            .ok_or_else(|| unsupported.clone())?
            .call1(&global, &request)
            .map_err(interrupted)?
            .dyn_into()
            .map_err(|_| unsupported)
    }
}

impl Transport for FetchTransport {
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

/// Reads chunk by chunk, so that an endless answer is given up at the limit.
async fn read_body(response: &Response, limit: usize) -> Result<Vec<u8>, TransportError> {
    let mut body = Vec::new();
    let Some(stream) = response.body() else {
        return Ok(body);
    };
    let reader: ReadableStreamDefaultReader = stream
        .get_reader()
        .dyn_into()
        .map_err(|object| interrupted(object.into()))?;
    loop {
        let part = JsFuture::from(reader.read()).await.map_err(interrupted)?;
        let done = Reflect::get(&part, &JsValue::from_str("done")).map_err(interrupted)?;
        if done.is_truthy() {
            return Ok(body);
        }
        let chunk: Uint8Array = Reflect::get(&part, &JsValue::from_str("value"))
            .map_err(interrupted)?
            .dyn_into()
            .map_err(interrupted)?;
        if chunk.length() as usize > limit - body.len() {
            return Err(TransportError::TooLarge { limit });
        }
        body.extend(chunk.to_vec());
    }
}

fn relevant_headers(headers: &Headers) -> Vec<(String, String)> {
    let Ok(Some(entries)) = js_sys::try_iter(headers) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let pair: Array = entry.dyn_into().ok()?;
            let name = pair.get(0).as_string()?.to_lowercase();
            Some((name, pair.get(1).as_string()?))
        })
        .filter(|(name, _)| is_relevant_header(name))
        .collect()
}

fn interrupted(error: JsValue) -> TransportError {
    let reason = Reflect::get(&error, &JsValue::from_str("message"))
        .ok()
        .and_then(|message| message.dyn_into::<JsString>().ok())
        .map_or_else(|| "unknown".to_owned(), String::from);
    TransportError::Interrupted { reason }
}
