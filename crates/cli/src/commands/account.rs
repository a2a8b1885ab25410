//! `pixie account`: own accounts.

use std::fmt;

use clap::{Args, Subcommand};
use pixie_accounts::AccountType;
use pixie_primitives::keys::SecretKey;
use serde::Serialize;

use super::CliError;
use super::call::{FeeOptions, Mined, WaitOptions};
use super::input::{InputError, SecretText, element};
use super::session::{DataOptions, Lines, Output, WalletOptions};
use crate::wallet::{AccountEntry, NewAccount, test_account};

/// What is done with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Takes over an account that is on the chain already.
    Import(Import),
    /// Makes an account with random keys and puts it on the chain.
    Create(Create),
    /// Puts an account on the chain.
    Deploy(Deploy),
    /// Lists the accounts.
    List(List),
}

#[derive(Debug, Args)]
pub struct Import {
    #[command(flatten)]
    wallet: WalletOptions,
    /// The name of the account; for test accounts test0, test1, test2 unless given.
    #[arg(long)]
    alias: Option<String>,
    /// A funded account of the local network: 0, 1 or 2.
    #[arg(long, value_name = "INDEX", conflicts_with_all = ["secret", "signing_key"])]
    test: Option<usize>,
    /// How the account signs: schnorr, ecdsa-k or ecdsa-r.
    #[arg(long = "type", value_name = "TYPE", default_value = "schnorr")]
    account_type: AccountType,
    /// The secret that the protocol keys derive from (hexadecimal, or @FILE).
    #[arg(long, value_name = "HEX")]
    secret: Option<SecretText>,
    /// The salt of the address (hexadecimal).
    #[arg(long, value_name = "HEX", default_value = "0x0")]
    salt: String,
    /// The signing key (hexadecimal, 32 bytes, or @FILE).
    #[arg(long, value_name = "HEX")]
    signing_key: Option<SecretText>,
}

#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    wallet: WalletOptions,
    /// The name of the account.
    #[arg(long)]
    alias: String,
    /// How the account signs: schnorr, ecdsa-k or ecdsa-r.
    #[arg(long = "type", value_name = "TYPE", default_value = "schnorr")]
    account_type: AccountType,
    /// Leaves it off the chain for now; it can receive, but not act.
    #[arg(long)]
    no_deploy: bool,
    #[command(flatten)]
    fee: FeeOptions,
    #[command(flatten)]
    wait: WaitOptions,
}

#[derive(Debug, Args)]
pub struct Deploy {
    #[command(flatten)]
    wallet: WalletOptions,
    /// The account.
    account: String,
    #[command(flatten)]
    fee: FeeOptions,
    #[command(flatten)]
    wait: WaitOptions,
}

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    data: DataOptions,
}

/// What is printed of an account.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    account: AccountEntry,
    #[serde(skip_serializing_if = "Option::is_none")]
    deployment: Option<Mined>,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = &self.account;
        let alias = account.alias.as_deref().unwrap_or("-");
        write!(
            f,
            "{alias:<12} {:<8} {}",
            account.account_type, account.address
        )?;
        match &self.deployment {
            Some(deployment) => write!(f, "\n{deployment}"),
            None => Ok(()),
        }
    }
}

impl AccountCommand {
    /// Runs the subcommand.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        match self {
            Self::Import(command) => command.run(output).await,
            Self::Create(command) => command.run(output).await,
            Self::Deploy(command) => command.run(output).await,
            Self::List(command) => command.run(output).await,
        }
    }
}

impl Import {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let (alias, account) = match self.test {
            Some(index) => {
                let alias = self.alias.unwrap_or_else(|| format!("test{index}"));
                (alias, test_account(index)?)
            }
            None => {
                let (Some(alias), Some(secret), Some(signing_key)) =
                    (self.alias, &self.secret, &self.signing_key)
                else {
                    let missing = "an account is imported by --alias, --secret and --signing-key, or by --test";
                    return Err(InputError::Incomplete(missing).into());
                };
                let account = NewAccount {
                    account_type: self.account_type,
                    salt: element("salt", &self.salt)?,
                    secret_key: SecretKey::from_field(secret.element("secret")?),
                    signing_key: signing_key.bytes("signing-key")?,
                };
                (alias, account)
            }
        };
        let session = self.wallet.open().await?;
        let account = session.wallet.add_account(&alias, account).await?;
        drop(session);
        output.show(&Shown {
            account,
            deployment: None,
        })
    }
}

impl Create {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let wallet = &session.wallet;
        let account = wallet.random_account(self.account_type);
        let account = wallet.add_account(&self.alias, account).await?;
        let deployment = if self.no_deploy {
            None
        } else {
            let fee = self.fee.payment();
            let sent = wallet.deploy_account(account.address, &fee).await?;
            Some(self.wait.finish(&session, sent).await?)
        };
        drop(session);
        output.show(&Shown {
            account,
            deployment,
        })
    }
}

impl Deploy {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let account = session.resolve(&self.account)?;
        let sent = session
            .wallet
            .deploy_account(account, &self.fee.payment())
            .await?;
        let mined = self.wait.finish(&session, sent).await?;
        drop(session);
        output.show(&mined)
    }
}

impl List {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let accounts = self.data.records().await?.accounts();
        let shown = accounts.into_iter().map(|account| Shown {
            account,
            deployment: None,
        });
        output.show(&Lines(shown.collect()))
    }
}
