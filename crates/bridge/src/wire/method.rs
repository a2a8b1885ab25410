use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The methods of a wallet. The text form is the name in TypeScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Method {
    /// The chain and rollup that the wallet is on.
    GetChainInfo,
    /// The accounts that the dapp may see.
    GetAccounts,
    /// The senders that the user registered.
    GetAddressBook,
    /// Makes the wallet look for notes of a sender.
    RegisterSender,
    /// Tells the wallet about a contract.
    RegisterContract,
    /// What is known of a contract.
    GetContractMetadata,
    /// What is known of a contract class.
    GetContractClassMetadata,
    /// Tries a transaction and tells its outcome.
    SimulateTx,
    /// Executes a utility function and tells its outcome.
    ExecuteUtility,
    /// Measures a transaction.
    ProfileTx,
    /// Proves and sends a transaction.
    SendTx,
    /// Authorises somebody's action on behalf of an account.
    CreateAuthWit,
    /// Reads private events.
    GetPrivateEvents,
    /// Asks for capabilities.
    RequestCapabilities,
    /// Several of the others.
    Batch,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 15] = [
        Self::GetChainInfo,
        Self::GetAccounts,
        Self::GetAddressBook,
        Self::RegisterSender,
        Self::RegisterContract,
        Self::GetContractMetadata,
        Self::GetContractClassMetadata,
        Self::SimulateTx,
        Self::ExecuteUtility,
        Self::ProfileTx,
        Self::SendTx,
        Self::CreateAuthWit,
        Self::GetPrivateEvents,
        Self::RequestCapabilities,
        Self::Batch,
    ];

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GetChainInfo => "getChainInfo",
            Self::GetAccounts => "getAccounts",
            Self::GetAddressBook => "getAddressBook",
            Self::RegisterSender => "registerSender",
            Self::RegisterContract => "registerContract",
            Self::GetContractMetadata => "getContractMetadata",
            Self::GetContractClassMetadata => "getContractClassMetadata",
            Self::SimulateTx => "simulateTx",
            Self::ExecuteUtility => "executeUtility",
            Self::ProfileTx => "profileTx",
            Self::SendTx => "sendTx",
            Self::CreateAuthWit => "createAuthWit",
            Self::GetPrivateEvents => "getPrivateEvents",
            Self::RequestCapabilities => "requestCapabilities",
            Self::Batch => "batch",
        }
    }

    /// Whether it tells something and changes nothing, so that it may be carried out twice.
    #[must_use]
    pub const fn only_reads(self) -> bool {
        match self {
            Self::GetChainInfo
            | Self::GetAccounts
            | Self::GetAddressBook
            | Self::GetContractMetadata
            | Self::GetContractClassMetadata
            | Self::SimulateTx
            | Self::ExecuteUtility
            | Self::ProfileTx
            | Self::GetPrivateEvents => true,
            Self::RegisterSender
            | Self::RegisterContract
            | Self::SendTx
            | Self::CreateAuthWit
            | Self::RequestCapabilities
            | Self::Batch => false,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no such method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no method of a wallet")]
pub struct UnknownMethod;

impl FromStr for Method {
    type Err = UnknownMethod;

    fn from_str(name: &str) -> Result<Self, UnknownMethod> {
        let mut methods = Self::ALL.into_iter();
        methods
            .find(|method| method.name() == name)
            .ok_or(UnknownMethod)
    }
}
