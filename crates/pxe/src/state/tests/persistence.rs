//! What is committed comes back.

use std::sync::Arc;

use pixie_node::types::BlockId;
use pixie_primitives::block::BlockHeader;
use pixie_primitives::tagging::{ExtendedDirectionalAppTaggingSecret, PreTag};
use pixie_store::{CommitError, DataKey, Database, MemoryBackend, Sealing};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::*;
use crate::state::chain::FollowedChain;
use crate::state::tagging::RecipientTags;
use crate::work::AnchorBlock;

type State = Database<PxeTables, MemoryBackend>;

fn open(backend: &MemoryBackend) -> State {
    let sealing = Sealing::sealed(DataKey::new([7; 32]), ChaCha20Rng::seed_from_u64(1));
    let opened = State::open(backend.clone(), "test", sealing);
    let (state, report) = pollster::block_on(opened).unwrap();
    assert!(report.is_clean(), "{report:?}");
    let shards = PxeTables::shards(&state.snapshot());
    let report = pollster::block_on(state.load(&shards)).unwrap();
    assert!(report.is_clean(), "{report:?}");
    state
}

#[test]
fn every_table_is_stored() {
    let backend = MemoryBackend::new();
    let state = open(&backend);
    let contract = super::contracts::instance(&super::contracts::artifact());
    let shards = [
        crate::state::shards::contract(&contract.address),
        crate::state::shards::class(&contract.instance.current_contract_class_id),
    ];
    pollster::block_on(state.load(&shards)).unwrap();

    let mut job = state.job();
    let (account, _) = job.add_account(&secret(1), PartialAddress::ZERO);
    job.add_sender(address(9));
    job.add_contract(&contract, Some(super::contracts::artifact()))
        .unwrap();
    job.chain.put(
        (),
        FollowedChain {
            anchor: AnchorBlock::new(BlockHeader::default()),
            finalized: BlockId {
                number: BlockNumber(3),
                hash: block(3).l2_block_hash,
            },
        },
    );
    let of_contract = |mut note: StoredNote| {
        note.contract = contract.address;
        note
    };
    job.add_note(of_contract(note(1, 1)), account.address());
    job.add_note(of_contract(note(2, 2)), account.address());
    let spent = [(nullifier(2), block(3))];
    job.nullify_notes(contract.address, &spent).unwrap();
    let stored_event = StoredEvent {
        contract: contract.address,
        ..event(1, 1)
    };
    job.add_event(stored_event, account.address());
    job.store_capsule(contract.address, slot(1), vec![Fr::ONE; 1000]);
    let tagging = ExtendedDirectionalAppTaggingSecret::from_parts(Fr::from(5u8), contract.address);
    let tag = PreTag {
        extended_secret: tagging.clone(),
        index: 3,
    };
    job.add_pending_tags(&[tag], tx(1)).unwrap();
    let found = RecipientTags {
        aged: None,
        finalized: Some(4),
    };
    job.raise_recipient_tags(&tagging, found).unwrap();
    job.mark_synced(contract.address, &AccessScopes::All, block(1).l2_block_hash);
    pollster::block_on(state.commit(job)).unwrap();

    let again = open(&backend);
    let (before, after) = (state.snapshot(), again.snapshot());
    let rows = |state: &PxeTables| {
        let notes: Vec<_> = state.notes.iter().map(|(_, note)| note.clone()).collect();
        let events: Vec<_> = state
            .events
            .iter()
            .map(|(_, event)| event.clone())
            .collect();
        (notes, events)
    };
    assert_eq!(rows(&before), rows(&after));
    assert_eq!(after.notes.len(), 2);
    assert_eq!(after.chain.get(&()), before.chain.get(&()));
    assert_eq!(after.complete_address(&account.address()), Some(&account));
    assert_eq!(after.expected_senders(), [address(9), account.address()]);
    assert_eq!(
        after.contract_instance(&contract.address).unwrap(),
        contract
    );
    let [one, other] = [&before, &after].map(|state| state.contract(&contract.address).unwrap());
    assert_eq!(one.artifact(), other.artifact());
    assert_eq!(one.class_id(), other.class_id());
    // It is decoded once.
    assert!(Arc::ptr_eq(
        &other,
        &after.contract(&contract.address).unwrap()
    ));
    let capsule = after.load_capsule(contract.address, slot(1));
    assert_eq!(capsule.map(<[Fr]>::len), Some(1000));
    assert_eq!(after.sender_tags(&tagging), before.sender_tags(&tagging));
    assert_eq!(after.recipient_tags(&tagging), found);
    let scopes = only(&[1]);
    let unsynced = after.unsynced(contract.address, &scopes, block(1).l2_block_hash);
    assert_eq!(unsynced, None);
}

#[test]
fn rows_need_their_shard() {
    let state = open(&MemoryBackend::new());
    let mut job = state.job();
    job.add_note(note(1, 1), address(2));
    let result = pollster::block_on(state.commit(job));
    assert!(matches!(
        result,
        Err(CommitError::ShardNotLoaded { table: "notes" })
    ));
}
