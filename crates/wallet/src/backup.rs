//! What a backup has of the networks that a wallet was used with: the sections that
//! [`Vault::backup`](pixie_vault::Vault::backup) carries.
//!
//! | section | what |
//! |---|---|
//! | `pixie/state/L1/ROLLUP` | accounts, notes, events, senders, contracts, tagging indexes |
//! | `pixie/records/L1/ROLLUP` | contacts, tokens, what dapps were granted |
//! | `pixie/journal/L1/ROLLUP` | the history of transactions |
//!
//! Transactions that were under way when the backup was made are not sent by the wallet that is made of
//! it: the first one may have done so.

use pixie_pxe::PxeError;
use pixie_pxe::state::PxeTables;
use pixie_store::{Backend, DumpError, LoadReport, OpenError, RestoreError, Sealing};
use pixie_vault::{BackupSection, BackupSections};

use crate::engine::{ChainId, Records};
use crate::journal::Journal;

/// The version of the sections.
const VERSION: u32 = 1;

/// Why what a wallet has of a network could not be put into a backup, or be made anew of one.
#[derive(Debug, thiserror::Error)]
pub enum StateBackupError {
    /// The private state cannot be opened.
    #[error(transparent)]
    State(#[from] PxeError),
    /// The journal or the records cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Something has no encoding.
    #[error(transparent)]
    Dump(#[from] DumpError),
    /// A section cannot be used.
    #[error("the section {section} of the backup cannot be used: {source}")]
    Restore {
        /// The section.
        section: String,
        /// Why.
        source: RestoreError,
    },
    /// A section was written by another version of the program.
    #[error("the section {section} has version {found}, this program reads version {supported}")]
    Version {
        /// The section.
        section: String,
        /// The version found.
        found: u32,
        /// The version that this program reads and writes.
        supported: u32,
    },
}

/// The kinds of section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    State,
    Records,
    Journal,
}

impl Kind {
    const ALL: [Self; 3] = [Self::State, Self::Records, Self::Journal];

    const fn prefix(self) -> &'static str {
        match self {
            Self::State => "pixie/state/",
            Self::Records => "pixie/records/",
            Self::Journal => "pixie/journal/",
        }
    }

    fn section(self, chain: ChainId) -> String {
        let (l1, rollup) = (chain.l1_chain_id, chain.rollup_version);
        format!("{}{l1}/{rollup}", self.prefix())
    }

    fn of_section(name: &str) -> Option<(Self, ChainId)> {
        let mut kinds = Self::ALL.into_iter();
        kinds.find_map(|kind| {
            let (l1, rollup) = name.strip_prefix(kind.prefix())?.split_once('/')?;
            let chain = ChainId {
                l1_chain_id: l1.parse().ok()?,
                rollup_version: rollup.parse().ok()?,
            };
            // One name for each.
            (kind.section(chain) == name).then_some((kind, chain))
        })
    }
}

/// What a wallet has of a network. No node is asked. The report tells of rows that are damaged, which
/// are not among it.
///
/// # Errors
/// [`StateBackupError`].
pub async fn save<B: Backend + Clone>(
    backend: &B,
    chain: ChainId,
    sealing: &dyn Fn() -> Sealing,
) -> Result<(BackupSections, LoadReport), StateBackupError> {
    let (state, mut report) = PxeTables::open(backend.clone(), chain.into(), sealing()).await?;
    let (records, found) = Records::open(backend.clone(), chain, sealing()).await?;
    report.absorb(found);
    let (journal, found) = Journal::open(backend.clone(), chain, sealing()).await?;
    report.absorb(found);
    let dumps = [
        (Kind::State, state.snapshot().dump()?),
        (Kind::Records, records.snapshot().dump()?),
        (Kind::Journal, journal.dump()?),
    ];
    let sections = dumps.into_iter().map(|(kind, dump)| {
        let section = BackupSection {
            version: VERSION,
            bytes: dump.to_vec(),
        };
        (kind.section(chain), section)
    });
    Ok((sections.collect(), report))
}

/// Makes what a wallet has of its networks anew, in a storage that has nothing of them yet. Sections of
/// other kinds are left alone. Gives the networks.
///
/// # Errors
/// [`StateBackupError::Version`], before anything is written; [`StateBackupError::Restore`], with
/// some sections written and others not.
pub async fn load<B: Backend + Clone>(
    backend: &B,
    sealing: &dyn Fn() -> Sealing,
    sections: &BackupSections,
) -> Result<Vec<ChainId>, StateBackupError> {
    let known = sections
        .iter()
        .filter_map(|(name, section)| Some((Kind::of_section(name)?, name, section)));
    let known: Vec<_> = known.collect();
    if let Some((_, name, section)) = known
        .iter()
        .find(|(_, _, section)| section.version != VERSION)
    {
        return Err(StateBackupError::Version {
            section: (*name).clone(),
            found: section.version,
            supported: VERSION,
        });
    }
    let mut chains = Vec::new();
    for ((kind, chain), name, section) in known {
        let (backend, sealing, dump) = (backend.clone(), sealing(), &section.bytes);
        let restored = match kind {
            Kind::State => PxeTables::restore(backend, chain.into(), sealing, dump).await,
            Kind::Records => Records::restore(backend, chain, sealing, dump).await,
            Kind::Journal => Journal::restore(backend, chain, sealing, dump).await,
        };
        restored.map_err(|source| StateBackupError::Restore {
            section: name.clone(),
            source,
        })?;
        if !chains.contains(&chain) {
            chains.push(chain);
        }
    }
    Ok(chains)
}

#[cfg(test)]
mod tests {
    use pixie_primitives::AztecAddress;
    use pixie_store::MemoryBackend;
    use pixie_vault::UnixMillis;
    use pollster::block_on;

    use super::*;
    use crate::journal::{Asker, Stage, StageKind};

    const CHAIN: ChainId = ChainId {
        l1_chain_id: 31_337,
        rollup_version: 7,
    };

    #[test]
    fn sections_name_their_network() {
        for kind in Kind::ALL {
            let name = kind.section(CHAIN);
            assert_eq!(Kind::of_section(&name), Some((kind, CHAIN)));
        }
        let foreign = [
            "pixie/state/1",
            "pixie/state/01/2",
            "pixie/state/1/2/3",
            "pixie/other/1/2",
            "",
        ];
        for name in foreign {
            assert_eq!(Kind::of_section(name), None, "{name}");
        }
    }

    #[test]
    fn everything_comes_back_and_nothing_is_sent_again() {
        let (backend, other) = (MemoryBackend::new(), MemoryBackend::new());
        let sealing = || Sealing::plain();
        let account = AztecAddress::from(5);
        let id = block_on(async {
            let (records, _) = Records::open(backend.clone(), CHAIN, sealing())
                .await
                .unwrap();
            records.put_contact(account, "alice").await.unwrap();
            let (journal, _) = Journal::open(backend.clone(), CHAIN, sealing())
                .await
                .unwrap();
            let order = b"order".to_vec().into();
            let request = journal.request(Asker::User, account, &[], order, UnixMillis(1));
            request.await.unwrap()
        });
        let (sections, report) = block_on(save(&backend, CHAIN, &sealing)).unwrap();
        assert!(report.is_clean());
        assert_eq!(sections.len(), 3);
        let chains = block_on(load(&other, &sealing, &sections)).unwrap();
        assert_eq!(chains, [CHAIN]);
        block_on(async {
            let (records, report) = Records::open(other.clone(), CHAIN, sealing())
                .await
                .unwrap();
            assert!(report.is_clean());
            assert_eq!(records.contacts()[0].alias, "alice");
            let (journal, report) = Journal::open(other.clone(), CHAIN, sealing())
                .await
                .unwrap();
            assert!(report.is_clean());
            assert_eq!(journal.entry(id).unwrap().stage, Stage::Requested);
            assert_eq!(
                journal.entry(id).unwrap().stage.kind(),
                StageKind::Requested
            );
            assert!(journal.work(id).is_none(), "there is nothing to be done");
        });
        // What is there is not overwritten.
        let again = block_on(load(&other, &sealing, &sections));
        let not_empty = RestoreError::NotEmpty;
        assert!(matches!(
            again,
            Err(StateBackupError::Restore { source, .. })
                if source.to_string() == not_empty.to_string()
        ));
    }

    #[test]
    fn another_version_is_refused() {
        let backend = MemoryBackend::new();
        let sealing = || Sealing::plain();
        let (mut sections, _) = block_on(save(&backend, CHAIN, &sealing)).unwrap();
        if let Some(section) = sections.values_mut().next() {
            section.version = 2;
        }
        let other = MemoryBackend::new();
        let refused = block_on(load(&other, &sealing, &sections));
        assert!(matches!(
            refused,
            Err(StateBackupError::Version {
                found: 2,
                supported: 1,
                ..
            })
        ));
    }
}
