//! What a simulation showed to happen underneath the calls that were asked for.

use pixie_accounts::authwit::CallAuthorizationRequest;
use pixie_primitives::abi::FunctionType;
use pixie_primitives::constants::NULL_MSG_SENDER_CONTRACT_ADDRESS;
use pixie_primitives::kernel::PublicCallRequest;
use pixie_primitives::tx::{HashedValues, OffchainEffect};
use pixie_primitives::{AztecAddress, Fr, FromFields as _, FunctionSelector, ToFields as _};
use pixie_pxe::execution::{PrivateCall, ResultTree};

/// A call that a simulation made or enqueued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedCall {
    /// The contract whose code made it; nothing for the call that the transaction starts with.
    pub by: Option<AztecAddress>,
    /// How many calls lie between it and the start of the transaction.
    pub depth: usize,
    /// The contract called.
    pub contract: AztecAddress,
    /// The function called; nothing if a public call has no calldata.
    pub selector: Option<FunctionSelector>,
    /// Where it runs.
    pub function_type: FunctionType,
    /// Whether it must not change state.
    pub is_static: bool,
    /// Of a public call what the network will see.
    pub public: Option<PublicFacts>,
}

/// What everybody sees of a public call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicFacts {
    /// Who calls; nothing if that is hidden.
    pub sender: Option<AztecAddress>,
    /// The arguments.
    pub args: Vec<Fr>,
}

/// An authorisation that a contract asked for in a simulation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedAuthorization {
    /// The contract that asks, and will check.
    pub consumer: AztecAddress,
    /// What it asks for, as it says.
    pub request: CallAuthorizationRequest,
}

/// All that a simulation showed. What public calls call in turn happens on the network and is not
/// among it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observed {
    /// The calls, each before those that it made.
    pub calls: Vec<ObservedCall>,
    /// The authorisations.
    pub authorizations: Vec<AskedAuthorization>,
}

impl Observed {
    /// What the private part of a transaction showed.
    #[must_use]
    pub fn of(execution: &ResultTree) -> Self {
        let mut calls = Vec::new();
        let calldata = &execution.public_calldata;
        observe(&execution.entrypoint, None, 0, calldata, &mut calls);
        Self {
            calls,
            authorizations: authorizations(&execution.offchain_effects()),
        }
    }
}

/// The authorisations among what contracts said off-chain.
#[must_use]
pub fn authorizations(effects: &[OffchainEffect]) -> Vec<AskedAuthorization> {
    let marker = CallAuthorizationRequest::selector().to_fields();
    let asked = effects
        .iter()
        .filter(|effect| effect.data.starts_with(&marker))
        .filter_map(|effect| {
            Some(AskedAuthorization {
                consumer: effect.contract_address,
                request: CallAuthorizationRequest::from_fields(&effect.data).ok()?,
            })
        });
    asked.collect()
}

fn observe(
    call: &PrivateCall,
    by: Option<AztecAddress>,
    depth: usize,
    calldata: &[HashedValues],
    calls: &mut Vec<ObservedCall>,
) {
    let context = &call.public_inputs.call_context;
    calls.push(ObservedCall {
        by,
        depth,
        contract: context.contract_address,
        selector: Some(context.function_selector),
        function_type: FunctionType::Private,
        is_static: context.is_static_call,
        public: None,
    });
    let inputs = &call.public_inputs;
    let enqueued = inputs.public_call_requests.iter().map(|call| &call.inner);
    let teardown = &inputs.public_teardown_call_request;
    let teardown = Some(teardown).filter(|call| **call != PublicCallRequest::default());
    for request in enqueued.chain(teardown) {
        calls.push(public_call(
            request,
            context.contract_address,
            depth + 1,
            calldata,
        ));
    }
    for nested in &call.nested {
        let by = Some(context.contract_address);
        observe(nested, by, depth + 1, calldata, calls);
    }
}

fn public_call(
    request: &PublicCallRequest,
    by: AztecAddress,
    depth: usize,
    calldata: &[HashedValues],
) -> ObservedCall {
    let values = calldata
        .iter()
        .find(|values| values.hash == request.calldata_hash);
    let values = values.map_or(&[][..], |values| &values.values);
    let (selector, args) = match values.split_first() {
        Some((selector, args)) => (FunctionSelector::from_field(*selector).ok(), args),
        None => (None, &[][..]),
    };
    let is_hidden = request.msg_sender == NULL_MSG_SENDER_CONTRACT_ADDRESS;
    ObservedCall {
        by: Some(by),
        depth,
        contract: request.contract_address,
        selector,
        function_type: FunctionType::Public,
        is_static: request.is_static_call,
        public: Some(PublicFacts {
            sender: (!is_hidden).then_some(request.msg_sender),
            args: args.to_vec(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use pixie_accounts::authwit::CallArgsHash;

    use super::*;

    fn request() -> CallAuthorizationRequest {
        CallAuthorizationRequest {
            inner_hash: Default::default(),
            msg_sender: AztecAddress::from(2),
            function_selector: FunctionSelector::from_field(Fr::from(3u8)).unwrap(),
            args_hash: CallArgsHash::from_field(Fr::ONE),
            args: vec![Fr::from(4u8)],
        }
    }

    #[test]
    fn authorisations_are_found_among_what_contracts_say() {
        let contract_address = AztecAddress::from(9);
        let effect = |data| OffchainEffect {
            data,
            contract_address,
        };
        let data = request().to_fields();
        let mut cut = data.clone();
        cut.truncate(3);
        let effects = [
            effect(vec![]),
            effect(vec![Fr::ONE]),
            effect(cut),
            effect(data),
        ];
        let asked = AskedAuthorization {
            consumer: contract_address,
            request: request(),
        };
        assert_eq!(authorizations(&effects), [asked]);
    }

    #[test]
    fn a_public_call_is_read_from_its_calldata() {
        let selector = FunctionSelector::from_field(Fr::from(3u8)).unwrap();
        let calldata = HashedValues::from_calldata(vec![selector.to_field(), Fr::from(7u8)]);
        let request = |msg_sender, calldata_hash| PublicCallRequest {
            msg_sender,
            contract_address: AztecAddress::from(5),
            is_static_call: false,
            calldata_hash,
        };
        let by = AztecAddress::from(6);
        let known = std::slice::from_ref(&calldata);
        let call = public_call(&request(by, calldata.hash), by, 2, known);
        assert_eq!(call.selector, Some(selector));
        let facts = PublicFacts {
            sender: Some(by),
            args: vec![Fr::from(7u8)],
        };
        assert_eq!(call.public, Some(facts));
        let hidden = request(NULL_MSG_SENDER_CONTRACT_ADDRESS, Fr::ONE);
        let call = public_call(&hidden, by, 2, known);
        assert_eq!(call.selector, None, "no calldata");
        assert_eq!(call.public.unwrap().sender, None);
    }
}
