//! The recorded transactions, as far as executing functions goes: see the README of
//! `tests/vectors/transactions`.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use pixie_node::mock::Exchange;
use pixie_primitives::contract::ContractInstanceWithAddress;
use pixie_primitives::keys::PartialAddress;
use pixie_primitives::{AztecAddress, Fr, FunctionSelector};
use serde::Deserialize;
use serde_json::Value;

/// The life of one PXE.
#[derive(Deserialize)]
pub struct Life {
    pub create: Traffic,
    pub register: Registered,
    pub operations: Vec<Operation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Traffic {
    pub node_calls: Vec<Exchange>,
}

#[derive(Deserialize)]
pub struct Registered {
    pub contracts: Vec<Contract>,
    pub accounts: Vec<Account>,
    pub senders: Vec<AztecAddress>,
}

#[derive(Deserialize)]
pub struct Contract {
    pub artifact: String,
    pub instance: ContractInstanceWithAddress,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub secret_key: Fr,
    pub partial_address: PartialAddress,
    pub address: AztecAddress,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    pub request: Option<Request>,
    #[serde(default)]
    pub overrides: Vec<Override>,
    pub call: Option<Call>,
    #[serde(default)]
    pub scopes: Vec<AztecAddress>,
    pub node_calls: Vec<Exchange>,
    #[serde(default)]
    pub random: Vec<Draw>,
    pub circuits: Vec<Circuit>,
    pub result: Value,
}

#[derive(Deserialize)]
pub struct Request {
    pub buffer: String,
}

#[derive(Deserialize)]
pub struct Override {
    pub address: AztecAddress,
    pub artifact: String,
    pub instance: ContractInstanceWithAddress,
}

#[derive(Deserialize)]
pub struct Call {
    pub to: AztecAddress,
    pub name: String,
    pub selector: FunctionSelector,
    pub args: Vec<String>,
}

#[derive(Deserialize)]
pub struct Draw {
    pub purpose: String,
    pub bytes: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Circuit {
    pub kind: String,
    pub name: String,
    pub function: String,
    pub inputs: Vec<String>,
    pub oracle_calls: Vec<OracleCall>,
    pub witnesses: usize,
    pub witness_sha256: String,
}

#[derive(Deserialize)]
pub struct OracleCall {
    pub name: String,
    pub outputs: Vec<Value>,
}

/// The top folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Reads `tests/vectors/transactions/NAME.json.gz`.
pub fn read(name: &str) -> Life {
    let path = root().join(format!("tests/vectors/transactions/{name}.json.gz"));
    let file = std::fs::File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut json = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(file);
    decoder.read_to_end(&mut json).unwrap();
    serde_json::from_slice(&json).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Reads a file of the reference's packages; nothing if they are not installed.
pub fn package_file(path: &str) -> Option<Vec<u8>> {
    let packages = root().join("tests/reference/node_modules");
    if !packages.exists() {
        return None;
    }
    let path = packages.join(path);
    Some(std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
}

/// A field without leading zeros, as the recordings write it.
pub fn field(text: &str) -> Fr {
    let digits = text.trim_start_matches("0x");
    format!("0x{digits:0>64}").parse().unwrap()
}

/// A value of an oracle call, flattened.
pub fn fields(value: &Value) -> Vec<Fr> {
    match value {
        Value::String(text) => vec![field(text)],
        Value::Array(items) => items.iter().flat_map(fields).collect(),
        other => panic!("no field: {other}"),
    }
}

/// Bytes from hexadecimal digits.
pub fn bytes(text: &str) -> Vec<u8> {
    let digits = text.trim_start_matches("0x").as_bytes();
    let pairs = digits.chunks(2);
    let pairs = pairs.map(|pair| std::str::from_utf8(pair).unwrap());
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect()
}
