use pixie_primitives::constants::{
    ARCHIVE_HEIGHT, L1_TO_L2_MSG_TREE_HEIGHT, NOTE_HASH_TREE_HEIGHT,
};
use pixie_primitives::trees::{MembershipWitness, SiblingPath};
use serde::Deserialize;

/// Where a block hash is in the archive.
pub type ArchiveWitness = MembershipWitness<ARCHIVE_HEIGHT>;
/// Where a note hash is in its tree.
pub type NoteHashWitness = MembershipWitness<NOTE_HASH_TREE_HEIGHT>;
/// Where a message from L1 is in its tree.
pub type L1ToL2MessageWitness = MembershipWitness<L1_TO_L2_MSG_TREE_HEIGHT>;

/// The node's form of a witness in the tree of messages from L1.
#[derive(Deserialize)]
pub(crate) struct IndexAndPath(
    #[serde(with = "pixie_primitives::json::bigint")] u64,
    SiblingPath<L1_TO_L2_MSG_TREE_HEIGHT>,
);

impl From<IndexAndPath> for L1ToL2MessageWitness {
    fn from(IndexAndPath(leaf_index, path): IndexAndPath) -> Self {
        path.at(leaf_index)
    }
}

#[cfg(test)]
mod tests {
    use pixie_primitives::Fr;

    use super::*;

    #[test]
    fn messages_from_l1() {
        let path = SiblingPath([Fr::from(3u8); L1_TO_L2_MSG_TREE_HEIGHT]);
        let json = serde_json::to_string(&("17", path)).unwrap();
        let witness: L1ToL2MessageWitness =
            serde_json::from_str::<IndexAndPath>(&json).unwrap().into();
        assert_eq!(witness.leaf_index, 17);
        assert_eq!(
            witness.sibling_path,
            [Fr::from(3u8); L1_TO_L2_MSG_TREE_HEIGHT]
        );

        let short = serde_json::to_string(&("17", SiblingPath([Fr::ZERO; 5]))).unwrap();
        assert!(serde_json::from_str::<IndexAndPath>(&short).is_err());
        assert!(serde_json::from_str::<IndexAndPath>("[\"17\",\"not base64\"]").is_err());
    }
}
