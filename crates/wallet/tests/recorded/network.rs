//! The engine on the real network that `AZTEC_NODE_URL` names; left out without it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use async_lock::Mutex;
use pixie_accounts::AccountType;
use pixie_node::clock::SystemClock;
use pixie_node::{RpcNode, RpcOptions};
use pixie_primitives::AztecAddress;
use pixie_primitives::contract::{ConstructorArguments, Instantiation};
use pixie_primitives::tx::ExecutionPayload;
use pixie_pxe::kernel::NoProver;
use pixie_store::DataKey;
use pixie_vault::{Clock, MemoryVaultStorage, Password, UnixMillis, Vault};
use pixie_wallet::approval::Desk;
use pixie_wallet::engine::{
    Deployed, Engine, EngineParts, Entropy, ExpectedChain, Fee, NoObserver, Order, OwnAccount,
    Place, Task, WaitPolicy,
};
use pixie_wallet::journal::Asker;
use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, SeedableRng};
use serde_json::json;

use super::world::{Mood, Mortal, Prompt, artifact, packages, vault_config};

#[derive(Clone)]
struct Now;

impl Clock for Now {
    fn now(&self) -> UnixMillis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        UnixMillis(u64::try_from(since.as_millis()).unwrap())
    }
}

struct Live {
    engine: Engine<Mortal>,
    vault: Mutex<Vault<MemoryVaultStorage, Now>>,
    user: Prompt,
}

impl Live {
    async fn open(url: &str) -> Self {
        let mut seed = [0; 32];
        // Other accounts and contracts in every run.
        seed[..8].copy_from_slice(&Now.now().0.to_be_bytes());
        let draws = Rc::new(Cell::new(0u8));
        let entropy = move || -> Box<dyn CryptoRng + Send> {
            draws.set(draws.get() + 1);
            let mut seed = seed;
            seed[31] = draws.get();
            Box::new(ChaCha20Rng::from_seed(seed))
        };
        let opened = Vault::open(MemoryVaultStorage::new(), Now, entropy(), vault_config());
        let (mut vault, authority) = opened.await.unwrap();
        let password = Password::new("correct horse".to_owned());
        vault.create(&password, None).await.unwrap();
        let node = RpcNode::connect(url, RpcOptions::default()).unwrap();
        let parts = EngineParts {
            backend: Mortal::default(),
            key: DataKey::new(seed),
            node: Rc::new(node),
            expected: ExpectedChain::default(),
            resources: packages(),
            prover: Rc::new(NoProver),
            entropy: Rc::new(entropy) as Rc<dyn Entropy>,
            clock: Rc::new(Now),
            timer: Rc::new(SystemClock),
            observer: Rc::new(NoObserver),
        };
        let (engine, _) = Box::pin(Engine::open(parts)).await.unwrap();
        Self {
            engine,
            vault: Mutex::new(vault),
            user: Prompt {
                desk: Desk::new(authority, Rc::new(Now), |_| {}),
                mood: Cell::new(Mood::Yes),
                seen: RefCell::default(),
            },
        }
    }

    async fn account(&self, kind: AccountType, label: &str) -> AztecAddress {
        let mut vault = self.vault.lock().await;
        let account = vault.add_account(kind, label.to_owned()).await.unwrap();
        let secret = vault.secret_key(account.address()).unwrap();
        let own = OwnAccount::from(&account);
        self.engine.add_account(own, &secret).await.unwrap();
        account.address()
    }

    /// Sends a transaction and waits for it.
    async fn send(&self, from: AztecAddress, task: Task) {
        let fee = self.engine.default_fee(from).await.unwrap();
        assert!(
            matches!(fee, Fee::Sponsored(_)),
            "the account has no fee juice"
        );
        let order = Order::new(from, task, fee, &mut self.engine.entropy());
        let id = self.engine.request(Asker::User, &order).await.unwrap();
        let running = self.engine.run(id, &self.user, &self.vault);
        let ended = Box::pin(running).await.unwrap();
        let proved = ended.entry.proved;
        let proved = proved.unwrap_or_else(|| panic!("{:?}", ended.trouble));
        let policy = WaitPolicy {
            until: pixie_primitives::receipt::TxStatus::Proposed,
            ..WaitPolicy::default()
        };
        let receipt = self.engine.wait(proved.tx_hash, &policy).await.unwrap();
        assert!(receipt.has_succeeded(), "{receipt:?}");
    }

    async fn call(&self, from: AztecAddress, call: pixie_primitives::tx::FunctionCall) {
        let payload = ExecutionPayload {
            calls: vec![call],
            ..ExecutionPayload::default()
        };
        self.send(from, Task::Calls(payload)).await;
    }
}

#[test]
fn a_wallet_from_nothing_on_a_real_network() {
    let Ok(url) = std::env::var("AZTEC_NODE_URL") else {
        eprintln!("left out: AZTEC_NODE_URL names no network");
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(Box::pin(async {
        let live = Live::open(&url).await;
        let engine = &live.engine;
        let alice = live.account(AccountType::Schnorr, "Alice").await;
        let bob = live.account(AccountType::EcdsaSecp256k1, "Bob").await;
        for account in [alice, bob] {
            assert_eq!(engine.deployed(account).await.unwrap(), Deployed::No);
            Box::pin(live.send(account, Task::Deployment)).await;
            assert_eq!(engine.deployed(account).await.unwrap(), Deployed::Yes);
        }

        let arguments = json!([alice, "Demo Token", "DEMO", 6]);
        let instantiation = Instantiation {
            constructor: None,
            arguments: ConstructorArguments::Json(arguments),
            salt: pixie_primitives::Fr::random(&mut engine.entropy()),
            deployer: AztecAddress::ZERO,
            public_keys: Default::default(),
        };
        let code = artifact("@aztec/noir-contracts.js/artifacts/token_contract-Token.json");
        let deployment = engine.prepare_deployment(code, &instantiation, None).await;
        let deployment = deployment.unwrap();
        let token = deployment.address();
        Box::pin(live.send(alice, Task::Calls(deployment.payload().unwrap()))).await;
        let listed = Box::pin(engine.add_token(token, alice)).await.unwrap();
        assert_eq!(listed.name, "Demo Token");
        assert_eq!(
            (listed.info.symbol.as_str(), listed.info.decimals),
            ("DEMO", 6)
        );

        let mint = engine.encode_call(token, "mint_to_private", json!([alice, "1000"]));
        Box::pin(live.call(alice, mint.unwrap())).await;
        let moves = [
            ((alice, Place::Private), (bob, Place::Private), 300),
            ((bob, Place::Private), (alice, Place::Public), 100),
            ((alice, Place::Public), (bob, Place::Public), 60),
            ((bob, Place::Public), (bob, Place::Private), 10),
        ];
        for (from, to, amount) in moves {
            let call = engine.transfer_call(token, from, to, amount).unwrap();
            Box::pin(live.call(from.0, call)).await;
        }
        for (account, private, public) in [(alice, 700, 40), (bob, 210, 50)] {
            let found = Box::pin(engine.balance(token, account)).await.unwrap();
            assert_eq!(found.private.unwrap(), private);
            assert_eq!(found.public.unwrap(), public);
        }
        let wrong = ExpectedChain {
            rollup_version: Some(1),
            ..ExpectedChain::default()
        };
        assert!(wrong.check(engine.node_info()).is_err());
    }));
}
