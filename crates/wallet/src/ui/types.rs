//! What pages are told: the values of the contract between pages and engine.
//!
//! Protocol values are hexadecimal text, amounts decimal text of the smallest unit, times milliseconds
//! since 1970.

use pixie_accounts::AccountType;
use pixie_primitives::AztecAddress;
use pixie_primitives::tx::TxHash;
use pixie_vault::UnixMillis;
use serde::{Deserialize, Serialize};

use crate::engine::{Incident as KeptIncident, IncidentKey, IncidentKind};

/// Everything that a page needs to draw itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// The vault.
    pub vault: VaultState,
    /// The network; absent while locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkState>,
    /// The accounts, in the order in which they were added; none while locked.
    pub accounts: Vec<Account>,
    /// The account that the user works with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selected: Option<AztecAddress>,
    /// How many requests wait for the user.
    pub pending_approvals: usize,
    /// What is being done.
    pub working: Vec<Progress>,
}

/// How the vault stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(
    tag = "status",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum VaultState {
    /// There is none.
    Empty,
    /// It is locked.
    Locked {
        /// When a password may be tried; at once if absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_at: Option<UnixMillis>,
        /// Whether it cannot be used at all.
        #[serde(skip_serializing_if = "Option::is_none")]
        damaged: Option<bool>,
    },
    /// It is unlocked.
    Unlocked {
        /// Until when.
        locks_at: UnixMillis,
    },
}

/// How a network stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum NetworkStatus {
    /// The node has not answered yet.
    Connecting,
    /// All is well.
    Ready,
    /// The node does not answer.
    Unreachable,
    /// The node is of another chain or release.
    WrongChain,
}

/// The network in use.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct NetworkState {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The node's address.
    pub url: String,
    /// How it stands.
    pub status: NetworkStatus,
    /// What is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The id of the L1 chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain_id: Option<String>,
    /// The version of the rollup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollup_version: Option<String>,
    /// The node's release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_version: Option<String>,
    /// The last block that was followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<u32>,
}

/// Whether an account is on the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Deployment {
    /// It is not.
    None,
    /// A transaction for it is on its way.
    Pending,
    /// It is.
    Done,
    /// Nobody has asked the node yet.
    Unknown,
}

/// Where an account's keys come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "AccountOrigin"))]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// The recovery phrase brings it back.
    Phrase,
    /// Only a backup does.
    Imported,
}

/// How an account signs, as pages write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "AccountType"))]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Schnorr.
    Schnorr,
    /// ECDSA on secp256k1.
    EcdsaSecp256k1,
    /// ECDSA on secp256r1.
    EcdsaSecp256r1,
}

impl From<AccountType> for Kind {
    fn from(account_type: AccountType) -> Self {
        match account_type {
            AccountType::Schnorr => Self::Schnorr,
            AccountType::EcdsaSecp256k1 => Self::EcdsaSecp256k1,
            AccountType::EcdsaSecp256r1 => Self::EcdsaSecp256r1,
        }
    }
}

impl From<Kind> for AccountType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Schnorr => Self::Schnorr,
            Kind::EcdsaSecp256k1 => Self::EcdsaSecp256k1,
            Kind::EcdsaSecp256r1 => Self::EcdsaSecp256r1,
        }
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The address.
    pub address: AztecAddress,
    /// The user's name for it.
    pub alias: String,
    /// How it signs.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Whether it can only be looked at.
    pub view_only: bool,
    /// Whether it is on the chain.
    pub deployment: Deployment,
    /// Where its keys come from.
    pub origin: Origin,
}

/// A token of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Token {
    /// The contract.
    pub address: AztecAddress,
    /// The name.
    pub name: String,
    /// The short name.
    pub symbol: String,
    /// How many decimal places an amount has.
    pub decimals: u8,
}

/// What an account has of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct Balance {
    /// The token.
    pub token: Token,
    /// The amount in notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<String>,
    /// The amount in public.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public: Option<String>,
    /// Why an amount is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Work {
    /// Following the chain, looking for notes.
    Sync,
    /// Simulating public calls.
    Simulate,
    /// Executing a function.
    Execute,
    /// Running a kernel circuit.
    Kernel,
    /// Making the proof.
    Prove,
}

/// A step of what is being done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The transaction that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// What is done.
    pub kind: Work,
    /// The number of the step, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<usize>,
    /// How many steps there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<usize>,
    /// The circuit, the contract, the function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Since when.
    pub since: UnixMillis,
}

/// How far a transaction has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Stage {
    /// Asked for.
    Requested,
    /// Approved and signed.
    Approved,
    /// Has its gas limits.
    Simulated,
    /// Proved.
    Proved,
    /// With the node.
    Sent,
    /// In a block.
    Mined {
        /// The block.
        block: u32,
        /// Whether that will not change any more.
        #[serde(rename = "final")]
        is_final: bool,
        /// Whether anything of it was reverted.
        reverted: bool,
        /// The fee.
        #[serde(skip_serializing_if = "Option::is_none")]
        fee: Option<String>,
    },
    /// Came to nothing.
    Failed {
        /// Why.
        reason: String,
    },
    /// Not approved.
    Rejected {
        /// Why not.
        reason: String,
    },
    /// The network does not have it.
    Dropped {
        /// Why.
        reason: String,
    },
}

/// Who asked for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Asker {
    /// The user.
    User,
    /// A dapp.
    Dapp {
        /// Which.
        origin: String,
    },
}

/// A call of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Called {
    /// The contract.
    pub contract: AztecAddress,
    /// Its name in its artifact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_name: Option<String>,
    /// The function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
}

/// When a transaction got to a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Passed {
    /// The stage.
    pub kind: crate::journal::StageKind,
    /// When.
    pub at: UnixMillis,
}

/// A transaction of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// Its number in the journal.
    pub entry: u64,
    /// When it was asked for.
    pub requested_at: UnixMillis,
    /// By whom.
    pub asker: Asker,
    /// The account.
    pub from: AztecAddress,
    /// What it is, in a few words.
    pub title: String,
    /// What it calls.
    pub calls: Vec<Called>,
    /// Its hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tx_hash: Option<TxHash>,
    /// How far it has come.
    pub stage: Stage,
    /// When it got where.
    pub stages: Vec<Passed>,
}

/// Somebody of the address book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// The address.
    pub address: AztecAddress,
    /// The user's name for them.
    pub alias: String,
    /// Whether their messages are looked for.
    pub is_sender: bool,
}

/// Something that a dapp was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// Names it.
    pub id: String,
    /// What it is.
    pub title: String,
    /// More of what it is.
    pub details: Vec<String>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<UnixMillis>,
}

/// A dapp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Site {
    /// The origin.
    pub origin: String,
    /// What it calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its icon, as it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// Since when it is known.
    pub connected_at: UnixMillis,
    /// What it was granted.
    pub grants: Vec<Grant>,
}

/// What a site did that it was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    /// The origin as the browser reported it, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// What it did.
    pub kind: IncidentKind,
    /// What the site was told the last time.
    pub message: String,
    /// How often.
    pub count: u64,
    /// When it was the first time.
    pub first_at: UnixMillis,
    /// When it was the last time.
    pub last_at: UnixMillis,
}

impl From<(IncidentKey, KeptIncident)> for Incident {
    fn from((key, kept): (IncidentKey, KeptIncident)) -> Self {
        Self {
            origin: key.origin,
            kind: key.kind,
            message: kept.message,
            count: kept.count,
            first_at: kept.first_at,
            last_at: kept.last_at,
        }
    }
}

/// A network that can be selected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Network {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The node's address.
    pub url: String,
    /// Whether it comes with the wallet.
    pub built_in: bool,
}

/// How pages look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system does.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What the user can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// After how many minutes without activity the wallet locks.
    pub idle_lock_minutes: u32,
    /// After how many hours it locks in any case.
    pub absolute_lock_hours: u32,
    /// How pages look.
    pub theme: Theme,
}

/// A backup file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Backup {
    /// A name for it.
    pub file_name: String,
    /// Its bytes, in base64.
    pub bytes: String,
}

/// What a backup tells without its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BackupInfo {
    /// The version of its form.
    pub version: u32,
    /// When it was made.
    pub created_at: UnixMillis,
}

/// The words of a recovery phrase.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Words {
    /// They, in order.
    pub words: Vec<String>,
}

/// Something to be copied.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Text {
    /// The text.
    pub text: String,
}

/// The user is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Asked {
    /// The number of the request for approval.
    pub approval: u64,
}

/// The user has said yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct Approved {
    /// The transaction that goes on by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
}

/// A request that waits for the user.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Approval {
    /// Its number.
    pub id: u64,
    /// What an answer has to name.
    pub hash: String,
    /// When it was asked.
    pub asked_at: UnixMillis,
    /// Which dapp asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Exactly what the hash is the hash of.
    pub shown: crate::approval::Shown,
}

/// Something that happened, for all pages.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "EngineEvent"))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Event {
    /// Something of the state has changed.
    State {
        /// The state.
        state: Box<State>,
    },
    /// The user is asked something.
    Approval {
        /// What.
        id: u64,
    },
    /// Something goes on.
    Progress {
        /// What.
        progress: Progress,
    },
}
