//! The vault's records where IndexedDB is not the place for them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pixie_vault::{VaultRecord, VaultStorage, VaultStorageError};
use zeroize::Zeroizing;

use crate::host::{Area, Host, HostError};

/// Keeps records in the browser's storage for extensions, as base64.
#[derive(Clone)]
pub struct HostRecords {
    host: Host,
    area: Area,
}

impl HostRecords {
    /// Keeps records in an area.
    #[must_use]
    pub const fn new(host: Host, area: Area) -> Self {
        Self { host, area }
    }
}

const fn key(record: VaultRecord) -> &'static str {
    match record {
        VaultRecord::FirstCopy => "vault/first-copy",
        VaultRecord::SecondCopy => "vault/second-copy",
        VaultRecord::Throttle => "vault/throttle",
        VaultRecord::Session => "vault/session",
    }
}

fn failed(error: HostError) -> VaultStorageError {
    match error.is_quota() {
        true => VaultStorageError::Full,
        false => VaultStorageError::Failed(Box::new(error)),
    }
}

impl VaultStorage for HostRecords {
    async fn read(&self, record: VaultRecord) -> Result<Option<Vec<u8>>, VaultStorageError> {
        let found = self.host.read(self.area, key(record)).await;
        let Some(text) = found.map_err(failed)?.map(Zeroizing::new) else {
            return Ok(None);
        };
        // What is no base64 was damaged; as no bytes at all it is recognised as such.
        Ok(Some(STANDARD.decode(text.as_bytes()).unwrap_or_default()))
    }

    async fn write(&self, record: VaultRecord, bytes: Vec<u8>) -> Result<(), VaultStorageError> {
        let bytes = Zeroizing::new(bytes);
        let text = Zeroizing::new(STANDARD.encode(&*bytes));
        let change = [(key(record), Some(text.as_str()))];
        self.host.write(self.area, change).await.map_err(failed)
    }

    async fn delete(&self, record: VaultRecord) -> Result<(), VaultStorageError> {
        let change = [(key(record), None)];
        self.host.write(self.area, change).await.map_err(failed)
    }
}

/// Each record where it belongs: what lets an unlocked vault survive a restart of the worker in the
/// memory of the browser, the second copy of the envelope apart from the first, the rest in a third
/// place.
#[derive(Clone)]
pub struct BrowserRecords<S> {
    session: HostRecords,
    second: HostRecords,
    main: S,
}

impl<S: VaultStorage> BrowserRecords<S> {
    /// Keeps in `main` what does not belong to the browser's storage for extensions.
    #[must_use]
    pub fn new(host: &Host, main: S) -> Self {
        Self {
            session: HostRecords::new(host.clone(), Area::Session),
            second: HostRecords::new(host.clone(), Area::Local),
            main,
        }
    }
}

impl<S: VaultStorage> VaultStorage for BrowserRecords<S> {
    async fn read(&self, record: VaultRecord) -> Result<Option<Vec<u8>>, VaultStorageError> {
        match record {
            VaultRecord::Session => self.session.read(record).await,
            VaultRecord::SecondCopy => self.second.read(record).await,
            VaultRecord::FirstCopy | VaultRecord::Throttle => self.main.read(record).await,
        }
    }

    async fn write(&self, record: VaultRecord, bytes: Vec<u8>) -> Result<(), VaultStorageError> {
        match record {
            VaultRecord::Session => self.session.write(record, bytes).await,
            VaultRecord::SecondCopy => self.second.write(record, bytes).await,
            VaultRecord::FirstCopy | VaultRecord::Throttle => self.main.write(record, bytes).await,
        }
    }

    async fn delete(&self, record: VaultRecord) -> Result<(), VaultStorageError> {
        match record {
            VaultRecord::Session => self.session.delete(record).await,
            VaultRecord::SecondCopy => self.second.delete(record).await,
            VaultRecord::FirstCopy | VaultRecord::Throttle => self.main.delete(record).await,
        }
    }
}
