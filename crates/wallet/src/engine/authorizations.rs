//! Whether what an account has allowed is still allowed.

use pixie_accounts::authwit::ValidityLookup;
use pixie_accounts::{AccountSignature, AuthWitIntent};
use pixie_primitives::auth_witness::AuthWitness;
use pixie_primitives::block::BlockParameter;
use pixie_primitives::{AztecAddress, Fr};
use pixie_store::Backend;
use serde::Serialize;

use super::{Engine, EngineError};

/// What holds of an authorisation by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorization {
    /// Whether the witness is the account's, and neither used nor taken back; nothing if none was
    /// given.
    pub private: Option<bool>,
    /// Whether the action is allowed in the public registry.
    pub public: bool,
}

impl<B: Backend> Engine<B> {
    /// Looks up whether an account allows an action: by a witness, if there is one, and publicly
    /// (Aztec 4.1.2, aztec.js `lookupValidity`).
    ///
    /// # Errors
    /// [`EngineError::UnknownAccount`], and what looking fails with.
    pub async fn authorization(
        &self,
        account: AztecAddress,
        intent: &AuthWitIntent,
        witness: Option<&AuthWitness>,
    ) -> Result<Authorization, EngineError> {
        let own = self.account(account)?;
        let key = own.derived.signing_public_key;
        let lookup = ValidityLookup::new(account, key.account_type(), intent, &self.chain_info());
        let private = match (witness, &lookup.private) {
            (None, _) => None,
            (Some(witness), _) if witness.request_hash != lookup.message_hash => Some(false),
            // The contract itself knows.
            (Some(witness), Some(call)) => {
                let witnesses = std::slice::from_ref(witness);
                Some(is_true(
                    &self.execute_utility(call, account, witnesses).await?,
                ))
            }
            (Some(witness), None) => {
                let signature =
                    AccountSignature::from_witness(key.account_type(), &witness.witness);
                let is_own = signature.is_ok_and(|signature| {
                    let message = lookup.message_hash.to_field().to_be_bytes();
                    key.verify(&message, &signature).is_ok()
                });
                let used = self
                    .node()
                    .nullifier_witness(BlockParameter::Latest, lookup.nullifier.to_field())
                    .await?;
                Some(is_own && used.is_none())
            }
        };
        let public = self.execute_utility(&lookup.public, account, &[]).await?;
        Ok(Authorization {
            private,
            public: is_true(&public),
        })
    }
}

fn is_true(returned: &[Fr]) -> bool {
    returned == [Fr::ONE]
}
