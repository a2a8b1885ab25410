//! `pixie account`: own accounts.

use std::fmt;

use clap::{Args, Subcommand};
use pixie_accounts::AccountType;
use pixie_primitives::codec::to_hex;
use pixie_primitives::keys::SecretKey;
use pixie_primitives::{Fr, ToBytes as _};
use serde::Serialize;

use super::CliError;
use super::call::{FeeOptions, Mined, WaitOptions};
use super::input::{InputError, SecretText, element, public_key};
use super::session::{DataOptions, Lines, Output, WalletOptions};
use crate::wallet::{AccountEntry, NewAccount, NewSigningHalf, test_account};

/// What is done with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Takes over an account that is on the chain already.
    Import(Import),
    /// Makes an account of the recovery phrase.
    Create(Create),
    /// Puts an account on the chain.
    Deploy(Deploy),
    /// Lists the accounts.
    List(List),
    ExportViewOnly(ExportViewOnly),
}

#[derive(Debug, Args)]
pub struct Import {
    #[command(flatten)]
    data: DataOptions,
    /// The name of the account; for test accounts test0, test1, test2 unless given.
    #[arg(long)]
    alias: Option<String>,
    /// A funded account of the local network: 0, 1 or 2.
    #[arg(long, value_name = "INDEX", conflicts_with_all = ["secret", "signing_key", "signing_public_key"])]
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
    /// The public half of the signing key, as export-view-only tells it, for an account that is only
    /// looked at. It says the type as well.
    #[arg(long, value_name = "HEX", conflicts_with = "signing_key")]
    signing_public_key: Option<String>,
}

#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    wallet: WalletOptions,
    /// The name of the account; its type and number unless given.
    #[arg(long)]
    alias: Option<String>,
    /// How the account signs: schnorr, ecdsa-k or ecdsa-r.
    #[arg(long = "type", value_name = "TYPE", default_value = "schnorr")]
    account_type: AccountType,
    /// Its number among the recovery phrase's accounts of the type; the next one unless given.
    #[arg(long, value_name = "NUMBER")]
    index: Option<u32>,
    /// Puts it on the chain as well. Before, it can receive, but not act.
    #[arg(long)]
    deploy: bool,
    #[command(flatten)]
    fee: FeeOptions,
    #[command(flatten)]
    wait: WaitOptions,
}

/// Tells what another wallet needs to look at an account without being able to sign for it. It finds
/// and reads all that the account has ever received.
#[derive(Debug, Args)]
pub struct ExportViewOnly {
    #[command(flatten)]
    data: DataOptions,
    /// The account.
    account: String,
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
            "{alias:<12} {:<8} {} {}",
            account.account_type, account.address, account.origin
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
            Self::ExportViewOnly(command) => command.run(output).await,
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
                let (Some(alias), Some(secret)) = (self.alias, &self.secret) else {
                    return Err(InputError::Incomplete(IMPORT).into());
                };
                let signing = match (&self.signing_key, &self.signing_public_key) {
                    (Some(key), _) => {
                        NewSigningHalf::Key(self.account_type, key.bytes("signing-key")?)
                    }
                    (None, Some(key)) => {
                        NewSigningHalf::PublicOnly(public_key("signing-public-key", key)?)
                    }
                    (None, None) => return Err(InputError::Incomplete(IMPORT).into()),
                };
                let account = NewAccount {
                    salt: element("salt", &self.salt)?,
                    secret_key: SecretKey::from_field(secret.element("secret")?),
                    signing,
                };
                (alias, account)
            }
        };
        let mut opened = self.data.unlocked().await?;
        let account = opened.import_account(&alias, account).await?;
        output.show(&Shown {
            account,
            deployment: None,
        })
    }
}

/// What an account is imported by.
const IMPORT: &str = "an account is imported by --alias, --secret and --signing-key, by --alias, --secret and --signing-public-key to be looked at only, or by --test";

impl Create {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let mut opened = self.wallet.unlocked().await?;
        let alias = self.alias.as_deref();
        let created = opened.create_account(self.account_type, self.index, alias);
        let account = created.await?;
        let deployment = if self.deploy {
            let session = self.wallet.connect(opened).await?;
            let fee = self.fee.fee()?;
            let sent = session.wallet.deploy_account(account.address, fee).await?;
            Some(self.wait.finish(&session, sent).await?)
        } else {
            None
        };
        output.show(&Shown {
            account,
            deployment,
        })
    }
}

/// What another wallet needs to look at an account.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ViewOnly {
    #[serde(rename = "type")]
    account_type: AccountType,
    secret: Fr,
    salt: Fr,
    signing_public_key: String,
}

impl fmt::Display for ViewOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "--secret {} --salt {} --signing-public-key {}",
            self.secret, self.salt, self.signing_public_key
        )
    }
}

impl ExportViewOnly {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let mut opened = self.data.unlocked().await?;
        let address = opened.names.resolve(&self.account)?;
        let secret = opened.keys.vault.secret_key(address)?;
        let account = &opened.keys.vault.account(address)?.account;
        output.show(&ViewOnly {
            account_type: account.account_type,
            secret: secret.expose(),
            salt: account.salt,
            signing_public_key: to_hex(&account.signing_public_key.to_bytes()),
        })
    }
}

impl Deploy {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let account = session.resolve(&self.account)?;
        let sent = session
            .wallet
            .deploy_account(account, self.fee.fee()?)
            .await?;
        let mined = self.wait.finish(&session, sent).await?;
        drop(session);
        output.show(&mined)
    }
}

impl List {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let accounts = self.data.unlocked().await?.accounts()?;
        let shown = accounts.into_iter().map(|account| Shown {
            account,
            deployment: None,
        });
        output.show(&Lines(shown.collect()))
    }
}
