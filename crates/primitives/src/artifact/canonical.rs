use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

/// A key in the order in which JavaScript sorts: by UTF-16 code units. It differs from the order of
/// bytes for characters beyond the basic plane.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Utf16Sorted(Vec<u16>);

impl Utf16Sorted {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.encode_utf16().collect())
    }
}

/// Serialises a map with its keys in JavaScript's order.
pub(super) fn utf16_sorted<V: Serialize, S: Serializer>(
    map: &BTreeMap<String, V>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_cached_key(|(key, _)| Utf16Sorted::new(key));
    serializer.collect_map(entries)
}
