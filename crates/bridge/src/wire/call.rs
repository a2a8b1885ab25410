//! A method with its arguments.

use std::fmt;

use pixie_primitives::artifact::ContractArtifact;
use pixie_primitives::contract::ContractInstanceWithAddress;
use pixie_primitives::keys::SecretKey;
use pixie_primitives::tx::{ExecutionPayload, FunctionCall};
use pixie_primitives::{AztecAddress, ContractClassId, Fr};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{
    AuthWitIntent, EventMetadataDefinition, Method, PrivateEventFilter, ProfileOptions,
    SendOptions, SimulateOptions, UtilityOptions,
};
use crate::capability::{AppCapabilities, ManifestError};
use crate::error::{ErrorCode, WireError};
use crate::limits::Limits;

/// A request to the wallet, parsed.
#[derive(Debug, Clone)]
pub enum WalletCall {
    /// `getChainInfo()`
    GetChainInfo,
    /// `getAccounts()`
    GetAccounts,
    /// `getAddressBook()`
    GetAddressBook,
    /// `registerSender(address, alias?)`
    RegisterSender {
        /// The sender.
        address: AztecAddress,
        /// Its name for the user.
        alias: Option<String>,
    },
    /// `registerContract(instance, artifact?, secretKey?)`
    RegisterContract {
        /// The contract.
        instance: Box<ContractInstanceWithAddress>,
        /// Its class's artifact.
        artifact: Option<Box<ContractArtifact>>,
        /// The secret of the contract's own keys.
        secret_key: Option<SecretKey>,
    },
    /// `getContractMetadata(address)`
    GetContractMetadata {
        /// The contract.
        address: AztecAddress,
    },
    /// `getContractClassMetadata(id)`
    GetContractClassMetadata {
        /// The class.
        id: ContractClassId,
    },
    /// `simulateTx(payload, options)`
    SimulateTx {
        /// What to execute.
        payload: ExecutionPayload,
        /// How.
        options: Box<SimulateOptions>,
    },
    /// `executeUtility(call, options)`
    ExecuteUtility {
        /// What to execute.
        call: Box<FunctionCall>,
        /// How.
        options: UtilityOptions,
    },
    /// `profileTx(payload, options)`
    ProfileTx {
        /// What to execute.
        payload: ExecutionPayload,
        /// How.
        options: Box<ProfileOptions>,
    },
    /// `sendTx(payload, options)`
    SendTx {
        /// What to execute.
        payload: ExecutionPayload,
        /// How.
        options: Box<SendOptions>,
    },
    /// `createAuthWit(from, intent)`
    CreateAuthWit {
        /// Who authorises.
        from: AztecAddress,
        /// What.
        intent: AuthWitIntent,
    },
    /// `getPrivateEvents(event, filter)`
    GetPrivateEvents {
        /// The event.
        event: Box<EventMetadataDefinition>,
        /// Which of them.
        filter: Box<PrivateEventFilter>,
    },
    /// `requestCapabilities(manifest)`
    RequestCapabilities {
        /// What is asked for.
        manifest: Box<AppCapabilities>,
    },
    /// `batch(calls)`
    Batch {
        /// The calls, none of which is a batch.
        calls: Vec<WalletCall>,
    },
}

/// Why a request could not be parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The wallet has no such method.
    #[error("a wallet has no method `{method}`")]
    UnknownMethod {
        /// The name, cut if it is long.
        method: String,
    },
    /// An argument is missing, or `null` where something is needed.
    #[error("{method}: argument {index} is missing")]
    Missing {
        /// The method.
        method: Method,
        /// The argument, from 0.
        index: usize,
    },
    /// An argument does not fit.
    #[error("{method}: argument {index} does not fit at `{path}`: {reason}")]
    Malformed {
        /// The method.
        method: Method,
        /// The argument, from 0.
        index: usize,
        /// The place in the argument.
        path: String,
        /// What is wrong there.
        reason: String,
    },
    /// There are arguments that the method does not have.
    #[error("{method} takes {most} arguments, not {count}")]
    TooMany {
        /// The method.
        method: Method,
        /// How many it takes.
        most: usize,
        /// How many there are.
        count: usize,
    },
    /// A batch is too long.
    #[error("a batch of {count} calls, more than {most}")]
    LongBatch {
        /// How many calls it has.
        count: usize,
        /// How many it may have.
        most: usize,
    },
    /// A call of a batch could not be parsed.
    #[error("call {index} of the batch: {source}")]
    InBatch {
        /// The call, from 0.
        index: usize,
        /// Why not.
        source: Box<CallError>,
    },
    /// A manifest cannot be shown.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

impl From<&CallError> for WireError {
    fn from(error: &CallError) -> Self {
        let mut innermost = error;
        while let CallError::InBatch { source, .. } = innermost {
            innermost = source;
        }
        let code = match innermost {
            CallError::UnknownMethod { .. } => ErrorCode::UnknownMethod,
            _ => ErrorCode::InvalidParams,
        };
        Self::new(code, error.to_string())
    }
}

impl WalletCall {
    /// Parses a request: the method's name and its arguments in order. Arguments that may be left out
    /// may also be `null`, as `undefined` becomes in JSON.
    pub fn parse(
        method: &str,
        arguments: &[&RawValue],
        limits: &Limits,
    ) -> Result<Self, CallError> {
        let Ok(method) = method.parse::<Method>() else {
            let method = method.chars().take(64).collect();
            return Err(CallError::UnknownMethod { method });
        };
        let arguments = Arguments { method, arguments };
        let (call, most) = match method {
            Method::GetChainInfo => (Self::GetChainInfo, 0),
            Method::GetAccounts => (Self::GetAccounts, 0),
            Method::GetAddressBook => (Self::GetAddressBook, 0),
            Method::RegisterSender => {
                let address = arguments.required(0)?;
                let alias = arguments.optional(1)?;
                (Self::RegisterSender { address, alias }, 2)
            }
            Method::RegisterContract => {
                let call = Self::RegisterContract {
                    instance: arguments.required(0)?,
                    artifact: arguments.optional(1)?,
                    secret_key: arguments.secret(2)?,
                };
                (call, 3)
            }
            Method::GetContractMetadata => {
                let address = arguments.required(0)?;
                (Self::GetContractMetadata { address }, 1)
            }
            Method::GetContractClassMetadata => {
                let id = arguments.required(0)?;
                (Self::GetContractClassMetadata { id }, 1)
            }
            Method::SimulateTx => {
                let (payload, options) = (arguments.required(0)?, arguments.required(1)?);
                (Self::SimulateTx { payload, options }, 2)
            }
            Method::ExecuteUtility => {
                let (call, options) = (arguments.required(0)?, arguments.required(1)?);
                (Self::ExecuteUtility { call, options }, 2)
            }
            Method::ProfileTx => {
                let (payload, options) = (arguments.required(0)?, arguments.required(1)?);
                (Self::ProfileTx { payload, options }, 2)
            }
            Method::SendTx => {
                let (payload, options) = (arguments.required(0)?, arguments.required(1)?);
                (Self::SendTx { payload, options }, 2)
            }
            Method::CreateAuthWit => {
                let (from, intent) = (arguments.required(0)?, arguments.required(1)?);
                (Self::CreateAuthWit { from, intent }, 2)
            }
            Method::GetPrivateEvents => {
                let (event, filter) = (arguments.required(0)?, arguments.required(1)?);
                (Self::GetPrivateEvents { event, filter }, 2)
            }
            Method::RequestCapabilities => {
                let manifest: Box<AppCapabilities> = arguments.required(0)?;
                manifest.check_size()?;
                (Self::RequestCapabilities { manifest }, 1)
            }
            Method::Batch => {
                let calls = arguments.batch(limits)?;
                (Self::Batch { calls }, 1)
            }
        };
        arguments.check_rest(most)?;
        Ok(call)
    }

    /// The method.
    #[must_use]
    pub const fn method(&self) -> Method {
        match self {
            Self::GetChainInfo => Method::GetChainInfo,
            Self::GetAccounts => Method::GetAccounts,
            Self::GetAddressBook => Method::GetAddressBook,
            Self::RegisterSender { .. } => Method::RegisterSender,
            Self::RegisterContract { .. } => Method::RegisterContract,
            Self::GetContractMetadata { .. } => Method::GetContractMetadata,
            Self::GetContractClassMetadata { .. } => Method::GetContractClassMetadata,
            Self::SimulateTx { .. } => Method::SimulateTx,
            Self::ExecuteUtility { .. } => Method::ExecuteUtility,
            Self::ProfileTx { .. } => Method::ProfileTx,
            Self::SendTx { .. } => Method::SendTx,
            Self::CreateAuthWit { .. } => Method::CreateAuthWit,
            Self::GetPrivateEvents { .. } => Method::GetPrivateEvents,
            Self::RequestCapabilities { .. } => Method::RequestCapabilities,
            Self::Batch { .. } => Method::Batch,
        }
    }

    /// Whether the user is to be asked about this very request, whatever the dapp was granted:
    /// because it spends or signs, hands the wallet a secret key, makes it watch for a sender, tells
    /// the address book, or asks for capabilities. A batch is as its calls are.
    #[must_use]
    pub fn needs_own_approval(&self) -> bool {
        match self {
            Self::SendTx { .. }
            | Self::CreateAuthWit { .. }
            | Self::RegisterSender { .. }
            | Self::GetAddressBook
            | Self::RequestCapabilities { .. } => true,
            Self::RegisterContract { secret_key, .. } => secret_key.is_some(),
            Self::Batch { calls } => calls.iter().any(Self::needs_own_approval),
            Self::GetChainInfo
            | Self::GetAccounts
            | Self::GetContractMetadata { .. }
            | Self::GetContractClassMetadata { .. }
            | Self::SimulateTx { .. }
            | Self::ExecuteUtility { .. }
            | Self::ProfileTx { .. }
            | Self::GetPrivateEvents { .. } => false,
        }
    }
}

struct Arguments<'a> {
    method: Method,
    arguments: &'a [&'a RawValue],
}

impl Arguments<'_> {
    fn get(&self, index: usize) -> Option<&RawValue> {
        let argument = self.arguments.get(index)?;
        (argument.get() != "null").then_some(*argument)
    }

    fn required<'de, T: Deserialize<'de>>(&'de self, index: usize) -> Result<T, CallError> {
        let method = self.method;
        let missing = CallError::Missing { method, index };
        self.optional(index)?.ok_or(missing)
    }

    fn optional<'de, T: Deserialize<'de>>(&'de self, index: usize) -> Result<Option<T>, CallError> {
        let Some(argument) = self.get(index) else {
            return Ok(None);
        };
        let mut from = serde_json::Deserializer::from_str(argument.get());
        match serde_path_to_error::deserialize(&mut from) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(CallError::Malformed {
                method: self.method,
                index,
                path: error.path().to_string(),
                reason: Reason(error.inner()).to_string(),
            }),
        }
    }

    /// Nothing of a secret gets into an error.
    fn secret(&self, index: usize) -> Result<Option<SecretKey>, CallError> {
        struct Secret(SecretKey);
        impl<'de> Deserialize<'de> for Secret {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Fr::deserialize(from).map(|key| Self(SecretKey::from_field(key)))
            }
        }
        match self.optional::<Secret>(index) {
            Ok(secret) => Ok(secret.map(|secret| secret.0)),
            Err(_) => Err(CallError::Malformed {
                method: self.method,
                index,
                path: ".".to_owned(),
                reason: "not a field element".to_owned(),
            }),
        }
    }

    fn batch(&self, limits: &Limits) -> Result<Vec<WalletCall>, CallError> {
        #[derive(Deserialize)]
        struct Entry<'a> {
            name: String,
            #[serde(borrow)]
            args: Vec<&'a RawValue>,
        }
        let entries: Vec<Entry<'_>> = self.required(0)?;
        let (count, most) = (entries.len(), limits.max_batch);
        if count > most {
            return Err(CallError::LongBatch { count, most });
        }
        let parse = |(index, entry): (usize, &Entry<'_>)| {
            let parsed = match entry.name.as_str() {
                // A batch within a batch is no method of a batch.
                "batch" => Err(CallError::UnknownMethod {
                    method: "batch".to_owned(),
                }),
                name => WalletCall::parse(name, &entry.args, limits),
            };
            parsed.map_err(|source| CallError::InBatch {
                index,
                source: Box::new(source),
            })
        };
        entries.iter().enumerate().map(parse).collect()
    }

    fn check_rest(&self, most: usize) -> Result<(), CallError> {
        let rest = self.arguments.iter().skip(most);
        match rest.filter(|argument| argument.get() != "null").count() {
            0 => Ok(()),
            _ => Err(CallError::TooMany {
                method: self.method,
                most,
                count: self.arguments.len(),
            }),
        }
    }
}

/// What serde says, without line and column, which mean nothing in one argument of a message.
struct Reason<'a>(&'a serde_json::Error);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        let text = match text.rfind(" at line ") {
            Some(end) => text.get(..end).unwrap_or(&text),
            None => &text,
        };
        f.write_str(text)
    }
}
