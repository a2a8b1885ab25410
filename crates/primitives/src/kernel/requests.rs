use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use super::side_effects::{Counted, Scoped};
use crate::address::AztecAddress;
use crate::field::Fr;
use crate::hash::compute_calldata_hash;
use crate::point::Point;
use crate::tx::CallContext;
use crate::{bytes_in_order, fields_in_order};

/// A claim that an app-siloed secret key belongs to a master public key.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct KeyValidationRequest {
    /// The master public key.
    pub pk_m: Point,
    /// The app-siloed secret key.
    pub sk_app: Fr,
}
bytes_in_order!(KeyValidationRequest { pk_m, sk_app });
fields_in_order!(KeyValidationRequest { pk_m, sk_app });

impl Drop for KeyValidationRequest {
    fn drop(&mut self) {
        self.sk_app.zeroize();
    }
}

impl std::fmt::Debug for KeyValidationRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyValidationRequest")
            .field("pk_m", &self.pk_m)
            .finish_non_exhaustive()
    }
}

/// A key validation request with the kind of key that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyValidationRequestAndSeparator {
    /// The request.
    pub request: KeyValidationRequest,
    /// The domain separator with which keys of that kind are siloed.
    pub key_type_domain_separator: Fr,
}
bytes_in_order!(KeyValidationRequestAndSeparator {
    request,
    key_type_domain_separator
});
fields_in_order!(KeyValidationRequestAndSeparator {
    request,
    key_type_domain_separator
});

/// The same with the contract that makes the claim.
pub type ScopedKeyValidationRequestAndSeparator = Scoped<KeyValidationRequestAndSeparator>;

/// A private call made by a private function.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PrivateCallRequest {
    /// Who calls what.
    pub call_context: CallContext,
    /// The hash of the arguments.
    pub args_hash: Fr,
    /// The hash of the return values.
    pub returns_hash: Fr,
    /// The side-effect counter with which the call starts.
    pub start_side_effect_counter: u32,
    /// The side-effect counter with which the call ends.
    pub end_side_effect_counter: u32,
}
bytes_in_order!(PrivateCallRequest {
    call_context,
    args_hash,
    returns_hash,
    start_side_effect_counter,
    end_side_effect_counter
});
fields_in_order!(PrivateCallRequest {
    call_context,
    args_hash,
    returns_hash,
    start_side_effect_counter,
    end_side_effect_counter
});

/// A public call that a private function enqueues; the calldata travels beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicCallRequest {
    /// Who calls.
    pub msg_sender: AztecAddress,
    /// The contract called.
    pub contract_address: AztecAddress,
    /// Whether the call must not change state.
    pub is_static_call: bool,
    /// The hash of the calldata: the function selector and the arguments.
    pub calldata_hash: Fr,
}
bytes_in_order!(PublicCallRequest {
    msg_sender,
    contract_address,
    is_static_call,
    calldata_hash
});
fields_in_order!(PublicCallRequest {
    msg_sender,
    contract_address,
    is_static_call,
    calldata_hash
});

impl PublicCallRequest {
    /// A call with this calldata.
    #[must_use]
    pub fn from_calldata(
        msg_sender: AztecAddress,
        contract_address: AztecAddress,
        is_static_call: bool,
        calldata: &[Fr],
    ) -> Self {
        Self {
            msg_sender,
            contract_address,
            is_static_call,
            calldata_hash: compute_calldata_hash(calldata),
        }
    }

    /// Whether this stands for no call.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An enqueued public call with its place in the order of side effects.
pub type CountedPublicCallRequest = Counted<PublicCallRequest>;
