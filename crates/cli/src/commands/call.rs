//! `pixie simulate`, `send` and `call-utility`: one call of a contract.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use pixie_primitives::abi::{FunctionAbi, FunctionType};
use pixie_primitives::gas::{GasUsed, PartialGasSettings};
use pixie_primitives::receipt::TxStatus;
use pixie_primitives::tx::{ExecutionPayload, FunctionCall, OffchainEffect, TxHash};
use pixie_primitives::{AztecAddress, Fr};
use pixie_pxe::AccessScopes;
use pixie_pxe::pxe::Simulated;
use pixie_wallet::engine::{Fee, SimulatedLimits};
use serde::Serialize;
use serde_json::Value;

use super::CliError;
use super::input::{auth_witnesses, claim, json};
use super::session::{Output, Session, WalletOptions};
use crate::wallet::{SentTx, Wallet, WalletError};

/// Which function is called, and by whom.
#[derive(Debug, Args)]
pub struct CallOptions {
    /// The contract: its name or address.
    contract: String,
    /// The function: its name, or its selector in hexadecimal.
    method: String,
    /// The arguments as JSON: an array in order, or an object by name. Addresses may be names.
    #[arg(long, value_name = "JSON")]
    args: Option<String>,
    /// The account that calls: its name or address.
    #[arg(long, value_name = "ACCOUNT")]
    from: String,
    /// A file with an authentication witness that the call needs; may be repeated.
    #[arg(long, value_name = "FILE")]
    authwit: Vec<PathBuf>,
    /// A further account whose notes and keys may be used; may be repeated.
    #[arg(long = "scope", value_name = "ACCOUNT")]
    scopes: Vec<String>,
}

/// Who pays the fee.
#[derive(Debug, Clone, Args)]
pub struct FeeOptions {
    /// Who pays the fee: the sponsor that test networks have, or the account from its fee juice.
    #[arg(long, value_enum, default_value_t = Payer::FeeJuice)]
    fee: Payer,
    /// Pays with fee juice that was sent to the account from layer 1, which the transaction itself
    /// claims. The file has the claim as JSON: claimAmount, claimSecret, messageLeafIndex.
    #[arg(long, value_name = "FILE", conflicts_with = "fee")]
    claim: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Payer {
    Sponsored,
    FeeJuice,
}

impl FeeOptions {
    /// Who pays.
    pub fn fee(&self) -> Result<Fee, CliError> {
        if let Some(path) = &self.claim {
            return claim(path);
        }
        Ok(match self.fee {
            Payer::Sponsored => Fee::canonical_sponsor(),
            Payer::FeeJuice => Fee::FeeJuice,
        })
    }
}

/// How long a transaction is waited for.
#[derive(Debug, Clone, Copy, Args)]
pub struct WaitOptions {
    /// How far the transaction has to come.
    #[arg(long, value_enum, default_value_t = Until::Proposed)]
    wait: Until,
    /// For how long at most, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    timeout: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Until {
    /// Taken by the node.
    Sent,
    /// In a proposed block.
    Proposed,
    /// In a block of a checkpoint.
    Checkpointed,
    /// In a proven block.
    Proven,
}

impl WaitOptions {
    /// Waits as long as asked for.
    pub async fn finish(self, session: &Session, sent: SentTx) -> Result<Mined, CliError> {
        let until = match self.wait {
            Until::Sent => return Ok(Mined::unawaited(sent)),
            Until::Proposed => TxStatus::Proposed,
            Until::Checkpointed => TxStatus::Checkpointed,
            Until::Proven => TxStatus::Proven,
        };
        session.say(&format!("waiting for {}", sent.tx_hash));
        let at_most = Duration::from_secs(self.timeout);
        let receipt = session.wallet.wait(&sent, until, at_most).await?;
        Ok(Mined {
            status: Some(receipt.status),
            block: receipt.block_number.map(|block| block.0),
            fee: receipt.transaction_fee.map(|fee| fee.to_string()),
            ..Mined::unawaited(sent)
        })
    }
}

/// What is printed of a transaction.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mined {
    tx_hash: TxHash,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<TxStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fee: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    offchain_effects: Vec<OffchainEffect>,
}

impl Mined {
    fn unawaited(sent: SentTx) -> Self {
        Self {
            tx_hash: sent.tx_hash,
            status: None,
            block: None,
            fee: None,
            offchain_effects: sent.offchain_effects,
        }
    }
}

impl fmt::Display for Mined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "transaction {}", self.tx_hash)?;
        match (self.block, &self.fee) {
            (Some(block), Some(fee)) => write!(f, " is in block {block}; fee {fee}"),
            (Some(block), None) => write!(f, " is in block {block}"),
            _ => f.write_str(" was sent"),
        }
    }
}

/// What a call gave.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CallResult {
    result: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    gas_used: Option<GasUsed>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    offchain_effects: Vec<OffchainEffect>,
}

impl fmt::Display for CallResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.result {
            Value::String(text) => f.write_str(text),
            other => write!(f, "{other:#}"),
        }
    }
}

/// A call with names resolved and arguments encoded.
struct PreparedCall {
    from: AztecAddress,
    scopes: Vec<AztecAddress>,
    abi: FunctionAbi,
    payload: ExecutionPayload,
}

impl CallOptions {
    /// The function and the encoded call.
    fn call(&self, session: &Session) -> Result<(FunctionAbi, FunctionCall), CliError> {
        let wallet = &session.wallet;
        let contract = session.resolve(&self.contract)?;
        let abi = wallet.function(&contract, &self.method)?;
        let arguments = json("args", self.args.as_deref())?;
        let call = wallet.encode_call(contract, &abi, arguments)?;
        Ok((abi, call))
    }

    fn prepare(&self, session: &Session) -> Result<PreparedCall, CliError> {
        let (abi, call) = self.call(session)?;
        Wallet::check_transactional(&abi)?;
        let payload = ExecutionPayload {
            calls: vec![call],
            auth_witnesses: auth_witnesses(&self.authwit)?,
            ..ExecutionPayload::default()
        };
        Ok(PreparedCall {
            from: session.resolve(&self.from)?,
            scopes: session.resolve_all(&self.scopes)?,
            abi,
            payload,
        })
    }
}

/// `pixie simulate`.
#[derive(Debug, Args)]
pub struct Simulate {
    #[command(flatten)]
    wallet: WalletOptions,
    #[command(flatten)]
    call: CallOptions,
}

impl Simulate {
    /// Simulates the call.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let PreparedCall {
            from,
            scopes,
            abi,
            payload,
        } = self.call.prepare(&session)?;
        let (gas, limits) = (PartialGasSettings::default(), SimulatedLimits::Unbounded);
        let engine = session.wallet.engine();
        let simulation = engine.simulate(from, payload, &scopes, gas, limits).await;
        let simulated = simulation.map_err(WalletError::from)?.simulated;
        drop(session);
        let values = returned(&simulated, abi.function_type);
        output.show(&CallResult {
            result: Wallet::decode_return_values(&abi, &values)?,
            gas_used: Some(simulated.gas_used()),
            offchain_effects: simulated.offchain_effects(),
        })
    }
}

/// What the one call of a simulated transaction returned.
fn returned(simulated: &Simulated, kind: FunctionType) -> Vec<Fr> {
    let values = match kind {
        FunctionType::Private => {
            let entrypoint = simulated.execution.return_values();
            entrypoint.nested.into_iter().next()
        }
        _ => simulated
            .public_output
            .as_ref()
            .and_then(|output| output.public_return_values.first().cloned()),
    };
    values.and_then(|call| call.values).unwrap_or_default()
}

/// `pixie send`.
#[derive(Debug, Args)]
pub struct Send {
    #[command(flatten)]
    wallet: WalletOptions,
    #[command(flatten)]
    call: CallOptions,
    #[command(flatten)]
    fee: FeeOptions,
    #[command(flatten)]
    wait: WaitOptions,
}

impl Send {
    /// Sends the transaction.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let call = self.call.prepare(&session)?;
        let mut order = session
            .wallet
            .order(call.from, call.payload, self.fee.fee()?);
        order.additional_scopes = call.scopes;
        let sent = session.wallet.send(&order).await?;
        let mined = self.wait.finish(&session, sent).await?;
        drop(session);
        output.show(&mined)
    }
}

/// `pixie call-utility`.
#[derive(Debug, Args)]
pub struct CallUtility {
    #[command(flatten)]
    wallet: WalletOptions,
    #[command(flatten)]
    call: CallOptions,
}

impl CallUtility {
    /// Executes the function.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let wallet = &session.wallet;
        let (abi, call) = self.call.call(&session)?;
        Wallet::check_utility(&abi)?;
        let mut scopes = vec![session.resolve(&self.call.from)?];
        scopes.extend(session.resolve_all(&self.call.scopes)?);
        let witnesses = auth_witnesses(&self.call.authwit)?;
        let scopes = AccessScopes::Only(scopes);
        let values = wallet
            .pxe()
            .execute_utility(&call, &witnesses, &scopes, &wallet.watch())
            .await
            .map_err(WalletError::from)?;
        drop(session);
        output.show(&CallResult {
            result: Wallet::decode_return_values(&abi, &values)?,
            gas_used: None,
            offchain_effects: Vec::new(),
        })
    }
}
