//! A bridge held by a process that other programs talk to, for tests against the reference: reads one
//! JSON object a line and answers each with one line.
//!
//! - `{"do": "receive", "from": {…}, "message": {…}}`, `{"do": "approve" | "reject" | "close",
//!   "session": …}`, `{"do": "answer", "request": n, "result": … | "error": {code, message}}`,
//!   `{"do": "restart"}`: carried out; the answer is the list of effects.
//! - `{"do": "manifest" | "granted", "json": …}`: reads capabilities and writes them again.
//! - `{"do": "narrow", "asked": …, "offered": …}`: what is granted.
//!
//! Its randomness is the same in every run: it is nothing to be used with real dapps.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use pixie_bridge::capability::{AppCapabilities, WalletCapabilities, narrow};
use pixie_bridge::session::{Change, RequestId, WalletInfo};
use pixie_bridge::window::CloseReason;
use pixie_bridge::wire::WalletCall;
use pixie_bridge::{Bridge, Effect, Limits, ReportedSender, Timestamp, WireError};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use serde::Deserialize;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

struct Peer {
    bridge: Bridge,
    rng: ChaCha20Rng,
    stored: BTreeMap<String, Vec<u8>>,
    requests: Vec<RequestId>,
}

fn wallet() -> WalletInfo {
    WalletInfo {
        id: "pixie".to_owned(),
        name: "Pixie".to_owned(),
        icon: None,
        version: "0.1.0".to_owned(),
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let milliseconds = since.map_or(0, |since| since.as_millis());
    Timestamp(u64::try_from(milliseconds).unwrap_or(u64::MAX))
}

fn read<T: for<'de> Deserialize<'de>>(value: &Value) -> Result<T, Failure> {
    // Through text, as messages come.
    Ok(serde_json::from_str(&value.to_string())?)
}

impl Peer {
    fn handle(&mut self, line: &str) -> Result<Value, Failure> {
        let order: Value = serde_json::from_str(line)?;
        let effects = match order["do"].as_str().unwrap_or_default() {
            "receive" => {
                let from: ReportedSender = read(&order["from"])?;
                let message = order["message"].to_string();
                self.bridge.receive(&from, &message, now(), &mut self.rng)
            }
            "approve" => {
                let session = order["session"].as_str().unwrap_or_default().parse()?;
                self.bridge.approve_discovery(session, now())?
            }
            "reject" => {
                let session = order["session"].as_str().unwrap_or_default().parse()?;
                self.bridge.reject_discovery(session)?
            }
            "close" => {
                let session = order["session"].as_str().unwrap_or_default().parse()?;
                self.bridge.close(session, CloseReason::ByWallet)?
            }
            "answer" => {
                let index = usize::try_from(order["request"].as_u64().unwrap_or(u64::MAX))?;
                let id = self.requests.get(index).ok_or("no such request")?.clone();
                let outcome = match order.get("error") {
                    Some(error) => Err(read::<WireError>(error)?),
                    None => Ok(to_raw_value(&order["result"])?),
                };
                self.bridge.answer(&id, outcome, &mut self.rng)?
            }
            "restart" => {
                let restored = Bridge::restore(wallet(), Limits::default(), self.stored.clone());
                self.bridge = restored.bridge;
                let mut effects = restored.effects;
                for pending in restored.pending {
                    let interrupted = Err(WireError::interrupted());
                    effects.extend(
                        self.bridge
                            .answer(&pending.id, interrupted, &mut self.rng)?,
                    );
                }
                effects
            }
            "manifest" => {
                let manifest: AppCapabilities = read(&order["json"])?;
                return Ok(serde_json::to_value(manifest)?);
            }
            "granted" => {
                let granted: WalletCapabilities = read(&order["json"])?;
                return Ok(serde_json::to_value(granted)?);
            }
            "narrow" => {
                let offered: WalletCapabilities = read(&order["offered"])?;
                let granted = narrow(&read(&order["asked"])?, &offered.granted);
                return Ok(serde_json::to_value(WalletCapabilities {
                    granted,
                    ..offered
                })?);
            }
            other => return Err(format!("no command `{other}`").into()),
        };
        self.carry_out(effects)
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> Result<Value, Failure> {
        let mut shown = Vec::new();
        for effect in effects {
            shown.push(match effect {
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
                    continue;
                }
                Effect::Deliver { to, message } => {
                    let message: Value = serde_json::from_str(&message)?;
                    json!({ "deliver": message, "to": to })
                }
                Effect::Discovered(discovery) => json!({
                    "discovered": discovery.session.to_string(),
                    "origin": discovery.sender.origin,
                    "appId": discovery.app_id,
                    "chain": discovery.chain,
                }),
                Effect::Withdrawn(session) => json!({ "withdrawn": session.to_string() }),
                Effect::Opened(session) => json!({
                    "opened": session.id.to_string(),
                    "verification": session.verification.map(|hash| hash.to_string()),
                    "symbols": session.verification.map(|hash| hash.symbols()),
                }),
                Effect::Request(request) => {
                    self.requests.push(request.id.clone());
                    json!({
                        "request": self.requests.len() - 1,
                        "method": request.call.method(),
                        "arguments": arguments(&request.call)?,
                        "ownApproval": request.call.needs_own_approval(),
                    })
                }
                Effect::Closed {
                    reason, unanswered, ..
                } => {
                    json!({ "closed": reason, "unanswered": unanswered.len() })
                }
                Effect::Refused { refusal, .. } => json!({ "refused": refusal.to_string() }),
            });
        }
        Ok(Value::Array(shown))
    }
}

/// The arguments as this crate understood them.
fn arguments(call: &WalletCall) -> Result<Value, Failure> {
    Ok(match call {
        WalletCall::GetChainInfo | WalletCall::GetAccounts | WalletCall::GetAddressBook => {
            json!([])
        }
        WalletCall::RegisterSender { address, alias } => json!([address, alias]),
        WalletCall::RegisterContract {
            instance,
            artifact,
            secret_key,
        } => {
            let secret_key = secret_key.as_ref().map(|key| key.expose());
            json!([instance, artifact, secret_key])
        }
        WalletCall::GetContractMetadata { address } => json!([address]),
        WalletCall::GetContractClassMetadata { id } => json!([id]),
        WalletCall::SimulateTx { payload, options } => json!([payload, options]),
        WalletCall::ExecuteUtility { call, options } => json!([call, options]),
        WalletCall::ProfileTx { payload, options } => json!([payload, options]),
        WalletCall::SendTx { payload, options } => json!([payload, options]),
        WalletCall::CreateAuthWit { from, intent } => json!([from, intent]),
        WalletCall::GetPrivateEvents { event, filter } => json!([event, filter]),
        WalletCall::RequestCapabilities { manifest } => json!([manifest]),
        WalletCall::Batch { calls } => {
            let mut entries = Vec::new();
            for call in calls {
                entries.push(json!({ "name": call.method(), "args": arguments(call)? }));
            }
            json!([entries])
        }
    })
}

fn main() -> Result<(), Failure> {
    let mut peer = Peer {
        bridge: Bridge::new(wallet(), Limits::default()),
        rng: ChaCha20Rng::seed_from_u64(1),
        stored: BTreeMap::new(),
        requests: Vec::new(),
    };
    for line in io::stdin().lock().lines() {
        let answer = match peer.handle(&line?) {
            Ok(value) => json!({ "ok": value }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        let mut out = io::stdout().lock();
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}
