use pixie_primitives::codec::ByteReader;
use pixie_primitives::crypto::ecdsa::{EcdsaPublicKey, EcdsaSignature, secp256k1, secp256r1};
use pixie_primitives::crypto::schnorr::SchnorrSignature;
use pixie_primitives::crypto::{SignatureError, schnorr};
use pixie_primitives::{DecodeError, Fr, FromBytes, Point, ToBytes};

use crate::AccountType;

/// The public half of the key that an account signs with, which the account's address depends on.
///
/// Binary form: a byte for the type (0 Schnorr, 1 secp256k1, 2 secp256r1) and the two coordinates, 32
/// big-endian bytes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SigningPublicKey {
    /// For [`AccountType::Schnorr`].
    Schnorr(Point),
    /// For [`AccountType::EcdsaSecp256k1`].
    EcdsaSecp256k1(EcdsaPublicKey),
    /// For [`AccountType::EcdsaSecp256r1`].
    EcdsaSecp256r1(EcdsaPublicKey),
}

/// The signature of an account's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountSignature {
    /// By a key on Grumpkin.
    Schnorr(SchnorrSignature),
    /// By a key on secp256k1.
    EcdsaSecp256k1(EcdsaSignature),
    /// By a key on secp256r1.
    EcdsaSecp256r1(EcdsaSignature),
}

impl AccountSignature {
    /// The type of the account that takes such a signature.
    #[must_use]
    pub const fn account_type(&self) -> AccountType {
        match self {
            Self::Schnorr(_) => AccountType::Schnorr,
            Self::EcdsaSecp256k1(_) => AccountType::EcdsaSecp256k1,
            Self::EcdsaSecp256r1(_) => AccountType::EcdsaSecp256r1,
        }
    }

    /// The signature's 64 bytes, one element each: what account contracts find in a witness.
    #[must_use]
    pub fn to_witness(&self) -> Vec<Fr> {
        match self {
            Self::Schnorr(signature) => signature.to_witness(),
            Self::EcdsaSecp256k1(signature) | Self::EcdsaSecp256r1(signature) => {
                signature.to_witness()
            }
        }
    }

    /// Reads a witness.
    pub fn from_witness(account_type: AccountType, witness: &[Fr]) -> Result<Self, DecodeError> {
        let malformed = DecodeError::Malformed {
            what: "account signature",
        };
        let mut bytes = [0u8; 64];
        if witness.len() != bytes.len() {
            return Err(malformed);
        }
        for (byte, element) in bytes.iter_mut().zip(witness) {
            *byte = u8::try_from(element.to_u32()?).map_err(|_| malformed.clone())?;
        }
        Ok(match account_type {
            AccountType::Schnorr => Self::Schnorr(SchnorrSignature::from_array(bytes)),
            AccountType::EcdsaSecp256k1 => Self::EcdsaSecp256k1(EcdsaSignature::from_array(bytes)),
            AccountType::EcdsaSecp256r1 => Self::EcdsaSecp256r1(EcdsaSignature::from_array(bytes)),
        })
    }
}

impl SigningPublicKey {
    /// The type of the account that has such a key.
    #[must_use]
    pub const fn account_type(&self) -> AccountType {
        match self {
            Self::Schnorr(_) => AccountType::Schnorr,
            Self::EcdsaSecp256k1(_) => AccountType::EcdsaSecp256k1,
            Self::EcdsaSecp256r1(_) => AccountType::EcdsaSecp256r1,
        }
    }

    /// The arguments of the account contract's constructor, encoded: the coordinates, one element each
    /// for Schnorr and one element per byte for ECDSA.
    #[must_use]
    pub fn constructor_arguments(&self) -> Vec<Fr> {
        match self {
            Self::Schnorr(key) => vec![key.x(), key.y()],
            Self::EcdsaSecp256k1(key) | Self::EcdsaSecp256r1(key) => key
                .x
                .iter()
                .chain(&key.y)
                .map(|byte| Fr::from(*byte))
                .collect(),
        }
    }

    /// Checks a signature as the account contract does.
    pub fn verify(
        &self,
        message: &[u8; 32],
        signature: &AccountSignature,
    ) -> Result<(), SignatureError> {
        match (self, signature) {
            (Self::Schnorr(key), AccountSignature::Schnorr(signature)) => {
                schnorr::verify(*key, message, signature)
            }
            (Self::EcdsaSecp256k1(key), AccountSignature::EcdsaSecp256k1(signature)) => {
                secp256k1::verify(key, message, signature)
            }
            (Self::EcdsaSecp256r1(key), AccountSignature::EcdsaSecp256r1(signature)) => {
                secp256r1::verify(key, message, signature)
            }
            _ => Err(SignatureError::Mismatch),
        }
    }
}

impl ToBytes for SigningPublicKey {
    fn write_bytes(&self, out: &mut Vec<u8>) {
        match self {
            Self::Schnorr(key) => {
                out.push(0);
                key.x().write_bytes(out);
                key.y().write_bytes(out);
            }
            Self::EcdsaSecp256k1(key) => {
                out.push(1);
                key.write_bytes(out);
            }
            Self::EcdsaSecp256r1(key) => {
                out.push(2);
                key.write_bytes(out);
            }
        }
    }
}

impl FromBytes for SigningPublicKey {
    fn read_bytes(reader: &mut ByteReader<'_>) -> Result<Self, DecodeError> {
        let what = "signing public key";
        let kind: u8 = reader.read()?;
        let key = match kind {
            0 => Self::Schnorr(Point::new(reader.read()?, reader.read()?)?),
            1 => Self::EcdsaSecp256k1(reader.read()?),
            2 => Self::EcdsaSecp256r1(reader.read()?),
            value => {
                let value = value.into();
                return Err(DecodeError::UnknownValue { what, value });
            }
        };
        let valid = match &key {
            Self::Schnorr(point) => !point.is_empty(),
            Self::EcdsaSecp256k1(key) => secp256k1::is_valid(key),
            Self::EcdsaSecp256r1(key) => secp256r1::is_valid(key),
        };
        if valid {
            Ok(key)
        } else {
            Err(DecodeError::Malformed { what })
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::SigningKey;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn keys_and_signatures_round_trip(seed: [u8; 32], message: [u8; 32]) {
            let mut rng = ChaCha20Rng::from_seed(seed);
            let mut bytes = seed;
            bytes[0] = 1;
            for account_type in AccountType::ALL {
                let key = SigningKey::from_be_bytes(account_type, &bytes).unwrap();
                let public_key = key.public_key();
                prop_assert_eq!(public_key.account_type(), account_type);
                let encoded = public_key.to_bytes();
                prop_assert_eq!(SigningPublicKey::from_bytes(&encoded), Ok(public_key));

                let signature = key.sign(&message, &mut rng).unwrap();
                prop_assert_eq!(public_key.verify(&message, &signature), Ok(()));
                let witness = signature.to_witness();
                let read = AccountSignature::from_witness(account_type, &witness);
                prop_assert_eq!(read, Ok(signature));
                for other in AccountType::ALL.into_iter().filter(|other| *other != account_type) {
                    let read = AccountSignature::from_witness(other, &witness).unwrap();
                    prop_assert!(public_key.verify(&message, &read).is_err());
                }
            }
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>, kind in 0u8..4) {
            let _ = SigningPublicKey::from_bytes(&bytes);
            let mut bytes = bytes;
            bytes.resize(65, 3);
            bytes[0] = kind;
            prop_assert!(SigningPublicKey::from_bytes(&bytes).is_err());
        }
    }

    #[test]
    fn witnesses_are_64_bytes() {
        let zeros = vec![Fr::ZERO; 64];
        let read = |witness: &[Fr]| AccountSignature::from_witness(AccountType::Schnorr, witness);
        assert!(read(&zeros).is_ok());
        assert!(read(&zeros[1..]).is_err());
        assert!(read(&[&zeros[1..], &[Fr::from(256u32)]].concat()).is_err());
        assert!(read(&[&zeros[1..], &[-Fr::ONE]].concat()).is_err());
    }
}
