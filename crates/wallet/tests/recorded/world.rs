//! A wallet that lives on the node traffic recorded of the reference: real contracts, real notes, real
//! witnesses. What the recording cannot answer because the transaction is ours (simulating its public
//! calls, sending it, its receipt) is answered by a small node of our own.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;

use async_lock::Mutex;
use futures_util::future::LocalBoxFuture;
use pixie_acir::pack::{Source, npm};
use pixie_bridge::capability::{GrantedCapability, WalletIdentity};
use pixie_bridge::wire::WalletCall;
use pixie_bridge::{Limits, Origin, WireError};
use pixie_node::mock::{ManualClock as NodeClock, MockReply, MockTransport};
use pixie_node::{AztecNode, RetryPolicy, RpcClient, RpcNode, RpcOptions};
use pixie_primitives::artifact::{ContractArtifact, DebugData};
use pixie_primitives::block::BlockHeader;
use pixie_primitives::constants::FEE_JUICE_ADDRESS;
use pixie_primitives::contract::ContractInstanceWithAddress;
use pixie_primitives::{AztecAddress, Fr};
use pixie_pxe::kernel::{Folder, NoProver, ResourceCircuits};
use pixie_store::{
    Backend, BackendError, Batch, DataKey, FaultPoint, Generation, MemoryBackend, NamespaceId,
    RowSink, Scope,
};
use pixie_vault::{
    AccountKeys, KdfParams, KeyBytes, ManualClock, MemoryVaultStorage, Password, SigningHalf,
    UnixMillis, Vault, VaultConfig,
};
use pixie_wallet::approval::{
    ApprovalError, ApprovalRequest, Asked, Desk, PendingApproval, User, Waiting,
};
use pixie_wallet::engine::{
    Engine, EngineParts, Entropy, ExpectedChain, NoObserver, OwnAccount, Registration, Resources,
};
use pixie_wallet::methods::{Caller, Services};
use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, SeedableRng};
use serde_json::value::RawValue;
use serde_json::{Value, json};

pub type TestVault = Vault<MemoryVaultStorage, ManualClock>;

/// The top folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub fn artifact(path: &str) -> ContractArtifact {
    let path = root().join("tests/reference/node_modules").join(path);
    let json = std::fs::read(&path);
    let json = json.unwrap_or_else(|e| panic!("{} ({e}): run scripts/setup", path.display()));
    ContractArtifact::from_json(&json, DebugData::Drop).unwrap()
}

/// A recorded life of the reference's PXE.
pub fn recording(name: &str) -> Value {
    let path = root()
        .join("tests/vectors/transactions")
        .join(format!("{name}.json.gz"));
    let file = std::fs::File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut json = Vec::new();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut json)
        .unwrap();
    serde_json::from_slice(&json).unwrap()
}

/// A field without leading zeros, as the recordings write it.
pub fn short(text: &str) -> Fr {
    let digits = text.trim_start_matches("0x");
    format!("0x{digits:0>64}").parse().unwrap()
}

/// What became of transactions that our node was sent.
#[derive(Default)]
pub struct Chain {
    /// The transactions, each as often as it was sent.
    pub sent: RefCell<Vec<String>>,
    /// How many receipts say that a transaction waits before it is in a block.
    pub patience: Cell<u32>,
    pub reverts: Cell<bool>,
    /// Answers of our own, by method.
    pub own: RefCell<BTreeMap<String, Value>>,
}

const SEED: [u8; 32] = [7; 32];

/// Answers from the recordings, and for our own transactions.
fn node(lives: &[Value], chain: &Rc<Chain>) -> MockTransport {
    let mut known: HashMap<(String, String), Value> = HashMap::new();
    let (mut headers, mut logs, mut leaves) = (HashMap::new(), HashMap::new(), HashMap::new());
    let mut public_simulation = Value::Null;
    for life in lives {
        let sections = [&life["create"], &life["register"]];
        let operations = life["operations"].as_array().unwrap();
        for section in sections.into_iter().chain(operations) {
            for call in section["nodeCalls"].as_array().unwrap() {
                let method = call["method"].as_str().unwrap().to_owned();
                let (params, result) = (&call["params"], &call["result"]);
                collect_headers(result, &mut headers);
                match method.as_str() {
                    "node_getBlockHeader" if !result.is_null() => {
                        headers.insert(params[0].to_string(), result.clone());
                    }
                    "node_getPrivateLogsByTags" => index(&params[0], result, "", &mut logs),
                    "node_getPublicLogsByTagsFromContract" => {
                        let contract = params[0].as_str().unwrap();
                        index(&params[1], result, contract, &mut logs);
                    }
                    "node_findLeavesIndexes" => {
                        index(&params[2], result, &params[1].to_string(), &mut leaves);
                    }
                    "node_simulatePublicCalls" => public_simulation = result.clone(),
                    _ => {}
                }
                known.insert((method, params.to_string()), result.clone());
            }
        }
    }
    let mock = MockTransport::new();
    let methods: std::collections::BTreeSet<String> =
        known.keys().map(|(method, _)| method.clone()).collect();
    let known = Rc::new(known);
    for method in methods {
        let (known, name) = (Rc::clone(&known), method.clone());
        mock.on(&method, move |params| {
            let found = known.get(&(name.clone(), params.to_string()));
            match found {
                Some(result) => MockReply::Result(result.clone()),
                None => MockReply::Error {
                    code: -32601,
                    message: format!("not recorded: {name} {params}"),
                },
            }
        });
    }
    mock.on("node_getBlockHeader", move |params| {
        match headers.get(&params[0].to_string()) {
            Some(header) => MockReply::Result(header.clone()),
            None => MockReply::Error {
                code: -32601,
                message: format!("no header of block {params}"),
            },
        }
    });
    let find = |map: &HashMap<String, Value>, prefix: &str, keys: &Value, none: Value| {
        let keys = keys.as_array().unwrap().iter();
        let found = keys.map(|key| {
            let found = map.get(&format!("{prefix}{key}"));
            found.cloned().unwrap_or_else(|| none.clone())
        });
        MockReply::Result(Value::Array(found.collect()))
    };
    let public = logs.clone();
    mock.on("node_getPrivateLogsByTags", move |params| {
        find(&logs, "", &params[0], json!([]))
    });
    mock.on("node_getPublicLogsByTagsFromContract", move |params| {
        find(&public, params[0].as_str().unwrap(), &params[1], json!([]))
    });
    mock.on("node_findLeavesIndexes", move |params| {
        find(&leaves, &params[1].to_string(), &params[2], Value::Null)
    });
    own_answers(&mock, &known, public_simulation, chain);
    mock
}

fn own_answers(
    mock: &MockTransport,
    known: &Rc<HashMap<(String, String), Value>>,
    public_simulation: Value,
    chain: &Rc<Chain>,
) {
    mock.on("node_simulatePublicCalls", move |_| {
        MockReply::Result(public_simulation.clone())
    });
    let prices = Rc::clone(chain);
    mock.on("node_getCurrentMinFees", move |_| {
        let own = prices.own.borrow().get("node_getCurrentMinFees").cloned();
        let usual = || json!({"feePerDaGas": "0", "feePerL2Gas": "1000"});
        MockReply::Result(own.unwrap_or_else(usual))
    });
    mock.answer("node_isValidTx", &json!({"result": "valid"}));
    let storage = Rc::clone(known);
    // Everybody has fee juice, and nothing else was written.
    mock.on("node_getPublicStorageAt", move |params| {
        let key = ("node_getPublicStorageAt".to_owned(), params.to_string());
        let is_fee_juice = params[1] == json!(FEE_JUICE_ADDRESS);
        let written = match is_fee_juice {
            true => Fr::from(1_000_000_000_000_000_000u64),
            false => Fr::ZERO,
        };
        MockReply::Result(storage.get(&key).cloned().unwrap_or_else(|| json!(written)))
    });
    let witnesses = Rc::clone(known);
    mock.on("node_getNullifierMembershipWitness", move |params| {
        let name = "node_getNullifierMembershipWitness".to_owned();
        MockReply::Result(
            witnesses
                .get(&(name, params.to_string()))
                .cloned()
                .unwrap_or_default(),
        )
    });
    for method in ["node_getContract", "node_getContractClass"] {
        let (chain, known) = (Rc::clone(chain), Rc::clone(known));
        mock.on(method, move |params| {
            let recorded = known.get(&(method.to_owned(), params.to_string()));
            let own = chain.own.borrow().get(method).cloned();
            MockReply::Result(own.or_else(|| recorded.cloned()).unwrap_or_default())
        });
    }
    let sending = Rc::clone(chain);
    mock.on("node_sendTx", move |params| {
        sending.sent.borrow_mut().push(params[0].to_string());
        MockReply::Result(Value::Null)
    });
    let (chain, known) = (Rc::clone(chain), Rc::clone(known));
    mock.on("node_getTxReceipt", move |params| {
        let key = ("node_getTxReceipt".to_owned(), params.to_string());
        if let Some(recorded) = known.get(&key) {
            return MockReply::Result(recorded.clone());
        }
        let tx = &params[0];
        if chain.sent.borrow().is_empty() {
            return MockReply::Result(json!({"txHash": tx, "status": "dropped"}));
        }
        let patience = chain.patience.get();
        if patience > 0 {
            chain.patience.set(patience - 1);
            return MockReply::Result(json!({"txHash": tx, "status": "pending"}));
        }
        let result = match chain.reverts.get() {
            true => "app_logic_reverted",
            false => "success",
        };
        MockReply::Result(json!({
            "txHash": tx, "status": "checkpointed", "executionResult": result,
            "transactionFee": "57064372296800000", "blockNumber": 7,
            "blockHash": Fr::from(7u8), "epochNumber": 1
        }))
    });
}

fn index(keys: &Value, results: &Value, prefix: &str, map: &mut HashMap<String, Value>) {
    let (Some(keys), Some(results)) = (keys.as_array(), results.as_array()) else {
        return;
    };
    for (key, result) in keys.iter().zip(results) {
        map.insert(format!("{prefix}{key}"), result.clone());
    }
}

fn collect_headers(value: &Value, headers: &mut HashMap<String, Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_headers(item, headers)),
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
            members
                .values()
                .for_each(|value| collect_headers(value, headers));
        }
        _ => {}
    }
}

/// Keeps rows until it is dead: then it takes no more of them.
#[derive(Clone)]
pub struct Mortal {
    rows: MemoryBackend,
    /// How many commits it still takes.
    pub life: Arc<AtomicU32>,
}

impl Default for Mortal {
    fn default() -> Self {
        Self {
            rows: MemoryBackend::new(),
            life: Arc::new(AtomicU32::new(u32::MAX)),
        }
    }
}

impl Backend for Mortal {
    async fn generation(&self, namespace: NamespaceId) -> Result<Generation, BackendError> {
        self.rows.generation(namespace).await
    }

    async fn load(
        &self,
        namespace: NamespaceId,
        scope: Scope<'_>,
        sink: &mut RowSink<'_>,
    ) -> Result<Generation, BackendError> {
        self.rows.load(namespace, scope, sink).await
    }

    async fn commit(
        &self,
        namespace: NamespaceId,
        batch: Batch,
    ) -> Result<Generation, BackendError> {
        match self.life.load(Ordering::Relaxed) {
            0 => return Err(BackendError::Injected(FaultPoint::BeforeCommit)),
            left => self.life.store(left - 1, Ordering::Relaxed),
        }
        self.rows.commit(namespace, batch).await
    }

    async fn remove_namespace(&self, namespace: NamespaceId) -> Result<(), BackendError> {
        self.rows.remove_namespace(namespace).await
    }

    async fn namespaces(&self) -> Result<Vec<NamespaceId>, BackendError> {
        self.rows.namespaces().await
    }
}

/// Lets the time pass that is waited for.
struct Timer(ManualClock);

impl pixie_node::clock::Clock for Timer {
    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        self.0.advance(duration);
        let mut has_waited = false;
        Box::pin(std::future::poll_fn(move |context| {
            context.waker().wake_by_ref();
            match std::mem::replace(&mut has_waited, true) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        }))
    }
}

/// What the user says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mood {
    Yes,
    No,
    /// Closes the wallet instead.
    Leaves,
}

/// A user who answers at once.
pub struct Prompt {
    pub desk: Desk,
    pub mood: Cell<Mood>,
    pub seen: RefCell<Vec<PendingApproval>>,
}

impl User for Prompt {
    fn ask(&self, asked: Asked) -> Result<Waiting, ApprovalError> {
        let waiting = self.desk.ask(asked)?;
        let pending = self.desk.pending().into_iter();
        let pending = pending.last().unwrap();
        match self.mood.get() {
            Mood::Yes => {
                let everything = match &pending.shown.request {
                    ApprovalRequest::Connect(request) => Some(in_full(request)),
                    _ => None,
                };
                let granted = everything.as_deref();
                self.desk.approve(pending.id, pending.hash, granted)?;
            }
            Mood::No => self.desk.deny(pending.id)?,
            Mood::Leaves => self.desk.abandon_all(),
        }
        self.seen.borrow_mut().push(pending);
        Ok(waiting)
    }
}

fn in_full(request: &pixie_wallet::approval::ConnectRequest) -> Vec<GrantedCapability> {
    let accounts = pixie_bridge::capability::GrantedAccountsCapability {
        accounts: request.accounts.clone(),
        ..Default::default()
    };
    let asked = request.manifest.capabilities.iter();
    asked.map(|asked| asked.in_full(&accounts)).collect()
}

pub struct World {
    pub backend: Mortal,
    pub chain: Rc<Chain>,
    pub vault: Rc<Mutex<TestVault>>,
    pub user: Prompt,
    pub engine: Engine<Mortal>,
    pub identity: WalletIdentity,
    lives: Vec<Value>,
    parts: EngineParts<Mortal>,
}

pub fn origin() -> Origin {
    "https://dapp.example".parse().unwrap()
}

/// Gives a vault the accounts of recorded lives.
pub async fn import_accounts(lives: &[Value], vault: &mut TestVault) {
    for life in lives {
        for account in life["register"]["accounts"].as_array().unwrap() {
            // A further account without its signing key is one of the recorded ones' partners.
            let Some(signing) = account["signingKey"].as_str() else {
                continue;
            };
            let key = |text: &str| KeyBytes::new(&mut short(text).to_be_bytes());
            let signing: Vec<u8> =
                pixie_primitives::codec::from_hex(signing, "signing key").unwrap();
            let mut bytes = [0; 32];
            bytes[32 - signing.len()..].copy_from_slice(&signing);
            let kind = match account["type"].as_str().unwrap() {
                "schnorr" => pixie_accounts::AccountType::Schnorr,
                "ecdsasecp256k1" => pixie_accounts::AccountType::EcdsaSecp256k1,
                _ => pixie_accounts::AccountType::EcdsaSecp256r1,
            };
            let keys = AccountKeys {
                secret_key: key(account["secretKey"].as_str().unwrap()),
                salt: short(account["salt"].as_str().unwrap()),
                signing: SigningHalf::Key(kind, KeyBytes::new(&mut bytes)),
            };
            let label = account["name"].as_str().unwrap().to_owned();
            let added = vault.import_account(keys, label).await;
            let address: AztecAddress = serde_json::from_value(account["address"].clone()).unwrap();
            match added {
                Ok(added) => assert_eq!(added.address(), address),
                Err(error) => {
                    assert!(matches!(
                        error,
                        pixie_vault::VaultError::AccountExists { .. }
                    ));
                }
            }
        }
    }
}

/// A vault whose password costs little.
pub fn vault_config() -> VaultConfig {
    VaultConfig {
        kdf: KdfParams::new(8, 1, 1).unwrap(),
        ..VaultConfig::default()
    }
}

/// What wallets of recorded lives are made of.
pub struct Parts {
    pub backend: Mortal,
    pub clock: ManualClock,
    pub entropy: Rc<dyn Entropy>,
    pub timer: Rc<dyn pixie_node::clock::Clock>,
    pub resources: Rc<dyn Resources>,
    pub node: Rc<dyn AztecNode>,
    pub chain: Rc<Chain>,
    pub lives: Vec<Value>,
}

/// The circuits and contracts of the reference's packages.
pub fn packages() -> Rc<dyn Resources> {
    let folder = root().join("tests/reference/node_modules/@aztec");
    let key_tree = std::fs::read_to_string(folder.join(npm::KEY_TREE)).unwrap();
    let source = Source::packages(&key_tree).unwrap();
    Rc::new(ResourceCircuits::new(source, Folder(folder)))
}

pub fn parts(names: &[&str]) -> Parts {
    let lives: Vec<Value> = names.iter().map(|name| recording(name)).collect();
    let chain = Rc::new(Chain::default());
    let clock = ManualClock::at(UnixMillis(1_795_258_700_000));
    let options = RpcOptions {
        retry: RetryPolicy::NEVER,
        ..RpcOptions::default()
    };
    let rpc = RpcClient::new(node(&lives, &chain), NodeClock::new(), options);
    let draws = Rc::new(Cell::new(0u8));
    let entropy = move || -> Box<dyn CryptoRng + Send> {
        draws.set(draws.get().wrapping_add(1));
        Box::new(ChaCha20Rng::from_seed([draws.get(); 32]))
    };
    Parts {
        backend: Mortal::default(),
        entropy: Rc::new(entropy),
        timer: Rc::new(Timer(clock.clone())),
        clock,
        resources: packages(),
        node: Rc::new(RpcNode::new(rpc)),
        chain,
        lives,
    }
}

impl World {
    /// A wallet with the accounts and contracts of recorded lives.
    pub async fn begin(names: &[&str]) -> Self {
        // Futures that hold everything are large.
        Box::pin(Self::make(names)).await
    }

    async fn make(names: &[&str]) -> Self {
        let Parts {
            backend,
            clock,
            entropy,
            timer,
            resources,
            node,
            chain,
            lives,
        } = parts(names);
        let (mut vault, authority) = Vault::open(
            MemoryVaultStorage::new(),
            clock.clone(),
            ChaCha20Rng::from_seed(SEED),
            vault_config(),
        )
        .await
        .unwrap();
        let password = Password::new("correct horse".to_owned());
        vault.create(&password, None).await.unwrap();
        import_accounts(&lives, &mut vault).await;
        let desk = Desk::new(authority, Rc::new(clock.clone()), |_| {});
        let parts = EngineParts {
            backend: backend.clone(),
            key: DataKey::new(SEED),
            node,
            expected: ExpectedChain::default(),
            resources,
            prover: Rc::new(NoProver),
            entropy,
            clock: Rc::new(clock),
            timer,
            observer: Rc::new(NoObserver),
        };
        let (engine, report) = Engine::open(parts.clone()).await.unwrap();
        assert!(report.is_clean(), "{report:?}");
        let world = Self {
            backend,
            chain,
            vault: Rc::new(Mutex::new(vault)),
            user: Prompt {
                desk,
                mood: Cell::new(Mood::Yes),
                seen: RefCell::default(),
            },
            engine,
            identity: WalletIdentity {
                name: "Pixie".to_owned(),
                version: "0.1.0".to_owned(),
            },
            lives,
            parts,
        };
        world.register().await;
        world
    }

    /// What has to be done with an engine that was just opened.
    async fn register(&self) {
        let mut vault = self.vault.lock().await;
        let accounts = vault.accounts().unwrap().to_vec();
        for account in &accounts {
            let secret = vault.secret_key(account.address()).unwrap();
            let own = OwnAccount::from(account);
            self.engine.add_account(own, &secret).await.unwrap();
        }
        for life in &self.lives {
            for contract in life["register"]["contracts"].as_array().unwrap() {
                let instance: ContractInstanceWithAddress =
                    serde_json::from_value(contract["instance"].clone()).unwrap();
                let artifact = artifact(contract["artifact"].as_str().unwrap());
                let registration = Registration {
                    instance,
                    artifact: Some(artifact),
                    secret_key: None,
                };
                self.engine.register_contract(registration).await.unwrap();
            }
            for sender in life["register"]["senders"].as_array().unwrap() {
                let sender = serde_json::from_value(sender.clone()).unwrap();
                self.engine.pxe().register_sender(sender).await.unwrap();
            }
        }
    }

    /// The process was killed and started again.
    pub async fn restart(&mut self) {
        self.user.desk.abandon_all();
        let opened = Engine::open(self.parts.clone()).await;
        self.engine = opened.unwrap().0;
        self.register().await;
    }

    /// A recorded account, by its place.
    pub fn account(&self, index: usize) -> AztecAddress {
        let account = &self.lives[0]["register"]["accounts"][index];
        serde_json::from_value(account["address"].clone()).unwrap()
    }

    /// A recorded contract, by its place.
    pub fn contract(&self, index: usize) -> AztecAddress {
        let contract = &self.lives[0]["register"]["contracts"][index];
        serde_json::from_value(contract["instance"]["address"].clone()).unwrap()
    }

    pub fn services(&self) -> Services<'_> {
        Services {
            user: &self.user,
            keys: &*self.vault,
            identity: &self.identity,
        }
    }

    pub fn caller(&self) -> Caller {
        Caller {
            origin: origin(),
            request: None,
            chain: None,
        }
    }

    /// Grants the dapp something.
    pub async fn grant(&self, capabilities: Value, mode: pixie_bridge::capability::BehaviorMode) {
        let granted: Vec<GrantedCapability> = serde_json::from_value(capabilities).unwrap();
        let now = self.engine.timestamp();
        self.engine
            .records()
            .change_grants(&origin(), now, |site| {
                site.grants.revoke_all();
                site.grants.grant(granted.clone(), mode, now, None);
            })
            .await
            .unwrap();
    }

    /// Everything that can be granted, for all accounts.
    pub async fn grant_all(&self) {
        let accounts: Vec<Value> = self
            .engine
            .accounts()
            .iter()
            .map(|account| json!({"alias": account.label, "item": account.derived.address()}))
            .collect();
        let all = json!([
            {"type": "accounts", "canGet": true, "canCreateAuthWit": true, "accounts": accounts},
            {"type": "contracts", "contracts": "*", "canRegister": true, "canGetMetadata": true},
            {"type": "contractClasses", "classes": "*", "canGetMetadata": true},
            {"type": "simulation", "transactions": {"scope": "*"}, "utilities": {"scope": "*"}},
            {"type": "transaction", "scope": "*"},
            {"type": "data", "addressBook": true, "privateEvents": {"contracts": "*"}},
        ]);
        self.grant(all, pixie_bridge::capability::BehaviorMode::Strict)
            .await;
    }

    /// A request as a dapp sends it.
    pub async fn call(&self, method: &str, arguments: &[Value]) -> Result<Value, WireError> {
        self.call_as(&self.caller(), method, arguments).await
    }

    pub async fn call_as(
        &self,
        caller: &Caller,
        method: &str,
        arguments: &[Value],
    ) -> Result<Value, WireError> {
        let arguments = arguments.iter().map(serde_json::value::to_raw_value);
        let arguments: Vec<Box<RawValue>> = arguments.map(Result::unwrap).collect();
        let borrowed: Vec<&RawValue> = arguments.iter().map(|argument| &**argument).collect();
        let call = WalletCall::parse(method, &borrowed, &Limits::default());
        let call = call.map_err(|error| WireError::from(&error))?;
        let serving = self.engine.serve(caller, call, self.services());
        let answer = Box::pin(serving).await?;
        Ok(serde_json::from_str(answer.get()).unwrap())
    }

    /// A call of a contract, as a dapp sends it.
    pub fn function_call(&self, contract: AztecAddress, function: &str, arguments: Value) -> Value {
        let call = self.engine.encode_call(contract, function, arguments);
        serde_json::to_value(call.unwrap()).unwrap()
    }
}

/// A payload with these calls.
pub fn payload(calls: &[Value]) -> Value {
    json!({"calls": calls, "authWitnesses": [], "capsules": [], "extraHashedArgs": []})
}
