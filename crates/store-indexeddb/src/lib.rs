//! The store's backend in browsers: opaque rows in IndexedDB.
//!
//! A [`Batch`](pixie_store::Batch) is one IndexedDB transaction of strict durability, so that a browser
//! that is killed at any point leaves whole commits. What is kept are the store's addresses and sealed
//! bytes; names of databases are the only text in the clear.
//!
//! What no backend can do anything about: a browser that takes its own files for damaged discards all
//! databases of the origin. Chromium 156 did so after 2 of 120 kills in the middle of writing, which is
//! one reason why the vault keeps a second copy of its envelope elsewhere.
//!
//! Works in pages, workers and service workers.

mod backend;
mod connection;
mod error;
mod hooks;
mod layout;

pub use backend::IndexedDbBackend;
pub use error::EngineError;

#[cfg(feature = "conformance")]
pub use layout::{Step, StepFailed};
