use serde::{Deserialize, Serialize};

use super::{NullifierLeafPreimage, PublicDataTreeLeafPreimage, SiblingPath};
use crate::codec::{ByteReader, DecodeError, FromBytes, ToBytes};
use crate::constants::{NULLIFIER_TREE_HEIGHT, PUBLIC_DATA_TREE_HEIGHT};
use crate::field::Fr;
use crate::fields_in_order;

macro_rules! leaf_witness {
    ($(#[$doc:meta])* $name:ident, $leaf:ident, $height:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// The index of the leaf.
            #[serde(with = "crate::json::bigint")]
            pub index: u64,
            /// The leaf.
            pub leaf_preimage: $leaf,
            /// The siblings from the leaf up.
            pub sibling_path: SiblingPath<$height>,
        }
        // The order in which contracts take the members from an oracle.
        fields_in_order!($name { index, leaf_preimage, sibling_path });

        impl $name {
            /// The root of the tree that has this leaf at this place.
            #[must_use]
            pub fn root(&self) -> Fr {
                self.sibling_path.at(self.index).root(self.leaf_preimage.hash())
            }

            /// Whether the leaf is at this place in the tree with this root. An index beyond the tree
            /// is refused.
            #[must_use]
            pub fn proves(&self, root: Fr) -> bool {
                self.sibling_path.at(self.index).proves(self.leaf_preimage.hash(), root)
            }
        }
    };
}

leaf_witness!(
    /// A leaf of the nullifier tree with its place (Aztec 4.1.2, stdlib
    /// `NullifierMembershipWitness`): proves that a nullifier is in the tree, or, as the leaf before
    /// it, that it is not.
    NullifierMembershipWitness,
    NullifierLeafPreimage,
    NULLIFIER_TREE_HEIGHT
);
leaf_witness!(
    /// A leaf of the public data tree with its place (Aztec 4.1.2, stdlib `PublicDataWitness`): proves
    /// the value of a slot, or, as the leaf before it, that the slot was never written.
    PublicDataWitness,
    PublicDataTreeLeafPreimage,
    PUBLIC_DATA_TREE_HEIGHT
);

/// The binary form; the index takes 32 bytes.
impl ToBytes for PublicDataWitness {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        Fr::from(self.index).write_bytes(out);
        self.leaf_preimage.write_bytes(out);
        self.sibling_path.write_bytes(out);
    }
}

impl FromBytes for PublicDataWitness {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            index: reader.read::<Fr>()?.to_u64()?,
            leaf_preimage: reader.read()?,
            sibling_path: reader.read()?,
        })
    }
}
