#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]

use std::cell::Cell;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, join, join_all, join3};
use futures_util::task::noop_waker_ref;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Method, RetryPolicy, RpcClient, RpcOptions};
use crate::error::NodeError;
use crate::mock::{ManualClock, MockReply, MockTransport};
use crate::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use crate::version::ExpectedComponents;

const NUMBER: Method = Method::read("node_getBlockNumber");
const VERSION: Method = Method::read("node_getVersion");
const SEND: Method = Method::write("node_sendTx");

/// Polls until the future waits for something other than its own turn.
fn poll<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    for _ in 0..200 {
        let mut context = Context::from_waker(noop_waker_ref());
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Poll::Ready(value);
        }
    }
    Poll::Pending
}

/// Runs to the end, turning the clock second by second where needed.
fn run<F: Future>(clock: &ManualClock, future: F) -> F::Output {
    let mut future = pin!(future);
    for _ in 0..1000 {
        if let Poll::Ready(value) = poll(future.as_mut()) {
            return value;
        }
        clock.advance(Duration::from_millis(100));
    }
    panic!("the future never ends");
}

fn client(mock: &MockTransport, options: RpcOptions) -> (RpcClient, ManualClock) {
    let clock = ManualClock::new();
    (RpcClient::new(mock.clone(), clock.clone(), options), clock)
}

fn body(status: u16, text: &str) -> Result<HttpResponse, TransportError> {
    Ok(HttpResponse {
        status,
        headers: Vec::new(),
        body: text.as_bytes().to_vec(),
    })
}

fn ask(response: Result<HttpResponse, TransportError>) -> Result<u32, NodeError> {
    let mock = MockTransport::new();
    mock.respond_once(response);
    let clock = ManualClock::new();
    run(&clock, mock.client(clock.clone()).call::<u32>(NUMBER, ()))
}

#[test]
fn calls_made_together_share_a_request() {
    let mock = MockTransport::new();
    mock.answer(NUMBER.name, &7)
        .on(VERSION.name, |params| MockReply::Result(params[0].clone()));
    let (client, clock) = client(&mock, RpcOptions::default());
    let (a, b, c) = run(
        &clock,
        join3(
            client.call::<u32>(NUMBER, ()),
            client.call::<u32>(VERSION, (5,)),
            client.call::<String>(VERSION, ("x",)),
        ),
    );
    assert_eq!((a, b, c), (Ok(7), Ok(5), Ok("x".to_owned())));
    assert_eq!(mock.batches(), [3]);

    // One after the other they do not.
    let after = run(&clock, async {
        client.call::<u32>(NUMBER, ()).await?;
        client.call::<u32>(NUMBER, ()).await
    });
    assert_eq!(after, Ok(7));
    assert_eq!(mock.batches(), [3, 1, 1]);
}

#[test]
fn batches_respect_the_limits() {
    let mock = MockTransport::new();
    mock.on(VERSION.name, |params| MockReply::Result(params[0].clone()));
    let (many, clock) = client(&mock, RpcOptions::default());
    let calls = (0..250u32).map(|number| many.call::<u32>(VERSION, (number,)));
    let answers = run(&clock, join_all(calls));
    assert!(answers.into_iter().eq((0..250).map(Ok)));
    assert_eq!(mock.batches(), [100, 100, 50]);

    let options = RpcOptions {
        max_request_bytes: 300,
        ..RpcOptions::default()
    };
    let (small, clock) = client(&mock, options);
    let long = "x".repeat(150);
    let answers = run(
        &clock,
        join3(
            small.call::<String>(VERSION, (&long,)),
            small.call::<String>(VERSION, (&long,)),
            small.call::<String>(VERSION, ("x".repeat(300),)),
        ),
    );
    assert_eq!(answers.0, Ok(long.clone()));
    assert_eq!(answers.1, Ok(long));
    assert!(matches!(
        answers.2,
        Err(NodeError::RequestTooLarge { limit: 300, .. })
    ));
    assert_eq!(mock.batches(), [100, 100, 50, 1, 1]);
}

#[test]
fn a_write_goes_alone_and_is_never_repeated() {
    let mock = MockTransport::new();
    mock.answer(NUMBER.name, &1).answer(SEND.name, &Value::Null);
    let (client, clock) = client(&mock, RpcOptions::default());
    let (sent, number) = run(
        &clock,
        join(
            client.call::<()>(SEND, ("tx",)),
            client.call::<u32>(NUMBER, ()),
        ),
    );
    assert_eq!((sent, number), (Ok(()), Ok(1)));
    assert_eq!(mock.batches(), [1, 1]);

    for failure in [
        body(503, "busy"),
        Err(TransportError::Interrupted {
            reason: "reset".into(),
        }),
    ] {
        mock.respond_once(failure);
        let error = run(&clock, client.call::<()>(SEND, ("tx",))).unwrap_err();
        assert!(error.is_transient() && error.may_have_been_processed());
    }
    assert_eq!(mock.batches(), [1, 1]);
    mock.fail(SEND.name, -32702, "invalid tx");
    let error = run(&clock, client.call::<()>(SEND, ("tx",))).unwrap_err();
    assert!(!error.may_have_been_processed());
}

#[test]
fn a_read_is_repeated_with_growing_waits() {
    let mock = MockTransport::new();
    mock.respond_once(body(500, "{}"))
        .respond_once(Err(TransportError::Connect {
            reason: "refused".into(),
        }))
        .respond_once(body(502, "<html><title>Bad Gateway</title></html>"))
        .answer(NUMBER.name, &3);
    let (client, clock) = client(&mock, RpcOptions::default());
    assert_eq!(run(&clock, client.call::<u32>(NUMBER, ())), Ok(3));
    let timeout = RpcOptions::default().timeout;
    let waits: Vec<_> = clock
        .sleeps()
        .into_iter()
        .filter(|sleep| *sleep != timeout)
        .collect();
    assert_eq!(waits, [500, 1000, 2000].map(Duration::from_millis));
}

#[test]
fn retries_end_and_permanent_failures_are_not_repeated() {
    let mock = MockTransport::new();
    for _ in 0..4 {
        mock.respond_once(body(503, ""));
    }
    mock.answer(NUMBER.name, &3);
    let (client, clock) = client(&mock, RpcOptions::default());
    let error = run(&clock, client.call::<u32>(NUMBER, ()));
    assert_eq!(error, Err(NodeError::HttpStatus { status: 503 }));
    assert!(mock.batches().is_empty());

    mock.respond_once(body(404, "nothing here"));
    let error = run(&clock, client.call::<u32>(NUMBER, ()));
    assert_eq!(error, Err(NodeError::HttpStatus { status: 404 }));
    assert!(mock.batches().is_empty());
}

#[test]
fn the_server_may_ask_for_a_longer_wait() {
    let mock = MockTransport::new();
    mock.respond_once(Ok(HttpResponse {
        status: 429,
        headers: vec![("retry-after".into(), "3".into())],
        body: Vec::new(),
    }))
    .respond_once(Ok(HttpResponse {
        status: 503,
        headers: vec![("retry-after".into(), "86400".into())],
        body: Vec::new(),
    }))
    .answer(NUMBER.name, &3);
    let (client, clock) = client(&mock, RpcOptions::default());
    assert_eq!(run(&clock, client.call::<u32>(NUMBER, ())), Ok(3));
    let sleeps = clock.sleeps();
    assert_eq!(
        (sleeps[1], sleeps[3]),
        (Duration::from_secs(3), Duration::from_secs(8))
    );
}

#[test]
fn silence_ends_at_the_deadline() {
    let mock = MockTransport::new();
    mock.hang_once();
    let options = RpcOptions {
        timeout: Duration::from_secs(5),
        retry: RetryPolicy::NEVER,
        ..RpcOptions::default()
    };
    let (client, clock) = client(&mock, options);
    let mut call = pin!(client.call::<u32>(NUMBER, ()));
    assert!(poll(call.as_mut()).is_pending());
    clock.advance(Duration::from_millis(4999));
    assert!(poll(call.as_mut()).is_pending());
    clock.advance(Duration::from_millis(1));
    let after = Duration::from_secs(5);
    assert_eq!(poll(call), Poll::Ready(Err(NodeError::Timeout { after })));
}

#[test]
fn a_dropped_call_leaves_its_batch() {
    let mock = MockTransport::new();
    mock.answer(NUMBER.name, &1);
    let (client, clock) = client(&mock, RpcOptions::default());
    let mut given_up = Box::pin(client.call::<u32>(VERSION, ()));
    let mut context = Context::from_waker(noop_waker_ref());
    assert!(given_up.poll_unpin(&mut context).is_pending());
    drop(given_up);
    assert_eq!(run(&clock, client.call::<u32>(NUMBER, ())), Ok(1));
    assert_eq!(mock.batches(), [1]);
    assert_eq!(mock.calls()[0].method, NUMBER.name);
}

/// Never answers, and tells how many requests are under way.
#[derive(Clone, Default)]
struct Silent(Rc<Cell<i32>>);

struct UnderWay(Rc<Cell<i32>>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Transport for Silent {
    fn send(&self, _: HttpRequest) -> LocalBoxFuture<'_, Result<HttpResponse, TransportError>> {
        self.0.set(self.0.get() + 1);
        let guard = UnderWay(Rc::clone(&self.0));
        Box::pin(async move {
            let _guard = guard;
            std::future::pending().await
        })
    }

    fn url(&self) -> &'static str {
        "silent:"
    }
}

#[test]
fn a_request_that_nobody_waits_for_is_abandoned() {
    let silent = Silent::default();
    let client = RpcClient::new(silent.clone(), ManualClock::new(), RpcOptions::default());
    let mut first = Box::pin(client.call::<u32>(NUMBER, ()));
    let mut second = Box::pin(client.call::<u32>(VERSION, ()));
    let mut both = Box::pin(join(&mut first, &mut second));
    assert!(poll(both.as_mut()).is_pending());
    drop(both);
    assert_eq!(silent.0.get(), 1);
    drop(first);
    assert_eq!(silent.0.get(), 1);
    drop(second);
    assert_eq!(silent.0.get(), 0);
}

#[test]
fn answers_are_matched_by_id() {
    let mock = MockTransport::new();
    mock.respond_once(body(
        200,
        r#"[{"id":2,"result":"c"},{"id":0,"result":"a"},{"id":0,"result":"b"},{"id":9,"result":"?"}]"#,
    ));
    let (client, clock) = client(&mock, RpcOptions::default());
    let answers = run(
        &clock,
        join3(
            client.call::<String>(NUMBER, ()),
            client.call::<String>(NUMBER, ()),
            client.call::<String>(NUMBER, ()),
        ),
    );
    let method = NUMBER.name;
    assert_eq!(answers.0, Err(NodeError::DuplicateAnswer { method }));
    assert_eq!(answers.1, Err(NodeError::MissingAnswer { method }));
    assert_eq!(answers.2, Ok("c".to_owned()));
}

#[test]
fn failures_are_named() {
    assert_eq!(
        ask(body(
            200,
            " <!doctype html><TITLE lang=en>\n Wi-Fi  login</TITLE>"
        )),
        Err(NodeError::HtmlPage {
            status: 200,
            title: Some("Wi-Fi login".into())
        })
    );
    assert!(matches!(
        ask(body(200, "[{\"id\":0,")),
        Err(NodeError::MalformedJson { line: 1, .. })
    ));
    assert!(matches!(
        ask(body(200, "")),
        Err(NodeError::MalformedJson { .. })
    ));
    for text in ["[1]", "7", "{}", "[{}]", "\"hello\"", "[{\"id\":\"0\"}]"] {
        assert!(
            matches!(
                ask(body(200, text)),
                Err(NodeError::MalformedEnvelope { .. })
            ),
            "{text}"
        );
    }
    let error = |code, message: &str| {
        Err(NodeError::Rpc {
            method: NUMBER.name,
            code,
            message: message.into(),
        })
    };
    assert_eq!(
        ask(body(
            200,
            r#"[{"id":0,"error":{"code":-32701,"message":"no"}}]"#
        )),
        error(-32701, "no")
    );
    assert_eq!(
        ask(body(
            400,
            r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"too many"},"id":null}"#
        )),
        error(-32600, "too many")
    );
    assert_eq!(
        ask(body(200, r#"[{"id":0,"result":{"a":[1]}}]"#)).unwrap_err(),
        NodeError::Decode {
            method: NUMBER.name,
            path: ".".into(),
            reason: "invalid type: map, expected u32 at line 1 column 0".into(),
        }
    );
    assert!(matches!(
        ask(body(200, r#"[{"id":0}]"#)),
        Err(NodeError::Decode { .. })
    ));
    assert_eq!(
        ask(Err(TransportError::Redirect)),
        Err(NodeError::Transport(TransportError::Redirect))
    );
}

#[test]
fn absent_results_are_none() {
    let absent = [
        "",
        r#","result":null"#,
        r#","result":"null""#,
        r#","result":"undefined""#,
    ];
    for result in absent {
        let mock = MockTransport::new();
        mock.respond_once(body(200, &format!(r#"[{{"id":0{result}}}]"#)));
        let clock = ManualClock::new();
        let client = mock.client(clock.clone());
        assert_eq!(
            run(&clock, client.call::<Option<String>>(NUMBER, ())),
            Ok(None)
        );
    }
}

#[test]
fn headers_of_another_chain_are_refused() {
    let mock = MockTransport::new();
    let answer = |chain: &str| {
        Ok(HttpResponse {
            status: 200,
            headers: vec![("x-aztec-l1chainid".into(), chain.into())],
            body: br#"[{"id":0,"result":1},{"id":1,"result":1},{"id":2,"result":1}]"#.to_vec(),
        })
    };
    mock.respond_once(answer("31337"))
        .respond_once(answer("1"))
        .respond_once(body(200, r#"[{"id":2,"result":1}]"#));
    let options = RpcOptions {
        expected: ExpectedComponents {
            l1_chain_id: Some(31337),
            ..ExpectedComponents::default()
        },
        ..RpcOptions::default()
    };
    let (client, clock) = client(&mock, options);
    assert_eq!(run(&clock, client.call::<u32>(NUMBER, ())), Ok(1));
    let error = run(&clock, client.call::<u32>(NUMBER, ())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the node's header 'x-aztec-l1chainid' says '1', not '31337'"
    );
    // A browser may hide the headers; then they cannot be checked.
    assert_eq!(run(&clock, client.call::<u32>(NUMBER, ())), Ok(1));
}

#[test]
fn an_endless_nesting_is_an_error() {
    let deep = format!(
        r#"[{{"id":0,"result":{}{}}}]"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(ask(body(200, &deep)).is_err());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|float| json!(float)),
        "[ -~]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let key = prop_oneof![
            "id",
            "result",
            "error",
            "code",
            "message",
            "jsonrpc",
            "[a-z]{1,4}"
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_body_panics(status in 100u16..600, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = ask(Ok(HttpResponse { status, headers: Vec::new(), body: bytes }));
    }

    #[test]
    fn no_json_panics(status in 100u16..600, json in any_json()) {
        let _ = ask(body(status, &json.to_string()));
        let _ = ask(body(status, &json!([{ "id": 0, "result": json }]).to_string()));
    }
}
