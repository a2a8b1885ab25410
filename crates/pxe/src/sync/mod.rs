//! Follows the chain, the tags and the notes.
//!
//! Nothing that a node says is believed that can be checked: see [`SyncError`]. A function that fails
//! leaves the state as it was, or holding only what was verified; doing it again heals the rest.
//! Questions that do not depend on one another are asked together, so that they travel in one batch.

pub mod blocks;
pub mod classes;
mod error;
pub mod events;
pub mod logs;
pub mod messages;
pub mod notes;
pub mod tagging;
#[cfg(test)]
mod tests;
mod verify;
pub mod witnesses;

pub use error::SyncError;
