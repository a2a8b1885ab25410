use pixie_node::types::BlockId;
use pixie_primitives::block::BlockHeader;
use pixie_primitives::contract::{
    ArtifactHash, ContractClassIdPreimage, PrivateFunction, PrivateFunctionsRoot,
    PublicBytecodeCommitment, VerificationKeyHash,
};
use pixie_primitives::{FromBytes, FunctionSelector, ToBytes};
use proptest::prelude::*;

use super::*;
use crate::state::capsules::{CapsuleKey, StoredCapsule};
use crate::state::chain::{FollowedChain, SyncKey, SyncedAt};
use crate::state::contracts::StoredClass;
use crate::state::events::EventKey;
use crate::state::notes::NoteKey;
use crate::state::tagging::{PendingIndex, RecipientTags, SenderTags};
use crate::work::AnchorBlock;

fn field() -> impl Strategy<Value = Fr> {
    any::<[u8; 32]>().prop_map(|bytes| Fr::from_be_bytes_reduced(&bytes))
}

fn fields(most: usize) -> impl Strategy<Value = Vec<Fr>> {
    prop::collection::vec(field(), 0..most)
}

fn in_block() -> impl Strategy<Value = InBlock> {
    (any::<u32>(), field()).prop_map(|(number, hash)| InBlock {
        l2_block_number: BlockNumber(number),
        l2_block_hash: BlockHash::from_field(hash),
    })
}

fn scopes() -> impl Strategy<Value = BTreeSet<AztecAddress>> {
    fields(4).prop_map(|all| all.into_iter().map(AztecAddress::from_field).collect())
}

prop_compose! {
    fn any_note()(
        hashes: [[u8; 32]; 8],
        items in fields(8),
        created in in_block(),
        nullified in prop::option::of(in_block()),
        places: [u32; 2],
        scopes in scopes(),
    ) -> StoredNote {
        let [a, b, c, d, e, f, g, h] = hashes.map(|bytes| Fr::from_be_bytes_reduced(&bytes));
        StoredNote {
            contract: AztecAddress::from_field(a),
            owner: AztecAddress::from_field(b),
            storage_slot: StorageSlot::from_field(c),
            randomness: d,
            nonce: NoteNonce::from_field(e),
            items,
            note_hash: NoteHash::from_field(f),
            siloed_nullifier: SiloedNullifier::from_field(g),
            tx_hash: TxHash::from_field(h),
            block: created,
            tx_index: places[0],
            note_index: places[1],
            scopes,
            nullified,
        }
    }
}

prop_compose! {
    fn any_event()(
        number: u32,
        content in fields(10),
        created in in_block(),
        places: [u32; 2],
        scopes in scopes(),
    ) -> StoredEvent {
        StoredEvent {
            content,
            block: created,
            tx_index: places[0],
            event_index: places[1],
            scopes,
            ..event(number, 1)
        }
    }
}

prop_compose! {
    fn any_class()(
        parts: [[u8; 32]; 3],
        functions in prop::collection::btree_map(any::<u32>(), field(), 0..5),
    ) -> StoredClass {
        let [a, b, c] = parts.map(|bytes| Fr::from_be_bytes_reduced(&bytes));
        let functions = functions.into_iter().map(|(selector, vk_hash)| PrivateFunction {
            selector: FunctionSelector::from_field(Fr::from(selector)).unwrap(),
            vk_hash: VerificationKeyHash::from_field(vk_hash),
        });
        StoredClass {
            preimage: ContractClassIdPreimage {
                artifact_hash: ArtifactHash::from_field(a),
                private_functions_root: PrivateFunctionsRoot::from_field(b),
                public_bytecode_commitment: PublicBytecodeCommitment::from_field(c),
            },
            private_functions: functions.collect(),
        }
    }
}

fn check<T: ToBytes + FromBytes + PartialEq + std::fmt::Debug>(row: &T) {
    let bytes = row.to_bytes();
    assert_eq!(&T::from_bytes(&bytes).unwrap(), row);
    assert!(T::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    assert!(T::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn notes_round_trip(note in any_note()) {
        check(&note);
        check(&note.key());
    }

    #[test]
    fn events_round_trip(event in any_event()) {
        check(&event);
        check(&EventKey { contract: event.contract, commitment: event.commitment });
    }

    #[test]
    fn classes_round_trip(class in any_class()) {
        check(&class);
    }

    #[test]
    fn tags_round_trip(
        finalized: Option<u32>,
        aged: Option<u32>,
        pending in prop::collection::vec((any::<u32>(), field()), 0..5),
    ) {
        check(&RecipientTags { aged, finalized });
        let pending = pending.into_iter().map(|(index, tx)| PendingIndex {
            index,
            tx_hash: TxHash::from_field(tx),
        });
        check(&SenderTags { finalized, pending: pending.collect() });
    }

    #[test]
    fn other_rows_round_trip(
        one in field(), other in field(), scope in prop::option::of(field()), items in fields(99),
    ) {
        let contract = AztecAddress::from_field(one);
        check(&SyncKey { contract, scope: scope.map(AztecAddress::from_field) });
        check(&SyncedAt { block: BlockHash::from_field(other) });
        check(&CapsuleKey { contract, slot: StorageSlot::from_field(other) });
        check(&StoredCapsule(items));
        check(&FollowedChain {
            anchor: AnchorBlock::new(BlockHeader { total_fees: one, ..BlockHeader::default() }),
            finalized: BlockId { number: BlockNumber(7), hash: BlockHash::from_field(other) },
        });
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
        let _ = StoredNote::from_bytes(&bytes);
        let _ = NoteKey::from_bytes(&bytes);
        let _ = StoredEvent::from_bytes(&bytes);
        let _ = StoredClass::from_bytes(&bytes);
        let _ = SenderTags::from_bytes(&bytes);
        let _ = RecipientTags::from_bytes(&bytes);
        let _ = StoredCapsule::from_bytes(&bytes);
        let _ = SyncKey::from_bytes(&bytes);
        let _ = FollowedChain::from_bytes(&bytes);
        let _ = Account::from_bytes(&bytes);
        let _ = StoredContract::from_bytes(&bytes);
    }
}

#[test]
fn accounts_round_trip() {
    let account = Account::new(&secret(5), PartialAddress::from_field(Fr::from(6u8)));
    let bytes = account.to_bytes();
    let read = Account::from_bytes(&bytes).unwrap();
    assert_eq!(read.complete_address(), account.complete_address());
    assert_eq!(read.to_bytes(), bytes);
    // An address that does not follow from the keys is refused.
    let mut forged = bytes;
    forged[31] ^= 1;
    assert!(Account::from_bytes(&forged).is_err());
}

#[test]
fn scopes_out_of_order_are_refused() {
    let mut note = note(1, 1);
    note.scopes = [address(5), address(6)].into();
    let bytes = note.to_bytes();
    let swapped = {
        let mut bytes = bytes.clone();
        let end = bytes.len() - 1;
        let (first, second) = (end - 64, end - 32);
        bytes[first..end].rotate_left(second - first);
        bytes
    };
    assert!(StoredNote::from_bytes(&bytes).is_ok());
    assert!(StoredNote::from_bytes(&swapped).is_err());
}
