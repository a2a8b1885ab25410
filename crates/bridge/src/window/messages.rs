//! Messages of `window.pixie`.

use std::borrow::Cow;

use pixie_primitives::auth_witness::ChainInfo;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::ChannelName;
use crate::WireError;

/// The version of the protocol.
pub(crate) const VERSION: u32 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Hello,
    Welcome,
    Frame,
    Close,
    Closed,
}

/// What every message has.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Head {
    pub pixie: u32,
    #[serde(rename = "type")]
    pub kind: Kind,
    pub channel: ChannelName,
}

impl Head {
    pub(crate) const fn new(kind: Kind, channel: ChannelName) -> Self {
        Self {
            pixie: VERSION,
            kind,
            channel,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    pub key: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Frame<'a> {
    pub n: u64,
    #[serde(rename = "box", borrow)]
    pub sealed: Cow<'a, str>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Welcome {
    #[serde(flatten)]
    pub head: Head,
    pub key: String,
    #[serde(flatten)]
    pub frame: Frame<'static>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Framed {
    #[serde(flatten)]
    pub head: Head,
    #[serde(flatten)]
    pub frame: Frame<'static>,
}

/// Why a channel or session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum CloseReason {
    /// The dapp ended it.
    ByDapp,
    /// The user, or the wallet on the user's behalf, ended it.
    ByWallet,
    /// The document it belonged to is gone.
    Navigated,
    /// It was used too much.
    Flooded,
    /// A message was too large to be looked at.
    Oversized,
    /// It made all the requests that one session may make.
    Exhausted,
    /// The wallet knows nothing of it (any more).
    Unknown,
    /// There are too many.
    TooMany,
    /// The greeting could not be understood.
    Malformed,
    /// It waited for too long.
    Expired,
}

#[derive(Debug, Serialize)]
pub(crate) struct Closed {
    #[serde(flatten)]
    pub head: Head,
    pub reason: CloseReason,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request<'a> {
    pub method: String,
    #[serde(borrow, default)]
    pub params: Vec<&'a RawValue>,
    #[serde(default)]
    pub chain_info: Option<ChainInfo>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Answer<'a> {
    pub to: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'a WireError>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Event<'a> {
    pub event: &'a str,
    pub data: &'a RawValue,
}
