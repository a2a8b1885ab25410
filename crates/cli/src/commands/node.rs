//! `pixie node`: what a node says about itself.

use std::fmt;

use clap::{Args, Subcommand};
use pixie_node::types::{L1ContractAddresses, L2Tips, NodeInfo, ProtocolContractAddresses};
use pixie_node::{
    AztecNode, ExpectedComponents, NodeError, RpcNode, RpcOptions, SUPPORTED_VERSION,
    check_compatibility,
};
use pixie_primitives::block::BlockNumber;
use serde::Serialize;

use super::CliError;
use super::session::Output;

#[derive(Debug, Args)]
pub struct NodeCommand {
    #[command(subcommand)]
    action: NodeAction,
}

#[derive(Debug, Subcommand)]
enum NodeAction {
    /// Prints version, chain, blocks and contracts; fails if the node speaks another version.
    Status(StatusOptions),
}

#[derive(Debug, Args)]
struct StatusOptions {
    /// Address of the node, such as http://localhost:8080.
    #[arg(long = "node", value_name = "URL")]
    url: String,
    /// Fails if the node follows another L1 chain.
    #[arg(long, value_name = "ID")]
    l1_chain_id: Option<u64>,
    /// Fails if the node follows another version of the rollup.
    #[arg(long, value_name = "VERSION")]
    rollup_version: Option<u64>,
}

impl NodeCommand {
    /// Runs the subcommand.
    pub fn run(self, output: Output) -> Result<(), CliError> {
        let NodeAction::Status(options) = self.action;
        super::block_on(status(options, output))
    }
}

async fn status(options: StatusOptions, output: Output) -> Result<(), CliError> {
    let failed = |source: NodeError| CliError::Node {
        url: options.url.clone(),
        source,
    };
    let node = RpcNode::connect(&options.url, RpcOptions::default())
        .map_err(|error| failed(error.into()))?;
    // Another version may answer the second call in a form that cannot be read; then it is the
    // version that has to be reported.
    let info = node.node_info().await.map_err(failed)?;
    let expected = ExpectedComponents {
        l1_chain_id: options.l1_chain_id,
        rollup_version: options.rollup_version,
        ..ExpectedComponents::default()
    };
    check_compatibility(&info, SUPPORTED_VERSION, &expected)
        .map_err(|error| failed(error.into()))?;
    let tips = node.l2_tips().await.map_err(failed)?;

    let status = NodeStatus::new(&options.url, info, &tips);
    output.show(&status)
}

/// What is printed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeStatus {
    url: String,
    node_version: String,
    l1_chain_id: u64,
    rollup_version: u64,
    real_proofs: bool,
    block_number: BlockNumber,
    checkpointed_block_number: BlockNumber,
    proven_block_number: BlockNumber,
    finalized_block_number: BlockNumber,
    protocol_contract_addresses: ProtocolContractAddresses,
    l1_contract_addresses: L1ContractAddresses,
}

impl NodeStatus {
    fn new(url: &str, info: NodeInfo, tips: &L2Tips) -> Self {
        Self {
            url: url.to_owned(),
            node_version: info.node_version,
            l1_chain_id: info.l1_chain_id,
            rollup_version: info.rollup_version,
            real_proofs: info.real_proofs,
            block_number: tips.proposed.number,
            checkpointed_block_number: tips.checkpointed.block.number,
            proven_block_number: tips.proven.block.number,
            finalized_block_number: tips.finalized.block.number,
            protocol_contract_addresses: info.protocol_contract_addresses,
            l1_contract_addresses: info.l1_contract_addresses,
        }
    }
}

impl fmt::Display for NodeStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |name: &str, value: &dyn fmt::Display| writeln!(f, "{name:<28}{value}");
        line("node", &self.url)?;
        line("version", &self.node_version)?;
        line("L1 chain id", &self.l1_chain_id)?;
        line("rollup version", &self.rollup_version)?;
        line(
            "proofs",
            &if self.real_proofs {
                "real"
            } else {
                "not verified"
            },
        )?;
        line("block", &self.block_number)?;
        line("  checkpointed", &self.checkpointed_block_number)?;
        line("  proven", &self.proven_block_number)?;
        line("  finalized", &self.finalized_block_number)?;

        let protocol = &self.protocol_contract_addresses;
        writeln!(f, "protocol contracts")?;
        let mut line = |name: &str, value: &dyn fmt::Display| writeln!(f, "  {name:<26}{value}");
        line("class registry", &protocol.class_registry)?;
        line("instance registry", &protocol.instance_registry)?;
        line("multi-call entrypoint", &protocol.multi_call_entrypoint)?;
        line("fee juice", &protocol.fee_juice)?;

        let l1 = &self.l1_contract_addresses;
        writeln!(f, "L1 contracts")?;
        let required = [
            ("rollup", l1.rollup_address),
            ("registry", l1.registry_address),
            ("inbox", l1.inbox_address),
            ("outbox", l1.outbox_address),
            ("fee juice", l1.fee_juice_address),
            ("fee juice portal", l1.fee_juice_portal_address),
            ("coin issuer", l1.coin_issuer_address),
            ("reward distributor", l1.reward_distributor_address),
            ("governance proposer", l1.governance_proposer_address),
            ("governance", l1.governance_address),
            ("staking asset", l1.staking_asset_address),
        ]
        .map(|(name, address)| (name, Some(address)));
        let optional = [
            ("slash factory", l1.slash_factory_address),
            ("fee asset handler", l1.fee_asset_handler_address),
            ("staking asset handler", l1.staking_asset_handler_address),
            ("ZKPassport verifier", l1.zk_passport_verifier_address),
            ("governance staking escrow", l1.gse_address),
            ("date-gated relayer", l1.date_gated_relayer_address),
        ];
        let lines: Vec<String> = required
            .into_iter()
            .chain(optional)
            .filter_map(|(name, address)| Some(format!("  {name:<26}{}", address?)))
            .collect();
        f.write_str(&lines.join("\n"))
    }
}
