use serde::{Deserialize, Serialize};

use crate::address::AztecAddress;
use crate::block::BlockHeader;
use crate::codec::ToFields as _;
use crate::constants::{DomainSeparator, MAX_PROTOCOL_CONTRACTS};
use crate::field::Fr;
use crate::gas::GasSettings;
use crate::hash::poseidon2_hash_with_separator;
use crate::selector::FunctionSelector;
use crate::{bytes_in_order, fields_in_order};

/// The chain that a transaction is for, and the gas that it accepts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxContext {
    /// The chain of the layer 1.
    pub chain_id: Fr,
    /// The version of the rollup.
    pub version: Fr,
    /// The limits and prices accepted.
    pub gas_settings: GasSettings,
}
bytes_in_order!(TxContext {
    chain_id,
    version,
    gas_settings
});
fields_in_order!(TxContext {
    chain_id,
    version,
    gas_settings
});

/// Who calls which function of which contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallContext {
    /// Who calls.
    pub msg_sender: AztecAddress,
    /// The contract called.
    pub contract_address: AztecAddress,
    /// The function called.
    pub function_selector: FunctionSelector,
    /// Whether the call must not change state.
    pub is_static_call: bool,
}
bytes_in_order!(CallContext {
    msg_sender,
    contract_address,
    function_selector,
    is_static_call
});
fields_in_order!(CallContext {
    msg_sender,
    contract_address,
    function_selector,
    is_static_call
});

/// A function by its selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionData {
    /// The selector.
    pub selector: FunctionSelector,
    /// Whether the function is private.
    pub is_private: bool,
}
bytes_in_order!(FunctionData {
    selector,
    is_private
});
fields_in_order!(FunctionData {
    selector,
    is_private
});

/// A request for a transaction as the kernel sees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TxRequest {
    /// The account whose entrypoint is called.
    pub origin: AztecAddress,
    /// The hash of the entrypoint's arguments.
    pub args_hash: Fr,
    /// The chain, and the gas that the transaction accepts.
    pub tx_context: TxContext,
    /// The entrypoint.
    pub function_data: FunctionData,
    /// Makes the hash unpredictable.
    pub salt: Fr,
}
bytes_in_order!(TxRequest {
    origin,
    args_hash,
    tx_context,
    function_data,
    salt
});
fields_in_order!(TxRequest {
    origin,
    args_hash,
    tx_context,
    function_data,
    salt
});

impl TxRequest {
    /// The hash of the request, from which the transaction's protocol nullifier derives
    /// (Aztec 4.1.2, stdlib `TxRequest.hash`).
    #[must_use]
    pub fn hash(&self) -> Fr {
        poseidon2_hash_with_separator(&self.to_fields(), DomainSeparator::TxRequest)
    }
}

/// The addresses of the protocol's own contracts, in the order of their numbers from 1 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProtocolContracts {
    /// The addresses derived from the contracts' classes; zero for numbers without a contract.
    pub derived_addresses: [AztecAddress; MAX_PROTOCOL_CONTRACTS],
}
bytes_in_order!(ProtocolContracts { derived_addresses });
fields_in_order!(ProtocolContracts { derived_addresses });

impl ProtocolContracts {
    /// The hash of the list (Aztec 4.1.2, stdlib `ProtocolContracts.hash`).
    #[must_use]
    pub fn hash(&self) -> Fr {
        poseidon2_hash_with_separator(&self.to_fields(), DomainSeparator::ProtocolContracts)
    }
}

/// What stays the same over a transaction, as the tail puts it out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TxConstantData {
    /// The header of the block whose state the private part saw.
    pub anchor_block_header: BlockHeader,
    /// The chain, and the gas that the transaction accepts.
    pub tx_context: TxContext,
    /// The root of the tree of the kernels' verification keys.
    pub vk_tree_root: Fr,
    /// The hash of the list of the protocol's own contracts.
    pub protocol_contracts_hash: Fr,
}
bytes_in_order!(TxConstantData {
    anchor_block_header,
    tx_context,
    vk_tree_root,
    protocol_contracts_hash
});
fields_in_order!(TxConstantData {
    anchor_block_header,
    tx_context,
    vk_tree_root,
    protocol_contracts_hash
});

/// What stays the same over a transaction, as the private kernels pass it on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PrivateTxConstantData {
    /// The header of the block whose state the private part sees.
    pub anchor_block_header: BlockHeader,
    /// The chain, and the gas that the transaction accepts.
    pub tx_context: TxContext,
    /// The root of the tree of the kernels' verification keys.
    pub vk_tree_root: Fr,
    /// The protocol's own contracts.
    pub protocol_contracts: ProtocolContracts,
}
bytes_in_order!(PrivateTxConstantData {
    anchor_block_header,
    tx_context,
    vk_tree_root,
    protocol_contracts
});
fields_in_order!(PrivateTxConstantData {
    anchor_block_header,
    tx_context,
    vk_tree_root,
    protocol_contracts
});
