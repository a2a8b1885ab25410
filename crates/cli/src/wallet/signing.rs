//! Signatures take the user's consent.

use async_trait::async_trait;
use pixie_accounts::{
    Account, AccountSignature, Signer, SignerError, SigningMessage, SigningPublicKey,
};
use pixie_primitives::AztecAddress;
use rand_core::CryptoRng;

use super::{NotApproved, Wallet, WalletError};

/// Asks the user.
pub trait Consent {
    /// Whether an account may sign a message.
    fn ask(&self, message: &SigningMessage) -> Result<(), NotApproved>;
}

/// An account of the vault that signs what the user consents to.
pub(super) struct AskingSigner<'a> {
    wallet: &'a Wallet,
    public_key: SigningPublicKey,
}

#[async_trait(?Send)]
impl Signer for AskingSigner<'_> {
    fn public_key(&self) -> SigningPublicKey {
        self.public_key
    }

    async fn sign(
        &self,
        message: &SigningMessage,
        rng: &mut dyn CryptoRng,
    ) -> Result<AccountSignature, SignerError> {
        let consent = self.wallet.consent.ask(message);
        consent.map_err(|error| SignerError::Unavailable(Box::new(error)))?;
        let signer = {
            let keys = &mut *self.wallet.keys.borrow_mut();
            let approval = keys.authority.approve(message.account(), [message.hash()]);
            let signer = keys.vault.signer(approval);
            signer.map_err(|error| SignerError::Unavailable(Box::new(error)))?
        };
        signer.sign(message, rng).await
    }
}

impl Wallet {
    /// An account that signs.
    pub(super) fn signing_account(
        &self,
        address: AztecAddress,
    ) -> Result<Account<AskingSigner<'_>>, WalletError> {
        let derived = self.derived_account(address)?;
        let signer = AskingSigner {
            wallet: self,
            public_key: derived.signing_public_key,
        };
        Ok(Account::new(&derived, signer)?)
    }
}
