//! `pixie init`, `status`, `unlock`, `lock`, `passwd`, `phrase`, `backup`, `restore`: the vault.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use pixie_vault::{
    BackupInfo, CopiesHealth, Credential, Deadlines, RecoveryPhrase, UnixMillis, VaultError,
    VaultStatus,
};
use serde::{Serialize, Serializer};

use super::CliError;
use super::password::{
    BackupPasswordOptions, NewPasswordOptions, PasswordOptions, phrase_of_file, phrase_of_user,
};
use super::session::{DataOptions, FolderOptions, Output};
use crate::wallet::{FolderKeys, Opened, SystemClock, WalletError, backup, write_file};

/// What a phrase does not bring back.
pub const NOT_IN_A_PHRASE: &str = "\
A recovery phrase brings back the keys of its accounts, and nothing else. What was on the chain is found
again: `pixie sync --rescan` looks for the accounts that are on the chain, and then for the notes of each
contract that is registered. Only a backup (`pixie backup`) brings back
  - names, senders and the contracts that were registered: register them again, and notes from senders
    that are not registered are not found;
  - accounts that were imported;
  - what was received off the chain, and the history of transactions.";

/// Makes a wallet, with a new recovery phrase or with one that there is. It is unlocked afterwards.
#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    folder: FolderOptions,
    #[command(flatten)]
    password: PasswordOptions,
    /// Asks for a recovery phrase that there is. Without a terminal it is the first line of standard
    /// input, before the password.
    #[arg(long, conflicts_with = "phrase_file")]
    import: bool,
    /// A file with a recovery phrase that there is.
    #[arg(long, value_name = "FILE")]
    phrase_file: Option<PathBuf>,
}

/// Says how the wallet is: locked or not, and whether its two copies of the keys are good.
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    folder: FolderOptions,
}

/// Unlocks the wallet for the commands to come, until it was not used for 15 minutes, or for 8 hours.
#[derive(Debug, Args)]
pub struct Unlock {
    #[command(flatten)]
    folder: FolderOptions,
    #[command(flatten)]
    password: PasswordOptions,
}

/// Locks the wallet.
#[derive(Debug, Args)]
pub struct Lock {
    #[command(flatten)]
    folder: FolderOptions,
}

/// Changes the password. Copies of the folder from before open with the old one still.
#[derive(Debug, Args)]
pub struct Passwd {
    #[command(flatten)]
    folder: FolderOptions,
    #[command(flatten)]
    password: PasswordOptions,
    #[command(flatten)]
    new: NewPasswordOptions,
}

/// Shows the recovery phrase. It takes the password, also while the wallet is unlocked.
#[derive(Debug, Args)]
pub struct Phrase {
    #[command(flatten)]
    folder: FolderOptions,
    #[command(flatten)]
    password: PasswordOptions,
}

/// Writes all that the wallet has into one sealed file. It takes the password, also while the wallet is
/// unlocked.
#[derive(Debug, Args)]
pub struct Backup {
    #[command(flatten)]
    data: DataOptions,
    /// The file.
    file: PathBuf,
    /// Overwrites a file that is there.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    backup_password: BackupPasswordOptions,
}

/// Makes a wallet of a backup, in an empty folder. It is unlocked afterwards.
#[derive(Debug, Args)]
pub struct Restore {
    #[command(flatten)]
    folder: FolderOptions,
    /// The file.
    file: PathBuf,
    #[command(flatten)]
    password: PasswordOptions,
    #[command(flatten)]
    backup_password: BackupPasswordOptions,
}

/// A recovery phrase, to be written down.
struct Words(RecoveryPhrase);

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.to_text())
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, word) in self.0.words().enumerate() {
            let end = if index % 4 == 3 { "\n" } else { "" };
            write!(f, "{:>4}. {word:<10}{end}", index + 1)?;
        }
        Ok(())
    }
}

/// When the wallet locks itself.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
struct Locks {
    /// Unless it is used before, in milliseconds since 1970.
    idle_at: UnixMillis,
    /// In any case, in milliseconds since 1970.
    at: UnixMillis,
}

impl From<Deadlines> for Locks {
    fn from(deadlines: Deadlines) -> Self {
        Self {
            idle_at: deadlines.idle,
            at: deadlines.absolute,
        }
    }
}

impl fmt::Display for Locks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use pixie_vault::Clock as _;
        let minutes = |at: UnixMillis| at.since(SystemClock.now()).as_secs().div_ceil(60);
        let (idle, absolute) = (minutes(self.idle_at), minutes(self.at));
        write!(
            f,
            "unlocked; it locks after {idle} minutes without use, after {absolute} in any case"
        )
    }
}

/// What `init` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    #[serde(skip_serializing_if = "Option::is_none")]
    phrase: Option<Words>,
    locks: Locks,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.phrase {
            Some(phrase) => write!(
                f,
                "Write these 24 words down and keep them where nobody finds them. Whoever has them has\nthe wallet, and without them a forgotten password cannot be helped.\n\n{phrase}\nThey bring back keys only; `pixie backup FILE` keeps everything.\n{}",
                self.locks
            ),
            None => write!(f, "{NOT_IN_A_PHRASE}\n{}", self.locks),
        }
    }
}

/// What `status` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    locks: Option<Locks>,
    /// When a password may be tried, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<UnixMillis>,
    /// What is wrong with the copies of the keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<String>,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.locks {
            Some(locks) => write!(f, "{locks}")?,
            None => f.write_str(self.status)?,
        }
        self.faults
            .iter()
            .try_for_each(|fault| write!(f, "\n{fault}"))
    }
}

/// What `restore` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Restored {
    /// When the backup was made, in milliseconds since 1970.
    backup_of: UnixMillis,
    accounts: usize,
    locks: Locks,
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} accounts; {}", self.accounts, self.locks)
    }
}

/// Something was done, and there is nothing to tell of it.
#[derive(Debug, Serialize)]
struct Done {
    done: &'static str,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.done)
    }
}

impl Init {
    /// Runs the command.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let folder = self.folder.folder();
        // Nobody chooses a password for nothing.
        let mut keys = if folder.is_empty()? {
            None
        } else {
            let mut keys = FolderKeys::open_or_make(&folder).await?;
            match keys.vault.status() {
                VaultStatus::Absent => Some(keys),
                VaultStatus::Damaged { .. } => return Err(damage(&keys).into()),
                _ => return Err(VaultError::AlreadyExists.into()),
            }
        };
        let phrase = match &self.phrase_file {
            Some(path) => Some(phrase_of_file(path)?),
            None if self.import => Some(phrase_of_user()?),
            None => None,
        };
        let is_new = phrase.is_none();
        let password = self.password.first_password()?;
        folder.make()?;
        let mut keys = match keys.take() {
            Some(keys) => keys,
            None => FolderKeys::open_or_make(&folder).await?,
        };
        let phrase = keys.vault.create(&password, phrase).await?;
        let locks = keys.start_session().await?.into();
        output.show(&Made {
            phrase: is_new.then_some(Words(phrase)),
            locks,
        })
    }
}

fn damage(keys: &FolderKeys) -> WalletError {
    match keys.vault.slots() {
        Err(error) => error.into(),
        Ok(_) => VaultError::AlreadyExists.into(),
    }
}

impl Status {
    /// Runs the command.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let mut keys = FolderKeys::open(&self.folder.folder()).await?;
        keys.check()?;
        keys.resume().await?;
        let faults =
            |copies: CopiesHealth| match copies {
                CopiesHealth::Intact => Vec::new(),
                CopiesHealth::OneFaulty(copy, fault) => vec![format!(
                "the {copy:?} copy of the keys is {fault}; it is repaired at the next unlock",
            )
            .to_lowercase()],
            };
        output.show(&match keys.vault.status() {
            VaultStatus::Unlocked { deadlines, copies } => Shown {
                status: "unlocked",
                locks: Some(deadlines.into()),
                retry_at: None,
                faults: faults(copies),
            },
            VaultStatus::Locked {
                retry_at, copies, ..
            } => Shown {
                status: "locked",
                locks: None,
                retry_at,
                faults: faults(copies),
            },
            VaultStatus::Absent | VaultStatus::Damaged { .. } => {
                return Err(damage(&keys).into());
            }
        })
    }
}

impl Unlock {
    /// Runs the command.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let mut keys = self.folder.keys().await?;
        self.password.unlock(&mut keys).await?;
        let locks: Locks = keys.start_session().await?.into();
        output.show(&locks)
    }
}

impl Lock {
    /// Runs the command.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let mut keys = self.folder.keys().await?;
        keys.lock().await?;
        output.show(&Done { done: "locked" })
    }
}

impl Passwd {
    /// Runs the command.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let mut keys = self.folder.keys().await?;
        let old = self.password.password()?;
        keys.vault.verify(Credential::Password(&old)).await?;
        let new = self.new.password(&self.password)?;
        let credential = Credential::Password(&old);
        keys.vault.change_password(credential, &new).await?;
        output.show(&Done {
            done: "the password was changed",
        })
    }
}

impl Phrase {
    /// Runs the command.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        #[derive(Serialize)]
        struct Told {
            phrase: Words,
        }
        impl fmt::Display for Told {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.phrase)
            }
        }
        let mut keys = self.folder.keys().await?;
        let password = self.password.password()?;
        let phrase = keys.vault.phrase(Credential::Password(&password)).await?;
        output.show(&Told {
            phrase: Words(phrase),
        })
    }
}

impl Backup {
    /// Runs the command.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        if !self.force && self.file.exists() {
            return Err(CliError::FileExists(self.file));
        }
        let mut keys = self.data.folder().keys().await?;
        let password = self.data.password().password()?;
        let backup_password = self.backup_password.given()?;
        let backup_password = backup_password.as_ref().unwrap_or(&password);
        if keys.resume().await?.is_none() {
            keys.unlock(&password).await?;
        }
        let mut opened = Opened::new(&self.data.folder().folder(), keys).await?;
        let bytes = opened.backup(&password, backup_password).await?;
        super::session::warn_of_damage(&opened.report);
        write_file(&self.file, &bytes)?;
        output.show(&Done { done: "done" })
    }
}

impl Restore {
    /// Runs the command.
    pub async fn run(self, output: Output) -> Result<(), CliError> {
        let path = self.file;
        let bytes = std::fs::read(&path).map_err(|source| CliError::ReadFile { path, source })?;
        // A file that is no backup is told of before anybody is asked.
        let info = BackupInfo::read(&bytes).map_err(VaultError::from)?;
        let folder = self.folder.folder();
        if !folder.is_empty()? {
            return Err(WalletError::NotEmpty(folder.path().to_owned()).into());
        }
        let password = self.password.first_password()?;
        let backup_password = self.backup_password.given()?;
        let backup_password = backup_password.as_ref().unwrap_or(&password);
        let mut keys = backup::restore(&folder, &bytes, backup_password, &password).await?;
        keys.unlock(&password).await?;
        let accounts = keys.vault.accounts()?.len();
        let locks = keys.start_session().await?.into();
        output.show(&Restored {
            backup_of: info.created_at,
            accounts,
            locks,
        })
    }
}
