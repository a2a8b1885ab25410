//! The private state: typed tables, and what is asked of them.
//!
//! Rows that everything needs (accounts, senders, contracts, the followed block) lie in the common
//! shard; artifacts in the shard of their [class](shards::class), private rows in that of their
//! [contract](shards::contract). [`PxeTables::shards`] names all that the common rows call for.

pub mod accounts;
pub mod capsules;
pub mod chain;
mod codec;
pub mod contracts;
mod error;
pub mod events;
pub mod notes;
pub mod shards;
mod stored;
pub mod tagging;
#[cfg(test)]
pub(crate) mod tests;

use pixie_store::tables;

pub use accounts::Account;
pub use contracts::{ContractFunction, ContractOverrides, LoadedContract};
pub use error::StateError;
pub use events::{EventFilter, EventQuery, StoredEvent};
pub use notes::{NoteFilter, NoteStatus, StoredNote};
pub use stored::NetworkId;

tables! {
    /// All private state of one network.
    pub struct PxeTables: version 1, migrations [] {
        /// The block that is followed.
        chain: chain::Chain,
        /// The contracts whose private state is up to date.
        synced: chain::Synced,
        /// Own accounts with their keys.
        accounts: accounts::Accounts,
        /// Addresses from which private messages are expected.
        senders: accounts::Senders,
        /// Registered contracts.
        contracts: contracts::Contracts,
        /// Registered contract classes.
        classes: contracts::Classes,
        /// Their artifacts.
        artifacts: contracts::Artifacts,
        /// Notes, active and nullified.
        notes: notes::Notes,
        /// Private events.
        events: events::Events,
        /// What contracts keep on the device.
        capsules: capsules::Capsules,
        /// Tagging indexes that own accounts have used.
        sender_tags: tagging::SenderTagTable,
        /// Tagging indexes up to which messages to own accounts were found.
        recipient_tags: tagging::RecipientTagTable,
    }
}
