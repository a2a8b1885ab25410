use pixie_primitives::{AztecAddress, EthAddress};
use serde::{Deserialize, Serialize};

/// What a node says about itself and its chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeInfo {
    /// The release of Aztec that the node runs, such as `4.1.2`.
    pub node_version: String,
    /// The chain id of L1.
    pub l1_chain_id: u64,
    /// The version of the rollup.
    pub rollup_version: u64,
    /// The node's record for peer discovery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enr: Option<String>,
    /// The contracts on L1.
    pub l1_contract_addresses: L1ContractAddresses,
    /// The protocol's own contracts.
    pub protocol_contract_addresses: ProtocolContractAddresses,
    /// Whether the network verifies proofs; otherwise it accepts fake ones.
    pub real_proofs: bool,
}

/// The contracts of the rollup on L1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct L1ContractAddresses {
    /// The rollup.
    pub rollup_address: EthAddress,
    /// The registry of rollups.
    pub registry_address: EthAddress,
    /// Messages from L1 to L2.
    pub inbox_address: EthAddress,
    /// Messages from L2 to L1.
    pub outbox_address: EthAddress,
    /// The token that becomes Fee Juice.
    pub fee_juice_address: EthAddress,
    /// The portal that bridges it.
    pub fee_juice_portal_address: EthAddress,
    /// The issuer of the token.
    pub coin_issuer_address: EthAddress,
    /// The distributor of rewards.
    pub reward_distributor_address: EthAddress,
    /// Where governance proposals are made.
    pub governance_proposer_address: EthAddress,
    /// Governance.
    pub governance_address: EthAddress,
    /// The token that is staked.
    pub staking_asset_address: EthAddress,
    /// The slashing factory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slash_factory_address: Option<EthAddress>,
    /// The faucet of the fee token, on test networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_asset_handler_address: Option<EthAddress>,
    /// The faucet of the staked token, on test networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staking_asset_handler_address: Option<EthAddress>,
    /// The verifier of ZKPassport proofs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zk_passport_verifier_address: Option<EthAddress>,
    /// The governance staking escrow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gse_address: Option<EthAddress>,
    /// The relayer that acts after a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_gated_relayer_address: Option<EthAddress>,
}

/// The addresses of the protocol's own contracts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProtocolContractAddresses {
    /// The registry of contract classes.
    pub class_registry: AztecAddress,
    /// The Fee Juice contract.
    pub fee_juice: AztecAddress,
    /// The registry of contract instances.
    pub instance_registry: AztecAddress,
    /// The entrypoint for several calls without an account.
    pub multi_call_entrypoint: AztecAddress,
}
