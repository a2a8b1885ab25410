use async_trait::async_trait;
use pixie_primitives::AztecAddress;
use pixie_primitives::auth_witness::{AuthWitness, ChainInfo};
use pixie_primitives::constants::MULTI_CALL_ENTRYPOINT_ADDRESS;
use pixie_primitives::keys::CompleteAddress;
use pixie_primitives::tx::{ExecutionPayload, TxExecutionRequest};
use rand_core::CryptoRng;

use crate::entrypoint::{PreparedEntrypoint, PreparedMultiCall};
use crate::{
    AccountError, AuthWitIntent, DerivedAccount, EntrypointOptions, Signer, SignerError,
    SigningMessage, SigningPublicKey, TxParameters,
};

/// Makes requests for transactions and witnesses on behalf of an account
/// (Aztec 4.1.2, aztec.js `Account`).
#[async_trait(?Send)]
pub trait AccountInterface {
    /// The address that a transaction starts at.
    fn address(&self) -> AztecAddress;

    /// Makes a request for a transaction that runs the payload.
    async fn create_tx_execution_request(
        &self,
        payload: ExecutionPayload,
        options: &EntrypointOptions,
        parameters: &TxParameters,
        rng: &mut dyn CryptoRng,
    ) -> Result<TxExecutionRequest, AccountError>;

    /// Makes a payload that runs the payload given through this account's entrypoint, for another
    /// entrypoint to call.
    async fn wrap_execution_payload(
        &self,
        payload: ExecutionPayload,
        options: &EntrypointOptions,
        rng: &mut dyn CryptoRng,
    ) -> Result<ExecutionPayload, AccountError>;

    /// Allows somebody an action, privately.
    async fn create_auth_wit(
        &self,
        intent: AuthWitIntent,
        chain: &ChainInfo,
        rng: &mut dyn CryptoRng,
    ) -> Result<AuthWitness, AccountError>;
}

/// A signer's key is not the account's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signer's key is not the one that the account {account} was made with")]
pub struct WrongSigner {
    /// The account.
    pub account: AztecAddress,
}

/// An account with whoever signs for it. Every signature is checked before it is used.
#[derive(Debug, Clone)]
pub struct Account<S> {
    complete_address: CompleteAddress,
    public_key: SigningPublicKey,
    signer: S,
}

impl<S: Signer> Account<S> {
    /// Puts an account and its signer together.
    pub fn new(account: &DerivedAccount, signer: S) -> Result<Self, WrongSigner> {
        if signer.public_key() != account.signing_public_key {
            let account = account.address();
            return Err(WrongSigner { account });
        }
        Ok(Self {
            complete_address: account.complete_address,
            public_key: account.signing_public_key,
            signer,
        })
    }

    /// The address and what it is made of.
    #[must_use]
    pub const fn complete_address(&self) -> &CompleteAddress {
        &self.complete_address
    }

    /// Who signs.
    #[must_use]
    pub const fn signer(&self) -> &S {
        &self.signer
    }

    async fn sign(
        &self,
        message: &SigningMessage,
        rng: &mut dyn CryptoRng,
    ) -> Result<AuthWitness, SignerError> {
        let signature = self.signer.sign(message, rng).await?;
        self.public_key.verify(&message.to_bytes(), &signature)?;
        Ok(AuthWitness {
            request_hash: message.hash(),
            witness: signature.to_witness(),
        })
    }
}

#[async_trait(?Send)]
impl<S: Signer> AccountInterface for Account<S> {
    fn address(&self) -> AztecAddress {
        self.complete_address.address()
    }

    async fn create_tx_execution_request(
        &self,
        payload: ExecutionPayload,
        options: &EntrypointOptions,
        parameters: &TxParameters,
        rng: &mut dyn CryptoRng,
    ) -> Result<TxExecutionRequest, AccountError> {
        let prepared = PreparedEntrypoint::new(self.address(), payload, options)?;
        let witness = self.sign(&prepared.signing_message(), rng).await?;
        Ok(prepared.into_request(witness, parameters))
    }

    async fn wrap_execution_payload(
        &self,
        payload: ExecutionPayload,
        options: &EntrypointOptions,
        rng: &mut dyn CryptoRng,
    ) -> Result<ExecutionPayload, AccountError> {
        let prepared = PreparedEntrypoint::new(self.address(), payload, options)?;
        let witness = self.sign(&prepared.signing_message(), rng).await?;
        Ok(prepared.into_payload(witness))
    }

    async fn create_auth_wit(
        &self,
        intent: AuthWitIntent,
        chain: &ChainInfo,
        rng: &mut dyn CryptoRng,
    ) -> Result<AuthWitness, AccountError> {
        let message = SigningMessage::authorization(self.address(), intent, *chain);
        Ok(self.sign(&message, rng).await?)
    }
}

/// Stands in for an account while its contract is overridden by the simulated one, which accepts any
/// witness: nothing is signed, so nobody is asked (Aztec 4.1.2, accounts `createStubAccount`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimulatedAccount {
    address: AztecAddress,
}

impl SimulatedAccount {
    /// The class that overrides the account's (`SimulatedAccount` of `@aztec/accounts`).
    pub const CLASS_ID: pixie_primitives::ContractClassId =
        crate::known::SIMULATED_ACCOUNT_CLASS_ID;

    /// Stands in for the account at an address.
    #[must_use]
    pub const fn new(address: AztecAddress) -> Self {
        Self { address }
    }

    fn witness(message: &SigningMessage) -> AuthWitness {
        AuthWitness {
            request_hash: message.hash(),
            witness: Vec::new(),
        }
    }
}

#[async_trait(?Send)]
impl AccountInterface for SimulatedAccount {
    fn address(&self) -> AztecAddress {
        self.address
    }

    async fn create_tx_execution_request(
        &self,
        payload: ExecutionPayload,
        options: &EntrypointOptions,
        parameters: &TxParameters,
        _rng: &mut dyn CryptoRng,
    ) -> Result<TxExecutionRequest, AccountError> {
        let prepared = PreparedEntrypoint::new(self.address, payload, options)?;
        let witness = Self::witness(&prepared.signing_message());
        Ok(prepared.into_request(witness, parameters))
    }

    async fn wrap_execution_payload(
        &self,
        payload: ExecutionPayload,
        options: &EntrypointOptions,
        _rng: &mut dyn CryptoRng,
    ) -> Result<ExecutionPayload, AccountError> {
        let prepared = PreparedEntrypoint::new(self.address, payload, options)?;
        let witness = Self::witness(&prepared.signing_message());
        Ok(prepared.into_payload(witness))
    }

    async fn create_auth_wit(
        &self,
        intent: AuthWitIntent,
        chain: &ChainInfo,
        _rng: &mut dyn CryptoRng,
    ) -> Result<AuthWitness, AccountError> {
        let message = SigningMessage::authorization(self.address, intent, *chain);
        Ok(Self::witness(&message))
    }
}

/// Runs calls through the multi-call entrypoint, in nobody's name; so accounts deploy themselves
/// (Aztec 4.1.2, aztec.js `SignerlessAccount`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SignerlessAccount;

#[async_trait(?Send)]
impl AccountInterface for SignerlessAccount {
    fn address(&self) -> AztecAddress {
        MULTI_CALL_ENTRYPOINT_ADDRESS
    }

    /// Of the options the nonce alone matters.
    async fn create_tx_execution_request(
        &self,
        payload: ExecutionPayload,
        options: &EntrypointOptions,
        parameters: &TxParameters,
        _rng: &mut dyn CryptoRng,
    ) -> Result<TxExecutionRequest, AccountError> {
        let prepared = PreparedMultiCall::new(payload, options.tx_nonce)?;
        Ok(prepared.into_request(parameters))
    }

    /// Of the options the nonce alone matters.
    async fn wrap_execution_payload(
        &self,
        payload: ExecutionPayload,
        options: &EntrypointOptions,
        _rng: &mut dyn CryptoRng,
    ) -> Result<ExecutionPayload, AccountError> {
        let prepared = PreparedMultiCall::new(payload, options.tx_nonce)?;
        Ok(prepared.into_payload())
    }

    /// Always fails.
    async fn create_auth_wit(
        &self,
        _intent: AuthWitIntent,
        _chain: &ChainInfo,
        _rng: &mut dyn CryptoRng,
    ) -> Result<AuthWitness, AccountError> {
        Err(AccountError::NoAccount)
    }
}

#[cfg(test)]
#[path = "account_tests.rs"]
mod tests;
