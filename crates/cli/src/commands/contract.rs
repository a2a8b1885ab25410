//! `pixie contract`: contracts.

use std::fmt;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use pixie_primitives::contract::ContractInstanceWithAddress;
use pixie_primitives::keys::SecretKey;
use pixie_primitives::{AztecAddress, Fr};
use serde::Serialize;

use super::CliError;
use super::call::{FeeOptions, Mined, WaitOptions};
use super::input::{InputError, SecretText, element, json, read_text};
use super::session::{Lines, Output, Session, WalletOptions};
use crate::wallet::{ContractEntry, DeploymentOrder, Instance, WalletError, read_artifact};

/// What is done with contracts.
#[derive(Debug, Subcommand)]
pub enum ContractCommand {
    /// Makes a contract known, so that its functions can be called. The artifact is verified.
    Register(Register),
    /// Puts a contract on the chain: its class unless it is there, its instance, its constructor.
    Deploy(Deploy),
    /// Lists the contracts that are known.
    List(List),
}

/// What an instance follows from.
#[derive(Debug, Args)]
struct InstanceOptions {
    /// The constructor; the artifact's default if none is named.
    #[arg(long, value_name = "NAME")]
    constructor: Option<String>,
    /// The constructor's arguments as JSON: an array in order, or an object by name. Addresses may be
    /// names.
    #[arg(long, value_name = "JSON")]
    args: Option<String>,
    /// The salt of the address (hexadecimal).
    #[arg(long, value_name = "HEX")]
    salt: Option<String>,
    /// The secret of the contract's own keys, for contracts that have notes (hexadecimal, or @FILE).
    #[arg(long, value_name = "HEX")]
    secret: Option<SecretText>,
}

impl InstanceOptions {
    fn salt(&self) -> Result<Option<Fr>, CliError> {
        let salt = self.salt.as_deref().map(|salt| element("salt", salt));
        Ok(salt.transpose()?)
    }

    fn secret_key(&self) -> Result<Option<SecretKey>, CliError> {
        let secret = self.secret.as_ref();
        let element = secret.map(|secret| secret.element("secret")).transpose()?;
        Ok(element.map(SecretKey::from_field))
    }
}

#[derive(Debug, Args)]
pub struct Register {
    #[command(flatten)]
    wallet: WalletOptions,
    /// The artifact, as the compiler writes it.
    artifact: PathBuf,
    /// A name for the contract.
    #[arg(long)]
    alias: Option<String>,
    /// The address of a contract that is published; the node is asked for its instance.
    #[arg(long, conflicts_with_all = ["instance", "salt", "args", "constructor", "secret", "deployer"])]
    address: Option<String>,
    /// A file with the instance as JSON.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["salt", "args", "constructor", "secret", "deployer"])]
    instance: Option<PathBuf>,
    #[command(flatten)]
    preimage: InstanceOptions,
    /// Who deployed it; anybody unless given.
    #[arg(long, value_name = "ACCOUNT")]
    deployer: Option<String>,
}

#[derive(Debug, Args)]
pub struct Deploy {
    #[command(flatten)]
    wallet: WalletOptions,
    /// The artifact, as the compiler writes it.
    artifact: PathBuf,
    /// A name for the contract.
    #[arg(long)]
    alias: Option<String>,
    #[command(flatten)]
    preimage: InstanceOptions,
    /// The account that deploys: its name or address.
    #[arg(long, value_name = "ACCOUNT")]
    from: String,
    /// Lets the address not depend on who deploys.
    #[arg(long)]
    universal: bool,
    #[command(flatten)]
    fee: FeeOptions,
    #[command(flatten)]
    wait: WaitOptions,
}

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    wallet: WalletOptions,
}

/// What is printed of a contract.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<String>,
    address: AztecAddress,
    instance: ContractInstanceWithAddress,
    #[serde(skip_serializing_if = "Option::is_none")]
    deployment: Option<Mined>,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alias = self.alias.as_deref().unwrap_or("-");
        write!(f, "{alias:<12} {}", self.address)?;
        match &self.deployment {
            Some(deployment) => write!(f, "\n{deployment}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ContractEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alias = self.alias.as_deref().unwrap_or("-");
        write!(f, "{alias:<12} {:<24} {}", self.contract, self.address)
    }
}

impl ContractCommand {
    /// Runs the subcommand.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        match self {
            Self::Register(command) => command.run(output).await,
            Self::Deploy(command) => command.run(output).await,
            Self::List(command) => command.run(output).await,
        }
    }
}

impl Register {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let artifact = read_artifact(&self.artifact)?;
        let session = self.wallet.open().await?;
        let instance = self.instance(&session)?;
        let alias = self.alias.as_deref();
        let wallet = &session.wallet;
        let instance = wallet.register_contract(artifact, instance, alias).await?;
        drop(session);
        output.show(&Shown {
            alias: self.alias,
            address: instance.address,
            instance,
            deployment: None,
        })
    }

    fn instance(&self, session: &Session) -> Result<Instance, CliError> {
        if let Some(address) = &self.address {
            let address = address
                .parse()
                .map_err(|_| WalletError::UnknownName(address.clone()))?;
            return Ok(Instance::Published(address));
        }
        if let Some(path) = &self.instance {
            let instance = serde_json::from_str(&read_text(path)?);
            let instance = instance.map_err(|source| InputError::Instance {
                path: path.clone(),
                source,
            })?;
            return Ok(Instance::Given(Box::new(instance)));
        }
        let Some(salt) = self.preimage.salt()? else {
            let missing = "a contract is registered by --address, by --instance, or by --salt and what else its address follows from";
            return Err(InputError::Incomplete(missing).into());
        };
        let deployer = self.deployer.as_deref();
        let deployer = deployer.map(|name| session.resolve(name)).transpose()?;
        Ok(Instance::Derived {
            constructor: self.preimage.constructor.clone(),
            arguments: json("args", self.preimage.args.as_deref())?,
            salt,
            deployer: deployer.unwrap_or(AztecAddress::ZERO),
            secret_key: self.preimage.secret_key()?,
        })
    }
}

impl Deploy {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let artifact = read_artifact(&self.artifact)?;
        let session = self.wallet.open().await?;
        let from = session.resolve(&self.from)?;
        let order = DeploymentOrder {
            constructor: self.preimage.constructor.clone(),
            arguments: json("args", self.preimage.args.as_deref())?,
            salt: self.preimage.salt()?,
            deployer: if self.universal {
                AztecAddress::ZERO
            } else {
                from
            },
            secret_key: self.preimage.secret_key()?,
        };
        let wallet = &session.wallet;
        let alias = self.alias.as_deref();
        let deployment = wallet.prepare_deployment(artifact, order, alias).await?;
        let instance = *deployment.instance();
        let payload = deployment.payload().map_err(WalletError::from)?;
        let mut order = wallet.order(from, payload, self.fee.fee()?);
        // A constructor may make notes for the contract itself.
        order.additional_scopes = vec![instance.address];
        let sent = wallet.send(&order).await?;
        let mined = self.wait.finish(&session, sent).await?;
        drop(session);
        output.show(&Shown {
            alias: self.alias,
            address: instance.address,
            instance,
            deployment: Some(mined),
        })
    }
}

impl List {
    async fn run(self, output: Output) -> Result<(), CliError> {
        let session = self.wallet.open().await?;
        let contracts = session.wallet.contracts()?;
        drop(session);
        output.show(&Lines(contracts))
    }
}
