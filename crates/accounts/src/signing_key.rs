use pixie_primitives::Fr;
use pixie_primitives::crypto::ecdsa::{EcdsaPublicKey, secp256k1, secp256r1};
use pixie_primitives::crypto::{InvalidSigningKey, schnorr};

use crate::AccountType;

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

    /// The arguments of the account contract's constructor, encoded: the public key's coordinates, one
    /// element each for Schnorr and one element per byte for ECDSA.
    #[must_use]
    pub fn constructor_arguments(&self) -> Vec<Fr> {
        match self {
            Self::Schnorr(key) => {
                let public_key = key.public_key();
                vec![public_key.x(), public_key.y()]
            }
            Self::EcdsaSecp256k1(key) => byte_elements(&key.public_key()),
            Self::EcdsaSecp256r1(key) => byte_elements(&key.public_key()),
        }
    }
}

fn byte_elements(key: &EcdsaPublicKey) -> Vec<Fr> {
    key.x
        .iter()
        .chain(&key.y)
        .map(|byte| Fr::from(*byte))
        .collect()
}
