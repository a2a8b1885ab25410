//! What the wallet's own pages talk to: requests, answers and events, typed; and the wallet as a whole
//! that answers them.
//!
//! An [`App`] has the vault, the engine of the network in use and the bridge to dapps. It runs on a
//! [`Platform`]. A page sends a [`Request`] as `{method, params}` and gets a [`Reply`]: `{result}` or
//! `{error}`; every page is told [`Event`]s. What content scripts relay goes to [`App::receive`].
//! [`App::tick`] is to be called now and then, and at [`App::locks_at`].

mod app;
mod dapps;
mod error;
mod handlers;
mod lists;
mod platform;
mod preferences;
mod request;
mod sections;
mod sending;
mod types;

pub use app::{App, SharedClock};
pub use platform::Platform;
pub use request::{Answer, Emojis, Reply, Request, Secret, UiError, UiErrorCode};
pub use types::{
    Account, Activity, Approval, Asker, Backup, BackupInfo, Balance, Called, Contact, Deployment,
    Event, Grant, Kind, Network, NetworkState, NetworkStatus, Origin, Passed, Progress, Settings,
    Site, Stage, State, Theme, Token, VaultState, Work,
};
