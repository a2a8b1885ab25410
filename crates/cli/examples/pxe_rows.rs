//! Our side of `scripts/bench pxe`: one row of the table, measured in this process alone.
//!
//! usage: `pxe_rows --facts FILE --modules DIR --resources DIR --row NAME [--runs N] [--warm-ups N]`
//!
//! `FILE` is what `tests/reference/bench-pxe.mjs --prepare` wrote. Prints a JSON object: the first run
//! and the median of those after the warm-ups, in milliseconds of the clock and of the processor, and
//! the peak memory in bytes.
#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot be set up has nothing to say"
)]

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use clap::Parser;
use pixie_accounts::gas::{complete_gas_settings, padded_fees};
use pixie_accounts::{
    Account, AccountInterface, AccountType, DerivedAccount, FeePayment, KeySigner, SigningKey,
    SimulatedAccount, TransactionPlan, TxParameters, encode_call,
};
use pixie_acir::pack::Source;
use pixie_node::clock::SystemClock;
use pixie_node::{RpcNode, RpcOptions};
use pixie_primitives::artifact::{ContractArtifact, DebugData};
use pixie_primitives::auth_witness::ChainInfo;
use pixie_primitives::codec::array_from_hex;
use pixie_primitives::contract::{ConstructorArguments, ContractInstanceWithAddress};
use pixie_primitives::gas::PartialGasSettings;
use pixie_primitives::keys::SecretKey;
use pixie_primitives::tx::{ExecutionPayload, FunctionCall, TxExecutionRequest};
use pixie_primitives::{AztecAddress, Fr, ToBytes};
use pixie_pxe::kernel::{Folder, NoProver, ResourceCircuits};
use pixie_pxe::pxe::{SimulateOptions, Watch};
use pixie_pxe::state::{ContractOverrides, NoteFilter};
use pixie_pxe::{AccessScopes, Pxe, PxeParts};
use pixie_store::{DataKey, RedbBackend, Sealing};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use serde::Deserialize;
use serde_json::{Value, json};

/// How a wallet pads the current fees, so that a transaction stays valid when they rise.
const FEE_PADDING: f64 = 0.5;

#[derive(Parser)]
struct Options {
    #[arg(long)]
    facts: PathBuf,
    #[arg(long)]
    modules: PathBuf,
    #[arg(long)]
    resources: PathBuf,
    #[arg(long)]
    row: String,
    #[arg(long, default_value_t = 5)]
    runs: usize,
    #[arg(long, default_value_t = 2)]
    warm_ups: usize,
    #[arg(long, default_value_t = 1)]
    sync_runs: usize,
}

#[derive(Deserialize)]
struct Facts {
    url: String,
    transfer: Scenario,
    sync: Vec<Scenario>,
}

#[derive(Deserialize)]
struct Scenario {
    account: AccountFacts,
    contract: ContractFacts,
    senders: Vec<AztecAddress>,
    notes: usize,
    #[serde(default)]
    method: String,
    #[serde(default)]
    args: Value,
    #[serde(default)]
    balance: String,
    #[serde(default)]
    sum: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountFacts {
    #[serde(rename = "type")]
    account_type: String,
    secret: Fr,
    salt: Fr,
    signing_key: String,
    address: AztecAddress,
}

#[derive(Deserialize)]
struct ContractFacts {
    artifact: String,
    instance: ContractInstanceWithAddress,
}

/// A wallet that has just been opened, on a store of its own.
struct World {
    pxe: Pxe<RedbBackend>,
    resources: Rc<ResourceCircuits<Folder>>,
    account: Account<KeySigner>,
    artifact: ContractArtifact,
    contract: AztecAddress,
    rng: ChaCha20Rng,
    _folder: tempfile::TempDir,
}

impl World {
    async fn open(options: &Options, facts: &Facts, scenario: &Scenario) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let index = std::fs::read(options.resources.join("index.json")).unwrap();
        let source = Source::packed(&index).unwrap();
        let circuits = ResourceCircuits::new(source, Folder(options.resources.clone()));
        let resources = Rc::new(circuits);
        let mut rng = ChaCha20Rng::seed_from_u64(std::process::id().into());
        let parts = PxeParts {
            node: Rc::new(RpcNode::connect(&facts.url, RpcOptions::default()).unwrap()),
            kernels: Rc::clone(&resources) as _,
            prover: Rc::new(NoProver),
            entropy: Box::new(ChaCha20Rng::from_rng(&mut rng)),
            clock: Rc::new(SystemClock),
            protocol_contracts: resources.protocol_contracts().await.unwrap(),
        };
        let sealing = Sealing::sealed(DataKey::new([7; 32]), ChaCha20Rng::from_rng(&mut rng));
        let backend = RedbBackend::open(folder.path().join("store")).unwrap();
        let (pxe, _) = Pxe::open(parts, backend, sealing).await.unwrap();

        let AccountFacts {
            account_type,
            secret,
            salt,
            signing_key,
            address,
        } = &scenario.account;
        let account_type: AccountType = account_type.parse().unwrap();
        let key = array_from_hex(signing_key, "signing key").unwrap();
        let key = SigningKey::from_be_bytes(account_type, &key).unwrap();
        let secret = SecretKey::from_field(*secret);
        let derived = DerivedAccount::derive(&secret, *salt, &key);
        let instance = derived.instance();
        assert_eq!(instance.address, *address);
        let name = match account_type {
            AccountType::Schnorr => "SchnorrAccount",
            AccountType::EcdsaSecp256k1 => "EcdsaKAccount",
            AccountType::EcdsaSecp256r1 => "EcdsaRAccount",
        };
        let artifact = resources.contract(name).await.unwrap();
        pxe.register_contract(&instance, Some(artifact))
            .await
            .unwrap();
        let partial = derived.complete_address.partial_address();
        pxe.register_account(&secret, partial).await.unwrap();

        let file = std::fs::read(options.modules.join(&scenario.contract.artifact)).unwrap();
        let artifact = ContractArtifact::from_json(&file, DebugData::Drop).unwrap();
        let instance = &scenario.contract.instance;
        pxe.register_contract(instance, Some(artifact.clone()))
            .await
            .unwrap();
        for sender in &scenario.senders {
            pxe.register_sender(*sender).await.unwrap();
        }
        Self {
            pxe,
            resources,
            account: Account::new(&derived, KeySigner::new(key)).unwrap(),
            artifact,
            contract: instance.address,
            rng,
            _folder: folder,
        }
    }

    fn scopes(&self) -> AccessScopes {
        AccessScopes::Only(vec![self.account.address()])
    }

    fn call(&self, method: &str, args: &Value) -> FunctionCall {
        let abi = self.artifact.function_abi(method).unwrap();
        encode_call(
            abi,
            self.contract,
            &ConstructorArguments::Json(args.clone()),
        )
        .unwrap()
    }

    async fn request(
        &mut self,
        scenario: &Scenario,
        account: &dyn AccountInterface,
    ) -> TxExecutionRequest {
        let call = self.call(&scenario.method, &scenario.args);
        let payload = ExecutionPayload {
            calls: vec![call],
            ..ExecutionPayload::default()
        };
        let plan = TransactionPlan::new(payload, FeePayment::FeeJuice);
        let info = self.pxe.node_info();
        let chain = ChainInfo {
            chain_id: Fr::from(info.l1_chain_id),
            version: Fr::from(info.rollup_version),
        };
        let fees = self.pxe.node().current_min_fees().await.unwrap();
        let fees = padded_fees(fees, FEE_PADDING);
        let gas = complete_gas_settings(PartialGasSettings::default(), fees);
        let parameters = TxParameters::new(gas, chain, &mut self.rng);
        plan.create_request(account, &parameters, &mut self.rng)
            .await
            .unwrap()
    }

    /// The request that the account signs.
    async fn signed(&mut self, scenario: &Scenario) -> TxExecutionRequest {
        let account = self.account.clone();
        self.request(scenario, &account).await
    }

    /// Neither the blocks nor the notes are waited for in a run.
    async fn sync(&self) {
        let (contracts, scopes) = ([self.contract], self.scopes());
        self.pxe
            .sync_contracts(&contracts, &scopes, &Watch::default())
            .await
            .unwrap();
    }
}

/// Times of one kind: the first, and the median without the warm-ups.
fn summary(times: &[f64], warm_ups: usize) -> Value {
    let mut warm = times.get(warm_ups..).unwrap_or_default().to_vec();
    warm.sort_by(f64::total_cmp);
    let middle = warm.len() / 2;
    let median = match warm.len() {
        0 => Value::Null,
        count if count % 2 == 1 => json!(warm[middle]),
        _ => json!(f64::midpoint(warm[middle - 1], warm[middle])),
    };
    json!({ "first": times[0], "warm": median, "runs": times })
}

/// What runs took.
#[derive(Default)]
struct Times {
    clock: Vec<f64>,
    cpu: Vec<f64>,
}

impl Times {
    async fn run<T>(&mut self, action: impl Future<Output = T>) -> T {
        let (started, cpu) = (Instant::now(), processor_ms());
        let value = action.await;
        self.clock.push(started.elapsed().as_secs_f64() * 1e3);
        self.cpu.push(processor_ms() - cpu);
        value
    }

    fn describe(&self, warm_ups: usize, more: Value) -> Value {
        let mut row = summary(&self.clock, warm_ups);
        row["cpu"] = summary(&self.cpu, warm_ups);
        for (name, value) in more.as_object().unwrap() {
            row[name] = value.clone();
        }
        row
    }
}

/// The processor's time of all threads so far, in milliseconds.
fn processor_ms() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let times = tasks.map(|task| {
        let text = std::fs::read_to_string(task.unwrap().path().join("schedstat")).unwrap();
        text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6
    });
    times.sum()
}

fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kilobytes = line.split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() * 1024
}

async fn simulate(
    world: &mut World,
    scenario: &Scenario,
    kernels: bool,
    options: &Options,
) -> Value {
    let (request, overrides) = if kernels {
        (world.signed(scenario).await, ContractOverrides::default())
    } else {
        let address = world.account.address();
        let mut instance = world.pxe.contract_instance(&address).unwrap().instance;
        instance.current_contract_class_id = SimulatedAccount::CLASS_ID;
        let artifact = world.resources.contract("SimulatedAccount").await.unwrap();
        let mut overrides = ContractOverrides::default();
        overrides.insert(address, instance, artifact);
        let request = world
            .request(scenario, &SimulatedAccount::new(address))
            .await;
        (request, overrides)
    };
    world.sync().await;
    let (mut times, unwatched) = (Times::default(), Watch::default());
    let mut notes = 0;
    for _ in 0..options.warm_ups + options.runs {
        let how = SimulateOptions {
            public: true,
            skip_validation: true,
            skip_fee_enforcement: true,
            overrides: overrides.clone(),
        };
        let scopes = world.scopes();
        let simulation = world.pxe.simulate_tx(&request, &scopes, how, &unwatched);
        let simulated = times.run(simulation).await.unwrap();
        notes = simulated.execution.entrypoint.nested[0].new_notes.len();
    }
    times.describe(options.warm_ups, json!({ "notes": notes }))
}

async fn witness(world: &mut World, scenario: &Scenario, options: &Options) -> Value {
    let request = world.signed(scenario).await;
    world.sync().await;
    let (mut times, unwatched) = (Times::default(), Watch::default());
    let mut bytes = 0;
    for _ in 0..options.warm_ups + options.runs {
        let scopes = world.scopes();
        let proving = world.pxe.prove_tx(&request, &scopes, &unwatched);
        bytes = times.run(proving).await.unwrap().tx.to_bytes().len();
    }
    times.describe(options.warm_ups, json!({ "txBytes": bytes }))
}

async fn balance(world: &World, scenario: &Scenario, options: &Options) -> Value {
    world.sync().await;
    let call = world.call("balance_of_private", &json!([world.account.address()]));
    let scopes = world.scopes();
    let (mut times, unwatched) = (Times::default(), Watch::default());
    for _ in 0..options.warm_ups + options.runs {
        let query = world.pxe.execute_utility(&call, &[], &scopes, &unwatched);
        let values = times.run(query).await.unwrap();
        assert_eq!(
            values,
            [Fr::from(scenario.balance.parse::<u128>().unwrap())]
        );
    }
    times.describe(options.warm_ups, json!({ "balance": scenario.balance }))
}

/// From a PXE that knows accounts, contract and senders and has seen no block, to its notes.
async fn sync(facts: &Facts, scenario: &Scenario, options: &Options) -> Value {
    let mut times = Times::default();
    for _ in 0..options.sync_runs {
        let world = World::open(options, facts, scenario).await;
        times.run(world.sync()).await;
        let (state, scopes) = (world.pxe.state(), world.scopes());
        let notes = state.notes(&NoteFilter::of(world.contract, &scopes));
        let sum = notes.iter().map(|note| note.items[0]).sum::<Fr>();
        assert_eq!(sum, Fr::from(scenario.sum.parse::<u128>().unwrap()));
        assert_eq!(notes.len(), scenario.notes);
    }
    let more = json!({ "notes": scenario.notes, "senders": scenario.senders.len() });
    times.describe(1, more)
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(measure(&Options::parse()));
}

async fn measure(options: &Options) {
    let facts: Facts = serde_json::from_slice(&read(&options.facts)).unwrap();
    let row = options.row.as_str();
    let sync_of = |scenario: &&Scenario| row == format!("sync{}", scenario.notes);
    let mut measured = if let Some(scenario) = facts.sync.iter().find(sync_of) {
        sync(&facts, scenario, options).await
    } else {
        let scenario = &facts.transfer;
        let mut world = World::open(options, &facts, scenario).await;
        match row {
            "simulate" => simulate(&mut world, scenario, false, options).await,
            "simulateKernels" => simulate(&mut world, scenario, true, options).await,
            "witness" => witness(&mut world, scenario, options).await,
            "balance" => balance(&world, scenario, options).await,
            _ => {
                eprintln!("no row '{row}'");
                std::process::exit(2);
            }
        }
    };
    measured["peakMemory"] = json!(peak_memory());
    println!("{measured}");
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}
