//! What a transaction is to do, as it lies in the journal, and the request that it becomes.

use pixie_accounts::{
    AccountFeePayment, AccountInterface, ClaimSecret, Deployment, EntrypointOptions, FeeJuiceClaim,
    FeePayment, SignerlessAccount, TxNonce, TxParameters,
};
use pixie_bridge::session::RequestId;
use pixie_primitives::auth_witness::ChainInfo;
use pixie_primitives::gas::{GasSettings, PartialGasSettings};
use pixie_primitives::tx::{ExecutionPayload, FunctionCall, TxExecutionRequest};
use pixie_primitives::{AztecAddress, Fr};
use pixie_pxe::AccessScopes;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::error::EngineError;
use crate::journal::Work;

/// What a transaction does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Task {
    /// The account makes these calls; nobody in particular, if the account is the zero address.
    Calls(ExecutionPayload),
    /// The account puts itself on the chain.
    Deployment,
}

/// Who pays the fee.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fee {
    /// The account, from its balance of fee juice.
    FeeJuice,
    /// A contract that pays for whoever asks.
    Sponsored(AztecAddress),
    /// The account, with fee juice that it claims in the same transaction.
    Claim {
        /// The amount, in the smallest unit.
        amount: u128,
        /// What it was locked with.
        secret: Fr,
        /// The position of the message in the tree of messages from layer 1.
        message_leaf_index: u64,
    },
    /// Whoever the calls themselves have pay.
    InPayload,
}

impl std::fmt::Debug for Fee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::FeeJuice => f.write_str("FeeJuice"),
            Self::Sponsored(fpc) => write!(f, "Sponsored({fpc})"),
            Self::Claim { amount, .. } => write!(f, "Claim({amount})"),
            Self::InPayload => f.write_str("InPayload"),
        }
    }
}

impl Fee {
    /// Payment by the sponsor that test networks have.
    #[must_use]
    pub fn canonical_sponsor() -> Self {
        Self::Sponsored(pixie_accounts::sponsored_fpc_instance().address)
    }

    fn payment(&self) -> Option<FeePayment> {
        Some(match self {
            Self::FeeJuice => FeePayment::FeeJuice,
            Self::Sponsored(fpc) => FeePayment::Sponsored { fpc: *fpc },
            Self::Claim {
                amount,
                secret,
                message_leaf_index,
            } => FeePayment::FeeJuiceWithClaim(FeeJuiceClaim {
                amount: *amount,
                secret: ClaimSecret::from_field(*secret),
                message_leaf_index: *message_leaf_index,
            }),
            Self::InPayload => return None,
        })
    }
}

/// What a transaction is to do: all that can be said before anybody has approved or signed it. Every
/// random value of the request is here, so that what is shown, what is simulated and what is signed
/// are one and the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// The account; zero for none.
    pub from: AztecAddress,
    /// What is done.
    pub task: Task,
    /// Who pays.
    pub fee: Fee,
    /// Whose notes and keys may be used beside the account's.
    pub additional_scopes: Vec<AztecAddress>,
    /// Limits and prices that were asked for; the rest is filled in.
    pub gas: PartialGasSettings,
    /// The request of a dapp that is answered in the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    nonce: TxNonce,
    outer_nonce: TxNonce,
    salt: Fr,
}

impl Order {
    /// An order with random nonces.
    #[must_use]
    pub fn new(from: AztecAddress, task: Task, fee: Fee, rng: &mut dyn CryptoRng) -> Self {
        let mut rng = rng;
        let mut draw = || Fr::random(&mut rng);
        Self {
            from,
            task,
            fee,
            additional_scopes: Vec::new(),
            gas: PartialGasSettings::default(),
            request: None,
            nonce: TxNonce::from_field(draw()),
            outer_nonce: TxNonce::from_field(draw()),
            salt: draw(),
        }
    }

    /// The calls that were asked for, without the fee payment.
    #[must_use]
    pub fn calls(&self) -> &[FunctionCall] {
        match &self.task {
            Task::Calls(payload) => &payload.calls,
            Task::Deployment => &[],
        }
    }

    /// Whose notes and keys may be used (Aztec 4.1.2, wallet-sdk `BaseWallet.scopesFrom`).
    #[must_use]
    pub fn scopes(&self) -> AccessScopes {
        scopes(self.from, &self.additional_scopes)
    }

    /// The nonce that the account signs.
    #[must_use]
    pub const fn nonce(&self) -> TxNonce {
        self.nonce
    }

    pub(crate) fn to_work(&self) -> Result<Work, EngineError> {
        to_work(self)
    }
}

/// Whose notes and keys a transaction of an account may use.
#[must_use]
pub fn scopes(from: AztecAddress, additional: &[AztecAddress]) -> AccessScopes {
    let own = Some(from).filter(|from| !from.is_zero());
    let mut scopes: Vec<_> = own.into_iter().collect();
    for scope in additional {
        if !scopes.contains(scope) {
            scopes.push(*scope);
        }
    }
    AccessScopes::Only(scopes)
}

/// A request that was made of an order, with what is shown of it.
#[derive(Debug, Clone)]
pub(crate) struct Built {
    /// The request.
    pub request: TxExecutionRequest,
    /// All that is executed.
    pub payload: ExecutionPayload,
    /// The calls among it that were added for the fee, at its beginning.
    pub own_calls: Vec<FunctionCall>,
    /// The calls that the account signs.
    pub signed_calls: Vec<FunctionCall>,
    /// Who pays.
    pub payer: AztecAddress,
}

impl Order {
    /// Makes the request. `deployment` is that of the account, if that is the task.
    pub(crate) async fn build(
        &self,
        account: &dyn AccountInterface,
        deployment: Option<&Deployment>,
        gas_settings: GasSettings,
        chain: ChainInfo,
        rng: &mut dyn CryptoRng,
    ) -> Result<Built, EngineError> {
        let parameters = TxParameters {
            gas_settings,
            chain,
            salt: self.salt,
        };
        let payment = match self.fee.payment() {
            Some(payment) => payment.execution_payload(account, &chain, rng).await?,
            None => ExecutionPayload::default(),
        };
        let options = |payer| EntrypointOptions {
            fee_payment: AccountFeePayment::for_payer(account.address(), payer),
            cancellable: false,
            tx_nonce: self.nonce,
        };
        match (&self.task, deployment) {
            (Task::Deployment, Some(deployment)) => {
                let signed_calls = payment.calls.clone();
                let inner = options(payment.fee_payer);
                let wrapped = account.wrap_execution_payload(payment, &inner, rng).await?;
                let payload = merge([deployment.payload()?, wrapped])?;
                let outer = EntrypointOptions {
                    fee_payment: AccountFeePayment::External,
                    cancellable: false,
                    tx_nonce: self.outer_nonce,
                };
                let payer = payload.fee_payer.unwrap_or(self.from);
                let request = SignerlessAccount
                    .create_tx_execution_request(payload.clone(), &outer, &parameters, rng)
                    .await?;
                Ok(Built {
                    request,
                    payload,
                    own_calls: Vec::new(),
                    signed_calls,
                    payer,
                })
            }
            (Task::Deployment, None) => Err(EngineError::UnknownAccount(self.from)),
            (Task::Calls(calls), _) => {
                let own_calls = payment.calls.clone();
                let payload = merge([payment, calls.clone()])?;
                let payer = payload.fee_payer;
                let request = account
                    .create_tx_execution_request(payload.clone(), &options(payer), &parameters, rng)
                    .await?;
                Ok(Built {
                    request,
                    own_calls,
                    signed_calls: payload.calls.clone(),
                    payload,
                    payer: payer.unwrap_or(self.from),
                })
            }
        }
    }

    /// The request by which a deployment is tried out before anything is signed: the same calls, but
    /// the fee is paid without the account's entrypoint, which adds nothing that gas is counted for.
    pub(crate) async fn build_unsigned_deployment(
        &self,
        deployment: &Deployment,
        account: &dyn AccountInterface,
        gas_settings: GasSettings,
        chain: ChainInfo,
        rng: &mut dyn CryptoRng,
    ) -> Result<TxExecutionRequest, EngineError> {
        let payment = match self.fee.payment() {
            Some(payment) => payment.execution_payload(account, &chain, rng).await?,
            None => ExecutionPayload::default(),
        };
        let payload = merge([deployment.payload()?, payment])?;
        let options = EntrypointOptions {
            fee_payment: AccountFeePayment::External,
            cancellable: false,
            tx_nonce: self.outer_nonce,
        };
        let parameters = TxParameters {
            gas_settings,
            chain,
            salt: self.salt,
        };
        Ok(SignerlessAccount
            .create_tx_execution_request(payload, &options, &parameters, rng)
            .await?)
    }
}

fn merge(
    payloads: impl IntoIterator<Item = ExecutionPayload>,
) -> Result<ExecutionPayload, EngineError> {
    let merged = ExecutionPayload::merge(payloads);
    Ok(merged.map_err(pixie_accounts::AccountError::from)?)
}

/// A signed request: the work of an approved transaction.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Signed {
    /// What it was made of.
    pub order: Order,
    /// The request, with the gas settings that were shown.
    pub request: TxExecutionRequest,
}

/// A signed request with its final gas settings: the work of a simulated transaction.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ready {
    /// Whose notes and keys may be used.
    pub scopes: Vec<AztecAddress>,
    /// The request.
    pub request: TxExecutionRequest,
}

pub(crate) fn to_work<T: Serialize>(value: &T) -> Result<Work, EngineError> {
    let bytes = serde_json::to_vec(value).map_err(EngineError::Work)?;
    Ok(Work::from(bytes))
}

pub(crate) fn from_work<T: for<'de> Deserialize<'de>>(work: &Work) -> Result<T, EngineError> {
    serde_json::from_slice(work.bytes()).map_err(EngineError::Work)
}
