use pixie_primitives::auth_witness::ChainInfo;
use pixie_primitives::tx::{ExecutionPayload, TxExecutionRequest};
use rand_core::CryptoRng;

use crate::{
    AccountError, AccountFeePayment, AccountInterface, EntrypointOptions, FeePayment, TxNonce,
    TxParameters,
};

/// What an account is to do, and who pays for it
/// (Aztec 4.1.2, wallet-sdk `BaseWallet.createTxExecutionRequestFromPayloadAndFee`).
///
/// The same plan makes the request for a simulation (with a
/// [`SimulatedAccount`](crate::SimulatedAccount) nobody is asked to sign) and the one that is sent.
#[derive(Debug, Clone)]
pub struct TransactionPlan {
    /// The calls, with the witnesses and capsules that they need.
    pub payload: ExecutionPayload,
    /// Who pays. Without it what the payload says holds: the payer that it names, or else the
    /// account's own balance.
    pub fee: Option<FeePayment>,
    /// Makes the transaction cancellable, under this nonce: to replace it send another plan with the
    /// same nonce and a higher premium; an empty payload cancels it.
    pub cancellable: Option<TxNonce>,
}

impl TransactionPlan {
    /// A plan that cannot be cancelled.
    #[must_use]
    pub const fn new(payload: ExecutionPayload, fee: FeePayment) -> Self {
        Self {
            payload,
            fee: Some(fee),
            cancellable: None,
        }
    }

    /// The payload with the fee payment before it.
    pub async fn full_payload(
        &self,
        account: &dyn AccountInterface,
        chain: &ChainInfo,
        rng: &mut dyn CryptoRng,
    ) -> Result<ExecutionPayload, AccountError> {
        let Some(fee) = &self.fee else {
            return Ok(self.payload.clone());
        };
        let asked = fee.payer(account.address());
        if let Some(named) = self.payload.fee_payer
            && named != asked
        {
            return Err(AccountError::FeePaidAlready { named, asked });
        }
        let payment = fee.execution_payload(account, chain, rng).await?;
        Ok(ExecutionPayload::merge([payment, self.payload.clone()])?)
    }

    /// The request for a transaction.
    pub async fn create_request(
        &self,
        account: &dyn AccountInterface,
        parameters: &TxParameters,
        rng: &mut dyn CryptoRng,
    ) -> Result<TxExecutionRequest, AccountError> {
        let payload = self.full_payload(account, &parameters.chain, rng).await?;
        let fee_payment = AccountFeePayment::for_payer(account.address(), payload.fee_payer);
        let mut options = EntrypointOptions::new(fee_payment, rng);
        if let Some(nonce) = self.cancellable {
            options.cancellable = true;
            options.tx_nonce = nonce;
        }
        account
            .create_tx_execution_request(payload, &options, parameters, rng)
            .await
    }
}
