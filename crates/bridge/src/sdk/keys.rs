//! Key exchange and sealing (Aztec 4.1.2, wallet-sdk `crypto.ts`).

use std::fmt;

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use p256::ecdh::diffie_hellman;
use p256::elliptic_curve::sec1::ToSec1Point;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::emoji;
use crate::secret::Key;

/// The `info` of the key derivation.
const INFO: &[u8] = b"Aztec Wallet DAPP Key derivation";
/// What the verification hash authenticates.
const VERIFICATION: &[u8] = b"aztec-wallet-verification-verificationHash";
/// The length of a nonce of AES-GCM, in bytes.
const NONCE: usize = 12;

/// Why a key or a sealed message was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A public key is no point of P-256 in the form that is used here.
    #[error("not a public key of P-256")]
    PublicKey,
    /// A text is no base64, or its bytes are too few.
    #[error("not a sealed message")]
    Encoding,
    /// It was sealed with another key, or changed.
    #[error("the message was not sealed by the other side of this session")]
    Unauthentic,
    /// Randomness or a cipher failed.
    #[error("the cipher failed")]
    Cipher,
}

/// A public key as it goes over the wire: a JSON web key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    kty: String,
    crv: String,
    x: String,
    y: String,
}

impl PublicKey {
    fn of(key: &p256::PublicKey) -> Self {
        let point = key.to_sec1_point(false);
        let coordinate = |bytes: Option<&[u8]>| URL_SAFE_NO_PAD.encode(bytes.unwrap_or_default());
        Self {
            kty: "EC".to_owned(),
            crv: "P-256".to_owned(),
            x: coordinate(point.x().map(AsRef::as_ref)),
            y: coordinate(point.y().map(AsRef::as_ref)),
        }
    }

    /// The point, and both coordinates one after the other.
    fn decode(&self) -> Result<(p256::PublicKey, [u8; 64]), KeyError> {
        if self.kty != "EC" || self.crv != "P-256" {
            return Err(KeyError::PublicKey);
        }
        let mut uncompressed = [0; 65];
        let (tag, coordinates) = uncompressed.split_at_mut(1);
        tag.fill(4);
        for (text, target) in [&self.x, &self.y]
            .into_iter()
            .zip(coordinates.chunks_mut(32))
        {
            // As in Web Crypto a coordinate has its full length.
            let bytes = URL_SAFE_NO_PAD
                .decode(text)
                .map_err(|_| KeyError::PublicKey)?;
            if bytes.len() != target.len() {
                return Err(KeyError::PublicKey);
            }
            target.copy_from_slice(&bytes);
        }
        let mut joined = [0; 64];
        joined.copy_from_slice(coordinates);
        let key =
            p256::PublicKey::from_sec1_bytes(&uncompressed).map_err(|_| KeyError::PublicKey)?;
        Ok((key, joined))
    }
}

/// A key pair for one key exchange.
pub struct KeyPair {
    secret: p256::SecretKey,
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPair(…)")
    }
}

impl KeyPair {
    /// Makes a key pair.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Result<Self, KeyError> {
        // A number out of range comes up once in 2^32; many of them are no randomness at all.
        for _ in 0..16 {
            let mut bytes = Zeroizing::new([0; 32]);
            rng.fill_bytes(&mut *bytes);
            if let Ok(secret) = p256::SecretKey::from_slice(&*bytes) {
                return Ok(Self { secret });
            }
        }
        Err(KeyError::Cipher)
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey::of(&self.secret.public_key())
    }
}

/// Which side of a session somebody is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The dapp's.
    App,
    /// The wallet's.
    Wallet,
}

/// A hash of the session's keys that both sides compute and people compare.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VerificationHash([u8; 32]);

impl VerificationHash {
    /// The nine symbols that wallet and dapp show.
    #[must_use]
    pub fn symbols(&self) -> String {
        emoji::symbols(&self.0)
    }
}

impl fmt::Display for VerificationHash {
    /// 64 hexadecimal digits without a prefix, as in the wallet SDK.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for VerificationHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerificationHash({self})")
    }
}

/// A sealed message as it goes over the wire; both members are base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedMessage {
    /// The nonce: 12 bytes.
    pub iv: String,
    /// The ciphertext with the tag at its end.
    pub ciphertext: String,
}

/// The keys of a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionKeys {
    cipher: Key,
    verification: VerificationHash,
}

impl SessionKeys {
    /// Derives the keys (wallet-sdk `deriveSessionKeys`).
    pub fn derive(own: &KeyPair, peer: &PublicKey, side: Side) -> Result<Self, KeyError> {
        let (peer_key, peer_point) = peer.decode()?;
        let (_, own_point) = own.public_key().decode()?;
        let shared = diffie_hellman(own.secret.to_nonzero_scalar(), peer_key.as_affine());
        let salt = match side {
            Side::App => [own_point, peer_point],
            Side::Wallet => [peer_point, own_point],
        };
        let mut derived = Zeroizing::new([0; 64]);
        Hkdf::<Sha256>::new(Some(salt.as_flattened()), shared.raw_secret_bytes())
            .expand(INFO, &mut *derived)
            .map_err(|_| KeyError::Cipher)?;
        let ([cipher, mac], []) = derived.as_chunks::<32>() else {
            return Err(KeyError::Cipher);
        };
        let mut mac = Hmac::<Sha256>::new_from_slice(mac).map_err(|_| KeyError::Cipher)?;
        mac.update(VERIFICATION);
        Ok(Self {
            cipher: Key::copy_from(cipher),
            verification: VerificationHash(mac.finalize().into_bytes().into()),
        })
    }

    /// What people compare.
    #[must_use]
    pub const fn verification(&self) -> VerificationHash {
        self.verification
    }

    /// Seals a message under a fresh nonce.
    pub fn seal<R: CryptoRng + ?Sized>(
        &self,
        plain: &[u8],
        rng: &mut R,
    ) -> Result<SealedMessage, KeyError> {
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        let mut bytes = Vec::with_capacity(plain.len() + 16);
        bytes.extend_from_slice(plain);
        Aes256Gcm::new(self.cipher.expose().into())
            .encrypt_in_place(&Nonce::from(nonce), &[], &mut bytes)
            .map_err(|_| KeyError::Cipher)?;
        Ok(SealedMessage {
            iv: STANDARD.encode(nonce),
            ciphertext: STANDARD.encode(bytes),
        })
    }

    /// Opens a message.
    pub fn open(&self, iv: &str, ciphertext: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let nonce: [u8; NONCE] = STANDARD
            .decode(iv)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(KeyError::Encoding)?;
        let bytes = STANDARD
            .decode(ciphertext)
            .map_err(|_| KeyError::Encoding)?;
        let mut bytes = Zeroizing::new(bytes);
        Aes256Gcm::new(self.cipher.expose().into())
            .decrypt_in_place(&Nonce::from(nonce), &[], &mut *bytes)
            .map_err(|_| KeyError::Unauthentic)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    fn pair(seed: u64) -> (SessionKeys, SessionKeys) {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let app = KeyPair::generate(&mut rng).unwrap();
        let wallet = KeyPair::generate(&mut rng).unwrap();
        (
            SessionKeys::derive(&app, &wallet.public_key(), Side::App).unwrap(),
            SessionKeys::derive(&wallet, &app.public_key(), Side::Wallet).unwrap(),
        )
    }

    #[test]
    fn both_sides_see_the_same_symbols_and_others_do_not() {
        let (app, wallet) = pair(1);
        assert_eq!(app.verification(), wallet.verification());
        assert_eq!(app.verification().symbols().chars().count(), 9);
        assert_ne!(app.verification(), pair(2).0.verification());
    }

    #[test]
    fn what_is_no_point_is_refused() {
        let own = KeyPair::generate(&mut ChaCha20Rng::seed_from_u64(3)).unwrap();
        let good = own.public_key();
        let change = |change: fn(&mut PublicKey)| {
            let mut key = good.clone();
            change(&mut key);
            SessionKeys::derive(&own, &key, Side::Wallet).map(|_| ())
        };
        assert_eq!(change(|_| {}), Ok(()));
        let refused = Err(KeyError::PublicKey);
        assert_eq!(change(|key| key.kty = "OKP".to_owned()), refused);
        assert_eq!(change(|key| key.crv = "P-384".to_owned()), refused);
        assert_eq!(change(|key| key.x = "AA".to_owned()), refused);
        assert_eq!(change(|key| key.x.push_str("AAAA")), refused);
        assert_eq!(change(|key| key.y = "!".to_owned()), refused);
        // No point at infinity, and no point beside the curve.
        let zero = || URL_SAFE_NO_PAD.encode([0; 32]);
        assert_eq!(
            change(|key| key.y = URL_SAFE_NO_PAD.encode([7; 32])),
            refused
        );
        let zeros = PublicKey {
            x: zero(),
            y: zero(),
            ..good.clone()
        };
        assert_eq!(
            SessionKeys::derive(&own, &zeros, Side::App).map(|_| ()),
            refused
        );
    }

    #[test]
    fn a_generator_that_gives_zeros_is_noticed() {
        struct Zeros;
        impl rand_core::TryRng for Zeros {
            type Error = std::convert::Infallible;
            fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
                Ok(0)
            }
            fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
                Ok(0)
            }
            fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
                bytes.fill(0);
                Ok(())
            }
        }
        impl rand_core::TryCryptoRng for Zeros {}
        assert!(KeyPair::generate(&mut Zeros).is_err());
    }

    #[test]
    fn keys_are_not_printed() {
        let (app, _) = pair(4);
        let secret = app.cipher.expose().map(|byte| byte.to_string()).join(", ");
        let printed = format!(
            "{app:?} {:?}",
            KeyPair::generate(&mut ChaCha20Rng::seed_from_u64(4))
        );
        assert!(!printed.contains(&secret));
        assert!(printed.contains("Key(…)") && printed.contains("KeyPair(…)"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn sealed_messages_open_on_the_other_side_only(
            plain in prop::collection::vec(any::<u8>(), 0..300),
            seed: u64,
            flip in any::<prop::sample::Index>(),
        ) {
            let mut rng = ChaCha20Rng::seed_from_u64(seed);
            let (app, wallet) = pair(5);
            let sealed = app.seal(&plain, &mut rng).unwrap();
            prop_assert_eq!(&*wallet.open(&sealed.iv, &sealed.ciphertext).unwrap(), &plain);
            prop_assert!(pair(6).0.open(&sealed.iv, &sealed.ciphertext).is_err());
            let mut bytes = STANDARD.decode(&sealed.ciphertext).unwrap();
            let place = flip.index(bytes.len());
            bytes[place] ^= 1;
            let changed = wallet.open(&sealed.iv, &STANDARD.encode(bytes));
            prop_assert_eq!(changed, Err(KeyError::Unauthentic));
        }

        #[test]
        fn random_texts_never_panic(iv in "\\PC{0,20}", text in "[A-Za-z0-9+/=]{0,64}") {
            let (app, _) = pair(7);
            prop_assert!(app.open(&iv, &text).is_err());
            prop_assert!(app.open("AAAAAAAAAAAAAAAA", &text).is_err());
        }
    }
}
