//! What the wallet's own pages talk to: requests, answers and events, typed; and the wallet as a whole
//! that answers them.
//!
//! An [`App`] has the vault, the engine of the network in use and the bridge to dapps. It runs on a
//! [`Platform`]. A page sends a [`Request`] as `{method, params}` and gets a [`Reply`]: `{result}` or
//! `{error}`; every page is told [`Event`]s. What content scripts relay goes to [`App::receive`].
//! [`App::tick`] is to be called now and then, and at [`App::locks_at`].
//!
//! The pages' own types (`extension/src/shared/engine-types.ts`) are made of those here, by a test that
//! fails if they are not the same: `cargo xtask types`.

mod app;
mod dapps;
mod error;
mod handlers;
mod keeping;
mod lists;
mod platform;
mod preferences;
mod reach;
mod request;
mod sections;
mod sending;
mod types;
#[cfg(all(test, not(target_family = "wasm")))]
mod typescript;

pub use app::{App, SharedClock};
pub use platform::Platform;
pub use request::{Answer, Emojis, ErrorDetails, Reply, Request, Secret, UiError, UiErrorCode};
pub use types::{
    Account, Activity, Approval, Approved, Asked, Asker, Backup, BackupInfo, Balance, Called,
    Contact, Deployment, Event, Grant, Incident, Kind, Network, NetworkState, NetworkStatus,
    Origin, Passed, Progress, Settings, Site, Stage, State, Text, Theme, Token, VaultState, Words,
    Work,
};
