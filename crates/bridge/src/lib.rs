//! What dapps speak with the wallet.
//!
//! Two doors lead in: the extension protocol of `@aztec/wallet-sdk` 4.1.2 ([`sdk`]), byte by byte, and
//! `window.pixie` ([`window`]). Behind both is one [`Bridge`]: it takes what the content script relays
//! and what the browser reports about the sender, keeps sessions, refuses what is replayed, reordered,
//! oversized or too much, hands parsed requests ([`wire::WalletCall`]) to the wallet and brings back
//! exactly one answer to each. What a dapp may do is modelled in [`capability`].
//!
//! Everything here is without I/O: time and randomness are handed in, and what is to be done comes
//! back as [`Effect`]s. Whoever drives the bridge carries them out *in order*, waiting for each: what
//! is to be stored must be stored before what follows is sent, or a killed process could answer twice,
//! use a nonce twice, or take a replayed message for a new one.

pub mod capability;
pub mod error;
pub mod limits;
mod object;
pub mod origin;
pub mod sdk;
mod secret;
pub mod session;
pub mod time;
pub mod window;
pub mod wire;

pub use error::{ErrorCode, WireError};
pub use limits::Limits;
pub use origin::{Origin, Place, ReportedSender, Sender, SenderError};
pub use session::{Bridge, Effect};
pub use time::Timestamp;
