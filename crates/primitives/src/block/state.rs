use serde::{Deserialize, Serialize};

use crate::field::Fr;
use crate::{bytes_in_order, fields_in_order};

/// An append-only tree at some time: its root and where the next leaf goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppendOnlyTreeSnapshot {
    /// The root.
    pub root: Fr,
    /// The index that the next leaf gets.
    #[serde(with = "crate::json::number")]
    pub next_available_leaf_index: u32,
}
bytes_in_order!(AppendOnlyTreeSnapshot {
    root,
    next_available_leaf_index
});
fields_in_order!(AppendOnlyTreeSnapshot {
    root,
    next_available_leaf_index
});

/// The trees that transactions change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartialStateReference {
    /// The note hash tree.
    pub note_hash_tree: AppendOnlyTreeSnapshot,
    /// The nullifier tree.
    pub nullifier_tree: AppendOnlyTreeSnapshot,
    /// The public data tree.
    pub public_data_tree: AppendOnlyTreeSnapshot,
}
bytes_in_order!(PartialStateReference {
    note_hash_tree,
    nullifier_tree,
    public_data_tree
});
fields_in_order!(PartialStateReference {
    note_hash_tree,
    nullifier_tree,
    public_data_tree
});

/// All trees of the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct StateReference {
    /// The tree of messages from layer 1.
    #[serde(rename = "l1ToL2MessageTree")]
    pub l1_to_l2_message_tree: AppendOnlyTreeSnapshot,
    /// The trees that transactions change.
    pub partial: PartialStateReference,
}
bytes_in_order!(StateReference {
    l1_to_l2_message_tree,
    partial
});
fields_in_order!(StateReference {
    l1_to_l2_message_tree,
    partial
});
