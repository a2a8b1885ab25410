//! Requests and their answers, of which each gets exactly one.

use rand_core::CryptoRng;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::bridge::{AnswerError, Bridge, UnknownSession, json as to_json, told};
use super::record::{Keys, Line, Open, Outgoing, Pending, Session};
use super::{Effect, Refusal, RequestId, RequestKey, SessionId};
use crate::error::{ErrorCode, WireError};
use crate::limits::{Limits, Verdict};
use crate::sdk::messages::{Response, ToldKind};
use crate::time::Timestamp;
use crate::window::messages::{Answer, Event, Frame, Framed, Head, Kind};
use crate::window::{ChannelError, ChannelKeys, CloseReason, Direction};

impl Bridge {
    /// Answers a request. The answer goes out once, whatever happens: a second call gives
    /// [`AnswerError::NotPending`].
    pub fn answer<R: CryptoRng + ?Sized>(
        &mut self,
        id: &RequestId,
        outcome: Result<Box<RawValue>, WireError>,
        rng: &mut R,
    ) -> Result<Vec<Effect>, AnswerError> {
        let session = self.sessions.get_mut(&id.session);
        let session = session.ok_or(AnswerError::NotPending)?;
        let open = session.open_mut().ok_or(AnswerError::NotPending)?;
        if !open.pending.contains_key(&id.key) {
            return Err(AnswerError::NotPending);
        }
        let most = self.limits.max_answer_bytes;
        let outcome = match outcome {
            Ok(result) if result.get().len() > most => Err(WireError::new(
                ErrorCode::AnswerTooLarge,
                format!(
                    "the answer has {} bytes, more than {most}",
                    result.get().len()
                ),
            )),
            outcome => outcome,
        };
        let outcome = outcome.as_ref().map(|result| &**result);
        let mut effects = Vec::new();
        let sent = send_answer(
            session,
            &self.wallet.id,
            &id.key,
            outcome,
            rng,
            &mut effects,
        );
        if let Some(open) = session.open_mut() {
            open.pending.remove(&id.key);
        }
        // Whatever was not answered by itself is answered by the end of the session.
        match sent {
            Ok(()) => effects.push(Effect::Store(vec![session.put()])),
            Err(refusal) => {
                effects.push(Effect::Refused {
                    origin: Some(session.sender.origin.to_string()),
                    refusal,
                });
                effects.extend(self.end(id.session, CloseReason::Exhausted, true));
            }
        }
        Ok(effects)
    }

    /// Serialises and answers; what cannot be serialised is answered as an internal error.
    pub fn answer_with<T: Serialize, R: CryptoRng + ?Sized>(
        &mut self,
        id: &RequestId,
        outcome: Result<&T, WireError>,
        rng: &mut R,
    ) -> Result<Vec<Effect>, AnswerError> {
        let outcome = outcome.and_then(|result| {
            serde_json::value::to_raw_value(result)
                .map_err(|error| WireError::new(ErrorCode::Internal, error.to_string()))
        });
        self.answer(id, outcome, rng)
    }

    /// Tells a page something that it did not ask for. Through the wallet SDK there is no way to.
    pub fn emit(
        &mut self,
        session: SessionId,
        event: &str,
        data: &RawValue,
    ) -> Result<Vec<Effect>, UnknownSession> {
        let session = self.sessions.get_mut(&session).ok_or(UnknownSession)?;
        let open = session.open_mut().ok_or(UnknownSession)?;
        let Keys::Window { keys, outgoing, .. } = &mut open.keys else {
            return Err(UnknownSession);
        };
        let message = to_json(&Event { event, data });
        let frame = next_frame(keys, outgoing, message.as_bytes()).map_err(|_| UnknownSession)?;
        // An event is not foreseen: what was set aside is for answers.
        outgoing.reserve(open.pending.len());
        Ok(vec![
            Effect::Store(vec![session.put()]),
            Effect::Deliver {
                to: session.place().clone(),
                message: frame.text,
            },
        ])
    }

    /// Notes a request that came through, before anything else is done with it, and says what is wrong
    /// with it so far.
    pub(super) fn admit(
        session: &mut Session,
        key: &RequestKey,
        size: usize,
        verdict: Verdict,
        now: Timestamp,
        limits: &Limits,
    ) -> Result<(), WireError> {
        let Some(open) = session.open_mut() else {
            return Err(WireError::interrupted());
        };
        let waiting = open.pending.len();
        open.pending.insert(
            key.clone(),
            Pending {
                method: None,
                received_at: now,
            },
        );
        if let Keys::Window { outgoing, .. } = &mut open.keys {
            outgoing.reserve(open.pending.len());
        }
        if size > limits.max_message_bytes {
            let most = limits.max_message_bytes;
            let message = format!("the message has {size} bytes, more than {most}");
            return Err(WireError::new(ErrorCode::MessageTooLarge, message));
        }
        if let Verdict::Slow { retry_after } = verdict {
            let milliseconds = u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX);
            let error = WireError::new(ErrorCode::RateLimited, "too many messages or bytes");
            return Err(error.with_data(json!({ "retryAfterMs": milliseconds })));
        }
        let most = limits.max_pending_per_session;
        if waiting >= most {
            let message = format!("{waiting} requests wait for an answer already");
            return Err(WireError::new(ErrorCode::TooManyPending, message));
        }
        Ok(())
    }

    /// Notes what a request is for, now that it is known.
    pub(super) fn note_method(open: &mut Open, key: &RequestKey, method: crate::wire::Method) {
        if let Some(pending) = open.pending.get_mut(key) {
            pending.method = Some(method);
        }
    }

    /// Stores that the request came, then hands it over or answers with what is wrong.
    pub(super) fn hand_over<R: CryptoRng + ?Sized>(
        &mut self,
        id: RequestId,
        outcome: Result<super::Request, WireError>,
        rng: &mut R,
    ) -> Vec<Effect> {
        let Some(session) = self.sessions.get(&id.session) else {
            return Vec::new();
        };
        let mut effects = vec![Effect::Store(session.put_with_seen())];
        match outcome {
            Ok(request) => effects.push(Effect::Request(Box::new(request))),
            Err(error) => {
                let refused = Effect::Refused {
                    origin: Some(session.sender.origin.to_string()),
                    refusal: match error.code {
                        ErrorCode::OutOfOrder => Refusal::OutOfOrder,
                        _ => Refusal::Request(error.clone()),
                    },
                };
                effects.extend(self.answer(&id, Err(error), rng).unwrap_or_default());
                effects.push(refused);
            }
        }
        effects
    }
}

/// Seals an answer. A number of a channel is stored as used or set aside before the frame goes out.
fn send_answer<R: CryptoRng + ?Sized>(
    session: &mut Session,
    wallet_id: &str,
    key: &RequestKey,
    outcome: Result<&RawValue, &WireError>,
    rng: &mut R,
    effects: &mut Vec<Effect>,
) -> Result<(), Refusal> {
    let (result, error) = (outcome.ok(), outcome.err());
    let line = session.line.clone();
    let open = session.open_mut().ok_or(Refusal::WrongState)?;
    let message = match (&mut open.keys, key, &line) {
        (Keys::Sdk { keys, .. }, RequestKey::Message(message_id), Line::Sdk(name)) => {
            let response = to_json(&Response {
                message_id,
                result,
                error,
                wallet_id,
            });
            let sealed = keys.seal(response.as_bytes(), rng);
            let sealed = sealed.map_err(|_| Refusal::Cipher)?;
            told(ToldKind::SecureResponse, name, Some(sealed))
        }
        (Keys::Window { keys, outgoing, .. }, RequestKey::Frame(number), Line::Window(_)) => {
            let answer = to_json(&Answer {
                to: *number,
                result,
                error,
            });
            let frame = next_frame(keys, outgoing, answer.as_bytes());
            let frame = frame.map_err(|_| Refusal::Cipher)?;
            if frame.is_to_be_kept {
                effects.push(Effect::Store(vec![session.put()]));
            }
            frame.text
        }
        _ => return Err(Refusal::WrongState),
    };
    effects.push(Effect::Deliver {
        to: session.place().clone(),
        message,
    });
    Ok(())
}

/// A frame to a page.
struct NextFrame {
    text: String,
    /// Its number is to be kept before it goes out.
    is_to_be_kept: bool,
}

/// Seals the next frame to a page.
fn next_frame(
    keys: &ChannelKeys,
    outgoing: &mut Outgoing,
    plain: &[u8],
) -> Result<NextFrame, ChannelError> {
    let n = outgoing.next();
    let sealed = keys.seal(Direction::ToPage, n, plain)?;
    let is_to_be_kept = outgoing.take();
    let text = to_json(&Framed {
        head: Head::new(Kind::Frame, keys.name()),
        frame: Frame {
            n,
            sealed: sealed.into(),
        },
    });
    Ok(NextFrame {
        text,
        is_to_be_kept,
    })
}
