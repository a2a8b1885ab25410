//! The files of the reference's packages that resources come from. Paths are relative to the
//! folder `@aztec` of `node_modules`.

use super::{PackError, ProtocolCircuit};
use crate::decode::{self, DecodeLimits};
use pixie_primitives::Fr;
use pixie_primitives::constants::VK_TREE_HEIGHT;
use pixie_primitives::kernel::VerificationKey;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The folder of the protocol circuits.
pub const CIRCUITS: &str = "noir-protocol-circuits-types/artifacts";

/// The file with the tree of verification keys.
pub const KEY_TREE: &str = "noir-protocol-circuits-types/src/vk_tree.ts";

/// The contracts that are resources: their names and files.
pub const CONTRACTS: [(&str, &str); 13] = [
    (
        "AuthRegistry",
        "protocol-contracts/artifacts/AuthRegistry.json",
    ),
    (
        "ContractClassRegistry",
        "protocol-contracts/artifacts/ContractClassRegistry.json",
    ),
    (
        "ContractInstanceRegistry",
        "protocol-contracts/artifacts/ContractInstanceRegistry.json",
    ),
    ("EcdsaKAccount", "accounts/artifacts/EcdsaKAccount.json"),
    ("EcdsaRAccount", "accounts/artifacts/EcdsaRAccount.json"),
    ("FeeJuice", "protocol-contracts/artifacts/FeeJuice.json"),
    (
        "MultiCallEntrypoint",
        "protocol-contracts/artifacts/MultiCallEntrypoint.json",
    ),
    (
        "PublicChecks",
        "protocol-contracts/artifacts/PublicChecks.json",
    ),
    ("SchnorrAccount", "accounts/artifacts/SchnorrAccount.json"),
    (
        "SchnorrSingleKeyAccount",
        "accounts/artifacts/SchnorrSingleKeyAccount.json",
    ),
    (
        "SimulatedAccount",
        "accounts/artifacts/SimulatedAccount.json",
    ),
    (
        "SponsoredFPC",
        "noir-contracts.js/artifacts/sponsored_fpc_contract-SponsoredFPC.json",
    ),
    (
        "Token",
        "noir-contracts.js/artifacts/token_contract-Token.json",
    ),
];

/// Whether a protocol circuit is one that clients run; the others belong to provers of blocks.
#[must_use]
pub fn is_client_circuit(name: &str) -> bool {
    name.starts_with("private_kernel_") || name.starts_with("hiding_kernel_")
}

#[derive(Deserialize)]
struct RawCircuit<'a> {
    bytecode: &'a str,
    #[serde(borrow)]
    abi: RawAbi<'a>,
    #[serde(rename = "verificationKey", borrow)]
    verification_key: Option<RawKey<'a>>,
}

#[derive(Deserialize)]
struct RawAbi<'a> {
    #[serde(borrow)]
    error_types: &'a RawValue,
}

#[derive(Deserialize)]
struct RawKey<'a> {
    bytes: &'a str,
    hash: &'a str,
}

/// Reads the artifact of a protocol circuit (JSON).
///
/// # Errors
/// If it is malformed, or its verification key has another hash than it states.
pub fn circuit(artifact: &[u8]) -> Result<ProtocolCircuit, PackError> {
    let raw: RawCircuit<'_> = serde_json::from_slice(artifact)?;
    let compressed = decode::base64_bytes(raw.bytecode)?;
    let limit = DecodeLimits::default().decompressed_bytes;
    let verification_key = match raw.verification_key {
        Some(key) => {
            let bytes = crate::hex::decode(key.bytes).ok_or(PackError::Hex {
                member: "verificationKey.bytes",
            })?;
            let hash = Fr::from_hex(key.hash).map_err(|_| PackError::Hex {
                member: "verificationKey.hash",
            })?;
            if VerificationKey::from_element_bytes(&bytes)?.hash != hash {
                return Err(PackError::VerificationKeyHash);
            }
            bytes
        }
        None => Vec::new(),
    };
    Ok(ProtocolCircuit {
        bytecode: decode::decompress(&compressed, limit)?,
        error_types: raw.abi.error_types.get().to_owned(),
        verification_key,
    })
}

/// Reads the leaves of the tree of verification keys from [`KEY_TREE`], which lists all nodes, the
/// leaves first. Zeros at the end are left out.
///
/// # Errors
/// [`PackError::KeyTree`] and [`PackError::Hex`].
pub fn verification_key_tree(source: &str) -> Result<Vec<Fr>, PackError> {
    let nodes: Vec<&str> = source
        .split('\'')
        .filter(|part| part.len() == 64 && part.bytes().all(|digit| digit.is_ascii_hexdigit()))
        .collect();
    let expected = (2 << VK_TREE_HEIGHT) - 1;
    if nodes.len() != expected {
        return Err(PackError::KeyTree {
            found: nodes.len(),
            expected,
        });
    }
    let mut leaves = nodes
        .iter()
        .take(1 << VK_TREE_HEIGHT)
        .map(|node| {
            Fr::from_hex(&format!("0x{node}")).map_err(|_| PackError::Hex {
                member: "a verification key's hash",
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    while leaves.last().is_some_and(Fr::is_zero) {
        leaves.pop();
    }
    Ok(leaves)
}
