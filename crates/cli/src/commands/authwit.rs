//! `pixie authwit`: what an account allows others to do.

use std::fmt;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use pixie_accounts::AuthWitIntent;
use pixie_accounts::authwit::set_public_authorization;
use pixie_primitives::auth_witness::{AuthWitMessageHash, AuthWitness, InnerAuthWitHash};
use pixie_primitives::tx::ExecutionPayload;
use pixie_wallet::engine::Authorization;
use serde::Serialize;

use super::CliError;
use super::call::{FeeOptions, Mined, WaitOptions};
use super::input::{InputError, auth_witnesses, element, json};
use super::session::{Output, Session, WalletOptions};
use crate::wallet::WalletError;

/// What is done with authorisations.
#[derive(Debug, Subcommand)]
pub enum AuthWitCommand {
    /// Allows somebody a call that acts for an account, or an action that a contract names.
    Create(Create),
    /// Tells whether what an account has allowed is still allowed.
    Check(Check),
}

/// What is allowed, and by whom.
#[derive(Debug, Args)]
struct IntentOptions {
    /// The contract that will be called, or that checks the authorisation.
    contract: String,
    /// The function that will be called.
    #[arg(required_unless_present = "inner_hash", conflicts_with = "inner_hash")]
    method: Option<String>,
    /// The arguments as JSON.
    #[arg(long, value_name = "JSON")]
    args: Option<String>,
    /// The account that allows it.
    #[arg(long, value_name = "ACCOUNT")]
    from: String,
    /// Who will make the call.
    #[arg(long, value_name = "ADDRESS", required_unless_present = "inner_hash")]
    caller: Option<String>,
    /// How the contract names an action that is no call (hexadecimal).
    #[arg(long, value_name = "HEX")]
    inner_hash: Option<String>,
}

/// Allows an action: privately, by a witness to be handed to whoever acts; with --public by a
/// transaction.
#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    wallet: WalletOptions,
    #[command(flatten)]
    intent: IntentOptions,
    /// A file that the witness is written to.
    #[arg(long, value_name = "FILE", conflicts_with = "public")]
    out: Option<PathBuf>,
    /// Allows it in the public registry, which a transaction has to be sent for.
    #[arg(long)]
    public: bool,
    /// Takes it back from the public registry instead.
    #[arg(long, requires = "public")]
    revoke: bool,
    #[command(flatten)]
    fee: FeeOptions,
    #[command(flatten)]
    wait: WaitOptions,
}

/// Looks an authorisation up: a witness, whether it is the account's and neither used nor taken back; and
/// the public registry.
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    wallet: WalletOptions,
    #[command(flatten)]
    intent: IntentOptions,
    /// The file with the witness.
    #[arg(long, value_name = "FILE")]
    authwit: Option<PathBuf>,
}

/// What is printed of a look-up.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Found(Authorization);

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |holds| if holds { "allowed" } else { "not allowed" };
        if let Some(private) = self.0.private {
            writeln!(f, "by the witness  {}", word(private))?;
        }
        write!(f, "publicly        {}", word(self.0.public))
    }
}

/// What is printed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    request_hash: AuthWitMessageHash,
    #[serde(skip_serializing_if = "Option::is_none")]
    authwit: Option<AuthWitness>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<Mined>,
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.authwit, &self.transaction) {
            (Some(witness), _) => write!(f, "{witness}"),
            (None, Some(transaction)) => write!(f, "{transaction}"),
            (None, None) => write!(f, "{}", self.request_hash),
        }
    }
}

impl AuthWitCommand {
    /// Runs the subcommand.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        match self {
            Self::Create(command) => command.run(output).await,
            Self::Check(command) => command.run(output).await,
        }
    }
}

impl Create {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let intent = self.intent.read(&session)?;
        let from = session.resolve(&self.intent.from)?;
        let wallet = &session.wallet;
        let request_hash = intent.message_hash(&wallet.engine().chain_info());
        let created = if self.public {
            let payload = ExecutionPayload {
                calls: vec![set_public_authorization(request_hash, !self.revoke)],
                ..ExecutionPayload::default()
            };
            let order = wallet.order(from, payload, self.fee.fee()?);
            let sent = wallet.send(&order).await?;
            Created {
                request_hash,
                authwit: None,
                transaction: Some(self.wait.finish(&session, sent).await?),
            }
        } else {
            Created {
                request_hash,
                authwit: Some(wallet.create_auth_wit(from, intent).await?),
                transaction: None,
            }
        };
        if let (Some(path), Some(witness)) = (&self.out, &created.authwit) {
            std::fs::write(path, format!("{witness}\n")).map_err(|source| {
                let path = path.clone();
                CliError::WriteFile { path, source }
            })?;
        }
        drop(session);
        output.show(&created)
    }
}

impl Check {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let intent = self.intent.read(&session)?;
        let from = session.resolve(&self.intent.from)?;
        let witness = match &self.authwit {
            Some(path) => auth_witnesses(std::slice::from_ref(path))?.pop(),
            None => None,
        };
        let engine = session.wallet.engine();
        let found = engine.authorization(from, &intent, witness.as_ref()).await;
        let found = Found(found.map_err(WalletError::from)?);
        drop(session);
        output.show(&found)
    }
}

impl IntentOptions {
    fn read(&self, session: &Session) -> Result<AuthWitIntent, CliError> {
        let contract = session.resolve(&self.contract)?;
        if let Some(inner_hash) = &self.inner_hash {
            let inner_hash = element("inner-hash", inner_hash)?;
            return Ok(AuthWitIntent::InnerHash {
                consumer: contract,
                inner_hash: InnerAuthWitHash::from_field(inner_hash),
            });
        }
        let (Some(method), Some(caller)) = (&self.method, &self.caller) else {
            let missing = "an authorisation is of a function and a --caller, or of an --inner-hash";
            return Err(InputError::Incomplete(missing).into());
        };
        let wallet = &session.wallet;
        let abi = wallet.function(&contract, method)?;
        let arguments = json("args", self.args.as_deref())?;
        Ok(AuthWitIntent::Call {
            caller: session.resolve(caller)?,
            call: wallet.encode_call(contract, &abi, arguments)?,
        })
    }
}
