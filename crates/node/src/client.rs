use async_trait::async_trait;
use futures_util::future::try_join_all;
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
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::NodeError;
use crate::node::AztecNode;
use crate::rpc::{Method, RpcClient};
use crate::types::IndexAndPath;
use crate::types::{
    AllowedSetupFunction, ArchiveWitness, CheckpointedBlock, ContractClassLogsPage,
    L1ContractAddresses, L1ToL2MessageWitness, L2Tips, LeafLocation, LogFilter, MerkleTreeId,
    NodeInfo, NoteHashWitness, ProtocolContractAddresses, PublicLogsPage, PublishedCheckpoint,
    TxScopedLog, TxValidationOptions, WorldStateSyncStatus,
};

/// A list in a call may have this many entries (Aztec 4.1.2, stdlib `MAX_RPC_LEN`).
const MAX_LIST: usize = 100;
/// A call may register this many signatures
/// (Aztec 4.1.2, stdlib `MAX_SIGNATURES_PER_REGISTER_CALL`).
const MAX_SIGNATURES: usize = 100;

/// An Aztec node behind JSON-RPC.
#[derive(Debug)]
pub struct RpcNode {
    rpc: RpcClient,
}

impl RpcNode {
    /// The node that `rpc` talks to.
    #[must_use]
    pub const fn new(rpc: RpcClient) -> Self {
        Self { rpc }
    }

    /// The node at `url`, with the platform's transport and timers and the default limits.
    #[cfg(any(
        not(target_family = "wasm"),
        all(target_arch = "wasm32", target_os = "unknown")
    ))]
    pub fn connect(url: &str, options: crate::RpcOptions) -> Result<Self, crate::TransportError> {
        let transport = crate::transport::DefaultTransport::new(url)?;
        Ok(Self::new(RpcClient::new(
            transport,
            crate::clock::SystemClock,
            options,
        )))
    }

    /// The client beneath.
    #[must_use]
    pub const fn rpc(&self) -> &RpcClient {
        &self.rpc
    }

    async fn read<R: DeserializeOwned>(
        &self,
        name: &'static str,
        params: impl Serialize,
    ) -> Result<R, NodeError> {
        self.rpc.call(Method::read(name), params).await
    }

    /// Asks for a list in pieces that the node accepts, and checks that each item has its answer.
    async fn read_list<'a, T, P, R>(
        &self,
        name: &'static str,
        items: &'a [T],
        params: impl Fn(&'a [T]) -> P,
    ) -> Result<Vec<R>, NodeError>
    where
        P: Serialize,
        R: DeserializeOwned,
    {
        let pieces = items.chunks(MAX_LIST).map(|piece| {
            let params = params(piece);
            async move {
                let answers: Vec<R> = self.read(name, params).await?;
                if answers.len() == piece.len() {
                    Ok(answers)
                } else {
                    Err(NodeError::WrongCount {
                        method: name,
                        expected: piece.len(),
                        actual: answers.len(),
                    })
                }
            }
        });
        Ok(try_join_all(pieces).await?.into_iter().flatten().collect())
    }
}

#[async_trait(?Send)]
impl AztecNode for RpcNode {
    async fn is_ready(&self) -> Result<bool, NodeError> {
        self.read("node_isReady", ()).await
    }

    async fn node_info(&self) -> Result<NodeInfo, NodeError> {
        self.read("node_getNodeInfo", ()).await
    }

    async fn node_version(&self) -> Result<String, NodeError> {
        self.read("node_getNodeVersion", ()).await
    }

    async fn rollup_version(&self) -> Result<u64, NodeError> {
        self.read("node_getVersion", ()).await
    }

    async fn l1_chain_id(&self) -> Result<u64, NodeError> {
        self.read("node_getChainId", ()).await
    }

    async fn l1_contract_addresses(&self) -> Result<L1ContractAddresses, NodeError> {
        self.read("node_getL1ContractAddresses", ()).await
    }

    async fn protocol_contract_addresses(&self) -> Result<ProtocolContractAddresses, NodeError> {
        self.read("node_getProtocolContractAddresses", ()).await
    }

    async fn encoded_enr(&self) -> Result<Option<String>, NodeError> {
        self.read("node_getEncodedEnr", ()).await
    }

    async fn world_state_sync_status(&self) -> Result<WorldStateSyncStatus, NodeError> {
        self.read("node_getWorldStateSyncStatus", ()).await
    }

    async fn l2_tips(&self) -> Result<L2Tips, NodeError> {
        self.read("node_getL2Tips", ()).await
    }

    async fn block_number(&self) -> Result<BlockNumber, NodeError> {
        self.read("node_getBlockNumber", ()).await
    }

    async fn proven_block_number(&self) -> Result<BlockNumber, NodeError> {
        self.read("node_getProvenBlockNumber", ()).await
    }

    async fn checkpointed_block_number(&self) -> Result<BlockNumber, NodeError> {
        self.read("node_getCheckpointedBlockNumber", ()).await
    }

    async fn checkpoint_number(&self) -> Result<CheckpointNumber, NodeError> {
        self.read("node_getCheckpointNumber", ()).await
    }

    async fn current_min_fees(&self) -> Result<GasFees, NodeError> {
        self.read("node_getCurrentMinFees", ()).await
    }

    async fn max_priority_fees(&self) -> Result<GasFees, NodeError> {
        self.read("node_getMaxPriorityFees", ()).await
    }

    async fn block(&self, at: BlockParameter) -> Result<Option<L2Block>, NodeError> {
        self.read("node_getBlock", (at,)).await
    }

    async fn block_header(&self, at: BlockParameter) -> Result<Option<BlockHeader>, NodeError> {
        self.read("node_getBlockHeader", (at,)).await
    }

    async fn blocks(&self, from: BlockNumber, limit: u32) -> Result<Vec<L2Block>, NodeError> {
        self.read("node_getBlocks", (from, limit)).await
    }

    async fn checkpoints(
        &self,
        from: CheckpointNumber,
        limit: u32,
    ) -> Result<Vec<PublishedCheckpoint>, NodeError> {
        self.read("node_getCheckpoints", (from, limit)).await
    }

    async fn checkpointed_blocks(
        &self,
        from: BlockNumber,
        limit: u32,
    ) -> Result<Vec<CheckpointedBlock>, NodeError> {
        self.read("node_getCheckpointedBlocks", (from, limit)).await
    }

    async fn find_leaves_indexes(
        &self,
        at: BlockParameter,
        tree: MerkleTreeId,
        leaves: &[Fr],
    ) -> Result<Vec<Option<LeafLocation>>, NodeError> {
        self.read_list("node_findLeavesIndexes", leaves, |piece| (at, tree, piece))
            .await
    }

    async fn nullifier_witness(
        &self,
        at: BlockParameter,
        nullifier: Fr,
    ) -> Result<Option<NullifierMembershipWitness>, NodeError> {
        self.read("node_getNullifierMembershipWitness", (at, nullifier))
            .await
    }

    async fn low_nullifier_witness(
        &self,
        at: BlockParameter,
        nullifier: Fr,
    ) -> Result<Option<NullifierMembershipWitness>, NodeError> {
        self.read("node_getLowNullifierMembershipWitness", (at, nullifier))
            .await
    }

    async fn public_data_witness(
        &self,
        at: BlockParameter,
        leaf_slot: Fr,
    ) -> Result<Option<PublicDataWitness>, NodeError> {
        self.read("node_getPublicDataWitness", (at, leaf_slot))
            .await
    }

    async fn block_hash_witness(
        &self,
        at: BlockParameter,
        hash: BlockHash,
    ) -> Result<Option<ArchiveWitness>, NodeError> {
        self.read("node_getBlockHashMembershipWitness", (at, hash))
            .await
    }

    async fn note_hash_witness(
        &self,
        at: BlockParameter,
        note_hash: Fr,
    ) -> Result<Option<NoteHashWitness>, NodeError> {
        self.read("node_getNoteHashMembershipWitness", (at, note_hash))
            .await
    }

    async fn l1_to_l2_message_witness(
        &self,
        at: BlockParameter,
        message_hash: Fr,
    ) -> Result<Option<L1ToL2MessageWitness>, NodeError> {
        let found: Option<IndexAndPath> = self
            .read("node_getL1ToL2MessageMembershipWitness", (at, message_hash))
            .await?;
        Ok(found.map(Into::into))
    }

    async fn l1_to_l2_message_checkpoint(
        &self,
        message_hash: Fr,
    ) -> Result<Option<CheckpointNumber>, NodeError> {
        self.read("node_getL1ToL2MessageCheckpoint", (message_hash,))
            .await
    }

    async fn public_storage_at(
        &self,
        at: BlockParameter,
        contract: AztecAddress,
        slot: Fr,
    ) -> Result<Fr, NodeError> {
        self.read("node_getPublicStorageAt", (at, contract, slot))
            .await
    }

    async fn contract(
        &self,
        address: AztecAddress,
    ) -> Result<Option<ContractInstanceWithAddress>, NodeError> {
        self.read("node_getContract", (address,)).await
    }

    async fn contract_class(
        &self,
        id: ContractClassId,
    ) -> Result<Option<ContractClassPublic>, NodeError> {
        self.read("node_getContractClass", (id,)).await
    }

    async fn allowed_public_setup(&self) -> Result<Vec<AllowedSetupFunction>, NodeError> {
        self.read("node_getAllowedPublicSetup", ()).await
    }

    async fn public_logs(&self, filter: &LogFilter) -> Result<PublicLogsPage, NodeError> {
        self.read("node_getPublicLogs", (filter,)).await
    }

    async fn contract_class_logs(
        &self,
        filter: &LogFilter,
    ) -> Result<ContractClassLogsPage, NodeError> {
        self.read("node_getContractClassLogs", (filter,)).await
    }

    async fn private_logs_by_tags(
        &self,
        tags: &[SiloedTag],
        page: u32,
        anchor: Option<BlockHash>,
    ) -> Result<Vec<Vec<TxScopedLog>>, NodeError> {
        self.read_list("node_getPrivateLogsByTags", tags, |piece| {
            (piece, page, anchor)
        })
        .await
    }

    async fn public_logs_by_tags(
        &self,
        contract: AztecAddress,
        tags: &[Tag],
        page: u32,
        anchor: Option<BlockHash>,
    ) -> Result<Vec<Vec<TxScopedLog>>, NodeError> {
        self.read_list("node_getPublicLogsByTagsFromContract", tags, |piece| {
            (contract, piece, page, anchor)
        })
        .await
    }

    async fn send_tx(&self, tx: &Tx) -> Result<(), NodeError> {
        let _: IgnoredAny = self.rpc.call(Method::write("node_sendTx"), (tx,)).await?;
        Ok(())
    }

    async fn simulate_public_calls(
        &self,
        tx: &Tx,
        skip_fee_enforcement: bool,
    ) -> Result<PublicSimulationOutput, NodeError> {
        let method = Method::heavy("node_simulatePublicCalls");
        self.rpc.call(method, (tx, skip_fee_enforcement)).await
    }

    async fn is_valid_tx(
        &self,
        tx: &Tx,
        options: TxValidationOptions,
    ) -> Result<TxValidationResult, NodeError> {
        let method = Method::heavy("node_isValidTx");
        self.rpc.call(method, (tx, options)).await
    }

    async fn tx_by_hash(&self, tx: TxHash) -> Result<Option<Tx>, NodeError> {
        self.read("node_getTxByHash", (tx,)).await
    }

    async fn pending_txs(&self, limit: u32, after: Option<TxHash>) -> Result<Vec<Tx>, NodeError> {
        self.read("node_getPendingTxs", (limit, after)).await
    }

    async fn tx_receipt(&self, tx: TxHash) -> Result<TxReceipt, NodeError> {
        self.read("node_getTxReceipt", (tx,)).await
    }

    async fn tx_effect(&self, tx: TxHash) -> Result<Option<IndexedTxEffect>, NodeError> {
        self.read("node_getTxEffect", (tx,)).await
    }

    async fn pending_tx_count(&self) -> Result<u64, NodeError> {
        self.read("node_getPendingTxCount", ()).await
    }

    async fn register_contract_function_signatures(
        &self,
        signatures: &[String],
    ) -> Result<(), NodeError> {
        let pieces = signatures
            .chunks(MAX_SIGNATURES)
            .map(|piece| self.read("node_registerContractFunctionSignatures", (piece,)));
        try_join_all(pieces).await.map(|_: Vec<IgnoredAny>| ())
    }
}
