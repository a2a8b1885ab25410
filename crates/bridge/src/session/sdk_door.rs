//! What comes from dapps on the wallet SDK.

use rand_core::CryptoRng;
use serde::Deserialize;

use super::bridge::{Bridge, Incoming, closed, goodbye, told};
use super::record::{Exchanged, Keys, Line, Open, Phase, Seen, Session};
use super::{Effect, Refusal, Request, RequestId, RequestKey, SessionId};
use crate::error::{ErrorCode, WireError};
use crate::limits::Verdict;
use crate::sdk::messages::{
    DiscoveryKind, DiscoveryRequest, KeyExchange, KeyExchangeKind, Relayed, RelayedKind,
    RequestBody, RequestHead, Sealed, ToldKind,
};
use crate::sdk::{KeyPair, PublicKey, SessionKeys, Side};
use crate::window::CloseReason;
use crate::wire::WalletCall;

/// The longest name that a dapp may give to a session or a request, in bytes. The SDK's have 36.
const MAX_NAME: usize = 128;
/// The longest id of a dapp, in bytes.
const MAX_APP_ID: usize = 256;
/// The largest discovery or key exchange, in bytes.
const MAX_GREETING: usize = 8 << 10;

impl Bridge {
    pub(super) fn through_sdk<R: CryptoRng + ?Sized>(
        &mut self,
        incoming: &Incoming<'_>,
        rng: &mut R,
    ) -> Vec<Effect> {
        let Ok(relayed) = serde_json::from_str::<Relayed<'_>>(incoming.text) else {
            return vec![incoming.refused(Refusal::Malformed)];
        };
        let content = relayed.content.map_or("null", |content| content.get());
        if relayed.kind == RelayedKind::DiscoveryRequest {
            return self.discovered(incoming, content, rng);
        }
        let Some(name) = relayed.session_id.filter(|name| is_name(name)) else {
            return vec![incoming.refused(Refusal::Malformed)];
        };
        let line = Line::Sdk(name.clone());
        let Some(id) = self.find(&incoming.sender.place, line.clone()) else {
            let mut effects = vec![incoming.refused(Refusal::UnknownSession)];
            // The dapp waits for an answer that nobody will give.
            if relayed.kind == RelayedKind::SecureMessage && incoming.verdict == Verdict::Pass {
                let to = incoming.sender.place.clone();
                effects.push(goodbye(to, &line, CloseReason::Unknown));
            }
            return effects;
        };
        if incoming.verdict == Verdict::Flood {
            let mut effects = vec![incoming.refused(Refusal::RateLimited)];
            effects.extend(self.end(id, CloseReason::Flooded, true));
            return effects;
        }
        match relayed.kind {
            RelayedKind::KeyExchangeRequest => self.key_exchange(incoming, id, &name, content, rng),
            RelayedKind::DisconnectRequest => self.disconnected(incoming, id),
            RelayedKind::SecureMessage | RelayedKind::DiscoveryRequest => {
                self.sealed_request(incoming, id, content, rng)
            }
        }
    }

    fn discovered<R: CryptoRng + ?Sized>(
        &mut self,
        incoming: &Incoming<'_>,
        content: &str,
        rng: &mut R,
    ) -> Vec<Effect> {
        if incoming.verdict != Verdict::Pass {
            return vec![incoming.refused(Refusal::RateLimited)];
        }
        let request = match greeting::<DiscoveryRequest>(content) {
            Some(request) if is_name(&request.request_id) && request.app_id.len() <= MAX_APP_ID => {
                request
            }
            _ => return vec![incoming.refused(Refusal::Malformed)],
        };
        let DiscoveryKind::Discovery = request.kind;
        let line = Line::Sdk(request.request_id);
        if self.find(&incoming.sender.place, line.clone()).is_some() {
            return vec![incoming.refused(Refusal::Duplicate)];
        }
        let (mut effects, has_room) = self.make_room(incoming);
        let asked = self.sessions.values().filter(|session| {
            matches!(session.phase, Phase::Asked) && session.sender.origin == incoming.sender.origin
        });
        if !has_room || asked.count() >= self.limits.max_discoveries_per_origin {
            effects.push(incoming.refused(Refusal::TooMany));
            return effects;
        }
        let session = Session {
            id: SessionId::random(rng),
            line,
            sender: incoming.sender.clone(),
            app_id: Some(request.app_id),
            chain: Some(request.chain_info),
            phase: Phase::Asked,
            since: incoming.now,
        };
        let id = session.id;
        effects.push(Effect::Store(vec![session.put()]));
        self.insert(session);
        let discovery = self.discoveries().find(|discovery| discovery.session == id);
        effects.extend(discovery.map(Effect::Discovered));
        effects
    }

    fn key_exchange<R: CryptoRng + ?Sized>(
        &mut self,
        incoming: &Incoming<'_>,
        id: SessionId,
        name: &str,
        content: &str,
        rng: &mut R,
    ) -> Vec<Effect> {
        if incoming.verdict != Verdict::Pass {
            return vec![incoming.refused(Refusal::RateLimited)];
        }
        let request = match greeting::<KeyExchange>(content) {
            Some(request)
                if matches!(request.kind, KeyExchangeKind::Request)
                    && request.request_id == name =>
            {
                request
            }
            _ => return vec![incoming.refused(Refusal::Malformed)],
        };
        let Some(session) = self.sessions.get_mut(&id) else {
            return Vec::new();
        };
        if matches!(session.phase, Phase::Asked) {
            return vec![incoming.refused(Refusal::WrongState)];
        }
        if let Some(Open {
            keys: Keys::Sdk { exchanged, .. },
            ..
        }) = session.open()
            && exchanged.app == request.public_key
        {
            // Relayed again, since nobody knows whether the response arrived.
            let wallet = exchanged.wallet.clone();
            return vec![key_response(session, name, wallet)];
        }
        let Ok(own) = KeyPair::generate(rng) else {
            return vec![incoming.refused(Refusal::Cipher)];
        };
        let Ok(keys) = SessionKeys::derive(&own, &request.public_key, Side::Wallet) else {
            return vec![incoming.refused(Refusal::PublicKey)];
        };
        // A dapp that exchanges keys again has given up what it asked for under the old ones.
        let mut changes = session.remove_seen();
        let given_up = closed(session, CloseReason::ByDapp);
        let wallet_key = own.public_key();
        session.since = incoming.now;
        session.phase = Phase::Open(Box::new(Open {
            keys: Keys::Sdk {
                keys,
                exchanged: Box::new(Exchanged {
                    app: request.public_key,
                    wallet: wallet_key.clone(),
                }),
                seen_count: 0,
                seen: Seen::default(),
            },
            opened_at: incoming.now,
            pending: Default::default(),
        }));
        changes.push(session.put());
        let mut effects = vec![Effect::Store(changes)];
        effects.extend(given_up);
        effects.push(key_response(session, name, wallet_key));
        effects.push(Effect::Opened(session.info()));
        effects
    }

    /// The dapp disconnects. It may exchange keys anew over the same port, as the SDK does when the
    /// user says that the symbols differ; so the content script is not told to close the port.
    fn disconnected(&mut self, incoming: &Incoming<'_>, id: SessionId) -> Vec<Effect> {
        let Some(session) = self.sessions.get_mut(&id) else {
            return Vec::new();
        };
        let Some(closed) = closed(session, CloseReason::ByDapp) else {
            return vec![incoming.refused(Refusal::WrongState)];
        };
        let mut changes = session.remove_seen();
        session.phase = Phase::Approved;
        session.since = incoming.now;
        changes.push(session.put());
        vec![Effect::Store(changes), closed]
    }

    fn sealed_request<R: CryptoRng + ?Sized>(
        &mut self,
        incoming: &Incoming<'_>,
        id: SessionId,
        content: &str,
        rng: &mut R,
    ) -> Vec<Effect> {
        let size = incoming.text.len();
        if size > self.limits.max_relayed_bytes {
            let mut effects = vec![incoming.refused(Refusal::Oversized { size })];
            effects.extend(self.end(id, CloseReason::Oversized, true));
            return effects;
        }
        let Ok(sealed) = serde_json::from_str::<Sealed<'_>>(content) else {
            return vec![incoming.refused(Refusal::Malformed)];
        };
        let Some(session) = self.sessions.get_mut(&id) else {
            return Vec::new();
        };
        let Some(Open {
            keys:
                Keys::Sdk {
                    keys,
                    seen,
                    seen_count,
                    ..
                },
            ..
        }) = session.open_mut()
        else {
            return vec![incoming.refused(Refusal::WrongState)];
        };
        let Ok(plain) = keys.open(&sealed.iv, &sealed.ciphertext) else {
            return vec![incoming.refused(Refusal::Unauthentic)];
        };
        // Without its id a request cannot be answered.
        let message_id = match serde_json::from_slice::<RequestHead>(&plain) {
            Ok(head) if is_name(&head.message_id) => head.message_id,
            _ => return vec![incoming.refused(Refusal::Malformed)],
        };
        if seen.len() >= self.limits.max_requests_per_session {
            return self.end(id, CloseReason::Exhausted, true);
        }
        if !seen.insert(&message_id) {
            return vec![incoming.refused(Refusal::Replayed)];
        }
        *seen_count = seen.len();
        let key = RequestKey::Message(message_id);
        let (verdict, now) = (incoming.verdict, incoming.now);
        let outcome =
            Self::admit(session, &key, plain.len(), verdict, now, &self.limits).and_then(|()| {
                let body: RequestBody<'_> = serde_json::from_slice(&plain).map_err(malformed)?;
                if body.wallet_id != self.wallet.id {
                    let message = format!("this is the wallet `{}`", self.wallet.id);
                    return Err(WireError::new(ErrorCode::WrongWallet, message));
                }
                if Some(body.chain_info) != session.chain {
                    let message = "the session is for another chain or rollup version";
                    return Err(WireError::new(ErrorCode::WrongChain, message));
                }
                WalletCall::parse(&body.method, &body.args, &self.limits)
                    .map_err(|error| WireError::from(&error))
            });
        if let (Ok(call), Some(open)) = (&outcome, session.open_mut()) {
            Self::note_method(open, &key, call.method());
        }
        let request_id = RequestId { session: id, key };
        let outcome = outcome.map(|call| Request {
            id: request_id.clone(),
            sender: session.sender.clone(),
            door: session.door(),
            chain: session.chain,
            call,
        });
        self.hand_over(request_id, outcome, rng)
    }
}

fn key_response(session: &Session, name: &str, public_key: PublicKey) -> Effect {
    let response = KeyExchange {
        kind: KeyExchangeKind::Response,
        request_id: name.to_owned(),
        public_key,
    };
    Effect::Deliver {
        to: session.place().clone(),
        message: told(ToldKind::KeyExchangeResponse, name, Some(response)),
    }
}

fn greeting<'a, T: Deserialize<'a>>(content: &'a str) -> Option<T> {
    let is_small = content.len() <= MAX_GREETING;
    is_small
        .then(|| serde_json::from_str(content).ok())
        .flatten()
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= MAX_NAME && name.bytes().all(|byte| byte.is_ascii_graphic())
}

pub(super) fn malformed(error: serde_json::Error) -> WireError {
    WireError::new(
        ErrorCode::MalformedMessage,
        format!("not a request of the protocol: {error}"),
    )
}
