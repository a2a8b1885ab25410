//! What the user is asked.

use pixie_accounts::entrypoint::AppPayload;
use pixie_accounts::{AuthWitIntent, PayloadError, TxNonce};
use pixie_bridge::capability::{Aliased, AppCapabilities};
use pixie_primitives::auth_witness::{AuthWitMessageHash, ChainInfo, InnerAuthWitHash};
use pixie_primitives::tx::{ExecutionPayload, FunctionCall};
use pixie_primitives::{AztecAddress, ContractClassId};
use serde::Serialize;

use super::{DecodedAuthorization, DecodedCall, Party, PrivacyAccount};
use crate::directory::Directory;
use crate::journal::Asker;
use crate::observed::Observed;

/// What the user is asked.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ApprovalRequest {
    /// Whether a dapp that looks for a wallet may know of this one.
    Discover(DiscoverRequest),
    /// Whether a dapp gets capabilities.
    Connect(Box<ConnectRequest>),
    /// Whether a transaction is sent.
    Transaction(Box<TransactionRequest>),
    /// Whether a transaction is signed and executed to be measured; it is not sent, and whoever asks
    /// is told all that its circuits saw.
    Profile(Box<TransactionRequest>),
    /// Whether an account authorises something.
    AuthWit(Box<AuthWitRequest>),
    /// Whether the wallet looks for messages from somebody.
    RegisterSender(SenderRequest),
    /// Whether the wallet takes a contract, perhaps with its keys.
    RegisterContract(ContractRequest),
    /// Whether a dapp is told the address book.
    AddressBook(AddressBookRequest),
    /// Whether a dapp is told what calls return that its capabilities do not cover.
    Disclosure(DisclosureRequest),
}

impl ApprovalRequest {
    /// The account that signs, and what.
    pub(super) fn to_sign(&self) -> Option<(AztecAddress, Vec<AuthWitMessageHash>)> {
        match self {
            // Nobody's transaction is signed by nobody.
            Self::Transaction(request) | Self::Profile(request)
                if request.from.address.is_zero() =>
            {
                None
            }
            Self::Transaction(request) | Self::Profile(request) => {
                Some((request.from.address, vec![request.message]))
            }
            Self::AuthWit(request) => Some((request.from.address, vec![request.message])),
            Self::Discover(_)
            | Self::Connect(_)
            | Self::RegisterSender(_)
            | Self::RegisterContract(_)
            | Self::AddressBook(_)
            | Self::Disclosure(_) => None,
        }
    }
}

/// A dapp looks for a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DiscoverRequest {
    /// What it calls itself, which is not to be relied upon.
    pub app_id: String,
    /// The chain that it is for.
    pub chain: ChainInfo,
}

/// A dapp asks for capabilities.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ConnectRequest {
    /// What it asks for. What it says of itself is not to be relied upon.
    pub manifest: AppCapabilities,
    /// The accounts that the user can choose from.
    pub accounts: Vec<Aliased<AztecAddress>>,
}

/// The fee, in the smallest unit of fee juice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct FeeShown {
    /// Who pays.
    pub payer: Party,
    /// The most that it can be, as decimal text. What would cost more has to be approved again.
    pub at_most: String,
    /// What the wallet expects, as decimal text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
}

/// A transaction that is to be approved, before it is decoded.
#[derive(Debug, Clone, Copy)]
pub struct TransactionDraft<'a> {
    /// The account.
    pub from: AztecAddress,
    /// All that will be executed, with what the wallet itself adds for the fee.
    pub payload: &'a ExecutionPayload,
    /// The calls among it that the wallet added itself.
    pub own_calls: &'a [FunctionCall],
    /// The calls that the account signs: those of the payload, unless it is another entrypoint that
    /// makes these.
    pub signed_calls: &'a [FunctionCall],
    /// Who pays.
    pub payer: AztecAddress,
    /// The most that the fee can be.
    pub fee_at_most: u128,
    /// What the fee is expected to be.
    pub fee_expected: Option<u128>,
    /// The nonce under which the account will sign the calls.
    pub nonce: TxNonce,
    /// The chain.
    pub chain: ChainInfo,
    /// What a simulation showed.
    pub observed: Option<&'a Observed>,
}

/// A transaction is to be sent.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TransactionRequest {
    /// The account.
    pub from: Party,
    /// The calls.
    pub calls: Vec<DecodedCall>,
    /// How many of these, at the beginning, the wallet added for the fee.
    pub own_calls: usize,
    /// What is called underneath, as a simulation showed.
    pub underneath: Vec<DecodedCall>,
    /// What contracts want authorised by it.
    pub authorizations: Vec<DecodedAuthorization>,
    /// The fee.
    pub fee: FeeShown,
    /// What is given away.
    pub privacy: PrivacyAccount,
    /// The chain.
    pub chain: ChainInfo,
    /// What the account will sign.
    pub message: AuthWitMessageHash,
    /// All that will be executed, as it is.
    // Pages show it as it is.
    #[cfg_attr(test, ts(type = "unknown"))]
    pub payload: ExecutionPayload,
}

impl TransactionRequest {
    /// Decodes a transaction. What will be signed follows from the calls shown.
    ///
    /// # Errors
    /// [`PayloadError`] for calls that no entrypoint takes.
    pub fn new(
        draft: TransactionDraft<'_>,
        asker: &Asker,
        directory: &dyn Directory,
    ) -> Result<Self, PayloadError> {
        let calls = &draft.payload.calls;
        let (encoded, _) = AppPayload::encode(draft.signed_calls, draft.nonce)?;
        let underneath = draft.observed.into_iter().flat_map(|observed| {
            // The first call is the entrypoint, and those that it makes are the payload's.
            observed.calls.iter().filter(|call| call.depth > 1)
        });
        let authorizations = draft.observed.into_iter();
        let authorizations = authorizations.flat_map(|observed| &observed.authorizations);
        Ok(Self {
            from: Party::new(draft.from, directory),
            calls: calls
                .iter()
                .map(|call| DecodedCall::new(call, directory))
                .collect(),
            own_calls: draft.own_calls.len(),
            underneath: underneath
                .map(|call| DecodedCall::observed(call, directory))
                .collect(),
            authorizations: authorizations
                .map(|asked| DecodedAuthorization::new(asked, directory))
                .collect(),
            fee: FeeShown {
                payer: Party::new(draft.payer, directory),
                at_most: draft.fee_at_most.to_string(),
                expected: draft.fee_expected.map(|fee| fee.to_string()),
            },
            privacy: PrivacyAccount::of_transaction(
                draft.from,
                calls,
                draft.payer,
                asker,
                draft.observed,
                directory,
            ),
            chain: draft.chain,
            message: encoded.hash(),
            payload: draft.payload.clone(),
        })
    }
}

/// What is authorised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AuthWitAction {
    /// Somebody's call.
    Call {
        /// Who may make it.
        caller: Party,
        /// The call.
        call: Box<DecodedCall>,
    },
    /// Something that nobody can say what it is.
    Opaque {
        /// The contract that will check.
        consumer: Party,
        /// How it names the action.
        inner_hash: InnerAuthWitHash,
    },
}

/// An account is to authorise something.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AuthWitRequest {
    /// The account.
    pub from: Party,
    /// What.
    pub action: AuthWitAction,
    /// What is given away.
    pub privacy: PrivacyAccount,
    /// The chain.
    pub chain: ChainInfo,
    /// What the account will sign.
    pub message: AuthWitMessageHash,
    /// The action, as it is.
    // Pages show it as it is.
    #[cfg_attr(test, ts(type = "unknown"))]
    pub intent: AuthWitIntent,
}

impl AuthWitRequest {
    /// Decodes an action.
    #[must_use]
    pub fn new(
        from: AztecAddress,
        intent: AuthWitIntent,
        chain: ChainInfo,
        asker: &Asker,
        directory: &dyn Directory,
    ) -> Self {
        let action = match &intent {
            AuthWitIntent::Call { caller, call } => AuthWitAction::Call {
                caller: Party::new(*caller, directory),
                call: Box::new(DecodedCall::new(call, directory)),
            },
            AuthWitIntent::InnerHash {
                consumer,
                inner_hash,
            } => AuthWitAction::Opaque {
                consumer: Party::new(*consumer, directory),
                inner_hash: *inner_hash,
            },
        };
        Self {
            from: Party::new(from, directory),
            action,
            privacy: PrivacyAccount::of_authorization(asker),
            chain,
            message: intent.message_hash(&chain),
            intent,
        }
    }
}

/// Somebody's messages are to be looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct SenderRequest {
    /// Whose.
    pub sender: Party,
    /// The name that the asker gives them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
}

/// A contract is to be registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct ContractRequest {
    /// Its address, which commits to its class and its keys.
    pub address: AztecAddress,
    /// Its class.
    pub class_id: ContractClassId,
    /// Its name, as the artifact has it, which anybody may choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// Whether a secret key comes with it, which the asker then has as well.
    pub has_secret_key: bool,
}

/// A dapp asks for the address book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AddressBookRequest {
    /// What it would be told.
    pub entries: Vec<Aliased<AztecAddress>>,
}

/// A dapp asks for the outcome of calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DisclosureRequest {
    /// Whose notes the calls see.
    pub from: Party,
    /// The calls, with those underneath.
    pub calls: Vec<DecodedCall>,
}
