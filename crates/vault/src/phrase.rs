//! The recovery phrase: 24 words of BIP-39 in English.

use std::fmt;

use bip39::{Language, Mnemonic};
use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::wipe::{SecretBytes, on_clean_stack};

/// The salt that turns the phrase's seed into the root of all accounts' keys.
const ROOT_SALT: &[u8] = b"pixie/accounts/v1";

/// The words that bring every derived account back. Wiped when dropped; its `Debug` tells nothing.
pub struct RecoveryPhrase(Box<Mnemonic>);

/// Why words are no recovery phrase. Says nothing of the words themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Not 24 of them.
    #[error("{found} words; a recovery phrase has {}", RecoveryPhrase::WORDS)]
    WordCount {
        /// Words given.
        found: usize,
    },
    /// A word is not in BIP-39's English list.
    #[error("word {position} is not in the list of words")]
    UnknownWord {
        /// Which word, from 1.
        position: usize,
    },
    /// The last word's checksum does not fit the others: a word is wrong, or two changed places.
    #[error("the words do not belong together: their checksum is wrong")]
    Checksum,
}

impl RecoveryPhrase {
    /// Words in a phrase.
    pub const WORDS: usize = 24;

    /// Reads words as a user types them, in any case and with any white space between them.
    pub fn parse(text: &str) -> Result<Self, PhraseError> {
        let found = text.split_whitespace().count();
        if found != Self::WORDS {
            return Err(PhraseError::WordCount { found });
        }
        on_clean_stack(|| {
            let mut lower = Zeroizing::new(String::with_capacity(text.len()));
            lower.push_str(text);
            lower.make_ascii_lowercase();
            Mnemonic::parse_in_normalized(Language::English, &lower)
                .map(|mnemonic| Self(Box::new(mnemonic)))
                .map_err(|error| match error {
                    bip39::Error::UnknownWord(index) => PhraseError::UnknownWord {
                        position: index + 1,
                    },
                    bip39::Error::BadWordCount(found) => PhraseError::WordCount { found },
                    _ => PhraseError::Checksum,
                })
        })
    }

    /// A new phrase.
    ///
    /// # Errors
    /// None that can come up: every 32 bytes make a phrase.
    pub fn random(rng: &mut dyn CryptoRng) -> Result<Self, PhraseError> {
        Self::from_entropy(&SecretBytes::random(rng))
    }

    /// The phrase of 32 random bytes.
    pub(crate) fn from_entropy(entropy: &SecretBytes<32>) -> Result<Self, PhraseError> {
        on_clean_stack(|| {
            Mnemonic::from_entropy_in(Language::English, entropy.as_array())
                .map(|mnemonic| Self(Box::new(mnemonic)))
                .map_err(|_| PhraseError::Checksum)
        })
    }

    /// The random bytes of the phrase.
    pub(crate) fn entropy(&self) -> SecretBytes<32> {
        on_clean_stack(|| {
            let mut entropy = SecretBytes::zeroed();
            let (mut bytes, _) = self.0.to_entropy_array();
            for (to, from) in entropy.as_mut().iter_mut().zip(&bytes) {
                *to = *from;
            }
            bytes.zeroize();
            entropy
        })
    }

    /// The words, in order.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.words()
    }

    /// The words with a space between them.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let size = self.words().map(|word| word.len() + 1).sum();
        let mut text = Zeroizing::new(String::with_capacity(size));
        for (index, word) in self.words().enumerate() {
            if index > 0 {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }

    /// What all accounts' keys derive from: HKDF-Extract with SHA-256 and the salt
    /// `pixie/accounts/v1`, of BIP-39's 64-byte seed without a passphrase. The phrase does not follow
    /// from it.
    pub(crate) fn root(&self) -> SecretBytes<32> {
        on_clean_stack(|| {
            let mut root = SecretBytes::zeroed();
            let mut seed = self.0.to_seed_normalized("");
            let (mut extracted, _) = Hkdf::<Sha256>::extract(Some(ROOT_SALT), &seed);
            root.as_mut().copy_from_slice(&extracted);
            seed.zeroize();
            extracted.as_mut_slice().zeroize();
            root
        })
    }
}

impl fmt::Debug for RecoveryPhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryPhrase(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A published vector of BIP-39.
    const ZEROS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
        abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
        abandon abandon abandon art";

    #[test]
    fn a_published_phrase_is_read() {
        let phrase = RecoveryPhrase::parse(ZEROS).unwrap();
        assert_eq!(phrase.entropy().as_array(), &[0; 32]);
        assert_eq!(*phrase.to_text(), ZEROS);
        assert_eq!(format!("{phrase:?}"), "RecoveryPhrase(…)");
        let typed = ZEROS.to_uppercase().replace(' ', "\n\t ");
        assert_eq!(*RecoveryPhrase::parse(&typed).unwrap().to_text(), ZEROS);
    }

    #[test]
    fn wrong_phrases_say_what_is_wrong() {
        let error = |text: &str| RecoveryPhrase::parse(text).unwrap_err();
        assert_eq!(error(""), PhraseError::WordCount { found: 0 });
        let short = ZEROS.rsplit_once(' ').unwrap().0;
        assert_eq!(error(short), PhraseError::WordCount { found: 23 });
        let misspelt = ZEROS.replacen("abandon", "abandom", 1);
        assert_eq!(error(&misspelt), PhraseError::UnknownWord { position: 1 });
        assert_eq!(error(&ZEROS.replace("art", "zoo")), PhraseError::Checksum);
        assert!(!error(&misspelt).to_string().contains("abandom"));
    }

    proptest! {
        #[test]
        fn phrases_round_trip(entropy: [u8; 32]) {
            let entropy = SecretBytes::copy_of(&entropy).unwrap();
            let phrase = RecoveryPhrase::from_entropy(&entropy).unwrap();
            prop_assert_eq!(phrase.words().count(), RecoveryPhrase::WORDS);
            let read = RecoveryPhrase::parse(&phrase.to_text()).unwrap();
            let again = read.entropy();
            prop_assert_eq!(again.as_array(), entropy.as_array());
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            prop_assert!(RecoveryPhrase::parse(&text).is_err());
        }
    }
}
