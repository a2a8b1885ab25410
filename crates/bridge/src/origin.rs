//! Who speaks: what the browser reports about the sender of a message, and nothing that a page says.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest host that the domain name system knows.
const MAX_HOST: usize = 253;
/// The longest document id taken from the browser, in bytes.
const MAX_DOCUMENT_ID: usize = 128;

/// An origin that may speak with the wallet: `https://host[:port]`, or `http://` on the own machine.
///
/// The text form is the browser's own (lower case, no default port, no path); everything else is
/// refused rather than normalised.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
pub struct Origin(String);

/// Why an origin was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// A sandboxed frame, a `data:` page or the like, which has no origin to speak of.
    #[error("the page has no origin of its own")]
    Opaque,
    /// The connection to the page can be read and changed on its way.
    #[error("pages over `{scheme}` cannot be trusted to be what they say")]
    Insecure {
        /// The scheme.
        scheme: String,
    },
    /// No origin as browsers write it.
    #[error("not an origin")]
    Malformed,
}

impl Origin {
    /// The text form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin({})", self.0)
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        if text == "null" {
            return Err(OriginError::Opaque);
        }
        let (scheme, rest) = text.split_once("://").ok_or(OriginError::Malformed)?;
        let is_scheme = !scheme.is_empty()
            && scheme.len() <= 32
            && scheme.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte)
            });
        if !is_scheme {
            return Err(OriginError::Malformed);
        }
        let default_port = match scheme {
            "https" => 443,
            "http" => 80,
            _ => {
                let scheme = scheme.to_owned();
                return Err(OriginError::Insecure { scheme });
            }
        };
        let host = host(rest, default_port)?;
        if scheme == "http" && !is_own_machine(host) {
            let scheme = scheme.to_owned();
            return Err(OriginError::Insecure { scheme });
        }
        Ok(Self(text.to_owned()))
    }
}

/// The host in `host[:port]`.
fn host(authority: &str, default_port: u16) -> Result<&str, OriginError> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(inside) => {
            let end = inside.find(']').ok_or(OriginError::Malformed)?;
            let (address, after) = inside.split_at(end);
            if address.parse::<std::net::Ipv6Addr>().is_err() || address.contains('.') {
                return Err(OriginError::Malformed);
            }
            let host = authority.get(..end + 2).ok_or(OriginError::Malformed)?;
            (host, after.strip_prefix(']').unwrap_or(after))
        }
        None => match authority.find(':') {
            Some(colon) => authority.split_at(colon),
            None => (authority, ""),
        },
    };
    if !host.starts_with('[') {
        let is_host_byte =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte);
        let is_host = !host.is_empty()
            && host.len() <= MAX_HOST
            && host.bytes().all(is_host_byte)
            && !host.starts_with('.')
            && !host.contains("..");
        if !is_host {
            return Err(OriginError::Malformed);
        }
    } else if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(OriginError::Malformed);
    }
    if port.is_empty() {
        return Ok(host);
    }
    let digits = port.strip_prefix(':').ok_or(OriginError::Malformed)?;
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit()) && !digits.starts_with('0');
    match digits.parse::<u16>() {
        Ok(port) if is_number && port != default_port => Ok(host),
        _ => Err(OriginError::Malformed),
    }
}

/// Whether a host can only be the machine that the browser runs on.
fn is_own_machine(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What the browser says about the sender of a message, every member of which may be absent:
/// the members of Chrome's `runtime.MessageSender` that matter, and `sender.tab.id` as `tabId`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReportedSender {
    /// The origin of the frame.
    pub origin: Option<String>,
    /// The tab.
    pub tab_id: Option<i64>,
    /// The frame in the tab; 0 is the page itself.
    pub frame_id: Option<i64>,
    /// The document in the frame.
    pub document_id: Option<String>,
}

/// Why a sender was refused: what is not known of it is not made up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SenderError {
    /// The browser does not say something.
    #[error("the browser does not report the sender's {member}")]
    Missing {
        /// What is missing.
        member: &'static str,
    },
    /// The browser says something out of range.
    #[error("the browser's report of the sender's {member} makes no sense")]
    Malformed {
        /// What is malformed.
        member: &'static str,
    },
    /// The origin must not speak with the wallet.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// It is a frame inside another's page, which the wallet does not listen to.
    #[error("a frame inside a page is not listened to")]
    Framed,
}

/// One document in one frame of one tab: where answers go, and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The tab.
    #[serde(rename = "tabId")]
    pub tab: u32,
    /// The frame in the tab; 0 is the page itself.
    #[serde(rename = "frameId")]
    pub frame: u32,
    /// The document in the frame, as the browser names it.
    #[serde(rename = "documentId")]
    pub document: String,
}

/// The sender of a message: its origin and its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sender {
    /// The origin of the frame: who the dapp is.
    pub origin: Origin,
    /// Where it is.
    pub place: Place,
}

impl TryFrom<&ReportedSender> for Sender {
    type Error = SenderError;

    fn try_from(reported: &ReportedSender) -> Result<Self, SenderError> {
        let number = |member, value: Option<i64>| {
            let value = value.ok_or(SenderError::Missing { member })?;
            u32::try_from(value).map_err(|_| SenderError::Malformed { member })
        };
        let missing = |member| move || SenderError::Missing { member };
        let origin = reported.origin.as_deref().ok_or_else(missing("origin"))?;
        let document = reported
            .document_id
            .as_deref()
            .ok_or_else(missing("document"))?;
        let is_id = !document.is_empty()
            && document.len() <= MAX_DOCUMENT_ID
            && document.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_id {
            return Err(SenderError::Malformed { member: "document" });
        }
        Ok(Self {
            origin: origin.parse()?,
            place: Place {
                tab: number("tab", reported.tab_id)?,
                frame: number("frame", reported.frame_id)?,
                document: document.to_owned(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secure_origins_pass_as_they_are() {
        for text in [
            "https://example.com",
            "https://sub.example.com:8443",
            "https://xn--bcher-kva.example",
            "https://192.168.1.7",
            "https://[2001:db8::1]:444",
            "http://localhost",
            "http://localhost:5173",
            "http://dapp.localhost:8012",
            "http://127.0.0.1:8080",
            "http://[::1]:3000",
        ] {
            let origin: Origin = text.parse().unwrap();
            assert_eq!(origin.as_str(), text);
            let json = serde_json::to_string(&origin).unwrap();
            assert_eq!(serde_json::from_str::<Origin>(&json).unwrap(), origin);
        }
    }

    #[test]
    fn insecure_origins_are_refused() {
        for text in [
            "http://example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://128.0.0.1",
            "http://xlocalhost",
            "http://[::2]",
            "file://",
            "chrome-extension://abcdefghijklmnop",
            "ftp://localhost",
            "ws://localhost",
        ] {
            let refused = text.parse::<Origin>();
            assert!(
                matches!(refused, Err(OriginError::Insecure { .. })),
                "{text}: {refused:?}"
            );
        }
        assert_eq!("null".parse::<Origin>(), Err(OriginError::Opaque));
    }

    #[test]
    fn what_a_browser_would_not_write_is_refused() {
        for text in [
            "",
            "example.com",
            "https://",
            "https://Example.com",
            "HTTPS://example.com",
            "https://example.com/",
            "https://example.com/path",
            "https://user@example.com",
            "https://example.com:443",
            "http://localhost:80",
            "https://example.com:",
            "https://example.com:0",
            "https://example.com:08443",
            "https://example.com:65536",
            "https://example.com:+1",
            "https://exa mple.com",
            "https://exämple.com",
            "https://.example.com",
            "https://a..b",
            "https://[::1",
            "https://[::1]x",
            "https://[::G]",
            "https://example.com\0",
            "https://a:b:c",
        ] {
            assert_eq!(
                text.parse::<Origin>(),
                Err(OriginError::Malformed),
                "{text}"
            );
        }
    }

    fn reported() -> ReportedSender {
        ReportedSender {
            origin: Some("https://example.com".to_owned()),
            tab_id: Some(7),
            frame_id: Some(0),
            document_id: Some("1D0CA1B9B4F3".to_owned()),
        }
    }

    #[test]
    fn a_sender_is_refused_unless_the_browser_reports_everything() {
        assert!(Sender::try_from(&reported()).is_ok());
        let missing = |member| Err(SenderError::Missing { member });
        let without = |change: fn(&mut ReportedSender)| {
            let mut reported = reported();
            change(&mut reported);
            Sender::try_from(&reported)
        };
        assert_eq!(without(|r| r.origin = None), missing("origin"));
        assert_eq!(without(|r| r.tab_id = None), missing("tab"));
        assert_eq!(without(|r| r.frame_id = None), missing("frame"));
        assert_eq!(without(|r| r.document_id = None), missing("document"));
        let malformed = |member| Err(SenderError::Malformed { member });
        assert_eq!(without(|r| r.tab_id = Some(-1)), malformed("tab"));
        assert_eq!(without(|r| r.frame_id = Some(i64::MAX)), malformed("frame"));
        assert_eq!(
            without(|r| r.document_id = Some(String::new())),
            malformed("document")
        );
        assert_eq!(
            without(|r| r.origin = Some("null".to_owned())),
            Err(SenderError::Origin(OriginError::Opaque))
        );
    }

    proptest! {
        #[test]
        fn random_text_never_panics(text in "\\PC{0,40}") {
            let _ = text.parse::<Origin>();
        }

        #[test]
        fn what_passes_is_unchanged(text in "https?://[a-z0-9.:\\[\\]-]{0,24}") {
            if let Ok(origin) = text.parse::<Origin>() {
                prop_assert_eq!(origin.as_str(), text);
            }
        }
    }
}
