//! What a call does, in words that come from the wallet's own knowledge.

use pixie_primitives::abi::{AbiValue, FunctionType};
use pixie_primitives::tx::FunctionCall;
use pixie_primitives::{AztecAddress, Fr, FunctionSelector};
use serde::Serialize;

use crate::directory::{Directory, TokenInfo};
use crate::observed::{AskedAuthorization, ObservedCall};

/// Somebody or something with an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// The address.
    pub address: AztecAddress,
    /// The user's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The contract's name in its artifact, which anybody may choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
}

impl Party {
    /// What is known of an address.
    #[must_use]
    pub fn new(address: AztecAddress, directory: &dyn Directory) -> Self {
        Self {
            address,
            name: directory.name(address),
            contract: directory.contract_name(address),
        }
    }
}

/// An argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct DecodedArgument {
    /// The parameter.
    pub name: String,
    /// The value.
    pub value: AbiValue,
    /// If it is an amount of a token that the user keeps: with decimal point and symbol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// If it is an address: whose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
}

/// A function with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DecodedFunction {
    /// The wallet has the contract's artifact, and the arguments fit.
    Known {
        /// The name.
        name: String,
        /// The selector.
        selector: FunctionSelector,
        /// The arguments.
        arguments: Vec<DecodedArgument>,
    },
    /// The wallet has the artifact, but the arguments do not fit, or are not known.
    NamedOnly {
        /// The name.
        name: String,
        /// The selector.
        selector: FunctionSelector,
        /// The arguments, encoded; nothing if they are not known.
        arguments: Option<Vec<Fr>>,
    },
    /// Nobody can say what this does.
    Unknown {
        /// The selector, if there is one.
        selector: Option<FunctionSelector>,
        /// The arguments, encoded; nothing if they are not known.
        arguments: Option<Vec<Fr>>,
    },
}

impl DecodedFunction {
    /// Reads a function's arguments.
    #[must_use]
    pub fn new(
        contract: AztecAddress,
        selector: Option<FunctionSelector>,
        arguments: Option<&[Fr]>,
        directory: &dyn Directory,
    ) -> Self {
        let encoded = || arguments.map(<[Fr]>::to_vec);
        let known = selector.and_then(|selector| {
            let function = directory.function(contract, selector)?;
            Some((selector, function))
        });
        let Some((selector, function)) = known else {
            return Self::Unknown {
                selector,
                arguments: encoded(),
            };
        };
        let decoded = arguments.and_then(|fields| function.decode_arguments(fields).ok());
        let Some(decoded) = decoded else {
            return Self::NamedOnly {
                arguments: encoded(),
                name: function.name,
                selector,
            };
        };
        let token = directory.token(contract);
        let arguments = decoded
            .into_iter()
            .map(|(name, value)| decode_argument(name, value, token.as_ref(), directory))
            .collect();
        Self::Known {
            name: function.name.clone(),
            selector,
            arguments,
        }
    }

    /// The name, if the artifact is there.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Known { name, .. } | Self::NamedOnly { name, .. } => Some(name),
            Self::Unknown { .. } => None,
        }
    }
}

fn decode_argument(
    name: &str,
    value: AbiValue,
    token: Option<&TokenInfo>,
    directory: &dyn Directory,
) -> DecodedArgument {
    let amount = match (&value, token) {
        // The parameters of the token contract of Aztec 4.1.2 that are amounts are called so.
        (AbiValue::Unsigned(raw), Some(token)) if name == "amount" => {
            Some(format_amount(*raw, token))
        }
        _ => None,
    };
    let party = match &value {
        AbiValue::Address(address) => Some(Party::new(*address, directory)),
        _ => None,
    };
    DecodedArgument {
        name: name.to_owned(),
        value,
        amount,
        party,
    }
}

/// An amount as people write it: `1.5 USDC`.
#[must_use]
pub fn format_amount(raw: u128, token: &TokenInfo) -> String {
    let (places, symbol) = (usize::from(token.decimals), &token.symbol);
    let digits = format!("{raw:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    match fraction.trim_end_matches('0') {
        "" => format!("{whole} {symbol}"),
        fraction => format!("{whole}.{fraction} {symbol}"),
    }
}

/// A call with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct DecodedCall {
    /// Who makes it; nothing if it is the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Party>,
    /// The contract.
    pub contract: Party,
    /// The function.
    pub function: DecodedFunction,
    /// Where it runs.
    pub function_type: FunctionType,
    /// Whether it must not change state.
    pub is_static: bool,
    /// Whether it hides who makes it.
    pub hides_sender: bool,
}

impl DecodedCall {
    /// A call that is asked for. The name that the asker gives the function is not looked at.
    #[must_use]
    pub fn new(call: &FunctionCall, directory: &dyn Directory) -> Self {
        Self {
            by: None,
            contract: Party::new(call.to, directory),
            function: DecodedFunction::new(
                call.to,
                Some(call.selector),
                Some(&call.args),
                directory,
            ),
            function_type: call.function_type,
            is_static: call.is_static,
            hides_sender: call.hide_msg_sender,
        }
    }

    /// A call that a simulation showed. Arguments are known of public calls only.
    #[must_use]
    pub fn observed(call: &ObservedCall, directory: &dyn Directory) -> Self {
        let public = call.public.as_ref();
        let arguments = public.map(|public| public.args.as_slice());
        Self {
            by: call.by.map(|by| Party::new(by, directory)),
            contract: Party::new(call.contract, directory),
            function: DecodedFunction::new(call.contract, call.selector, arguments, directory),
            function_type: call.function_type,
            is_static: call.is_static,
            hides_sender: public.is_some_and(|public| public.sender.is_none()),
        }
    }
}

/// An authorisation that a contract asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DecodedAuthorization {
    /// The contract that asks, and will check.
    pub consumer: Party,
    /// Who will make the call.
    pub caller: Party,
    /// The call.
    pub function: DecodedFunction,
}

impl DecodedAuthorization {
    /// What a simulation showed to be asked for.
    #[must_use]
    pub fn new(asked: &AskedAuthorization, directory: &dyn Directory) -> Self {
        let request = &asked.request;
        Self {
            consumer: Party::new(asked.consumer, directory),
            caller: Party::new(request.msg_sender, directory),
            function: DecodedFunction::new(
                asked.consumer,
                Some(request.function_selector),
                Some(&request.args),
                directory,
            ),
        }
    }
}
