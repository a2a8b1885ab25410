use std::rc::Rc;

use pixie_acir::{Fe, ForeignCall, ForeignValue};
use pixie_node::RpcNode;
use pixie_node::mock::{ManualClock, MockReply, MockTransport};
use pixie_primitives::auth_witness::{AuthWitMessageHash, AuthWitness};
use pixie_primitives::block::BlockHeader;
use pixie_primitives::capsule::Capsule;
use pixie_primitives::hash::StorageSlot;
use pixie_primitives::keys::{PartialAddress, SecretKey};
use pixie_primitives::trees::SiblingPath;
use pixie_primitives::tx::{CallContext, TxContext, TxExecutionRequest};
use pixie_primitives::{AztecAddress, Fr, FunctionSelector, ToFields as _};
use pixie_store::{Database, MemoryBackend, Sealing};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::*;
use crate::error::PxeError;
use crate::execution::{
    CallEffects, ExecutionFailure, OracleHandler as _, RunningCall, Transaction,
};
use crate::progress::Unobserved;
use crate::scopes::AccessScopes;
use crate::state::{PxeTables, StateError};
use crate::sync::SyncError;
use crate::work::{AnchorBlock, Cancellation, Work};

mod notes;

const CONTRACT: u32 = 100;
const OTHER_CONTRACT: u32 = 101;
static NO_SCOPES: AccessScopes = AccessScopes::NONE;
static ALL_SCOPES: AccessScopes = AccessScopes::All;

/// An operation on an empty state with a node that knows nothing.
pub(crate) fn work() -> (Work, MockTransport) {
    let opening = Database::<PxeTables, _>::open(MemoryBackend::new(), "test", Sealing::plain());
    let (database, _) = pollster::block_on(opening).unwrap();
    let mock = MockTransport::new();
    let work = Work::new(
        Rc::new(RpcNode::new(mock.client(ManualClock::new()))),
        database.job(),
        AnchorBlock::new(BlockHeader::default()),
        Box::new(ChaCha20Rng::from_seed([7; 32])),
        Rc::new(Unobserved),
        Cancellation::default(),
    );
    (work, mock)
}

/// A request for nothing.
pub(crate) fn request() -> TxExecutionRequest {
    TxExecutionRequest {
        origin: AztecAddress::from(CONTRACT),
        function_selector: FunctionSelector::default(),
        first_call_args_hash: Fr::ZERO,
        tx_context: TxContext::default(),
        args_of_calls: Vec::new(),
        auth_witnesses: Vec::new(),
        capsules: Vec::new(),
        salt: Fr::ZERO,
    }
}

fn account(work: &Work, secret: u8) -> AztecAddress {
    let secret = SecretKey::from_field(Fr::from(secret));
    let partial = PartialAddress::from_field(Fr::from(3u8));
    work.state_mut().add_account(&secret, partial).0.address()
}

fn utility<'a>(work: &'a Work, scopes: &'a AccessScopes) -> OracleContext<'a> {
    OracleContext {
        work,
        contract: AztecAddress::from(CONTRACT),
        contract_name: "Test",
        scopes,
        auth_witnesses: &[],
        capsules: &[],
        private: None,
    }
}

fn private<'a>(
    work: &'a Work,
    transaction: &'a Transaction<'a>,
    scopes: &'a AccessScopes,
) -> OracleContext<'a> {
    OracleContext {
        private: Some(RunningCall {
            transaction,
            context: CallContext {
                contract_address: AztecAddress::from(CONTRACT),
                ..CallContext::default()
            },
            sender_for_tags: None,
            depth: 0,
            effects: CallEffects::default(),
        }),
        ..utility(work, scopes)
    }
}

fn one(value: impl Into<Fr>) -> ForeignValue {
    ForeignValue::Single(Fe::from(value.into()))
}

fn many(values: &[Fr]) -> ForeignValue {
    ForeignValue::Array(values.iter().copied().map(Fe::from).collect())
}

fn numbers(values: &[u64]) -> ForeignValue {
    ForeignValue::Array(values.iter().copied().map(Fe::from_u64).collect())
}

fn try_ask(
    context: &mut OracleContext<'_>,
    oracle: OracleName,
    inputs: Vec<ForeignValue>,
) -> Result<Vec<ForeignValue>, PxeError> {
    let name = oracle.to_string();
    pollster::block_on(context.answer(ForeignCall { name, inputs }))
}

fn ask(
    context: &mut OracleContext<'_>,
    oracle: OracleName,
    inputs: Vec<ForeignValue>,
) -> Vec<ForeignValue> {
    try_ask(context, oracle, inputs).unwrap()
}

/// Why an oracle refuses to answer.
fn refusal(
    context: &mut OracleContext<'_>,
    oracle: OracleName,
    inputs: Vec<ForeignValue>,
) -> OracleError {
    match try_ask(context, oracle, inputs) {
        Err(PxeError::Execution(error)) => match error.failure {
            ExecutionFailure::Oracle { name, error } => {
                assert_eq!(name, oracle);
                error
            }
            other => panic!("{other}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn questions_of_the_wrong_shape_are_refused_and_never_panic() {
    let (work, _) = work();
    let request = request();
    let scopes = AccessScopes::All;
    let shapes: [&dyn Fn(usize) -> ForeignValue; 6] = [
        &|_| one(Fr::ZERO),
        &|_| one(-Fr::ONE),
        &|index| one(Fr::from(index as u64 + 1)),
        &|_| many(&[]),
        &|index| many(&vec![-Fr::ONE; index + 2]),
        &|index| numbers(&vec![7; 3 * index + 1]),
    ];
    for oracle in OracleName::ALL {
        // What a private call leaves behind must not matter to the next question.
        let transaction = Transaction::new(&work, &request);
        let mut context = private(&work, &transaction, &scopes);
        let arity = oracle.arity();
        let too_many = vec![one(Fr::ONE); arity + oracle.ignored_arguments() + 1];
        let error = refusal(&mut context, *oracle, too_many);
        assert!(matches!(error, OracleError::Arity { .. }), "{oracle}");
        if arity > 0 {
            let error = refusal(&mut context, *oracle, vec![one(Fr::ONE); arity - 1]);
            assert!(matches!(error, OracleError::Arity { .. }), "{oracle}");
        }
        for shape in shapes {
            let _ = try_ask(&mut context, *oracle, (0..arity).map(shape).collect());
        }
        for odd in 0..arity {
            let inputs = (0..arity).map(|index| match index == odd {
                true => many(&[Fr::ONE; 5]),
                false => one(Fr::ONE),
            });
            let _ = try_ask(&mut context, *oracle, inputs.collect());
        }
    }
}

#[test]
fn private_oracles_do_not_answer_utility_functions_and_others_do_not_exist() {
    let (work, _) = work();
    let mut context = utility(&work, &ALL_SCOPES);
    for oracle in OracleName::ALL {
        if oracle.availability() == Availability::PrivateOnly {
            let inputs = vec![one(Fr::ONE); oracle.arity()];
            let error = refusal(&mut context, *oracle, inputs);
            assert!(matches!(error, OracleError::PrivateOnly), "{oracle}");
        }
    }
    let call = ForeignCall {
        name: "print".to_owned(),
        inputs: Vec::new(),
    };
    let Err(PxeError::Execution(error)) = pollster::block_on(context.answer(call)) else {
        panic!("answered");
    };
    assert!(matches!(&error.failure, ExecutionFailure::UnknownOracle(name) if name == "print"));
}

#[test]
fn only_contracts_made_for_this_version_run() {
    let (work, _) = work();
    let mut context = utility(&work, &ALL_SCOPES);
    let oracle = OracleName::AssertCompatibleOracleVersion;
    assert!(ask(&mut context, oracle, vec![one(Fr::from(12u8))]).is_empty());
    let error = refusal(&mut context, oracle, vec![one(Fr::from(13u8))]);
    assert!(matches!(
        error,
        OracleError::IncompatibleVersion {
            expected: 12,
            actual: 13
        }
    ));
}

#[test]
fn keys_of_accounts_out_of_scope_are_not_handed_out() {
    let (work, _) = work();
    let (alice, bob) = (account(&work, 1), account(&work, 2));
    let point = work
        .state()
        .complete_address(&bob)
        .unwrap()
        .public_keys()
        .master_nullifier_public_key;
    let hash = point.hash();
    let only_alice = AccessScopes::Only(vec![alice]);
    let only_bob = AccessScopes::Only(vec![bob]);
    let key = OracleName::GetKeyValidationRequest;

    let answer = ask(
        &mut utility(&work, &only_bob),
        key,
        vec![one(hash), one(Fr::ZERO)],
    );
    let expected = point.to_fields();
    assert_eq!(answer.len(), 4);
    assert_eq!(
        answer[..3],
        expected.into_iter().map(one).collect::<Vec<_>>()
    );
    for scopes in [&only_alice, &NO_SCOPES] {
        let error = refusal(
            &mut utility(&work, scopes),
            key,
            vec![one(hash), one(Fr::ZERO)],
        );
        assert!(
            matches!(error, OracleError::State(StateError::KeyDenied(denied)) if denied == hash)
        );
    }

    let secret = OracleName::GetSharedSecret;
    let inputs = || {
        let [x, y, infinite] = point.to_fields()[..] else {
            panic!("a point has three fields");
        };
        vec![one(bob), one(x), one(y), one(infinite)]
    };
    assert_eq!(
        ask(&mut utility(&work, &only_bob), secret, inputs()).len(),
        3
    );
    let error = refusal(&mut utility(&work, &only_alice), secret, inputs());
    assert!(matches!(error, OracleError::AccountDenied { account } if account == bob));

    let request = request();
    let transaction = Transaction::new(&work, &request);
    let mut context = private(&work, &transaction, &only_alice);
    let error = refusal(
        &mut context,
        OracleName::GetNextAppTagAsSender,
        vec![one(bob), one(alice)],
    );
    assert!(matches!(error, OracleError::AccountDenied { account } if account == bob));
}

#[test]
fn accounts_are_looked_up_and_others_answered_with_nothing() {
    let (work, _) = work();
    let alice = account(&work, 1);
    let mut context = utility(&work, &NO_SCOPES);
    let oracle = OracleName::TryGetPublicKeysAndPartialAddress;
    let found = ask(&mut context, oracle, vec![one(alice)]);
    assert_eq!(found[0], one(Fr::ONE));
    assert_eq!(found[1].fields().len(), 13);
    let none = ask(&mut context, oracle, vec![one(Fr::from(9u8))]);
    assert_eq!(none, [one(Fr::ZERO), many(&[Fr::ZERO; 13])]);
}

#[test]
fn capsules_belong_to_one_contract_and_those_handed_in_come_first() {
    let (work, _) = work();
    let own = AztecAddress::from(CONTRACT);
    let foreign = AztecAddress::from(OTHER_CONTRACT);
    let handed_in = [Capsule {
        contract_address: own,
        storage_slot: StorageSlot::from_field(Fr::from(5u8)),
        data: vec![Fr::from(50u8)],
    }];
    let mut context = OracleContext {
        capsules: &handed_in,
        ..utility(&work, &NO_SCOPES)
    };
    let slot = |slot: u8| one(Fr::from(slot));
    let load = |context: &mut OracleContext<'_>, at: u8| {
        ask(
            context,
            OracleName::LoadCapsule,
            vec![one(own), slot(at), slot(2)],
        )
    };
    let [a, b] = [11u8, 12].map(Fr::from);
    for at in [5, 6] {
        let inputs = vec![one(own), slot(at), many(&[a, b])];
        ask(&mut context, OracleName::StoreCapsule, inputs);
    }
    assert_eq!(
        load(&mut context, 5),
        [one(Fr::ONE), many(&[Fr::from(50u8)])]
    );
    assert_eq!(load(&mut context, 6), [one(Fr::ONE), many(&[a, b])]);
    let copy = vec![one(own), slot(6), slot(8), slot(1)];
    ask(&mut context, OracleName::CopyCapsule, copy);
    ask(
        &mut context,
        OracleName::DeleteCapsule,
        vec![one(own), slot(6)],
    );
    assert_eq!(load(&mut context, 6), [one(Fr::ZERO), many(&[Fr::ZERO; 2])]);
    assert_eq!(load(&mut context, 8), [one(Fr::ONE), many(&[a, b])]);

    for (oracle, rest) in [
        (OracleName::StoreCapsule, vec![slot(1), slot(1)]),
        (OracleName::LoadCapsule, vec![slot(1), slot(1)]),
        (OracleName::DeleteCapsule, vec![slot(1)]),
        (OracleName::CopyCapsule, vec![slot(1), slot(1), slot(1)]),
        (OracleName::BulkRetrieveLogs, vec![slot(1), slot(1)]),
        (
            OracleName::ValidateAndStoreEnqueuedNotesAndEvents,
            vec![slot(1), slot(1)],
        ),
    ] {
        let mut inputs = vec![one(foreign)];
        inputs.extend(rest);
        let error = refusal(&mut context, oracle, inputs);
        assert!(matches!(error, OracleError::ForeignContract { asked, .. } if asked == foreign));
    }
}

#[test]
fn authentication_witnesses_are_found_by_their_message() {
    let (work, _) = work();
    let witnesses = [AuthWitness {
        request_hash: AuthWitMessageHash::from_field(Fr::from(4u8)),
        witness: vec![Fr::from(1u8), Fr::from(2u8)],
    }];
    let mut context = OracleContext {
        auth_witnesses: &witnesses,
        ..utility(&work, &NO_SCOPES)
    };
    let oracle = OracleName::GetAuthWitness;
    let found = ask(&mut context, oracle, vec![one(Fr::from(4u8))]);
    assert_eq!(found, [many(&witnesses[0].witness)]);
    let error = refusal(&mut context, oracle, vec![one(Fr::from(5u8))]);
    assert!(matches!(error, OracleError::UnknownAuthWitness { .. }));
}

#[test]
fn decryption_takes_what_was_encrypted() {
    use pixie_primitives::crypto::aes::Aes128Key;
    let (work, _) = work();
    let mut context = utility(&work, &NO_SCOPES);
    let (key, iv, text) = ([3u8; 16], [4u8; 16], b"private by default");
    let mut ciphertext = Aes128Key::from_array(key).encrypt(&iv, text);
    let length = ciphertext.len();
    ciphertext.resize(48, 0);
    let bytes = |bytes: &[u8]| numbers(&bytes.iter().copied().map(u64::from).collect::<Vec<_>>());
    let inputs = |length: u64| {
        let length = one(Fr::from(length));
        vec![bytes(&ciphertext), length, bytes(&iv), bytes(&key)]
    };
    let oracle = OracleName::Aes128Decrypt;
    let answer = ask(&mut context, oracle, inputs(length as u64));
    let mut expected = text.to_vec();
    expected.resize(48, 0);
    assert_eq!(answer, [bytes(&expected), one(Fr::from(text.len() as u64))]);
    let error = refusal(&mut context, oracle, inputs(49));
    assert!(matches!(error, OracleError::TooMany { asked: 49, .. }));
    let error = refusal(&mut context, oracle, inputs(15));
    assert!(matches!(error, OracleError::Decrypt(_)));
}

#[test]
fn values_are_kept_for_later_calls_and_calldata_is_counted() {
    let (work, _) = work();
    let request = request();
    let transaction = Transaction::new(&work, &request);
    let mut context = private(&work, &transaction, &NO_SCOPES);
    let half = vec![Fr::ONE; 8_000];
    let store = vec![many(&half), one(Fr::from(9u8))];
    ask(&mut context, OracleName::StoreInExecutionCache, store);
    let load = OracleName::LoadFromExecutionCache;
    assert_eq!(
        ask(&mut context, load, vec![one(Fr::from(9u8))]),
        [many(&half)]
    );
    assert_eq!(ask(&mut context, load, vec![one(Fr::ZERO)]), [many(&[])]);
    let error = refusal(&mut context, load, vec![one(Fr::from(10u8))]);
    assert!(matches!(error, OracleError::UnknownPreimage { .. }));

    let call = |hash: u8| {
        vec![
            one(Fr::ONE),
            one(Fr::from(hash)),
            one(Fr::ONE),
            one(Fr::ZERO),
        ]
    };
    let enqueue = OracleName::NotifyEnqueuedPublicFunctionCall;
    ask(&mut context, enqueue, call(9));
    ask(
        &mut context,
        OracleName::NotifySetPublicTeardownFunctionCall,
        call(9),
    );
    let store = vec![many(&[Fr::ONE]), one(Fr::from(11u8))];
    ask(&mut context, OracleName::StoreInExecutionCache, store);
    let error = refusal(&mut context, enqueue, call(11));
    assert!(matches!(
        error,
        OracleError::CalldataLimit { limit: 16_000 }
    ));
    let error = refusal(&mut context, enqueue, call(12));
    assert!(matches!(error, OracleError::UnknownPreimage { .. }));
}

#[test]
fn the_sender_for_tags_is_what_was_set() {
    let (work, _) = work();
    let request = request();
    let transaction = Transaction::new(&work, &request);
    let mut context = private(&work, &transaction, &NO_SCOPES);
    let get = OracleName::GetSenderForTags;
    assert_eq!(
        ask(&mut context, get, vec![]),
        [one(Fr::ZERO), one(Fr::ZERO)]
    );
    let sender = Fr::from(44u8);
    ask(
        &mut context,
        OracleName::SetSenderForTags,
        vec![one(sender)],
    );
    assert_eq!(ask(&mut context, get, vec![]), [one(Fr::ONE), one(sender)]);
}

#[test]
fn a_witness_that_proves_nothing_is_refused() {
    let (work, mock) = work();
    let mut context = utility(&work, &NO_SCOPES);
    let anchor = work.anchor().hash.to_field();
    let witness = serde_json::json!({
        "index": "0",
        "leafPreimage": {
            "leaf": { "slot": Fr::ZERO, "value": Fr::ONE },
            "nextKey": Fr::ZERO,
            "nextIndex": "0",
        },
        "siblingPath": SiblingPath([Fr::ZERO; 40]),
    });
    mock.answer("node_getPublicDataWitness", &witness);
    let oracle = OracleName::GetPublicDataWitness;
    let error = refusal(&mut context, oracle, vec![one(anchor), one(Fr::from(6u8))]);
    assert!(
        matches!(error, OracleError::Sync(SyncError::FalseWitness { .. })),
        "{error}"
    );

    mock.answer(
        "node_getNoteHashMembershipWitness",
        &serde_json::Value::Null,
    );
    let oracle = OracleName::GetNoteHashMembershipWitness;
    let error = refusal(&mut context, oracle, vec![one(anchor), one(Fr::from(6u8))]);
    assert!(matches!(error, OracleError::NotInTree { .. }));
}

#[test]
fn public_storage_is_read_slot_by_slot_in_one_request() {
    let (work, mock) = work();
    mock.on("node_getPublicStorageAt", |params| {
        MockReply::Result(params[2].clone())
    });
    let mut context = utility(&work, &NO_SCOPES);
    let oracle = OracleName::StorageRead;
    let read = |count: u64| {
        let first = one(Fr::from(70u8));
        vec![
            one(Fr::ONE),
            one(Fr::from(2u8)),
            first,
            one(Fr::from(count)),
        ]
    };
    let answer = ask(&mut context, oracle, read(3));
    assert_eq!(answer, [numbers(&[70, 71, 72])]);
    assert_eq!(mock.batches(), [3]);
    let error = refusal(&mut context, oracle, read(1 << 20));
    assert!(matches!(error, OracleError::TooMany { .. }));
}

#[test]
fn blocks_after_the_anchor_are_not_asked_for() {
    let (work, mock) = work();
    let mut context = utility(&work, &NO_SCOPES);
    let oracle = OracleName::GetBlockHeader;
    let header = ask(&mut context, oracle, vec![one(Fr::ZERO)]);
    assert_eq!(header.len(), BlockHeader::default().to_fields().len());
    let error = refusal(&mut context, oracle, vec![one(Fr::ONE)]);
    assert!(matches!(
        error,
        OracleError::BlockAhead {
            number: 1,
            anchor: 0
        }
    ));
    assert!(mock.calls().is_empty());
}
