//! What the commands of a wallet have in common: where it is, which node it asks, how it shows what
//! it does.

use std::cell::Cell;
use std::fmt;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::rc::Rc;

use clap::Args;
use pixie_primitives::AztecAddress;
use pixie_pxe::Progress;
use pixie_store::LoadReport;
use pixie_wallet::engine::Observer;
use pixie_wallet::journal::EntryId;
use serde::Serialize;

use super::CliError;
use super::approve::Terminal;
use super::password::PasswordOptions;
use crate::wallet::{
    Approver, DataFolder, FolderKeys, Opened, Surroundings, Wallet, open_resources,
};

/// Where the wallet is.
#[derive(Debug, Args)]
pub struct FolderOptions {
    /// The folder of the wallet.
    #[arg(long, value_name = "DIR", env = "PIXIE_DATA")]
    data: PathBuf,
}

/// Where the wallet is, and what unlocks it where it is not unlocked.
#[derive(Debug, Args)]
pub struct DataOptions {
    #[command(flatten)]
    folder: FolderOptions,
    #[command(flatten)]
    password: PasswordOptions,
}

/// Where the wallet is, and which node it asks.
#[derive(Debug, Args)]
pub struct WalletOptions {
    #[command(flatten)]
    data: DataOptions,
    /// Address of the node.
    #[arg(
        long,
        value_name = "URL",
        env = "PIXIE_NODE",
        default_value = "http://localhost:8080"
    )]
    node: String,
    /// The folder with circuits and contracts: a pack, or @aztec of the npm packages. By default
    /// dist/resources or tests/reference/node_modules/@aztec, here or in a folder above.
    #[arg(long, value_name = "DIR", env = "PIXIE_RESOURCES")]
    resources: Option<PathBuf>,
    /// Approves all that this command signs. Without it everything is shown and asked for.
    #[arg(long)]
    yes: bool,
}

impl FolderOptions {
    /// The folder.
    pub fn folder(&self) -> DataFolder {
        DataFolder::at(&self.data)
    }

    /// The vault in the folder, locked.
    pub async fn keys(&self) -> Result<FolderKeys, CliError> {
        let mut keys = FolderKeys::open(&self.folder()).await?;
        keys.check()?;
        Ok(keys)
    }
}

impl DataOptions {
    /// Where the wallet is.
    pub const fn folder(&self) -> &FolderOptions {
        &self.folder
    }

    /// What unlocks it.
    pub const fn password(&self) -> &PasswordOptions {
        &self.password
    }

    /// The wallet, unlocked; no node is asked.
    pub async fn unlocked(&self) -> Result<Opened, CliError> {
        let mut keys = self.folder.keys().await?;
        if keys.resume().await?.is_none() {
            self.password.unlock(&mut keys).await?;
        }
        Ok(Opened::new(&self.folder.folder(), keys).await?)
    }
}

/// Tells of rows that are damaged.
pub fn warn_of_damage(report: &LoadReport) {
    if !report.is_clean() {
        eprintln!("pixie: parts of the store are damaged and were put aside:");
        for row in &report.corrupt {
            eprintln!("  {}: {}", row.table.unwrap_or("unknown table"), row.fault);
        }
    }
}

impl WalletOptions {
    /// Opens the wallet.
    pub async fn open(&self) -> Result<Session, CliError> {
        let opened = self.data.unlocked().await?;
        self.connect(opened).await
    }

    /// The wallet, unlocked, before any node is asked.
    pub async fn unlocked(&self) -> Result<Opened, CliError> {
        self.data.unlocked().await
    }

    /// Goes on with a node.
    pub async fn connect(&self, opened: Opened) -> Result<Session, CliError> {
        let progress = Rc::new(ProgressLine::new());
        let surroundings = Surroundings {
            node: self.node.clone(),
            resources: open_resources(self.resources.as_deref())?,
            observer: Rc::clone(&progress) as _,
        };
        let terminal = |authority| -> Box<dyn Approver> {
            Box::new(Terminal::new(authority, self.yes, Rc::clone(&progress)))
        };
        let (wallet, report) = Wallet::open(opened, surroundings, terminal).await?;
        warn_of_damage(&report);
        let interrupted = wallet.interrupted_count();
        if interrupted > 0 {
            eprintln!(
                "pixie: approved transactions were interrupted ({interrupted}); `pixie resume` goes on with them"
            );
        }
        Ok(Session { wallet, progress })
    }
}

/// A wallet at work.
pub struct Session {
    /// The wallet.
    pub wallet: Wallet,
    progress: Rc<ProgressLine>,
}

impl Session {
    /// The address that a name or an address names.
    pub fn resolve(&self, name: &str) -> Result<AztecAddress, CliError> {
        Ok(self.wallet.names().resolve(name)?)
    }

    /// The addresses that names or addresses name.
    pub fn resolve_all(&self, names: &[String]) -> Result<Vec<AztecAddress>, CliError> {
        names.iter().map(|name| self.resolve(name)).collect()
    }

    /// Says what is being done.
    pub fn say(&self, text: &str) {
        self.progress.show(text);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.progress.clear();
    }
}

/// One line on the terminal that tells what is being done. Silent where stderr is no terminal.
pub struct ProgressLine {
    is_shown: bool,
    is_written: Cell<bool>,
}

impl ProgressLine {
    fn new() -> Self {
        Self {
            is_shown: std::io::stderr().is_terminal(),
            is_written: Cell::new(false),
        }
    }

    fn show(&self, text: &str) {
        if self.is_shown {
            self.is_written.set(true);
            let mut stderr = std::io::stderr();
            let text: String = text.chars().take(78).collect();
            let _ = write!(stderr, "\r\x1b[2K{text}");
            let _ = stderr.flush();
        }
    }

    /// Takes the line away.
    pub fn clear(&self) {
        if self.is_written.replace(false) {
            eprint!("\r\x1b[2K");
        }
    }
}

impl Observer for ProgressLine {
    fn progress(&self, _: Option<EntryId>, step: Progress) {
        if let Progress::ContractLog {
            contract_name,
            message,
            ..
        } = &step
        {
            self.clear();
            if self.is_shown {
                eprintln!("{contract_name}: {message}");
            }
            return;
        }
        if self.is_shown {
            self.show(&describe(&step));
        }
    }
}

fn describe(step: &Progress) -> String {
    match step {
        Progress::SyncingBlocks => "following the chain".to_owned(),
        Progress::SyncingContract {
            contract,
            index,
            total,
        } => format!("looking for notes of {contract} ({} of {total})", index + 1),
        Progress::Executing {
            contract,
            function,
            name,
        } => match name {
            Some(name) => format!("executing {name} of {contract}"),
            None => format!("executing {function} of {contract}"),
        },
        Progress::Kernel {
            circuit,
            step,
            total,
        } => format!("kernel {} of {total}: {circuit}", step + 1),
        Progress::Proving => "proving".to_owned(),
        Progress::SimulatingPublic => "simulating the public calls".to_owned(),
        _ => "working".to_owned(),
    }
}

/// How results are printed.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Whether as JSON.
    pub json: bool,
}

impl Output {
    /// Prints a result.
    pub fn show(self, result: &(impl Serialize + fmt::Display)) -> Result<(), CliError> {
        if self.json {
            super::print(result)
        } else {
            let text = result.to_string();
            println!("{}", text.trim_end());
            Ok(())
        }
    }
}

/// Rows of text, one a line.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Lines<T>(pub Vec<T>);

impl<T: fmt::Display> fmt::Display for Lines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}
