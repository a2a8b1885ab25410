use async_trait::async_trait;
use pixie_primitives::block::{
    BlockHash, BlockHeader, BlockNumber, BlockParameter, CheckpointNumber,
};
use pixie_primitives::contract::{ContractClassPublic, ContractInstanceWithAddress};
use pixie_primitives::effect::{IndexedTxEffect, L2Block};
use pixie_primitives::gas::GasFees;
use pixie_primitives::receipt::TxReceipt;
use pixie_primitives::simulation::{PublicSimulationOutput, TxValidationResult};
use pixie_primitives::tagging::{SiloedTag, Tag};
use pixie_primitives::trees::{NullifierMembershipWitness, PublicDataWitness};
use pixie_primitives::tx::{Tx, TxHash};
use pixie_primitives::{AztecAddress, ContractClassId, Fr};

use crate::error::NodeError;
use crate::types::{
    AllowedSetupFunction, ArchiveWitness, CheckpointedBlock, ContractClassLogsPage,
    L1ContractAddresses, L1ToL2MessageWitness, L2Tips, LeafLocation, LogFilter, MerkleTreeId,
    NodeInfo, NoteHashWitness, ProtocolContractAddresses, PublicLogsPage, PublishedCheckpoint,
    TxScopedLog, TxValidationOptions, WorldStateSyncStatus,
};

/// The methods of an Aztec node that a wallet needs (Aztec 4.1.2, stdlib `AztecNode`).
///
/// `at` names the block whose state is asked for. `None` in a result means that the node does not
/// know the thing. Futures are lazy, and dropping one cancels the call.
#[async_trait(?Send)]
pub trait AztecNode {
    /// Whether the node accepts transactions.
    async fn is_ready(&self) -> Result<bool, NodeError>;

    /// The node's release, chain and contracts.
    async fn node_info(&self) -> Result<NodeInfo, NodeError>;

    /// The node's release.
    async fn node_version(&self) -> Result<String, NodeError>;

    /// The version of the rollup.
    async fn rollup_version(&self) -> Result<u64, NodeError>;

    /// The chain id of L1.
    async fn l1_chain_id(&self) -> Result<u64, NodeError>;

    /// The contracts on L1.
    async fn l1_contract_addresses(&self) -> Result<L1ContractAddresses, NodeError>;

    /// The protocol's own contracts.
    async fn protocol_contract_addresses(&self) -> Result<ProtocolContractAddresses, NodeError>;

    /// The node's record for peer discovery.
    async fn encoded_enr(&self) -> Result<Option<String>, NodeError>;

    /// How far the node's state has come.
    async fn world_state_sync_status(&self) -> Result<WorldStateSyncStatus, NodeError>;

    /// How far the chain has come, by certainty.
    async fn l2_tips(&self) -> Result<L2Tips, NodeError>;

    /// The number of the last block.
    async fn block_number(&self) -> Result<BlockNumber, NodeError>;

    /// The number of the last proven block.
    async fn proven_block_number(&self) -> Result<BlockNumber, NodeError>;

    /// The number of the last block in a checkpoint.
    async fn checkpointed_block_number(&self) -> Result<BlockNumber, NodeError>;

    /// The number of the last checkpoint.
    async fn checkpoint_number(&self) -> Result<CheckpointNumber, NodeError>;

    /// The lowest gas prices that the next block accepts.
    async fn current_min_fees(&self) -> Result<GasFees, NodeError>;

    /// The highest priority fees offered in the mempool.
    async fn max_priority_fees(&self) -> Result<GasFees, NodeError>;

    /// A block.
    async fn block(&self, at: BlockParameter) -> Result<Option<L2Block>, NodeError>;

    /// The header of a block.
    async fn block_header(&self, at: BlockParameter) -> Result<Option<BlockHeader>, NodeError>;

    /// Up to `limit` blocks (50 at most) from `from` on, as far as there are.
    async fn blocks(&self, from: BlockNumber, limit: u32) -> Result<Vec<L2Block>, NodeError>;

    /// Up to `limit` checkpoints (50 at most) from `from` on, as far as there are.
    async fn checkpoints(
        &self,
        from: CheckpointNumber,
        limit: u32,
    ) -> Result<Vec<PublishedCheckpoint>, NodeError>;

    /// Up to `limit` blocks (50 at most) from `from` on, as far as they are in checkpoints.
    async fn checkpointed_blocks(
        &self,
        from: BlockNumber,
        limit: u32,
    ) -> Result<Vec<CheckpointedBlock>, NodeError>;

    /// Where the leaves are, in the order asked for.
    async fn find_leaves_indexes(
        &self,
        at: BlockParameter,
        tree: MerkleTreeId,
        leaves: &[Fr],
    ) -> Result<Vec<Option<LeafLocation>>, NodeError>;

    /// The leaf of a nullifier, and where it is.
    async fn nullifier_witness(
        &self,
        at: BlockParameter,
        nullifier: Fr,
    ) -> Result<Option<NullifierMembershipWitness>, NodeError>;

    /// The leaf of the greatest nullifier below this one, and where it is: a proof that this one is
    /// not in the tree.
    async fn low_nullifier_witness(
        &self,
        at: BlockParameter,
        nullifier: Fr,
    ) -> Result<Option<NullifierMembershipWitness>, NodeError>;

    /// The leaf of a public data slot, or of the greatest one below it, and where it is.
    async fn public_data_witness(
        &self,
        at: BlockParameter,
        leaf_slot: Fr,
    ) -> Result<Option<PublicDataWitness>, NodeError>;

    /// Where a block hash is in the archive that the block `at` begins with.
    async fn block_hash_witness(
        &self,
        at: BlockParameter,
        hash: BlockHash,
    ) -> Result<Option<ArchiveWitness>, NodeError>;

    /// Where a unique note hash is in its tree.
    async fn note_hash_witness(
        &self,
        at: BlockParameter,
        note_hash: Fr,
    ) -> Result<Option<NoteHashWitness>, NodeError>;

    /// Where a message from L1 is in its tree.
    async fn l1_to_l2_message_witness(
        &self,
        at: BlockParameter,
        message_hash: Fr,
    ) -> Result<Option<L1ToL2MessageWitness>, NodeError>;

    /// The checkpoint in which a message from L1 becomes available.
    async fn l1_to_l2_message_checkpoint(
        &self,
        message_hash: Fr,
    ) -> Result<Option<CheckpointNumber>, NodeError>;

    /// The value in a contract's storage slot; zero if nothing was written.
    async fn public_storage_at(
        &self,
        at: BlockParameter,
        contract: AztecAddress,
        slot: Fr,
    ) -> Result<Fr, NodeError>;

    /// A contract that was published, by its address.
    async fn contract(
        &self,
        address: AztecAddress,
    ) -> Result<Option<ContractInstanceWithAddress>, NodeError>;

    /// A contract class that was published, by its id. The caller has to check that it hashes to the
    /// id.
    async fn contract_class(
        &self,
        id: ContractClassId,
    ) -> Result<Option<ContractClassPublic>, NodeError>;

    /// The public functions that a transaction may call in its setup phase.
    async fn allowed_public_setup(&self) -> Result<Vec<AllowedSetupFunction>, NodeError>;

    /// Public logs that match a filter.
    async fn public_logs(&self, filter: &LogFilter) -> Result<PublicLogsPage, NodeError>;

    /// Contract class logs that match a filter.
    async fn contract_class_logs(
        &self,
        filter: &LogFilter,
    ) -> Result<ContractClassLogsPage, NodeError>;

    /// The private logs with each of these tags, in the order of the tags: page `page` (from 0) of
    /// [`LOGS_PER_TAG`](crate::types::LOGS_PER_TAG) logs each. Fails if the node has not the block
    /// `anchor` (any more).
    async fn private_logs_by_tags(
        &self,
        tags: &[SiloedTag],
        page: u32,
        anchor: Option<BlockHash>,
    ) -> Result<Vec<Vec<TxScopedLog>>, NodeError>;

    /// The public logs of a contract with each of these tags, in the order of the tags: page `page`
    /// (from 0) of [`LOGS_PER_TAG`](crate::types::LOGS_PER_TAG) logs each. Fails if the node has not
    /// the block `anchor` (any more).
    async fn public_logs_by_tags(
        &self,
        contract: AztecAddress,
        tags: &[Tag],
        page: u32,
        anchor: Option<BlockHash>,
    ) -> Result<Vec<Vec<TxScopedLog>>, NodeError>;

    /// Sends a transaction to the network. Never repeated by itself: after a failure of which
    /// [`NodeError::may_have_been_processed`] is true, ask for the receipt first.
    async fn send_tx(&self, tx: &Tx) -> Result<(), NodeError>;

    /// Executes the public part of a transaction on the current state, without changing it.
    async fn simulate_public_calls(
        &self,
        tx: &Tx,
        skip_fee_enforcement: bool,
    ) -> Result<PublicSimulationOutput, NodeError>;

    /// Whether a transaction may enter a block in the current state.
    async fn is_valid_tx(
        &self,
        tx: &Tx,
        options: TxValidationOptions,
    ) -> Result<TxValidationResult, NodeError>;

    /// A transaction that waits for a block.
    async fn tx_by_hash(&self, tx: TxHash) -> Result<Option<Tx>, NodeError>;

    /// Up to `limit` transactions (50 at most) that wait for a block, after the one given.
    async fn pending_txs(&self, limit: u32, after: Option<TxHash>) -> Result<Vec<Tx>, NodeError>;

    /// What the node knows of a transaction.
    async fn tx_receipt(&self, tx: TxHash) -> Result<TxReceipt, NodeError>;

    /// What a transaction did, if it is in a block.
    async fn tx_effect(&self, tx: TxHash) -> Result<Option<IndexedTxEffect>, NodeError>;

    /// The number of transactions that wait for a block.
    async fn pending_tx_count(&self) -> Result<u64, NodeError>;

    /// Tells the node signatures of functions, for its logs.
    async fn register_contract_function_signatures(
        &self,
        signatures: &[String],
    ) -> Result<(), NodeError>;
}
