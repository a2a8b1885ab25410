//! Which chain a node is of.

use std::fmt;

use pixie_node::types::NodeInfo;
use pixie_node::{ExpectedComponents, Incompatibility, SUPPORTED_VERSION, check_compatibility};
use pixie_primitives::Fr;
use pixie_primitives::auth_witness::ChainInfo;
use pixie_pxe::state::NetworkId;
use serde::{Deserialize, Serialize};

/// A chain, by the numbers that tell chains apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainId {
    /// The id of the L1 chain.
    pub l1_chain_id: u64,
    /// The version of the rollup.
    pub rollup_version: u64,
}

impl ChainId {
    /// The chain of a node.
    #[must_use]
    pub const fn of(info: &NodeInfo) -> Self {
        Self {
            l1_chain_id: info.l1_chain_id,
            rollup_version: info.rollup_version,
        }
    }

    /// The form that signatures are for.
    #[must_use]
    pub fn info(self) -> ChainInfo {
        ChainInfo {
            chain_id: Fr::from(self.l1_chain_id),
            version: Fr::from(self.rollup_version),
        }
    }
}

impl From<ChainId> for NetworkId {
    fn from(chain: ChainId) -> Self {
        Self {
            l1_chain_id: chain.l1_chain_id,
            rollup_version: chain.rollup_version,
        }
    }
}

impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (version, chain) = (self.rollup_version, self.l1_chain_id);
        write!(f, "rollup {version} on L1 chain {chain}")
    }
}

/// What is expected of a network; what is `None` may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpectedChain {
    /// The id of the L1 chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub l1_chain_id: Option<u64>,
    /// The version of the rollup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollup_version: Option<u64>,
}

impl From<ChainId> for ExpectedChain {
    fn from(chain: ChainId) -> Self {
        Self {
            l1_chain_id: Some(chain.l1_chain_id),
            rollup_version: Some(chain.rollup_version),
        }
    }
}

impl ExpectedChain {
    /// Checks what a node says of itself: its release, and its chain.
    ///
    /// # Errors
    /// [`Incompatibility`].
    pub fn check(&self, info: &NodeInfo) -> Result<ChainId, Incompatibility> {
        let expected = ExpectedComponents {
            l1_chain_id: self.l1_chain_id,
            rollup_version: self.rollup_version,
            ..ExpectedComponents::default()
        };
        check_compatibility(info, SUPPORTED_VERSION, &expected)?;
        Ok(ChainId::of(info))
    }
}
