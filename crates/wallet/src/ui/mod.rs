//! What the wallet's own pages talk to: requests, answers and events, typed.
//!
//! A page sends a [`Request`] as `{method, params}` and gets a [`Reply`]: `{result}` or `{error}`.
//! Every page is told [`Event`]s.

mod request;
mod types;

pub use request::{Answer, Emojis, Reply, Request, Secret, UiError, UiErrorCode};
pub use types::{
    Account, Activity, Approval, Asker, Backup, BackupInfo, Balance, Called, Contact, Deployment,
    Event, Grant, Kind, Network, NetworkState, NetworkStatus, Origin, Passed, Progress, Settings,
    Site, Stage, State, Theme, Token, VaultState, Work,
};
