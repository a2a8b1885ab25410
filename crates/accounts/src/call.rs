use pixie_primitives::AztecAddress;
use pixie_primitives::abi::{AbiError, FunctionAbi};
use pixie_primitives::contract::ConstructorArguments;
use pixie_primitives::selector::SelectorError;
use pixie_primitives::tx::FunctionCall;

/// Why a call could not be encoded.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The arguments are not of the types that the function takes.
    #[error("the arguments of `{function}` do not fit")]
    Arguments {
        /// The function.
        function: String,
        /// What is wrong.
        source: AbiError,
    },
    /// The function has no selector.
    #[error("`{function}` has no selector")]
    Selector {
        /// The function.
        function: String,
        /// What is wrong.
        source: SelectorError,
    },
}

/// Encodes a call of a function (Aztec 4.1.2, aztec.js
/// `ContractFunctionInteraction.getFunctionCall`).
pub fn encode_call(
    abi: &FunctionAbi,
    to: AztecAddress,
    arguments: &ConstructorArguments,
) -> Result<FunctionCall, CallError> {
    let function = || abi.name.clone();
    let args = match arguments {
        ConstructorArguments::Values(values) => abi.encode_arguments(values),
        ConstructorArguments::Json(json) => abi.encode_json_arguments(json),
        ConstructorArguments::Encoded(fields) => Ok(fields.clone()),
    };
    Ok(FunctionCall {
        name: function(),
        to,
        selector: abi.selector().map_err(|source| CallError::Selector {
            function: function(),
            source,
        })?,
        function_type: abi.function_type,
        hide_msg_sender: false,
        is_static: abi.is_static,
        args: args.map_err(|source| CallError::Arguments {
            function: function(),
            source,
        })?,
        return_types: abi.return_types.clone(),
    })
}
