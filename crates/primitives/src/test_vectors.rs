//! Reads the recordings under `tests/vectors`.

use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::field::Fr;

macro_rules! vector {
    ($path:literal) => {
        include_bytes!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/vectors/",
            $path
        ))
    };
}

/// Whole transactions of the reference PXE, with real and with simulated kernels: with and without
/// public calls, with resets of several sizes, with every kind of side effect.
pub(crate) fn transactions() -> impl Iterator<Item = (&'static str, Value)> {
    let recordings: [(&str, &[u8]); 8] = [
        (
            "deploy_contract",
            vector!("transactions/deploy_contract.json.gz"),
        ),
        ("fpc_private", vector!("transactions/fpc_private.json.gz")),
        ("inner_resets", vector!("transactions/inner_resets.json.gz")),
        (
            "nested_events.simulated",
            vector!("transactions/nested_events.simulated.json.gz"),
        ),
        ("sequence", vector!("transactions/sequence.json.gz")),
        ("side_effects", vector!("transactions/side_effects.json.gz")),
        (
            "transfer_private.simulated",
            vector!("transactions/transfer_private.simulated.json.gz"),
        ),
        (
            "transfer_public.simulated",
            vector!("transactions/transfer_public.simulated.json.gz"),
        ),
    ];
    recordings
        .into_iter()
        .map(|(name, bytes)| (name, json_gz(bytes)))
}

pub(crate) fn json_gz(bytes: &[u8]) -> Value {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// An array of field elements in `0x` form, of any number of digits.
pub(crate) fn fields(value: &Value) -> Vec<Fr> {
    value.as_array().unwrap().iter().map(field).collect()
}

pub(crate) fn field(value: &Value) -> Fr {
    Fr::from_hex(value.as_str().unwrap()).unwrap()
}
