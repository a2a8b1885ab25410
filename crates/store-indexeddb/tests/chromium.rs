//! The conformance suite in a page, and what is particular to IndexedDB.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    reason = "the harness is test code outside of a test function"
)]

use std::cell::Cell;

use indexed_db_futures::database::Database;
use indexed_db_futures::error::UnexpectedDataError;
use indexed_db_futures::prelude::*;
use pixie_store::conformance::Harness;
use pixie_store::{
    Backend, BackendError, Batch, FaultPlan, Generation, NamespaceId, Op, RowAddress, RowId, Scope,
    ShardId, TableTag,
};
use pixie_store_indexeddb::{IndexedDbBackend, Step, StepFailed};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// A name that no database has yet.
async fn fresh(name: &str) -> String {
    thread_local!(static COUNT: Cell<u32> = const { Cell::new(0) });
    let count = COUNT.replace(COUNT.get() + 1);
    let name = format!("{name} {count}");
    IndexedDbBackend::remove(&name).await.unwrap();
    name
}

/// A database of its own.
struct IndexedDb<const SEALED: bool> {
    name: String,
    faults: FaultPlan,
}

impl<const SEALED: bool> Harness for IndexedDb<SEALED> {
    type Backend = IndexedDbBackend;

    const SEALED: bool = SEALED;

    async fn create() -> Self {
        Self {
            name: fresh("suite").await,
            faults: FaultPlan::default(),
        }
    }

    async fn open(&self) -> IndexedDbBackend {
        let backend = IndexedDbBackend::open(&self.name).await.unwrap();
        backend.with_faults(self.faults.clone())
    }

    fn faults(&self) -> &FaultPlan {
        &self.faults
    }
}

pixie_store::conformance_suite!(plain, IndexedDb<false>, async #[wasm_bindgen_test]);
pixie_store::conformance_suite!(sealed, IndexedDb<true>, async #[wasm_bindgen_test]);

const SPACE: NamespaceId = NamespaceId([1; 32]);

fn address(row: u16) -> RowAddress {
    let mut id = [0; 32];
    let [high, low] = row.to_be_bytes();
    (id[0], id[1]) = (high, low);
    RowAddress {
        shard: ShardId([2; 32]),
        table: TableTag([3; 16]),
        row: RowId(id),
    }
}

async fn put(
    backend: &IndexedDbBackend,
    rows: impl IntoIterator<Item = (u16, Vec<u8>)>,
) -> Result<Generation, BackendError> {
    let expected = backend.generation(SPACE).await?;
    let ops = rows
        .into_iter()
        .map(|(row, bytes)| Op::Put(address(row), bytes))
        .collect();
    backend.commit(SPACE, Batch { expected, ops }).await
}

async fn rows(backend: &IndexedDbBackend) -> Result<Vec<(u16, Vec<u8>)>, BackendError> {
    let mut found = Vec::new();
    let mut sink = |row: pixie_store::RawRow<'_>| {
        let [high, low, ..] = row.address.row.0;
        assert_eq!(row.address, address(u16::from_be_bytes([high, low])));
        found.push((u16::from_be_bytes([high, low]), row.bytes.to_vec()));
    };
    backend.load(SPACE, Scope::All, &mut sink).await?;
    Ok(found)
}

fn same(_: &Database) -> Result<(), StepFailed> {
    Ok(())
}

fn add_store(database: &Database) -> Result<(), StepFailed> {
    database.create_object_store("more").build()?;
    Ok(())
}

fn fail_after_a_change(database: &Database) -> Result<(), StepFailed> {
    database.create_object_store("more").build()?;
    database.delete_object_store("rows")?;
    Err(UnexpectedDataError::NoErrorFound.into())
}

/// The first layout with another step behind it.
fn with_step(step: Step) -> &'static [Step] {
    let steps: Vec<Step> = IndexedDbBackend::steps()
        .iter()
        .copied()
        .chain([step])
        .collect();
    steps.leak()
}

#[wasm_bindgen_test]
async fn many_rows_come_in_order_and_once() {
    let backend = IndexedDbBackend::open(&fresh("pages").await).await.unwrap();
    // Several pages, the last one full and the next one empty.
    let written: Vec<_> = (0..4096)
        .map(|row: u16| (row, vec![row as u8; 3]))
        .collect();
    put(&backend, written.clone()).await.unwrap();
    assert_eq!(rows(&backend).await.unwrap(), written);
}

#[wasm_bindgen_test]
async fn empty_rows_are_rows() {
    let backend = IndexedDbBackend::open(&fresh("empty").await).await.unwrap();
    put(&backend, [(1, Vec::new())]).await.unwrap();
    assert_eq!(rows(&backend).await.unwrap(), [(1, Vec::new())]);
    assert_eq!(backend.namespaces().await.unwrap(), [SPACE]);
}

#[wasm_bindgen_test]
async fn a_later_layout_is_refused_and_kept() {
    let name = fresh("later").await;
    let later = IndexedDbBackend::open_with_steps(&name, with_step(add_store))
        .await
        .unwrap();
    put(&later, [(1, vec![1])]).await.unwrap();
    let refused = IndexedDbBackend::open(&name).await.map(|_| ());
    assert!(
        matches!(
            refused,
            Err(BackendError::Layout {
                found: 2,
                supported: 1
            })
        ),
        "{refused:?}"
    );
    assert_eq!(rows(&later).await.unwrap(), [(1, vec![1])]);
}

#[wasm_bindgen_test]
async fn an_older_handle_gives_way_to_a_later_layout() {
    let name = fresh("upgrade").await;
    let old = IndexedDbBackend::open(&name).await.unwrap();
    put(&old, [(1, vec![1])]).await.unwrap();
    let new = IndexedDbBackend::open_with_steps(&name, with_step(add_store))
        .await
        .unwrap();
    assert_eq!(rows(&new).await.unwrap(), [(1, vec![1])]);
    put(&new, [(2, vec![2])]).await.unwrap();
    for refused in [
        put(&old, [(3, vec![3])]).await.map(|_| ()),
        rows(&old).await.map(|_| ()),
    ] {
        assert!(
            matches!(
                refused,
                Err(BackendError::Layout {
                    found: 2,
                    supported: 1
                })
            ),
            "{refused:?}"
        );
    }
    assert_eq!(rows(&new).await.unwrap().len(), 2);
}

#[wasm_bindgen_test]
async fn a_blocked_change_of_the_layout_is_told_and_made_up_for() {
    let name = fresh("blocked").await;
    let old = IndexedDbBackend::open(&name).await.unwrap();
    put(&old, [(1, vec![1])]).await.unwrap();
    // Somebody who does not give way.
    let stubborn = Database::open(name.as_str())
        .with_version(1u32)
        .await
        .unwrap();
    let steps = with_step(add_store);
    let blocked = IndexedDbBackend::open_with_steps(&name, steps)
        .await
        .map(|_| ());
    assert!(matches!(blocked, Err(BackendError::Busy)), "{blocked:?}");
    stubborn.close();
    let new = IndexedDbBackend::open_with_steps(&name, steps)
        .await
        .unwrap();
    assert_eq!(rows(&new).await.unwrap(), [(1, vec![1])]);
    put(&new, [(2, vec![2])]).await.unwrap();
    let database = Database::open(name.as_str()).await.unwrap();
    let mut names: Vec<String> = database.object_store_names().collect();
    names.sort();
    assert_eq!(names, ["generations", "more", "rows"]);
    database.close();
}

#[wasm_bindgen_test]
async fn a_failing_step_changes_nothing() {
    let name = fresh("failing").await;
    let old = IndexedDbBackend::open(&name).await.unwrap();
    put(&old, [(1, vec![1])]).await.unwrap();
    drop(old);
    let failing = with_step(fail_after_a_change);
    let failed = IndexedDbBackend::open_with_steps(&name, failing)
        .await
        .map(|_| ());
    assert!(
        matches!(failed, Err(BackendError::Storage { .. })),
        "{failed:?}"
    );
    let old = IndexedDbBackend::open(&name).await.unwrap();
    assert_eq!(rows(&old).await.unwrap(), [(1, vec![1])]);
    drop(old);
    let new = IndexedDbBackend::open_with_steps(&name, with_step(same))
        .await
        .unwrap();
    assert_eq!(rows(&new).await.unwrap(), [(1, vec![1])]);
}

#[wasm_bindgen_test]
async fn a_removed_database_is_gone_for_its_handles_too() {
    let name = fresh("removed").await;
    let old = IndexedDbBackend::open(&name).await.unwrap();
    put(&old, [(1, vec![1])]).await.unwrap();
    IndexedDbBackend::remove(&name).await.unwrap();
    let refused = put(&old, [(2, vec![2])]).await;
    assert!(
        matches!(refused, Err(BackendError::Storage { .. })),
        "{refused:?}"
    );
    let new = IndexedDbBackend::open(&name).await.unwrap();
    assert_eq!(rows(&new).await.unwrap(), []);
    assert_eq!(new.generation(SPACE).await.unwrap(), Generation(0));
}

#[wasm_bindgen_test]
async fn two_handles_do_not_write_over_each_other() {
    let name = fresh("two").await;
    let (first, second) = (
        IndexedDbBackend::open(&name).await.unwrap(),
        IndexedDbBackend::open(&name).await.unwrap(),
    );
    let batch = |row| Batch {
        expected: Generation(0),
        ops: vec![Op::Put(address(row), vec![1])],
    };
    let both = futures_util::future::join(
        first.commit(SPACE, batch(1)),
        second.commit(SPACE, batch(2)),
    );
    let outcomes = <[_; 2]>::from(both.await);
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let refused = outcomes.into_iter().find_map(Result::err);
    assert!(
        matches!(
            refused,
            Some(BackendError::GenerationMismatch {
                found: Generation(1),
                ..
            })
        ),
        "{refused:?}"
    );
    assert_eq!(rows(&first).await.unwrap().len(), 1);
}
