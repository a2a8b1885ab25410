//! How rows lie in IndexedDB.
//!
//! Two object stores with keys apart from the values: `rows` maps the 112 bytes of namespace, shard,
//! table and row to the row's bytes; `generations` maps the 32 bytes of a namespace to a number.
//! Binary keys are compared byte by byte, so the rows of a namespace and of a shard are ranges.

use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use js_sys::{ArrayBuffer, Uint8Array};
use pixie_store::{NamespaceId, ROW_KEY, RowAddress, ShardId};
use wasm_bindgen::{JsCast, JsValue};

/// The object store of the rows.
pub(crate) const ROWS: &str = "rows";
/// The object store of the generations.
pub(crate) const GENERATIONS: &str = "generations";

/// What a step of the layout says when it cannot be done; nothing is changed then.
pub type StepFailed = indexed_db_futures::error::Error;

/// Brings the object stores from one layout to the next, within the transaction that changes the
/// version of the database.
pub type Step = fn(&Database) -> Result<(), StepFailed>;

/// The steps from an empty database to this version's layout; the layout is their number.
pub(crate) const STEPS: &[Step] = &[create];

fn create(database: &Database) -> Result<(), StepFailed> {
    database.create_object_store(ROWS).build()?;
    database.create_object_store(GENERATIONS).build()?;
    Ok(())
}

pub(crate) fn bytes_to_js(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

/// The bytes of a stored key.
fn js_to_bytes(key: &JsValue) -> Option<Vec<u8>> {
    let buffer = key.dyn_ref::<ArrayBuffer>()?;
    Some(Uint8Array::new(buffer).to_vec())
}

pub(crate) fn namespace_key(namespace: NamespaceId) -> JsValue {
    bytes_to_js(&namespace.0)
}

pub(crate) fn namespace_of(key: &JsValue) -> Option<NamespaceId> {
    js_to_bytes(key)?.try_into().ok().map(NamespaceId)
}

pub(crate) fn row_key(namespace: NamespaceId, address: RowAddress) -> JsValue {
    bytes_to_js(&address.key(namespace))
}

pub(crate) fn address_of(key: &JsValue) -> Option<RowAddress> {
    let bytes: [u8; ROW_KEY] = js_to_bytes(key)?.try_into().ok()?;
    Some(RowAddress::of_key(&bytes))
}

/// The keys of a namespace or of one of its shards.
pub(crate) struct Range {
    low: JsValue,
    is_low_left_out: bool,
    high: JsValue,
}

impl Range {
    pub(crate) fn of(namespace: NamespaceId, shard: Option<ShardId>) -> Self {
        let (low, high) = RowAddress::keys_of(namespace, shard);
        Self {
            low: bytes_to_js(&low),
            is_low_left_out: false,
            high: bytes_to_js(&high),
        }
    }

    /// What is left of the range behind a key.
    pub(crate) fn after(self, key: JsValue) -> Self {
        Self {
            low: key,
            is_low_left_out: true,
            high: self.high,
        }
    }

    pub(crate) fn to_js(&self) -> KeyRange<JsValue> {
        KeyRange::Bound(
            self.low.clone(),
            self.is_low_left_out,
            self.high.clone(),
            false,
        )
    }
}
