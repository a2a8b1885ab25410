//! What goes wrong is said with the contract's own words and the functions under way, and leaves no
//! way around scopes.

use std::rc::Rc;

use pixie_primitives::abi::FunctionType;
use pixie_primitives::tx::{FunctionCall, TxExecutionRequest};
use pixie_primitives::{Fr, FromBytes as _};
use pixie_pxe::execution::{self, CircuitCache, ExecutionError, ExecutionFailure};
use pixie_pxe::oracle::{OracleError, OracleName};
use pixie_pxe::{AccessScopes, Cancellation, PxeError, Work};

use super::recording::{self, Life, bytes};
use super::{skip, world};

/// A recorded operation, ready to be spoilt.
fn prepare(name: &str) -> Option<(Life, Work, TxExecutionRequest)> {
    let life = recording::read(name);
    let Some(job) = world::register(&life) else {
        skip(name);
        return None;
    };
    let operation = &life.operations[0];
    let (work, _) = world::work(&life, operation, job, Rc::new(CircuitCache::default()));
    let request = &operation.request.as_ref().unwrap().buffer;
    let request = TxExecutionRequest::from_bytes(&bytes(request)).unwrap();
    Some((life, work, request))
}

fn failure(work: &Work, request: &TxExecutionRequest, scopes: &AccessScopes) -> ExecutionError {
    match pollster::block_on(execution::run_private(work, request, scopes)) {
        Err(PxeError::Execution(error)) => *error,
        other => panic!("{other:?}"),
    }
}

fn names(error: &ExecutionError) -> Vec<String> {
    error.call_stack.iter().map(ToString::to_string).collect()
}

#[test]
fn a_missing_authentication_witness_is_named_with_the_calls_under_way() {
    let Some((life, work, mut request)) = prepare("transfer_authwit") else {
        return;
    };
    // The entry point's own witness is the last one. The other account's is asked for further down.
    let scopes = world::scopes(&life.operations[0]);
    let own = request.auth_witnesses.pop();
    request.auth_witnesses = own.into_iter().collect();
    let error = failure(&work, &request, &scopes);
    let (name, denied) = match &error.failure {
        ExecutionFailure::Oracle { name, error } => (*name, error),
        other => panic!("{other}"),
    };
    assert_eq!(name, OracleName::GetAuthWitness);
    assert!(matches!(denied, OracleError::UnknownAuthWitness { .. }));
    let stack = names(&error);
    assert_eq!(stack.len(), 3, "{stack:?}");
    assert_eq!(stack[0], "SchnorrAccount.entrypoint");
    assert_eq!(stack[1], "Token.transfer_in_private");
    assert_eq!(stack[2], "SchnorrAccount.verify_private_authwit");
}

#[test]
fn a_false_signature_fails_in_the_account() {
    let Some((life, work, mut request)) = prepare("transfer_private") else {
        return;
    };
    for witness in &mut request.auth_witnesses {
        let last = witness.witness.last_mut().unwrap();
        *last = if *last == Fr::ONE { Fr::ZERO } else { Fr::ONE };
    }
    let error = failure(&work, &request, &world::scopes(&life.operations[0]));
    assert!(matches!(error.failure, ExecutionFailure::Circuit { .. }));
    assert_eq!(names(&error), ["SchnorrAccount.entrypoint"]);
    let simulation = error.to_simulation_error();
    assert_eq!(simulation.function_error_stack.len(), 1);
    assert!(simulation.to_string().contains("SchnorrAccount.entrypoint"));
}

#[test]
fn arguments_must_be_there_and_fit() {
    let Some((life, work, request)) = prepare("transfer_private") else {
        return;
    };
    let scopes = world::scopes(&life.operations[0]);
    let mut without = request.clone();
    without.args_of_calls.clear();
    let error = failure(&work, &without, &scopes);
    assert!(
        matches!(error.failure, ExecutionFailure::UnknownArguments(hash)
        if hash == request.first_call_args_hash)
    );

    let mut short = request.clone();
    for arguments in &mut short.args_of_calls {
        if arguments.hash == request.first_call_args_hash {
            arguments.values.pop();
        }
    }
    let error = failure(&work, &short, &scopes);
    assert!(matches!(
        error.failure,
        ExecutionFailure::ArgumentsSize { .. }
    ));
}

#[test]
fn without_scopes_neither_notes_nor_keys_are_handed_out() {
    let Some((_, work, request)) = prepare("transfer_private") else {
        return;
    };
    let error = failure(&work, &request, &AccessScopes::NONE);
    // The account expands the scopes no further than to accounts that are called.
    assert!(!error.call_stack.is_empty(), "{error}");
}

#[test]
fn a_cancelled_operation_stops() {
    let life = recording::read("balance");
    let Some(job) = world::register(&life) else {
        return skip("balance");
    };
    let operation = &life.operations[0];
    let cancellation = Cancellation::default();
    let (work, _) =
        world::cancellable_work(&life, operation, job, Rc::default(), cancellation.clone());
    let call = operation.call.as_ref().unwrap();
    cancellation.cancel();
    let scopes = world::scopes(operation);
    let synced = execution::ensure_synced(&work, call.to, Some(call.selector), &scopes);
    assert!(matches!(
        pollster::block_on(synced),
        Err(PxeError::Cancelled)
    ));
}

#[test]
fn only_the_pxe_calls_sync_state_and_kinds_must_fit() {
    let life = recording::read("balance");
    let Some(job) = world::register(&life) else {
        return skip("balance");
    };
    let operation = &life.operations[0];
    let (work, _) = world::work(&life, operation, job, Rc::default());
    let call = operation.call.as_ref().unwrap();
    let contract = work.state().contract(&call.to).unwrap();
    let scopes = world::scopes(operation);

    let sync_state = contract.function_named("sync_state").unwrap().selector();
    let synced = execution::ensure_synced(&work, call.to, Some(sync_state), &scopes);
    let Err(PxeError::Execution(error)) = pollster::block_on(synced) else {
        panic!("sync_state may be called");
    };
    assert!(matches!(
        error.failure,
        ExecutionFailure::ForbiddenSyncState
    ));

    let private = contract.function_named("transfer").unwrap().selector();
    let call = FunctionCall {
        name: String::new(),
        to: call.to,
        selector: private,
        function_type: FunctionType::Utility,
        hide_msg_sender: false,
        is_static: false,
        args: Vec::new(),
        return_types: Vec::new(),
    };
    let run = execution::run_utility(&work, &call, &[], &scopes);
    let Err(PxeError::Execution(error)) = pollster::block_on(run) else {
        panic!("a private function ran as a utility");
    };
    assert!(matches!(error.failure, ExecutionFailure::WrongKind { .. }));
}
