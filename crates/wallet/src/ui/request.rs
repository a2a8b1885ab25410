//! What pages ask, and how they are answered.

use futures_util::future::LocalBoxFuture;
use pixie_bridge::capability::GrantedCapability;
use pixie_primitives::AztecAddress;
use pixie_vault::UnixMillis;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::types::{
    Account, Activity, Approval, Approved, Asked, Backup, BackupInfo, Balance, Contact, Incident,
    Kind, Network, Settings, Site, State, Text, Token, Words,
};
use crate::engine::Place;

/// A secret text. Wiped when dropped, not shown in `Debug`.
#[derive(Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
#[serde(from = "String")]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What a page asks: `{method, params}`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(
    tag = "method",
    content = "params",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[allow(
    missing_docs,
    reason = "the contract is documented by what the members are"
)]
pub enum Request {
    /// Everything that a page needs to draw itself.
    State {},
    /// A new recovery phrase, which nothing keeps.
    GeneratePhrase {},
    /// Makes the vault, and unlocks it.
    Create {
        password: Secret,
        phrase: Secret,
        /// Whether the phrase was in use before; it makes no difference here.
        #[serde(default)]
        imported: bool,
    },
    /// Unlocks the vault.
    Unlock { password: Secret },
    /// Locks the vault.
    Lock {},
    /// Gives the vault another password.
    ChangePassword { old: Secret, new: Secret },
    /// Shows the recovery phrase.
    RevealPhrase { password: Secret },
    /// Makes a backup file, under the vault's password.
    Backup { password: Secret },
    /// What a backup file tells without its password.
    InspectBackup { bytes: String },
    /// Makes the vault from a backup file; under the file's password, unless there is a new one.
    Restore {
        bytes: String,
        password: Secret,
        #[serde(default)]
        new_password: Option<Secret>,
    },
    /// Deletes everything.
    Erase { confirm: String },
    /// The user is here.
    Touch {},
    /// Adds the phrase's next account of a type.
    CreateAccount {
        #[serde(rename = "type")]
        kind: Kind,
        alias: String,
    },
    /// Gives an account another name.
    RenameAccount {
        address: AztecAddress,
        alias: String,
    },
    /// Works with an account from now on.
    SelectAccount { address: AztecAddress },
    /// Removes an account.
    RemoveAccount { address: AztecAddress },
    /// An account to be looked at elsewhere, as text: who has it sees what the account has and does.
    ExportViewOnly {
        address: AztecAddress,
        password: Secret,
    },
    /// Adds an account to be looked at.
    ImportAccount { text: Secret, alias: String },
    /// Puts an account on the chain.
    DeployAccount { address: AztecAddress },
    /// The tokens of the list.
    Tokens {},
    /// Puts a token on the list.
    AddToken { address: AztecAddress },
    /// Takes a token off the list.
    RemoveToken { address: AztecAddress },
    /// What an account has of the tokens of the list.
    Balances { account: AztecAddress },
    /// Sends an amount of a token.
    Send {
        from: AztecAddress,
        token: AztecAddress,
        source: Place,
        to: AztecAddress,
        target: Place,
        amount: String,
    },
    /// The history, latest first.
    Activity {
        #[serde(default)]
        account: Option<AztecAddress>,
        #[serde(default)]
        before: Option<u64>,
        limit: usize,
    },
    /// A transaction of the history.
    ActivityEntry { entry: u64 },
    /// What waits for the user.
    Approvals {},
    /// A page shows a request; if its window is closed, that is a no. The window is the browser's
    /// word, which whoever relays the request puts in.
    Opened {
        id: u64,
        #[cfg_attr(test, ts(skip))]
        window: u64,
    },
    /// Yes, to what has this hash.
    Approve {
        id: u64,
        hash: String,
        #[serde(default)]
        granted: Option<Vec<GrantedCapability>>,
    },
    /// No.
    Deny { id: u64 },
    /// The dapps that were granted something.
    Sites {},
    /// Takes back what a dapp was granted: one grant, or all.
    Revoke {
        origin: String,
        #[serde(default)]
        grant: Option<String>,
    },
    /// What sites were refused, the latest first.
    Incidents {},
    /// Forgets what sites were refused.
    ForgetIncidents {},
    /// What the user compares with a dapp's display.
    Verification { origin: String },
    /// The address book.
    Contacts {},
    /// Puts somebody into the address book.
    PutContact(Contact),
    /// Takes somebody out of the address book.
    RemoveContact { address: AztecAddress },
    /// The networks.
    Networks {},
    /// Adds a network.
    AddNetwork { name: String, url: String },
    /// Uses a network.
    SelectNetwork { id: String },
    /// Removes a network.
    RemoveNetwork { id: String },
    /// What the user has set.
    Settings {},
    /// Sets it.
    SetSettings(Settings),
    /// Follows the chain now.
    Sync {},
}

/// Which answer each request gets, if it is not refused.
macro_rules! answers {
    ($($request:ident => $answer:ident),* $(,)?) => {
        impl Request {
            /// Whether an answer is of the kind that this request gets.
            pub(super) fn expects(&self) -> fn(&Answer) -> bool {
                match self {
                    $(Self::$request { .. } => |answer| matches!(answer, Answer::$answer(_)),)*
                }
            }
        }

        /// Visits each method with the type of its answer.
        #[cfg(all(test, not(target_family = "wasm")))]
        pub(super) fn visit_answers(types: &mut super::typescript::Types) {
            $(types.answer(stringify!($request), Answer::$answer);)*
        }
    };
}

answers! {
    State => State,
    GeneratePhrase => Words,
    Create => Done,
    Unlock => Done,
    Lock => Done,
    ChangePassword => Done,
    RevealPhrase => Words,
    Backup => Backup,
    InspectBackup => BackupInfo,
    Restore => Done,
    Erase => Done,
    Touch => Done,
    CreateAccount => Account,
    RenameAccount => Done,
    SelectAccount => Done,
    RemoveAccount => Done,
    ExportViewOnly => Text,
    ImportAccount => Account,
    DeployAccount => Asked,
    Tokens => Tokens,
    AddToken => Token,
    RemoveToken => Done,
    Balances => Balances,
    Send => Asked,
    Activity => Activities,
    ActivityEntry => Activity,
    Approvals => Approvals,
    Opened => Done,
    Approve => Approved,
    Deny => Done,
    Sites => Sites,
    Incidents => Incidents,
    ForgetIncidents => Done,
    Revoke => Done,
    Verification => Verification,
    Contacts => Contacts,
    PutContact => Done,
    RemoveContact => Done,
    Networks => Networks,
    AddNetwork => Network,
    SelectNetwork => Done,
    RemoveNetwork => Done,
    Settings => Settings,
    SetSettings => Done,
    Sync => Done,
}

/// What a page is answered.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
#[allow(
    missing_docs,
    reason = "the contract is documented by what the members are"
)]
pub enum Answer {
    /// It is done.
    Done(()),
    State(Box<State>),
    Words(Words),
    Text(Text),
    Backup(Backup),
    BackupInfo(BackupInfo),
    Account(Account),
    Tokens(Vec<Token>),
    Token(Token),
    Balances(Vec<Balance>),
    Asked(Asked),
    Activities(Vec<Activity>),
    Activity(Box<Activity>),
    Approvals(Vec<Approval>),
    Approved(Approved),
    Sites(Vec<Site>),
    Incidents(Vec<Incident>),
    /// What the user compares.
    Verification(Option<Emojis>),
    Contacts(Vec<Contact>),
    Networks(Vec<Network>),
    Network(Network),
    Settings(Settings),
}

/// A request's answer, once there is one.
pub(super) type Handled<'a> = LocalBoxFuture<'a, Result<Answer, UiError>>;

/// What the user compares with a dapp's display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Emojis {
    /// Nine of them.
    pub emojis: Vec<String>,
}

/// Why a page does not get what it asked for: `{code, message, details?}`.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[error("{message}")]
pub struct UiError {
    /// Why, for programs.
    pub code: UiErrorCode,
    /// Why, for people.
    pub message: String,
    /// More, depending on the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<ErrorDetails>,
}

/// What programs may want to know of an error beside its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum ErrorDetails {
    /// When a password may be tried again.
    RetryAt {
        /// The time.
        retry_at: UnixMillis,
    },
    /// The storage is of another release.
    Layout {
        /// The version of its layout.
        found: u32,
        /// The version that this release reads and writes.
        supported: u32,
    },
}

/// Why a page does not get what it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum UiErrorCode {
    /// The request is none, or something in it makes no sense.
    InvalidRequest,
    /// The wallet is locked.
    Locked,
    /// The password is wrong.
    WrongPassword,
    /// A password may not be tried yet; `details.retryAt` says when.
    Throttled,
    /// The password is too short.
    PasswordTooShort,
    /// The recovery phrase is none.
    WrongPhrase,
    /// There is no vault, or one already.
    Vault,
    /// The backup cannot be used.
    Backup,
    /// There is no such thing.
    Unknown,
    /// The node does not answer.
    Unreachable,
    /// The node is of another chain or release.
    WrongChain,
    /// What waits for an answer is something else by now.
    Stale,
    /// It was tried and failed.
    Failed,
    /// The wallet failed.
    Internal,
    /// The wallet does not start: its storage is of a later release; `details` has the versions.
    NewerStorage,
    /// It does not start: something else has the storage open.
    BusyStorage,
    /// It does not start: the storage is full.
    FullStorage,
    /// It does not start: the storage failed.
    Storage,
    /// It does not start: a part of what comes with it is missing or damaged.
    Resources,
}

impl UiError {
    /// An error without details.
    #[must_use]
    pub fn new(code: UiErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            details: None,
        }
    }
}

/// The form in which pages get answers: `{result}` or `{error}`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Reply {
    /// What was asked for.
    Result(Answer),
    /// Why not.
    Error(UiError),
}

impl From<Result<Answer, UiError>> for Reply {
    fn from(outcome: Result<Answer, UiError>) -> Self {
        match outcome {
            Ok(answer) => Self::Result(answer),
            Err(error) => Self::Error(error),
        }
    }
}
