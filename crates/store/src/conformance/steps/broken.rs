//! Steps that fail.

use crate::{Migration, MigrationError};

pub(in crate::conformance) const FAILING: Migration = Migration {
    to: 3,
    tables: &["people"],
    run: |rows| {
        rows.drain::<String, u32>("people")?;
        Err(MigrationError::Unexpected("nobody is named Nobody"))
    },
};

pub(in crate::conformance) const UNDECLARED: Migration = Migration {
    to: 2,
    tables: &["people"],
    run: |rows| rows.drain::<String, String>("settings").map(drop),
};
