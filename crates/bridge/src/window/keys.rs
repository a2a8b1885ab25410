//! Key agreement and boxes of `window.pixie`.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce};
use hkdf::Hkdf;
use rand_core::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Sha256;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use crate::origin::Origin;
use crate::secret::Key;

/// Begins the `info` of the key derivation.
const INFO: &[u8] = b"pixie window 1\0";
/// The greatest number of a frame: the greatest integer that JavaScript counts to.
pub(crate) const MAX_NUMBER: u64 = (1 << 53) - 1;

/// Why something of a channel was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// Not 16 bytes in base64url.
    #[error("not the name of a channel")]
    Name,
    /// Not an X25519 key, or one that gives away the secret.
    #[error("not a public key of X25519")]
    PublicKey,
    /// Not a box in base64.
    #[error("not a box")]
    Encoding,
    /// Sealed with another key or under another number, or changed.
    #[error("the box was not sealed by the other side of this channel")]
    Unauthentic,
    /// The numbers are used up, or the cipher failed.
    #[error("the channel cannot go on")]
    Exhausted,
}

/// The name of a channel: 16 bytes that the page chose.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChannelName([u8; 16]);

impl ChannelName {
    /// A random name.
    pub fn random<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }
}

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChannelName({self})")
    }
}

impl FromStr for ChannelName {
    type Err = ChannelError;

    fn from_str(text: &str) -> Result<Self, ChannelError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(ChannelError::Name)
    }
}

impl Serialize for ChannelName {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChannelName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// One side's secret for one key agreement.
pub struct ChannelSecret(StaticSecret);

impl fmt::Debug for ChannelSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChannelSecret(…)")
    }
}

impl ChannelSecret {
    /// Makes a secret.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *bytes);
        Self(StaticSecret::from(*bytes))
    }

    /// The public key, in base64.
    #[must_use]
    pub fn public_key(&self) -> String {
        STANDARD.encode(PublicKey::from(&self.0).as_bytes())
    }
}

/// Which way a frame goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the page to the wallet.
    ToWallet,
    /// From the wallet to the page.
    ToPage,
}

/// Whose secret the own one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Page,
    Wallet,
}

/// The keys of a channel.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChannelKeys {
    name: ChannelName,
    to_wallet: Key,
    to_page: Key,
}

impl ChannelKeys {
    /// Derives the keys on the wallet's side, for a page of this origin.
    pub(crate) fn accept(
        own: &ChannelSecret,
        peer: &str,
        name: ChannelName,
        origin: &Origin,
    ) -> Result<Self, ChannelError> {
        Self::derive(own, peer, End::Wallet, name, origin)
    }

    pub(super) fn derive(
        own: &ChannelSecret,
        peer: &str,
        end: End,
        name: ChannelName,
        origin: &Origin,
    ) -> Result<Self, ChannelError> {
        let peer = STANDARD.decode(peer).ok();
        let peer: [u8; 32] = peer
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(ChannelError::PublicKey)?;
        let own_public = PublicKey::from(&own.0).to_bytes();
        let shared = own.0.diffie_hellman(&PublicKey::from(peer));
        if !shared.was_contributory() {
            return Err(ChannelError::PublicKey);
        }
        let salt = match end {
            End::Page => [own_public, peer],
            End::Wallet => [peer, own_public],
        };
        let info = [INFO, &name.0, origin.as_str().as_bytes()];
        let mut derived = Zeroizing::new([0; 64]);
        Hkdf::<Sha256>::new(Some(salt.as_flattened()), shared.as_bytes())
            .expand_multi_info(&info, &mut *derived)
            .map_err(|_| ChannelError::Exhausted)?;
        let ([to_wallet, to_page], []) = derived.as_chunks::<32>() else {
            return Err(ChannelError::Exhausted);
        };
        Ok(Self {
            name,
            to_wallet: Key::copy_from(to_wallet),
            to_page: Key::copy_from(to_page),
        })
    }

    /// The channel's name.
    #[must_use]
    pub const fn name(&self) -> ChannelName {
        self.name
    }

    fn cipher(&self, direction: Direction) -> ChaCha20Poly1305 {
        let key = match direction {
            Direction::ToWallet => &self.to_wallet,
            Direction::ToPage => &self.to_page,
        };
        ChaCha20Poly1305::new(key.expose().into())
    }

    /// Seals what goes under a number, which must never be used twice in a direction.
    pub fn seal(
        &self,
        direction: Direction,
        number: u64,
        plain: &[u8],
    ) -> Result<String, ChannelError> {
        let nonce = nonce(number)?;
        let mut bytes = Vec::with_capacity(plain.len() + 16);
        bytes.extend_from_slice(plain);
        self.cipher(direction)
            .encrypt_in_place(&nonce, &self.name.0, &mut bytes)
            .map_err(|_| ChannelError::Exhausted)?;
        Ok(STANDARD.encode(bytes))
    }

    /// Opens what came under a number.
    pub fn open(
        &self,
        direction: Direction,
        number: u64,
        sealed: &str,
    ) -> Result<Zeroizing<Vec<u8>>, ChannelError> {
        let nonce = nonce(number)?;
        let bytes = STANDARD
            .decode(sealed)
            .map_err(|_| ChannelError::Encoding)?;
        let mut bytes = Zeroizing::new(bytes);
        self.cipher(direction)
            .decrypt_in_place(&nonce, &self.name.0, &mut *bytes)
            .map_err(|_| ChannelError::Unauthentic)?;
        Ok(bytes)
    }
}

fn nonce(number: u64) -> Result<Nonce, ChannelError> {
    if number > MAX_NUMBER {
        return Err(ChannelError::Exhausted);
    }
    let mut nonce = [0; 12];
    let (_, counter) = nonce.split_at_mut(4);
    counter.copy_from_slice(&number.to_be_bytes());
    Ok(nonce.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    fn origin(host: &str) -> Origin {
        format!("https://{host}").parse().unwrap()
    }

    fn pair(page_origin: &str, wallet_origin: &str) -> (ChannelKeys, ChannelKeys) {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let name = ChannelName::random(&mut rng);
        let (page, wallet) = (
            ChannelSecret::generate(&mut rng),
            ChannelSecret::generate(&mut rng),
        );
        let derive = |own: &ChannelSecret, peer: &ChannelSecret, end, host| {
            ChannelKeys::derive(own, &peer.public_key(), end, name, &origin(host)).unwrap()
        };
        (
            derive(&page, &wallet, End::Page, page_origin),
            derive(&wallet, &page, End::Wallet, wallet_origin),
        )
    }

    #[test]
    fn the_origin_is_part_of_the_keys() {
        let (page, wallet) = pair("a.example", "b.example");
        let sealed = page.seal(Direction::ToWallet, 1, b"x").unwrap();
        assert_eq!(
            wallet.open(Direction::ToWallet, 1, &sealed),
            Err(ChannelError::Unauthentic)
        );
    }

    #[test]
    fn a_box_opens_under_its_number_and_direction_only() {
        let (page, wallet) = pair("a.example", "a.example");
        let sealed = page.seal(Direction::ToWallet, 7, b"text").unwrap();
        assert_eq!(
            &**wallet.open(Direction::ToWallet, 7, &sealed).unwrap(),
            b"text"
        );
        for (direction, number) in [(Direction::ToWallet, 8), (Direction::ToPage, 7)] {
            let opened = wallet.open(direction, number, &sealed);
            assert_eq!(opened, Err(ChannelError::Unauthentic));
        }
        let exhausted = page.seal(Direction::ToWallet, MAX_NUMBER + 1, b"");
        assert_eq!(exhausted, Err(ChannelError::Exhausted));
    }

    #[test]
    fn keys_that_give_the_secret_away_are_refused() {
        let own = ChannelSecret::generate(&mut ChaCha20Rng::seed_from_u64(2));
        let name = ChannelName([0; 16]);
        // Zero and one are of small order: the shared secret would be zero whatever ours is.
        let mut one = [0; 32];
        one[0] = 1;
        for key in [
            STANDARD.encode([0; 32]),
            STANDARD.encode(one),
            "AAAA".into(),
            "?".into(),
        ] {
            let refused = ChannelKeys::derive(&own, &key, End::Wallet, name, &origin("a.example"));
            assert_eq!(refused.map(|_| ()), Err(ChannelError::PublicKey), "{key}");
        }
    }

    #[test]
    fn keys_are_not_printed() {
        let (page, _) = pair("a.example", "a.example");
        let secret = page
            .to_page
            .expose()
            .map(|byte| byte.to_string())
            .join(", ");
        let own = ChannelSecret::generate(&mut ChaCha20Rng::seed_from_u64(2));
        let printed = format!("{page:?} {own:?}");
        assert!(!printed.contains(&secret));
        assert!(printed.contains("ChannelSecret(…)"));
    }

    proptest! {
        #[test]
        fn names_round_trip(bytes: [u8; 16]) {
            let name = ChannelName(bytes);
            prop_assert_eq!(name.to_string().len(), 22);
            prop_assert_eq!(name.to_string().parse(), Ok(name));
            let json = serde_json::to_string(&name).unwrap();
            prop_assert_eq!(serde_json::from_str::<ChannelName>(&json).unwrap(), name);
        }

        #[test]
        fn boxes_round_trip(plain in prop::collection::vec(any::<u8>(), 0..200), number in 0..=MAX_NUMBER) {
            let (page, wallet) = pair("a.example", "a.example");
            let sealed = wallet.seal(Direction::ToPage, number, &plain).unwrap();
            prop_assert_eq!(&*page.open(Direction::ToPage, number, &sealed).unwrap(), &plain);
        }

        #[test]
        fn random_text_never_panics(text in "\\PC{0,40}", number: u64) {
            let (page, _) = pair("a.example", "a.example");
            let _ = text.parse::<ChannelName>();
            prop_assert!(page.open(Direction::ToPage, number, &text).is_err());
        }
    }
}
