//! The recorded transactions: see the README of `tests/vectors/transactions`.

use std::io::Read;
use std::path::{Path, PathBuf};

use pixie_primitives::contract::ContractInstanceWithAddress;
use pixie_primitives::keys::PartialAddress;
use pixie_primitives::{AztecAddress, Fr};
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
    pub node_calls: Vec<NodeCall>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registered {
    pub contracts: Vec<Contract>,
    pub accounts: Vec<Account>,
    pub senders: Vec<AztecAddress>,
    pub node_calls: Vec<NodeCall>,
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

#[derive(Deserialize, Clone)]
pub struct NodeCall {
    pub method: String,
    pub params: Value,
    #[serde(default)]
    pub result: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    pub kind: Kind,
    pub request: Option<Value>,
    pub options: Option<Value>,
    #[serde(default)]
    pub overrides: Vec<Override>,
    pub call: Option<UtilityCall>,
    pub event_selector: Option<String>,
    pub filter: Option<Value>,
    #[serde(default)]
    pub scopes: Vec<AztecAddress>,
    pub node_calls: Vec<NodeCall>,
    #[serde(default)]
    pub random: Vec<Draw>,
    pub circuits: Vec<Circuit>,
    pub result: Value,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Prove,
    Simulate,
    Utility,
    Events,
}

#[derive(Deserialize)]
pub struct Override {
    pub address: AztecAddress,
    pub artifact: String,
    pub instance: ContractInstanceWithAddress,
}

#[derive(Deserialize)]
pub struct UtilityCall {
    pub to: AztecAddress,
    pub name: String,
    pub selector: String,
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
    pub outputs: Vec<String>,
    pub witnesses: usize,
    pub witness_sha256: String,
}

/// Reads `tests/vectors/transactions/NAME.json.gz`.
pub fn read(name: &str) -> Life {
    let path = root()
        .join("tests/vectors/transactions")
        .join(format!("{name}.json.gz"));
    let file = std::fs::File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut json = Vec::new();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut json)
        .unwrap();
    serde_json::from_slice(&json).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The top folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Reads a file of the reference's packages.
pub fn package_file(path: &str) -> Vec<u8> {
    let path = root().join("tests/reference/node_modules").join(path);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{} ({e}): run scripts/setup", path.display()))
}

/// A field without leading zeros, as the recordings write it.
pub fn short(text: &str) -> Fr {
    let digits = text.trim_start_matches("0x");
    format!("0x{digits:0>64}").parse().unwrap()
}
