//! Runs a circuit, asking oracles on the way.

use std::pin::Pin;
use std::task::{Context, Poll};

use async_trait::async_trait;
use pixie_acir::{
    Execution, ExecutionLimits, Fe, ForeignCall, ForeignValue, Solved, Step, ir::Witness,
};

use super::circuits::Circuit;
use super::error::{CallFrame, ExecutionFailure};
use crate::error::PxeError;
use crate::work::Work;

/// Steps of a circuit between two looks at whether the operation was cancelled: some 20 ms.
const SLICE: u64 = 1 << 19;

/// Answers the questions of a running circuit.
#[async_trait(?Send)]
pub(crate) trait OracleHandler {
    /// The answer, in the shape that the circuit declares.
    async fn answer(&mut self, call: ForeignCall) -> Result<Vec<ForeignValue>, PxeError>;
}

/// Runs a circuit with the values of its parameters.
pub(crate) async fn run(
    work: &Work,
    circuit: &Circuit,
    inputs: Vec<Fe>,
    handler: &mut impl OracleHandler,
) -> Result<Solved, PxeError> {
    let inputs = (0..).map(Witness).zip(inputs);
    let explain = |error| circuit.explain(error);
    let program = circuit.program.clone();
    let mut execution =
        Execution::new(program, inputs, ExecutionLimits::default()).map_err(explain)?;
    loop {
        work.check_cancelled()?;
        match execution.step_for(SLICE).map_err(explain)? {
            Step::ForeignCall(call) => {
                let answer = handler.answer(call).await?;
                execution.resume(&answer).map_err(explain)?;
            }
            Step::Paused => Yield::default().await,
            Step::Done(solved) => return Ok(solved),
        }
    }
}

/// Adds a function to the call stack of a failed execution; other errors stay as they are.
pub(crate) fn in_frame(error: PxeError, frame: impl FnOnce() -> CallFrame) -> PxeError {
    match error {
        PxeError::Execution(error) => error.called_from(frame()).into(),
        other => other,
    }
}

/// Fails if a circuit takes another number of inputs.
pub(crate) fn check_inputs(
    circuit: &Circuit,
    context: usize,
    arguments: usize,
) -> Result<(), ExecutionFailure> {
    let parameters = circuit.program.parameters().len();
    if context + arguments == parameters {
        return Ok(());
    }
    Err(ExecutionFailure::ArgumentsSize {
        expected: parameters.saturating_sub(context),
        actual: arguments,
    })
}

/// Lets other tasks of the executor go on once.
#[derive(Default)]
struct Yield {
    done: bool,
}

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.done, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
