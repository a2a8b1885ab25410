//! The extension protocol of `@aztec/wallet-sdk` 4.1.2.
//!
//! A page broadcasts a discovery; nothing answers until the user agrees. Then the content script makes
//! a `MessageChannel` for the page, over which both exchange P-256 keys; HKDF gives the key of an
//! AES-256-GCM channel and a hash that both show as nine symbols, so that the user can see that nobody
//! sits in between. Requests carry an id, answers repeat it.
//!
//! The protocol has no counters: a ciphertext posted twice opens twice. The bridge therefore remembers
//! every request id of a session and takes each once; reordering it cannot see. Content script and
//! service worker talk as the package's own `ContentScriptConnectionHandler` does.

mod emoji;
mod keys;
pub(crate) mod messages;

pub use emoji::VERIFICATION_SYMBOLS;
pub use keys::{KeyError, KeyPair, PublicKey, SealedMessage, SessionKeys, Side, VerificationHash};
