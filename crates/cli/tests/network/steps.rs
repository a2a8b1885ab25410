//! Killed after every step of the journal, one after the other, and just before and after the
//! transaction is sent: what goes on from there sends exactly one transaction.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::mortal::MORTAL;
use crate::pixie::Pixie;
use crate::token::TOKEN;
use crate::world::{World, artifact};

/// How long everything may take to be in blocks.
const SETTLED_AFTER: Duration = Duration::from_secs(90);

/// What the wire does with a transaction that is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Wire {
    /// It goes through.
    Passes,
    /// It is held back, and nobody gets an answer.
    StopsBefore,
    /// The node gets it; nobody gets the answer.
    StopsAfter,
}

/// What lies between a wallet and its node.
struct Proxy {
    url: String,
    wire: Arc<AtomicU8>,
    /// Whether a transaction was held back, or its answer was.
    has_stopped: Arc<AtomicU8>,
    /// What was sent, with how often.
    sent: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Proxy {
    fn start(node: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            wire: Arc::default(),
            has_stopped: Arc::default(),
            sent: Arc::default(),
        };
        let node = node
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        let (wire, has_stopped) = (Arc::clone(&proxy.wire), Arc::clone(&proxy.has_stopped));
        let sent = Arc::clone(&proxy.sent);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (node, wire) = (node.clone(), Arc::clone(&wire));
                let (has_stopped, sent) = (Arc::clone(&has_stopped), Arc::clone(&sent));
                std::thread::spawn(move || pass(client, &node, &wire, &has_stopped, &sent));
            }
        });
        proxy
    }

    fn set(&self, wire: Wire) {
        self.has_stopped.store(0, Ordering::SeqCst);
        self.wire.store(wire as u8, Ordering::SeqCst);
    }
}

/// Passes one request on, and its answer back.
fn pass(
    mut client: TcpStream,
    node: &str,
    wire: &AtomicU8,
    has_stopped: &AtomicU8,
    sent: &Mutex<BTreeMap<String, usize>>,
) -> Option<()> {
    let (head, body) = request(&mut client)?;
    let is_transaction = String::from_utf8_lossy(&body).contains("\"node_sendTx\"");
    let wire = wire.load(Ordering::SeqCst);
    if is_transaction && wire == Wire::StopsBefore as u8 {
        has_stopped.store(1, Ordering::SeqCst);
        // Until the other side is gone.
        let _ = client.read(&mut [0]);
        return None;
    }
    if is_transaction {
        let request: Value = serde_json::from_slice(&body).unwrap();
        let transaction = find(&request).to_string();
        *sent.lock().unwrap().entry(transaction).or_default() += 1;
    }
    let mut upstream = TcpStream::connect(node).ok()?;
    let mut lines = head.lines();
    let mut forwarded = format!("{}\r\n", lines.next()?);
    for line in lines.filter(|line| !line.is_empty()) {
        let name = line.split(':').next()?.to_ascii_lowercase();
        if name != "connection" && name != "host" {
            forwarded += &format!("{line}\r\n");
        }
    }
    forwarded += &format!("host: {node}\r\nconnection: close\r\n\r\n");
    upstream.write_all(forwarded.as_bytes()).ok()?;
    upstream.write_all(&body).ok()?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).ok()?;
    if is_transaction && wire == Wire::StopsAfter as u8 {
        has_stopped.store(1, Ordering::SeqCst);
        let _ = client.read(&mut [0]);
        return None;
    }
    client.write_all(&answer).ok()
}

/// The transaction of a request, which may be one of several.
fn find(request: &Value) -> &Value {
    let calls = match request {
        Value::Array(calls) => &calls[..],
        one => std::slice::from_ref(one),
    };
    let call = calls.iter().find(|call| call["method"] == "node_sendTx");
    &call.unwrap()["params"]
}

/// The head and the body of a request.
fn request(client: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut seen = Vec::new();
    let mut buffer = [0; 65536];
    loop {
        match client.read(&mut buffer).ok()? {
            0 => return None,
            count => seen.extend_from_slice(&buffer[..count]),
        }
        let Some(end) = seen.windows(4).position(|at| at == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&seen[..end]).into_owned();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.trim().parse::<usize>().ok())?
        })?;
        if seen.len() >= end + 4 + length {
            return Some((head, seen.split_off(end + 4)));
        }
    }
}

/// A wallet with a token that it may mint.
struct Bench {
    pixie: Pixie,
    proxy: Proxy,
    token: String,
    minter: String,
}

impl Bench {
    /// A process that mints, and ends after so many commits of its journal.
    fn start(&self, amount: u64, ends_after: u64) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .arg(MORTAL)
            .arg(self.pixie.folder())
            .args([&self.proxy.url, &self.token, &self.minter])
            .args([amount.to_string(), ends_after.to_string()])
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap()
    }

    /// The entry with the highest number; the journal lies still.
    fn last(&self) -> Value {
        let history = self.pixie.with_password(&["tx", "--offline"]);
        history.as_array().unwrap().last().unwrap().clone()
    }

    /// Goes on from where the process was killed. What nobody had approved is asked again by another
    /// such process; the rest the program itself takes up.
    fn resume(&self, stage: &str) {
        if stage == "requested" {
            let status = self.start(0, 0).wait().unwrap();
            assert!(status.success(), "{status}");
        } else {
            self.pixie.with_password(&["resume"]);
        }
    }
}

pub fn killed_after_every_step(world: &World) {
    let proxy = Proxy::start(&world.network.url);
    let pixie = Pixie::new(&proxy.url);
    let create = [
        "account",
        "create",
        "--alias",
        "alice",
        "--deploy",
        "--fee",
        "sponsored",
    ];
    let minter = pixie.run(&create)["address"].as_str().unwrap().to_owned();
    let arguments = json!(["alice", "Token", "TOK", 18]);
    let instance = pixie.deploy(&artifact(TOKEN), "tok", &arguments, "alice", &[]);
    let bench = Bench {
        proxy,
        token: instance["address"].as_str().unwrap().to_owned(),
        pixie,
        minter,
    };
    let before = bench.last()["number"].as_u64().unwrap();
    bench.proxy.sent.lock().unwrap().clear();
    let mut stages = Vec::new();
    // Each mints another power of two, so that the sum tells which were mined, and how often.
    let mut amount = 1;
    for ends_after in 1.. {
        let status = bench.start(amount, ends_after).wait().unwrap();
        let last = bench.last();
        let stage = last["stage"].as_str().unwrap().to_owned();
        assert_eq!(last["number"], before + 1 + amount.ilog2() as u64);
        amount *= 2;
        if status.success() {
            // It has no more steps than this.
            assert_eq!(stage, "mined");
            break;
        }
        stages.push(stage.clone());
        bench.resume(&stage);
    }
    let expected = [
        "requested",
        "approved",
        "simulated",
        "proved",
        "sent",
        "mined",
    ];
    assert_eq!(stages, expected);
    // Just before and just after it is sent, which the journal cannot tell from one another.
    for wire in [Wire::StopsBefore, Wire::StopsAfter] {
        bench.proxy.set(wire);
        let mut process = bench.start(amount, 0);
        let begun = Instant::now();
        while bench.proxy.has_stopped.load(Ordering::SeqCst) == 0 {
            assert!(begun.elapsed() < SETTLED_AFTER, "nothing was sent");
            assert!(process.try_wait().unwrap().is_none());
            std::thread::sleep(Duration::from_millis(20));
        }
        process.kill().unwrap();
        process.wait().unwrap();
        bench.proxy.set(Wire::Passes);
        assert_eq!(bench.last()["stage"], "proved");
        bench.resume("proved");
        amount *= 2;
    }
    check(&bench, before, amount - 1);
}

/// Everything that was asked for is mined, and once.
fn check(bench: &Bench, before: u64, sum: u64) {
    let begun = Instant::now();
    let history = loop {
        let history = bench.pixie.with_password(&["tx"]);
        let mut entries = history.as_array().unwrap().iter();
        if entries.all(|entry| entry["stage"] == "mined") {
            break history;
        }
        assert!(begun.elapsed() < SETTLED_AFTER, "{history:#}");
        std::thread::sleep(Duration::from_millis(500));
    };
    let made = history.as_array().unwrap().iter();
    let made = made.filter(|entry| entry["number"].as_u64() > Some(before));
    let hashes: Vec<_> = made.map(|entry| entry["txHash"].clone()).collect();
    assert_eq!(hashes.len() as u32, (sum + 1).ilog2());
    let arguments = json!(["alice"]);
    let words = [
        "call-utility",
        "tok",
        "balance_of_private",
        "--from",
        "alice",
        "--args",
    ];
    let arguments = arguments.to_string();
    let balance = bench
        .pixie
        .with_password(&[&words[..], &[arguments.as_str()]].concat());
    assert_eq!(balance["result"], sum.to_string());
    // Each went through the wire once, and nothing else did.
    let sent = bench.proxy.sent.lock().unwrap();
    let counts: Vec<_> = sent.values().copied().collect();
    assert_eq!(counts, vec![1; hashes.len()]);
}
