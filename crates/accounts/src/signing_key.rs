use pixie_primitives::crypto::ecdsa::{secp256k1, secp256r1};
use pixie_primitives::crypto::{InvalidSigningKey, SignatureError, schnorr};
use rand_core::CryptoRng;

use crate::{AccountSignature, AccountType, SigningPublicKey};

/// The key that an account signs with. Wiped when dropped; its `Debug` tells nothing.
#[derive(Debug, Clone)]
pub enum SigningKey {
    /// For [`AccountType::Schnorr`].
    Schnorr(schnorr::SigningKey),
    /// For [`AccountType::EcdsaSecp256k1`].
    EcdsaSecp256k1(secp256k1::SigningKey),
    /// For [`AccountType::EcdsaSecp256r1`].
    EcdsaSecp256r1(secp256r1::SigningKey),
}

impl SigningKey {
    /// Reads 32 big-endian bytes.
    pub fn from_be_bytes(
        account_type: AccountType,
        bytes: &[u8; 32],
    ) -> Result<Self, InvalidSigningKey> {
        match account_type {
            AccountType::Schnorr => schnorr::SigningKey::from_be_bytes(bytes).map(Self::Schnorr),
            AccountType::EcdsaSecp256k1 => {
                secp256k1::SigningKey::from_be_bytes(bytes).map(Self::EcdsaSecp256k1)
            }
            AccountType::EcdsaSecp256r1 => {
                secp256r1::SigningKey::from_be_bytes(bytes).map(Self::EcdsaSecp256r1)
            }
        }
    }

    /// The type of the account that signs with such a key.
    #[must_use]
    pub const fn account_type(&self) -> AccountType {
        match self {
            Self::Schnorr(_) => AccountType::Schnorr,
            Self::EcdsaSecp256k1(_) => AccountType::EcdsaSecp256k1,
            Self::EcdsaSecp256r1(_) => AccountType::EcdsaSecp256r1,
        }
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> SigningPublicKey {
        match self {
            Self::Schnorr(key) => SigningPublicKey::Schnorr(key.public_key()),
            Self::EcdsaSecp256k1(key) => SigningPublicKey::EcdsaSecp256k1(key.public_key()),
            Self::EcdsaSecp256r1(key) => SigningPublicKey::EcdsaSecp256r1(key.public_key()),
        }
    }

    /// Signs 32 bytes. ECDSA is deterministic (RFC 6979) and takes no random values.
    pub fn sign(
        &self,
        message: &[u8; 32],
        mut rng: &mut dyn CryptoRng,
    ) -> Result<AccountSignature, SignatureError> {
        Ok(match self {
            Self::Schnorr(key) => AccountSignature::Schnorr(key.sign(message, &mut rng)),
            Self::EcdsaSecp256k1(key) => AccountSignature::EcdsaSecp256k1(key.sign(message)?),
            Self::EcdsaSecp256r1(key) => AccountSignature::EcdsaSecp256r1(key.sign(message)?),
        })
    }
}
