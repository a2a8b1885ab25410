//! The wallet as a whole: vault, engine and bridge, as a service worker has them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use std::time::Duration;

use async_lock::Mutex;
use futures_util::future::join3;
use pixie_bridge::capability::WalletIdentity;
use pixie_bridge::session::{PendingRequest, SessionId};
use pixie_bridge::{Bridge, Limits, Timestamp};
use pixie_primitives::AztecAddress;
use pixie_pxe::Progress as PxeProgress;
use pixie_store::Sealing;
use pixie_vault::{
    Clock, LockReason, SessionToken, UnixMillis, Vault, VaultAccount, VaultError, VaultStatus,
};
use rand_core::CryptoRng;

use super::keeping::Unhurried;
use super::platform::Platform;
use super::preferences::Preferences;
use super::request::{Reply, Request, UiError, UiErrorCode};
use super::types::{
    Account, Deployment, Event, NetworkState, NetworkStatus, Origin, Progress, State, VaultState,
    Work,
};
use crate::approval::{ApprovalId, Desk, DeskEvent};
use crate::engine::{
    ChainId, Deployed, Engine, EngineError, EngineParts, Noted, Observer, OwnAccount,
};
use crate::journal::{EntryId, StageKind};

/// How often something that is not there yet is looked for.
const GLANCE: Duration = Duration::from_millis(200);
/// For how long a dapp waits for the node to be reached.
const PATIENCE: Duration = Duration::from_secs(30);

/// The platform's clock, as the vault holds it.
#[derive(Clone)]
pub struct SharedClock(Rc<dyn Clock>);

impl Clock for SharedClock {
    fn now(&self) -> UnixMillis {
        self.0.now()
    }
}

/// How the network in use stands.
#[derive(Clone)]
pub(super) enum Link<P: Platform> {
    Connecting,
    Ready(Engine<P::Backend>),
    Unreachable(String),
    WrongChain(String),
}

/// What there is while the wallet is unlocked.
pub(super) struct Unlocked<P: Platform> {
    pub preferences: Preferences<P::Backend>,
    pub link: Link<P>,
    /// Which of the accounts are on the chain, as far as the node was asked.
    pub deployed: BTreeMap<AztecAddress, bool>,
    /// What is wrong with the network, although there is an engine or one is being opened.
    pub trouble: Option<(NetworkStatus, String)>,
}

pub(super) type AppVault<P> = Mutex<Vault<<P as Platform>::VaultStorage, SharedClock>>;

pub(super) struct Inner<P: Platform> {
    pub platform: P,
    pub vault: AppVault<P>,
    pub desk: Desk,
    pub bridge: RefCell<Bridge>,
    pub rng: RefCell<Box<dyn CryptoRng + Send>>,
    /// Held while effects of the bridge are carried out: in order, one after the other.
    pub effects: Mutex<()>,
    pub unlocked: RefCell<Option<Unlocked<P>>>,
    /// Requests of dapps from before a restart.
    pub left_over: RefCell<Vec<PendingRequest>>,
    /// Discoveries that the user is asked about.
    pub discoveries: RefCell<BTreeMap<SessionId, ApprovalId>>,
    working: RefCell<BTreeMap<Option<u64>, Progress>>,
    /// What sites were refused while there is no engine.
    pub incidents: RefCell<Noted>,
    /// What is to be kept of sessions with dapps when there is time.
    pub unhurried: Unhurried,
    /// Counts unlockings and changes of the network: what was begun before does not count any more.
    pub epoch: Cell<u64>,
}

/// The wallet as a whole. Clones are handles on one wallet.
pub struct App<P: Platform>(pub(super) Rc<Inner<P>>);

impl<P: Platform> Clone for App<P> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<P: Platform> std::fmt::Debug for App<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}

/// Tells the wallet what its engine is doing.
struct Watcher<P: Platform>(Weak<Inner<P>>);

impl<P: Platform> Observer for Watcher<P> {
    fn progress(&self, entry: Option<EntryId>, step: PxeProgress) {
        if let Some(inner) = self.0.upgrade() {
            App(inner).note_progress(entry.map(|entry| entry.0), &step);
        }
    }
}

impl<P: Platform> App<P> {
    /// Starts the wallet: opens the vault, resumes the session of before a restart, and takes the
    /// dapps' sessions up again.
    ///
    /// # Errors
    /// [`VaultError::Storage`] if the vault's records cannot be read.
    pub async fn start(platform: P) -> Result<Self, VaultError> {
        let clock = SharedClock(platform.clock());
        let entropy = platform.entropy();
        let opening = Vault::open(
            platform.vault_storage(),
            clock.clone(),
            entropy.source(),
            platform.vault_config(),
        );
        // All at once: whoever has started the wallet waits for it.
        let (opened, rows, session) = join3(opening, platform.rows(), platform.session()).await;
        let (vault, authority) = opened?;
        let restored = Bridge::restore(platform.wallet(), Limits::default(), rows);
        let inner = Rc::new_cyclic(|this: &Weak<Inner<P>>| {
            let weak = Weak::clone(this);
            let desk = Desk::new(authority, Rc::new(clock), move |event| {
                if let Some(inner) = weak.upgrade() {
                    App(inner).note_desk(event);
                }
            });
            Inner {
                platform,
                vault: Mutex::new(vault),
                desk,
                bridge: RefCell::new(restored.bridge),
                rng: RefCell::new(entropy.source()),
                effects: Mutex::new(()),
                unlocked: RefCell::new(None),
                left_over: RefCell::new(restored.pending),
                discoveries: RefCell::default(),
                working: RefCell::default(),
                incidents: RefCell::default(),
                unhurried: Unhurried::default(),
                epoch: Cell::new(0),
            }
        });
        let app = Self(inner);
        if let Some(token) = session {
            app.resume_session(&token).await;
        }
        app.carry_out(restored.effects).await;
        for discovery in restored.discoveries {
            app.discovered(discovery);
        }
        if app.0.unlocked.borrow().is_none() {
            app.interrupt_left_over(|_| true).await;
        }
        Ok(app)
    }

    async fn resume_session(&self, token: &SessionToken) {
        let resumed = self.0.vault.lock().await.resume(token).await;
        let opened = match resumed {
            Ok(_) => self.open_stores().await.is_ok(),
            Err(_) => false,
        };
        if !opened {
            self.0.platform.keep_session(None).await;
        }
    }

    /// Answers a page.
    pub async fn handle(&self, request: Request) -> Reply {
        let fits = request.expects();
        let outcome = match super::handlers::handle(self, request).await {
            Ok(answer) if !fits(&answer) => Err(UiError::new(
                UiErrorCode::Internal,
                "the wallet answered another question",
            )),
            outcome => outcome,
        };
        if let Err(error) = &outcome
            && error.code == UiErrorCode::Locked
        {
            // A deadline may have passed since anybody looked.
            self.enforce_lock().await;
        }
        outcome.into()
    }

    /// Answers a page that sends JSON.
    pub async fn handle_json(&self, request: &str) -> Reply {
        match serde_json::from_str(request) {
            Ok(request) => self.handle(request).await,
            Err(error) => {
                let message = error.to_string();
                Reply::Error(UiError::new(UiErrorCode::InvalidRequest, message))
            }
        }
    }

    /// Locks if it is time, asks about transactions under way, ends what waited for too long. To be
    /// called now and then, and when the vault's deadline has come.
    pub async fn tick(&self) {
        self.enforce_lock().await;
        let now = self.timestamp();
        let effects = self.0.bridge.borrow_mut().expire(now);
        self.carry_out(effects).await;
        let Some(engine) = self.engine() else {
            self.try_again();
            return;
        };
        // What cannot be written now stays noted.
        let _ = engine.write_incidents().await;
        if !self.look_for_node(&engine).await {
            return;
        }
        for id in engine.stranded() {
            self.run(&engine, id, None);
        }
        let mut has_changed = false;
        for id in engine.unsettled() {
            let before = engine.journal().entry(id);
            let after = engine.follow(id).await.ok().flatten();
            has_changed |= after.is_some() && after != before;
        }
        if has_changed {
            self.look_for_deployed(&engine).await;
            self.announce().await;
        }
    }

    /// When the vault locks itself, if it is unlocked.
    pub async fn locks_at(&self) -> Option<UnixMillis> {
        match self.0.vault.lock().await.status() {
            VaultStatus::Unlocked { deadlines, .. } => Some(deadlines.next()),
            _ => None,
        }
    }

    /// The screen was locked.
    pub async fn screen_locked(&self) {
        self.lock(LockReason::ScreenLocked).await;
    }

    /// A window of the wallet was closed: what it showed is denied.
    pub fn window_closed(&self, window: crate::approval::WindowId) {
        self.0.desk.window_closed(window);
    }

    pub(super) fn timestamp(&self) -> Timestamp {
        Timestamp(self.0.platform.clock().now().0)
    }

    pub(super) fn identity(&self) -> WalletIdentity {
        let wallet = self.0.platform.wallet();
        WalletIdentity {
            name: wallet.name,
            version: wallet.version,
        }
    }

    async fn enforce_lock(&self) {
        let reason = self.0.vault.lock().await.poll().await;
        let is_locked = matches!(reason, Ok(Some(_)) | Err(_));
        let is_open = self.0.unlocked.borrow().is_some();
        let status = self.0.vault.lock().await.status();
        if is_open && (is_locked || !matches!(status, VaultStatus::Unlocked { .. })) {
            self.close_stores().await;
        }
    }

    /// Locks the wallet.
    pub async fn lock(&self, reason: LockReason) {
        // The keys are wiped whether or not the session's record could be deleted.
        let _ = self.0.vault.lock().await.lock(reason).await;
        self.close_stores().await;
    }

    pub(super) async fn close_stores(&self) {
        self.0.epoch.set(self.0.epoch.get() + 1);
        let unlocked = self.0.unlocked.borrow_mut().take();
        if let Some(Unlocked {
            link: Link::Ready(engine),
            ..
        }) = unlocked
        {
            engine.close();
        }
        self.0.desk.abandon_all();
        self.0.working.borrow_mut().clear();
        self.0.platform.keep_session(None).await;
        self.announce().await;
    }

    /// Opens what the vault's key opens, and begins to connect.
    pub(super) async fn open_stores(&self) -> Result<(), UiError> {
        let key = self.0.vault.lock().await.store_key()?;
        let sealing = Sealing::sealed(key, self.0.platform.entropy().source());
        let (preferences, _) = Preferences::open(self.0.platform.backend(), sealing).await?;
        *self.0.unlocked.borrow_mut() = Some(Unlocked {
            preferences,
            link: Link::Connecting,
            deployed: BTreeMap::new(),
            trouble: None,
        });
        self.begin_to_connect();
        Ok(())
    }

    /// Starts a session that outlives the service worker.
    pub(super) async fn begin_session(&self) -> Result<(), UiError> {
        let token = self.0.vault.lock().await.start_session().await?;
        self.0.platform.keep_session(Some(&token)).await;
        Ok(())
    }

    /// Connects to the selected network, beside everything else.
    pub(super) fn begin_to_connect(&self) {
        let epoch = self.leave_network(Link::Connecting);
        let app = self.clone();
        self.0.platform.spawn_later(Box::pin(async move {
            app.connect(epoch).await;
        }));
    }

    /// Leaves the network in use; what was begun on it ends, and does not count any more.
    pub(super) fn leave_network(&self, link: Link<P>) -> u64 {
        let epoch = self.0.epoch.get() + 1;
        self.0.epoch.set(epoch);
        let engine = self.engine();
        if let Some(unlocked) = &mut *self.0.unlocked.borrow_mut() {
            unlocked.link = link;
            unlocked.deployed.clear();
            unlocked.trouble = None;
        }
        if let Some(engine) = engine {
            engine.close();
            self.0.desk.abandon_all();
            self.0.working.borrow_mut().clear();
        }
        epoch
    }

    async fn connect(&self, epoch: u64) {
        if self.0.epoch.get() != epoch {
            return;
        }
        self.announce().await;
        let link = match self.open_engine().await {
            Ok(engine) => Link::Ready(engine),
            Err(EngineError::WrongChain(problem)) => Link::WrongChain(problem.to_string()),
            Err(error) => Link::Unreachable(error.to_string()),
        };
        if self.0.epoch.get() != epoch {
            if let Link::Ready(engine) = link {
                engine.close();
            }
            return;
        }
        let engine = match &link {
            Link::Ready(engine) => Some(engine.clone()),
            _ => None,
        };
        if let Some(unlocked) = &mut *self.0.unlocked.borrow_mut() {
            unlocked.link = link;
            unlocked.trouble = None;
        }
        self.announce().await;
        if let Some(engine) = engine {
            let noted = std::mem::take(&mut *self.0.incidents.borrow_mut());
            engine.take_incidents(noted).await;
            self.take_up(&engine).await;
            self.look_for_deployed(&engine).await;
            self.announce().await;
        } else {
            self.interrupt_left_over(|_| true).await;
        }
    }

    async fn open_engine(&self) -> Result<Engine<P::Backend>, EngineError> {
        let platform = &self.0.platform;
        let Some((network, expected)) = self.with_unlocked(|unlocked| {
            let network = super::handlers::selected_network(&unlocked.preferences, platform);
            let expected = unlocked.preferences.expected(&network.id);
            (network, expected)
        }) else {
            return Err(EngineError::Closed);
        };
        let key = self.0.vault.lock().await.store_key()?;
        let parts = EngineParts {
            backend: platform.backend(),
            key,
            node: platform.connect(&network.url)?,
            expected,
            resources: platform.resources(),
            prover: platform.prover(),
            entropy: platform.entropy(),
            clock: platform.clock(),
            timer: platform.timer(),
            observer: Rc::new(Watcher(Rc::downgrade(&self.0))),
        };
        let (engine, _) = Box::pin(Engine::open(parts)).await?;
        self.add_accounts(&engine).await?;
        let preferences = self.with_unlocked(|unlocked| unlocked.preferences.clone());
        if let Some(preferences) = preferences {
            let chain: ChainId = engine.chain();
            preferences.put_network(&network, Some(chain)).await?;
        }
        Ok(engine)
    }

    /// Gives the engine the vault's accounts.
    pub(super) async fn add_accounts(
        &self,
        engine: &Engine<P::Backend>,
    ) -> Result<(), EngineError> {
        let accounts = self.0.vault.lock().await.accounts()?.to_vec();
        for account in &accounts {
            let secret = self.0.vault.lock().await.secret_key(account.address())?;
            engine
                .add_account(OwnAccount::from(account), &secret)
                .await?;
        }
        Ok(())
    }

    /// Asks the node which accounts are on the chain.
    pub(super) async fn look_for_deployed(&self, engine: &Engine<P::Backend>) {
        for account in engine.own_addresses() {
            if let Ok(deployed) = engine.deployed(account).await
                && let Some(unlocked) = &mut *self.0.unlocked.borrow_mut()
            {
                let is_deployed = deployed == Deployed::Yes;
                unlocked.deployed.insert(account, is_deployed);
            }
        }
    }

    pub(super) fn with_unlocked<R>(&self, read: impl FnOnce(&Unlocked<P>) -> R) -> Option<R> {
        self.0.unlocked.borrow().as_ref().map(read)
    }

    /// The engine, if the network is there.
    pub(super) fn engine(&self) -> Option<Engine<P::Backend>> {
        self.with_unlocked(|unlocked| match &unlocked.link {
            Link::Ready(engine) => Some(engine.clone()),
            _ => None,
        })
        .flatten()
    }

    /// The engine, once the network is there; nothing if it does not come.
    pub(super) async fn engine_soon(&self) -> Option<Engine<P::Backend>> {
        let begun = self.0.platform.clock().now();
        loop {
            if let Some(engine) = self.engine() {
                return Some(engine);
            }
            let is_connecting =
                self.with_unlocked(|unlocked| matches!(unlocked.link, Link::Connecting));
            let waited = self.0.platform.clock().now().since(begun);
            if is_connecting != Some(true) || waited >= PATIENCE {
                return None;
            }
            self.0.platform.timer().sleep(GLANCE).await;
        }
    }

    /// Everything that a page needs to draw itself.
    pub async fn state(&self) -> State {
        let (vault, accounts) = {
            let mut vault = self.0.vault.lock().await;
            let state = vault_state(&vault.status());
            let accounts = vault.accounts().map(<[VaultAccount]>::to_vec);
            (state, accounts.unwrap_or_default())
        };
        let unlocked = self.0.unlocked.borrow();
        let mut state = State {
            vault,
            network: None,
            accounts: Vec::new(),
            selected: None,
            pending_approvals: self.0.desk.pending_count(),
            working: self.0.working.borrow().values().cloned().collect(),
        };
        let Some(unlocked) = &*unlocked else {
            return state;
        };
        let network = super::handlers::selected_network(&unlocked.preferences, &self.0.platform);
        let (status, problem) = match (&unlocked.link, &unlocked.trouble) {
            (Link::Unreachable(problem), _) => (NetworkStatus::Unreachable, Some(problem.clone())),
            (Link::WrongChain(problem), _) => (NetworkStatus::WrongChain, Some(problem.clone())),
            (_, Some((status, problem))) => (*status, Some(problem.clone())),
            (Link::Connecting, None) => (NetworkStatus::Connecting, None),
            (Link::Ready(_), None) => (NetworkStatus::Ready, None),
        };
        let engine = match &unlocked.link {
            Link::Ready(engine) => Some(engine),
            _ => None,
        };
        let chain = engine.map(Engine::chain);
        let header = engine.and_then(|engine| engine.pxe().synced_header());
        state.network = Some(NetworkState {
            id: network.id,
            name: network.name,
            url: network.url,
            status,
            problem,
            chain_id: chain.map(|chain| chain.l1_chain_id.to_string()),
            rollup_version: chain.map(|chain| chain.rollup_version.to_string()),
            node_version: engine.map(|engine| engine.node_info().node_version.clone()),
            block: header.map(|header| header.block_number().0),
        });
        state.accounts = accounts
            .iter()
            .map(|account| shown_account(account, deployment(account, unlocked)))
            .collect();
        let selected = unlocked.preferences.choices().account;
        let is_there = |selected: &AztecAddress| {
            let mut addresses = accounts.iter().map(VaultAccount::address);
            addresses.any(|address| address == *selected)
        };
        let first = accounts.first().map(VaultAccount::address);
        state.selected = selected.filter(is_there).or(first);
        state
    }

    /// Tells all pages how things stand.
    pub(super) async fn announce(&self) {
        let state = Box::new(self.state().await);
        self.0.platform.emit(Event::State { state });
    }

    /// Tells all pages how things stand, beside everything else.
    pub(super) fn announce_soon(&self) {
        let app = self.clone();
        self.0.platform.spawn(Box::pin(async move {
            app.announce().await;
        }));
    }

    fn note_desk(&self, event: DeskEvent) {
        if let DeskEvent::Asked(id) = event {
            self.0.platform.emit(Event::Approval { id: id.0 });
        }
        self.announce_soon();
    }

    fn note_progress(&self, entry: Option<u64>, step: &PxeProgress) {
        let Some((kind, step, of, detail)) = describe(step) else {
            return;
        };
        let progress = Progress {
            entry,
            kind,
            step,
            of,
            detail,
            since: self.0.platform.clock().now(),
        };
        let mut working = self.0.working.borrow_mut();
        working.insert(entry, progress.clone());
        drop(working);
        self.0.platform.emit(Event::Progress { progress });
    }

    /// Something is not being done any more.
    pub(super) fn finished(&self, entry: Option<EntryId>) {
        let entry = entry.map(|entry| entry.0);
        if self.0.working.borrow_mut().remove(&entry).is_some() {
            self.announce_soon();
        }
    }

    /// Transactions that are with the node or have ended are not being worked on any more.
    pub(super) fn finished_ended(&self, engine: &Engine<P::Backend>) {
        let unfinished = engine.unfinished();
        let mut working = self.0.working.borrow_mut();
        let before = working.len();
        working.retain(|entry, _| entry.is_none_or(|entry| unfinished.contains(&EntryId(entry))));
        let has_changed = working.len() < before;
        drop(working);
        if has_changed {
            self.announce_soon();
        }
    }
}

fn vault_state(status: &VaultStatus) -> VaultState {
    match status {
        VaultStatus::Absent => VaultState::Empty,
        VaultStatus::Damaged { .. } => VaultState::Locked {
            retry_at: None,
            damaged: Some(true),
        },
        VaultStatus::Locked { retry_at, .. } => VaultState::Locked {
            retry_at: *retry_at,
            damaged: None,
        },
        VaultStatus::Unlocked { deadlines, .. } => VaultState::Unlocked {
            locks_at: deadlines.next(),
        },
    }
}

fn deployment<P: Platform>(account: &VaultAccount, unlocked: &Unlocked<P>) -> Deployment {
    let address = account.address();
    let Link::Ready(engine) = &unlocked.link else {
        return Deployment::Unknown;
    };
    if engine.is_known_deployed(address) {
        return Deployment::Done;
    }
    // Only an account's own deployment calls nothing.
    let is_under_way = engine.journal().entries().into_iter().any(|(_, entry)| {
        let kind = entry.stage.kind();
        let goes_on = kind.has_work() || kind == StageKind::Sent;
        entry.from == address && entry.calls.is_empty() && goes_on
    });
    match (is_under_way, unlocked.deployed.get(&address)) {
        (true, _) => Deployment::Pending,
        (false, Some(true)) => Deployment::Done,
        (false, Some(false)) => Deployment::None,
        (false, None) => Deployment::Unknown,
    }
}

pub(super) fn shown_account(account: &VaultAccount, deployment: Deployment) -> Account {
    use pixie_vault::AccountOrigin;
    Account {
        address: account.address(),
        alias: account.label.clone(),
        kind: account.account.account_type.into(),
        view_only: !account.can_sign(),
        deployment,
        origin: match account.origin {
            AccountOrigin::Derived { .. } => Origin::Phrase,
            AccountOrigin::Imported | AccountOrigin::ViewOnly => Origin::Imported,
        },
    }
}

type Described = (Work, Option<usize>, Option<usize>, Option<String>);

fn describe(step: &PxeProgress) -> Option<Described> {
    Some(match step {
        PxeProgress::SyncingBlocks => (Work::Sync, None, None, None),
        PxeProgress::SyncingContract {
            contract,
            index,
            total,
        } => {
            let contract = Some(contract.to_string());
            (Work::Sync, Some(*index), Some(*total), contract)
        }
        PxeProgress::Executing { name, function, .. } => {
            let name = name.clone().unwrap_or_else(|| function.to_string());
            (Work::Execute, None, None, Some(name))
        }
        PxeProgress::Kernel {
            circuit,
            step,
            total,
        } => {
            let circuit = Some(circuit.clone());
            (Work::Kernel, Some(*step), Some(*total), circuit)
        }
        PxeProgress::Proving => (Work::Prove, None, None, None),
        PxeProgress::SimulatingPublic => (Work::Simulate, None, None, None),
        _ => return None,
    })
}
