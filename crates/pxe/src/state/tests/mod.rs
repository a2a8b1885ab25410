//! Tests of the tables, and rows for tests elsewhere.

mod capsules;
mod codecs;
mod contracts;
mod events;
mod notes;
mod persistence;
mod tagging;

use std::collections::BTreeSet;

use pixie_primitives::block::{BlockHash, BlockNumber, InBlock};
use pixie_primitives::contract::{ContractInstance, ContractVersion};
use pixie_primitives::hash::StorageSlot;
use pixie_primitives::keys::{InitializationHash, PartialAddress, PublicKeys, SecretKey};
use pixie_primitives::note::{NoteHash, NoteNonce, SiloedNullifier};
use pixie_primitives::tx::TxHash;
use pixie_primitives::{AztecAddress, ContractClassId, EventSelector, Fr};

use super::accounts::Account;
use super::contracts::StoredContract;
use super::{PxeTables, StateError, StoredEvent, StoredNote};
use crate::scopes::AccessScopes;

pub(crate) fn address(number: u32) -> AztecAddress {
    AztecAddress::from(number)
}

pub(crate) fn slot(number: u32) -> StorageSlot {
    StorageSlot::from_field(Fr::from(number))
}

pub(crate) fn tx(number: u32) -> TxHash {
    TxHash::from_field(Fr::from(number))
}

pub(crate) fn block(number: u32) -> InBlock {
    InBlock {
        l2_block_number: BlockNumber(number),
        l2_block_hash: BlockHash::from_field(Fr::from(1000 + number)),
    }
}

pub(crate) fn nullifier(number: u32) -> SiloedNullifier {
    SiloedNullifier::from_field(Fr::from(number))
}

pub(crate) fn only(accounts: &[u32]) -> AccessScopes {
    AccessScopes::Only(accounts.iter().copied().map(address).collect())
}

/// Note number `number` of contract 1, owner 2, slot 3, in a block.
pub(crate) fn note(number: u32, at: u32) -> StoredNote {
    StoredNote {
        contract: address(1),
        owner: address(2),
        storage_slot: slot(3),
        randomness: Fr::from(number),
        nonce: NoteNonce::from_field(Fr::from(number)),
        items: vec![Fr::from(number), Fr::ONE],
        note_hash: NoteHash::from_field(Fr::from(number)),
        siloed_nullifier: nullifier(number),
        tx_hash: tx(at),
        block: block(at),
        tx_index: 0,
        note_index: number,
        scopes: BTreeSet::new(),
        nullified: None,
    }
}

/// Event number `number` of contract 1 and type 5, in a block.
pub(crate) fn event(number: u32, at: u32) -> StoredEvent {
    StoredEvent {
        contract: address(1),
        selector: EventSelector::from_field(Fr::from(5u8)).unwrap(),
        randomness: Fr::from(number),
        content: vec![Fr::from(number)],
        commitment: nullifier(number),
        tx_hash: tx(at),
        block: block(at),
        tx_index: 0,
        event_index: number,
        scopes: BTreeSet::new(),
    }
}

pub(crate) fn secret(number: u32) -> SecretKey {
    SecretKey::from_field(Fr::from(number))
}

/// A contract without an artifact.
pub(crate) fn contract(class: u32) -> StoredContract {
    let class = ContractClassId::from_field(Fr::from(class));
    StoredContract {
        instance: ContractInstance {
            version: ContractVersion,
            salt: Fr::ONE,
            deployer: address(0),
            current_contract_class_id: class,
            original_contract_class_id: class,
            initialization_hash: InitializationHash::ZERO,
            public_keys: PublicKeys::default(),
        },
    }
}

/// The numbers of notes, in their order.
fn numbers(notes: &[&StoredNote]) -> Vec<u64> {
    let all = notes.iter();
    all.map(|note| note.randomness.to_u64().unwrap()).collect()
}

#[test]
fn keys_are_for_accounts_in_scope() {
    let mut state = PxeTables::default();
    let partial = PartialAddress::from_field(Fr::ONE);
    let (alice, is_new) = state.add_account(&secret(1), partial);
    assert!(is_new);
    let (again, is_new) = state.add_account(&secret(1), partial);
    assert!(!is_new);
    assert_eq!(alice, again);
    let (bob, _) = state.add_account(&secret(2), partial);

    let key = alice.public_keys().master_nullifier_public_key;
    let app = address(9);
    let alice_only = AccessScopes::Only(vec![alice.address()]);
    let bob_only = AccessScopes::Only(vec![bob.address()]);
    for scopes in [AccessScopes::All, alice_only.clone()] {
        let request = state
            .key_validation_request(key.hash(), app, &scopes)
            .unwrap();
        assert_eq!(request.pk_m, key);
        assert!(state.has_key(key.hash(), &scopes));
        let master = state.master_secret_key(&key, &scopes).unwrap();
        assert_eq!(master.public_key(), key);
    }
    for scopes in [AccessScopes::NONE, bob_only] {
        assert!(matches!(
            state.key_validation_request(key.hash(), app, &scopes),
            Err(StateError::KeyDenied(hash)) if hash == key.hash()
        ));
        assert!(state.master_secret_key(&key, &scopes).is_err());
    }
    // Each kind of key is found, and bound to its app.
    for kind in pixie_primitives::keys::KeyKind::ALL {
        let hash = alice.public_keys().get(kind).hash();
        let [one, other] = [app, address(8)].map(|app| {
            state
                .key_validation_request(hash, app, &alice_only)
                .unwrap()
        });
        assert_ne!(one.sk_app, other.sk_app);
    }
    assert!(matches!(
        state.account(&address(7)),
        Err(StateError::UnknownAccount(_))
    ));
}

#[test]
fn one_key_of_two_accounts_is_found_in_either_scope() {
    let mut state = PxeTables::default();
    let [one, other] = [1u8, 2].map(|partial| {
        let partial = PartialAddress::from_field(Fr::from(partial));
        state.add_account(&secret(1), partial).0
    });
    let hash = one.public_keys().master_nullifier_public_key.hash();
    for account in [one, other] {
        let scopes = AccessScopes::Only(vec![account.address()]);
        let (owner, _) = state.key_owner(hash, &scopes).unwrap();
        assert_eq!(owner.complete_address(), &account);
    }
}

#[test]
fn senders_come_first_and_each_once() {
    let mut state = PxeTables::default();
    let (account, _) = state.add_account(&secret(1), PartialAddress::ZERO);
    assert!(state.add_sender(address(9)));
    assert!(state.add_sender(address(4)));
    assert!(!state.add_sender(address(4)));
    assert!(!state.add_sender(account.address()));
    let expected = [address(4), address(9), account.address()];
    assert_eq!(state.expected_senders(), expected);
    assert!(state.remove_sender(&address(4)));
    assert!(!state.remove_sender(&address(4)));
    assert_eq!(state.expected_senders(), expected[1..]);
    // A sender that becomes an account is still there once.
    let later = Account::new(&secret(2), PartialAddress::ZERO);
    state.add_sender(later.complete_address().address());
    state.add_account(&secret(2), PartialAddress::ZERO);
    assert_eq!(state.expected_senders().len(), 3);
}

#[test]
fn debug_shows_no_secret() {
    let account = Account::new(&secret(1), PartialAddress::ZERO);
    let key = account.keys().nullifier_hiding_key.expose().to_string();
    assert!(!format!("{account:?}").contains(&key));
    let text = format!("{:?}{:?}", note(77, 1), event(77, 1));
    assert!(!text.contains(&Fr::from(77u8).to_string()));
}

#[test]
fn contracts_are_synchronised_for_scopes_at_a_block() {
    let mut state = PxeTables::default();
    let [now, later] = [1, 2].map(|number| block(number).l2_block_hash);
    let contract = address(1);
    let unsynced = |state: &PxeTables, scopes: &AccessScopes| state.unsynced(contract, scopes, now);
    assert_eq!(unsynced(&state, &only(&[])), None);
    assert_eq!(
        unsynced(&state, &AccessScopes::All),
        Some(AccessScopes::All)
    );
    state.mark_synced(contract, &only(&[5, 6]), now);
    assert_eq!(unsynced(&state, &only(&[5])), None);
    assert_eq!(unsynced(&state, &only(&[5, 7, 6])), Some(only(&[7])));
    assert_eq!(
        unsynced(&state, &AccessScopes::All),
        Some(AccessScopes::All)
    );
    assert_eq!(
        state.unsynced(address(2), &only(&[5]), now),
        Some(only(&[5]))
    );
    // Another block, another look.
    assert_eq!(
        state.unsynced(contract, &only(&[5]), later),
        Some(only(&[5]))
    );
    state.mark_synced(contract, &AccessScopes::All, now);
    assert_eq!(unsynced(&state, &only(&[7])), None);
    // Something new to look for: everything is looked at again.
    state.add_sender(address(50));
    assert_eq!(unsynced(&state, &only(&[5])), Some(only(&[5])));
}
