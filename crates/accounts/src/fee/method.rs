use pixie_primitives::auth_witness::ChainInfo;
use pixie_primitives::constants::FEE_JUICE_ADDRESS;
use pixie_primitives::gas::GasSettings;
use pixie_primitives::tx::{ExecutionPayload, FunctionCall};
use pixie_primitives::{AztecAddress, Fr, ParseFieldError};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::authwit::set_public_authorization;
use crate::entrypoint::random;
use crate::known::{
    CLAIM_AND_END_SETUP, FEE_ENTRYPOINT_PRIVATE, FEE_ENTRYPOINT_PUBLIC, GET_ACCEPTED_ASSET,
    SPONSOR_UNCONDITIONALLY, TOKEN_TRANSFER_IN_PUBLIC, TOKEN_TRANSFER_TO_PUBLIC,
};
use crate::{AccountError, AccountInterface, AuthWitIntent};

/// The secret that a bridged amount of fee juice is claimed with. Wiped when dropped; its `Debug` tells
/// nothing.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ClaimSecret(Fr);

impl ClaimSecret {
    /// Takes an element for this secret.
    #[must_use]
    pub const fn from_field(field: Fr) -> Self {
        Self(field)
    }

    /// The secret itself; a copy is not wiped.
    #[must_use]
    pub const fn expose(&self) -> Fr {
        self.0
    }
}

impl std::fmt::Debug for ClaimSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClaimSecret(…)")
    }
}

/// Fee juice that was sent from layer 1 and waits to be claimed.
#[derive(Debug, Clone)]
pub struct FeeJuiceClaim {
    /// The amount, in the smallest unit.
    pub amount: u128,
    /// What it was locked with.
    pub secret: ClaimSecret,
    /// The position of the message in the tree of messages from layer 1.
    pub message_leaf_index: u64,
}

/// A fee-paying contract that takes tokens, one for one unit of fee juice, and refunds what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FpcPayment {
    /// The fee-paying contract.
    pub fpc: AztecAddress,
    /// The token that it takes; see [`accepted_asset_call`].
    pub asset: AztecAddress,
    /// The most that the fee may be.
    pub max_fee: u128,
}

impl FpcPayment {
    /// A payment of as much as gas settings allow for.
    pub fn within(
        fpc: AztecAddress,
        asset: AztecAddress,
        gas_settings: &GasSettings,
    ) -> Result<Self, ParseFieldError> {
        Ok(Self {
            fpc,
            asset,
            max_fee: gas_settings.fee_limit().to_u128()?,
        })
    }

    /// The tokens' way to the fee payer, which the account allows it.
    fn intent(
        &self,
        function: &crate::known::KnownFunction,
        account: AztecAddress,
        nonce: Fr,
    ) -> AuthWitIntent {
        let args = vec![
            account.to_field(),
            self.fpc.to_field(),
            Fr::from(self.max_fee),
            nonce,
        ];
        AuthWitIntent::Call {
            caller: self.fpc,
            call: function.call(self.asset, args),
        }
    }

    fn call(&self, function: &crate::known::KnownFunction, nonce: Fr) -> FunctionCall {
        function.call(self.fpc, vec![Fr::from(self.max_fee), nonce])
    }
}

/// The call that tells which token a fee-paying contract takes: private, to be simulated.
#[must_use]
pub fn accepted_asset_call(fpc: AztecAddress) -> FunctionCall {
    GET_ACCEPTED_ASSET.call(fpc, Vec::new())
}

/// Who pays the fee, and how.
#[derive(Debug, Clone)]
pub enum FeePayment {
    /// The account, from its balance of fee juice.
    FeeJuice,
    /// The account, with fee juice that it claims in the same transaction.
    FeeJuiceWithClaim(FeeJuiceClaim),
    /// A contract that pays for whoever asks.
    Sponsored {
        /// The contract; see [`sponsored_fpc_instance`](super::sponsored_fpc_instance).
        fpc: AztecAddress,
    },
    /// A contract, against the account's private tokens.
    PrivateFpc(FpcPayment),
    /// A contract, against the account's public tokens. What the account pays and for what is public.
    PublicFpc(FpcPayment),
}

impl FeePayment {
    /// Payment by the sponsor that test networks have.
    #[must_use]
    pub fn canonical_sponsor() -> Self {
        Self::Sponsored {
            fpc: super::sponsored_fpc_instance().address,
        }
    }

    /// Who pays for a transaction of the account.
    #[must_use]
    pub const fn payer(&self, account: AztecAddress) -> AztecAddress {
        match self {
            Self::FeeJuice | Self::FeeJuiceWithClaim(_) => account,
            Self::Sponsored { fpc } => *fpc,
            Self::PrivateFpc(payment) | Self::PublicFpc(payment) => payment.fpc,
        }
    }

    /// The calls and witnesses of the payment, to come before the account's own
    /// (Aztec 4.1.2, aztec.js `FeePaymentMethod.getExecutionPayload`). Empty for the account's own
    /// balance: then the entrypoint sees to it.
    pub async fn execution_payload(
        &self,
        account: &dyn AccountInterface,
        chain: &ChainInfo,
        rng: &mut dyn CryptoRng,
    ) -> Result<ExecutionPayload, AccountError> {
        let address = account.address();
        let mut payload = ExecutionPayload::default();
        match self {
            Self::FeeJuice => return Ok(payload),
            Self::FeeJuiceWithClaim(claim) => {
                let args = vec![
                    address.to_field(),
                    Fr::from(claim.amount),
                    claim.secret.expose(),
                    Fr::from(claim.message_leaf_index),
                ];
                let call = CLAIM_AND_END_SETUP.call(FEE_JUICE_ADDRESS, args);
                payload.calls.push(call);
            }
            Self::Sponsored { fpc } => {
                let call = SPONSOR_UNCONDITIONALLY.call(*fpc, Vec::new());
                payload.calls.push(call);
            }
            Self::PrivateFpc(payment) => {
                let nonce = random(rng);
                let intent = payment.intent(&TOKEN_TRANSFER_TO_PUBLIC, address, nonce);
                let witness = account.create_auth_wit(intent, chain, rng).await?;
                payload.auth_witnesses.push(witness);
                let call = payment.call(&FEE_ENTRYPOINT_PRIVATE, nonce);
                payload.calls.push(call);
            }
            Self::PublicFpc(payment) => {
                let nonce = random(rng);
                let intent = payment.intent(&TOKEN_TRANSFER_IN_PUBLIC, address, nonce);
                let allow = set_public_authorization(intent.message_hash(chain), true);
                payload.calls.push(allow);
                let call = payment.call(&FEE_ENTRYPOINT_PUBLIC, nonce);
                payload.calls.push(call);
            }
        }
        payload.fee_payer = Some(self.payer(address));
        Ok(payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_does_not_show_its_secret() {
        let claim = FeeJuiceClaim {
            amount: 5,
            secret: ClaimSecret::from_field(Fr::from(0x00ab_cdefu32)),
            message_leaf_index: 1,
        };
        let shown = format!("{:?}", FeePayment::FeeJuiceWithClaim(claim));
        assert!(
            shown.contains("ClaimSecret(…)") && !shown.contains("abcdef"),
            "{shown}"
        );
    }

    #[test]
    fn a_fee_limit_beyond_what_tokens_count_is_refused() {
        let mut gas_settings = GasSettings::default();
        gas_settings.gas_limits.l2_gas = u32::MAX;
        gas_settings.max_fees_per_gas.fee_per_l2_gas = u128::MAX;
        let address = AztecAddress::from(1);
        assert!(FpcPayment::within(address, address, &gas_settings).is_err());
    }
}
