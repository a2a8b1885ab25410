use pixie_accounts::entrypoint::{AccountFeePayment, EntrypointOptions, PreparedEntrypoint};
use pixie_accounts::{AccountType, AuthWitIntent, Signer as _, SigningMessage, TxNonce};
use pixie_bridge::Origin;
use pixie_bridge::capability::{Aliased, GrantedCapability};
use pixie_primitives::abi::{AbiValue, FunctionType};
use pixie_primitives::auth_witness::ChainInfo;
use pixie_primitives::tx::ExecutionPayload;
use pixie_primitives::{AztecAddress, Fr};
use pixie_vault::{
    KdfParams, ManualClock, MemoryVaultStorage, Password, SigningAuthority, Vault, VaultConfig,
};
use pollster::block_on;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde_json::json;

use super::*;
use crate::directory::TokenInfo;
use crate::observed::{Observed, ObservedCall, PublicFacts};
use crate::test_directory::*;

type TestVault = Vault<MemoryVaultStorage, ManualClock>;

fn vault() -> (TestVault, SigningAuthority, AztecAddress) {
    let rng = ChaCha20Rng::seed_from_u64(1);
    let config = VaultConfig {
        kdf: KdfParams::new(8, 1, 1).unwrap(),
        ..VaultConfig::default()
    };
    block_on(async {
        let (storage, clock) = (MemoryVaultStorage::new(), ManualClock::default());
        let opened = Vault::open(storage, clock, rng, config).await;
        let (mut vault, authority) = opened.unwrap();
        let password = Password::new("correct horse".to_owned());
        vault.create(&password, None).await.unwrap();
        let account = vault.add_account(AccountType::Schnorr, "Main".to_owned());
        let address = account.await.unwrap().address();
        (vault, authority, address)
    })
}

fn approvals() -> Approvals {
    Approvals::new(vault().1)
}

fn dapp() -> Asker {
    Asker::Dapp("https://dapp.example".parse::<Origin>().unwrap())
}

fn chain() -> ChainInfo {
    ChainInfo {
        chain_id: Fr::ONE,
        version: Fr::ONE,
    }
}

fn nonce() -> TxNonce {
    TxNonce::from_field(Fr::from(9u8))
}

fn payload() -> ExecutionPayload {
    ExecutionPayload {
        calls: vec![call(TOKEN, "transfer", FunctionType::Private)],
        ..ExecutionPayload::default()
    }
}

fn transaction(from: AztecAddress, payload: &ExecutionPayload) -> ApprovalRequest {
    transaction_paid(from, payload, 10)
}

fn transaction_paid(from: AztecAddress, payload: &ExecutionPayload, fee: u128) -> ApprovalRequest {
    let draft = TransactionDraft {
        from,
        payload,
        own_calls: &[],
        signed_calls: &payload.calls,
        payer: from,
        fee_at_most: fee,
        fee_expected: None,
        nonce: nonce(),
        chain: chain(),
        observed: None,
    };
    let request = TransactionRequest::new(draft, &dapp(), &TestDirectory).unwrap();
    ApprovalRequest::Transaction(Box::new(request))
}

fn sender() -> ApprovalRequest {
    ApprovalRequest::RegisterSender(SenderRequest {
        sender: Party::new(address(CAROL), &TestDirectory),
        alias: None,
    })
}

fn hash_of(approvals: &Approvals, id: ApprovalId) -> ShownHash {
    let mut pending = approvals.pending();
    pending.find(|(other, ..)| *other == id).unwrap().1
}

fn message(from: AztecAddress, payload: ExecutionPayload) -> SigningMessage {
    let options = EntrypointOptions {
        fee_payment: AccountFeePayment::External,
        cancellable: false,
        tx_nonce: nonce(),
    };
    let prepared = PreparedEntrypoint::new(from, payload, &options).unwrap();
    prepared.signing_message()
}

#[test]
fn what_was_approved_is_signed_and_nothing_else() {
    let (mut vault, authority, from) = vault();
    let mut approvals = Approvals::new(authority);
    let id = approvals
        .ask(dapp(), transaction(from, &payload()))
        .unwrap();
    let token = approvals.approve(id, hash_of(&approvals, id)).unwrap();
    let signer = vault.signer(token.into_signing().unwrap()).unwrap();
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let mut other = payload();
    other.calls[0].args[1] = Fr::from(1_500_001u64);
    let other = message(from, other);
    assert!(
        block_on(signer.sign(&other, &mut rng)).is_err(),
        "another amount"
    );
    let shown = message(from, payload());
    assert!(block_on(signer.sign(&shown, &mut rng)).is_ok());
    assert!(block_on(signer.sign(&shown, &mut rng)).is_err(), "once");
}

#[test]
fn an_approved_authorisation_is_signed_for_its_chain_only() {
    let (mut vault, authority, from) = vault();
    let mut approvals = Approvals::new(authority);
    let intent = AuthWitIntent::Call {
        caller: address(SWAP),
        call: call(TOKEN, "transfer", FunctionType::Private),
    };
    let request = AuthWitRequest::new(from, intent.clone(), chain(), &dapp(), &TestDirectory);
    let origin = "https://dapp.example".parse().unwrap();
    assert_eq!(
        request.privacy.learners,
        [Learner::WitnessHolder { origin }]
    );
    let request = ApprovalRequest::AuthWit(Box::new(request));
    let id = approvals.ask(dapp(), request).unwrap();
    let token = approvals.approve(id, hash_of(&approvals, id)).unwrap();
    let signer = vault.signer(token.into_signing().unwrap()).unwrap();
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let other_chain = ChainInfo {
        chain_id: Fr::from(2u8),
        ..chain()
    };
    let other = SigningMessage::authorization(from, intent.clone(), other_chain);
    assert!(block_on(signer.sign(&other, &mut rng)).is_err());
    let shown = SigningMessage::authorization(from, intent, chain());
    assert!(block_on(signer.sign(&shown, &mut rng)).is_ok());
}

#[test]
fn a_yes_to_something_else_is_none() {
    let mut approvals = approvals();
    let from = address(ALICE);
    let first = approvals
        .ask(dapp(), transaction(from, &payload()))
        .unwrap();
    let second = approvals
        .ask(dapp(), transaction_paid(from, &payload(), 11))
        .unwrap();
    let (one, other) = (hash_of(&approvals, first), hash_of(&approvals, second));
    assert_ne!(one, other);
    let mixed = approvals.approve(first, other);
    assert!(matches!(mixed, Err(ApprovalError::OtherShown(id)) if id == first));
    assert_eq!(
        approvals.approve(first, one).unwrap().hash(),
        one,
        "it still waited"
    );
}

#[test]
fn all_that_is_shown_is_in_the_hash() {
    let from = address(ALICE);
    let mut changed = Vec::new();
    let mut add = |asker, request| {
        let shown = Shown { asker, request };
        changed.push(shown.hash().unwrap());
    };
    add(dapp(), transaction(from, &payload()));
    add(Asker::User, transaction(from, &payload()));
    add(dapp(), transaction(address(BOB), &payload()));
    add(dapp(), transaction_paid(from, &payload(), 11));
    let changes: [fn(&mut ExecutionPayload); 8] = [
        |payload| payload.calls[0].to = address(OTHER_TOKEN),
        |payload| payload.calls[0].selector = selector("burn"),
        |payload| payload.calls[0].args[0] = Fr::ONE,
        |payload| payload.calls[0].is_static = true,
        |payload| payload.calls[0].name = "other".to_owned(),
        |payload| payload.calls.clear(),
        |payload| payload.fee_payer = Some(address(CAROL)),
        |payload| payload.extra_hashed_args = vec![Default::default()],
    ];
    for change in changes {
        let mut payload = payload();
        change(&mut payload);
        add(dapp(), transaction(from, &payload));
    }
    let count = changed.len();
    changed.sort_by_key(ToString::to_string);
    changed.dedup();
    assert_eq!(changed.len(), count);
}

#[test]
fn there_is_exactly_one_answer() {
    let mut approvals = approvals();
    let id = approvals.ask(Asker::User, sender()).unwrap();
    let seen = hash_of(&approvals, id);
    let token = approvals.approve(id, seen).unwrap();
    assert_eq!(token.id(), id);
    assert!(matches!(
        approvals.approve(id, seen),
        Err(ApprovalError::NotPending(_))
    ));
    assert!(matches!(
        approvals.deny(id),
        Err(ApprovalError::NotPending(_))
    ));
    let id = approvals.ask(Asker::User, sender()).unwrap();
    approvals.deny(id).unwrap();
    assert!(matches!(
        approvals.approve(id, seen),
        Err(ApprovalError::NotPending(_))
    ));
    assert!(matches!(
        approvals.opened(id, WindowId(1)),
        Err(ApprovalError::NotPending(_))
    ));
}

#[test]
fn a_closed_window_is_a_no() {
    let mut approvals = approvals();
    let [first, second, third] = [1, 1, 2].map(|window| {
        let id = approvals.ask(dapp(), sender()).unwrap();
        approvals.opened(id, WindowId(window)).unwrap();
        id
    });
    let seen = hash_of(&approvals, first);
    assert_eq!(approvals.window_closed(WindowId(1)), [first, second]);
    assert!(approvals.approve(first, seen).is_err());
    assert!(approvals.window_closed(WindowId(1)).is_empty());
    assert_eq!(approvals.pending().next().unwrap().0, third);
    assert_eq!(approvals.deny_all_of(&dapp()), [third]);
    assert_eq!(approvals.pending().count(), 0);
}

#[test]
fn a_flood_of_requests_ends_somewhere() {
    let mut approvals = approvals();
    for _ in 0..MAX_PENDING {
        approvals.ask(dapp(), sender()).unwrap();
    }
    assert!(matches!(
        approvals.ask(dapp(), sender()),
        Err(ApprovalError::TooMany)
    ));
}

#[test]
fn what_signs_nothing_gives_no_right_to_sign() {
    let mut approvals = approvals();
    let id = approvals.ask(dapp(), sender()).unwrap();
    let token = approvals.approve(id, hash_of(&approvals, id)).unwrap();
    assert!(matches!(
        token.into_signing(),
        Err(ApprovalError::NothingToSign)
    ));
}

fn connect() -> ApprovalRequest {
    let manifest = json!({
        "version": "1.0",
        "metadata": {"name": "dapp", "version": "1"},
        "capabilities": [{"type": "accounts", "canGet": true}],
    });
    let account = |number| Aliased {
        alias: "a".to_owned(),
        item: address(number),
    };
    ApprovalRequest::Connect(Box::new(ConnectRequest {
        manifest: serde_json::from_value(manifest).unwrap(),
        accounts: vec![account(ALICE), account(BOB)],
    }))
}

fn offer(numbers: &[u32]) -> GrantedCapability {
    let accounts: Vec<_> = numbers
        .iter()
        .map(|number| json!({"alias": "a", "item": address(*number).to_string()}))
        .collect();
    let offer = json!({
        "type": "accounts", "canGet": true, "canCreateAuthWit": true, "accounts": accounts
    });
    serde_json::from_value(offer).unwrap()
}

#[test]
fn a_dapp_gets_what_it_asked_for_and_the_user_chose() {
    let mut approvals = approvals();
    let id = approvals.ask(dapp(), connect()).unwrap();
    let seen = hash_of(&approvals, id);
    assert!(matches!(
        approvals.approve(id, seen),
        Err(ApprovalError::OtherKind(_))
    ));
    let strange = approvals.approve_connection(id, seen, &[offer(&[CAROL])]);
    assert!(matches!(strange, Err(ApprovalError::AccountNotShown)));
    let token = approvals
        .approve_connection(id, seen, &[offer(&[ALICE])])
        .unwrap();
    let (_, granted) = token.into_granted();
    let [GrantedCapability::Accounts(granted)] = granted.as_slice() else {
        panic!("{granted:?}");
    };
    assert_eq!(granted.accounts.len(), 1);
    assert_ne!(
        granted.asked.can_create_auth_wit,
        Some(true),
        "not asked for"
    );
    let id = approvals.ask(dapp(), sender()).unwrap();
    let seen = hash_of(&approvals, id);
    let other = approvals.approve_connection(id, seen, &[]);
    assert!(matches!(other, Err(ApprovalError::OtherKind(_))));
}

#[test]
fn calls_are_decoded_by_the_wallets_own_knowledge() {
    let decoded = DecodedCall::new(
        &call(TOKEN, "transfer", FunctionType::Private),
        &TestDirectory,
    );
    assert_eq!(decoded.contract.contract.as_deref(), Some("Token"));
    let DecodedFunction::Known {
        name, arguments, ..
    } = decoded.function
    else {
        panic!("{decoded:?}");
    };
    assert_eq!(name, "transfer", "not the name that the dapp says");
    assert_eq!(arguments[0].name, "to");
    assert_eq!(arguments[0].value, AbiValue::Address(address(CAROL)));
    let party = arguments[0].party.as_ref().unwrap();
    assert_eq!(party.name.as_deref(), Some("Carol"));
    assert_eq!(arguments[1].amount.as_deref(), Some("1.5 USDC"));
}

#[test]
fn a_contract_that_only_calls_itself_token_has_no_amounts() {
    let call = call(OTHER_TOKEN, "transfer", FunctionType::Private);
    let DecodedFunction::Known { arguments, .. } = DecodedCall::new(&call, &TestDirectory).function
    else {
        panic!("it is known");
    };
    assert_eq!(arguments[1].amount, None);
}

#[test]
fn what_is_not_known_is_shown_as_it_is() {
    let mut call = call(STRANGER, "transfer", FunctionType::Private);
    let unknown = DecodedCall::new(&call, &TestDirectory).function;
    assert!(
        matches!(unknown, DecodedFunction::Unknown { arguments: Some(args), .. } if args.len() == 2)
    );
    call.to = address(TOKEN);
    call.args.push(Fr::ONE);
    let named = DecodedCall::new(&call, &TestDirectory).function;
    assert!(
        matches!(named, DecodedFunction::NamedOnly { arguments: Some(args), .. } if args.len() == 3)
    );
}

#[test]
fn amounts_have_their_decimal_point() {
    let format = |raw, decimals| {
        let symbol = "T".to_owned();
        format_amount(raw, &TokenInfo { symbol, decimals })
    };
    assert_eq!(format(0, 6), "0 T");
    assert_eq!(format(1, 6), "0.000001 T");
    assert_eq!(format(1_500_000, 6), "1.5 T");
    assert_eq!(format(10, 0), "10 T");
    assert_eq!(format(12, 2), "0.12 T");
    assert!(format(u128::MAX, 255).starts_with("0.0000"));
}

fn privacy(
    payer: u32,
    observed: Option<&Observed>,
    calls: &[(u32, FunctionType)],
) -> PrivacyAccount {
    let calls: Vec<_> = calls
        .iter()
        .map(|(contract, kind)| call(*contract, "mint", *kind))
        .collect();
    let from = address(ALICE);
    PrivacyAccount::of_transaction(
        from,
        &calls,
        address(payer),
        &dapp(),
        observed,
        &TestDirectory,
    )
}

#[test]
fn a_private_transaction_paid_by_others_cannot_be_linked() {
    let account = privacy(CAROL, None, &[(TOKEN, FunctionType::Private)]);
    assert!(!account.is_linkable);
    assert_eq!(account.public.len(), 2);
    let payer = |learner: &Learner| matches!(learner, Learner::Payer { .. });
    assert!(account.learners.iter().any(payer));
    let dapp = |learner: &Learner| matches!(learner, Learner::Dapp { .. });
    assert!(account.learners.iter().any(dapp));
}

#[test]
fn paying_for_oneself_and_public_calls_can_be_linked() {
    assert!(privacy(ALICE, None, &[]).is_linkable);
    let account = privacy(CAROL, None, &[(TOKEN, FunctionType::Public)]);
    assert!(account.is_linkable);
    assert_eq!(account.public.len(), 3);
}

#[test]
fn a_public_call_underneath_that_names_the_account_is_told() {
    let enqueued = |sender: Option<u32>, arg: u32| Observed {
        calls: vec![ObservedCall {
            by: Some(address(TOKEN)),
            depth: 2,
            contract: address(TOKEN),
            selector: Some(selector("mint")),
            function_type: FunctionType::Public,
            is_static: false,
            public: Some(PublicFacts {
                sender: sender.map(address),
                args: vec![address(arg).to_field(), Fr::ONE],
            }),
        }],
        authorizations: vec![],
    };
    let private = [(TOKEN, FunctionType::Private)];
    assert!(privacy(CAROL, Some(&enqueued(Some(TOKEN), ALICE)), &private).is_linkable);
    assert!(privacy(CAROL, Some(&enqueued(Some(ALICE), BOB)), &private).is_linkable);
    assert!(!privacy(CAROL, Some(&enqueued(None, BOB)), &private).is_linkable);
    let account = privacy(CAROL, Some(&enqueued(None, BOB)), &private);
    let PublicFact::Call { function, .. } = &account.public[2] else {
        panic!("{account:?}");
    };
    assert_eq!(function.name(), Some("mint"));
}

#[test]
fn an_outcome_is_released_by_its_own_approval_only() {
    use crate::permissions::Undisclosed;
    let mut approvals = approvals();
    let [asked, other] = [0, 1].map(|_| approvals.ask(dapp(), sender()).unwrap());
    let held = Undisclosed::new(5, Observed::default()).awaiting(asked);
    let token = approvals
        .approve(other, hash_of(&approvals, other))
        .unwrap();
    let (held, _) = *held.release(token).unwrap_err();
    let token = approvals
        .approve(asked, hash_of(&approvals, asked))
        .unwrap();
    assert_eq!(held.release(token).unwrap(), 5);
}
