//! The page's side of `window.pixie`, for tests and for clients that are no page. What the extension
//! injects into pages does the same in TypeScript.

use rand_core::CryptoRng;
use serde::Deserialize;
use serde_json::{Value, json};

use super::keys::End;
use super::messages::{Frame, Head, Kind};
use super::{ChannelError, ChannelKeys, ChannelName, ChannelSecret, CloseReason, Direction};
use crate::WireError;
use crate::origin::Origin;

/// Why the page does not take a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// It is none of this channel's, or no message at all.
    #[error("not a message of this channel")]
    Foreign,
    /// Its number is not greater than that of one before.
    #[error("message {number} came after message {last}")]
    Replayed {
        /// Its number.
        number: u64,
        /// The greatest one seen.
        last: u64,
    },
    /// The wallet closed the channel instead of opening it.
    #[error("the wallet refused the channel: {0:?}")]
    Refused(CloseReason),
    /// A key or a box does not fit.
    #[error(transparent)]
    Channel(#[from] ChannelError),
}

/// What the wallet told.
#[derive(Debug, Clone, PartialEq)]
pub enum PageEvent {
    /// The answer to a request.
    Answer {
        /// The request's number.
        to: u64,
        /// The answer.
        outcome: Result<Value, WireError>,
    },
    /// Something happened.
    Event {
        /// What.
        name: String,
        /// More about it.
        data: Value,
    },
    /// The channel ended; requests without an answer will get none.
    Closed(CloseReason),
}

/// A channel that was asked for.
#[derive(Debug)]
pub struct PageHandshake {
    secret: ChannelSecret,
    name: ChannelName,
    origin: Origin,
}

impl PageHandshake {
    /// Makes keys for a channel; gives the hello to send as well.
    pub fn start<R: CryptoRng + ?Sized>(origin: Origin, rng: &mut R) -> (Self, String) {
        let secret = ChannelSecret::generate(rng);
        let name = ChannelName::random(rng);
        let key = secret.public_key();
        let hello = json!({ "pixie": 1, "type": "hello", "channel": name, "key": key });
        let handshake = Self {
            secret,
            name,
            origin,
        };
        (handshake, hello.to_string())
    }

    /// Takes the wallet's welcome; gives the channel and what the wallet says of itself.
    pub fn finish(&self, welcome: &str) -> Result<(PageChannel, Value), PageError> {
        #[derive(Deserialize)]
        struct Key {
            key: String,
        }
        let head = head(welcome, self.name)?;
        match head.kind {
            Kind::Welcome => {}
            Kind::Closed => return Err(PageError::Refused(reason(welcome)?)),
            _ => return Err(PageError::Foreign),
        }
        let peer: Key = read(welcome)?;
        let frame: Frame<'_> = read(welcome)?;
        let keys =
            ChannelKeys::derive(&self.secret, &peer.key, End::Page, self.name, &self.origin)?;
        let plain = keys.open(Direction::ToPage, frame.n, &frame.sealed)?;
        let told = serde_json::from_slice(&plain).map_err(|_| PageError::Foreign)?;
        let channel = PageChannel {
            keys,
            sent: 0,
            received: frame.n,
        };
        Ok((channel, told))
    }
}

/// An open channel.
#[derive(Debug)]
pub struct PageChannel {
    keys: ChannelKeys,
    sent: u64,
    received: u64,
}

impl PageChannel {
    /// Seals a request; gives its number and the frame to send.
    pub fn request(&mut self, request: &Value) -> Result<(u64, String), ChannelError> {
        self.sent += 1;
        let sealed = self.keys.seal(
            Direction::ToWallet,
            self.sent,
            request.to_string().as_bytes(),
        )?;
        let frame = json!({
            "pixie": 1, "type": "frame", "channel": self.keys.name(), "n": self.sent, "box": sealed,
        });
        Ok((self.sent, frame.to_string()))
    }

    /// The message that ends the channel.
    #[must_use]
    pub fn close(&self) -> String {
        json!({ "pixie": 1, "type": "close", "channel": self.keys.name() }).to_string()
    }

    /// Takes a message of the wallet.
    pub fn receive(&mut self, text: &str) -> Result<PageEvent, PageError> {
        #[derive(Deserialize)]
        struct Told {
            to: Option<u64>,
            #[serde(default)]
            result: Value,
            error: Option<WireError>,
            event: Option<String>,
            #[serde(default)]
            data: Value,
        }
        match head(text, self.keys.name())?.kind {
            Kind::Frame => {}
            Kind::Closed => return Ok(PageEvent::Closed(reason(text)?)),
            _ => return Err(PageError::Foreign),
        }
        let frame: Frame<'_> = read(text)?;
        if frame.n <= self.received {
            return Err(PageError::Replayed {
                number: frame.n,
                last: self.received,
            });
        }
        let plain = self.keys.open(Direction::ToPage, frame.n, &frame.sealed)?;
        self.received = frame.n;
        let told: Told = serde_json::from_slice(&plain).map_err(|_| PageError::Foreign)?;
        match (told.to, told.error, told.event) {
            (Some(to), Some(error), None) => Ok(PageEvent::Answer {
                to,
                outcome: Err(error),
            }),
            (Some(to), None, None) => Ok(PageEvent::Answer {
                to,
                outcome: Ok(told.result),
            }),
            (None, None, Some(name)) => Ok(PageEvent::Event {
                name,
                data: told.data,
            }),
            _ => Err(PageError::Foreign),
        }
    }
}

fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, PageError> {
    serde_json::from_str(text).map_err(|_| PageError::Foreign)
}

fn head(text: &str, name: ChannelName) -> Result<Head, PageError> {
    let head: Head = read(text)?;
    match head.channel == name && head.pixie == super::messages::VERSION {
        true => Ok(head),
        false => Err(PageError::Foreign),
    }
}

fn reason(text: &str) -> Result<CloseReason, PageError> {
    #[derive(Deserialize)]
    struct Closed {
        reason: CloseReason,
    }
    read::<Closed>(text).map(|closed| closed.reason)
}
