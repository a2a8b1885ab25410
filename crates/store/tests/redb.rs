//! The conformance suite on the file backend.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    reason = "the harness is test code outside of a test function"
)]

use pixie_store::conformance::Harness;
use pixie_store::{BackendError, FaultPlan, RedbBackend};

/// A file in a folder of its own.
struct File<const SEALED: bool> {
    folder: tempfile::TempDir,
    faults: FaultPlan,
}

impl<const SEALED: bool> Harness for File<SEALED> {
    type Backend = RedbBackend;

    const SEALED: bool = SEALED;

    async fn create() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            faults: FaultPlan::default(),
        }
    }

    async fn open(&self) -> RedbBackend {
        let backend = RedbBackend::open(self.folder.path().join("store")).unwrap();
        backend.with_faults(self.faults.clone())
    }

    fn faults(&self) -> &FaultPlan {
        &self.faults
    }

    async fn image(&self) -> Option<Vec<u8>> {
        Some(std::fs::read(self.folder.path().join("store")).unwrap())
    }
}

pixie_store::conformance_suite!(plain, File<false>, pollster::block_on);
pixie_store::conformance_suite!(sealed, File<true>, pollster::block_on);

#[test]
fn a_file_is_opened_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let first = RedbBackend::open(&path).unwrap();
    assert!(matches!(RedbBackend::open(&path), Err(BackendError::Busy)));
    drop(first);
    RedbBackend::open(&path).unwrap();
}

#[test]
fn a_file_of_another_kind_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    std::fs::write(&path, b"These are not rows.").unwrap();
    assert!(matches!(
        RedbBackend::open(&path),
        Err(BackendError::Storage { .. })
    ));
    assert_eq!(std::fs::read(&path).unwrap(), b"These are not rows.");
}
