//! The browser's transport and clock, in wasm under Node, against a server that Node runs.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]
#![cfg(all(target_arch = "wasm32", target_os = "unknown"))]

use std::time::Duration;

use js_sys::{Function, Promise};
use pixie_node::clock::{Clock, SystemClock};
use pixie_node::rpc::Method;
use pixie_node::transport::FetchTransport;
use pixie_node::{NodeError, RetryPolicy, RpcClient, RpcOptions, TransportError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

const NUMBER: Method = Method::read("node_getBlockNumber");

const SERVER: &str = r#"
    const http = process.getBuiltinModule('node:http');
    let aborted = 0;
    const server = http.createServer((request, response) => {
        const chunks = [];
        request.on('data', chunk => chunks.push(chunk));
        request.on('end', () => {
            const answer = (status, body, headers = {}) => {
                response.writeHead(status, { connection: 'close', ...headers });
                response.end(body);
            };
            const calls = JSON.parse(Buffer.concat(chunks).toString());
            const plain = request.headers['content-type'] === 'application/json' && !request.headers.cookie;
            const result = request.method === 'POST' && plain ? calls.length : 'wrong request';
            const good = JSON.stringify(calls.map(({ id }) => ({ jsonrpc: '2.0', id, result })));
            switch (request.url) {
                case '/good': return answer(200, good, { 'x-aztec-l1ChainId': '31337' });
                case '/html': return answer(502, '<html><title>Bad Gateway</title></html>');
                case '/redirect': return answer(307, '', { location: '/good' });
                case '/large': return answer(200, ' '.repeat(200000));
                case '/close': return request.socket.destroy();
                case '/aborted': return answer(200, JSON.stringify([{ id: 0, result: aborted }]));
                case '/flood': {
                    response.writeHead(200, { connection: 'close' });
                    const timer = setInterval(() => response.write(' '.repeat(50000)), 1);
                    return response.on('close', () => clearInterval(timer));
                }
                case '/silent': return response.on('close', () => { aborted += 1; });
            }
        });
    });
    server.unref();
    return new Promise(resolve =>
        server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`)));
"#;

async fn serve() -> String {
    let started = Function::new_no_args(SERVER).call0(&JsValue::NULL).unwrap();
    JsFuture::from(started.unchecked_into::<Promise>())
        .await
        .unwrap()
        .as_string()
        .unwrap()
}

fn options() -> RpcOptions {
    RpcOptions {
        timeout: Duration::from_millis(300),
        max_response_bytes: 100_000,
        retry: RetryPolicy::NEVER,
        ..RpcOptions::default()
    }
}

async fn ask(url: &str, path: &str) -> Result<u32, NodeError> {
    let transport = FetchTransport::new(&format!("{url}{path}")).unwrap();
    RpcClient::new(transport, SystemClock, options())
        .call(NUMBER, ())
        .await
}

#[wasm_bindgen_test]
async fn answers_and_failures() {
    let url = serve().await;
    assert_eq!(ask(&url, "/good").await, Ok(1));
    assert_eq!(
        ask(&url, "/html").await,
        Err(NodeError::HtmlPage {
            status: 502,
            title: Some("Bad Gateway".into())
        })
    );
    assert_eq!(
        ask(&url, "/redirect").await,
        Err(NodeError::Transport(TransportError::Redirect))
    );
    for path in ["/large", "/flood"] {
        assert_eq!(
            ask(&url, path).await,
            Err(NodeError::Transport(TransportError::TooLarge {
                limit: 100_000
            }))
        );
    }
    assert!(matches!(
        ask(&url, "/close").await,
        Err(NodeError::Transport(TransportError::Interrupted { .. }))
    ));
}

#[wasm_bindgen_test]
async fn headers_are_seen() {
    let url = serve().await;
    let transport = FetchTransport::new(&format!("{url}/good")).unwrap();
    let mut options = options();
    options.expected.l1_chain_id = Some(1);
    let error = RpcClient::new(transport, SystemClock, options)
        .call::<u32>(NUMBER, ())
        .await
        .unwrap_err();
    assert!(matches!(error, NodeError::Incompatible(_)), "{error}");
}

#[wasm_bindgen_test]
async fn a_silent_server_is_left_at_the_deadline() {
    let url = serve().await;
    assert_eq!(
        ask(&url, "/silent").await,
        Err(NodeError::Timeout {
            after: Duration::from_millis(300)
        })
    );
    SystemClock.sleep(Duration::from_millis(50)).await;
    assert_eq!(ask(&url, "/aborted").await, Ok(1));
}

#[wasm_bindgen_test]
fn an_address_that_is_none() {
    for url in ["", "localhost:8080", "ftp://node", "http://", "http:///x"] {
        assert!(FetchTransport::new(url).is_err(), "{url}");
    }
}
