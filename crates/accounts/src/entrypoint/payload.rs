use pixie_primitives::abi::FunctionType;
use pixie_primitives::auth_witness::AuthWitMessageHash;
use pixie_primitives::constants::DomainSeparator;
use pixie_primitives::hash::poseidon2_hash_with_separator;
use pixie_primitives::tx::{FunctionCall, HashedValues, TxExecutionRequest};
use pixie_primitives::{
    AztecAddress, Fr, FromFields as _, FunctionSelector, ToFields as _, fields_in_order,
};

use super::{AccountFeePayment, TxNonce};
use crate::PayloadError;

/// How many calls an entrypoint takes (Aztec 4.1.2, entrypoints `APP_MAX_CALLS`).
pub const MAX_CALLS: usize = 5;

/// A call as entrypoints take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EncodedCall {
    /// The hash of the arguments; of selector and arguments for a public call.
    pub args_hash: Fr,
    /// The function called.
    pub function_selector: FunctionSelector,
    /// The contract called; zero for an unused place.
    pub target_address: AztecAddress,
    /// Whether the function is public.
    pub is_public: bool,
    /// Whether a public call hides who makes it.
    pub hide_msg_sender: bool,
    /// Whether the call must not change state.
    pub is_static: bool,
}
fields_in_order!(EncodedCall {
    args_hash,
    function_selector,
    target_address,
    is_public,
    hide_msg_sender,
    is_static,
});

/// The calls of a transaction, as accounts sign them
/// (Aztec 4.1.2, entrypoints `EncodedAppEntrypointCalls`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AppPayload {
    /// The calls; unused places are public calls to the zero address.
    pub function_calls: [EncodedCall; MAX_CALLS],
    /// The nonce.
    pub tx_nonce: TxNonce,
}
fields_in_order!(AppPayload {
    function_calls,
    tx_nonce
});

/// The arguments of an account's entrypoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EntrypointArguments {
    /// The calls.
    pub app_payload: AppPayload,
    /// How the account takes part in paying the fee.
    pub fee_payment: AccountFeePayment,
    /// Whether the transaction can be cancelled.
    pub cancellable: bool,
}
fields_in_order!(EntrypointArguments {
    app_payload,
    fee_payment,
    cancellable
});

impl EncodedCall {
    fn new(call: &FunctionCall) -> (Self, HashedValues) {
        let is_public = call.function_type == FunctionType::Public;
        let hashed = if is_public {
            HashedValues::from_calldata(call.calldata())
        } else {
            HashedValues::from_args(call.args.clone())
        };
        let encoded = Self {
            args_hash: hashed.hash,
            function_selector: call.selector,
            target_address: call.to,
            is_public,
            hide_msg_sender: call.hide_msg_sender,
            is_static: call.is_static,
        };
        (encoded, hashed)
    }

    /// Whether this is an unused place, which entrypoints pass over.
    #[must_use]
    pub fn is_unused(&self) -> bool {
        self.target_address.is_zero()
    }
}

/// What fills unused places (stdlib `FunctionCall.empty`).
fn unused_call() -> FunctionCall {
    FunctionCall {
        name: String::new(),
        to: AztecAddress::ZERO,
        selector: FunctionSelector::default(),
        function_type: FunctionType::Public,
        hide_msg_sender: false,
        is_static: false,
        args: Vec::new(),
        return_types: Vec::new(),
    }
}

fn check(index: usize, call: &FunctionCall) -> Result<(), PayloadError> {
    let name = || call.name.clone();
    match call.function_type {
        FunctionType::Utility => Err(PayloadError::UtilityCall {
            index,
            name: name(),
        }),
        FunctionType::Private if call.hide_msg_sender => Err(PayloadError::HiddenSender {
            index,
            name: name(),
        }),
        _ if call.to.is_zero() => Err(PayloadError::ZeroAddress {
            index,
            name: name(),
        }),
        _ => Ok(()),
    }
}

impl AppPayload {
    /// Encodes calls; gives their arguments as well, by their hashes, those of unused places included.
    ///
    /// Fails on more than [`MAX_CALLS`] calls and on calls that no entrypoint could make.
    pub fn encode(
        calls: &[FunctionCall],
        tx_nonce: TxNonce,
    ) -> Result<(Self, Vec<HashedValues>), PayloadError> {
        let (limit, actual) = (MAX_CALLS, calls.len());
        if actual > limit {
            return Err(PayloadError::TooManyCalls { limit, actual });
        }
        let mut hashed_arguments = Vec::with_capacity(MAX_CALLS);
        let (unused, hashed_unused) = EncodedCall::new(&unused_call());
        let mut function_calls = [unused; MAX_CALLS];
        for (index, (call, place)) in calls.iter().zip(&mut function_calls).enumerate() {
            check(index, call)?;
            let (encoded, hashed) = EncodedCall::new(call);
            *place = encoded;
            hashed_arguments.push(hashed);
        }
        hashed_arguments.resize(MAX_CALLS, hashed_unused);
        let payload = Self {
            function_calls,
            tx_nonce,
        };
        Ok((payload, hashed_arguments))
    }

    /// The hash, which is what an account signs.
    #[must_use]
    pub fn hash(&self) -> AuthWitMessageHash {
        AuthWitMessageHash::from_field(poseidon2_hash_with_separator(
            &self.to_fields(),
            DomainSeparator::SignaturePayload,
        ))
    }

    /// The calls again, with arguments found by their hashes and without names. Arguments that do not
    /// have the hash they are given under are refused.
    pub fn decode_calls(
        &self,
        arguments: &[HashedValues],
    ) -> Result<Vec<FunctionCall>, PayloadError> {
        let used = self.function_calls.iter().filter(|call| !call.is_unused());
        used.map(|call| decode_call(call, arguments)).collect()
    }
}

fn decode_call(
    call: &EncodedCall,
    arguments: &[HashedValues],
) -> Result<FunctionCall, PayloadError> {
    let found = arguments.iter().find_map(|hashed| {
        if hashed.hash != call.args_hash {
            return None;
        }
        if !call.is_public {
            return hashed.is_args().then_some(hashed.values.as_slice());
        }
        match hashed.values.split_first() {
            Some((selector, args)) if hashed.is_calldata() => {
                (*selector == call.function_selector.to_field()).then_some(args)
            }
            _ => None,
        }
    });
    let args = found.ok_or(PayloadError::UnknownArguments {
        hash: call.args_hash,
    })?;
    Ok(FunctionCall {
        to: call.target_address,
        selector: call.function_selector,
        function_type: if call.is_public {
            FunctionType::Public
        } else {
            FunctionType::Private
        },
        hide_msg_sender: call.hide_msg_sender,
        is_static: call.is_static,
        args: args.to_vec(),
        ..unused_call()
    })
}

impl EntrypointArguments {
    /// Reads the arguments that a request calls an account's entrypoint with.
    pub fn of_request(request: &TxExecutionRequest) -> Result<Self, PayloadError> {
        let hash = request.first_call_args_hash;
        let named = |hashed: &&HashedValues| hashed.hash == hash && hashed.is_args();
        let arguments = request.args_of_calls.iter().find(named);
        let arguments = arguments.ok_or(PayloadError::UnknownArguments { hash })?;
        Ok(Self::from_fields(&arguments.values)?)
    }
}
