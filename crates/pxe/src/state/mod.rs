//! The private state: typed tables, and what is asked of them.

use pixie_store::{Shard, table, tables};

table! {
    /// Facts of the network that are kept by name.
    Facts("facts"): String => Vec<u8>,
    shard = |_| Shard::COMMON,
}
tables! {
    /// All private state of one network.
    pub struct PxeTables: version 1, migrations [] {
        facts: Facts,
    }
}
