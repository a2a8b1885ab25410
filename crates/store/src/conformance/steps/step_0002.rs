//! Ages become years of birth.

use crate::{Migration, MigrationError, MigrationRows};

pub(in crate::conformance) const STEP: Migration = Migration {
    to: 2,
    tables: &["people"],
    run,
};

fn run(rows: &mut MigrationRows<'_>) -> Result<(), MigrationError> {
    rows.rewrite("people", |name: String, age: u32| {
        // Ages that are none cannot be carried over; a person named Drop is not wanted.
        let born = 2026_u32.checked_sub(age).ok_or(())?;
        Ok::<_, ()>((name != "Drop").then_some((name, born)))
    })
}
