//! What the node's methods take and return, as far as it is no protocol structure.

mod chain;
mod checkpoint;
mod info;
mod logs;
mod setup;
mod witness;

pub use chain::{
    BlockId, CheckpointId, L2Tips, LeafLocation, MerkleTreeId, Tip, WorldStateSyncStatus,
};
pub use checkpoint::{
    Checkpoint, CheckpointHeader, CheckpointedBlock, CommitteeAttestation, L1PublishedData,
    PublishedCheckpoint,
};
pub use info::{L1ContractAddresses, NodeInfo, ProtocolContractAddresses};
pub use logs::{
    ContractClassLogsPage, IdentifiedLog, LOGS_PER_TAG, LogFilter, LogsPage, PublicLogsPage,
    TxScopedLog,
};
pub use setup::{AllowedContract, AllowedSetupFunction, TxValidationOptions};
pub(crate) use witness::IndexAndPath;
pub use witness::{ArchiveWitness, L1ToL2MessageWitness, NoteHashWitness};
