//! What happens before the first row is loaded: the key is checked, the header read, the schema
//! brought up to date.

use futures_util::future::try_join3;
use zeroize::Zeroizing;

use super::core::Core;
use super::layout::OWN_VERSION;
use super::migrating;
use crate::backend::{
    Backend, BackendError, Batch, Generation, NamespaceId, Op, RawRow, RowAddress, RowId, Scope,
    ShardId, TableTag,
};
use crate::error::OpenError;
use crate::report::LoadReport;
use crate::seal::TableSeal;
use crate::spec::{Shard, Tables};
use crate::table::{decode, encode};

/// The namespace with the proof of the key, at a place that needs no key to be found.
const ROOT: NamespaceId = NamespaceId([0; 32]);
const ROOT_SHARD: ShardId = ShardId([0; 32]);
const ROOT_KEY: &[u8] = b"root";
/// Keys of the two copies of the header.
const HEADERS: [&[u8]; 2] = [b"header/0", b"header/1"];
/// How often opening starts again when another handle is opening at the same time.
const ATTEMPTS: usize = 4;

/// The proof of the key, kept twice.
struct Root {
    generation: Generation,
    /// Copies found, readable or not.
    found: usize,
    /// Copies that this key opens.
    good: usize,
}

/// The header of a database, kept twice.
struct Header {
    generation: Generation,
    version: Option<u32>,
    good: usize,
}

/// Makes the database ready to be loaded.
pub(super) async fn prepare<T: Tables, B: Backend>(
    core: &Core<B>,
) -> Result<LoadReport, OpenError> {
    let mut attempt = 1;
    loop {
        match try_prepare::<T, B>(core).await {
            Err(OpenError::Backend(BackendError::GenerationMismatch { .. }))
                if attempt < ATTEMPTS =>
            {
                attempt += 1;
            }
            done => return done,
        }
    }
}

async fn try_prepare<T: Tables, B: Backend>(core: &Core<B>) -> Result<LoadReport, OpenError> {
    let schema = T::SCHEMA;
    let mut report = LoadReport::default();
    // All at once: a worker that was started again has somebody waiting.
    let (root, header, namespaces) = try_join3(
        read_root(core),
        read_header(core),
        core.backend.namespaces(),
    )
    .await?;
    if root.found > 0 && root.good == 0 {
        return Err(OpenError::WrongKey);
    }
    let is_there = namespaces.contains(&core.layout.ring.namespace);
    if root.found == 0 && header.version.is_none() && namespaces.iter().any(|id| *id != ROOT) {
        return Err(OpenError::WrongKey);
    }
    let stored = match header.version {
        Some(version) => version,
        None if is_there => guess_version::<T, B>(core).await?,
        None => schema.version,
    };
    if stored > schema.version {
        return Err(OpenError::NewerSchema {
            found: stored,
            supported: schema.version,
        });
    }
    if root.good < 2 {
        report.header_restored |= is_there || root.found > 0;
        let ops = (0..2).filter_map(|copy| {
            core.layout.put_at(
                &core.layout.ring.root(),
                root_address(copy),
                OWN_VERSION,
                ROOT_KEY,
                &[],
            )
        });
        let batch = Batch {
            expected: root.generation,
            ops: ops.collect(),
        };
        let written = core.backend.commit(ROOT, batch).await;
        if root.good == 0 {
            written?;
        }
    }
    if stored < schema.version {
        report.header_restored |= header.good < 2;
        report.absorb(migrating::migrate::<T, B>(core, stored).await?);
    } else if header.good < 2 {
        report.header_restored |= is_there;
        let ops = header_ops(core, stored);
        let batch = Batch {
            expected: header.generation,
            ops,
        };
        let written = core.backend.commit(core.layout.ring.namespace, batch).await;
        if header.good == 0 {
            written?;
        }
    }
    Ok(report)
}

/// The schema version of the stored header.
pub(super) async fn stored_version<B: Backend>(
    core: &Core<B>,
) -> Result<Option<u32>, BackendError> {
    Ok(read_header(core).await?.version)
}

/// The writes of both copies of the header.
pub(super) fn header_ops<B: Backend>(core: &Core<B>, version: u32) -> Vec<Op> {
    let shard = core.layout.ring.shard(&Shard::HEADER);
    let value = encode(&version).unwrap_or_default();
    HEADERS
        .iter()
        .filter_map(|key| {
            core.layout
                .put(&core.layout.meta, shard, OWN_VERSION, key, &value)
        })
        .collect()
}

fn root_address(copy: u8) -> RowAddress {
    RowAddress {
        shard: ROOT_SHARD,
        table: TableTag([0; 16]),
        row: RowId([copy; 32]),
    }
}

async fn read_root<B: Backend>(core: &Core<B>) -> Result<Root, BackendError> {
    let Core { backend, layout } = core;
    let seal = layout.ring.root();
    let mut scratch = Zeroizing::new(Vec::new());
    let (mut found, mut good) = (0, 0);
    let mut sink = |row: RawRow<'_>| {
        found += 1;
        let opened = seal.open(row.address, OWN_VERSION, row.bytes, &mut scratch);
        good += usize::from(opened.is_ok_and(|(key, _)| key == ROOT_KEY));
    };
    let generation = backend
        .load(ROOT, Scope::Shards(&[ROOT_SHARD]), &mut sink)
        .await?;
    Ok(Root {
        generation,
        found,
        good,
    })
}

async fn read_header<B: Backend>(core: &Core<B>) -> Result<Header, BackendError> {
    let Core { backend, layout } = core;
    let shard = layout.ring.shard(&Shard::HEADER);
    let mut scratch = Zeroizing::new(Vec::new());
    let (mut version, mut good) = (None, 0);
    let mut sink = |row: RawRow<'_>| {
        let opened = layout
            .meta
            .open(row.address, OWN_VERSION, row.bytes, &mut scratch);
        if let Some(read) = opened.ok().and_then(|(_, value)| decode::<u32>(value)) {
            // The copies differ only if an older one was put back.
            version = version.max(Some(read));
            good += 1;
        }
    };
    let scope = [shard];
    let generation = backend
        .load(layout.ring.namespace, Scope::Shards(&scope), &mut sink)
        .await?;
    Ok(Header {
        generation,
        version,
        good,
    })
}

/// The schema version of a database whose header is lost: the latest version stamped on an authentic
/// row. Steps after it have touched no row that is there, so that they may run again.
async fn guess_version<T: Tables, B: Backend>(core: &Core<B>) -> Result<u32, BackendError> {
    let Core { backend, layout } = core;
    let seals = migrating::known_tables::<T, B>(core);
    let mut scratch = Zeroizing::new(Vec::new());
    let mut latest = None;
    let mut sink = |row: RawRow<'_>| {
        let seal = seals
            .iter()
            .map(|(_, seal)| seal)
            .find(|seal| seal.tag == row.address.table);
        let claimed = TableSeal::claimed_version(row.bytes);
        let authentic = seal.zip(claimed).filter(|(seal, claimed)| {
            seal.open(row.address, *claimed, row.bytes, &mut scratch)
                .is_ok()
        });
        latest = latest.max(authentic.map(|(_, claimed)| claimed));
    };
    backend
        .load(layout.ring.namespace, Scope::All, &mut sink)
        .await?;
    Ok(latest.unwrap_or(T::SCHEMA.version))
}
