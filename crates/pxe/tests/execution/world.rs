//! A state, a node and random values as a recording has them.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use pixie_node::RpcNode;
use pixie_node::mock::{ManualClock, MockTransport, Order, Recording};
use pixie_primitives::artifact::{ContractArtifact, DebugData};
use pixie_primitives::block::BlockHeader;
use pixie_primitives::contract::{ContractClass, ProtocolContract};
use pixie_primitives::kernel::PrivateContextInputs;
use pixie_primitives::keys::SecretKey;
use pixie_primitives::{Fr, FromFields as _};
use pixie_pxe::execution::CircuitCache;
use pixie_pxe::state::{ContractOverrides, PxeTables};
use pixie_pxe::work::{AnchorBlock, Cancellation, Work};
use pixie_pxe::{AccessScopes, progress};
use pixie_store::{Database, Job, MemoryBackend, Sealing};
use rand_core::{TryCryptoRng, TryRng};

use super::recording::{Life, Operation, bytes, field, fields, package_file};

/// Hands out recorded bytes, one draw after the other.
struct Drawn(VecDeque<Vec<u8>>);

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("only whole draws are recorded")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("only whole draws are recorded")
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        let drawn = self.0.pop_front().expect("more draws than recorded");
        out.copy_from_slice(&drawn);
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}

/// Artifacts by their path, read once for all tests.
fn artifact(path: &str) -> Option<ContractArtifact> {
    static READ: Mutex<Option<HashMap<String, Arc<ContractArtifact>>>> = Mutex::new(None);
    let mut read = READ.lock().unwrap();
    let read = read.get_or_insert_with(HashMap::new);
    if let Some(artifact) = read.get(path) {
        return Some((**artifact).clone());
    }
    let json = package_file(path)?;
    let artifact = ContractArtifact::from_json(&json, DebugData::Drop).unwrap();
    read.insert(path.to_owned(), Arc::new(artifact.clone()));
    Some(artifact)
}

/// The state after the registrations of a recording; nothing if the reference's packages are not
/// installed.
pub fn register(life: &Life) -> Option<Job<PxeTables>> {
    let opening = Database::<PxeTables, _>::open(MemoryBackend::new(), "replay", Sealing::plain());
    let (database, _) = pollster::block_on(opening).unwrap();
    let mut job = database.job();
    for protocol in ProtocolContract::ALL {
        let name = protocol.name();
        let path = format!("@aztec/protocol-contracts/artifacts/{name}.json");
        let artifact = artifact(&path)?;
        let class = ContractClass::from_artifact(&artifact).unwrap();
        let class = class.id_preimage().unwrap().id();
        job.add_protocol_contract(&protocol.instance(class), artifact)
            .unwrap();
    }
    for contract in &life.register.contracts {
        let artifact = artifact(&contract.artifact)?;
        job.add_contract(&contract.instance, Some(artifact))
            .unwrap();
    }
    for account in &life.register.accounts {
        let secret = SecretKey::from_field(account.secret_key);
        let (complete, _) = job.add_account(&secret, account.partial_address);
        assert_eq!(complete.address(), account.address);
    }
    for sender in &life.register.senders {
        job.add_sender(*sender);
    }
    Some(job)
}

/// The header of the block that the operation saw, from what its circuits were told.
fn anchor(operation: &Operation) -> BlockHeader {
    let mut headers = operation.circuits.iter().rev().filter_map(|circuit| {
        if circuit.kind != "contract" {
            return None;
        }
        let inputs: Vec<Fr> = circuit.inputs.iter().map(|text| field(text)).collect();
        let context = inputs.get(..37).map(PrivateContextInputs::from_fields);
        if let Some(Ok(context)) = context {
            return Some(context.anchor_block_header);
        }
        let mut calls = circuit.oracle_calls.iter();
        let call = calls.find(|call| call.name == "utilityGetUtilityContext")?;
        let values: Vec<Fr> = call.outputs.iter().flat_map(fields).collect();
        Some(BlockHeader::from_fields(&values[..values.len() - 1]).unwrap())
    });
    headers.next().expect("an operation with circuits")
}

/// An operation as it was recorded: its node, its random values, the block that it saw.
pub fn work(
    life: &Life,
    operation: &Operation,
    job: Job<PxeTables>,
    circuits: Rc<CircuitCache>,
) -> (Work, MockTransport) {
    cancellable_work(life, operation, job, circuits, Cancellation::default())
}

/// The same with a switch to stop it.
pub fn cancellable_work(
    life: &Life,
    operation: &Operation,
    job: Job<PxeTables>,
    circuits: Rc<CircuitCache>,
    cancellation: Cancellation,
) -> (Work, MockTransport) {
    let exchanges = life.create.node_calls.iter().chain(&operation.node_calls);
    let recording = Recording {
        version: 1,
        node: String::new(),
        exchanges: exchanges.cloned().collect(),
    };
    let mock = MockTransport::replay(recording, Order::Lenient);
    let node = RpcNode::new(mock.client(ManualClock::new()));
    let draws = operation.random.iter();
    let draws = draws.filter(|draw| draw.purpose == "field");
    let draws = draws.map(|draw| bytes(draw.bytes.as_ref().unwrap()));
    let mut overrides = ContractOverrides::default();
    for contract in &operation.overrides {
        let artifact = artifact(&contract.artifact).unwrap();
        overrides.insert(contract.address, contract.instance.instance, artifact);
    }
    let work = Work::new(
        Rc::new(node),
        job,
        AnchorBlock::new(anchor(operation)),
        Box::new(Drawn(draws.collect())),
        Rc::new(progress::Unobserved),
        cancellation,
    );
    let work = work.with_circuits(circuits).with_overrides(overrides);
    (work, mock)
}

pub fn scopes(operation: &Operation) -> AccessScopes {
    AccessScopes::Only(operation.scopes.clone())
}
