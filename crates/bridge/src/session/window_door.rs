//! What comes from `window.pixie`.

use rand_core::CryptoRng;
use serde::Serialize;

use super::bridge::{Bridge, Incoming, goodbye, json};
use super::record::{Gaps, Keys, Line, Open, Outgoing, Phase, Session, Welcomed};
use super::sdk_door::malformed;
use super::{Effect, Refusal, Request, RequestId, RequestKey, SessionId, WalletInfo};
use crate::error::{ErrorCode, WireError};
use crate::limits::Verdict;
use crate::window::messages::{self, Frame, Head, Hello, Kind, VERSION, Welcome};
use crate::window::{ChannelKeys, ChannelName, ChannelSecret, CloseReason, Direction, MAX_NUMBER};
use crate::wire::WalletCall;

impl Bridge {
    pub(super) fn through_window<R: CryptoRng + ?Sized>(
        &mut self,
        incoming: &Incoming<'_>,
        rng: &mut R,
    ) -> Vec<Effect> {
        let head = match serde_json::from_str::<Head>(incoming.text) {
            Ok(head) if head.pixie == VERSION => head,
            _ => return vec![incoming.refused(Refusal::Malformed)],
        };
        let line = Line::Window(head.channel);
        let found = self.find(&incoming.sender.place, line.clone());
        let say = |reason| goodbye(incoming.sender.place.clone(), &line, reason);
        let (id, kind) = match (head.kind, found) {
            (Kind::Hello, None) => return self.hello(incoming, head.channel, rng),
            (Kind::Hello, Some(id)) => return self.hello_again(incoming, id),
            (Kind::Frame | Kind::Close, Some(id)) => (id, head.kind),
            (Kind::Frame, None) => {
                let mut effects = vec![incoming.refused(Refusal::UnknownSession)];
                if incoming.verdict == Verdict::Pass {
                    effects.push(say(CloseReason::Unknown));
                }
                return effects;
            }
            (Kind::Close, None) => return vec![incoming.refused(Refusal::UnknownSession)],
            (Kind::Welcome | Kind::Closed, _) => {
                return vec![incoming.refused(Refusal::Malformed)];
            }
        };
        if incoming.verdict == Verdict::Flood {
            let mut effects = vec![incoming.refused(Refusal::RateLimited)];
            effects.extend(self.end(id, CloseReason::Flooded, true));
            return effects;
        }
        match kind {
            Kind::Close => self.end(id, CloseReason::ByDapp, false),
            _ => self.frame(incoming, id, rng),
        }
    }

    fn hello<R: CryptoRng + ?Sized>(
        &mut self,
        incoming: &Incoming<'_>,
        name: ChannelName,
        rng: &mut R,
    ) -> Vec<Effect> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Greeting<'a> {
            wallet: &'a WalletInfo,
            max_message_bytes: usize,
        }
        let place = &incoming.sender.place;
        let line = Line::Window(name);
        let refuse = |refusal, reason| {
            let goodbye = goodbye(place.clone(), &line, reason);
            vec![incoming.refused(refusal), goodbye]
        };
        match incoming.verdict {
            Verdict::Pass => {}
            Verdict::Slow { .. } => return refuse(Refusal::RateLimited, CloseReason::Flooded),
            Verdict::Flood => return vec![incoming.refused(Refusal::RateLimited)],
        }
        let Ok(hello) = serde_json::from_str::<Hello>(incoming.text) else {
            return refuse(Refusal::Malformed, CloseReason::Malformed);
        };
        let own = ChannelSecret::generate(rng);
        let origin = &incoming.sender.origin;
        let Ok(keys) = ChannelKeys::accept(&own, &hello.key, name, origin) else {
            return refuse(Refusal::PublicKey, CloseReason::Malformed);
        };
        let greeting = json(&Greeting {
            wallet: &self.wallet,
            max_message_bytes: self.limits.max_message_bytes,
        });
        let Ok(sealed) = keys.seal(Direction::ToPage, 0, greeting.as_bytes()) else {
            return refuse(Refusal::Cipher, CloseReason::Exhausted);
        };
        let (mut effects, has_room) = self.make_room(incoming);
        if !has_room {
            effects.extend(refuse(Refusal::TooMany, CloseReason::TooMany));
            return effects;
        }
        let welcome = json(&Welcome {
            head: Head::new(Kind::Welcome, name),
            key: own.public_key(),
            frame: Frame {
                n: 0,
                sealed: sealed.into(),
            },
        });
        let session = Session {
            id: SessionId::random(rng),
            line: line.clone(),
            sender: incoming.sender.clone(),
            app_id: None,
            chain: None,
            phase: Phase::Open(Box::new(Open {
                keys: Keys::Window {
                    keys,
                    welcomed: Box::new(Welcomed {
                        key: hello.key,
                        welcome: welcome.clone(),
                    }),
                    received: 0,
                    gaps: Gaps::default(),
                    outgoing: Outgoing::default(),
                },
                opened_at: incoming.now,
                pending: Default::default(),
            })),
            since: incoming.now,
        };
        effects.extend([
            Effect::Store(vec![session.put()]),
            Effect::Deliver {
                to: place.clone(),
                message: welcome,
            },
            Effect::Opened(session.info()),
        ]);
        self.insert(session);
        effects
    }

    /// A greeting that was relayed again, since nobody knows whether the welcome arrived, gets the same
    /// welcome. A channel that is in use goes on as it is.
    fn hello_again(&mut self, incoming: &Incoming<'_>, id: SessionId) -> Vec<Effect> {
        let open = self.sessions.get(&id).and_then(Session::open);
        if let Some(Open {
            keys:
                Keys::Window {
                    welcomed,
                    received: 0,
                    ..
                },
            ..
        }) = open
            && incoming.verdict == Verdict::Pass
            && serde_json::from_str::<Hello>(incoming.text)
                .is_ok_and(|hello| hello.key == welcomed.key)
        {
            return vec![Effect::Deliver {
                to: incoming.sender.place.clone(),
                message: welcomed.welcome.clone(),
            }];
        }
        vec![incoming.refused(Refusal::Duplicate)]
    }

    fn frame<R: CryptoRng + ?Sized>(
        &mut self,
        incoming: &Incoming<'_>,
        id: SessionId,
        rng: &mut R,
    ) -> Vec<Effect> {
        let size = incoming.text.len();
        if size > self.limits.max_relayed_bytes {
            let mut effects = vec![incoming.refused(Refusal::Oversized { size })];
            effects.extend(self.end(id, CloseReason::Oversized, true));
            return effects;
        }
        let frame = match serde_json::from_str::<Frame<'_>>(incoming.text) {
            Ok(frame) if (1..=MAX_NUMBER).contains(&frame.n) => frame,
            _ => return vec![incoming.refused(Refusal::Malformed)],
        };
        let number = frame.n;
        let Some(session) = self.sessions.get_mut(&id) else {
            return Vec::new();
        };
        let Some(Open {
            keys:
                Keys::Window {
                    keys,
                    received,
                    gaps,
                    ..
                },
            ..
        }) = session.open_mut()
        else {
            return vec![incoming.refused(Refusal::WrongState)];
        };
        let is_late = number <= *received;
        if is_late && !gaps.contains(number) {
            return vec![incoming.refused(Refusal::Replayed)];
        }
        let Ok(plain) = keys.open(Direction::ToWallet, number, &frame.sealed) else {
            return vec![incoming.refused(Refusal::Unauthentic)];
        };
        if is_late {
            gaps.fill(number);
        } else {
            gaps.add(*received + 1, number - 1);
            *received = number;
        }
        let key = RequestKey::Frame(number);
        let (verdict, now) = (incoming.verdict, incoming.now);
        let mut chain = None;
        let outcome =
            Self::admit(session, &key, plain.len(), verdict, now, &self.limits).and_then(|()| {
                if is_late {
                    let message = "a message that was sent later came before this one";
                    return Err(WireError::new(ErrorCode::OutOfOrder, message));
                }
                let request: messages::Request<'_> =
                    serde_json::from_slice(&plain).map_err(malformed)?;
                chain = request.chain_info;
                WalletCall::parse(&request.method, &request.params, &self.limits)
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
            chain,
            call,
        });
        self.hand_over(request_id, outcome, rng)
    }
}
