//! A process that is killed after a step of the journal: the engine over a storage that ends the
//! process once it has committed so and so many times. It runs in this test's own program, for the
//! product has no place for it.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use async_lock::Mutex;
use getrandom::SysRng;
use pixie_acir::pack::{Source, npm};
use pixie_node::{RpcNode, RpcOptions};
use pixie_primitives::AztecAddress;
use pixie_primitives::contract::ConstructorArguments;
use pixie_primitives::tx::ExecutionPayload;
use pixie_pxe::kernel::{Folder, NoProver, ResourceCircuits};
use pixie_store::{
    Backend, BackendError, Batch, Generation, NamespaceId, RedbBackend, RowSink, Scope,
};
use pixie_vault::{
    BackendStorage, Clock, Credential, MemoryVaultStorage, Password, SigningAuthority,
    SplitStorage, UnixMillis, Vault, VaultConfig,
};
use pixie_wallet::approval::{ApprovalError, Asked, Desk, User, Waiting};
use pixie_wallet::engine::{Engine, EngineParts, ExpectedChain, Fee, NoObserver, Order, Task};
use pixie_wallet::journal::{Asker, EntryId, Stage};
use rand_core::{CryptoRng, UnwrapErr};

use crate::pixie::PASSWORD;
use crate::world::root;

/// The word that makes this program such a process.
pub const MORTAL: &str = "mortal-process";

/// A storage that ends the process after its last commit.
#[derive(Clone)]
struct Mortal {
    storage: RedbBackend,
    end: Rc<RefCell<Option<End>>>,
}

/// When the process ends.
struct End {
    /// Commits that are left.
    left: u64,
    /// Where they count: where the first one is made.
    counted: Option<NamespaceId>,
}

impl Backend for Mortal {
    async fn generation(&self, namespace: NamespaceId) -> Result<Generation, BackendError> {
        self.storage.generation(namespace).await
    }

    async fn load(
        &self,
        namespace: NamespaceId,
        scope: Scope<'_>,
        sink: &mut RowSink<'_>,
    ) -> Result<Generation, BackendError> {
        self.storage.load(namespace, scope, sink).await
    }

    async fn commit(
        &self,
        namespace: NamespaceId,
        batch: Batch,
    ) -> Result<Generation, BackendError> {
        let generation = self.storage.commit(namespace, batch).await?;
        if let Some(end) = &mut *self.end.borrow_mut()
            && *end.counted.get_or_insert(namespace) == namespace
        {
            end.left -= 1;
            if end.left == 0 {
                // No destructor runs, nothing is flushed.
                std::process::abort();
            }
        }
        Ok(generation)
    }

    async fn remove_namespace(&self, namespace: NamespaceId) -> Result<(), BackendError> {
        self.storage.remove_namespace(namespace).await
    }

    async fn namespaces(&self) -> Result<Vec<NamespaceId>, BackendError> {
        self.storage.namespaces().await
    }
}

struct Now;

impl Clock for Now {
    fn now(&self) -> UnixMillis {
        let since = std::time::UNIX_EPOCH.elapsed().unwrap();
        UnixMillis(since.as_millis() as u64)
    }
}

/// Says yes to everything.
struct Yes(Desk);

impl Yes {
    fn new(authority: SigningAuthority) -> Self {
        Self(Desk::new(authority, Rc::new(Now), |_| {}))
    }
}

impl User for Yes {
    fn ask(&self, asked: Asked) -> Result<Waiting, ApprovalError> {
        let waiting = self.0.ask(asked)?;
        for pending in self.0.pending() {
            self.0.approve(pending.id, pending.hash, None)?;
        }
        Ok(waiting)
    }
}

/// What the process is to do.
struct Errand {
    folder: PathBuf,
    node: String,
    /// The token, the account that mints, and how much.
    token: AztecAddress,
    minter: AztecAddress,
    amount: u64,
    /// After how many commits of the journal it ends; 0 for never.
    ends_after: u64,
}

/// The process itself. Arguments: folder, node, token, minter, amount, commits. With the amount 0 it
/// takes up what others have left.
pub fn process(arguments: &[String]) -> ExitCode {
    let [folder, node, token, minter, amount, ends_after] = arguments else {
        return ExitCode::FAILURE;
    };
    let errand = Errand {
        folder: folder.into(),
        node: node.clone(),
        token: token.parse().unwrap(),
        minter: minter.parse().unwrap(),
        amount: amount.parse().unwrap(),
        ends_after: ends_after.parse().unwrap(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(run(errand));
    ExitCode::SUCCESS
}

fn random() -> Box<dyn CryptoRng + Send> {
    Box::new(UnwrapErr(SysRng))
}

fn resources() -> ResourceCircuits<Folder> {
    let folder = root().join("tests/reference/node_modules/@aztec");
    let tree = std::fs::read(folder.join(npm::KEY_TREE)).unwrap();
    let source = Source::packages(&String::from_utf8_lossy(&tree)).unwrap();
    ResourceCircuits::new(source, Folder(folder))
}

async fn run(errand: Errand) {
    let storage = SplitStorage {
        main: BackendStorage::new(open(&errand.folder, "vault.redb")),
        second: MemoryVaultStorage::new(),
    };
    let rng = UnwrapErr(SysRng);
    let opened = Vault::open(storage, Now, rng, VaultConfig::default()).await;
    let (mut vault, authority) = opened.unwrap();
    let password = Password::new(PASSWORD.to_owned());
    vault.unlock(Credential::Password(&password)).await.unwrap();
    let end = Rc::default();
    let parts = EngineParts {
        backend: Mortal {
            storage: open(&errand.folder, "store.redb"),
            end: Rc::clone(&end),
        },
        key: vault.store_key().unwrap(),
        node: Rc::new(RpcNode::connect(&errand.node, RpcOptions::default()).unwrap()),
        expected: ExpectedChain::default(),
        resources: Rc::new(resources()),
        prover: Rc::new(NoProver),
        entropy: Rc::new(random as fn() -> Box<dyn CryptoRng + Send>),
        clock: Rc::new(Now),
        timer: Rc::new(pixie_node::clock::SystemClock),
        observer: Rc::new(NoObserver),
    };
    let (engine, report) = Engine::open(parts).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    for account in vault.accounts().unwrap().to_vec() {
        let secret_key = vault.secret_key(account.address()).unwrap();
        let added = engine.add_account((&account).into(), &secret_key).await;
        added.unwrap();
    }
    let (keys, user) = (Mutex::new(vault), Yes::new(authority));
    let unfinished = match errand.amount {
        0 => engine.unfinished(),
        _ => Vec::new(),
    };
    for id in unfinished {
        engine.run(id, &user, &keys).await.unwrap();
    }
    if errand.amount > 0 {
        let order = mint(&engine, &errand);
        if errand.ends_after > 0 {
            *end.borrow_mut() = Some(End {
                left: errand.ends_after,
                counted: None,
            });
        }
        let id = engine.request(Asker::User, &order).await.unwrap();
        engine.run(id, &user, &keys).await.unwrap();
        follow(&engine, id).await;
    }
}

fn open(folder: &Path, file: &str) -> RedbBackend {
    RedbBackend::open(folder.join(file)).unwrap()
}

/// To mint takes no notes, so that transactions need not wait for one another.
fn mint(engine: &Engine<Mortal>, errand: &Errand) -> Order {
    let arguments = serde_json::json!([errand.minter, errand.amount.to_string()]);
    let abi = engine.function(errand.token, "mint_to_private").unwrap();
    let arguments = ConstructorArguments::Json(arguments);
    let call = pixie_accounts::encode_call(&abi, errand.token, &arguments).unwrap();
    let payload = ExecutionPayload {
        calls: vec![call],
        ..ExecutionPayload::default()
    };
    let fee = Fee::canonical_sponsor();
    let mut rng = engine.entropy();
    Order::new(errand.minter, Task::Calls(payload), fee, &mut rng)
}

/// Until it is in a block.
async fn follow(engine: &Engine<Mortal>, id: EntryId) {
    loop {
        let entry = engine.follow(id).await.unwrap().unwrap();
        if let Stage::Mined { reverted, .. } = entry.stage {
            assert!(!reverted);
            return;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}
