//! Nicknames move to the people; the table of their own goes.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Migration, MigrationError, MigrationRows};

pub(in crate::conformance) const STEP: Migration = Migration {
    to: 3,
    tables: &["people", "nicks"],
    run,
};

#[derive(Serialize)]
struct Person {
    born: u32,
    nick: Option<String>,
}

fn run(rows: &mut MigrationRows<'_>) -> Result<(), MigrationError> {
    let nicks = rows.drain::<String, String>("nicks")?;
    let mut nicks: BTreeMap<_, _> = nicks
        .into_iter()
        .map(|(_, name, nick)| (name, nick))
        .collect();
    for (shard, name, born) in rows.drain::<String, u32>("people")? {
        let nick = nicks.remove(&name);
        rows.insert("people", shard, &name, &Person { born, nick })?;
    }
    Ok(())
}
