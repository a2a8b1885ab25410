//! How tables and databases are declared.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::migrate::Migration;
use crate::table::AnyTable;

/// A group of rows that are loaded together, as one account's or one contract's.
///
/// The name is never stored in the clear.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard {
    kind: &'static str,
    id: Vec<u8>,
}

impl Shard {
    /// The shard that is always loaded.
    pub const COMMON: Self = Self {
        kind: "",
        id: Vec::new(),
    };

    pub(crate) const HEADER: Self = Self {
        kind: "pixie.header",
        id: Vec::new(),
    };
    pub(crate) const QUARANTINE: Self = Self {
        kind: "pixie.quarantine",
        id: Vec::new(),
    };

    /// The shard of the thing `id` of a kind, as of an account. Kinds that start with `pixie.` are
    /// kept for the store itself.
    pub fn new(kind: &'static str, id: impl Into<Vec<u8>>) -> Self {
        Self {
            kind,
            id: id.into(),
        }
    }

    /// The kind; empty for the common shard.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The id within the kind.
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    pub(crate) fn is_reserved(&self) -> bool {
        self.kind.starts_with("pixie.")
    }
}

impl fmt::Debug for Shard {
    /// Names the kind only: the id may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shard({:?}, {} bytes)", self.kind, self.id.len())
    }
}

/// The index of a table that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoIndex {}

/// What a table holds. Implemented on a marker type, most easily by [`table!`](crate::table!).
pub trait TableSpec: Sized + 'static {
    /// The logical key. Its encoding must depend on its value alone.
    type Key: Clone + Ord + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// The value.
    type Value: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// What rows can be found by beside the key: an enum with a variant for each index, or
    /// [`NoIndex`].
    type Index: Clone + Ord + Send + Sync + 'static;

    /// The name, which must never change: rows are bound to it. Names that start with `pixie.` are
    /// kept for the store itself.
    const NAME: &'static str;

    /// The index entries of a row. Must depend on the row alone.
    fn indexes(key: &Self::Key, value: &Self::Value) -> Vec<Self::Index>;

    /// The shard of a row. Must depend on the key alone.
    fn shard(key: &Self::Key) -> Shard;
}

/// The version of a database's rows, and how older ones are brought to it.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// The version that this program reads and writes; the first is 1.
    pub version: u32,
    /// The steps to versions 2, 3, … `version`, in this order.
    pub migrations: &'static [Migration],
}

impl Schema {
    /// The version stamped on the rows of a table when the schema is at `version`: that of the last
    /// step that rewrote the table.
    pub(crate) fn row_version(&self, table: &str, version: u32) -> u32 {
        let steps = self.migrations.iter().filter(|step| step.to <= version);
        steps
            .filter(|step| step.tables.contains(&table))
            .map(|step| step.to)
            .max()
            .unwrap_or(1)
    }
}

/// The tables of one database, declared by [`tables!`](crate::tables!).
pub trait Tables: Clone + Default + Send + Sync + 'static {
    /// The schema.
    const SCHEMA: Schema;

    /// All tables, always in the same order.
    fn all(&self) -> Vec<&dyn AnyTable>;

    /// All tables, in the order of [`Self::all`].
    fn all_mut(&mut self) -> Vec<&mut dyn AnyTable>;
}

/// Declares a table: a marker type, a name, the types of key and value, and where there are any, the
/// index entries and the shard of a row.
///
/// ```
/// # use serde::{Serialize, Deserialize};
/// use pixie_store::{Shard, table};
///
/// #[derive(Clone, Serialize, Deserialize)]
/// pub struct Coin { owner: u32, amount: u64 }
///
/// table! {
///     /// Settings by name.
///     pub Settings("settings"): String => Vec<u8>
/// }
/// table! {
///     /// Coins by number, found by owner, loaded by hundreds.
///     pub Coins("coins"): u64 => Coin,
///     index u32 = |_, coin| vec![coin.owner],
///     shard = |number| Shard::new("hundred", (number / 100).to_be_bytes()),
/// }
/// ```
#[macro_export]
macro_rules! table {
    ($(#[$meta:meta])* $vis:vis $name:ident($text:literal): $key:ty => $value:ty $(,)?) => {
        $crate::table! { @spec [$(#[$meta])* $vis $name $text] [$key] [$value]
            [$crate::NoIndex] [|_, _| ::std::vec::Vec::new()] [|_| $crate::Shard::COMMON] }
    };
    ($(#[$meta:meta])* $vis:vis $name:ident($text:literal): $key:ty => $value:ty,
        index $index:ty = $entries:expr $(,)?) => {
        $crate::table! { @spec [$(#[$meta])* $vis $name $text] [$key] [$value]
            [$index] [$entries] [|_| $crate::Shard::COMMON] }
    };
    ($(#[$meta:meta])* $vis:vis $name:ident($text:literal): $key:ty => $value:ty,
        shard = $shard:expr $(,)?) => {
        $crate::table! { @spec [$(#[$meta])* $vis $name $text] [$key] [$value]
            [$crate::NoIndex] [|_, _| ::std::vec::Vec::new()] [$shard] }
    };
    ($(#[$meta:meta])* $vis:vis $name:ident($text:literal): $key:ty => $value:ty,
        index $index:ty = $entries:expr, shard = $shard:expr $(,)?) => {
        $crate::table! { @spec [$(#[$meta])* $vis $name $text] [$key] [$value]
            [$index] [$entries] [$shard] }
    };
    (@spec [$(#[$meta:meta])* $vis:vis $name:ident $text:literal] [$key:ty] [$value:ty]
        [$index:ty] [$entries:expr] [$shard:expr]) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        $vis enum $name {}

        impl $crate::TableSpec for $name {
            type Key = $key;
            type Value = $value;
            type Index = $index;

            const NAME: &'static str = $text;

            fn indexes(key: &Self::Key, value: &Self::Value) -> ::std::vec::Vec<Self::Index> {
                let entries: fn(&$key, &$value) -> ::std::vec::Vec<$index> = $entries;
                entries(key, value)
            }

            fn shard(key: &Self::Key) -> $crate::Shard {
                let shard: fn(&$key) -> $crate::Shard = $shard;
                shard(key)
            }
        }
    };
}

/// Puts tables together into a database type with one public field for each.
///
/// ```
/// use pixie_store::{table, tables};
///
/// table! { /// Names by number.
///     pub Names("names"): u64 => String }
///
/// tables! {
///     /// An address book.
///     pub struct Book: version 1, migrations [] {
///         /// Names by number.
///         names: Names,
///     }
/// }
/// ```
#[macro_export]
macro_rules! tables {
    ($(#[$meta:meta])* $vis:vis struct $name:ident: version $version:expr,
        migrations [$($step:expr),* $(,)?] {
        $($(#[$field_meta:meta])* $field:ident: $spec:ty),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        $vis struct $name {
            $($(#[$field_meta])* pub $field: $crate::Table<$spec>,)*
        }

        impl $crate::Tables for $name {
            const SCHEMA: $crate::Schema =
                $crate::Schema { version: $version, migrations: &[$($step),*] };

            fn all(&self) -> ::std::vec::Vec<&dyn $crate::AnyTable> {
                ::std::vec![$(&self.$field),*]
            }

            fn all_mut(&mut self) -> ::std::vec::Vec<&mut dyn $crate::AnyTable> {
                ::std::vec![$(&mut self.$field),*]
            }
        }
    };
}
