//! The suite that every backend must pass, with everything that is built on it.
//!
//! A backend's tests implement [`Harness`] and name it to
//! [`conformance_suite!`](crate::conformance_suite); each case becomes a test of its own. The cases
//! are plain futures, so that any executor can run them, also one in a browser.
//!
//! ```text
//! pixie_store::conformance_suite!(memory, MemoryHarness, pollster::block_on);
//! pixie_store::conformance_suite!(browser, BrowserHarness, async #[wasm_bindgen_test]);
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is test code, exported so that other crates can run it"
)]

pub mod cases;
mod fixtures;
mod steps;

use std::future::Future;

use crate::backend::Backend;
use crate::faults::FaultPlan;

pub use fixtures::TestRng;

/// A storage under test. One is made for each case.
pub trait Harness: Sized {
    /// The backend.
    type Backend: Backend + Clone;

    /// Whether the cases seal their rows.
    const SEALED: bool;

    /// Makes an empty storage, apart from all others.
    fn create() -> impl Future<Output = Self>;

    /// Opens the storage. All handles from before have been dropped, without a farewell.
    fn open(&self) -> impl Future<Output = Self::Backend>;

    /// The plan of faults that the opened handles obey.
    fn faults(&self) -> &FaultPlan;

    /// All bytes of the storage as they lie on the disk, if it can be read there.
    fn image(&self) -> impl Future<Output = Option<Vec<u8>>> {
        std::future::ready(None)
    }
}

/// Makes a module with a test for each case of the suite: `conformance_suite!(module, Harness, run)`,
/// where `run` drives a future to its end, or `conformance_suite!(module, Harness, async #[attribute])`,
/// where the attribute makes a test of an async function.
#[macro_export]
macro_rules! conformance_suite {
    ($module:ident, $harness:ty, async #[$attribute:meta]) => {
        mod $module {
            use super::*;
            $crate::__conformance_cases! { [async $harness, #[$attribute]] }
        }
    };
    ($module:ident, $harness:ty, $run:path) => {
        mod $module {
            use super::*;
            $crate::__conformance_cases! { [run $harness, $run] }
        }
    };
}

/// The list of cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_cases {
    ($mode:tt) => {
        $crate::__conformance_emit! { $mode
            backend_starts_empty
            backend_commits_and_reads
            backend_refuses_a_stale_generation
            backend_reads_by_shard
            backend_deletes_rows_and_shards
            backend_keeps_the_order_of_a_batch
            backend_keeps_namespaces_apart
            backend_removes_a_namespace
            backend_fails_as_a_whole_at_every_step
            backend_reports_a_full_storage
            backend_keeps_rows_when_reopened
            commit_is_visible_and_survives
            dropped_job_leaves_nothing
            job_sees_its_own_writes
            snapshot_never_changes
            conflicting_jobs_do_not_both_commit
            disjoint_jobs_both_commit
            guarded_row_conflicts
            exclusive_job_goes_first
            deleted_rows_stay_deleted
            index_follows_the_rows
            big_values_survive
            many_rows_survive
            shards_are_loaded_apart
            unloaded_shard_takes_no_writes
            deleted_shard_is_gone
            deleted_shard_conflicts_with_new_rows
            databases_are_apart
            erased_database_is_closed
            second_handle_catches_up
            loading_catches_up
            foreign_job_is_refused
            empty_job_commits_nothing
            failed_commit_changes_nothing_at_any_step
            commit_that_failed_after_the_fact_is_found_out
            cancelled_commit_is_settled
            full_storage_is_a_typed_error
            storage_reveals_nothing
            sizes_are_padded
            equal_rows_differ
            wrong_key_is_refused
            swapped_rows_are_quarantined
            replayed_row_is_quarantined
            row_of_another_table_is_quarantined
            row_of_another_shard_is_quarantined
            row_of_another_database_is_quarantined
            damaged_rows_are_quarantined_once
            damaged_row_is_reported_when_storage_is_full
            foreign_rows_are_quarantined
            missing_and_revived_rows_are_reported
            damaged_headers_are_restored
            random_rows_never_break_the_rest
            migrations_run_step_by_step
            newer_schema_is_refused
            failing_migration_changes_nothing
            interrupted_migration_changes_nothing
            migration_quarantines_what_it_cannot_carry
            schema_mistakes_are_refused
            dump_is_restored
            older_dump_is_migrated
            no_dump_is_refused
        }
    };
}

/// Makes the tests.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_emit {
    ([run $harness:ty, $run:path] $($case:ident)*) => {
        $(
            #[test]
            fn $case() {
                $run($crate::conformance::cases::$case::<$harness>());
            }
        )*
    };
    ([async $harness:ty, #[$attribute:meta]] $($case:ident)*) => {
        $(
            #[$attribute]
            async fn $case() {
                $crate::conformance::cases::$case::<$harness>().await;
            }
        )*
    };
}
