//! The wallet engine: what stands between a request and a transaction on the chain.
//!
//! - [`permissions`] decides what a dapp may ask for, by what it was granted and by what a simulation
//!   shows to happen underneath.
//! - [`approval`] shows a request to the user, in full and decoded, and turns the answer into a token
//!   without which nothing is signed.
//! - [`journal`] takes an approved transaction to its end, whatever kills the process on the way, and
//!   never sends it twice.
//!
//! - [`engine`] puts these together with the private state of a network: it simulates, sends, keeps
//!   contacts, tokens and grants.
//! - [`backup`] is what a backup has of the networks.
//! - [`methods`] answers dapps: every method of the `Wallet` of aztec.js 4.1.2.
//! - [`ui`] is what the wallet's own pages talk to.
//!
//! [`directory`] is what the wallet itself knows of addresses, [`observed`] what a simulation showed.

pub mod approval;
pub mod backup;
pub mod directory;
pub mod engine;
pub mod journal;
mod letter;
pub mod methods;
pub mod observed;
pub mod permissions;
#[cfg(test)]
mod test_directory;
pub mod ui;
