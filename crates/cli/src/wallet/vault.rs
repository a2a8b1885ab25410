//! The vault of a folder, and how it stays unlocked from one command to the next.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use pixie_primitives::codec::{array_from_hex, to_hex};
use pixie_store::{BackendError, RedbBackend};
use pixie_vault::{
    BackendStorage, Clock, CopiesHealth, Credential, Deadlines, LockReason, Password, SessionToken,
    SigningAuthority, SplitStorage, UnixMillis, Vault, VaultConfig, VaultError, VaultId,
    VaultRecord, VaultStatus, VaultStorage, VaultStorageError,
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::WalletError;
use super::folder::{DataFolder, check_random, failed, sync_folder, system_random, write_private};

/// The file with the vault's records.
const VAULT: &str = "vault.redb";
/// The file with the second copy of the vault's envelope.
const SECOND_COPY: &str = "vault.copy";
/// The file with the token of the session, where there is no better place for it.
const SESSION: &str = "session";
/// Names the folder that the system wipes when the user logs out.
const RUNTIME_FOLDER: &str = "XDG_RUNTIME_DIR";

/// The vault of a folder.
pub type FolderVault = Vault<SplitStorage<BackendStorage<RedbBackend>, CopyFile>, SystemClock>;

/// The clock of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixMillis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since.unwrap_or_default().as_millis();
        UnixMillis(u64::try_from(millis).unwrap_or(u64::MAX))
    }
}

/// Keeps the second copy of the envelope, in a file of its own.
#[derive(Debug)]
pub struct CopyFile(PathBuf);

impl VaultStorage for CopyFile {
    async fn read(&self, _: VaultRecord) -> Result<Option<Vec<u8>>, VaultStorageError> {
        match fs::read(&self.0) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(storage_failed(error)),
        }
    }

    async fn write(&self, _: VaultRecord, bytes: Vec<u8>) -> Result<(), VaultStorageError> {
        write_private(&self.0, &bytes).map_err(storage_failed)
    }

    async fn delete(&self, _: VaultRecord) -> Result<(), VaultStorageError> {
        match fs::remove_file(&self.0).and_then(|()| sync_folder(&self.0)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(storage_failed(error)),
            _ => Ok(()),
        }
    }
}

fn storage_failed(error: io::Error) -> VaultStorageError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => VaultStorageError::Full,
        _ => VaultStorageError::Failed(Box::new(error)),
    }
}

/// The keys of a folder: the vault, who approves what it signs, and the session.
#[derive(Debug)]
pub struct FolderKeys {
    /// The vault.
    pub vault: FolderVault,
    /// What approves signatures.
    pub authority: SigningAuthority,
    folder: DataFolder,
}

impl FolderKeys {
    /// Opens the vault of a folder, locked.
    ///
    /// A file of records that is damaged as a whole is put aside: the second copy of the envelope,
    /// which lies in a file of its own, takes its place at the next unlock.
    ///
    /// # Errors
    /// [`WalletError::NoWallet`], [`WalletError::Store`] if another process has it open.
    pub async fn open(folder: &DataFolder) -> Result<Self, WalletError> {
        let (records, copy) = (folder.file(VAULT), folder.file(SECOND_COPY));
        if !records.exists() && !copy.exists() {
            return Err(WalletError::NoWallet(folder.path().to_owned()));
        }
        Self::open_or_make(folder).await
    }

    /// Opens the vault of a folder, or an empty one.
    pub async fn open_or_make(folder: &DataFolder) -> Result<Self, WalletError> {
        check_random()?;
        let records = folder.file(VAULT);
        let backend = match RedbBackend::open(&records) {
            Ok(backend) => backend,
            Err(busy @ BackendError::Busy) => return Err(busy.into()),
            Err(error) if !records.exists() => return Err(error.into()),
            Err(_) => {
                let aside = folder.file(&format!("{VAULT}.damaged-{}", SystemClock.now().0));
                fs::rename(&records, &aside).map_err(failed(&records))?;
                eprintln!(
                    "pixie: {VAULT} is damaged; it was put aside as {}",
                    aside.display()
                );
                RedbBackend::open(&records)?
            }
        };
        let storage = SplitStorage {
            main: BackendStorage::new(backend),
            second: CopyFile(folder.file(SECOND_COPY)),
        };
        let config = VaultConfig::default();
        let (vault, authority) = Vault::open(storage, SystemClock, system_random(), config).await?;
        Ok(Self {
            vault,
            authority,
            folder: folder.clone(),
        })
    }

    /// Resumes the session, if there is one.
    pub async fn resume(&mut self) -> Result<Option<Deadlines>, WalletError> {
        let Some(id) = self.vault.id() else {
            return Ok(None);
        };
        let Some(token) = self
            .session_files(id)
            .iter()
            .find_map(|path| read_token(path, id))
        else {
            return Ok(None);
        };
        match self.vault.resume(&token).await {
            // Each command is a sign of life.
            Ok(_) => Ok(Some(self.vault.touch().await?)),
            Err(VaultError::SessionOver) => {
                self.forget_session();
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Unlocks the vault with a password. Says whether a damaged copy of the envelope was repaired.
    pub async fn unlock(&mut self, password: &Password) -> Result<bool, WalletError> {
        let was_faulty = self.has_fault();
        self.vault.unlock(Credential::Password(password)).await?;
        Ok(was_faulty && !self.has_fault())
    }

    fn has_fault(&mut self) -> bool {
        match self.vault.status() {
            VaultStatus::Locked { copies, .. } | VaultStatus::Unlocked { copies, .. } => {
                copies != CopiesHealth::Intact
            }
            VaultStatus::Absent | VaultStatus::Damaged { .. } => false,
        }
    }

    /// Keeps the vault unlocked for the commands to come, until its deadlines.
    pub async fn start_session(&mut self) -> Result<Deadlines, WalletError> {
        let token = self.vault.start_session().await?;
        let deadlines = self.vault.touch().await?;
        let Some(id) = self.vault.id() else {
            return Err(VaultError::Absent.into());
        };
        let session = Session {
            vault: to_hex(id.as_bytes()),
            token: to_hex(token.as_bytes()),
            ends_at: deadlines.absolute,
        };
        let bytes = Zeroizing::new(serde_json::to_vec(&session).unwrap_or_default());
        let files = self.session_files(id);
        let mut tried = None;
        for path in &files {
            match write_private(path, &bytes) {
                Ok(()) => return Ok(deadlines),
                Err(error) => tried = Some(failed(path)(error)),
            }
        }
        Err(tried.unwrap_or_else(|| WalletError::NoWallet(self.folder.path().to_owned())))
    }

    /// Locks the vault and ends the session.
    pub async fn lock(&mut self) -> Result<(), WalletError> {
        self.forget_session();
        self.vault.lock(LockReason::User).await?;
        Ok(())
    }

    /// Why the vault cannot be used at all, if it cannot.
    pub fn check(&mut self) -> Result<(), WalletError> {
        match self.vault.status() {
            VaultStatus::Absent => Err(WalletError::NoWallet(self.folder.path().to_owned())),
            VaultStatus::Damaged { .. } => match self.vault.slots() {
                Err(error) => Err(error.into()),
                Ok(_) => Ok(()),
            },
            VaultStatus::Locked { .. } | VaultStatus::Unlocked { .. } => Ok(()),
        }
    }

    /// Where the token may lie, the best place first: where it does not outlive the login, and in no
    /// backup of the folder.
    fn session_files(&self, id: VaultId) -> Vec<PathBuf> {
        let runtime = std::env::var_os(RUNTIME_FOLDER).map(PathBuf::from);
        let runtime = runtime.filter(|path| path.is_absolute() && path.is_dir());
        let name = format!(
            "pixie-{}.session",
            to_hex(id.as_bytes()).trim_start_matches("0x")
        );
        let mut files: Vec<_> = runtime.into_iter().map(|path| path.join(&name)).collect();
        files.push(self.folder.file(SESSION));
        files
    }

    fn forget_session(&self) {
        if let Some(id) = self.vault.id() {
            for path in self.session_files(id) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// The token of a session, as it is kept. Without the vault's sealed half it is worth nothing.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Session {
    vault: String,
    token: String,
    /// When the session ends in any case.
    ends_at: UnixMillis,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.token.zeroize();
    }
}

fn read_token(path: &std::path::Path, id: VaultId) -> Option<SessionToken> {
    let bytes = Zeroizing::new(fs::read(path).ok()?);
    let session: Session = serde_json::from_slice(&bytes).ok()?;
    let is_over = SystemClock.now() >= session.ends_at;
    if is_over || session.vault != to_hex(id.as_bytes()) {
        return None;
    }
    let mut token = array_from_hex::<32>(&session.token, "token").ok()?;
    Some(SessionToken::new(&mut token))
}
