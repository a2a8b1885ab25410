//! The protocol of `window.pixie`, version 1.
//!
//! The page and the service worker talk through the content script, which relays objects unchanged and
//! knows no keys. Page and content script hear whatever is posted to the window, also by themselves, so
//! the content script adds `"relayed": true` to what it posts, and takes nothing that has it. All binary
//! values are base64 with padding; a channel's name is 22 characters of base64url without padding (16
//! random bytes that the page chooses). A page whose greeting is not answered may repeat it.
//!
//! ```text
//! page   → {"pixie":1, "type":"hello",   "channel":…, "key": page's X25519 key}
//! wallet → {"pixie":1, "type":"welcome", "channel":…, "key": wallet's X25519 key, "n":0, "box": …}
//! page   → {"pixie":1, "type":"frame",   "channel":…, "n": 1, 2, …, "box": …}
//! wallet → {"pixie":1, "type":"frame",   "channel":…, "n": 1, 2, …, "box": …}
//! page   → {"pixie":1, "type":"close",   "channel":…}
//! wallet → {"pixie":1, "type":"closed",  "channel":…, "reason": …}
//! ```
//!
//! **Keys.** HKDF-SHA-256 of the X25519 secret; salt: the page's key, then the wallet's; info:
//! `pixie window 1`, a zero byte, the 16 bytes of the channel's name, the origin as text. Of the 64
//! bytes the first 32 are the key from page to wallet, the others the key from wallet to page. The
//! origin is in there so that no page can be made to speak in another's name.
//!
//! **Boxes.** ChaCha20-Poly1305; nonce: four zero bytes and `n` as 8 bytes, big endian; additional
//! data: the 16 bytes of the channel's name. Each side counts up from 1, never twice the same; a gap
//! is allowed, since a message can be lost while the service worker restarts. What comes with a number
//! that is not greater than the last one is refused.
//!
//! **What is in them.** The welcome: `{"wallet": {id, name, version, icon?}, "maxMessageBytes": …}`.
//! From the page: `{"method": …, "params": […], "chainInfo"?: …}`, a request whose name is its `n`.
//! From the wallet: `{"to": n, "result": …}`, `{"to": n, "error": {code, message, data?}}` or
//! `{"event": name, "data": …}`. Each `n` gets exactly one answer; `closed` answers all that have none.

mod keys;
pub(crate) mod messages;
mod page;

pub(crate) use keys::MAX_NUMBER;
pub use keys::{ChannelError, ChannelKeys, ChannelName, ChannelSecret, Direction};
pub use messages::CloseReason;
pub use page::{PageChannel, PageError, PageEvent, PageHandshake};
