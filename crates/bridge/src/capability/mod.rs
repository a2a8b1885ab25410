//! What a dapp may do: the capability model of Aztec 4.1.2 (aztec.js `wallet/capabilities.ts` and the
//! schemas of `wallet/wallet.ts`).
//!
//! A dapp asks with a manifest ([`AppCapabilities`]); the wallet answers with what it granted
//! ([`WalletCapabilities`]), never more than was asked ([`narrow`]). What is granted is kept as
//! [`Grants`], which answer whether something is allowed *now*.

mod grants;
mod narrow;
#[cfg(test)]
mod property_tests;
mod scope;
#[cfg(test)]
mod tests;

pub use grants::{Action, CallTarget, Denial, Grant, Grants, ResolvedFunction, Subject};
pub use narrow::narrow;
pub use scope::{FunctionPattern, Scope, Wildcard};

use std::time::Duration;

use pixie_primitives::{AztecAddress, ContractClassId};
use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::object::objects_only;
use crate::time::Timestamp;

objects_only! {
    AccountsCapability,
    GrantedAccountsCapability,
    ContractsCapability,
    ContractClassesCapability,
    CallScope,
    SimulationCapability,
    TransactionCapability,
    EventScope,
    DataCapability,
    AppMetadata,
    Behavior,
    AppCapabilities,
    WalletIdentity,
    WalletCapabilities,
}

/// The longest text in a manifest's metadata, in bytes; icons may be longer.
const MAX_TEXT: usize = 1024;
/// The longest icon, in bytes of its URL.
const MAX_ICON: usize = 256 << 10;
/// The most entries that all lists of a manifest may have together.
const MAX_ENTRIES: usize = 2048;

/// The version of manifests and their answers: 1.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum CapabilityVersion {
    /// The only one.
    #[default]
    #[serde(rename = "1.0")]
    V1,
}

/// Something with a name that people know it by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Aliased<T> {
    /// The name.
    pub alias: String,
    /// The thing.
    pub item: T,
}

/// Asks for accounts, or for authorisations by them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct AccountsCapability {
    /// To be told the accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub can_get: Option<bool>,
    /// To have them authorise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub can_create_auth_wit: Option<bool>,
}

/// Grants the use of some accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct GrantedAccountsCapability {
    /// What may be done with them.
    #[serde(flatten)]
    pub asked: AccountsCapability,
    /// The accounts.
    pub accounts: Vec<Aliased<AztecAddress>>,
}

/// To register contracts and to be told about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct ContractsCapability {
    /// Which contracts.
    pub contracts: Scope<AztecAddress>,
    /// To register them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub can_register: Option<bool>,
    /// To be told about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub can_get_metadata: Option<bool>,
}

/// To be told about contract classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct ContractClassesCapability {
    /// Which classes.
    pub classes: Scope<ContractClassId>,
    /// To be told about them.
    pub can_get_metadata: bool,
}

/// Which functions may be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(remote = "Self")]
pub struct CallScope {
    /// The functions.
    pub scope: Scope<FunctionPattern>,
}

/// To simulate and profile transactions and to execute utility functions, and to see what they tell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(remote = "Self")]
pub struct SimulationCapability {
    /// Transactions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transactions: Option<CallScope>,
    /// Utility functions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utilities: Option<CallScope>,
}

/// To ask for transactions to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(remote = "Self")]
pub struct TransactionCapability {
    /// The functions that they may call.
    pub scope: Scope<FunctionPattern>,
}

/// Which contracts' private events may be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(remote = "Self")]
pub struct EventScope {
    /// The contracts.
    pub contracts: Scope<AztecAddress>,
}

/// To read private data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct DataCapability {
    /// The address book.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_book: Option<bool>,
    /// Private events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_events: Option<EventScope>,
}

/// What a dapp asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Capability {
    /// Accounts.
    Accounts(AccountsCapability),
    /// Contracts.
    Contracts(ContractsCapability),
    /// Contract classes.
    ContractClasses(ContractClassesCapability),
    /// Simulations.
    Simulation(SimulationCapability),
    /// Transactions.
    Transaction(TransactionCapability),
    /// Private data.
    Data(DataCapability),
}

/// What a dapp was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum GrantedCapability {
    /// Accounts.
    Accounts(GrantedAccountsCapability),
    /// Contracts.
    Contracts(ContractsCapability),
    /// Contract classes.
    ContractClasses(ContractClassesCapability),
    /// Simulations.
    Simulation(SimulationCapability),
    /// Transactions.
    Transaction(TransactionCapability),
    /// Private data.
    Data(DataCapability),
}

/// The kinds of capabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CapabilityKind {
    /// Accounts.
    Accounts,
    /// Contracts.
    Contracts,
    /// Contract classes.
    ContractClasses,
    /// Simulations.
    Simulation,
    /// Transactions.
    Transaction,
    /// Private data.
    Data,
}

impl Capability {
    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> CapabilityKind {
        match self {
            Self::Accounts(_) => CapabilityKind::Accounts,
            Self::Contracts(_) => CapabilityKind::Contracts,
            Self::ContractClasses(_) => CapabilityKind::ContractClasses,
            Self::Simulation(_) => CapabilityKind::Simulation,
            Self::Transaction(_) => CapabilityKind::Transaction,
            Self::Data(_) => CapabilityKind::Data,
        }
    }

    /// The number of entries in its lists.
    fn entries(&self) -> usize {
        let patterns = |scope: &Scope<FunctionPattern>| match scope {
            Scope::Any => 0,
            Scope::Only(patterns) => patterns
                .iter()
                .map(|pattern| 1 + pattern.additional_scopes.as_ref().map_or(0, Scope::len))
                .sum(),
        };
        let calls =
            |calls: &Option<CallScope>| calls.as_ref().map_or(0, |calls| patterns(&calls.scope));
        match self {
            Self::Accounts(_) => 0,
            Self::Contracts(asked) => asked.contracts.len(),
            Self::ContractClasses(asked) => asked.classes.len(),
            Self::Simulation(asked) => calls(&asked.transactions) + calls(&asked.utilities),
            Self::Transaction(asked) => patterns(&asked.scope),
            Self::Data(asked) => {
                let events = asked.private_events.as_ref();
                events.map_or(0, |events| events.contracts.len())
            }
        }
    }
}

impl GrantedCapability {
    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> CapabilityKind {
        match self {
            Self::Accounts(_) => CapabilityKind::Accounts,
            Self::Contracts(_) => CapabilityKind::Contracts,
            Self::ContractClasses(_) => CapabilityKind::ContractClasses,
            Self::Simulation(_) => CapabilityKind::Simulation,
            Self::Transaction(_) => CapabilityKind::Transaction,
            Self::Data(_) => CapabilityKind::Data,
        }
    }

    /// Whether it allows nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let calls =
            |calls: &Option<CallScope>| calls.as_ref().is_none_or(|calls| calls.scope.is_empty());
        match self {
            Self::Accounts(granted) => {
                let asked = &granted.asked;
                granted.accounts.is_empty()
                    || (asked.can_get != Some(true) && asked.can_create_auth_wit != Some(true))
            }
            Self::Contracts(granted) => {
                granted.contracts.is_empty()
                    || (granted.can_register != Some(true)
                        && granted.can_get_metadata != Some(true))
            }
            Self::ContractClasses(granted) => {
                granted.classes.is_empty() || !granted.can_get_metadata
            }
            Self::Simulation(granted) => calls(&granted.transactions) && calls(&granted.utilities),
            Self::Transaction(granted) => granted.scope.is_empty(),
            Self::Data(granted) => {
                let events = granted.private_events.as_ref();
                granted.address_book != Some(true)
                    && events.is_none_or(|events| events.contracts.is_empty())
            }
        }
    }
}

/// What a dapp says of itself; nothing of it is checked or to be relied upon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(remote = "Self")]
pub struct AppMetadata {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its address in the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where its icon is, or the icon itself as `data:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
}

/// What happens with requests that no capability covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum BehaviorMode {
    /// They are refused.
    Strict,
    /// The user is asked about each.
    Permissive,
}

/// How a dapp wants its capabilities to be treated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(remote = "Self")]
pub struct Behavior {
    /// What happens with requests that no capability covers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<BehaviorMode>,
    /// For how long they are to hold; see [`AppCapabilities::requested_expiry`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub expiration: Option<Number>,
}

/// A dapp's manifest: all that it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(remote = "Self")]
pub struct AppCapabilities {
    /// The version of the manifest.
    pub version: CapabilityVersion,
    /// What the dapp says of itself.
    pub metadata: AppMetadata,
    /// What it asks for.
    pub capabilities: Vec<Capability>,
    /// How it wants that to be treated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behavior: Option<Behavior>,
}

/// A manifest is too large to be shown to anybody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// A text is too long.
    #[error("`metadata.{member}` is longer than {limit} bytes")]
    LongText {
        /// The member.
        member: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The lists are too long together.
    #[error("the manifest lists {count} things, more than {MAX_ENTRIES}")]
    ManyEntries {
        /// How many there are.
        count: usize,
    },
}

impl AppCapabilities {
    /// Checks that the manifest can be shown to the user.
    pub fn check_size(&self) -> Result<(), ManifestError> {
        let metadata = &self.metadata;
        let texts = [
            ("name", Some(&metadata.name), MAX_TEXT),
            ("version", Some(&metadata.version), MAX_TEXT),
            ("description", metadata.description.as_ref(), MAX_TEXT),
            ("url", metadata.url.as_ref(), MAX_TEXT),
            ("icon", metadata.icon.as_ref(), MAX_ICON),
        ];
        for (member, text, limit) in texts {
            if text.is_some_and(|text| text.len() > limit) {
                return Err(ManifestError::LongText { member, limit });
            }
        }
        let count = self.capabilities.iter().map(|asked| 1 + asked.entries());
        match count.sum() {
            count if count > MAX_ENTRIES => Err(ManifestError::ManyEntries { count }),
            _ => Ok(()),
        }
    }

    /// Until when the dapp wants its capabilities, read as a time in milliseconds from now (the
    /// reference's schema has the number and says nothing of its unit; of the possible ones this
    /// holds for the shortest time). Nothing if it does not say or the number makes no sense.
    #[must_use]
    pub fn requested_expiry(&self, now: Timestamp) -> Option<Timestamp> {
        let wanted = self.behavior.as_ref()?.expiration.as_ref()?.as_f64()?;
        // The cast saturates.
        (wanted >= 0.0).then(|| now.plus(Duration::from_millis(wanted as u64)))
    }

    /// What happens with requests that no capability covers: they are refused unless the dapp says
    /// otherwise.
    #[must_use]
    pub fn mode(&self) -> BehaviorMode {
        let mode = self.behavior.as_ref().and_then(|behavior| behavior.mode);
        mode.unwrap_or(BehaviorMode::Strict)
    }
}

/// Which wallet granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct WalletIdentity {
    /// The wallet's name.
    pub name: String,
    /// The wallet's version.
    pub version: String,
}

/// The answer to a manifest: what was granted; what is not there was denied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct WalletCapabilities {
    /// The version of the answer.
    pub version: CapabilityVersion,
    /// What was granted.
    pub granted: Vec<GrantedCapability>,
    /// By which wallet.
    pub wallet: WalletIdentity,
    /// When the first of it ends, in milliseconds since the Unix epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Number>,
}
