//! A node for tests: answers from a program or from a recording, and a clock that is turned by hand.
//!
//! The mock sits below JSON-RPC, so that everything above it (batches, decoding, retries) is the real
//! thing.

mod clock;
mod recording;
mod transport;

pub use clock::ManualClock;
pub use recording::{Exchange, Order, Recording};
pub use transport::{MockCall, MockReply, MockTransport};
