use pixie_node::types::TxScopedLog;
use pixie_primitives::Fr;
use pixie_primitives::block::BlockNumber;
use pixie_primitives::constants::MAX_TX_LIFETIME;
use pixie_primitives::keys::{CompleteAddress, PartialAddress};
use pixie_primitives::receipt::{TxExecutionResult, TxStatus};
use pixie_primitives::tagging::ExtendedDirectionalAppTaggingSecret;
use pixie_primitives::tx::TxHash;

use super::chain::{Fixture, app};
use crate::scopes::AccessScopes;
use crate::state::tagging::RecipientTags;
use crate::state::tests::{address, secret, slot, tx};
use crate::sync::SyncError;
use crate::sync::blocks::synchronize;
use crate::sync::logs::{bulk_retrieve, fetch_tagged_logs};
use crate::sync::tagging::{next_index, store_pending_tags, sync_sender};
use crate::work::Work;

fn shared() -> ExtendedDirectionalAppTaggingSecret {
    ExtendedDirectionalAppTaggingSecret::from_parts(Fr::from(99u8), app())
}

fn log(tag: Fr, tx: TxHash, block: u32) -> TxScopedLog {
    TxScopedLog {
        tx_hash: tx,
        block_number: BlockNumber(block),
        block_timestamp: 1_000_000 + u64::from(block) * 100,
        log_data: vec![tag, Fr::from(block)],
        note_hashes: vec![Fr::ONE],
        first_nullifier: Fr::from(5u8),
    }
}

/// Has a transaction in a block use an index.
fn emit(
    fixture: &Fixture,
    secret: &ExtendedDirectionalAppTaggingSecret,
    index: u32,
    tx: TxHash,
    block: u32,
) {
    let tag = secret.siloed_tag(index).to_field();
    let mut chain = fixture.chain();
    let logs = chain.private_logs.entry(tag).or_default();
    logs.push(log(tag, tx, block));
}

fn status(fixture: &Fixture, tx: TxHash, status: TxStatus) {
    let succeeded = Some(TxExecutionResult::Success);
    fixture.chain().statuses.insert(tx, (status, succeeded));
}

fn next(work: &Work) -> u32 {
    pollster::block_on(next_index(work, &shared())).unwrap()
}

#[test]
fn the_first_index_is_zero() {
    let fixture = Fixture::new(2);
    let work = fixture.work();
    assert_eq!(next(&work), 0);
    assert_eq!(fixture.calls("node_getPrivateLogsByTags"), 1);
    assert_eq!(fixture.calls("node_getTxReceipt"), 0);
}

#[test]
fn the_window_moves_with_finality() {
    let fixture = Fixture::new(2);
    for (index, number) in [(3, 1), (19, 2), (38, 3), (41, 4)] {
        emit(&fixture, &shared(), index, tx(number), 1);
        status(&fixture, tx(number), TxStatus::Finalized);
    }
    status(&fixture, tx(4), TxStatus::Proposed);
    let work = fixture.work();
    // 0..20 shows 3 and 19 as final, 20..40 shows 38, 40..59 shows 41, which is pending.
    assert_eq!(next(&work), 42);
    let tags = work.state().sender_tags(&shared()).cloned().unwrap();
    assert_eq!(tags.finalized, Some(38));
    assert_eq!(tags.pending.len(), 1);
    let sizes: Vec<usize> = fixture
        .mock
        .calls()
        .iter()
        .filter(|call| call.method == "node_getPrivateLogsByTags")
        .map(|call| call.params[0].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [20, 20, 19]);
}

#[test]
fn what_is_beyond_the_window_is_not_looked_for() {
    let fixture = Fixture::new(2);
    emit(&fixture, &shared(), 20, tx(1), 1);
    assert_eq!(next(&fixture.work()), 0);
}

#[test]
fn dropped_and_failed_transactions_free_their_indexes() {
    let fixture = Fixture::new(2);
    let work = fixture.work();
    let tag = |index| pixie_primitives::tagging::PreTag {
        extended_secret: shared(),
        index,
    };
    store_pending_tags(&work, &[tag(0)], tx(1)).unwrap();
    store_pending_tags(&work, &[tag(1)], tx(2)).unwrap();
    store_pending_tags(&work, &[tag(2)], tx(3)).unwrap();
    status(&fixture, tx(1), TxStatus::Pending);
    status(&fixture, tx(2), TxStatus::Pending);
    status(&fixture, tx(3), TxStatus::Pending);
    assert_eq!(next(&work), 3);
    fixture.chain().statuses.remove(&tx(3));
    assert_eq!(next(&work), 2);
    let reverted = Some(TxExecutionResult::AppLogicReverted);
    fixture
        .chain()
        .statuses
        .insert(tx(2), (TxStatus::Finalized, reverted));
    assert_eq!(next(&work), 1);
}

#[test]
fn a_receipt_of_another_transaction_is_refused() {
    let fixture = Fixture::new(2);
    emit(&fixture, &shared(), 0, tx(1), 1);
    let receipt = serde_json::json!({ "txHash": tx(9), "status": "dropped" });
    fixture.mock.answer("node_getTxReceipt", &receipt);
    let work = fixture.work();
    let result = pollster::block_on(sync_sender(&work, &shared()));
    assert!(matches!(result, Err(SyncError::WrongTx { asked, .. }) if asked == tx(1)));
}

#[test]
fn forged_logs_are_refused_on_both_sides() {
    let (fixture, account) = with_account(3);
    let to_self = secret_with(&account, account.address());
    for secret in [shared(), to_self.clone()] {
        let tag = secret.siloed_tag(0).to_field();
        let forged = log(Fr::ONE, tx(1), 1);
        fixture.chain().private_logs.insert(tag, vec![forged]);
    }
    let work = fixture.work();
    let result = pollster::block_on(sync_sender(&work, &shared()));
    assert!(matches!(result, Err(SyncError::ForgedLog { .. })));
    let result = fetch(&work, &AccessScopes::All);
    assert!(matches!(result, Err(SyncError::ForgedLog { .. })));
    assert_eq!(found(&work), 0);
    // The node comes to its senses.
    fixture.chain().private_logs.clear();
    emit(&fixture, &to_self, 0, tx(1), 1);
    fetch(&work, &AccessScopes::All).unwrap();
    assert_eq!(found(&work), 1);
}

fn with_account(blocks: u32) -> (Fixture, CompleteAddress) {
    let fixture = Fixture::new(blocks);
    let mut job = fixture.state.job();
    let (account, _) = job.add_account(&secret(1), PartialAddress::ZERO);
    pollster::block_on(fixture.state.commit(job)).unwrap();
    (fixture, account)
}

/// What the account shares with a sender for messages to the account.
fn secret_with(
    account: &CompleteAddress,
    sender: pixie_primitives::AztecAddress,
) -> ExtendedDirectionalAppTaggingSecret {
    let keys = crate::state::Account::new(&secret(1), PartialAddress::ZERO);
    let key = &keys.keys().incoming_viewing_secret_key;
    ExtendedDirectionalAppTaggingSecret::compute(account, key, sender, app(), account.address())
        .unwrap()
}

fn fetch(work: &Work, scopes: &AccessScopes) -> Result<(), SyncError> {
    pollster::block_on(fetch_tagged_logs(work, app(), slot(100), scopes))
}

/// How many logs were handed to the contract.
fn found(work: &Work) -> usize {
    let state = work.state();
    state.read_capsule_array(app(), slot(100)).unwrap().len()
}

#[test]
fn logs_are_found_for_accounts_in_scope_alone() {
    let (fixture, account) = with_account(3);
    emit(
        &fixture,
        &secret_with(&account, account.address()),
        2,
        tx(1),
        1,
    );
    let work = fixture.work();
    fetch(&work, &AccessScopes::NONE).unwrap();
    fetch(&work, &AccessScopes::Only(vec![address(5)])).unwrap();
    assert_eq!(found(&work), 0);
    assert!(fixture.mock.calls().is_empty());
    fetch(&work, &AccessScopes::Only(vec![account.address()])).unwrap();
    assert_eq!(found(&work), 1);
    let state = work.state();
    let element = state.read_capsule_array(app(), slot(100)).unwrap()[0].to_vec();
    assert_eq!(element.len(), 85);
    assert_eq!(element.last(), Some(&account.address().to_field()));
}

#[test]
fn logs_of_registered_senders_are_found() {
    let (fixture, account) = with_account(3);
    let sender = crate::state::Account::new(&secret(2), PartialAddress::ZERO);
    let sender = sender.complete_address().address();
    emit(&fixture, &secret_with(&account, sender), 0, tx(1), 1);
    let work = fixture.work();
    fetch(&work, &AccessScopes::All).unwrap();
    assert_eq!(found(&work), 0);
    {
        let mut state = work.state_mut();
        state.add_sender(sender);
        // No point of the curve: nothing can be shared with it, and nothing fails.
        state.add_sender(address(3));
    }
    fetch(&work, &AccessScopes::All).unwrap();
    assert_eq!(found(&work), 1);
}

#[test]
fn a_contract_that_is_brought_up_to_date_gets_its_messages_in_portions() {
    let (fixture, account) = with_account(3);
    let sender = crate::state::Account::new(&secret(2), PartialAddress::ZERO);
    let sender = sender.complete_address().address();
    for from in [account.address(), sender] {
        for index in 0..20 {
            emit(&fixture, &secret_with(&account, from), index, tx(index), 1);
        }
    }
    let work = fixture.work();
    work.state_mut().add_sender(sender);
    work.begin_delivery(app());
    fetch(&work, &AccessScopes::All).unwrap();
    assert_eq!((found(&work), work.undelivered(&app())), (32, 8));
    let calls = fixture.mock.calls().len();
    fetch(&work, &AccessScopes::All).unwrap();
    assert_eq!((found(&work), work.undelivered(&app())), (40, 0));
    // Nothing is asked of the node a second time, and nothing comes twice.
    fetch(&work, &AccessScopes::All).unwrap();
    assert_eq!(found(&work), 40);
    assert_eq!(fixture.mock.calls().len(), calls);
    work.end_delivery(&app());
    fetch(&work, &AccessScopes::All).unwrap();
    assert_eq!(found(&work), 80);
}

/// An operation that has followed the chain.
fn followed(fixture: &Fixture) -> Work {
    let work = fixture.work();
    follow(fixture, &work);
    work
}

fn follow(fixture: &Fixture, work: &Work) {
    let mut state = work.state_mut();
    pollster::block_on(synchronize(&*fixture.node, &mut state)).unwrap();
}

#[test]
fn the_window_of_a_recipient_moves_with_finality() {
    let (fixture, account) = with_account(9);
    let secret = secret_with(&account, account.address());
    fixture.chain().finalized = 5;
    for (index, block) in [(0, 1), (20, 5), (40, 9), (41, 9)] {
        emit(&fixture, &secret, index, tx(index), block);
    }
    let work = followed(&fixture);
    fetch(&work, &AccessScopes::All).unwrap();
    // 41 is more than a window away from 20, the last one that is final.
    assert_eq!(found(&work), 3);
    let known = RecipientTags {
        aged: None,
        finalized: Some(20),
    };
    assert_eq!(work.state().recipient_tags(&secret), known);
    fixture.chain().finalized = 9;
    follow(&fixture, &work);
    fetch(&work, &AccessScopes::All).unwrap();
    // All once more, for nothing is so old that no other message could have come.
    assert_eq!(found(&work), 3 + 4);
    assert_eq!(work.state().recipient_tags(&secret).finalized, Some(41));
}

#[test]
fn old_indexes_are_not_looked_at_again() {
    let (fixture, account) = with_account(9);
    let secret = secret_with(&account, account.address());
    fixture.chain().finalized = 9;
    emit(&fixture, &secret, 4, tx(1), 1);
    emit(&fixture, &secret, 5, tx(2), 8);
    let first_time = 1_000_100;
    let last = fixture.chain().headers.len() - 1;
    fixture.chain().headers[last].global_variables.timestamp = first_time + MAX_TX_LIFETIME;
    let work = followed(&fixture);
    fetch(&work, &AccessScopes::All).unwrap();
    let known = RecipientTags {
        aged: Some(4),
        finalized: Some(5),
    };
    assert_eq!(work.state().recipient_tags(&secret), known);
    fetch(&work, &AccessScopes::All).unwrap();
    assert_eq!(found(&work), 2 + 1);
}

#[test]
fn logs_beyond_the_anchor_wait() {
    let (fixture, account) = with_account(9);
    let secret = secret_with(&account, account.address());
    emit(&fixture, &secret, 0, tx(1), 8);
    let anchor = fixture.chain().block(7);
    let work = fixture.work_at(anchor);
    fetch(&work, &AccessScopes::All).unwrap();
    assert_eq!(found(&work), 0);
    let work = fixture.work();
    fetch(&work, &AccessScopes::All).unwrap();
    assert_eq!(found(&work), 1);
}

#[test]
fn oversized_logs_are_refused() {
    let (fixture, account) = with_account(3);
    let secret = secret_with(&account, account.address());
    let tag = secret.siloed_tag(0).to_field();
    let mut large = log(tag, tx(1), 1);
    large.log_data.resize(17, Fr::ONE);
    fixture.chain().private_logs.insert(tag, vec![large]);
    let result = fetch(&fixture.work(), &AccessScopes::All);
    assert!(matches!(result, Err(SyncError::MalformedLog { .. })));
    let mut crowded = log(tag, tx(1), 1);
    crowded.note_hashes.resize(65, Fr::ONE);
    fixture.chain().private_logs.insert(tag, vec![crowded]);
    let result = fetch(&fixture.work(), &AccessScopes::All);
    assert!(matches!(result, Err(SyncError::MalformedLog { .. })));
}

#[test]
fn a_failing_node_leaves_no_logs_behind() {
    let (fixture, account) = with_account(3);
    emit(
        &fixture,
        &secret_with(&account, account.address()),
        0,
        tx(1),
        1,
    );
    fixture.chain().broken.insert("node_getPrivateLogsByTags");
    let work = fixture.work();
    let result = fetch(&work, &AccessScopes::All);
    assert!(matches!(result, Err(SyncError::Node(_))));
    assert_eq!(found(&work), 0);
    fixture.chain().broken.clear();
    fetch(&work, &AccessScopes::All).unwrap();
    assert_eq!(found(&work), 1);
}

fn request(work: &Work, fields: Vec<Fr>) -> Result<(), SyncError> {
    work.state_mut()
        .append_to_capsule_array(app(), slot(200), vec![fields])?;
    pollster::block_on(bulk_retrieve(work, app(), slot(200), slot(300)))
}

#[test]
fn logs_are_retrieved_by_their_tags() {
    let fixture = Fixture::new(3);
    let tag = pixie_primitives::tagging::Tag::from_field(Fr::from(42u8));
    let wanted = || vec![app().to_field(), tag.to_field()];
    let answer = |work: &Work| {
        let state = work.state();
        assert!(
            state
                .read_capsule_array(app(), slot(200))
                .unwrap()
                .is_empty()
        );
        state.read_capsule_array(app(), slot(300)).unwrap()[0].to_vec()
    };
    let work = fixture.work();
    request(&work, wanted()).unwrap();
    assert!(answer(&work).iter().all(Fr::is_zero));

    // A public log may be longer than what is handed over.
    let mut public = log(tag.to_field(), tx(1), 1);
    public.log_data.resize(30, Fr::from(8u8));
    let public_logs = vec![public.clone()];
    fixture
        .chain()
        .public_logs
        .insert(tag.to_field(), public_logs);
    request(&work, wanted()).unwrap();
    let fields = answer(&work);
    assert_eq!(fields.len(), 1 + 16 + 1 + 65 + 1);
    assert_eq!(fields[..3], [Fr::ONE, Fr::ONE, Fr::from(8u8)]);
    assert_eq!(fields[16], Fr::from(15u8), "the length of the content");
    assert_eq!(fields[17], tx(1).to_field());
    assert_eq!(fields[fields.len() - 1], public.first_nullifier);

    let siloed = tag.siloed(app()).to_field();
    let private = log(siloed, tx(2), 2);
    fixture.chain().private_logs.insert(siloed, vec![private]);
    let result = request(&work, wanted());
    assert!(matches!(
        result,
        Err(SyncError::AmbiguousTag { count: 2, .. })
    ));
    fixture.chain().public_logs.clear();
    let work = fixture.work();
    request(&work, wanted()).unwrap();
    assert_eq!(answer(&work)[17], tx(2).to_field());

    let malformed = request(&fixture.work(), vec![Fr::ONE]);
    assert!(matches!(malformed, Err(SyncError::MalformedRequest { .. })));
}
