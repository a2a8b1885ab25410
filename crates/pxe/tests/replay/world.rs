//! A PXE that lives what the reference's did: the same node answers, the same random values.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::future::ready;
use std::rc::Rc;

use async_trait::async_trait;
use futures_util::future::LocalBoxFuture;
use pixie_acir::pack::{Source, npm};
use pixie_node::mock::{Exchange, ManualClock, MockReply, MockTransport, Order, Recording};
use pixie_node::transport::{HttpRequest, HttpResponse, Transport};
use pixie_node::{RetryPolicy, RpcClient, RpcNode, RpcOptions, TransportError};
use pixie_primitives::artifact::{ContractArtifact, DebugData};
use pixie_primitives::block::BlockHeader;
use pixie_primitives::keys::SecretKey;
use pixie_pxe::kernel::{
    ExecutionStep, Folder, NoProver, PrivateKernelProver, Proof, ProverError, ResourceCircuits,
};
use pixie_pxe::{Pxe, PxeParts};
use pixie_store::conformance::TestRng;
use pixie_store::{DataKey, MemoryBackend, Sealing};
use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::recording::{Draw, Life, NodeCall, package_file, root};

/// A node whose recording can be changed, and that can be out of reach.
#[derive(Clone, Default)]
pub struct Node {
    mock: Rc<RefCell<MockTransport>>,
    /// How many requests it still answers; nothing for all.
    patience: Rc<Cell<Option<usize>>>,
}

impl Node {
    pub fn plays(&self, calls: &[&[NodeCall]]) {
        let calls: Vec<NodeCall> = calls.concat();
        let headers = headers(&calls);
        let exchanges = calls.into_iter().map(|call| Exchange {
            method: call.method,
            params: call.params,
            result: call.result,
            error: None,
        });
        let recording = Recording {
            version: 1,
            node: "4.1.2".to_owned(),
            exchanges: exchanges.collect(),
        };
        let mock = MockTransport::replay(recording, Order::Lenient);
        mock.on("node_getBlockHeader", move |params| {
            let at = params[0].to_string();
            match headers.get(&at) {
                Some(header) => MockReply::Result(header.clone()),
                None => MockReply::Error {
                    code: -32601,
                    message: format!("the recording has no header of block {at}"),
                },
            }
        });
        *self.mock.borrow_mut() = mock;
    }

    /// Answers `requests` more, and is out of reach from then on; nothing: answers all.
    pub fn answers(&self, requests: Option<usize>) {
        self.patience.set(requests);
    }
}

/// All block headers in the answers, by what they may be asked with.
fn headers(calls: &[NodeCall]) -> HashMap<String, Value> {
    let mut headers = HashMap::new();
    for call in calls {
        if call.method == "node_getBlockHeader" && !call.result.is_null() {
            headers.insert(call.params[0].to_string(), call.result.clone());
        }
        collect(&call.result, &mut headers);
    }
    headers
}

fn collect(value: &Value, headers: &mut HashMap<String, Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, headers)),
        Value::Object(members) => {
            if members.contains_key("globalVariables") && members.contains_key("lastArchive") {
                let header: BlockHeader = serde_json::from_value(value.clone()).unwrap();
                let number = serde_json::to_value(header.block_number()).unwrap();
                let hash = serde_json::to_value(header.hash()).unwrap();
                for key in [number, hash] {
                    headers
                        .entry(key.to_string())
                        .or_insert_with(|| value.clone());
                }
            }
            members.values().for_each(|value| collect(value, headers));
        }
        _ => {}
    }
}

impl Transport for Node {
    fn send(
        &self,
        request: HttpRequest,
    ) -> LocalBoxFuture<'_, Result<HttpResponse, TransportError>> {
        match self.patience.get() {
            Some(0) => {
                return Box::pin(ready(Err(TransportError::Interrupted {
                    reason: "the line is cut".to_owned(),
                })));
            }
            Some(more) => self.patience.set(Some(more - 1)),
            None => {}
        }
        let mock = self.mock.borrow().clone();
        Box::pin(async move { mock.send(request).await })
    }

    fn url(&self) -> &str {
        "mock"
    }
}

/// The random values of a recording, one after the other.
#[derive(Clone, Default)]
pub struct Draws(Rc<RefCell<VecDeque<Vec<u8>>>>);

impl Draws {
    pub fn prepare(&self, draws: &[Draw]) {
        let fields = draws.iter().filter(|draw| draw.purpose == "field");
        let bytes = fields.map(|draw| {
            let hex = draw.bytes.as_ref().unwrap();
            pixie_primitives::codec::from_hex(hex, "random bytes").unwrap()
        });
        *self.0.borrow_mut() = bytes.collect();
    }

    pub fn left(&self) -> usize {
        self.0.borrow().len()
    }
}

impl TryRng for Draws {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("the reference draws 64 bytes at a time")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("the reference draws 64 bytes at a time")
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        let next = self.0.borrow_mut().pop_front();
        let next = next.expect("more random values are drawn than were recorded");
        bytes.copy_from_slice(&next);
        Ok(())
    }
}

impl TryCryptoRng for Draws {}

/// Name, number of witnesses and digest of each circuit that was to be proved.
#[derive(Clone, Default)]
pub struct Digests(pub Rc<RefCell<Vec<(String, usize, String)>>>, pub Gate);

/// What a proof waits for.
pub type Gate = Rc<async_lock::Mutex<()>>;

#[async_trait(?Send)]
impl PrivateKernelProver for Digests {
    async fn prove(&self, steps: &[ExecutionStep<'_>]) -> Result<Proof, ProverError> {
        let digests = steps.iter().map(|step| {
            let witness = step.witness();
            let mut hash = Sha256::new();
            for (index, value) in witness.iter() {
                let value = pixie_primitives::Fr::from(value);
                hash.update(format!("{}={value}\n", index.0));
            }
            let digest = pixie_primitives::codec::to_hex(&hash.finalize());
            let digest = digest.trim_start_matches("0x").to_owned();
            (step.name.clone(), witness.len(), digest)
        });
        *self.0.borrow_mut() = digests.collect();
        drop(self.1.lock().await);
        NoProver.prove(steps).await
    }

    async fn gate_count(&self, step: &ExecutionStep<'_>) -> Result<Option<u64>, ProverError> {
        NoProver.gate_count(step).await
    }
}

pub struct World {
    pub pxe: Pxe<MemoryBackend>,
    pub node: Node,
    pub draws: Draws,
    pub digests: Digests,
}

pub fn artifact(path: &str) -> ContractArtifact {
    ContractArtifact::from_json(&package_file(path), DebugData::Drop).unwrap()
}

/// A PXE that has registered what the recorded one had.
pub async fn begin(life: &Life) -> World {
    let node = Node::default();
    node.plays(&[&life.create.node_calls, &life.register.node_calls]);
    let options = RpcOptions {
        retry: RetryPolicy::NEVER,
        ..RpcOptions::default()
    };
    let rpc = RpcClient::new(node.clone(), ManualClock::new(), options);
    let draws = Draws::default();
    let digests = Digests::default();
    let key_tree = package_file(&format!("@aztec/{}", npm::KEY_TREE));
    let source = Source::packages(&String::from_utf8(key_tree).unwrap()).unwrap();
    let resources = Rc::new(ResourceCircuits::new(
        source,
        Folder(root().join("tests/reference/node_modules/@aztec")),
    ));
    let parts = PxeParts {
        node: Rc::new(RpcNode::new(rpc)),
        protocol_contracts: resources.protocol_contracts().await.unwrap(),
        kernels: resources,
        prover: Rc::new(digests.clone()),
        entropy: Box::new(draws.clone()),
        clock: Rc::new(ManualClock::new()),
    };
    let sealing = Sealing::sealed(DataKey::new([7; 32]), TestRng::new());
    let (pxe, report) = Pxe::open(parts, MemoryBackend::new(), sealing)
        .await
        .unwrap();
    assert!(report.is_clean(), "{report:?}");
    for contract in &life.register.contracts {
        let artifact = artifact(&contract.artifact);
        pxe.register_contract(&contract.instance, Some(artifact))
            .await
            .unwrap();
    }
    for account in &life.register.accounts {
        let secret = SecretKey::from_field(account.secret_key);
        let complete = pxe
            .register_account(&secret, account.partial_address)
            .await
            .unwrap();
        assert_eq!(complete.address(), account.address);
    }
    for sender in &life.register.senders {
        pxe.register_sender(*sender).await.unwrap();
    }
    World {
        pxe,
        node,
        draws,
        digests,
    }
}
