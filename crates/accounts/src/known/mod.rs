//! Functions of the protocol's and other well-known contracts that accounts call.

#[rustfmt::skip]
mod generated;

pub(crate) use generated::*;

use pixie_primitives::abi::{AbiType, AbiVariable, FunctionType, StructType};
use pixie_primitives::tx::FunctionCall;
use pixie_primitives::{AztecAddress, Fr, FunctionSelector};

/// What a known function returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Returns {
    Nothing,
    Boolean,
    Address,
}

/// A function whose form is fixed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownFunction {
    pub(crate) name: &'static str,
    /// What the selector is the hash of.
    #[cfg_attr(
        not(test),
        allow(dead_code, reason = "says what the number is; tests hash it")
    )]
    pub(crate) signature: &'static str,
    pub(crate) selector: u32,
    pub(crate) function_type: FunctionType,
    pub(crate) is_static: bool,
    pub(crate) returns: Returns,
}

impl KnownFunction {
    pub(crate) fn selector(&self) -> FunctionSelector {
        FunctionSelector::from(self.selector)
    }

    /// A call of the function with encoded arguments.
    pub(crate) fn call(&self, to: AztecAddress, args: Vec<Fr>) -> FunctionCall {
        FunctionCall {
            name: self.name.to_owned(),
            to,
            selector: self.selector(),
            function_type: self.function_type,
            hide_msg_sender: false,
            is_static: self.is_static,
            args,
            return_types: self.returns.types(),
        }
    }
}

impl Returns {
    fn types(self) -> Vec<AbiType> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Boolean => vec![AbiType::Boolean],
            Self::Address => vec![AbiType::Struct(StructType {
                path: "authwit::aztec::protocol_types::address::aztec_address::AztecAddress"
                    .to_owned(),
                fields: vec![AbiVariable {
                    name: "inner".to_owned(),
                    ty: AbiType::Field,
                }],
            })],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_the_hashes_of_the_signatures() {
        let functions = [
            ACCOUNT_ENTRYPOINT,
            ACCOUNT_LOOKUP_VALIDITY,
            MULTI_CALL_ENTRYPOINT,
            SET_AUTHORIZED,
            IS_CONSUMABLE,
            PUBLISH_CLASS,
            PUBLISH_INSTANCE,
            CLAIM_AND_END_SETUP,
            SPONSOR_UNCONDITIONALLY,
            FEE_ENTRYPOINT_PRIVATE,
            FEE_ENTRYPOINT_PUBLIC,
            GET_ACCEPTED_ASSET,
            TOKEN_TRANSFER_TO_PUBLIC,
            TOKEN_TRANSFER_IN_PUBLIC,
        ];
        for function in functions {
            assert_eq!(
                FunctionSelector::from_signature(function.signature),
                Ok(function.selector())
            );
            assert!(function.signature.starts_with(function.name));
            let types = function.call(AztecAddress::ZERO, Vec::new()).return_types;
            assert_eq!(types.is_empty(), function.returns == Returns::Nothing);
        }
        let address = &Returns::Address.types()[0];
        assert!(matches!(address, AbiType::Struct(ty) if ty.is_aztec_address()));
    }
}
