//! The Aztec node as the wallet sees it.
//!
//! [`AztecNode`] names the methods that a wallet needs; [`RpcNode`] implements them over JSON-RPC and
//! HTTP, with `fetch` in a browser and hyper natively. The feature `mock` brings a programmable and
//! replaying node for tests.
//!
//! Futures are not `Send`: the engine runs on one thread, in a browser and natively.

mod client;
pub mod clock;
mod error;
#[cfg(feature = "mock")]
pub mod mock;
mod node;
mod paging;
pub mod rpc;
#[cfg(all(test, not(all(target_arch = "wasm32", target_os = "unknown"))))]
mod tests;
pub mod transport;
pub mod types;
pub mod version;

pub use client::RpcNode;
pub use error::NodeError;
pub use node::AztecNode;
pub use paging::{all_private_logs_by_tags, all_public_logs_by_tags};
pub use rpc::{RetryPolicy, RpcClient, RpcOptions};
pub use transport::TransportError;
pub use version::{
    ExpectedComponents, Incompatibility, ProtocolVersion, SUPPORTED_VERSION, check_compatibility,
};
