use serde::{Deserialize, Serialize};

use super::bytes_as_fields;
use crate::codec::ToFields as _;
use crate::field::Fr;
use crate::fields_in_order;
use crate::hash::{PublicDataTreeLeafSlot, poseidon2_hash};
use crate::note::SiloedNullifier;

/// A leaf of the nullifier tree: an indexed tree, in which each leaf names the next greater one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(from = "Indexed<NullifierLeaf>", into = "Indexed<NullifierLeaf>")]
pub struct NullifierLeafPreimage {
    /// The nullifier, siloed.
    pub nullifier: SiloedNullifier,
    /// The next greater nullifier in the tree; zero in the leaf of the greatest one.
    pub next_nullifier: SiloedNullifier,
    /// The index of the leaf of that one.
    pub next_index: u64,
}
fields_in_order!(NullifierLeafPreimage {
    nullifier,
    next_nullifier,
    next_index
});
bytes_as_fields!([] NullifierLeafPreimage, 3);

impl NullifierLeafPreimage {
    /// The leaf.
    #[must_use]
    pub fn hash(&self) -> Fr {
        poseidon2_hash(&self.to_fields())
    }
}

/// A leaf of the public data tree: an indexed tree, in which each leaf names the next greater one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(from = "Indexed<PublicDataLeaf>", into = "Indexed<PublicDataLeaf>")]
pub struct PublicDataTreeLeafPreimage {
    /// The slot, siloed by the contract.
    pub slot: PublicDataTreeLeafSlot,
    /// The value in the slot.
    pub value: Fr,
    /// The next greater slot in the tree; zero in the leaf of the greatest one.
    pub next_slot: PublicDataTreeLeafSlot,
    /// The index of the leaf of that one.
    pub next_index: u64,
}
fields_in_order!(PublicDataTreeLeafPreimage {
    slot,
    value,
    next_slot,
    next_index
});
bytes_as_fields!([] PublicDataTreeLeafPreimage, 4);

impl PublicDataTreeLeafPreimage {
    /// The leaf.
    #[must_use]
    pub fn hash(&self) -> Fr {
        poseidon2_hash(&self.to_fields())
    }
}

/// What the leaves of an indexed tree are ordered by.
trait Leaf {
    type Key: Serialize + for<'de> Deserialize<'de>;
}

impl Leaf for NullifierLeaf {
    type Key = SiloedNullifier;
}

impl Leaf for PublicDataLeaf {
    type Key = PublicDataTreeLeafSlot;
}

/// The JSON form of a leaf of an indexed tree.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Indexed<L: Leaf> {
    leaf: L,
    next_key: L::Key,
    #[serde(with = "crate::json::bigint")]
    next_index: u64,
}

#[derive(Serialize, Deserialize)]
struct NullifierLeaf {
    nullifier: SiloedNullifier,
}

#[derive(Serialize, Deserialize)]
struct PublicDataLeaf {
    slot: PublicDataTreeLeafSlot,
    value: Fr,
}

impl From<Indexed<NullifierLeaf>> for NullifierLeafPreimage {
    fn from(indexed: Indexed<NullifierLeaf>) -> Self {
        Self {
            nullifier: indexed.leaf.nullifier,
            next_nullifier: indexed.next_key,
            next_index: indexed.next_index,
        }
    }
}

impl From<NullifierLeafPreimage> for Indexed<NullifierLeaf> {
    fn from(preimage: NullifierLeafPreimage) -> Self {
        Self {
            leaf: NullifierLeaf {
                nullifier: preimage.nullifier,
            },
            next_key: preimage.next_nullifier,
            next_index: preimage.next_index,
        }
    }
}

impl From<Indexed<PublicDataLeaf>> for PublicDataTreeLeafPreimage {
    fn from(indexed: Indexed<PublicDataLeaf>) -> Self {
        Self {
            slot: indexed.leaf.slot,
            value: indexed.leaf.value,
            next_slot: indexed.next_key,
            next_index: indexed.next_index,
        }
    }
}

impl From<PublicDataTreeLeafPreimage> for Indexed<PublicDataLeaf> {
    fn from(preimage: PublicDataTreeLeafPreimage) -> Self {
        Self {
            leaf: PublicDataLeaf {
                slot: preimage.slot,
                value: preimage.value,
            },
            next_key: preimage.next_slot,
            next_index: preimage.next_index,
        }
    }
}
