use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use pixie_primitives::codec::{array_from_hex, to_hex};
use pixie_store::{DataKey, Database, LoadReport, RedbBackend, Sealing};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use zeroize::Zeroizing;

use super::WalletError;
use super::records::{Records, WalletTables};

/// The file of the store.
const STORE: &str = "store.redb";
/// The file with the key that the store is sealed with.
const KEY: &str = "store.key";
/// The name of the database beside those of the private state.
const RECORDS: &str = "wallet";

/// The folder of a wallet: the sealed store, and its key in a file that only its owner may read.
///
/// Whoever has both has the wallet. One process at a time may have a folder open.
pub struct DataFolder {
    backend: RedbBackend,
    key: DataKey,
}

impl DataFolder {
    /// Opens a folder, or makes it.
    pub fn open(path: &Path) -> Result<Self, WalletError> {
        make_private_folder(path)?;
        let (store, key_file) = (path.join(STORE), path.join(KEY));
        let key = match read_key(&key_file)? {
            Some(key) => key,
            None if store.exists() => {
                let key = key_file;
                return Err(WalletError::LostKey { store, key });
            }
            None => make_key(path, &key_file)?,
        };
        let backend = RedbBackend::open(&store)?;
        Ok(Self { backend, key })
    }

    /// The storage.
    pub(super) fn backend(&self) -> RedbBackend {
        self.backend.clone()
    }

    /// How rows are sealed.
    pub(super) fn sealing(&self) -> Result<Sealing, WalletError> {
        Ok(Sealing::sealed(self.key.clone(), random_source()?))
    }

    /// What is kept beside the private state, which can be read without a node.
    pub async fn records(&self) -> Result<(Records, LoadReport), WalletError> {
        let opened =
            Database::<WalletTables, _>::open(self.backend(), RECORDS, self.sealing()?).await;
        let (database, report) = opened?;
        Ok((Records::new(database), report))
    }
}

/// A source of random values, seeded by the system.
pub(super) fn random_source() -> Result<ChaCha20Rng, WalletError> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed).map_err(WalletError::Entropy)?;
    Ok(ChaCha20Rng::from_seed(*seed))
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> WalletError {
    let path: PathBuf = path.to_owned();
    move |source| WalletError::File { path, source }
}

fn make_private_folder(path: &Path) -> Result<(), WalletError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(failed(path))
}

fn read_key(path: &Path) -> Result<Option<DataKey>, WalletError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(path)(error)),
    };
    match array_from_hex::<32>(text.trim(), "key") {
        Ok(bytes) => Ok(Some(DataKey::new(*Zeroizing::new(bytes)))),
        Err(_) => Err(WalletError::MalformedKey {
            path: path.to_owned(),
        }),
    }
}

/// Makes a key. It is complete on the disk before anything is sealed with it.
fn make_key(folder: &Path, path: &Path) -> Result<DataKey, WalletError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(WalletError::Entropy)?;
    let text = Zeroizing::new(to_hex(&*bytes));
    let new = folder.join(format!("{KEY}.{}", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new).map_err(failed(&new))?;
    file.write_all(text.as_bytes()).map_err(failed(&new))?;
    file.sync_all().map_err(failed(&new))?;
    // Of two processes that begin the folder at once one finds the other's key in place.
    let linked = fs::hard_link(&new, path);
    let _ = fs::remove_file(&new);
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(failed(path)(error));
        }
        _ => {}
    }
    read_key(path)?.ok_or_else(|| WalletError::MalformedKey {
        path: path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_keeps_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        drop(DataFolder::open(&path).unwrap());
        let key = fs::read_to_string(path.join(KEY)).unwrap();
        drop(DataFolder::open(&path).unwrap());
        assert_eq!(fs::read_to_string(path.join(KEY)).unwrap(), key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(path.join(KEY)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let names: Vec<_> = fs::read_dir(&path).unwrap().collect();
        assert_eq!(names.len(), 2, "{names:?}");
    }

    #[test]
    fn two_processes_cannot_have_one_folder() {
        let folder = tempfile::tempdir().unwrap();
        let _first = DataFolder::open(folder.path()).unwrap();
        assert!(matches!(
            DataFolder::open(folder.path()),
            Err(WalletError::Store(pixie_store::BackendError::Busy))
        ));
    }

    #[test]
    fn a_store_without_its_key_is_not_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        drop(DataFolder::open(folder.path()).unwrap());
        fs::write(folder.path().join(KEY), "0x12").unwrap();
        assert!(matches!(
            DataFolder::open(folder.path()),
            Err(WalletError::MalformedKey { .. })
        ));
        fs::remove_file(folder.path().join(KEY)).unwrap();
        assert!(matches!(
            DataFolder::open(folder.path()),
            Err(WalletError::LostKey { .. })
        ));
    }
}
