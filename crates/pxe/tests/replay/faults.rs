//! Operations that are stopped, that lose their node, and that run beside others.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use futures_util::future::join;
use pixie_primitives::ToBytes;
use pixie_pxe::pxe::{SimulateOptions, Watch};
use pixie_pxe::{Cancellation, Progress, ProgressSink, PxeError};

use super::recording::{self, Life, Operation};
use super::world::{self, World};
use super::{hex, request_of, scopes_of};

const TRANSFER: &str = "transfer_private";

/// Stops an operation at a step.
struct StopAt {
    steps: Cell<usize>,
    stop: usize,
    switch: Cancellation,
}

impl ProgressSink for StopAt {
    fn report(&self, _: Progress) {
        if self.steps.get() == self.stop {
            self.switch.cancel();
        }
        self.steps.set(self.steps.get() + 1);
    }
}

fn stop_at(stop: usize) -> Watch {
    let switch = Cancellation::default();
    let sink = StopAt {
        steps: Cell::new(0),
        stop,
        switch: switch.clone(),
    };
    Watch::new(Rc::new(sink), switch)
}

/// Takes note of the steps.
#[derive(Default)]
struct Steps(RefCell<Vec<Progress>>);

impl ProgressSink for Steps {
    fn report(&self, step: Progress) {
        self.0.borrow_mut().push(step);
    }
}

impl Steps {
    /// Waits for the proof to begin.
    async fn reach_proof(&self) {
        let mut polls = 0;
        poll_fn(|context| {
            if matches!(self.0.borrow().last(), Some(Progress::Proving)) {
                return Poll::Ready(());
            }
            polls += 1;
            assert!(polls < 100_000, "the proof does not begin");
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

fn prepare(world: &World, life: &Life, operation: &Operation) {
    world.node.plays(&[
        &operation.node_calls,
        &life.register.node_calls,
        &life.create.node_calls,
    ]);
    world.draws.prepare(&operation.random);
}

/// Proves the recorded transfer and compares it.
async fn proves_as_recorded(world: &World, life: &Life, operation: &Operation, watch: &Watch) {
    prepare(world, life, operation);
    let scopes = scopes_of(operation);
    let proved = world
        .pxe
        .prove_tx(&request_of(operation), &scopes, watch)
        .await
        .unwrap();
    assert_eq!(proved.tx.to_bytes(), hex(&operation.result["tx"]));
}

#[test]
fn a_transaction_that_is_stopped_leaves_nothing_behind() {
    let life = recording::read(TRANSFER);
    let operation = &life.operations[0];
    pollster::block_on(async {
        let world = world::begin(&life).await;
        let before = world.pxe.state().generation();
        let mut stop = 0;
        loop {
            prepare(&world, &life, operation);
            let (request, scopes) = (request_of(operation), scopes_of(operation));
            let watch = stop_at(stop);
            match world.pxe.prove_tx(&request, &scopes, &watch).await {
                Err(PxeError::Cancelled) => {}
                // Once the proof is made it is no longer stopped.
                Ok(_) => break,
                Err(error) => panic!("stopped at step {stop}: {error}"),
            }
            assert_eq!(
                world.pxe.state().generation(),
                before,
                "stopped at step {stop}"
            );
            stop += 1;
        }
        // The steps of two functions and five kernels at least.
        assert!(stop > 7, "it was stopped only {stop} times");
    });
}

#[test]
fn a_transaction_whose_node_is_lost_leaves_nothing_behind() {
    let life = recording::read(TRANSFER);
    let operation = &life.operations[0];
    let unwatched = Watch::default();
    pollster::block_on(async {
        let world = world::begin(&life).await;
        let before = world.pxe.state().generation();
        let mut answered = 0;
        loop {
            prepare(&world, &life, operation);
            world.node.answers(Some(answered));
            let (request, scopes) = (request_of(operation), scopes_of(operation));
            let proving = world.pxe.prove_tx(&request, &scopes, &unwatched);
            if proving.await.is_ok() {
                break;
            }
            assert_eq!(
                world.pxe.state().generation(),
                before,
                "lost after {answered} answers"
            );
            answered += 1;
        }
        assert!(answered > 10, "it was lost only {answered} times");

        let world = world::begin(&life).await;
        prepare(&world, &life, operation);
        world.node.answers(Some(answered / 2));
        let (request, scopes) = (request_of(operation), scopes_of(operation));
        let proving = world.pxe.prove_tx(&request, &scopes, &unwatched);
        assert!(proving.await.is_err());
        world.node.answers(None);
        proves_as_recorded(&world, &life, operation, &unwatched).await;
    });
}

#[test]
fn others_go_on_while_a_transaction_is_proved() {
    let life = recording::read(TRANSFER);
    let operation = &life.operations[0];
    let unwatched = Watch::default();
    pollster::block_on(async {
        let world = world::begin(&life).await;
        let gate = Rc::clone(&world.digests.1);
        let closed = gate.lock().await;
        let steps = Rc::new(Steps::default());
        let watch = Watch::new(Rc::clone(&steps) as _, Cancellation::default());
        let done = Cell::new(false);
        let first = async {
            proves_as_recorded(&world, &life, operation, &watch).await;
            done.set(true);
        };
        let meanwhile = async {
            steps.reach_proof().await;
            prepare(&world, &life, operation);
            let options = SimulateOptions {
                public: false,
                skip_validation: true,
                ..SimulateOptions::default()
            };
            let (request, scopes) = (request_of(operation), scopes_of(operation));
            let simulation = world
                .pxe
                .simulate_tx(&request, &scopes, options, &unwatched);
            let simulated = simulation.await.unwrap();
            let recorded = hex(&operation.result["publicInputs"]);
            assert_eq!(simulated.public_inputs.to_bytes(), recorded);
            // What is committed meanwhile stays, and the transaction's own writes join it.
            let before = world.pxe.state().generation();
            let contract = life.register.contracts.first().unwrap();
            world
                .pxe
                .register_sender(contract.instance.address)
                .await
                .unwrap();
            assert_ne!(world.pxe.state().generation(), before);
            assert!(!done.get());
            drop(closed);
        };
        join(first, meanwhile).await;
        assert!(done.get());
        let contract = life.register.contracts.first().unwrap();
        assert!(world.pxe.senders().contains(&contract.instance.address));
    });
}

#[test]
fn transactions_are_proved_one_after_the_other() {
    let life = recording::read(TRANSFER);
    let operation = &life.operations[0];
    pollster::block_on(async {
        let world = world::begin(&life).await;
        let closed = world.digests.1.lock().await;
        let steps = Rc::new(Steps::default());
        let first_watch = Watch::new(Rc::clone(&steps) as _, Cancellation::default());
        let second_steps = Rc::new(Steps::default());
        let watch = Watch::new(Rc::clone(&second_steps) as _, Cancellation::default());
        let first = proves_as_recorded(&world, &life, operation, &first_watch);
        let second = async {
            let (request, scopes) = (request_of(operation), scopes_of(operation));
            let _ = world.pxe.prove_tx(&request, &scopes, &watch).await;
        };
        let observer = async {
            steps.reach_proof().await;
            assert!(second_steps.0.borrow().is_empty());
            prepare(&world, &life, operation);
            drop(closed);
        };
        join(first, join(second, observer)).await;
        assert!(!second_steps.0.borrow().is_empty());
    });
}
