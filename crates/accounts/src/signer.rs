use async_trait::async_trait;
use pixie_primitives::AztecAddress;
use pixie_primitives::auth_witness::{AuthWitMessageHash, ChainInfo};
use pixie_primitives::crypto::SignatureError;
use rand_core::CryptoRng;

use crate::entrypoint::AppPayload;
use crate::{AccountSignature, AuthWitIntent, SigningKey, SigningPublicKey};

/// What a signature is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SigningPurpose {
    /// The calls of a transaction.
    Transaction(Box<AppPayload>),
    /// Allowing somebody an action.
    Authorization {
        /// The action.
        intent: AuthWitIntent,
        /// The chain that it is allowed on.
        chain: ChainInfo,
    },
}

/// What an account is asked to sign. The bytes follow from the purpose, so that a signer that shows or
/// checks the purpose knows what it signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningMessage {
    account: AztecAddress,
    purpose: SigningPurpose,
    hash: AuthWitMessageHash,
}

impl SigningMessage {
    /// A message that starts a transaction.
    #[must_use]
    pub fn transaction(account: AztecAddress, payload: AppPayload) -> Self {
        Self {
            account,
            hash: payload.hash(),
            purpose: SigningPurpose::Transaction(Box::new(payload)),
        }
    }

    /// A message that allows an action.
    #[must_use]
    pub fn authorization(account: AztecAddress, intent: AuthWitIntent, chain: ChainInfo) -> Self {
        Self {
            account,
            hash: intent.message_hash(&chain),
            purpose: SigningPurpose::Authorization { intent, chain },
        }
    }

    /// The account that signs.
    #[must_use]
    pub const fn account(&self) -> AztecAddress {
        self.account
    }

    /// What the signature is for.
    #[must_use]
    pub const fn purpose(&self) -> &SigningPurpose {
        &self.purpose
    }

    /// The hash that the witness will be found under.
    #[must_use]
    pub const fn hash(&self) -> AuthWitMessageHash {
        self.hash
    }

    /// The 32 bytes that are signed: the hash, big-endian. ECDSA accounts take their SHA-256 digest.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.hash.to_be_bytes()
    }
}

/// Why a signer did not sign.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    /// The user said no.
    #[error("the user refused to sign")]
    Refused,
    /// The user did not answer in time.
    #[error("the user did not answer in time")]
    TimedOut,
    /// The key cannot be reached: locked, unplugged, gone.
    #[error("the signing key cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The signer gave what the account contract would refuse, or the key cannot sign.
    #[error("the signer did not give a valid signature")]
    Signature(#[from] SignatureError),
    /// The passkey's answer does not belong to the question.
    #[error(transparent)]
    Assertion(#[from] crate::webauthn::AssertionError),
}

/// Whoever holds an account's signing key. Signing may take a gesture of the user and any time.
#[async_trait(?Send)]
pub trait Signer {
    /// The public half of the key.
    fn public_key(&self) -> SigningPublicKey;

    /// Whether each signature takes a gesture of the user.
    fn needs_user_gesture(&self) -> bool {
        false
    }

    /// Signs [`SigningMessage::to_bytes`].
    async fn sign(
        &self,
        message: &SigningMessage,
        rng: &mut dyn CryptoRng,
    ) -> Result<AccountSignature, SignerError>;
}

#[async_trait(?Send)]
impl<S: Signer + ?Sized> Signer for Box<S> {
    fn public_key(&self) -> SigningPublicKey {
        (**self).public_key()
    }

    fn needs_user_gesture(&self) -> bool {
        (**self).needs_user_gesture()
    }

    async fn sign(
        &self,
        message: &SigningMessage,
        rng: &mut dyn CryptoRng,
    ) -> Result<AccountSignature, SignerError> {
        (**self).sign(message, rng).await
    }
}

/// Signs with a key in memory, without asking anybody. The key is wiped when dropped.
#[derive(Debug, Clone)]
pub struct KeySigner(SigningKey);

impl KeySigner {
    /// Takes a key.
    #[must_use]
    pub const fn new(key: SigningKey) -> Self {
        Self(key)
    }
}

#[async_trait(?Send)]
impl Signer for KeySigner {
    fn public_key(&self) -> SigningPublicKey {
        self.0.public_key()
    }

    async fn sign(
        &self,
        message: &SigningMessage,
        rng: &mut dyn CryptoRng,
    ) -> Result<AccountSignature, SignerError> {
        Ok(self.0.sign(&message.to_bytes(), rng)?)
    }
}
