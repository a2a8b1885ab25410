//! Executes private functions and the private calls that they make.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use pixie_acir::{Fe, WitnessTable, ir::Witness};
use pixie_primitives::abi::FunctionType;
use pixie_primitives::auth_witness::AuthWitness;
use pixie_primitives::capsule::Capsule;
use pixie_primitives::constants::{
    NULL_MSG_SENDER_CONTRACT_ADDRESS, PRIVATE_CIRCUIT_PUBLIC_INPUTS_LENGTH,
    PRIVATE_CONTEXT_INPUTS_LENGTH,
};
use pixie_primitives::kernel::{PrivateCircuitPublicInputs, PrivateContextInputs};
use pixie_primitives::note::compute_protocol_nullifier;
use pixie_primitives::tx::{
    CallContext, CountedContractClassLog, HashedValues, NoteAndSlot, OffchainEffectData, TxContext,
    TxExecutionRequest,
};
use pixie_primitives::{AztecAddress, DecodeError, Fr, FromFields as _, ToFields as _};

use super::circuits::Circuit;
use super::contract_sync::ensure_synced;
use super::error::ExecutionFailure;
use super::hashed_values::HashedValuesCache;
use super::note_cache::NoteCache;
use super::result::{PrivateCall, ResultTree};
use super::runner::{check_inputs, in_frame, run};
use super::tag_indexes::TagIndexes;
use super::{circuit_of, frame_of};
use crate::error::PxeError;
use crate::oracle::OracleContext;
use crate::progress::Progress;
use crate::scopes::AccessScopes;
use crate::work::Work;

/// The side-effect counter with which the entry point starts. The ones before it belong to the
/// protocol's own nullifier.
const FIRST_COUNTER: u32 = 2;

/// How deep private calls may be nested. The protocol sets no bound of its own; every level takes
/// stack.
pub const MAX_CALL_DEPTH: usize = 48;

/// How many private calls a transaction may make. Each of them is a circuit and a kernel to prove.
pub const MAX_CALLS: usize = 256;

/// What a private execution is told besides its request.
#[derive(Debug, Clone, Default)]
pub struct PrivateOptions {
    /// Who the entry point sees as its caller; nobody if this is not set.
    pub msg_sender: Option<AztecAddress>,
    /// Whose secret tags the logs, until a contract says otherwise.
    pub sender_for_tags: Option<AztecAddress>,
}

/// A transaction under execution: what all of its calls share.
pub(crate) struct Transaction<'a> {
    pub(crate) work: &'a Work,
    pub(crate) context: &'a TxContext,
    pub(crate) auth_witnesses: &'a [AuthWitness],
    pub(crate) capsules: &'a [Capsule],
    pub(crate) values: RefCell<HashedValuesCache>,
    pub(crate) notes: RefCell<NoteCache>,
    pub(crate) tags: RefCell<TagIndexes>,
    /// Fields of calldata of the public calls so far.
    pub(crate) calldata: Cell<usize>,
    /// Private calls so far.
    calls: Cell<usize>,
}

/// What a call leaves behind besides its witness.
#[derive(Debug, Default)]
pub(crate) struct CallEffects {
    pub(crate) new_notes: Vec<NoteAndSlot>,
    pub(crate) note_hash_nullifier_counters: BTreeMap<u32, u32>,
    pub(crate) offchain_effects: Vec<OffchainEffectData>,
    pub(crate) contract_class_logs: Vec<CountedContractClassLog>,
    pub(crate) nested: Vec<PrivateCall>,
}

/// A private call under execution: what its oracles know beyond those of a utility function.
pub(crate) struct RunningCall<'a> {
    pub(crate) transaction: &'a Transaction<'a>,
    pub(crate) context: CallContext,
    pub(crate) sender_for_tags: Option<AztecAddress>,
    pub(crate) depth: usize,
    pub(crate) effects: CallEffects,
}

/// A private call to be made.
pub(crate) struct CallRequest {
    pub(crate) context: CallContext,
    pub(crate) args_hash: Fr,
    pub(crate) counter: u32,
    pub(crate) sender_for_tags: Option<AztecAddress>,
    pub(crate) depth: usize,
}

/// Executes the private part of a transaction: the entry point and, through its oracles, all private
/// calls below it. Contracts are brought up to date before their first call.
///
/// # Errors
/// [`PxeError::Execution`] if a function fails, and whatever oracles fail with.
pub async fn run_private(
    work: &Work,
    request: &TxExecutionRequest,
    scopes: &AccessScopes,
) -> Result<ResultTree, PxeError> {
    run_private_with(work, request, scopes, &PrivateOptions::default()).await
}

/// The same with options.
///
/// # Errors
/// See [`run_private`].
pub async fn run_private_with(
    work: &Work,
    request: &TxExecutionRequest,
    scopes: &AccessScopes,
    options: &PrivateOptions,
) -> Result<ResultTree, PxeError> {
    let (contract, selector) = (request.origin, request.function_selector);
    ensure_synced(work, contract, Some(selector), scopes).await?;
    let circuit = circuit_of(work, contract, selector, FunctionType::Private)?;
    let transaction = Transaction::new(work, request);
    let call = CallRequest {
        context: CallContext {
            msg_sender: options
                .msg_sender
                .unwrap_or(NULL_MSG_SENDER_CONTRACT_ADDRESS),
            contract_address: contract,
            function_selector: selector,
            is_static_call: circuit.function().artifact().abi.is_static,
        },
        args_hash: request.first_call_args_hash,
        counter: FIRST_COUNTER,
        sender_for_tags: options.sender_for_tags,
        depth: 0,
    };
    let entrypoint = transaction
        .execute(&circuit, call, scopes)
        .await
        .map_err(|error| in_frame(error, || frame_of(contract, &circuit)))?;
    transaction.finish(entrypoint)
}

impl<'a> Transaction<'a> {
    /// Starts a transaction.
    pub(crate) fn new(work: &'a Work, request: &'a TxExecutionRequest) -> Self {
        let mut values = HashedValuesCache::default();
        for arguments in &request.args_of_calls {
            values.store(arguments.hash, arguments.values.clone());
        }
        let protocol_nullifier = compute_protocol_nullifier(request.to_tx_request().hash());
        Self {
            work,
            context: &request.tx_context,
            auth_witnesses: &request.auth_witnesses,
            capsules: &request.capsules,
            values: RefCell::new(values),
            notes: RefCell::new(NoteCache::new(protocol_nullifier)),
            tags: RefCell::default(),
            calldata: Cell::new(0),
            calls: Cell::new(0),
        }
    }
    /// Executes one call. The caller adds the function to the call stack of an error.
    pub(crate) async fn execute(
        &self,
        circuit: &std::sync::Arc<Circuit>,
        call: CallRequest,
        scopes: &AccessScopes,
    ) -> Result<PrivateCall, PxeError> {
        self.count_call(call.depth)?;
        let contract = call.context.contract_address;
        self.work.report(Progress::Executing {
            contract,
            function: call.context.function_selector,
            name: Some(circuit.function_name().to_owned()),
        });
        let inputs = self.inputs(circuit, &call)?;
        let mut oracles = OracleContext {
            work: self.work,
            contract,
            contract_name: circuit.contract_name(),
            scopes,
            auth_witnesses: self.auth_witnesses,
            capsules: self.capsules,
            private: Some(RunningCall {
                transaction: self,
                context: call.context,
                sender_for_tags: call.sender_for_tags,
                depth: call.depth,
                effects: CallEffects::default(),
            }),
        };
        let solved = run(self.work, circuit, inputs, &mut oracles).await?;
        let effects = oracles.private.map(|call| call.effects).unwrap_or_default();

        let public_inputs = public_inputs(circuit, &solved.witness)?;
        let return_values = self.preimage(public_inputs.returns_hash)?;
        Ok(PrivateCall {
            circuit: circuit.clone(),
            witness: solved.witness,
            public_inputs,
            new_notes: effects.new_notes,
            note_hash_nullifier_counters: effects.note_hash_nullifier_counters,
            return_values,
            offchain_effects: effects.offchain_effects,
            pre_tags: self.tags.borrow().used().to_vec(),
            nested: effects.nested,
            contract_class_logs: effects.contract_class_logs,
        })
    }

    fn count_call(&self, depth: usize) -> Result<(), ExecutionFailure> {
        if depth >= MAX_CALL_DEPTH {
            return Err(ExecutionFailure::CallDepth {
                limit: MAX_CALL_DEPTH,
            });
        }
        let calls = self.calls.get() + 1;
        if calls > MAX_CALLS {
            return Err(ExecutionFailure::CallCount { limit: MAX_CALLS });
        }
        self.calls.set(calls);
        Ok(())
    }

    /// The values of a circuit's parameters: the context, then the arguments.
    fn inputs(&self, circuit: &Circuit, call: &CallRequest) -> Result<Vec<Fe>, ExecutionFailure> {
        let values = self.values.borrow();
        let arguments = values
            .get(call.args_hash)
            .ok_or(ExecutionFailure::UnknownArguments(call.args_hash))?;
        check_inputs(circuit, PRIVATE_CONTEXT_INPUTS_LENGTH, arguments.len())?;
        let mut fields = Vec::with_capacity(PRIVATE_CONTEXT_INPUTS_LENGTH + arguments.len());
        let context = PrivateContextInputs {
            call_context: call.context,
            anchor_block_header: self.work.anchor().header.clone(),
            tx_context: self.context.clone(),
            start_side_effect_counter: call.counter,
        };
        context.write_fields(&mut fields);
        fields.extend_from_slice(arguments);
        Ok(fields.into_iter().map(Fe::from).collect())
    }

    fn preimage(&self, hash: Fr) -> Result<Vec<Fr>, ExecutionFailure> {
        let values = self.values.borrow();
        let preimage = values
            .get(hash)
            .ok_or(ExecutionFailure::UnknownPreimage(hash))?;
        Ok(preimage.to_vec())
    }

    fn finish(self, entrypoint: PrivateCall) -> Result<ResultTree, PxeError> {
        let mut tree = ResultTree {
            entrypoint,
            first_nullifier: self.notes.borrow().nonce_generator(),
            public_calldata: Vec::new(),
        };
        let mut public_calldata = Vec::new();
        for call in tree.level_order() {
            let inputs = &call.public_inputs;
            let enqueued = inputs.public_call_requests.iter().map(|call| &call.inner);
            let teardown = Some(&inputs.public_teardown_call_request);
            for request in enqueued.chain(teardown.filter(|request| !request.is_empty())) {
                let hash = request.calldata_hash;
                public_calldata.push(HashedValues {
                    values: self.preimage(hash)?,
                    hash,
                });
            }
        }
        tree.public_calldata = public_calldata;
        Ok(tree)
    }
}

/// What a circuit put out. It is not among the declared return values: it goes over the databus, and
/// its witnesses follow those of the parameters (Aztec 4.1.2, pxe
/// `extractPrivateCircuitPublicInputs`).
fn public_inputs(
    circuit: &Circuit,
    witness: &WitnessTable,
) -> Result<PrivateCircuitPublicInputs, ExecutionFailure> {
    let first = circuit.program.parameters().len() as u32;
    let outputs = (first..).take(PRIVATE_CIRCUIT_PUBLIC_INPUTS_LENGTH);
    let outputs: Option<Vec<Fr>> = outputs
        .map(|index| witness.get(Witness(index)).map(Fr::from))
        .collect();
    let outputs = outputs.ok_or(ExecutionFailure::PublicInputs(DecodeError::Malformed {
        what: "witness of public inputs",
    }))?;
    PrivateCircuitPublicInputs::from_fields(&outputs).map_err(ExecutionFailure::PublicInputs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracle::tests::{request, work};

    #[test]
    fn calls_are_bounded_in_depth_and_number() {
        let (work, _) = work();
        let request = request();
        let transaction = Transaction::new(&work, &request);
        let deepest = transaction.count_call(MAX_CALL_DEPTH - 1);
        assert!(deepest.is_ok());
        assert!(matches!(
            transaction.count_call(MAX_CALL_DEPTH),
            Err(ExecutionFailure::CallDepth { .. })
        ));
        for _ in 1..MAX_CALLS {
            transaction.count_call(1).unwrap();
        }
        assert!(matches!(
            transaction.count_call(1),
            Err(ExecutionFailure::CallCount { limit: MAX_CALLS })
        ));
    }
}
