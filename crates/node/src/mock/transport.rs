use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::recording::{Exchange, Order, Recording};
use crate::clock::Clock;
use crate::rpc::{RpcClient, RpcOptions};
use crate::transport::{HttpRequest, HttpResponse, Transport, TransportError};

/// A call that the mock has seen.
#[derive(Debug, Clone, PartialEq)]
pub struct MockCall {
    /// The method.
    pub method: String,
    /// The arguments.
    pub params: Value,
}

/// What the mock answers to a call.
#[derive(Debug, Clone, PartialEq)]
pub enum MockReply {
    /// A result; `Value::Null` for none.
    Result(Value),
    /// An error of JSON-RPC.
    Error {
        /// The code.
        code: i64,
        /// The words.
        message: String,
    },
}

type Handler = Box<dyn FnMut(&Value) -> MockReply>;
type HttpReply = Result<HttpResponse, TransportError>;

/// A transport that answers by itself. Clones share everything. A call that nothing was said about
/// gets the error −32601.
#[derive(Clone, Default)]
pub struct MockTransport {
    state: Rc<RefCell<State>>,
}

#[derive(Default)]
struct State {
    handlers: HashMap<String, Handler>,
    replay: Option<(Order, VecDeque<Exchange>)>,
    responses: VecDeque<Option<HttpReply>>,
    calls: Vec<MockCall>,
    batches: Vec<usize>,
}

impl std::fmt::Debug for MockTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockTransport")
            .field("calls", &self.state.borrow().calls)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Call {
    id: u64,
    method: String,
    #[serde(default)]
    params: Value,
}

impl MockTransport {
    /// Knows no method yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers from a recording.
    #[must_use]
    pub fn replay(recording: Recording, order: Order) -> Self {
        let mock = Self::new();
        mock.state.borrow_mut().replay = Some((order, recording.exchanges.into()));
        mock
    }

    /// Answers `method` by a function of its arguments; replaces an earlier one, and precedes a
    /// recording. The function must not use the mock itself.
    pub fn on(&self, method: &str, handler: impl FnMut(&Value) -> MockReply + 'static) -> &Self {
        self.state
            .borrow_mut()
            .handlers
            .insert(method.to_owned(), Box::new(handler));
        self
    }

    /// Answers `method` always with this value (`null` if it has no JSON form).
    pub fn answer(&self, method: &str, result: &impl Serialize) -> &Self {
        let result = serde_json::to_value(result).unwrap_or(Value::Null);
        self.on(method, move |_| MockReply::Result(result.clone()))
    }

    /// Answers `method` always with this error.
    pub fn fail(&self, method: &str, code: i64, message: &str) -> &Self {
        let message = message.to_owned();
        self.on(method, move |_| MockReply::Error {
            code,
            message: message.clone(),
        })
    }

    /// Answers the next HTTP request (after those already spoken for) with this.
    pub fn respond_once(&self, response: HttpReply) -> &Self {
        self.state.borrow_mut().responses.push_back(Some(response));
        self
    }

    /// Leaves the next HTTP request (after those already spoken for) without any response.
    pub fn hang_once(&self) -> &Self {
        self.state.borrow_mut().responses.push_back(None);
        self
    }

    /// The calls seen so far.
    #[must_use]
    pub fn calls(&self) -> Vec<MockCall> {
        self.state.borrow().calls.clone()
    }

    /// The number of calls in each HTTP request seen so far.
    #[must_use]
    pub fn batches(&self) -> Vec<usize> {
        self.state.borrow().batches.clone()
    }

    /// How many exchanges of a recording were not asked for.
    #[must_use]
    pub fn unused(&self) -> usize {
        self.state
            .borrow()
            .replay
            .as_ref()
            .map_or(0, |(_, exchanges)| exchanges.len())
    }

    /// A client on this transport that neither waits nor retries.
    pub fn client(&self, clock: impl Clock + 'static) -> RpcClient {
        let options = RpcOptions {
            retry: crate::rpc::RetryPolicy::NEVER,
            ..RpcOptions::default()
        };
        RpcClient::new(self.clone(), clock, options)
    }
}

impl State {
    fn reply(&mut self, method: &str, params: &Value) -> MockReply {
        if let Some(handler) = self.handlers.get_mut(method) {
            return handler(params);
        }
        let unknown = |message: String| MockReply::Error {
            code: -32601,
            message,
        };
        let Some((order, exchanges)) = &mut self.replay else {
            return unknown(format!("the mock does not know {method}"));
        };
        let is_asked =
            |exchange: &Exchange| exchange.method == method && exchange.params == *params;
        let exchange = match order {
            Order::Strict => exchanges.front().filter(|next| is_asked(next)).cloned(),
            Order::Lenient => exchanges.iter().find(|next| is_asked(next)).cloned(),
        };
        let Some(exchange) = exchange else {
            return unknown(format!("the recording has no {method} with {params} here"));
        };
        match order {
            Order::Strict => drop(exchanges.pop_front()),
            Order::Lenient => {
                let equal = exchanges.iter().filter(|next| is_asked(next)).count();
                let position = exchanges.iter().position(is_asked);
                if let Some(position) = position.filter(|_| equal > 1) {
                    drop(exchanges.remove(position));
                }
            }
        }
        match exchange.error {
            Some(error) => MockReply::Error {
                code: error.code,
                message: error.message,
            },
            None => MockReply::Result(exchange.result),
        }
    }

    fn respond(&mut self, body: &[u8]) -> HttpReply {
        let Ok(calls) = serde_json::from_slice::<Vec<Call>>(body) else {
            return Ok(HttpResponse {
                status: 400,
                ..HttpResponse::default()
            });
        };
        self.batches.push(calls.len());
        let answers: Vec<Value> = calls
            .into_iter()
            .map(|Call { id, method, params }| {
                let reply = self.reply(&method, &params);
                self.calls.push(MockCall { method, params });
                match reply {
                    MockReply::Result(Value::Null) => json!({ "jsonrpc": "2.0", "id": id }),
                    MockReply::Result(result) => {
                        json!({ "jsonrpc": "2.0", "id": id, "result": result })
                    }
                    MockReply::Error { code, message } => json!({
                        "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message }
                    }),
                }
            })
            .collect();
        Ok(HttpResponse {
            status: 200,
            headers: Vec::new(),
            body: Value::from(answers).to_string().into_bytes(),
        })
    }
}

impl Transport for MockTransport {
    fn send(&self, request: HttpRequest) -> LocalBoxFuture<'_, HttpReply> {
        Box::pin(async move {
            let planned = self.state.borrow_mut().responses.pop_front();
            match planned {
                Some(Some(response)) => response,
                Some(None) => std::future::pending().await,
                None => self.state.borrow_mut().respond(&request.body),
            }
        })
    }

    fn url(&self) -> &'static str {
        "mock:"
    }
}
