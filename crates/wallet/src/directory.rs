//! What the wallet itself knows about addresses. Nothing here comes from a dapp.

use std::collections::BTreeMap;

use pixie_primitives::abi::FunctionAbi;
use pixie_primitives::{AztecAddress, FunctionSelector};
use pixie_pxe::state::PxeTables;
use pixie_store::Snapshot;
use serde::{Deserialize, Serialize};

/// What a token's contract says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenInfo {
    /// The short name, such as `USDC`.
    pub symbol: String,
    /// How many decimal places an amount has.
    pub decimals: u8,
}

/// Says what is known about addresses.
pub trait Directory {
    /// The name in the artifact of a registered contract.
    fn contract_name(&self, contract: AztecAddress) -> Option<String>;

    /// A function, as the artifact of a registered contract has it.
    fn function(&self, contract: AztecAddress, selector: FunctionSelector) -> Option<FunctionAbi>;

    /// The user's own name for an address.
    fn name(&self, address: AztecAddress) -> Option<String>;

    /// A token of the user's list.
    fn token(&self, contract: AztecAddress) -> Option<TokenInfo>;
}

/// The contracts of the private state, with the user's names and tokens.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The private state.
    pub state: Snapshot<PxeTables>,
    /// The user's names.
    pub names: BTreeMap<AztecAddress, String>,
    /// The user's tokens.
    pub tokens: BTreeMap<AztecAddress, TokenInfo>,
}

impl Directory for Registered {
    fn contract_name(&self, contract: AztecAddress) -> Option<String> {
        let contract = self.state.contract(&contract).ok()?;
        Some(contract.artifact().name.clone())
    }

    fn function(&self, contract: AztecAddress, selector: FunctionSelector) -> Option<FunctionAbi> {
        let contract = self.state.contract(&contract).ok()?;
        let function = contract.artifact().function_abi_by_selector(selector);
        function.ok().cloned()
    }

    fn name(&self, address: AztecAddress) -> Option<String> {
        self.names.get(&address).cloned()
    }

    fn token(&self, contract: AztecAddress) -> Option<TokenInfo> {
        self.tokens.get(&contract).cloned()
    }
}
