//! `pixie node status` against a server that plays back what a real node said.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};

use serde_json::{Value, json};

const RECORDING: &str = include_str!("../../../tests/vectors/node-traffic.json");

/// What the recorded node said to a method.
fn recorded(method: &str) -> Value {
    let recording: Value = serde_json::from_str(RECORDING).unwrap();
    let exchanges = recording["exchanges"].as_array().unwrap();
    let exchange = exchanges
        .iter()
        .find(|exchange| exchange["method"] == method)
        .unwrap();
    exchange["result"].clone()
}

fn body_of(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer).ok()? {
            0 => return None,
            count => seen.extend_from_slice(&buffer[..count]),
        }
        let text = String::from_utf8_lossy(&seen).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let (_, length) = head.split_once("content-length: ")?;
            let length: usize = length.lines().next()?.parse().ok()?;
            if body.len() >= length {
                return Some(seen.split_off(seen.len() - length));
            }
        }
    }
}

/// Answers calls from the recording, but tells this version; returns the address.
fn serve(version: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let Some(body) = body_of(&mut stream) else {
                continue;
            };
            let calls: Vec<Value> = serde_json::from_slice(&body).unwrap();
            let answers = calls.iter().map(|call| {
                let mut result = recorded(call["method"].as_str().unwrap());
                if result.get("nodeVersion").is_some() {
                    result["nodeVersion"] = version.into();
                }
                json!({ "jsonrpc": "2.0", "id": call["id"], "result": result })
            });
            let body = Value::from_iter(answers).to_string();
            let head = format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body.as_bytes()).unwrap();
        }
    });
    url
}

fn status(url: &str, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pixie"))
        .args(["node", "status", "--node", url])
        .args(more)
        .output()
        .unwrap()
}

#[test]
fn prints_what_the_node_says() {
    let url = serve("4.1.2");
    let output = status(&url, &["--json"]);
    assert!(output.status.success(), "{output:?}");
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let info = recorded("node_getNodeInfo");
    for member in [
        "nodeVersion",
        "l1ChainId",
        "rollupVersion",
        "l1ContractAddresses",
        "protocolContractAddresses",
    ] {
        assert_eq!(printed[member], info[member], "{member}");
    }
    let tips = recorded("node_getL2Tips");
    assert_eq!(printed["blockNumber"], tips["proposed"]["number"]);
    assert_eq!(
        printed["provenBlockNumber"],
        tips["proven"]["block"]["number"]
    );

    let output = status(&url, &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    let rollup = info["l1ContractAddresses"]["rollupAddress"]
        .as_str()
        .unwrap();
    for expected in ["4.1.2", "31337", rollup] {
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn refuses_another_version_and_another_chain() {
    for (version, more, reason) in [
        (
            "5.0.0",
            &[][..],
            "the node runs Aztec 5.0.0; this wallet speaks Aztec 4.1.x",
        ),
        (
            "4.1.2",
            &["--l1-chain-id", "1"],
            "the node follows the L1 chain 31337, not 1",
        ),
    ] {
        let output = status(&serve(version), more);
        assert_eq!(output.status.code(), Some(5));
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(reason), "{text}");
    }
}

#[test]
fn says_why_there_is_no_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let output = status(&url, &[]);
    assert_eq!(output.status.code(), Some(5));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains(&url) && text.contains("refused"), "{text}");

    let output = status("localhost:8080", &[]);
    assert_eq!(output.status.code(), Some(5));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("is not an http or https address"), "{text}");
}
