//! Reads the recorded operations and answers a node's calls from them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use pixie_node::RpcNode;
use pixie_node::mock::{Exchange, ManualClock, MockReply, MockTransport, Order};
use pixie_primitives::Fr;
use pixie_primitives::block::{BlockHeader, BlockParameter};
use serde_json::Value;

/// One file.
pub struct Recording {
    pub json: Value,
}

/// All recordings, by name.
pub fn recordings() -> impl Iterator<Item = (String, Recording)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/transactions");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "gz"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files.into_iter().map(|path| {
        let mut text = String::new();
        let file = File::open(&path).unwrap();
        GzDecoder::new(file).read_to_string(&mut text).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let name = name.trim_end_matches(".json.gz").to_owned();
        let json = serde_json::from_str(&text).unwrap();
        (name, Recording { json })
    })
}

/// A field in either form.
pub fn field(value: &Value) -> Fr {
    value.as_str().unwrap().parse().unwrap()
}

/// An array of fields.
pub fn fields(value: &Value) -> Vec<Fr> {
    value.as_array().unwrap().iter().map(field).collect()
}

impl Recording {
    /// The node as an operation saw it.
    pub fn node(&self, operation: usize) -> RpcNode {
        self.node_and_mock(operation).0
    }

    pub fn node_and_mock(&self, operation: usize) -> (RpcNode, MockTransport) {
        let calls = self.json["operations"][operation]["nodeCalls"]
            .as_array()
            .unwrap();
        let exchanges = calls
            .iter()
            .map(|call| Exchange {
                method: call["method"].as_str().unwrap().to_owned(),
                params: call["params"].clone(),
                result: call.get("result").cloned().unwrap_or_default(),
                error: None,
            })
            .collect();
        let mock = MockTransport::replay(
            pixie_node::mock::Recording {
                version: 1,
                node: "4.1.2".to_owned(),
                exchanges,
            },
            Order::Lenient,
        );
        let headers = RefCell::new(headers(calls));
        mock.on("node_getBlockHeader", move |params| {
            let asked: BlockParameter = serde_json::from_value(params[0].clone()).unwrap();
            let header = headers.borrow().get(&asked.key()).cloned();
            match header {
                Some(header) => MockReply::Result(header),
                None => MockReply::Error {
                    code: -32601,
                    message: format!("no header {asked:?} is in the recording"),
                },
            }
        });
        (RpcNode::new(mock.client(ManualClock::new())), mock)
    }
}

trait Key {
    fn key(&self) -> String;
}

impl Key for BlockParameter {
    fn key(&self) -> String {
        serde_json::to_string(self).unwrap()
    }
}

/// The headers that the answers contain, by everything that they can be asked for by.
fn headers(calls: &[Value]) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut add = |json: &Value| {
        let header: BlockHeader = serde_json::from_value(json.clone()).unwrap();
        found.insert(BlockParameter::from(header.hash()).key(), json.clone());
        found.insert(
            BlockParameter::from(header.block_number()).key(),
            json.clone(),
        );
    };
    let mut latest = None;
    for call in calls {
        let result = call.get("result").cloned().unwrap_or_default();
        match call["method"].as_str().unwrap() {
            "node_getBlockHeader" => {
                add(&result);
                if call["params"][0] == "latest" {
                    latest = Some(result);
                }
            }
            "node_getCheckpoints" => {
                for checkpoint in result.as_array().unwrap() {
                    for block in checkpoint["checkpoint"]["blocks"].as_array().unwrap() {
                        add(&block["header"]);
                    }
                }
            }
            "node_getBlocks" => {
                for block in result.as_array().unwrap() {
                    add(&block["header"]);
                }
            }
            _ => {}
        }
    }
    if let Some(latest) = latest {
        found.insert(BlockParameter::Latest.key(), latest);
    }
    found
}
