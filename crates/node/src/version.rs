//! Whether a node belongs to the chain and speaks the protocol that the wallet is made for.

use pixie_primitives::{EthAddress, Fr};

use crate::transport::HttpResponse;
use crate::types::NodeInfo;

/// The release of Aztec that this wallet is made for.
pub const SUPPORTED_VERSION: ProtocolVersion = ProtocolVersion { major: 4, minor: 1 };

/// A series of releases of Aztec that speak the same protocol: patch releases do not change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProtocolVersion {
    /// First number of the release.
    pub major: u32,
    /// Second number of the release.
    pub minor: u32,
}

impl ProtocolVersion {
    /// Reads the series from a release such as `4.1.2` or `4.1.0-rc.2`; `None` if it is none.
    #[must_use]
    pub fn of_release(release: &str) -> Option<Self> {
        let mut parts = release.trim().splitn(3, '.');
        let mut number = || -> Option<u32> {
            let part = parts.next()?;
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse().ok())?
        };
        let (major, minor) = (number()?, number()?);
        let patch = parts.next()?;
        patch
            .starts_with(|first: char| first.is_ascii_digit())
            .then_some(Self { major, minor })
    }
}

impl std::fmt::Display for ProtocolVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// In what a node differs from what is expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Incompatibility {
    /// The node runs a release of another protocol series.
    #[error("the node runs Aztec {actual}; this wallet speaks Aztec {expected}.x")]
    NodeVersion {
        /// The series expected.
        expected: ProtocolVersion,
        /// What the node says.
        actual: String,
    },
    /// The node follows another L1.
    #[error("the node follows the L1 chain {actual}, not {expected}")]
    L1ChainId {
        /// The chain expected.
        expected: u64,
        /// The node's chain.
        actual: u64,
    },
    /// The node follows another version of the rollup.
    #[error("the node follows the rollup version {actual}, not {expected}")]
    RollupVersion {
        /// The version expected.
        expected: u64,
        /// The node's version.
        actual: u64,
    },
    /// The node follows another rollup contract.
    #[error("the node follows the rollup at {actual}, not {expected}")]
    RollupAddress {
        /// The address expected.
        expected: EthAddress,
        /// The node's address.
        actual: EthAddress,
    },
    /// A response header names another component.
    #[error("the node's header '{header}' says '{actual}', not '{expected}'")]
    Header {
        /// The header.
        header: &'static str,
        /// The value expected.
        expected: String,
        /// The value received.
        actual: String,
    },
}

/// What is expected of a node; what is `None` may be anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExpectedComponents {
    /// The chain id of L1.
    pub l1_chain_id: Option<u64>,
    /// The version of the rollup.
    pub rollup_version: Option<u64>,
    /// The rollup contract on L1.
    pub l1_rollup_address: Option<EthAddress>,
    /// The hash over the protocol contracts.
    pub protocol_contracts_hash: Option<Fr>,
    /// The root of the tree of the circuits' verification keys.
    pub circuits_vk_tree_root: Option<Fr>,
}

impl ExpectedComponents {
    /// Checks the `x-aztec-…` headers of a response, as far as they are there
    /// (Aztec 4.1.2, stdlib `getVersioningResponseHandler`).
    pub fn check_headers(&self, response: &HttpResponse) -> Result<(), Incompatibility> {
        let checks = [
            (
                "x-aztec-l1chainid",
                self.l1_chain_id.map(|id| id.to_string()),
            ),
            (
                "x-aztec-rollupversion",
                self.rollup_version.map(|version| version.to_string()),
            ),
            (
                "x-aztec-l1rollupaddress",
                self.l1_rollup_address.map(|address| address.to_string()),
            ),
            (
                "x-aztec-l2protocolcontractshash",
                self.protocol_contracts_hash.map(|hash| hash.to_string()),
            ),
            (
                "x-aztec-l2circuitsvktreeroot",
                self.circuits_vk_tree_root.map(|root| root.to_string()),
            ),
        ];
        for (header, expected) in checks {
            let (Some(expected), Some(actual)) = (expected, response.header(header)) else {
                continue;
            };
            if !expected.eq_ignore_ascii_case(actual.trim()) {
                return Err(Incompatibility::Header {
                    header,
                    expected,
                    actual: actual.chars().take(100).collect(),
                });
            }
        }
        Ok(())
    }
}

/// Checks what a node says about itself: its release against the protocol `version`, and its chain
/// against `expected` (the two hashes are not part of [`NodeInfo`]; they are checked in headers).
pub fn check_compatibility(
    info: &NodeInfo,
    version: ProtocolVersion,
    expected: &ExpectedComponents,
) -> Result<(), Incompatibility> {
    if ProtocolVersion::of_release(&info.node_version) != Some(version) {
        return Err(Incompatibility::NodeVersion {
            expected: version,
            actual: info.node_version.chars().take(100).collect(),
        });
    }
    if let Some(expected) = expected.l1_chain_id.filter(|id| *id != info.l1_chain_id) {
        return Err(Incompatibility::L1ChainId {
            expected,
            actual: info.l1_chain_id,
        });
    }
    if let Some(expected) = expected
        .rollup_version
        .filter(|version| *version != info.rollup_version)
    {
        return Err(Incompatibility::RollupVersion {
            expected,
            actual: info.rollup_version,
        });
    }
    let actual = info.l1_contract_addresses.rollup_address;
    if let Some(expected) = expected
        .l1_rollup_address
        .filter(|address| *address != actual)
    {
        return Err(Incompatibility::RollupAddress { expected, actual });
    }
    Ok(())
}
