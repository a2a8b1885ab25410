//! Two copies of the envelope, of which one may be damaged.

use futures_util::future::try_join;

use crate::codec::FormatError;
use crate::envelope::Envelope;
use crate::storage::{VaultRecord, VaultStorage, VaultStorageError};

/// Which of the two copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyId {
    /// The first.
    First,
    /// The second.
    Second,
}

impl CopyId {
    /// The record that it is kept in.
    pub(crate) const fn record(self) -> VaultRecord {
        match self {
            Self::First => VaultRecord::FirstCopy,
            Self::Second => VaultRecord::SecondCopy,
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// What is wrong with a copy of the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CopyFault {
    /// It is not there.
    #[error("missing")]
    Missing,
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] FormatError),
    /// It is older than the other one.
    #[error("out of date")]
    Stale,
    /// It is not what the vault's keys have sealed.
    #[error("not authentic")]
    NotAuthentic,
    /// It could not be written.
    #[error("not written")]
    NotWritten,
}

/// How the copies are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopiesHealth {
    /// Both are good and the same.
    Intact,
    /// One is not; the other one is used. It is repaired at the next unlock or change.
    OneFaulty(CopyId, CopyFault),
}

/// An envelope that can be used, and how it stands with the other copy.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) envelope: Envelope,
    pub(crate) from: CopyId,
}

/// What was found in the two copies.
#[derive(Debug)]
pub(crate) enum Found {
    /// There is no vault.
    Nothing,
    /// Neither copy can be used.
    Faulty(CopyFault, CopyFault),
    /// One can, and maybe the other one in its place if it turns out not to be authentic.
    Usable {
        best: Box<Candidate>,
        spare: Option<Box<Candidate>>,
        health: CopiesHealth,
    },
}

/// Reads both copies and chooses.
pub(crate) async fn read(storage: &impl VaultStorage) -> Result<Found, VaultStorageError> {
    let (first, second) = try_join(
        storage.read(VaultRecord::FirstCopy),
        storage.read(VaultRecord::SecondCopy),
    )
    .await?;
    Ok(choose(first.as_deref(), second.as_deref()))
}

fn choose(first: Option<&[u8]>, second: Option<&[u8]>) -> Found {
    let parse = |bytes: Option<&[u8]>| match bytes {
        None => Err(CopyFault::Missing),
        Some(bytes) => Envelope::from_bytes(bytes).map_err(CopyFault::Unreadable),
    };
    let candidate = |envelope, from| Box::new(Candidate { envelope, from });
    match (parse(first), parse(second)) {
        (Err(CopyFault::Missing), Err(CopyFault::Missing)) => Found::Nothing,
        // A later version of the program has written one: the other one is older than it looks.
        (Err(newer), other) if is_newer(newer) => {
            Found::Faulty(newer, other.err().unwrap_or(CopyFault::Stale))
        }
        (other, Err(newer)) if is_newer(newer) => {
            Found::Faulty(other.err().unwrap_or(CopyFault::Stale), newer)
        }
        (Err(first), Err(second)) => Found::Faulty(first, second),
        (Ok(envelope), Err(fault)) => Found::Usable {
            best: candidate(envelope, CopyId::First),
            spare: None,
            health: CopiesHealth::OneFaulty(CopyId::Second, fault),
        },
        (Err(fault), Ok(envelope)) => Found::Usable {
            best: candidate(envelope, CopyId::Second),
            spare: None,
            health: CopiesHealth::OneFaulty(CopyId::First, fault),
        },
        (Ok(first), Ok(second)) if first == second => Found::Usable {
            best: candidate(first, CopyId::First),
            spare: None,
            health: CopiesHealth::Intact,
        },
        (Ok(first), Ok(second)) => {
            let (best, spare) = if first.revision >= second.revision {
                (
                    candidate(first, CopyId::First),
                    candidate(second, CopyId::Second),
                )
            } else {
                (
                    candidate(second, CopyId::Second),
                    candidate(first, CopyId::First),
                )
            };
            Found::Usable {
                health: CopiesHealth::OneFaulty(spare.from, CopyFault::Stale),
                best,
                spare: Some(spare),
            }
        }
    }
}

fn is_newer(fault: CopyFault) -> bool {
    matches!(
        fault,
        CopyFault::Unreadable(FormatError::Version { found, supported }) if found > supported
    )
}

/// Writes both copies, the one that is not needed first: a copy that is the only good one is
/// overwritten only after the other one was seen to be good. The envelope is stored if the result is
/// `Ok`; the second write may still have failed, as the health then says.
pub(crate) async fn write(
    storage: &impl VaultStorage,
    envelope: &Envelope,
    before: Option<CopiesHealth>,
) -> (CopiesHealth, Result<(), WriteError>) {
    let first = match before {
        Some(CopiesHealth::OneFaulty(faulty, _)) => faulty,
        _ => CopyId::First,
    };
    let not_written = |copy| CopiesHealth::OneFaulty(copy, CopyFault::NotWritten);
    let bytes = match envelope.to_bytes() {
        Ok(bytes) => bytes,
        Err(error) => return (before.unwrap_or(not_written(first)), Err(error.into())),
    };
    if let Err(error) = write_one(storage, first, &bytes).await {
        return (not_written(first), Err(error.into()));
    }
    let health = match write_one(storage, first.other(), &bytes).await {
        Ok(()) => CopiesHealth::Intact,
        Err(_) => not_written(first.other()),
    };
    (health, Ok(()))
}

/// Writes one copy and reads it back: what counts is what is there.
async fn write_one(
    storage: &impl VaultStorage,
    copy: CopyId,
    bytes: &[u8],
) -> Result<(), VaultStorageError> {
    let written = storage.write(copy.record(), bytes.to_vec()).await;
    match storage.read(copy.record()).await {
        Ok(Some(found)) if found == bytes => Ok(()),
        _ => Err(written.err().unwrap_or(VaultStorageError::NotKept)),
    }
}

/// Why no copy was written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    #[error(transparent)]
    Format(#[from] FormatError),
    #[error(transparent)]
    Storage(#[from] VaultStorageError),
}
