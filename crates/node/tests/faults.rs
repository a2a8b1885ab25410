//! The client over real sockets, against a server that misbehaves.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]
#![cfg(not(target_family = "wasm"))]

use std::time::Duration;

use pixie_node::clock::SystemClock;
use pixie_node::rpc::Method;
use pixie_node::transport::HyperTransport;
use pixie_node::{NodeError, RetryPolicy, RpcClient, RpcOptions, TransportError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const NUMBER: Method = Method::read("node_getBlockNumber");
const SEND: Method = Method::write("node_sendTx");

/// What the server does with one connection.
#[derive(Clone)]
enum Fault {
    /// A whole response.
    Respond {
        status: &'static str,
        headers: &'static str,
        body: String,
    },
    /// The raw bytes, then the end of the connection.
    Raw(&'static [u8]),
    /// Nothing at all.
    Silence,
    /// Endlessly many bytes.
    Flood,
    /// A good answer, byte by byte, so slowly that it never ends in time.
    Trickle,
}

impl Fault {
    fn ok(body: &str) -> Self {
        Self::Respond {
            status: "200 OK",
            headers: "",
            body: body.to_owned(),
        }
    }

    fn status(status: &'static str) -> Self {
        Self::Respond {
            status,
            headers: "",
            body: String::new(),
        }
    }
}

/// Serves one fault per request, in order, and returns the address.
async fn serve(faults: Vec<Fault>) -> (String, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let mut served = 0;
        for fault in faults {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            served += 1;
            // A client that has gone away is part of the game.
            let _ = misbehave(&mut stream, fault).await;
        }
        served
    });
    (url, task)
}

async fn read_request(stream: &mut TcpStream) {
    let mut seen = Vec::new();
    let mut buffer = [0u8; 4096];
    loop {
        let count = stream.read(&mut buffer).await.unwrap();
        seen.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&seen).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            assert!(head.contains("content-type: application/json"));
            let length: usize = head
                .split_once("content-length: ")
                .and_then(|(_, rest)| rest.lines().next()?.parse().ok())
                .unwrap();
            if body.len() >= length {
                return;
            }
        }
        assert!(count > 0, "the request ends early");
    }
}

async fn misbehave(stream: &mut TcpStream, fault: Fault) -> std::io::Result<()> {
    match fault {
        Fault::Respond {
            status,
            headers,
            body,
        } => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n"
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(body.as_bytes()).await
        }
        Fault::Raw(bytes) => stream.write_all(bytes).await,
        Fault::Silence => {
            tokio::time::sleep(Duration::from_secs(3)).await;
            Ok(())
        }
        Fault::Flood => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n[")
                .await?;
            for _ in 0..10_000 {
                stream.write_all(&[b' '; 4096]).await?;
            }
            Ok(())
        }
        Fault::Trickle => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
                .await?;
            for _ in 0..60 {
                stream.write_all(b" ").await?;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Ok(())
        }
    }
}

fn options() -> RpcOptions {
    RpcOptions {
        timeout: Duration::from_millis(400),
        heavy_timeout: Duration::from_millis(400),
        max_response_bytes: 100_000,
        retry: RetryPolicy {
            retries: 2,
            first_wait: Duration::from_millis(1),
            longest_wait: Duration::from_millis(10),
        },
        ..RpcOptions::default()
    }
}

fn client(url: &str, options: RpcOptions) -> RpcClient {
    RpcClient::new(HyperTransport::new(url).unwrap(), SystemClock, options)
}

async fn ask(fault: Fault) -> Result<u32, NodeError> {
    let (url, _server) = serve(vec![fault]).await;
    let options = RpcOptions {
        retry: RetryPolicy::NEVER,
        ..options()
    };
    client(&url, options).call(NUMBER, ()).await
}

#[tokio::test]
async fn a_good_answer() {
    assert_eq!(
        ask(Fault::ok(r#"[{"jsonrpc":"2.0","id":0,"result":12}]"#)).await,
        Ok(12)
    );
}

#[tokio::test]
async fn garbage_instead_of_http() {
    let error = ask(Fault::Raw(b"\x16\x03\x01 what is HTTP?\r\n\r\n"))
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            NodeError::Transport(TransportError::Interrupted { .. })
        ),
        "{error}"
    );
}

#[tokio::test]
async fn an_early_end() {
    for bytes in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\nconte",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[{\"id\":0,",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n[{\"id",
    ] {
        let error = ask(Fault::Raw(bytes)).await.unwrap_err();
        assert!(
            matches!(
                error,
                NodeError::Transport(TransportError::Interrupted { .. })
            ),
            "{error}"
        );
    }
}

#[tokio::test]
async fn silence_and_a_trickle_end_at_the_deadline() {
    for fault in [Fault::Silence, Fault::Trickle] {
        let after = Duration::from_millis(400);
        assert_eq!(ask(fault).await, Err(NodeError::Timeout { after }));
    }
}

#[tokio::test]
async fn an_oversized_answer() {
    let too_large = Err(NodeError::Transport(TransportError::TooLarge {
        limit: 100_000,
    }));
    assert_eq!(ask(Fault::Flood).await, too_large);
    assert_eq!(ask(Fault::ok(&" ".repeat(100_001))).await, too_large);
    assert_eq!(
        ask(Fault::ok(&format!(
            "{}[{{\"id\":0,\"result\":1}}]",
            " ".repeat(90_000)
        )))
        .await,
        Ok(1)
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let fault = Fault::Respond {
        status: "307 Temporary Redirect",
        headers: "location: http://127.0.0.1:9/\r\n",
        body: String::new(),
    };
    assert_eq!(
        ask(fault).await,
        Err(NodeError::Transport(TransportError::Redirect))
    );
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client(&url, options())
        .call::<u32>(NUMBER, ())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, NodeError::Transport(TransportError::Connect { reason }) if reason.contains("refused")),
        "{error}"
    );
    assert!(!error.may_have_been_processed());
}

#[tokio::test]
async fn trouble_passes() {
    let faults = vec![
        Fault::status("503 Service Unavailable"),
        Fault::Raw(b""),
        Fault::ok(r#"[{"id":0,"result":5}]"#),
    ];
    let (url, server) = serve(faults).await;
    assert_eq!(client(&url, options()).call(NUMBER, ()).await, Ok(5u32));
    assert_eq!(server.await.unwrap(), 3);
}

#[tokio::test]
async fn a_transaction_is_sent_once() {
    let (url, server) = serve(vec![
        Fault::status("503 Service Unavailable"),
        Fault::ok("[]"),
    ])
    .await;
    let error = client(&url, options())
        .call::<()>(SEND, ("tx",))
        .await
        .unwrap_err();
    assert_eq!(error, NodeError::HttpStatus { status: 503 });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!server.is_finished());
}

#[tokio::test]
async fn an_address_that_is_none() {
    for url in [
        "",
        "localhost:8080",
        "ftp://node",
        "http://",
        "http:///x",
        "https://no de",
    ] {
        let error = HyperTransport::new(url).unwrap_err();
        assert_eq!(
            error,
            TransportError::InvalidUrl {
                url: url.to_owned()
            }
        );
    }
}
