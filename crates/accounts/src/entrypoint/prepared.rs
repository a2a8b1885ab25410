use pixie_primitives::auth_witness::AuthWitness;
use pixie_primitives::capsule::Capsule;
use pixie_primitives::constants::MULTI_CALL_ENTRYPOINT_ADDRESS;
use pixie_primitives::tx::{ExecutionPayload, HashedValues, TxExecutionRequest};
use pixie_primitives::{AztecAddress, Fr, ToFields as _};

use super::{AppPayload, EntrypointArguments, EntrypointOptions, TxNonce, TxParameters};
use crate::known::{ACCOUNT_ENTRYPOINT, KnownFunction, MULTI_CALL_ENTRYPOINT};
use crate::{PayloadError, SigningMessage};

/// A call of an account's entrypoint that waits for the account's signature
/// (Aztec 4.1.2, entrypoints `DefaultAccountEntrypoint`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedEntrypoint {
    account: AztecAddress,
    arguments: EntrypointArguments,
    call: EntrypointCall,
    fee_payer: Option<AztecAddress>,
}

/// A call of the multi-call entrypoint, which needs no signature
/// (Aztec 4.1.2, entrypoints `DefaultMultiCallEntrypoint`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedMultiCall {
    call: EntrypointCall,
    fee_payer: Option<AztecAddress>,
}

/// What both have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
struct EntrypointCall {
    arguments: Vec<Fr>,
    hashed_arguments: Vec<HashedValues>,
    auth_witnesses: Vec<AuthWitness>,
    capsules: Vec<Capsule>,
    extra_hashed_args: Vec<HashedValues>,
}

impl PreparedEntrypoint {
    /// Puts calls into the arguments of an account's entrypoint.
    pub fn new(
        account: AztecAddress,
        payload: ExecutionPayload,
        options: &EntrypointOptions,
    ) -> Result<Self, PayloadError> {
        let (app_payload, hashed_arguments) = AppPayload::encode(&payload.calls, options.tx_nonce)?;
        let arguments = EntrypointArguments {
            app_payload,
            fee_payment: options.fee_payment,
            cancellable: options.cancellable,
        };
        Ok(Self {
            account,
            fee_payer: payload.fee_payer,
            call: EntrypointCall::new(arguments.to_fields(), hashed_arguments, payload),
            arguments,
        })
    }

    /// The arguments of the entrypoint.
    #[must_use]
    pub const fn arguments(&self) -> &EntrypointArguments {
        &self.arguments
    }

    /// What the account has to sign.
    #[must_use]
    pub fn signing_message(&self) -> SigningMessage {
        SigningMessage::transaction(self.account, self.arguments.app_payload)
    }

    /// The request for a transaction, with the account's witness after the others.
    #[must_use]
    pub fn into_request(
        mut self,
        witness: AuthWitness,
        parameters: &TxParameters,
    ) -> TxExecutionRequest {
        self.call.auth_witnesses.push(witness);
        self.call
            .into_request(self.account, &ACCOUNT_ENTRYPOINT, parameters)
    }

    /// A payload with the one call of the entrypoint, for another entrypoint to make; the account's
    /// witness comes before the others. The account counts as the fee payer if nobody is named.
    #[must_use]
    pub fn into_payload(mut self, witness: AuthWitness) -> ExecutionPayload {
        self.call.auth_witnesses.insert(0, witness);
        let fee_payer = self.fee_payer.or(Some(self.account));
        self.call
            .into_payload(self.account, &ACCOUNT_ENTRYPOINT, fee_payer)
    }
}

impl PreparedMultiCall {
    /// Puts calls into the arguments of the multi-call entrypoint.
    pub fn new(payload: ExecutionPayload, tx_nonce: TxNonce) -> Result<Self, PayloadError> {
        let (app_payload, hashed_arguments) = AppPayload::encode(&payload.calls, tx_nonce)?;
        Ok(Self {
            fee_payer: payload.fee_payer,
            call: EntrypointCall::new(app_payload.to_fields(), hashed_arguments, payload),
        })
    }

    /// The request for a transaction.
    #[must_use]
    pub fn into_request(self, parameters: &TxParameters) -> TxExecutionRequest {
        let address = MULTI_CALL_ENTRYPOINT_ADDRESS;
        self.call
            .into_request(address, &MULTI_CALL_ENTRYPOINT, parameters)
    }

    /// A payload with the one call of the entrypoint, for another entrypoint to make.
    #[must_use]
    pub fn into_payload(self) -> ExecutionPayload {
        let address = MULTI_CALL_ENTRYPOINT_ADDRESS;
        self.call
            .into_payload(address, &MULTI_CALL_ENTRYPOINT, self.fee_payer)
    }
}

impl EntrypointCall {
    fn new(
        arguments: Vec<Fr>,
        hashed_arguments: Vec<HashedValues>,
        payload: ExecutionPayload,
    ) -> Self {
        Self {
            arguments,
            hashed_arguments,
            auth_witnesses: payload.auth_witnesses,
            capsules: payload.capsules,
            extra_hashed_args: payload.extra_hashed_args,
        }
    }

    fn into_request(
        self,
        origin: AztecAddress,
        function: &KnownFunction,
        parameters: &TxParameters,
    ) -> TxExecutionRequest {
        let arguments = HashedValues::from_args(self.arguments);
        let first_call_args_hash = arguments.hash;
        let mut args_of_calls = self.hashed_arguments;
        args_of_calls.push(arguments);
        args_of_calls.extend(self.extra_hashed_args);
        TxExecutionRequest {
            origin,
            function_selector: function.selector(),
            first_call_args_hash,
            tx_context: parameters.tx_context(),
            args_of_calls,
            auth_witnesses: self.auth_witnesses,
            capsules: self.capsules,
            salt: parameters.salt,
        }
    }

    fn into_payload(
        self,
        entrypoint: AztecAddress,
        function: &KnownFunction,
        fee_payer: Option<AztecAddress>,
    ) -> ExecutionPayload {
        let mut extra_hashed_args = self.hashed_arguments;
        extra_hashed_args.extend(self.extra_hashed_args);
        ExecutionPayload {
            calls: vec![function.call(entrypoint, self.arguments)],
            auth_witnesses: self.auth_witnesses,
            capsules: self.capsules,
            extra_hashed_args,
            fee_payer,
        }
    }
}
