//! A browser and dapps around the bridge.

use std::collections::BTreeMap;

use pixie_bridge::sdk::{KeyPair, PublicKey, SessionKeys, Side};
use pixie_bridge::session::{Change, Discovery, PendingRequest, Refusal, Request, RequestId};
use pixie_bridge::session::{SessionInfo, WalletInfo};
use pixie_bridge::window::{CloseReason, PageChannel, PageEvent, PageHandshake};
use pixie_bridge::{Bridge, Effect, Limits, Place, ReportedSender, Timestamp, WireError};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

pub fn wallet() -> WalletInfo {
    WalletInfo {
        id: "pixie".to_owned(),
        name: "Pixie".to_owned(),
        icon: None,
        version: "0.1.0".to_owned(),
    }
}

pub fn chain(version: u32) -> Value {
    let field = |number: u32| format!("{number:#066x}");
    json!({ "chainId": field(31337), "version": field(version) })
}

pub fn address(number: u32) -> String {
    format!("{number:#066x}")
}

pub fn tab(number: i64) -> ReportedSender {
    ReportedSender {
        origin: Some("https://dapp.example".to_owned()),
        tab_id: Some(number),
        frame_id: Some(0),
        document_id: Some(format!("document-{number}")),
    }
}

pub fn ok(value: Value) -> Result<Box<RawValue>, WireError> {
    Ok(to_raw_value(&value).unwrap())
}

/// The extension's service worker and its storage: carries out effects in order, and may be killed
/// before any of them.
pub struct Extension {
    pub bridge: Bridge,
    pub rng: ChaCha20Rng,
    pub now: Timestamp,
    pub limits: Limits,
    pub stored: BTreeMap<String, Vec<u8>>,
    pub delivered: Vec<(Place, String)>,
    pub requests: Vec<Request>,
    pub discoveries: Vec<Discovery>,
    pub opened: Vec<SessionInfo>,
    pub closed: Vec<(SessionInfo, CloseReason, Vec<RequestId>)>,
    pub withdrawn: usize,
    pub refused: Vec<Refusal>,
    /// How many effects until the process is killed.
    pub fuse: Option<usize>,
}

/// The process was killed.
#[derive(Debug)]
pub struct Killed;

impl Extension {
    pub fn new(limits: Limits) -> Self {
        Self {
            bridge: Bridge::new(wallet(), limits.clone()),
            rng: ChaCha20Rng::seed_from_u64(7),
            now: Timestamp(1_700_000_000_000),
            limits,
            stored: BTreeMap::new(),
            delivered: Vec::new(),
            requests: Vec::new(),
            discoveries: Vec::new(),
            opened: Vec::new(),
            closed: Vec::new(),
            withdrawn: 0,
            refused: Vec::new(),
            fuse: None,
        }
    }

    pub fn carry_out(&mut self, effects: Vec<Effect>) -> Result<(), Killed> {
        for effect in effects {
            match &mut self.fuse {
                Some(0) => return Err(Killed),
                Some(left) => *left -= 1,
                None => {}
            }
            match effect {
                Effect::Store(changes) => {
                    for change in changes {
                        match change {
                            Change::Put { key, row } => {
                                self.stored.insert(key, row.as_bytes().to_vec());
                            }
                            Change::Remove { key } => {
                                self.stored.remove(&key);
                            }
                        }
                    }
                }
                Effect::Deliver { to, message } => self.delivered.push((to, message)),
                Effect::Discovered(discovery) => self.discoveries.push(discovery),
                Effect::Withdrawn(_) => self.withdrawn += 1,
                Effect::Opened(session) => self.opened.push(session),
                Effect::Request(request) => self.requests.push(*request),
                Effect::Closed {
                    session,
                    reason,
                    unanswered,
                } => self.closed.push((session, reason, unanswered)),
                Effect::Refused { refusal, .. } => self.refused.push(refusal),
            }
        }
        Ok(())
    }

    pub fn try_receive(&mut self, from: &ReportedSender, text: &str) -> Result<(), Killed> {
        let effects = self.bridge.receive(from, text, self.now, &mut self.rng);
        self.carry_out(effects)
    }

    pub fn receive(&mut self, from: &ReportedSender, text: &str) {
        self.try_receive(from, text).unwrap();
    }

    pub fn try_answer(
        &mut self,
        id: &RequestId,
        outcome: Result<Box<RawValue>, WireError>,
    ) -> Result<(), Killed> {
        let effects = self.bridge.answer(id, outcome, &mut self.rng);
        self.carry_out(effects.unwrap_or_default())
    }

    pub fn answer(&mut self, id: &RequestId, outcome: Result<Box<RawValue>, WireError>) {
        let effects = self.bridge.answer(id, outcome, &mut self.rng).unwrap();
        self.carry_out(effects).unwrap();
    }

    /// The process is gone and comes back with what is stored; gives what was pending.
    pub fn restart(&mut self) -> Vec<PendingRequest> {
        self.fuse = None;
        self.requests.clear();
        self.discoveries.clear();
        let restored = Bridge::restore(wallet(), self.limits.clone(), self.stored.clone());
        self.bridge = restored.bridge;
        self.discoveries = restored.discoveries;
        self.carry_out(restored.effects).unwrap();
        restored.pending
    }

    /// What was delivered to a document, once.
    pub fn take_delivered(&mut self, to: &ReportedSender) -> Vec<String> {
        let document = to.document_id.clone().unwrap();
        let (own, others): (Vec<_>, Vec<_>) = self
            .delivered
            .drain(..)
            .partition(|(place, _)| place.document == document);
        self.delivered = others;
        own.into_iter().map(|(_, message)| message).collect()
    }

    pub fn last_refusal(&self) -> Option<&Refusal> {
        self.refused.last()
    }
}

/// A dapp on the wallet SDK.
pub struct SdkDapp {
    pub name: String,
    pub own: KeyPair,
    pub keys: Option<SessionKeys>,
    pub disconnected: bool,
    rng: ChaCha20Rng,
    count: u32,
}

impl SdkDapp {
    pub fn new(name: &str) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(99);
        Self {
            name: name.to_owned(),
            own: KeyPair::generate(&mut rng).unwrap(),
            keys: None,
            disconnected: false,
            rng,
            count: 0,
        }
    }

    fn relayed(&self, kind: &str, content: Value) -> String {
        json!({ "origin": "content-script", "type": kind, "sessionId": self.name, "content": content })
            .to_string()
    }

    pub fn discovery(&self) -> String {
        self.relayed(
            "discovery-request",
            json!({
                "type": "aztec-wallet-discovery", "requestId": self.name, "appId": "demo",
                "chainInfo": chain(1),
            }),
        )
    }

    pub fn key_exchange(&self) -> String {
        self.relayed(
            "key-exchange-request",
            json!({
                "type": "aztec-wallet-key-exchange-request", "requestId": self.name,
                "publicKey": self.own.public_key(),
            }),
        )
    }

    pub fn disconnect(&self) -> String {
        self.relayed(
            "disconnect-request",
            json!({ "type": "aztec-wallet-disconnect" }),
        )
    }

    pub fn take_key_response(&mut self, messages: &[String]) {
        for message in messages {
            let message: Value = serde_json::from_str(message).unwrap();
            if message["type"] == "key-exchange-response" {
                let peer = message["content"]["publicKey"].clone();
                let peer: PublicKey = serde_json::from_value(peer).unwrap();
                self.keys = Some(SessionKeys::derive(&self.own, &peer, Side::App).unwrap());
            }
        }
    }

    /// Goes through discovery and key exchange.
    pub fn connect(extension: &mut Extension, from: ReportedSender, name: &str) -> Self {
        let mut dapp = Self::new(name);
        extension.receive(&from, &dapp.discovery());
        let discovery = extension.discoveries.pop().expect("discovered");
        let effects = extension
            .bridge
            .approve_discovery(discovery.session, extension.now)
            .unwrap();
        extension.carry_out(effects).unwrap();
        extension.receive(&from, &dapp.key_exchange());
        let delivered = extension.take_delivered(&from);
        dapp.take_key_response(&delivered);
        assert!(dapp.keys.is_some(), "{:?}", extension.refused);
        dapp
    }

    /// Seals any JSON as the SDK would.
    pub fn seal(&mut self, plain: &str) -> String {
        let keys = self.keys.as_ref().unwrap();
        let sealed = keys.seal(plain.as_bytes(), &mut self.rng).unwrap();
        self.relayed("secure-message", serde_json::to_value(sealed).unwrap())
    }

    pub fn message(&mut self, method: &str, args: Value) -> Value {
        self.count += 1;
        json!({
            "messageId": format!("message-{}", self.count), "type": method, "args": args,
            "chainInfo": chain(1), "appId": "demo", "walletId": "pixie",
        })
    }

    /// A request; gives its id as well.
    pub fn request(&mut self, method: &str, args: Value) -> (String, String) {
        let message = self.message(method, args);
        let id = message["messageId"].as_str().unwrap().to_owned();
        (id, self.seal(&message.to_string()))
    }

    /// Opens answers: request → answer.
    pub fn take_answers(&mut self, messages: Vec<String>) -> Vec<(String, Result<Value, String>)> {
        let mut answers = Vec::new();
        for message in messages {
            let message: Value = serde_json::from_str(&message).unwrap();
            assert_eq!(message["origin"], "background");
            assert_eq!(message["sessionId"], json!(self.name));
            match message["type"].as_str().unwrap() {
                "secure-response" => {
                    let content = &message["content"];
                    let text = |name: &str| content[name].as_str().unwrap();
                    let keys = self.keys.as_ref().unwrap();
                    let plain = keys.open(text("iv"), text("ciphertext")).unwrap();
                    let answer: Value = serde_json::from_slice(&plain).unwrap();
                    assert_eq!(answer["walletId"], "pixie");
                    let id = answer["messageId"].as_str().unwrap().to_owned();
                    answers.push((
                        id,
                        match answer.get("error") {
                            Some(error) => Err(error["code"].as_str().unwrap().to_owned()),
                            None => Ok(answer["result"].clone()),
                        },
                    ));
                }
                "session-disconnected" => self.disconnected = true,
                "discovery-approved" | "key-exchange-response" => {}
                other => panic!("{other}"),
            }
        }
        answers
    }
}

/// A page with `window.pixie`.
pub struct Page {
    pub channel: PageChannel,
    pub closed: Option<CloseReason>,
}

impl Page {
    pub fn connect(extension: &mut Extension, from: ReportedSender) -> Self {
        let origin = from.origin.as_deref().unwrap().parse().unwrap();
        let (handshake, hello) = PageHandshake::start(origin, &mut extension.rng);
        extension.receive(&from, &hello);
        let delivered = extension.take_delivered(&from);
        let (channel, told) = handshake.finish(&delivered[0]).unwrap();
        assert_eq!(told["wallet"]["id"], "pixie");
        Self {
            channel,
            closed: None,
        }
    }

    pub fn request(&mut self, method: &str, params: Value) -> (u64, String) {
        let request = json!({ "method": method, "params": params });
        self.channel.request(&request).unwrap()
    }

    pub fn take_answers(&mut self, messages: Vec<String>) -> Vec<(u64, Result<Value, String>)> {
        let mut answers = Vec::new();
        for message in messages {
            match self.channel.receive(&message).unwrap() {
                PageEvent::Answer { to, outcome } => answers.push((
                    to,
                    outcome.map_err(|error| {
                        let code = serde_json::to_value(error.code).unwrap();
                        code.as_str().unwrap().to_owned()
                    }),
                )),
                PageEvent::Event { .. } => {}
                PageEvent::Closed(reason) => self.closed = Some(reason),
            }
        }
        answers
    }
}
