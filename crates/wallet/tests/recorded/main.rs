//! The engine on recorded node traffic: what simulations show, how transactions go, what dapps are
//! answered, and what they cannot get.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]

mod answers;
mod app;
mod attacks;
mod backups;
mod dapp;
mod hazards;
mod hostile;
mod network;
mod transactions;
mod world;
