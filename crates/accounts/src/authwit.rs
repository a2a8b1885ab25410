//! What an account may allow others to do: as a private witness that it signs, or publicly in the
//! registry of authorisations.

use pixie_primitives::auth_witness::{
    AuthWitMessageHash, ChainInfo, InnerAuthWitHash, compute_authwit_message_hash,
    compute_inner_authwit_hash, compute_inner_authwit_hash_from_call,
};
use pixie_primitives::constants::{CANONICAL_AUTH_REGISTRY_ADDRESS, DomainSeparator};
use pixie_primitives::hash::{compute_var_args_hash, poseidon2_hash_with_separator};
use pixie_primitives::note::{Nullifier, SiloedNullifier, silo_nullifier};
use pixie_primitives::tx::FunctionCall;
use pixie_primitives::{
    AuthorizationSelector, AztecAddress, DecodeError, FieldReader, Fr, FromFields,
    FunctionSelector, ToFields, field_newtype,
};
use serde::{Deserialize, Serialize};

use crate::AccountType;
use crate::known::{
    ACCOUNT_LOOKUP_VALIDITY, CALL_AUTHORIZATION_SELECTOR, IS_CONSUMABLE, SET_AUTHORIZED,
};

field_newtype!(
    /// The hash of a call's encoded arguments.
    CallArgsHash
);

/// An action that is to be allowed (Aztec 4.1.2, aztec.js `CallIntent`, `IntentInnerHash`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum AuthWitIntent {
    /// Somebody's call of a function that acts for the account.
    Call {
        /// Who will make the call.
        caller: AztecAddress,
        /// The call.
        call: FunctionCall,
    },
    /// An action that a contract names by a hash of its own.
    InnerHash {
        /// The contract that will check for the authorisation.
        consumer: AztecAddress,
        /// How it names the action.
        inner_hash: InnerAuthWitHash,
    },
}

impl AuthWitIntent {
    /// The contract that will check for the authorisation.
    #[must_use]
    pub const fn consumer(&self) -> AztecAddress {
        match self {
            Self::Call { call, .. } => call.to,
            Self::InnerHash { consumer, .. } => *consumer,
        }
    }

    /// How that contract names the action.
    #[must_use]
    pub fn inner_hash(&self) -> InnerAuthWitHash {
        match self {
            Self::Call { caller, call } => {
                compute_inner_authwit_hash_from_call(*caller, call.selector, &call.args)
            }
            Self::InnerHash { inner_hash, .. } => *inner_hash,
        }
    }

    /// What the account signs (aztec.js `computeAuthWitMessageHash`).
    #[must_use]
    pub fn message_hash(&self, chain: &ChainInfo) -> AuthWitMessageHash {
        compute_authwit_message_hash(self.consumer(), chain, self.inner_hash())
    }
}

/// The public call by which an account itself gives or takes back a public authorisation
/// (aztec.js `SetPublicAuthwitContractInteraction`).
#[must_use]
pub fn set_public_authorization(message: AuthWitMessageHash, authorized: bool) -> FunctionCall {
    let args = vec![message.to_field(), Fr::from(authorized)];
    SET_AUTHORIZED.call(CANONICAL_AUTH_REGISTRY_ADDRESS, args)
}

/// How to find out whether an account's authorisation is valid still (aztec.js `lookupValidity`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidityLookup {
    /// The hash that the witness is for.
    pub message_hash: AuthWitMessageHash,
    /// A utility call of the account's contract: true if the witness handed to its execution is valid
    /// and unused. Only Schnorr accounts have it; for the others check the signature
    /// ([`SigningPublicKey::verify`](crate::SigningPublicKey::verify)) and [`Self::nullifier`].
    pub private: Option<FunctionCall>,
    /// The nullifier that using the private authorisation emits; in the tree it means used, or taken
    /// back.
    pub nullifier: SiloedNullifier,
    /// A utility call of the registry: true if the action is publicly authorised.
    pub public: FunctionCall,
}

impl ValidityLookup {
    /// The look-up of an authorisation by an account.
    #[must_use]
    pub fn new(
        account: AztecAddress,
        account_type: AccountType,
        intent: &AuthWitIntent,
        chain: &ChainInfo,
    ) -> Self {
        let (consumer, inner_hash) = (intent.consumer(), intent.inner_hash());
        let message_hash = compute_authwit_message_hash(consumer, chain, inner_hash);
        let private = (account_type == AccountType::Schnorr).then(|| {
            let args = vec![consumer.to_field(), inner_hash.to_field()];
            ACCOUNT_LOOKUP_VALIDITY.call(account, args)
        });
        Self {
            message_hash,
            private,
            nullifier: compute_authwit_nullifier(account, consumer, inner_hash),
            public: IS_CONSUMABLE.call(
                CANONICAL_AUTH_REGISTRY_ADDRESS,
                vec![account.to_field(), message_hash.to_field()],
            ),
        }
    }
}

/// The nullifier that the consumer of a private authorisation emits
/// (Aztec 4.1.2, aztec.nr `compute_authwit_nullifier`).
#[must_use]
pub fn compute_authwit_nullifier(
    account: AztecAddress,
    consumer: AztecAddress,
    inner_hash: InnerAuthWitHash,
) -> SiloedNullifier {
    let nullifier = poseidon2_hash_with_separator(
        &[account.to_field(), inner_hash.to_field()],
        DomainSeparator::AuthwitNullifier,
    );
    silo_nullifier(consumer, Nullifier::from_field(nullifier))
}

/// What a contract says off-chain when it needs an authorisation of a call that it does not have
/// (aztec.js `CallAuthorizationRequest`). It is a claim of the contract's, to be shown and decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallAuthorizationRequest {
    /// How the contract names the action.
    pub inner_hash: InnerAuthWitHash,
    /// Who makes the call.
    pub msg_sender: AztecAddress,
    /// The function called.
    pub function_selector: FunctionSelector,
    /// The hash of the arguments.
    pub args_hash: CallArgsHash,
    /// The arguments.
    pub args: Vec<Fr>,
}

impl CallAuthorizationRequest {
    /// What such a message begins with.
    #[must_use]
    pub fn selector() -> AuthorizationSelector {
        AuthorizationSelector::from(CALL_AUTHORIZATION_SELECTOR)
    }

    /// Whether the hashes are those of the call described. Where they are not, what would be signed is
    /// not what would be shown.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        let caller = self.msg_sender.to_field();
        let selector = self.function_selector.to_field();
        compute_var_args_hash(&self.args) == self.args_hash.to_field()
            && compute_inner_authwit_hash(&[caller, selector, self.args_hash.to_field()])
                == self.inner_hash
    }
}

impl ToFields for CallAuthorizationRequest {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        Self::selector().write_fields(out);
        self.inner_hash.write_fields(out);
        self.msg_sender.write_fields(out);
        self.function_selector.write_fields(out);
        self.args_hash.write_fields(out);
        out.extend_from_slice(&self.args);
    }
}

impl FromFields for CallAuthorizationRequest {
    /// Takes all that is left as the arguments.
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let selector: AuthorizationSelector = reader.read()?;
        if selector != Self::selector() {
            return Err(DecodeError::UnknownValue {
                what: "authorisation request",
                value: selector.value().into(),
            });
        }
        Ok(Self {
            inner_hash: reader.read()?,
            msg_sender: reader.read()?,
            function_selector: reader.read()?,
            args_hash: reader.read()?,
            args: reader.take(reader.remaining())?.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn request(caller: u32, selector: u32, args: &[u128]) -> CallAuthorizationRequest {
        let args: Vec<Fr> = args.iter().map(|arg| Fr::from(*arg)).collect();
        let (msg_sender, function_selector) = (AztecAddress::from(caller), selector.into());
        CallAuthorizationRequest {
            inner_hash: compute_inner_authwit_hash_from_call(msg_sender, function_selector, &args),
            msg_sender,
            function_selector,
            args_hash: CallArgsHash::from_field(compute_var_args_hash(&args)),
            args,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn requests_round_trip(caller: u32, selector: u32, args in prop::collection::vec(any::<u128>(), 0..6)) {
            let request = request(caller, selector, &args);
            prop_assert!(request.is_consistent());
            let fields = request.to_fields();
            prop_assert_eq!(CallAuthorizationRequest::from_fields(&fields), Ok(request.clone()));
            let mut lie = request;
            lie.args.push(Fr::ONE);
            prop_assert!(!lie.is_consistent());
        }

        #[test]
        fn random_fields_never_panic(fields in prop::collection::vec(any::<u64>(), 0..8)) {
            let mut fields: Vec<Fr> = fields.into_iter().map(Fr::from).collect();
            let _ = CallAuthorizationRequest::from_fields(&fields);
            fields.insert(0, CallAuthorizationRequest::selector().into());
            let _ = CallAuthorizationRequest::from_fields(&fields);
        }
    }

    #[test]
    fn a_lie_about_the_call_is_seen() {
        let honest = request(1, 2, &[3]);
        let lies = [
            CallAuthorizationRequest {
                msg_sender: AztecAddress::from(9),
                ..honest.clone()
            },
            CallAuthorizationRequest {
                function_selector: FunctionSelector::from(9),
                ..honest.clone()
            },
            CallAuthorizationRequest {
                inner_hash: InnerAuthWitHash::from_field(Fr::ONE),
                ..honest.clone()
            },
            CallAuthorizationRequest {
                args_hash: CallArgsHash::from_field(Fr::ONE),
                ..honest.clone()
            },
        ];
        assert!(honest.is_consistent());
        assert!(lies.iter().all(|lie| !lie.is_consistent()));
    }

    #[test]
    fn intents_are_read_by_their_members() {
        let json = r#"{"consumer":"0x0000000000000000000000000000000000000000000000000000000000000002",
            "innerHash":"0x0000000000000000000000000000000000000000000000000000000000000003"}"#;
        let intent: AuthWitIntent = serde_json::from_str(json).unwrap();
        assert_eq!(
            intent,
            AuthWitIntent::InnerHash {
                consumer: AztecAddress::from(2),
                inner_hash: InnerAuthWitHash::from_field(Fr::from(3u8)),
            }
        );
        let call = set_public_authorization(AuthWitMessageHash::from_field(Fr::ONE), true);
        let caller = AztecAddress::from(7);
        let intent = AuthWitIntent::Call { caller, call };
        let json = serde_json::to_string(&intent).unwrap();
        assert_eq!(
            serde_json::from_str::<AuthWitIntent>(&json).unwrap(),
            intent
        );
        assert!(serde_json::from_str::<AuthWitIntent>(r#"{"caller":"0x1"}"#).is_err());
    }
}
