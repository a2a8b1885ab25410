//! Blocks: their numbers and hashes, headers, and references to the state that they leave.

mod header;
mod numbers;
mod state;

pub use header::{BlockHeader, GlobalVariables};
pub use numbers::{
    BlockNumber, BlockParameter, CheckpointNumber, EpochNumber, InBlock, SlotNumber,
};
pub use state::{AppendOnlyTreeSnapshot, PartialStateReference, StateReference};

crate::field_newtype!(
    /// The hash of a block header.
    BlockHash
);
