//! The state's part of the recorded operations: what the circuits of the reference asked the wallet's
//! state for, and wrote to it, is asked of ours and written to it in the same order, with the node's
//! recorded answers. Every answer must be the same.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod recording;

use std::collections::BTreeMap;
use std::rc::Rc;

use futures_util::future::try_join;
use pixie_node::AztecNode;
use pixie_primitives::block::BlockNumber;
use pixie_primitives::capsule::Capsule;
use pixie_primitives::contract::ContractInstanceWithAddress;
use pixie_primitives::hash::StorageSlot;
use pixie_primitives::keys::{PartialAddress, SecretKey, derive_ecdh_shared_secret};
use pixie_primitives::tagging::{ExtendedDirectionalAppTaggingSecret, PreTag};
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, EventSelector, Fr, Point, ToFields as _};
use pixie_pxe::progress::Unobserved;
use pixie_pxe::state::contracts::StoredContract;
use pixie_pxe::state::{EventQuery, NoteStatus, PxeTables};
use pixie_pxe::work::AnchorBlock;
use pixie_pxe::{AccessScopes, Cancellation, Work, sync};
use pixie_store::{Database, MemoryBackend, Sealing};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde_json::Value;

use recording::{Recording, field, fields, recordings};

type State = Database<PxeTables, MemoryBackend>;

/// One circuit of an operation.
struct Circuit<'a> {
    json: &'a Value,
    contract: AztecAddress,
    is_sync: bool,
}

struct Replay<'a> {
    name: &'a str,
    work: Work,
    scopes: AccessScopes,
    circuits: Vec<Circuit<'a>>,
    capsules: Vec<Capsule>,
    /// The highest index that the transaction uses of each secret, in the order of their first use.
    used: BTreeMap<String, PreTag>,
    compared: BTreeMap<String, usize>,
}

fn address(value: &Value) -> AztecAddress {
    value.as_str().unwrap().parse().unwrap()
}

fn slot(value: &Value) -> StorageSlot {
    StorageSlot::from_field(field(value))
}

/// The contract that a circuit belongs to: private functions have it among their inputs, utility
/// functions tell it in what they ask.
fn contract_of(circuit: &Value) -> Option<AztecAddress> {
    let calls = circuit["oracleCalls"].as_array().unwrap();
    for call in calls {
        match call["name"].as_str().unwrap() {
            "utilityGetUtilityContext" => {
                let outputs = call["outputs"].as_array().unwrap();
                return outputs.last().map(address);
            }
            "utilityLoadCapsule" | "utilityStoreCapsule" | "utilityBulkRetrieveLogs" => {
                return Some(address(&call["inputs"][0][0]));
            }
            _ => {}
        }
    }
    let inputs = circuit["inputs"].as_array().unwrap();
    inputs.get(1).map(address)
}

impl Replay<'_> {
    async fn run(&mut self) {
        let roots: Vec<usize> = self.children(None);
        for circuit in roots {
            let scopes = self.scopes.clone();
            self.circuit(circuit, &scopes).await;
        }
    }

    fn children(&self, parent: Option<(usize, usize)>) -> Vec<usize> {
        let of = |circuit: &Circuit<'_>| {
            let number = |key: &str| circuit.json.get(key).and_then(Value::as_u64);
            Some((number("parent")? as usize, number("parentOracle")? as usize))
        };
        let all = self.circuits.iter().enumerate();
        all.filter(|(_, circuit)| circuit.json["kind"] == "contract" && of(circuit) == parent)
            .map(|(index, _)| index)
            .collect()
    }

    async fn circuit(&mut self, index: usize, scopes: &AccessScopes) {
        let mut scopes = scopes.clone();
        let Circuit {
            json,
            contract,
            is_sync,
        } = self.circuits[index];
        let anchor = self.work.anchor().hash;
        let unsynced = self.work.state().unsynced(contract, &scopes, anchor);
        let registered = self.work.state().contract_instance(&contract).is_ok();
        if is_sync {
            let unsynced = unsynced.unwrap_or_else(|| {
                panic!(
                    "{}: circuit {index} {} at {contract} was up to date",
                    self.name, json["name"]
                )
            });
            sync::notes::sync_nullifiers(&self.work, contract, &unsynced)
                .await
                .unwrap();
            sync::classes::verify_class(&self.work, contract)
                .await
                .unwrap();
            self.work
                .state_mut()
                .mark_synced(contract, &unsynced, anchor);
            scopes = unsynced;
        } else if registered && self.has_sync(contract) {
            assert_eq!(unsynced, None, "{}: {contract} was synchronised", self.name);
        }
        let calls = json["oracleCalls"].as_array().unwrap();
        for (number, call) in calls.iter().enumerate() {
            // Boxed, for circuits nest.
            for child in self.children(Some((index, number))) {
                let scopes = self.expanded(&scopes, call);
                Box::pin(self.circuit(child, &scopes)).await;
            }
            let name = call["name"].as_str().unwrap();
            let at = format!("{}: {} oracle {number} {name}", self.name, json["name"]);
            let inputs = call["inputs"].as_array().unwrap();
            let outputs = &call["outputs"];
            if self
                .oracle(contract, &scopes, name, inputs, outputs, &at)
                .await
            {
                *self.compared.entry(name.to_owned()).or_default() += 1;
            }
        }
    }

    /// A call to an own account may use that account too.
    fn expanded(&self, scopes: &AccessScopes, call: &Value) -> AccessScopes {
        let mut scopes = scopes.clone();
        if call["name"] == "privateCallPrivateFunction" {
            let target = address(&call["inputs"][0][0]);
            if let AccessScopes::Only(accounts) = &mut scopes
                && self.work.state().has_account(&target)
            {
                // Once more if it is there already: the reference looks for its logs twice then.
                accounts.push(target);
            }
        }
        scopes
    }

    fn has_sync(&self, contract: AztecAddress) -> bool {
        let mut circuits = self.circuits.iter();
        circuits.any(|circuit| circuit.is_sync && circuit.contract == contract)
    }

    /// Does what an oracle does to the state; returns whether it has to do with it.
    async fn oracle(
        &mut self,
        contract: AztecAddress,
        scopes: &AccessScopes,
        name: &str,
        inputs: &[Value],
        outputs: &Value,
        at: &str,
    ) -> bool {
        let work = &self.work;
        match name {
            "utilityStoreCapsule" => {
                let (slot, fields) = (slot(&inputs[1][0]), fields(&inputs[2]));
                work.state_mut().store_capsule(contract, slot, fields);
            }
            "utilityDeleteCapsule" => {
                work.state_mut()
                    .delete_capsule(contract, slot(&inputs[1][0]));
            }
            "utilityCopyCapsule" => {
                let count = field(&inputs[3][0]).to_u32().unwrap();
                let [from, to] = [slot(&inputs[1][0]), slot(&inputs[2][0])];
                work.state_mut()
                    .copy_capsule(contract, from, to, count)
                    .expect(at);
            }
            "utilityLoadCapsule" => {
                let slot = slot(&inputs[1][0]);
                let mut transient = self.capsules.iter();
                let transient = transient
                    .find(|c| c.contract_address == contract && c.storage_slot == slot)
                    .map(|capsule| capsule.data.clone());
                let state = work.state();
                let stored = state.load_capsule(contract, slot).map(<[Fr]>::to_vec);
                let expected = (field(&outputs[0]) == Fr::ONE).then(|| fields(&outputs[1]));
                assert_eq!(transient.or(stored), expected, "{at}");
            }
            "utilityFetchTaggedLogs" => {
                sync::logs::fetch_tagged_logs(work, contract, slot(&inputs[0][0]), scopes)
                    .await
                    .expect(at);
            }
            "utilityBulkRetrieveLogs" => {
                let [requests, responses] = [slot(&inputs[1][0]), slot(&inputs[2][0])];
                sync::logs::bulk_retrieve(work, contract, requests, responses)
                    .await
                    .expect(at);
            }
            "utilityValidateAndStoreEnqueuedNotesAndEvents" => {
                let [notes, events] = [slot(&inputs[1][0]), slot(&inputs[2][0])];
                sync::messages::validate_and_store(work, contract, notes, events)
                    .await
                    .expect(at);
            }
            "utilityGetNotes" => self.notes(contract, scopes, inputs, outputs, at),
            "utilityGetKeyValidationRequest" => {
                let request = work
                    .state()
                    .key_validation_request(field(&inputs[0][0]), contract, scopes)
                    .expect(at);
                let expected: Vec<Fr> = outputs.as_array().unwrap().iter().map(field).collect();
                let mut actual = request.pk_m.to_fields();
                actual.push(request.sk_app);
                assert_eq!(actual, expected, "{at}");
            }
            "utilityGetSharedSecret" => {
                let account = address(&inputs[0][0]);
                let point = Point::new(field(&inputs[1][0]), field(&inputs[2][0])).unwrap();
                let secret = work.state().address_secret(&account).expect(at);
                let shared = derive_ecdh_shared_secret(secret.expose(), point).unwrap();
                let expected: Vec<Fr> = outputs.as_array().unwrap().iter().map(field).collect();
                assert_eq!(shared.to_fields(), expected, "{at}");
            }
            "privateGetNextAppTagAsSender" => {
                let [sender, recipient] = [address(&inputs[0][0]), address(&inputs[1][0])];
                let secret = {
                    let state = work.state();
                    let account = state.account(&sender).expect(at);
                    ExtendedDirectionalAppTaggingSecret::compute(
                        account.complete_address(),
                        &account.keys().incoming_viewing_secret_key,
                        recipient,
                        contract,
                        recipient,
                    )
                    .expect(at)
                };
                let key = secret.to_revealing_text();
                let index = match self.used.get(&key) {
                    Some(last) => last.index + 1,
                    None => sync::tagging::next_index(work, &secret).await.expect(at),
                };
                assert_eq!(secret.tag(index).to_field(), field(&outputs[0]), "{at}");
                let extended_secret = secret;
                self.used.insert(
                    key,
                    PreTag {
                        extended_secret,
                        index,
                    },
                );
            }
            "utilityGetContractInstance" => {
                let expected = field(&outputs[0]);
                let instance = work.contract_instance(&address(&inputs[0][0])).expect(at);
                assert_eq!(instance.instance.salt, expected, "{at}");
            }
            _ => return false,
        }
        true
    }

    /// Compares the settled notes in an answer with ours: all in the same order if the contract does
    /// not sort them.
    fn notes(
        &self,
        contract: AztecAddress,
        scopes: &AccessScopes,
        inputs: &[Value],
        outputs: &Value,
        at: &str,
    ) {
        let owner = (field(&inputs[0][0]) == Fr::ONE).then(|| address(&inputs[1][0]));
        let status = match field(&inputs[15][0]).to_u32() {
            Ok(1) => NoteStatus::Active,
            _ => NoteStatus::ActiveOrNullified,
        };
        let ours = sync::notes::notes_of(
            &self.work,
            contract,
            owner,
            slot(&inputs[2][0]),
            status,
            scopes,
        );
        let count = field(&outputs[1]).to_u32().unwrap() as usize;
        let size = field(&inputs[17][0]).to_u32().unwrap() as usize;
        let theirs: Vec<Vec<Fr>> = fields(&outputs[0])
            .chunks(size)
            .take(count)
            .map(<[Fr]>::to_vec)
            .collect();
        let packed = ours.iter().map(|note| {
            let mut fields = note.items.clone();
            let place = [
                note.contract.to_field(),
                note.owner.to_field(),
                note.randomness,
            ];
            fields.extend(place);
            // A settled note is at stage 3.
            let rest = [
                note.storage_slot.to_field(),
                Fr::from(3u8),
                note.nonce.to_field(),
            ];
            fields.extend(rest);
            fields
        });
        let packed: Vec<Vec<Fr>> = packed.collect();
        let places: Vec<usize> = theirs
            .iter()
            .filter(|note| note.last() != Some(&Fr::ZERO))
            .map(|note| {
                let mut all = packed.iter();
                all.position(|own| own == note)
                    .unwrap_or_else(|| panic!("{at}: a note is missing"))
            })
            .collect();
        if fields(&inputs[9]).is_empty() {
            assert!(places.is_sorted(), "{at}: the order differs");
        }
    }
}

fn register(state: &State, register: &Value) {
    let mut job = state.job();
    for account in register["accounts"].as_array().unwrap() {
        let secret = SecretKey::from_field(field(&account["secretKey"]));
        let partial = PartialAddress::from_field(field(&account["partialAddress"]));
        let (complete, is_new) = job.add_account(&secret, partial);
        assert!(is_new);
        assert_eq!(complete.address(), address(&account["address"]));
    }
    for sender in register["senders"].as_array().unwrap() {
        job.add_sender(address(sender));
    }
    for contract in register["contracts"].as_array().unwrap() {
        let instance: ContractInstanceWithAddress =
            serde_json::from_value(contract["instance"].clone()).unwrap();
        assert!(instance.has_valid_address());
        let row = StoredContract {
            instance: instance.instance,
        };
        job.contracts.put(instance.address, row);
    }
    let shards = job.shards();
    pollster::block_on(state.commit(job)).unwrap();
    pollster::block_on(state.load(&shards)).unwrap();
}

async fn operation(name: &str, recording: &Recording, index: usize, state: &State) -> Counts {
    let json = &recording.json["operations"][index];
    let node: Rc<dyn AztecNode> = Rc::new(recording.node(index));
    let mut job = state.job();
    let anchor: AnchorBlock = sync::blocks::synchronize(&*node, &mut job).await.unwrap();
    assert_eq!(job.anchor().unwrap(), anchor);
    let scopes: Vec<AztecAddress> = json["scopes"]
        .as_array()
        .map(|scopes| scopes.iter().map(address).collect())
        .unwrap_or_default();
    let scopes = if json["kind"] == "events" {
        let filter = &json["filter"]["scopes"];
        filter.as_array().unwrap().iter().map(address).collect()
    } else {
        scopes
    };
    let rng = Box::new(ChaCha20Rng::seed_from_u64(1));
    let circuits = json["circuits"].as_array().into_iter().flatten();
    let circuits = circuits.map(|json| Circuit {
        json,
        contract: contract_of(json).unwrap_or_default(),
        is_sync: json["function"] == "sync_state",
    });
    let capsules = json["request"]["capsules"].clone();
    let mut replay = Replay {
        name,
        work: Work::new(
            node,
            job,
            anchor,
            rng,
            Rc::new(Unobserved),
            Cancellation::default(),
        ),
        scopes: AccessScopes::Only(scopes.clone()),
        circuits: circuits.collect(),
        capsules: serde_json::from_value(capsules).unwrap_or_default(),
        used: BTreeMap::new(),
        compared: BTreeMap::new(),
    };
    replay.run().await;
    if json["kind"] == "prove" {
        let tags: Vec<PreTag> = replay.used.values().cloned().collect();
        let tx: TxHash = json["result"]["txHash"].as_str().unwrap().parse().unwrap();
        sync::tagging::store_pending_tags(&replay.work, &tags, tx).unwrap();
    }
    if json["kind"] == "events" {
        events(json, &replay.work, scopes);
    }
    let counts = replay.compared;
    // Writes of an operation must fit the loaded shards.
    state.commit(replay.work.into_job()).await.unwrap();
    counts
}

fn events(json: &Value, work: &Work, scopes: Vec<AztecAddress>) {
    let number = |key: &str| {
        let value = json["filter"].get(key).and_then(Value::as_u64);
        value.map(|number| BlockNumber(number as u32))
    };
    let selector: EventSelector = serde_json::from_value(json["eventSelector"].clone()).unwrap();
    let query = EventQuery {
        contract: address(&json["filter"]["contractAddress"]),
        selector,
        from_block: number("fromBlock"),
        to_block: number("toBlock"),
        scopes,
        tx_hash: None,
    };
    let filter = query.resolve(work.anchor().number()).unwrap();
    let state = work.state();
    let ours = state.events(&filter);
    let theirs = json["result"]["events"].as_array().unwrap();
    assert_eq!(ours.len(), theirs.len());
    for (event, json) in ours.into_iter().zip(theirs) {
        assert_eq!(event.content, fields(&json["packedEvent"]));
        assert_eq!(event.tx_hash.to_field(), field(&json["txHash"]));
        assert_eq!(
            u64::from(event.block.l2_block_number.0),
            json["l2BlockNumber"].as_u64().unwrap()
        );
        assert_eq!(
            event.block.l2_block_hash.to_field(),
            field(&json["l2BlockHash"])
        );
    }
}

type Counts = BTreeMap<String, usize>;

#[test]
fn the_state_answers_as_the_reference_does() {
    let mut total = Counts::new();
    for (name, recording) in recordings() {
        let backend = MemoryBackend::new();
        let opened = Database::open(backend, "test", Sealing::plain());
        let (state, _) = pollster::block_on(opened).unwrap();
        register(&state, &recording.json["register"]);
        let operations = recording.json["operations"].as_array().unwrap().len();
        for index in 0..operations {
            let counts = pollster::block_on(operation(&name, &recording, index, &state));
            for (oracle, count) in counts {
                *total.entry(oracle).or_default() += count;
            }
        }
    }
    println!("{total:#?}");
    for (oracle, least) in [
        ("utilityLoadCapsule", 3000),
        ("utilityFetchTaggedLogs", 100),
        ("utilityGetNotes", 100),
        ("privateGetNextAppTagAsSender", 100),
    ] {
        assert!(total.get(oracle).is_some_and(|count| *count >= least));
    }
}

/// Questions of one round are polled together, so that they travel in one batch.
#[test]
fn independent_questions_go_out_together() {
    let (_, recording) = recordings()
        .find(|(name, _)| name == "transfer_private")
        .unwrap();
    let (node, mock) = recording.node_and_mock(0);
    let node: &dyn AztecNode = &node;
    let both = try_join(node.l2_tips(), node.block_header(BlockNumber::ZERO.into()));
    pollster::block_on(both).unwrap();
    assert_eq!(mock.batches(), [2]);
}
