//! Messages between content script and service worker, and what is in them (Aztec 4.1.2, wallet-sdk
//! `types.ts` and `internal_message_types.ts`).

use std::borrow::Cow;

use pixie_primitives::auth_witness::ChainInfo;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::PublicKey;

/// The `origin` of what the content script relays.
pub(crate) const FROM_CONTENT_SCRIPT: &str = "content-script";

/// What the content script relays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RelayedKind {
    DiscoveryRequest,
    KeyExchangeRequest,
    SecureMessage,
    DisconnectRequest,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Relayed<'a> {
    #[serde(rename = "type")]
    pub kind: RelayedKind,
    pub session_id: Option<String>,
    #[serde(borrow)]
    pub content: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DiscoveryRequest {
    #[serde(rename = "type")]
    pub kind: DiscoveryKind,
    pub request_id: String,
    pub app_id: String,
    pub chain_info: ChainInfo,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) enum DiscoveryKind {
    #[serde(rename = "aztec-wallet-discovery")]
    Discovery,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum KeyExchangeKind {
    #[serde(rename = "aztec-wallet-key-exchange-request")]
    Request,
    #[serde(rename = "aztec-wallet-key-exchange-response")]
    Response,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyExchange {
    #[serde(rename = "type")]
    pub kind: KeyExchangeKind,
    pub request_id: String,
    pub public_key: PublicKey,
}

/// A sealed message, whose texts are borrowed where they can be.
#[derive(Debug, Deserialize)]
pub(crate) struct Sealed<'a> {
    #[serde(borrow)]
    pub iv: Cow<'a, str>,
    #[serde(borrow)]
    pub ciphertext: Cow<'a, str>,
}

/// What identifies a request, so that it can be answered whatever else is wrong with it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestHead {
    pub message_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestBody<'a> {
    #[serde(rename = "type")]
    pub method: String,
    #[serde(borrow)]
    pub args: Vec<&'a RawValue>,
    pub chain_info: ChainInfo,
    pub wallet_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Response<'a> {
    pub message_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'a crate::WireError>,
    pub wallet_id: &'a str,
}

/// What the service worker tells the content script.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ToldKind {
    DiscoveryApproved,
    KeyExchangeResponse,
    SecureResponse,
    SessionDisconnected,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Told<'a, T> {
    pub origin: &'static str,
    #[serde(rename = "type")]
    pub kind: ToldKind,
    pub session_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<T>,
}
