//! Where passwords and phrases come from: the terminal, a file, standard input, the environment.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;
use pixie_vault::{Password, RecoveryPhrase, VaultError};
use zeroize::Zeroizing;

use super::CliError;
use super::input::read_text;
use crate::wallet::{FolderKeys, WalletError};

/// The variable with the password.
const PASSWORD: &str = "PIXIE_PASSWORD";
/// The variable with a new password, where there is an old one as well.
const NEW_PASSWORD: &str = "PIXIE_NEW_PASSWORD";
/// The variable with the password of a backup.
const BACKUP_PASSWORD: &str = "PIXIE_BACKUP_PASSWORD";
/// How often the password is asked for on a terminal.
const TRIES: usize = 3;

/// How a program gives the password. Without any of these it is asked for on the terminal.
///
/// A password in a file is as safe as the file. One in the environment (`PIXIE_PASSWORD`) can be read
/// by whoever may look at the process, and is handed on to every program that is started from it: it is
/// for tests and for containers with nothing else in them.
#[derive(Debug, Clone, Args)]
pub struct PasswordOptions {
    /// A file whose first line is the wallet's password.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Reads the wallet's password from standard input, one line.
    #[arg(long, conflicts_with = "password_file")]
    password_stdin: bool,
}

/// How a program gives a new password for the wallet.
#[derive(Debug, Clone, Args)]
pub struct NewPasswordOptions {
    /// A file whose first line is the new password; with --password-stdin the second line is.
    #[arg(long, value_name = "FILE")]
    new_password_file: Option<PathBuf>,
}

/// How a program gives the password of a backup.
#[derive(Debug, Clone, Args)]
pub struct BackupPasswordOptions {
    /// A file whose first line is the backup's password (or the variable PIXIE_BACKUP_PASSWORD). Unless
    /// given, it is that of the wallet.
    #[arg(long, value_name = "FILE")]
    backup_password_file: Option<PathBuf>,
}

impl PasswordOptions {
    /// The password, if a program gives it.
    fn given(&self) -> Result<Option<Password>, CliError> {
        if let Some(path) = &self.password_file {
            return first_line(path).map(Some);
        }
        if self.password_stdin {
            return line_of_stdin().map(Some);
        }
        Ok(from_environment(PASSWORD))
    }

    /// The password of a wallet that there is.
    pub fn password(&self) -> Result<Password, CliError> {
        match self.given()? {
            Some(password) => Ok(password),
            None if is_terminal() => prompt("Password: "),
            None => Err(CliError::NoPassword),
        }
    }

    /// The password of a wallet that is made now.
    pub fn first_password(&self) -> Result<Password, CliError> {
        match self.given()? {
            Some(password) => Ok(password),
            None if is_terminal() => prompt_twice("New password: "),
            None => Err(CliError::NoPassword),
        }
    }

    /// Unlocks a vault. On a terminal one may mistype.
    pub async fn unlock(&self, keys: &mut FolderKeys) -> Result<Password, CliError> {
        if let Some(password) = self.given()? {
            tell(keys.unlock(&password).await?);
            return Ok(password);
        }
        if !is_terminal() {
            return Err(CliError::Locked);
        }
        let mut tries = 1;
        loop {
            let password = prompt("Password: ")?;
            match keys.unlock(&password).await {
                Ok(was_repaired) => {
                    tell(was_repaired);
                    return Ok(password);
                }
                Err(
                    error @ WalletError::Vault(VaultError::WrongPassword { retry_at: None, .. }),
                ) if tries < TRIES => {
                    tries += 1;
                    eprintln!("pixie: {error}");
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn tell(was_repaired: bool) {
    if was_repaired {
        eprintln!("pixie: one of the two copies of the keys was damaged; it was repaired");
    }
}

impl NewPasswordOptions {
    /// The new password.
    pub fn password(&self, old: &PasswordOptions) -> Result<Password, CliError> {
        if let Some(path) = &self.new_password_file {
            return first_line(path);
        }
        if let Some(password) = from_environment(NEW_PASSWORD) {
            return Ok(password);
        }
        match old.password_stdin {
            true => line_of_stdin(),
            false if is_terminal() => prompt_twice("New password: "),
            false => Err(CliError::NoPassword),
        }
    }
}

impl BackupPasswordOptions {
    /// The backup's password, if it has one of its own.
    pub fn given(&self) -> Result<Option<Password>, CliError> {
        match &self.backup_password_file {
            Some(path) => first_line(path).map(Some),
            None => Ok(from_environment(BACKUP_PASSWORD)),
        }
    }
}

/// Reads a recovery phrase from a file.
pub fn phrase_of_file(path: &Path) -> Result<RecoveryPhrase, CliError> {
    let text = Zeroizing::new(read_text(path)?);
    Ok(RecoveryPhrase::parse(&text).map_err(VaultError::from)?)
}

/// Asks for a recovery phrase; where there is no terminal it is the first line of standard input.
pub fn phrase_of_user() -> Result<RecoveryPhrase, CliError> {
    let text = if is_terminal() {
        let text = rpassword::prompt_password("Recovery phrase (24 words, not shown): ");
        Zeroizing::new(text.map_err(CliError::Terminal)?)
    } else {
        read_line()?
    };
    Ok(RecoveryPhrase::parse(&text).map_err(VaultError::from)?)
}

/// Whether there is somebody to ask.
pub fn is_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

fn prompt(text: &str) -> Result<Password, CliError> {
    let password = rpassword::prompt_password(text).map_err(CliError::Terminal)?;
    Ok(Password::new(password))
}

fn prompt_twice(text: &str) -> Result<Password, CliError> {
    let password = rpassword::prompt_password(text).map_err(CliError::Terminal)?;
    let password = Zeroizing::new(password);
    let again = rpassword::prompt_password("The same again: ").map_err(CliError::Terminal)?;
    match *password == *Zeroizing::new(again) {
        true => Ok(taken(&password)),
        false => Err(CliError::Retyped),
    }
}

fn taken(text: &str) -> Password {
    Password::new(text.to_owned())
}

fn first_line(path: &Path) -> Result<Password, CliError> {
    let text = Zeroizing::new(read_text(path)?);
    Ok(taken(text.lines().next().unwrap_or_default()))
}

fn from_environment(variable: &str) -> Option<Password> {
    std::env::var(variable).ok().map(Password::new)
}

fn line_of_stdin() -> Result<Password, CliError> {
    Ok(taken(&read_line()?))
}

fn read_line() -> Result<Zeroizing<String>, CliError> {
    let mut line = Zeroizing::new(String::new());
    let read = std::io::stdin().lock().read_line(&mut line);
    read.map_err(CliError::Terminal)?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}
