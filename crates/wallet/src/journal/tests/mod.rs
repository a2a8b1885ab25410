use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use pixie_node::{NodeError, TransportError};
use pixie_primitives::FromBytes as _;
use pixie_primitives::block::BlockNumber;
use pixie_primitives::kernel::{
    PrivateKernelTailCircuitPublicInputs, PrivateToRollupKernelCircuitPublicInputs,
};
use pixie_primitives::receipt::{TxExecutionResult, TxReceipt, TxStatus};
use pixie_primitives::tx::ChonkProof;
use pixie_store::{FaultPlan, FaultPoint, MemoryBackend};
use pixie_vault::{Clock as _, ManualClock};
use pollster::block_on;

use super::*;

mod transitions;

/// The chain of these tests.
const CHAIN: ChainId = ChainId {
    l1_chain_id: 31_337,
    rollup_version: 1,
};
/// When the transactions of these tests expire, in seconds.
const EXPIRY: u64 = 1000;

fn transaction(number: u32) -> Tx {
    let inputs = PrivateToRollupKernelCircuitPublicInputs {
        fee_payer: AztecAddress::from(number),
        expiration_timestamp: EXPIRY,
        ..Default::default()
    };
    let data = PrivateKernelTailCircuitPublicInputs::ForRollup(inputs);
    Tx::new(data, ChonkProof::default(), vec![], vec![])
}

fn work(text: &str) -> Work {
    Work::from(text.as_bytes().to_vec())
}

fn shown() -> ShownHash {
    serde_json::from_value(serde_json::json!(vec![7u8; 32])).unwrap()
}

/// Where the process is killed: in the commit that leads to a stage.
type Kill = (StageKind, FaultPoint);

/// A node and a user, which outlive the wallet, and strike it in a commit of its own.
struct World {
    backend: MemoryBackend,
    clock: ManualClock,
    faults: FaultPlan,
    kills: RefCell<Vec<Kill>>,
    proved: Cell<u32>,
    asked: Cell<u32>,
    /// What the node knows, and how far it is.
    node: RefCell<BTreeMap<TxHash, TxStatus>>,
    /// All that it was sent.
    sent: RefCell<Vec<Vec<u8>>>,
    /// How the next sends end.
    sending: RefCell<Vec<Sending>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Sending {
    /// The transaction arrives, the answer does not.
    AnswerLost,
    /// Nothing arrives.
    Unreachable,
    /// The node refuses.
    Refused,
    /// The node accepts and forgets.
    Forgotten,
}

impl World {
    fn new() -> Self {
        let backend = MemoryBackend::new();
        Self {
            faults: backend.faults().clone(),
            backend,
            clock: ManualClock::at(UnixMillis(1_000)),
            kills: RefCell::default(),
            proved: Cell::default(),
            asked: Cell::default(),
            node: RefCell::default(),
            sent: RefCell::default(),
            sending: RefCell::default(),
        }
    }

    /// Called before the commit that leads to a stage.
    fn strike(&self, stage: StageKind) {
        let mut kills = self.kills.borrow_mut();
        if let Some(place) = kills.iter().position(|(at, _)| *at == stage) {
            self.faults.fail_at(kills.remove(place).1);
        }
    }

    fn kill(&self, stage: StageKind, point: FaultPoint) {
        self.kills.borrow_mut().push((stage, point));
    }

    fn open(&self) -> Journal<MemoryBackend> {
        let opened = block_on(Journal::open(self.backend.clone(), CHAIN, Sealing::plain()));
        let (journal, report) = opened.unwrap();
        assert!(report.is_clean());
        journal
    }

    fn request(&self, journal: &Journal<MemoryBackend>) -> Result<EntryId, JournalError> {
        let from = AztecAddress::from(1);
        let now = self.clock.now();
        block_on(journal.request(Asker::User, from, &[], work("order"), now))
    }

    fn run(&self, journal: &Journal<MemoryBackend>, id: EntryId) -> Result<Stage, RunError> {
        block_on(journal.run(id, self, self, &self.clock)).map(|entry| entry.stage)
    }

    /// What is in the mempool comes into a block, and what is in a block becomes final.
    fn mine(&self) {
        for status in self.node.borrow_mut().values_mut() {
            *status = match status {
                TxStatus::Pending => TxStatus::Checkpointed,
                _ => TxStatus::Finalized,
            };
        }
    }

    /// Lives, being killed where it was arranged, until the transaction is final.
    fn live(&self) -> Stage {
        for _ in 0..12 {
            let journal = self.open();
            let killed = 'life: {
                if journal.entries().is_empty() {
                    self.strike(StageKind::Requested);
                    if self.request(&journal).is_err() {
                        break 'life true;
                    }
                }
                for _ in 0..4 {
                    for id in journal.open_entries(self.clock.now()) {
                        if self.run(&journal, id).is_err() {
                            break 'life true;
                        }
                    }
                    self.mine();
                    self.clock.advance(Duration::from_secs(20));
                }
                false
            };
            drop(journal);
            if !killed {
                break;
            }
        }
        let journal = self.open();
        let entries = journal.entries();
        assert_eq!(entries.len(), 1, "{entries:?}");
        assert!(
            journal.work(entries[0].0).is_none(),
            "nothing is left behind"
        );
        entries[0].1.stage.clone()
    }

    fn assert_final(&self, stage: &Stage) {
        let is_final = matches!(
            stage,
            Stage::Mined {
                is_final: true,
                reverted: false,
                ..
            }
        );
        assert!(is_final, "{stage:?}");
        assert_eq!(self.node.borrow().len(), 1, "exactly one on the chain");
        let mut sent = self.sent.borrow().clone();
        sent.dedup();
        assert_eq!(sent.len(), 1, "always the same bytes");
    }
}

#[async_trait(?Send)]
impl Steps for World {
    async fn approve(&self, _: &JournalEntry, order: &Work) -> Result<Answer, StepError> {
        assert_eq!(*order, work("order"));
        self.asked.set(self.asked.get() + 1);
        self.strike(StageKind::Approved);
        Ok(Answer::Approved {
            shown: shown(),
            signed: work("signed"),
        })
    }

    async fn simulate(&self, entry: &JournalEntry, signed: &Work) -> Result<Work, StepError> {
        assert_eq!(*signed, work("signed"));
        assert_eq!(entry.stage, Stage::Approved { shown: shown() });
        self.strike(StageKind::Simulated);
        Ok(work("with limits"))
    }

    async fn prove(&self, _: &JournalEntry, request: &Work) -> Result<Tx, StepError> {
        assert_eq!(*request, work("with limits"));
        self.proved.set(self.proved.get() + 1);
        self.strike(StageKind::Proved);
        Ok(transaction(self.proved.get()))
    }
}

#[async_trait(?Send)]
impl Network for World {
    async fn send(&self, tx: &Tx) -> Result<(), NodeError> {
        let refused = NodeError::RequestTooLarge {
            method: "node_sendTx",
            size: 1,
            limit: 0,
        };
        let sending = self.sending.borrow_mut().pop();
        if sending == Some(Sending::Unreachable) {
            let reason = "refused".to_owned();
            return Err(NodeError::Transport(TransportError::Connect { reason }));
        }
        self.sent.borrow_mut().push(tx.to_bytes());
        self.strike(StageKind::Sent);
        let mut node = self.node.borrow_mut();
        match sending {
            Some(Sending::Refused) => return Err(refused),
            Some(Sending::Forgotten) => return Ok(()),
            _ if node.contains_key(&tx.tx_hash()) => return Err(refused),
            _ => {}
        }
        node.insert(tx.tx_hash(), TxStatus::Pending);
        match sending {
            Some(Sending::AnswerLost) => Err(NodeError::Timeout {
                after: Duration::ZERO,
            }),
            _ => Ok(()),
        }
    }

    async fn receipt(&self, tx_hash: TxHash) -> Result<TxReceipt, NodeError> {
        let status = self.node.borrow().get(&tx_hash).copied();
        let status = status.unwrap_or(TxStatus::Dropped);
        let is_mined = status >= TxStatus::Proposed;
        match status {
            TxStatus::Dropped => self.strike(StageKind::Dropped),
            TxStatus::Pending => self.strike(StageKind::Sent),
            _ => self.strike(StageKind::Mined),
        }
        Ok(TxReceipt {
            tx_hash,
            status,
            execution_result: is_mined.then_some(TxExecutionResult::Success),
            error: None,
            transaction_fee: is_mined.then_some(5),
            block_hash: None,
            block_number: is_mined.then_some(BlockNumber(3)),
            epoch_number: None,
            debug_logs: None,
        })
    }
}

const POINTS: [FaultPoint; 4] = [
    FaultPoint::BeforeCommit,
    FaultPoint::Step(0),
    FaultPoint::BeforeDurable,
    FaultPoint::AfterCommit,
];

#[test]
fn an_undisturbed_transaction_is_asked_about_proved_and_sent_once() {
    let world = World::new();
    world.assert_final(&world.live());
    assert_eq!(world.asked.get(), 1);
    assert_eq!(world.proved.get(), 1);
    assert_eq!(world.sent.borrow().len(), 1);
}

#[test]
fn killed_in_any_commit_there_is_exactly_one_transaction() {
    let stages = [
        StageKind::Requested,
        StageKind::Approved,
        StageKind::Simulated,
        StageKind::Proved,
        StageKind::Sent,
        StageKind::Mined,
    ];
    for stage in stages {
        for point in POINTS {
            let world = World::new();
            world.kill(stage, point);
            let last = world.live();
            assert!(!world.faults.is_armed(), "{stage:?} {point:?} has struck");
            assert!(world.kills.borrow().is_empty(), "{stage:?} {point:?} came");
            world.assert_final(&last);
        }
    }
}

#[test]
fn killed_again_and_again_there_is_exactly_one_transaction() {
    for point in POINTS {
        let world = World::new();
        for stage in [
            StageKind::Approved,
            StageKind::Proved,
            StageKind::Sent,
            StageKind::Mined,
        ] {
            world.kill(stage, point);
            world.kill(stage, FaultPoint::AfterCommit);
        }
        world.assert_final(&world.live());
        assert!(!world.faults.is_armed());
    }
}

#[test]
fn a_lost_answer_does_not_send_anew() {
    for kill in [
        None,
        Some(FaultPoint::BeforeCommit),
        Some(FaultPoint::AfterCommit),
    ] {
        let world = World::new();
        world.sending.borrow_mut().push(Sending::AnswerLost);
        world
            .kills
            .borrow_mut()
            .extend(kill.map(|point| (StageKind::Sent, point)));
        world.assert_final(&world.live());
        assert_eq!(world.sent.borrow().len(), 1);
    }
}

#[test]
fn a_node_out_of_reach_gets_the_same_transaction_later() {
    let world = World::new();
    world.sending.borrow_mut().push(Sending::Unreachable);
    let journal = world.open();
    let id = world.request(&journal).unwrap();
    let first = world.run(&journal, id);
    assert!(matches!(first, Err(RunError::Node(_))), "{first:?}");
    assert_eq!(journal.entry(id).unwrap().stage, Stage::Proved);
    let proved = journal.entry(id).unwrap().proved.unwrap();
    drop(journal);
    let journal = world.open();
    let second = world.run(&journal, id).unwrap();
    assert_eq!(world.proved.get(), 1);
    assert_eq!(second, Stage::Sent);
    assert!(world.node.borrow().contains_key(&proved.tx_hash));
}

#[test]
fn a_node_out_of_reach_for_too_long_ends_a_transaction() {
    let world = World::new();
    world.sending.borrow_mut().push(Sending::Unreachable);
    let journal = world.open();
    let id = world.request(&journal).unwrap();
    assert!(world.run(&journal, id).is_err());
    world.clock.advance(Duration::from_secs(EXPIRY));
    let stage = world.run(&journal, id).unwrap();
    assert!(
        matches!(stage, Stage::Dropped { reason: Some(_) }),
        "{stage:?}"
    );
    assert!(world.sent.borrow().is_empty());
}

#[test]
fn a_refused_transaction_ends_and_is_not_sent_again() {
    let world = World::new();
    world.sending.borrow_mut().push(Sending::Refused);
    let journal = world.open();
    let id = world.request(&journal).unwrap();
    let stage = world.run(&journal, id).unwrap();
    assert!(
        matches!(stage, Stage::Dropped { reason: Some(_) }),
        "{stage:?}"
    );
    assert!(journal.work(id).is_none());
    world.clock.advance(Duration::from_secs(60));
    world.run(&journal, id).unwrap();
    assert_eq!(world.sent.borrow().len(), 1);
    assert_eq!(world.proved.get(), 1);
    world.clock.advance(Duration::from_secs(EXPIRY));
    assert!(journal.open_entries(world.clock.now()).is_empty());
}

#[test]
fn a_forgotten_transaction_is_dropped_and_may_come_back() {
    let world = World::new();
    world.sending.borrow_mut().push(Sending::Forgotten);
    let journal = world.open();
    let id = world.request(&journal).unwrap();
    assert_eq!(world.run(&journal, id).unwrap(), Stage::Sent);
    assert_eq!(world.run(&journal, id).unwrap(), Stage::Sent, "on its way");
    world.clock.advance(Duration::from_secs(30));
    for point in POINTS {
        world.kill(StageKind::Dropped, point);
        let _ = world.run(&world.open(), id);
    }
    let journal = world.open();
    let stage = world.run(&journal, id).unwrap();
    assert_eq!(stage, Stage::Dropped { reason: None });
    let tx_hash = journal.entry(id).unwrap().proved.unwrap().tx_hash;
    world
        .node
        .borrow_mut()
        .insert(tx_hash, TxStatus::Checkpointed);
    assert!(matches!(
        world.run(&journal, id).unwrap(),
        Stage::Mined { .. }
    ));
}

#[test]
fn a_reorganisation_takes_a_transaction_back_until_it_is_final() {
    let world = World::new();
    let journal = world.open();
    let id = world.request(&journal).unwrap();
    world.run(&journal, id).unwrap();
    let statuses = [
        TxStatus::Checkpointed,
        TxStatus::Pending,
        TxStatus::Proven,
        TxStatus::Finalized,
        TxStatus::Pending,
    ];
    let kinds = statuses.map(|status| {
        for known in world.node.borrow_mut().values_mut() {
            *known = status;
        }
        world.run(&journal, id).unwrap().kind()
    });
    use StageKind::{Mined, Sent};
    assert_eq!(kinds, [Mined, Sent, Mined, Mined, Mined]);
}

/// Fails at a stage, and has the commit of that failure fail once if there is a fault.
struct Fails {
    at: StageKind,
    faults: FaultPlan,
    fault: Cell<Option<FaultPoint>>,
}

impl Fails {
    fn new(at: StageKind, world: &World) -> Self {
        Self {
            at,
            faults: world.faults.clone(),
            fault: Cell::default(),
        }
    }

    fn is_at(&self, stage: StageKind) -> bool {
        let is_here = self.at == stage;
        if is_here && let Some(point) = self.fault.take() {
            self.faults.fail_at(point);
        }
        is_here
    }
}

#[async_trait(?Send)]
impl Steps for Fails {
    async fn approve(&self, _: &JournalEntry, order: &Work) -> Result<Answer, StepError> {
        Ok(match self.is_at(StageKind::Requested) {
            true => Answer::Rejected(Rejection::ByUser),
            false => Answer::Approved {
                shown: shown(),
                signed: order.clone(),
            },
        })
    }

    async fn simulate(&self, _: &JournalEntry, signed: &Work) -> Result<Work, StepError> {
        let message = "refused".to_owned();
        match self.is_at(StageKind::Approved) {
            true => Err(Failure::Simulation { message }.into()),
            false => Ok(signed.clone()),
        }
    }

    async fn prove(&self, _: &JournalEntry, _: &Work) -> Result<Tx, StepError> {
        let message = "impossible".to_owned();
        match self.is_at(StageKind::Simulated) {
            true => Err(Failure::Proving { message }.into()),
            false => Err(StepError::Later(Box::new(std::io::Error::other("locked")))),
        }
    }
}

#[test]
fn what_fails_before_it_is_sent_never_reaches_the_node() {
    let ends = [
        (StageKind::Requested, StageKind::Rejected),
        (StageKind::Approved, StageKind::Failed),
        (StageKind::Simulated, StageKind::Failed),
    ];
    let faults = POINTS.map(Some).into_iter().chain([None]);
    for ((at, end), fault) in ends
        .into_iter()
        .flat_map(|end| faults.clone().map(move |fault| (end, fault)))
    {
        let world = World::new();
        let journal = world.open();
        let id = world.request(&journal).unwrap();
        let steps = Fails::new(at, &world);
        steps.fault.set(fault);
        let run = block_on(journal.run(id, &steps, &world, &world.clock));
        assert_eq!(run.is_err(), fault.is_some());
        let journal = world.open();
        let run = block_on(journal.run(id, &steps, &world, &world.clock));
        assert_eq!(run.unwrap().stage.kind(), end);
        assert!(journal.work(id).is_none());
        assert!(journal.open_entries(world.clock.now()).is_empty());
        world.run(&journal, id).unwrap();
        assert!(world.sent.borrow().is_empty());
    }
}

#[test]
fn what_cannot_be_done_now_stays_where_it_is() {
    let world = World::new();
    let journal = world.open();
    let id = world.request(&journal).unwrap();
    let steps = Fails::new(StageKind::Sent, &world);
    let run = block_on(journal.run(id, &steps, &world, &world.clock));
    assert!(matches!(run, Err(RunError::Later(_))));
    assert_eq!(journal.entry(id).unwrap().stage, Stage::Simulated);
    assert_eq!(journal.work(id), Some(work("order")));
}

#[test]
fn lost_work_ends_a_transaction_unless_the_node_has_it() {
    for is_known in [false, true] {
        let world = World::new();
        let journal = world.open();
        let id = world.request(&journal).unwrap();
        block_on(journal.approved(id, shown(), &work("signed"), UnixMillis(1))).unwrap();
        block_on(journal.simulated(id, &work("with limits"), UnixMillis(1))).unwrap();
        let tx = transaction(1);
        block_on(journal.proved(id, &tx, world.clock.now())).unwrap();
        let lose = journal.change(|tables| {
            tables.work.remove(&id);
            Ok(())
        });
        block_on(lose).unwrap();
        if is_known {
            world
                .node
                .borrow_mut()
                .insert(tx.tx_hash(), TxStatus::Pending);
        }
        let stage = world.run(&journal, id).unwrap();
        let expected = if is_known {
            StageKind::Sent
        } else {
            StageKind::Dropped
        };
        assert_eq!(stage.kind(), expected);
        assert!(world.sent.borrow().is_empty());
    }
}

#[test]
fn the_transaction_kept_is_the_one_proved() {
    let world = World::new();
    let journal = world.open();
    let id = world.request(&journal).unwrap();
    world.kill(StageKind::Sent, FaultPoint::BeforeCommit);
    assert!(world.run(&journal, id).is_err());
    let journal = world.open();
    let kept = Tx::from_bytes(journal.work(id).unwrap().bytes()).unwrap();
    assert!(kept == transaction(1));
    let proved = journal.entry(id).unwrap().proved.unwrap();
    assert_eq!(proved.tx_hash, kept.tx_hash());
    assert_eq!(proved.expires_at, UnixMillis(EXPIRY * 1000));
}
