use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use getrandom::SysRng;
use pixie_store::{DataKey, Database, LoadReport, RedbBackend, Sealing};
use rand_core::UnwrapErr;

use super::WalletError;
use super::tables::{Names, WalletTables};

/// The file of the store.
const STORE: &str = "store.redb";
/// The name of the database beside those of the engine.
const NAMES: &str = "names";

/// The folder of a wallet: its vault, and the store that is sealed with a key of the vault.
///
/// | file | what |
/// |---|---|
/// | `vault.redb` | the vault: the first copy of its envelope, failed attempts, the session's sealed half |
/// | `vault.copy` | the second copy of its envelope |
/// | `store.redb` | the sealed store |
/// | `session` | the session's other half, where there is no better place for it |
///
/// One process at a time may have a folder open.
#[derive(Debug, Clone)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// The folder at a path. Nothing is looked at yet.
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// A file in the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes the folder, for its owner alone.
    pub fn make(&self) -> Result<(), WalletError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0).map_err(failed(&self.0))
    }

    /// Whether there is nothing in the folder, or no folder.
    pub fn is_empty(&self) -> Result<bool, WalletError> {
        match fs::read_dir(&self.0) {
            Ok(mut entries) => Ok(entries.next().is_none()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(failed(&self.0)(error)),
        }
    }

    /// Opens the store, or makes it.
    pub(super) fn store(&self) -> Result<RedbBackend, WalletError> {
        Ok(RedbBackend::open(self.file(STORE))?)
    }
}

/// The store of a folder with the key that opens it.
#[derive(Debug, Clone)]
pub struct SealedStore {
    backend: RedbBackend,
    key: DataKey,
}

impl SealedStore {
    pub(super) const fn new(backend: RedbBackend, key: DataKey) -> Self {
        Self { backend, key }
    }

    /// The storage.
    pub(super) fn backend(&self) -> RedbBackend {
        self.backend.clone()
    }

    /// The key that opens it.
    pub(super) fn key(&self) -> DataKey {
        self.key.clone()
    }

    /// How rows are sealed.
    pub(super) fn sealing(&self) -> Sealing {
        Sealing::sealed(self.key(), system_random())
    }

    /// What is kept beside the engine's state, which can be read without a node.
    pub async fn names(&self) -> Result<(Names, LoadReport), WalletError> {
        let opened = Database::<WalletTables, _>::open(self.backend(), NAMES, self.sealing()).await;
        let (database, report) = opened?;
        Ok((Names::new(database), report))
    }

    /// Makes the names anew of a backup.
    pub(super) async fn restore_names(&self, dump: &[u8]) -> Result<(), WalletError> {
        Database::<WalletTables, _>::restore(self.backend(), NAMES, self.sealing(), dump).await?;
        Ok(())
    }
}

/// The system's random values themselves, of which no buffer stays in memory.
pub(super) const fn system_random() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// Finds out whether the system gives random values, so that it does not show in the midst of something.
pub(super) fn check_random() -> Result<(), WalletError> {
    let mut probe = [0; 1];
    getrandom::fill(&mut probe).map_err(WalletError::Entropy)
}

pub(super) fn failed(path: &Path) -> impl FnOnce(io::Error) -> WalletError {
    let path: PathBuf = path.to_owned();
    move |source| WalletError::File { path, source }
}

/// Writes a file that only its owner may read, completely or not at all.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = path.with_file_name(name);
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&new).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    match written.and_then(|()| fs::rename(&new, path)) {
        Ok(()) => sync_folder(path),
        Err(error) => {
            let _ = fs::remove_file(&new);
            Err(error)
        }
    }
}

/// Writes a file that only its owner may read, completely or not at all.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), WalletError> {
    write_private(path, bytes).map_err(failed(path))
}

/// Makes a new or removed name durable.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        #[cfg(unix)]
        Some(folder) if !folder.as_os_str().is_empty() => fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_files_are_private_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        write_private(&path, b"one").unwrap();
        write_private(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_is_made_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(&folder.path().join("a/b"));
        assert!(data.is_empty().unwrap());
        data.make().unwrap();
        assert!(data.is_empty().unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(data.path()).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
        let _store = data.store().unwrap();
        assert!(!data.is_empty().unwrap());
        // Two processes cannot have one folder.
        assert!(matches!(
            data.store(),
            Err(WalletError::Store(pixie_store::BackendError::Busy))
        ));
    }
}
