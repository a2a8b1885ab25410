//! Contracts that tests know.

use std::collections::BTreeMap;

use pixie_primitives::abi::{
    AbiParameter, AbiType, AbiVariable, FunctionAbi, FunctionType, ParameterVisibility, StructType,
};
use pixie_primitives::tx::FunctionCall;
use pixie_primitives::{AztecAddress, Fr, FunctionSelector};

use crate::directory::{Directory, TokenInfo};

pub(crate) const TOKEN: u32 = 100;
pub(crate) const OTHER_TOKEN: u32 = 101;
pub(crate) const SWAP: u32 = 102;
/// No artifact is known of it.
pub(crate) const STRANGER: u32 = 103;
/// Accounts of the wallet.
pub(crate) const ALICE: u32 = 11;
pub(crate) const BOB: u32 = 12;
/// Nobody's.
pub(crate) const CAROL: u32 = 13;

pub(crate) fn address(number: u32) -> AztecAddress {
    AztecAddress::from(number)
}

pub(crate) fn own_accounts() -> [AztecAddress; 2] {
    [address(ALICE), address(BOB)]
}

fn parameter(name: &str, ty: AbiType) -> AbiParameter {
    AbiParameter {
        name: name.to_owned(),
        ty,
        visibility: ParameterVisibility::Private,
    }
}

/// `name(to: AztecAddress, amount: u128)`.
pub(crate) fn function(name: &str, function_type: FunctionType) -> FunctionAbi {
    let inner = AbiVariable {
        name: "inner".to_owned(),
        ty: AbiType::Field,
    };
    let to = AbiType::Struct(StructType {
        path: "aztec::protocol_types::address::aztec_address::AztecAddress".to_owned(),
        fields: vec![inner],
    });
    FunctionAbi {
        name: name.to_owned(),
        function_type,
        is_only_self: false,
        is_static: false,
        is_initializer: false,
        parameters: vec![
            parameter("to", to),
            parameter("amount", AbiType::unsigned(128)),
        ],
        return_types: Vec::new(),
        error_types: BTreeMap::new(),
    }
}

pub(crate) fn selector(name: &str) -> FunctionSelector {
    function(name, FunctionType::Private).selector().unwrap()
}

/// A call as a dapp sends it; it gives the function the name that it likes.
pub(crate) fn call(contract: u32, name: &str, function_type: FunctionType) -> FunctionCall {
    FunctionCall {
        name: "harmless".to_owned(),
        to: address(contract),
        selector: selector(name),
        function_type,
        hide_msg_sender: false,
        is_static: false,
        args: vec![address(CAROL).to_field(), Fr::from(1_500_000u64)],
        return_types: Vec::new(),
    }
}

pub(crate) struct TestDirectory;

impl Directory for TestDirectory {
    fn contract_name(&self, contract: AztecAddress) -> Option<String> {
        let names = [(TOKEN, "Token"), (OTHER_TOKEN, "Token"), (SWAP, "Swap")];
        let found = names
            .iter()
            .find(|(number, _)| address(*number) == contract);
        found.map(|(_, name)| (*name).to_owned())
    }

    fn function(&self, contract: AztecAddress, wanted: FunctionSelector) -> Option<FunctionAbi> {
        self.contract_name(contract)?;
        let functions = [
            ("transfer", FunctionType::Private),
            ("burn", FunctionType::Private),
            ("mint", FunctionType::Public),
            ("balance", FunctionType::Utility),
        ];
        let found = functions.iter().find(|(name, _)| selector(name) == wanted);
        found.map(|(name, kind)| function(name, *kind))
    }

    fn name(&self, of: AztecAddress) -> Option<String> {
        (of == address(CAROL)).then(|| "Carol".to_owned())
    }

    fn token(&self, contract: AztecAddress) -> Option<TokenInfo> {
        (contract == address(TOKEN)).then(|| TokenInfo {
            symbol: "USDC".to_owned(),
            decimals: 6,
        })
    }
}
